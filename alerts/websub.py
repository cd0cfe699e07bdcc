"""Tell the WebSub hub that feeds changed; it then fetches them and tells its subscribers at once.

Never needed, only faster: whoever polls gets the same, and a ping that is lost comes with the next change.
Which feeds changed is topics.py. How a publisher tells its hub is left open by WebSub (W3C, section 6);
hubs take the form of PubSubHubbub 0.4: `hub.mode=publish` and one `hub.url` for each feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
import structlog

from ingest.errors import FetchError

log = structlog.get_logger(__name__)

AT_ONCE = 50  # feeds told in one request
WAITS = (5.0, 60.0, 600.0)  # seconds before a ping is tried again; after that it is dropped


@dataclass(slots=True)
class Hub:
    """One hub. `changed` collects, `run` tells; what changes while the hub is slow is told together."""

    client: httpx.AsyncClient
    url: str
    deadline: float
    waits: tuple[float, ...] = WAITS
    _waiting: dict[str, None] = field(default_factory=dict)
    told: asyncio.Event = field(default_factory=asyncio.Event)  # nothing is waiting any more
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def changed(self, addresses: Iterable[str]) -> None:
        self._waiting |= dict.fromkeys(addresses)
        if self._waiting:
            self.told.clear()
            self._news.set()

    async def run(self) -> None:
        """Tell the hub of what changed, until cancelled."""
        failures = 0
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                part = list(self._waiting)[:AT_ONCE]
                error = await self._tell(part)
                if error is not None and failures < len(self.waits):
                    log.info("hub not told; trying again", hub=self.url, error=error, feeds=len(part))
                    await asyncio.sleep(self.waits[failures])
                    failures += 1
                    continue
                if error is not None:
                    log.warning("hub not told of changed feeds", hub=self.url, error=error, feeds=len(part))
                failures = 0
                for address in part:
                    self._waiting.pop(address, None)
            self.told.set()

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
