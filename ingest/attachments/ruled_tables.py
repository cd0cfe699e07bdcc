"""The rules of a page -> its tables, and the text that stands between them as rows. Pure.

A cell may hold several lines and may go over several rows or columns: its text stands once, in the first row
that it belongs to, and its other places are marked, as in a .docx (text/rows.py). Tables without rules are
rows of page_layout.py; a row that goes on over the end of its page is broken_rows.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ingest.attachments.aligned_columns import is_value
from ingest.attachments.paragraphs import Line, joined
from ingest.text.rows import ABOVE, ACROSS, row_line

NEAR = 2.0  # points: rules that lie so close are one
_SHORTEST = 6.0  # points of a rule
MOST_RULES = 4_000  # of a page; more are a drawing
_MOST_MERGED = 500  # that are one each; so many cross a large sheet
_SAME_LINE = 0.5  # em
_OPEN = 3  # figures in a cell, and in another one of its row: they are of rows that no rules part
_LEAST_LINES = 3  # across a table: two rows
_LEAST_INNER = 2  # down a table of one row, which another page goes on with
_LONGEST = 80  # characters of a cell in one


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that is drawn from (x0, y0) to (x1, y1), across or down."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class _Span:
    """A rule at one place: from where to where it goes."""

    at: float
    start: float
    end: float

    def covers(self, place: float) -> bool:
        return self.start - NEAR <= place <= self.end + NEAR


Cells = dict[int, dict[float, list[Line]]]
"""What stands in each cell of a table, by its row and its left edge."""


class Table:
    def __init__(self, across: Sequence[_Span], down: Sequence[_Span]) -> None:
        self._across, self._down = across, down
        self.heights = sorted({span.at for span in across}, reverse=True)
        self.left, self.right = min(s.start for s in across), max(s.end for s in across)
        top, foot = _most(span.end for span in down), _most(span.start for span in down)
        # Whether it begins or ends with a row that no rule closes: the page was full.
        self.open_above = top > self.heights[0] + _SHORTEST
        self.open_below = foot < self.heights[-1] - _SHORTEST
        self.heights = [*[top] * self.open_above, *self.heights, *[foot] * self.open_below]
        self.columns = [self.left]
        for at in sorted(span.at for span in down):
            if at - self.columns[-1] >= _SHORTEST <= self.right - at:
                self.columns.append(at)

    def goes_on_with(self, before: Table) -> bool:
        """Whether its columns are those of a table on the page before."""
        return len(self.columns) == len(before.columns) and all(
            abs(one - two) <= NEAR for one, two in zip(self.columns, before.columns, strict=True)
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.heights[-1] <= y <= self.heights[0]

    def parts(self, one: float, two: float, y: float) -> bool:
        """Whether a rule runs down between two letters."""
        return any(one <= span.at <= two and span.covers(y) for span in self._down)

    def rows(self, cells: Cells) -> Iterator[Line]:
        """The text between the rules: a line a row (text/rows.py). Pieces stay as they are where rules part
        the columns alone: what is a row is not for the rules to say."""
        alone = len(self.heights) < _LEAST_LINES
        for row, found in sorted(cells.items()):
            if alone and any(sum(len(piece.text) for piece in part) > _LONGEST for part in found.values()):
                yield from chain.from_iterable(found.values())
                continue
            if sum(sum(map(is_value, part)) >= _OPEN for part in found.values()) > 1:
                yield from chain.from_iterable(found.values())
                continue
            em = max(piece.em for part in found.values() for piece in part)
            parts = list(self._parts(row, found))
            yield Line(
                row_line(parts), self.left, self.right, em, self.heights[row] - em, True, of_table=True
            )

    def cells(self, pieces: Iterable[Line]) -> Cells:
        cells: Cells = defaultdict(lambda: defaultdict(list))
        for piece in pieces:
            x, y = middle(piece)
            row = max(bisect_left(self.heights, -y, key=lambda height: -height) - 1, 0)
            while row and not any(s.at == self.heights[row] and s.covers(x) for s in self._across):
                row -= 1
            begin = max((s.at for s in self._down if s.at <= x and s.covers(y)), default=self.left)
            cells[row][begin].append(piece)
        return cells

    def column(self, left: float) -> int:
        """The number of the column that a cell with this left edge begins in."""
        return bisect_right(self.columns, left + _SHORTEST) - 1

    def _parts(self, row: int, found: Mapping[float, Sequence[Line]]) -> Iterator[str]:
        """The cells of a row, by column: what they say (`found`: by their left edge), nothing, or that
        another one goes over their place."""
        top = self.heights[row]
        y = (top + self.heights[min(row + 1, len(self.heights) - 1)]) / 2
        above = [span for span in self._across if span.at == top]
        begun = {
            self.column(span.at)
            for span in self._down
            if span.covers(y) and self.right - span.at >= _SHORTEST
        }
        said: dict[int, list[Line]] = defaultdict(list)
        for begin, pieces in found.items():
            said[self.column(begin)] += pieces
        before = ""
        for number, at in enumerate(self.columns):
            if number in said:
                before = cell_text(said[number])
            elif number and number not in begun:
                before = before if before == ABOVE else ACROSS
            elif row and not any(span.covers(at + _SHORTEST) for span in above):
                before = ABOVE
            else:
                before = ""
            yield before


def tables_of(rules: Sequence[Rule], before: Table | None = None) -> list[Table]:
    """The tables that the rules make: of two rows and two columns at least, or of a row and three; or what
    goes on with the columns of `before`, the last one on the page before."""
    if len(rules) > MOST_RULES:
        return []
    across = _merged(
        _Span(rule.y0, min(rule.x0, rule.x1), max(rule.x0, rule.x1))
        for rule in rules
        if abs(rule.y0 - rule.y1) <= NEAR and abs(rule.x0 - rule.x1) >= _SHORTEST
    )
    down = _merged(
        _Span(rule.x0, min(rule.y0, rule.y1), max(rule.y0, rule.y1))
        for rule in rules
        if abs(rule.x0 - rule.x1) <= NEAR and abs(rule.y0 - rule.y1) >= _SHORTEST
    )
    tables: list[Table] = []
    if len(across) + len(down) > _MOST_MERGED:
        return tables
    rest = across
    for span in down:  # each takes the rules that hang together with it, so that few are looked at twice
        together, rest = _connected(span, rest, down)
        heights = {found.at for found in together}
        own = [s for s in down if any(a.covers(s.at) and s.covers(a.at) for a in together)]
        inner = {s.at for s in own if any(a.start + NEAR < s.at < a.end - NEAR for a in together)}
        if not inner:
            continue
        table = Table(together, own)
        goes_on = before is not None and table.goes_on_with(before)
        if goes_on or len(heights) >= (_LEAST_LINES if len(inner) < _LEAST_INNER else 2):
            tables.append(table)
    return tables


def _connected(first: _Span, across: list[_Span], down: Sequence[_Span]) -> tuple[list[_Span], list[_Span]]:
    """The rules across that `first` leads to, over further rules down, and the others."""
    found: list[_Span] = []
    waiting, left = [first], list(down)
    while waiting:
        span = waiting.pop()
        touched = [a for a in across if a.covers(span.at) and span.covers(a.at)]
        across = [a for a in across if not (a.covers(span.at) and span.covers(a.at))]
        found += touched
        reached = [s for s in left if any(a.covers(s.at) and s.covers(a.at) for a in touched)]
        left = [s for s in left if s not in reached]
        waiting += reached
    return found, across


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """Rules that continue or repeat each other as one: a table is often drawn cell by cell."""
    places: list[list[_Span]] = []
    for span in sorted(spans, key=lambda span: span.at):
        if places and span.at - places[-1][0].at <= NEAR:
            places[-1].append(span)
        else:
            places.append([span])
    merged: list[_Span] = []
    for place in places:
        at = place[0].at
        start, end = None, 0.0
        for span in sorted(place, key=lambda span: span.start):
            if start is not None and span.start <= end + NEAR:
                end = max(end, span.end)
                continue
            if start is not None:
                merged.append(_Span(at, start, end))
            start, end = span.start, span.end
        if start is not None:
            merged.append(_Span(at, start, end))
    return merged


def _most(ends: Iterable[float]) -> float:
    """Where most rules end."""
    return Counter(map(round, ends)).most_common(1)[0][0]


def middle(piece: Line) -> tuple[float, float]:
    """Of its letters, which stand above their line."""
    return (piece.left + piece.right) / 2, piece.y + 0.3 * piece.em


def cell_text(pieces: Sequence[Line]) -> str:
    """What a cell says: its lines without a break."""
    lines: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.y):
        if lines and lines[-1][0].y - piece.y <= _SAME_LINE * piece.em:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    text = ""
    for line in lines:
        for piece in sorted(line, key=lambda piece: piece.left):
            text = joined(text, piece.text)
    return text
