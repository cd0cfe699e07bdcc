"""The cells of a sheet -> lines, and a number as its sheet shows it. Pure.

How a sheet is opened is xls.py and xlsx.py; which of its figures are targets is workers/targets/tables.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from ingest.errors import NotADocument, TooLarge
from ingest.text.rows import EMPTY, on_one_line

MOST_CELLS = 200_000  # of a file, with something in them
MOST_CHARS = 5_000_000
Row = Mapping[int, str]
"""The cells of a row that hold something, by column."""

_WIDEST = 60  # columns; a wider sheet is no table that is printed
_HEADINGS = 3  # rows, at most
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')
_DATE = re.compile(r"[ymd]", re.I)
_PLACES = re.compile(r"[0#?]\.([0#?]+)")
# What a cell below the headings may hold: 5.5, ≥6.5%, 增长5%, 1.1万人, 与经济增长同步.
_VALUE = re.compile(
    r"(?:增长|下降|提高|降低|减少)?[≥≤><＞＜]?[-+]?\d[\d,.]*(?:[—\-~～至]\d[\d,.]*)?"
    r"(?:[%％‰]|[万亿]{0,2}(?:元|美元|人次?|户|家|个|件|亩|吨|斤|天)|个?百分点)?(?:左右|以上|以下|以内)?"
    r"|.{0,4}经济增长.{0,3}同步|持平|完成.{0,4}下达.{0,4}"
)
_WORDS = re.compile(r"\D{2}")
_TABLE = re.compile(r"[目指]标|计划|表[）)]?$")
_EPOCH = date(1899, 12, 30)


def shown(number: float, pattern: str) -> str:
    """A number as the format of its cell shows it: 0.055 is 5.5% where that says 0.0%. Thousands are not
    parted."""
    pattern = _LITERAL.sub("", pattern.split(";")[0])
    percent = "%" in pattern
    exact = Decimal(f"{number:.15g}") * (100 if percent else 1)
    if not percent and pattern.lower() != "general" and _DATE.search(pattern):
        try:
            return (_EPOCH + timedelta(days=int(number))).isoformat()
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
    return said + ("%" if percent else "")


def _rounded(number: Decimal, places: int) -> Decimal:
    if number.adjusted() > 20:
        return number
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def lines_of_sheets(sheets: Iterable[Iterable[Row]], what: str) -> list[str]:
    """The rows of all sheets as lines. Raises TooLarge, NotADocument for sheets without text."""
    lines: list[str] = []
    cells = chars = 0
    for sheet in sheets:
        rows: list[Row] = []
        for row in sheet:
            held = {column: text for column, printed in row.items() if (text := on_one_line(printed))}
            cells += len(held)
            if cells > MOST_CELLS:
                raise TooLarge(f"{what}: it has more than {MOST_CELLS} cells; no table of targets has")
            if held:
                rows.append(held)
        for line in _lines(rows):
            chars += len(line)
            if chars > MOST_CHARS:
                raise TooLarge(f"{what}: it holds more than {MOST_CHARS} characters of text")
            lines.append(line)
    if not lines:
        raise NotADocument(f"{what}: its sheets hold no text")
    return lines


def is_sheet_title(line: str) -> bool:
    """One cell, alone on the first row, that names a table."""
    words = _WORDS.search(line)
    return " " not in line and words is not None and _TABLE.search(line, words.end()) is not None


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    columns = sorted({column for row in rows for column in row})
    if len(columns) > _WIDEST:
        yield from (" ".join(row[column] for column in sorted(row)) for row in rows)
        return
    figures = [_has_figures(row) for row in rows]
    waiting: list[Row] = []  # headings, maybe
    for row, has_figures in zip(rows, figures, strict=True):
        if has_figures:
            yield from _heading(waiting, columns)
            waiting = []
            yield " ".join(row.get(column, EMPTY) for column in columns)
        else:
            waiting.append(row)
    yield from map(_plain, waiting)


def _has_figures(row: Row) -> bool:
    first = min(row)
    return len(row) > 1 and any(_VALUE.fullmatch(text) for column, text in row.items() if column != first)


def _heading(rows: Sequence[Row], columns: Sequence[int]) -> Iterator[str]:
    """What stands above a table, its headings of several rows as one: 2026年 over 目标 is 2026年目标."""
    top = len(rows)
    while top and len(rows) - top < _HEADINGS and len(rows[top - 1]) > 1:
        top -= 1
    yield from map(_plain, rows[:top])
    if top == len(rows):
        return
    names = ["" for _ in columns]
    for at, row in enumerate(rows[top:], top):
        below = rows[at + 1] if at + 1 < len(rows) else {}
        spanning = ""
        for number, column in enumerate(columns):
            if column in row:
                spanning = row[column] if column in below else ""
                names[number] += row[column]
            elif column in below:
                names[number] += spanning
            else:
                spanning = ""
    yield " ".join(name or EMPTY for name in names)


def _plain(row: Row) -> str:
    return " ".join(row[column] for column in sorted(row))
