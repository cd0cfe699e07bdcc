"""Which version of a report leads, and which page shows it: for many reports at once.

The rule is identity/decide.py; here are only the rows for it. What subscribers were told of leads, until
workers/settling.py says otherwise.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from ingest.china_time import china_day
from ingest.identity.decide import PARTIAL, Candidate, leading, ranked
from ingest.model import Copy, Relation, Report
from ingest.store import rows
from ingest.store.tables import copies, pages, relations, reports, sources, versions
from ingest.watch.season import year_due


def copies_query() -> Select[tuple[object, ...]]:
    """Copies with where they stand, as rows.copy reads them."""
    return (
        select(
            copies.c.id,
            copies.c.page_id,
            copies.c.version_id,
            pages.c.source,
            sources.c.name.label("source_name"),
            sources.c.official,
            pages.c.url,
            copies.c.relation,
            copies.c.first_seen_at,
            copies.c.last_seen_at,
            copies.c.ended_at,
            copies.c.left_at,
            pages.c.newest_year,
        )
        .join(pages, pages.c.id == copies.c.page_id)
        .join(sources, sources.c.slug == pages.c.source)
    )


_ANNOUNCED = select(reports.c.id, reports.c.announced_version_id).where(
    reports.c.id.in_(bindparam("reports", expanding=True)), reports.c.announced_version_id.is_not(None)
)


def leading_versions(tx: Connection, report_ids: Sequence[int]) -> dict[int, int]:
    """Report id -> id of its leading version: the announced one, else identity.leading over its live copies,
    else (nothing is live) over all. A report without a version is left out."""
    leaders: dict[int, int] = {}
    for part in rows.chunks(report_ids):
        leaders.update((row[0], row[1]) for row in tx.execute(_ANNOUNCED, {"reports": part}))
        if untold := [report_id for report_id in part if report_id not in leaders]:
            leaders.update(_elect(tx, untold))
    return leaders


def leading_of(tx: Connection, known: Iterable[Report]) -> dict[int, int]:
    """The same of reports that were read in this transaction."""
    announced = {report.id: report.announced_version_id for report in known}
    untold = [report_id for report_id, version_id in announced.items() if version_id is None]
    told = {report_id: version_id for report_id, version_id in announced.items() if version_id is not None}
    for part in rows.chunks(untold):
        told |= _elect(tx, part)
    return told


def live_leader(tx: Connection, report_id: int) -> int | None:
    """The version that leads among those that pages show now, whatever was announced; None: no page does."""
    return next(iter(live_ranked(tx, report_id)), None)


def live_ranked(tx: Connection, report_id: int) -> list[int]:
    """The versions that pages show now, the one that leads first."""
    live, _ = _candidates(tx, [report_id])
    return list(dict.fromkeys(one.version_id for one in ranked(live[report_id])))


def elected(tx: Connection, report_id: int) -> int | None:
    """The leading version of a report that was never announced; None: it has no version."""
    return _elect(tx, [report_id]).get(report_id)


def _elect(tx: Connection, report_ids: Sequence[int]) -> dict[int, int]:
    live, ended = _candidates(tx, report_ids)
    return {
        report_id: leading(live.get(report_id) or ended[report_id]).version_id
        for report_id in live.keys() | ended.keys()
    }


_Candidates = dict[int, list[Candidate]]
_CANDIDATES = (
    select(
        versions.c.report_id,
        versions.c.id,
        versions.c.relation,
        versions.c.first_seen_at,
        versions.c.ocr,
        func.length(versions.c.body).label("chars"),
        sources.c.official,
        (sources.c.region_code == reports.c.region_code).label("own"),  # null where either says nothing
        copies.c.ended_at,
        copies.c.put_up_on,
    )
    .join(copies, copies.c.version_id == versions.c.id)
    .join(pages, pages.c.id == copies.c.page_id)
    .join(sources, sources.c.slug == pages.c.source)
    .join(reports, reports.c.id == versions.c.report_id)
    .where(versions.c.report_id.in_(bindparam("reports", expanding=True)))
    .order_by(versions.c.id)
)


def _candidates(tx: Connection, report_ids: Sequence[int]) -> tuple[_Candidates, _Candidates]:
    """Report id -> the versions that pages show, and those that pages showed once."""
    found = list(tx.execute(_CANDIDATES, {"reports": report_ids}).mappings())
    beside = Counter(report_id for report_id, _ in {(row["report_id"], row["id"]) for row in found})
    pieces = _pieces(tx, [report_id for report_id, texts in beside.items() if texts > 1])
    live: _Candidates = defaultdict(list)
    ended: _Candidates = defaultdict(list)
    # A text is as old as the first page that showed it, be it replaced there since: another portal that puts
    # it up late does not make it newer than its correction.
    days: dict[tuple[int, bool], date] = {}
    for row in found:
        key, day = (row["id"], row["official"]), row["put_up_on"] or china_day(row["first_seen_at"])
        days[key] = min(days.get(key, day), day)
    for row in found:
        # A version with relations is judged by them; one that stands alone by what it was when it came.
        own = Relation(row["relation"])
        piece = pieces.get(row["id"], _Piece(own in PARTIAL, own is Relation.DRAFT))
        candidate = Candidate(
            version_id=row["id"],
            official=row["official"],
            own=row["official"] and bool(row["own"]),
            shown_partial=piece.beside_shown,
            relation_partial=piece.cut,
            first_seen_at=row["first_seen_at"],
            chars=row["chars"],
            put_up_on=days[row["id"], row["official"]],
            draft=piece.draft,
            ocr=row["ocr"],
        )
        (live if row["ended_at"] is None else ended)[row["report_id"]].append(candidate)
    return live, ended


class _Piece(NamedTuple):
    """What a version is beside a text of its report that a page shows or that was announced. `cut`: a piece,
    with the other's figures or not, a draft or masked; `draft`: a draft; `beside_shown`: a piece of one
    that a page shows."""

    cut: bool = False
    draft: bool = False
    beside_shown: bool = False


def _pieces(tx: Connection, report_ids: Sequence[int]) -> dict[int, _Piece]:
    """By version id. Versions without such a text beside them are left out."""
    if not report_ids:
        return {}
    other = versions.alias()
    shown = (
        select(copies.c.id)
        .where(copies.c.version_id == relations.c.other_version_id, copies.c.ended_at.is_(None))
        .exists()
    )
    query = (
        select(relations.c.version_id, relations.c.relation, relations.c.evidence, shown)
        .join(versions, versions.c.id == relations.c.version_id)
        .join(other, other.c.id == relations.c.other_version_id)
        .join(reports, reports.c.id == versions.c.report_id)
        .where(
            versions.c.report_id.in_(report_ids),
            other.c.report_id == versions.c.report_id,
            or_(shown, reports.c.announced_version_id == relations.c.other_version_id),
        )
    )
    found: dict[int, _Piece] = {}
    for version_id, name, evidence, is_shown in tx.execute(query):
        known, relation = found.get(version_id, _Piece()), Relation(name)
        cut = relation in PARTIAL or evidence.get("cut", False)
        found[version_id] = _Piece(
            known.cut or cut,
            known.draft or relation is Relation.DRAFT,
            known.beside_shown or (cut and is_shown),
        )
    return found


def shown_by(tx: Connection, version_ids: Sequence[int]) -> dict[int, Copy]:
    """Version id -> the copy to name for it: live before ended, official before repost, the oldest."""
    best: dict[int, Copy] = {}
    for part in rows.chunks(version_ids):
        for row in tx.execute(copies_query().where(copies.c.version_id.in_(part))).mappings():
            copy = rows.read(Copy, row)
            if copy.version_id not in best or _rank(copy) < _rank(best[copy.version_id]):
                best[copy.version_id] = copy
    return best


def is_history(tx: Connection, report: Report, copy: Copy) -> bool:
    """Whether this page was found by a first look at its source, which showed a newer report of that kind and
    place. The list may have said so (identity/first_look.py), or another report that this look found."""
    if copy.newest_year is None or report.year is None:
        return False
    if report.year < copy.newest_year:
        return True
    if report.region is None or report.region.code is None:
        return False
    newer = (
        select(reports.c.id)
        .join(versions, versions.c.report_id == reports.c.id)
        .join(copies, copies.c.version_id == versions.c.id)
        .join(pages, pages.c.id == copies.c.page_id)
        .where(
            reports.c.region_code == report.region.code,
            reports.c.kind == report.kind.value,
            reports.c.year > report.year,
            reports.c.year <= year_due(copy.first_seen_at),
            pages.c.source == copy.source,
            pages.c.newest_year.is_not(None),
        )
        .limit(1)
    )
    return tx.scalar(newer) is not None


def _rank(copy: Copy) -> tuple[bool, bool, object, int]:
    return (copy.ended_at is not None, not copy.official, copy.first_seen_at, copy.id)
