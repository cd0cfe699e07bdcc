"""A body -> the text without what sites and pages put into it, every character with its place. Pure.

What is noise is noise.py, which characters are traditional script.py; here it is decided whether a text is
worth being searched for them, and which line breaks are only the margin's. One spelling for comparing is
normal.py, for reading figures workers/targets/normalise.py.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.text.noise import cut_noise, may_hold_noise
from ingest.text.normal import with_points
from ingest.text.running_heads import page_numbers
from ingest.text.script import simplified
from ingest.text.traced import Span, Traced

# One of these stands in every sentence about growth, or in the text around it.
_TRADITIONAL = "業產會發國經總長價資億萬預億務"

_FEWEST_LINES = 10
_NARROWEST, _WIDEST = 20, 90  # characters in a line of a page that was wrapped; a table's cells have fewer
# So far from the margin, so many of the lines: no line begins with a full stop, and a number may stay whole.
_MARGINS = ((0.5, 0.55), (1.0, 0.5), (2.0, 0.4))
_STANDS_OUT = 0.03  # of the lines are longer than the margin: titles, addresses
_LONG, _FEWEST_AGAIN, _REPEATED = 20, 3, 0.15  # characters of a line; how many come again, and what share
_APART = 0.25  # of the lines stand between a line and its second time
# The row of a table, with three cells apart: read from its end, where nothing is looked at twice.
_ROW_BACKWARDS = re.compile(r"\S+?[ \t\u2002\u2003\u3000|｜]+?\S+?[ \t\u2002\u2003\u3000|｜].", re.S)
_PAUSES = frozenset("，。；：、")
_ENDS = frozenset("。！？；")  # where most lines end like a sentence, they are paragraphs
_NEW_PARAGRAPH = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节部]"
    r"|\d{1,2}[、.．](?!\d)|——|[●•◆■▪★①-⑳]"
)


@functools.lru_cache(maxsize=8)
def clean(body: str) -> Traced:
    """What a person reads in `body`: without tokens, readings and jammer text, simplified, not wrapped, the
    point of 8·5% a point.

    Linear; a text without any of that comes back as it is, for a twentieth of what reading it costs.
    """
    text = cut_noise(body) if may_hold_noise(body) else Traced(body)
    text = text.without(_margins(text.text))
    text = text.without(_second_time(text.text))
    if any(char in text.text for char in _TRADITIONAL):
        plain = simplified(text.text)
        if len(plain) == len(text.text):
            text = text.spelled(plain)
    return text.spelled(with_points(text.text))


def _margins(text: str) -> Iterator[Span]:
    """The line breaks of a text whose every line was cut at one width, and the page numbers between."""
    lines = text.split("\n")
    if len(lines) < _FEWEST_LINES:
        return
    lengths = sorted(map(len, lines))
    if lengths[int(len(lines) * (1 - _STANDS_OUT))] > _WIDEST:
        return
    numbers = page_numbers(lines)
    kept = [number for number in range(len(lines)) if number not in numbers and lines[number].strip()]
    full = _full_lines([lines[number] for number in kept])
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for (at, number), following in zip(enumerate(kept), kept[1:], strict=False):
        end, begin = starts[number] + len(lines[number]), starts[following]
        if full and full[at] and not _begins(lines[following]):
            yield end, begin
        elif following > number + 1:
            yield end, begin - 1


def _begins(line: str) -> bool:
    return _NEW_PARAGRAPH.match(line) is not None or _is_row(line)


def _is_row(line: str) -> bool:
    return _PAUSES.isdisjoint(line) and _ROW_BACKWARDS.match(line[::-1]) is not None


def _full_lines(lines: Sequence[str]) -> list[bool]:
    """Which lines reach the margin; [] where there is none. A Latin letter counts for one, or for half."""
    if not lines:
        return []
    wide, printed = [float(len(line)) for line in lines], [_width(line) for line in lines]
    for ragged, share in _MARGINS:
        for widths in (wide, printed):
            margin = sorted(widths)[int(len(widths) * (1 - _STANDS_OUT)) - 1]
            full = [
                margin - ragged <= width and not _is_row(line)
                for width, line in zip(widths, lines, strict=True)
            ]
            if margin < _NARROWEST or sum(full) < share * len(lines):
                continue
            ended = sum(line[-1] in _ENDS for line, reaches in zip(lines, full, strict=True) if reaches)
            return full if 2 * ended < sum(full) else []
    return []


def _width(line: str) -> float:
    return len(line) - len(line.encode("ascii", "ignore")) / 2


def _second_time(text: str) -> Iterator[Span]:
    """The lines of a text that stands on its page twice, where they come again at one distance."""
    lines = text.split("\n")
    first: dict[str, int] = {}
    distances: Counter[int] = Counter()
    for place, line in enumerate(lines):
        before = first.setdefault(line, place)
        if before != place and len(line) >= _LONG:
            distances[place - before] += 1
    if not distances:
        return
    distance, count = distances.most_common(1)[0]
    if count < max(_FEWEST_AGAIN, _REPEATED * len(lines)) or distance < _APART * len(lines):
        return
    at = 0
    for place, line in enumerate(lines):
        end = at + len(line) + 1
        if place >= distance and line and lines[place - distance] == line:
            yield at, min(end, len(text))
        at = end
