"""Archives of a feed (RFC 5005, section 4): which events stand in which, so that none ever changes. Pure.

Archive n holds what passes the feed's filter among the sequences (n-1)*100+1 … n*100. It is closed once a
greater sequence is there: a reader of the store never finds a smaller one later (store/outbox.py). A feed
and its closed archives together miss nothing, and may overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

NEWEST = 100  # entries of a feed at least, where there are so many
SPAN = timedelta(hours=48)  # before its newest entry: all of them too, for whoever asks once a day
MOST = 1_000  # entries of a feed
WINDOW = 100  # sequences of an archive; not more than NEWEST, or entries would fall between the two


class Dated(Protocol):
    @property
    def sequence(self) -> int: ...

    @property
    def occurred_at(self) -> datetime: ...


class Place(NamedTuple):
    """Which event it is and when it happened, without what it says: a thousand of them whole are 25 MB."""

    sequence: int
    occurred_at: datetime


D = TypeVar("D", bound=Dated)


def place_of(event: Dated) -> Place:
    return Place(event.sequence, event.occurred_at)


def shown(events: Sequence[D]) -> Sequence[D]:
    """Those of the newest events, newest first, that a feed shows: 100, and all of 48 hours, 1,000 at most.

    The hours count from the newest of them, not from now: the same events are the same feed.
    """
    since = events[0].occurred_at - SPAN if events else None
    return [
        event for n, event in enumerate(events[:MOST]) if n < NEWEST or (since and event.occurred_at >= since)
    ]


def archive_of(sequence: int) -> int:
    """The archive that holds an event; the first is 1."""
    return (sequence - 1) // WINDOW + 1


def bounds(archive: int) -> tuple[int, int]:
    """(after, before): the archive holds after < sequence < before."""
    return (archive - 1) * WINDOW, archive * WINDOW + 1


def closed(latest: int) -> int:
    """The last closed archive when `latest` is the newest sequence; 0: there is none."""
    return latest // WINDOW
