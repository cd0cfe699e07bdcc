"""What an HTTP status means for a page: an answer, or which error. Pure.

A block page that comes with status 200 is told by its words: page/ does that.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.errors import BadAnswer, Blocked, Gone, HostUnavailable

LONGEST_RETRY_AFTER = 24 * 3600.0  # seconds

GONE = frozenset({404, 410})
# How two widespread cookie walls (瑞数: 202, later 412; 加速乐: 521) answer a reader without JavaScript.
COOKIE_WALL = frozenset({202, 412, 521})
BLOCKED = frozenset({403}) | COOKIE_WALL
LATER = frozenset({429, 503})
_RANGE = re.compile(r"bytes\s+0-(\d{1,15})/(\d{1,15})\s*", re.I)


def is_page(status: int, content_range: str | None) -> bool:
    """Whether the answer to a plain GET brings all of the page. Besides 200: 203 (changed on its way), 201,
    and 206 that nobody asked for where the part is the whole (RFC 9110, 14.4 and 15.3)."""
    if status == 206:
        part = _RANGE.fullmatch((content_range or "").strip())
        return part is not None and int(part[1]) + 1 == int(part[2])
    return status in (200, 201, 203)


def judge_page(status: int, what: str, retry_after: float | None = None) -> None:
    """Return for 200 and 304; raise Gone, Blocked, HostUnavailable or BadAnswer for the rest."""
    if status in (200, 304):
        return
    if status in GONE:
        raise Gone(f"{what}: the page is not there (HTTP {status}).")
    if status in BLOCKED:
        raise _refused(status, what)
    if status in LATER or 500 <= status <= 599:
        raise HostUnavailable(
            f"{what}: the server cannot answer now (HTTP {status}"
            + (f", come back in {retry_after:.0f} s)." if retry_after is not None else ")."),
            retry_after=retry_after,
            cause="status",
            detail=f"HTTP {status}",
        )
    raise BadAnswer(f"{what}: unexpected HTTP status {status}.")


def judge_robots(status: int, what: str, retry_after: float | None = None) -> None:
    """robots.txt by RFC 9309, 2.3.1: 5xx means stay away (HostUnavailable, or Blocked by a cookie wall), any
    other status can be used.

    429 is a 4xx, but a host that says "too many requests" does not mean "come in".
    """
    if status >= 500 and status in COOKIE_WALL:
        raise _refused(status, what)
    if status in LATER or 500 <= status <= 599:
        raise HostUnavailable(
            f"{what}: HTTP {status}.",
            retry_after=retry_after,
            cause="status",
            detail=f"robots.txt: HTTP {status}",
        )
    if status == 304 or status < 200:
        raise BadAnswer(f"{what}: unexpected HTTP status {status}.")


def _refused(status: int, what: str) -> Blocked:
    return Blocked(
        f"{what}: the site refused us (HTTP {status}). Open it in a browser to see what it asks for.",
        by="cookie_wall" if status in COOKIE_WALL else "block_page",
        detail=f"HTTP {status}",
    )


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from `now` (aware) of a Retry-After (RFC 9110, 10.2.3), from 0 to 24 h; None if unreadable."""
    if value is None:
        return None
    text = value.strip()
    try:
        if text.isascii() and text.isdigit():
            seconds = float(text[:12])
        else:
            when = parsedate_to_datetime(text)
            seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
