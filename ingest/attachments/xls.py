"""Read an .xls (Excel 97 to 2003, and the .et of Kingsoft that is one): its visible cells, by xlrd. Pure.

Rows become lines in cells.py.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import xlrd

from ingest.attachments.cells import Row, Sheet, lines_of_sheets, shown
from ingest.errors import Locked, NotADocument

_GENERAL = "General"


def read_xls(raw: bytes, what: str = "reading an .xls file") -> list[str]:
    """The rows of the sheets as lines; `what` begins the messages.

    Hidden sheets, rows and columns are left out. Raises NotADocument (torn, locked, no text), TooLarge.
    """
    try:
        # Its own notes on what is odd about a file are for nobody.
        with xlrd.open_workbook(
            file_contents=raw, logfile=io.StringIO(), formatting_info=True, on_demand=True, ragged_rows=True
        ) as book:
            return lines_of_sheets(_sheets(book), what)
    except xlrd.XLRDError as exc:
        if "encrypted" in str(exc):
            raise Locked(f"{what}: it is locked with a password") from exc
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        struct.error,
        xlrd.compdoc.CompDocError,
    ) as exc:
        raise NotADocument(f"{what}: it is damaged ({exc!r}); fetch it again") from exc


def _sheets(book: xlrd.Book) -> Iterator[Sheet]:
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        if sheet.visibility == 0:
            merged = [(top, below - 1, left, right - 1) for top, below, left, right in sheet.merged_cells]
            yield Sheet(_rows(book, sheet), merged)
        book.unload_sheet(number)


def _rows(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[tuple[int, Row]]:
    hidden = {column for column, info in sheet.colinfo_map.items() if info.hidden}
    for number in range(sheet.nrows):
        info = sheet.rowinfo_map.get(number)
        if info is not None and info.hidden:
            continue
        said = {
            column: _said(book, cell) for column, cell in enumerate(sheet.row(number)) if column not in hidden
        }
        yield number, said


def _said(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            key = book.xf_list[cell.xf_index].format_key if cell.xf_index is not None else None
            found = book.format_map.get(key)
            pattern = found.format_str if found else _GENERAL
            return shown(cell.value, pattern, since_1904=book.datemode == 1)
        case _:
            return ""  # empty, true and false, what a formula failed with
