"""Rings when there are new events, for those who wait: long polls and streams. No routes.

One watcher for all who wait, only while somebody does: it asks the database twice a second, and at once when
Redis says that there is something (wake.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
from starlette.concurrency import run_in_threadpool

from alerts.delivery import nudge
from ingest.errors import StoreError
from ingest.queue import queue_url
from ingest.settings import Settings
from ingest.store import outbox
from ingest.store.db import Store

log = structlog.get_logger(__name__)

LISTENERS = 500  # at most, of one process
EACH = 100  # and of these from one address
LOOK_EVERY = 0.5  # seconds between two looks when nobody nudges


@dataclass(slots=True)
class Bell:
    """For one event loop; `latest` is the newest sequence that was seen while somebody listened."""

    settings: Settings
    store: Store
    latest: int = 0
    listeners: Counter[str] = field(default_factory=Counter)  # by address
    _rung: asyncio.Event = field(default_factory=asyncio.Event)
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def is_full(self, client: str) -> bool:
        """Whether no more may listen, or no more from there."""
        return self.listeners.total() >= LISTENERS or self.listeners[client] >= EACH

    @asynccontextmanager
    async def listening(self, client: str) -> AsyncIterator[None]:
        """While in here, `news_after` may be waited for."""
        self.listeners[client] += 1
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._watch()),
                asyncio.create_task(nudge.listen(queue_url(self.settings), self._nudged.set)),
            ]
        try:
            yield
        finally:
            self.listeners[client] -= 1
            self.listeners = +self.listeners  # without who is there no more
            if not self.listeners:
                for task in self._tasks:
                    task.cancel()
                self._tasks = []

    async def news_after(self, sequence: int, seconds: float) -> bool:
        """Whether there is an event after `sequence`, at once or within so many `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.latest <= sequence:
                    await self._rung.wait()
        return self.latest > sequence

    async def _watch(self) -> None:
        while True:
            self._nudged.clear()
            try:
                latest = await run_in_threadpool(self._latest)
            except StoreError as exc:
                log.warning("database unavailable; streams wait", error=str(exc))
                latest = self.latest
            if latest > self.latest:
                self.latest = latest
                self._rung.set()
                self._rung = asyncio.Event()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._nudged.wait()

    def _latest(self) -> int:
        with self.store.read() as tx:
            return outbox.latest_sequence(tx)
