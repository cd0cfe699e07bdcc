"""The headings above the columns of a table without rules, as one row. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

from ingest.attachments.aligned_columns import ALIKE, SIZES, Columns, Spans, grown, is_value, met
from ingest.attachments.paragraphs import HEADING, Line
from ingest.text.rows import goes_below, has_names

_MOST = 6  # lines
_LONGEST = 20
_NONE = re.compile(r"[：:。；]|\d[%％万亿元]|\d\.\d")  # who says it, in which unit; figures
_TIME = re.compile(r"年|计划|目标|完成|预期|实际")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_SHORT = 10
_BROKEN = 2.0  # em: so far below is the next line of a heading


def heading_lines(columns: Columns, top: int, floor: int) -> list[int]:
    """The lines of the headings above the line `top`, where a table begins; `floor` is the first that may be
    one."""
    found: list[int] = []
    for number in range(top - 1, max(floor, top - _MOST) - 1, -1):
        if not all(_may_be_heading(columns, piece) for piece in columns.lines[number]):
            break
        found.insert(0, number)
    while found and len(columns.lines[found[0]]) == 1 and not _is_part(columns, found[0], found[1:]):
        del found[0]
    named = [n for n in found if has_names([piece.text for piece in columns.lines[n]])]
    if not named:
        return []
    for at, number in enumerate(found):
        if number > named[-1] and any(columns.of(piece) == columns.names for piece in columns.lines[number]):
            del found[at:]  # a row without a figure
            break
    pieces = sum(len(columns.lines[number]) for number in found)
    return found if 2 * pieces >= len(columns.spans) else []


def are_headings(line: Sequence[Line]) -> bool:
    """Whether a line begins a table: 指标 and 单位, or 项目 and 2026年计划."""
    texts = [piece.text for piece in line if len(piece.text) <= _SHORT and not is_value(piece)]
    named = sum(has_names([text]) for text in texts)
    return named > 1 or (named == 1 and any(map(_YEAR.match, texts)))


def _may_be_heading(columns: Columns, piece: Line) -> bool:
    return (
        len(piece.text) <= _LONGEST
        and not _NONE.search(piece.text)
        and not HEADING.match(piece.text)
        and abs(piece.em - columns.em) <= SIZES * columns.em
    )


def _is_part(columns: Columns, number: int, below: Sequence[int]) -> bool:
    """Whether what stands alone is a line of one heading, or over some: no title of the table."""
    [piece] = columns.lines[number]
    if columns.of(piece) is None and piece.left > columns.spans[0][1] and _TIME.search(piece.text):
        return True
    under = [[one for one in columns.lines[n] if met([(one.left, one.right)], piece)] for n in below]
    return max(map(len, under), default=0) == 1 and any(
        piece.y - one.y <= _BROKEN * columns.em for one in chain.from_iterable(under)
    )


def headings_of(columns: Columns, numbers: Sequence[int]) -> dict[int, list[Line]]:
    """What stands above each column, from above: 2026年 over 目标 is 2026年目标."""
    pieces = [*chain.from_iterable(columns.lines[number] for number in numbers)]
    own: dict[int, list[Line]] = {n: [] for n in range(len(columns.spans))}
    over: list[Line] = []
    alone = _spans_of(pieces)
    for piece in pieces:
        # Headings may stand beside their figures, where these are at one edge.
        column = met(alone, piece)[0] if len(alone) == len(own) else columns.of(piece)
        (over if column is None else own[column]).append(piece)
    foot = min(piece.y for piece in pieces)
    tops = [*over, *(held[0] for column, held in own.items() if _is_over(columns, own, column))]
    names = {column: list(held) for column, held in own.items()}
    for column, held in own.items():
        texts = [piece.text for piece in held]
        whole = has_names(texts) or any(map(_YEAR.search, texts))
        if not held or column <= columns.names or whole or held[0] in tops:
            continue
        middle = (held[0].y + held[-1].y) / 2
        above = [top for top in tops if middle < (top.y + foot) / 2 - ALIKE * columns.em]
        if above:
            names[column].insert(0, min(above, key=lambda top: _off(columns.spans[column], top)))
    said = {id(piece) for held in names.values() for piece in held}
    for piece in over:
        if id(piece) not in said:
            names[min(own, key=lambda column: _off(columns.spans[column], piece))].append(piece)
    return {column: held for column, held in names.items() if held}


def _spans_of(pieces: Sequence[Line]) -> Spans:
    """The columns that headings stand in; none where one stands over two."""
    spans: Spans | None = ()
    for piece in sorted(pieces, key=lambda piece: piece.left):
        spans = None if spans is None else grown(spans, [piece])
    return spans or ()


def _off(span: tuple[float, float], piece: Line) -> float:
    """How far a piece is from the middle of a column."""
    return abs(span[0] + span[1] - piece.left - piece.right) / 2


def _is_over(columns: Columns, own: Mapping[int, Sequence[Line]], column: int) -> bool:
    """2026年 over 目标|增长, nearer to one of them, or over the second of three: what stands beside it begins
    where it has its second line."""
    if len(own[column]) < 2:
        return False
    top, low, *_ = own[column]
    if min(abs(top.left - low.left), abs(top.right - low.right)) <= ALIKE * columns.em:
        return False  # two lines of one heading, at one edge
    beside = [
        side != []
        and abs(side[0].y - low.y) <= ALIKE * columns.em
        and goes_below(side[0].text)
        and not _YEAR.search(side[0].text)
        and goes_below(low.text)
        for side in (own.get(column - 1, []), own.get(column + 1, []))
    ]
    off = (top.left + top.right - low.left - low.right) / 2
    return all(beside) or (abs(off) > columns.em and beside[off > 0])
