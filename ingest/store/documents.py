"""What was read: reports, their versions, and the copies of a version on pages.

Which version a page shows is decided in identity/; what is told of it in workers/changes.py. Here both are
made to stand, whoever else writes the same at the same time: unique keys decide, the second finds the row of
the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection, select, update

from ingest.compare.changing_lines import hold_still, learnt
from ingest.compare.fingerprint import content_hash, fingerprint_in
from ingest.errors import StoreError
from ingest.identity.decide import (
    Decision,
    Known,
    Named,
    NewCopy,
    NewVersion,
    SameVersion,
    Unchanged,
    gains_a_name,
    is_nameless,
)
from ingest.model import Copy, Page, Reading, Relation, Report, Version
from ingest.store import decisions, extraction, fingerprints, keys, relations, rows, search
from ingest.store.leaders import copies_query, leading_versions, live_leader
from ingest.store.settlement import (
    end_copies,
    lock_reports,
    mark_unsettled,
)
from ingest.store.tables import copies, pages, reports, sources, versions
from ingest.telemetry import trace


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a page. Both ids are None only for an unchanged page that shows no document."""

    version_id: int | None
    report_id: int | None
    needs_extraction: bool  # nobody has put this version on the queue yet
    needs_settling: bool  # the copies of a report changed


# --- what is known ---------------------------------------------------------------------------


def known(tx: Connection, page: Page, reading: Reading) -> Known:
    """What identity.decide needs to know. The page's hash counts only while the page shows something: a
    page that was gone and came back with the same bytes is no unchanged page."""
    shown = tx.execute(_live(page.id).limit(1)).mappings().one_or_none()
    version_id = fingerprints.version_of(tx, reading.content_hash)
    report_id = tx.scalar(select(reports.c.id).where(reports.c.key == reading.identity.report_key))
    if report_id is not None:
        report_id = decisions.survivor(tx, report_id)
    leader = leading_versions(tx, [report_id]).get(report_id) if report_id is not None else None
    told = None if leader is None else version(tx, leader)
    same = None if version_id is None else version(tx, version_id)
    about = same.identity if same else None
    anew = same is None or gains_a_name(about, reading.identity)
    return Known(
        page_body_sha256=page.body_sha256 if shown else None,
        page_version_id=shown["version_id"] if shown else None,
        version_id=version_id,
        report_id=report_id,
        leading_body=told.body if told else None,
        leading_title=told.title if told else None,
        neighbours=relations.neighbours(tx, reading, report_id, but=version_id) if anew else (),
        leading_id=leader,
        known_as=about,
    )


def shown_on(tx: Connection, page_id: int) -> Version | None:
    """The version that a page shows now."""
    shown = tx.execute(_live(page_id).limit(1)).mappings().one_or_none()
    return None if shown is None else version(tx, shown["version_id"])


def held_still(tx: Connection, page: Page, reading: Reading) -> tuple[Reading, Mapping[str, int]]:
    """What a page says without what changes on it by itself since it was looked at last, and which of its
    lines are known to do so now."""
    shown = shown_on(tx, page.id)
    if shown is None or shown.content_hash == reading.content_hash:
        return reading, learnt(page.furniture)
    body = reading.article.body
    held = hold_still(shown.body, body, page.furniture)
    if held.body != body:
        article = replace(reading.article, body=held.body)
        reading = Reading(article, reading.identity, content_hash(held.body))
    return reading, held.changes


def _live(page_id: int) -> Any:
    return (
        select(copies.c.version_id, versions.c.report_id)
        .join(versions, versions.c.id == copies.c.version_id)
        .where(copies.c.page_id == page_id, copies.c.ended_at.is_(None))
        .order_by(copies.c.id.desc())
    )


# --- what a page shows -----------------------------------------------------------------------


def apply(
    tx: Connection,
    page: Page,
    decision: Decision,
    reading: Reading,
    *,
    official: bool,
    now: datetime,
) -> Applied:
    """Make a decision stand: version, report and copy; what the page showed before ends.

    Raises StoreError when the decision names a version that is not there.
    """
    touched: set[int] = set()
    if not isinstance(decision, Unchanged):
        touched = _concerned(tx, page, decision)
        lock_reports(tx, touched)
    match decision:
        case Unchanged():
            return _still_shows(tx, page, now)
        case SameVersion(version_id=version_id) | NewCopy(version_id=version_id):
            row = tx.execute(_facts(versions.c.id == version_id)).mappings().one_or_none()
            if row is None:
                raise StoreError(f"page {page.url}: version {version_id} of the decision is not in the store")
        case Named():
            row = _named(tx, decision, reading, now)
        case NewVersion():
            row = _version_of(tx, decision, reading, now)
        case _:
            assert_never(decision)
    _learn(tx, row["report_id"], page, reading, official)
    if official:
        _learn_header(tx, row["id"], reading)
    changed = _show(tx, page, row["id"], row["report_id"], Relation(row["relation"]), reading, now)
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
        needs_extraction=row["extracted_at"] is None
        and row["dead_at"] is None
        and row["enqueued_at"] is None,
        needs_settling=changed,
    )


def _concerned(tx: Connection, page: Page, decision: Decision) -> set[int]:
    """The reports whose versions or copies this decision touches, as far as they are there."""
    found = {row["report_id"] for row in tx.execute(_live(page.id)).mappings()}
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
    query = select(versions.c.report_id).where(versions.c.id.in_(named))
    return found | set(tx.execute(query).scalars()) if named else found


def _still_shows(tx: Connection, page: Page, now: datetime) -> Applied:
    row = tx.execute(_live(page.id).limit(1)).mappings().one_or_none()
    if row is None:
        return Applied(None, None, needs_extraction=False, needs_settling=False)
    tx.execute(
        update(copies)
        .where(copies.c.page_id == page.id, copies.c.version_id == row["version_id"])
        .values(last_seen_at=now)
    )
    return Applied(row["version_id"], row["report_id"], needs_extraction=False, needs_settling=False)


def _report_of(tx: Connection, reading: Reading, now: datetime) -> int:
    """The report of this key, made if need be."""
    return keys.report_of(tx, reading.identity.report_key, reading.identity, _title(reading), now)


def _version_of(tx: Connection, decision: NewVersion, reading: Reading, now: datetime) -> Any:
    """The version of this content hash, made if need be (and its report); with its relations."""
    this = _facts(versions.c.content_hash == reading.content_hash)
    row = tx.execute(this).mappings().one_or_none()
    if row is not None:
        return row
    report_id = decision.report_id
    if report_id is None or not is_nameless(reading.identity):
        # From the key again: the operator may have merged or undone since the decision was made.
        report_id = _report_of(tx, reading, now)
    report_id = decisions.survivor(tx, report_id, hold=True)
    made = tx.scalar(
        rows.insert(tx, versions)
        .values(
            content_hash=reading.content_hash,
            report_id=report_id,
            title=reading.article.title,
            body=reading.article.body,
            header=rows.plain(reading.article.header),
            identity=rows.plain(reading.identity),
            relation=decision.relation.value,
            first_seen_at=now,
            attempts=0,
            trace_id=trace.current(),
        )
        .on_conflict_do_nothing()
        .returning(versions.c.id)
    )
    if made is not None:
        print_ = fingerprint_in(reading)
        fingerprints.keep(tx, made, reading.content_hash, print_)
        _tie(tx, made, report_id, decision, now)
    return tx.execute(this).mappings().one()


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


def _show(
    tx: Connection,
    page: Page,
    version_id: int,
    report_id: int,
    relation: Relation,
    reading: Reading,
    now: datetime,
) -> bool:
    """This page shows this version now. True when it did not before: the reports concerned are marked."""
    put_up = reading.article.header.published_on or reading.article.published_at
    seen = {
        "put_up_on": put_up.date() if isinstance(put_up, datetime) else put_up,
        "last_seen_at": now,
        "title": reading.article.title,
        "header": rows.plain(reading.article.header),
    }
    concerned = end_copies(tx, page.id, now, but=version_id)
    touched = tx.execute(
        update(copies)
        .where(copies.c.page_id == page.id, copies.c.version_id == version_id, copies.c.ended_at.is_(None))
        .values(**seen)
    )
    if touched.rowcount == 0:
        tx.execute(
            rows.insert(tx, copies)
            .values(
                page_id=page.id, version_id=version_id, relation=relation.value, first_seen_at=now, **seen
            )
            .on_conflict_do_update(
                index_elements=["page_id", "version_id"],
                set_={**seen, "ended_at": None, "left_at": copies.c.ended_at},
            )
        )
        concerned.add(report_id)
    mark_unsettled(tx, concerned, now)
    return bool(concerned)


# --- reading back ----------------------------------------------------------------------------


def version(tx: Connection, version_id: int) -> Version | None:
    row = tx.execute(select(versions).where(versions.c.id == version_id)).mappings().one_or_none()
    return None if row is None else rows.read(Version, row)


def versions_of(tx: Connection, report_id: int) -> list[Version]:
    """All versions of a report, oldest first."""
    query = select(versions).where(versions.c.report_id == report_id).order_by(versions.c.id)
    return [rows.read(Version, row) for row in tx.execute(query).mappings()]


def copies_of(tx: Connection, report_id: int) -> list[Copy]:
    """All copies of all versions of a report, also the ended ones, oldest first."""
    query = (
        copies_query()
        .join(versions, versions.c.id == copies.c.version_id)
        .where(versions.c.report_id == report_id)
        .order_by(copies.c.id)
    )
    return [rows.read(Copy, row) for row in tx.execute(query).mappings()]


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
        for row in tx.execute(select(reports).where(reports.c.id.in_(part))).mappings()
    }
