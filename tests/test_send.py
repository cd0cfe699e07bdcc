"""The sender against real receivers: what is sent, what each answer does, who waits for whom."""

from __future__ import annotations

import asyncio
import logging
import math
import re
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis.asyncio
from pydantic import SecretStr
from sqlalchemy import select
from structlog.testing import capture_logs

from alerts.delivery import endpoints, leasing, send
from alerts.delivery.attempt import ANSWER_LIMIT, SLOW_FOR_EACH
from alerts.delivery.leasing import PER_ENDPOINT
from alerts.delivery.send import Sender, run
from alerts.delivery.vault import Vault
from ingest.errors import StoreError
from ingest.model import DeliveryState
from ingest.queue import EVENTS_CHANNEL, queue_url
from ingest.redis.server import EmbeddedRedis
from ingest.store import presence, subscriptions
from ingest.store.db import Store
from ingest.store.tables import attempts
from ingest.telemetry import trace
from tests.support.receiver import (
    Behaviour,
    Receiver,
    drip_body,
    drip_head,
    endless_body,
    hang,
    nonsense,
    reset,
    status,
)
from tests.support.subscribers import (
    ALL,
    SECRET,
    START,
    Clock,
    deliveries,
    once,
    report_event,
    sender,
    settings_for,
    standing,
    subscribe,
    tell,
)

DUE, DONE, DEAD = DeliveryState.DUE, DeliveryState.DONE, DeliveryState.DEAD


async def looking(it: Sender, done: Callable[[], bool]) -> None:
    """Look as the sender does: when something ended, and every now and then."""
    async with asyncio.timeout(20):
        while not done():
            it.nudged.clear()
            await it.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await it.nudged.wait()


# --- what is sent ----------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_delivery_is_signed_complete_and_done(store: Store, tmp_path: Path) -> None:
    followed = trace.new_trace_id(datetime.now(UTC))

    async def scenario() -> None:
        clock = Clock(datetime.now(UTC))
        async with Receiver() as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url, at=clock.now)
            with trace.traced(followed):
                tell(store, report_event(1, clock.now))
            await once(it)
        [request] = receiver.received
        said = request.verified(SECRET)
        # W3C Trace Context; the signature and the body know nothing of it.
        assert re.fullmatch(f"00-{followed}-[0-9a-f]{{16}}-01", request.headers["traceparent"])
        assert followed not in request.body.decode()
        assert (request.method, request.path) == ("POST", "/hook")
        assert request.headers["content-type"] == "application/json"
        assert request.headers["user-agent"].startswith("gongbao/")
        assert request.id == said["id"] == report_event(1).id
        assert said["type"] == "report.published"
        assert said["sequence"] == 1
        assert said["data"] == report_event(1).data
        [delivery] = deliveries(store)
        assert (delivery.state, delivery.attempts, delivery.last_status) == (DONE, 1, 200)
        assert delivery.done_at == clock.now

    asyncio.run(scenario())


def test_after_a_failure_it_comes_again_with_the_same_id_and_bytes(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock(datetime.now(UTC))
        async with (
            Receiver(status(500), reset, status(200)) as receiver,
            sender(settings_for(tmp_path), store, clock) as it,
        ):
            subscribe(store, receiver.url, at=clock.now)
            tell(store, report_event(1, clock.now))
            await once(it)
            assert standing(store).failing_since == clock.now
            await once(it)  # not due yet
            assert len(receiver.received) == 1
            clock.advance(seconds=5)
            await once(it)
            clock.advance(seconds=100)  # less than 5 min
            await once(it)
            assert len(receiver.received) == 2
            clock.advance(seconds=200)
            await once(it)
        first, second, third = receiver.received
        assert first.id == second.id == third.id
        assert first.body == second.body == third.body
        assert first.headers["webhook-timestamp"] != third.headers["webhook-timestamp"]
        for request in receiver.received[:2]:
            request.verified(SECRET)
        [delivery] = deliveries(store)
        assert (delivery.state, delivery.attempts, delivery.last_error) == (DONE, 3, None)
        assert standing(store).failing_since is None
        with store.read() as tx:
            log = tx.execute(select(attempts.c.status, attempts.c.error).order_by(attempts.c.id)).all()
        assert [row.status for row in log] == [500, None, 200]
        assert "status 500" in log[0].error

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("behaviour", "state", "code", "said", "wait"),
    [
        (status(200, b"thanks"), DONE, 200, None, None),
        (status(204), DONE, 204, None, None),
        (drip_body, DONE, 200, None, None),
        (endless_body, DONE, 200, None, None),
        (status(302, location="http://127.0.0.1:1/"), DUE, 302, "redirects are not followed", 5),
        (status(400), DUE, 400, "status 400", 5),
        (status(500), DUE, 500, "status 500", 5),
        (status(429, retry_after="3600"), DUE, 429, "status 429", 3600),
        (status(503, retry_after="9999999"), DUE, 503, "status 503", 86400),
        (status(429, retry_after="soon"), DUE, 429, "status 429", 5),
        (hang, DUE, None, "no answer within 60 s", 5),
        (drip_head, DUE, None, "no answer within 60 s", 5),
        (reset, DUE, None, "the connection broke off", 5),
        (nonsense, DUE, None, "closed without an answer", 5),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_each_answer_does(
    store: Store,
    tmp_path: Path,
    behaviour: Behaviour,
    state: DeliveryState,
    code: int | None,
    said: str | None,
    wait: float | None,
) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path, deadline=60)
        async with Receiver(behaviour, leap=60) as receiver, sender(settings, store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            await once(it)
        assert len(receiver.received) == 1  # no redirect followed, nothing sent twice
        assert receiver.sent < ANSWER_LIMIT + 2**22  # what the sockets of two sides may hold
        [delivery] = deliveries(store)
        assert (delivery.state, delivery.attempts, delivery.last_status) == (state, 1, code)
        assert (said or "None") in str(delivery.last_error)
        assert delivery.next_attempt_at == (None if wait is None else START + timedelta(seconds=wait))
        assert standing(store).failing_since == (None if state is DONE else START)

    asyncio.run(scenario())


def test_an_endpoint_that_asks_for_patience_is_left_alone_with_everything(
    store: Store, tmp_path: Path
) -> None:
    """Not only with the event that it answered so: with a thousand waiting it would be asked as often."""

    async def scenario() -> None:
        clock = Clock()
        script = (status(429, retry_after="600"), status(204))
        async with (
            Receiver(*script) as patient,
            Receiver() as other,
            sender(settings_for(tmp_path), store, clock) as it,
        ):
            subscribe(store, patient.url)
            subscribe(store, other.url, id="sub_2")
            tell(store, *(report_event(n) for n in range(5)))
            await once(it)
            clock.advance(seconds=599)
            tell(store, report_event(5))
            await once(it)
            assert len(patient.received) == 1
            assert len(other.received) == 6
            clock.advance(seconds=1)
            await once(it)
            assert len(set(patient.ids)) == 6
        assert {d.state for d in deliveries(store)} == {DONE}

    asyncio.run(scenario())


def test_410_disables_the_endpoint_and_ends_all_its_deliveries(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver(status(410)) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, *(report_event(n) for n in range(20)))
            with capture_logs() as logs:
                await once(it)
                tell(store, report_event(99))
                await once(it)
        assert len(receiver.received) <= PER_ENDPOINT
        assert {d.state for d in deliveries(store)} == {DEAD}
        assert len(deliveries(store)) == 20
        assert "410" in str(standing(store).disabled_reason)
        told = [entry for entry in logs if "disabled" in entry["event"]]
        assert [entry["log_level"] for entry in told] == ["warning"]

    asyncio.run(scenario())


def test_120_hours_of_failure_disable_the_endpoint(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver(status(500)) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            for _ in range(12):
                await once(it)
                clock.advance(hours=24)
                if clock.now == START + timedelta(hours=96):
                    tell(store, report_event(2, clock.now))
        assert "failing for 120 h" in str(standing(store).disabled_reason)
        assert {d.state for d in deliveries(store)} == {DEAD}

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_hours_in_which_nothing_was_sent_are_none_of_failure(store: Store, tmp_path: Path) -> None:
    """One that is seldom told, or was paused: it failed, and was asked no more till 30 days later."""

    async def scenario() -> None:
        clock = Clock()
        async with Receiver(status(500)) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            await once(it)
            clock.advance(hours=20)
            await once(it)
            with store.begin() as tx:
                subscriptions.pause(tx, "sub_1", clock.now)
            clock.advance(days=30)
            with store.begin() as tx:
                subscriptions.pause(tx, "sub_1", None)
            tell(store, report_event(2, clock.now))
            await once(it)
        assert {d.state for d in deliveries(store)} == {DUE}
        assert (standing(store).disabled_at, standing(store).failing_since) == (None, clock.now)

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_a_key_that_is_not_here_costs_no_endpoint_an_attempt(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock, settings = Clock(), settings_for(tmp_path)
        async with Receiver() as receiver:
            here, elsewhere = (
                settings.model_copy(update={"secret_key": SecretStr(letter * 64)}) for letter in "ab"
            )
            added = endpoints.add(store, Vault(here), receiver.url, ALL, clock.now)
            tell(store, report_event(1, clock.now))
            async with sender(elsewhere, store, clock) as it:
                for _ in range(20):
                    await once(it)
                    clock.advance(hours=10)
            assert receiver.received == []
            [delivery] = deliveries(store)
            assert (delivery.state, delivery.attempts) == (DUE, 0)
            assert delivery.last_error == "could not be made ready: NoKey"
            assert standing(store, added.subscription.id).failing_since is None
            async with sender(here, store, clock) as it:
                await once(it)
            assert [d.state for d in deliveries(store)] == [DONE]
            assert receiver.ids == [report_event(1).id]

    asyncio.run(scenario())


async def early_hints(_receiver: Receiver, writer: asyncio.StreamWriter) -> None:
    """More than a thousand interim answers before the one that counts."""
    writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1_500 + b"HTTP/1.1 204 No Content\r\n\r\n")
    await writer.drain()


def test_interim_answers_are_passed_over_however_many(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver(early_hints) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            await once(it)
        assert [(d.state, d.last_status) for d in deliveries(store)] == [(DONE, 204)]

    asyncio.run(scenario())


def test_what_nobody_foresaw_is_an_attempt_too(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError("a fault of ours")

    async def scenario() -> None:
        clock = Clock()
        async with Receiver() as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            with monkeypatch.context() as patched:
                patched.setattr("alerts.delivery.attempt.payload", fail)
                await once(it)
            [delivery] = deliveries(store)
            assert (delivery.state, delivery.attempts) == (DUE, 1)
            assert delivery.last_error == "could not be made ready: RuntimeError"
            clock.advance(minutes=1)
            await once(it)
        assert [d.state for d in deliveries(store)] == [DONE]

    asyncio.run(scenario())


def test_ten_attempts_and_no_more(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver(status(500)) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            for _ in range(400):
                await once(it)
                clock.advance(minutes=15)
        assert len(receiver.received) == 10
        [delivery] = deliveries(store)
        assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == (DEAD, 10, None)
        assert standing(store).disabled_at is None  # 100 h are not 120

    asyncio.run(scenario())


def test_a_private_address_is_not_asked(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path).model_copy(update={"allow_hosts": ()})
        async with Receiver() as receiver, sender(settings, store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            await once(it)
        assert receiver.received == []
        assert "RefusedAddress" in str(deliveries(store)[0].last_error)

    asyncio.run(scenario())


# --- who waits for whom ----------------------------------------------------------------------


def test_one_dead_endpoint_delays_none_of_ten_good_ones(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        each = 12
        async with AsyncExitStack() as stack:
            dead = await stack.enter_async_context(Receiver(hang))
            good = [await stack.enter_async_context(Receiver()) for _ in range(10)]
            now = datetime.now(UTC)
            subscribe(store, dead.url, "sub_dead", at=now)
            for n, receiver in enumerate(good):
                subscribe(store, receiver.url, f"sub_{n}", at=now)
            tell(store, *(report_event(n, now) for n in range(each)))
            stop = asyncio.Event()
            settings = settings_for(tmp_path, deadline=60)
            task = asyncio.create_task(run(settings, store, stop, clock=lambda: now))
            async with asyncio.timeout(30):
                for receiver in good:
                    await receiver.arrived(each)
            assert 0 < len(dead.received) <= PER_ENDPOINT
            assert {d.attempts for d in deliveries(store, "sub_dead")} == {0}  # it hangs still
            dead.over.set()
            stop.set()
            await task
        expected = {report_event(n).id for n in range(each)}
        for receiver in good:
            assert len(receiver.received) == each
            assert set(receiver.ids) == expected
            for request in receiver.received:
                request.verified(SECRET)

    asyncio.run(scenario())


def test_many_endpoints_known_to_fail_leave_half_of_the_places_free(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path, deadline=60, concurrency=8)
        async with (
            Receiver(hang) as dead,
            Receiver() as good,
            sender(settings, store, clock) as it,
        ):
            for n in range(20):
                subscribe(store, dead.url, f"sub_dead_{n}")
                with store.begin() as tx:
                    subscriptions.failing(tx, f"sub_dead_{n}", START)
            tell(store, *(report_event(n) for n in range(3)))
            await it.look()
            await dead.arrived(4)
            subscribe(store, good.url, "sub_good")
            tell(store, *(report_event(n) for n in range(3, 6)))
            await looking(it, lambda: len(good.received) == 3)
            assert len(dead.received) == 4
            dead.over.set()

    asyncio.run(scenario())


def test_an_endpoint_never_has_more_than_its_share_under_way(store: Store, tmp_path: Path) -> None:
    """One attempt as long as nobody knows that it is well, then four."""

    async def scenario() -> None:
        go = asyncio.Event()

        async def late(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
            await go.wait()
            await status(200)(receiver, writer)

        async with (
            Receiver(late, hang) as slow,
            sender(settings_for(tmp_path, deadline=60), store, Clock()) as it,
        ):
            subscribe(store, slow.url)
            tell(store, *(report_event(n) for n in range(30)))
            for _ in range(5):
                await it.look()
            await slow.arrived(1)
            assert len(slow.received) == 1
            go.set()
            await it.finish()
            for _ in range(5):
                await it.look()
            await slow.arrived(1 + PER_ENDPOINT)
            assert len(slow.received) == 1 + PER_ENDPOINT
            slow.over.set()

    asyncio.run(scenario())


def test_endpoints_that_hang_for_the_first_time_hold_their_places_only_for_a_moment(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three times as many as there are places, and none of them known to fail."""

    async def scenario() -> None:
        monkeypatch.setattr(leasing, "SLOW", math.inf)  # no time passes
        settings, most = settings_for(tmp_path, deadline=60, concurrency=4), 4 * (1 + SLOW_FOR_EACH)
        async with Receiver(hang) as dead, Receiver() as good, sender(settings, store, Clock()) as it:
            for n in range(12):
                subscribe(store, dead.url, f"sub_dead_{n:02}")
            tell(store, report_event(0))
            await it.look()
            await dead.arrived(4)
            subscribe(store, good.url, "sub_good", at=START)
            tell(store, report_event(1))
            await it.look()
            assert len(it._under_way) == 4, "they hold their places"
            monkeypatch.setattr(leasing, "SLOW", 0.0)  # and then that moment has passed
            await looking(it, lambda: len(good.received) == 1)
            for n in range(12, 40):
                subscribe(store, dead.url, f"sub_dead_{n:02}")
            tell(store, report_event(2))
            await looking(it, lambda: len(dead.received) == most)
            await it.look()
            assert len(it._under_way) == most
            dead.over.set()

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_two_senders_share_the_work_and_send_nothing_twice(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path)
        async with (
            Receiver() as receiver,
            sender(settings, store, clock, "a") as one,
            sender(settings, store, clock, "b") as two,
        ):
            subscribe(store, receiver.url)
            tell(store, *(report_event(n) for n in range(40)))
            while len(receiver.received) < 40:
                await asyncio.gather(once(one), once(two))
        assert sorted(receiver.ids) == sorted(report_event(n).id for n in range(40))

    asyncio.run(scenario())


# --- when something dies ---------------------------------------------------------------------


@pytest.mark.both_databases
def test_outcome_not_written_then_sent_again_the_same(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path)

        def die(*_args: object, **_named: object) -> None:
            raise StoreError("the database went away")

        async with Receiver() as receiver, sender(settings, store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            with monkeypatch.context() as patch, capture_logs() as logs:
                patch.setattr(subscriptions, "attempted", die)
                await once(it)
            assert any("sent again" in entry["event"] for entry in logs)
            await once(it)  # leased still
            assert len(receiver.received) == 1
            clock.advance(seconds=settings.webhook_deadline + 16)
            await once(it)
        first, second = receiver.received
        assert (first.id, first.body) == (second.id, second.body)
        assert deliveries(store)[0].state is DONE

    asyncio.run(scenario())


DIES_BEFORE_COMMIT = """
import asyncio, os, signal, sys
from alerts.delivery.send import run
from ingest.settings import Settings
from ingest.store import subscriptions
from ingest.store.db import Store

def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

subscriptions.attempted = die
settings = Settings(allow_hosts=("127.0.0.1",), data_dir=sys.argv[2])
asyncio.run(run(settings, Store.open(sys.argv[1]), asyncio.Event()))
"""


@pytest.mark.both_databases
def test_a_sender_killed_between_sending_and_commit(database: str, store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        async with Receiver() as receiver:
            subscribe(store, receiver.url, at=now)
            tell(store, report_event(1, now))
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                DIES_BEFORE_COMMIT,
                database,
                str(tmp_path),
                cwd=Path(send.__file__).parents[2],
            )
            await receiver.arrived(1)
            assert await child.wait() == -signal.SIGKILL
            assert deliveries(store)[0].state is DUE
            clock = Clock(now + timedelta(minutes=1))  # the lease of the dead has run out
            async with sender(settings_for(tmp_path), store, clock, "next") as it:
                await once(it)
        first, second = receiver.received
        assert (first.id, first.body) == (second.id, second.body)
        for request in receiver.received:
            request.verified(SECRET)
        assert deliveries(store)[0].state is DONE

    asyncio.run(scenario())


def test_told_to_stop_it_finishes_what_is_under_way(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        go = asyncio.Event()

        async def late(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
            await go.wait()
            await status(200)(receiver, writer)

        async with Receiver(late) as receiver:
            subscribe(store, receiver.url, at=now)
            tell(store, report_event(1, now))
            stop = asyncio.Event()
            task = asyncio.create_task(run(settings_for(tmp_path), store, stop, clock=lambda: now))
            await receiver.arrived(1)
            stop.set()
            go.set()
            async with asyncio.timeout(30):
                await task
        assert deliveries(store)[0].state is DONE
        with store.read() as tx:
            assert presence.beats(tx) == []  # it said goodbye

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_a_database_that_is_away_is_waited_for_longer_and_longer(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(send, "LOOK_EVERY", 0.05)
        now = datetime.now(UTC)
        failures = iter([True, True, True])
        look = Sender.look

        async def away(self: Sender) -> float:
            if next(failures, False):
                raise StoreError("connection refused")
            return await look(self)

        monkeypatch.setattr(Sender, "look", away)
        async with Receiver() as receiver:
            subscribe(store, receiver.url, at=now)
            tell(store, report_event(1, now))
            stop = asyncio.Event()
            task = asyncio.create_task(run(settings_for(tmp_path), store, stop, clock=lambda: now))
            await receiver.arrived(1)
            stop.set()
            await task

    with capture_logs() as logs:
        asyncio.run(scenario())
    assert [line["seconds"] for line in logs if "unavailable" in line["event"]] == [0.05, 0.1, 0.2]
    assert len([line for line in logs if line["event"] == "database available again"]) == 1


def test_a_nudge_from_redis_wakes_it_at_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(send, "LOOK_EVERY", 3600.0)
        settings = settings_for(tmp_path)
        now = datetime.now(UTC)
        heard = asyncio.Event()
        look = Sender.look
        looks = 0

        async def counted(self: Sender) -> float:
            nonlocal looks
            looks += 1
            if looks == 2:  # the first was at the start, the second when Redis was first heard
                heard.set()
            return await look(self)

        monkeypatch.setattr(Sender, "look", counted)
        client = redis.asyncio.Redis.from_url(queue_url(settings))
        async with Receiver() as receiver, asyncio.timeout(30):
            subscribe(store, receiver.url, at=now)
            stop = asyncio.Event()
            task = asyncio.create_task(run(settings, store, stop, clock=lambda: now))
            await heard.wait()
            tell(store, report_event(1, now))
            await client.publish(EVENTS_CHANNEL, "1")
            await receiver.arrived(1)
            stop.set()
            await task
        await client.aclose()

    with EmbeddedRedis(tmp_path):
        asyncio.run(scenario())


# --- secrets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", [status(500), reset, hang, nonsense, status(410), status(302)])
def test_neither_secret_nor_token_gets_into_a_log(
    store: Store,
    tmp_path: Path,
    behaviour: Behaviour,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def scenario() -> None:
        caplog.set_level(logging.DEBUG)
        settings = settings_for(tmp_path, deadline=60)
        async with Receiver(behaviour, leap=60) as receiver, sender(settings, store, Clock()) as it:
            subscribe(store, f"{receiver.url}/T0KEN?key=T0KEN")
            tell(store, report_event(1))
            with capture_logs() as logs:
                await once(it)
        out, err = capfd.readouterr()
        with store.read() as tx:
            log = [str(row) for row in tx.execute(select(attempts))]
        [delivery] = deliveries(store)
        everything = "\n".join([out, err, caplog.text, repr(logs), repr(delivery), *log])
        assert logs
        assert "T0KEN" not in everything
        assert SECRET not in everything
        assert SECRET.removeprefix("whsec_")[:12] not in everything
        assert SECRET not in repr(standing(store))

    asyncio.run(scenario())
