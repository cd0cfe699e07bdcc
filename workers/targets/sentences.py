"""The reading text -> paragraphs and sentences, with places. Pure.

Which breaks are hard is reading.py's decision; what a sentence says is grammar.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SENTENCE = re.compile(r"[^。！？\n]+")


class Sentence(NamedTuple):  # a thousand are made for one report
    """One sentence without its end mark: `text[start:end]`. `first`: it opens its paragraph."""

    start: int
    end: int
    paragraph: int
    first: bool


def split(text: str) -> Iterator[Sentence]:
    """All sentences that hold more than blanks, in order."""
    paragraph, fresh, at = 0, True, 0
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if text.find("\n", at, start) >= 0:
            paragraph += 1
            fresh = True
        at = end
        # Without the call of Sentence's own constructor, which costs more than the rest.
        yield tuple.__new__(Sentence, (start, end, paragraph, fresh))
        fresh = False
