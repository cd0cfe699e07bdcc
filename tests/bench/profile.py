"""Where the time of a document goes: each stage by itself, and in it the functions that take most.

`make bench-profile`, or with ARGS="--documents 40 --top 8 --stage read". A stage is first measured without
the profiler (processor time of this process, the best of three parts of the documents), then run under
cProfile, which slows down small functions: take the milliseconds from the heads, and from the tables only
where to look. SQLite; site and Redis are processes of their own. What a stage does in write transactions, it
does with SQLite's one lock: every other worker and poller waits. The whole road, both databases: road.py.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, event

from ingest.archive.archive import Archive
from ingest.exchange import Fetched
from ingest.follow import PageReading
from ingest.keeping import Brought
from ingest.model import ListItem, Page, Reading
from ingest.pipeline import Pipeline
from ingest.queue import EXTRACT, Queue
from ingest.reading import read_document
from ingest.store import watchlist
from ingest.store.db import Store
from ingest.store.engine import WRITES
from ingest.web.session import Web
from ingest.web.shared_pace import SharedPace
from tests.bench.house import House, house, make_documents
from tests.bench.road import SOURCE, _source
from workers import extracting
from workers.targets.extract import extract

ROOT = Path(__file__).resolve().parents[2]
WARM = 16
TOGETHER = 8  # documents in one transaction, as where much comes
Step = Callable[[int], object]


class Stages:
    """Runs stages one after the other over all documents, and says of each what it found."""

    def __init__(self, count: int, top: int, only: Sequence[str]) -> None:
        self.count, self.top, self.only = count, top, only
        self.each: dict[str, float] = {}
        self.locked: dict[str, float] = {}
        self._since, self._held = 0.0, 0.0

    def watch(self, store: Store) -> None:
        """Count for how long its write transactions hold the database."""

        def begun(connection: Connection) -> None:
            if connection.get_execution_options()[WRITES]:
                self._since = time.process_time()

        def over(*_: object) -> None:
            if self._since:
                self._held += time.process_time() - self._since
                self._since = 0.0

        event.listen(store._engine, "begin", begun)
        event.listen(store._engine, "checkin", over)

    def run(self, name: str, step: Step) -> list[Any]:
        """`step` for each document: the first ones to warm up, of the others half timed and half profiled."""
        done = [step(n) for n in range(WARM)]
        # Whole batches: in less there may be none.
        timed = max(1, (self.count - WARM) // 2 // TOGETHER)
        middle, third = WARM + timed * TOGETHER, max(1, timed // 3) * TOGETHER
        best = (float("inf"), 0.0)
        for start in range(WARM, middle, third):
            part = range(start, min(start + third, middle))
            began, self._held = time.process_time(), 0.0
            done += [step(n) for n in part]
            best = min(best, ((time.process_time() - began) / len(part), self._held / len(part)))
        self.each[name], self.locked[name] = (1000 * one for one in best)
        profile = cProfile.Profile(time.process_time)
        with profile:
            done += [step(n) for n in range(middle, self.count)]
        if not self.only or name in self.only:
            self.show(name, profile, self.count - middle)
        return done

    def show(self, name: str, profile: cProfile.Profile, count: int) -> None:
        stats = pstats.Stats(profile)
        print(f"\n## {name}: {self.each[name]:.2f} ms a document\n")
        print("| own ms | calls | most time of their own |\n|---:|---:|---|")
        rows = _rows(stats)
        for own, _, calls, where in sorted(rows, reverse=True)[: self.top]:
            print(f"| {1000 * own / count:.2f} | {calls / count:.0f} | {where} |")
        print("\n| ms with all they call | calls | functions of gongbao |\n|---:|---:|---|")
        ours = [row for row in rows if not row[3].startswith("~")]
        for _, whole, calls, where in sorted(ours, key=lambda row: -row[1])[: self.top]:
            print(f"| {1000 * whole / count:.2f} | {calls / count:.0f} | {where} |")
        sys.stdout.flush()

    def summary(self) -> None:
        whole = sum(self.each.values())
        print("\n| stage | CPU ms a document | share | of it in write transactions |\n|---|---:|---:|---:|")
        for name, each in self.each.items():
            print(f"| {name} | {each:.2f} | {each / whole:.0%} | {self.locked[name]:.2f} |")
        print(f"| all | {whole:.2f} | | {sum(self.locked.values()):.2f} |")


def _rows(stats: pstats.Stats) -> Iterable[tuple[float, float, int, str]]:
    """Own time, time with all that is called, calls, where; what is not ours begins with ~."""
    found = []
    for (file, line, function), (_, calls, own, whole, _) in stats.stats.items():  # type: ignore[attr-defined]
        path = Path(file)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts:
            if path.parts[len(ROOT.parts)] != "tests":
                found.append((own, whole, calls, f"{path.relative_to(ROOT)}:{line} {function}"))
        else:
            where = "/".join(path.parts[-2:]) if line else ""
            found.append((own, whole, calls, f"~ {where} {function}"))
    return found


# --- the stages ------------------------------------------------------------------------------


def profile(house_: House, stages: Stages, count: int) -> None:
    made = make_documents(count)
    home = f"http://127.0.0.1:{house_.port}"
    urls = [f"{home}{document.path}" for document in made]
    settings = house_.settings(house_.file())
    store = Store.open(settings.database)
    stages.watch(store)
    pages = _pages(store, home, urls)
    queue = Queue.of(settings)
    answers = _fetched(house_, stages, urls)
    with Archive(house_.folder / "warc") as archive:
        stages.run("archive", lambda n: archive.write(answers[n]))
    readings: list[Reading] = stages.run("read", lambda n: read_document(answers[n].body, urls[n]))
    ids: list[int] = []
    pipeline = Pipeline(store, None, {SOURCE: _source(home)})
    come: list[Brought] = []

    def keep(n: int) -> None:
        read = PageReading(readings[n], answers[n].capture())
        come.append(Brought(pages[n], read, True, timedelta(days=1)))
        if len(come) == TOGETHER or n == count - 1:
            ids.extend(one.version_id or 0 for one in pipeline.keeper.keep_news(come) if one is not None)
            come.clear()

    stages.run("store", keep)  # and decide before it
    stages.run("enqueue", lambda n: queue.enqueue(EXTRACT, ids[n : n + TOGETHER]) if not n % TOGETHER else 0)
    begun: list[extracting._Begun] = []

    def begin(n: int) -> None:
        if n % TOGETHER == 0:
            some = partial(
                extracting._begin, version_ids=ids[n : n + TOGETHER], now=datetime.now(UTC), first=True
            )
            begun.extend(store.retrying(some))

    stages.run("begin", begin)

    def figures(n: int) -> extracting._Read:
        version, about = begun[n].version, begun[n].known
        found = extract(version.body, year=about.year, kind=about.kind, region=about.region)
        return extracting._Read(begun[n], found, 0.0)

    found: list[extracting._Read] = stages.run("extract", figures)
    waiting: list[extracting._Read] = []

    def tell(n: int) -> None:
        waiting.append(found[n])
        if len(waiting) == TOGETHER or n == count - 1:
            extracting._keep(store, waiting)
            waiting.clear()

    stages.run("tell", tell)  # store figures and events
    queue.close()
    store.close()


def _pages(store: Store, home: str, urls: Sequence[str]) -> list[Page]:
    source = _source(home)
    row = watchlist.SourceRow(SOURCE, source.name, source.kind, True, home, (source.lists[0].url,))
    with store.begin() as tx:
        watchlist.sync_sources(tx, [row], datetime.now(UTC))
        items = [ListItem(url, url) for url in urls]
        return watchlist.see_items(tx, SOURCE, items, datetime.now(UTC))


def _fetched(house_: House, stages: Stages, urls: Sequence[str]) -> list[Fetched]:
    async def fetch(web: Web, n: int) -> Fetched:
        return await web.fetch(urls[n])

    settings = house_.settings("sqlite:///none.db")
    with asyncio.Runner() as runner:
        pace = SharedPace.connect(house_.redis.url, 0)
        web = Web.from_settings(settings, pace=pace)
        runner.run(web.__aenter__())
        done = stages.run("fetch", lambda n: runner.run(fetch(web, n)))
        runner.run(web.__aexit__(None, None, None))
        runner.run(pace.aclose())
    return done


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=112)
    parser.add_argument("--top", type=int, default=8, help="rows of each table")
    parser.add_argument("--stage", nargs="*", default=[], help="print the tables of these only")
    asked = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    count = max(asked.documents, WARM + 2 * TOGETHER)
    stages = Stages(count, asked.top, asked.stage)
    with house(make_documents(count)) as house_:
        profile(house_, stages, count)
    stages.summary()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
