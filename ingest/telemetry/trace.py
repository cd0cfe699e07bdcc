"""One id from a fetch to the alerts that it leads to, in every log line on the way.

It is made when an answer has come, kept with the version, the report's mark and the event that follow from it
(columns of store/tables.py), and bound to the log lines of whoever works on them: `trace_id`. It has the form
of a trace id of W3C Trace Context, and begins with the time of the fetch, as a UUID of version 7 does
(RFC 9562).

Where it is bound it holds for the task or thread at hand, and for the threads that this starts.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from structlog.contextvars import bind_contextvars, get_contextvars, unbind_contextvars

NAME = "trace_id"
_TIME_BITS = 48  # milliseconds since 1970
_RANDOM_BITS = 74


def new_trace_id(at: datetime) -> str:
    """32 hex digits: 48 bits of time, then chance."""
    chance = secrets.randbits(_RANDOM_BITS)
    high, low = chance >> 62, chance & (2**62 - 1)
    return f"{int(at.timestamp() * 1000):012x}7{high:03x}{2**63 | low:016x}"


def fetched_at(trace_id: str) -> datetime:
    """When the answer came that this id was made for."""
    return datetime.fromtimestamp(int(trace_id[: _TIME_BITS // 4], 16) / 1000, UTC)


def current() -> str | None:
    """The id of what is being worked on here; None: nothing that a fetch brought."""
    found = get_contextvars().get(NAME)
    return found if isinstance(found, str) else None


@contextmanager
def traced(trace_id: str | None = None) -> Iterator[None]:
    """Work under this id meanwhile (None: under none, until `begin` or `take_up`), then as before."""
    before = current()
    _bind(trace_id)
    try:
        yield
    finally:
        _bind(before)


def begin(at: datetime) -> None:
    """An answer came at this time: go on under a new id, until the end of the `traced` around it."""
    _bind(new_trace_id(at))


def take_up(trace_id: str | None) -> None:
    """Go on under the id that what is at hand was kept with, until the end of the `traced` around it."""
    _bind(trace_id)


def _bind(trace_id: str | None) -> None:
    if trace_id is None:
        unbind_contextvars(NAME)
    else:
        bind_contextvars(**{NAME: trace_id})
