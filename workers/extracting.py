"""Extract versions and keep what was found: count an attempt, read, settle the report in one transaction.

An attempt is counted in a transaction of its own before the work, so that a document that kills its
worker is noticed: after `max_attempts` it is put aside as dead, with the reason, and its report is
announced without targets, or stays as it was announced. Everything that one extraction leads to (targets,
outcomes, events, what subscribers were told) is one transaction: kill the worker anywhere, and all of it is
there or none.
Several documents of a job are begun in one transaction, and kept in one, as long as nobody knows that one
of them ends its worker; a document that was tried before is begun and kept by itself.
Others wait for that transaction (all writers on SQLite), so what can be known before it is worked out before
it: the rows, and what the reports will tell as they stand then. What stands otherwise by the time that it is
locked is worked out anew.

What is extracted is targets/; what the report then tells, settling.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import structlog
from rq.timeouts import JobTimeoutException
from sqlalchemy import Connection

from ingest.bounded_reading import ending_this_process_after
from ingest.errors import ReadingEnded, StoreError, Unstorable
from ingest.identity.decide import is_nameless
from ingest.model import Event, Extraction, Identity, Recognised, Report, Version
from ingest.store import decisions, documents, extraction
from ingest.store.db import Store
from ingest.telemetry import metrics, trace
from workers.context import Context
from workers.scanned_figures import doubted
from workers.settling import Telling, append, foresee, say, settle_locked, settled

log = structlog.get_logger(__name__)

TOGETHER = 10  # documents begun and kept in one transaction


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


def extract_some(
    store: Store, context: Context, ids: Sequence[int], bound: float | None, failures: list[Exception]
) -> int:
    """Those that are tried for the first time are begun in one transaction and kept in one; of such that end
    this process nobody can say which did it, so all of them are tried again, one by one."""
    first: list[_Begun] = []
    if len(ids) > 1 and context.settings.max_attempts > 1:
        first = store.retrying(partial(_begin, version_ids=ids, now=datetime.now(UTC), first=True))
    new, read = 0, list[_Read]()
    for begun in first:
        with one_by_one("extraction", bound, failures, begun.version.trace_id, version=begun.version.id):
            read.append(_read(context, begun))
    if len(read) > 1:
        try:
            new += _keep(store, read)
            read = []
        except Exception as exc:
            log.info("extractions not kept together", versions=len(read), error=repr(exc))
    for done in read:
        with one_by_one(
            "extraction", None, failures, done.begun.version.trace_id, version=done.begun.version.id
        ):
            new += _keep_one(store, done)
    begun_ids = {begun.version.id for begun in first}
    for version_id in ids:
        if version_id not in begun_ids:
            with one_by_one("extraction", bound, failures, version=version_id):
                new += _extract_one(store, context, version_id)
    return new


@contextmanager
def one_by_one(
    doing: str, bound: float | None, failures: list[Exception], trace_id: str | None = None, **which: int
) -> Iterator[None]:
    """One document, one report or one lost connection must not cost the others of the batch their turn.
    `which`: whose turn it is, for the log."""
    with trace.traced(trace_id):
        try:
            with nullcontext() if bound is None else ending_this_process_after(bound):
                yield
        except JobTimeoutException:
            raise  # the alarm rings once a job: the rest of the batch must not run without one
        except Exception as exc:
            log.warning(f"{doing} failed", **which, error=repr(exc))
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
    return _keep_one(store, read)


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


def _keep_one(store: Store, read: _Read) -> int:
    """As _keep. A database that takes nothing now (its disk is full) says nothing of the document: that was
    no attempt."""
    try:
        return _keep(store, [read])
    except Unstorable:
        raise
    except StoreError:
        with suppress(StoreError), store.begin() as tx:
            extraction.give_back(tx, read.begun.version.id)
        raise


def _keep(store: Store, read: Sequence[_Read]) -> int:
    """Keep what was extracted and settle its reports, in one transaction; returns how many events are new."""
    now = datetime.now(UTC)
    # Reports before what belongs to them, in order of their ids, and events last (outbox.append): so that
    # nobody waits for one who waits for him.
    in_order = sorted(read, key=lambda one: one.begun.version.report_id)

    with store.read() as tx:
        foreseen = foresee(
            tx, {one.begun.version.id: (one.begun.version, one.found) for one in in_order}, now
        )
    found = list(map(_draft, in_order))

    def write(tx: Connection) -> tuple[list[Telling], list[Event]]:
        held = extraction.held(tx, [one.version_id for one in found])
        saved = extraction.save_drafts(tx, found, now, held)
        settled: dict[int, tuple[Report, str | None]] = {}
        for one in found:
            if (report := saved.get(one.version_id)) is not None:
                settled.setdefault(report.id, (report, one.trace_id))
        # Where one of them was kept by somebody else, what he found may be told beside the others.
        stands = foreseen if len(saved) == len(found) else None
        tellings = settle_locked(tx, list(settled.values()), now, others=False, foreseen=stands)
        return tellings, append(tx, tellings)

    tellings, new = store.retrying(write)
    say(tellings, new)
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


def _draft(one: _Read) -> extraction.Draft:
    version = one.begun.version
    with trace.traced(version.trace_id):
        return extraction.draft(version.id, one.found)


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
        return None if report is None else settled(tx, report, now)

    new = store.retrying(write)
    if new is None:
        return 0
    metrics.extracted("dead", seconds)
    log.error("document put aside", version=version.id, report=version.identity.report_key, reason=reason)
    return new
