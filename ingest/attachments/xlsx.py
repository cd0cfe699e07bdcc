"""Read an .xlsx: the cells of its visible sheets, as they are shown. Pure.

A number is kept apart from its format (5.5 % as 0.055), so a library that gives no formats would give wrong
figures, and one that refuses a workbook for one odd style gives none. Hence our own walk over the parts
(ECMA-376 part 1, clause 18), by defusedxml's SAX parser. Rows become lines in cells.py.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.sax import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from ingest.attachments.cells import MOST_CELLS, MOST_CHARS, Row, Sheet, lines_of_sheets, shown
from ingest.attachments.container import entry, opened
from ingest.attachments.office_xml import local, parse, value
from ingest.errors import NotADocument, TooLarge

_BOOK = "xl/workbook.xml"
_GENERAL = "General"
_BUILT_IN = {  # clause 18.8.30
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 22: "yyyy-mm-dd", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
}  # fmt: skip
_ON = ("1", "true")
_NO_WIDTH = re.compile(r"0(?:\.0*)?")
_LAST_COLUMN = 16_384
_PLACE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")


def read_xlsx(raw: bytes, what: str = "reading an .xlsx file") -> list[str]:
    """The rows of the sheets as lines; `what` begins the messages.

    Hidden sheets, rows and columns are left out. Raises NotADocument (torn, a DTD, no text), TooLarge.
    """
    with opened(raw, what) as container:
        return lines_of_sheets(_sheets(container, what), what)


def _sheets(container: zipfile.ZipFile, what: str) -> Iterator[Sheet]:
    names = set(container.namelist())
    if _BOOK not in names:
        raise NotADocument(f"{what}: its container has no {_BOOK!r} (an .xlsb is not read)")
    book, targets, texts, styles = _Book(), _Targets(), _Texts(what), _Styles()
    folder = posixpath.dirname(_BOOK)
    parse(entry(container, _BOOK, what), book, what)
    for name, handler in (
        ("_rels/workbook.xml.rels", targets),
        ("sharedStrings.xml", texts),
        ("styles.xml", styles),
    ):
        if f"{folder}/{name}" in names:
            parse(entry(container, f"{folder}/{name}", what), handler, what)
    for number, reference in enumerate(book.sheets, 1):
        if reference in targets.others:
            continue
        target = targets.found.get(reference, f"worksheets/sheet{number}.xml")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        sheet = _Sheet(texts.texts, styles.formats(), book.since_1904, what)
        parse(entry(container, part, what), sheet, what)
        yield Sheet(sheet.rows.items(), sheet.merged)


class _Book(ContentHandler):
    """The visible sheets of workbook.xml, in order, by their relation; from which year days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[str] = []
        self.since_1904 = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        match local(name):
            case "sheet" if value(attrs, "state") in (None, "visible"):
                self.sheets.append(value(attrs, "id") or "")
            case "workbookPr":
                self.since_1904 = value(attrs, "date1904") in _ON
            case _:
                pass


class _Targets(ContentHandler):
    """Where the sheets of cells are; `others`: the relations to charts and the like."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.others: set[str] = set()

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if local(name) == "Relationship":
            reference = value(attrs, "Id") or ""
            if (value(attrs, "Type") or "").endswith("/worksheet"):
                self.found[reference] = value(attrs, "Target") or ""
            else:
                self.others.add(reference)


class _Texts(ContentHandler):
    """The texts that cells share, without how they are pronounced."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._what = what
        self._pieces: list[str] = []
        self._in_text = self._in_sound = False
        self._chars = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        tag = local(name)
        if tag == "si":
            self._pieces = []
        self._in_sound = self._in_sound or tag == "rPh"
        self._in_text = tag == "t" and not self._in_sound

    def characters(self, content: str) -> None:
        if self._in_text:
            self._chars += len(content)
            if self._chars > MOST_CHARS:
                raise TooLarge(f"{self._what}: it holds more than {MOST_CHARS} characters of text")
            self._pieces.append(content)

    def endElement(self, name: str) -> None:
        tag = local(name)
        self._in_text = False
        if tag == "si":
            self.texts.append("".join(self._pieces))
        elif tag == "rPh":
            self._in_sound = False


class _Styles(ContentHandler):
    """Which number format each style of a cell has."""

    def __init__(self) -> None:
        super().__init__()
        self._codes = dict(_BUILT_IN)
        self._of_cells: list[int] = []
        self._in_cells = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        match local(name):
            case "numFmt":
                self._codes[_number(value(attrs, "numFmtId"))] = (value(attrs, "formatCode") or "")[:200]
            case "cellXfs":
                self._in_cells = True
            case "xf" if self._in_cells:
                self._of_cells.append(_number(value(attrs, "numFmtId")))
            case _:
                pass

    def endElement(self, name: str) -> None:
        if local(name) == "cellXfs":
            self._in_cells = False

    def formats(self) -> list[str]:
        return [self._codes.get(number, _GENERAL) for number in self._of_cells]


class _Sheet(ContentHandler):
    """The cells of one sheet."""

    def __init__(self, texts: list[str], formats: list[str], since_1904: bool, what: str) -> None:
        super().__init__()
        self.rows: dict[int, Row] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self._texts, self._formats, self._what = texts, formats, what
        self._since_1904 = since_1904
        self._row: dict[int, str] = {}
        self._number = 0
        self._hidden: list[tuple[int, int]] = []
        self._row_hidden = False
        self._column = 0
        self._type = ""
        self._style = 0
        self._pieces: list[str] = []
        self._reading = False
        self._cells = self._chars = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        match local(name):
            case "col" if value(attrs, "hidden") in _ON or _NO_WIDTH.fullmatch(value(attrs, "width") or ""):
                self._hidden.append((_number(value(attrs, "min")), _number(value(attrs, "max"))))
            case "row":
                self._row, self._column = {}, 0
                self._number = _number(value(attrs, "r")) or self._number + 1
                self._row_hidden = value(attrs, "hidden") in _ON
            case "c":
                self._column = _column(value(attrs, "r")) or self._column + 1
                self._type = value(attrs, "t") or "n"
                self._style = _number(value(attrs, "s"))
                self._pieces = []
            case "v" | "t":
                self._reading = True
            case "mergeCell" if place := _PLACE.fullmatch(value(attrs, "ref") or ""):
                left, top, right, bottom = place.groups()
                self.merged.append((int(top), int(bottom), _column(left), _column(right)))
                self._count()
            case _:
                pass

    def characters(self, content: str) -> None:
        if self._reading:
            self._pieces.append(content)
            self._chars += len(content)
            if self._chars > MOST_CHARS:
                raise TooLarge(f"{self._what}: it holds more than {MOST_CHARS} characters of text")

    def endElement(self, name: str) -> None:
        match local(name):
            case "v" | "t":
                self._reading = False
            case "c" if self._pieces and self._column <= _LAST_COLUMN:
                if not any(first <= self._column <= last for first, last in self._hidden):
                    self._row[self._column] = self._said("".join(self._pieces))
                    self._count()
            case "row" if self._row and not self._row_hidden:
                self.rows[self._number] = self._row
            case _:
                pass

    def _count(self) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise TooLarge(f"{self._what}: it has more than {MOST_CELLS} cells")

    def _said(self, written: str) -> str:
        match self._type:
            case "s":
                number = _number(written)
                return self._texts[number] if number < len(self._texts) else ""
            case "n":
                try:
                    return shown(float(written), self._format(), since_1904=self._since_1904)
                except (ValueError, OverflowError, ArithmeticError):
                    return written
            case "b" | "e":
                return ""  # true and false, and what a formula failed with, are no figures
            case _:
                return written

    def _format(self) -> str:
        return self._formats[self._style] if self._style < len(self._formats) else _GENERAL


def _number(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 10 else 0


def _column(reference: str | None) -> int:
    """1 for A5; 0 where it says none."""
    column = 0
    for letter in (reference or "")[:3]:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return column
