"""Targets and outcomes of a version, as the extractor found them.

They are written by extraction.py, and read across reports by browse.py.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, select

from ingest.model import Figure
from ingest.store import rows
from ingest.store.tables import outcomes, targets


def targets_of(tx: Connection, version_id: int) -> list[Figure]:
    """What the version promises, in the order of the text."""
    return _figures(tx, targets, version_id)


def outcomes_of(tx: Connection, version_id: int) -> list[Figure]:
    """What the version says was reached, in the order of the text."""
    return _figures(tx, outcomes, version_id)


def _figures(tx: Connection, table: Table, version_id: int) -> list[Figure]:
    query = select(table).where(table.c.version_id == version_id).order_by(table.c.start, table.c.id)
    return [rows.figure(row) for row in tx.execute(query).mappings()]
