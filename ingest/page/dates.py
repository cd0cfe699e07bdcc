"""Find the date in what a page prints. Pure: no clock; where "3 天前" needs one, `now` is given.

Which date of a page means what (成文日期, 发布日期, PubDate …) is header.py's and article.py's business.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from ingest.china_time import CHINA

_SPACE = r"[\s\u3000]{0,4}"
_DATE = re.compile(
    rf"(?<!\d)((?:19|20)\d\d){_SPACE}[-年./]{_SPACE}(\d{{1,2}}){_SPACE}[-月./]{_SPACE}(\d\d(?=\d\d:\d\d)|\d{{1,2}}(?!\d)){_SPACE}日?"
    # Some print 2024-03-0510:22:33; gov.cn joins date and time with a hyphen, ISO 8601 with a T.
    rf"(?:[\s\u3000T-]{{0,4}}([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?=\D|20\d\d|$))?"
)
# What may follow a time: 16:30Z, 16:30:00.000+0000, 16:30 UTC, -05:00. A range of times (9:00-11:30) is none.
_OFFSET = re.compile(
    r"(?:[.,]\d{1,9})?\s?(?:(Z|UTC|GMT)(?![A-Za-z+-])|(?:UTC|GMT)?([+-])(0\d|1[0-4]):?(00|15|30|45)(?![\d:]))"
)
_FIRST_MONTH = re.compile("(?<=.年)元(?=月)")
_NUMERAL_OR_YEAR = re.compile(r"[\d年]")
_COMPACT = re.compile(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)(?:\s?\d\d:?\d\d(?::?\d\d)?)?\s*")

_NUMERAL = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {
    "○": 0,
    "零": 0,
    "O": 0,
}
_WRITTEN = re.compile(
    r"([一二](?:\s?[〇○零O一二三四五六七八九]){3})\s?年"
    r"\s?([一二三四五六七八九十]\s?[一二]?)\s?月\s?((?:[一二三四五六七八九十]\s?){1,3})日"
)
# NFKC leaves the ratio sign alone; the Shanghai template prints it for a colon.
_COLONS = str.maketrans({"\u2236": ":", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-"})


def below_hundred(numeral: str) -> int:
    """一 to 九十九 as a number: 十一 is 11, 二十 is 20."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _NUMERAL[numeral] if len(numeral) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (_NUMERAL[tens] if tens else 1) * 10 + (_NUMERAL[ones] if ones else 0)


def parse_when(text: str | None) -> datetime | date | None:
    """The first valid date in `text`: a datetime in China Standard Time where a time is printed, else a date.

    A time with an offset (ISO 8601: Z, +00:00) names a moment, and its day is that of China.

    Reads 2024-7-5, 2024年2月4日, 2024.02.04, 2024/2/4, full-width digits, `∶` for a colon, spaces inside,
    二〇二四年二月四日, and 20240204 where nothing else is in the text. Two dates in one value (Beijing's
    PubDate): the first.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text[:400]).translate(_COLONS)
    if not _NUMERAL_OR_YEAR.search(plain):
        return None
    if "年元月" in plain:
        plain = _FIRST_MONTH.sub(
            lambda month: "1" if month.string[month.start() - 2].isdecimal() else "一", plain
        )
    for match in _DATE.finditer(plain):
        year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups())
        try:
            day_found = date(year or 0, month or 0, day or 0)
        except ValueError:  # 2024-13-45: not a date, look further
            continue
        if hour is None or hour == 24:
            return day_found
        printed = datetime(
            day_found.year, day_found.month, day_found.day, hour, minute or 0, second or 0, tzinfo=CHINA
        )
        return _moment(printed, plain, match.end(), exact=second is not None or "T" in match[0])
    for match in _WRITTEN.finditer(plain):
        numerals, named, counted = ("".join(part.split()) for part in match.groups())
        digits = "".join(str(_NUMERAL[numeral]) for numeral in numerals)
        try:
            return date(int(digits), below_hundred(named), below_hundred(counted))
        except ValueError:
            continue
    if compact := _COMPACT.fullmatch(plain):
        try:
            return date(int(compact[1]), int(compact[2]), int(compact[3]))
        except ValueError:
            return None
    return english_moment(plain) or english_day(plain)


_ENGLISH = re.compile(
    r"(?:[A-Z][a-z]{2},\s?)?\d{1,2}[ -][A-Z][a-z]{2,8}[ -](?:19|20)\d\d\s\d{1,2}:\d\d(?::\d\d)?(?:\s\S{1,6})?"
)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = rf"({'|'.join(MONTHS)})[a-z]{{0,6}}\.?,?"
ENGLISH_DAY = re.compile(rf"(?<!\d)(\d{{1,2}})\s{{1,9}}{_MONTH}\s{{1,9}}((?:19|20)\d\d)", re.I)
AMERICAN_DAY = re.compile(
    rf"(?<![a-z]){_MONTH}\s{{1,9}}(\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,9}}((?:19|20)\d\d)", re.I
)
# What a Java program prints that was told nothing else; CST is China's time there.
_UNFORMATTED = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d\d:\d\d:\d\d)(?: [A-Z]{3})? ((?:19|20)\d\d)"
)

# The same by a Java program that runs in Chinese: 星期六, 10 一月 2026 09:05:00 +0800.
_CHINESE_MONTH = re.compile(r"(?<=\d )(\d{1,2}|十?[一二]|[三四五六七八九十])月(?= (?:19|20)\d\d)")


def english_moment(text: str) -> datetime | None:
    """The moment that a text in the form of RFC 5322 names (Mon, 19 Jan 2026 16:30:00 GMT), or one such as
    Mon Jan 19 16:30:00 CST 2026; else None.

    One without a zone is by the clock of China.
    """
    text = _CHINESE_MONTH.sub(_in_english, _UNFORMATTED.sub(r"\2 \1 \4 \3", text))
    match = _ENGLISH.search(text)
    if match is None:
        return None
    try:
        when = parsedate_to_datetime(match[0])
        return (when if when.tzinfo else when.replace(tzinfo=CHINA)).astimezone(CHINA)
    except (TypeError, ValueError, OverflowError):
        return None


def english_day(text: str) -> date | None:
    """The day in a text such as January 12, 2026 or 12 Jan 2026, as blogs print it."""
    if match := AMERICAN_DAY.search(text):
        month, day = match[1], match[2]
    elif match := ENGLISH_DAY.search(text):
        day, month = match[1], match[2]
    else:
        return None
    return _date(int(match[3]), MONTHS.index(month.capitalize()) + 1, int(day))


def _in_english(month: re.Match[str]) -> str:
    number = int(month[1]) if month[1].isdecimal() else below_hundred(month[1])
    return MONTHS[number - 1] if 0 < number <= len(MONTHS) else month[0]


def _moment(printed: datetime, text: str, end: int, *, exact: bool) -> datetime:
    """`printed` at the offset behind it in `text`, if any; `exact`: it cannot be the start of a range."""
    offset = _OFFSET.match(text, end)
    if offset is None or (offset[2] == "-" and not exact):
        return printed
    ahead = timedelta(hours=int(offset[3] or 0), minutes=int(offset[4] or 0))
    return printed.replace(tzinfo=timezone(-ahead if offset[2] == "-" else ahead)).astimezone(CHINA)


def parse_date(text: str | None) -> date | None:
    """The day of `parse_when`."""
    return as_day(parse_when(text))


def as_day(when: datetime | date | None) -> date | None:
    """The day of a moment, or the day itself, as it was printed."""
    return when.date() if isinstance(when, datetime) else when


# --- what a list prints beside an item ---------------------------------------------------------

_MONTH_DAY = re.compile(
    r"(?<![\d:./-])(?:(0?[1-9]|1[0-2])\s?月\s?(0?[1-9]|[12]\d|3[01])\s?日?|(0[1-9]|1[0-2])[-/.](0[1-9]|[12]\d|3[01]))"
    r"(?![\d./%年月-]|:\d)"
)
_SHORT_YEAR = re.compile(
    r"[\s\[(【]{0,3}(\d\d)[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])(?:\s.{0,10})?[\s\])】]{0,3}"
)
SLASHED_DAY = re.compile(r"(?<![\d/])(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/((?:19|20)\d\d)(?!\d)")
# A big day above a small year and month, as in <b>05</b><i>2024-02</i>.
_DAY_FIRST = re.compile(r"\s*([0-3]?\d)(?:\s*+[日/])?\s+((?:19|20)\d\d)\s?[-年./]\s?([01]?\d)\s?月?\s*")
_AGO = re.compile(r"(\d{1,4}|半)\s?(?:个)?\s?(秒钟?|分钟?|小?时|天|日|周|星期)\s?(?:以)?前")
_UNITS = {
    "秒": timedelta(seconds=1), "秒钟": timedelta(seconds=1), "分": timedelta(minutes=1),
    "分钟": timedelta(minutes=1), "时": timedelta(hours=1), "小时": timedelta(hours=1),
    "天": timedelta(days=1), "日": timedelta(days=1), "周": timedelta(weeks=1), "星期": timedelta(weeks=1),
}  # fmt: skip
_BEHIND_LABEL = 40  # characters
_MOMENT = re.compile(r"1\d{9}(?:\d{3})?")
_NAMED_DAY = re.compile(r"(刚刚|刚才|今天|今日|昨天|昨日|前天|前日)")
_DAYS_AGO = {"刚刚": 0, "刚才": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
TOMORROW = timedelta(days=1)  # a site's clock may be ahead of ours


def list_day(text: str | None, now: datetime | None = None, near: date | None = None) -> date | None:
    """The day that a list prints beside an item: what `parse_date` reads, and what needs to know today.

    `now` (aware) makes days of 3 小时前, 昨天 16:53, 刚刚, 2 天前, and gives 02-05 and 2月5日 their year:
    this one, or the last if the day is still to come. `near` is the day in the item's address: the year
    that brings 02-05 closest to it wins. Without both, such a text has no day. 24-02-05 is 2024, and a
    big day above a small month (05 2024-02) is read in that order.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text[:400]).translate(_COLONS)
    if day := parse_date(plain):
        return day
    if (match := _DAY_FIRST.fullmatch(plain)) and (day := _date(int(match[2]), int(match[3]), int(match[1]))):
        return day
    if (match := _SHORT_YEAR.fullmatch(plain.strip())) and (
        day := _date(2000 + int(match[1]), int(match[2]), int(match[3]))
    ):
        return day
    today = now.astimezone(CHINA) if now is not None else None
    if today is not None:
        if match := _AGO.search(plain):
            amount = 0.5 if match[1] == "半" else int(match[1])
            return (today - amount * _UNITS[match[2]]).date()
        if match := _NAMED_DAY.search(plain):
            return (today - timedelta(days=_DAYS_AGO[match[1]])).date()
    if match := _MONTH_DAY.search(plain):
        return _with_year(
            int(match[1] or match[3]), int(match[2] or match[4]), today.date() if today else None, near
        )
    return None


def _with_year(month: int, day: int, today: date | None, near: date | None) -> date | None:
    """The day of that month and day closest to `near`, else the last one that is not still to come."""
    if near is not None:
        around = (_date(near.year + step, month, day) for step in (0, -1, 1))
        return min((d for d in around if d), key=lambda d: abs(d - near), default=None)
    if today is None:
        return None
    # Back to the last leap year, for 02-29.
    before = (_date(today.year - step, month, day) for step in range(-1, 9))
    return next((d for d in before if d and d <= today + TOMORROW), None)


def day_behind(text: str) -> datetime | date | None:
    """What `parse_when` reads at the head of what stands behind a label, where 26-01-12 is a day, too, and so
    is 1/12/2026 9:30:00 AM, as a server in English prints it, or a moment in seconds or thousandths since
    1970 that a script was to print."""
    head = unicodedata.normalize("NFKC", text[:_BEHIND_LABEL]).translate(_COLONS)
    if (first := head.split()) and (match := _SHORT_YEAR.fullmatch(first[0])):
        return _date(2000 + int(match[1]), int(match[2]), int(match[3]))
    if first and (match := SLASHED_DAY.fullmatch(first[0])):
        return _date(int(match[3]), int(match[1]), int(match[2]))
    if first and _MOMENT.fullmatch(first[0]):
        return datetime.fromtimestamp(int(first[0][:10]), CHINA)
    return parse_when(head)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
