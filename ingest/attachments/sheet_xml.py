"""Read a sheet that is one file of XML, as Excel 2003 and many systems write one: its visible cells. Pure.

How a number is shown, and what becomes of the rows, is cells.py; a .xlsx is xlsx.py.
"""

from __future__ import annotations

import io
from xml.sax import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from ingest.attachments.cells import MOST_CELLS, MOST_CHARS, Row, Sheet, lines_of_sheets, shown
from ingest.attachments.container import Counted
from ingest.attachments.office_xml import local, parse, value
from ingest.errors import TooLarge

_GENERAL = "General"
_FORMATS = {"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00"}
_MOST_HIDDEN = 100  # groups of columns
_LONGEST_NUMBER = 6  # digits of the place of a row or column


def read_sheet_xml(raw: bytes, what: str = "reading a sheet as XML") -> list[str]:
    """The rows of the sheets as lines; `what` begins the messages.

    Hidden sheets, rows and columns are left out. Raises NotADocument (torn, a DTD, no text), TooLarge.
    """
    book = _Book(what)
    parse(Counted(io.BytesIO(raw), len(raw), what), book, what)
    return lines_of_sheets(book.sheets, what)


class _Book(ContentHandler):
    def __init__(self, what: str) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self._what = what
        self._formats: dict[str, str] = {}
        self._style = ""
        self._path: list[str] = []
        self._pieces: list[str] = []
        self._cells = self._chars = 0
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        self._rows: dict[int, Row] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._row: dict[int, str] = {}
        self._hidden: list[range] = []
        self._number = self._column = self._wide = 0
        self._visible = self._row_visible = True
        self._type = self._format = ""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self._path.append(tag := local(name))
        match tag:
            case "Style":
                self._style = value(attrs, "ID") or ""
            case "NumberFormat":
                said = (value(attrs, "Format") or _GENERAL)[:200]
                self._formats[self._style] = _FORMATS.get(said, said)
            case "Worksheet":
                self._begin_sheet()
            case "Column":
                self._column = _number(attrs, "Index") or self._column + 1
                last = self._column + _number(attrs, "Span")
                if value(attrs, "Hidden") == "1" and len(self._hidden) < _MOST_HIDDEN:
                    self._hidden.append(range(self._column, last + 1))
                self._column = last
            case "Row":
                self._number = _number(attrs, "Index") or self._number + 1
                self._row, self._column, self._wide = {}, 0, 0
                self._row_visible = value(attrs, "Hidden") != "1"
            case "Cell":
                self._column = _number(attrs, "Index") or self._column + self._wide + 1
                self._wide, deep = _number(attrs, "MergeAcross"), _number(attrs, "MergeDown")
                self._format = self._formats.get(value(attrs, "StyleID") or "", _GENERAL)
                if self._wide or deep:
                    place = (self._number, self._number + deep, self._column, self._column + self._wide)
                    self._merged.append(place)
                self._count()
            case "Data":
                self._type, self._pieces = value(attrs, "Type") or "", []
            case _:
                pass

    def characters(self, content: str) -> None:
        if "Data" in self._path[-3:]:  # parts of a text may have formats of their own
            self._pieces.append(content)
            self._chars += len(content)
            if self._chars > MOST_CHARS:
                raise TooLarge(f"{self._what}: it holds more than {MOST_CHARS} characters of text")
        elif self._path[-1:] == ["Visible"] and content.strip() in ("SheetHidden", "SheetVeryHidden"):
            self._visible = False

    def endElement(self, name: str) -> None:
        match self._path.pop():
            case "Data" if self._type not in ("Boolean", "Error"):
                if not any(self._column in hidden for hidden in self._hidden):
                    self._row[self._column] = self._said("".join(self._pieces))
            case "Row" if self._row and self._row_visible:
                self._rows[self._number] = self._row
            case "Worksheet" if self._visible:
                self.sheets.append(Sheet(self._rows.items(), self._merged))
            case _:
                pass

    def _said(self, written: str) -> str:
        if self._type != "Number":
            return written
        try:
            return shown(float(written), self._format)
        except (ValueError, OverflowError, ArithmeticError):
            return written

    def _count(self) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise TooLarge(f"{self._what}: it has more than {MOST_CELLS} cells")


def _number(attrs: AttributesImpl, name: str) -> int:
    said = value(attrs, name) or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST_NUMBER else 0
