"""Several processes write the same rows: who waits for whom, and what is done again.

On both databases, though on SQLite there is one writer and nobody to wait for but him.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text, update
from test_store_races import until_blocked

from ingest.errors import Contended
from ingest.model import DeliveryState, Extraction, SourceKind
from ingest.store import db, extraction, leases, outbox, settlement, subscriptions, vanished, watchlist
from ingest.store.db import Store
from ingest.store.tables import copies, versions
from tests.support.extracted import save_extraction
from tests.support.store_samples import HOUR, NOW, a_page, a_reading, a_subscription, an_event, show, watch

pytestmark = pytest.mark.both_databases

OTHER = "各位代表：今年地区生产总值增长7%左右，一般公共预算收入增长3%。"


def touch(tx: Connection, number: int) -> None:
    tx.execute(
        text("UPDATE sources SET name = name WHERE slug = :slug"), {"slug": ("portal", "repost")[number]}
    )


def test_who_is_broken_off_by_the_database_does_it_again(store: Store) -> None:
    """Two take the same two rows in opposite order: one of them is broken off, and both are done."""
    with store.begin() as tx:
        watch(tx)
        postgresql = tx.dialect.name == "postgresql"
    both_hold_one = threading.Barrier(2)
    tries: list[int] = []

    def crosswise(first: int) -> Callable[[Connection], None]:
        def work(tx: Connection) -> None:
            tries.append(first)
            touch(tx, first)
            if postgresql and len(tries) <= 2:
                both_hold_one.wait(20)
            touch(tx, 1 - first)

        return work

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(store.retrying, crosswise(first)) for first in (0, 1)]:
            done.result(30)
    # More than once where the one that is broken off is back at its row before the other has it.
    assert len(tries) >= (3 if postgresql else 2)


def test_it_is_not_done_again_for_ever(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_PAUSE", 0.0)
    tries: list[int] = []

    def work(tx: Connection) -> None:
        tries.append(1)
        raise Contended("deadlock detected")

    with pytest.raises(Contended):
        store.retrying(work)
    assert len(tries) == db.TRIES


def extracted(tx: Connection, version_id: int) -> None:
    save_extraction(tx, version_id, Extraction((), (), "grammar/1"), NOW)


def put_aside(tx: Connection, version_id: int) -> None:
    extraction.mark_dead(tx, version_id, NOW, "cannot be read")


def taken_down(tx: Connection, version_id: int) -> None:
    page = watchlist.page_of(tx, "portal", "https://portal.example/1.html")
    assert page is not None
    for _ in range(2):
        vanished.page_missing(tx, page.id, NOW, NOW, "Gone", "404")


def shows_another(tx: Connection, version_id: int) -> None:
    show(tx, a_page(tx), a_reading(OTHER), sha256="b" * 64, now=NOW + HOUR)


def shows_it_elsewhere(tx: Connection, version_id: int) -> None:
    show(tx, a_page(tx, "repost"), a_reading(), now=NOW + HOUR)


@pytest.mark.parametrize("other", [extracted, put_aside, taken_down, shows_another, shows_it_elsewhere])
def test_a_report_is_taken_before_its_texts(store: Store, other: Callable[[Connection, int], None]) -> None:
    """Who settles holds the report and then writes its versions and copies: nobody may hold one of those and
    wait for the report."""
    with store.begin() as tx:
        watch(tx)
        shown = show(tx, a_page(tx), a_reading())
    version_id, report_id = shown.version_id, shown.report_id
    assert version_id is not None
    assert report_id is not None

    def do() -> object:
        with store.begin() as tx:
            return other(tx, version_id)

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            settlement.lock_report(tx, report_id)
            doing = pool.submit(do)
            until_blocked(store, doing)
            for table, column in ((versions, versions.c.id), (copies, copies.c.version_id)):
                tx.execute(update(table).where(column == version_id).values(relation="same"))
        doing.result(30)


def test_an_attempt_that_fails_does_not_stand_in_the_way_of_a_disabling(store: Store) -> None:
    """Both write the subscription and its deliveries, and the subscription comes first."""
    with store.begin() as tx:
        subscriptions.add(tx, a_subscription("one"))
        outbox.append(tx, [an_event("a"), an_event("b")])
        subscriptions.create_deliveries(tx, [(e.id, "one") for e in (an_event("a"), an_event("b"))], NOW)

    def fails() -> None:
        with store.begin() as tx:
            subscriptions.hold(tx, "one")
            subscriptions.attempted(
                tx, 1, NOW, state=DeliveryState.DUE, next_attempt_at=NOW, status=500, error="500", seconds=0.1
            )
            subscriptions.failing(tx, "one", NOW)

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            subscriptions.hold(tx, "one")
            failing = pool.submit(fails)
            until_blocked(store, failing)
            assert subscriptions.disable(tx, "one", NOW, "410")
        failing.result(30)
    with store.read() as tx:
        assert {d.state for d in subscriptions.deliveries(tx)} == {DeliveryState.DEAD}


def test_nobody_waits_to_tidy_up(store: Store) -> None:
    with store.begin() as tx:
        subscriptions.add(tx, a_subscription("one"))
        told = [an_event(str(n)) for n in range(6)]
        outbox.append(tx, told)
        subscriptions.create_deliveries(tx, [(event.id, "one") for event in told], NOW)
        subscriptions.disable(tx, "one", NOW, "410")
        postgresql = tx.dialect.name == "postgresql"
    with store.begin() as tx:
        assert subscriptions.prune_deliveries(tx, NOW + HOUR, 4) == 4
        if postgresql:
            with store.begin() as other:  # in the same thread: it would wait for ever
                other.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
                assert subscriptions.prune_deliveries(other, NOW + HOUR, 4) == 2
    with store.begin() as tx:
        assert subscriptions.prune_deliveries(tx, NOW + HOUR, 4) == (0 if postgresql else 2)


@pytest.mark.parametrize("what", ["lists", "pages", "deliveries", "events"])
def test_what_another_is_about_to_take_is_passed_over(store: Store, what: str) -> None:
    """A lease that is not committed yet: the next who asks gets other rows, at once."""
    lease = timedelta(minutes=5)
    urls = tuple(f"https://portal.example/{n}/" for n in range(4))
    with store.begin() as tx:
        portal = watchlist.SourceRow("portal", "门户", SourceKind.PORTAL, True, "/", urls)
        watchlist.sync_sources(tx, [portal], NOW)
        for n in range(4):
            a_page(tx, name=str(n))
        subscriptions.add(tx, a_subscription("one"))
        told = [an_event(str(n)) for n in range(4)]
        outbox.append(tx, told)
        subscriptions.create_deliveries(tx, [(event.id, "one") for event in told], NOW)
        if tx.dialect.name != "postgresql":
            return  # one writer: there is nobody who could be about to

    def take(tx: Connection) -> list[object]:
        tx.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        match what:
            case "lists":
                return [one.id for one in leases.lease_lists(tx, "me", NOW, lease, 2)]
            case "pages":
                return [page.id for page in leases.lease_pages(tx, "me", NOW, lease, 2)]
            case "deliveries":
                leased = subscriptions.lease_deliveries(tx, "me", NOW, lease, 4, per_subscription=2)
                return [delivery.id for delivery, _, _ in leased]
            case _:
                return [event.id for event in outbox.to_fan_out(tx, 2)]

    with store.begin() as one, store.begin() as other:
        first, second = take(one), take(other)
    assert len(first) == 2
    assert not {*first} & {*second}
    # Deliveries are taken by turns of their endpoints, and the first in turn are another's: the next look.
    assert len(second) == (0 if what == "deliveries" else 2)
