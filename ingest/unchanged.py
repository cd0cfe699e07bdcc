"""Write down looks at lists that brought nothing new, several in one transaction: nearly all looks are such.

Whoever is killed before that loses a look: the list's lease runs out, and it is asked again. What is not as
it was the last time goes its own way, one by one, in list_poll.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress

import structlog
from sqlalchemy import Connection

from ingest.batching import Batcher
from ingest.store import source_checks, watchlist
from ingest.store.db import Store

log = structlog.get_logger(__name__)

GATHER = 0.02  # seconds that the first of several waits for the others


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A list that is as it was, whose lease its poller holds, and when it is looked at again."""

    list_id: int
    owner: str
    source: str
    url: str
    next_poll_at: datetime


@dataclass(slots=True)
class UnchangedLooks:
    """What the looks of one poller found unchanged."""

    store: Store
    now: Callable[[], datetime]
    _together: Batcher[Unchanged, bool] = field(init=False)

    def __post_init__(self) -> None:
        self._together = Batcher(self._written, GATHER)

    async def write(self, look: Unchanged) -> bool:
        """Whether it is written down. False: something was wrong with the list or its source before, or the
        looks could not be written down together; then nothing is. Raises what kept this one from it alone."""
        return await self._together.ask(look)

    async def _written(self, looks: Sequence[Unchanged]) -> list[bool]:
        try:
            return await asyncio.to_thread(self._record, looks)
        except Exception as exc:
            if len(looks) == 1:
                raise
            log.info("looks not written down together", lists=len(looks), error=repr(exc))
            return [False] * len(looks)  # each by itself will say what it is

    def _record(self, looks: Sequence[Unchanged]) -> list[bool]:
        now = self.now()

        def write(tx: Connection) -> list[bool]:
            good = source_checks.still_good(tx, [(look.source, look.url) for look in looks], now)
            done = [(look.source, look.url) in good for look in looks]
            if any(done):
                written = [(look.list_id, look.owner, look.next_poll_at) for look in compress(looks, done)]
                watchlist.lists_unchanged(tx, now, written)
            return done

        return self.store.retrying(write)
