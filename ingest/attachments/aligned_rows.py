"""Which lines of a table without rules are of which row. Pure.

A figure takes one line. That line is in the middle of its row, the first of it or the last, in all rows of a
table alike, and what stands above or below it in a column is of the same cell. So the lines between two
figures are parted where most cells come out even; where few do, it is no table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf

from ingest.attachments.aligned_columns import ALIKE, Columns, is_value
from ingest.attachments.paragraphs import HEADING

# How far down its cell the line of a figure is.
_HEIGHTS = (0.5, 0.0, 1.0)
_FAR = 1.3  # times the distance of the lines of a cell: of two cells
_RAGGED = 1.5  # em: so much shorter than the longest line may one be that goes on, with the next word
_ENDS = ("。", "；")
_BESIDE = 0.6  # of the figures: a column in front with text beside fewer has cells over several rows
# As parts of a cell that does not come out even:
_NAMELESS = 0.4  # a row without a name
_OWN_ROW = 0.6  # lines between two rows that are a row of their own
_LEFT_OUT = 0.1  # a line above the first row that might be of it
_CLOSE = 0.05  # lines that stand close, and are parted
_UNEVEN = 0.2  # at most, for each row

Part = list[int]
"""The lines of a row."""


class RowCut:
    """`anchors`: the lines with the figures of a row; `gaps`: the lines above the first of them that may be
    of the table, those between them, and those below the last."""

    def __init__(self, columns: Columns, anchors: Sequence[int], gaps: Sequence[Sequence[int]]) -> None:
        self._columns, self._anchors, self._gaps = columns, anchors, gaps
        beside = Counter(columns.of(piece) for number in anchors for piece in columns.lines[number])
        self.over_rows = frozenset(
            column for column in range(columns.names) if beside[column] < _BESIDE * len(anchors)
        )
        """The columns in front that have cells over several rows, as the kind of indicators."""

    def parts(self) -> list[Part]:
        """The lines of each row; [] where they do not come out even, and no gaps part them."""
        cost, parts = min((self._cut(height) for height in _HEIGHTS), key=lambda way: way[0])
        if cost <= max(_UNEVEN * len(self._anchors), _OWN_ROW):
            return parts
        parts = self._with_gaps_between()
        cost = sum(self._uneven(part, part[0], None) for part in parts)
        cost += _OWN_ROW * sum(len(self._columns.cells(part)) == 1 for part in parts)
        return parts if cost <= _UNEVEN * len(parts) else []

    def _with_gaps_between(self) -> list[Part]:
        """The rows, where these stand farther apart than the lines of a cell: 812亿元，增长5% takes two."""
        first, last = (*self._gaps[0], self._anchors[0])[0], (self._anchors[-1], *self._gaps[-1])[-1]
        parts: list[Part] = [[first]]
        for above, below in pairwise(range(first, last + 1)):
            if self._columns.y(above) - self._columns.y(below) > _FAR * self._columns.leading:
                parts.append([])
            parts[-1].append(below)
        of_figures = [at for at, part in enumerate(parts) if not set(part).isdisjoint(self._anchors)]
        return parts[of_figures[0] : of_figures[-1] + 1]

    def _cut(self, height: float) -> tuple[float, list[Part]]:
        """The best way, and how uneven it is."""
        above, *_ = self._gaps
        # By how many lines of a gap are of the row below it: the best way so far.
        best: dict[int, tuple[float, list[Part]]] = {
            taken: (_LEFT_OUT * sum(map(self._is_named, above[: len(above) - taken])), [])
            for taken in range(len(above) + 1)
        }
        for anchor, (gap, following) in zip(self._anchors, pairwise(self._gaps), strict=True):
            last = anchor == self._anchors[-1]
            found: dict[int, tuple[float, list[Part]]] = {}
            for own in range(len(following) + 1):
                ways = (
                    (cost + self._uneven(part, anchor, height), [*parts, part])
                    for taken, (cost, parts) in best.items()
                    for part in [[*gap[len(gap) - taken :], anchor, *following[:own]]]
                )
                cost, parts = min(ways, key=lambda way: way[0])
                for taken in range(1 if last else len(following) - own + 1):
                    between, behind = (
                        following[own : len(following) - taken],
                        following[len(following) - taken :],
                    )
                    own_row = [] if last or not between else [list(between)]
                    more = cost + self._close(parts[-1], between, behind) + _OWN_ROW * len(own_row)
                    if taken not in found or more < found[taken][0]:
                        found[taken] = more, [*parts, *own_row]
            best = found
        return min(best.values(), key=lambda way: way[0])

    def _is_named(self, number: int) -> bool:
        return any(self._columns.of(piece) == self._columns.names for piece in self._columns.lines[number])

    def _close(self, *parts: Sequence[int]) -> float:
        """What speaks against a break between these."""
        said = [part for part in parts if part]
        apart = (self._columns.y(one[-1]) - self._columns.y(two[0]) for one, two in pairwise(said))
        return sum(_CLOSE * max(0.0, 2 - y / self._columns.leading) for y in apart)

    def _uneven(self, part: Part, anchor: int, height: float | None) -> float:
        """How many cells of a row are not as they ought to be beside its figure; none has two figures."""
        columns = self._columns
        y, figures, leading = columns.y(anchor), columns.lines[anchor], columns.leading
        cells = columns.cells(part)
        uneven = 0.0 if columns.names in cells else _NAMELESS
        for column, pieces in cells.items():
            if column in self.over_rows:
                continue
            if sum(map(is_value, pieces)) > 1:
                return inf
            full = columns.widest[column] - _RAGGED * columns.em
            uneven += (
                (
                    height is not None
                    and abs(pieces[0].y * (1 - height) + pieces[-1].y * height - y) > ALIKE * columns.em
                )
                or any(
                    above.y - below.y > _FAR * leading
                    or above.right - above.left + columns.first_word(below) < full
                    or HEADING.match(below.text) is not None
                    or above.text.endswith(_ENDS)
                    for above, below in pairwise(pieces)
                )
                or (
                    height is not None
                    and len(pieces) > 1
                    and any(is_value(p) and p in figures for p in pieces)
                )
            )
        return uneven
