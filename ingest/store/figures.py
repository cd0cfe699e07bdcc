"""Targets and outcomes of a version, as the extractor found them.

They are written by extraction.py, and read across reports by browse.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from ingest.model import Extraction, Figure
from ingest.store import rows
from ingest.store.tables import outcomes, targets


def targets_of(tx: Connection, version_id: int) -> list[Figure]:
    """What the version promises, in the order of the text."""
    return targets_of_each(tx, [version_id])[version_id]


def targets_of_each(tx: Connection, version_ids: Sequence[int]) -> dict[int, list[Figure]]:
    """The same of each of a few versions."""
    return _figures(tx, _TARGETS, version_ids)


def outcomes_of(tx: Connection, version_id: int) -> list[Figure]:
    """What the version says was reached, in the order of the text."""
    return _figures(tx, _OUTCOMES, [version_id])[version_id]


def as_stored(found: Extraction) -> Extraction:
    """What will be read back of it once it is written: one figure of a place and name, in the order of the
    text."""

    def stored(figures: Iterable[Figure]) -> tuple[Figure, ...]:
        kept: dict[tuple[object, ...], Figure] = {}
        for one in figures:
            owner = one.owner.name if one.owner else ""
            kept.setdefault((one.start, one.end, one.indicator, one.label, one.measure, owner), one)
        return tuple(sorted(kept.values(), key=lambda one: one.start))

    return replace(found, targets=stored(found.targets), outcomes=stored(found.outcomes))


def _in_order(table: Table) -> Select[Any]:
    these = table.c.version_id.in_(bindparam("versions", expanding=True))
    return select(table).where(these).order_by(table.c.start, table.c.id)


_TARGETS, _OUTCOMES = _in_order(targets), _in_order(outcomes)


def _figures(tx: Connection, query: Select[Any], version_ids: Sequence[int]) -> dict[int, list[Figure]]:
    return rows.by_column(
        "version_id", version_ids, tx.execute(query, {"versions": version_ids}), rows.figure
    )
