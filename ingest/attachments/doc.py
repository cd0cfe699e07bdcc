"""Read a .doc, or the .wps of Kingsoft Writer that is one: its paragraphs and table rows as lines. Pure.

olefile opens the container. The text is put together here ([MS-DOC] 2.4.1) out of the pieces of the
stream WordDocument, without what is deleted or hidden (doc_formats.py), automatic numbers written out
(doc_lists.py). Notes, headers and text boxes stand behind the text and are not read.
"""

from __future__ import annotations

import io
import re
import struct
from bisect import bisect_left
from collections.abc import Iterator

import olefile

from ingest.attachments.doc_formats import Formats, ParagraphFormat
from ingest.attachments.doc_lists import read_lists
from ingest.attachments.docx import printed_lines
from ingest.attachments.edged_rows import EdgedRow, row_lines
from ingest.attachments.numbering import Numbering
from ingest.errors import Locked, NotADocument, TooLarge

MOST_CHARS = 5_000_000
_WORD_97, _WORD_6 = 0xA5EC, frozenset({0xA5DB, 0xA5DC})
_NEWEST_OLD = 0xC0  # the last version before Word 97
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_LENGTH = 0x4C  # of the text, in characters
_CHARACTERS, _PARAGRAPHS, _PIECES = 0xFA, 0x102, 0x1A2  # where each table lies in the table stream
_MARK = re.compile("[\x07\r\x13\x14\x15]")
_BREAKS = str.maketrans("\x0b\x0c\x0e\x1e", "\n\n\n-")
_NO_TEXT = re.compile("[\x00-\x08\x0d\x0f-\x1f]")  # pictures, references to notes, soft hyphens


def read_doc(raw: bytes, what: str = "reading a .doc file") -> list[str]:
    """The lines of the document, not yet cleaned; `what` begins the messages.

    Raises NotADocument (torn, locked, older than Word 97, no text), TooLarge (text).
    """
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as container:
            lines = _lines(container, what)
    except (OSError, struct.error, ValueError, LookupError, AttributeError, TypeError) as exc:
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc
    if not lines:
        raise NotADocument(f"{what}: it holds no text (a scan, or an empty form)")
    return lines


def _lines(container: olefile.OleFileIO, what: str) -> list[str]:
    if not container.exists("WordDocument"):
        raise NotADocument(
            f"{what}: its container holds no Word document; an old format of its own is not read"
        )
    document = container.openstream("WordDocument").read()
    magic, version = struct.unpack_from("<HH", document)
    if magic in _WORD_6 or (magic == _WORD_97 and version < _NEWEST_OLD):
        raise NotADocument(f"{what}: Word 6 or 95 wrote it, or a program of their time; that is not read")
    if magic != _WORD_97:
        raise ValueError("its text does not begin like that of a Word file")
    [flags] = struct.unpack_from("<H", document, 0x0A)
    if flags & _ENCRYPTED:
        raise Locked(f"{what}: it is locked with a password")
    tables = container.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
    data = container.openstream("Data").read() if container.exists("Data") else b""

    def table(at: int) -> bytes:
        start, size = struct.unpack_from("<II", document, at)
        if start + size > len(tables):
            raise ValueError("a table lies behind its end")
        return bytes(tables[start : start + size])

    formats = Formats(document, data, table(_CHARACTERS), table(_PARAGRAPHS))
    [length] = struct.unpack_from("<I", document, _LENGTH)
    if length > MOST_CHARS:
        raise TooLarge(f"{what}: it holds more than {MOST_CHARS} characters of text")
    text = _Text(formats, read_lists(document, tables))
    for piece, start, width in _pieces(document, table(_PIECES), length):
        text.add(piece, start, width)
    return text.end()


def _pieces(document: bytes, table: bytes, length: int) -> Iterator[tuple[str, int, int]]:
    """The pieces of the text in order: letters, place of the first one, bytes of each one."""
    at = 0
    while table[at] == 1:  # formats that a quick save has put beside
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if table[at] != 2:
        raise ValueError("it has no table of its text")
    count = (struct.unpack_from("<I", table, at + 1)[0] - 4) // 12
    firsts = struct.unpack_from(f"<{count + 1}I", table, at + 5)
    for number in range(count):
        if firsts[number + 1] < firsts[number]:
            raise ValueError("the pieces of its text are out of order")
        letters = min(firsts[number + 1], length) - firsts[number]
        if letters <= 0:
            continue
        [place] = struct.unpack_from("<I", table, at + 5 + 4 * (count + 1) + 8 * number + 2)
        width, charset = (1, "cp1252") if place & 0x40000000 else (2, "utf-16-le")
        start = (place & 0x3FFFFFFF) // (2 if width == 1 else 1)
        found = document[start : start + letters * width]
        if len(found) < letters * width:
            raise ValueError("a piece of its text lies behind its end")
        yield _units(found, charset), start, width


def _units(raw: bytes, charset: str) -> str:
    """A character a unit, so that places can be counted; pairs of surrogates are joined at the end."""
    if charset == "cp1252":
        return raw.decode(charset, "replace")
    return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))


class _Text:
    """Lines out of the pieces of the text."""

    def __init__(self, formats: Formats, numbering: Numbering) -> None:
        self._formats, self._numbering = formats, numbering
        self._unseen_ends = [end for _, end in formats.unseen]
        self._lines: list[str] = []
        self._paragraph: list[str] = []
        self._cell: list[str] = []  # the paragraphs of the cell under way; of the text, where there is none
        self._row: list[str] = []
        self._table: list[EdgedRow] = []
        self._inner: list[str] = []  # the cells of a row in a table that stands in a cell
        self._fields: list[bool] = []  # of each open field: is its result under way?

    def add(self, letters: str, start: int, width: int) -> None:
        at = 0
        for mark in _MARK.finditer(letters):
            self._take(letters, at, mark.start(), start, width)
            at = mark.end()
            self._at_mark(mark[0], start + mark.start() * width)
        self._take(letters, at, len(letters), start, width)

    def _take(self, letters: str, first: int, last: int, start: int, width: int) -> None:
        """Letters without a mark: those that are seen."""
        if first == last or not all(self._fields):
            return
        unseen = self._formats.unseen
        at = bisect_left(self._unseen_ends, start + first * width + 1)
        while at < len(unseen) and (unseen[at][0] - start) // width < last:
            hidden, shown = ((place - start) // width for place in unseen[at])
            self._paragraph.append(letters[first : max(first, hidden)])
            first = max(first, shown)
            at += 1
        self._paragraph.append(letters[first:last] if first < last else "")

    def _at_mark(self, mark: str, place: int) -> None:
        match mark:
            case "\x13":
                self._fields.append(False)
            case "\x14" if self._fields:
                self._fields[-1] = True
            case "\x15" if self._fields:
                self._fields.pop()
            case "\r" | "\x07":
                self._end_paragraph(mark, place)
            case _:
                pass  # the end of a field that nothing began

    def _end_paragraph(self, mark: str, place: int) -> None:
        joined = "".join(self._paragraph).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self._paragraph.clear()
        paragraph = self._formats.paragraph(place)
        lines = list(printed_lines(self._numbered(_NO_TEXT.sub("", joined.translate(_BREAKS)), paragraph)))
        if mark == "\x07":
            self._cell += lines
            if paragraph.row_end:
                self._end_row(paragraph)
            else:
                self._row.append("".join(self._cell))
                self._cell.clear()
        elif paragraph.inner_row_end:
            self._cell.append(" ".join(cell for cell in self._inner if cell))
            self._inner.clear()
        elif paragraph.inner_cell_end:
            self._inner.append("".join(lines))
        else:
            if not paragraph.in_table:
                self._end_table()
            self._cell += lines
            if not paragraph.in_table:
                self._lines += self._cell
                self._cell.clear()

    def _numbered(self, text: str, paragraph: ParagraphFormat) -> str:
        if not text.strip():
            return ""
        list_id, level = (None if n is None else str(n) for n in (paragraph.list_id, paragraph.level))
        number = self._numbering.number(list_id, level, str(paragraph.style))
        return number + text.lstrip() if number else text

    def _end_row(self, paragraph: ParagraphFormat) -> None:
        self._table.append(EdgedRow([*self._row], paragraph.left, paragraph.edges))
        self._row.clear()
        if self._cell:
            self._end_table()
            self._lines += self._cell
            self._cell.clear()

    def _end_table(self) -> None:
        if self._row:  # torn: no end
            self._table.append(EdgedRow([*self._row]))
            self._row.clear()
        self._lines += row_lines(self._table)
        self._table.clear()

    def end(self) -> list[str]:
        self._end_paragraph("\r", -1)
        return self._lines
