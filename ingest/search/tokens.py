"""What a text is found by: its letters and its pairs of letters. Pure; both databases are fed from here.

Chinese has no spaces, and its words are of two letters mostly: 低空经济 is found by 低空, 空经 and 经济. A
text may have these in three places: who asks looks at it (query.py). Whoever changes this changes FORM.
"""

from __future__ import annotations

import hashlib
from array import array

from ingest.model import Kind, Region
from ingest.regions.gazetteer import holders
from ingest.search.fold import BREAK, folded

FORM = 1
_PAIRED = "utf-32-le"  # four bytes a letter
_LETTER = 21  # bits of a code point
_YEAR = 40  # bits of a report's id in a place


def text_tokens(text: str) -> set[str]:
    """Of a text of any length."""
    letters = folded(text)
    found = set(letters)
    # Pairs as numbers of 64 bits: to make a string of each takes twice as long, and most come again.
    raw = letters.encode(_PAIRED)
    each = {*array("Q", raw[: len(letters) // 2 * 8]), *array("Q", raw[4 : 4 + (len(letters) - 1) // 2 * 8])}
    once = array("Q", each).tobytes().decode(_PAIRED)
    found.update(map(str.__add__, once[::2], once[1::2]))
    return {token for token in found if BREAK not in token}


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
