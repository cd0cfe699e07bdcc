"""When a digest is due, and what it spans. Pure. Days and weeks are those of China.

A digest of a day has what happened on that day, and leaves the morning after; one of a week, from Monday to
Sunday, on the Monday after. It is made of the deliveries that are due then: without any there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from ingest.china_time import CHINA, china_day
from ingest.model import Event, Rhythm

LEAVES_AT = time(7, tzinfo=CHINA)
MOST = 500  # entries of one e-mail; what is more comes in another
WITH_TABLES = 40  # entries that stand there whole; of the rest, the line that says all


def digest_at(rhythm: Rhythm, happened_at: datetime) -> datetime:
    """When the digest leaves that has what happened then."""
    day = china_day(happened_at)
    last = day + timedelta(days=6 - day.weekday()) if rhythm is Rhythm.WEEKLY else day
    return datetime.combine(last + timedelta(days=1), LEAVES_AT)


def days_of(events: Iterable[Event]) -> tuple[date, date]:
    """The first and the last day of what is in it."""
    days = [china_day(event.occurred_at) for event in events]
    return min(days), max(days)
