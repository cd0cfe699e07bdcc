"""The columns that pieces of text stand in below each other, where no rules are drawn. Pure.

Which lines are a table is aligned_tables.py; which of them are of one row, aligned_rows.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from math import inf

from ingest.attachments.paragraphs import Line
from ingest.text.rows import AMOUNT, on_one_line

ALIKE = 0.3  # em: what stands so close is at one height
SIZES = 0.2  # of the size of its letters: text of another one is none of the table
_VALUE = re.compile(rf"[〔［\[]?(?:{AMOUNT})[〕］\]]?|[—\-－/]{{1,3}}")
_WORD = re.compile(r"[（(《“〔]*+(?:[!-~]++|.)[）)》”〕，。、；%]*+")
_NARROWEST = 8.0  # em of a column of running text
_FEWEST, _FULL = 6, 0.9  # lines of it; share of them that are full, and of the longest that a full one is
_APART = 2.0  # em: pieces of a line so far apart are in two columns
_LEAST_LEADING = 0.8  # em

Spans = Sequence[tuple[float, float]]
"""The left and right edge of each column, from the left."""


def is_value(piece: Line) -> bool:
    """A figure, or what stands for one that there is not."""
    return _VALUE.fullmatch(on_one_line(piece.text)) is not None


def met(spans: Spans, piece: Line) -> list[int]:
    """The columns that a piece stands in."""
    return [n for n, (left, right) in enumerate(spans) if piece.left < right and left < piece.right]


def grown(spans: Spans, line: Iterable[Line]) -> Spans | None:
    """The columns with a line more; None where a piece stands in two of them, or two far apart in one."""
    found = list(spans)
    before: dict[int, Line] = {}
    for piece in line:
        held = met(found, piece)
        apart = held and held[0] in before and piece.left - before[held[0]].right > _APART * piece.em
        if len(held) > 1 or apart or piece.left >= piece.right:
            return None
        if held:
            left, right = found[held[0]]
            found[held[0]] = min(left, piece.left), max(right, piece.right)
        else:
            found = sorted([*found, (piece.left, piece.right)])
        before[met(found, piece)[0]] = piece
    return found


class Columns:
    """The columns of `lines`, from `first` to before `behind`, between the first and the last figure."""

    def __init__(self, lines: Sequence[Sequence[Line]], spans: Spans, first: int, behind: int) -> None:
        self.lines, self.spans, self.first, self.behind = lines, spans, first, behind
        self.em = max(piece.em for piece in lines[first])
        self._held: dict[int, list[tuple[int, Line]]] = {}

    def of(self, piece: Line) -> int | None:
        """The one column that a piece stands in."""
        held = met(self.spans, piece)
        return held[0] if len(held) == 1 else None

    def hold(self, number: int) -> bool:
        """Whether a line may be of cells in these columns."""
        return all(
            self.of(piece) is not None and abs(piece.em - self.em) <= SIZES * self.em
            for piece in self.lines[number]
        )

    def y(self, number: int) -> float:
        """How high a line is: its figures, where it has some."""
        line = self.lines[number]
        return next((piece.y for piece in line if is_value(piece)), line[0].y)

    def cells(self, numbers: Iterable[int]) -> dict[int, list[Line]]:
        """What these lines have in each column."""
        cells: dict[int, list[Line]] = {}
        for column, piece in self._pieces(numbers):
            cells.setdefault(column, []).append(piece)
        return cells

    def _pieces(self, numbers: Iterable[int]) -> Iterator[tuple[int, Line]]:
        for number in numbers:
            if number not in self._held:
                places = ((self.of(piece), piece) for piece in self.lines[number])
                self._held[number] = [(column, piece) for column, piece in places if column is not None]
            yield from self._held[number]

    @property
    def _own(self) -> Iterator[tuple[int, Line]]:
        return self._pieces(range(self.first, self.behind))

    @cached_property
    def key(self) -> int:
        """The column with most figures."""
        figures = Counter(column for column, piece in self._own if is_value(piece))
        return max(range(len(self.spans)), key=lambda column: figures[column])

    @cached_property
    def names(self) -> int:
        """The column that says what is measured: that with most text up to the last figures."""
        last = max(column for column, piece in self._own if is_value(piece))
        letters: Counter[int] = Counter()
        for column, piece in self._own:
            letters[column] += 0 if is_value(piece) else len(piece.text)
        return max(range(last + 1), key=lambda column: letters[column])

    @cached_property
    def leading(self) -> float:
        """The distance of the lines of a cell: the least between two in a column that are no figures."""
        above: dict[int, float] = {}
        least = inf
        for column, piece in self._own:
            if not is_value(piece):
                least = min(least, above.get(column, inf) - piece.y)
                above[column] = piece.y
        return max(least, _LEAST_LEADING * self.em) if least < inf else 1.5 * self.em

    @cached_property
    def widest(self) -> list[float]:
        """The width of the longest piece in each."""
        widest = [0.0 for _ in self.spans]
        for column, piece in self._own:
            widest[column] = max(widest[column], piece.right - piece.left)
        return widest

    def hold_all(self) -> bool:
        """Whether each piece is in one of them still: they have grown with every line."""
        return sum(1 for _ in self._own) == sum(map(len, self.lines[self.first : self.behind]))

    def hold_text(self) -> bool:
        """Whether one of them is a column of running text beside a table: nearly all its lines are full."""
        full, lines = Counter[int](), Counter[int]()
        for column, piece in self._own:
            if self.widest[column] >= _NARROWEST * self.em:
                lines[column] += 1
                full[column] += piece.right - piece.left >= _FULL * self.widest[column]
        return any(lines[column] >= _FEWEST and full[column] >= _FULL * lines[column] for column in lines)

    def first_word(self, piece: Line) -> float:
        """The width of what cannot be parted at the beginning of a line."""
        word = _WORD.match(piece.text)
        return sum(0.5 if letter.isascii() else 1.0 for letter in word[0]) * self.em if word else 0.0
