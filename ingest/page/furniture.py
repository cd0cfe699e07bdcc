"""What a site puts around a text: menus, buttons, disclaimers, attachment names. Pure.

Only whole lines are judged; a line of the text itself is never changed. The words are site_lines.rules.toml,
text_ends.rules.toml, counters.rules.toml and, one by one, furniture.rules.toml.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from ingest.text.rules import load_rules

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
_LONGEST_COUNTER, _LONGEST_END = 80, 400  # characters
_LONGEST_BUTTON = 12  # longer lines need not be compared with every one
_LONGEST_ROW = 40
_APART = re.compile(r"[\s\u3000\xa0|｜/·:：—【】（）()\[\]-]+")
_BETWEEN_COUNTERS = re.compile(r"(?<=[\d万次人位条个）)\]】])[\s|｜/·]+(?=[^\d\s|｜/·])")  # 点赞 3　收藏 1
_MENU = 20  # so many short lines without a mark or a figure are a menu of links
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
    if len(line) > 200:
        return False
    bare = line.replace(" ", "").replace("\u3000", "").replace("\xa0", "").rstrip(":：")
    if len(bare) <= _LONGEST_BUTTON and _WORDS["button"].find(bare):
        return True
    if len(line) <= _LONGEST_ROW and _are_buttons(_APART.split(line)):
        return True
    if _MARKS.fullmatch(line):
        return True
    return _FURNITURE.find(line) is not None or ends_text(line)


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
    return len(line) <= _LONGEST_END and _END.find(line) is not None


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
    counters = {lines[place] for place in _COUNTER.begins.among(lines, _LONGEST_COUNTER)}
    changing = set(filter(changes_by_itself, counters))
    lines = [line for line in lines if line not in changing]
    before = [0, *accumulate(map(len, lines))]
    believed = bisect_left(before, max(_BULK, before[-1] / 2))
    below = lines[believed:]
    firsts: dict[str, int] = {}
    for at in _END.begins.among(below, _LONGEST_END):
        firsts.setdefault(below[at], at)
    end = next((believed + at for line, at in firsts.items() if ends_text(line)), len(lines))
    while end and (is_furniture(lines[end - 1]) or is_attachment(lines[end - 1])):
        end -= 1
    menu = end
    while menu and _is_menu_entry(lines[menu - 1]):
        menu -= 1
    if end - menu >= _MENU:
        end = menu
    if end and lines[end - 1].rstrip(" :：") in ("附件", "附") and end < len(lines):
        end -= 1
    return list(lines[:end])


def _is_menu_entry(line: str) -> bool:
    return len(line) < 20 and _DOCUMENTARY.search(line) is None and not is_heading(line)


def first_prose(lines: Sequence[str]) -> int:
    """The index of the first line of running text or of 各位代表; len(lines) where there is none."""
    for index, line in enumerate(lines):
        if is_salutation(line) or (is_prose(line) and not is_furniture(line)):
            return index
    return len(lines)
