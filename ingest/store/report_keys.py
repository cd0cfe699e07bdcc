"""The keys of all reports, a range of ids at a time, for who wants to visit every one of them. Reads only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from ingest.store.tables import reports


def newest_id(tx: Connection) -> int:
    """0 where there is no report."""
    return int(tx.scalar(select(func.max(reports.c.id))) or 0)


def keys_between(tx: Connection, after: int, until: int) -> list[tuple[str, datetime]]:
    """(key, when it was told last, else found) of the reports whose id is after the one, up to the other."""
    query = (
        select(reports.c.key, func.coalesce(reports.c.announced_at, reports.c.first_seen_at))
        .where(reports.c.id > after, reports.c.id <= until, reports.c.merged_into.is_(None))
        .order_by(reports.c.id)
    )
    return [(row[0], row[1]) for row in tx.execute(query)]
