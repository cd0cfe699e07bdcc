"""The normal form of a text, and its letters. Pure.

Two copies of one text differ in spaces, line breaks, full-width forms, dashes, quotes and script
(traditional characters); those are folded away here. What makes another document (figures, regions, years,
words) stays as it is. What sites put into a text is noise.py; the content hash is compare/fingerprint.py.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from ingest.text.script import rare_chars, simplified_char

T = TypeVar("T")

# Brackets around a compatibility number while folding: private use, so never left over from the text.
_OPEN, _CLOSE = "\ue000", "\ue001"

_CACHED = 30_000  # characters: more than any honest language mix uses, little enough for a hostile one

_DASHES = "-‐‑‒–—―−─━－﹣﹘ー~～〜∼⁓"
_QUOTES = '"“”„‟″〝〞〟「」『』«»＂'
_APOSTROPHES = "'‘’‚‛′`´＇"
_DOTS = "·•・‧∙⋅●･ᐧ"
_OPENING, _CLOSING = "([{〔【〖〘〚﹝﹙", ")]}〕】〗〙〛﹞﹚"

# Radicals that PDF text layers print instead of the character; NFKC folds the Kangxi block
# (U+2F00…) but has no mapping for these of the CJK Radicals Supplement.
RADICALS = dict(
    zip(
        "⺠⻓⻛⻩⻋⻢⻔⻄⻆⻉⻝⻅⻬⻰⻥⻦⻚⻁⻘⻣⻤⻜⻨⻮",
        "民长风黄车马门西角贝食见齐龙鱼鸟页虎青骨鬼飞麦齿",
        strict=True,
    )
)

# 二○二四, 二0二四 and 二〇二四 are the same year.
_IN_A_YEAR = "(?<=[一二三四五六七八九〇].)(?=[0○◯〇Oo一二三四五六七八九年])"
_CHINESE_ZERO = re.compile(f"[0○◯〇Oo]{_IN_A_YEAR}")
# One pass for each of those to be changed: the engine finds a single character far quicker than one of a set.
_TO_BE_ZERO = tuple(re.compile(zero + _IN_A_YEAR) for zero in "0○◯Oo")
# Old pages print the point of a figure in the middle: 8·5%, PM2·5.
_POINT = re.compile(r"·(?<=\d·)(?=\d)")
_CARET = re.compile(rf"(?<=\d){_OPEN}|{_CLOSE}(?=\d)")
_LEFT_OVER = re.compile(f"[{_OPEN}{_CLOSE}]")
_DASH_RUN = re.compile("--+")
_ELLIPSIS = re.compile(r"\.\.\.+")


class _Before(dict[int, str | None]):
    """What a character becomes: dropped if invisible, bracketed if a number in disguise, else its own NFKC,
    after which the NFKC of the whole has hardly anything left to do.

    NFKC turns `10²` into `102` and `⒈5` into `1.5`; the brackets let us keep them apart.
    """

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        category = unicodedata.category(char)
        result: str | None = char
        if category in {"Cc", "Cf", "Co", "Zs", "Zl", "Zp"} or 0xFE00 <= code <= 0xFE0F or code >= 0xE0100:
            result = None
        elif category == "Cs":
            result = "\ufffd"  # a lone surrogate cannot be hashed
        else:
            result = plain = unicodedata.normalize("NFKC", char)
            if plain != char and category != "Nd" and (plain[0].isdecimal() or plain[-1].isdecimal()):
                circled = unicodedata.name(char, "").startswith(("CIRCLED", "PARENTHESIZED"))
                result = f"({plain.strip('()')})" if circled else f"{_OPEN}{plain}{_CLOSE}"
        if len(self) < _CACHED:
            self[code] = result
        return result


class _After(dict[int, str | None]):
    """What a character becomes after NFKC: one form for each kind of mark; spaces go."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        result: str | None = char
        if char.isspace():
            result = None
        elif char in _DASHES:
            result = "-"
        elif char in _QUOTES:
            result = '"'
        elif char in _APOSTROPHES:
            result = "'"
        elif char in _DOTS:
            result = "·"
        elif char in _OPENING:
            result = "("
        elif char in _CLOSING:
            result = ")"
        elif char in "✕✖╳⨯":
            result = "×"
        elif char == "∶":  # U+2236: ratio sign, seen in dates of metas
            result = ":"
        elif char in RADICALS:
            result = RADICALS[char]
        else:
            result = simplified_char(char)
        if len(self) < _CACHED:
            self[code] = result
        return result


_before, _after = _Before(), _After()


def with_points(text: str) -> str:
    """8·5% -> 8.5%."""
    return _POINT.sub(".", text) if "·" in text else text


def normal_form(body: str) -> str:
    """Fold what copies of one text differ in: NFKC, spaces, invisible characters, punctuation variants.

    Lines are joined, so a hard break inside a word or a number changes nothing. Figures, names and years
    are never folded into one another (`10²` becomes `10^2`, not `102`). Idempotent; linear.
    """
    text = _folded(body)
    if _OPEN in text or _CLOSE in text:
        text = _LEFT_OVER.sub("", _CARET.sub("^", text))
    text = with_points(text)
    if "--" in text:
        text = _DASH_RUN.sub("-", text)
    if "..." in text:
        text = _ELLIPSIS.sub("...", text)
    if any(zero.search(text) for zero in _TO_BE_ZERO):
        text = _CHINESE_ZERO.sub("〇", text)
    return unicodedata.normalize("NFC", text)


_MANY = 200  # characters, of which one after the other is looked for; an honest text has fifty
_SHORT = 40  # characters: a shorter text is translated one by one


def _folded(body: str) -> str:
    """NFKC between the two tables. `str.translate` looks up every character: in a long text only those that
    change are replaced. Both tables leave all others than `rare_chars` as they are."""
    if len(body) < _SHORT:
        return unicodedata.normalize("NFKC", body.translate(_before)).translate(_after)
    chars = rare_chars(body)
    before = _translated(body, _before, chars)
    text = unicodedata.normalize("NFKC", before)
    left = "".join(_before[ord(char)] or "" for char in chars)
    return _translated(text, _after, rare_chars(text if text != before else left))


def _translated(text: str, table: Mapping[int, str | None], chars: Iterable[str]) -> str:
    """`text.translate(table)`; `chars` are all that it has."""
    changed = {char: plain for char in chars if (plain := table[ord(char)]) != char}
    if len(changed) > _MANY or any(char in changed for plain in changed.values() for char in plain or ""):
        return text.translate(table)  # what one becomes must not be replaced again
    for char, plain in changed.items():
        text = text.replace(char, plain or "")
    return text


# Masks (××, **) stand for a figure that was taken out; units belong to theirs.
_UNITS = "%‰×*℃$€¥"
_OF_CHANGE = frozenset("℃长为率降幅速值是到达约至")  # 增长-3%, 增长(-3%); a dash elsewhere is a dash
_ASCII_MARKS = bytes(code for code in range(0x80) if not chr(code).isalnum() and chr(code) not in _UNITS)
_MARK = rf"(?:[^\w{_UNITS}\ue000]|_)"
_MARK_OR_POINT = rf"(?:[^\w{_UNITS}]|_)"
_MASKS = frozenset("Xx×*")
_MARK_BUT_DASH = rf"(?:[^\w{_UNITS}-]|_)"
_POINT_OF_FIGURE = re.compile(r"\.(?<=\d\.)(?=\d)")  # most of the marks in figures
_DASH_OF_FIGURE = re.compile(r"-(?=\d)")
# What is kept, until all other marks are gone. Private use: never in a normal form.
_DOT, _MINUS, _BAR = "\ue000", "\ue001", "\ue002"
_KEPT = {".": _DOT, "-": _MINUS}
_FOREIGN_MARKS = re.compile(rf"[^\w{_UNITS}\ue000-\ue002]+")


def letters_of(normal: str, chars: frozenset[str] | None = None) -> str:
    """A normal form without its punctuation, but for what belongs to a figure: `1.5`, `5%-6%`, `增长-3%`.

    Figures never run together: other marks between two digits become `|`. `chars`: the `rare_chars` of the
    text that it is the normal form of, where they are known. One character after the other is looked for:
    that takes a fraction of the time of a pattern for all of them.
    """
    if chars is None or len(chars) > _MANY or any(map(unicodedata.combining, chars)):  # = and a stroke: ≠
        chars = rare_chars(normal)
    else:
        chars = frozenset("".join(map(_normal_char, chars)))
    digits = set(filter(str.isdigit, chars))
    if not all(map(str.isdecimal, digits)):
        return _letters_beside_bullets(normal)
    bare = _POINT_OF_FIGURE.sub(_DOT, normal)
    for digit in {*"0123456789", *digits}:
        bare = _behind(digit).sub(_between, bare)
    bare = _DASH_OF_FIGURE.sub(_minus, bare).encode().translate(None, _ASCII_MARKS).decode()
    marks = {*"、。", *(char for char in chars if not (char.isascii() or char.isalnum() or char in _UNITS))}
    if len(marks) > _MANY:
        bare = _FOREIGN_MARKS.sub("", bare)
    else:
        for mark in marks:
            bare = bare.replace(mark, "")
    return bare.replace(_DOT, ".").replace(_MINUS, "-").replace(_BAR, "|")


# ❶ is a digit and no \d: a bullet, to which the first pattern leaves no mark and the second one does.
_MARKS_OF_NO_FIGURE = re.compile(
    rf"{_MARK_OR_POINT}(?:(?<!-)(?<![\d%‰](?s:.))(?:[^\w{_UNITS}-]|_)*(?!\d)"
    rf"|(?<=[\d%‰](?s:.))(?:[^\w{_UNITS}]|_)*+(?![\dXx×*]))"
)
_MARKS = re.compile(rf"{_MARK_OR_POINT}(?:(?<=_)_*|(?<!_)[^\w{_UNITS}]*)")


def _letters_beside_bullets(normal: str) -> str:
    """As `letters_of`, where a text has digits that are none of a figure."""

    def keep(run: re.Match[str]) -> str:
        start, end = run.span()
        mark, before, after = run[0], run.string[start - 1 : start], run.string[end : end + 1]
        if not after.isdigit():
            return "." if mark == "." and before.isdigit() and after in _MASKS else ""
        if before.isdigit():
            return mark if mark in {".", "-"} else "|"
        return "-" if mark == "-" and before in {*_OF_CHANGE, "%", "‰"} else ""

    return _MARKS.sub(keep, _MARKS_OF_NO_FIGURE.sub("", normal))


_normal_char = functools.lru_cache(maxsize=_CACHED)(normal_form)


@functools.lru_cache(maxsize=256)
def _behind(digit: str) -> re.Pattern[str]:
    """The marks between a digit and another one, or a mask: 7.X亿元."""
    return re.compile(rf"{digit}(?:({_MARK}++)(?=\d)|\.{_MARK_BUT_DASH}*+(?=[Xx×*]))")


def _between(found: re.Match[str]) -> str:
    digit, marks = found[0][0], found[1]
    if marks is None:
        return digit + _DOT
    # A blank to be filled in stands apart from other marks: _, is nothing, __ a bar.
    blank = marks[0] == "_"
    if len(marks) > 1 and (blank != (marks[-1] == "_") or (blank and "-" in marks)):
        return digit
    return digit + _KEPT.get(marks, _BAR)


def _minus(dash: re.Match[str]) -> str:
    text, at = dash.string, dash.start() - 1
    if at >= 0 and text[at] in "%‰":  # 5%-6%
        return _MINUS
    while at >= 0 and text[at] != "-" and not text[at].isalnum() and text[at] not in _UNITS:
        at -= 1
    return _MINUS if at >= 0 and text[at] in _OF_CHANGE else ""


_APART = "\uff21"  # a letter that no normal form has: folded to A


def letters_of_each(normals: Sequence[str], chars: frozenset[str] | None = None) -> list[str]:
    """`letters_of` for many normal forms of one text; quicker than one by one."""
    return of_each(lambda some: letters_of(_APART.join(some), chars).split(_APART), normals)


def of_each(work: Callable[[Sequence[str]], list[T]], several: Sequence[str]) -> list[T]:
    """What `work` makes of each; of those that come again only once, where most of them do."""
    each = list(dict.fromkeys(several))
    if 2 * len(each) > len(several):
        return work(several)
    return list(map(dict(zip(each, work(each), strict=True)).__getitem__, several)) if each else []
