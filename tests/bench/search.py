"""How long a search takes, what the index costs a text to put in, and how many bytes it keeps of one.

`make bench-search`, or with ARGS="--texts 3000 --letters 10000". Both databases, a made store: reports of
sentences of our own, whose words are as frequent as those of a language (Zipf), so that some terms are in
every text and some in few. Beside each search stands what a query for one row by its key takes in the same
run.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, text

from ingest.filters import Years
from ingest.model import Kind
from ingest.regions.gazetteer import divisions
from ingest.store import rows, search, text_index
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.store.search import Asked
from tests.bench.house import cpu_of
from tests.bench.pages_load import made

NOW = datetime(2026, 1, 20, tzinfo=UTC)
TRIES = 20
AT_ONCE = 500  # reports of one transaction
COMMON = "地区生产总值增长6%左右"  # in every report
SOME = "大力发展低空经济"  # in one of five
RARE = "建设氢能重卡走廊"  # in one of two thousand

QUERIES: dict[str, Asked] = {
    "地区生产总值 (in every text)": Asked("地区生产总值"),
    "GDP (as that)": Asked("GDP"),
    "低空 (in one of five)": Asked("低空"),
    "低空经济": Asked("低空经济"),
    "氢能重卡 (in one of 2,000)": Asked("氢能重卡"),
    "人 (one letter)": Asked("人"),
    "低空经济 地区生产总值": Asked("低空经济 地区生产总值"),
    "低空经济, 重庆": Asked("低空经济", regions=["500000"]),
    "低空经济, 2020-2023, work reports": Asked("低空经济", years=Years(2020, 2023), kind=Kind.WORK_REPORT),
    "低空经济, with a target of gdp": Asked("低空经济", indicators=["gdp"]),
    "没有人说过的话 (in none)": Asked("没有人说过的话"),
    "200 letters": Asked("大力发展低空经济地区生产总值增长" * 12),
}


def words(number: int) -> list[str]:
    """So many words of two to four letters of the three thousand most used, with what they weigh."""
    dice = random.Random(5)
    letters = [chr(0x4E00 + 7 * n) for n in range(2_900)]
    weights = [1 / (n + 20) for n in range(len(letters))]
    return ["".join(dice.choices(letters, weights, k=dice.choice((2, 2, 2, 3, 4)))) for _ in range(number)]


def sentences(number: int) -> list[str]:
    known = words(30_000)
    weights = list(itertools.accumulate(1 / (n + 10) for n in range(len(known))))
    dice = random.Random(6)
    made = (dice.choices(known, cum_weights=weights, k=16) for _ in range(number))
    return [f"{''.join(one[:7])}，{''.join(one[7:])}。" for one in made]


def bodies(number: int, length: int) -> Iterator[str]:
    known = sentences(20_000)
    weights = list(itertools.accumulate(1 / (n + 500) for n in range(len(known))))
    dice = random.Random(8)
    each = max(1, length * len(known) // sum(map(len, known)))
    for n in range(number):
        said = [COMMON + "。", *dice.choices(known, cum_weights=weights, k=each)]
        if n % 5 == 0:
            said.insert(len(said) // 2, SOME + "。")
        if n % 2_000 == 0:
            said.insert(len(said) // 3, RARE + "。")
        yield "".join(said) + str(n)


def fill(store: Store, number: int, length: int) -> float:
    """Reports with their texts, as the store keeps them; gives seconds a text of what search adds."""
    regions = [*divisions("county", NOW.date()), *divisions("city", NOW.date())]
    spent = 0.0
    made = enumerate(bodies(number, length), 1)
    while part := list(itertools.islice(made, AT_ONCE)):
        with store.begin() as tx:
            _insert(tx, part, regions)
            began = time.perf_counter()
            search.refresh(tx, [n for n, _ in part])
            spent += time.perf_counter() - began
    return spent / number


def _insert(tx: Connection, part: list[tuple[int, str]], regions: list) -> None:  # type: ignore[type-arg]
    report_rows, version_rows, target_rows = [], [], []
    for n, body in part:
        region, year = regions[n % len(regions)], 2007 + n // len(regions) % 20
        kind = Kind.WORK_REPORT if n // len(regions) < 20 else Kind.PLAN_REPORT
        key = f"{kind.value}/{region.key}/{year}/{n}"
        report_rows.append(
            {"id": n, "key": key, "kind": kind.value, **rows.region_columns(region), "year": year,
             "title": f"{region.name}{year}年政府工作报告", "first_seen_at": NOW, "announced_version_id": n,
             "announced_at": NOW, "provisional": False}
        )  # fmt: skip
        version_rows.append(
            {"id": n, "content_hash": f"sha256:{n:064}", "report_id": n, "title": None, "body": body,
             "header": {}, "identity": {"title": None, "meeting": None, "speaker": "张三"},
             "relation": "same", "first_seen_at": NOW, "extracted_at": NOW, "attempts": 1}
        )  # fmt: skip
        target_rows.append(
            {"version_id": n, "start": 0, "end": 12, "indicator": "gdp", "label": "地区生产总值",
             "year": year, "measure": "growth", "comparator": "about", "low": 6.0, "high": 6.0, "unit": "%",
             "headline": True, "quote": COMMON, "sentence": COMMON, "owner": ""}
        )  # fmt: skip
    tx.execute(insert(t.reports), report_rows)
    tx.execute(insert(t.versions), version_rows)
    tx.execute(insert(t.targets), target_rows)


def seconds(store: Store, server: list[int], work: Callable[[Connection], object]) -> tuple[float, float]:
    """On the clock, the median of some tries, each in a transaction of its own, after one to warm up; and on
    the processor, of this process and the database's, which says more where a machine is busy: the mean."""
    found = []
    for number in range(TRIES + 1):
        if number == 1:
            spent, of_server = time.process_time(), cpu_of(server) or 0.0
        began = time.perf_counter()
        with store.read() as tx:
            work(tx)
        found.append(time.perf_counter() - began)
    used = time.process_time() - spent + (cpu_of(server) or 0.0) - of_server
    return statistics.median(found[1:]), used / TRIES


def size(store: Store) -> tuple[int, int]:
    """Bytes of the whole database and of what is searched."""
    with store.read() as tx:
        if tx.dialect.name == "sqlite":
            pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            whole = int(tx.execute(text(pages)).scalar_one())
            blocks = f"SELECT sum(length(block)) FROM {text_index.NAME}_data"
            index = int(tx.execute(text(blocks)).scalar_one())
            about = select(func.sum(func.length(t.search_texts.c.about) * 3 + 60))
            return whole, index + int(tx.execute(about).scalar_one())
        whole = int(tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        tables = (
            f"SELECT pg_total_relation_size('{text_index.NAME}') + pg_total_relation_size('search_texts')"
        )
        return whole, int(tx.execute(text(tables)).scalar_one())


def show(name: str, store: Store, server: list[int], number: int, length: int) -> None:
    print(f"\n## {name}: {number:,} texts of {length:,} letters\n")
    with store.read() as tx:
        there = tx.execute(select(func.count()).select_from(t.search_texts)).scalar_one()
    if there != number:
        each = fill(store, number, length)
        print(f"to put one in: {1000 * each:.1f} ms; ", end="")
    if name == "PostgreSQL":
        with store.begin() as tx:
            tx.execute(text("ANALYZE"))
    whole, index = size(store)
    print(f"bytes of one in the index: {index / number:,.0f}, of {whole / number:,.0f} in the database\n")
    key = _one_key(store, number // 2)
    point, least = seconds(
        store, server, lambda tx: tx.execute(select(t.reports).where(t.reports.c.key == key)).all()
    )
    print("| asked | hits | ms | CPU ms | times a query for one row |\n|---|---:|---:|---:|---:|")
    print(f"| one row by its key | 1 | {1000 * point:.2f} | {1000 * least:.2f} | 1 |")
    for said, asked in QUERIES.items():
        with store.read() as tx:
            found = search.search(tx, asked)
        took, spent = seconds(store, server, lambda tx, asked=asked: search.search(tx, asked))  # type: ignore[misc]
        hits = f"{found.count:,}" if found.exact else f"about {found.count:,}"
        print(
            f"| {said} | {hits} | {1000 * took:.1f} | {1000 * spent:.1f} | {took / point:.0f} |", flush=True
        )


def _one_key(store: Store, report_id: int) -> str:
    with store.read() as tx:
        return str(tx.execute(select(t.reports.c.key).where(t.reports.c.id == report_id)).scalar_one())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument(
        "--letters", type=int, default=600, help="of one text; real reports have 8,000 to 20,000"
    )
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", type=Path, help="a folder in which the made stores stay for the next time")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = given.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="gongbao-search-"))
        for database, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
            if given.only in (None, database):
                with made(database, Path(folder)) as store:
                    pid = Path(folder) / "pg" / "postmaster.pid"
                    server = [] if database == "sqlite" else [int(pid.read_text().split()[0])]
                    show(name, store, server, given.texts, given.letters)


if __name__ == "__main__":
    main()
