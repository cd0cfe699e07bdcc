"""One id from the fetch to the alert: its form, where it is bound, and what keeps it on the way."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import timedelta

import pytest
from test_workers_jobs import simple

from ingest.settings import load_settings
from ingest.store import documents, outbox
from ingest.store.db import Store
from ingest.telemetry import trace
from tests.support.showing import KEY, show
from tests.support.store_samples import NOW
from workers import jobs
from workers.context import Context

TEXT = "2026年全区经济社会发展的主要预期目标是：地区生产总值增长6%，社会消费品零售总额增长7%。"


def test_it_is_a_trace_id_that_begins_with_the_time_of_the_fetch() -> None:
    first, second = trace.new_trace_id(NOW), trace.new_trace_id(NOW + timedelta(milliseconds=1))
    # W3C Trace Context: 32 hex digits; RFC 9562: version 7, variant 10.
    assert re.fullmatch(r"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}", first)
    assert first < second
    assert abs(trace.fetched_at(first) - NOW) < timedelta(milliseconds=1)
    assert len({trace.new_trace_id(NOW) for _ in range(1000)}) == 1000


def test_it_holds_for_what_is_at_hand_and_for_the_threads_that_this_starts() -> None:
    async def work() -> tuple[str | None, str | None]:
        with trace.traced():
            trace.begin(NOW)
            inside = trace.current()
            assert await asyncio.to_thread(trace.current) == inside
            with trace.traced("of another"):
                assert trace.current() == "of another"
            return inside, trace.current()

    async def both() -> list[tuple[str | None, str | None]]:
        return await asyncio.gather(work(), work())

    (one, one_after), (other, _) = asyncio.run(both())
    assert one == one_after != other
    assert trace.current() is None
    seen: list[str | None] = []
    with trace.traced("here"):
        unrelated = threading.Thread(target=lambda: seen.append(trace.current()))
        unrelated.start()
        unrelated.join()
    assert seen == [None]


@pytest.mark.both_databases
def test_what_follows_from_two_fetches_has_the_id_of_the_first(store: Store) -> None:
    first, second, third = (trace.new_trace_id(NOW + timedelta(seconds=n)) for n in range(3))
    with trace.traced(first):
        version = show(store, TEXT).version_id
    with trace.traced(second):
        show(store, TEXT, source="repost", official=False)
    assert version is not None
    context = Context(load_settings(), simple)
    jobs.extract_all(store, context, [version])
    with store.read() as tx:
        told = {event.trace_id for event in outbox.events(tx)}
        report = documents.report(tx, 1)
    assert told == {first}
    assert report is not None
    assert (report.key, report.unsettled_by) == (KEY, None)
    with trace.traced(third):
        show(store, TEXT, source="third", official=False)
    jobs.settle_all(store, context, [report.id])
    with store.read() as tx:
        copies = [event for event in outbox.events(tx) if event.type == "copy.appeared"]
    assert third in {event.trace_id for event in copies}
