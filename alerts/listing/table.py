"""A list of plain records in its shapes: a table for people, JSON, JSON lines or CSV for programs. Pure.

A long list comes as pages, listings of one kind, and leaves as pieces of text: nobody holds all of it.

Which lists there are is lists.py; printing is cli/printing.py, answering a request web/api/negotiation.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, assert_never

from alerts.words.language import Words

if TYPE_CHECKING:  # a web server draws none
    from rich.table import Table

Record = Mapping[str, Any]

# A title may hold an escape sequence; a terminal would obey it.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE = re.compile("^", re.MULTILINE)
_LEAST = 4  # cells
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")  # wide ones too, where the spreadsheet is Chinese or Japanese


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    JSON_LINES = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    text: Callable[[Record, Words], str]
    right: bool = False
    keep: bool = False  # never folded to make room
    least: int | None = None  # cells; Chinese folded below that is no longer read as words
    year: int | None = None  # in the heading

    def head(self, words: Words) -> str:
        """Its heading in a language."""
        return words.form(self.heading) % {"year": self.year}


@dataclass(frozen=True, slots=True)
class Listing:
    """Records with their two faces: `columns` for the table; `fields` (dotted paths) for CSV."""

    columns: tuple[Column, ...]
    fields: tuple[str, ...]
    records: tuple[Record, ...]


def pieces(pages: Iterable[Listing], format_: Format) -> Iterator[str]:
    """The text of all pages, of which there is one at least; it ends with a newline."""
    match format_:
        case Format.JSON:
            return _json(pages)
        case Format.JSON_LINES:
            return (
                encodable(json.dumps(r, ensure_ascii=False)) + "\n" for page in pages for r in page.records
            )
        case Format.CSV:
            return _csv(pages)
        case Format.TABLE:
            raise ValueError("a table is no text")
    assert_never(format_)


def as_table(listing: Listing, words: Words, width: int = 200) -> Table:
    """`width`: the cells of a line of the terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    heads = [column.head(words) for column in listing.columns]
    rows = [
        [printable(column.text(record, words)) for column in listing.columns] for record in listing.records
    ]
    # rich cuts off what stands beyond the line: it narrows columns below their least, and widens them again.
    for column, head, fitted in zip(
        listing.columns, heads, _widths(listing.columns, [heads, *rows], width), strict=True
    ):
        table.add_column(head, justify="right" if column.right else "left", width=fitted, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    if any(_CLOCK.search(cell) for row in rows for cell in row):
        table.caption, table.caption_justify = Text(words.say("时间均为北京时间。"), style="dim"), "left"
    return table


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], line: int) -> list[int]:
    """The cells of each column: as many as it needs where all fit a line; else the widest are narrowed, first
    those that may be folded, down to their least, then all."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, texts)) for texts in zip(*rows, strict=True)]
    room = line - 3 * len(columns) + 1  # three between two columns, one at either end
    for least in (
        [
            width if column.keep else column.least or _LEAST
            for column, width in zip(columns, widths, strict=True)
        ],
        [_LEAST] * len(columns),
    ):
        while sum(widths) > room:
            over = [(width, at) for at, width in enumerate(widths) if width > least[at]]
            if not over:
                break
            widths[max(over)[1]] -= 1
    return widths


def _json(pages: Iterable[Listing]) -> Iterator[str]:
    between = "[\n"
    for page in pages:
        for record in page.records:
            text = json.dumps(record, ensure_ascii=False, indent=2)
            yield between + encodable(_LINE.sub("  ", text))
            between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def encodable(text: str) -> str:
    """Without half a character, as JSON can spell it: no terminal and no file can encode that."""
    return _SURROGATES.sub("\ufffd", text)


def _csv(pages: Iterable[Listing]) -> Iterator[str]:
    """RFC 4180 with a header line. Text that a spreadsheet would run as a formula gets a quote before it."""
    for number, page in enumerate(pages):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if number == 0:
            writer.writerow(page.fields)
        for record in page.records:
            writer.writerow([_csv_cell(at(record, path)) for path in page.fields])
        yield out.getvalue()


def printable(text: str) -> str:
    """Without anything that moves a cursor or turns a line around."""
    return _CONTROLS.sub("", text.replace("\n", " "))


def at(record: Record, path: str) -> Any:
    """What stands at a dotted path; None where there is nothing."""
    value: Any = record
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _csv_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            text = printable(value)
            return f"'{text}" if _FORMULA.match(text) else text
        case _:
            return json.dumps(value, ensure_ascii=False)
