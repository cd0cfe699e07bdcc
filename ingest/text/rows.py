"""The cells of a row -> a line of text, in which a figure stays in its column. Pure.

Sheets, whose headings may take several rows, are attachments/cells.py; which figures of a table are targets
is workers/targets/tables.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

EMPTY = "—"  # a cell without content between others
# The places of cells over which another one goes: blanks, so no letters of the text.
ACROSS = "\u2003"  # that before it
ABOVE = "\u2002"  # one of a row above
REST = "\u2003\u2003"  # before the last heading of a row: it goes over all places that are left
FIGURE = re.compile(r"[-+]?\d[\d,.．]*(?:%|％)?(?:左右|以上|以下|以内)?")
# 5.5, ≥6.5%, 增长5%, 1.1万人, 60公里; 2026年 stands in a heading.
AMOUNT = (
    r"(?:增长|下降|提高|降低|减少)?[≥≤><＞＜]?[-+]?\d[\d,.．]*(?:[—\-~～至]\d[\d,.．]*)?"
    r"(?:[%％‰]|(?![年月季日号时])[\u4e00-\u9fff/]{1,6}?)?(?:左右|以上|以下|以内)?"
)
SPANNED = frozenset({ACROSS, ABOVE})
_NAMES = re.compile("指标|项目|单位")
FEWEST = 4  # cells: with fewer, a name and a value beside it are a pair
_BELOW = re.compile("计划|目标|预期|完成|实际|预计|增长|增速|总量")
_LONGEST_HEADING = 12
_LONGEST = 40  # characters of a cell of figures or names
_NAME_ALONE = re.compile("(?:主要|经济)?(?:指标|项目)(?:名称)?")
_UNIT_ALONE = re.compile("(?:计量)?单位")
_NAMES_LONG = 4  # lines that the names of columns begin with
_JOINT = re.compile(r"(?<![A-Za-z])\s|\s(?![A-Za-z])")


def row_line(cells: Sequence[str]) -> str:
    """What a row says, its cells apart by a blank, each as it stands. Of a table an empty one among figures,
    or among the names above them, is EMPTY, and one that is ACROSS or ABOVE has its place, but for the
    edges."""
    own = [on_one_line(cell) for cell in cells if cell not in SPANNED]
    of_table = is_of_a_table(own)
    if len(cells) < FEWEST or not (of_table or (len(own) < len(cells) and _are_headings(own))):
        return " ".join(cell for cell in cells if cell.strip())
    empty = EMPTY if of_table and len(own) >= FEWEST else ""
    texts = [cell if cell in SPANNED else on_one_line(cell) or empty for cell in cells]
    while texts[-1] == ABOVE:
        del texts[-1]
    if texts[-1] == ACROSS and not any(map(FIGURE.fullmatch, own)):
        last = max(number for number, text in enumerate(texts) if text not in SPANNED)
        texts.insert(last, REST)
    return " ".join(filter(None, texts)).strip()


def on_one_line(cell: str) -> str:
    """A cell of a table; a blank would be the end of it, so there is one between words of Latin alone."""
    return _JOINT.sub("", " ".join(cell.split()))


def is_of_a_table(texts: Sequence[str]) -> bool:
    """Whether the cells of a row are figures with what they are of, or the names above them."""
    if sum(map(bool, texts)) < 2 or max(map(len, texts)) > _LONGEST:
        return False
    return any(map(FIGURE.fullmatch, texts[1:])) or has_names(texts)


def has_names(texts: Iterable[str]) -> bool:
    """Whether they are headings above what is measured, and its unit."""
    return any(map(_NAMES.search, texts))


def cells_below(lines: Sequence[str], is_button: Callable[[str], bool]) -> set[int]:
    """The places of figures in a table that stands a cell a line, as it does where it was copied out of one:
    指标, 单位, 2026年目标, 地区生产总值, 亿元, 512. It goes on up to a line that is no cell."""
    found: set[int] = set()
    within = False
    for place, line in enumerate(lines):
        if _NAME_ALONE.fullmatch(line):
            within = any(map(_UNIT_ALONE.fullmatch, lines[place + 1 : place + _NAMES_LONG]))
        elif within and (len(line) > _LONGEST or is_button(line)):
            within = False
        elif within and FIGURE.fullmatch(line):
            found.add(place)
    return found


def _are_headings(texts: Sequence[str]) -> bool:
    """计划|完成, 总量|增速: what stands below the first row of headings."""
    return any(texts) and all(len(text) <= _LONGEST_HEADING for text in texts) and any(map(goes_below, texts))


def goes_below(text: str) -> bool:
    """计划, 完成, 增长: what a heading over several columns is divided into."""
    return _BELOW.search(text) is not None
