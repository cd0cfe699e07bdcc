"""Several at once: threads and processes that take, write and settle the same things, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from ingest.identity.decide import NewVersion
from ingest.model import Extraction, ListItem, Relation, SourceKind
from ingest.store import documents, leases, outbox, overview, settlement, subscriptions, watchlist
from ingest.store.db import Store
from tests.support import deciding, forked
from tests.support.extracted import save_extraction
from tests.support.store_samples import (
    HOUR,
    NEVER,
    NOW,
    a_figure,
    a_page,
    a_reading,
    a_subscription,
    an_event,
    show,
    watch,
)

pytestmark = pytest.mark.both_databases

LEASE = timedelta(minutes=5)
MANY = tuple(f"https://portal.example/{n}/" for n in range(60))


def together(jobs: list[Callable[[], object]]) -> list[object]:
    """Run these at once, each in a thread, starting at the same moment."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        gate.wait(20)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(60) for future in [pool.submit(run, job) for job in jobs]]


def until_blocked(store: Store, future: Future[object]) -> None:
    """Return when the other transaction waits for a lock. SQLite lets nobody see that, nor does it matter
    there: a writer waits before it has read anything."""
    with store.read() as tx:
        if tx.dialect.name != "postgresql":
            return
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(20_000):
        with store.read() as tx:
            if tx.execute(waiting).scalar_one():
                return
        if future.done():
            break
    pytest.fail("nobody waited")


def take_all(url: str, owner: str) -> None:
    """Lease lists two at a time until none is left; says which."""
    store = Store.open(url)
    while True:
        with store.begin() as tx:
            batch = leases.lease_lists(tx, owner, NOW, LEASE, 2)
        if not batch:
            store.close()
            return
        print(*(one.id for one in batch))


def test_processes_share_lists_each_is_leased_once(database: str, store: Store) -> None:
    with store.begin() as tx:
        watchlist.sync_sources(
            tx, [watchlist.SourceRow("portal", "门户", SourceKind.PORTAL, True, "/", MANY)], NOW
        )
    done = forked.finish_all(take_all, [(database, f"p{n}") for n in range(3)])
    assert [process.returncode for process in done] == [0, 0, 0], done
    taken = [int(id_) for process in done for id_ in process.stdout.split()]
    assert sorted(taken) == list(range(1, len(MANY) + 1))


def test_threads_share_pages_each_is_leased_once(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        watchlist.see_items(tx, "portal", [ListItem(url, "题") for url in MANY], NOW)

    def take(owner: str) -> Callable[[], list[int]]:
        def run() -> list[int]:
            taken: list[int] = []
            while True:
                with store.begin() as tx:
                    batch = leases.lease_pages(tx, owner, NOW, LEASE, 3)
                if not batch:
                    return taken
                taken += [page.id for page in batch]

        return run

    parts = together([take(f"t{n}") for n in range(6)])
    assert sorted(id_ for part in parts for id_ in part) == list(range(1, len(MANY) + 1))  # type: ignore[attr-defined]


def test_threads_share_deliveries_each_is_leased_once(store: Store) -> None:
    with store.begin() as tx:
        events = [an_event(str(n)) for n in range(20)]
        outbox.append(tx, events)
        for id_ in ("a", "b", "c"):
            subscriptions.add(tx, a_subscription(id_))
            subscriptions.create_deliveries(tx, [(event.id, id_) for event in events], NOW)

    def take() -> list[int]:
        taken: list[int] = []
        while True:
            with store.begin() as tx:
                batch = subscriptions.lease_deliveries(tx, "me", NOW, LEASE, 5)
            if not batch:
                return taken
            taken += [delivery.id for delivery, _, _ in batch]

    parts = together([take] * 4)
    # To whom all else is locked, nothing is due: some may be left, none may be doubled.
    taken = [id_ for part in parts for id_ in part]  # type: ignore[attr-defined]
    taken += take()
    assert sorted(taken) == list(range(1, 61))


def test_two_pollers_see_the_same_items(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
    items = [ListItem(url, "题") for url in MANY]

    def see() -> int:
        with store.begin() as tx:
            return len(watchlist.see_items(tx, "portal", items, NOW))

    assert sum(together([see, see, see])) == len(MANY)  # type: ignore[arg-type]


def test_two_find_the_same_new_document_at_once(store: Store) -> None:
    """Both decided before either wrote: one report, one version, two copies."""
    for number in range(8):
        reading = a_reading(f"第{number}份报告。", year=2000 + number)
        with store.begin() as tx:
            watch(tx)
            pages = [a_page(tx, source, str(number)) for source in ("portal", "repost")]

        def find(page_number: int, pages=pages, reading=reading) -> documents.Applied:  # type: ignore[no-untyped-def]
            with store.begin() as tx:
                return deciding.apply(
                    tx,
                    pages[page_number],
                    NewVersion(None, Relation.SAME),
                    reading,
                    official=page_number == 0,
                    now=NOW,
                )

        one, two = together([lambda find=find: find(0), lambda find=find: find(1)])  # type: ignore[misc]
        assert isinstance(one, documents.Applied)
        assert isinstance(two, documents.Applied)
        assert (one.report_id, one.version_id) == (two.report_id, two.version_id)
    with store.read() as tx:
        counts = overview.counts(tx)
        assert (counts.reports, counts.versions, counts.copies) == (8, 8, 16)


def test_the_same_extraction_by_two_workers(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        version_id = show(tx, a_page(tx), a_reading()).version_id
    assert version_id is not None
    figures = Extraction((a_figure(), a_figure("cpi", 3)), (a_figure("trade", 1),), "grammar/1")

    def work() -> None:
        with store.begin() as tx:
            save_extraction(tx, version_id, figures, NOW)

    together([work] * 4)
    with store.read() as tx:
        assert (overview.counts(tx).targets, overview.counts(tx).outcomes) == (2, 1)


def test_a_change_during_settling_is_settled_afterwards(store: Store) -> None:
    """The mark must not be lost to a settling that has read before the change and clears after it."""
    with store.begin() as tx:
        watch(tx)
        first = show(tx, a_page(tx, "portal"), a_reading())
        repost = a_page(tx, "repost")
    assert first.report_id is not None

    def change() -> object:
        with store.begin() as tx:
            return show(tx, repost, a_reading(), now=NOW + HOUR)

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            settlement.lock_report(tx, first.report_id)
            assert len(documents.copies_of(tx, first.report_id)) == 1
            changing = pool.submit(change)
            until_blocked(store, changing)
            told = {"announced_version_id": first.version_id, "provisional": False, "withdrawn_at": None}
            settlement.settled(tx, first.report_id, **told, now=NOW)  # type: ignore[arg-type]
        changing.result(20)
    with store.read() as tx:
        assert settlement.unsettled(tx, NEVER, timedelta(0)) == [first.report_id]


def test_events_become_visible_in_the_order_of_their_sequence(store: Store) -> None:
    """Who has read up to sequence n never misses an event with a smaller one that was committed later."""

    def second() -> object:
        with store.begin() as tx:
            return outbox.append(tx, [an_event("second")])

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            outbox.append(tx, [an_event("first")])
            appending = pool.submit(second)
            until_blocked(store, appending)
            with store.read() as reader:
                assert outbox.events(reader) == []
        appending.result(20)
    with store.read() as tx:
        assert [event.subject for event in outbox.events(tx, newest_first=False)] == ["first", "second"]


def test_the_same_event_by_two_at_once(store: Store) -> None:
    events = [an_event(str(n)) for n in range(20)]

    def append() -> int:
        with store.begin() as tx:
            return len(outbox.append(tx, events))

    assert sum(together([append, append, append])) == 20  # type: ignore[arg-type]


def test_two_fan_out_at_once(store: Store) -> None:
    with store.begin() as tx:
        subscriptions.add(tx, a_subscription("one"))
        outbox.append(tx, [an_event(str(n)) for n in range(40)])

    def fan_out() -> int:
        done = 0
        while True:
            with store.begin() as tx:
                batch = outbox.to_fan_out(tx, 3)
                subscriptions.create_deliveries(tx, [(event.id, "one") for event in batch], NOW)
                outbox.fanned_out(tx, [event.id for event in batch], NOW)
            if not batch:
                return done
            done += len(batch)

    assert sum(together([fan_out] * 4)) == 40  # type: ignore[arg-type]
    with store.read() as tx:
        assert overview.counts(tx).deliveries == {"due": 40}


def test_a_source_is_broken_once_by_many(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)

    def break_() -> bool:
        with store.begin() as tx:
            return watchlist.source_broken(tx, "portal", NOW, {})

    assert sorted(together([break_] * 4)) == [False, False, False, True]  # type: ignore[type-var]
