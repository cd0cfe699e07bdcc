"""Tell a text from another one that stands in a box behind it. Pure.

What a line is, is lines.py; which run of lines is the main text, body.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ingest.page.furniture import goes_on, is_prose
from ingest.page.lines import lines_of

_BEGIN, _END = "\ue005", "\ue006"  # lines of their own where a box does so
_TAG = re.compile(r"<(/?)(?:div|section|article|aside|(table))(?=[\s>])")
_NAMES = re.compile(
    r'<[^<>]{0,500}?\s(?:class|id)="([^"]{1,200})"(?:[^<>]{0,500}?\s(?:class|id)="([^"]{1,200})")?'
)
_DIGITS = re.compile(r"\d+")
_LEAST = 3  # paragraphs of a text that has a box of its own
# An annex, or who is spoken to in a report.
_GOES_ON = re.compile(r"附[件录表注]|名词解释|注\s?释|注\s?[:：]|备注|各位(?:代表|委员|同志)|同志们")


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a page, from the page itself on: which one each stands in, and where its tag begins."""

    html: str
    parents: list[int] = field(default_factory=lambda: [0])
    tags: list[int] = field(default_factory=lambda: [0])

    def around(self, box: int) -> dict[int, int]:
        """The boxes around a box, and which of its own each has it in."""
        found = {box: box}
        while box:
            found[self.parents[box]] = box
            box = self.parents[box]
        return found

    def are_alike(self, box: int, other: int) -> bool:
        """Whether nothing tells one box from the other: a box without a name is like any."""
        names = self.names(box)
        return not names or not names.isdisjoint(self.names(other))

    def names(self, box: int) -> set[str]:
        """What a box is called by, without numbers."""
        said = _NAMES.match(self.html, self.tags[box])
        return (
            {_DIGITS.sub("", name) for name in " ".join(said.groups("")).lower().split()} if said else set()
        )


BoxedLines: TypeAlias = tuple[list[str], list[int], Boxes]


def boxed_lines(html: str | None) -> BoxedLines:
    """The lines of serialised HTML, with their links marked, and the box of each. A table is no box."""
    boxes = Boxes((html or "").replace(_BEGIN, "").replace(_END, ""))
    lines: list[str] = []
    places: list[int] = []
    open_boxes = [0]
    for line in lines_of(_marked(boxes), links=True):
        if line.startswith(_BEGIN):
            open_boxes.append(int(line[1:]))
            boxes.parents[open_boxes[-1]] = open_boxes[-2]
        elif line == _END:
            open_boxes.pop()
        else:
            lines.append(line)
            places.append(open_boxes[-1])
    return lines, places, boxes


def _marked(boxes: Boxes) -> str:
    tables = 0

    def mark(tag: re.Match[str]) -> str:
        nonlocal tables
        ends, table = tag.groups()
        if table:
            tables += -1 if ends else 1
        if tables or table:
            return tag[0]
        if ends:
            return f"<br>{_END}{tag[0]}"
        boxes.parents.append(0)
        boxes.tags.append(tag.start())
        return f"<br>{_BEGIN}{len(boxes.tags) - 1}{tag[0]}"

    return _TAG.sub(mark, boxes.html)


def end_in_box(lines: Sequence[str], places: Sequence[int], boxes: Boxes) -> int:
    """How many of the lines are one text: those up to a box behind the box of the text that is called
    otherwise and holds running text, which is another one.

    The box of a text holds most of it. No other text are annexes, what speaks to those it speaks to, and what
    goes on counting its headings.
    """
    own = _box_of_most(lines, places, boxes)
    around, inside = boxes.around(own), {own}
    beside: dict[int, int] = {}  # of a box: which one beside those around the text it is, or stands in
    for box, parent in enumerate(boxes.parents):
        if box and parent in inside:
            inside.add(box)
        elif box not in around:
            beside[box] = box if parent in around else beside[parent]
    last = max((at for at, place in enumerate(places) if place in inside), default=0)
    begins: dict[int, int] = {}
    for at in range(last + 1, len(lines)):
        if (other := beside.get(places[at])) is None or boxes.are_alike(other, around[boxes.parents[other]]):
            continue
        begin = begins.setdefault(other, at)
        if is_prose(lines[at]) and not _GOES_ON.match(lines[begin]):
            return len(lines) if goes_on(lines[:begin], lines[begin:]) else begin
    return len(lines)


def _box_of_most(lines: Sequence[str], places: Sequence[int], boxes: Boxes) -> int:
    """The smallest box that holds most of the running text, in several paragraphs."""
    sizes, counts = [0] * len(boxes.parents), [0] * len(boxes.parents)
    for line, place in zip(lines, places, strict=True):
        if is_prose(line):
            sizes[place] += len(line)
            counts[place] += 1
    for box in range(len(sizes) - 1, 0, -1):  # what stands in a box is opened behind it
        sizes[boxes.parents[box]] += sizes[box]
        counts[boxes.parents[box]] += counts[box]
    most = (box for box in range(len(sizes)) if 2 * sizes[box] > sizes[0] and counts[box] >= _LEAST)
    return max(most, default=0)  # each of them stands in the one before
