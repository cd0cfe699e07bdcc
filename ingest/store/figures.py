"""Targets and outcomes of a version, as the extractor found them.

They are written by extraction.py, and read across reports by browse.py. Which of them count for a report is
articles.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from ingest.model import Extraction, Figure
from ingest.store import rows
from ingest.store.tables import targets


def targets_of(tx: Connection, version_id: int) -> list[Figure]:
    """What the version promises, in the order of the text."""
    return targets_of_each(tx, [version_id])[version_id]


def targets_of_each(tx: Connection, version_ids: Sequence[int]) -> dict[int, list[Figure]]:
    """The same of each of a few versions."""
    found = tx.execute(_TARGETS, {"versions": version_ids})
    return rows.by_column("version_id", version_ids, found, rows.figure)


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


_TARGETS = (
    select(targets)
    .where(targets.c.version_id.in_(bindparam("versions", expanding=True)))
    .order_by(targets.c.start, targets.c.id)
)
