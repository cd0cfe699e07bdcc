"""What the queue runs: load -> pure -> one transaction. Idempotent; called with ids, by name.

Which jobs there are is ingest/queue.py (the allow-list); what is extracted, targets/; what is told,
changes.py. The process around a job is main.py.

An attempt is counted in a transaction of its own before the work, so that a document that kills its
worker is noticed: after `max_attempts` it is put aside as dead, with the reason, and its report is
announced without targets. Everything that one extraction leads to (targets, outcomes, events, what
subscribers were told) is one transaction: kill the worker anywhere, and all of it is there or none.
Several documents of a job are begun in one transaction, and kept in one, as long as nobody knows that one
of them ends its worker; a document that was tried before is begun and kept by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import structlog
from rq.timeouts import JobTimeoutException
from sqlalchemy import Connection

from ingest.bounded_reading import ending_this_process_after
from ingest.compare.fingerprint import text_of
from ingest.compare.overlap import MUCH_SHORTER
from ingest.compare.relate import is_draft
from ingest.errors import QueueError, ReadingEnded, StoreError
from ingest.events import EventType
from ingest.identity.decide import is_nameless
from ingest.model import (
    Copy,
    Event,
    Extraction,
    Identity,
    Kind,
    Recognised,
    Region,
    Relation,
    Report,
    Version,
)
from ingest.queue import EXTRACT, Queue
from ingest.settings import Settings, load_settings
from ingest.store import (
    decisions,
    documents,
    extraction,
    figures,
    leaders,
    outbox,
    relations,
    search,
    settlement,
)
from ingest.store.db import Store
from ingest.store.last_year import past_of
from ingest.telemetry import metrics, trace
from ingest.telemetry.log import configure as configure_logs
from workers.changes import ReportState, ShownCopy, announced_state, changes, concerns_subscribers, flips_with
from workers.scanned_figures import doubted
from workers.targets.candidates import IMPLAUSIBLE
from workers.targets.extract import extract as extract_targets

log = structlog.get_logger(__name__)

TOGETHER = 10  # documents begun and kept in one transaction
_HEAD = 1_000  # characters, in which a text says that it is a draft
# Not DRAFT: a draft is another text, not a part of one.
_CUT = frozenset({Relation.TRUNCATED, Relation.PART, Relation.MASKED})


class Extractor(Protocol):
    def __call__(self, body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What the jobs of this process work with."""

    settings: Settings
    extractor: Extractor


_context: Context | None = None


def configure(settings: Settings, extractor: Extractor = extract_targets) -> Context:
    """Say once per process what its jobs work with. A forked work-horse inherits it; one that was spawned,
    or a plain `rq worker`, reads the GONGBAO_* variables instead."""
    global _context
    _context = Context(settings, extractor)
    return _context


def configured() -> Context:
    if _context is not None:
        return _context
    settings = load_settings()
    configure_logs(settings.log_format, settings.log_level)
    metrics.join_relay()
    return configure(settings)


# --- the two jobs ----------------------------------------------------------------------------


def extract(*version_ids: int) -> None:
    """Extract each version and settle its report. Raises the last failure after all ids had their turn, so
    that RQ runs the job again; what is done by then is passed over."""
    context = configured()
    with _opened(context) as store:
        extract_all(store, context, version_ids, bound=context.settings.reading_seconds)


def settle(*report_ids: int) -> None:
    """Compare each report with what subscribers were told, and tell them of the difference."""
    context = configured()
    with _opened(context) as store:
        settle_all(store, context, report_ids, bound=context.settings.reading_seconds)


_kept: tuple[Store, Queue] | None = None


def keep_connections() -> None:
    """Let all jobs of this process, a work-horse, have one store and one way to Redis."""
    global _kept
    settings = configured().settings
    _kept = (Store.open(settings.database), Queue.of(settings, retries=0))


@contextmanager
def _opened(context: Context) -> Iterator[Store]:
    if _kept is not None:
        yield _kept[0]
        return
    store = Store.open(context.settings.database)
    try:
        yield store
    finally:
        store.close()


def extract_all(
    store: Store, context: Context, version_ids: Iterable[int], *, bound: float | None = None
) -> int:
    """The job `extract` with the store given; returns how many events are new. `bound`: seconds of processor
    time after which one document ends this process, a work-horse, and has had its attempt."""
    ids = list(dict.fromkeys(version_ids))
    new, failures = 0, list[Exception]()
    try:
        for start in range(0, len(ids), TOGETHER):
            new += _extract_some(store, context, ids[start : start + TOGETHER], bound, failures)
    finally:
        wake(context, new)
    if failures:
        raise failures[-1]
    return new


def settle_all(
    store: Store, context: Context, report_ids: Iterable[int], *, bound: float | None = None
) -> int:
    """The job `settle` with the store given; returns how many events are new. `bound` as in extract_all."""
    new = 0
    for report_id in report_ids:
        with nullcontext() if bound is None else ending_this_process_after(bound):
            new += store.retrying(partial(settle_in, report_id=report_id, now=datetime.now(UTC)))
    wake(context, new)
    return new


# --- extraction ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Begun:
    """A version whose attempt is counted, with what is known of it."""

    version: Version
    known: Identity
    recognised: Recognised | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found in it, and how many seconds that took."""

    begun: _Begun
    found: Extraction
    seconds: float


def _extract_some(
    store: Store, context: Context, ids: Sequence[int], bound: float | None, failures: list[Exception]
) -> int:
    """Those that are tried for the first time are begun in one transaction and kept in one; of such that end
    this process nobody can say which did it, so all of them are tried again, one by one."""
    first: list[_Begun] = []
    if len(ids) > 1 and context.settings.max_attempts > 1:
        first = store.retrying(partial(_begin, version_ids=ids, now=datetime.now(UTC), first=True))
    new, read = 0, list[_Read]()
    for begun in first:
        with _one_by_one(begun.version.id, begun.version.trace_id, bound, failures):
            read.append(_read(context, begun))
    if len(read) > 1:
        try:
            new += _keep(store, read)
            read = []
        except Exception as exc:
            log.info("extractions not kept together", versions=len(read), error=repr(exc))
    for done in read:
        with _one_by_one(done.begun.version.id, done.begun.version.trace_id, None, failures):
            new += _keep(store, [done])
    begun_ids = {begun.version.id for begun in first}
    for version_id in ids:
        if version_id not in begun_ids:
            with _one_by_one(version_id, None, bound, failures):
                new += _extract_one(store, context, version_id)
    return new


@contextmanager
def _one_by_one(
    version_id: int, trace_id: str | None, bound: float | None, failures: list[Exception]
) -> Iterator[None]:
    """One document or one lost connection must not cost the others of the batch their turn."""
    with trace.traced(trace_id):
        try:
            with nullcontext() if bound is None else ending_this_process_after(bound):
                yield
        except JobTimeoutException:
            raise  # the alarm rings once a job: the rest of the batch must not run without one
        except Exception as exc:
            log.warning("extraction failed", version=version_id, error=repr(exc))
            failures.append(exc)


def _begin(tx: Connection, version_ids: Sequence[int], now: datetime, *, first: bool) -> list[_Begun]:
    """Those that wait, in this order; `first`: and that nobody has tried."""
    return [
        _Begun(
            version,
            _known_as(tx, version),
            documents.recognised_in(tx, version.id) if version.ocr else None,
        )
        for version in extraction.start(tx, version_ids, now, first=first)
    ]


def _extract_one(store: Store, context: Context, version_id: int) -> int:
    limit = context.settings.max_attempts
    now = datetime.now(UTC)
    with store.begin() as tx:
        waiting = _begin(tx, [version_id], now, first=False)
    if not waiting:
        return 0  # done by somebody else, or dead
    [begun] = waiting
    version = begun.version
    trace.take_up(version.trace_id)
    if version.attempts > limit:
        reason = (
            f"{ReadingEnded.__name__}: not finished in {limit} attempts: its worker was killed, ran out of "
            f"memory, or of time ({context.settings.reading_seconds:g} s on a processor), or could not save"
        )
        # Another transaction: the attempt holds the version, and a report is locked before its versions.
        return _put_aside(store, version, reason, now, 0.0)
    began = time.monotonic()
    try:
        read = _read(context, begun)
    except Exception as exc:
        # Whatever a document can raise, a timeout too, is that document's attempt.
        if version.attempts < limit:
            raise
        reason = f"{type(exc).__name__}: {exc}"[:1000]
        new = _put_aside(store, version, reason, datetime.now(UTC), time.monotonic() - began)
        if isinstance(exc, JobTimeoutException):
            raise
        return new
    return _keep(store, [read])


def _read(context: Context, begun: _Begun) -> _Read:
    version, known = begun.version, begun.known
    log.debug("extraction begins", version=version.id, attempt=version.attempts)
    began = time.monotonic()
    try:
        found = context.extractor(version.body, year=known.year, kind=known.kind, region=known.region)
        return _Read(begun, doubted(found, begun.recognised), time.monotonic() - began)
    except Exception:
        if version.attempts < context.settings.max_attempts:
            metrics.extracted("failed", time.monotonic() - began)
        raise


def _keep(store: Store, read: Sequence[_Read]) -> int:
    """Keep what was extracted and settle its reports, in one transaction; returns how many events are new."""
    now = datetime.now(UTC)
    # Reports before what belongs to them, in order of their ids, and events last (outbox.append): so that
    # nobody waits for one who waits for him.
    in_order = sorted(read, key=lambda one: one.begun.version.report_id)

    def write(tx: Connection) -> list[Event]:
        reports = extraction.held(tx, [one.begun.version.id for one in in_order])
        settled: set[int] = set()
        told = _Told()
        for one in in_order:
            version = one.begun.version
            with trace.traced(version.trace_id):
                as_held = reports[version.id]
                if as_held.id in settled:  # by another of its texts
                    as_held = settlement.lock_report(tx, as_held.id) or as_held
                report = extraction.save_extraction(tx, version.id, one.found, now, as_held)
                if report is not None:
                    settled.add(report.id)
                    _settle_locked(tx, report, now, told, others=False)
        return told.append(tx)

    new = store.retrying(write)
    for one in read:
        metrics.extracted("done", one.seconds)
        with trace.traced(one.begun.version.trace_id):
            log.info(
                "extracted",
                version=one.begun.version.id,
                report=one.begun.known.report_key,
                targets=len(one.found.targets),
                outcomes=len(one.found.outcomes),
                seconds=round(one.seconds, 3),
            )
    return len(new)


def _known_as(tx: Connection, version: Version) -> Identity:
    """Which report a text is: what it says itself, or what the operator has said of one that does not."""
    if not (is_nameless(version.identity) and decisions.pinned(tx, [version.id])):
        return version.identity
    report = documents.report(tx, version.report_id)
    assert report is not None  # a row that others refer to is never deleted
    return replace(version.identity, kind=report.kind, region=report.region, year=report.year)


def _put_aside(store: Store, version: Version, reason: str, now: datetime, seconds: float) -> int:
    """Mark the version dead and announce its report without targets, unless it was read meanwhile."""

    def write(tx: Connection) -> int | None:
        report = extraction.mark_dead(tx, version.id, now, reason)
        return None if report is None else _settled(tx, report, now)

    new = store.retrying(write)
    if new is None:
        return 0
    metrics.extracted("dead", seconds)
    log.error("document put aside", version=version.id, report=version.identity.report_key, reason=reason)
    return new


# --- settling --------------------------------------------------------------------------------


def settle_in(tx: Connection, report_id: int, now: datetime) -> int:
    """Settle one report inside a write transaction; returns how many events are new."""
    report = settlement.lock_report(tx, report_id)
    if report is None:
        raise StoreError(f"settling report {report_id}: it is not in the store")
    return _settled(tx, report, now)


def _settled(tx: Connection, report: Report, now: datetime) -> int:
    told = _Told()
    _settle_locked(tx, report, now, told)
    return len(told.append(tx))


@dataclass(frozen=True, slots=True)
class _Told:
    """Events that are to be appended, and under which trace id each was made."""

    events: list[Event] = field(default_factory=list)
    traces: dict[str, str | None] = field(default_factory=dict)

    def append(self, tx: Connection) -> list[Event]:
        """At the end of the transaction. Returns those that are new."""
        new = outbox.append(tx, self.events, self.traces)
        for event in new:
            with trace.traced(self.traces[event.id]):
                log.info("event appended", type=event.type, subject=event.subject, event_id=event.id)
        return new


def _settle_locked(
    tx: Connection, report: Report, now: datetime, told: _Told, *, others: bool = True
) -> None:
    """`others`: something else than its only text may have changed about the report."""
    texts = _texts_of(tx, report.id)
    with trace.traced(report.unsettled_by or trace.current()):
        events = _settle(tx, report, texts, now)
        told.events.extend(events)
        told.traces.update({event.id: trace.current() for event in events})
        if events:
            log.info("report settled", report=report.key, events=len(events))
    if others or not texts.alone or report.announced_version_id not in (None, *texts.versions):
        search.refresh(tx, [report.id])  # another text may lead it now


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of a report, the pages that show them or did, and which of those that are shown leads."""

    versions: dict[int, Version]
    copies: list[Copy]
    leading: int | None

    @property
    def alone(self) -> bool:
        """Is there one text, which every page shows as it is?"""
        return len(self.versions) == 1 and all(copy.relation is Relation.SAME for copy in self.copies)


def _texts_of(tx: Connection, report_id: int) -> _Texts:
    versions = {v.id: v for v in documents.versions_of(tx, report_id)}
    texts = _Texts(versions, documents.copies_of(tx, report_id), None)
    if texts.alone:
        shown = any(copy.ended_at is None for copy in texts.copies)
        return replace(texts, leading=next(iter(versions)) if shown else None)
    relations.complete(tx, report_id)
    leading = leaders.live_leader(tx, report_id)
    if leading is not None:
        relations.stand(tx, report_id, leading)
    return _Texts(versions, documents.copies_of(tx, report_id), leading)


def _settle(tx: Connection, report: Report, texts: _Texts, now: datetime) -> Sequence[Event]:
    report_id, versions, copies = report.id, texts.versions, texts.copies
    leader = versions[texts.leading] if texts.leading is not None else None
    if leader is not None and leader.extracted_at is None and leader.dead_at is None:
        # It will lead, but its targets are not known yet: its extraction settles the report. The mark stays,
        # so that the sweep comes back should anything happen to it.
        settlement.mark_unsettled(tx, [report_id], now)
        return ()
    before = _told_before(tx, report, versions, copies)
    told = before is not None and before.moved_to is None and report.withdrawn_at is None
    if leader is None and told and settlement.may_have_moved(tx, report_id, now):
        settlement.put_off(tx, report_id, now)
        log.info("withdrawal put off", report=report.key)
        return ()
    after = _standing(tx, report, leader, copies) if leader is not None else None
    if before is not None and before.moved_to is not None and after is not None:
        # What was said of it officially is said of another report now, and holds nothing back here.
        before = replace(before, official=before.official and after.official)
    if after is not None and after.shown_by.relation is Relation.COMPILATION:
        after = None  # what it holds belongs to the reports in it
    if after is not None and _is_draft(after.version):
        after = None  # what is put up for comment is no promise yet
    if before is None and after is not None and not concerns_subscribers(after):
        after = None
    if before is not None and after is not None and before.version.id != after.version.id:
        before, after = _beside_each_other(tx, before, after)
    showings = [
        ShownCopy(copy, versions[copy.version_id], leaders.is_history(tx, report, copy)) for copy in copies
    ]
    return _tell(tx, report, before, after, showings, now)


def _is_draft(version: Version) -> bool:
    head = version.body[:_HEAD]
    # The last letter of each word for one, whatever spelling: most texts need not be taken apart for this.
    return "稿" in f"{version.title}{head}" and is_draft(version.title, text_of(head))


def _beside_each_other(
    tx: Connection, before: ReportState, after: ReportState
) -> tuple[ReportState, ReportState]:
    """Say of two states whether one text is a part of the other, the same but for its edges, or has other
    figures in the same sentences."""
    stands = {(r.version_id, r.other_version_id): r for r in relations.of_version(tx, before.version.id)}
    old = stands.get((before.version.id, after.version.id))
    new = stands.get((after.version.id, before.version.id))
    alike = new is not None and new.relation is Relation.SAME
    restated = any(r.evidence is not None and r.evidence.changed for r in (old, new) if r is not None)
    edited = before.shown_by.page_id == after.shown_by.page_id
    return (
        replace(before, partial=_is_cut(old, edited)),
        replace(after, partial=_is_cut(new, edited), alike=alike, restated=restated),
    )


def _is_cut(related: relations.Related | None, edited: bool) -> bool:
    """Is the text only a part of the other, whatever its figures? `edited`: one page showed both; a paragraph
    that came or went there at the end is a change."""
    if related is None:
        return False
    evidence = related.evidence
    if edited and evidence is not None and evidence.letters > MUCH_SHORTER * evidence.other_letters:
        return related.relation in _CUT - {Relation.TRUNCATED}
    return related.relation in _CUT or (evidence is not None and evidence.cut)


def _tell(
    tx: Connection,
    report: Report,
    before: ReportState | None,
    after: ReportState | None,
    showings: list[ShownCopy],
    now: datetime,
) -> Sequence[Event]:
    if after is not None:
        after = replace(after, past=past_of(tx, report, after.version.id))
    events: tuple[Event, ...] = changes(before, after, now, showings)
    held = announced_state(before, after)
    read_at = held.version.extracted_at if held else None
    settlement.settled(
        tx,
        report.id,
        announced_version_id=held.version.id if held else None,
        provisional=held is not None and not held.official,
        withdrawn_at=None if after is not None or held is None else report.withdrawn_at or now,
        flips_with=flips_with(before, after, showings),
        # Never before what it tells was read, by whatever clock: _told_before goes by the order of the two.
        now=now if read_at is None else max(now, read_at),
        told=any(event.type != EventType.COPY_APPEARED for event in events),
    )
    return events


def _told_before(
    tx: Connection, report: Report, versions: dict[int, Version], copies: list[Copy]
) -> ReportState | None:
    """The report as subscribers know it."""
    if report.announced_version_id is None:
        return None
    version = versions.get(report.announced_version_id)
    moved_to = None
    if version is None:  # it turned out to be a piece of another report
        version = documents.version(tx, report.announced_version_id)
        assert version is not None
        whole = documents.report(tx, version.report_id)
        moved_to = whole.key if whole else None
    standing = replace(_standing(tx, report, version, copies), moved_to=moved_to)
    extracted, announced = standing.version.extracted_at, report.announced_at
    if extracted is None or (announced is not None and extracted > announced):
        # It was announced while dead, without targets, and revived since.
        standing = replace(standing, targets=())
    return replace(standing, official=not report.provisional)


def _standing(tx: Connection, report: Report, version: Version, copies: list[Copy]) -> ReportState:
    own = [copy for copy in copies if copy.version_id == version.id]
    if not own:  # a version that has moved to another report took its copies along
        own = [leaders.shown_by(tx, [version.id])[version.id]]
    shown_by = min(own, key=lambda c: (c.ended_at is not None, not c.official, c.first_seen_at, c.id))
    return ReportState(
        report=report,
        version=version,
        # A figure that cannot be is kept with its reason and told to nobody as a fact.
        targets=tuple(f for f in figures.targets_of(tx, version.id) if IMPLAUSIBLE not in f.flags),
        shown_by=shown_by,
        official=shown_by.official and not version.ocr,
        backfill=leaders.is_history(tx, report, shown_by),
    )


# --- after commit ----------------------------------------------------------------------------


def wake(context: Context, new: int) -> None:
    """Tell senders that there are events. Only faster, never needed: they look by themselves, too."""
    if not new:
        return
    try:
        if _kept is not None:
            _kept[1].wake_senders()
            return
        queue = Queue.of(context.settings, retries=0)  # an import may have no Redis, and wakes at every file
        try:
            queue.wake_senders()
        finally:
            queue.close()
    except QueueError as exc:
        log.debug("senders not woken", error=str(exc))


def enqueue(settings: Settings, version_ids: Sequence[int]) -> None:
    """Wake a worker for these versions. Raises QueueError; their sweep finds them all the same."""
    queue = Queue.of(settings, retries=0)
    try:
        queue.enqueue(EXTRACT, version_ids)
    finally:
        queue.close()
