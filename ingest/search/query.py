"""What is asked for: its terms, and whether a text has them. Pure.

Terms are what stands between spaces, or in quotation marks; a text must have all of them. Nothing in a query
is an operator. The name of an indicator finds its other names: GDP, 地区生产总值.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.indicators.vocabulary import load_vocabulary
from ingest.search.fold import BREAK, folded
from ingest.search.tokens import piece_tokens

LONGEST = 100  # characters of a query
NOTHING_ASKED = "there is nothing to look for in it; give a word, or a part of one"
_TERM = re.compile(r'"([^"]*)"?|“([^“”]*)”?|([^\s"“”]+)')

Pieces = tuple[str, ...]  # folded, without a mark inside; a text must have each


class Searched:
    """A text that is looked at: `about`, what is said of it, and `body`. It is folded where that is needed:
    most of what is asked for is printed as it is asked for."""

    def __init__(self, about: str, body: str) -> None:
        self._about = folded(about)
        self._body = body

    def has(self, piece: str) -> bool:
        return piece in self._body or piece in self._about or piece in self._letters

    @cached_property
    def _letters(self) -> str:
        return folded(self._body)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for, in one or more spellings."""

    spellings: tuple[Pieces, ...]

    def is_in(self, text: Searched) -> bool:
        return any(all(map(text.has, pieces)) for pieces in self.spellings)

    @property
    def is_sure(self) -> bool:
        """Whether a text that has its tokens has it."""
        return all(len(piece) <= 2 for pieces in self.spellings for piece in pieces)

    @property
    def tokens(self) -> tuple[frozenset[str], ...]:
        """For each spelling, what a text has that has it."""
        return tuple(frozenset[str]().union(*map(piece_tokens, pieces)) for pieces in self.spellings)


def terms(query: str) -> tuple[Term, ...]:
    """The terms of a query; none of one that is made of marks alone."""
    whole = _pieces(query.replace('"', " "))
    if query.isascii() and len(whole) == 1 and whole[0] in _names():  # urban unemployment
        return (_term(whole),)
    said = (match[1] or match[2] or match[3] or "" for match in _TERM.finditer(query))
    return tuple(dict.fromkeys(_term(pieces) for one in said if (pieces := _pieces(one))))


def _pieces(text: str) -> Pieces:
    pieces = folded(text).split(BREAK)
    return tuple(dict.fromkeys(piece for piece in pieces if any(map(str.isalnum, piece))))


def _term(pieces: Pieces) -> Term:
    names = _names().get(pieces[0], ()) if len(pieces) == 1 else ()
    return Term(tuple(dict.fromkeys([pieces, *names])))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, tuple[Pieces, ...]]:
    """What an indicator is called, folded -> all that it is called: its label, its English name, the other
    names of the same measure, and what reports call it in Latin letters (GDP)."""
    vocabulary = load_vocabulary()
    called = {id_: [one.label, one.en, *one.also] for id_, one in vocabulary.indicators.items()}
    for ids, aliases in vocabulary.spellings():
        if len(ids) == 1:
            called[ids[0]] += filter(str.isascii, aliases)
    found: dict[str, tuple[Pieces, ...]] = {}
    for names in called.values():
        spellings = tuple(dict.fromkeys(filter(None, map(_pieces, names))))
        found |= {pieces[0]: spellings for pieces in spellings if len(pieces) == 1}
    return found
