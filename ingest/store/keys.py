"""The report of a key, made where it is not there yet.

Which key a text has is identity/; what a report is told to be later is documents.py and settlement.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from ingest.model import Identity
from ingest.store import rows
from ingest.store.tables import reports


def report_of(tx: Connection, key: str, about: Identity, title: str | None, now: datetime) -> int:
    """Its id. `about` and `title` are what it is made from; of a report that is there they change nothing."""
    made = tx.scalar(
        rows.insert(tx, reports)
        .values(
            key=key,
            kind=about.kind.value,
            **rows.region_columns(about.region),
            year=about.year,
            title=title,
            first_seen_at=now,
            provisional=False,
        )
        .on_conflict_do_nothing()
        .returning(reports.c.id)
    )
    if made is not None:
        return int(made)
    return int(tx.execute(select(reports.c.id).where(reports.c.key == key)).scalar_one())
