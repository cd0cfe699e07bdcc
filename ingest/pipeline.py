"""The road of a page: fetch -> decode -> read -> decide -> store -> enqueue.

Which pages are due is poll.py; what a page says is reading.py; which report it is is identity/; storing it,
keeping.py.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection

from ingest import source_health
from ingest.batching import Batcher
from ingest.belief import Belief, stays
from ingest.bounded_reading import Reader, here
from ingest.compare.changing_lines import learnt
from ingest.errors import (
    ArchiveError,
    CutShort,
    Failure,
    FetchError,
    Gone,
    HostUnavailable,
    NotADocument,
    NotArchived,
    ParseError,
    ReadingEnded,
    Scan,
    StoreError,
    TooLarge,
    UnexpectedError,
    Unstorable,
)
from ingest.exchange import Fetched, Request
from ingest.follow import FoundScan, Hanging, LastTime, Limits, may_be_cut, read_answer
from ingest.identity.identify import identify
from ingest.identity.kinds import REPORTS
from ingest.keeping import Brought, Keeper, Outcome, attachment_of, wake
from ingest.model import Article, Capture, Header, Page, Reading
from ingest.page.error_pages import error_of, sent_elsewhere
from ingest.page.urls import is_route
from ingest.queue import READ_SCANS, Queue
from ingest.reading import ReadingHints
from ingest.sources.spec import Source
from ingest.store import attachments, evidence, outbox, scans, vanished, watchlist
from ingest.store.db import Store
from ingest.telemetry import metrics, trace
from ingest.watch.schedule import (
    PUT_ASIDE_AFTER,
    after_waiting,
    asks_whole,
    next_look,
    next_missing,
    next_try,
    next_unending,
    next_unread,
)
from ingest.web.session import Web

log = structlog.get_logger(__name__)

GATHER = 0.2  # seconds that a page which is news waits for others, while there are some
AT_ONCE = 16  # pages in one transaction
# What a scan was given up for that says nothing of it; the second by 0.2.0, when the archive was away.
_NOT_THERE = frozenset({NotArchived.__name__, ArchiveError.__name__})


def failure_of(exc: Exception, source: str, url: str) -> Failure:
    """What to record of an exception that a page or list met. One that nobody foresaw gets a name, and its
    traceback goes into the log. Raises it again where nothing can be recorded: the database is away."""
    match exc:
        case FetchError() | ParseError():
            return exc
        case StoreError() if not isinstance(exc, Unstorable):
            raise exc
    failure = UnexpectedError.of(exc, f"reading {url}")
    log.error("a fault of gongbao", source=source, url=url, error=failure.name, exc_info=exc)
    return failure


@dataclass(slots=True)
class Pipeline:
    """The shell around the pure rooms; one for each polling process."""

    store: Store
    queue: Queue | None  # None: nobody to wake; a worker's sweep finds the work
    sources: Mapping[str, Source]
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    chance: Callable[[], float] = field(default=random.random)
    limits: Limits = field(default_factory=Limits)  # of an attachment
    reader: Reader = here
    scans: Queue | None = None  # where scans of reports go; None: OCR is off
    _coming: int = field(default=0, init=False)  # pages that are being fetched or read, or wait for it
    _together: Batcher[Brought, Outcome | None] = field(init=False)

    def __post_init__(self) -> None:
        self._together = Batcher(self._keep_together, GATHER, lambda n: n < AT_ONCE and self._coming > 0)

    @property
    def belief(self) -> Belief:
        return Belief(self.store, self.reader, self.now)

    @property
    def keeper(self) -> Keeper:
        return Keeper(self.store, self.queue, self.sources, self.now, self.chance)

    async def take(self, page: Page, web: Web, turn: asyncio.Lock | None = None) -> Outcome:
        """Drive one page down the whole road. Whatever goes wrong with it is recorded on it, not raised; but
        for a StoreError: then nothing can be recorded, and the page stays due. `turn` is held until it has
        been read: of pages that share one, the next is fetched while the last is stored."""
        source = self.sources[page.source]
        with trace.traced():
            try:
                self._coming += 1
                try:
                    async with turn or nullcontext():
                        brought = await self._bring(page, source, web)
                finally:
                    self._coming -= 1
                    self._together.look_again()
                return await self._keep(brought) if isinstance(brought, Brought) else brought
            except Exception as exc:
                failure = failure_of(exc, page.source, page.url)
            await asyncio.to_thread(self._failed, page, source, failure)
            return Outcome(page.url, failure.code, str(failure))

    async def _bring(self, page: Page, source: Source, web: Web) -> Brought | Outcome:
        """Fetch and read a page; what became of it where there is nothing to keep."""
        if is_route(page.url):
            raise NotADocument(
                f"fetching {page.url}: what stands behind the # is for a script, no server is told of it;"
                " watch the list that the script asks for instead (family json)"
            )
        belief = self.belief
        hanging, known, further = await self._last_time(page)
        # What was wrong the last time must be seen again, not be said to be unchanged.
        whole = page.error is not None or asks_whole(page.first_seen_at, page.last_fetched_at, self.now())
        limit, deadline = self.limits.of(page.url)
        request = Request(
            page.url,
            # Whether the attachment has changed is asked by way of its page, so the page must come.
            etag=None if hanging or whole else page.etag,
            last_modified=None if hanging or whole else page.last_modified,
            limit=limit,
            deadline=deadline,
        )
        fetched = await web.fetch(request, delay=source.delay, known=known)
        trace.begin(fetched.fetched_at)
        if fetched.status == 304:
            metrics.fetched("page", source.kind, "not_modified")
            await asyncio.to_thread(self._unchanged, page, source, fetched, hanging)
            return Outcome(page.url, "NotModified")
        log.info("page fetched", source=page.source, url=page.url, size=len(fetched.body))
        if said := sent_elsewhere(page.url, fetched.final_url):
            raise error_of(said, fetched.final_url)
        if may_be_cut(fetched):
            await asyncio.to_thread(belief.check_size, page, fetched)
        last = LastTime(
            unchanged=fetched.sha256 == page.body_sha256,
            attached=hanging,
            pages=further,
            believed=stays(page, CutShort),
        )
        region = source.region
        if page.listed_by is not None and any(one.region for one in source.lists):
            region = await asyncio.to_thread(self._region_of, page, source)
        hints = ReadingHints(layout=source.article_layout, region=region, title=page.title)
        try:
            read = await read_answer(
                web, fetched, hints, delay=source.delay, limits=self.limits, last=last, reader=self.reader
            )
        except FoundScan as scan:
            return await asyncio.to_thread(self._scan, page, source, scan, hints)
        if read is None:
            metrics.fetched("page", source.kind, "not_modified")
            await asyncio.to_thread(self._unchanged, page, source, fetched, hanging)
            return Outcome(page.url, "NotModified")
        read = replace(read, reading=_with_listed(read.reading, page.listed))
        brought = Brought(page, read, source.official, source.recheck, hanging=hanging is not None)
        # What it showed when it came with the same bytes was believed then.
        if read.sha256 != page.body_sha256 or page.error is not None or page.gone_at is not None:
            shown = await belief.check_text(page, read, fetched)
            known_text = shown is not None and shown.content_hash == read.reading.content_hash
            if not brought.plain and not known_text:
                brought = replace(brought, tried=await belief.try_out(page, read, shown))
        metrics.fetched("page", source.kind, "ok")
        return brought

    async def _keep(self, brought: Brought) -> Outcome:
        if brought.plain:
            if (outcome := await self._together.ask(brought)) is not None:
                return outcome
            tried = await self.belief.try_out(brought.page, brought.read, None)
            brought = replace(brought, tried=tried)
        return await asyncio.to_thread(self.keeper.keep, brought)

    async def _keep_together(self, some: Sequence[Brought]) -> list[Outcome | None]:
        try:
            return await asyncio.to_thread(self.keeper.keep_news, some)
        except Exception as exc:
            if len(some) == 1:
                raise
            # Each by itself will say what it is.
            log.info("pages not kept together", pages=len(some), error=repr(exc))
            return [None] * len(some)

    def _scan(self, page: Page, source: Source, scan: FoundScan, hints: ReadingHints) -> Outcome:
        """Put the scan of a report on the list of OCR. Raises the error that is the page's until it is
        read, and where it cannot be."""
        url = scan.fetched.final_url
        title = scan.around.title if scan.around else None
        if self.scans is None:
            raise Scan(f"{scan}; OCR is off (GONGBAO_OCR)")
        if (
            identify(Article(title or hints.title, ""), url, hints.region, listed=hints.title).kind
            not in REPORTS
        ):
            raise Scan(f"{scan}; nothing says that it is a report, so OCR does not read it")
        now = self.now()
        sighting = scans.Sighting(
            capture=scan.fetched.capture(),
            etag=scan.fetched.etag,
            last_modified=scan.fetched.last_modified,
            file=attachment_of(scan.attached) if scan.attached else None,
            article=scan.around,
            title=hints.title,
            region=hints.region,
            content_type=(scan.attached.fetched if scan.attached else scan.fetched).content_type,
        )
        shown = self.belief.shown(page)
        with self.store.begin() as tx:
            known, new = scans.found(tx, page.id, sighting, now)
            elsewhere = known.done_at is not None and known.error is None and not (shown and shown.ocr)
            # Its bytes could not be had then, and are in the archive now.
            missed = known.error in _NOT_THERE and sighting.scan.warc_file is not None
            if elsewhere or missed:
                scans.again(tx, known.id, sighting, now)
                known, new = replace(known, done_at=None, error=None), True
        if known.done_at is not None and known.error is None:
            metrics.fetched("page", source.kind, "not_modified")
            self._unchanged(page, source, scan.fetched, None)
            return Outcome(page.url, "NotModified")
        if known.error is not None:
            raise Scan(f"{scan}; {known.error_message}")
        if new:
            wake(self.scans, READ_SCANS, [known.id])
        raise Scan(f"{scan}; it waits for OCR")

    async def _last_time(self, page: Page) -> tuple[Hanging | None, Capture | None, Mapping[str, Capture]]:
        """The file that the page's text was last read from; the payload that the page showed last, which the
        archive need not keep twice; those of the article's further pages, by their address."""
        if page.last_fetched_at is None:
            return None, None, {}
        return await asyncio.to_thread(self._asked_last_time, page)

    def _asked_last_time(self, page: Page) -> tuple[Hanging | None, Capture | None, Mapping[str, Capture]]:
        with self.store.read() as tx:
            last = evidence.last_time(tx, page.id)
            if page.body_sha256 is None:
                return None, last.payload, {}
            file = attachments.read_from_now(tx, page.id) if last.may_hang else None
        hanging = Hanging(file.url, file.capture, file.etag, file.last_modified) if file else None
        return hanging, last.payload, last.parts

    def _region_of(self, page: Page, source: Source) -> str | None:
        """Whose reports stand in the list that showed the page."""
        with self.store.read() as tx:
            return source.region_at(watchlist.list_of(tx, page))

    def _unchanged(self, page: Page, source: Source, fetched: Fetched, hanging: Hanging | None) -> None:
        now = self.now()
        with self.store.begin() as tx:
            had = watchlist.Had(
                now,
                next_look(
                    page.news_at or page.first_seen_at, now, chance=self.chance(), recheck=source.recheck
                ),
                fetched.etag or page.etag,
                fetched.last_modified or page.last_modified,
                furniture=learnt(page.furniture),
            )
            watchlist.page_had(tx, page.id, had)
            place = (fetched.warc_file, fetched.warc_offset)
            evidence.seen_again(tx, page.id, fetched.fetched_at, place, hanging=hanging is not None)
            if page.error is not None:
                outbox.append(tx, source_health.page_well_again(tx, source, now).events)

    def _failed(self, page: Page, source: Source, exc: Failure) -> None:
        """Write a failure down; where that fails too, the bare fact, so that the page is left alone for a
        while."""
        try:
            self._write_failure(page, source, exc)
        except Exception as failed:
            self._write_fact(page, failure_of(failed, page.source, page.url))

    def _write_fact(self, page: Page, exc: Failure) -> None:
        now = self.now()
        again = next_try(page.failures + 1, None, now, chance=self.chance())
        with self.store.begin() as tx:
            watchlist.page_failed(tx, page.id, now, again, exc.code, str(exc))

    def _write_failure(self, page: Page, source: Source, exc: Failure) -> None:
        now = self.now()
        if isinstance(exc, HostUnavailable) and exc.cause == "waiting":
            later = after_waiting(exc.retry_after, now, chance=self.chance())
            with self.store.begin() as tx:
                watchlist.page_postponed(tx, page.id, later)
            metrics.fetched("page", source.kind, "postponed")
            log.info("page put off", source=page.source, url=page.url, message=str(exc))
            return
        metrics.fetched("page", source.kind, exc.code)
        if trace.current() is None:  # nothing came, or a refusal, which may be news too
            trace.begin(now)
        ended = isinstance(exc, ReadingEnded)
        failures = page.failures + 1 if not ended or page.error == exc.code else 1
        aside = ended and failures >= PUT_ASIDE_AFTER
        again = _after_failure(page, failures, exc, now, recheck=source.recheck, chance=self.chance())

        def write(tx: Connection) -> bool:
            gone = False
            if isinstance(exc, Gone):
                gone = vanished.page_missing(tx, page.id, now, again, exc.code, str(exc))
                if exc.status is not None and exc.record is not None:
                    refusal = Capture(now, exc.status, "", 0, *exc.record, url=page.url)
                    evidence.keep_capture(tx, page.id, refusal, None)
            else:
                said = f"{exc}; put aside until {again:%F}, after {failures} times" if aside else str(exc)
                watchlist.page_failed(tx, page.id, now, again, exc.code, said, failures=failures)
            outbox.append(tx, source_health.page_failed(tx, source, page, exc, now).events)
            return gone

        if self.store.retrying(write):
            log.warning("page taken down", source=page.source, url=page.url)
        log.warning("page failed", source=page.source, url=page.url, error=exc.code, message=str(exc))
        if aside:
            log.error("page put aside", source=page.source, url=page.url, until=again.isoformat())


# --- when to look again ----------------------------------------------------------------------

HICCUPS = 3  # failures in a row of a page that could be read before; then it is another page


def _after_failure(
    page: Page, failures: int, exc: Failure, now: datetime, *, recheck: timedelta | None, chance: float
) -> datetime:
    """When to come back: soon where a host is in trouble, by its age where the page itself is."""
    if isinstance(exc, Gone):
        return next_missing(page.gone_at, page.missing + 1, failures, now, chance=chance, recheck=recheck)
    if isinstance(exc, ReadingEnded):
        return next_unending(failures, now, chance=chance)
    if isinstance(exc, ParseError) and page.body_sha256 is not None and failures <= HICCUPS:
        return next_try(failures, None, now, chance=chance)  # it could be read before
    if isinstance(exc, ParseError | TooLarge):
        news_at = page.news_at or page.first_seen_at
        return next_unread(news_at, failures, now, chance=chance, recheck=recheck)
    retry_after = exc.retry_after if isinstance(exc, HostUnavailable) else None
    return next_try(failures, retry_after, now, chance=chance)


# --- what was fetched ------------------------------------------------------------------------


def _with_listed(reading: Reading, listed: Header) -> Reading:
    """What a page's list said of its header stands where the page itself is silent."""
    own = reading.article.header
    said = {f.name: getattr(listed, f.name) for f in fields(Header) if getattr(own, f.name) is None}
    header = replace(own, **said)
    return reading if header == own else replace(reading, article=replace(reading.article, header=header))
