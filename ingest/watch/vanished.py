"""Is a page that answers that it is not there gone, or is its site ailing? Pure.

A server that loses its articles for a day answers 404 for all of them, while its list goes on naming them. So
a page is believed to be gone at the second look, unless nearly all that its list named last cannot be had
either. What stands beside it is asked in between (store/vanished.py); how a source fares, health.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BESIDE = 6  # pages, the newest that its list named
LEAST = 2  # of those; fewer say nothing
SURVIVORS = 4  # for one that is well, more than so many must be missing too
ASKED_WITHIN = timedelta(days=1)  # no answer of a page beside it is waited for longer
BELIEVED_AFTER = timedelta(days=7)  # however many are missing


@dataclass(frozen=True, slots=True)
class Beside:
    """How the newest pages of the same list fared since the page was missed first; `unasked` were not looked
    at since."""

    well: int = 0
    failing: int = 0
    unasked: int = 0


def is_gone(looks: int, since: datetime, beside: Beside, now: datetime) -> bool:
    """Whether a page is gone at the look that misses it the `looks`th time in a row, the first time at
    `since`."""
    if looks < 2:
        return False
    if now - since >= BELIEVED_AFTER or beside.well + beside.failing + beside.unasked < LEAST:
        return True
    if beside.unasked and now - since < ASKED_WITHIN:
        return beside.well * SURVIVORS >= beside.failing + beside.unasked
    return beside.failing < LEAST or beside.well * SURVIVORS >= beside.failing
