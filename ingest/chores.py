"""What a poller does now and then beside its sources: signs of life, a clock that was ahead, late reports."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Connection

from ingest import source_health
from ingest.china_time import china_day
from ingest.errors import StoreError
from ingest.pipeline import Pipeline
from ingest.roles import Role
from ingest.store import outbox, presence
from ingest.store.clock import AHEAD, mend, mend_waits
from ingest.telemetry import metrics
from ingest.watch.schedule import farthest

log = structlog.get_logger(__name__)

BEAT = 1.0  # seconds between two signs of life, at least
CLOCK_LOOK = 60.0  # seconds between two looks for what a clock that was ahead has put off
THOROUGH_CLOCK_LOOK = 3600.0  # likewise, through every table: the clock of a worker or a sender was ahead


@dataclass(slots=True)
class Chores:
    """Those of the poller called `owner`. `beat` and the looks return at once before their time."""

    pipeline: Pipeline
    owner: str
    _beaten: float = field(default=float("-inf"), init=False)
    _clock_seen: float = field(default=float("-inf"), init=False)
    _clock_seen_through: float = field(default=float("-inf"), init=False)
    _beats_ahead: dict[str, datetime] = field(default_factory=dict, init=False)
    _season_seen_on: date | None = field(default=None, init=False)

    async def beat(self, busy: int) -> None:
        if (clock := asyncio.get_running_loop().time()) < self._beaten + BEAT:
            return
        self._beaten = clock
        await asyncio.to_thread(self._write_beat, busy)

    def _write_beat(self, busy: int) -> None:
        with self.pipeline.store.begin() as tx:
            presence.beat(tx, Role.POLL, self.owner, self.pipeline.now(), {"sources_under_way": busy})
        metrics.beaten()

    def leave(self) -> None:
        try:
            with self.pipeline.store.begin() as tx:
                presence.leave(tx, Role.POLL, self.owner)
        except StoreError as exc:
            log.warning("could not say goodbye", error=str(exc))

    async def look_at_clock(self) -> None:
        if (clock := asyncio.get_running_loop().time()) >= self._clock_seen + CLOCK_LOOK:
            thorough = clock >= self._clock_seen_through + THOROUGH_CLOCK_LOOK
            await asyncio.to_thread(self.mend_clock, thorough=thorough)
            self._clock_seen = clock
            self._clock_seen_through = clock if thorough else self._clock_seen_through

    def mend_clock(self, *, thorough: bool = False) -> None:
        now = self.pipeline.now()
        if ahead := self._ahead(now):
            log.warning("clocks differ; what lies in the future stays", ours=now.isoformat(), theirs=ahead)
            return

        def write(tx: Connection) -> tuple[int, int]:
            mended = mend(tx, now, self._longest_wait)
            return mended, mend_waits(tx, now) if mended or thorough else 0

        mended, others = self.pipeline.store.retrying(write)
        if mended or others:
            log.warning(
                "the clock was ahead; what it had put off is due now", lists_and_pages=mended, others=others
            )

    def _ahead(self, now: datetime) -> dict[str, str]:
        """Whose sign of life lies in the future and has moved since the last look: it lives, and nobody here
        can say which of the two clocks is right. Each would take what the other has just done for wrong."""
        with self.pipeline.store.read() as tx:
            later = {b.instance: b.beat_at for b in presence.beats(tx) if b.beat_at > now + AHEAD}
        moved = {name: at for name, at in later.items() if self._beats_ahead.get(name, at) < at}
        self._beats_ahead = later
        return {name: at.isoformat() for name, at in moved.items()}

    def _longest_wait(self, slug: str, url: str) -> timedelta | None:
        try:
            return farthest(self.pipeline.sources[slug].bounds_of(url))
        except KeyError:  # another poller's
            return None

    async def look_at_season(self) -> None:
        """Once a day: which reports are late? Any number of pollers may ask, each event has one id."""
        if (today := china_day(self.pipeline.now())) == self._season_seen_on:
            return
        try:
            await asyncio.to_thread(self._say_what_is_late)
        except StoreError:
            raise
        except Exception as exc:  # the sources are served without it; asked again tomorrow
            log.error("looking for late reports failed", error=repr(exc), exc_info=exc)
        self._season_seen_on = today

    def _say_what_is_late(self) -> None:
        with self.pipeline.store.begin() as tx:
            late = source_health.overdue_reports(tx, self.pipeline.sources, self.pipeline.now())
            new = outbox.append(tx, late)
        if new:
            log.info("reports are late", new=len(new))
