"""Find the date in what a page prints. Pure: no clock, so "3 天前" is not a date here.

Which date of a page means what (成文日期, 发布日期, PubDate …) is header.py's and article.py's business.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
"""China Standard Time: the clock that every one of these pages is printed by."""

_SPACE = r"[\s\u3000]{0,4}"
_DATE = re.compile(
    rf"(?<!\d)((?:19|20)\d\d){_SPACE}[-年./]{_SPACE}(\d{{1,2}}){_SPACE}[-月./]{_SPACE}(\d{{1,2}})(?!\d){_SPACE}日?"
    # gov.cn joins date and time with a hyphen, ISO 8601 with a T.
    rf"(?:[\s\u3000T-]{{0,4}}([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?=\D|20\d\d|$))?"
)
_COMPACT = re.compile(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)\s*")

_NUMERAL = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {
    "○": 0,
    "零": 0,
    "O": 0,
}
_WRITTEN = re.compile(
    r"([一二][〇○零O一二三四五六七八九]{3})\s?年\s?([一二三四五六七八九十]{1,2})\s?月\s?([一二三四五六七八九十]{1,3})\s?日"
)
# NFKC leaves the ratio sign alone; the Shanghai template prints it for a colon.
_COLONS = str.maketrans({"\u2236": ":", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-"})


def _ten(numeral: str) -> int:
    """一 to 九十九 as a number: 十一 is 11, 二十 is 20."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _NUMERAL[numeral] if len(numeral) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (_NUMERAL[tens] if tens else 1) * 10 + (_NUMERAL[ones] if ones else 0)


def parse_when(text: str | None) -> datetime | date | None:
    """The first valid date in `text`: a datetime in China Standard Time where a time is printed, else a date.

    Reads 2024-7-5, 2024年2月4日, 2024.02.04, 2024/2/4, full-width digits, `∶` for a colon, spaces inside,
    二〇二四年二月四日, and 20240204 where nothing else is in the text. Two dates in one value (Beijing's
    PubDate): the first.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text[:400]).translate(_COLONS)
    for found in _DATE.finditer(plain):
        year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups())
        try:
            day_found = date(year or 0, month or 0, day or 0)
        except ValueError:  # 2024-13-45: not a date, look further
            continue
        if hour is None or hour == 24:
            return day_found
        return datetime(
            day_found.year, day_found.month, day_found.day, hour, minute or 0, second or 0, tzinfo=CHINA
        )
    for found in _WRITTEN.finditer(plain):
        digits = "".join(str(_NUMERAL[numeral]) for numeral in found[1])
        try:
            return date(int(digits), _ten(found[2]), _ten(found[3]))
        except ValueError:
            continue
    if compact := _COMPACT.fullmatch(plain):
        try:
            return date(int(compact[1]), int(compact[2]), int(compact[3]))
        except ValueError:
            return None
    return None


def parse_date(text: str | None) -> date | None:
    """The day of `parse_when`."""
    when = parse_when(text)
    return when.date() if isinstance(when, datetime) else when
