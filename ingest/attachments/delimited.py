"""Read a .csv: its rows, whichever charset and sign between the cells it has. Pure.

Rows become lines in cells.py.
"""

from __future__ import annotations

import codecs
import csv
import re

from ingest.attachments.cells import Sheet, lines_of_sheets
from ingest.errors import NotADocument, Undecodable
from ingest.page.charset import decode

_SIGNS = ",\t;"
_SAMPLE = 20  # lines
_LEAST_ROWS = 2
_SAID = re.compile(r"\ufeff?sep=([,\t;])\s*")  # the first line of a .csv that was written for Excel


def read_csv(raw: bytes, what: str = "reading a .csv file") -> list[str]:
    """The rows as lines; `what` begins the messages. Raises NotADocument (no table), TooLarge."""
    try:
        text = decode(raw)
    except Undecodable:  # a program that put a mark of UTF-8 before its GBK
        text = decode(raw.removeprefix(codecs.BOM_UTF8))
    lines = text.splitlines(keepends=True)
    if said := _SAID.fullmatch(lines[0]) if lines else None:
        del lines[0]
    sample = "".join(lines[:_SAMPLE])
    try:
        rows = list(csv.reader(lines, delimiter=said[1] if said else max(_SIGNS, key=sample.count)))
    except csv.Error as exc:
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc
    if sum(len(row) > 1 for row in rows) < _LEAST_ROWS:
        raise NotADocument(f"{what}: it is no table: no two of its lines have several cells")
    return lines_of_sheets([Sheet([(at, dict(enumerate(row))) for at, row in enumerate(rows)])], what)
