"""Which lists and pages are due. What becomes of a list is list_poll.py, of a page pipeline.py.

Any number of pollers may run: a lease on each row shares the work, and is renewed while its holder lives.
A killed poller's leases run out. When to look again is watch/schedule.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from ingest import source_health
from ingest.chores import Chores
from ingest.errors import StoreError
from ingest.keeping import Outcome
from ingest.list_poll import ListPoller
from ingest.model import Page, WatchedList
from ingest.pipeline import Pipeline
from ingest.process.instance import instance_name
from ingest.sources.spec import Source
from ingest.store import leases, switches, watchlist
from ingest.telemetry.outage import Outage
from ingest.watch.schedule import MANY
from ingest.web.cookies import CookieSession
from ingest.web.session import Web

log = structlog.get_logger(__name__)

# Renewed every third of it; how long what a killed poller had waits for another.
LEASE = timedelta(seconds=90)
AT_ONCE = 64  # sources under way in one process: nearly all of them wait for the turn of their host
PER_LOOK = 8  # lists and pages of a source between two looks at what else is due
IDLE_LOOK = 1.0  # seconds between two looks at what is due while sources are under way
LONGEST_SLEEP = 30.0  # seconds
SWITCH_LOOK = 5.0  # seconds between two looks for what the operator switched on or off
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
    lists: ListPoller = field(init=False)
    _chores: Chores = field(init=False)
    _chosen: frozenset[str] = field(init=False)  # those that are watched if nobody switches them off
    _switched: dict[str, bool] = field(default_factory=dict, init=False)  # by the operator
    _switches_seen: float = field(default=float("-inf"), init=False)
    _strange: set[str] = field(default_factory=set, init=False)  # sources of another poller's catalogue

    def __post_init__(self) -> None:
        self.lists = ListPoller(self.pipeline, self.web, self.owner)
        self._chores = Chores(self.pipeline, self.owner)
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
        told = Outage(log, "database or archive", "the poller")
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
                    await self._chores.beat(len(busy))
                    await self._chores.look_at_clock()
                    await self._chores.look_at_season()
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
                    if not task.result().idle:
                        outage = None
                        told.ends(clock())
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
                told.lasts(clock(), refused, round(outage.until - clock(), 1), exc_info=unforeseen)
        if busy:
            await asyncio.wait(busy.values(), timeout=STOP_GRACE)
            for task in busy.values():
                task.cancel()
            await asyncio.wait(busy.values())
        await asyncio.to_thread(self._chores.leave)

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
        self._chores.mend_clock(thorough=True)

    async def serve(self, slug: str, taken: _Taken | None = None) -> Round:
        """One look at a source: its lists that are due, then some of its pages that are due. `taken`: what is
        leased of it already (None: nothing yet)."""
        with CookieSession(self.pipeline.sources[slug].cookie_hosts).kept():
            return await self._serve(slug, taken)

    async def _serve(self, slug: str, taken: _Taken | None) -> Round:
        new = 0
        async with self._holding() as held:
            lists = await asyncio.to_thread(self._lease_lists, slug) if taken is None else taken.lists
            pages = [] if taken is None else taken.pages
            held.lists += [watched.id for watched in lists]
            held.pages += [page.id for page in pages]
            for watched in lists:
                new += await self.lists.poll(watched)
                held.lists.remove(watched.id)
            if (taken is None or new) and len(pages) < PER_LOOK:
                found = await asyncio.to_thread(self._lease_pages, slug, PER_LOOK - len(pages))
                held.pages += [page.id for page in found]
                pages = [*pages, *found]
            outcomes = await self._take_pages(pages, held)
        return Round(len(lists), new, tuple(outcomes))

    async def _take_pages(self, pages: Sequence[Page], held: _Held) -> list[Outcome]:
        """One after the other is fetched and read; those of which nothing is known are stored together."""
        turn = asyncio.Lock()

        async def take(page: Page) -> Outcome:
            outcome = await self.pipeline.take(page, self.web, turn)
            held.pages.remove(page.id)
            return outcome

        tasks = [asyncio.create_task(take(page)) for page in pages]
        try:
            return [await task for task in tasks]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

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

        async def all_of(slug: str) -> list[Round]:
            return [one async for one in self.till_done(slug)]

        wanted = slugs if slugs is not None else tuple(self._watched)
        done = [r for rounds in await asyncio.gather(*map(all_of, wanted)) for r in rounds]
        await self._chores.look_at_season()
        return done

    async def till_done(self, slug: str) -> AsyncIterator[Round]:
        """Serve a source until nothing of it is due that nobody else holds."""
        last = None
        while last is None or not last.idle:
            last = await self.serve(slug)
            yield last

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
            due = leases.soonest(
                tx, None if self.complete else self.pipeline.sources.keys(), but=self._strange
            )
        if due is None:
            return LONGEST_SLEEP
        return min(max((due - self.pipeline.now()).total_seconds(), 0.05), LONGEST_SLEEP)

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


def summarise(rounds: Iterable[Round]) -> dict[str, int]:
    """Outcomes counted by name, for `gongbao poll --once`."""
    counts: dict[str, int] = {}
    for done in rounds:
        for outcome in done.outcomes:
            counts[outcome.outcome] = counts.get(outcome.outcome, 0) + 1
    return counts
