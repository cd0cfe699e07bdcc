"""What a document costs in each stage, and how many documents, polls and deliveries a second there are.

`make bench-scale`. Real parts: PostgreSQL (durable, as it comes), the private Redis, RQ workers as
processes of their own, HTTP on loopback from a site that is a process of its own. Reports are of our own
making, as long as real ones. The table is Markdown: docs/operate.md shows one.

CPU is what counts when a fleet is sized: wall time is that of this machine, with whatever else it does.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event, func, select, text, update

from alerts.delivery.attempt import http_client
from alerts.delivery.fanout import fan_out
from alerts.delivery.send import Sender, even_dice, utc_now
from ingest.archive.archive import Archive
from ingest.follow import PageReading
from ingest.keeping import Brought
from ingest.model import Capture, Filter, Page, Reading, Subscription
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.queue import BATCH, EXTRACT, Queue
from ingest.reading import read_document
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import documents, extraction, subscriptions, watchlist
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.web.client import Fetcher
from ingest.web.robots import Robots
from ingest.web.session import Web
from ingest.web.shared_pace import SharedPace
from ingest.web.transport import guarded_transport
from tests.bench.house import Document, House, cpu_of, house, make_documents, workers
from workers import jobs
from workers.context import Context
from workers.targets.extract import extract as extract_targets

PER_HOST = 3  # lists on one host
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # signs nothing of anybody's


# --- measuring -------------------------------------------------------------------------------


@dataclass
class Row:
    """One stage: `each` of what; seconds of CPU and wall for `count` of them; SQL statements of one."""

    stage: str
    count: int
    cpu: float
    wall: float
    statements: float | None = None

    def __str__(self) -> str:
        said = "" if self.statements is None else f"{self.statements:.1f}"
        rate = f"{self.count / self.wall:,.0f}"
        cpu, wall = 1000 * self.cpu / self.count, 1000 * self.wall / self.count
        return f"| {self.stage} | {cpu:.2f} | {wall:.2f} | {rate} | {said} |"


HEAD = "| stage | CPU ms each | wall ms each | a second | SQL statements |\n|---|---:|---:|---:|---:|"


@dataclass
class Meter:
    """Times a stage of this process, with all its threads."""

    rows: list[Row] = field(default_factory=list)
    statements: int = 0

    def watch(self, store: Store) -> None:
        def count(*_: object) -> None:
            self.statements += 1

        event.listen(store._engine, "before_cursor_execute", count)

    @contextmanager
    def stage(self, name: str, count: int) -> Iterator[None]:
        said, cpu, wall = self.statements, time.process_time(), time.perf_counter()
        yield
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        told = (self.statements - said) / count
        self.add(Row(name, count, cpu, wall, told or None))

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print(row, flush=True)


@contextmanager
def opened(url: str, meter: Meter | None = None) -> Iterator[Store]:
    store = Store.open(url)
    if meter is not None:
        meter.watch(store)
    try:
        yield store
    finally:
        store.close()


# --- polling ---------------------------------------------------------------------------------


def web_of(house_: House, pace: SharedPace | None, archive: Archive | None) -> Web:
    """A web in which every host is the site."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ("127.0.0.1",)

    hosts = [f"h{n}.example" for n in range(10_000)]
    fetcher = Fetcher(user_agent="gongbao-bench/1", transport=guarded_transport(hosts, resolve=resolve))
    return Web(
        fetcher,
        pace=pace or SharedPace.connect(house_.redis.url, 0),
        robots=Robots(fetcher, user_agent="gongbao-bench/1"),
        archive=archive,
    )


def sources_of(house_: House, lists: int, folder: str = "list") -> dict[str, Source]:
    def source(n: int) -> Source:
        base = f"http://h{n}.example:{house_.port}"
        return Source.model_validate(
            {
                "slug": f"s{n}", "name": f"第{n}县", "kind": "portal", "home": f"{base}/", "delay": 0,
                "interval": "1h", "lists": [f"{base}/{folder}/{k}/" for k in range(PER_HOST)],
                "expect": {"overdue": False},
            }
        )  # fmt: skip

    return {f"s{n}": source(n) for n in range(lists // PER_HOST)}


async def poll(house_: House, store: Store, meter: Meter, lists: int) -> None:
    """One poller, as it runs, over lists that have not changed."""
    sources = sources_of(house_, lists)
    lists = PER_HOST * len(sources)
    with Archive(house_.folder / "warc-lists") as archive:
        pace = SharedPace.connect(house_.redis.url, 0)
        async with web_of(house_, pace, archive) as web:
            poller = Poller(Pipeline(store, None, sources), web)
            with meter.stage("a poller starts: one list of its catalogue", lists):
                await asyncio.to_thread(poller.watch)
            with meter.stage("the same, nothing new in it", lists):
                await asyncio.to_thread(poller.watch)
            for slug in sources:
                for watched in poller._lease_lists(slug):
                    await poller.lists.poll(watched)
            with store.begin() as tx:
                tx.execute(update(t.lists).values(next_poll_at=datetime.now(UTC)))
                later = datetime.now(UTC) + timedelta(days=1)
                tx.execute(update(t.pages).values(next_fetch_at=later))
            kept = bytes_in(house_.folder / "warc-lists")
            with meter.stage("look at a list: 304", lists):
                await look_at_all(poller, store, lists)
        await pace.aclose()
    kept = bytes_in(house_.folder / "warc-lists") - kept
    print(f"WARC: {kept / lists:,.0f} bytes a list that answers 304")


async def look_at_all(poller: Poller, store: Store, lists: int) -> None:
    """Run until every list was looked at."""
    began, stop = datetime.now(UTC), asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    query = select(func.count()).where(t.lists.c.last_polled_at >= began, t.lists.c.failures == 0)

    def done() -> int:
        with store.read() as tx:
            return int(tx.execute(query).scalar_one())

    while await asyncio.to_thread(done) < lists:  # noqa: ASYNC110 (what others write is no event of ours)
        await asyncio.sleep(0.2)
    stop.set()
    await running


# --- one document ----------------------------------------------------------------------------


def bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


async def fetch(house_: House, meter: Meter, documents_: Sequence[Document]) -> list[Any]:
    with Archive(house_.folder / "warc") as archive:
        pace = SharedPace.connect(house_.redis.url, 0)
        async with web_of(house_, pace, archive) as web:
            await web.fetch(f"http://h0.example:{house_.port}/list/0/")  # robots.txt
            with meter.stage("fetch a page and archive it", len(documents_)):
                found = [await web.fetch(f"http://h0.example:{house_.port}{d.path}") for d in documents_]
        await pace.aclose()
    written = bytes_in(house_.folder / "warc")
    size = sum(len(d.html) for d in documents_)
    print(f"WARC: {written / len(documents_):,.0f} bytes a page of {size / len(documents_):,.0f}")
    return found


def pages_of(store: Store, documents_: Sequence[Document], base: str) -> list[Page]:
    from ingest.model import ListItem, SourceKind

    with store.begin() as tx:
        row = watchlist.SourceRow("county", "某县人民政府", SourceKind.PORTAL, True, base, (f"{base}/list/",))
        watchlist.sync_sources(tx, [row], datetime.now(UTC))
        items = [ListItem(f"{base}{d.path}", d.path) for d in documents_]
        return watchlist.see_items(tx, "county", items, datetime.now(UTC))


def keep(
    store: Store, documents_: Sequence[Document], readings: Sequence[Reading], base: str
) -> Callable[[], list[int]]:
    """What stores these readings; returns the ids of their versions."""
    pages = pages_of(store, documents_, base)
    pipeline = Pipeline(store, None, {})

    def do() -> list[int]:
        ids = []
        for page, reading, document in zip(pages, readings, documents_, strict=True):
            sha256 = hashlib.sha256(document.html).hexdigest()
            capture = Capture(
                datetime.now(UTC), 200, sha256, len(document.html), "a.warc.gz", 0, url=page.url
            )
            outcome = pipeline.keeper.keep(
                Brought(page, PageReading(reading, capture), True, timedelta(days=1))
            )
            assert outcome.version_id is not None, outcome
            ids.append(outcome.version_id)
        return ids

    return do


def extract(store: Store, settings: Settings, meter: Meter, ids: Sequence[int]) -> None:
    """Extraction alone, then everything around it with what it found at hand."""
    found = {}
    with store.read() as tx:
        versions = [documents.version(tx, id_) for id_ in ids]
    with meter.stage("extract targets and outcomes", len(ids)):
        for version in versions:
            assert version is not None
            who = version.identity
            found[version.body] = extract_targets(
                version.body, year=who.year, kind=who.kind, region=who.region
            )
    context = Context(settings, lambda body, **_: found[body])
    with meter.stage("keep them, settle the report, append events", len(ids)):
        jobs.extract_all(store, context, ids)


# --- workers ---------------------------------------------------------------------------------


def drain(settings: Settings, store: Store, meter: Meter, ids: Sequence[int], number: int) -> None:
    """Documents a second with so many workers, put on the queue one by one, as pollers do. They have just
    started, and it is asked 20 times a second whether they are done: of a few documents ask workers.py."""
    queue = Queue.of(settings)
    with workers(settings, store, number) as pids:
        before = cpu_of(pids)
        began = time.perf_counter()
        for id_ in ids:
            queue.enqueue(EXTRACT, [id_])
        _until_done(store)
        wall = time.perf_counter() - began
        after = cpu_of(pids)
    queue.close()
    cpu = after - before if after is not None and before is not None else float("nan")
    meter.add(Row(f"a document, {number} worker{'s'[: number > 1]}", len(ids), cpu, wall))


def job_share(settings: Settings, store: Store, meter: Meter, ids: Sequence[int]) -> None:
    """Jobs whose documents are done already: what a job costs that does nothing, with 1 and with 20 ids."""
    queue = Queue.of(settings)
    with workers(settings, store, 1) as pids:
        for said, batch in (("a job of one id", 1), (f"a job of {BATCH} ids", BATCH)):
            before, began = cpu_of(pids), time.perf_counter()
            jobs_ = [ids[n : n + batch] for n in range(0, len(ids), batch)]
            for some in jobs_:
                queue.enqueue(EXTRACT, some)
                while (
                    queue.depth() or queue._rq.started_job_registry.count
                ):  # else it would take others along
                    time.sleep(0.005)
            wall, after = time.perf_counter() - began, cpu_of(pids)
            cpu = after - before if after is not None and before is not None else float("nan")
            meter.add(Row(f"{said}, its document done already", len(jobs_), cpu, wall))
    queue.close()


def _until_done(store: Store) -> None:
    query = select(func.count()).where(t.versions.c.extracted_at.is_(None))
    while True:
        with store.read() as tx:
            if not tx.execute(query).scalar_one():
                return
        time.sleep(0.05)


# --- deliveries ------------------------------------------------------------------------------


async def deliver(house_: House, settings: Settings, store: Store, meter: Meter, most: int) -> None:
    """One sender, ten subscribers, one loopback receiver."""
    everything = Filter(types=("*",), headline_only=False)
    start = datetime.now(UTC) - timedelta(days=1)
    with store.begin() as tx:
        for n in range(10):
            url = f"http://127.0.0.1:{house_.port}/hook"
            subscriptions.add(tx, Subscription(f"sub_{n}", url, SECRET, everything, start))
        kept = select(t.events.c.sequence).order_by(t.events.c.sequence).limit(most // 10)
        beyond = t.events.c.sequence.not_in(kept)
        tx.execute(update(t.events).where(beyond).values(fanned_out_at=start))
        tx.execute(update(t.events).where(~beyond).values(fanned_out_at=None))
        events = tx.execute(select(func.count()).where(t.events.c.fanned_out_at.is_(None))).scalar_one()
    with meter.stage("fan out an event to 10 subscriptions", events):
        while fan_out(store, datetime.now(UTC)):
            pass
    async with http_client(settings) as client:
        sender = Sender(settings, store, client, utc_now, even_dice)
        query = select(func.count()).where(t.deliveries.c.state == "due")

        def due() -> int:
            with store.read() as tx:
                return int(tx.execute(query).scalar_one())

        with meter.stage("deliver a webhook", 10 * events):
            while due():
                for _ in range(20):
                    sender.nudged.clear()
                    await sender.look()
                    if sender._under_way:
                        await sender.nudged.wait()
        await sender.finish()
        sender.close()


# --- all of it -------------------------------------------------------------------------------


def sizes(house_: House, store: Store, count: int) -> None:
    with store.read() as tx:
        size = tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        figures = tx.execute(select(func.count()).select_from(t.targets)).scalar_one()
        told = tx.execute(select(func.count()).select_from(t.events)).scalar_one()
        each = tx.execute(
            text(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 6"
            )
        ).all()
    print(f"database: {size / 2**20:.1f} MiB, of it " + ", ".join(f"{n} {s / 2**20:.1f}" for n, s in each))
    print(f"{count} documents, {figures} targets, {told} events")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--lists", type=int, default=999)
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    asked = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    made = make_documents(asked.documents)
    base, meter = "http://h0.example", Meter()
    processors = os.cpu_count()
    load = os.getloadavg()[0]
    print(
        f"{processors} processors, Python {sys.version.split()[0]}, load {load:.1f} before\n\n{HEAD}",
        flush=True,
    )
    with house(made) as house_:
        _, url = house_.database()
        with opened(url, meter) as store:
            asyncio.run(poll(house_, store, meter, asked.lists))
        asyncio.run(fetch(house_, meter, made))
        with meter.stage("decode and read it", len(made)):
            readings = [read_document(d.html, f"{base}{d.path}") for d in made]
        chars = sum(len(r.article.body) for r in readings) / len(made)
        name, url = house_.database()
        with opened(url, meter) as store:
            do = keep(store, made, readings, base)
            with meter.stage("decide, fingerprint, store", len(made)):
                ids = do()
            with store.begin() as tx:  # as pollers do; else a worker that starts finds them all by itself
                extraction.mark_enqueued(tx, ids, datetime.now(UTC))
        settings = house_.settings(url)
        queue = Queue.of(settings)
        used = queue.connection.info("memory")["used_memory"]
        with meter.stage("put on the queue", len(ids)):
            for id_ in ids:
                queue.enqueue(EXTRACT, [id_])
        used = queue.connection.info("memory")["used_memory"] - used
        print(f"Redis: {used / len(ids):,.0f} bytes a job that waits")
        queue.connection.flushdb()
        copies = [house_.database(name) for _ in asked.workers]
        with opened(url, meter) as store:
            extract(store, settings, meter, ids)
            asyncio.run(deliver(house_, settings, store, meter, asked.deliveries))
            sizes(house_, store, len(made))
            job_share(settings, store, meter, ids)
        for number, (_, copy) in zip(asked.workers, copies, strict=True):
            with opened(copy) as store:
                drain(house_.settings(copy), store, meter, ids, number)
    print(f"\n{chars:,.0f} characters a document; load {os.getloadavg()[0]:.1f} after")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
