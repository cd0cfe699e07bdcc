"""Lines as they lie on printed pages -> paragraphs: broken lines joined, page numbers dropped. Pure.

A figure must not be cut in two by the edge of a page. The places of the lines say which belong together: a
line that reaches the right edge goes on in the next one, unless that is indented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

_NUMBER = re.compile(
    r"[\s—–\-·•.]*\d{1,4}[\s—–\-·•.]*|第\s*\d{1,4}\s*页(?:\s*+[,，/]?\s*+共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节部]"
)
_NUMBERED = re.compile(r"^[\s\d—–\-]+|[\s\d—–\-]+$")  # what a running title has beside it
_STOP = re.compile(r"[，。；！？]")
_SPACED = re.compile(r"(?<![\u4e00-\u9fff])((?:[\u4e00-\u9fff] ){2,}[\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_CONTENTS = re.compile(r"\S.{0,80}?(?:[.．·…]\s?+){4,}+\s*+\d{1,3}")  # a row of a table of contents

_INDENT = 1.2  # em: paragraphs are indented by two
_RAGGED = 2.5  # em: a full line may end this far from the edge, where a long number would not fit
_ALIKE = 0.25  # of the size: a line of another size is another paragraph
_LARGE = 1.15  # times the usual size
_EDGE_LINES = 2  # above and below, where page numbers and running titles stand
_RUNNING = 40  # characters of a running title, at most


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: text, left and right edge, size of its letters, height on the page; any unit.

    `row`: its text stands in cells with gaps between them, so it is whole.
    """

    text: str
    left: float
    right: float
    em: float
    y: float = 0.0
    row: bool = False


def join_pages(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The paragraphs of a document, page after page."""
    running = _running(pages)
    paragraphs: list[str] = []
    before: Line | None = None
    right_before = 0.0
    usual = median([line.em for page in pages for line in page] or [1.0])
    for page in pages:
        lines = list(_without_margins(page, running))
        left, right = _edges(lines)
        for line in lines:
            if before is not None and (
                _is_title(before, line, usual) or _goes_on(before, right_before, line, left)
            ):
                paragraphs[-1] = _joined(paragraphs[-1], line.text)
            else:
                paragraphs.append(line.text)
            before, right_before = line, right
    tidy = (_SPACED.sub(lambda spaced: spaced[1].replace(" ", ""), text) for text in paragraphs)
    return [text for text in tidy if len(text) > 200 or not _CONTENTS.fullmatch(text)]


def _is_title(before: Line, line: Line, usual: float) -> bool:
    """Both are lines of one title: alike, and larger than the text."""
    return min(before.em, line.em) > _LARGE * usual and abs(before.em - line.em) <= 0.05 * usual


def _goes_on(before: Line, right: float, line: Line, left: float) -> bool:
    """`before` is a full line (`right` is the edge of its page), and `line` begins at the left edge."""
    return (
        not (before.row or line.row)
        and before.right >= right - _RAGGED * before.em
        and line.left <= left + _INDENT * line.em
        and abs(line.em - before.em) <= _ALIKE * before.em
        and not _HEADING.match(line.text)
    )


def _running(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """What stands at the head or foot of most pages, but for the number of the page."""
    if len(pages) < 3:
        return frozenset()
    seen: Counter[str] = Counter()
    for page in pages:
        margin = (page[index].text for index in _margin(page))
        seen.update({_NUMBERED.sub("", text) for text in margin if _may_run(text)})
    return frozenset(text for text, count in seen.items() if count * 2 > len(pages))


def _may_run(text: str) -> bool:
    """Short and no sentence: a sentence that many pages end with is the text's own."""
    return len(text) <= _RUNNING and not _STOP.search(text)


def _margin(page: Sequence[Line]) -> frozenset[int]:
    """The highest and the lowest lines; a PDF may draw head and foot before the text, or after it."""
    order = sorted(range(len(page)), key=lambda index: (-page[index].y, index))
    return frozenset(order[:_EDGE_LINES] + order[-_EDGE_LINES:])


def _without_margins(page: Sequence[Line], running: frozenset[str]) -> Iterator[Line]:
    margin = _margin(page)
    for index, line in enumerate(page):
        plain = _NUMBERED.sub("", line.text)
        if index in margin and (_NUMBER.fullmatch(line.text) or plain in running):
            continue
        yield line


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where the text block begins and ends: a tenth of the lines may stick out."""
    if not lines:
        return 0.0, 0.0
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    return lefts[len(lefts) // 10], rights[-1 - len(rights) // 10]


def _joined(one: str, two: str) -> str:
    """Chinese needs no space between two lines, nor does a number; Latin words do."""
    latin = one[-1:].isascii() and one[-1:].isalpha() and two[:1].isascii() and two[:1].isalpha()
    return f"{one} {two}" if latin else one + two
