"""The clocks of two machines differ by ten seconds: nothing is done twice, nothing is stuck."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from alerts.delivery.fanout import fan_out
from alerts.delivery.leasing import BEYOND_DEADLINE
from ingest.chores import Chores
from ingest.model import DeliveryState, ListItem
from ingest.pipeline import Pipeline
from ingest.poll import LEASE
from ingest.settings import Settings
from ingest.store import extraction, leases, outbox, presence, settlement, subscriptions, watchlist
from ingest.store import tables as t
from ingest.store.clock import WAITS, mend, mend_waits
from ingest.store.db import Store
from tests.support.store_samples import NOW, PORTAL, a_page, a_reading, a_subscription, an_event, show, watch

pytestmark = pytest.mark.both_databases

BEHIND, AHEAD = timedelta(seconds=-5), timedelta(seconds=5)
EITHER_WAY = pytest.mark.parametrize(("ours", "theirs"), [(BEHIND, AHEAD), (AHEAD, BEHIND)])
START = NOW + timedelta(minutes=1)  # all is due by every clock


def lists(store: Store, owner: str, now: datetime) -> int:
    with store.begin() as tx:
        return len(leases.lease_lists(tx, owner, now, LEASE, 9, sources=("portal",)))


@EITHER_WAY
def test_a_list_is_one_pollers_till_its_lease_ends(store: Store, ours: timedelta, theirs: timedelta) -> None:
    with store.begin() as tx:
        watch(tx)
    assert lists(store, "ours", START + ours) == 1
    # Its holder renews it at a third of its length; the other may not have it, and not right before either.
    renewed = START + LEASE / 3
    assert lists(store, "theirs", START + theirs) == 0
    assert lists(store, "theirs", renewed + theirs) == 0
    with store.begin() as tx:
        leases.renew(tx, "ours", renewed + ours + LEASE, list_ids=[1], page_ids=[])
    assert lists(store, "theirs", START + LEASE + theirs) == 0
    # Killed after that: another has it soon after the end of the lease.
    assert lists(store, "theirs", renewed + LEASE + timedelta(seconds=11) + theirs) == 1


@EITHER_WAY
def test_a_delivery_is_one_senders_till_its_attempt_must_have_ended(
    store: Store, tmp_path: Path, ours: timedelta, theirs: timedelta
) -> None:
    deadline = timedelta(seconds=Settings(data_dir=tmp_path).webhook_deadline)
    lease = deadline + BEYOND_DEADLINE
    with store.begin() as tx:
        subscriptions.add(tx, a_subscription("one"))
        outbox.append(tx, [an_event("a")])
        subscriptions.create_deliveries(tx, [(an_event("a").id, "one")], NOW)

    def leased(owner: str, now: datetime) -> int:
        with store.begin() as tx:
            return len(subscriptions.lease_deliveries(tx, owner, now, lease, 9))

    assert leased("ours", START + ours) == 1
    assert leased("theirs", START + theirs) == 0
    assert leased("theirs", START + deadline + theirs) == 0
    assert leased("theirs", START + lease + timedelta(seconds=11) + theirs) == 1


@EITHER_WAY
def test_what_one_finds_the_other_has_within_ten_seconds(
    store: Store, ours: timedelta, theirs: timedelta
) -> None:
    with store.begin() as tx:
        watch(tx)
        a_page(tx, now=START + ours)
        subscriptions.add(tx, a_subscription("one"))
        outbox.append(tx, [an_event("a")])
        subscriptions.create_deliveries(tx, [(an_event("a").id, "one")], START + ours)
    later = START + timedelta(seconds=10) + theirs
    with store.begin() as tx:
        assert len(leases.lease_pages(tx, "theirs", later, LEASE, 9)) == 1
        assert len(subscriptions.lease_deliveries(tx, "theirs", later, LEASE, 9)) == 1


# --- a clock that was ahead, and is right again ------------------------------------------------


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=3650)])
def test_what_a_clock_ahead_has_put_off_is_due_when_it_is_right_again(store: Store, ahead: timedelta) -> None:
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        wrong = NOW + ahead
        [watched] = leases.lease_lists(tx, "ours", wrong, LEASE, 1)
        watchlist.list_done(
            tx, watched.id, "ours", wrong, wrong + timedelta(minutes=15), etag=None, last_modified=None,
            items=3, changed=True, deep=True,
        )  # fmt: skip
        watchlist.page_failed(tx, page.id, wrong, wrong + timedelta(minutes=1), "TimedOut", "20 s")
        watchlist.see_items(tx, "portal", [ListItem("http://a.example/new.html", "新的")], wrong)
        found = leases.lease_pages(tx, "killed", wrong, LEASE, 1)
        assert len(found) == 1
    with store.begin() as tx:
        assert "portal" not in leases.due_sources(tx, NOW, None, 9)
        assert mend(tx, NOW) >= 3
    with store.begin() as tx:
        assert len(leases.lease_lists(tx, "ours", NOW, LEASE, 9, sources=("portal",))) == 1
        assert {one.url for one in leases.lease_pages(tx, "ours", NOW, LEASE, 9)} >= {
            page.url,
            "http://a.example/new.html",
        }
        assert mend(tx, NOW) == 0


def test_a_list_that_was_only_put_off_is_due_when_no_wait_is_so_long(store: Store) -> None:
    [url] = PORTAL.list_urls
    with store.begin() as tx:
        watch(tx)
        [watched] = leases.lease_lists(tx, "ours", START, LEASE, 9, sources=("portal",))
        polled = {"etag": "1", "last_modified": None, "items": 3, "changed": True}
        watchlist.list_done(tx, watched.id, "ours", START, START, **polled)  # type: ignore[arg-type]
        [watched] = leases.lease_lists(tx, "ours", START, LEASE, 9, sources=("portal",))
        watchlist.list_postponed(tx, watched.id, "ours", START + timedelta(days=3))
        week, day = timedelta(days=7), timedelta(days=1)
        assert mend(tx, START) == 0, "who knows how long it may wait"
        assert mend(tx, START, lambda *_: week) == 0
        assert mend(tx, START, lambda *of: day if of == ("portal", url) else None) == 1
        [due] = leases.lease_lists(tx, "ours", START, LEASE, 9, sources=("portal",))
        assert (due.etag, due.last_polled_at) == ("1", START), "what is known of it stands"


TO_COME = {
    "expires_at",
    "next_poll_at",
    "next_fetch_at",
    "next_attempt_at",
    "lease_until",
    "previous_secret_until",
}
STANDS = {  # when something was seen, told or asked: nothing waits for it
    "announced_at", "at", "confirmed_at", "created_at", "dead_at", "disabled_at", "done_at", "extracted_at",
    "fanned_out_at", "fetched_at", "first_seen_at", "found_at", "left_at", "occurred_at", "paused_at",
    "retired_at", "sent_at", "undone_at", "withdrawn_at",
}  # fmt: skip
WITH_THEIR_ROW = {
    "lists": {"last_polled_at", "last_changed_at", "deep_at"},
    "pages": {"last_fetched_at", "news_at"},
    "captures": {"last_seen_at"},
    "copies": {"last_seen_at"},  # clock.WITH_THEIR_PAGE, as is that of fills
    "fills": {"read_at"},
    "attachments": {"ended_at"},
}


def test_every_time_that_is_kept_waits_or_stands() -> None:
    for name, table in t.metadata.tables.items():
        times = {column.name for column in table.columns if isinstance(column.type, t.UtcDateTime)}
        waits = {*WAITS.get(name, ()), *WITH_THEIR_ROW.get(name, ())}
        assert waits <= times
        assert times - waits <= TO_COME | STANDS, name


def test_since_when_something_waits_is_now_where_it_lies_in_the_future(store: Store) -> None:
    wrong = NOW + timedelta(days=3650)
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        applied = show(tx, page, a_reading(), now=NOW)
        subscriptions.add(tx, a_subscription("one"))
        outbox.append(tx, [an_event("a")])
        subscriptions.create_deliveries(tx, [(an_event("a").id, "one")], NOW)
        tx.execute(update(t.deliveries).values(next_attempt_at=wrong))
        tx.execute(update(t.versions).values(enqueued_at=wrong, started_at=wrong))
        tx.execute(update(t.reports).values(unsettled_since=wrong))
        tx.execute(update(t.pages).values(gone_at=wrong, error="Gone"))
        tx.execute(update(t.copies).values(ended_at=wrong))
        assert extraction.waiting(tx, NOW + timedelta(days=1), timedelta(0)) == []
    with store.begin() as tx:
        assert mend_waits(tx, NOW) == 6
        assert extraction.waiting(tx, NOW, timedelta(0)) == [applied.version_id]
        assert settlement.unsettled(tx, NOW, timedelta(0)) == [applied.report_id]
        assert len(subscriptions.lease_deliveries(tx, "sender", NOW, LEASE, 9)) == 1
        [(gone_at, ended_at)] = tx.execute(select(t.pages.c.gone_at, t.copies.c.ended_at).join(t.copies))
        assert gone_at == ended_at == NOW, "settlement.py compares the two"
        assert mend_waits(tx, NOW) == 0


def test_what_was_seen_by_a_clock_ahead_is_as_wrong_as_the_time_of_its_page(store: Store) -> None:
    wrong = NOW + timedelta(days=365)
    with store.begin() as tx:
        watch(tx)
        pages = [a_page(tx), a_page(tx, name="2")]
        for page in pages:
            show(tx, page, a_reading(), now=NOW)
        tx.execute(update(t.copies).values(last_seen_at=wrong))
        tx.execute(update(t.pages).values(next_fetch_at=NOW))  # NEVER is too far for a page of a portal
        tx.execute(update(t.pages).where(t.pages.c.id == pages[0].id).values(last_fetched_at=wrong))
    with store.begin() as tx:
        assert mend(tx, NOW) == 1
        seen = select(t.copies.c.page_id, t.copies.c.last_seen_at)
        times = {row.page_id: row.last_seen_at for row in tx.execute(seen)}
        assert times == {pages[0].id: NOW, pages[1].id: wrong}


def test_a_clock_behind_does_not_overrule_one_that_is_at_work(store: Store) -> None:
    """Each would fetch again what the other has just fetched, minute after minute."""
    later = NOW + timedelta(hours=1)
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        presence.beat(tx, "poll", "right", later)
    behind = Chores(Pipeline(store, None, {}, now=lambda: NOW), "behind")
    with capture_logs() as logs:
        for minute in range(3):
            with store.begin() as tx:
                tx.execute(update(t.pages).where(t.pages.c.id == page.id).values(last_fetched_at=later))
                presence.beat(tx, "poll", "right", later + timedelta(minutes=minute))
            behind.mend_clock()
    said = [line["event"] for line in logs if line["log_level"] == "warning"]
    assert said == [
        "the clock was ahead; what it had put off is due now",  # nobody has been seen at work yet
        *["clocks differ; what lies in the future stays"] * 2,
    ]


def test_a_delivery_that_was_tried_by_a_clock_ahead_is_due_again(store: Store) -> None:
    """The next attempt is no further away than attempts may be, and yet by a day too late."""
    later = NOW + timedelta(days=1)
    with store.begin() as tx:
        subscriptions.add(tx, replace(a_subscription("one"), created_at=NOW - timedelta(hours=1)))
        outbox.append(tx, [an_event("ahead"), an_event("right")])
    fan_out(store, NOW)
    with store.begin() as tx:
        due = subscriptions.lease_deliveries(tx, "sender", NOW, LEASE, 9)
        for (delivery, _, _), now in zip(due, (later, NOW), strict=True):
            subscriptions.attempted(
                tx, delivery.id, now, state=DeliveryState.DUE, next_attempt_at=now + timedelta(minutes=5),
                status=503, error=None, seconds=0.1,
            )  # fmt: skip
        assert mend_waits(tx, NOW) == 1
        waiting = {d.next_attempt_at for d in subscriptions.deliveries(tx)}
    assert waiting == {NOW, NOW + timedelta(minutes=5)}


def test_clocks_that_differ_a_little_put_nothing_forward(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        [watched] = leases.lease_lists(tx, "ours", NOW + AHEAD, LEASE, 1)
        later = NOW + AHEAD + timedelta(minutes=15)
        watchlist.list_done(
            tx, watched.id, "ours", NOW + AHEAD, later, etag=None, last_modified=None, items=3, changed=True
        )
        assert mend(tx, NOW + BEHIND) == 0


def test_a_subscription_made_by_a_clock_ahead_gets_what_happens_next(store: Store) -> None:
    with store.begin() as tx:
        outbox.append(tx, [an_event("before")])
        subscriptions.add(tx, replace(a_subscription("one"), created_at=NOW + timedelta(minutes=10)))
        outbox.append(tx, [an_event("after")])
    fan_out(store, NOW)
    with store.begin() as tx:
        due = subscriptions.lease_deliveries(tx, "sender", NOW, LEASE, 9)
    assert [event.subject for _, event, _ in due] == [an_event("after").subject]
