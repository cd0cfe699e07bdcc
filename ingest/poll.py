"""Which lists and pages are due, and the health of a source. What becomes of a page is pipeline.py.

Any number of pollers may run: a lease on each row shares the work. A killed poller's leases run out.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from ingest.errors import Blocked, FetchError, HostUnavailable, ParseError, ShapeChanged, StoreError
from ingest.events import EventType, make_event
from ingest.model import Event, ListItem, WatchedList
from ingest.page import blocked, decode, read_list
from ingest.pipeline import Outcome, Pipeline, back_off
from ingest.sources import Source
from ingest.store import outbox, presence, watching
from ingest.web import Web

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
AT_ONCE = 16  # sources under way in one process
PER_LOOK = 8  # lists and pages of a source between two looks at what else is due
IDLE_LOOK = 1.0  # seconds between two looks at what is due while sources are under way
LONGEST_SLEEP = 30.0  # seconds
BROKEN_AFTER = 3  # failed polls in a row; a list that lost its shape is broken at once


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at a source did."""

    lists: int
    new_pages: int
    outcomes: tuple[Outcome, ...]

    @property
    def idle(self) -> bool:
        return not self.lists and not self.outcomes


@dataclass(slots=True)
class Poller:
    pipeline: Pipeline
    web: Web
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    async def run(self, stop: asyncio.Event) -> None:
        """Serve the sources that have something due until `stop` is set.

        A source is served by one task at a time and waits for nobody else's slow host; `AT_ONCE`
        sources are under way at most.
        """
        await asyncio.to_thread(self.watch)
        busy: dict[str, asyncio.Task[Round]] = {}
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            try:
                for slug in await asyncio.to_thread(self._due, frozenset(busy), AT_ONCE - len(busy)):
                    busy[slug] = asyncio.create_task(self.serve(slug))
                pause = await asyncio.to_thread(self._till_due) if not busy else IDLE_LOOK
                await asyncio.to_thread(self._beat, len(busy))
            except StoreError as exc:
                log.error("database unavailable; the poller waits", error=str(exc))
                pause = LONGEST_SLEEP / 6
            await asyncio.wait({stopping, *busy.values()}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            for slug, task in list(busy.items()):
                if task.done():
                    del busy[slug]
                    _report(slug, task)
        await asyncio.gather(*busy.values(), return_exceptions=True)

    def watch(self) -> None:
        """Tell the store which sources and lists there are."""
        rows = [source_row(source) for source in self.pipeline.sources.values()]
        with self.pipeline.store.begin() as tx:
            watching.sync_sources(tx, rows, self.pipeline.now())

    async def serve(self, slug: str) -> Round:
        """One look at a source: its lists that are due, then some of its pages that are due."""
        store, now = self.pipeline.store, self.pipeline.now
        with store.begin() as tx:
            lists = watching.lease_lists(tx, self.owner, now(), LEASE, PER_LOOK, sources=(slug,))
        new = [await self.poll_list(watched) for watched in lists]
        with store.begin() as tx:
            pages = watching.lease_pages(tx, self.owner, now(), LEASE, PER_LOOK, sources=(slug,))
        outcomes = [await self.pipeline.take(page, self.web) for page in pages]
        return Round(len(lists), sum(new), tuple(outcomes))

    async def once(self, slugs: Sequence[str] | None = None) -> list[Round]:
        """Serve the given sources (None: all) until nothing of theirs is due."""
        await asyncio.to_thread(self.watch)

        async def till_done(slug: str) -> list[Round]:
            rounds: list[Round] = []
            while not rounds or not rounds[-1].idle:
                rounds.append(await self.serve(slug))
            return rounds

        wanted = slugs if slugs is not None else tuple(self.pipeline.sources)
        return [r for rounds in await asyncio.gather(*map(till_done, wanted)) for r in rounds]

    async def poll_list(self, watched: WatchedList) -> int:
        """Look at one list; how many pages are new. Errors are recorded on the list."""
        source = self.pipeline.sources[watched.source]
        try:
            fetched = await self.web.get(
                watched.url, etag=watched.etag, last_modified=watched.last_modified, delay=source.delay
            )
            items: Sequence[ListItem] | None = None
            if fetched.status != 304:
                items = await asyncio.to_thread(
                    read_items, fetched.body, fetched.content_type, fetched.final_url, source
                )
        except (FetchError, ParseError) as exc:
            await asyncio.to_thread(self._list_failed, watched, source, exc)
            return 0
        return await asyncio.to_thread(
            self._list_done, watched, source, items, fetched.etag, fetched.last_modified
        )

    def _list_done(
        self,
        watched: WatchedList,
        source: Source,
        items: Sequence[ListItem] | None,
        etag: str | None,
        last_modified: str | None,
    ) -> int:
        now = self.pipeline.now()
        with self.pipeline.store.begin() as tx:
            new = watching.see_items(tx, source.slug, items, now) if items is not None else []
            watching.list_done(
                tx,
                watched.id,
                self.owner,
                now,
                now + source.interval_of(watched.url),
                etag=etag or (watched.etag if items is None else None),
                last_modified=last_modified or (watched.last_modified if items is None else None),
                items=len(items) if items is not None else watched.items,
                changed=bool(new),
            )
            if watching.source_recovered(tx, source.slug, now):
                outbox.append(tx, [source_event(EventType.SOURCE_RECOVERED, source, watched.url, now)])
        if new:
            log.info("list has new pages", source=source.slug, url=watched.url, new=len(new))
        return len(new)

    def _list_failed(self, watched: WatchedList, source: Source, exc: FetchError | ParseError) -> None:
        now = self.pipeline.now()
        failures = watched.failures + 1
        retry_after = exc.retry_after if isinstance(exc, HostUnavailable) else None
        again = now + max(back_off(failures, retry_after), source.interval_of(watched.url))
        broken = failures >= BROKEN_AFTER or isinstance(exc, ShapeChanged | Blocked)
        with self.pipeline.store.begin() as tx:
            watching.list_failed(tx, watched.id, self.owner, now, again, f"{exc.code}: {exc}")
            if broken and watching.source_broken(tx, source.slug, now, f"{exc.code}: {exc}"):
                event = source_event(
                    EventType.SOURCE_BROKEN,
                    source,
                    watched.url,
                    now,
                    expected=f"{watched.items or 'some'} items",
                    found=f"{exc.code}: {exc}",
                )
                outbox.append(tx, [event])
        log.warning("list failed", source=source.slug, url=watched.url, error=exc.code, message=str(exc))

    def _due(self, busy: frozenset[str], limit: int) -> list[str]:
        if limit <= 0:
            return []
        idle = self.pipeline.sources.keys() - busy
        with self.pipeline.store.read() as tx:
            return watching.due_sources(tx, self.pipeline.now(), idle, limit)

    def _till_due(self) -> float:
        with self.pipeline.store.read() as tx:
            due = watching.soonest(tx)
        if due is None:
            return LONGEST_SLEEP
        return min(max((due - self.pipeline.now()).total_seconds(), 0.05), LONGEST_SLEEP)

    def _beat(self, busy: int) -> None:
        with self.pipeline.store.begin() as tx:
            presence.beat(tx, "poll", self.owner, self.pipeline.now(), {"sources_under_way": busy})


def _report(slug: str, task: asyncio.Task[Round]) -> None:
    """A task that failed is said aloud; its leases run out and the work is done again."""
    if (exc := task.exception()) is not None:
        log.error("serving a source failed", source=slug, error=repr(exc), exc_info=exc)


# --- pure parts ------------------------------------------------------------------------------


def read_items(raw: bytes, content_type: str | None, url: str, source: Source) -> tuple[ListItem, ...]:
    """A list page's items. Raises Blocked, ShapeChanged, Undecodable, NotADocument."""
    text = decode(raw, content_type)
    if wall := blocked(text):
        raise Blocked(f"reading the list {url}: the answer is a block page ({wall})")
    return read_list(text, url, source.list_layout)


def source_row(source: Source) -> watching.SourceRow:
    return watching.SourceRow(
        slug=source.slug,
        name=source.name,
        kind=source.kind,
        official=source.official,
        home=source.home,
        list_urls=tuple(watched.url for watched in source.lists),
    )


def source_event(
    type_: EventType,
    source: Source,
    url: str,
    now: datetime,
    *,
    expected: str | None = None,
    found: str | None = None,
) -> Event:
    data = {
        "source": {"slug": source.slug, "name": source.name, "official": source.official},
        "url": url,
        "expected": expected,
        "found": found,
    }
    # The moment stands for the version: each time that a source breaks is a happening of its own.
    return make_event(type_, source.slug, now.isoformat(), now, data)


def summarise(rounds: Iterable[Round]) -> dict[str, int]:
    """Outcomes counted by name, for `gongbao poll --once`."""
    counts: dict[str, int] = {}
    for done in rounds:
        for outcome in done.outcomes:
            counts[outcome.outcome] = counts.get(outcome.outcome, 0) + 1
    return counts
