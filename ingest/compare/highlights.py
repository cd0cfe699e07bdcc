"""What differs inside a sentence: words and figures marked, marks for reading, an excerpt around them. Pure.

Sentences are in normal form (text/normal.py); which two belong together is difference.py.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

_MOST_TOKENS = 90_000  # product of the two lengths, for difflib
_MOST_FINE = 3_000_000  # the same for all sentences together
_BEFORE, _BEHIND = 24, 12  # characters around what is marked, in an excerpt
_MOST_LETTERS = 150_000  # of changed sentences that are looked into word by word

_NUMBER = r"(?:(?<![\d%‰])-)?\d+(?:\.\d+)*[%‰]?"
_IN_WORDS = r"(?:百|千)分之[零〇一二三四五六七八九十百两点]+"
_FIGURE = re.compile(f"{_NUMBER}|{_IN_WORDS}")
_TOKEN = re.compile(rf"(?P<figure>{_FIGURE.pattern})|[A-Za-z]+|(?<=[\d%‰])-(?=\d)|[^\W_]|[×*$€¥℃]")

# The normal form has half-width marks; between Chinese words the full-width ones are read.
_WIDE = str.maketrans(",;:!?()", "，；：！？（）")
_MARKS = re.compile(r"(?<![0-9A-Za-z])[,;:!?()]|[,;:!?()](?![0-9A-Za-z])")
_DASH = re.compile(r"(?<=[㐀-鿿])-(?=[㐀-鿿\"])")

_Block = tuple[int, int, int, int]  # tokens of the one from and to, of the other from and to


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` of a sentence that the other does not have; `figure`: a number, a share."""

    start: int
    end: int
    figure: bool


def readable(sentence: str) -> str:
    """A sentence in normal form with the marks that Chinese is printed with; as many characters as before."""
    wide = _MARKS.sub(lambda m: m[0].translate(_WIDE), sentence)
    wide = _DASH.sub("—", wide)
    if wide.count('"') % 2 == 0:
        halves = wide.split('"')
        wide = "".join(
            half + ("" if i == len(halves) - 1 else "”" if i % 2 else "“") for i, half in enumerate(halves)
        )
    return wide


class Marker:
    """Marks what differs between the two halves of changed sentences; of two texts, with one allowance."""

    def __init__(self) -> None:
        self.fine, self.letters = _MOST_FINE, _MOST_LETTERS

    def marks(self, before: str, after: str) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        """What either sentence has that the other has not; marks between words are none."""
        if len(before) + len(after) > self.letters:
            return _without_ends(before, after)
        self.letters -= len(before) + len(after)
        ours, theirs = _tokens(before), _tokens(after)
        words, other_words = [t.word for t in ours], [t.word for t in theirs]
        head = common(words, other_words)
        tail = common(words[head:][::-1], other_words[head:][::-1])
        mine, others = words[head : len(words) - tail], other_words[head : len(other_words) - tail]
        cost = len(mine) * len(others)
        if cost > _MOST_TOKENS or cost > self.fine:
            blocks = [(0, len(mine), 0, len(others))]
        else:
            self.fine -= cost
            codes = SequenceMatcher(None, mine, others, autojunk=False).get_opcodes()
            blocks = _joined([code[1:] for code in codes if code[0] != "equal"], mine)
        marks = [m for i, j, _, _ in blocks for m in _spans(ours[head + i : head + j])]
        other_marks = [m for _, _, i, j in blocks for m in _spans(theirs[head + i : head + j])]
        if not marks and not other_marks:  # only marks between figures differ: 5、6 and 5.6
            return (Mark(0, len(before), True),), (Mark(0, len(after), True),)
        return tuple(marks), tuple(other_marks)


def figure_marks(sentence: str) -> tuple[Mark, ...]:
    """The figures of a sentence that has no other half."""
    return tuple(Mark(m.start(), m.end(), True) for m in _FIGURE.finditer(sentence))


def common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """How many they begin with alike."""
    length = min(len(one), len(other))
    return next((i for i in range(length) if one[i] != other[i]), length)


class _Token(NamedTuple):
    word: str
    start: int
    end: int
    figure: bool


def _tokens(sentence: str) -> list[_Token]:
    return [_Token(m[0], m.start(), m.end(), m["figure"] is not None) for m in _TOKEN.finditer(sentence)]


def _joined(blocks: Sequence[_Block], words: Sequence[str]) -> list[_Block]:
    """Blocks with one character between them as one: it is there by chance."""
    out: list[_Block] = []
    for block in blocks:
        if (
            out
            and block[0] - out[-1][1] <= 1
            and not any(w[-1:].isdigit() or w[-1:] in "%‰" for w in words[out[-1][1] : block[0]])
        ):
            out[-1] = (out[-1][0], block[1], out[-1][2], block[3])
        else:
            out.append(block)
    return out


def _without_ends(before: str, after: str) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """For what is too long to look into: all between what the two begin and end with alike."""
    head = common(before, after)
    tail = common(before[head:][::-1], after[head:][::-1])
    return (Mark(head, len(before) - tail, False),), (Mark(head, len(after) - tail, False),)


def _spans(tokens: Sequence[_Token]) -> list[Mark]:
    """Figures each by itself, the words between them together."""
    marks: list[Mark] = []
    for token in tokens:
        if marks and not token.figure and not marks[-1].figure:
            marks[-1] = Mark(marks[-1].start, token.end, False)
        else:
            marks.append(Mark(token.start, token.end, token.figure))
    return marks


def excerpt(sentence: str, marks: Sequence[Mark], longest: int) -> tuple[str, tuple[Mark, ...]]:
    """At most `longest` characters of a sentence, … for what is left out; figures that are marked come before
    words that are, and both before what is not."""
    if len(sentence) <= longest:
        return sentence, tuple(marks)
    kept: list[tuple[int, int]] = []
    for mark in sorted(marks, key=lambda m: (not m.figure, m.start)):
        end = min(mark.end, mark.start + longest // 2)
        wider = _with((max(0, mark.start - _BEFORE), min(len(sentence), end + _BEHIND)), kept)
        if sum(b - a + 2 for a, b in wider) > longest:
            break
        kept = wider
    if not kept:
        start = max(0, marks[0].start - _BEFORE) if marks else 0
        kept = [(start, min(len(sentence), start + longest - 2))]
    text, placed = "", []
    for a, b in kept:
        text += "…" if a and not text.endswith("…") else ""
        shift = len(text) - a
        text += sentence[a:b] + ("…" if b < len(sentence) else "")
        placed += [
            Mark(max(m.start, a) + shift, min(m.end, b) + shift, m.figure)
            for m in marks
            if m.start < b and m.end > a
        ]
    return text, tuple(placed)


def _with(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch as one."""
    out: list[tuple[int, int]] = []
    for a, b in sorted([*spans, span]):
        if out and a <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    return out
