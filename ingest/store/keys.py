"""The report of a key, made where it is not there yet.

Which key a text has is identity/; what a report is told to be later is documents.py and settlement.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from ingest.model import Identity
from ingest.store import rows
from ingest.store.tables import reports
from ingest.telemetry import trace


def report_of(tx: Connection, key: str, about: Identity, title: str | None, now: datetime) -> int:
    """Its id. `about` and `title` are what it is made from; of a report that is there they change nothing."""
    made = make(tx, key, about, title, now)
    if made is not None:
        return int(made["id"])
    return int(tx.execute(select(reports.c.id).where(reports.c.key == key)).scalar_one())


def make(tx: Connection, key: str, about: Identity, title: str | None, now: datetime) -> RowMapping | None:
    """The row of a new report, which is to be settled; None where there is one of this key."""
    values = {
        "key": key,
        "kind": about.kind.value,
        **rows.region_columns(about.region),
        "year": about.year,
        "title": title,
        "first_seen_at": now,
        "provisional": False,
        "unsettled_since": now,
        "unsettled_by": trace.current(),
    }
    return tx.execute(rows.insert_new(tx, reports, reports), values).mappings().one_or_none()
