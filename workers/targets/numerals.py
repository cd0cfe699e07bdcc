"""Numbers as Chinese reports print them -> values with the multiplier folded in. Pure.

3万人 is 30000 人, 1.2万亿元 is 1.2e12 元, 百分之六点五 is 6.5 %, 5%—6% is a range. Full-width digits
are already ASCII here (normalise.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
_HAN = "零〇一二两三四五六七八九十百千万亿点"

UNITS = (
    *(
        "微克/立方米",
        "微克每立方米",
        "微克",
        "μg/m3",
        "ug/m3",
        "μg/m³",
        "ug/m³",
        "万元/人",
        "元/人",
        "吨标准煤/万元",
        "吨标煤/万元",
        "吨标准煤",
        "吨标煤",
        "平方公里",
        "平方米",
        "立方米",
    ),
    *(
        "个百分点",
        "百分点",
        "人次",
        "美元",
        "公斤",
        "公里",
        "公顷",
        "千瓦时",
        "千瓦",
        "人",
        "元",
        "户",
        "家",
        "个",
    ),
    *(
        "岁",
        "亩",
        "吨",
        "斤",
        "天",
        "件",
        "项",
        "套",
        "辆",
        "所",
        "名",
        "条",
        "张",
        "只",
        "头",
        "株",
        "台",
        "羽",
        "倍",
        "%",
        "‰",
    ),
)
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_ARABIC = r"(?<![\d.$])\d{1,15}(?:,\d{3}){0,4}(?:\.\d{1,6})?"
_TIMES = "[十百千万亿]{0,3}"
_TO = "(?:—{1,2}|至|到)"
_APPROXIMATE = "[多余]?"

# 5%—6%, 5—6%, 5至6个百分点, 300万—320万人
ARABIC_PATTERN = (
    rf"(?:{_ARABIC})(?:{_TIMES}{_APPROXIMATE}(?:{_UNIT})?)"
    rf"(?:{_TO}(?:{_ARABIC}){_TIMES}(?:{_UNIT}))?"
)
HAN_PATTERN = (
    r"(?:翻[一两二三]?|翻了[一两二三])番(?!半)|倍增"
    rf"|百分之[{_HAN}]{{1,8}}(?:{_TO}(?:百分之)?[{_HAN}]{{1,8}})?|千分之[{_HAN}]{{1,8}}"
    rf"|(?<=[破过超上越达逾、和])(?:[百千万]亿|[百千]万|万(?=美?元)|亿)(?:美?元|人次|吨|斤|千瓦时|[只头])?(?=大关|关口|新?台阶|[，。；、）\n]|\Z)"
    rf"|[一二两三四五六七八九十][{_HAN}]{{0,15}}[十百千万亿](?:{_UNIT})|[一二两三四五六七八九十](?:个百分点|倍)"
)
_ONE = re.compile(rf"({_ARABIC})({_TIMES})([多余]?)({_UNIT})?")
_RANGE = re.compile(rf"({_ARABIC})({_TIMES})[多余]?({_UNIT})?{_TO}({_ARABIC})({_TIMES})({_UNIT})")
_BETWEEN = re.compile("[—至到]")
_HAN_ONE = re.compile(rf"(百分之|千分之)?([{_HAN}]+)({_UNIT})?")
_HAN_RANGE = re.compile(rf"百分之([{_HAN}]+){_TO}(?:百分之)?([{_HAN}]+)")

_SAME_UNIT = {
    "个百分点": "百分点",
    **dict.fromkeys(("吨标准煤/万元", "吨标煤/万元", "吨标煤"), "吨标准煤"),
    **dict.fromkeys(("微克每立方米", "微克", "μg/m3", "ug/m3", "μg/m³", "ug/m³"), "微克/立方米"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """`low` == `high` unless a range is printed; `unit` None for a bare number; `more`: 多 or 余 (10多家)."""

    low: float
    high: float
    unit: str | None
    more: bool = False


def parse_han(text: str) -> Decimal | None:
    """六点五 -> 6.5, 十亿零八千万 -> 1080000000; None when the characters are not a number."""
    whole, _, fraction = text.partition("点")
    if fraction.endswith(("万", "亿")):  # 二千五百点三亿
        less = parse_han(text[:-1])
        return None if less is None else less * _BIG[fraction[-1]]
    above = total = section = digit = 0  # 亿, 万, 十百千, and what waits for one of them
    for char in whole:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SMALL:
            section += (digit or 1) * _SMALL[char]
            digit = 0
        elif char == "万":
            total = (total + section + digit or 1) * 10**4
            section = digit = 0
        elif char == "亿":
            above = (above + total + section + digit or 1) * 10**8
            total = section = digit = 0
        else:
            return None
    value = Decimal(above + total + section + digit)
    if fraction:
        if any(char not in _DIGITS for char in fraction):
            return None
        value += Decimal("0." + "".join(str(_DIGITS[char]) for char in fraction))
    return value


def _times(text: str) -> int:
    factor = 1
    for char in text:
        factor *= _SMALL.get(char) or _BIG[char]
    return factor


def _value(digits: str, times: str) -> Decimal:
    return Decimal(digits.replace(",", "")) * _times(times)


def _unit(text: str | None) -> tuple[str | None, int]:
    if text == "万元/人":
        return "元/人", 10**4
    return _SAME_UNIT.get(text or "", text), 1


_DOUBLED = {"一": 2.0, "两": 4.0, "二": 4.0, "三": 8.0}


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Number | None:
    """Read one match of ARABIC_PATTERN or HAN_PATTERN; None when it is not a number after all.

    翻一番 is 2 倍.
    """
    if text.endswith("番") or text == "倍增":
        times = _DOUBLED.get(text[-2], 2.0)
        return Number(times, times, "倍")
    both = _RANGE.fullmatch(text) if _BETWEEN.search(text) else None
    if both:
        unit, factor = _unit(both[6])
        # 300—320万人: the multiplier and the unit stand once, behind the second figure.
        first_times = both[2] or (both[5] if both[3] is None else "")
        low, high = _value(both[1], first_times) * factor, _value(both[4], both[5]) * factor
        if low < high:
            return Number(float(low), float(high), unit)
        return None
    one = _ONE.fullmatch(text)
    if one:
        unit, factor = _unit(one[4])
        value = float(_value(one[1], one[2]) * factor)
        return Number(value, value, unit, more=bool(one[3]))
    if parts := _HAN_RANGE.fullmatch(text):
        first, last = parse_han(parts[1]), parse_han(parts[2])
        if first is None or last is None or first >= last:
            return None
        return Number(float(first), float(last), "%")
    han = _HAN_ONE.fullmatch(text)
    if han:
        parsed = parse_han(han[2])
        if parsed is None:
            return None
        value = float(parsed)
        if han[1]:
            return Number(value, value, {"百分之": "%", "千分之": "‰"}[han[1]])
        return Number(value, value, _unit(han[3])[0])
    return None
