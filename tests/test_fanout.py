"""Events become deliveries: for whom, once, and all or nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from test_store_races import until_blocked

from alerts.delivery import fanout
from alerts.delivery.fanout import fan_out, matching_pairs
from ingest.errors import StoreError
from ingest.model import DeliveryState, Filter, Subscription
from ingest.store import outbox, subscriptions
from ingest.store.db import Store
from tests.support.subscribers import ALL, START, report_event, subscribe, tell

pytestmark = pytest.mark.both_databases


def pairs(store: Store) -> list[tuple[str, str]]:
    with store.read() as tx:
        return sorted((d.event_id, d.subscription_id) for d in subscriptions.deliveries(tx, limit=10_000))


def test_each_event_goes_once_to_each_subscription_that_wants_it(store: Store) -> None:
    subscribe(store, "https://a.example/", "sub_all")
    subscribe(store, "https://b.example/", "sub_published", Filter(types=("report.published",)))
    tell(store, report_event(1), report_event(2, type_="report.revised"))
    assert len(fan_out(store, START)) == 2
    assert len(fan_out(store, START)) == 0
    one, two = report_event(1).id, report_event(2).id
    assert pairs(store) == [(one, "sub_all"), (one, "sub_published"), (two, "sub_all")]
    with store.read() as tx:
        delivery = subscriptions.deliveries(tx)[0]
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == (DeliveryState.DUE, 0, START)


def test_what_nobody_wants_is_done_too(store: Store) -> None:
    tell(store, report_event(1))
    assert len(fan_out(store, START)) == 1
    assert len(fan_out(store, START)) == 0
    assert pairs(store) == []


def test_a_long_backlog_is_worked_off_in_batches(store: Store) -> None:
    subscribe(store, "https://a.example/")
    tell(store, *(report_event(n) for n in range(7)))
    assert [len(fan_out(store, START, batch=3)) for _ in range(4)] == [3, 3, 1, 0]
    assert len(pairs(store)) == 7


def test_a_new_subscription_gets_nothing_older_than_itself(store: Store) -> None:
    subscribe(store, "https://a.example/", "sub_old", at=START - timedelta(days=1))
    tell(store, report_event(1, START))
    subscribe(store, "https://b.example/", "sub_new", at=START)
    tell(store, report_event(2, START))
    fan_out(store, START + timedelta(seconds=1))
    one, two = report_event(1).id, report_event(2).id
    assert pairs(store) == [(one, "sub_old"), (two, "sub_new"), (two, "sub_old")]


def test_a_disabled_subscription_gets_none() -> None:
    off = Subscription("sub_1", "https://a.example/", "whsec_", ALL, START, disabled_at=START)
    event = replace(report_event(1), sequence=1)
    assert matching_pairs([event], [off]) == []
    assert matching_pairs([event], [replace(off, disabled_at=None)]) == [(report_event(1).id, "sub_1")]


def test_killed_half_way_it_has_done_nothing_and_is_done_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(store, "https://a.example/")
    tell(store, report_event(1))

    def die(*_args: object) -> None:
        raise StoreError("killed between the deliveries and the flag")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "fanned_out", die)
        with pytest.raises(StoreError):
            fan_out(store, START)
    assert pairs(store) == []
    assert len(fan_out(store, START)) == 1
    assert len(pairs(store)) == 1


def test_two_senders_at_once_make_each_delivery_once(store: Store) -> None:
    subscribe(store, "https://a.example/")
    tell(store, *(report_event(n) for n in range(60)))
    gate = threading.Barrier(2)
    counts: list[int] = []

    def work() -> None:
        gate.wait()
        while (done := len(fan_out(store, START, batch=5))) > 0:
            counts.append(done)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while fan_out(store, START):  # what one of them had locked when the other looked last
        pass
    assert len(pairs(store)) == len(set(pairs(store))) == 60
    assert sum(counts) == 60


@pytest.mark.parametrize("first", ["fan_out", "the other"])
@pytest.mark.parametrize("change", ["disabled", "removed"])
def test_who_is_disabled_or_removed_meanwhile_is_owed_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: str, first: str
) -> None:
    subscribe(store, "https://a.example/", "sub_1")
    subscribe(store, "https://b.example/", "sub_2")
    tell(store, report_event(1))

    def leave() -> None:
        with store.begin() as tx:
            if change == "disabled":
                subscriptions.disable(tx, "sub_1", START, "410")
            else:
                subscriptions.remove(tx, "sub_1")

    with store.read() as tx:
        sqlite = tx.dialect.name == "sqlite"
    with ThreadPoolExecutor(1) as pool:

        def meanwhile(*args: Any) -> Any:
            leaving = pool.submit(leave)
            if first == "fan_out":
                found = function(*args)
                until_blocked(store, leaving)
                return found
            if not sqlite:  # there it waits, and comes second
                leaving.result(30)
            return function(*args)

        at = {"fan_out": (subscriptions, "create_deliveries"), "the other": (fanout, "matching_pairs")}
        where, name = at[first]
        function = getattr(where, name)
        monkeypatch.setattr(where, name, meanwhile)
        assert len(fan_out(store, START)) == 1
    with store.read() as tx:
        due = [d.subscription_id for d in subscriptions.deliveries(tx) if d.state is DeliveryState.DUE]
    assert due == ["sub_2"]


def test_the_default_batch_is_bounded() -> None:
    assert 0 < fanout.BATCH <= 1_000
