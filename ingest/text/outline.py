"""The parts of a report by the headings that number them: 一、2025年工作回顾. Pure.

What a part speaks of, for the figures in it, is workers/targets/parts.py; here it is only where it begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 40  # characters of a heading; of a paragraph that begins like one
_NUMBERED = re.compile(r"^[ \t\u3000]{0,8}([一二三四五六七八九十]{1,3})[、，,.．]", re.MULTILINE)
_DIGITS = "一二三四五六七八九"
_END = re.compile(r"[\n。；！]")


@dataclass(frozen=True, slots=True)
class TextPart:
    """`heading` is "" for what stands before the first part."""

    start: int
    end: int
    heading: str


def outline(body: str) -> list[TextPart]:
    """The parts in their order. Numbers that do not go on from the last one are those of a list inside a
    part; a text with fewer than two parts has none."""
    starts = [0]
    headings = [""]
    for match in _NUMBERED.finditer(body):
        if match[1] != _number(len(starts)):
            continue
        begin = match.start(1)
        end = _END.search(body, begin)
        heading = body[begin : end.start() if end else len(body)].strip()
        starts.append(match.start())
        headings.append(heading if len(heading) <= LONGEST else heading[: LONGEST - 1] + "…")
    if len(starts) < 3:
        return []
    parts = [
        TextPart(start, end, heading)
        for start, end, heading in zip(starts, [*starts[1:], len(body)], headings, strict=True)
    ]
    return [part for part in parts if part.heading or body[part.start : part.end].strip()]


def _number(n: int) -> str:
    """一 to 九十九, as headings count."""
    tens, ones = divmod(n, 10)
    return (
        (_DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones - 1] if ones else "")
    )
