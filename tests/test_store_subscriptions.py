"""Subscriptions and deliveries: fair, leased, each ending in a final state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ingest.errors import ConfigError
from ingest.model import Channel, DeliveryState, Filter
from ingest.store import outbox, overview, subscriptions
from ingest.store.db import Store
from ingest.store.tables import attempts
from tests.support.store_samples import HOUR, NEVER, NOW, a_subscription, an_event

pytestmark = pytest.mark.both_databases

SECOND = timedelta(seconds=1)
LEASE = 30 * SECOND
DUE, DONE, DEAD = DeliveryState.DUE, DeliveryState.DONE, DeliveryState.DEAD


def subscribe(tx, *ids: str, events: int = 1) -> list[str]:  # type: ignore[no-untyped-def]
    """Subscriptions with these ids, each owed the same events; returns the event ids."""
    told = [an_event(str(n)) for n in range(events)]
    outbox.append(tx, told)
    for id_ in ids:
        subscriptions.add(tx, a_subscription(id_))
        subscriptions.create_deliveries(tx, [(event.id, id_) for event in told], NOW)
    return [event.id for event in told]


def test_a_subscription_comes_back_as_it_went_in(store: Store) -> None:
    one = a_subscription("one", Filter(("report.*",), ("500000",), ("work_report",), ("gdp",), False, True))
    two = a_subscription("two")
    with store.begin() as tx:
        subscriptions.add(tx, one)
        subscriptions.add(tx, two)
        with pytest.raises(ConfigError, match="choose another id"):
            subscriptions.add(tx, one)
    with store.read() as tx:
        assert subscriptions.get(tx, "one") == one
        assert subscriptions.all(tx) == [one, two]
        assert subscriptions.get(tx, "three") is None


def test_removing_takes_deliveries_and_log_along(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "one", "two")
        ((delivery, _, _), _) = subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 9)
        attempt(tx, delivery.id, DUE)
        assert subscriptions.remove(tx, "one")
        assert not subscriptions.remove(tx, "one")
        assert [d.subscription_id for d in subscriptions.deliveries(tx)] == ["two"]
        attempt(tx, delivery.id, DONE)  # it was under way: nothing happens, nothing fails
        assert tx.execute(select(func.count()).select_from(attempts)).scalar_one() == 0


def attempt(tx, delivery_id: int, state: DeliveryState, *, status: int | None = 200, at=NOW) -> None:  # type: ignore[no-untyped-def]
    subscriptions.attempted(
        tx,
        delivery_id,
        at,
        state=state,
        next_attempt_at=at + HOUR if state is DUE else None,
        status=status,
        error=None if state is DONE else "no answer",
        seconds=0.25,
    )


def test_deliveries_are_made_once(store: Store) -> None:
    with store.begin() as tx:
        (event_id,) = subscribe(tx, "one")
        (lease,) = subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 9)
        attempt(tx, lease[0].id, DONE)
        subscriptions.create_deliveries(tx, [(event_id, "one")], NEVER)  # fanned out twice
        subscriptions.create_deliveries(tx, [], NOW)
        (only,) = subscriptions.deliveries(tx)
        assert (only.state, only.attempts, only.created_at) == (DONE, 1, NOW)


def test_the_life_of_a_delivery(store: Store) -> None:
    with store.begin() as tx:
        (event_id,) = subscribe(tx, "one")
        assert subscriptions.soonest(tx) == NOW
        ((delivery, event, subscription),) = subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 9)
        assert (delivery.event_id, delivery.state, delivery.attempts) == (event_id, DUE, 0)
        assert (event.id, subscription) == (event_id, replace(a_subscription("one"), after_sequence=1))
        assert subscriptions.lease_deliveries(tx, "you", NOW + LEASE, LEASE, 9) == []
        assert subscriptions.soonest(tx) == NOW + LEASE
        late = NOW + LEASE + SECOND
        assert len(subscriptions.lease_deliveries(tx, "you", late, LEASE, 9)) == 1  # the first sender died
        attempt(tx, delivery.id, DUE, status=503, at=late)
        (waiting,) = subscriptions.deliveries(tx)
        assert (waiting.attempts, waiting.last_status, waiting.last_error) == (1, 503, "no answer")
        assert waiting.next_attempt_at == late + HOUR == subscriptions.soonest(tx)
        assert subscriptions.lease_deliveries(tx, "me", late, LEASE, 9) == []
        assert len(subscriptions.lease_deliveries(tx, "me", late + HOUR, LEASE, 9)) == 1
        attempt(tx, delivery.id, DONE, at=late + HOUR)
        (done,) = subscriptions.deliveries(tx)
        assert (done.state, done.attempts, done.done_at) == (DONE, 2, late + HOUR)
        assert (done.next_attempt_at, done.last_error) == (None, None)
        attempt(tx, delivery.id, DEAD, status=500)  # a slower sender's answer changes nothing
        assert subscriptions.deliveries(tx)[0].state is DONE
        assert subscriptions.soonest(tx) is None
        assert subscriptions.lease_deliveries(tx, "me", NEVER, LEASE, 9) == []
        assert tx.execute(select(func.count()).select_from(attempts)).scalar_one() == 3


def test_a_thousand_to_a_dead_endpoint_delay_nobody(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "dead", events=1000)
        told = an_event("news")
        outbox.append(tx, [told])
        subscriptions.add(tx, a_subscription("well"))
        subscriptions.create_deliveries(tx, [(told.id, "well")], NOW + SECOND)  # due last of all
    with store.begin() as tx:
        first = subscriptions.lease_deliveries(tx, "me", NOW + SECOND, LEASE, 2)
        assert [s.id for _, _, s in first] == ["dead", "well"]
        more = subscriptions.lease_deliveries(tx, "me", NOW + SECOND, LEASE, 32)
        assert len(more) == 4  # never all the slots for one endpoint
        assert subscriptions.lease_deliveries(tx, "me", NOW + SECOND, LEASE, 32, among=["well"]) == []
        most = subscriptions.lease_deliveries(tx, "me", NOW + SECOND, LEASE, 32, per_subscription=50)
        assert len(most) == 32
        taken = [d.id for d, _, _ in first + more + most if d.subscription_id == "dead"]
        assert taken == sorted(set(taken))  # oldest first, each once


def test_turns_go_round(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "a", "b", "c", events=3)
        order = [s.id for _, _, s in subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 5)]
        assert order == ["a", "b", "c", "a", "b"]
        rest = subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 9, among={"a", "c"}, per_subscription=1)
        assert [s.id for _, _, s in rest] == ["a", "c"]


def test_who_is_owed_something(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "a", "b", "c", "paused", "gone", events=2)
        subscriptions.add(tx, a_subscription("idle"))
        subscriptions.pause(tx, "paused", NOW)
        subscriptions.disable(tx, "gone", NOW, "410 Gone")
        subscriptions.failing(tx, "c", NOW - HOUR)
        assert subscriptions.owed(tx, NOW - SECOND) == []
        hook, since = Channel.WEBHOOK, NOW - HOUR
        assert sorted(subscriptions.owed(tx, NOW)) == [
            ("a", hook, None),
            ("b", hook, None),
            ("c", hook, since),
        ]
        subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 9, among=["a"])
        assert [id_ for id_, _, _ in sorted(subscriptions.owed(tx, NOW))] == ["b", "c"]


def test_disabling_ends_what_was_due(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "gone", "well", events=2)
        (first, *_) = subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 1)
        attempt(tx, first[0].id, DONE)
        subscriptions.disable(tx, "gone", NOW, "410 Gone")
        subscriptions.disable(tx, "gone", NEVER, "again")
        gone = subscriptions.get(tx, "gone")
        assert gone is not None
        assert (gone.disabled_at, gone.disabled_reason) == (NOW, "410 Gone")
        assert [d.state for d in subscriptions.deliveries(tx, "gone")] == [DEAD, DONE]
        assert [d.last_error for d in subscriptions.deliveries(tx, "gone", DEAD)] == ["410 Gone"]
        assert {s.id for _, _, s in subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 9)} == {"well"}
        subscriptions.create_deliveries(tx, [(an_event("0").id, "gone")], NOW)
        assert overview.counts(tx).deliveries == {"dead": 1, "done": 1, "due": 2}


def test_a_success_that_was_under_way_stands(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "one")
        ((delivery, _, _),) = subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 9)
        subscriptions.disable(tx, "one", NOW, "by hand")
        attempt(tx, delivery.id, DONE)
        assert subscriptions.deliveries(tx)[0].state is DONE


def test_failing_since_the_first_failure(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "one")

        def since() -> object:
            found = subscriptions.get(tx, "one")
            return found and found.failing_since

        subscriptions.failing(tx, "one", NOW)
        subscriptions.failing(tx, "one", NOW + HOUR)
        assert since() == NOW
        subscriptions.failing(tx, "one", None)
        assert since() is None


def test_deliveries_are_listed_newest_first(store: Store) -> None:
    with store.begin() as tx:
        subscribe(tx, "one", "two", events=3)
        assert [d.subscription_id for d in subscriptions.deliveries(tx, limit=4)] == ["two"] * 3 + ["one"]
        assert len(subscriptions.deliveries(tx, "one")) == 3
        assert subscriptions.deliveries(tx, "one", DONE) == []
