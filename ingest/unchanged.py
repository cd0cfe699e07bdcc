"""Write down looks at lists that brought nothing new, several in one transaction: nearly all looks are such.

Whoever is killed before that loses a look: the list's lease runs out, and it is asked again. What is not as
it was the last time goes its own way, one by one, in poll.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection

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
    _waiting: list[tuple[Unchanged, asyncio.Future[bool]]] = field(default_factory=list, init=False)
    _writing: asyncio.Task[None] | None = field(default=None, init=False)

    async def write(self, look: Unchanged) -> bool:
        """Whether it is written down. False: something was wrong with the list or its source before, or the
        looks could not be written down together; then nothing is. Raises what kept this one from it alone."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((look, written))
        if self._writing is None:
            self._writing = loop.create_task(self._write_all())
            self._writing.add_done_callback(self._ended)
        return await written

    def _ended(self, writing: asyncio.Task[None]) -> None:
        """Nobody waits for a writer that is gone."""
        if writing.cancelled() or (failed := writing.exception()) is None:
            return
        if self._writing is writing:
            self._writing = None
        some, self._waiting = self._waiting, []
        for _, written in some:
            if not written.done():
                written.set_exception(failed)

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(GATHER)
                some, self._waiting = self._waiting, []
                done: set[int] = set()
                try:
                    done = await asyncio.to_thread(self._record, [look for look, _ in some])
                except Exception as exc:  # each by itself will say what it is
                    if len(some) == 1 and not some[0][1].done():
                        some[0][1].set_exception(exc)
                    log.info("looks not written down together", lists=len(some), error=repr(exc))
                finally:
                    for look, written in some:
                        if not written.done():
                            written.set_result(look.list_id in done)
        finally:
            self._writing = None

    def _record(self, looks: Sequence[Unchanged]) -> set[int]:
        now = self.now()

        def write(tx: Connection) -> set[int]:
            good = source_checks.still_good(tx, [(look.source, look.url) for look in looks], now)
            written = [look for look in looks if (look.source, look.url) in good]
            if written:
                watchlist.lists_unchanged(
                    tx, now, [(look.list_id, look.owner, look.next_poll_at) for look in written]
                )
            return {look.list_id for look in written}

        return self.store.retrying(write)
