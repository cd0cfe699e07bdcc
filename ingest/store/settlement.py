"""Which reports must be compared anew with what subscribers were told: marked, listed, locked, cleared.

The comparison itself is workers/changes.py.

A report whose last page was taken down may only have moved. Its withdrawal is put off (`put_off`) until the
lists of that page's source were looked at after it was gone, and what they showed of new addresses was read;
for `LONGEST` at most, so that neither a list that fails nor a page that cannot be read keeps it for ever.

Of a page that goes back and forth between two texts, the turns are not told. Where it comes to rest on
another one than was told last, that is to be told (`at_rest`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Boolean,
    Connection,
    Exists,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)

from ingest.model import Report
from ingest.store import rows
from ingest.store.tables import copies, events, lists, pages, reports, versions
from ingest.telemetry import trace

LONGEST = timedelta(days=2)  # most lists are looked at once a day or more often
TRIES = 3  # at a new address
REST = timedelta(days=7)  # so long was one text seen without a break: the page no longer takes turns

_ONE = select(reports).where(reports.c.id == bindparam("report")).with_for_update(key_share=True)
_OF_VERSIONS = (
    select(reports, versions.c.id.label("of_version"))
    .join(versions, versions.c.report_id == reports.c.id)
    .where(versions.c.id.in_(bindparam("those", expanding=True)))
    .order_by(reports.c.id)
    .with_for_update(key_share=True, of=reports)
)
_SEVERAL = (
    select(reports.c.id)
    .where(reports.c.id.in_(bindparam("those", expanding=True)))
    .order_by(reports.c.id)
    .with_for_update(key_share=True)
)


def mark_unsettled(tx: Connection, report_ids: Iterable[int], now: datetime) -> None:
    """Something changed about these reports. An earlier mark stays, and what it came from.

    The update is unconditional on purpose: on PostgreSQL it must wait for a settling that is under way
    (lock_report) and mark the report again after it. In order of ids, so that two markers cannot deadlock.
    """
    since = reports.c.unsettled_since
    for report_id in sorted(set(report_ids)):
        tx.execute(
            update(reports)
            .where(reports.c.id == report_id)
            .values(
                unsettled_since=func.coalesce(since, literal(now, since.type)),
                unsettled_by=func.coalesce(reports.c.unsettled_by, trace.current()),
            )
        )


def end_copies(tx: Connection, page_id: int, now: datetime, *, but: int | None = None) -> set[int]:
    """End what a page shows, except version `but`. Returns the ids of the reports concerned."""
    live = [copies.c.page_id == page_id, copies.c.ended_at.is_(None)]
    if but is not None:
        live.append(copies.c.version_id != but)
    concerned = select(versions.c.report_id).join(copies, copies.c.version_id == versions.c.id).where(*live)
    report_ids = set(tx.execute(concerned).scalars())
    if report_ids:
        lock_reports(tx, report_ids)
        tx.execute(update(copies).where(*live).values(ended_at=now))
    return report_ids


def unsettled(tx: Connection, now: datetime, older_than: timedelta, limit: int = 1000) -> list[int]:
    """Reports that have waited for a comparison since before `now - older_than`, and those that were put off
    and need not wait longer; the longest first. After them those that have come to rest."""
    since, vanished = reports.c.unsettled_since, reports.c.vanished_since
    # One after the other, each by its index: of both together SQLite would look at every report.
    marked = select(reports.c.id, since.label("at")).where(since <= now - older_than)
    over = select(reports.c.id, func.coalesce(since, vanished)).where(
        vanished <= datetime.max.replace(tzinfo=UTC), ~_may_stand_elsewhere(now)
    )
    found = union(marked, over).subquery()
    query = select(found.c.id).order_by(found.c.at, found.c.id).limit(limit)
    waiting = list(tx.execute(query).scalars())
    return (
        waiting + [report_id for report_id in at_rest(tx) if report_id not in waiting][: limit - len(waiting)]
    )


def at_rest(tx: Connection, report_id: int | None = None) -> dict[int, int]:
    """Of reports whose page took turns between two texts and has stood still since, on another one than was
    told last: the version that was told last. `report_id`: of this one only."""
    left, stays = copies, copies.alias()
    told = (
        select(events.c.version_id)
        .where(
            events.c.report_id == reports.c.id,
            events.c.version_id.is_not(None),
            events.c.type.startswith("report."),
        )
        .order_by(events.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(reports.c.id, told.label("told"), left.c.ended_at, stays.c.last_seen_at)
        .join(left, left.c.version_id == reports.c.flips_with)
        .join(stays, stays.c.page_id == left.c.page_id)
        .where(
            reports.c.flips_with.is_not(None),
            reports.c.withdrawn_at.is_(None),
            stays.c.version_id == reports.c.announced_version_id,
            stays.c.ended_at.is_(None),
            left.c.ended_at.is_not(None),
            told != reports.c.announced_version_id,
        )
    )
    if report_id is not None:
        query = query.where(reports.c.id == report_id)
    # Put in order here: SQLite would look at every report, for the sake of their order.
    still = (row for row in tx.execute(query) if row.last_seen_at - row.ended_at >= REST)
    return {row.id: row.told for row in sorted(still, key=lambda row: row.id)}


def may_have_moved(tx: Connection, report_id: int, now: datetime) -> bool:
    """Whether a page that showed the report was taken down, and its source not looked through since."""
    query = select(reports.c.id).where(reports.c.id == report_id, _may_stand_elsewhere(now))
    return tx.execute(query).one_or_none() is not None


def put_off(tx: Connection, report_id: int, now: datetime) -> None:
    """Clear the mark of a report that may have moved; `unsettled` has it again when that is known."""
    since = reports.c.vanished_since
    tx.execute(
        update(reports)
        .where(reports.c.id == report_id)
        .values(unsettled_since=None, vanished_since=func.coalesce(since, literal(now, since.type)))
    )


def _may_stand_elsewhere(now: datetime) -> Exists:
    """Of a row of reports."""
    gone, new = pages, pages.alias()
    unseen = exists().where(
        lists.c.source == gone.c.source,
        lists.c.retired_at.is_(None),
        or_(lists.c.last_polled_at.is_(None), lists.c.last_polled_at <= gone.c.gone_at, lists.c.failures > 0),
    )
    unread = exists().where(
        new.c.source == gone.c.source,
        new.c.first_seen_at > copies.c.last_seen_at,
        new.c.body_sha256.is_(None),
        new.c.gone_at.is_(None),
        new.c.failures < TRIES,
    )
    return (
        exists()
        .where(
            versions.c.report_id == reports.c.id,
            copies.c.version_id == versions.c.id,
            gone.c.id == copies.c.page_id,
            gone.c.gone_at == copies.c.ended_at,
            copies.c.ended_at > now - LONGEST,  # by its index
            or_(unseen, unread),
        )
        .correlate(reports)
    )


def lock_report(tx: Connection, report_id: int) -> Report | None:
    """Hold off every other settling and marking of this report until the transaction ends; the report as it
    is from then on."""
    row = tx.execute(_ONE, {"report": report_id}).mappings().one_or_none()
    return None if row is None else rows.report(row)


def lock_reports_of(tx: Connection, version_ids: Collection[int]) -> dict[int, Report]:
    """The same of the reports of versions, by version; in order of their ids, as lock_reports."""
    found = tx.execute(_OF_VERSIONS, {"those": version_ids}).mappings()
    return {row["of_version"]: rows.report(row) for row in found}


def lock_reports(tx: Connection, report_ids: Iterable[int]) -> None:
    """The same for several, in order of ids. Everybody takes reports before their versions and copies: who
    did it the other way round would wait for a settling that waits for him."""
    for part in rows.chunks(sorted(set(report_ids))):
        tx.execute(_SEVERAL, {"those": part})


_SETTLED = (
    update(reports)
    .where(reports.c.id == bindparam("report"))
    .values(
        announced_version_id=bindparam("version"),
        provisional=bindparam("unsure"),
        withdrawn_at=bindparam("withdrawn"),
        flips_with=bindparam("flips"),
        unsettled_since=None,
        unsettled_by=None,
        vanished_since=None,
        # Moves only when something was told: ids of later changes are made from it (workers/changes.py).
        announced_at=case(
            (
                or_(
                    bindparam("told", type_=Boolean()),
                    reports.c.announced_version_id.is_distinct_from(
                        bindparam("version", type_=reports.c.announced_version_id.type)
                    ),
                    reports.c.provisional != bindparam("unsure", type_=Boolean()),
                    reports.c.withdrawn_at.is_distinct_from(
                        bindparam("withdrawn", type_=reports.c.withdrawn_at.type)
                    ),
                ),
                bindparam("now", type_=reports.c.announced_at.type),
            ),
            else_=reports.c.announced_at,
        ),
    )
)


def settled(
    tx: Connection,
    report_id: int,
    *,
    announced_version_id: int | None,
    provisional: bool,
    withdrawn_at: datetime | None,
    flips_with: int | None = None,
    now: datetime,
    told: bool = False,
) -> None:
    """Subscribers have been told (in this transaction): remember what, and clear the mark. That may be
    written at the end of `rows.gathered`.

    `told`: also of something that these three do not show, as the targets of a version that was dead."""
    made = {
        "report": report_id,
        "version": announced_version_id,
        "unsure": provisional,
        "withdrawn": withdrawn_at,
        "flips": flips_with,
        "told": told,
        "now": now,
    }
    rows.put_late(tx, _SETTLED, [made])
