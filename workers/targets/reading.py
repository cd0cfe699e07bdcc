"""A body as the grammar reads it: one spelling of digits and marks, no spaces, no soft breaks. Pure.

Every place in the reading text leads back to the body, so that a quote is always the printed one.
Which breaks end a sentence is decided here; sentences are sentences.py, sections are sections.py.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_FULL_WIDTH = {chr(0xFF10 + n): str(n) for n in range(10)} | {
    chr(0xFF21 + n): chr(0x41 + n) for n in range(26)
}
_MARKS = {
    "％": "%", "﹪": "%", "．": ".", "∶": "：", ":": "：", ";": "；", "(": "（", ")": "）",
    "!": "！", "?": "？", "｡": "。", "､": "、", "﹐": "，", "﹑": "、", "／": "/", "＋": "+",
    "〔": "[", "〕": "]", "【": "[", "】": "]", "［": "[", "］": "]", "\"": "“", "㎡": "米",
    "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n", "µ": "μ",
}  # fmt: skip
_DASHES = dict.fromkeys("–―－~～〜∼-─﹣−‑", "—")
SPELLING = _FULL_WIDTH | _MARKS | _DASHES  # no spelling that comes out is one that goes in
_OTHER_SPELLING = re.compile("[" + "".join(map(re.escape, SPELLING)) + "]")

_BLANK = "[ \\t\\n\\xa0\\u1680\\u180e\\u2000-\\u200f\\u202f\\u205f\\u2060\\u3000\\ufeff\\xad]"
# The engine passes quickly over what is not in a pattern's first set: so one set, then (?<=) what it was.
_CHANGE = re.compile(
    rf"[_\[（①-⑳0-9—●•·◆■▪★。,{_BLANK[1:]}(?:"  # most characters are none of these
    rf"(?P<blank>(?<={_BLANK}){_BLANK}*)"
    r"|(?P<percent>(?<=_)M_M_)"  # a percent sign eaten by an old publishing system
    r"|(?P<note>(?<=\[)[注]?\d{1,3}\]|(?<=（)[注]?\d{1,2}）|(?<=[①-⑳]))"
    r"|(?P<count>(?<=[\n\u3000][0-9])\d?[.、](?! ?\d)"  # 1. at the head of a line
    r"|(?<=[\n\u3000 ]—)—|(?<=[\n\u3000 ][●•·◆■▪★]))"
    r"|(?P<item>(?<=（)[一二三四五六七八九十]{1,3}）)"
    r"|(?P<aside>(?<=（)[^（）\n\d%。；]{1,20}）)"
    r"|(?P<stray>(?<=[%‰]。)(?=以上|以内|以下|左右))"
    r"|(?P<comma>(?<=,)(?:(?<![0-9],)|(?![0-9]{3})))"
    r")"
)
_HARD_AFTER = frozenset("。！？；：”」』）…")
_ITEM = re.compile(
    r"（?[一二三四五六七八九十]{1,3}[、）．]|第[一二三四五六七八九十]部分|（?\d{1,2}[、）.](?!\d)|[—●•·◆■▪★①-⑳]"
)
_HEADING = re.compile(
    "(?:(?:19|20)\\d\\d年|今年|过去|上年|去年|下一步|下一阶段|今后|未来|本届)[^，。；：]{0,14}"
    "(?:工作|安排|任务|打算|思路|目标|部署|建议|成效|成绩|计划|措施|要求|回顾|总结)"
)
_FIGURE_END = frozenset("%‰元人户家个亩吨斤天右上内下点")
_FIGURE_GOES_ON = frozenset("左以上下内至到—点%‰和、及与，之个万亿")
_LATIN_OR_DIGIT = re.compile(r"[0-9A-Za-z.%]")


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` is what the grammar reads; `starts[i]` in the text stands at `places[i]` in the body."""

    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]

    def place(self, index: int) -> int:
        """The place in the body of one character of `text`."""
        part = bisect_right(self.starts, index) - 1
        return self.places[part] + index - self.starts[part]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the body that `text[start:end]` was read from."""
        return self.place(start), self.place(end - 1) + 1


def _is_heading(line: str) -> bool:
    """A short line without an end mark that counts or announces: 二、2024年主要任务; 2021年主要工作回顾."""
    if len(line) > 60 or not line:
        return False
    if _ITEM.match(line) and "，" not in line:
        return True
    if _HEADING.fullmatch(line):
        return True
    return (
        len(line) <= 30
        and re.search(r"回顾|工作安排|主要任务|重点工作|工作情况|工作报告|总体要求", line) is not None
    )


def _break(before: str, after: str, line: str) -> bool:
    """Does a printed break end the sentence (hard), or did the page only wrap the line (soft)?"""
    if not before or not after:
        return True
    if before in _HARD_AFTER or _ITEM.match(after):
        return True
    if _is_heading(line):
        return True
    return before in _FIGURE_END and after[0] not in _FIGURE_GOES_ON


def _one_spelling(body: str) -> str:
    """Like str.translate, which looks up every character: here only the spellings that occur are replaced."""
    text = body
    for char in set(_OTHER_SPELLING.findall(body)):
        text = text.replace(char, SPELLING[char])
    return text


def read(body: str) -> Reading:
    """Make the reading text of a body. Linear in its length."""
    text = _one_spelling(body)
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    length = 0
    line: list[str] = []  # the pieces since the last hard break
    line_length = 0
    at = 0

    def put(piece: str, place: int) -> None:
        nonlocal length, line_length
        if not piece:
            return
        parts.append(piece)
        starts.append(length)
        places.append(place)
        length += len(piece)
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
                before = parts[-1][-1] if parts else ""
                joined = "".join(line) if line_length <= 60 else ""
                if before != "\n" and _break(before, text[end : end + 8], joined):
                    put("\n", begin)
        elif kind == "percent":
            put("%", end - 1)  # a quote that ends here ends behind it
        elif kind == "note":
            # At the start of a line it counts the items; behind a word it is a footnote mark.
            if not parts or parts[-1] == "\n":
                put("\n", begin)
        elif kind in ("item", "count"):
            put("\n", begin)
        elif kind == "comma":
            put("，", begin)
        elif kind in ("aside", "stray"):
            pass  # no figure in it, or a full stop in the middle of a figure
        else:
            raise AssertionError(f"the reading pattern has no group {kind!r}")
        at = end
    put(text[at:], at)
    if not parts:
        return Reading("", (0,), (0,))
    return Reading("".join(parts), tuple(starts), tuple(places))
