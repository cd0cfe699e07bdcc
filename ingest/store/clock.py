"""Mend what was written while a clock was ahead: rows whose past lies in the future are due now, as are those
whose next turn is further away than any wait for them.

A clock that is set right again would otherwise stop a list, a document or a delivery for as long as it was
wrong. What only says when something was seen or told keeps its time, for it may be this clock that is wrong.
What is due is leases.py; that machines' clocks differ by seconds is nobody's fault, and borne with there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, literal, or_, select, true, union, update

from ingest.model import DeliveryState, SourceKind
from ingest.store import rows
from ingest.store.tables import (
    attempts,
    copies,
    deliveries,
    fills,
    lists,
    mail_requests,
    metadata,
    pages,
    scans,
    sources,
    subscriptions,
    versions,
)

AHEAD = timedelta(minutes=2)  # as much may the clocks of pollers differ
LONGEST_LEASE = timedelta(minutes=15)
FARTHEST = timedelta(days=1000)  # nothing waits longer, whatever its file says
FARTHEST_ATTEMPT = timedelta(
    days=8
)  # no delivery waits longer: a digest of a week (alerts/delivery/digest.py)
DAY = timedelta(days=1)  # a list that is due sooner is not asked about
# Since when something waits or lasts: what lies in the future here would wait until then.
WAITS = {
    "checks": ("since", "broken_at", "recovered_at", "first_at", "good_at"),
    "copies": ("ended_at",),
    "fills": ("put_up_at",),
    "heartbeats": ("beat_at", "started_at"),
    "pages": ("gone_at", "missing_since"),
    "reports": ("unsettled_since", "vanished_since"),
    "sources": ("broken_at",),
    "mail_requests": ("asked_at",),
    "subscriptions": ("failing_since", "bounced_at"),
    "versions": ("enqueued_at", "started_at"),
    "scans": ("enqueued_at", "started_at"),
    "websub_pings": ("changed_at",),
}
# By which indexes find the rows of large tables: for the others nobody waits.
_AMONG = {
    "fills": fills.c.source.in_(select(sources.c.slug)),
    "pages": pages.c.error.is_not(None),
    "scans": scans.c.done_at.is_(None),
    "versions": versions.c.extracted_at.is_(None),
}
# What was seen while a page was looked at is as wrong as the time of that look.
WITH_THEIR_PAGE = (copies.c.last_seen_at, fills.c.read_at)
_IN_TURN = (
    deliveries.c.subscription_id.in_(select(subscriptions.c.id)),
    deliveries.c.state == DeliveryState.DUE.value,
)


def mend(
    tx: Connection, now: datetime, longest: Callable[[str, str], timedelta | None] = lambda *_: None
) -> int:
    """How many lists and pages were looked at, found or put off in the future; they are due now. `longest`:
    the longest wait for a list, by source and address; None where it is not known."""
    later = now + AHEAD
    wrong_lists = or_(lists.c.last_polled_at > later, lists.c.next_poll_at > now + FARTHEST)
    mended = tx.execute(
        update(lists)
        .where(wrong_lists, lists.c.retired_at.is_(None))
        .values(last_polled_at=None, next_poll_at=now, deep_at=None, last_changed_at=None)
    ).rowcount
    mended += _put_off(tx, now, longest)
    mended += _mend_pages(tx, now)
    for held in (
        (lists.c.lease_until,),
        (pages.c.lease_until, pages.c.next_fetch_at <= now),  # of what is not due nobody waits for the end
        (deliveries.c.lease_until, *_IN_TURN, deliveries.c.next_attempt_at <= now),
    ):
        until, *which = held
        tx.execute(
            update(until.table)
            .where(until > now + LONGEST_LEASE, *which)
            .values(lease_owner=None, lease_until=None)
        )
    return mended


def _mend_pages(tx: Connection, now: datetime) -> int:
    """Each condition goes by an index: what was found in the future is not fetched before that has come."""
    later, c = now + AHEAD, pages.c
    local = select(sources.c.slug).where(sources.c.kind == SourceKind.LOCAL.value)  # files are never due
    others = select(sources.c.slug).where(sources.c.kind != SourceKind.LOCAL.value)
    wrong = union(
        select(c.id).where(c.last_fetched_at > later, c.source.not_in(local)),
        select(c.id).where(c.last_fetched_at.is_(None), c.first_seen_at > later, c.source.not_in(local)),
        select(c.id).where(c.next_fetch_at > now + FARTHEST, c.source.in_(others)),
    )
    ids = list(tx.execute(wrong).scalars())
    seen = c.first_seen_at
    earlier = case((seen > now, literal(now, seen.type)), else_=seen)
    for part in rows.chunks(sorted(ids)):
        for column in WITH_THEIR_PAGE:
            of_page = (column.table.c.page_id.in_(part), column > later)
            tx.execute(update(column.table).where(*of_page).values({column: now}))
        tx.execute(
            update(pages)
            .where(c.id.in_(part))
            .values(last_fetched_at=None, first_seen_at=earlier, next_fetch_at=now, news_at=None)
        )
    return len(ids)


def _put_off(tx: Connection, now: datetime, longest: Callable[[str, str], timedelta | None]) -> int:
    """Lists that were only put off, or registered, while the clock was ahead; what is known of them
    is right."""
    far = select(lists.c.id, lists.c.source, lists.c.url, lists.c.next_poll_at).where(
        lists.c.next_poll_at > now + DAY, lists.c.retired_at.is_(None)
    )
    waits = ((row, longest(row.source, row.url)) for row in tx.execute(far).all())
    wrong = [row.id for row, wait in waits if wait is not None and row.next_poll_at > now + wait + AHEAD]
    for part in rows.chunks(wrong):
        tx.execute(update(lists).where(lists.c.id.in_(part)).values(next_poll_at=now))
    return len(wrong)


def mend_waits(tx: Connection, now: datetime) -> int:
    """How many times since when something waits lay in the future, or next attempts of deliveries further
    there than any; they are now."""
    mended = 0
    for table, names in WAITS.items():
        for column in (metadata.tables[table].c[name] for name in names):
            wrong = update(column.table).where(column > now + AHEAD, _AMONG.get(table, true()))
            mended += tx.execute(wrong.values({column: now})).rowcount
    # What was tried by that clock is put off by it.
    last = (
        select(attempts.c.at)
        .where(attempts.c.delivery_id == deliveries.c.id)
        .order_by(attempts.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    tried_ahead = update(deliveries).where(*_IN_TURN, last > now + AHEAD, deliveries.c.next_attempt_at > now)
    mended += tx.execute(tried_ahead.values(next_attempt_at=now)).rowcount
    for tried, which in ((deliveries, _IN_TURN), (mail_requests, ())):
        far = tried.c.next_attempt_at > now + FARTHEST_ATTEMPT
        mended += tx.execute(update(tried).where(far, *which).values(next_attempt_at=now)).rowcount
    return mended
