"""How much sooner two workers are done with a few waiting documents than one: warm, and just started.

`make bench-workers`, or with ARGS="--documents 20 --rounds 15 --databases sqlite". One worker and two have a
database and a queue of their own and are alive side by side. Each document is a job, as pollers put them
there, and all of them wait when the first is taken; rounds take turns, so that whatever else the machine does
meets both. A round ends with the message that wakes senders after the last commit: nothing asks again and
again. The first round after a start shows what a start costs; the median of the later ones is work. Processor
time is that of the later ones: of the workers with their work-horses, of Redis, of PostgreSQL, and of who
waits; two processors cannot do all of it in less than half of that, which bounds the ratio. The
first line is what the machine itself gives: the same texts extracted by two processes against one. Where
others want the machine, believe the quickest rounds, and those beside that line only.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from statistics import mean, median

import rq
import structlog
from sqlalchemy import func, select

from ingest.model import Reading
from ingest.queue import EVENTS_CHANNEL, EXTRACT, Queue
from ingest.reading import read_document
from ingest.store import extraction
from ingest.store import tables as t
from ingest.store.db import Store
from tests.bench.house import Document, House, cpu_of, house, make_documents, workers
from tests.bench.scale import keep
from workers.targets.extract import extract

BASE = "http://h0.example"
WHOSE = ("workers", "Redis", "server", "who waits")


# --- what the machine gives --------------------------------------------------------------------


def extracting(readings: Sequence[Reading], pipe: Pipe) -> None:
    """A process: extracts these when it is told to."""
    while pipe.recv():
        for reading in readings:
            who = reading.identity
            extract(reading.article.body, year=who.year, kind=who.kind, region=who.region)
        pipe.send(True)


def machine(readings: Sequence[Reading], rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds that all of them take one process, and two."""
    times: list[list[float]] = [[], []]
    half = len(readings) // 2
    with ExitStack() as stack:
        teams = []
        for shares in ((readings,), (readings[:half], readings[half:])):
            team = []
            for share in shares:
                ours, theirs = multiprocessing.Pipe()
                process = multiprocessing.get_context("fork").Process(target=extracting, args=(share, theirs))
                process.start()
                stack.callback(process.join)
                stack.callback(ours.send, False)
                team.append(ours)
            teams.append(team)
        for n in range(2 * rounds + 2):
            began = time.perf_counter()
            for pipe in teams[n % 2]:
                pipe.send(True)
            for pipe in teams[n % 2]:
                pipe.recv()
            if n > 1:
                times[n % 2].append(1000 * (time.perf_counter() - began))
    return times[0], times[1]


# --- workers -----------------------------------------------------------------------------------


@dataclass
class Fleet:
    """So many workers on a database of their own."""

    number: int
    store: Store
    queue: Queue
    pids: Sequence[int]
    ids: list[int]  # of documents that nobody has asked for yet

    def round(self, documents: int) -> float:
        """Milliseconds until they are done."""
        asked = [self.ids.pop() for _ in range(documents)]
        left = select(func.count()).where(t.versions.c.id.in_(asked), t.versions.c.extracted_at.is_(None))
        with self.queue.connection.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(EVENTS_CHANNEL)
            heard.get_message(timeout=1)
            began = time.perf_counter()
            self.queue._rq.enqueue_many(
                rq.Queue.prepare_data(EXTRACT, args=[id_], timeout=180, result_ttl=0) for id_ in asked
            )
            while True:
                heard.get_message(timeout=5)
                with self.store.read() as tx:
                    if not tx.execute(left).scalar_one():
                        return 1000 * (time.perf_counter() - began)


@contextmanager
def fleet(house_: House, url: str, ids: list[int], number: int) -> Iterator[Fleet]:
    settings = house_.settings(url, queue_name=f"of-{number}")
    store, queue = Store.open(url), Queue.of(settings)
    with workers(settings, store, number) as pids:
        yield Fleet(number, store, queue, pids, ids)
    queue.close()
    store.close()


def stored(
    house_: House, database: str, made: Sequence[Document], readings: Sequence[Reading]
) -> tuple[str, list[int]]:
    """A database of that kind with these documents, none of them extracted: its URL, and their ids."""
    url = house_.file() if database == "sqlite" else house_.database()[1]
    store = Store.open(url)
    ids = keep(store, made, readings, BASE)()
    with store.begin() as tx:  # as pollers do; else a worker that starts finds them all by itself
        extraction.mark_enqueued(tx, ids, datetime.now(UTC))
    store.close()
    return url, ids[::-1]


@dataclass
class Times:
    """Of one number of workers: milliseconds of each round, and of processor time a document."""

    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    used: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __str__(self) -> str:
        return ", ".join(f"{who} {mean(ms):.1f}" for who, ms in self.used.items())


def measure(
    house_: House,
    databases: Sequence[tuple[str, list[int]]],
    server: Sequence[int],
    asked: argparse.Namespace,
) -> list[Times]:
    found = [Times(), Times()]
    for _ in range(asked.starts):
        with ExitStack() as stack:
            fleets = [
                stack.enter_context(fleet(house_, url, ids, n)) for n, (url, ids) in enumerate(databases, 1)
            ]
            for turn in range(1 + asked.rounds // asked.starts):
                for one, times in zip(fleets, found, strict=True):
                    whose = dict(zip(WHOSE, (one.pids, [house_.redis.pid or 0], server), strict=False))
                    before = {who: cpu_of(pids) or 0.0 for who, pids in whose.items()}
                    own = time.process_time()
                    took = one.round(asked.documents)
                    own = time.process_time() - own
                    (times.warm if turn else times.first).append(took)
                    if turn:
                        used = {who: (cpu_of(pids) or 0.0) - before[who] for who, pids in whose.items()}
                        for who, seconds in (used | {WHOSE[-1]: own}).items():
                            times.used[who].append(1000 * seconds / asked.documents)
    return found


def row(what: str, one: Sequence[float], two: Sequence[float], *more: str) -> str:
    a, b = median(one), median(two)
    cells = [what, f"{a:.0f}", f"{b:.0f}", f"{a / b:.2f}", f"{min(one) / min(two):.2f}", *more]
    return f"| {' | '.join(cells)}{' |' * (9 - len(cells))}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20, help="in a round")
    parser.add_argument("--rounds", type=int, default=15, help="after a start, of all starts together")
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    asked = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    made = make_documents(asked.documents * (asked.starts + asked.rounds))
    readings = [read_document(d.html, f"{BASE}{d.path}") for d in made]
    print(
        f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f};"
        f" {asked.documents} documents, milliseconds\n\n"
        "| | one | two | ratio | of the quickest rounds | at most | CPU a document with one | with two |\n"
        "|---|---:|---:|---:|---:|---:|---|---|"
    )
    print(
        row("the machine: extraction alone", *machine(readings[: asked.documents], asked.rounds)), flush=True
    )
    with house(made) as house_:
        for database in asked.databases:
            known = [stored(house_, database, made, readings) for _ in (1, 2)]
            server = [] if database == "sqlite" else house_.server()
            one, two = measure(house_, known, server, asked)
            print(row(f"{database}, just started", one.first, two.first))
            bound = 2 * median(one.warm) / (sum(map(mean, two.used.values())) * asked.documents)
            print(
                row(f"{database}, warm", one.warm, two.warm, f"{bound:.2f}", str(one), str(two)), flush=True
            )
    print(f"\nload {os.getloadavg()[0]:.1f} after")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
