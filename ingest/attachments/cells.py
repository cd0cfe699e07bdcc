"""The cells of a sheet -> lines, and a number as its sheet shows it. Pure.

Merged cells are marked as in other tables (text/rows.py), and the headings of a table made one row. How a
sheet is opened is xls.py and xlsx.py; which of its figures are targets is workers/targets/tables.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import takewhile

from ingest.errors import NotADocument, TooLarge
from ingest.text.rows import ABOVE, ACROSS, AMOUNT, EMPTY, SPANNED, has_names, on_one_line

MOST_CELLS = 200_000  # of a file, with something in them
MOST_CHARS = 5_000_000
Row = Mapping[int, str]
"""The cells of a row that hold something, by column; ABOVE or ACROSS where another one goes over it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Its rows that are shown, by number; `merged`: first and last row, first and last column of each cell
    that goes over several."""

    rows: Iterable[tuple[int, Row]]
    merged: Sequence[tuple[int, int, int, int]] = ()


_WIDEST = 60  # columns; a wider sheet is no table that is printed
_HEADINGS = 3  # rows, at most
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')
_BEHIND = re.compile(r'[0#?%,](?:"([%‰]?[\u4e00-\u9fff]{0,8})"|\\([%‰]))\s*\Z')
_BEFORE = re.compile(r'\s*["\\]?([≥≤><＞＜])"?[0#?]')
_FORCED = re.compile(r"0!\.(0+)")
_YEAR = re.compile("(?:19|20)[0-9]{2}年[\u4e00-\u9fff]{0,6}")
_GENERAL = 10  # digits
_DATE = re.compile(r"[ymd]", re.I)
_PLACES = re.compile(r"[0#?]\.([0#?]+)")
# What a cell below the headings may hold: a figure, 与经济增长同步.
_VALUE = re.compile(rf"{AMOUNT}|.{{0,4}}经济增长.{{0,3}}同步|持平|完成.{{0,4}}下达.{{0,4}}")
_UNITS = re.compile("(?:计量)?单位")
_WORDS = re.compile(r"\D{2}")
_STATED = re.compile("(?<!其中)[：:]")
_ANNEX = re.compile("附[件表][0-9一二三四五六七八九十-]{0,5}[:：]?")
_ABOVE_TITLE = 3  # lines
_TABLE = re.compile(r"[目指]标|计划|表[）)]?$")
_EPOCH = date(1899, 12, 30)
_TO_1904 = 1462  # days


def shown(number: float, pattern: str, *, since_1904: bool = False) -> str:
    """A number as the format of its cell shows it: 0.055 is 5.5% where that says 0.0%, and 5.5左右 where it
    says 0.0"左右", and ≥5.5 where it says "≥"0.0. Thousands are not parted. `since_1904`: so are days
    counted, as a Mac did."""
    pattern = pattern.split(";")[0]
    behind, before = _BEHIND.search(pattern), _BEFORE.match(pattern)
    pattern = _LITERAL.sub("", pattern).rstrip()
    if thousands := len(pattern) - len(pattern := pattern.rstrip(",")):  # 0, shows 12,000 as 12
        number /= 1000**thousands
    if forced := _FORCED.search(pattern):  # 0!.0, and so 1.2: ten thousands
        number, pattern = number / 10 ** len(forced[1]), pattern.replace("!", "")
    percent = "%" in pattern
    digits = _GENERAL if pattern.lower() == "general" and abs(number) < 10**_GENERAL else 15
    exact = Decimal(f"{number:.{digits}g}") * (100 if percent else 1)
    if not percent and pattern.lower() != "general" and _DATE.search(pattern):
        try:
            return (_EPOCH + timedelta(days=int(number) + since_1904 * _TO_1904)).isoformat()
        except OverflowError:
            pass
    if places := _PLACES.search(pattern):
        exact = _rounded(exact, len(places[1]))
        kept = len(places[1].rstrip("#"))
        said = f"{exact:f}"
        while "." in said and said.endswith("0") and len(said.partition(".")[2]) > kept:
            said = said[:-1]
        said = said.removesuffix(".")
    elif pattern.strip("#,%") in ("0", "") and pattern:
        said = f"{_rounded(exact, 0):f}"
    else:
        said = f"{exact:f}"
        said = said.rstrip("0").rstrip(".") if "." in said else said
    said += "%" if percent else ""
    whole = f"{before[1] if before else ''}{said}{behind[behind.lastindex or 0] if behind else ''}"
    return whole if _VALUE.fullmatch(whole) or _YEAR.fullmatch(whole) else said


def _rounded(number: Decimal, places: int) -> Decimal:
    if number.adjusted() > 20:
        return number
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def lines_of_sheets(sheets: Iterable[Sheet], what: str) -> list[str]:
    """The rows of all sheets as lines. Raises TooLarge, NotADocument for sheets without text."""
    lines: list[str] = []
    cells = chars = 0
    for sheet in sheets:
        rows: dict[int, dict[int, str]] = {}
        for number, row in sheet.rows:
            held = {column: text for column, printed in row.items() if (text := on_one_line(printed))}
            cells += len(held)
            if cells > MOST_CELLS:
                raise TooLarge(f"{what}: it has more than {MOST_CELLS} cells; no table of targets has")
            if held:
                rows[number] = held
        _spread(rows, sheet.merged)
        for line in _lines([row for row in rows.values() if not SPANNED.issuperset(row.values())]):
            chars += len(line)
            if chars > MOST_CHARS:
                raise TooLarge(f"{what}: it holds more than {MOST_CHARS} characters of text")
            lines.append(line)
    if not lines:
        raise NotADocument(f"{what}: its sheets hold no text")
    return lines


def without_sheet_title(lines: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """One cell, alone on the first row or below 附件1, that names a table; and the lines below it."""
    for number, line in enumerate(lines[:_ABOVE_TITLE]):
        words = _WORDS.search(line)
        if " " not in line and words is not None and _TABLE.search(line, words.end()):
            return line, lines[number + 1 :]
        if not _ANNEX.fullmatch(line):
            break
    return None, lines


def _spread(rows: Mapping[int, dict[int, str]], merged: Iterable[tuple[int, int, int, int]]) -> None:
    """Mark the places of merged cells. What stands in one below its first is not shown."""
    numbers, columns = sorted(rows), sorted({column for row in rows.values() for column in row})
    if len(columns) > _WIDEST:
        return
    for top, bottom, left, right in sorted(merged):
        if rows.get(top, {}).get(left, ABOVE) in SPANNED:
            continue
        inside = columns[bisect_left(columns, left) : bisect_left(columns, right + 1)]
        for number in numbers[bisect_left(numbers, top) : bisect_left(numbers, bottom + 1)]:
            mark = ABOVE if number > top else ACROSS
            rows[number].update((column, mark) for column in inside if (number, column) != (top, left))


def _own(row: Row) -> Iterator[int]:
    """The columns of the cells that begin in it."""
    return (column for column in sorted(row) if row[column] not in SPANNED)


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    columns = sorted({column for row in rows for column in _own(row)})
    if len(columns) > _WIDEST:
        yield from map(_plain, rows)
        return
    waiting: list[Row] = []  # headings, maybe
    for row in rows:
        if _has_figures(row):
            yield from _heading(waiting, columns)
            waiting = []
            yield _figures(row, columns)
        else:
            waiting.append(row)
    yield from map(_plain, waiting)


def _has_figures(row: Row) -> bool:
    first = min(row)
    return len(row) > 1 and any(_VALUE.fullmatch(text) for column, text in row.items() if column != first)


def _figures(row: Row, columns: Sequence[int]) -> str:
    """A row of a table. ABOVE is a blank, so not at the edges, where groups and remarks stand."""
    texts = [row.get(column, EMPTY) for column in columns]
    texts = [EMPTY if text == ACROSS else text for text in texts]
    for places in (range(len(texts)), reversed(range(len(texts)))):
        for place in takewhile(lambda place: texts[place] in (EMPTY, ABOVE), places):
            texts[place] = EMPTY
    return " ".join(texts)


def _heading(rows: Sequence[Row], columns: Sequence[int]) -> Iterator[str]:
    """What stands above a table, its headings of several rows as one: 2026年 over 目标 is 2026年目标."""
    top = len(rows)
    while top and len(rows) - top < _HEADINGS and _may_be_heading(rows[:top]):
        top -= 1
    yield from map(_plain, rows[:top])
    if top == len(rows):
        return
    end = next((at for at in range(top + 1, len(rows)) if _is_below_names(rows[top:at], rows[at])), len(rows))
    yield _as_one(rows[top:end], columns)
    yield from map(_plain, rows[end:])


def _is_below_names(headings: Sequence[Row], row: Row) -> bool:
    """Whether a name, or its unit, stands in a row below their headings: its figures are not known yet. So do
    the units of indicators that stand beside each other."""
    if _UNITS.fullmatch(row[min(row)]) and all(min(row) in heading for heading in headings):
        return True
    return any(
        has_names([heading[column]]) and not has_names([row[column]]) and heading.get(column + 1) != ACROSS
        for column in _own(row)
        for heading in headings
        if column in heading
    )


def _as_one(rows: Sequence[Row], columns: Sequence[int]) -> str:
    names = ["" for _ in columns]
    for at, row in enumerate(rows):
        below = list(_own(rows[at + 1])) if at + 1 < len(rows) else []
        deeper = {column for further in rows[at + 1 :] for column in _own(further)}
        said = spanning = ""
        for number, column in enumerate(columns):
            match row.get(column):
                case text if text is not None and text not in SPANNED:
                    said, spanning = text, text if column in below else ""
                    names[number] += text
                case text if text == ACROSS:
                    spanning = ""
                    names[number] += said if column in deeper else ""
                case None if column in below:
                    names[number] += spanning
                case _:
                    spanning = ""
    return " ".join(name or EMPTY for name in names)


def _may_be_heading(rows: Sequence[Row]) -> bool:
    """Whether the last of them is a row of headings: several, or one beside those that go on from above. What
    says of the whole table by whom it is, or in which unit, is none."""
    *above, last = rows
    if any(map(_STATED.search, last.values())):
        return False
    return len(list(_own(last))) > 1 or (
        ABOVE in last.values() and bool(above) and len(list(_own(above[-1]))) > 1
    )


def _plain(row: Row) -> str:
    return " ".join(row[column] for column in _own(row))
