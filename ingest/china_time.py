"""The clock and the calendar that China's governments print by. Pure.

What a printed date means is page/dates.py; when we look again, watch/schedule.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
"""China Standard Time: one zone, and no summer time since 1991."""


def china_day(moment: datetime) -> date:
    """The day that this moment falls on there, to be held beside days that pages print."""
    return moment.astimezone(CHINA).date()
