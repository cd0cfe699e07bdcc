"""Traditional characters to simplified ones. Pure; the tables are OpenCC's.

Some sites print a mainland report in traditional characters. One character at a time is enough to recognise
a title or to search: what OpenCC has for each is in simplified.txt (tests/support/opencc_table.py writes it).
Whole texts are converted by phrase, so that 著力 becomes 着力 and 著名 stays.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_LEAST = 3  # traditional characters, and
_SHARE = 0.005  # of a text's characters, before it is taken for a traditional one: names keep 鎔 and 喆
_MARKS = "，；：！？“”（）《》％—\n%.,()- "  # those that most texts are full of


@functools.cache
def _table() -> tuple[str, str]:
    """Characters that are traditional and nothing else, and the form of each."""
    chars, plain = files("ingest.text").joinpath("simplified.txt").read_text(encoding="utf-8").splitlines()
    return chars, plain


def simplified_char(char: str) -> str:
    """The simplified form of a character that is traditional and nothing else.

    Characters of GB 2312 (乾, 徵, 於 …) stay as they are: simplified texts use them too (乾安县).
    """
    chars, plain = _table()
    at = chars.find(char)
    return plain[at] if at >= 0 else char


@functools.cache
def _rare() -> re.Pattern[str]:
    rows = ((bytes((high, low)) for low in range(0xA1, 0xFF)) for high in range(0xB0, 0xF8))
    common = "".join(char.decode("gb2312", "ignore") for row in rows for char in row)
    return re.compile(f"[^{common}0-9A-Za-z、。{re.escape(_MARKS)}]")


@functools.lru_cache(maxsize=8)
def rare_chars(text: str) -> frozenset[str]:
    """The characters of a text that are neither letters and figures nor Chinese characters of GB 2312; for a
    long text many times quicker than to take the set of all."""
    return frozenset(_rare().findall(text)).union(mark for mark in _MARKS if mark in text)


def simplified_name(text: str) -> str:
    """A name as somebody types it, in the characters of our names: 煙臺市 -> 烟台市, ５００ -> 500."""
    return "".join(map(simplified_char, unicodedata.normalize("NFKC", text.strip())))


def simplified(text: str) -> str:
    """A traditional text in simplified characters; any other text as it is. Idempotent for real texts."""
    changed = sum(text.count(char) for char in rare_chars(text) if simplified_char(char) != char)
    if changed < _LEAST or changed < _SHARE * len(text):
        return text
    # tw2s knows 著力 for 着力; t2s takes 著 for what it is.
    return "".join(map(simplified_char, _by_phrase().convert(text)))


@functools.cache
def _by_phrase() -> OpenCC:
    from opencc import OpenCC  # few texts are traditional, and its tables are 6 MB

    return OpenCC("tw2s")
