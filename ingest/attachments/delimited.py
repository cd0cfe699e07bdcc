"""Read a .csv: its rows, whichever charset and sign between the cells it has. Pure.

Rows become lines in cells.py.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator

from ingest.attachments.cells import Row, Sheet, lines_of_sheets
from ingest.errors import NotADocument, Undecodable
from ingest.page.charset import decode

_SIGNS = ",\t;"
_SAMPLE = 20  # lines


def read_csv(raw: bytes, what: str = "reading a .csv file") -> list[str]:
    """The rows as lines; `what` begins the messages. Raises NotADocument (no text), TooLarge."""
    try:
        text = decode(raw)
    except Undecodable:  # a program that put a mark of UTF-8 before its GBK
        text = decode(raw.removeprefix(codecs.BOM_UTF8))
    lines = text.splitlines(keepends=True)
    sample = "".join(lines[:_SAMPLE])
    try:
        return lines_of_sheets([Sheet(_rows(lines, max(_SIGNS, key=sample.count)))], what)
    except csv.Error as exc:
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc


def _rows(lines: list[str], sign: str) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(csv.reader(lines, delimiter=sign)):
        yield number, dict(enumerate(row))
