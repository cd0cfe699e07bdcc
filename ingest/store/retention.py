"""What may be forgotten of captures, and which WARC files somebody still needs.

Never what a report stands on: of a page that shows or showed one, the newest capture of each text, file, part
and refusal stays whatever its age, and with it the record that has its payload whole. When to look and what
to do with files is ingest/retention.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, not_, or_, select, text, union

from ingest.store import scans
from ingest.store.tables import attachments, captures, copies

_LOCK = 0x676F6E68  # pg_try_advisory_xact_lock of whoever forgets


@dataclass(frozen=True, slots=True)
class Kept:
    captures: int
    since: datetime | None  # the day of the oldest


def locked(tx: Connection) -> bool:
    """Whether nobody else forgets until the end of this transaction. On SQLite a writer is alone anyway."""
    if tx.dialect.name == "sqlite":
        return True
    return bool(tx.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar_one())


def prune_captures(tx: Connection, before: datetime, limit: int) -> int:
    """Forget up to `limit` captures that were last seen before then and that nothing stands on; how many."""
    c = captures.c
    old = (
        select(c.id)
        .where(func.coalesce(c.last_seen_at, c.fetched_at) < before, not_(or_(_newest(), _whole())))
        .order_by(c.id)
        .limit(limit)
    )
    return tx.execute(delete(captures).where(c.id.in_(old))).rowcount


def _newest() -> ColumnElement[bool]:
    """Of a page with a report, the newest capture of its like."""
    c, later = captures.c, captures.alias("later")
    like = (
        later.c.page_id == c.page_id,
        later.c.id > c.id,
        later.c.status == c.status,
        later.c.version_id.is_not_distinct_from(c.version_id),
        later.c.part.is_not_distinct_from(c.part),
        later.c.attachment.is_(None) == c.attachment.is_(None),
    )
    return and_(exists().where(copies.c.page_id == c.page_id), not_(exists().where(*like)))


def _whole() -> ColumnElement[bool]:
    """The first capture of a payload that its page showed again: later records only say "as there"."""
    c, later, first = captures.c, captures.alias("again"), captures.alias("first")
    again = (later.c.page_id == c.page_id, later.c.sha256 == c.sha256, later.c.id > c.id)
    before = (first.c.page_id == c.page_id, first.c.sha256 == c.sha256, first.c.id < c.id)
    return and_(
        c.warc_file.is_not(None),
        exists().where(*again),
        not_(exists().where(*before, first.c.warc_file.is_not(None))),
    )


def needed_files(tx: Connection) -> set[str]:
    """The WARC files that a capture, an attachment or a scan that waits stands in."""
    places = (captures.c.warc_file, captures.c.seen_file, attachments.c.warc_file)
    query = union(*(select(place).where(place.is_not(None)) for place in places))
    return {*tx.execute(query).scalars(), *scans.files_needed(tx)}


def kept(tx: Connection) -> Kept:
    count, since = tx.execute(select(func.count(), func.min(captures.c.fetched_at))).one()
    return Kept(count, since)
