"""When a government's work report is due, by its own past or by the season of the congresses. Pure.

People's congresses (两会) meet in the same weeks every winter, and the report (政府工作报告) is put up days
or weeks after it was delivered. For the report of year Y the season is

| level | congresses meet | by season alone, late after |
|---|---|---|
| province | 10 January to 10 February of Y | 24 February |
| city, county | December of Y-1 to the end of February of Y | 14 March |

A government with a past is held to its own: the report is expected at the median of its days in the last
five years, and late two weeks after the latest of them, three after the only one. From July on nobody is late
any more: what has not been seen by then is not coming, or not where we look.

Which reports the store knows is store/source_checks.py; who is told, source_health.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from statistics import median

from ingest.china_time import china_day

YEARS = 5  # of the past that count
GRACE = timedelta(days=14)
GRACE_AFTER_ONE = timedelta(days=21)
OVER = (7, 1)  # month and day from which on nothing is said any more
# Days from 1 January of the report's year that can be a report's day: mid-November to the end of June.
_PLAUSIBLE = range(-47, 181)


class Level(StrEnum):
    """A division's level, by its GB/T 2260 code."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Past:
    """A report of an earlier year, and the day when it was delivered or put up."""

    year: int
    on: date


@dataclass(frozen=True, slots=True)
class Due:
    """When the report of `year` is expected, after which day it is late, and the day of the year before."""

    year: int
    on: date
    late_after: date
    last_year_on: date | None


def level_of(code: str) -> Level:
    """500000 is a province, 510100 a city, 500106 a county or district. Raises ValueError for no code."""
    if len(code) != 6 or not code.isdecimal():
        raise ValueError(f"season: {code!r} is not a GB/T 2260 code of six digits")
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if code.endswith("00") else Level.COUNTY


@lru_cache(maxsize=64)
def season(level: Level, year: int) -> tuple[date, date]:
    """First and last day on which congresses of this level hear the report of `year`."""
    match level:
        case Level.PROVINCE:
            return date(year, 1, 10), date(year, 2, 10)
        case Level.CITY | Level.COUNTY:
            return date(year - 1, 12, 1), date(year, 3, 1) - timedelta(days=1)


def year_due(now: datetime) -> int:
    """The year whose report may be late now; in December that of next year."""
    today = china_day(now)
    return today.year + (today.month == 12)


def when_due(code: str, year: int, history: Iterable[Past]) -> Due:
    """When the report of `year` is due in the division `code`, by its past or else by the season."""
    past = sorted(
        (p for p in history if year - YEARS <= p.year < year and plausible(p.year, p.on)),
        key=lambda p: p.year,
    )
    last = next((p.on for p in past if p.year == year - 1), None)
    if not past:
        _, end = season(level_of(code), year)
        return Due(year, end, end + GRACE, last)
    days = [(p.on - date(p.year, 1, 1)).days for p in past]
    grace = GRACE if len(days) > 1 else GRACE_AFTER_ONE
    first = date(year, 1, 1)
    on = first + timedelta(days=int(median(days)))
    return Due(year, on, first + timedelta(days=max(days)) + grace, last)


def overdue(now: datetime, code: str, history: Iterable[Past], seen: bool) -> bool:
    """Whether the report of this season is late in the division `code`; `seen`: it has come."""
    if seen:
        return False
    year = year_due(now)
    today = china_day(now)
    return when_due(code, year, history).late_after < today < date(year, *OVER)


# --- one season beside the last ----------------------------------------------------------------


class Standing(StrEnum):
    """Where the report of a year stands on a day."""

    REPORTED = "reported"
    LATE = "late"  # last year it was there by now; or the season is over, and two weeks more
    DUE = "due"  # the congresses of its level meet
    AHEAD = "ahead"
    UNSEEN = "unseen"  # the year is half over


def same_day(last_year_on: date) -> date:
    """The day of last year, this year; 29 February is 1 March."""
    if (last_year_on.month, last_year_on.day) == (2, 29):
        return date(last_year_on.year + 1, 3, 1)
    return last_year_on.replace(year=last_year_on.year + 1)


def standing(code: str, year: int, today: date, *, seen: bool, last_year_on: date | None) -> Standing:
    """Of the report of `year` in the division `code`."""
    if seen:
        return Standing.REPORTED
    if today >= date(year, *OVER):
        return Standing.UNSEEN
    begin, end = season(level_of(code), year)
    expected = same_day(last_year_on) if last_year_on is not None else end + GRACE
    if today > expected:
        return Standing.LATE
    return Standing.DUE if today >= begin else Standing.AHEAD


def plausible(year: int, on: date) -> bool:
    """Can the report of `year` have come on that day? What was found years later says nothing of it."""
    return (on - date(year, 1, 1)).days in _PLAUSIBLE
