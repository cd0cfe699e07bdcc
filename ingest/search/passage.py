"""The sentence of a text that answers a query, with what was found in it marked. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.search.fold import Places, folded, occurrences
from ingest.search.query import Term

AROUND = 70  # characters shown on each side of what was found, where the sentence is longer
_LOOKED_AT = 50  # places of one spelling
_END = re.compile(r"[。！？；!?;\n]+[”」』）)]*")
_CLAUSE = re.compile(r"[，、：]")  # what a long sentence is cut behind
_LETTERS = "0-9A-Za-z０-９.．,%％"
_WORD = re.compile(rf"[{_LETTERS}]+")  # or a number
_LAST_WORD = re.compile(rf"(?<![{_LETTERS}])[{_LETTERS}]+[百千万亿个]*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or what stands around a find in a long one: from `start` to `end` of the text. `marks` are
    places in the text, in order and apart. Cut: the sentence begins before, or goes on behind."""

    text: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    cut_before: bool = False
    cut_behind: bool = False


def spans_of(text: str, terms: Sequence[Term], most: int) -> list[tuple[int, int]]:
    """Where a text has what is asked for: places in order and apart, those of the first `most` of a piece."""
    return _joined([(start, end) for start, end, _ in _spans(text, terms, most, every=True)])


def passage_of(text: str, terms: Sequence[Term]) -> Passage | None:
    """The first of the sentences with the most of what is asked for; None where there is nothing of it."""
    return _best(text, terms)[1]


def passage_in(texts: Sequence[str], terms: Sequence[Term]) -> tuple[int, Passage | None]:
    """Likewise of several texts, and the index of the one that has it; of the first where none does."""
    found = [_best(text, terms) for text in texts]
    index = max(range(len(texts)), key=lambda index: (found[index][0], -index))
    return index, found[index][1]


def _best(text: str, terms: Sequence[Term]) -> tuple[int, Passage | None]:
    """How many pieces of terms the sentence has."""
    spans = _spans(text, terms, _LOOKED_AT)
    if not spans:
        return 0, None
    ends = [match.end() for match in _END.finditer(text)]
    found: dict[int, set[str]] = defaultdict(set)  # number of a sentence -> the pieces in it
    at = 0
    for start, _, piece in spans:
        while at < len(ends) and ends[at] <= start:
            at += 1
        found[at].add(piece)
    best = max(found, key=lambda number: (len(found[number]), -number))
    start = ends[best - 1] if best else 0
    end = ends[best] if best < len(ends) else len(text)
    marks = _joined([(s, e) for s, e, _ in spans if s >= start and e <= end] or [spans[0][:2]])
    start, end = _trimmed(text, min(start, marks[0][0]), max(end, marks[0][1]))
    first, last = _begun(text, start, marks[0][0]), _ended(text, marks[0][1], end)
    shown = tuple(mark for mark in marks if mark[1] <= last)
    return len(found[best]), Passage(text[first:last], first, last, shown, first > start, last < end)


def _begun(text: str, start: int, found: int) -> int:
    """Where to begin in a sentence, not far before what was found: with a clause, else with a word."""
    first = found - AROUND
    if first <= start:
        return start
    if clause := _CLAUSE.search(text, first - 1, found - AROUND // 2):
        return clause.end()
    word = _WORD.match(text, first - 1, found)
    return word.end() if word else first


def _ended(text: str, found: int, end: int) -> int:
    """Where to end, likewise."""
    last = found + AROUND
    if last >= end:
        return end
    for clause in _CLAUSE.finditer(text, found + AROUND // 2, last):
        last = clause.end()
    word = _LAST_WORD.search(text, found, last)
    return word.start() if word else last


def _spans(text: str, terms: Sequence[Term], most: int, *, every: bool = False) -> list[tuple[int, int, str]]:
    """Where pieces of terms stand: start, end, piece. What is printed as it was asked for is looked for
    first, and of a term that is there nothing else, unless `every` is asked for: to fold a text takes longer.
    """
    spans: list[tuple[int, int, str]] = []
    rest: list[str] = []
    for term in terms:
        pieces = dict.fromkeys(piece for spelling in term.spellings for piece in spelling)
        found = [(at, at + len(one), one) for one in pieces for at in occurrences(text, one, most)]
        if every or not found:
            rest += pieces
        else:
            spans += found
    if rest:
        letters, places = folded(text), Places(text)
        for piece in rest:
            for at in occurrences(letters, piece, most):
                spans.append((*places.span(at, at + len(piece)), piece))
    return sorted(spans)


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the space at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
