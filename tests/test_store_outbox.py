"""Events: appended once, fanned out once, read through a filter."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.event import listen

from ingest import filters
from ingest.events import EventType
from ingest.model import Event, Filter, Kind
from ingest.store import outbox
from ingest.store.db import Store
from tests.support.store_samples import NOW, a_page, a_reading, an_event, show, watch

pytestmark = pytest.mark.both_databases


def test_an_event_is_appended_once_and_never_changes(store: Store) -> None:
    one, two = an_event("一"), an_event("二")
    with store.begin() as tx:
        assert outbox.latest_sequence(tx) == 0
        assert outbox.append(tx, []) == []
        assert outbox.append(tx, [one, one]) == [one]
    with store.begin() as tx:
        assert outbox.append(tx, [one, two]) == [two]
    with store.read() as tx:
        first, second = outbox.events(tx, newest_first=False)
        assert (first.id, second.id) == (one.id, two.id)
        assert first.sequence < second.sequence == outbox.latest_sequence(tx)
        assert dict(first.data) == dict(one.data)
        assert (first.type, first.subject, first.occurred_at) == ("report.published", "一", NOW)


def test_an_event_leaves_with_its_transaction(store: Store) -> None:
    def fail() -> None:
        with store.begin() as tx:
            outbox.append(tx, [an_event("一")])
            raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        fail()
    with store.begin() as tx:
        assert outbox.events(tx) == []
        assert len(outbox.append(tx, [an_event("一")])) == 1


def test_fan_out_takes_each_event_once_oldest_first(store: Store) -> None:
    with store.begin() as tx:
        outbox.append(tx, [an_event(str(n)) for n in range(5)])
        batch = outbox.to_fan_out(tx, 3)
        assert [event.subject for event in batch] == ["0", "1", "2"]
        outbox.fanned_out(tx, [event.id for event in batch], NOW)
        outbox.fanned_out(tx, [], NOW)
        assert [event.subject for event in outbox.to_fan_out(tx, 9)] == ["3", "4"]


def _world(store: Store) -> None:
    """Five events of two reports, one of a source, one of a report that nobody has seen."""
    with store.begin() as tx:
        watch(tx)
        here = show(tx, a_page(tx, name="1"), a_reading("甲")).report_id
        there = show(
            tx, a_page(tx, name="2"), a_reading("乙", code="110101", kind=Kind.PLAN_REPORT)
        ).report_id
        outbox.append(
            tx,
            [
                an_event("r1", report_id=here),
                an_event("t1", EventType.TARGET_PUBLISHED, indicator="gdp", report_id=here),
                an_event("t2", EventType.TARGET_PUBLISHED, indicator="cpi", headline=False, report_id=here),
                an_event("c1", EventType.COPY_APPEARED, official=False, report_id=here),
                an_event(
                    "r2",
                    EventType.REPORT_PROVISIONAL,
                    code="110101",
                    kind="plan_report",
                    official=False,
                    report_id=there,
                ),
                an_event("s1", EventType.SOURCE_BROKEN, code=None),
                an_event("o1", EventType.REPORT_OVERDUE, code="500112"),
            ],
        )


@pytest.mark.parametrize(
    ("filter", "subjects"),
    [
        (Filter(headline_only=False), "r1 t1 t2 r2 s1 o1"),
        (Filter(), "r1 t1 r2 s1 o1"),
        (Filter(types=("*",), headline_only=False), "r1 t1 t2 c1 r2 s1 o1"),
        (Filter(types=("target.*",), headline_only=False), "t1 t2"),
        (Filter(types=("copy.appeared", "source.broken")), "c1 s1"),
        (Filter(types=("target_*",)), ""),
        (Filter(regions=("500000",)), "r1 t1 o1"),
        (Filter(regions=("500106",), types=("report.*",)), "r1"),
        (Filter(regions=("110000", "500000"), types=("report.*",)), "r1 r2 o1"),
        (Filter(regions=("440000",)), ""),
        (Filter(kinds=("work_report",), types=("*",)), "r1 t1 c1 o1"),
        (Filter(indicators=("cpi",), headline_only=False, types=("target.*",)), "t2"),
        (Filter(official_only=True), "r1 t1 s1 o1"),
    ],
)
def test_events_through_a_filter(store: Store, filter: Filter, subjects: str) -> None:
    _world(store)
    with store.read() as tx:
        found = outbox.events(tx, filter, newest_first=False)
        assert " ".join(event.subject for event in found) == subjects
        assert outbox.events(tx, filter) == found[::-1]
        everything = outbox.events(tx, Filter(types=("*",), headline_only=False), newest_first=False)
        # SQL may only choose roughly: filters.matches says the same.
        assert [event for event in everything if filters.matches(filter, event)] == found


def test_windows_of_events(store: Store) -> None:
    with store.begin() as tx:
        outbox.append(tx, [an_event(f"{n:03}") for n in range(450)])
        rare = an_event("rare", EventType.REPORT_WITHDRAWN)
        outbox.append(tx, [rare])
    with store.read() as tx:
        oldest = outbox.events(tx, newest_first=False, limit=1000)
        assert [event.subject for event in oldest] == [*(f"{n:03}" for n in range(450)), "rare"]
        first = oldest[0].sequence
        assert [event.subject for event in outbox.events(tx, limit=3)] == ["rare", "449", "448"]
        assert [e.subject for e in outbox.events(tx, after=first + 9, limit=2, newest_first=False)] == [
            "010",
            "011",
        ]
        assert [e.subject for e in outbox.events(tx, before=first + 9, limit=2)] == ["008", "007"]
        assert [e.subject for e in outbox.events(tx, after=first, before=first + 3)] == ["002", "001"]
        assert [e.subject for e in outbox.events(tx, after=first, before=first + 3, newest_first=False)] == [
            "001",
            "002",
        ]
        assert outbox.events(tx, after=outbox.latest_sequence(tx)) == []
        # A filter that passes little is looked for over many windows.
        few = Filter(types=("report.*",), indicators=("gdp",))
        assert [event.subject for event in outbox.events(tx, few, limit=2)] == [
            event.subject for event in oldest[::-1] if filters.matches(few, event)
        ][:2]


# --- many events, few of them wanted ----------------------------------------------------------

FILTERS = [
    Filter(types=("*",), headline_only=False),
    Filter(types=("source.broken",)),
    Filter(types=("report.*",), regions=("500000",)),
    Filter(regions=("110000",)),
    Filter(kinds=("plan_report",)),
    Filter(indicators=("gdp",)),
    Filter(indicators=("no such", "pm25")),
    Filter(official_only=True),
]


def test_however_little_is_looked_at_in_one_go_nothing_is_missed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _world(store)
    figures = {"targets": [{"indicator": "gdp", "headline": True}], "targets_total": 1}
    with store.begin() as tx:
        data = [{}, figures, {"target": {"indicator": "pm25", "headline": True}}, {"target": None}] * 5
        told = [an_event(f"more {n}") for n in range(len(data))]
        types = ("report.published", "report.revised", "target.published", "target.revised")
        outbox.append(tx, [replace(e, type=types[n % 4], data=data[n]) for n, e in enumerate(told)])

    def followed(tx: Connection, wanted: Filter, limit: int) -> list[Event]:
        seen: list[Event] = []
        after, more = 0, True
        while more:
            batch = outbox.events_after(tx, wanted, after, limit)
            assert len(batch.events) <= limit
            assert after < batch.reached <= after + outbox.LOOKED_AT
            seen += batch.events
            after, more = batch.reached, batch.more
        assert after == outbox.latest_sequence(tx)
        assert outbox.events_after(tx, wanted, after, 5) == outbox.Batch([], after, False)
        return seen

    with store.read() as tx:
        for wanted, limit, bounds in product(FILTERS, (1, 2, 500), ((3, 100), (100, 1), (1000, 1000))):
            monkeypatch.setattr(outbox, "LOOKED_AT", bounds[0])
            monkeypatch.setattr(outbox, "TAKEN_APART", bounds[1])
            assert followed(tx, wanted, limit) == outbox.events(tx, wanted, newest_first=False), wanted


def test_one_call_takes_only_so_many_apart(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "TAKEN_APART", 200)
    with store.begin() as tx:
        outbox.append(tx, [an_event(str(n)) for n in range(1000)])
        batch = outbox.events_after(tx, Filter(official_only=True, regions=("990000",)), 0, 100)
    assert batch == outbox.Batch([], 200, True)


def test_many_events_that_a_rough_choice_lets_through_are_read_in_few_pages(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may sort all of them for each page: what passes SQL and not the filter costs few pages,
    and what a source says does not pass SQL where a place is asked for."""
    monkeypatch.setattr(outbox, "LARGEST_PAGE", 1_000)
    unseen = [replace(an_event(f"u{n}"), report_id=None, type="report.overdue") for n in range(1_500)]
    broken = [replace(an_event(f"b{n}"), report_id=None, type="source.broken") for n in range(1_500)]
    with store.begin() as tx:
        outbox.append(tx, [*unseen, *broken])
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    with store.read() as tx:
        listen(tx, "before_cursor_execute", count)
        assert outbox.events(tx, Filter(regions=("990000",))) == []
    assert asked < 8, "statements"


def test_events_by_sequence(store: Store) -> None:
    with store.begin() as tx:
        outbox.append(tx, [an_event(str(n)) for n in range(5)])
        newest = outbox.events(tx)
        assert outbox.at(tx, [event.sequence for event in reversed(newest)]) == newest
        assert outbox.at(tx, []) == []
        assert outbox.at(tx, [10**6]) == []


def test_the_events_of_an_indicator_are_looked_up(store: Store) -> None:
    """However many there are of others: each is found by its number, and the numbers in an index."""
    told = [an_event(name, EventType.TARGET_PUBLISHED, indicator=name) for name in ("nox", "gdp")]
    plans: list[str] = []

    def explain(tx: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "event_indicators" in statement and not statement.startswith("EXPLAIN"):
            how = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
            plans.append("\n".join(str(row) for row in tx.exec_driver_sql(f"{how} {statement}", parameters)))

    with store.begin() as tx:
        outbox.append(tx, told)
    with store.read() as tx:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")  # a small table is read whole
        listen(tx, "before_cursor_execute", explain)
        nox = Filter(indicators=("nox",))
        found = [*outbox.events(tx, nox), *outbox.events_after(tx, nox, 0, 9).events]
        assert [event.id for event in found] == [told[0].id] * 2
    assert len(plans) == 2
    for plan in plans:
        assert "pk_event_indicators" in plan or "SEARCH event_indicators USING PRIMARY KEY" in plan
        assert "Seq Scan" not in plan
        assert "SCAN event" not in plan
