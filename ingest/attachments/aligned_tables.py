"""Lines whose pieces stand below each other in columns -> the rows of a table without rules. Pure.

Where it is not certain that they are a table they stay as they are. Which lines are of one row is
aligned_rows.py, the headings aligned_headings.py; tables with rules are ruled_tables.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from ingest.attachments.aligned_columns import Columns, Spans, grown, is_value
from ingest.attachments.aligned_headings import are_headings, heading_lines, headings_of
from ingest.attachments.aligned_rows import Part, RowCut
from ingest.attachments.paragraphs import Line, joined
from ingest.text.rows import EMPTY, is_of_a_table, on_one_line

_FEWEST = 3  # columns; and rows, where no headings say that it is a table
_LOW = 4.0  # em: a line farther below is of something else
_APART = 0.8  # of the distance of the lines of a cell: figures so far apart are of two rows
_GATHERED = 1.3  # times that distance: lines of what goes over several rows
_MOST_BETWEEN = 8  # lines between the figures of two rows
_MOST_WAYS = 3_000  # to part the lines between its rows: those of 200 rows with three lines between them
_MARGIN = 2  # lines above a table that goes on, and below one that may
_MOST_CELLS = 60  # of a row; more are none of a table that is printed


@dataclass(frozen=True, slots=True)
class _Open:
    """What is known of a table that may go on: its columns, which of them says what is measured, and which
    have something in most rows."""

    spans: Spans
    names: int
    filled: frozenset[int]


class AlignedTables:
    """Of the pages of one document: where a table ends a page, the next one may go on with its rows, however
    few."""

    def __init__(self) -> None:
        self._before: _Open | None = None
        self._last: _Open | None = None

    def turn_page(self) -> None:
        self._before, self._last = self._last, None

    def with_rows(self, lines: Sequence[Sequence[Line]]) -> Iterator[Sequence[Line]]:
        """The lines of a block from above, their pieces from the left; those of tables as rows of cells."""
        parted = [[*chain.from_iterable(map(_parts, line))] for line in lines]
        at = number = 0
        while number < len(parted):
            if not _has_figures(parted[number]):
                number += 1
                continue
            table = _Table(parted, at, number)
            rows = table.rows()
            if self._before is not None and not table.named:
                more = _Table(parted, at, number, self._before)
                if (going_on := more.rows()) and more.begin <= _MARGIN:
                    table, rows = more, going_on
            self._before = self._last = None
            if rows:
                yield from lines[at : table.begin]
                yield from rows
                at = table.end
                self._last = table.open if len(lines) - table.end <= _MARGIN else None
            number = max(table.end, number + 1)
        yield from lines[at:]


def _parts(piece: Line) -> Sequence[Line]:
    """A figure that stands slightly apart from other text is in a cell of its own."""
    return piece.parts if any(map(is_value, piece.parts)) else [piece]


def _has_figures(line: Sequence[Line]) -> bool:
    return 1 < len(line) <= _MOST_CELLS and any(map(is_value, line))


class _Table:
    """What goes on in columns from the line `first`, which has figures; nothing above `floor` is of it.
    `before`: that which it may go on from.

    `begin` and `end`: its first line, and that behind its last; `named`: it has headings; `open`: how it may
    go on itself.
    """

    named: bool = False
    open: _Open | None = None

    def __init__(
        self, lines: Sequence[Sequence[Line]], floor: int, first: int, before: _Open | None = None
    ) -> None:
        self._lines, self._floor, self._before = lines, floor, before
        self._em = max(piece.em for piece in lines[first])
        spans: Spans = before.spans if before else ()
        most = len(spans) or _MOST_CELLS
        found, behind = spans, first
        for number in range(first, len(lines)):
            of_it = number == first or (self._goes_on(number) and not are_headings(lines[number]))
            more = grown(spans, lines[number]) if of_it else None
            if more is None or len(more) > most:
                break
            spans = more
            if _has_figures(lines[number]) or self._is_beside_two(number):
                found, behind = spans, number + 1
        columns = Columns(lines, found, first, behind)
        for number in range(first - 1, max(floor, first - _MOST_BETWEEN) - 1, -1):
            if not self._goes_on(number + 1) or not columns.hold(number):
                break
            if self._is_beside_two(number):
                columns = Columns(lines, found, number, behind)
        if before:
            columns.names = before.names
        self._columns = columns
        self.begin, self.end = columns.first, behind

    def _goes_on(self, number: int) -> bool:
        """Whether a line may be of one table with that above it."""
        above, line = self._lines[number - 1][0], self._lines[number][0]
        return not (above.of_table or line.of_table) and above.y - line.y <= _LOW * self._em

    def _is_beside_two(self, number: int) -> bool:
        """A figure alone, beside a name of two lines: one of them stands above it and one below."""
        around = self._lines[max(number - 1, 0) : number + 2]
        if len(around) < 3 or len(around[1]) > 1 or not is_value(around[1][0]):
            return False
        return all(abs(line[0].y - around[1][0].y) <= self._em for line in around)

    def rows(self) -> list[list[Line]]:
        """Headings and rows; none where it is not certain that it is a table."""
        columns = self._columns
        if self.begin == self.end or len(columns.spans) < _FEWEST:
            return []
        if columns.hold_text() or not columns.hold_all():
            return []
        anchors = self._anchors()
        gaps = self._gaps(anchors)
        ways = sum((len(gap) + 1) * (len(following) + 1) for gap, following in pairwise(gaps))
        if ways > _MOST_WAYS or max(map(len, gaps)) > _MOST_BETWEEN:
            return []
        cut = RowCut(columns, anchors, gaps)
        parts = cut.parts()
        if not parts:
            return []
        top = parts[0][0]
        floor = next((n for n in range(top, self._floor, -1) if not self._goes_on(n)), self._floor)
        headings = heading_lines(columns, top, floor)
        if not all(map(columns.hold, range(headings[-1] + 1 if headings else top, top))):
            return []
        if not headings and not self._before and len(anchors) < _FEWEST:
            return []
        if headings and headings[-1] < top - 1:
            parts = [[*range(headings[-1] + 1, top)], *parts]
        self.begin, self.end = headings[0] if headings else top, parts[-1][-1] + 1
        named = headings_of(columns, headings) if headings else {}
        self.named = bool(named)
        rows = list(self._rows(parts, cut.over_rows, set(named)))
        return [self._row(named, columns.y(headings[-1])), *rows] if named else rows

    def _anchors(self) -> list[int]:
        """The lines with the figures of a row: in the column that has most, and where that has none, in
        others."""
        found: list[int] = []
        others: list[int] = []
        for number in range(self._columns.first, self._columns.behind):
            line = self._lines[number]
            values = [self._columns.of(piece) for piece in line if is_value(piece)]
            if self._columns.key in values:
                found.append(number)
            elif len(values) > 1 or (values and (len(line) >= _FEWEST or self._is_beside_two(number))):
                others.append(number)
        return sorted([*found, *(number for number in others if self._is_apart(number, found))])

    def _is_apart(self, number: int, anchors: Sequence[int]) -> bool:
        at, y = bisect_left(anchors, number), self._columns.y(number)
        near = anchors[max(at - 1, 0) : at + 1]
        return all(abs(self._columns.y(one) - y) > _APART * self._columns.leading for one in near)

    def _gaps(self, anchors: Sequence[int]) -> list[list[int]]:
        """The lines above the first row that may be of it, those between rows, and those below the last."""
        above: list[int] = []
        for number in range(anchors[0] - 1, self._floor - 1, -1):
            if not self._may_be_of(number, number + 1) or len(above) == _MOST_BETWEEN:
                break
            above.insert(0, number)
        below: list[int] = []
        for number in range(anchors[-1] + 1, len(self._lines)):
            if not self._may_be_of(number, number) or len(below) == _MOST_BETWEEN:
                break
            below.append(number)
        return [above, *(list(range(one + 1, two)) for one, two in pairwise(anchors)), below]

    def _may_be_of(self, number: int, lower: int) -> bool:
        return self._goes_on(lower) and self._columns.hold(number)

    # --- what they say -----------------------------------------------------------------------

    def _rows(
        self, parts: Sequence[Part], over_rows: frozenset[int], named: set[int]
    ) -> Iterator[list[Line]]:
        rows = [self._columns.cells(part) for part in parts]
        for column in over_rows:
            self._gather(rows, column)
        often = Counter(chain.from_iterable(rows))
        filled = named | {column for column, cells in often.items() if 2 * cells > len(rows)}
        filled |= self._before.filled if self._before else set()
        self.open = _Open(self._columns.spans, self._columns.names, frozenset(filled - over_rows))
        for part, cells in zip(parts, rows, strict=True):
            texts = [on_one_line("".join(piece.text for piece in pieces)) for pieces in cells.values()]
            empty: dict[int, list[Line]] = {}
            if filled.issuperset(cells) and is_of_a_table(texts):
                empty = {column: [] for column in filled - over_rows}
            if cells:  # they may have gone into the row above
                yield self._row({**empty, **cells}, self._columns.y(part[len(part) // 2]))

    def _gather(self, rows: Sequence[dict[int, list[Line]]], column: int) -> None:
        """What goes over several rows stands in the first of them."""
        before: list[Line] = []
        for cells in rows:
            own: list[Line] = []
            for piece in cells.pop(column, []):
                if not before or before[-1].y - piece.y > _GATHERED * self._columns.leading:
                    before = own
                before.append(piece)
            if own:
                cells[column] = own

    def _row(self, cells: dict[int, list[Line]], y: float) -> list[Line]:
        row: list[Line] = []
        for column, pieces in sorted(cells.items()):
            text = ""
            for piece in pieces:
                text = joined(text, on_one_line(piece.text))
            left, right = self._columns.spans[column]
            row.append(Line(text or EMPTY, left, right, self._em, y, row=True, of_table=True))
        return row
