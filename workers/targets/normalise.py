"""A body as the grammar reads it: one spelling of digits and marks, no spaces, no soft breaks. Pure.

Every place in the reading text leads back to the body, so that a quote is always the printed one.
Which breaks end a sentence is decided here; which part of a report a sentence stands in, in sections.py.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ingest.text.normal import RADICALS
from ingest.text.rules import load_rules
from ingest.text.traced import Traced

_FULL_WIDTH = {chr(0xFF10 + n): str(n) for n in range(10)} | {
    chr(0xFF21 + n): chr(0x41 + n) for n in range(26)
}
_MARKS = {
    "％": "%", "﹪": "%", "．": ".", "∶": "：", ":": "：", ";": "；", "(": "（", ")": "）",
    "!": "！", "?": "？", "｡": "。", "､": "、", "﹐": "，", "﹑": "、", "／": "/", "＋": "+", "＆": "&",
    "〔": "[", "〕": "]", "【": "[", "】": "]", "［": "[", "］": "]", "\"": "“",
    "＂": "“", "〝": "“", "〞": "”", "「": "“", "」": "”", "『": "“", "』": "”", "㎡": "米", "℅": "%",
    **{chr(0x2080 + n): str(n) for n in range(10)},  # PM₂.₅
    "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n", "µ": "μ",
}  # fmt: skip
_DASHES = dict.fromkeys("–―－~～〜∼-─﹣−‑", "—")
# What PDF text layers print for the character that looks like it: radicals, compatibility ideographs.
_LOOKALIKES = RADICALS | {
    char: plain
    for char in map(chr, (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA)))
    if (plain := unicodedata.normalize("NFKC", char)) != char
}
# No spelling that comes out is one that goes in.
SPELLING = _FULL_WIDTH | _MARKS | _DASHES | _LOOKALIKES
_WIDE_FIGURES = {char: SPELLING[char] for char in SPELLING if "０" <= char <= "９" or char in "．％"}
_OTHER_SPELLING = re.compile("[" + "".join(map(re.escape, SPELLING)) + "]")

_BLANK = "[ \\t\\n\\xa0\\u1680\\u180e\\u2000-\\u200f\\u202f\\u205f\\u2060\\u3000\\ufeff\\xad]"
# The engine passes quickly over what is not in a pattern's first set: so one set, then (?<=) what it was.
_CHANGE = re.compile(
    rf"[_\[（①-⑳0-9—●•·◆■▪★。o,{_BLANK[1:]}(?:"  # most characters are none of these
    rf"(?P<blank>(?<={_BLANK}){_BLANK}*)"
    r"|(?P<percent>(?<=_)M_M_)"  # a percent sign eaten by an old publishing system
    r"|(?P<note>(?<=\[)[ \xa0]?注?\d{1,3}[ \xa0]?\]|(?<=（)[注]?\d{1,2}）|(?<=[①-⑳]))"
    r"|(?P<count>(?<=[\n\u3000][0-9])\d?[.、](?![ \n]?\d)"  # 1. at the head of a line
    r"|(?<=[\n\u3000 ]—)—|(?<=[\n\u3000 ][●•·◆■▪★]))"
    r"|(?P<item>(?<=（)[一二三四五六七八九十]{1,3}）)"
    r"|(?P<aside>(?<=（)(?!按?(?:可比|不变))[^（）\n\d%。；]{1,20}）)"
    r"|(?P<stray>(?<=[%‰][。o0])(?=(?:以上|以内|以下|左右)(?:[，；。、）\n]|\Z)))"
    r"|(?P<comma>(?<=,)(?:(?<![0-9],)|(?![0-9]{3})))"
    r")"
)
_STRAIGHT = re.compile('"([^"。；]{1,40})"')
_THOUSANDS = re.compile(
    r"，(?=\d{3}(?:，\d{3})?[ \u3000]?[万亿]?[人元美户家个名亩吨套件头])"
    r"(?:(?<=[^\d.]\d，)|(?<=[^\d.]\d\d，)|(?<=[^\d.]\d{3}，))"
)
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_YEAR = re.compile("二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")
# What a bad scan makes of a digit: l0%, 1O.5%, 25OO人.
_DIGITS = str.maketrans("lIOo", "1100")
_SCANNED = re.compile(
    r"[lIOo](?:(?<=\d[lIOo])(?=[\d.%‰])|(?<![A-Za-z\d][lI])(?<=[lI])(?=\d{1,3}(?:\.\d{1,2})?[%‰])"
    r"|(?<=\d[lIOo])(?<![A-Za-z]\d[lIOo])[lIOo]{0,3}(?=[\d万亿元人户家个年]))"
)
# Of a point and of a dash between two percentages: 增长6，5%, 5%一6%. Not of 分别增长6，5%.
_POINT = re.compile(r"增长\d{1,2}[，,](?<!分别增长\d，)(?<!分别增长\d,)(?=\d{1,2}%)|%一(?=\d[\d.]{0,4}%)")
# And of 收入: 一般公共预算收人增长6%. Not of 征收人, 税收人才.
_TAKINGS = re.compile("收人(?:(?<=(?:预算|支配|财政|税收|居民|旅游|营业)收人)|(?<=[纯总]收人))(?![均员才口])")
_HARD_AFTER = frozenset("。！？；：）…")
_NEVER_FIRST = frozenset("，。、；：！？）”%‰")  # no line begins with one of these, but by a wrap
_WORDS = load_rules(__package__, "normalise.rules.toml")
GOALS = _WORDS["goals"]
_IT_GOES_ON = ("和", "及", "与", "的", "报", "如")
_GOALS_GO_ON = ("是", "为：", "：", "，", "、", "。", "和", "及", "与", "任")
_FIGURE_GOES_ON = frozenset("左右以上下内至到—点和及与之的个百万亿多余次")
_OF_NUMBERS = frozenset("0123456789.%‰")
_RANGE = re.compile(r"—{1,2}\d")
_CELL_BEFORE = re.compile(r"(?:\A|[\n\t|｜]|[ \u3000]{2})[ \u3000]{0,24}-?[\d.,]{1,24}[%‰]?\Z")
_CELL_BEHIND = re.compile(r"[\d.,]+[%‰]?[ \u3000]*(?:\Z|[\n\t|｜]|[ \u3000]{2})")
_LONGEST_CELL = 24
_LONGEST_HEADING = 36
_FIGURE_IN_IT = re.compile(r"\d[%‰万亿个家户]|[，、；：。和与及的达为长]$")
_WIDEST = 90  # characters of a line on a page


def _is_heading(line: str) -> bool:
    """A short line without an end mark that counts or announces: 二、2024年主要任务; 2021年主要工作回顾."""
    if len(line) > 60 or not line:
        return False
    if _WORDS["item"].find(line) and "，" not in line:
        return True
    if _WORDS["heading"].find(line):
        return True
    return len(line) <= 30 and _WORDS["short_heading"].find(line) is not None


def _stands_alone(text: str, end: int, line: str) -> bool:
    """四、攻坚克难，开创新局 above a line much longer than any page is wide: nothing was wrapped."""
    if len(line) > _LONGEST_HEADING or _FIGURE_IN_IT.search(line):
        return False
    stop = text.find("\n", end, end + _WIDEST)
    return stop < 0 and len(text) - end >= _WIDEST


def _break(text: str, begin: int, end: int, line: str) -> bool:
    """Does the break `text[begin:end]` end the sentence (hard), or did the page only wrap the line (soft)?

    `line` is what was read since the last hard break: all of a short one, the end of a long one.
    """
    if not line or end == len(text):
        return True
    before, after = line[-1], text[end]
    if after in _NEVER_FIRST:
        return False
    if before in _HARD_AFTER or (before == "”" and line[-2:-1] in _HARD_AFTER):
        return True
    if after.isdigit() and before in _OF_NUMBERS:
        return _is_cell(text, begin, end)
    if after == "—" and _RANGE.match(text, end) and before in _OF_NUMBERS:
        return False
    if before != "第" and _WORDS["item"].find(text, end):
        return True
    if GOALS.find(line):
        return not after.startswith(_GOALS_GO_ON)
    if line.endswith("情况") and _WORDS["how_it_went"].find(line) and not after.startswith(_IT_GOES_ON):
        return True
    if _is_heading(line) or _stands_alone(text, end, line):
        return True
    return after not in _FIGURE_GOES_ON and _WORDS["figure_end"].find(line) is not None


def _is_cell(text: str, begin: int, end: int) -> bool:
    """Is there nothing but a number on the one side of a break, or on the other? 812.3|870 are two cells.

    A number cut in two by the edge of a page has words in front and behind.
    """
    if text[end] == "0" and text[end + 1 : end + 2].isdigit():
        return False  # no number begins like that
    left = _CELL_BEFORE.search(text, max(0, begin - _LONGEST_CELL), begin)
    return left is not None or _CELL_BEHIND.match(text, end) is not None


def _one_spelling(body: str) -> str:
    """Like str.translate, which looks up every character: here only the spellings that occur are replaced."""
    text = body
    for char in set(_OTHER_SPELLING.findall(body)):
        if char == '"':
            text = _STRAIGHT.sub(r"“\1”", text)
        text = text.replace(char, SPELLING[char])
    return text.replace("gdp", "GDP").replace("Gdp", "GDP")


def plain_figures(body: str) -> str:
    """５．５％ as 5.5%: no place changes."""
    for wide, plain in _WIDE_FIGURES.items():
        body = body.replace(wide, plain)
    return body


def _with_items_open(text: str) -> str:
    """地区生产总值。年初目标增长6%: a colon behind the name of an item, of which the rest is said."""
    for stop in _WORDS["item_goes_on"].pattern.finditer(text):
        end = stop.start()
        begin = text.rfind("\n", 0, end) + 1
        if end - begin <= _LONGEST_HEADING and _WORDS["item_name"].find(text, begin, end):
            text = f"{text[:end]}：{text[end + 1 :]}"
    return text


def read(body: str, ends: Collection[int] = ()) -> Traced:
    """Make the reading text of a body. Linear in its length. `ends`: the ends of tables, behind which the
    next line begins a sentence, whatever it looks like."""
    hard = {body.find("\n", end) for end in ends}
    text = _one_spelling(body)
    text = _HAN_YEAR.sub(lambda year: year[0].translate(_HAN_DIGITS), text)  # 二〇三五年
    text = _THOUSANDS.sub(",", text)  # 8，500人, printed in full width
    text = _with_items_open(text)
    if any(char in text for char in "lIOo"):
        text = _SCANNED.sub(lambda match: match[0].translate(_DIGITS), text)
    text = _POINT.sub(lambda match: match[0][:-1] + ("—" if match[0][-1] == "一" else "."), text)
    text = _TAKINGS.sub("收入", text)
    pieces: list[tuple[str, int]] = []
    line: list[str] = []  # the pieces since the last hard break
    line_length = 0
    at = 0

    def put(piece: str, place: int) -> None:
        nonlocal line_length
        if not piece:
            return
        pieces.append((piece, place))
        if piece == "\n":
            line.clear()
            line_length = 0
        else:
            line.append(piece)
            line_length += len(piece)

    for match in _CHANGE.finditer(text):
        begin, end = match.span()
        put(text[at:begin], at)
        kind = match.lastgroup
        if kind == "blank":
            blank = match[0]
            if "\n" in blank or blank.count("\u3000") >= 2 or len(blank) >= 3:
                known = line if line_length <= 60 else line[-8:]
                ended = bool(hard) and not hard.isdisjoint(range(begin, end))
                if (not pieces or line) and (ended or _break(text, begin, end, "".join(known))):
                    put("\n", begin)
        elif kind == "percent":
            put("%", end - 1)  # a quote that ends here ends behind it
        elif kind == "note":
            # At the start of a line it counts the items; behind a word it is a footnote mark.
            if not line:
                put("\n", begin)
        elif kind in ("item", "count"):
            put("\n", begin)
        elif kind == "comma":
            put("，", begin)
        elif kind in ("aside", "stray"):
            pass  # no figure in it, or a full stop (a broken ‰: 6.5%。, 7%o) in the middle of a figure
        else:
            raise AssertionError(f"the reading pattern has no group {kind!r}")
        at = end
    put(text[at:], at)
    return Traced.joined(pieces)


# --- sentences -----------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"[^。！？\n]+")


class Sentence(NamedTuple):  # a thousand are made for one report
    """One sentence without its end mark: `text[start:end]`. `first`: it opens its paragraph."""

    start: int
    end: int
    paragraph: int
    first: bool


def split(text: str) -> Iterator[Sentence]:
    """All sentences that hold more than blanks, in order."""
    paragraph, fresh, at = 0, True, 0
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if text.find("\n", at, start) >= 0:
            paragraph += 1
            fresh = True
        at = end
        # Without the call of Sentence's own constructor, which costs more than the rest.
        yield tuple.__new__(Sentence, (start, end, paragraph, fresh))
        fresh = False


def holding(text: str, sentences: Sequence[Sentence], words: Sequence[str]) -> set[int]:
    """The sentences (by number) that hold one of these words: one pass over the text finds them, for each."""
    starts = [sentence.start for sentence in sentences]
    return {bisect_right(starts, match.start()) - 1 for word in words for match in re.finditer(word, text)}
