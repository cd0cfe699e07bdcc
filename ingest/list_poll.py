"""One look at a list: read it, remember what is new, or write down what went wrong.

How a list is read with its further pages is walk.py, how looks that brought nothing new are written down
together unchanged.py; when a list is due, poll.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection

from ingest import source_health
from ingest.errors import Failure, HostUnavailable
from ingest.identity.first_look import newest_years
from ingest.model import ListItem, Page, WatchedList
from ingest.pipeline import Pipeline, failure_of
from ingest.sources.spec import Source
from ingest.store import outbox, watchlist
from ingest.telemetry import metrics, trace
from ingest.unchanged import Unchanged, UnchangedLooks
from ingest.walk import Look, look_at_list
from ingest.watch.schedule import (
    BACK_OFF_MOST,
    Rhythm,
    after_waiting,
    in_season,
    longest_wait,
    next_poll,
    next_try,
    observe,
)
from ingest.watch.season import year_due
from ingest.web.session import Web

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ListPoller:
    """Looks at lists that `owner` has leased."""

    pipeline: Pipeline
    web: Web
    owner: str
    _unchanged: UnchangedLooks = field(init=False)

    def __post_init__(self) -> None:
        self._unchanged = UnchangedLooks(self.pipeline.store, self.pipeline.now)

    async def poll(self, watched: WatchedList) -> int:
        """Look at one list; how many pages are new. Whatever goes wrong with it is recorded on the list, not
        raised; but for a StoreError: then nothing can be recorded, and the list stays due."""
        source = self.pipeline.sources[watched.source]
        with trace.traced():
            try:
                return await self._poll(watched, source)
            except Exception as exc:
                failure = failure_of(exc, watched.source, watched.url)
            await asyncio.to_thread(self._list_failed, watched, source, failure)
            return 0

    async def _poll(self, watched: WatchedList, source: Source) -> int:
        look = await look_at_list(
            self.web,
            source,
            watched,
            self.pipeline.now(),
            lambda urls: self._unknown(source.slug, urls),
            self.pipeline.reader,
        )
        trace.begin(look.fetched.fetched_at)
        metrics.fetched("list", source.kind, "ok" if look.items is not None else "not_modified")
        if _says_the_same(look, watched):
            now = self.pipeline.now()
            again = self._next_poll(watched, source, Rhythm(watched.change_gap, watched.last_changed_at), now)
            unchanged = Unchanged(watched.id, self.owner, watched.source, watched.url, again)
            if await self._unchanged.write(unchanged):
                return 0
        return await asyncio.to_thread(self._list_done, watched, source, look)

    def _next_poll(self, watched: WatchedList, source: Source, rhythm: Rhythm, now: datetime) -> datetime:
        bounds, chance = source.bounds_of(watched.url), self.pipeline.chance()
        return next_poll(rhythm, bounds, now, season=in_season(now), chance=chance)

    async def _unknown(self, slug: str, urls: Collection[str]) -> set[str]:
        def ask() -> set[str]:
            with self.pipeline.store.read() as tx:
                return watchlist.unknown(tx, slug, urls)

        return await asyncio.to_thread(ask)

    def _list_done(self, watched: WatchedList, source: Source, look: Look) -> int:
        now = self.pipeline.now()
        items, fetched = look.items, look.fetched
        first = watched.items is None  # what it shows may be ten years old
        years = newest_years(items or (), source.region_at(watched.url), year_due(now)) if first else None

        def write(tx: Connection) -> list[Page]:
            checked = source_health.list_read(tx, source, watched.url, items, now)
            shown = (*(items or ()), *look.behind)
            new = watchlist.see_items(tx, source.slug, shown, now, newest_years=years, list_url=watched.url)
            before = Rhythm(watched.change_gap, watched.last_changed_at)
            rhythm = observe(before, bool(new), now, (item.published_on for item in items or ()))
            watchlist.list_done(
                tx,
                watched.id,
                self.owner,
                now,
                self._next_poll(watched, source, rhythm, now),
                etag=_kept(fetched.etag, watched.etag, items, checked),
                last_modified=_kept(fetched.last_modified, watched.last_modified, items, checked),
                items=len(items) if items is not None else watched.items,
                changed=rhythm.changed_at == now,
                change_gap=rhythm.gap,
                deep=look.deep,
                remembered=look.remembered,
                owed=look.owed,
                warning=look.warning,
                read_as=look.read_as if checked.sound else None,
            )
            outbox.append(tx, checked.events)
            return new

        if new := self.pipeline.store.retrying(write):
            log.info("list has new pages", source=source.slug, url=watched.url, new=len(new))
        if look.warning:
            log.warning("list read all the same", source=source.slug, url=watched.url, warning=look.warning)
        return len(new)

    def _list_failed(self, watched: WatchedList, source: Source, exc: Failure) -> None:
        """Write a failure down; where that fails too, the bare fact, so that the list is left alone for a
        while."""
        try:
            self._write_list_failure(watched, source, exc)
        except Exception as failed:
            fact = failure_of(failed, watched.source, watched.url)
            now = self.pipeline.now()
            again = next_try(watched.failures + 1, None, now, chance=self.pipeline.chance())
            with self.pipeline.store.begin() as tx:
                watchlist.list_failed(tx, watched.id, self.owner, now, again, f"{fact.code}: {fact}")

    def _write_list_failure(self, watched: WatchedList, source: Source, exc: Failure) -> None:
        now = self.pipeline.now()
        retry_after = exc.retry_after if isinstance(exc, HostUnavailable) else None
        if isinstance(exc, HostUnavailable) and exc.cause == "waiting":
            later = after_waiting(retry_after, now, chance=self.pipeline.chance())
            with self.pipeline.store.begin() as tx:
                watchlist.list_postponed(tx, watched.id, self.owner, later)
            metrics.fetched("list", source.kind, "postponed")
            log.info("list put off", source=source.slug, url=watched.url, message=str(exc))
            return
        metrics.fetched("list", source.kind, exc.code)
        if trace.current() is None:  # nothing came
            trace.begin(now)
        failures = watched.failures + 1
        bounds = source.bounds_of(watched.url)
        again = next_try(
            failures,
            retry_after,
            now,
            chance=self.pipeline.chance(),
            least=bounds.shortest,
            most=BACK_OFF_MOST if bounds.fixed else longest_wait(bounds, season=in_season(now)),
        )

        def write(tx: Connection) -> None:
            checked = source_health.list_failed(tx, source, watched.url, exc, now)
            watchlist.list_failed(tx, watched.id, self.owner, now, again, f"{exc.code}: {exc}")
            outbox.append(tx, checked.events)

        self.pipeline.store.retrying(write)
        log.warning("list failed", source=source.slug, url=watched.url, error=exc.code, message=str(exc))


def _says_the_same(look: Look, watched: WatchedList) -> bool:
    """Whether nothing has changed since a list was read, and its validators stand too."""
    kept = (
        look.read_as,
        look.fetched.etag or watched.etag,
        look.fetched.last_modified or watched.last_modified,
    )
    known = (watched.read_as, watched.etag, watched.last_modified)
    return look.items is None and watched.last_changed_at is not None and kept == known


def _kept(
    new: str | None, old: str | None, items: Sequence[ListItem] | None, checked: source_health.Checked
) -> str | None:
    """The validator to ask with next time; none for a list that must be seen whole again."""
    if not checked.sound:
        return None
    return new or (old if items is None else None)
