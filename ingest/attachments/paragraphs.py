"""Lines as they lie on printed pages -> paragraphs: broken lines joined, page numbers dropped. Pure.

A figure must not be cut in two by the edge of a page. The places of the lines say which belong together: a
line that reaches the right edge goes on in the next one, unless that is indented.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, groupby, pairwise
from math import inf
from statistics import median

_NUMBER = re.compile(
    r"[\s—–\-·•.]*\d{1,4}[\s—–\-·•.]*|第\s*\d{1,4}\s*页(?:\s*+[,，/]?\s*+共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
    r"|共\s*\d{1,4}\s*页\s*+[,，]?\s*+第\s*\d{1,4}\s*页|Page\s?\d{1,4}(?:\s?of\s?\d{1,4})?"
)
HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节部]"
)
_NOTE = re.compile(
    r"[①-⑳*＊※]|[\[〔［(（]\d{1,3}[\])〕］）]|\d{1,2}(?![\d.．、,，%％年月])|注\s?\d{0,2}[：:]"
)
_NUMBERED = re.compile(r"^[\s\d—–\-·•]+|[\s\d—–\-·•]+$")  # what a running title has beside it
_NEVER_FIRST = frozenset("，、。；：！？）》”％%")
_STOP = re.compile(r"[，。；！？]|单位\s?[：:]")
_SPACED = re.compile(r"(?<![\u4e00-\u9fff])((?:[\u4e00-\u9fff] ){2,}[\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_CONTENTS = re.compile(r"\S.{0,80}?(?:[.．·…]\s?+){4,}+\s*+\d{1,3}")  # a row of a table of contents

_INDENT = 1.2  # em: paragraphs are indented by two
_RAGGED = 2.5  # em: a full line may end this far from the edge, where a long number would not fit
_ALIKE = 0.25  # of the size: a line of another size is another paragraph
_WIDE = 1.4  # times the usual distance: a line that stands farther off is another paragraph
_LARGE = 1.15  # times the usual size
_SMALL = 0.85  # of the usual size
_ONE_SIZE = 0.06  # of it: a font may draw a letter larger than the next one
_FEWEST = 3  # lines that say where the edges of a text are
_EDGE_LINES = 2  # above and below, where page numbers and running titles stand
_FEWEST_PAGES = 3  # that say what runs over them, whatever its size
_OFTEN = 0.4  # of the pages: left and right pages may have heads of their own
_RUNNING = 40  # characters of a running title, at most


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: text, left and right edge, size of its letters, height on the page; any unit.

    `row`: its text stands in cells with gaps between them, so it is whole; `of_table`: with more
    rows like it. `block`: what has edges of its own on its page, as a column has. `parts`: what stands a
    little apart in it.
    """

    text: str
    left: float
    right: float
    em: float
    y: float = 0.0
    row: bool = False
    of_table: bool = False
    block: int = 0
    parts: tuple[Line, ...] = ()


def join_pages(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The paragraphs of a document, page after page."""
    usual = _usual_size(pages)
    running = _running(pages, usual)
    paragraphs: list[str] = []
    before: Line | None = None
    right_before = 0.0
    notes: list[str] = []
    for page in pages:
        text_lines, small = _parted(list(_without_margins(page, running)), usual)
        for _, block in groupby(text_lines, key=lambda line: line.block):
            lines = list(block)
            text = [line for line in lines if not line.row]
            left, right = _edges(text if len(text) >= _FEWEST else lines)
            apart = _WIDE * _leading(lines)
            for line in lines:
                if before is not None and (
                    _is_title(before, line, usual)
                    or (
                        _goes_on(before, right_before, line, left)
                        and (line is lines[0] or before.y - line.y <= apart)
                    )
                ):
                    paragraphs[-1] = joined(paragraphs[-1], line.text)
                else:
                    paragraphs += [*notes, line.text]
                    notes = []
                before, right_before = line, right
        notes += chain.from_iterable(join_pages([note]) for note in small)
    paragraphs += notes
    tidy = (_SPACED.sub(lambda spaced: spaced[1].replace(" ", ""), text) for text in paragraphs)
    return [text for text in tidy if len(text) > 200 or not _CONTENTS.fullmatch(text)]


def _parted(page: list[Line], usual: float) -> tuple[list[Line], list[list[Line]]]:
    """The text of a page, and the notes at its foot: a sentence goes on over them on the next page."""
    small = 0
    while small < len(page) and page[-1 - small].em <= _SMALL * usual and not page[-1 - small].row:
        small += 1
    begins = [n for n in range(len(page) - small, len(page)) if _NOTE.match(page[n].text)]
    foot = begins[0] if begins else len(page)
    return page[:foot], [page[one:two] for one, two in pairwise([*begins, len(page)])]


def _usual_size(pages: Sequence[Sequence[Line]]) -> float:
    """That of the text: half of its letters are smaller. Tables are often set smaller, with more lines."""
    sizes: Counter[float] = Counter()
    for line in chain.from_iterable(pages):
        if not line.row:
            sizes[line.em] += len(line.text)
    half = sizes.total() / 2
    seen = accumulate(sizes[size] for size in sorted(sizes))
    return next((size for size, letters in zip(sorted(sizes), seen, strict=True) if letters >= half), inf)


def _is_title(before: Line, line: Line, usual: float) -> bool:
    """Both are lines of one title: alike, and larger than the text."""
    return (
        not (before.row or line.row)
        and min(before.em, line.em) > _LARGE * usual
        and abs(before.em - line.em) <= _ONE_SIZE * before.em
    )


def _goes_on(before: Line, right: float, line: Line, left: float) -> bool:
    """`before` is a full line (`right` is the edge of its page), and `line` begins at the left edge; or with
    what no paragraph begins with."""
    if before.row or line.row or abs(line.em - before.em) > _ALIKE * before.em:
        return False
    return line.text[0] in _NEVER_FIRST or (
        before.right >= right - _RAGGED * before.em
        and line.left <= left + _INDENT * line.em
        and not HEADING.match(line.text)
    )


@dataclass(frozen=True, slots=True)
class _Running:
    """What stands at the head or foot of most pages, but for the number of the page, in which size, and how
    high: heads of left and of right pages differ, and stand at one height. The title of a report is often
    the same words, and larger."""

    sizes: Mapping[str, float] = field(default_factory=dict)
    heights: frozenset[int] = frozenset()

    def has(self, line: Line) -> bool:
        return _may_run(line) and (self.has_text(line) or bool(self.heights & _heights(line)))

    def has_text(self, line: Line) -> bool:
        return line.em <= _LARGE * self.sizes.get(_NUMBERED.sub("", line.text), 0.0)


def _running(pages: Sequence[Sequence[Line]], usual: float) -> _Running:
    """Two pages may have one title, but in small letters."""
    most = _SMALL * usual if len(pages) < _FEWEST_PAGES else inf
    seen: defaultdict[str, list[float]] = defaultdict(list)
    for page in pages:
        margin = (page[index] for index in _margin(page))
        by_size = sorted(margin, key=lambda line: -line.em)
        for text, size in {
            _NUMBERED.sub("", line.text): line.em for line in by_size if _may_run(line) and line.em <= most
        }.items():
            seen[text].append(size)
    often = max(_OFTEN * len(pages), 1)
    running = _Running({text: median(sizes) for text, sizes in seen.items() if len(sizes) > often})
    heights = {
        round(line.y)
        for page in pages
        for line in map(page.__getitem__, _margin(page))
        if line.y and _NUMBERED.sub("", line.text) and running.has_text(line)
    }
    return replace(running, heights=frozenset(heights))


def _heights(line: Line) -> set[int]:
    return {round(line.y) + off for off in (-1, 0, 1)}


def _may_run(line: Line) -> bool:
    """Short and no sentence: a sentence that many pages end with is the text's own, and so are a heading of a
    table that goes on, and its unit."""
    return len(line.text) <= _RUNNING and not line.of_table and not _STOP.search(line.text)


def _margin(page: Sequence[Line]) -> frozenset[int]:
    """The highest and the lowest lines; a PDF may draw head and foot before the text, or after it."""
    order = sorted(range(len(page)), key=lambda index: (-page[index].y, index))
    return frozenset(order[:_EDGE_LINES] + order[-_EDGE_LINES:])


def _without_margins(page: Sequence[Line], running: _Running) -> Iterator[Line]:
    margin = _margin(page)
    for index, line in enumerate(page):
        if index in margin and (_NUMBER.fullmatch(line.text) or running.has(line)):
            continue
        yield line


def _leading(lines: Sequence[Line]) -> float:
    """How far one line usually stands under the other."""
    apart = [(abs(one.y - two.y), one.row or two.row) for one, two in pairwise(lines)]
    return median([y for y, row in apart if not row] or [y for y, _ in apart] or [0.0])


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where the text block begins and ends: a tenth of the lines may stick out."""
    if not lines:
        return 0.0, 0.0
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    return lefts[len(lefts) // 10], rights[-1 - len(rights) // 10]


def joined(one: str, two: str) -> str:
    """Chinese needs no space between two lines, nor does a number; Latin words do."""
    latin = one[-1:].isascii() and one[-1:].isalpha() and two[:1].isascii() and two[:1].isalpha()
    return f"{one} {two}" if latin else one + two
