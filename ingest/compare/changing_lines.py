"""The lines of a page that change by themselves at every look, learnt from what it showed before. Pure.

What is a counter or a clock by its words wherever it stands is page/furniture.py. Here it is what a line
does: it alone is another one, but for its digits, at two looks in a row; or what stands in one place, between
the same two lines, is another text at three looks in a row (a greeting with the time in it, a motto, links
that are drawn by lot). What is learnt of a page is kept with it (store/knowledge.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import blake2b

from ingest.text.rules import load_rules

LEARNT = 2
"""Changes in a row by which a line is known to change by itself; a figure that is put right once is told."""
LEARNT_PLACE = 3
"""Likewise of a place: its words may be put right twice."""
_PLACE, _SEEN = "@", "~"  # what a place, and a text that stood in it, begin with where changes are remembered
_LONGEST_THERE = 400  # characters of a text that changes by itself
_MOST_LINES = 200  # from the first line that changed to the last
_LONGEST = 60  # characters of such a line
_MOST_AT_ONCE = 4  # lines that change at one look; more are a text that was gone over
_MOST = 32  # lines of one page that are remembered
_RULES = load_rules(__package__, "changing_lines.rules.toml")
_CLOCK, _COUNT = _RULES["clock"], _RULES["count"]
_SENTENCE, _MATTER = _RULES["sentence"], _RULES["matter"]
_TOKEN = re.compile(r"[\dA-Za-z]++(?:[.,，/-][\dA-Za-z]+)*+(?:\s?万)?\+?")
_OF_THE_DAY = re.compile(r"(?:星期|周|礼拜)[一二三四五六日天]|[上中下]午|凌晨|清晨|早上|早晨|傍晚|晚上")
_ENGLISH = re.compile(
    r"(?i:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|AM|PM|am|pm"
)
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Held:
    """A text whose changing lines are as the page showed them before, and what is known of such lines now:
    at how many looks in a row each changed."""

    body: str
    changes: Mapping[str, int]


def hold_still(shown: str, body: str, changes: Mapping[str, int]) -> Held:
    """Take back what changed by itself in `body`, the text that a page shows, since it showed `shown`.

    A clock is known at once, any other line when it changed at the look before too, and nothing changed
    beside such lines.
    """
    before, after = shown.split("\n"), body.split("\n")
    known = learnt(changes)
    _put_back(before, after, known)
    after = _places_back(before, after, known)
    changed = _changed(before, after)
    now = {shape: changes.get(shape, 0) + 1 for shape in changed if len(known) < _MOST}
    if not changed and len(known) < _MOST:
        now = _changed_places(before, after, changes)
    _put_back(before, after, learnt(now))
    after = _places_back(before, after, learnt(now))
    return Held("\n".join(after), {**known, **now})


def learnt(changes: Mapping[str, int]) -> dict[str, int]:
    """What is left after a look at which nothing changed."""
    return {
        name: count
        for name, count in changes.items()
        if count >= (LEARNT_PLACE if name.startswith(_PLACE) else LEARNT)
    }


def shape_of(line: str) -> str | None:
    """A line without its digits, weekday and time of day; None where it holds none, or is of the report."""
    if len(line) > _LONGEST:
        return None
    shape = _TOKEN.sub(_digits, _OF_THE_DAY.sub("#", line))
    if "#" not in shape or _SENTENCE.find(shape) or _MATTER.find(line):
        return None
    return shape


def _digits(match: re.Match[str]) -> str:
    token = match[0]
    return "#" if _DIGIT.search(token) or _ENGLISH.fullmatch(token) else token


def is_clock(line: str) -> bool:
    """Whether a line that has a shape changes by itself for all that it looks like."""
    return _CLOCK.find(line) is not None or _COUNT.find(line) is not None


def _put_back(before: list[str], after: list[str], known: Mapping[str, int]) -> None:
    """Lines of a known shape, and clocks, as they stood before. A shape without a word is that of a cell of
    a table too, so it must be the only one."""
    old, new = _places(before), _places(after)
    for shape, places in new.items():
        there = old.get(shape, [])
        if len(there) != len(places) or (len(places) > 1 and not _LETTER.search(shape)):
            continue
        for was, place in zip(there, places, strict=True):
            if shape in known or (is_clock(before[was]) and is_clock(after[place])):
                after[place] = before[was]


def _places(lines: list[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        if (shape := shape_of(line)) is not None:
            places.setdefault(shape, []).append(place)
    return places


def _changed(before: list[str], after: list[str]) -> list[str]:
    """The shapes of the lines in which two texts differ; none where they differ in anything else."""
    if len(before) != len(after):
        return []
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    shapes = [shape for old, new in pairs if (shape := shape_of(old)) is not None and shape == shape_of(new)]
    return list(dict.fromkeys(shapes)) if len(shapes) == len(pairs) <= _MOST_AT_ONCE else []


# --- places ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where two texts differ: between which lines, what stood there and what does."""

    name: str
    old: slice
    new: slice


def _differing(before: list[str], after: list[str]) -> list[_Place]:
    """The places in which two texts differ; none where much of them does."""
    most = min(len(before), len(after))
    top = next((n for n in range(most) if before[n] != after[n]), most)
    end = next((n for n in range(most - top) if before[-1 - n] != after[-1 - n]), most - top)
    old, new = before[top : len(before) - end], after[top : len(after) - end]
    whole = _place(before, slice(top, top + len(old)), slice(top, top + len(new)))
    if not (old or new) or max(len(old), len(new)) > _MOST_LINES:
        return []
    if _is_of_the_site(whole, before, after):  # of links drawn by lot some may be the same
        return [whole]
    parts = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [
        _place(before, slice(top + i, top + j), slice(top + k, top + m))
        for what, i, j, k, m in parts
        if what != "equal"
    ]


def _place(before: list[str], old: slice, new: slice) -> _Place:
    between = [*before[: old.start][-1:], "", *before[old.stop :][:1]]
    return _Place(_PLACE + _short("\n".join(between)), old, new)


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _is_of_the_site(place: _Place, before: list[str], after: list[str]) -> bool:
    """Whether what stood and stands there may be none of the report: short, and no matter of it."""
    texts = ("\n".join(before[place.old]), "\n".join(after[place.new]))
    return all(texts) and all(len(text) <= _LONGEST_THERE and not _MATTER.find(text) for text in texts)


def _places_back(before: list[str], after: list[str], known: Mapping[str, int]) -> list[str]:
    """`after` with what stood in known places before."""
    if not any(name.startswith(_PLACE) for name in known):
        return after
    back = list(after)
    for place in reversed(_differing(before, after)):
        if place.name in known and _is_of_the_site(place, before, after):
            back[place.new] = before[place.old]
    return back


def _changed_places(before: list[str], after: list[str], changes: Mapping[str, int]) -> dict[str, int]:
    """The places in which two texts differ, with how often in a row each did, and the texts that stood there;
    none where they differ in anything that may be of the report, or where an earlier text has come back."""
    now: dict[str, int] = {}
    places = _differing(before, after)
    if len(places) > _MOST_AT_ONCE:
        return {}
    for place in places:
        seen = {name for name in changes if name.startswith(f"{_SEEN}{place.name}")}
        here = f"{_SEEN}{place.name}{_short(chr(10).join(after[place.new]))}"
        if not _is_of_the_site(place, before, after) or here in seen:
            return {}
        there = f"{_SEEN}{place.name}{_short(chr(10).join(before[place.old]))}"
        now |= {place.name: changes.get(place.name, 0) + 1, there: 1, **dict.fromkeys(seen, 1)}
    return now
