"""Tell the WebSub hub that feeds changed; it then fetches them and tells its subscribers at once.

Which feeds changed is named_feeds.py; it is written down with the deliveries of an event (delivery/send.py),
so that what a dead sender owed the hub is known to the next one. How a publisher tells its hub is left open
by WebSub (W3C, section 6); hubs take the form of PubSubHubbub 0.4: `hub.mode=publish` and one `hub.url` for
each feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx
import structlog

from ingest.errors import FetchError, StoreError
from ingest.store import pings
from ingest.store.db import Store
from ingest.store.pings import Ping

log = structlog.get_logger(__name__)

AT_ONCE = 50  # feeds told in one request
WAITS = (5.0, 60.0, 600.0)  # seconds before the hub is tried again; the last for ever after
GIVE_UP_AFTER = timedelta(hours=24)  # by then whoever cares has polled the feed
LOOK_EVERY = 60.0  # seconds between two looks for what another sender left behind


@dataclass(slots=True)
class Hub:
    """One hub. What changes while it is slow or away is told together."""

    client: httpx.AsyncClient
    url: str
    deadline: float
    store: Store
    clock: Callable[[], datetime]
    waits: tuple[float, ...] = WAITS
    told: asyncio.Event = field(default_factory=asyncio.Event)  # nothing is waiting any more
    news: asyncio.Event = field(default_factory=asyncio.Event)  # a feed changed

    async def run(self) -> None:
        """Tell the hub of what changed, until cancelled."""
        failures = 0
        while True:
            self.news.clear()
            error, part = await self._round()
            if error is None and part:
                failures = 0
            elif error is None:
                self.told.set()
                await self._pause(LOOK_EVERY, self.news)
            else:
                if self.url:
                    log.warning("hub not told of changed feeds", hub=self.url, error=error, feeds=len(part))
                await asyncio.sleep(self.waits[min(failures, len(self.waits) - 1)])
                failures += 1

    async def _round(self) -> tuple[str | None, list[Ping]]:
        """Tell of those that wait, or of the first of them: what went wrong, and which they were."""
        part: list[Ping] = []
        try:
            part = await asyncio.to_thread(self._waiting)
            if not part:
                return None, part
            self.told.clear()
            error = await self._tell([ping.address for ping in part])
            if error is None:
                await asyncio.to_thread(self._forget, part)
        except StoreError as exc:
            error = str(exc)
        return error, part

    def _waiting(self) -> list[Ping]:
        with self.store.read() as tx:
            waiting = pings.waiting(tx, AT_ONCE)
        longest = self.clock() - GIVE_UP_AFTER
        if not waiting or waiting[0].changed_at >= longest:
            return waiting
        with self.store.begin() as tx:
            log.warning("hub not told for a day; it is spared these", feeds=pings.forget(tx, longest))
            return pings.waiting(tx, AT_ONCE)

    def _forget(self, part: list[Ping]) -> None:
        with self.store.begin() as tx:
            pings.delivered(tx, part)

    async def _pause(self, seconds: float, unless: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await unless.wait()

    async def _tell(self, addresses: list[str]) -> str | None:
        """None when the hub accepted, else what went wrong."""
        form = urlencode([("hub.mode", "publish"), *(("hub.url", address) for address in addresses)])
        headers = {"content-type": "application/x-www-form-urlencoded"}
        try:
            async with (
                asyncio.timeout(self.deadline),
                self.client.stream("POST", self.url, content=form, headers=headers) as response,
            ):
                return None if response.is_success else f"status {response.status_code}"
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, FetchError, OSError) as exc:
            return f"{type(exc).__name__}: {exc}"[:200]
