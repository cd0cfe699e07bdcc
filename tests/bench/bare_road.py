"""The road of a page with nothing on it but its parts: what road.py measures gongbao against.

httpx GET -> selectolax: parse, text -> SHA-256 -> one INSERT and its commit through SQLAlchemy Core -> RQ ->
a worker that finds all numbers with one expression and makes one INSERT and its commit. Nothing is decided,
compared, archived or told; the worker runs its jobs in its own process, which is the least that RQ costs.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from functools import cache
from multiprocessing.connection import Connection as Pipe

import httpx
import redis
import rq
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, Text, create_engine, event, select
from sqlalchemy.engine import Connection

QUEUE = "bare"
NUMBER = re.compile(r"\d+(?:\.\d+)?")

metadata = MetaData()
documents = Table(
    "bare_documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("text", Text, nullable=False),
)
figures = Table(
    "bare_figures",
    metadata,
    Column("document_id", Integer, primary_key=True),
    Column("found", Text, nullable=False),
)


@cache
def engine_of(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def set_up(connection: object, _record: object) -> None:
            connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")  # type: ignore[attr-defined]

    return engine


def take(client: httpx.Client, tx: Connection, queue: rq.Queue, url: str, database: str) -> None:
    html = client.get(url).text
    body = LexborHTMLParser(html).body
    text = body.text() if body else ""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    made = tx.execute(documents.insert().values(url=url, sha256=sha256, text=text))
    tx.commit()
    queue.enqueue("tests.bench.bare_road.find", database, made.inserted_primary_key[0], result_ttl=0)


def find(database: str, document_id: int) -> None:
    """The job."""
    with engine_of(database).begin() as tx:
        text = tx.execute(select(documents.c.text).where(documents.c.id == document_id)).scalar_one()
        tx.execute(figures.insert().values(document_id=document_id, found=" ".join(NUMBER.findall(text))))


def poll(database: str, queue_url: str, pipe: Pipe) -> None:
    """A process: takes the addresses that it is sent, and says when it is done."""
    queue = rq.Queue(QUEUE, connection=redis.Redis.from_url(queue_url))
    with httpx.Client(trust_env=False) as client, engine_of(database).connect() as tx:
        pipe.send(os.getpid())
        while urls := _asked(pipe):
            for url in urls:
                take(client, tx, queue, url, database)
            pipe.send(len(urls))


def work(queue_url: str) -> None:
    """A process: an RQ worker that does not fork."""
    connection = redis.Redis.from_url(queue_url)
    rq.SimpleWorker([rq.Queue(QUEUE, connection=connection)], connection=connection).work(
        logging_level="ERROR"
    )


def _asked(pipe: Pipe) -> Sequence[str]:
    try:
        return pipe.recv()  # type: ignore[no-any-return]
    except EOFError:
        return ()
