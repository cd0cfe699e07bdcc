"""Store what a page was read as: decide, write in one transaction, and after its commit wake a worker.

Fetching and reading are pipeline.py; whether what came is to be believed is belief.py.

Pages of which nothing is known are most of what comes where much comes. Such are written several in one
transaction: each is looked up and decided on after the one before it is written there, as though it had been
written alone. All of them are there or none; who is killed before the commit leaves their leases to run out,
and they are fetched again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from ingest import source_health
from ingest.belief import Tried
from ingest.compare.changing_lines import learnt
from ingest.compare.fingerprint import fingerprint_in
from ingest.errors import QueueError
from ingest.exchange import Fetched
from ingest.follow import Attached, PageReading
from ingest.identity.decide import NOTHING, Decision, SameVersion, Unchanged, decide
from ingest.identity.identify import identify
from ingest.identity.kinds import REPORTS
from ingest.model import Article, Event, Fingerprint, Identity, Page, Reading, SourceKind, Version
from ingest.page.titles import whole_title
from ingest.queue import EXTRACT, SETTLE, Queue
from ingest.sources.spec import Source
from ingest.store import attachments, documents, evidence, extraction, knowledge, outbox, rows, watchlist
from ingest.store.db import Store
from ingest.telemetry import metrics, trace
from ingest.watch.schedule import last_news, next_look
from ingest.watch.season import year_due

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page: the name of the decision, or the code of the error."""

    url: str
    outcome: str
    message: str | None = None
    version_id: int | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """A page that was read, of a source that is official or not.

    `recheck` fixes when it is looked at again; None: by its age. `tried`: what was decided already, which
    stands if the store still knows the same. `hanging`: its text may have been read from a file. `trace_id`:
    of its fetch.
    """

    page: Page
    read: PageReading
    official: bool
    recheck: timedelta | None
    tried: Tried | None = None
    hanging: bool = True
    trace_id: str | None = field(default_factory=trace.current)

    @property
    def anew(self) -> bool:
        """Whether nothing was ever got from the page."""
        return self.page.last_fetched_at is None

    @property
    def plain(self) -> bool:
        """Whether it was never read before, and is one answer and nothing else; where nothing like it is
        known, to decide on it takes no time."""
        read = self.read
        reading = read.reading
        if reading.compilation is None or reading.fingerprint is None or reading.recognised is not None:
            return False
        extra = read.attached or read.further or read.pictures
        return self.page.body_sha256 is None and self.page.error is None and self.anew and not extra


@dataclass(frozen=True, slots=True)
class _Written:
    decision: Decision
    applied: documents.Applied


@dataclass(frozen=True, slots=True)
class Keeper:
    """The shell around deciding."""

    store: Store
    queue: Queue | None  # None: nobody to wake; a worker's sweep finds the work
    sources: Mapping[str, Source]  # of none of them: a local file
    now: Callable[[], datetime]
    chance: Callable[[], float]

    def keep(self, one: Brought) -> Outcome:
        """Store one page."""
        now = self.now()

        def write(tx: Connection) -> _Written:
            written, reading = self._stand(tx, one, now)
            self._keep_answers(tx, one, written, now)
            outbox.append(tx, self._health(tx, one, reading, now))
            return written

        written = self.store.retrying(write)
        applied = written.applied
        if applied.needs_extraction:
            wake(self.queue, EXTRACT, [applied.version_id])
        elif applied.needs_settling:
            wake(self.queue, SETTLE, [applied.report_id])
        return self._told(one, written)

    def keep_news(self, some: Sequence[Brought]) -> list[Outcome | None]:
        """Store pages that are `plain`, together. None of one of which something is known: it is to be kept
        by itself."""
        now = self.now()

        def write(tx: Connection) -> list[_Written | None]:
            found: list[_Written | None] = []
            health: dict[str, list[Brought]] = {}
            there, unread = knowledge.there(tx, [(one.page, one.read.reading) for one in some])
            beside: dict[int, Fingerprint] = {}
            with rows.gathered(tx):
                # Of one that is missing the lease has run out, and somebody else was there.
                for one in some:
                    with trace.traced(one.trace_id):
                        written = self._news(tx, one, there, beside, now) if one.page.id in unread else None
                        found.append(written)
                        if written is not None:
                            self._keep_answers(tx, one, written, now)
                            health.setdefault(one.page.source, []).append(one)
            for slug, pages in sorted(health.items()):  # everybody takes sources in this order
                came = [(one.page, one.read.reading.article) for one in pages]
                with trace.traced(pages[-1].trace_id):
                    outbox.append(tx, source_health.pages_read(tx, self.sources[slug], came, now).events)
            return found

        written = self.store.retrying(write)
        wake(self.queue, EXTRACT, [one.applied.version_id for one in written if one is not None])
        outcomes: list[Outcome | None] = []
        for one, done in zip(some, written, strict=True):
            with trace.traced(one.trace_id):
                outcomes.append(None if done is None else self._told(one, done))
        return outcomes

    # --- in the transaction

    def _stand(self, tx: Connection, one: Brought, now: datetime) -> tuple[_Written, Reading]:
        """Decide, and make it stand on the page."""
        page, read, tried = one.page, one.read, one.tried
        reading = read.reading
        furniture: Mapping[str, int] = learnt(page.furniture)
        if page.body_sha256 == read.sha256 and (again := documents.shows_again(tx, page, now)):
            watchlist.page_had(tx, page.id, self._had(one, reading, Unchanged(), furniture, now))
            return _Written(Unchanged(), again), reading
        shown = knowledge.shown_on(tx, page.id)
        reading, furniture = knowledge.held_still(page, shown, reading)
        known = knowledge.known(tx, page, shown, reading)
        if tried is not None and tried.holds(known, read.sha256, reading):
            decided = tried.decision
        else:
            decided = decide(known, read.sha256, reading)
        applied = self._apply(tx, one, shown, decided, reading, now)
        watchlist.page_had(tx, page.id, self._had(one, reading, decided, furniture, now))
        return _Written(decided, applied), reading

    def _news(
        self,
        tx: Connection,
        one: Brought,
        there: set[str],
        beside: dict[int, Fingerprint],
        now: datetime,
    ) -> _Written | None:
        """`there`: texts and reports that are there already, and those that are after this; `beside`: what
        was made before it in this transaction."""
        page, reading = one.page, one.read.reading
        mine = {reading.content_hash, reading.identity.report_key}
        if mine & there or not knowledge.stands_alone(tx, reading, beside):
            return None
        decision = decide(NOTHING, one.read.sha256, reading)
        watchlist.page_had(tx, page.id, self._had(one, reading, decision, learnt(page.furniture), now))
        there |= mine
        applied = self._apply(tx, one, None, decision, reading, now)
        if applied.version_id is not None:
            beside[applied.version_id] = fingerprint_in(reading)
        return _Written(decision, applied)

    def _apply(
        self,
        tx: Connection,
        one: Brought,
        shown: Version | None,
        decision: Decision,
        reading: Reading,
        now: datetime,
    ) -> documents.Applied:
        enqueued = self.queue is not None
        return documents.apply(
            tx, one.page, shown, decision, reading, official=one.official, now=now, enqueued=enqueued
        )

    def _had(
        self, one: Brought, reading: Reading, decision: Decision, furniture: Mapping[str, int], now: datetime
    ) -> watchlist.Had:
        page, read = one.page, one.read
        news_at = _news_at(page, reading, decision, now)
        return watchlist.Had(
            now,
            next_look(news_at, now, chance=self.chance(), recheck=one.recheck),
            read.etag,
            read.last_modified,
            body_sha256=read.capture.sha256,
            news_at=news_at,
            title=whole_title(page.title, reading.article.title),
            furniture=furniture,
        )

    def _keep_answers(self, tx: Connection, one: Brought, written: _Written, now: datetime) -> None:
        """What came, as evidence; and that a worker will be woken."""
        page, read, version_id = one.page, one.read, written.applied.version_id
        evidence.keep_capture(tx, page.id, read.capture, version_id, anew=one.anew)
        attached = read.attached
        if attached or (one.hanging and not one.anew):
            file = attachment_of(attached) if attached else None
            attachments.read_from(tx, page.id, file, version_id, now)
        if attached:
            evidence.keep_capture(tx, page.id, attached.fetched.capture(), version_id, attached.name)
        for number, picture in enumerate(read.pictures, 1):
            evidence.keep_capture(tx, page.id, picture, version_id, f"{number}.jpg", part=number)
        for number, answer in enumerate(read.further, 2):
            evidence.keep_capture(tx, page.id, answer.capture(), version_id, part=number)
        wanted = written.applied.needs_extraction and not written.applied.enqueued
        if self.queue is not None and wanted and version_id is not None:
            extraction.mark_enqueued(tx, [version_id], now)

    def _health(self, tx: Connection, one: Brought, reading: Reading, now: datetime) -> Sequence[Event]:
        """What reading the page says of its source."""
        source, page = self.sources.get(one.page.source), one.page
        if source is None:
            return ()
        if one.read.capture.sha256 != page.body_sha256:
            return source_health.pages_read(tx, source, [(page, reading.article)], now).events
        return source_health.page_well_again(tx, source, now).events if page.error is not None else ()

    # --- after its commit

    def _told(self, one: Brought, written: _Written) -> Outcome:
        page, name, version_id = one.page, type(written.decision).__name__, written.applied.version_id
        source = self.sources.get(page.source)
        metrics.page_read(source.kind if source is not None else SourceKind.LOCAL, name)
        log.info("page read", source=page.source, url=page.url, decision=name, version=version_id)
        return Outcome(page.url, name, version_id=version_id)


def wake(queue: Queue | None, job: str, ids: Sequence[int | None]) -> None:
    known = [id_ for id_ in ids if id_ is not None]
    if queue is None or not known:
        return
    try:
        queue.enqueue(job, known)
    except QueueError as exc:
        # Committed already: a worker's sweep will find it in the database.
        log.warning("queue unreachable; the sweep will pick this up", job=job, ids=known, error=str(exc))


def _news_at(page: Page, reading: Reading, decision: Decision, now: datetime) -> datetime:
    """Since when the page says what it says now."""
    if isinstance(decision, Unchanged | SameVersion):
        return page.news_at or page.first_seen_at
    if page.news_at is None and page.body_sha256 is None and not _is_awaited(page, reading.identity, now):
        # Its first text is as old as it says.
        return last_news(now, reading.article.published_at or reading.article.header.published_on)
    return now


def _is_awaited(page: Page, identity: Identity, now: datetime) -> bool:
    """Whether more may come soon of a page that is read for the first time, however old it says it is: it is
    this season's report, or its list names a report, and what came is none or another year's."""
    if identity.kind in REPORTS and identity.year == year_due(now):
        return True
    named = identify(Article(page.title, ""), None)
    return named.kind in REPORTS and (
        named.kind is not identity.kind or named.year not in (None, identity.year)
    )


def attachment_of(attached: Attached) -> attachments.Attachment:
    file: Fetched = attached.fetched
    return attachments.Attachment(attached.url, attached.name, file.capture(), file.etag, file.last_modified)
