"""Wakes those who wait for events, long polls and streams, when there are new ones. No routes.

One watcher for all listeners, and only while there are any: it asks the database twice a second, and at once
when Redis says that something was stored (alerts/delivery/nudge.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Annotated

import structlog
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from ingest.errors import StoreError
from ingest.settings import Settings
from ingest.store import outbox
from ingest.store.db import Store

log = structlog.get_logger(__name__)

LISTENERS = 500  # at most, of one process
LISTENERS_PER_CLIENT = 100
POLL_INTERVAL = 0.5  # seconds between two looks when nobody nudges


@dataclass(slots=True)
class Broadcaster:
    """For one event loop; `latest` is the newest sequence that was seen while somebody listened."""

    settings: Settings
    store: Store
    latest: int = 0
    listeners: Counter[str] = field(default_factory=Counter)  # by address
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def is_full(self, client: str) -> bool:
        """Whether no more may listen, or no more from there."""
        return self.listeners.total() >= LISTENERS or self.listeners[client] >= LISTENERS_PER_CLIENT

    @asynccontextmanager
    async def listening(self, client: str) -> AsyncIterator[None]:
        """While in here, `wait_after` may be called."""
        self.listeners[client] += 1
        if not self._tasks:
            from alerts.delivery import nudge  # as long as nobody listens, a server has no client of Redis
            from ingest.queue import queue_url

            self._tasks = [
                asyncio.create_task(self._watch()),
                asyncio.create_task(nudge.listen(queue_url(self.settings), self._nudged.set)),
            ]
        try:
            yield
        finally:
            self.listeners[client] -= 1
            self.listeners = +self.listeners  # without those that are at nought
            if not self.listeners:
                for task in self._tasks:
                    task.cancel()
                self._tasks = []

    async def wait_after(self, sequence: int, seconds: float) -> bool:
        """Whether there is an event after `sequence`, at once or within so many `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.latest <= sequence:
                    await self._changed.wait()
        return self.latest > sequence

    async def _watch(self) -> None:
        away = False
        while True:
            self._nudged.clear()
            try:
                latest = await run_in_threadpool(self._latest)
                away = False
            except StoreError as exc:
                if not away:  # said once an outage
                    log.warning("database unavailable; streams wait", error=str(exc))
                latest, away = self.latest, True
            if latest > self.latest:
                self.latest = latest
                self._changed.set()
                self._changed = asyncio.Event()
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_INTERVAL):
                    await self._nudged.wait()

    def _latest(self) -> int:
        with self.store.read() as tx:
            return outbox.latest_sequence(tx)


async def _broadcaster(request: Request) -> Broadcaster:
    broadcaster: Broadcaster = request.app.state.broadcaster
    return broadcaster


BroadcasterDep = Annotated[Broadcaster, Depends(_broadcaster)]
