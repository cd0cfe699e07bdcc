"""What the formats of a Word 97 file say: letters hidden or deleted, cells, rows, lists. Pure.

They lie in pages of 512 bytes of the stream WordDocument ([MS-DOC] ChpxFkp, PapxFkp), each with the places
of the letters that it is about. What the text is, is doc.py.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.attachments.edged_rows import Edge

_PAGE = 512
_UNSEEN = (0x0800, 0x083C, 0x0837, 0x2A53)  # deleted, hidden, struck out once or twice
_ELSEWHERE = frozenset({0x6645, 0x6646})  # in the stream Data: the format of a row with many columns
LEVEL, LIST = 0x260A, 0x460B
_PARAGRAPH = (0x2416, 0x2417, 0x244C, 0x244B)  # in the order of ParagraphFormat
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # bytes of an operand, by the top bits of its code; 0: it says so itself
_LONG_TABLE, _LONG_TABS = 0xD608, 0xC615
_CELL = 20  # bytes of a TC80
_ACROSS, _ABOVE = 0x0003, 0x0060  # of its first two: 1 in these bits says that it goes on


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """Where a paragraph stands, and what the mark at its end ends; a table in a cell is an inner one. Which
    style it has, at which level of which list it is itself, and the edges of the cells of the row that it
    ends."""

    in_table: bool = False
    row_end: bool = False
    inner_row_end: bool = False
    inner_cell_end: bool = False
    style: int = 0
    list_id: int | None = None
    level: int | None = None
    left: int = 0
    edges: tuple[Edge, ...] = ()


class Formats:
    """Formats by place, a byte of the stream WordDocument."""

    def __init__(self, document: bytes, data: bytes, characters: bytes, paragraphs: bytes) -> None:
        """`characters`, `paragraphs`: PlcBteChpx and PlcBtePapx, which name the pages. Raises struct.error or
        IndexError for places that are not there."""
        self.unseen = sorted(_unseen(document, characters))
        self._paragraphs = sorted(_formats(document, data, paragraphs), key=lambda found: found[0])
        self._starts = [start for start, _, _ in self._paragraphs]

    def paragraph(self, place: int) -> ParagraphFormat:
        """That of the paragraph whose end is here."""
        at = bisect_right(self._starts, place) - 1
        if at >= 0 and place < self._paragraphs[at][1]:
            return self._paragraphs[at][2]
        return ParagraphFormat()


def _unseen(document: bytes, table: bytes) -> Iterator[tuple[int, int]]:
    """From where to where letters are hidden, deleted or struck out."""
    for page in _pages(document, table):
        count = page[-1]
        places = struct.unpack_from(f"<{count + 1}I", page)
        for at in range(count):
            offset = 2 * page[4 * (count + 1) + at]
            if not offset:
                continue
            found = dict(modifiers(page[offset + 1 : offset + 1 + page[offset]]))
            if any(found.get(code, b"\0") in (b"\x01", b"\x81") for code in _UNSEEN):
                yield places[at], places[at + 1]


def _formats(document: bytes, data: bytes, table: bytes) -> Iterator[tuple[int, int, ParagraphFormat]]:
    """From where to where a paragraph goes, and its format; those without any are left out."""
    for page in _pages(document, table):
        count = page[-1]
        places = struct.unpack_from(f"<{count + 1}I", page)
        for at in range(count):
            offset = 2 * page[4 * (count + 1) + 13 * at]
            if not offset:
                continue
            half = page[offset]
            start, size = (offset + 1, 2 * half - 1) if half else (offset + 2, 2 * page[offset + 1])
            found = dict(modifiers(page[start + 2 : start + size]))  # after the number of its style
            for code in _ELSEWHERE & found.keys():
                [place] = struct.unpack("<I", found[code])
                [length] = struct.unpack_from("<H", data, place)
                found |= dict(modifiers(data[place + 2 : place + 2 + length]))
            [style] = struct.unpack_from("<H", page, start)
            cell, row, inner_row, inner_cell = (found.get(code) == b"\1" for code in _PARAGRAPH)
            paragraph = ParagraphFormat(
                cell,
                row,
                inner_row,
                inner_cell,
                style,
                int.from_bytes(found[LIST], "little", signed=True) if LIST in found else None,
                found[LEVEL][0] if found.get(LEVEL) else None,
                *_edges(found.get(_LONG_TABLE, b"")),
            )
            if paragraph != ParagraphFormat():
                yield places[at], places[at + 1], paragraph


def _edges(table: bytes) -> tuple[int, tuple[Edge, ...]]:
    """The left edge of a row and the right ones of its cells ([MS-DOC] TDefTableOperand)."""
    count = table[2] if len(table) > 2 else 0
    if len(table) < 3 + 2 * (count + 1) or not count:
        return 0, ()
    left, *rights = struct.unpack_from(f"<{count + 1}h", table, 3)
    first = 3 + 2 * (count + 1)
    flags = (
        int.from_bytes(table[at : at + 2], "little") for at in range(first, first + _CELL * count, _CELL)
    )
    return left, tuple(
        Edge(right, above=flag & _ABOVE == 0x20, across=flag & _ACROSS == 1)
        for right, flag in zip(rights, flags, strict=True)
    )


def _pages(document: bytes, table: bytes) -> Iterator[bytes]:
    """The pages that a table of them names, each once."""
    count = max(len(table) - 4, 0) // 8
    for number in dict.fromkeys(struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ()):
        page = document[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
        if len(page) < _PAGE:
            raise IndexError("a page of its formats lies behind its end")
        yield page


def modifiers(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The single properties (Sprm) of a list of them: code and operand."""
    at = 0
    while at + 2 < len(raw):
        [code] = struct.unpack_from("<H", raw, at)
        at += 2
        size = _SIZES[code >> 13]
        if not size:
            if code == _LONG_TABLE:
                size = struct.unpack_from("<H", raw, at)[0] + 1 if at + 2 <= len(raw) else 1
            elif code == _LONG_TABS and raw[at] == 255:
                return  # its length must be counted, and nothing that matters here comes after it
            else:
                size = raw[at] + 1
        yield code, raw[at : at + size]
        at += size
