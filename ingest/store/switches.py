"""Which sources the operator switched on or off, whatever their files say; and having one looked at now.

What a poller does with it is poll.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from ingest.store import watchlist
from ingest.store.tables import lists, sources


def switch(tx: Connection, spec: watchlist.SourceRow, *, is_on: bool, by_file: bool) -> None:
    """`by_file`: what its file says of it. Only what differs from that is kept."""
    watchlist.ensure_source(tx, spec)
    kept = None if is_on == by_file else is_on
    tx.execute(update(sources).where(sources.c.slug == spec.slug).values(switched_on=kept))


def switches(tx: Connection) -> dict[str, bool]:
    """Of those that differ from their files, by slug: on or off."""
    query = select(sources.c.slug, sources.c.switched_on).where(sources.c.switched_on.is_not(None))
    return {row.slug: row.switched_on for row in tx.execute(query)}


def look_now(tx: Connection, slug: str, now: datetime) -> int:
    """Make its lists due at once; how many there are. The pace of its host holds all the same."""
    watched = lists.c.source == slug, lists.c.retired_at.is_(None)
    tx.execute(update(lists).where(*watched, lists.c.next_poll_at > now).values(next_poll_at=now))
    return len(tx.execute(select(lists.c.id).where(*watched)).all())
