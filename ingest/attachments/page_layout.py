"""Pieces of text as they lie on a page -> lines in the order of reading: columns, and rows of cells. Pure.

A reader takes a column to its end before the next one. What stands on one height is a line, unless a gap runs
down the page between two stacks of full lines, or between one and a table with rules: then these are columns,
and not the cells of a table or the fields of a form, which are short. Lines become paragraphs in
paragraphs.py; tables with rules are ruled_tables.py, those without aligned_tables.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from statistics import median

from ingest.attachments.aligned_tables import AlignedTables
from ingest.attachments.paragraphs import Line

SAME_LINE = 0.5  # em: baselines that differ by less are one line
SPACE = 0.25  # em: a wider gap is a space
SLIGHT = 0.5  # em: so far a figure may stand from what is in the cell beside it
GAP = 0.9  # em: a wider one parts two pieces of text
_CELL = 1.5  # em: a wider one parts the cells of a row
_EDGES = 12  # left edges that are tried as the beginning of a column
_FEWEST = 4  # full lines in a column, and lines at its left edge
_FEWEST_ROWS = 3  # of a table beside a column
_NARROWEST = 8.0  # em of a column of running text
_FULL = 0.8  # of the usual width: a full line
_MOSTLY = 0.5  # share of the lines that are full, and of the height that two columns share
_DEEPEST = 2  # cuts in cuts: four columns

_Band = tuple[list[Line], list[Line]]  # two columns, or what goes over both and nothing


class ReadingOrder:
    """Of the pages of one document: where columns were found, they go on, however few lines are left, and so
    do tables."""

    def __init__(self) -> None:
        self._gutters: list[float] = []
        self._tables = AlignedTables()

    def lines(self, pieces: Sequence[Line]) -> list[Line]:
        """The lines of the next page; `block` tells apart what has edges of its own."""
        self._tables.turn_page()
        return list(self._ordered(pieces, _DEEPEST, count()))

    def _ordered(self, pieces: Sequence[Line], depth: int, blocks: Iterator[int]) -> Iterator[Line]:
        bands = self._columns(pieces) if depth else []
        if not bands:
            block = next(blocks)
            yield from (replace(line, block=block) for line in self._rows(pieces))
            return
        for left, right in bands:
            yield from self._ordered(left, depth - 1 if right else 0, blocks)
            if right:
                yield from self._ordered(right, depth - 1, blocks)

    def _rows(self, pieces: Sequence[Line]) -> Iterator[Line]:
        """The pieces of one block, those on one height as one line."""
        rows: list[list[Line]] = []
        for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.left)):
            first = rows[-1][0] if rows else piece
            apart = first.y - piece.y > SAME_LINE * min(piece.em, first.em)
            if not rows or piece.of_table or first.of_table or apart:
                rows.append([])
            rows[-1].append(piece)
        lines = [sorted(row, key=lambda piece: piece.left) for row in rows]
        yield from map(_row, self._tables.with_rows(lines))

    def _columns(self, pieces: Sequence[Line]) -> list[_Band]:
        """The page from top to bottom; [] without columns."""
        if len(pieces) < _FEWEST:
            return []
        em = median(piece.em for piece in pieces) or 1.0
        downward = sorted(pieces, key=lambda piece: (-piece.y, piece.left))
        edges = Counter(round(piece.left / em * 2) for piece in pieces).most_common(_EDGES)
        tried = [(edge - 1) / 2 * em for edge, lines in edges if lines >= _FEWEST]
        best: list[_Band] = []
        most, found = 0, None
        for gutter in (*self._gutters, *tried):
            bands = _bands(downward, gutter)
            known = gutter in self._gutters
            within = sum(len(left) + len(right) for left, right in bands if right)
            if within > most and _side_by_side(bands, em, known):
                best, most, found = bands, within, gutter
        if found is not None and found not in self._gutters and len(self._gutters) < _EDGES:
            self._gutters.append(found)
        return best


def _bands(downward: Sequence[Line], gutter: float) -> list[_Band]:
    bands: list[_Band] = [([], [])]
    over = True
    for piece in downward:
        if piece.left < gutter < piece.right:
            if not over and bands[-1][1]:
                bands.append(([], []))
            over = True
            bands[-1][0].append(piece)
        else:
            if over and bands[-1][0]:
                bands.append(([], []))
            over = False
            bands[-1][piece.left >= gutter].append(piece)
    return bands


def _side_by_side(bands: Sequence[_Band], em: float, known: bool) -> bool:
    """Two stacks of full lines at one height, or one beside a table; where columns are `known` to be, at
    least one on the left."""
    sides = [band for band in bands if band[1] and band[0]]
    left, right = ([piece for band in sides for piece in band[side]] for side in (0, 1))
    if _is_table(left) and not known:
        left, right = right, left
    if not _is_text(left, em) or not (known or _is_text(right, em) or _is_table(right)):
        return False
    return known or any(_overlap(one, two) for one, two in sides)


def _overlap(one: Sequence[Line], two: Sequence[Line]) -> bool:
    top, foot = min(one[0].y, two[0].y), max(one[-1].y, two[-1].y)
    return top - foot >= _MOSTLY * min(one[0].y - one[-1].y, two[0].y - two[-1].y)


def _is_table(side: Sequence[Line]) -> bool:
    return sum(piece.of_table for piece in side) >= _FEWEST_ROWS


def _is_text(side: Sequence[Line], em: float) -> bool:
    widths = sorted(piece.right - piece.left for piece in side if not piece.row)
    if len(widths) < _FEWEST:
        return False
    usual = widths[len(widths) * 3 // 4]
    full = sum(width >= _FULL * usual for width in widths)
    return usual >= _NARROWEST * em and full >= max(_MOSTLY * len(widths), _FEWEST)


def _row(pieces: Sequence[Line]) -> Line:
    if len(pieces) == 1:
        return pieces[0]
    pieces = sorted(pieces, key=lambda piece: piece.left)
    text, right, cells = pieces[0].text, pieces[0].right, False
    for piece in pieces[1:]:
        gap = (piece.left - right) / piece.em
        text += (" " if gap > SPACE or piece.of_table else "") + piece.text
        cells = cells or gap > _CELL
        right = max(right, piece.right)
    em, of_table = max(piece.em for piece in pieces), pieces[0].of_table
    return Line(" ".join(text.split()), pieces[0].left, right, em, pieces[0].y, cells or of_table, of_table)
