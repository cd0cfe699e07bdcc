"""Targets and outcomes of a version, as the extractor found them.

They are written by extraction.py, and read across reports by browse.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from ingest.model import Figure
from ingest.store import rows
from ingest.store.tables import outcomes, targets


def targets_of(tx: Connection, version_id: int) -> list[Figure]:
    """What the version promises, in the order of the text."""
    return _figures(tx, _TARGETS, version_id)


def outcomes_of(tx: Connection, version_id: int) -> list[Figure]:
    """What the version says was reached, in the order of the text."""
    return _figures(tx, _OUTCOMES, version_id)


def _in_order(table: Table) -> Select[Any]:
    this = table.c.version_id == bindparam("version")
    return select(table).where(this).order_by(table.c.start, table.c.id)


_TARGETS, _OUTCOMES = _in_order(targets), _in_order(outcomes)


def _figures(tx: Connection, query: Select[Any], version_id: int) -> list[Figure]:
    return [rows.figure(row) for row in tx.execute(query, {"version": version_id}).mappings()]
