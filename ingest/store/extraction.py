"""The to-do list of extraction: which versions wait, which are being read, what came of it.

The database is the list (`extracted_at IS NULL`); the queue only wakes a worker. What is extracted is
workers/targets/; how often a version may be tried, workers/jobs.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from ingest.errors import StoreError
from ingest.model import Extraction, Version
from ingest.store import rows
from ingest.store.settlement import mark_unsettled
from ingest.store.tables import outcomes, reports, targets, versions

_TICK = timedelta(microseconds=1)  # the smallest difference that the database keeps


def start_extraction(tx: Connection, version_id: int, now: datetime) -> Version | None:
    """Count an attempt, to be committed before the work: a document that kills its worker is then noticed.

    None when there is nothing to do: extracted, dead, or unknown."""
    row = (
        tx.execute(
            update(versions)
            .where(
                versions.c.id == version_id, versions.c.extracted_at.is_(None), versions.c.dead_at.is_(None)
            )
            .values(attempts=versions.c.attempts + 1, started_at=now)
            .returning(versions)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else rows.read(Version, row)


def save_extraction(tx: Connection, version_id: int, extraction: Extraction, now: datetime) -> None:
    """Replace what was extracted from this version, and mark its report. Idempotent; the report is locked
    first, so that two who do this at once do it one after the other.

    By whatever clock, that is after the last announcement of its report, which did not know of it.
    """
    announced = _lock_report_of(tx, version_id)
    at = now if announced is None else max(now, announced + _TICK)
    report_id = tx.scalar(
        update(versions)
        .where(versions.c.id == version_id)
        .values(extracted_at=at, extractor=extraction.extractor, dead_at=None, dead_reason=None)
        .returning(versions.c.report_id)
    )
    if report_id is None:
        raise StoreError(f"version {version_id} is not in the store; its extraction cannot be kept")
    for table, figures in ((targets, extraction.targets), (outcomes, extraction.outcomes)):
        tx.execute(table.delete().where(table.c.version_id == version_id))
        if figures:
            tx.execute(
                rows.insert(tx, table).on_conflict_do_nothing(),
                [{"version_id": version_id, **rows.figure_columns(figure)} for figure in figures],
            )
    mark_unsettled(tx, [report_id], now)


def extracted_meanwhile(tx: Connection, version_id: int) -> bool:
    """Whether another worker has kept its extraction of this version, which then stands. The report is
    locked, so that the answer holds until the end of the transaction."""
    _lock_report_of(tx, version_id)
    at = tx.scalar(select(versions.c.extracted_at).where(versions.c.id == version_id))
    return at is not None


def mark_dead(tx: Connection, version_id: int, now: datetime, reason: str) -> None:
    """Put a version aside that cannot be extracted; its report is still to be announced, so mark it."""
    _lock_report_of(tx, version_id)
    report_id = tx.scalar(
        update(versions)
        .where(versions.c.id == version_id, versions.c.extracted_at.is_(None))
        .values(dead_at=now, dead_reason=reason)
        .returning(versions.c.report_id)
    )
    if report_id is not None:
        mark_unsettled(tx, [report_id], now)


def _lock_report_of(tx: Connection, version_id: int) -> datetime | None:
    """Hold off whoever settles the report of this version; when it was announced last."""
    of_it = select(versions.c.report_id).where(versions.c.id == version_id).scalar_subquery()
    query = select(reports.c.announced_at).where(reports.c.id == of_it)
    announced: datetime | None = tx.scalar(query.with_for_update(key_share=True))
    return announced


def dead(tx: Connection) -> list[Version]:
    """All versions that were put aside, the oldest first."""
    query = select(versions).where(versions.c.dead_at.is_not(None)).order_by(versions.c.id)
    return [rows.read(Version, row) for row in tx.execute(query).mappings()]


def again(tx: Connection, version_ids: Sequence[int]) -> None:
    """Put versions back on the to-do list: what is known of them has changed. Their figures stand so long."""
    for part in rows.chunks(sorted(version_ids)):
        tx.execute(
            update(versions)
            .where(versions.c.id.in_(part))
            .values(
                extracted_at=None,
                dead_at=None,
                dead_reason=None,
                attempts=0,
                enqueued_at=None,
                started_at=None,
            )
        )


def revive(tx: Connection, version_id: int) -> None:
    """Put a dead version back on the to-do list, its attempts forgotten."""
    tx.execute(
        update(versions)
        .where(versions.c.id == version_id, versions.c.dead_at.is_not(None))
        .values(dead_at=None, dead_reason=None, attempts=0, enqueued_at=None, started_at=None)
    )


def mark_enqueued(tx: Connection, version_ids: Sequence[int], now: datetime) -> None:
    for part in rows.chunks(sorted(version_ids)):
        tx.execute(update(versions).where(versions.c.id.in_(part)).values(enqueued_at=now))


def waiting(tx: Connection, now: datetime, older_than: timedelta, limit: int = 1000) -> list[int]:
    """Versions neither extracted nor dead that nobody has enqueued or started since `now - older_than`;
    oldest first."""
    before = now - older_than
    query = (
        select(versions.c.id)
        .where(
            versions.c.extracted_at.is_(None),
            versions.c.dead_at.is_(None),
            or_(versions.c.enqueued_at.is_(None), versions.c.enqueued_at <= before),
            or_(versions.c.started_at.is_(None), versions.c.started_at <= before),
        )
        .order_by(versions.c.id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())
