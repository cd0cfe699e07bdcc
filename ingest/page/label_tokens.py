"""Find the labels of a header block in a line: which they are, and the texts between them. Pure.

How they are spelled is labels.py; which text is the value of which label, header.py.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from ingest.page.labels import CUT, LONGEST, Sort, Token, label_of, may_begin

_COLONS = ":：﹕∶︰"
# [ 索引号 ], 【来源:】; else a colon, and the label is what stands before it.
_MARK = re.compile(
    rf"[\[【［〖]\s{{0,4}}([^\[\]【】［］〖〗{_COLONS}]{{1,24}})[{_COLONS}]?\s{{0,4}}[\]】］〗]\s{{0,4}}[{_COLONS}]?|[{_COLONS}]"
)
_HAS_MARK = re.compile(rf"[{_COLONS}\[【［〖]")
# Converted mirrors print the reading of a character behind it: 發(fā)文日期.
_READING = re.compile(r"\([a-zà-üāēīōūǎěǐǒǔǖǘǚǜ]{1,8}\)")
# 索引号（X-1）发布机构（某县人民政府）
_IN_PARENTHESES = re.compile(r"\s{0,9}([\u4e00-\u9fff]{2,10})\s?[（(]([^（）()]{1,60})[）)]")
_BULLET = re.compile(r"(?:[-•·*■◆●▪□◇○★►▶>]|\d{1,2}[.、．])\s{0,4}(?=\D)")
_BULLETS = frozenset("-•·*■◆●▪□◇○★►▶>0123456789")
_WORD = re.compile(r"\S+")
_GAP = re.compile(r"\s")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_CJK_OR_SLASH = re.compile(r"[\u4e00-\u9fff/]")

_REACH = 60  # characters before a colon in which its label begins
_GLOSS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz .'/()（）"  # 索引号/Index No.：
_TRIM = " \t\u2002\u2003\u3000\xa0|•·"
_VALUE_TRIM = f"{_TRIM};；/／【［[〖◆■●▪“"
_CLOSES = frozenset("】]］〗”")
_OPENS = frozenset("[【［〖|•·*-—■◆●▪□◇○★►▶>“\"';；")  # not a parenthesis: 根据某文件（文号：…） is no label
_OTHER_SCRIPTS = (
    "".join(map(chr, (*range(0x0F00, 0x1000), *range(0x1800, 0x18B0)))) + _TRIM
)  # Tibetan, Mongolian
_GLUED = frozenset(
    ["主题词", "有效性", "索引号", "关键词", "浏览量", "点击数", "点击量", "点击率", "阅读量", "访问量"]
)
_NO_NUMBER = frozenset("（(《批准该本原其此旧新")  # 批准文号：, （文号： say what another document's is
_SHORT = frozenset(["文号", "名称", "标题"])  # labels of two characters that nothing else is


def tokens_of(line: str) -> list[list[Token]]:
    """The cells of a line (one, where it has no bars), each as labels and the texts between them.

    Labels are known by their colon or brackets; without any, a line that begins with a label is read as
    labels and values apart by spaces (索 引 号 003110926/201510-00216 信息分类 信息公开制度). Beside labels
    with colons, others without are known by the spaces around them.
    """
    return list(each_cell(line))


def each_cell(line: str) -> Iterator[list[Token]]:
    """As `tokens_of`, for those who may not ask for all of them."""
    cells = line.replace("｜", "|").split("|")
    return (_cell(cell.strip(_TRIM), alone=len(cells) == 1) for cell in cells)


def may_hold_label(line: str) -> bool:
    """Whether `tokens_of` may find a label: in most lines it need not be asked."""
    cell = line.strip(_TRIM)
    if not cell or "|" in cell or "｜" in cell or cell[0] in _BULLETS:
        return bool(cell)
    return may_begin(cell[0]) or _HAS_MARK.search(cell) is not None


def split_glued_label(text: str) -> tuple[str, Token] | None:
    """A value and the label that runs straight on after it (…的通知发文机关), if it ends in one."""
    found = _label_before(text, 0, len(text), named=False)
    if found and found[0] and found[1].sort is Sort.FIELD and len(found[1].text) >= 4:
        return text[: found[0]].strip(_TRIM), found[1]
    return None


def _cell(cell: str, *, alone: bool) -> list[Token]:
    if not cell:
        return []
    if cell[0] in _BULLETS and (bullet := _BULLET.match(cell)):
        cell = cell[bullet.end() :]
    if cell[-1] in "）)" and (pairs := _by_parentheses(cell)):
        return pairs
    # Without a colon or a bracket there is no printed label: to look for one costs most on long prose.
    if _HAS_MARK.search(cell):
        tokens = list(_by_marks(cell))
        if any(token.sort is Sort.FIELD for token in tokens):
            return [
                part
                for token in tokens
                for part in (
                    _by_spaces(token.text)
                    if token.sort is Sort.TEXT and _GAP.search(token.text)
                    else (token,)
                )
            ]
        if any(token.sort is not Sort.TEXT for token in tokens):
            return tokens
    return _bare(cell, alone=alone)


def _by_parentheses(cell: str) -> list[Token]:
    """The labels of a cell, and the values in parentheses behind them, where nothing else is in it: no words
    that only explain the one label (索引号（自动生成）)."""
    tokens: list[Token] = []
    at = 0
    while at < len(cell):
        pair = _IN_PARENTHESES.match(cell, at)
        label = label_of(pair[1]) if pair else None
        if pair is None or label is None or label.sort is not Sort.FIELD or label_of(pair[2]):
            return []
        tokens += [label, Token(Sort.TEXT, pair[2].strip())]
        at = pair.end()
    return tokens if len(tokens) > 2 or any(map(str.isdecimal, tokens[1].text)) else []


def _bare(cell: str, *, alone: bool) -> list[Token]:
    """A cell without colons, which may be a label, or begin with one."""
    if not may_begin(cell[0]):
        return [Token(Sort.TEXT, cell)]
    if len(cell) < _REACH and (whole := label_of(_squeezed(cell))) is not None:
        return [whole]
    if not alone and len(cell) < _REACH and len(glossed := cell.rstrip(_GLOSS)) < len(cell) - 3:
        whole = label_of(_squeezed(glossed))  # 索引号 Index No. | …
        if whole is not None and whole.sort is Sort.FIELD:
            return [whole]
    if not _GAP.search(cell) and (len(cell) < _REACH or "(" not in cell):
        return [Token(Sort.TEXT, cell)]
    tokens = list(_by_spaces(cell, known_only=not alone))
    return tokens if tokens and tokens[0].sort is not Sort.TEXT else [Token(Sort.TEXT, cell)]


def _by_marks(cell: str) -> Iterator[Token]:
    at = 0
    for mark in _MARK.finditer(cell):
        if mark[1] is not None:
            label = label_of(_squeezed(mark[1]))
            found = (mark.start(), label) if label else None
        else:
            found = _label_before(cell, at, mark.start())
        if found is None:
            continue
        if text := _value(cell[at : found[0]].rstrip(_OTHER_SCRIPTS)):
            yield Token(Sort.TEXT, text)
        yield found[1]
        at = mark.end()
    if text := _value(cell[at:]):
        yield Token(Sort.TEXT, text)


def _value(text: str) -> str:
    text = text.strip(_VALUE_TRIM)
    if not text or text[-1] not in _CLOSES:
        return text
    for opening, closing in ("【】", "[]", "［］", "〖〗", "“”"):
        if text.endswith(closing) and opening not in text:
            text = text[:-1].rstrip(_VALUE_TRIM)
    return text


def _label_before(cell: str, floor: int, end: int, *, named: bool = True) -> tuple[int, Token] | None:
    """The label that ends at `end` and where it begins, not before `floor`; `named`: also one that nobody
    knows, and what is left of one."""
    low = max(floor, end - _REACH)
    stop = end
    while stop > low and cell[stop - 1] in " \t\u3000\xa0”\"'":
        stop -= 1
    if stop > low and cell[stop - 1] in _GLOSS:
        bare = low + len(cell[low:stop].rstrip(_GLOSS))
        stop = bare if bare > low and _CJK.match(cell, bare - 1) else stop
    places = _places(cell, low, stop)
    if not places:
        return None
    chars = "".join(cell[place] for place in places)
    best: tuple[bool, int, Token] | None = None
    for start, place in enumerate(places):
        label = label_of(chars[start:])
        if label is None or not (_opens(cell, place, low) or _glued(cell, place, low, label)):
            continue
        irregular = place > 0 and not _regular(places[start:])
        if best is None or irregular < best[0]:  # the longest of those printed in one way
            best = (irregular, place, label)
    if best is not None:
        return best[1:]
    return _unnamed(cell, low, end, places, chars) if named else None


def _places(cell: str, low: int, stop: int) -> list[int]:
    """Where the last characters before `stop` stand that a label could be made of."""
    places: list[int] = []
    at = stop
    while at > low and len(places) < LONGEST:
        char = cell[at - 1]
        if char == ")" and (opened := cell.rfind("(", max(low, at - 12), at)) >= 0:
            if not _READING.fullmatch(cell, opened, at):
                break
            at = opened
        elif char.isspace():
            at -= 1
        elif _CJK_OR_SLASH.match(char):
            at -= 1
            places.append(at)
        else:
            break
    return places[::-1]


def _regular(places: list[int]) -> bool:
    """The characters stand side by side, or all of them apart (文　号); not 信息 公开日期."""
    apart = [after - before > 1 for before, after in itertools.pairwise(places)]
    return all(apart) or not any(apart)


def _opens(cell: str, place: int, low: int) -> bool:
    """A label may begin here: at the beginning, behind a space, a list's mark or another script."""
    if place == low:
        return True
    before = cell[place - 1]
    return before.isspace() or before in _OPENS or "\u0f00" <= before <= "\u18af"


def _glued(cell: str, place: int, low: int, label: Token) -> bool:
    """<span>索引号：a</span><span>发布机构：b</span> leaves no space between value and label."""
    if len(label.text) >= 4 or label.text in _GLUED:
        return True
    return label.text == "文号" and place > low and cell[place - 1] not in _NO_NUMBER


def _unnamed(cell: str, low: int, end: int, places: list[int], chars: str) -> tuple[int, Token] | None:
    """A label that nobody knows: 2 to 10 characters that begin a cell or follow a space, side by side or all
    apart; or the last character of a known one."""
    last = places[-1]
    if chars[-1] in CUT and (last == 0 or cell[last - 1].isspace() or cell[last - 1] in _OPENS):
        before = places[-2] if len(places) > 1 else -9
        if last - before > 6 or last - before == 1:
            return last, Token(Sort.CUT, chars[-1], CUT[chars[-1]], rank=9)
    run = len(places) - 1
    wide = len(places) > 1 and places[-1] - places[-2] > 1
    while run and (places[run] - places[run - 1] > 1) == wide and places[run] - places[run - 1] < 6:
        run -= 1
    start = places[run]
    name = chars[run:]
    free = start == 0 or cell[start - 1].isspace() or cell[start - 1] in "【[［"
    if len(name) < 2 or not free or (start == low and low) or not (wide or last + 1 == end):
        if chars[-1] in CUT and cell[last - 1].isspace():
            return last, Token(Sort.CUT, chars[-1], CUT[chars[-1]], rank=9)
        return None
    return start, Token(Sort.OTHER, name)


def _by_spaces(cell: str, *, known_only: bool = True) -> Iterator[Token]:
    """Labels without a colon, by the spaces around them. `known_only`: no short ones but those that are
    nothing else; 来源 and 时间 may be part of a value."""
    words = [(word.start(), word.end()) for word in _WORD.finditer(cell[:2000])]
    at = index = 0
    while index < len(words):
        found = _label_of_words(cell, words, index, known_only=known_only)
        if found is None:
            index += 1
            continue
        index, label, start = found[0], found[1], words[index][0]
        if text := _value(cell[at:start]):
            yield Token(Sort.TEXT, text)
        yield label
        at = words[index - 1][1]
    if text := _value(cell[at:]):
        yield Token(Sort.TEXT, text)


def _label_of_words(
    cell: str, words: list[tuple[int, int]], index: int, *, known_only: bool
) -> tuple[int, Token] | None:
    """The label that one word is, or several of one character each (索 引 号), and the index behind it."""
    start, end = words[index]
    behind = index + 1
    text = _squeezed(cell[start:end])
    if len(text) == 1:
        while behind < len(words) and len(text) < LONGEST:
            part = _squeezed(cell[words[behind][0] : words[behind][1]])
            if len(part) != 1:
                break
            text += part
            behind += 1
            if (label := label_of(text)) and (
                behind == len(words) or not label_of(text + cell[words[behind][0]])
            ):
                return behind, label
        return None
    label = label_of(text) if len(text) <= LONGEST else None
    if label is None or (known_only and len(text) < 3 and text not in _SHORT):
        return None
    return behind, label


def _squeezed(text: str) -> str:
    return "".join((_READING.sub("", text) if "(" in text else text).split())
