"""Which version of a report leads, and which page shows it: for many reports at once.

The rule is identity.leading; here are only the rows for it. What subscribers were told of leads, until
settle says otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, Select, func, select

from ingest import identity
from ingest.model import Copy, Relation
from ingest.store import rows
from ingest.store.tables import copies, pages, reports, sources, versions


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
        )
        .join(pages, pages.c.id == copies.c.page_id)
        .join(sources, sources.c.slug == pages.c.source)
    )


def leading_versions(tx: Connection, report_ids: Sequence[int]) -> dict[int, int]:
    """Report id -> id of its leading version: the announced one, else identity.leading over its live copies,
    else (nothing is live) over all. A report without a version is left out."""
    leaders: dict[int, int] = {}
    for part in rows.chunks(report_ids):
        announced = select(reports.c.id, reports.c.announced_version_id).where(
            reports.c.id.in_(part), reports.c.announced_version_id.is_not(None)
        )
        leaders.update((row[0], row[1]) for row in tx.execute(announced))
        leaders.update(_elect(tx, [report_id for report_id in part if report_id not in leaders]))
    return leaders


def _elect(tx: Connection, report_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(
            versions.c.report_id,
            versions.c.id,
            versions.c.relation,
            versions.c.first_seen_at,
            func.length(versions.c.body).label("chars"),
            sources.c.official,
            copies.c.ended_at,
        )
        .join(copies, copies.c.version_id == versions.c.id)
        .join(pages, pages.c.id == copies.c.page_id)
        .join(sources, sources.c.slug == pages.c.source)
        .where(versions.c.report_id.in_(report_ids))
        .order_by(versions.c.id)
    )
    live: dict[int, list[identity.Candidate]] = defaultdict(list)
    ended: dict[int, list[identity.Candidate]] = defaultdict(list)
    for row in tx.execute(query).mappings():
        candidate = identity.Candidate(
            version_id=row["id"],
            official=row["official"],
            relation_partial=Relation(row["relation"]) in identity.PARTIAL,
            first_seen_at=row["first_seen_at"],
            chars=row["chars"],
        )
        (live if row["ended_at"] is None else ended)[row["report_id"]].append(candidate)
    return {
        report_id: identity.leading(live.get(report_id) or ended[report_id]).version_id
        for report_id in live.keys() | ended.keys()
    }


def shown_by(tx: Connection, version_ids: Sequence[int]) -> dict[int, Copy]:
    """Version id -> the copy to name for it: live before ended, official before repost, the oldest."""
    best: dict[int, Copy] = {}
    for part in rows.chunks(version_ids):
        for row in tx.execute(copies_query().where(copies.c.version_id.in_(part))).mappings():
            copy = rows.copy(row)
            if copy.version_id not in best or _rank(copy) < _rank(best[copy.version_id]):
                best[copy.version_id] = copy
    return best


def _rank(copy: Copy) -> tuple[bool, bool, object, int]:
    return (copy.ended_at is not None, not copy.official, copy.first_seen_at, copy.id)
