"""What a site puts around a text: menus, buttons, disclaimers, attachment names. Pure.

Only whole lines are judged; a line of the text itself is never changed. The words are site_lines.rules.toml,
text_ends.rules.toml, counters.rules.toml and, one by one, furniture.rules.toml.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from typing import TypeVar

from ingest.page.dates import below_hundred
from ingest.text.rows import cells_below
from ingest.text.rules import load_rules

Row = TypeVar("Row")

_WORDS = load_rules(__package__, "furniture.rules.toml")
_SITE_LINES = load_rules(__package__, "site_lines.rules.toml")
_TEXT_ENDS = load_rules(__package__, "text_ends.rules.toml")
_COUNTERS = load_rules(__package__, "counters.rules.toml")
_FURNITURE = _SITE_LINES.joined("whole")
_END = _TEXT_ENDS.joined("whole")
_COUNTER = _COUNTERS.joined("whole")
_MARKS = re.compile(r"[\[\]【】（）()|>›»<·•\-—_/\\.\d:：\s\u3000\xa0]*")
_PAUSE = re.compile(r"[，。；！？,;]")
_DOCUMENTARY = re.compile(r"[，。；！？,;：:\d]")
_LONGEST_COUNTER, _LONGEST_FURNITURE, _LONGEST_END = 80, 200, 400  # characters
_LONGEST_BUTTON = 12  # longer lines need not be compared with every one
_LONGEST_ROW = 40
_ASKED_AGAIN = 500  # lines: whoever reads a page asks of each several times, of one the readers of its parts
_APART = re.compile(r"[\s\u3000\xa0|｜/·:：—【】（）()\[\]-]+")
_BETWEEN_COUNTERS = re.compile(r"(?<=[\d万次人位条个）)\]】])[\s|｜/·]+(?=[^\d\s|｜/·])")  # 点赞 3　收藏 1
_HALF_WIDTH = {ord("－"): "-", ord("／"): "/"} | {ord("０") + n: str(n) for n in range(10)}
_MENU = 20  # so many short lines without a mark or a figure are a menu of links
_ORDINAL = re.compile(r"([（(]?)(?:([一二三四五六七八九十]{1,3})|(\d{1,3}))([)）、.．])")
_MOST_INSERTED = 12  # lines: 相关阅读 and its titles
_MOST_BREAKS = 20  # in one text
_LOOKED_BEHIND = 40  # lines
_BULK = 200  # characters of text before which no line is believed to end it


def changes_by_itself(line: str) -> bool:
    """Counters, a clock, the weather: another one at each look, wherever on the page it stands."""
    if len(line) > _LONGEST_COUNTER:
        return False
    bare = line.strip()
    if _COUNTER.pattern.match(bare) is None:  # most lines do not even begin like one
        return False
    return _COUNTER.find(bare) is not None or all(map(_COUNTER.find, _BETWEEN_COUNTERS.split(bare)))


def is_furniture(line: str) -> bool:
    """A button, a breadcrumb, an info line, a lone mark or number: not a line of a document."""
    return len(line) <= _LONGEST_FURNITURE and _is_furniture(line)


@lru_cache(_ASKED_AGAIN)
def _is_furniture(line: str) -> bool:
    line = line.translate(_HALF_WIDTH)
    bare = line.replace(" ", "").replace("\u3000", "").replace("\xa0", "").rstrip(":：")
    if len(bare) <= _LONGEST_BUTTON and _WORDS["button"].find(bare):
        return True
    if len(line) <= _LONGEST_ROW and _are_buttons(_APART.split(line)):
        return True
    if _MARKS.fullmatch(line):
        return True
    return _FURNITURE.find(line) is not None or ends_text(line)


def is_button(line: str) -> bool:
    """Furniture in words: 打印本页, 浏览次数：; a lone number may be a cell of a table."""
    return is_furniture(line) and not _MARKS.fullmatch(line)


def _are_buttons(pieces: Sequence[str]) -> bool:
    return any(pieces) and all(
        not piece or (len(piece) <= _LONGEST_BUTTON and _WORDS["button"].find(piece)) for piece in pieces
    )


def is_info(line: str) -> bool:
    """A line that holds a date and nothing else: when the page was put up, not part of the text."""
    return _WORDS["date"].find(line) is not None


def is_labelled(line: str) -> bool:
    """An info line of several labels: 作者：… 来源：… 时间：… 点击数：…"""
    return len(line) <= 200 and _SITE_LINES["labelled"].find(line) is not None


def ends_text(line: str) -> bool:
    """A line after which nothing of the document comes."""
    return len(line) <= _LONGEST_END and _ends_text(line)


@lru_cache(_ASKED_AGAIN)
def _ends_text(line: str) -> bool:
    return _END.find(line) is not None


def begins_comments(line: str) -> bool:
    """A line below which readers speak."""
    return len(line) <= 60 and _TEXT_ENDS["comments"].find(line) is not None


def is_attachment(line: str) -> bool:
    """The name of a file, with or without 附件 before it."""
    return len(line) <= 200 and _WORDS["attachment"].find(line) is not None


def is_heading(line: str) -> bool:
    return _WORDS["heading"].find(line) is not None


def is_salutation(line: str) -> bool:
    return len(line) <= 30 and _WORDS["salutation"].find(line) is not None


def is_prose(line: str) -> bool:
    """Running text: long enough, with a pause in it."""
    return len(line) >= 30 and _PAUSE.search(line) is not None


def cut_tail(lines: Sequence[str]) -> list[str]:
    """`lines` without what follows the document, without attachment names at its end, and without what
    changes by itself anywhere.

    A line like 上一篇 ends the text only where more stands before it than after it.
    """
    ending = _ending(lines)
    lines = without(lines, _parting(lines, ending))
    counters = {lines[place] for place in _COUNTER.begins.among(lines, _LONGEST_COUNTER)}
    changing = set(filter(changes_by_itself, counters))
    lines = [line for line in lines if line not in changing]
    before = [0, *accumulate(map(len, lines))]
    believed = bisect_left(before, max(_BULK, before[-1] / 2))
    end = next((at for at in range(believed, len(lines)) if lines[at] in ending), len(lines))
    cells = cells_below(lines, is_button)
    while end and end - 1 not in cells and (is_furniture(lines[end - 1]) or is_attachment(lines[end - 1])):
        end -= 1
    menu = end
    while menu and _is_menu_entry(lines[menu - 1]):
        menu -= 1
    if end - menu >= _MENU:
        end = menu
    if end and lines[end - 1].rstrip(" :：") in ("附件", "附") and end < len(lines):
        end -= 1
    return list(lines[:end])


def inserted(lines: Sequence[str]) -> set[int]:
    """Which lines a site has put into a text that goes on behind them: 相关阅读 and its titles.

    A text goes on where its headings go on counting: behind （二） stands （三）, above running text; see
    goes_on.
    """
    return _parting(lines, _ending(lines))


def without(rows: Sequence[Row], places: Collection[int]) -> list[Row]:
    """The rows but those in these places."""
    return [row for place, row in enumerate(rows) if place not in places]


def _ending(lines: Sequence[str]) -> set[str]:
    """The lines of which `ends_text` is true."""
    return set(filter(ends_text, {lines[at] for at in _END.begins.among(lines, _LONGEST_END)}))


def _parting(lines: Sequence[str], ending: Collection[str]) -> set[int]:
    """As `inserted`; `ending` are those that end a text."""
    found: set[int] = set()
    breaks = (at for at, line in enumerate(lines) if line in ending)
    for at in islice(breaks, _MOST_BREAKS):
        below = range(at + 1, min(at + 1 + _MOST_INSERTED, len(lines)))
        end = next((index for index in below if _is_of_text(lines[index])), None)
        if end is not None and goes_on(lines[:at], lines[end:]):
            found.update(range(at, end))
    return found


def _is_of_text(line: str) -> bool:
    return is_prose(line) or is_salutation(line) or _ORDINAL.match(line) is not None


def goes_on(before: Sequence[str], behind: Sequence[str]) -> bool:
    """Whether more of a text stands behind a break: its headings go on counting, or the speaker turns to the
    assembly once more (各位代表！) and does not begin to speak (各位代表：)."""
    behind = behind[:_LOOKED_BEHIND]
    if sum(len(line) for line in behind if is_prose(line)) < _BULK:
        return False
    turns = [mark for line in behind if (mark := line[4:5]) and line.startswith("各位代表")]
    if turns and all(mark in "！!" for mark in turns) and any(line.startswith("各位代表") for line in before):
        return True
    counted = dict(filter(None, map(_ordinal, before)))
    following = dict(filter(None, map(_ordinal, reversed(behind))))  # the first of each kind
    return any(counted.get(kind) == number - 1 for kind, number in following.items())


def _ordinal(line: str) -> tuple[str, int] | None:
    """How a heading is numbered, and its number: （三）扩大内需."""
    if (match := _ORDINAL.match(line)) is None:
        return None
    opening, numeral, figure, closing = match.groups()
    number = below_hundred(numeral) if numeral else int(figure)
    return f"{'(' * bool(opening)}{'一' if numeral else '1'}{closing}", number


def _is_menu_entry(line: str) -> bool:
    return len(line) < 20 and _DOCUMENTARY.search(line) is None and not is_heading(line)


def first_prose(lines: Sequence[str]) -> int:
    """The index of the first line of running text or of 各位代表; len(lines) where there is none."""
    for index, line in enumerate(lines):
        if is_salutation(line) or (is_prose(line) and not is_furniture(line)):
            return index
    return len(lines)
