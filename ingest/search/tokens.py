"""What a text is found by: its letters and its pairs of letters. Pure; both databases are fed from here.

Chinese has no spaces, and its words are of two letters mostly: 低空经济 is found by 低空, 空经 and 经济. A
text may have these in three places: who asks looks at it (query.py). Whoever changes this changes FORM.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable, Set
from dataclasses import dataclass

from ingest.model import Kind, Region, SearchTokens
from ingest.regions.gazetteer import holders
from ingest.search.fold import BREAK, folded

FORM = 1
_PAIRED = "utf-32-le"  # four bytes a letter
_SECOND = 32  # bits before the second letter of a pair
_FIRST = (1 << _SECOND) - 1
_LETTER = 21  # bits of a code point
_YEAR = 40  # bits of a report's id in a place


@dataclass(frozen=True, slots=True)
class TextTokens:
    """All tokens of a text. A pair is a number of 64 bits, its first letter in the lower half: most come
    again and again, and to make strings of them would be half of the work."""

    letters: Set[str]
    pairs: Set[int]
    facets: Set[str]

    def words(self) -> str:
        """Parted by spaces: what SQLite is fed."""
        packed = _bytes(self.pairs)
        apart = bytearray(" ".encode(_PAIRED) * (3 * len(self.pairs)))
        for byte in range(8):
            apart[byte::12] = packed[byte::8]
        return f"{apart.decode(_PAIRED)}{' '.join((*self.letters, *self.facets))}"

    def numbers(self) -> list[int]:
        """In order: what PostgreSQL is fed."""
        pairs = [(pair & _FIRST) << _LETTER | pair >> _SECOND for pair in self.pairs]
        return sorted((*pairs, *map(number, self.letters), *map(number, self.facets)))


def text_tokens(text: str, facets: Iterable[str] = ()) -> TextTokens:
    """Of a text of any length."""
    letters = folded(text)
    raw = letters.encode(_PAIRED)
    pairs = {*_numbers(raw[: len(letters) // 2 * 8]), *_numbers(raw[4 : 4 + (len(letters) - 1) // 2 * 8])}
    found = {*_bytes(pairs).decode(_PAIRED)[::2], *letters[-1:]}
    if BREAK in found:
        nothing, codes = ord(BREAK), list(map(ord, found))
        pairs.difference_update([code | nothing << _SECOND for code in codes])
        pairs.difference_update([nothing | code << _SECOND for code in codes])
        found.remove(BREAK)
    return TextTokens(found, pairs, frozenset(facets))


def packed(text: str) -> SearchTokens:
    """The tokens of a text, for who stores it."""
    tokens = text_tokens(text)
    return SearchTokens("".join(tokens.letters), _bytes(tokens.pairs))


def beside(about: str, text: SearchTokens, facets: Iterable[str] = ()) -> TextTokens:
    """The tokens of `about` and a text with a mark between them: no pair reaches across."""
    own = text_tokens(about)
    pairs = _numbers(text.pairs)
    return TextTokens({*own.letters, *text.letters}, {*own.pairs, *pairs}, frozenset(facets))


def _numbers(raw: bytes) -> array[int]:
    pairs = array("Q", raw)
    if sys.byteorder == "big":
        pairs.byteswap()
    return pairs


def _bytes(pairs: Set[int]) -> bytes:
    packed = array("Q", [*pairs])  # of a list it knows the length
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def piece_tokens(piece: str) -> set[str]:
    """What a text has that has this folded piece."""
    return {piece} if len(piece) == 1 else set(map(str.__add__, piece, piece[1:]))


def facets(kind: Kind, region: Region | None) -> set[str]:
    """What a report is filtered by, as tokens that no text has."""
    within = holders(region.key) if region else ()
    return {kind_token(kind), *(region_token(key) for key in within)}


def kind_token(kind: Kind) -> str:
    return _of_its_own(f"kind {kind.value}")


def region_token(key: str) -> str:
    """Of reports of a region (a `Region.key`) and of all below it."""
    return _of_its_own(f"region {key}")


def _of_its_own(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:15]


def number(token: str) -> int:
    """A token as an integer of 64 bits, each another one: what PostgreSQL keeps."""
    if len(token) > 2:
        return -int(token, 16)
    first, second = (0, ord(token)) if len(token) == 1 else map(ord, token)
    return first << _LETTER | second


def place(year: int | None, report_id: int) -> int:
    """Where a report stands in the order of what is found: by year, and in a year as they came."""
    return (year or 0) << _YEAR | report_id


def places_of_years(first: int | None, last: int | None) -> tuple[int, int]:
    """The lowest and the highest place of these years; a report without a year is there where none is asked
    for."""
    return place(first or (1 if last else 0), 0), place((last or 9_999) + 1, 0) - 1
