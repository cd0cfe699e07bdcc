"""The pace of requests per host: one at a time, a gap between two, and staying away when a host asks for it.

Every request takes a turn: pages, robots.txt and each hop of a redirect. `LocalPace` keeps the turns of
one process; shared_pace.py agrees with other processes besides.

What robots.txt says about the gap is robots.py; when a page is due is poll.py.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import httpx

from ingest.errors import Blocked, HostUnavailable, TimedOut

JITTER = (
    0.2  # a gap is 1.0 to 1.2 times the delay: chance may lengthen what a host was promised, never shorten it
)
PATIENCE = 60.0  # seconds that a turn waits for a host that asked to be left alone, before it gives up
LONGEST_BACKOFF = 3600.0  # seconds; a Retry-After may say more (24 h, status.py)
HOSTS = 10_000  # how many hosts are remembered before idle ones are forgotten


class Pace(Protocol):
    """What Web needs of a pace."""

    def turn(
        self, host: str, delay: float | None = None, at_least: float = 0.0
    ) -> AbstractAsyncContextManager[None]:
        """The right to make one request to a host, after a gap of max(delay or the usual one, at_least) s."""


@lru_cache(256)  # as many as are under way
def pace_key(url: str | httpx.URL) -> str:
    """What counts as one host: its name, whether over http or https; with the port if it is another one."""
    parsed = httpx.URL(url)
    host = parsed.host.lower().removesuffix(".")
    return host if parsed.port in (None, 80, 443) else f"{host}:{parsed.port}"


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    ended_at: float | None = None  # when the last request ended
    away_until: float = 0.0  # Retry-After, back-off
    failures: int = 0


class LocalPace:
    """The turns of one process, in the order in which they were asked for.

    `delay` is the usual gap in seconds, `clock` a monotonic one. A host that failed n times in a row is
    left alone for delay * 2**n seconds, or for as long as it asked (`HostUnavailable.retry_after`).

    A subclass may have more to wait for (`_admitted`) and to tell (`_ended`).
    """

    def __init__(
        self,
        delay: float = 5.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        patience: float = PATIENCE,
    ) -> None:
        self._delay = delay
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._patience = patience
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float | None = None, at_least: float = 0.0) -> AsyncIterator[None]:
        """Wait for the turn, then hold it; leave it when the answer has been read.

        The gap since the end of the last request is `delay` seconds (None: the usual one), and never less
        than `at_least` (what robots.txt asks for).

        Errors of the request pass through and are noted: HostUnavailable, TimedOut and Blocked make the
        host be left alone for a while. Raises HostUnavailable with `retry_after` when that while is
        longer than the patience.
        """
        gap = max(self._delay if delay is None else delay, at_least)
        known = self._known(host)
        known.waiting += 1
        try:
            async with known.lock:
                await self._wait(host, known, gap)
                await self._admitted(host, gap)
                away: float | None = None
                try:
                    yield
                except (HostUnavailable, TimedOut, Blocked) as exc:
                    away = self._note(known, gap, exc)
                    raise
                else:
                    known.failures, away = 0, 0.0
                finally:
                    known.ended_at = self._clock()
                    await self._ended(host, gap, away)
        finally:
            known.waiting -= 1

    async def _wait(self, host: str, known: _Host, gap: float) -> None:
        away = known.away_until - self._clock()
        if away > self._patience:
            raise HostUnavailable(
                f"host {host}: left alone for another {away:.0f} s, as it asked or after"
                f" {known.failures} failures in a row.",
                retry_after=away,
                cause="waiting",
            )
        ready_at = known.away_until
        if known.ended_at is not None:
            ready_at = max(ready_at, known.ended_at + gap * (1 + JITTER * self._chance()))
        while (left := ready_at - self._clock()) > 0:
            await self._sleep(left)

    def _note(self, known: _Host, gap: float, exc: Exception) -> float:
        known.failures += 1
        away = min(gap * 2.0 ** min(known.failures, 32), LONGEST_BACKOFF)
        if isinstance(exc, HostUnavailable) and exc.retry_after is not None:
            away = max(away, exc.retry_after)
        known.away_until = self._clock() + away
        return away

    async def _admitted(self, host: str, gap: float) -> None:
        """Called when the request may start, for all we know here. May wait, or raise HostUnavailable."""

    async def _ended(self, host: str, gap: float, away: float | None) -> None:
        """Called when the request has ended. `away`: seconds that the host is to be left alone; 0 after a
        success, None when it says nothing about the host (404, cancelled)."""

    def _known(self, host: str) -> _Host:
        if host not in self._hosts and len(self._hosts) >= HOSTS:
            now = self._clock()
            self._hosts = {name: known for name, known in self._hosts.items() if _busy(known, now)}
        return self._hosts.setdefault(host, _Host())


def _busy(known: _Host, now: float) -> bool:
    """Whether forgetting the host could make somebody impolite."""
    recent = known.ended_at is not None and now - known.ended_at < LONGEST_BACKOFF
    return known.waiting > 0 or known.away_until > now or recent
