"""Which lists and pages are due. What becomes of a page is pipeline.py; how a source fares, source_health.py.

Any number of pollers may run: a lease on each row shares the work, and is renewed while its holder lives.
A killed poller's leases run out. When to look again is schedule.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Connection

from ingest import source_health
from ingest.errors import Failure, HostUnavailable, StoreError
from ingest.identity.first_look import newest_years
from ingest.model import ListItem, Page, WatchedList
from ingest.pipeline import Outcome, Pipeline, failure_of
from ingest.process.instance import instance_name
from ingest.sources.spec import Source
from ingest.store import leases, outbox, presence, switches, watchlist
from ingest.store.clock import mend, mend_waits
from ingest.telemetry import metrics, trace
from ingest.unchanged import Unchanged, UnchangedLooks
from ingest.walk import Look, look_at_list
from ingest.watch.schedule import (
    BACK_OFF_MOST,
    BEIJING,
    MANY,
    Rhythm,
    after_waiting,
    farthest,
    in_season,
    longest_wait,
    next_poll,
    next_try,
    observe,
)
from ingest.watch.season import year_due
from ingest.web.cookies import CookieSession
from ingest.web.session import Web

log = structlog.get_logger(__name__)

# Renewed every third of it; how long what a killed poller had waits for another.
LEASE = timedelta(seconds=90)
AT_ONCE = 64  # sources under way in one process: nearly all of them wait for the turn of their host
PER_LOOK = 8  # lists and pages of a source between two looks at what else is due
IDLE_LOOK = 1.0  # seconds between two looks at what is due while sources are under way
LONGEST_SLEEP = 30.0  # seconds
CLOCK_LOOK = 60.0  # seconds between two looks for what a clock that was ahead has put off
THOROUGH_CLOCK_LOOK = 3600.0  # likewise, through every table: the clock of a worker or a sender was ahead
SWITCH_LOOK = 5.0  # seconds between two looks for what the operator switched on or off
BEAT = 1.0  # seconds between two signs of life, at least
LONGEST_OUTAGE = 30.0  # seconds between two tries of a database or archive that refuses; the first after one
LONGEST_REST = 3600.0  # seconds that a source is left alone whose serving fails in a way nobody foresaw
STOP_GRACE = 5.0  # seconds that what is under way has when the poller is to stop


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at a source did."""

    lists: int
    new_pages: int
    outcomes: tuple[Outcome, ...]

    @property
    def idle(self) -> bool:
        return not self.lists and not self.outcomes

    @property
    def goes_on(self) -> bool:
        """Whether the source may have more that is due already."""
        return bool(self.new_pages or self.outcomes) or self.lists >= PER_LOOK


@dataclass(frozen=True, slots=True)
class _Rest:
    """How often in a row something failed, and until when (of the event loop's clock) it is left alone."""

    failures: int
    until: float

    def over(self, clock: float) -> bool:
        return clock >= self.until

    @classmethod
    def after(cls, last: _Rest | None, clock: float, longest: float) -> _Rest:
        failures = 1 if last is None else last.failures + 1
        return cls(failures, clock + min(2.0 ** min(failures - 1, 20), longest))


@dataclass(slots=True)
class _Held:
    """What one look at a source has leased and not yet done, by id."""

    lists: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Taken:
    """What one look at a source has leased, or is to do."""

    lists: list[WatchedList] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)


@dataclass(slots=True)
class Poller:
    """`complete` False: the pipeline's sources are a choice; other pollers serve the others.

    `owner` is who holds its leases, and who its heartbeat is of. `catalogue`: all sources that there are, for
    what the operator switches on though its file says otherwise.
    """

    pipeline: Pipeline
    web: Web
    owner: str = field(default_factory=instance_name)
    complete: bool = True
    lease: timedelta = LEASE
    catalogue: Mapping[str, Source] = field(default_factory=dict)
    _chosen: frozenset[str] = field(init=False)  # those that are watched if nobody switches them off
    _switched: dict[str, bool] = field(default_factory=dict, init=False)  # by the operator
    _switches_seen: float = field(default=float("-inf"), init=False)
    _beaten: float = field(default=float("-inf"), init=False)
    _clock_seen: float = field(default=float("-inf"), init=False)
    _clock_seen_through: float = field(default=float("-inf"), init=False)
    _season_seen_on: date | None = field(default=None, init=False)
    _strange: set[str] = field(default_factory=set, init=False)  # sources of another poller's catalogue
    _unchanged: UnchangedLooks = field(init=False)

    def __post_init__(self) -> None:
        self._unchanged = UnchangedLooks(self.pipeline.store, self.pipeline.now)
        self._chosen = frozenset(self.pipeline.sources)

    @property
    def _watched(self) -> dict[str, Source]:
        """The pipeline may know more: something of a source may be under way when it is switched off."""
        known = self.pipeline.sources.items()
        return {slug: source for slug, source in known if self._switched.get(slug, slug in self._chosen)}

    async def run(self, stop: asyncio.Event) -> None:
        """Serve the sources that have something due until `stop` is set.

        A source is served by one task at a time and waits for nobody else's slow host; `AT_ONCE`
        sources are under way at most.
        """
        await asyncio.to_thread(self._read_switches)
        await asyncio.to_thread(self.watch, spread=len(self.pipeline.sources) > MANY)
        busy: dict[str, asyncio.Task[Round]] = {}
        resting: dict[str, _Rest] = {}  # sources that could not be served at all
        outage: _Rest | None = None  # of the database or the archive: one source at a time tries them again
        clock = asyncio.get_running_loop().time
        next_look, more = clock(), False  # at what is due; whether the last left something for want of room
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            refused: BaseException | None = None
            if (outage is None or outage.over(clock())) and clock() >= next_look:
                room = AT_ONCE - len(busy) if outage is None else 1 - len(busy)
                left_alone = {slug for slug, rest in resting.items() if not rest.over(clock())}
                pause = IDLE_LOOK
                try:
                    await self._look_at_switches()
                    due = await asyncio.to_thread(self._due, frozenset(busy.keys() | left_alone), room)
                    more = 0 < room <= len(due)
                    for slug, taken in (await asyncio.to_thread(self._take, due) if due else {}).items():
                        busy[slug] = asyncio.create_task(self.serve(slug, taken))
                    if not busy and not left_alone:
                        pause = await asyncio.to_thread(self._till_due)
                    await self._beat(len(busy))
                    await self._look_at_clock()
                    await self._look_at_season()
                except Exception as exc:
                    refused = exc
                next_look = clock() + pause
            pause = max(next_look - clock(), 0.0) if outage is None else IDLE_LOOK
            await asyncio.wait({stopping, *busy.values()}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            for slug, task in list(busy.items()):
                if not task.done():
                    continue
                del busy[slug]
                failed = task.exception()
                if failed is None:
                    resting.pop(slug, None)
                    outage = outage if task.result().idle else None
                    if task.result().goes_on or (more and len(busy) <= AT_ONCE // 2):
                        next_look = clock()
                elif isinstance(failed, StoreError):
                    refused = failed
                else:
                    resting[slug] = _Rest.after(resting.get(slug), clock(), LONGEST_REST)
                    log.error("serving a source failed", source=slug, error=repr(failed), exc_info=failed)
            if refused is not None and (outage is None or outage.over(clock())):
                outage = _Rest.after(outage, clock(), LONGEST_OUTAGE)
                unforeseen = None if isinstance(refused, StoreError) else refused
                log.error(
                    "database or archive unavailable; the poller waits",
                    error=str(refused),
                    exc_info=unforeseen,
                )
        if busy:
            await asyncio.wait(busy.values(), timeout=STOP_GRACE)
            for task in busy.values():
                task.cancel()
            await asyncio.wait(busy.values())
        await asyncio.to_thread(self._leave)

    def watch(self, *, spread: bool = False) -> None:
        """Tell the store which sources and lists there are.

        `spread`: lists never seen before are looked at first in the course of their shortest interval, not
        all at once: a whole catalogue must not set off a burst.
        """
        rows = [source_health.source_row(source) for source in self._watched.values()]
        if spread:
            rows = [
                replace(
                    row, first_look=self.pipeline.sources[row.slug].bounds.shortest * (number / len(rows))
                )
                for number, row in enumerate(rows)
            ]
        with self.pipeline.store.begin() as tx:
            watchlist.sync_sources(tx, rows, self.pipeline.now(), complete=self.complete)
        self._mend_clock(thorough=True)

    def _longest_wait(self, slug: str, url: str) -> timedelta | None:
        try:
            return farthest(self.pipeline.sources[slug].bounds_of(url))
        except KeyError:  # another poller's
            return None

    def _mend_clock(self, *, thorough: bool = False) -> None:
        now = self.pipeline.now()

        def write(tx: Connection) -> tuple[int, int]:
            mended = mend(tx, now, self._longest_wait)
            return mended, mend_waits(tx, now) if mended or thorough else 0

        mended, others = self.pipeline.store.retrying(write)
        if mended or others:
            log.warning(
                "the clock was ahead; what it had put off is due now", lists_and_pages=mended, others=others
            )

    async def serve(self, slug: str, taken: _Taken | None = None) -> Round:
        """One look at a source: its lists that are due, then some of its pages that are due. `taken`: what is
        leased of it already (None: nothing yet)."""
        with CookieSession(self.pipeline.sources[slug].cookie_hosts).kept():
            return await self._serve(slug, taken)

    async def _serve(self, slug: str, taken: _Taken | None) -> Round:
        new = 0
        outcomes: list[Outcome] = []
        async with self._holding() as held:
            lists = await asyncio.to_thread(self._lease_lists, slug) if taken is None else taken.lists
            pages = [] if taken is None else taken.pages
            held.lists += [watched.id for watched in lists]
            held.pages += [page.id for page in pages]
            for watched in lists:
                new += await self.poll_list(watched)
                held.lists.remove(watched.id)
            if (taken is None or new) and len(pages) < PER_LOOK:
                found = await asyncio.to_thread(self._lease_pages, slug, PER_LOOK - len(pages))
                held.pages += [page.id for page in found]
                pages = [*pages, *found]
            for page in pages:
                outcomes.append(await self.pipeline.take(page, self.web))
                held.pages.remove(page.id)
        return Round(len(lists), new, tuple(outcomes))

    @asynccontextmanager
    async def _holding(self) -> AsyncIterator[_Held]:
        """Renew the leases of what is held, however long a host makes us wait; give back what is left."""
        held = _Held()
        renewing = asyncio.create_task(self._renew(held))
        try:
            yield held
        finally:
            renewing.cancel()
            if held.lists or held.pages:
                await asyncio.to_thread(self._release, held)

    async def _renew(self, held: _Held) -> None:
        while True:
            await asyncio.sleep(self.lease.total_seconds() / 3)
            try:
                await asyncio.to_thread(self._extend, tuple(held.lists), tuple(held.pages))
            except StoreError as exc:
                # Nothing is lost by it: another poller may do the same work a second time.
                log.warning("leases not renewed", error=str(exc))

    def _lease_lists(self, slug: str) -> list[WatchedList]:
        with self.pipeline.store.begin() as tx:
            now = self.pipeline.now()
            return leases.lease_lists(tx, self.owner, now, self.lease, PER_LOOK, sources=(slug,))

    def _lease_pages(self, slug: str, most: int) -> list[Page]:
        with self.pipeline.store.begin() as tx:
            now = self.pipeline.now()
            return leases.lease_pages(tx, self.owner, now, self.lease, most, sources=(slug,))

    def _take(self, slugs: Sequence[str]) -> dict[str, _Taken]:
        """Lease what is due of these sources, all at once: as much of each as one look at it does."""
        how = self.pipeline.now(), self.lease, PER_LOOK * len(slugs), slugs, PER_LOOK
        taken: dict[str, _Taken] = {}
        with self.pipeline.store.begin() as tx:
            for watched in leases.lease_lists(tx, self.owner, *how):
                taken.setdefault(watched.source, _Taken()).lists.append(watched)
            for page in leases.lease_pages(tx, self.owner, *how):
                taken.setdefault(page.source, _Taken()).pages.append(page)
        return taken

    def _extend(self, list_ids: Sequence[int], page_ids: Sequence[int]) -> None:
        with self.pipeline.store.begin() as tx:
            until = self.pipeline.now() + self.lease
            leases.renew(tx, self.owner, until, list_ids=list_ids, page_ids=page_ids)

    def _release(self, held: _Held) -> None:
        try:
            with self.pipeline.store.begin() as tx:
                leases.release(tx, self.owner, list_ids=held.lists, page_ids=held.pages)
        except StoreError as exc:
            log.warning("leases not given back; they run out by themselves", error=str(exc))

    async def once(self, slugs: Sequence[str] | None = None) -> list[Round]:
        """Serve the given sources (None: all) until nothing of theirs is due."""
        await asyncio.to_thread(self._read_switches)
        await asyncio.to_thread(self.watch)

        async def till_done(slug: str) -> list[Round]:
            rounds: list[Round] = []
            while not rounds or not rounds[-1].idle:
                rounds.append(await self.serve(slug))
            return rounds

        wanted = slugs if slugs is not None else tuple(self._watched)
        done = [r for rounds in await asyncio.gather(*map(till_done, wanted)) for r in rounds]
        await self._look_at_season()
        return done

    async def poll_list(self, watched: WatchedList) -> int:
        """Look at one list; how many pages are new. Whatever goes wrong with it is recorded on the list, not
        raised; but for a StoreError: then nothing can be recorded, and the list stays due."""
        source = self.pipeline.sources[watched.source]
        with trace.traced():
            try:
                return await self._poll_list(watched, source)
            except Exception as exc:
                failure = failure_of(exc, watched.source, watched.url)
            await asyncio.to_thread(self._list_failed, watched, source, failure)
            return 0

    async def _poll_list(self, watched: WatchedList, source: Source) -> int:
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

    def _list_done(
        self,
        watched: WatchedList,
        source: Source,
        look: Look,
    ) -> int:
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

    def _due(self, busy: frozenset[str], limit: int) -> list[str]:
        if limit <= 0:
            return []
        known = self._watched.keys()
        with self.pipeline.store.read() as tx:
            if not self.complete:
                return leases.due_sources(tx, self.pipeline.now(), known - busy, limit)
            found = leases.due_sources(tx, self.pipeline.now(), None, limit, but=busy | self._strange)
        # Another poller may know more sources: while a new catalogue is rolled out, say.
        self._strange |= set(found) - known
        return [slug for slug in found if slug in known]

    def _till_due(self) -> float:
        with self.pipeline.store.read() as tx:
            due = leases.soonest(tx, None if self.complete else self.pipeline.sources.keys())
        if due is None:
            return LONGEST_SLEEP
        return min(max((due - self.pipeline.now()).total_seconds(), 0.05), LONGEST_SLEEP)

    async def _look_at_season(self) -> None:
        """Once a day: which reports are late? Any number of pollers may ask, each event has one id."""
        if (today := self.pipeline.now().astimezone(BEIJING).date()) == self._season_seen_on:
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

    async def _look_at_switches(self) -> None:
        """Has the operator switched a source on or off? Then that is watched from here on."""
        if (clock := asyncio.get_running_loop().time()) < self._switches_seen + SWITCH_LOOK:
            return
        if await asyncio.to_thread(self._read_switches):
            await asyncio.to_thread(self.watch)
        self._switches_seen = clock

    def _read_switches(self) -> bool:
        """Whether they are other than before. Who serves a choice of sources was told which."""
        if not self.complete:
            return False
        with self.pipeline.store.read() as tx:
            found = switches.switches(tx)
        if found == self._switched:
            return False
        on = sorted(slug for slug, is_on in found.items() if is_on and slug in self.catalogue)
        self.pipeline.sources = {**self.pipeline.sources, **{slug: self.catalogue[slug] for slug in on}}
        self._switched = found
        self._strange.clear()
        log.info("sources switched", on=on, off=sorted(slug for slug, is_on in found.items() if not is_on))
        return True

    async def _look_at_clock(self) -> None:
        if (clock := asyncio.get_running_loop().time()) >= self._clock_seen + CLOCK_LOOK:
            thorough = clock >= self._clock_seen_through + THOROUGH_CLOCK_LOOK
            await asyncio.to_thread(self._mend_clock, thorough=thorough)
            self._clock_seen = clock
            self._clock_seen_through = clock if thorough else self._clock_seen_through

    async def _beat(self, busy: int) -> None:
        if (clock := asyncio.get_running_loop().time()) < self._beaten + BEAT:
            return
        self._beaten = clock
        await asyncio.to_thread(self._write_beat, busy)

    def _write_beat(self, busy: int) -> None:
        with self.pipeline.store.begin() as tx:
            presence.beat(tx, "poll", self.owner, self.pipeline.now(), {"sources_under_way": busy})
        metrics.beaten()

    def _leave(self) -> None:
        try:
            with self.pipeline.store.begin() as tx:
                presence.leave(tx, "poll", self.owner)
        except StoreError as exc:
            log.warning("could not say goodbye", error=str(exc))


# --- pure parts ------------------------------------------------------------------------------


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


def summarise(rounds: Iterable[Round]) -> dict[str, int]:
    """Outcomes counted by name, for `gongbao poll --once`."""
    counts: dict[str, int] = {}
    for done in rounds:
        for outcome in done.outcomes:
            counts[outcome.outcome] = counts.get(outcome.outcome, 0) + 1
    return counts
