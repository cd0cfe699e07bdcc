"""How long the first look at a filter's events takes among a million, beside a query for one event.

`make bench-events`, or with ARGS="--events 100000". Both databases; made events, nearly all of targets. What
is remembered of a look (alerts/web/feeds) does not count here. The best of several counts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from sqlalchemy import text

from ingest.model import Filter
from ingest.store import outbox
from ingest.store.db import Store
from tests.bench.house import house
from tests.bench.scale import opened

TRIES = 5
ALLOWED = 20.0  # times the query for one event, for the rarest indicator
COMMON = 60  # indicators that share all but a few events
LOOKS: Sequence[tuple[str, Filter]] = (
    ("rarest indicator", Filter(indicators=("grain_output",), types=("*",))),
    ("one that none has", Filter(indicators=("nox",), types=("*",))),
    ("common indicator", Filter(indicators=("i7",), types=("*",))),
    ("common indicator, by default", Filter(indicators=("i7",))),
    ("common indicator of a rare type", Filter(indicators=("i7",), types=("target.withdrawn",))),
    ("all", Filter(types=("*",), headline_only=False)),
)


def fill(store: Store, number: int) -> None:
    """Targets, one event in 5,000 a report without figures, three of the rarest indicator."""
    with store.begin() as tx:
        postgresql = tx.dialect.name == "postgresql"
        numbers = (
            "SELECT generate_series(1, :number) AS n"
            if postgresql
            else "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :number)"
            " SELECT n FROM s"
        )
        indicator = f"CASE WHEN n % (:number / 3) = 5 THEN 'grain_output' ELSE 'i' || (n % {COMMON}) END"
        target = (
            '\'{"report": {"key": "work_report/500106/2026", "kind": "work_report"}, "target":'
            ' {"indicator": "\' || ' + indicator + ' || \'", "headline": true, "low": 5.0, "quote":'
            ' "' + "全年实现增长百分之五左右，" * 12 + "\"}}'"
        )
        type_ = "CASE WHEN n % 5000 = 0 THEN 'report.withdrawn' ELSE 'target.published' END"
        data = f"CASE WHEN n % 5000 = 0 THEN '{{}}' ELSE {target} END"
        data = f"CAST({data} AS json)" if postgresql else data
        at = "now()" if postgresql else "'2026-02-01 00:00:00.000000'"
        tx.execute(
            text(
                "INSERT INTO events (sequence, id, type, subject, occurred_at, data, fanned_out_at)"
                f" SELECT n, 'evt_' || n, {type_}, 's', {at}, {data}, {at} FROM ({numbers}) AS made"
            ).bindparams(number=number)
        )
        tx.execute(
            text(
                "INSERT INTO event_indicators (indicator, type, sequence)"
                f" SELECT CASE WHEN n % 5000 = 0 THEN '' ELSE {indicator} END, {type_}, n"
                f" FROM ({numbers}) AS made"
            ).bindparams(number=number)
        )
        if postgresql:
            tx.execute(text("ANALYZE events"))
            tx.execute(text("ANALYZE event_indicators"))


def best(look: Callable[[], object]) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(TRIES):
        began = time.perf_counter()
        look()
        taken.append(1000 * (time.perf_counter() - began))
    return min(taken)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="*", default=["SQLite", "PostgreSQL"])
    asked = parser.parse_args(arguments)
    print("| database | first look at | ms | times one event |\n|---|---|---:|---:|", flush=True)
    well = True
    with house([]) as house_:
        for name in asked.databases:
            with opened(house_.file() if name == "SQLite" else house_.database()[1]) as store:
                fill(store, asked.events)
                with store.read() as tx:
                    one = best(lambda: outbox.at(tx, [asked.events // 2]))
                    print(f"| {name} | one event by its number | {one:.2f} | 1 |", flush=True)
                    for said, filter_ in LOOKS:
                        taken = best(lambda: outbox.events(tx, filter_, limit=100))  # noqa: B023
                        well &= said != LOOKS[0][0] or taken <= ALLOWED * one
                        print(f"| {name} | {said} | {taken:.2f} | {taken / one:.1f} |", flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
