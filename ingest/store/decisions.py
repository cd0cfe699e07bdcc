"""What the operator decided about reports: two that are one (merge), a text that is another report (split).

A decision stands until it is undone, for pages to come too: a merged report's key leads to the other one
(`survivor`), a text that was split off stays where it was put (`pinned`). When it may be made, and what
subscribers are told of it, is workers/operate.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, or_, select, update

from ingest.compare.relate import Evidence
from ingest.identity.decide import is_nameless, is_piece
from ingest.model import Identity, Version
from ingest.store import articles, keys, rows
from ingest.store.settlement import mark_unsettled
from ingest.store.tables import decisions, relations, reports, versions


class What(StrEnum):
    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Decision:
    """The versions that moved from one report into another."""

    id: int
    at: datetime
    what: What
    from_report_id: int
    into_report_id: int
    versions: tuple[int, ...]
    undone_at: datetime | None


def survivor(tx: Connection, report_id: int, *, hold: bool = False) -> int:
    """The report that this one was merged into, at the end of the way; itself where it stands.

    `hold`: keep every report on the way from being merged until the transaction ends (PostgreSQL; on
    SQLite whoever writes is alone), so that what is added to the report now is not left behind.
    """
    seen = {report_id}
    while True:
        query = select(reports.c.merged_into).where(reports.c.id == report_id)
        following = tx.scalar(query.with_for_update(read=True, key_share=True) if hold else query)
        if following is None or following in seen:
            return report_id
        seen.add(following)
        report_id = following


def lock(tx: Connection, report_ids: Iterable[int]) -> None:
    """Wait for whoever adds to these reports or settles them, and hold off the next."""
    for report_id in sorted(set(report_ids)):
        tx.execute(select(reports.c.id).where(reports.c.id == report_id).with_for_update())


def keep(
    tx: Connection, what: What, from_report_id: int, into_report_id: int, moved: Iterable[int], now: datetime
) -> Decision:
    """Write a decision down and move its versions, with their copies; both reports are marked unsettled."""
    version_ids = tuple(sorted(moved))
    values = {
        "at": now,
        "what": what.value,
        "from_report_id": from_report_id,
        "into_report_id": into_report_id,
        "versions": list(version_ids),
        "related": [list(pair) for pair in _across(tx, version_ids, into_report_id)],
    }
    made = tx.scalar(insert(decisions).values(**values).returning(decisions.c.id))
    assert made is not None
    if what is What.MERGE:
        _merged(tx, from_report_id, into_report_id)
    _move(tx, version_ids, from_report_id, into_report_id, now)
    return Decision(made, now, what, from_report_id, into_report_id, version_ids, None)


def undo(tx: Connection, decision: Decision, now: datetime) -> tuple[int, ...]:
    """Move the versions back, with those that have come since under the merged report's key and the pieces of
    them all, and forget the comparisons that were only made because the reports were one. Returns what moved.
    """
    moved = list(decision.versions)
    if decision.what is What.MERGE:
        _merged(tx, decision.from_report_id, None)
        moved += _come_since(tx, decision)
    moved += _pieces_since(tx, decision, moved)
    known = tx.scalar(select(decisions.c.related).where(decisions.c.id == decision.id)) or ()
    before = {(one, other) for one, other in known}
    for one, other in _across(tx, moved, decision.into_report_id):
        if (one, other) not in before:
            pair = (relations.c.version_id == one, relations.c.other_version_id == other)
            tx.execute(delete(relations).where(*pair))
    _move(tx, moved, decision.into_report_id, decision.from_report_id, now)
    tx.execute(update(decisions).where(decisions.c.id == decision.id).values(undone_at=now))
    return tuple(moved)


def _merged(tx: Connection, report_id: int, into: int | None) -> None:
    tx.execute(update(reports).where(reports.c.id == report_id).values(merged_into=into))


def _move(tx: Connection, moved: Collection[int], from_: int, into: int, now: datetime) -> None:
    articles.forget(tx, [from_])
    for part in rows.chunks(sorted(moved)):
        tx.execute(update(versions).where(versions.c.id.in_(part)).values(report_id=into))
    mark_unsettled(tx, (from_, into), now)


def _come_since(tx: Connection, decision: Decision) -> list[int]:
    """Versions that stand in the other report only because their key led there. What stands there by another
    decision stays; when they came is not asked: who waited for the merge had looked at his clock before."""
    return [
        version_id
        for version_id, about, _ in _others(tx, decision)
        if not is_nameless(about)
        and (of_key := tx.scalar(select(reports.c.id).where(reports.c.key == about.report_key))) is not None
        and survivor(tx, of_key) == decision.from_report_id
    ]


def _pieces_since(tx: Connection, decision: Decision, moved: Collection[int]) -> list[int]:
    """Texts that do not say which report they are, tied since: those that are pieces of what goes back rather
    than of what stays."""
    since = [
        version_id
        for version_id, about, came_at in _others(tx, decision)
        if version_id not in moved and came_at >= decision.at and is_nameless(about)
    ]
    r = relations.c
    best: dict[int, tuple[float, bool]] = {}
    for part in rows.chunks(since):
        query = (
            select(r.version_id, r.other_version_id, r.evidence)
            .join(versions, versions.c.id == r.other_version_id)
            .where(r.version_id.in_(part), versions.c.report_id == decision.into_report_id)
        )
        for piece, whole, evidence in tx.execute(query):
            if evidence and whole not in since and is_piece(Evidence.from_json(evidence)):
                found = (evidence["coverage"], whole not in moved)
                best[piece] = max(found, best.get(piece, found))
    return [piece for piece, (_, stays) in best.items() if not stays]


def _others(tx: Connection, decision: Decision) -> list[tuple[int, Identity, datetime]]:
    """What stands in the report that a decision moved its versions to, but they and what other decisions put
    there: version, identity, first seen."""
    query = (
        select(versions.c.id, versions.c.identity, versions.c.first_seen_at)
        .where(versions.c.report_id == decision.into_report_id)
        .order_by(versions.c.id)
    )
    found = [(row[0], rows.read(Identity, row[1]), row[2]) for row in tx.execute(query)]
    held = pinned(tx, [version_id for version_id, _, _ in found])
    return [row for row in found if row[0] not in held]


def _across(tx: Connection, moved: Collection[int], report_id: int) -> list[tuple[int, int]]:
    """The comparisons between these versions and the others of the report."""
    of_report = set(tx.execute(select(versions.c.id).where(versions.c.report_id == report_id)).scalars())
    others, chosen = of_report - set(moved), set(moved)
    pairs: set[tuple[int, int]] = set()
    r = relations.c
    for part in rows.chunks(sorted(chosen)):
        query = select(r.version_id, r.other_version_id).where(
            or_(r.version_id.in_(part), r.other_version_id.in_(part))
        )
        pairs |= {
            (one, other)
            for one, other in tx.execute(query)
            if (one in chosen and other in others) or (other in chosen and one in others)
        }
    return sorted(pairs)


# --- reading back ----------------------------------------------------------------------------


def get(tx: Connection, decision_id: int) -> Decision | None:
    row = tx.execute(select(decisions).where(decisions.c.id == decision_id)).mappings().one_or_none()
    return None if row is None else rows.read(Decision, row)


def in_force(tx: Connection) -> list[Decision]:
    """The decisions that were not undone, oldest first."""
    query = select(decisions).where(decisions.c.undone_at.is_(None)).order_by(decisions.c.id)
    return [rows.read(Decision, row) for row in tx.execute(query).mappings()]


def pinned(tx: Connection, version_ids: Collection[int]) -> frozenset[int]:
    """Those of these versions that the operator has put where they are: no rule moves them."""
    if not version_ids:
        return frozenset()
    return frozenset(version_ids) & {v for decision in in_force(tx) for v in decision.versions}


# --- a report of its own ---------------------------------------------------------------------


def own_report(tx: Connection, version: Version, now: datetime) -> int:
    """The report of a text that was split off, made if need be. Its key is made of the text, so that the
    same text has the same one again."""
    digest = hashlib.sha256(f"split\n{version.content_hash}".encode()).hexdigest()
    about = version.identity
    return keys.report_of(tx, f"doc/{digest[:24]}", about, about.title or version.title, now)
