"""A .doc as Word 97 writes one, made here: a container, one piece of text, pages of formats. No tests.

[MS-CFB] and [MS-DOC], as little of each as a reader needs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from tests.support.attached import REPORT, TITLE

_TEXT = 0x400  # where the text begins in the stream WordDocument
_IN_TABLE, _ROW_END = struct.pack("<HB", 0x2416, 1), struct.pack("<HB", 0x2417, 1)
_ELSEWHERE = struct.pack("<HI", 0x6646, 0)  # at the beginning of the stream Data
_ON_A_PAGE = 8
_HIDDEN_PART = re.compile(r"\[-(.*?)-\]")


def doc(
    lines: Iterable[str] = REPORT,
    title: str | None = TITLE,
    *,
    rows: Sequence[Sequence[str]] = (),
    edges: Sequence[Sequence[tuple[int, int]]] = (),
    levels: Sequence[tuple[int, str]] = (),
    numbered: Mapping[int, int] | None = None,
    heading: Collection[int] = (),
    wide: bool = False,
    behind: str = "页眉与脚注",
    unseen: int = 0x0800,
    flags: int = 0x1000,
    version: int = 0xC1,
    magic: int = 0xA5EC,
) -> bytes:
    """A paragraph a line, then the rows of a table. Letters in [-…-] have the property `unseen`
    (deleted); `behind` is no text.

    `levels`: format and pattern (%1、) of each level of a list; `numbered`: the level that a line has in it;
    `heading`: lines of a style that is in it. `edges`: of the cells of each row, the right one and its flags.
    `wide`: the formats of rows lie where those do that need room.
    """
    at_level = {line: _list_format(level) for line, level in (numbered or {}).items()}
    written = ([title] if title else []) + list(lines)
    paragraphs = [(line + "\r", at_level.get(number, b"")) for number, line in enumerate(written)]
    for number, row in enumerate(rows):
        paragraphs += [(cell + "\x07", _IN_TABLE) for cell in row]
        form = _IN_TABLE + _ROW_END + (_row_format(edges[number]) if edges else b"")
        paragraphs.append(("\x07", _ELSEWHERE if wide else form))
    letters, places, runs, at = "", [_TEXT], [], _TEXT
    for text, _ in paragraphs:
        for number, part in enumerate(_HIDDEN_PART.split(text)):
            letters += part
            runs.append((at, at + 2 * _units(part), struct.pack("<HB", unseen, 1) if number % 2 else b""))
            at += 2 * _units(part)
        places.append(at)
    length = _units(letters)
    document = bytearray(_TEXT) + (letters + behind).encode("utf-16-le")
    tables = bytearray()

    def put(at: int, content: bytes) -> None:
        struct.pack_into("<II", document, at, len(tables), len(content))
        tables.extend(content)

    runs = [run for run in runs if run[0] < run[1]]
    styled = (struct.pack("<H", number in heading) + form for number, (_, form) in enumerate(paragraphs))
    ends = list(zip(places[:-1], places[1:], styled, strict=True))
    put(0xFA, _pages(document, runs, 1, lambda form: bytes([len(form)]) + form))
    # A size in words, less one byte, before the number of a style and the properties.
    put(0x102, _pages(document, ends, 13, lambda form: bytes([(len(form) + 2) // 2]) + form))
    pieces = struct.pack("<II", 0, length + _units(behind)) + struct.pack("<HIH", 0, _TEXT, 0)
    put(0x1A2, b"\x02" + struct.pack("<I", len(pieces)) + pieces)
    if levels:
        put(0x2E2, struct.pack("<HI", 1, 77) + bytes(24))
        for number in range(9):
            form, pattern = levels[number] if number < len(levels) else (255, "")
            text = re.sub("%([1-9])", lambda said: chr(int(said[1]) - 1), pattern).encode("utf-16-le")
            tables.extend(struct.pack("<IB", 1, form) + bytes(23) + struct.pack("<H", len(text) // 2) + text)
        put(0x2EA, struct.pack("<II", 1, 77) + bytes(12) + b"\xff" * 4)
        put(0xA2, struct.pack("<HHH", 4, 2, 10) + _style("正文", b"") + _style("标题", _list_format(0)))
    struct.pack_into("<HH", document, 0, magic, version)
    struct.pack_into("<H", document, 0x0A, flags)
    struct.pack_into("<I", document, 0x4C, length)
    far = struct.pack("<H", len(_IN_TABLE + _ROW_END)) + _IN_TABLE + _ROW_END
    return ole({"WordDocument": bytes(document), "0Table": bytes(tables), "Data": far})


def _row_format(edges: Sequence[tuple[int, int]]) -> bytes:
    """TDefTable: the right edge and the flags of each cell."""
    places = struct.pack(f"<B{len(edges) + 1}h", len(edges), 0, *(right for right, _ in edges))
    content = places + b"".join(struct.pack("<H18x", flags) for _, flags in edges)
    return struct.pack("<HH", 0xD608, len(content) + 1) + content


def _list_format(level: int) -> bytes:
    return struct.pack("<HBHH", 0x260A, level, 0x460B, 1)


def _style(name: str, form: bytes) -> bytes:
    style = struct.pack("<5H", 0, 0xFFF1, 1, 0, 0) + struct.pack("<H", len(name)) + name.encode("utf-16-le")
    style += bytes(2) + struct.pack("<HH", len(form) + 2, 0) + form
    return struct.pack("<H", len(style)) + style


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _pages(
    document: bytearray, forms: list[tuple[int, int, bytes]], step: int, packed: Callable[[bytes], bytes]
) -> bytes:
    """Write the formats behind the document, a few to a page of 512 bytes -> the table of these pages."""
    numbers: list[int] = []
    for first in range(0, len(forms), _ON_A_PAGE):
        part = forms[first : first + _ON_A_PAGE]
        page = bytearray(512)
        struct.pack_into(f"<{len(part) + 1}I", page, 0, *(start for start, _, _ in part), part[-1][1])
        free = 510
        for at, (_, _, form) in enumerate(part):
            content = packed(form)
            free = (free - len(content)) & ~1
            page[free : free + len(content)] = content
            page[4 * (len(part) + 1) + step * at] = free // 2
        page[511] = len(part)
        document.extend(bytes(-len(document) % 512))
        numbers.append(len(document) // 512)
        document.extend(page)
    starts = [form[0] for form in forms[::_ON_A_PAGE]] + [forms[-1][1] if forms else 0]
    return struct.pack(f"<{len(starts)}I", *starts) + struct.pack(f"<{len(numbers)}I", *numbers)


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container of these streams, each padded to a length that lies in sectors of its own."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    body, fat = b"", [fat_sector, end]
    for number, (name, content) in enumerate(streams.items(), 1):
        content = content.ljust(4096, b"\0") + bytes(-max(len(content), 4096) % 512)
        count = len(content) // 512
        start = len(fat)
        fat += [*range(start + 1, start + count), end]
        sibling = number + 1 if number < len(streams) else free
        entries.append(_entry(name, 2, start, len(content), right=sibling))
        body += content
    if len(fat) > 128:
        raise ValueError("more than one sector of the table; make the document shorter")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return head + table + b"".join(entries).ljust(512, b"\0") + body


def _entry(name: str, kind: int, start: int, size: int, child: int = -1, right: int = -1) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    tree = struct.pack("<BBiii", kind, 1, -1, right if right != 0xFFFFFFFF else -1, child)
    return (
        written.ljust(64, b"\0")
        + struct.pack("<H", len(written))
        + tree
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
