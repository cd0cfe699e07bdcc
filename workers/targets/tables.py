"""Tables of indicators in a plan report: headings and rows -> figures with their place in the body. Pure.

A table reaches the body as one line a row with blanks between the cells, or with every cell on a line of
its own. Only a table whose headings say which column is the plan, or what became of one, is read; the lines
of any other table are kept away from the grammar, which would glue their numbers together. Years may run down
the first column beside the indicators.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, repeat, takewhile

from ingest.indicators.vocabulary import Indicator, Vocabulary
from ingest.model import Measure
from ingest.text.rows import ABOVE, ACROSS, EMPTY
from workers.targets.candidates import Candidate
from workers.targets.cells import bare_name, clause_of, over_the_years
from workers.targets.headings import (
    TABLE_WORDS,
    Column,
    Role,
    bracketed_unit,
    columns_of,
    heading_of,
    says_enough,
    side_by_side,
)
from workers.targets.lexicon import Word, tokens
from workers.targets.normalise import plain_figures, read
from workers.targets.owners import Owners
from workers.targets.sentence import read_sentence

_BETWEEN = re.compile(r"(?!(?<=\d{4}) 年)[ \t\u3000|｜]+")  # 2023 年计划 is one cell
_LONGEST_CELL, _MOST_COLUMNS, _MOST_ROWS = 40, 12, 200
_FEWEST_ACROSS = 2  # indicators above a table whose years run down
_NAME = "指标"
_MOST_AHEAD = 6  # rows that are looked at to know the headings
_MOST_MISFITS = 3  # rows one after the other that do not fit the headings, before the table is over


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table; `span` runs over its row in the body, from the name, or the year, to the value."""

    candidate: Candidate
    span: tuple[int, int]
    year: int | None
    past: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`body[start:end]` with the figures read in it; none when its headings do not say enough."""

    start: int
    end: int
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class _Text:
    """A cell as printed."""

    text: str
    start: int
    end: int


_Row = Sequence[_Text | None]
"""The cells of a row, one for each column; without any, a row that does not fit."""


def read_tables(body: str, vocabulary: Vocabulary, owners: Owners, year: int | None) -> list[Table]:
    """All tables of a body, in order. `year` is the year that the report's targets are for."""
    tables: list[Table] = []
    at = 0
    body = plain_figures(body)
    lines = f"\n{body}"  # a match begins where its line does in the body
    begins = (TABLE_WORDS[rule].pattern.finditer(lines) for rule in ("opening", "opening_of_years"))
    openings = sorted({match.start() for match in chain.from_iterable(begins)})
    reader = _Reader(body, vocabulary, owners, year, frozenset(openings))
    for opening in openings:
        if opening < at:
            continue
        table = reader.table(opening) or reader.table_of_years(opening)
        if table is not None:
            tables.append(table)
            at = table.end
    known = [(table.start, table.end) for table in tables]
    for match in TABLE_WORDS["glued"].pattern.finditer(lines):
        if not any(start <= match.start() < end for start, end in known):
            tables.append(Table(match.start(), match.end() - 1))
    return tables


class _Reader:
    def __init__(
        self,
        body: str,
        vocabulary: Vocabulary,
        owners: Owners,
        year: int | None,
        openings: frozenset[int],
    ) -> None:
        self.body, self.vocabulary, self.owners, self.year = body, vocabulary, owners, year
        self.openings = openings
        self._named: dict[str, Indicator | None] = {}  # each opening asks of the lines below it

    def table(self, start: int) -> Table | None:
        rows = self._rows(start)
        first = list(islice(rows, _MOST_AHEAD))
        if len(first) < 2:
            return None
        names, deep = heading_of([[cell.text for cell in row] for row in first])
        if not names:
            return None
        places = side_by_side(names)
        columns = [columns_of(names[begin:end], self.year, self.owners) for begin, end in places]
        if not any(says_enough(names[a:b], own) for (a, b), own in zip(places, columns, strict=True)):
            return None
        halves: list[list[_Row]] = [[] for _ in places]
        end, misfits = first[0][-1].end, 0
        for number, row in enumerate(chain(first[deep:], rows)):
            if self._opens_another(row, first[0]):
                break
            parts = [row] if len(halves) == 1 else _cut(row, places)
            fitting = [*map(self._fitting, columns, parts)] or [[] for _ in halves]
            misfits = 0 if any(fitting) else misfits + 1
            if misfits > _MOST_MISFITS or number >= _MOST_ROWS or any(map(_is_prose, row)):
                break
            for half, found in zip(halves, fitting, strict=True):
                half.append(found)
            end = row[-1].end if any(fitting) else end
        cells = chain.from_iterable(map(self._half, columns, halves, repeat(self._stated(start))))
        return Table(start, end, tuple(cells))

    def table_of_years(self, start: int) -> Table | None:
        """年份|地区生产总值（亿元）|就业 over 2025年完成|812.3|11500 and 2026年目标|870|12000."""
        heading, *further = [*islice(self._rows(start), _MOST_COLUMNS)] or [[]]
        rows = [*takewhile(lambda row: len(row) == len(heading) and _is_time(row[0]), further)]
        if not rows or sum(self._indicator(cell.text) is not None for cell in heading[1:]) < _FEWEST_ACROSS:
            return None
        columns = columns_of([_NAME, *(_as_year(row[0].text) for row in rows)], self.year, self.owners)
        if not any(column.role is Role.PLAN for column in columns):
            return None
        begins = [row[0].start for row in rows]
        cells = (
            replace(cell, span=(begins[bisect_left(begins, cell.span[1]) - 1], cell.span[1]))
            for cell in self._half(columns, [*zip(heading, *rows, strict=True)][1:], self._stated(start))
        )
        return Table(start, rows[-1][-1].end, tuple(cells))

    def _stated(self, start: int) -> str | None:
        said = TABLE_WORDS["stated_unit"].find(self.body[max(0, start - _LONGEST_CELL) : start])
        return said["unit"] if said else None

    def _opens_another(self, row: Sequence[_Text], heading: Sequence[_Text]) -> bool:
        """A row of other headings; of a table that goes on over two pages they are the same."""
        begin = self.body.rfind("\n", 0, row[0].start) + 1
        return begin in self.openings and [cell.text for cell in row] != [cell.text for cell in heading]

    def _half(self, columns: Sequence[Column], rows: Sequence[_Row], stated: str | None) -> Iterator[Cell]:
        """The figures of the rows that stand below each other. `stated` is the unit of the whole table."""
        whole: str | None = None  # the unit of the last row that has one
        inside = False  # 其中：第一产业, 第二产业 below 地区生产总值（亿元）
        name: _Text | None = None  # in the rows above that this one may be of
        above: _Row = []
        for row in rows:
            above = row = [*map(_spanning, row, above or [None] * len(row))]
            said = {column.role: cell for column, cell in zip(columns, row, strict=False) if _says(cell)}
            own, part = _of_residents(said.get(Role.NAME), name), said.get(Role.PART)
            if not row or (own is not None and not _is_growth(own)):
                name = own
            of_part = part is not None and self._indicator(part.text) is not None
            named = part if of_part else name
            if named is None or not (of_part or part is None or _is_growth(part) or _is_amount(part)):
                continue
            growth = any(cell is not None and _is_growth(cell) for cell in (own, part, said.get(Role.UNIT)))
            unit = _unit(said.get(Role.UNIT), named)
            inside = unit is None and (inside or named.text.startswith("其中"))
            whole = whole if growth else unit or whole
            of_row = whole if inside else unit or stated
            yield from self._row(columns, row, named, of_row, growth=growth)

    def _fitting(self, columns: Sequence[Column], row: Sequence[_Text]) -> _Row:
        """The cells of a row in the columns that they stand in; none where that is not certain.

        Missing may be what says nothing of the figures: the group in front, which spans several rows, and a
        remark at the end; also the name, where what follows says that it is the one above.
        """
        missing = len(columns) - len(row)
        if missing == 0:
            return list(row)
        name = next((n for n, column in enumerate(columns) if column.role is Role.NAME), 0)
        last = max(n for n, column in enumerate(columns) if column.role is not Role.OTHER)
        ahead = [
            count
            for count in range(min(missing, name + 1) + 1)
            if 0 <= missing - count < len(columns) - last
            and self._stands_in(columns[count : len(columns) - missing + count], row)
        ]
        if len(ahead) != 1:
            return []
        return [*[None] * ahead[0], *row, *[None] * (missing - ahead[0])]

    def _stands_in(self, columns: Sequence[Column], row: Sequence[_Text]) -> bool:
        return columns[0].role not in (Role.PLAN, Role.PAST) and all(
            self._may_hold(column.role, cell) for column, cell in zip(columns, row, strict=True)
        )

    def _may_hold(self, role: Role, cell: _Text) -> bool:
        match role:
            case Role.OTHER:
                return True
            case Role.NAME:
                part = not bare_name(cell.text) or _is_growth(cell) or _of_whom(cell) is not None
                return part or self._indicator(cell.text) is not None
            case Role.PART:
                part = cell.text in (ACROSS, ABOVE) or _is_growth(cell) or _is_amount(cell)
                return part or self._indicator(cell.text) is not None
            case Role.UNIT:
                unit = TABLE_WORDS["whole_unit"].find(cell.text) is not None
                return unit or cell.text in (ACROSS, ABOVE) or _is_growth(cell)
            case Role.PLAN | Role.PAST:
                return not _says(cell) or TABLE_WORDS["value"].find(cell.text) is not None

    # --- rows -------------------------------------------------------------------------------

    def _rows(self, start: int) -> Iterator[list[_Text]]:
        """The heading, then every row that has as many cells."""
        lines = self._lines(start)
        first = next(lines, None)
        if first is None:
            return
        cells = _cells(first)
        if len(cells) >= 3 or (len(cells) == 2 and TABLE_WORDS["plan"].find(cells[1].text)):
            yield cells
            for line in lines:
                yield _cells(line)
            return
        # Every cell has a line of its own: the heading ends where the first indicator stands.
        heading = [first]
        for line in lines:
            if len(heading) > _MOST_COLUMNS or len(line.text) > _LONGEST_CELL:
                return
            if self._indicator(line.text) is not None and not TABLE_WORDS["plan"].find(line.text):
                yield heading
                row = [line]
                for cell in lines:
                    if len(row) == len(heading):
                        yield row
                        row = []
                    if len(cell.text) > _LONGEST_CELL or "。" in cell.text:
                        return
                    row.append(cell)
                if len(row) == len(heading):
                    yield row
                return
            heading.append(line)

    def _lines(self, start: int) -> Iterator[_Text]:
        while start < len(self.body):
            end = self.body.find("\n", start)
            end = len(self.body) if end < 0 else end
            printed = self.body[start:end]
            text = printed.strip(" \t\u3000|｜")
            if text:
                begin = start + printed.index(text)
                yield _Text(text, begin, begin + len(text))
            start = end + 1

    # --- one row ----------------------------------------------------------------------------

    def _indicator(self, name: str) -> Indicator | None:
        if name not in self._named:
            self._named[name] = self._indicator_of(name)
        return self._named[name]

    def _indicator_of(self, name: str) -> Indicator | None:
        bare = read(bare_name(name)).text
        named = [token for token in tokens(bare) if token.word is Word.INDICATOR]
        if len(named) != 1 or len(named[0].ids) != 1:
            return None
        begin = named[0].start
        if begin and not TABLE_WORDS["before_name"].find(bare, 0, begin):
            return None
        return self.vocabulary.indicators[named[0].ids[0]]

    def _row(
        self, columns: Sequence[Column], row: _Row, name: _Text, unit: str | None, *, growth: bool
    ) -> Iterator[Cell]:
        indicator = self._indicator(name.text)
        if indicator is None or (growth and indicator.measure is not Measure.GROWTH):
            return
        for column, cell in zip(columns, row, strict=True):
            if cell is None or column.role not in (Role.PLAN, Role.PAST):
                continue
            if column.average:
                sentence = over_the_years(cell.text, indicator)
            else:
                of_cell = "%" if column.growth or growth else column.unit or unit
                sentence = clause_of(name.text, cell.text, of_cell, indicator)
            for candidate in self._read(sentence, indicator):
                span = min(name.start, cell.start), max(name.end, cell.end)
                yield Cell(candidate, span, column.year, column.role is Role.PAST)

    def _read(self, sentence: str, indicator: Indicator) -> Iterable[Candidate]:
        """The one figure of a cell; of 870亿元，增长6.5% both, and of 6.5%，力争7% the first."""
        text = read(sentence).text
        words = tokens(text)
        candidates = read_sentence(text, words, 0, self.vocabulary, self.owners, self.year)
        if len(candidates) == 1:
            return candidates
        measures = {
            candidate.measure: candidate
            for candidate in reversed(candidates)
            if candidate.subject.indicator is indicator
        }
        return measures.values()


def _is_time(cell: _Text) -> bool:
    """What a row of a table is of whose years run down: 2026年目标, 增长% below it; or its units."""
    return any(TABLE_WORDS[rule].find(cell.text) for rule in ("year", "plan", "past", "growth", "units"))


def _as_year(text: str) -> str:
    return f"{text}年" if TABLE_WORDS["year"].pattern.fullmatch(text) else text


def _cut(row: Sequence[_Text], places: Sequence[tuple[int, int]]) -> Sequence[Sequence[_Text]]:
    """The halves of a row that stand side by side; none where a cell is missing: nobody can say of which."""
    return [row[begin:end] for begin, end in places] if len(row) == places[-1][1] else []


def _spanning(cell: _Text | None, above: _Text | None) -> _Text | None:
    return above if cell is not None and cell.text == ABOVE else cell


def _says(cell: _Text | None) -> bool:
    return cell is not None and cell.text not in (EMPTY, ACROSS, ABOVE)


def _of_whom(cell: _Text) -> re.Match[str] | None:
    return TABLE_WORDS["residents"].find(bare_name(cell.text))


def _of_residents(own: _Text | None, above: _Text | None) -> _Text | None:
    """其中：城镇 below 居民人均可支配收入（元） is 城镇居民人均可支配收入（元）."""
    income = TABLE_WORDS["income"].find(above.text) if above is not None else None
    whose = _of_whom(own) if own is not None else None
    if own is None or whose is None or income is None:
        return own
    return _Text(f"{whose[1]}居民{income[0]}", own.start, own.end)


def _is_growth(cell: _Text) -> bool:
    return TABLE_WORDS["growth_alone"].find(bare_name(cell.text)) is not None


def _is_amount(cell: _Text) -> bool:
    return TABLE_WORDS["amount"].find(cell.text) is not None


def _unit(own: _Text | None, name: _Text) -> str | None:
    """That of its own column, or behind its name."""
    whole = own is not None and TABLE_WORDS["whole_unit"].find(own.text)
    return own.text if own is not None and whole else bracketed_unit(name.text)


def _is_prose(cell: _Text) -> bool:
    return len(cell.text) > _LONGEST_CELL or "。" in cell.text


def _cells(line: _Text) -> list[_Text]:
    cells: list[_Text] = []
    at = 0
    for match in (*_BETWEEN.finditer(line.text), None):
        end = len(line.text) if match is None else match.start()
        if end > at:
            cells.append(_Text(line.text[at:end], line.start + at, line.start + end))
        if match is not None:
            at = match.end()
    return cells
