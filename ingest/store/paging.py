"""Long lists of browse.py, a page of rows at a time: as many as there are, and few in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from ingest.store.browse import ReportRow, TargetRow

Row = TypeVar("Row")

PAGE = 2_000  # rows that are in memory at once


def pages(
    page: Callable[[int, Any], list[Row]], place: Callable[[Row], Any], limit: int | None = None
) -> Iterator[list[Row]]:
    """A list of any length, PAGE rows at a time: one page at least, `limit` rows at most.

    `page(size, after)` gives the rows behind a place (None: from the beginning), `place` that of a row.
    """
    after, left = None, limit
    while True:
        size = PAGE if left is None else min(PAGE, left)
        rows = page(size, after)
        yield rows
        left = None if left is None else left - len(rows)
        if len(rows) < size or left == 0:
            return
        after = place(rows[-1])


def place_of_report(row: ReportRow) -> tuple[datetime, int]:
    """`before` of the reports that follow this one."""
    return row.report.first_seen_at, row.report.id


def place_of_target(row: TargetRow) -> tuple[datetime, int, int, int]:
    """`after` of the targets that follow this one."""
    return row.report.first_seen_at, row.report.id, row.figure.start, row.figure_id
