"""Two readings of one page, of which each sees what the other does not: one reading of both. Pure.

An engine that reads 5% as 59% in one size of the picture reads it right in another, and is surer of it
then. So a page is read in two sizes; where the two differ, the surer one is followed, and half as sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ingest.ocr.pages import ScannedLine

_SAME_PLACE = 0.6  # em: lines of one page whose tops differ by less are one


def joined(first: Sequence[ScannedLine], second: Sequence[ScannedLine]) -> tuple[ScannedLine, ...]:
    """The lines of the first reading, each with its like of the second; both in the same pixels."""
    return tuple(_both(line, other) if (other := _like(line, second)) else line for line in first)


def _like(line: ScannedLine, others: Sequence[ScannedLine]) -> ScannedLine | None:
    near = [o for o in others if abs(o.line.y - line.line.y) <= _SAME_PLACE * line.line.em]
    near = [o for o in near if o.line.left < line.line.right and line.line.left < o.line.right]
    return min(near, key=lambda o: abs(o.line.y - line.line.y), default=None)


def _both(one: ScannedLine, other: ScannedLine) -> ScannedLine:
    a, b = one.line.text, other.line.text
    text, sure = "", []
    for what, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            text += a[i:j]
            sure += [max(pair) for pair in zip(one.confidence[i:j], other.confidence[k:m], strict=True)]
            continue
        mine, theirs = _sure(one, i, j), _sure(other, k, m)
        chosen, length = (a[i:j], j - i) if mine >= theirs else (b[k:m], m - k)
        text += chosen
        sure += [max(mine, theirs) // 2] * length
    return ScannedLine(replace(one.line, text=text), tuple(sure))


def _sure(line: ScannedLine, start: int, end: int) -> int:
    """How sure a reading is of what stands there, be it nothing: as sure as of its neighbours then."""
    there = line.confidence[start:end] if end > start else line.confidence[max(0, start - 1) : end + 1]
    return min(there, default=0)
