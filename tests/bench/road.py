"""The whole road, from a page to its events, against the bare road and against Scrapy: processor time.

`make bench-road`, or with ARGS="--documents 60 --rounds 5 --databases sqlite". Each road has a poller and a
worker, processes of their own that live through all rounds, which they take in turn; of each round their
processor time is taken, with that of their children, and divided by its documents; what PostgreSQL itself
uses is a column of its own. Of one run all figures are of one machine in one state: quote the ratios. The
bare road is bare_road.py; ours is the Poller with its readers, archive and queue, and `gongbao work`. The
last table is what docs/operate.md counts with.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from statistics import median

import structlog
from sqlalchemy import func, select

from ingest.archive.archive import Archive
from ingest.bounded_reading import ReaderProcesses
from ingest.model import ListItem
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.queue import Queue, queue_url
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import tables as t
from ingest.store import watchlist
from ingest.store.db import Store
from ingest.web.session import Web
from ingest.web.shared_pace import SharedPace
from tests.bench import bare_road
from tests.bench.house import Document, House, cpu_of, house, make_documents, workers

WARM = 20  # documents before the first round: everybody has compiled and cached then what he will
SOURCE = "county"
SCRAPY = "scrapy==2.19.0"


@dataclass(frozen=True)
class Used:
    """Milliseconds of processor time a document; `wall` by the clock."""

    poller: float
    worker: float
    server: float  # of the database
    wall: float

    @property
    def road(self) -> float:
        return self.poller + self.worker


def middle(rounds: Sequence[Used]) -> Used:
    return Used(
        median(used.poller for used in rounds),
        median(used.worker for used in rounds),
        median(used.server for used in rounds),
        median(used.wall for used in rounds),
    )


# --- two roads -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Road:
    """`take` hands addresses to the poller and returns when it is done; `done` counts what the worker has."""

    poller: int
    worker: int
    take: Callable[[Sequence[str]], None]
    done: Callable[[], int]


@contextmanager
def _process(target: Callable[..., None], *arguments: object) -> Iterator[Pipe]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(*arguments, theirs))
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(60)


@contextmanager
def bare(house_: House, database: str) -> Iterator[Road]:
    engine = bare_road.engine_of(database)
    bare_road.metadata.create_all(engine)
    url = house_.redis.url
    worker = multiprocessing.get_context("spawn").Process(target=bare_road.work, args=(url,))
    worker.start()

    def done() -> int:
        with engine.connect() as tx:
            return tx.execute(select(func.count()).select_from(bare_road.figures)).scalar_one()

    def take(urls: Sequence[str]) -> None:
        pipe.send(urls)
        pipe.recv()

    try:
        with _process(bare_road.poll, database, url) as pipe:
            yield Road(pipe.recv(), worker.pid or 0, take, done)
    finally:
        worker.terminate()
        worker.join(60)
        engine.dispose()


@contextmanager
def ours(house_: House, database: str) -> Iterator[Road]:
    settings = house_.settings(database)
    store = Store.open(database)
    home = f"http://127.0.0.1:{house_.port}"
    with store.begin() as tx:
        source = _source(home)
        row = watchlist.SourceRow(
            SOURCE, source.name, source.kind, True, home, (source.lists[0].url,), timedelta(days=1)
        )
        watchlist.sync_sources(tx, [row], datetime.now(UTC))

    def done() -> int:
        query = select(func.count()).where(t.versions.c.extracted_at.is_not(None))
        with store.read() as tx:
            return int(tx.execute(query).scalar_one())

    def take(urls: Sequence[str]) -> None:
        with store.begin() as tx:
            watchlist.see_items(tx, SOURCE, [ListItem(url, url) for url in urls], datetime.now(UTC))
        pipe.send(len(urls))
        assert pipe.recv() == len(urls)

    try:
        with workers(settings, store, 1) as pids, _process(poll, settings, home) as pipe:
            yield Road(pipe.recv(), pids[0], take, done)
    finally:
        store.close()


def _source(home: str) -> Source:
    return Source.model_validate(
        {
            "slug": SOURCE, "name": "某县人民政府", "kind": "portal", "home": f"{home}/", "delay": 0,
            "lists": [f"{home}/list/"], "expect": {"overdue": False},
        }
    )  # fmt: skip


def poll(settings: Settings, home: str, pipe: Pipe) -> None:
    """A process: a poller as `gongbao poll` makes it. Looks at what is due when it is told to, and says of
    how many pages a document came."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))

    async def main() -> None:
        sources = {SOURCE: _source(home)}
        store, queue = Store.open(settings.database), Queue.of(settings)
        archive = Archive(settings.data_dir / f"warc-{os.getpid()}")
        pace = SharedPace.connect(queue_url(settings), settings.host_delay)
        reader = ReaderProcesses(settings.reading_seconds)
        async with Web.from_settings(settings, archive=archive, pace=pace, reader=reader) as web:
            poller = Poller(Pipeline(store, queue, sources, reader=reader), web)
            pipe.send(os.getpid())
            while await asyncio.to_thread(_more, pipe):
                taken = 0
                while outcomes := (await poller.serve(SOURCE)).outcomes:
                    taken += sum(outcome.version_id is not None for outcome in outcomes)
                pipe.send(taken)
        reader.close()
        await pace.aclose()
        archive.close()
        queue.close()
        store.close()

    asyncio.run(main())


def _more(pipe: Pipe) -> bool:
    try:
        return bool(pipe.recv())
    except EOFError:
        return False


# --- measuring -------------------------------------------------------------------------------


def measure(
    roads: Sequence[Road], rounds: Sequence[Sequence[str]], server: Sequence[int]
) -> list[list[Used]]:
    """What each round used, of each road; the first is not counted. They take turns, so that whatever else
    the machine does meets all of them."""
    found: list[list[Used]] = [[] for _ in roads]
    expected = 0
    for urls in rounds:
        expected += len(urls)
        for road, used in zip(roads, found, strict=True):
            used.append(_round(road, urls, expected, server))
    return [used[1:] for used in found]


def _round(road: Road, urls: Sequence[str], expected: int, server: Sequence[int]) -> Used:
    before = [cpu_of([road.poller]), cpu_of([road.worker]), cpu_of(server)]
    began = time.perf_counter()
    road.take(urls)
    while road.done() < expected:
        time.sleep(0.05)
    wall = time.perf_counter() - began
    after = [cpu_of([road.poller]), cpu_of([road.worker]), cpu_of(server)]
    used = [1000 * ((b or 0) - (a or 0)) / len(urls) for a, b in zip(before, after, strict=True)]
    return Used(*used, wall=1000 * wall / len(urls))


def crawl(urls: Sequence[str], rounds: int) -> float | None:
    """Milliseconds of processor time a page of Scrapy's process, the median of the rounds; None where uv
    cannot have Scrapy."""
    script = Path(__file__).with_name("bare_crawl.py")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(urls))
        file.flush()
        run = subprocess.run(
            ["uv", "run", "-q", "--no-project", "--with", SCRAPY, "python", str(script), file.name],
            capture_output=True,
            text=True,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        )
    times = [float(line.split()[0]) for line in run.stdout.splitlines()]
    if len(times) != len(urls):
        sys.stderr.write(f"Scrapy did not come to an end:\n{run.stderr[-2000:]}\n")
        return None
    each = (len(times) - WARM) // rounds
    marks = times[WARM - 1 :: each][: rounds + 1]
    return median(1000 * (b - a) / each for a, b in pairwise(marks))


def rounds_of(made: Sequence[Document], home: str, rounds: int) -> list[list[str]]:
    urls = [f"{home}{document.path}" for document in made]
    each = (len(urls) - WARM) // rounds
    return [urls[:WARM], *(urls[WARM + n * each : WARM + (n + 1) * each] for n in range(rounds))]


def table(name: str, ours_: Used, bare_: Used, scrapy: float | None) -> None:
    def row(what: str, a: float, b: float) -> str:
        return f"| {name} | {what} | {a:.1f} | {b:.1f} | {a / b:.2f} |" if b else ""

    print(row("poller", ours_.poller, bare_.poller))
    print(row("worker", ours_.worker, bare_.worker))
    print(row("**whole road**", ours_.road, bare_.road))
    if ours_.server:
        print(row("database server", ours_.server, bare_.server))
    if scrapy:
        print(
            f"| {name} | Scrapy's crawl against the poller | {scrapy:.1f} | {ours_.poller:.1f}"
            f" | {scrapy / ours_.poller:.2f} |"
        )


def capacity(name: str, used: Used) -> None:
    """What docs/operate.md counts with: one machine of two processors does all of it."""
    whole = used.road + used.server
    print(
        f"| {name} | {used.poller:.1f} | {used.worker:.1f} | {used.server:.1f} | {1000 / used.poller:.0f}"
        f" | {1000 / used.worker:.0f} | {2 * 1000 / whole:.0f} | {2 * 86_400_000 / whole:,.0f}"
        f" | {100_000 * whole / 2 / 3_600_000:.1f} |"
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=60, help="in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--no-scrapy", action="store_true")
    asked = parser.parse_args(arguments)
    made = make_documents(WARM + asked.rounds * asked.documents)
    size = sum(len(document.html) for document in made) / len(made)
    print(
        f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f};"
        f" {asked.rounds} rounds of {asked.documents} pages of {size / 1000:.0f} kB\n"
    )
    print("| database | CPU ms a document | ours | bare | ratio |\n|---|---|---:|---:|---:|", flush=True)
    found: dict[str, Used] = {}
    with house(made) as house_:
        rounds = rounds_of(made, f"http://127.0.0.1:{house_.port}", asked.rounds)
        scrapy = None if asked.no_scrapy else crawl([url for part in rounds for url in part], asked.rounds)
        for name in asked.databases:
            urls = [house_.file() if name == "sqlite" else house_.database()[1] for _ in range(2)]
            server = [] if name == "sqlite" else house_.server()
            with bare(house_, urls[0]) as theirs, ours(house_, urls[1]) as own:
                bare_, found[name] = map(middle, measure((theirs, own), rounds, server))
            table(name, found[name], bare_, scrapy)
            sys.stdout.flush()
    print(
        "\n| database | poller ms | worker ms | server ms | a second: poller | worker | 2 processors"
        " | a day | 100,000 pages, hours |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    for name, used in found.items():
        capacity(name, used)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
