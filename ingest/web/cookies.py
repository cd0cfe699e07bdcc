"""The cookies of one chain of redirects, or of one poll of a source that says it needs them. No I/O.

A reader without cookies gets round and round at a site that sets one in a redirect to itself. Nothing is kept
longer than that, unless a source file says `cookies = true`: then from one request of a poll to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import httpx

LONGEST = 4096  # bytes of a Cookie header that are sent


@dataclass(frozen=True, slots=True)
class CookieSession:
    """Keeps the cookies of these hosts for what a task asks of them inside `with session.kept():`."""

    hosts: frozenset[str]
    jar: httpx.Cookies = field(default_factory=httpx.Cookies)

    @contextmanager
    def kept(self) -> Iterator[None]:
        token = _session.set(self if self.hosts else None)
        try:
            yield
        finally:
            _session.reset(token)


_session: ContextVar[CookieSession | None] = ContextVar("cookies of a poll", default=None)


def jar_for(host: str) -> httpx.Cookies:
    """The jar of the session for a host that is in one, else an empty one, for one chain."""
    session = _session.get()
    return session.jar if session is not None and host in session.hosts else httpx.Cookies()


def cookie_header(jar: httpx.Cookies, url: httpx.URL) -> str | None:
    """What the jar holds for that address, as a header; None where it is nothing, or nothing to be sent."""
    if next(iter(jar.jar), None) is None:
        return None
    request = httpx.Request("GET", url)
    try:
        jar.set_cookie_header(request)
    except UnicodeEncodeError:  # a site set one in GBK
        return None
    value = request.headers.get("cookie")
    return value if value and len(value) <= LONGEST and value.isascii() and value.isprintable() else None
