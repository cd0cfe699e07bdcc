"""What a look at a list costs that has not changed, beside a bare httpx loop over the same lists.

`make bench-lists`. Processor time of the poller, with all its threads, as it runs: leases, robots.txt,
the pace kept in Redis, the archive, the record of the look. Twice: lists that answer 304, and lists that know
no condition and answer 200 with the same bytes. On SQLite and on PostgreSQL. The site is a process of its own
and closes each connection, as hosts do that are asked once an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import structlog
from sqlalchemy import update

from ingest.archive.archive import Archive
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.sources.spec import Source
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.web.shared_pace import SharedPace
from tests.bench.house import House, house
from tests.bench.scale import PER_HOST, Meter, look_at_all, opened, sources_of, web_of

ROUNDS = 3  # the best counts: others use the machine too


@dataclass
class Looks:
    """Of one list: milliseconds of processor time of the bare loop and of ours, our statements."""

    database: str
    answer: str
    bare: float
    ours: float
    statements: float

    def __str__(self) -> str:
        figures = (self.bare, self.ours, self.ours / self.bare, self.statements)
        return f"| {self.database} | {self.answer} | " + " | ".join(f"{n:.2f}" for n in figures) + " |"


HEAD = (
    "| database | answer | bare httpx, CPU ms each | poller, CPU ms each | ratio | SQL statements each |\n"
    "|---|---|---:|---:|---:|---:|"
)


@contextmanager
def timed(found: list[float], count: int) -> Iterator[None]:
    began = time.process_time()
    yield
    found.append(1000 * (time.process_time() - began) / count)


async def bare(sources: dict[str, Source], port: int, found: list[float]) -> None:
    """The same addresses by httpx alone, one after the other, with the condition that was learnt."""
    urls = [watched.url for source in sources.values() for watched in source.lists]
    async with httpx.AsyncClient(trust_env=False) as client:
        with timed(found, len(urls)):
            for url in urls:
                here = f"http://127.0.0.1:{port}{httpx.URL(url).path}"
                answer = await client.get(here, headers={"if-none-match": '"1"'})
                assert answer.status_code == (200 if "/whole/" in url else 304)


async def looks(
    house_: House, store: Store, meter: Meter, sources: dict[str, Source], profile: bool
) -> tuple[float, float]:
    """CPU and statements of one list, by a poller that has seen them all before."""
    count = PER_HOST * len(sources)
    found: list[float] = []
    statements = 0.0
    pace = SharedPace.connect(house_.redis.url, 0)
    with Archive(house_.folder / "warc-lists") as archive:
        async with web_of(house_, pace, archive) as web:
            poller = Poller(Pipeline(store, None, sources), web)
            await asyncio.to_thread(poller.watch)
            for slug in sources:  # without the pages behind them
                for watched in poller._lease_lists(slug):
                    await poller.lists.poll(watched)
            for round_ in range(ROUNDS + 1):
                with store.begin() as tx:
                    tx.execute(update(t.lists).values(next_poll_at=datetime.now(UTC)))
                    later = datetime.now(UTC) + timedelta(days=1)
                    tx.execute(update(t.pages).values(next_fetch_at=later))
                before, watch = meter.statements, cProfile.Profile() if profile and round_ == ROUNDS else None
                if watch:
                    watch.enable()
                with timed(found, count):
                    await look_at_all(poller, store, count)
                if watch:
                    watch.disable()
                    pstats.Stats(watch).sort_stats("tottime").print_stats(45)
                statements = (meter.statements - before) / count
    await pace.aclose()
    return min(found[1:]), statements


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=600)
    parser.add_argument("--databases", nargs="*", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--answers", nargs="*", default=["304", "200"])
    parser.add_argument("--profile", action="store_true", help="where the time of the last round goes")
    asked = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    print(HEAD, flush=True)
    with house([]) as house_:
        for name in asked.databases:
            for answer in asked.answers:
                sources = sources_of(house_, asked.lists, "list" if answer == "304" else "whole")
                found: list[float] = []
                for _ in range(ROUNDS):
                    asyncio.run(bare(sources, house_.port, found))
                meter = Meter()
                url = house_.file() if name == "SQLite" else house_.database()[1]
                with opened(url, meter) as store:
                    ours, statements = asyncio.run(looks(house_, store, meter, sources, asked.profile))
                print(Looks(name, answer, min(found), ours, statements), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
