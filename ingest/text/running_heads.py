"""Lines that come again and again: the heads of printed pages, their numbers, a site's own line. Pure.

A line that a site puts once is noise.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.text.beginnings import Beginnings
from ingest.text.injected_tokens import SENTENCE_END
from ingest.text.rows import has_names

# 各位代表！ comes again, too, but at no distance; the cells of a table, but not between lines of prose; its
# headings, on each page that it goes on over.
_FEWEST = 3
_FEWEST_HEADINGS = 3
_AT_ONE_DISTANCE = 0.6  # of the distances, give or take a line
_AMONG_PROSE = 0.6  # of the places
_SHORTEST, _LONGEST, _PROSE = 4, 60, 20
_PAGE = r"[\s—–\-·•.]*(\d{1,3})[\s—–\-·•.]*|第\s*(\d{1,3})\s*页.{0,12}|(\d{1,3})\s*/\s*\d{1,3}"
_NUMBER = re.compile(_PAGE)
_NUMBERED = Beginnings(_PAGE)
_FEWEST_NUMBERS, _LONGEST_NUMBER = 2, 20


def running(lines: Iterable[str]) -> frozenset[int]:
    """The places of lines that stand between lines of prose at one distance, three times at least, and of the
    numbers of the pages."""
    lines = list(lines)
    numbers = page_numbers(lines)
    often = {
        line
        for line, count in Counter(lines).items()
        if count >= _FEWEST
        and _SHORTEST <= len(line) <= _LONGEST
        and line[-1] not in SENTENCE_END
        and not _are_headings(line)
    }
    found: dict[str, list[int]] = {}
    kept: list[int] = []
    prose: list[bool] = []
    if often:
        kept = [place for place in range(len(lines)) if place not in numbers and lines[place]]
        for at, place in enumerate(kept):
            if lines[place] in often:
                found.setdefault(lines[place], []).append(at)
        prose = [len(lines[place]) >= _PROSE for place in kept]
    heads: set[int] = set()
    for places in found.values():
        if len(places) >= _FEWEST and _at_one_distance(places) and _among_prose(prose, places):
            heads.update(kept[at] for at in places)
    # Two numbers without a head may be a table's.
    return frozenset(heads | numbers) if heads or len(numbers) >= _FEWEST else frozenset()


def page_numbers(lines: Sequence[str]) -> frozenset[int]:
    """The lines that hold nothing but a number, each one more than the one before."""
    found = [
        (place, int(match[1] or match[2] or match[3]))
        for place in _NUMBERED.among(lines, _LONGEST_NUMBER)
        if (match := _NUMBER.fullmatch(lines[place].strip()))
    ]
    if len(found) < _FEWEST_NUMBERS or any(two[1] != one[1] + 1 for one, two in pairwise(found)):
        return frozenset()
    return frozenset(place for place, _ in found)


def _are_headings(line: str) -> bool:
    cells = line.split()
    return len(cells) >= _FEWEST_HEADINGS and has_names(cells)


def _at_one_distance(places: Sequence[int]) -> bool:
    distances = Counter(later - earlier for earlier, later in pairwise(places))
    near = max(distances[d - 1] + distances[d] + distances[d + 1] for d in list(distances))
    return 1 not in distances and near >= _AT_ONE_DISTANCE * (len(places) - 1)


def _among_prose(prose: Sequence[bool], places: Sequence[int]) -> bool:
    """Is the line above or the one below a long one?"""
    among = sum(any(prose[max(0, at - 1) : at]) or any(prose[at + 1 : at + 2]) for at in places)
    return among >= _AMONG_PROSE * len(places)
