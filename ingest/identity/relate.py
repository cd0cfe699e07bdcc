"""How a version of a report stands to the version that leads it. Pure.

Called only for versions of one report key: likeness of words alone never makes two reports one. Which
version leads is decide.py.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from ingest.identity.normal import normal_form
from ingest.model import Relation

_SENTENCE_END = re.compile(r"(?<=[。;!?])")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
# X%, ×亿元, **个, x.x万: a figure taken out. Letters before or after make it a word (X光, 5×8).
_MASK = re.compile(
    r"(?<![0-9A-Za-z.×])(?:[0-9Xx×*]{1,6}\.)?[Xx×*]{1,6}(?=[%‰个多余]|[万亿千百]|[元人户家项件亩吨套平公立座所次倍位年月日])"
)
_DRAFT_TITLE = re.compile(r"征求意见稿|讨论稿|送审稿")

NEARLY_ALL = 0.9
"""Share of the shorter text's sentences (by characters) that must stand in the longer one, in order."""
MUCH_SHORTER = 0.9
"""A truncated text has at most this share of the characters of the whole."""
_FEW_MASKS = 3


def figures_of(sentence: str) -> tuple[str, ...]:
    """The figures of a sentence in normal form, as printed: `("5", "6.5")`."""
    return tuple(_FIGURE.findall(sentence))


def sentences_of(text: str) -> list[str]:
    """A normal form cut behind 。 ; ! ?"""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence]


def relate(body: str, leading_body: str, title: str | None = None) -> Relation:
    """What `body` is to `leading_body`, the leading version of the same report.

    `same`: equal normal form. `draft`: the title says so (征求意见稿). `masked`: figures replaced by X.
    `truncated`: nearly all of it stands in the leading text, in order, and it is much shorter.
    `restated`: the same sentences, other figures. `revision`: anything else, also a text that holds more
    than the leading one; to learn whether the leading text is the cut one, ask the other way round.
    """
    text, whole = normal_form(body), normal_form(leading_body)
    if text == whole:
        return Relation.SAME
    if title and _DRAFT_TITLE.search(title):
        return Relation.DRAFT
    ours, theirs = sentences_of(text), sentences_of(whole)
    if _is_masked(text, whole, ours, theirs):
        return Relation.MASKED
    if len(text) <= MUCH_SHORTER * len(whole) and _contained(ours, theirs, whole) >= NEARLY_ALL:
        return Relation.TRUNCATED
    if _only_figures_differ(ours, theirs):
        return Relation.RESTATED
    return Relation.REVISION


def _contained(ours: Sequence[str], theirs: Sequence[str], whole: str) -> float:
    """The share of our characters that stands in their text in the same order."""
    places: dict[str, list[int]] = {}
    for place, sentence in enumerate(theirs):
        places.setdefault(sentence, []).append(place)
    total = sum(map(len, ours))
    found, last = 0, -1
    for at, sentence in enumerate(ours):
        # The cut goes through a sentence, so the first and the last may be parts of one.
        if at in (0, len(ours) - 1) and sentence not in places:
            found += len(sentence) if sentence in whole else 0
            continue
        following = places.get(sentence, [])
        next_place = bisect_right(following, last)
        if next_place < len(following):
            last = following[next_place]
            found += len(sentence)
    return found / total if total else 0.0


def _skeleton(sentence: str) -> str:
    return _FIGURE.sub("#", _MASK.sub("#", sentence))


def _is_masked(text: str, whole: str, ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether figures of the leading text stand as X here, more than there."""
    masks = len(_MASK.findall(text)) - len(_MASK.findall(whole))
    if masks <= 0:
        return False
    known = {_skeleton(sentence) for sentence in theirs}
    hidden = sum(len(_MASK.findall(sentence)) for sentence in ours if _skeleton(sentence) in known)
    return hidden >= min(_FEW_MASKS, masks) and hidden * 2 >= masks


def _only_figures_differ(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    mine, other = Counter(ours), Counter(theirs)
    changed, former = mine - other, other - mine
    if not changed or changed.total() != former.total():
        return False
    return Counter(map(_skeleton, changed.elements())) == Counter(map(_skeleton, former.elements()))
