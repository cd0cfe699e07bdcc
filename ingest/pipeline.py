"""The road of a page: fetch -> decode -> read -> decide -> store -> enqueue.

Which pages are due is poll.py; what a page says is reading.py; which report it is is identity/.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection

from ingest import source_health
from ingest.belief import Belief, Tried, stays
from ingest.bounded_reading import Reader, here
from ingest.compare.changing_lines import learnt
from ingest.errors import (
    CutShort,
    Failure,
    FetchError,
    Gone,
    HostUnavailable,
    NotADocument,
    ParseError,
    QueueError,
    ReadingEnded,
    Scan,
    StoreError,
    TooLarge,
    UnexpectedError,
    Unstorable,
)
from ingest.exchange import Fetched, Request
from ingest.follow import (
    Attached,
    FoundScan,
    Hanging,
    LastTime,
    Limits,
    PageReading,
    may_be_cut,
    read_answer,
)
from ingest.identity.decide import Decision, SameVersion, Unchanged, decide
from ingest.identity.identify import identify
from ingest.identity.kinds import REPORTS
from ingest.model import Article, Capture, Header, Page, Reading, SourceKind, Version
from ingest.page.error_pages import error_of, sent_elsewhere
from ingest.page.titles import whole_title
from ingest.page.urls import is_route
from ingest.queue import EXTRACT, READ_SCANS, SETTLE, Queue
from ingest.reading import ReadingHints
from ingest.sources.spec import Source
from ingest.store import (
    attachments,
    documents,
    evidence,
    extraction,
    knowledge,
    outbox,
    scans,
    vanished,
    watchlist,
)
from ingest.store.db import Store
from ingest.telemetry import metrics, trace
from ingest.watch.schedule import (
    PUT_ASIDE_AFTER,
    after_waiting,
    asks_whole,
    last_news,
    next_look,
    next_missing,
    next_try,
    next_unending,
    next_unread,
)
from ingest.web.session import Web

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page: the name of the decision, or the code of the error."""

    url: str
    outcome: str
    message: str | None = None
    version_id: int | None = None


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

    @property
    def belief(self) -> Belief:
        return Belief(self.store, self.reader, self.now)

    async def take(self, page: Page, web: Web) -> Outcome:
        """Drive one page down the whole road. Whatever goes wrong with it is recorded on it, not raised; but
        for a StoreError: then nothing can be recorded, and the page stays due."""
        source = self.sources[page.source]
        with trace.traced():
            try:
                return await self._take(page, source, web)
            except Exception as exc:
                failure = failure_of(exc, page.source, page.url)
            await asyncio.to_thread(self._failed, page, source, failure)
            return Outcome(page.url, failure.code, str(failure))

    async def _take(self, page: Page, source: Source, web: Web) -> Outcome:
        if is_route(page.url):
            raise NotADocument(
                f"fetching {page.url}: what stands behind the # is for a script, no server is told of it;"
                " watch the list that the script asks for instead (family json)"
            )
        belief = self.belief
        hanging, known, further = await asyncio.to_thread(self._last_time, page)
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
        # What it showed when it came with the same bytes was believed then.
        believed = read.sha256 == page.body_sha256 and page.error is None and page.gone_at is None
        tried = None if believed else await belief.check_text(page, read, fetched)
        metrics.fetched("page", source.kind, "ok")
        return await asyncio.to_thread(
            self.keep,
            page,
            read,
            official=source.official,
            recheck=source.recheck,
            tried=tried,
            hanging=hanging is not None,
        )

    def keep(
        self,
        page: Page,
        read: PageReading,
        *,
        official: bool,
        recheck: timedelta | None,
        tried: Tried | None = None,
        hanging: bool = True,
    ) -> Outcome:
        """Decide, store in one transaction, and after its commit wake a worker.

        `recheck` fixes when the page is looked at again; None: by its age. `tried`: what was decided already,
        which stands if the store still knows the same. `hanging`: its text may have been read from a file.
        """
        now = self.now()
        capture, attached = read.capture, read.attached
        source = self.sources.get(page.source)  # None: a local file
        anew = page.last_fetched_at is None

        def had(reading: Reading, decision: Decision, furniture: Mapping[str, int]) -> watchlist.Had:
            news_at = _news_at(page, reading, decision, now)
            return watchlist.Had(
                now,
                next_look(news_at, now, chance=self.chance(), recheck=recheck),
                read.etag,
                read.last_modified,
                body_sha256=capture.sha256,
                news_at=news_at,
                title=whole_title(page.title, reading.article.title),
                furniture=furniture,
            )

        def news(tx: Connection) -> Decision | None:
            """What was decided of a text of which nothing was known, if nothing is yet: that is the condition
            of the page's row, and nothing is looked up again."""
            if tried is None or page.body_sha256 == read.sha256 or not tried.is_news(read):
                return None
            still = knowledge.still_nothing(tx, page.id, read.reading, tried.known)
            page_is = had(read.reading, tried.decision, learnt(page.furniture))
            return tried.decision if watchlist.page_had(tx, page.id, page_is, still) else None

        def stand(tx: Connection) -> tuple[Decision, documents.Applied, Reading]:
            """Decide, and make it stand on the page."""
            reading = read.reading
            furniture: Mapping[str, int] = learnt(page.furniture)
            if page.body_sha256 == read.sha256 and (again := documents.shows_again(tx, page, now)):
                watchlist.page_had(tx, page.id, had(reading, Unchanged(), furniture))
                return Unchanged(), again, reading
            shown: Version | None = None
            decided = news(tx)
            if not (is_news := decided is not None):
                shown = knowledge.shown_on(tx, page.id)
                reading, furniture = knowledge.held_still(page, shown, reading)
                known = knowledge.known(tx, page, shown, reading)
                if tried is not None and tried.holds(known, read.sha256, reading):
                    decided = tried.decision
                else:
                    decided = decide(known, read.sha256, reading)
            enqueued = self.queue is not None
            applied = documents.apply(
                tx, page, shown, decided, reading, official=official, now=now, enqueued=enqueued
            )
            if not is_news:
                watchlist.page_had(tx, page.id, had(reading, decided, furniture))
            return decided, applied, reading

        def write(tx: Connection) -> tuple[Decision, documents.Applied]:
            decision, applied, reading = stand(tx)
            evidence.keep_capture(tx, page.id, capture, applied.version_id, anew=anew)
            if attached or (hanging and not anew):
                file = _attachment(attached) if attached else None
                attachments.read_from(tx, page.id, file, applied.version_id, now)
            if attached:
                evidence.keep_capture(
                    tx, page.id, attached.fetched.capture(), applied.version_id, attached.name
                )
            for number, picture in enumerate(read.pictures, 1):
                evidence.keep_capture(tx, page.id, picture, applied.version_id, f"{number}.jpg", part=number)
            for number, answer in enumerate(read.further, 2):
                evidence.keep_capture(tx, page.id, answer.capture(), applied.version_id, part=number)
            wanted = applied.needs_extraction and not applied.enqueued
            if self.queue is not None and wanted and applied.version_id is not None:
                extraction.mark_enqueued(tx, [applied.version_id], now)
            if source is not None and capture.sha256 != page.body_sha256:
                outbox.append(tx, source_health.page_read(tx, source, page, reading.article, now).events)
            elif source is not None and page.error is not None:
                outbox.append(tx, source_health.page_well_again(tx, source, now).events)
            return decision, applied

        decision, applied = self.store.retrying(write)
        name = type(decision).__name__
        metrics.page_read(source.kind if source is not None else SourceKind.LOCAL, name)
        log.info("page read", source=page.source, url=page.url, decision=name, version=applied.version_id)
        if applied.needs_extraction and applied.version_id is not None:
            self._wake(EXTRACT, applied.version_id)
        elif applied.needs_settling and applied.report_id is not None:
            self._wake(SETTLE, applied.report_id)
        return Outcome(page.url, name, version_id=applied.version_id)

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
            file=_attachment(scan.attached) if scan.attached else None,
            article=scan.around,
            title=hints.title,
            region=hints.region,
            content_type=(scan.attached.fetched if scan.attached else scan.fetched).content_type,
        )
        shown = self.belief.shown(page)
        with self.store.begin() as tx:
            known, new = scans.found(tx, page.id, sighting, now)
            if known.done_at is not None and known.error is None and not (shown and shown.ocr):
                scans.again(tx, known.id, now)  # the page showed something else in between
                known, new = replace(known, done_at=None), True
        if known.done_at is not None and known.error is None:
            metrics.fetched("page", source.kind, "not_modified")
            self._unchanged(page, source, scan.fetched, None)
            return Outcome(page.url, "NotModified")
        if known.error is not None:
            raise Scan(f"{scan}; {known.error_message}")
        if new:
            self._wake(READ_SCANS, known.id, self.scans)
        raise Scan(f"{scan}; it waits for OCR")

    def _last_time(self, page: Page) -> tuple[Hanging | None, Capture | None, Mapping[str, Capture]]:
        """The file that the page's text was last read from; the payload that the page showed last, which the
        archive need not keep twice; those of the article's further pages, by their address."""
        if page.last_fetched_at is None:
            return None, None, {}
        with self.store.read() as tx:
            last = evidence.last_time(tx, page.id)
            if page.body_sha256 is None:
                return None, last.payload, {}
            file = attachments.read_from_now(tx, page.id) if last.may_hang else None
        hanging = Hanging(file.url, file.capture, file.etag, file.last_modified) if file else None
        return hanging, last.payload, last.parts

    def _region_of(self, page: Page, source: Source) -> str | None:
        """Whose reports stand in the list that showed the page."""
        if page.listed_by is None or not any(one.region for one in source.lists):
            return source.region
        with self.store.read() as tx:
            return source.region_at(watchlist.list_of(tx, page))

    def _wake(self, job: str, item: int, queue: Queue | None = None) -> None:
        queue = queue or self.queue
        if queue is None:
            return
        try:
            queue.enqueue(job, [item])
        except QueueError as exc:
            # Committed already: a worker's sweep will find it in the database.
            log.warning("queue unreachable; the sweep will pick this up", job=job, id=item, error=str(exc))

    def _unchanged(self, page: Page, source: Source, fetched: Fetched, hanging: Hanging | None) -> None:
        now = self.now()
        with self.store.begin() as tx:
            watchlist.page_checked(
                tx,
                page.id,
                now,
                next_look(
                    page.news_at or page.first_seen_at, now, chance=self.chance(), recheck=source.recheck
                ),
                etag=fetched.etag or page.etag,
                last_modified=fetched.last_modified or page.last_modified,
                capture=None,
                furniture=learnt(page.furniture),
            )
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


def _news_at(page: Page, reading: Reading, decision: Decision, now: datetime) -> datetime:
    """Since when the page says what it says now."""
    if isinstance(decision, Unchanged | SameVersion):
        return page.news_at or page.first_seen_at
    if page.news_at is None and page.body_sha256 is None:  # its first text is as old as it says
        return last_news(now, reading.article.published_at or reading.article.header.published_on)
    return now


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


def _attachment(attached: Attached) -> attachments.Attachment:
    file = attached.fetched
    return attachments.Attachment(attached.url, attached.name, file.capture(), file.etag, file.last_modified)
