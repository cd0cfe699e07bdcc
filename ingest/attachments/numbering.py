"""The numbers that Word prints before paragraphs and does not keep in their text (一、 （一） 1.). Pure.

A report's headings are known by them. ECMA-376 part 1, clauses 17.9 (numbering) and 17.18.59 (formats).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from ingest.attachments.office_xml import local, value

_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How one level is written: `text` is a pattern such as （%1）, `start` its first number; `again`: where
    this list begins, it does, however far others of its kind are."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    again: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of a document and where each stands; `number` is asked once a paragraph, in order.

    Lists of one kind are counted as one, unless they say that they begin again.
    """

    lists: dict[str, dict[int, Level]]
    styles: dict[str, tuple[str, str | None]]  # style -> (list, level)
    kinds: dict[str, str] = field(default_factory=dict)  # list -> its kind
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def number(self, list_id: str | None, level: str | None, style: str | None) -> str:
        """What is printed before the next paragraph; "" for one that is in no list, or has a bullet."""
        if list_id is None and style in self.styles:
            list_id, styled = self.styles[style]
            level = level or styled
        levels = self.lists.get(list_id or "")
        if list_id is None or not levels:
            return ""
        at = _number(level, 0)
        at = at if at < LEVELS else 0
        counts = self._counts.setdefault(self.kinds.get(list_id, list_id), {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for again in [level for level in counts if levels.get(level, Level()).again]:
                del counts[again]
        counts[at] = counts.get(at, levels.get(at, Level()).start - 1) + 1
        for deeper in [below for below in counts if below > at]:
            del counts[deeper]
        here = levels.get(at, Level())
        if here.format in ("bullet", "none") or not here.text:
            return ""
        text = here.text
        for index in range(at + 1):
            level_there = levels.get(index, Level())
            written = _written(counts.get(index, level_there.start), level_there.format)
            text = text.replace(f"%{index + 1}", written)
        return text


def _written(number: int, style: str) -> str:
    match style:
        case (
            "chineseCounting"
            | "chineseCountingThousand"
            | "japaneseCounting"
            | "taiwaneseCounting"
            | "taiwaneseCountingThousand"
            | "ideographDigital"
        ):
            return _chinese(number)
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return _CIRCLED[number - 1] if 1 <= number <= len(_CIRCLED) else str(number)
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
        case "upperLetter" | "lowerLetter" if 1 <= number <= 26:
            return chr((65 if style == "upperLetter" else 97) + number - 1)
        case _:
            return str(number)


def _chinese(number: int) -> str:
    """1 … 99 as headings write them (十二, 二十); beyond that digit by digit."""
    if not 0 < number < 100:
        return "".join(_DIGITS[int(digit)] for digit in str(abs(number)))
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")


def _number(said: str | None, usual: int) -> int:
    return int(said) if said and said.isdecimal() and len(said) < 7 else usual


class Lists(ContentHandler):
    """numbering.xml: w:abstractNum with its w:lvl, w:num that points to one and may say otherwise of a level.
    Which styles are in a list is styles.py."""

    def __init__(self) -> None:
        super().__init__()
        self._patterns: dict[str, dict[int, Level]] = {}
        self.kinds: dict[str, str] = {}
        self._own: dict[str, dict[int, Level]] = {}  # what a list says itself
        self._pattern: str | None = None
        self._num: str | None = None
        self._at = 0
        self._level: dict[str, str] = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        match local(name):
            case "abstractNum":
                self._pattern = value(attrs, "abstractNumId") or ""
                self._patterns[self._pattern] = {}
            case "num":
                self._num = value(attrs, "numId") or ""
                self._own[self._num] = {}
            case "abstractNumId" if self._num is not None:
                self.kinds[self._num] = value(attrs, "val") or ""
            case "lvl" | "lvlOverride" as tag:
                self._at = _number(value(attrs, "ilvl"), 0)
                self._level = {} if tag != "lvl" or self._num is None else self._level
            case "start" | "numFmt" | "lvlText" | "startOverride" as tag:
                self._level[tag] = value(attrs, "val") or ""
            case _:
                pass

    def endElement(self, name: str) -> None:
        match local(name):
            case "lvl" if self._pattern is not None:
                self._patterns[self._pattern][self._at] = self._said(Level())
            case "lvlOverride" if self._num is not None and self._level:
                usual = self._patterns.get(self.kinds.get(self._num, ""), {})
                self._own[self._num][self._at] = self._said(usual.get(self._at, Level()))
            case "abstractNum":
                self._pattern = None
            case "num":
                self._num = None
            case _:
                pass

    def _said(self, usual: Level) -> Level:
        """The level under way; what it does not say is as `usual`."""
        start = self._level.get("startOverride") or self._level.get("start")
        return Level(
            self._level.get("numFmt", usual.format),
            self._level.get("lvlText", usual.text)[:40],
            _number(start, usual.start),
            "startOverride" in self._level,
        )

    def resolved(self) -> dict[str, dict[int, Level]]:
        # w:numId 0 takes a paragraph out of its style's list.
        return {
            num: {**self._patterns.get(kind, {}), **self._own[num]}
            for num, kind in self.kinds.items()
            if num != "0"
        }
