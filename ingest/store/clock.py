"""Mend what was written while the clock was ahead: rows whose past lies in the future are due now.

A clock that is set right again would otherwise stop a list for as long as it was wrong. What is due is
leases.py; that machines' clocks differ by seconds is nobody's fault, and borne with there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, literal, or_, select, update

from ingest.model import SourceKind
from ingest.store.tables import lists, pages, sources

AHEAD = timedelta(minutes=2)  # as much may the clocks of pollers differ
LONGEST_LEASE = timedelta(minutes=15)
FARTHEST = timedelta(days=400)  # no list and no page waits longer


def mend(tx: Connection, now: datetime) -> int:
    """How many lists and pages were looked at, or found, in the future; they are due now."""
    later = now + AHEAD
    wrong_lists = or_(lists.c.last_polled_at > later, lists.c.next_poll_at > now + FARTHEST)
    mended = tx.execute(
        update(lists)
        .where(wrong_lists, lists.c.retired_at.is_(None))
        .values(last_polled_at=None, next_poll_at=now, deep_at=None, last_changed_at=None)
    ).rowcount
    wrong_pages = or_(pages.c.last_fetched_at > later, pages.c.first_seen_at > later)
    local = select(sources.c.slug).where(sources.c.kind == SourceKind.LOCAL.value)  # files are never due
    seen = pages.c.first_seen_at
    earlier = case((seen > now, literal(now, seen.type)), else_=seen)
    mended += tx.execute(
        update(pages)
        .where(wrong_pages, pages.c.source.not_in(local))
        .values(last_fetched_at=None, first_seen_at=earlier, next_fetch_at=now, news_at=None)
    ).rowcount
    for table in (lists, pages):
        tx.execute(
            update(table)
            .where(table.c.lease_until > now + LONGEST_LEASE)
            .values(lease_owner=None, lease_until=None)
        )
    return mended
