"""One look at the database and at Redis: are they there, and what waits in them?

Kept for a few seconds, so that probes and scrapes together ask once. Each of the two has a thread and a
deadline: one that hangs is said to be away, and delays neither the other nor the answer.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from ingest.errors import GongbaoError
from ingest.roles import SILENT_AFTER
from ingest.settings import Settings
from ingest.store import backlog
from ingest.store.backlog import Backlog
from ingest.store.db import Store

T = TypeVar("T")
KEPT = 3.0  # seconds that a look is good for
DEADLINE = 4.0  # seconds for an answer; Prometheus waits ten for everything


@dataclass(frozen=True, slots=True)
class Jobs:
    """What lies in Redis."""

    queued: int
    failed: int  # given up by RQ within the hour


@dataclass(frozen=True, slots=True)
class Seen:
    """None where the part did not answer; the reason beside it."""

    backlog: Backlog | None
    database: str | None
    jobs: Jobs | None
    redis: str | None
    free: int | None  # bytes on the disk of the data folder, where there is one


class _Asked(Generic[T]):
    """One question at a time, in a thread of its own, which also lets go of the part that it asks."""

    def __init__(self, name: str, ask: Callable[[], T], let_go: Callable[[], None]) -> None:
        self._ask = ask
        self._let_go = let_go
        self._name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"monitor-{name}")
        self._pending: Future[T] | None = None

    def start(self) -> None:
        if self._pending is None:
            self._pending = self._thread.submit(self._ask)

    def answer(self, deadline: float) -> tuple[T | None, str | None]:
        assert self._pending is not None
        try:
            found = self._pending.result(max(0.0, deadline - time.monotonic()))
        except NotYet:
            return None, f"{self._name}: no answer within {DEADLINE:g} s"  # it stays the question
        except GongbaoError as exc:
            self._pending = None
            return None, str(exc)
        self._pending = None
        return found, None

    def close(self) -> None:
        """Does not wait: a question that is under way has its connection till it is answered."""
        self._thread.submit(self._let_go)
        self._thread.shutdown(wait=False)


class Looker:
    """Looks, and remembers for `KEPT` seconds. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        from ingest.queue import Queue  # a role that is not monitored pays for no client of Redis

        self.ocr = settings.ocr
        self._settings = settings
        self._store = Store.open(settings.database)
        self._queue = Queue.of(settings)
        self._lock = threading.Lock()
        self._database = _Asked("database", self._ask_database, self._store.close)
        self._redis = _Asked("redis", self._ask_redis, self._queue.close)
        self._seen: Seen | None = None
        self._at = float("-inf")

    def look(self) -> Seen:
        with self._lock:
            if self._seen is None or time.monotonic() > self._at + KEPT:
                self._seen = self._look()
                self._at = time.monotonic()
            return self._seen

    def _look(self) -> Seen:
        deadline = time.monotonic() + DEADLINE
        self._database.start()
        self._redis.start()
        waiting, no_database = self._database.answer(deadline)
        jobs, no_redis = self._redis.answer(deadline)
        return Seen(waiting, no_database, jobs, no_redis, self._free())

    def _ask_database(self) -> Backlog:
        self._store.check()
        with self._store.read() as tx:
            return backlog.backlog(tx, datetime.now(UTC), SILENT_AFTER)

    def _ask_redis(self) -> Jobs:
        self._queue.take_note()
        return Jobs(self._queue.depth(), self._queue.failed())

    def _free(self) -> int | None:
        try:
            return shutil.disk_usage(self._settings.data_dir).free
        except OSError:  # a worker in a container has none
            return None

    def close(self) -> None:
        self._database.close()
        self._redis.close()
