"""The life of an endpoint: rotation, pause, enabling, replay, pruning, CloudEvents; sent for real."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook, WebhookVerificationError

from alerts.delivery import endpoints
from alerts.delivery.replay import Selection, replay
from alerts.delivery.retry import SCHEDULE
from alerts.delivery.vault import SEALED, Vault
from ingest.errors import ConfigError
from ingest.model import ContentMode, DeliveryState, Filter
from ingest.store import subscriptions
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.receiver import Receiver, status
from tests.support.subscribers import (
    ALL,
    SECRET,
    START,
    Clock,
    once,
    report_event,
    sender,
    settings_for,
    standing,
    subscribe,
    tell,
)

DUE, DONE, DEAD = DeliveryState.DUE, DeliveryState.DONE, DeliveryState.DEAD
DAY = timedelta(days=1)


def states(store: Store) -> list[DeliveryState]:
    with store.read() as tx:
        return [d.state for d in subscriptions.deliveries(tx, limit=1000)][::-1]


def test_for_a_day_both_secrets_verify_then_only_the_new_one(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        settings = settings_for(tmp_path)
        vault = Vault(settings)
        async with Receiver() as receiver:
            first = endpoints.add(store, vault, receiver.url, ALL, now - DAY)
            endpoints.rotate(store, vault, first.subscription.id, now - DAY / 2)
            clock = Clock(now)
            async with sender(settings, store, clock) as it:
                second = endpoints.rotate(store, vault, first.subscription.id, now - DAY / 2)
                tell(store, report_event(1, now))
                await once(it)
                [request] = receiver.received
                request.verified(second.secret)
                assert len(request.headers["webhook-signature"].split()) == 2
                with pytest.raises(WebhookVerificationError):  # replaced twice: gone
                    Webhook(first.secret).verify(request.body, dict(request.headers))
                with store.begin() as tx:  # the day is over
                    kept = standing(store, first.subscription.id)
                    subscriptions.keep_secrets(tx, kept.id, kept.secret, kept.previous_secret, now)
                tell(store, report_event(2, now))
                await once(it)
                assert len(receiver.received[1].headers["webhook-signature"].split()) == 1
                receiver.received[1].verified(second.secret)
                await it.tidy()
        assert standing(store, first.subscription.id).previous_secret is None

    asyncio.run(scenario())


def test_paused_nothing_is_sent_and_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver() as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            endpoints.pause(store, "sub_1", START)
            tell(store, *(report_event(n) for n in range(3)))
            await once(it)
            clock.advance(days=200)
            await it.tidy()
            await once(it)
            assert receiver.received == []
            assert states(store) == [DUE] * 3
            endpoints.resume(store, "sub_1")
            await once(it)
            assert sorted(receiver.ids) == [report_event(n).id for n in range(3)]

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_gone_then_enabled_then_replayed(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with (
            Receiver(status(410), status(200)) as receiver,
            sender(settings_for(tmp_path), store, clock) as it,
        ):
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            await once(it)
            tell(store, report_event(2))  # while it is off: no delivery
            await once(it)
            with pytest.raises(ConfigError, match="is disabled"):
                replay(store, standing(store), Selection(dead=True), START)
            endpoints.enable(store, "sub_1")
            assert (standing(store).disabled_at, standing(store).failing_since) == (None, None)
            await once(it)
            assert len(receiver.received) == 1  # what was put aside stays aside
            assert replay(store, standing(store), Selection(dead=True), START) == 1
            await once(it)
            first, second = receiver.received
            assert (first.id, first.body) == (second.id, second.body)
            assert replay(store, standing(store), Selection(first=2), START) == 1  # missed: made now
            await once(it)
            assert receiver.ids[-1] == report_event(2).id
            assert states(store) == [DONE, DONE]

    asyncio.run(scenario())


def test_replay_by_id_and_range_sends_the_same_bytes_with_all_attempts(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver() as receiver, sender(settings_for(tmp_path), store, clock) as it:
            tell(store, report_event(0))  # before the subscription
            clock.advance(hours=1)
            subscribe(store, receiver.url, filter=Filter(types=("report.published",)), at=clock.now)
            tell(
                store,
                *(report_event(n, clock.now) for n in (1, 2, 3)),
                report_event(4, clock.now, "report.revised"),
            )
            await once(it)
            bodies = {r.id: r.body for r in receiver.received}
            assert len(bodies) == 3
            me = standing(store)
            assert replay(store, me, Selection(events=(report_event(2).id,)), clock.now) == 1
            await once(it)
            assert receiver.ids[3:] == [report_event(2).id]
            assert replay(store, me, Selection(first=1, last=3), clock.now) == 3  # the oldest is made
            await once(it)
            assert sorted(receiver.ids[4:]) == [report_event(n).id for n in (0, 1, 2)]
            assert all(bodies.get(r.id, r.body) == r.body for r in receiver.received)
            with pytest.raises(ConfigError, match="ends before it begins"):
                replay(store, me, Selection(first=3, last=1), clock.now)
            assert replay(store, me, Selection(first=1, dead=True), clock.now) == 0
            with store.read() as tx:
                assert {d.attempts for d in subscriptions.deliveries(tx)} == {1}

    asyncio.run(scenario())


def test_a_replay_gives_all_attempts_to_what_still_waits(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver(status(500)) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            for wait in SCHEDULE[:-1]:
                clock.now += wait
                await once(it)
            assert replay(store, standing(store), Selection(events=(report_event(1).id,)), clock.now) == 1
            await once(it)
            assert states(store) == [DUE]
            with store.read() as tx:
                assert [d.attempts for d in subscriptions.deliveries(tx)] == [1]

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_a_replay_stands_that_came_during_an_attempt(store: Store, tmp_path: Path) -> None:
    """Who has mended an endpoint asks for it while the last attempt still hangs there."""

    async def scenario() -> None:
        clock = Clock()

        async def fail_later(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
            asked = Selection(events=(report_event(1).id,))
            assert replay(store, standing(store), asked, clock.now) == 1
            await status(500)(receiver, writer)

        before = [status(500)] * (len(SCHEDULE) - 1)
        async with (
            Receiver(*before, fail_later, status(200)) as receiver,
            sender(settings_for(tmp_path), store, clock) as it,
        ):
            subscribe(store, receiver.url)
            tell(store, report_event(1))
            for wait in SCHEDULE:
                clock.now += wait
                await once(it)
            assert states(store) == [DONE]
            assert len(receiver.received) == len(SCHEDULE) + 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Selection(), "say what"),
        (Selection(events=("evt_nothing",)), "no event evt_nothing"),
        (Selection(events=(report_event(1).id,)), "does not pass the filter"),
    ],
)
def test_a_replay_of_what_cannot_be_is_refused(store: Store, wanted: Selection, said: str) -> None:
    subscribe(store, "https://a.example/", filter=Filter(types=("target.*",)))
    tell(store, report_event(1))
    with pytest.raises(ConfigError, match=said):
        replay(store, standing(store), wanted, START)
    assert states(store) == []


def test_a_thousand_are_replayed_by_range(store: Store) -> None:
    subscribe(store, "https://a.example/")
    tell(store, *(report_event(n) for n in range(1100)))
    assert replay(store, standing(store), Selection(first=51), START) == 1050
    assert replay(store, standing(store), Selection(first=51), START) == 1050
    assert states(store) == [DUE] * 1000  # the newest thousand are listed


def test_what_ended_long_ago_is_pruned_with_its_attempts(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path).model_copy(update={"delivery_log_days": 90.0})
        async with Receiver() as receiver, sender(settings, store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, *(report_event(n) for n in range(4)))
            await once(it)
            clock.advance(days=50)
            replay(store, standing(store), Selection(events=(report_event(0).id,)), clock.now)
            await once(it)
            clock.advance(days=50)
            await it.tidy()
            with store.read() as tx:
                [left] = subscriptions.deliveries(tx)
                assert left.event_id == report_event(0).id
                assert tx.scalar(select(func.count()).select_from(t.attempts)) == 2
            await once(it)
            assert len(receiver.received) == 5  # what was forgotten is not sent again
            clock.advance(days=50)
            await it.tidy()
        assert states(store) == []

    asyncio.run(scenario())


def test_tidying_seals_what_is_plain_and_the_signature_stays(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        async with Receiver() as receiver, sender(settings_for(tmp_path), store, Clock(now)) as it:
            subscribe(store, receiver.url, at=now)
            await it.tidy()
            assert standing(store).secret.startswith(SEALED)
            tell(store, report_event(1, now))
            await once(it)
            receiver.received[0].verified(SECRET)

    asyncio.run(scenario())


def test_cloudevents_in_structured_mode_signed_all_the_same(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        settings = settings_for(tmp_path)
        async with Receiver() as receiver, sender(settings, store, Clock(now)) as it:
            made = endpoints.add(store, Vault(settings), receiver.url, ALL, now, mode=ContentMode.CLOUDEVENTS)
            tell(store, report_event(1, now))
            await once(it)
        [request] = receiver.received
        assert request.headers["content-type"].startswith("application/cloudevents+json")
        request.verified(made.secret)
        said = json.loads(request.body)
        assert said == {
            "specversion": "1.0",
            "id": report_event(1).id,
            "source": "/gongbao",
            "type": "gongbao.report.published",
            "subject": "work_report/500112/1",
            "time": now.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "sequence": "0000000000000000001",
            "data": report_event(1).data,
        }

    asyncio.run(scenario())
