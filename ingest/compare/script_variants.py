"""Sentences that came out of traditional characters a little otherwise than they were: taken for the other
text's. Pure.

The conversion is text/script.py.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise

from ingest.compare.fingerprint import Text

_SCRIPT_SHARE = 0.05  # of a sentence's characters that conversion from traditional may leave otherwise
_MOST_TRIED = 8  # sentences with one piece alike: more are nobody's report


def in_words_of(text: Text, other: Text) -> Text:
    """One of the two was in traditional characters: sentences that differ in a few characters of the same
    place, and in no figure, are taken for the other's."""
    mine, theirs = set(text.hashes), set(other.hashes)
    waiting: dict[tuple[int, int, str], list[int]] = {}
    for place, letters in enumerate(other.letters):
        if other.hashes[place] not in mine:
            for piece in _pieces(letters):
                waiting.setdefault(piece, []).append(place)
    sentences, letters_, hashes = list(text.sentences), list(text.letters), list(text.hashes)
    for place, letters in enumerate(text.letters):
        if hashes[place] in theirs:
            continue
        like = (at for piece in _pieces(letters) for at in waiting.get(piece, ())[:_MOST_TRIED])
        for candidate in dict.fromkeys(islice(like, _MOST_TRIED * 4)):
            if differ_in_script(letters, other.letters[candidate]):
                sentences[place] = other.sentences[candidate]
                letters_[place] = other.letters[candidate]
                hashes[place] = other.hashes[candidate]
                break
    return replace(text, sentences=tuple(sentences), letters=tuple(letters_), hashes=tuple(hashes))


def _may_differ(letters: str) -> int:
    return max(1, int(_SCRIPT_SHARE * len(letters)))


def _pieces(letters: str) -> list[tuple[int, int, str]]:
    """One piece more than characters may differ: of two sentences that differ in no more, one piece at least
    is the same. With its place and the sentence's length."""
    length, count = len(letters), _may_differ(letters) + 1
    ends = [length * k // count for k in range(count + 1)]
    return [(length, k, letters[start:end]) for k, (start, end) in enumerate(pairwise(ends))]


def differ_in_script(one: str, other: str) -> bool:
    """Of equal length, and different in a few characters only, none of them a figure."""
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(differing) <= _may_differ(one) and all(min(a, b) > "\u33ff" for a, b in differing)
