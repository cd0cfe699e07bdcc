"""The to-do list of extraction: which versions wait, which are being read, what came of it.

The database is the list (`extracted_at IS NULL`); the queue only wakes a worker. What is extracted is
workers/targets/; how often a version may be tried, workers/extracting.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, literal_column, or_, select, update

from ingest.errors import StoreError
from ingest.model import Extraction, Figure, Report, Version
from ingest.store import rows
from ingest.store.settlement import lock_reports_of, mark_unsettled
from ingest.store.tables import outcomes, targets, versions
from ingest.telemetry import trace

_TICK = timedelta(microseconds=1)  # the smallest difference that the database keeps

_ANY = 2**31 - 1  # attempts
_BEGIN = (
    update(versions)
    .where(
        versions.c.id.in_(bindparam("these", expanding=True)),
        versions.c.extracted_at.is_(None),
        versions.c.dead_at.is_(None),
        versions.c.attempts <= bindparam("most"),
    )
    .values(attempts=versions.c.attempts + 1, started_at=bindparam("now"))
).returning(versions)
_THIS: ColumnElement[int] = literal_column(
    "versions.id"
)  # SQLAlchemy would write `id` alone: that of the other table
_END = (
    update(versions)
    .where(versions.c.id.in_(bindparam("these", expanding=True)), versions.c.extracted_at.is_(None))
    .values(extracted_at=bindparam("at"), extractor=bindparam("by"), dead_at=None, dead_reason=None)
    .returning(
        versions.c.id,
        versions.c.report_id,
        *(select(table.c.id).where(table.c.version_id == _THIS).exists() for table in (targets, outcomes)),
    )
)


def start(tx: Connection, version_ids: Sequence[int], now: datetime, *, first: bool = False) -> list[Version]:
    """Count an attempt at each of these that waits, to be committed before the work: a document that kills
    its worker is then noticed. `first`: at those only that had none. What is missing is extracted, dead, or
    unknown."""
    asked = {"these": version_ids, "now": now, "most": 0 if first else _ANY}
    begun = {row["id"]: rows.read(Version, row) for row in tx.execute(_BEGIN, asked).mappings()}
    return [begun[id_] for id_ in version_ids if id_ in begun]


def give_back(tx: Connection, version_id: int) -> None:
    """Take back the attempt at a version that waits: it failed for nothing that the version has in it."""
    waits = (versions.c.id == version_id, versions.c.extracted_at.is_(None), versions.c.attempts > 0)
    tx.execute(update(versions).where(*waits).values(attempts=versions.c.attempts - 1))


@dataclass(frozen=True, slots=True)
class Draft:
    """What was extracted from a version as it will be written: the rows of each table. Made before the
    transaction that keeps it, whose end others wait for."""

    version_id: int
    extractor: str
    figures: Sequence[tuple[Table, Sequence[Mapping[str, Any]]]]
    trace_id: str | None


def draft(version_id: int, extraction: Extraction) -> Draft:
    """With the trace id at hand."""

    def written(figures: Sequence[Figure]) -> list[Mapping[str, Any]]:
        return [{"version_id": version_id, **rows.figure_columns(figure)} for figure in figures]

    figures = ((targets, written(extraction.targets)), (outcomes, written(extraction.outcomes)))
    return Draft(version_id, extraction.extractor, figures, trace.current())


def save_drafts(
    tx: Connection, drafts: Sequence[Draft], now: datetime, held: Mapping[int, Report]
) -> dict[int, Report]:
    """Replace what was extracted from these versions; returns their reports, which are to be settled in the
    same transaction. One that is missing was passed over: another worker has kept its extraction meanwhile,
    which stands. `held`: their reports, as they are since this transaction has locked them.

    By whatever clock, that is after the last announcement of the report, which did not know of it.
    """
    ends: dict[tuple[datetime, str], list[int]] = {}
    for one in drafts:
        told_at = held[one.version_id].announced_at
        at = now if told_at is None else max(now, told_at + _TICK)
        ends.setdefault((at, one.extractor), []).append(one.version_id)
    kept = {
        row[0]: row[1:]
        for (at, by), these in ends.items()
        for row in tx.execute(_END, {"these": these, "at": at, "by": by}).all()
    }
    saved: dict[int, Report] = {}
    with rows.gathered(tx):
        for one in drafts:
            if one.version_id not in kept:
                continue
            report_id, *had = kept[one.version_id]
            for (table, figures), before in zip(one.figures, had, strict=True):
                if before:
                    tx.execute(table.delete().where(table.c.version_id == one.version_id))
                if figures:
                    rows.put_late(tx, rows.insert_new(tx, table), figures)
            saved[one.version_id] = report = held[one.version_id]
            if report_id != report.id:  # it has moved while its report was waited for
                with trace.traced(one.trace_id):
                    mark_unsettled(tx, [report_id], now)
    return saved


def mark_dead(tx: Connection, version_id: int, now: datetime, reason: str) -> Report | None:
    """Put a version aside that cannot be extracted; returns its report, which is still to be announced, so
    settle it. None, and nothing was done: another worker has extracted it meanwhile."""
    report = held(tx, [version_id])[version_id]
    waiting = (versions.c.id == version_id, versions.c.extracted_at.is_(None))
    done = tx.execute(update(versions).where(*waiting).values(dead_at=now, dead_reason=reason))
    return report if done.rowcount else None


def held(tx: Connection, version_ids: Sequence[int]) -> dict[int, Report]:
    """The reports of these versions, locked: two who do this at once do it one after the other."""
    reports = lock_reports_of(tx, version_ids)
    if missing := set(version_ids) - reports.keys():
        raise StoreError(
            f"versions {sorted(missing)} are not in the store; what was extracted cannot be kept"
        )
    return reports


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
