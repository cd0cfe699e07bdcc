"""The sender with many endpoints, with a long backlog, and through every row of the table of attempts."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from alerts.delivery.leasing import PER_ENDPOINT
from alerts.delivery.retry import SCHEDULE
from alerts.delivery.send import run
from ingest.model import Delivery, DeliveryState, Filter
from ingest.store import subscriptions
from ingest.store.db import Store
from ingest.store.tables import attempts
from ingest.store.tables import deliveries as table
from tests.support.receiver import Behaviour, Receiver, drip_head, endless_body, hang, nonsense, reset, status
from tests.support.subscribers import (
    ALL,
    SECRET,
    START,
    Clock,
    once,
    report_event,
    sender,
    settings_for,
    subscribe,
    tell,
)

DUE, DONE, DEAD = DeliveryState.DUE, DeliveryState.DONE, DeliveryState.DEAD


def deliveries(store: Store, id: str | None = None) -> list[Delivery]:
    with store.read() as tx:
        return subscriptions.deliveries(tx, id, limit=10_000)


def in_state(store: Store, id: str, state: DeliveryState) -> int:
    with store.read() as tx:
        theirs = (table.c.subscription_id == id, table.c.state == state.value)
        return tx.scalar(select(func.count()).where(*theirs)) or 0


# --- many endpoints --------------------------------------------------------------------------


@pytest.mark.parametrize("every", [10, 2], ids=["20", "100"])
def test_of_200_endpoints_some_hang_and_the_others_get_everything(
    store: Store, tmp_path: Path, every: int
) -> None:
    """Every one has its own server. The dead hang until the end, at the first event that they are ever sent:
    whatever arrives did not wait for them."""

    async def scenario() -> None:
        each, now = 2, datetime.now(UTC)
        settings = settings_for(tmp_path, deadline=120)
        async with AsyncExitStack() as stack:
            receivers = {
                f"sub_{n:03}": await stack.enter_async_context(
                    Receiver(hang if n % every == 0 else status(200))
                )
                for n in range(200)
            }
            dead = {id_: receiver for id_, receiver in receivers.items() if receiver.script == [hang]}
            good = {id_: receiver for id_, receiver in receivers.items() if id_ not in dead}
            assert (len(dead), len(good)) == (200 // every, 200 - 200 // every)
            for id_, receiver in receivers.items():
                subscribe(store, receiver.url, id_, at=now)
            tell(store, *(report_event(n, now) for n in range(each)))
            stop = asyncio.Event()
            task = asyncio.create_task(run(settings, store, stop, clock=lambda: now))
            await asyncio.gather(*(receiver.arrived(each, patience=30) for receiver in good.values()))
            assert not any(d.attempts for id_ in dead for d in deliveries(store, id_))  # they hang still
            stop.set()
            for receiver in dead.values():
                receiver.over.set()
            await task

        expected = sorted(report_event(n).id for n in range(each))
        for receiver in good.values():
            assert sorted(receiver.ids) == expected
            receiver.received[0].verified(SECRET)
        for id_ in good:
            assert {(d.state, d.attempts) for d in deliveries(store, id_)} == {(DONE, 1)}
        for id_, receiver in dead.items():
            assert len(receiver.received) <= PER_ENDPOINT
            theirs = deliveries(store, id_)
            assert len(theirs) == each
            assert {d.state for d in theirs} == {DUE}
            assert sum(d.attempts for d in theirs) == len(receiver.received)

    asyncio.run(scenario())


def test_names_that_hang_in_the_dns_delay_no_other(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's resolver blocks a thread for each; none of them may be the one that a good name needs."""
    answered, looked_up = threading.Event(), socket.getaddrinfo

    def resolver(host: str, port: int, *args: Any, **more: Any) -> Any:
        if host.startswith("dead"):
            answered.wait(60)
            raise socket.gaierror("no answer")
        return looked_up("127.0.0.1", port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)

    async def scenario() -> None:
        now = datetime.now(UTC)
        settings = settings_for(tmp_path, deadline=60).model_copy(update={"allow_hosts": ("good.example",)})
        async with Receiver() as good, sender(settings, store, Clock(now)) as it:
            for n in range(99):
                subscribe(store, f"http://dead{n}.example/", f"sub_a{n:02}", at=now)
            subscribe(store, good.url.replace("127.0.0.1", "good.example"), "sub_z", at=now)
            tell(store, report_event(1, now))
            await it.look()
            await good.arrived(1)
            answered.set()

    try:
        asyncio.run(scenario())
    finally:
        answered.set()


@pytest.mark.both_databases
def test_an_event_overtakes_the_thousand_that_wait_for_a_dead_endpoint(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        backlog, now = 1000, datetime.now(UTC)
        settings = settings_for(tmp_path, deadline=120)
        async with Receiver(hang) as dead, Receiver() as good:
            subscribe(store, dead.url, "sub_dead", at=now)
            subscribe(store, good.url, "sub_good", Filter(types=("report.revised",)), at=now)
            tell(store, *(report_event(n, now) for n in range(backlog)))
            stop = asyncio.Event()
            task = asyncio.create_task(run(settings, store, stop, clock=lambda: now))
            await dead.arrived(1)
            tell(store, report_event(backlog, now, "report.revised"))
            await good.arrived(1)
            assert len(dead.received) == 1
            assert in_state(store, "sub_dead", DONE) == 0
            assert in_state(store, "sub_dead", DUE) >= backlog
            stop.set()
            dead.over.set()
            await task
        assert good.ids == [report_event(backlog).id]
        assert in_state(store, "sub_good", DONE) == 1

    asyncio.run(scenario())


# --- every row of the table ------------------------------------------------------------------

ALWAYS_500: list[Behaviour] = [status(500)] * 10
EVERY_KIND: list[Behaviour] = [
    status(500),
    reset,
    status(302, location="http://127.0.0.1:1/"),
    nonsense,
    status(429),
    hang,
    status(404),
    drip_head,
    status(503, retry_after="soon"),
    status(401),
]


@pytest.mark.parametrize("script", [ALWAYS_500, EVERY_KIND], ids=["500", "every kind of failure"])
def test_each_attempt_comes_at_its_time_and_not_before(
    store: Store, tmp_path: Path, script: list[Behaviour]
) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path, deadline=60)
        came: list[datetime] = []
        async with Receiver(*script, leap=60) as receiver, sender(settings, store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            for number, wait in enumerate(SCHEDULE, 1):
                if wait:
                    clock.now += wait - timedelta(seconds=1)
                    await once(it)
                    assert len(receiver.received) == number - 1, f"attempt {number} came too early"
                    clock.advance(seconds=1)
                await once(it)
                assert len(receiver.received) == number, f"attempt {number} did not come"
                came.append(clock.now)
            clock.advance(days=10)
            await once(it)
            assert len(receiver.received) == len(SCHEDULE)
            assert len(set(receiver.ids)) == len({request.body for request in receiver.received}) == 1
        [delivery] = deliveries(store)
        assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == (DEAD, len(SCHEDULE), None)
        with store.read() as tx:
            logged = list(tx.execute(select(attempts.c.at).order_by(attempts.c.id)).scalars())
        assert logged == came
        assert came[-1] - START == sum(SCHEDULE, timedelta())

    asyncio.run(scenario())


@pytest.mark.parametrize("last", range(1, len(SCHEDULE) + 1))
@pytest.mark.parametrize("good", [status(204), endless_body], ids=["204", "endless body"])
def test_a_success_in_any_row_is_the_end(store: Store, tmp_path: Path, last: int, good: Behaviour) -> None:
    async def scenario() -> None:
        clock = Clock()
        script = [*ALWAYS_500[: last - 1], good]
        async with Receiver(*script) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            for wait in SCHEDULE:
                clock.now += wait
                await once(it)
        assert len(receiver.received) == last
        [delivery] = deliveries(store)
        assert (delivery.state, delivery.attempts, delivery.last_error) == (DONE, last, None)
        assert delivery.done_at == START + sum(SCHEDULE[:last], timedelta())
        with store.read() as tx:
            assert [s.failing_since for s in subscriptions.all(tx)] == [None]

    asyncio.run(scenario())


@pytest.mark.parametrize("row", range(1, len(SCHEDULE)))
def test_retry_after_is_kept_in_every_row_where_it_asks_for_more(
    store: Store, tmp_path: Path, row: int
) -> None:
    async def scenario() -> None:
        clock = Clock()
        planned, asked = SCHEDULE[row], timedelta(hours=20, minutes=30)
        patient = status(429, retry_after=str(int(asked.total_seconds())))
        script = [*ALWAYS_500[: row - 1], patient, status(200)]
        async with Receiver(*script) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url, filter=ALL)
            tell(store, report_event(1))
            for wait in SCHEDULE[:row]:
                clock.now += wait
                await once(it)
            assert len(receiver.received) == row
            clock.now += max(planned, asked) - timedelta(seconds=1)
            await once(it)
            assert len(receiver.received) == row
            clock.advance(seconds=1)
            await once(it)
            assert len(receiver.received) == row + 1
        assert deliveries(store)[0].state is DONE

    asyncio.run(scenario())
