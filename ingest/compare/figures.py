"""The figures of a text without knowing what they are figures of: (words before, value, unit). Pure.

Enough to see that one changed between two copies. What they mean (indicator, comparator, year of a target)
is workers/targets.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NUMBER = r"\d+(?:\.\d+)?"
_FIGURE = re.compile(_NUMBER)
_HAN = "㐀-鿿"
# 百分之六, 六成五: a figure in words. Others (两个, 三大) are words of the language.
_WORDS = "零〇一二三四五六七八九十百两点"
_IN_WORDS = re.compile(
    rf"(?:百分之|千分之)[{_WORDS}]+|(?<![{_WORDS}第])[一二三四五六七八九]成[一二三四五六七八九半]?(?![立就为功熟员长果效型本])"
)
# X%, ×亿元, **个, x.x万: a figure taken out. Letters before or after make it a word (X光, 5×8).
_MASK = re.compile(
    r"(?<![0-9A-Za-z.×])(?:[0-9Xx×*]{1,6}\.)?(?:[Xx×*]{1,6}|某{1,3})(?=[%‰个多余]|[万亿千百]|[元人户家项件亩吨套平公立座所次倍位年月日])"
)
_UNIT = rf"%|‰|[{_HAN}℃]{{0,2}}"
_TRIPLE = re.compile(rf"(?P<noun>[{_HAN}A-Za-z]{{0,10}})(?P<value>-?{_NUMBER})(?P<unit>{_UNIT})")
# 2024年, 1月10日, 第3次, 十九届: when and which, not how much.
_WHEN = re.compile(rf"(?<!\d){_NUMBER}(?:年|月|日|时|点|届)|第{_NUMBER}")
_MAY_COUNT = re.compile(r"\d|[百千]分之|成")
_MASK_MARK = re.compile(r"[Xx×*某]")
_TOLD = 20
_CACHED = 8_192  # sentences: one comparison asks for each several times


@dataclass(frozen=True, slots=True, order=True)
class Triple:
    """One figure: the words right before it, its value as printed, what follows it."""

    noun: str
    value: str
    unit: str

    def __str__(self) -> str:
        return f"{self.noun}{self.value}{self.unit}"


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence with other figures: this text's, the other's."""

    this: str
    other: str


def figures_of(sentence: str) -> tuple[str, ...]:
    """The figures of a sentence in normal form, as printed: `("5", "6.5")`."""
    return tuple(_FIGURE.findall(sentence))


@functools.lru_cache(maxsize=_CACHED)
def triples_of(letters: str) -> tuple[Triple, ...]:
    """The figures of letters (normal.letters_of) that say how much; years, days and ordinals say when."""
    if not _MAY_COUNT.search(letters):
        return ()
    text = _WHEN.sub(" ", letters)
    return (
        *(Triple(m["noun"], m["value"], m["unit"]) for m in _TRIPLE.finditer(text)),
        *(Triple("", m[0], "") for m in _IN_WORDS.finditer(text)),
    )


def says_how_much(letters: str) -> bool:
    return bool(triples_of(letters))


@functools.lru_cache(maxsize=_CACHED)
def skeleton(letters: str) -> str:
    """A sentence with every figure, or mask of one, as #."""
    if not _MAY_COUNT.search(letters) and not _MASK_MARK.search(letters):
        return letters
    return _IN_WORDS.sub("#", _FIGURE.sub("#", _MASK.sub("#", letters)))


def masks_in(letters: str) -> int:
    """How many figures are taken out (X%, ××亿元)."""
    return len(_MASK.findall(letters)) if _MASK_MARK.search(letters) else 0


def other_figures(ours: str, theirs: str) -> bool:
    """Has each of two sentences (letters) a figure that the other lacks?"""
    mine = Counter((t.value, t.unit[:1]) for t in triples_of(ours))
    others = Counter((t.value, t.unit[:1]) for t in triples_of(theirs))
    return bool(mine - others) and bool(others - mine)


def changed_sentences(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Places of sentences that are the same but for their figures: (place in ours, place in theirs).

    Both are the letters of sentences that the other text does not have.
    """
    waiting: dict[str, deque[int]] = {}
    for place, sentence in enumerate(theirs):
        waiting.setdefault(skeleton(sentence), deque()).append(place)
    pairs = []
    for place, sentence in enumerate(ours):
        bones = skeleton(sentence)
        if "#" in bones and waiting.get(bones):
            pairs.append((place, waiting[bones].popleft()))
    return pairs


def contradicted(ours: Iterable[str], theirs: Iterable[str]) -> list[tuple[Triple, Triple]]:
    """Figures of sentences (letters) that stand in both with the same words before and the same unit, and
    with another value: (ours, theirs). For sentences in which words changed as well."""
    first: dict[tuple[str, str], Triple] = {}
    values: dict[tuple[str, str], set[str]] = {}
    for sentence in theirs:
        for triple in triples_of(sentence):
            if len(triple.noun) >= 4:
                first.setdefault((triple.noun, triple.unit), triple)
                values.setdefault((triple.noun, triple.unit), set()).add(triple.value)
    found = []
    for sentence in ours:
        for triple in triples_of(sentence):
            what = triple.noun, triple.unit
            if what in first and triple.value not in values[what]:
                found.append((triple, first[what]))
    return found[:_TOLD]
