"""Ask the web for a page, politely: robots.txt, the host's turn, the fetch, the archive.

`Web` is what the pipeline holds. How each part works is robots.py, pace.py, client.py and archive/archive.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import structlog

from ingest.archive.archive import Archive, Place
from ingest.batching import Batcher
from ingest.bounded_reading import Reader, here
from ingest.errors import ArchiveError, FetchError
from ingest.exchange import Fetched, Request
from ingest.model import Capture
from ingest.page.onward import may_send_on, onward
from ingest.settings import Settings
from ingest.web.client import REDIRECTS, Admit, Fetcher, Witness
from ingest.web.pace import LocalPace, Pace, pace_key
from ingest.web.robots import Robots

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The answers to one request, to be archived. The last one alone can repeat `known`."""

    answers: Sequence[Fetched]
    known: Capture | None
    passing: bool


class Web:
    """`async with Web.from_settings(settings, archive) as web: page = await web.fetch(url)`.

    `robots` None asks no robots.txt, `archive` None keeps nothing. Archive and reader stay the caller's to
    close.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        pace: Pace,
        robots: Robots | None,
        archive: Archive | None = None,
        reader: Reader = here,
    ) -> None:
        self._fetcher = fetcher
        self._pace = pace
        self._robots = robots
        self._archive = archive
        self._reader = reader
        self._together = Batcher(self._keep)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        archive: Archive | None = None,
        *,
        pace: Pace | None = None,
        legacy_hosts: Collection[str] = (),
        reader: Reader = here,
    ) -> Self:
        """`pace` None keeps one for this process alone; `legacy_hosts` have TLS of long ago (tls.py)."""
        fetcher = Fetcher.from_settings(settings, legacy_hosts, reader)
        return cls(
            fetcher,
            pace=pace or LocalPace(settings.host_delay),
            robots=Robots(fetcher, user_agent=settings.user_agent),
            archive=archive,
            reader=reader,
        )

    async def __aenter__(self) -> Self:
        await self._fetcher.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._fetcher.__aexit__(kind, error, trace)

    async def fetch(
        self,
        request: Request | str,
        *,
        delay: float | None = None,
        known: Capture | None = None,
        passing: bool = False,
    ) -> Fetched:
        """Fetch a page when its host's turn has come; with its place in the archive if it has one.

        Every answer is archived: robots.txt, the hops of a redirect, a refusal (its place is then in the
        error's `record`). `known` is the last capture of this page: its payload is not kept twice.
        A page that only sends its reader on (meta refresh, a script, a frame) is followed as a redirect.
        `passing`: no capture is made of the answer (a list), so it may repeat any that this process had.

        `delay` (seconds) replaces the usual gap for this source; a longer Crawl-delay wins over it. Every
        request takes a turn, robots.txt and the hops of a redirect too; its deadline counts from the start
        of the first request and not while waiting. Raises what Fetcher.fetch raises; Blocked also when
        robots.txt disallows the URL or a URL that it redirects to; StoreError when it cannot be archived.
        """
        asides: list[Fetched] = []  # robots.txt of the hosts on the way
        heard: list[Fetched] = []
        archived = self._archive is not None
        try:
            fetched = await self._fetcher.fetch(
                request,
                admit=self._admit_page(delay, asides.append if archived else None),
                witness=heard.append if archived else None,
                onward=self._onward,
            )
        except FetchError as exc:
            await self._keep_refusal(asides, heard, exc)
            raise
        if self._archive is None:
            return fetched
        warc_file, offset = await self._kept(_Heard((*asides, *heard), known, passing))
        return replace(fetched, warc_file=warc_file, warc_offset=offset)

    async def _onward(self, body: bytes, content_type: str | None, url: str) -> str | None:
        return await self._reader(onward, body, content_type, url) if may_send_on(body) else None

    async def _keep_refusal(
        self, asides: Sequence[Fetched], heard: Sequence[Fetched], exc: FetchError
    ) -> None:
        """Archive what came before the error, which stands for itself whether or not that can be kept."""
        if self._archive is None or not (asides or heard):
            return
        try:
            place = await self._kept(_Heard((*asides, *heard), None, False))
        except ArchiveError as failed:
            log.warning("a refusal could not be archived", error=str(failed))
            return
        if heard and heard[-1].status not in REDIRECTS:
            exc.status, exc.record = heard[-1].status, place

    async def _kept(self, heard: _Heard) -> Place:
        """Where the last answer stands. Raises ArchiveError."""
        place = await self._together.ask(heard)
        if isinstance(place, Exception):
            raise place
        return place

    async def _keep(self, asked: Sequence[_Heard]) -> Sequence[Place | Exception]:
        """In a thread: compressing and writing would hold up the other hosts' answers. What comes while one
        is busy goes with the next; to hand a short answer over takes as long as to write it."""
        assert self._archive is not None
        return await asyncio.to_thread(_keep_each, self._archive, asked)

    def _admit_page(self, delay: float | None, witness: Witness | None) -> Admit:
        def turn(url: str) -> AbstractAsyncContextManager[None]:
            return self._pace.turn(pace_key(url), delay)

        @asynccontextmanager
        async def admit(url: str) -> AsyncIterator[None]:
            asked_for = 0.0
            if self._robots is not None:
                asked_for = (await self._robots.check(url, admit=turn, witness=witness)).delay or 0.0
            async with self._pace.turn(pace_key(url), delay, at_least=asked_for):
                yield

        return admit


def _keep_each(archive: Archive, asked: Sequence[_Heard]) -> list[Place | Exception]:
    """Each stands for itself: what keeps one from the archive keeps it from no other."""
    places: list[Place | Exception] = []
    for heard in asked:
        try:
            for answer in heard.answers[:-1]:
                archive.write(answer)
            places.append(archive.write(heard.answers[-1], heard.known, passing=heard.passing))
        except Exception as exc:
            places.append(exc)
    return places
