"""Rows of cells that say where they end -> lines in which each cell has its column. Pure.

.doc and .rtf do not say how many columns a cell goes over: that is how many edges of other rows lie in it.
What the lines look like is text/rows.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.text.rows import ABOVE, ACROSS, row_line

_NEAR = 100  # twentieths of a point: edges that lie so close are one
_WIDEST = 60  # columns


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a cell, in twentieths of a point; whether it goes on from the row above, or from the
    cell before."""

    right: int
    above: bool = False
    across: bool = False


@dataclass(frozen=True, slots=True)
class EdgedRow:
    """`texts` of its cells, `left` of the first; as many `edges`, where the file is whole."""

    texts: Sequence[str]
    left: int = 0
    edges: Sequence[Edge] = ()


def row_lines(rows: Sequence[EdgedRow]) -> Iterator[str]:
    """The rows of a table as lines; those without text are left out."""
    places = sorted({edge.right for row in rows for edge in row.edges})
    ends = [place for at, place in enumerate(places) if not at or place - places[at - 1] > _NEAR]
    for row in rows:
        whole = len(row.texts) == len(row.edges) and len(ends) <= _WIDEST
        if line := row_line([*_parts(row, ends)] if whole else row.texts):
            yield line


def _parts(row: EdgedRow, ends: Sequence[int]) -> Iterator[str]:
    left = row.left
    for text, edge in zip(row.texts, row.edges, strict=True):
        covered = "" if text else ABOVE if edge.above else ACROSS if edge.across else ""
        inside = bisect_left(ends, edge.right - _NEAR) - bisect_right(ends, left + _NEAR)
        yield text or covered
        yield from [ABOVE if covered == ABOVE else ACROSS] * inside
        left = edge.right
