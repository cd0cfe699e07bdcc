"""What was read: reports, their versions, and the copies of a version on pages.

Which version a page shows is decided in identity/; what is told of it in workers/changes.py. Here both are
made to stand, whoever else writes the same at the same time: unique keys decide, the second finds the row of
the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, assert_never

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    delete,
    func,
    select,
    update,
)

from ingest.compare.fingerprint import fingerprint_in
from ingest.errors import StoreError
from ingest.identity.decide import (
    Decision,
    Named,
    NewCopy,
    NewVersion,
    SameVersion,
    Unchanged,
    is_nameless,
)
from ingest.model import Copy, Page, Reading, Recognised, Relation, Report, Version
from ingest.page.dates import as_day
from ingest.store import (
    decisions,
    evidence,
    extraction,
    fingerprints,
    keys,
    relations,
    rows,
    search,
)
from ingest.store.leaders import copies_query, live_leader
from ingest.store.settlement import (
    end_copies,
    lock_reports,
    mark_unsettled,
)
from ingest.store.tables import copies, pages, recognised, reports, sources, versions
from ingest.telemetry import trace

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a page. Of an unchanged one it is not asked which report it shows."""

    version_id: int | None
    report_id: int | None
    needs_extraction: bool  # nobody has put this version on the queue yet
    needs_settling: bool  # the copies of a report changed
    enqueued: bool = False  # it is written down already that the version is put on the queue


# --- what a page shows -----------------------------------------------------------------------


def apply(
    tx: Connection,
    page: Page,
    shown: Version | None,
    decision: Decision,
    reading: Reading,
    *,
    official: bool,
    now: datetime,
    enqueued: bool = False,
) -> Applied:
    """Make a decision stand on a page that shows this version, as this transaction has read: version, report
    and copy; what the page showed before ends. `enqueued`: a version that is new here is put on the queue
    after the commit.

    Raises StoreError when the decision names a version that is not there.
    """
    touched: set[int] = set()
    made: _Made | None = None
    row: Mapping[Any, Any]
    if not isinstance(decision, Unchanged):
        touched = _concerned(tx, shown, decision)
        lock_reports(tx, touched)
    match decision:
        case Unchanged():
            nothing = Applied(None, None, needs_extraction=False, needs_settling=False)
            return shows_again(tx, page, now) or nothing
        case SameVersion(version_id=version_id) | NewCopy(version_id=version_id):
            found = tx.execute(_facts(versions.c.id == version_id)).mappings().one_or_none()
            if found is None:
                raise StoreError(f"page {page.url}: version {version_id} of the decision is not in the store")
            row = found
        case Named():
            row = _named(tx, decision, reading, now)
        case NewVersion():
            made = _make_version(tx, decision, reading, now, enqueued=enqueued)
            if made is None:  # somebody else was faster
                this = _facts(versions.c.content_hash == reading.content_hash)
                row = tx.execute(this).mappings().one()
            else:
                row = made.facts
        case _:
            assert_never(decision)
    report = made.report if made is not None else None
    if report is None:
        _learn(tx, row["report_id"], page, reading, official)
    if official and made is None:
        _learn_header(tx, row["id"], reading)
    changed = _show(tx, page, shown, row, reading, now, marked=report is not None)
    if report is not None:  # its only text: it leads, and there is nothing to compare it with
        search.refresh(tx, touched)
        search.add(tx, report, row["id"], reading)
        return Applied(row["id"], row["report_id"], True, needs_settling=changed, enqueued=enqueued)
    if isinstance(decision, NewVersion | Named):
        # As well as can be known before the report is locked: settling does it again.
        relations.complete(tx, row["report_id"])
        leader = live_leader(tx, row["report_id"])
        assert leader is not None  # the page shows one
        relations.stand(tx, row["report_id"], leader)
    search.refresh(tx, {*touched, row["report_id"]})
    return Applied(
        version_id=row["id"],
        report_id=row["report_id"],
        needs_extraction=made is not None
        or (row["extracted_at"] is None and row["dead_at"] is None and row["enqueued_at"] is None),
        needs_settling=changed,
        enqueued=made is not None and enqueued,
    )


def _concerned(tx: Connection, shown: Version | None, decision: Decision) -> set[int]:
    """The reports whose versions or copies this decision touches, as far as they are there."""
    found = {shown.report_id} if shown is not None else set()
    match decision:
        case SameVersion(version_id=version_id) | NewCopy(version_id=version_id):
            named = [version_id]
        case Named(version_id=version_id, report_id=report_id, adopts=adopts, releases=releases):
            named = [version_id, *adopts, *releases]
            found |= {report_id} if report_id is not None else set()
        case NewVersion(report_id=report_id, adopts=adopts, releases=releases):
            named = [*adopts, *releases]
            found |= {report_id} if report_id is not None else set()
        case _:
            named = []
    if not named:
        return found
    return found | set(tx.execute(select(versions.c.report_id).where(versions.c.id.in_(named))).scalars())


def shows_again(tx: Connection, page: Page, now: datetime) -> Applied | None:
    """A page came with the bytes of last time: what it shows still stands. None: it shows nothing, for it
    was gone in between."""
    version_id = evidence.still_shown(tx, page.id, now)
    if version_id is None:
        return None
    return Applied(version_id, None, needs_extraction=False, needs_settling=False)


def _report_of(tx: Connection, reading: Reading, now: datetime) -> int:
    """The report of this key, made if need be."""
    return keys.report_of(tx, reading.identity.report_key, reading.identity, _title(reading), now)


@dataclass(frozen=True, slots=True)
class _Made:
    """A version that was made: what `_facts` asks, and its report where that was made with it and has no
    other text."""

    facts: Mapping[Any, Any]
    report: RowMapping | None


def _make_version(
    tx: Connection, decision: NewVersion, reading: Reading, now: datetime, *, enqueued: bool
) -> _Made | None:
    """The version of this content hash, with its relations, and its report if need be; None where that text
    is there already."""
    report_id, report = decision.report_id, None
    if report_id is None or not is_nameless(reading.identity):
        # From the key again: the operator may have merged or undone since the decision was made.
        key = reading.identity.report_key
        report = keys.make(tx, key, reading.identity, _title(reading), now)
        report_id = report["id"] if report is not None else _report_of(tx, reading, now)
    if report is None:
        report_id = decisions.survivor(tx, report_id, hold=True)
    made = tx.scalar(
        rows.insert_new(tx, versions, versions.c.id),
        {
            "content_hash": reading.content_hash,
            "report_id": report_id,
            "title": reading.article.title,
            "body": reading.article.body,
            "header": rows.plain(reading.article.header),
            "identity": rows.plain(reading.identity),
            "relation": decision.relation.value,
            "first_seen_at": now,
            "enqueued_at": now if enqueued else None,
            "attempts": 0,
            "trace_id": trace.current(),
            "ocr": reading.recognised is not None,
        },
    )
    if made is None:
        if report is not None:  # nobody else has seen it
            tx.execute(delete(reports).where(reports.c.id == report_id))
        return None
    print_ = fingerprint_in(reading)
    fingerprints.keep(tx, made, reading.content_hash, print_, anew=True)
    if reading.recognised is not None:
        tx.execute(
            recognised.insert().values(
                version_id=made,
                engine=reading.recognised.engine,
                confidence=reading.recognised.confidence,
            )
        )
    _tie(tx, made, report_id, decision, now)
    alone = not decision.adopts and decision.relation in (Relation.SAME, Relation.COMPILATION)
    facts = {
        "id": made,
        "report_id": report_id,
        "relation": decision.relation.value,
        "extracted_at": None,
        "dead_at": None,
        "enqueued_at": now if enqueued else None,
    }
    return _Made(facts, report if alone else None)


def _named(tx: Connection, decision: Named, reading: Reading, now: datetime) -> Any:
    """The version of the decision under the name that it has now, unless the operator has put it where it is.
    It is extracted anew: what its targets are for may be known only now."""
    this = _facts(versions.c.id == decision.version_id)
    row = tx.execute(this).mappings().one_or_none()
    if row is None:
        raise StoreError(f"version {decision.version_id}, which has a name now, is not in the store")
    if decisions.pinned(tx, [decision.version_id]):
        return row
    report_id = decisions.survivor(tx, _report_of(tx, reading, now), hold=True)
    tx.execute(
        update(versions)
        .where(versions.c.id == decision.version_id)
        .values(identity=rows.plain(reading.identity), title=reading.article.title)
    )
    relations.adopt(tx, [decision.version_id], report_id, now)
    extraction.again(tx, [decision.version_id])
    _tie(tx, decision.version_id, report_id, decision, now)
    return tx.execute(this).mappings().one()


def _tie(
    tx: Connection, version_id: int, report_id: int, decision: Named | NewVersion, now: datetime
) -> None:
    """Keep what a text is to others, and move those that are pieces of it."""
    relations.keep(tx, version_id, decision.links)
    held = decisions.pinned(tx, (*decision.adopts, *decision.releases))
    relations.adopt(tx, [v for v in decision.adopts if v not in held], report_id, now)
    relations.release(tx, [v for v in decision.releases if v not in held], now)


def _facts(which: Any) -> Any:
    return select(
        versions.c.id,
        versions.c.report_id,
        versions.c.relation,
        versions.c.extracted_at,
        versions.c.dead_at,
        versions.c.enqueued_at,
    ).where(which)


def _learn(tx: Connection, report_id: int, page: Page, reading: Reading, official: bool) -> None:
    """Fill what the report lacks; the first official copy gives it its title."""
    row = tx.execute(select(reports).where(reports.c.id == report_id)).mappings().one()
    learnt: dict[str, Any] = {}
    if row["region_name"] is None and reading.identity.region is not None:
        learnt |= rows.region_columns(reading.identity.region)
    if row["year"] is None and reading.identity.year is not None:
        learnt["year"] = reading.identity.year
    title = _title(reading)
    if official and title and title != row["title"] and not _has_official(tx, report_id):
        learnt["title"] = title
    if learnt:
        tx.execute(update(reports).where(reports.c.id == report_id).values(**learnt))


def _learn_header(tx: Connection, version_id: int, reading: Reading) -> None:
    """An official page's header block stands for the text, whoever showed it first."""
    row = (
        tx.execute(select(versions.c.header, versions.c.identity).where(versions.c.id == version_id))
        .mappings()
        .one()
    )
    said = {k: v for k, v in rows.plain(reading.article.header).items() if v is not None}
    header = {**row["header"], **said}
    occasion = rows.plain(reading.identity)
    about = {**row["identity"]}
    for name in ("meeting", "delivered_on", "speaker"):
        about[name] = about[name] or occasion[name]
    if (header, about) != (row["header"], row["identity"]):
        tx.execute(update(versions).where(versions.c.id == version_id).values(header=header, identity=about))


def _has_official(tx: Connection, report_id: int) -> bool:
    found = (
        select(copies.c.id)
        .join(versions, versions.c.id == copies.c.version_id)
        .join(pages, pages.c.id == copies.c.page_id)
        .join(sources, sources.c.slug == pages.c.source)
        .where(versions.c.report_id == report_id, sources.c.official)
        .limit(1)
    )
    return tx.scalar(found) is not None


def _title(reading: Reading) -> str | None:
    return reading.identity.title or reading.article.title


@cache
def _back_again(dialect: str) -> postgresql.Insert | sqlite.Insert:
    made = rows.insert_in(dialect, copies)
    given = {name: made.excluded[name] for name in ("put_up_on", "last_seen_at", "title", "header")}
    left = func.coalesce(copies.c.ended_at, copies.c.left_at)
    return made.on_conflict_do_update(
        index_elements=["page_id", "version_id"], set_={**given, "ended_at": None, "left_at": left}
    )


def _show(
    tx: Connection,
    page: Page,
    shown: Version | None,
    row: Mapping[Any, Any],
    reading: Reading,
    now: datetime,
    *,
    marked: bool,
) -> bool:
    """This page, which showed `shown`, shows the version of this row now. True when it did not before: the
    reports concerned are marked, the one of the version only if it is not `marked` already."""
    seen = {
        "put_up_on": as_day(reading.article.header.published_on or reading.article.published_at),
        "last_seen_at": now,
        "title": reading.article.title,
        "header": rows.plain(reading.article.header),
    }
    this = (copies.c.page_id == page.id, copies.c.version_id == row["id"])
    concerned = end_copies(tx, page.id, now, but=row["id"]) if shown is not None else set()
    still = shown is not None and shown.id == row["id"]
    if (
        not still
        or not tx.execute(update(copies).where(*this, copies.c.ended_at.is_(None)).values(**seen)).rowcount
    ):
        made = {
            "page_id": page.id,
            "version_id": row["id"],
            "relation": row["relation"],
            "first_seen_at": now,
        }
        rows.put_late(tx, _back_again(tx.dialect.name), [{**made, **seen}])
        concerned.add(row["report_id"])
    mark_unsettled(tx, concerned - {row["report_id"]} if marked else concerned, now)
    return bool(concerned)


# --- reading back ----------------------------------------------------------------------------


_OF_REPORTS = versions.c.report_id.in_(bindparam("reports", expanding=True))
_REPORTS = select(reports).where(reports.c.id.in_(bindparam("reports", expanding=True)))
_VERSIONS_OF = select(versions).where(_OF_REPORTS).order_by(versions.c.id)
_COPIES_OF = (
    copies_query()
    .add_columns(versions.c.report_id)
    .join(versions, versions.c.id == copies.c.version_id)
    .where(_OF_REPORTS)
    .order_by(copies.c.id)
)


_SHOWN = (
    select(
        versions.c.report_id,
        versions.c.id.label("of_version"),
        versions.c.title,
        versions.c.ocr,
        *copies_query().selected_columns,
    )
    .select_from(versions.outerjoin(copies).outerjoin(pages).outerjoin(sources))
    .where(_OF_REPORTS)
    .order_by(versions.c.id, copies.c.id)
)


def shown_of_each(tx: Connection, report_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Of each of a few reports its versions, without their words, each with the copies that it has: as long
    as these rows are the same, what its pages show is the same."""
    return rows.by_column("report_id", report_ids, tx.execute(_SHOWN, {"reports": report_ids}), dict)


def version(tx: Connection, version_id: int) -> Version | None:
    row = tx.execute(select(versions).where(versions.c.id == version_id)).mappings().one_or_none()
    return None if row is None else rows.read(Version, row)


def content_hashes(tx: Connection, version_ids: Sequence[int]) -> dict[int, str]:
    """Of each of these versions."""
    query = select(versions.c.id, versions.c.content_hash)
    return {
        row[0]: row[1]
        for part in rows.chunks(version_ids)
        for row in tx.execute(query.where(versions.c.id.in_(part)))
    }


def recognised_in(tx: Connection, version_id: int) -> Recognised | None:
    """How a version was read from a scan; None of one that was typed."""
    row = tx.execute(select(recognised).where(recognised.c.version_id == version_id)).mappings().one_or_none()
    return None if row is None else Recognised(row["engine"], row["confidence"])


def versions_of(tx: Connection, report_id: int) -> list[Version]:
    """All versions of a report, oldest first."""
    return versions_of_each(tx, [report_id])[report_id]


def versions_of_each(tx: Connection, report_ids: Sequence[int]) -> dict[int, list[Version]]:
    """The same of each of a few reports."""
    found = tx.execute(_VERSIONS_OF, {"reports": report_ids})
    return rows.by_column("report_id", report_ids, found, partial(rows.read, Version))


def copies_of(tx: Connection, report_id: int) -> list[Copy]:
    """All copies of all versions of a report, also the ended ones, oldest first."""
    return copies_of_each(tx, [report_id])[report_id]


def copies_of_each(tx: Connection, report_ids: Sequence[int]) -> dict[int, list[Copy]]:
    """The same of each of a few reports."""
    found = tx.execute(_COPIES_OF, {"reports": report_ids})
    return rows.by_column("report_id", report_ids, found, partial(rows.read, Copy))


def report(tx: Connection, report_id: int) -> Report | None:
    row = tx.execute(select(reports).where(reports.c.id == report_id)).mappings().one_or_none()
    return None if row is None else rows.report(row)


def report_of(tx: Connection, version_id: int) -> Report | None:
    """The report that a version belongs to."""
    of_it = select(versions.c.report_id).where(versions.c.id == version_id).scalar_subquery()
    row = tx.execute(select(reports).where(reports.c.id == of_it)).mappings().one_or_none()
    return None if row is None else rows.report(row)


def reports_by_id(tx: Connection, report_ids: Sequence[int]) -> dict[int, Report]:
    """The reports of these ids, those that are there."""
    return {
        row["id"]: rows.report(row)
        for part in rows.chunks(report_ids)
        for row in tx.execute(_REPORTS, {"reports": part}).mappings()
    }
