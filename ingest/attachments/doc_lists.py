"""The lists of a Word 97 file: what is printed before a paragraph and is not in its text (一、 1.). Pure.

They lie in the table stream ([MS-DOC] PlfLst, PlfLfo), and in the styles (STSH) of headings. How a number is
written is numbering.py, which paragraph is in a list doc_formats.py.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

from ingest.attachments.doc_formats import LEVEL, LIST, modifiers
from ingest.attachments.numbering import LEVELS, Level, Numbering

_STYLES, _LISTS, _OVERRIDES = 0xA2, 0x2E2, 0x2EA  # where each table lies in the table stream
_NAMES = {  # of the formats, as numbering.py knows them; of others the number is printed in digits
    3: "upperLetter",
    4: "lowerLetter",
    10: "ideographDigital",
    11: "japaneseCounting",
    14: "decimalFullWidth",
    18: "decimalEnclosedCircle",
    19: "decimalFullWidth2",
    23: "bullet",
    28: "decimalEnclosedCircleChinese",
    33: "taiwaneseCounting",
    35: "taiwaneseCountingThousand",
    37: "chineseCounting",
    39: "chineseCountingThousand",
    255: "none",
}
_LIST_SIZE, _OVERRIDE_SIZE, _LEVEL_SIZE = 28, 16, 28
_SIMPLE = 1  # flag of a list with one level
_STARTS, _REFORMATS = 0x10, 0x20  # flags of a level that a paragraph's list has of its own
_PARAGRAPH_STYLE = 1
_DEPTH = 20  # styles based on styles
_LONGEST = 40  # characters of a pattern


def read_lists(document: bytes, tables: bytes) -> Numbering:
    """The lists of the document, and which styles are in one; none where they cannot be made out, for the
    text is worth more than its numbers."""

    def place(at: int) -> tuple[int, int]:
        start, size = struct.unpack_from("<II", document, at)
        return start, size

    try:
        lists = _lists(tables, *place(_LISTS))
        lists, kinds = _overridden(tables, *place(_OVERRIDES), lists)
    except (struct.error, LookupError, ValueError):
        return Numbering({}, {})
    try:
        styles = _styles(tables, *place(_STYLES))
    except (struct.error, LookupError, ValueError):
        styles = {}
    return Numbering(lists, styles, kinds)


def _lists(tables: bytes, start: int, size: int) -> dict[str, dict[int, Level]]:
    """By their own numbers; their levels stand behind all of them."""
    if not size:
        return {}
    [count] = struct.unpack_from("<H", tables, start)
    at = start + 2 + _LIST_SIZE * count
    found: dict[str, dict[int, Level]] = {}
    for number in range(count):
        head = start + 2 + _LIST_SIZE * number
        [own] = struct.unpack_from("<I", tables, head)
        levels: dict[int, Level] = {}
        for level in range(1 if tables[head + 26] & _SIMPLE else LEVELS):
            levels[level], at = _level(tables, at)
        found[str(own)] = levels
    return found


def _level(tables: bytes, at: int) -> tuple[Level, int]:
    """A level, and where the next one begins."""
    start, form = struct.unpack_from("<IB", tables, at)
    letters, paragraph = tables[at + 24], tables[at + 25]
    at += _LEVEL_SIZE + letters + paragraph
    [length] = struct.unpack_from("<H", tables, at)
    text = tables[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    pattern = "".join(f"%{ord(sign) + 1}" if ord(sign) < LEVELS else sign for sign in text[:_LONGEST])
    return Level(_NAMES.get(form, "decimal"), pattern, min(start, 10**6)), at + 2 + 2 * length


def _overridden(
    tables: bytes, start: int, size: int, lists: dict[str, dict[int, Level]]
) -> tuple[dict[str, dict[int, Level]], dict[str, str]]:
    """By the numbers that paragraphs have: a list, some of its levels changed; and of which kind it is."""
    if not size:
        return {}, {}
    [count] = struct.unpack_from("<I", tables, start)
    if _OVERRIDE_SIZE * count > size:
        raise ValueError("more lists than there is room for")
    at = start + 4 + _OVERRIDE_SIZE * count
    found: dict[str, dict[int, Level]] = {}
    kinds: dict[str, str] = {}
    for number in range(count):
        head = start + 4 + _OVERRIDE_SIZE * number
        [own] = struct.unpack_from("<I", tables, head)
        levels = dict(lists.get(str(own), {}))
        at += 4
        for _ in range(tables[head + 12]):
            first, flags = struct.unpack_from("<II", tables, at)
            at += 8
            level = flags & 0xF
            if flags & _REFORMATS:
                levels[level], at = _level(tables, at)
            elif flags & _STARTS and level in levels:
                levels[level] = replace(levels[level], start=min(first, 10**6))
            if flags & _STARTS and level in levels:
                levels[level] = replace(levels[level], again=True)
        found[str(number + 1)], kinds[str(number + 1)] = levels, str(own)
    return found, kinds


def _styles(tables: bytes, start: int, size: int) -> dict[str, tuple[str, str | None]]:
    """Which styles are in a list, themselves or by the one that they are based on."""
    if not size:
        return {}
    [head] = struct.unpack_from("<H", tables, start)
    count, base = struct.unpack_from("<HH", tables, start + 2)
    at = start + 2 + head
    based: dict[int, int] = {}
    own: dict[int, dict[int, bytes]] = {}
    for number in range(count):
        [length] = struct.unpack_from("<H", tables, at)
        style = tables[at + 2 : at + 2 + length]
        at += 2 + length + length % 2
        if length < base:
            continue
        [kind] = struct.unpack_from("<H", style, 2)
        based[number] = kind >> 4
        if kind & 0xF != _PARAGRAPH_STYLE:
            continue
        [name] = struct.unpack_from("<H", style, base)
        formats = base + 2 + 2 * name + 2
        [room] = struct.unpack_from("<H", style, formats)
        own[number] = dict(modifiers(style[formats + 4 : formats + 2 + room]))
    return {
        str(style): (list_id, _inherited(LEVEL, style, own, based, lambda raw: str(raw[0])))
        for style in own
        if (list_id := _inherited(LIST, style, own, based, _short)) is not None
    }


def _short(raw: bytes) -> str:
    return str(int.from_bytes(raw[:2], "little", signed=True))


def _inherited(
    code: int,
    style: int,
    own: dict[int, dict[int, bytes]],
    based: dict[int, int],
    said: Callable[[bytes], str],
) -> str | None:
    for _ in range(_DEPTH):
        if code in (found := own.get(style, {})):
            return said(found[code])
        if style not in based:
            return None
        style = based[style]
    return None
