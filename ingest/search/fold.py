"""A text as it is searched: one letter for every way to print it, and the way back to the text. Pure.

Coarser than the normal form (ingest/text/normal.py), which tells two texts apart: case and all marks that
belong to no figure go. A character becomes one character or none, so that what was found can be marked.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

from ingest.text.normal import RADICALS
from ingest.text.script import rare_chars, simplified_char

BREAK = "\n"  # stands for a mark: nothing is found across it
_FIGURE_MARKS = frozenset("%‰.&+")  # 5.5%, R&D, 5+2
_SAME = {"·": ".", "•": ".", "・": ".", "○": "〇", "◯": "〇"}  # 8·5%; 二○二六
_CACHED = 30_000


class _Folded(dict[int, str | None]):
    def __missing__(self, code: int) -> str | None:
        result = _folded(chr(code))
        if len(self) < _CACHED:
            self[code] = result
        return result


def _folded(char: str) -> str | None:
    category = unicodedata.category(char)
    if char.isspace() or category in {"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"}:
        return None  # lines are joined, as words broken by one want it
    if category == "Cs":
        return BREAK
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1 or (plain.isdecimal() and not char.isdecimal()):
        plain = char  # ㎡ stays, and 10² is not 102
    plain = _SAME.get(plain) or RADICALS.get(plain) or simplified_char(plain)
    small = plain.lower()
    if len(small) == 1:
        plain = small
    return plain if plain.isalnum() or plain in _FIGURE_MARKS else BREAK


_TABLE = _Folded()


_SHORT, _MANY = 40, 200  # characters: of a text that is looked up whole, of those that are replaced
_MAY_CHANGE = frozenset("、。ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # beside the rare ones


def folded(text: str) -> str:
    """The text as it is searched. `str.translate` looks up every character: in a long text those that change
    are replaced, one after the other."""
    if len(text) < _SHORT:
        return text.translate(_TABLE)
    folds = ((char, _TABLE[ord(char)]) for char in rare_chars(text) | _MAY_CHANGE)
    changed = {char: plain for char, plain in folds if plain != char}
    kept = {char: plain for char, plain in changed.items() if plain is not None}
    # What one becomes must not be replaced again; but for the line break, which goes before a mark is one.
    if len(changed) > _MANY or not kept.keys().isdisjoint(kept.values()):
        return text.translate(_TABLE)
    for char in changed.keys() - kept.keys():
        text = text.replace(char, "")
    for char, plain in kept.items():
        text = text.replace(char, plain)
    return text


# What folds to nothing: spaces and controls first, which most of it is.
_PERHAPS_NOTHING = re.compile(r"[\s\x00-\x1f\x7f-\x9f\xad]+|[^\x00-\x7f\u4e00-\u9fff，。、；：（）％“”—]")


class Places:
    """The way from a folded text back to the text: which character became which."""

    def __init__(self, text: str) -> None:
        self._after: list[
            int
        ] = []  # places in the folded text, behind which `_gone` more characters are gone
        self._gone: list[int] = [0]
        for match in _PERHAPS_NOTHING.finditer(text):
            gone = sum(_TABLE[ord(char)] is None for char in match[0])
            if gone:
                self._after.append(match.start() - self._gone[-1])
                self._gone.append(self._gone[-1] + gone)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text the characters of the folded text from start to end stand."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, at: int) -> int:
        return at + self._gone[bisect_right(self._after, at)]


def occurrences(folded_text: str, piece: str, most: int) -> Sequence[int]:
    """Where a folded piece begins in a folded text, the first `most`."""
    found: list[int] = []
    at = folded_text.find(piece)
    while at >= 0 and len(found) < most:
        found.append(at)
        at = folded_text.find(piece, at + len(piece))
    return found
