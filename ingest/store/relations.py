"""How the versions of a report stand to each other, and why: kept, completed, read back.

The judgement is compare/relate.py; here are the rows. Every version is compared with every text that may
lead its report, in both directions, so that what is known in the end does not depend on what came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, or_, select, update

from ingest.compare.fingerprint import Text, fingerprint_in, text_of
from ingest.compare.relate import Evidence, beside_a_scan, compare
from ingest.identity.decide import Link, Neighbour, is_nameless, is_piece
from ingest.model import Fingerprint, Identity, Reading, Relation
from ingest.store import articles, fingerprints, keys, rows
from ingest.store.settlement import mark_unsettled
from ingest.store.tables import copies, pages, relations, reports, versions

_LONGEST_NUMBER = 18  # digits of a version's number; more begin a content hash
_SHARED_ENOUGH = 0.8  # of the letters of one of the two


@dataclass(frozen=True, slots=True)
class Related:
    """One version's relation to another, with its evidence (None for rows of an older form)."""

    version_id: int
    other_version_id: int
    relation: Relation
    evidence: Evidence | None


# --- other reports ---------------------------------------------------------------------------


def near(
    tx: Connection, reading: Reading, beside: Mapping[int, Fingerprint] | None = None
) -> list[fingerprints.Sharing]:
    """Texts that stand in this one for the most part, or it in them. `beside` as in `sharing`."""
    return fingerprints.sharing(tx, fingerprint_in(reading), least=_SHARED_ENOUGH, beside=beside)


def neighbours(
    tx: Connection, reading: Reading, report_id: int | None, *, but: int | None = None
) -> tuple[Neighbour, ...]:
    """Those `near` of other reports, and of this one those without an identity of their own. `but`: the
    version that this text is itself."""
    found = {s.version_id: s for s in near(tx, reading) if s.version_id != but}
    query = select(
        versions.c.id, versions.c.report_id, versions.c.identity, versions.c.title, versions.c.body,
        versions.c.relation, reports.c.key,
    ).join(reports, reports.c.id == versions.c.report_id)  # fmt: skip
    made = []
    for part in rows.chunks(list(found)):
        for row in tx.execute(query.where(versions.c.id.in_(part)).order_by(versions.c.id)).mappings():
            about = rows.read(Identity, row["identity"])
            nameless = is_nameless(about)
            if row["report_id"] == report_id and not nameless:
                continue
            made.append(
                Neighbour(
                    version_id=row["id"],
                    report_id=row["report_id"],
                    identity=about,
                    title=row["title"],
                    body=row["body"],
                    compilation=row["relation"] == Relation.COMPILATION,
                    holds=found[row["id"]].holds,
                    held=found[row["id"]].held,
                    wholes=_wholes(tx, row["id"]) if nameless else (),
                    alone=row["key"] == about.report_key,
                )
            )
    return tuple(made)


def _wholes(tx: Connection, piece: int) -> tuple[tuple[int, float], ...]:
    """The reports that hold this text, and the best coverage that one of their texts gives it."""
    query = (
        select(versions.c.report_id, versions.c.identity, relations.c.evidence)
        .join(versions, versions.c.id == relations.c.other_version_id)
        .where(relations.c.version_id == piece, relations.c.evidence.is_not(None))
    )
    best: dict[int, float] = {}
    for report_id, about, kept in tx.execute(query):
        evidence = Evidence.from_json(kept)
        if is_piece(evidence) and not is_nameless(rows.read(Identity, about)):
            best[report_id] = max(evidence.coverage, best.get(report_id, 0.0))
    return tuple(sorted(best.items()))


def keep(tx: Connection, made: int, links: Iterable[Link]) -> None:
    """Keep what a new version is to others, of its report or not."""
    for link in links:
        one = made if link.version_id is None else link.version_id
        other = made if link.other_id is None else link.other_id
        _keep(tx, one, other, link.evidence)


def adopt(tx: Connection, version_ids: Iterable[int], report_id: int, now: datetime) -> None:
    """Move versions without an identity of their own to the report that they are pieces of."""
    moved = list(version_ids)
    if not moved:
        return
    left = set(tx.execute(select(versions.c.report_id).where(versions.c.id.in_(moved))).scalars())
    articles.forget(tx, left)
    tx.execute(update(versions).where(versions.c.id.in_(moved)).values(report_id=report_id))
    mark_unsettled(tx, {*left, report_id}, now)


def release(tx: Connection, version_ids: Iterable[int], now: datetime) -> None:
    """Make these texts without an identity of their own reports by themselves: whose pieces they are cannot
    be said any more."""
    for version_id in version_ids:
        kept = tx.execute(select(versions.c.identity).where(versions.c.id == version_id)).scalar_one()
        about = rows.read(Identity, kept)
        adopt(tx, [version_id], keys.report_of(tx, about.report_key, about, about.title, now), now)


# --- one report ------------------------------------------------------------------------------


def complete(tx: Connection, report_id: int) -> None:
    """Compare every version of the report with every one that a page shows or that was announced, where that
    was not done. The report is locked."""
    query = select(versions.c.id, versions.c.title, versions.c.identity, versions.c.ocr).where(
        versions.c.report_id == report_id
    )
    known = {row["id"]: row for row in tx.execute(query).mappings()}
    if len(known) < 2:
        return
    may_lead = set(
        tx.execute(
            select(copies.c.version_id)
            .join(versions, versions.c.id == copies.c.version_id)
            .where(versions.c.report_id == report_id, copies.c.ended_at.is_(None))
        ).scalars()
    ) | set(tx.execute(select(reports.c.announced_version_id).where(reports.c.id == report_id)).scalars())
    done = {(r.version_id, r.other_version_id) for r in of_report(tx, report_id)}
    missing = [(one, other) for one in known for other in may_lead & known.keys() if one != other]
    missing = [pair for pair in missing if pair not in done]
    texts: dict[int, Text] = {}
    for part in rows.chunks(sorted({version_id for pair in missing for version_id in pair})):
        bodies = select(versions.c.id, versions.c.body).where(versions.c.id.in_(part))
        texts |= {row[0]: text_of(row[1]) for row in tx.execute(bodies)}
    for one, other in missing:
        about = rows.read(Identity, known[one]["identity"])
        evidence = compare(
            texts[one],
            texts[other],
            known[one]["title"],
            known[other]["title"],
            nameless=is_nameless(about),
        )
        scanned = known[one]["ocr"] or known[other]["ocr"]
        _keep(tx, one, other, beside_a_scan(evidence) if scanned else evidence)


def of_report(tx: Connection, report_id: int) -> list[Related]:
    """The relations among the versions of a report."""
    other = versions.alias()
    query = (
        select(relations)
        .join(versions, versions.c.id == relations.c.version_id)
        .join(other, other.c.id == relations.c.other_version_id)
        .where(versions.c.report_id == report_id, other.c.report_id == report_id)
    )
    return [_related(row) for row in tx.execute(query).mappings()]


def of_version(tx: Connection, version_id: int) -> list[Related]:
    """All relations of a version, also to other reports, in both directions."""
    query = (
        select(relations)
        .where(or_(relations.c.version_id == version_id, relations.c.other_version_id == version_id))
        .order_by(relations.c.version_id, relations.c.other_version_id)
    )
    return [_related(row) for row in tx.execute(query).mappings()]


def stand(tx: Connection, report_id: int, leader: int) -> None:
    """Write down what each version of the report, and each of its copies, is to the leading one."""
    query = select(versions.c.id, versions.c.relation).where(versions.c.report_id == report_id)
    found = tx.execute(query).all()
    related = of_report(tx, report_id) if len(found) > 1 else ()
    to_leader = {r.version_id: r.relation for r in related if r.other_version_id == leader}
    to_leader[leader] = Relation.SAME
    for version_id, relation in found:
        stands = to_leader.get(version_id)
        if stands is None or relation == Relation.COMPILATION:  # which is one whatever leads
            continue
        if relation != stands:
            tx.execute(update(versions).where(versions.c.id == version_id).values(relation=stands.value))
        tx.execute(
            update(copies)
            .where(copies.c.version_id == version_id, copies.c.relation != stands.value)
            .values(relation=stands.value)
        )


def _keep(tx: Connection, one: int, other: int, evidence: Evidence) -> None:
    values = {"relation": evidence.relation.value, "evidence": evidence.as_json()}
    rows.put(tx, relations, {"version_id": one, "other_version_id": other}, values)


def _related(row: RowMapping) -> Related:
    return Related(
        row["version_id"],
        row["other_version_id"],
        Relation(row["relation"]),
        Evidence.from_json(row["evidence"]) if row["evidence"] else None,
    )


# --- for the operator ------------------------------------------------------------------------


def find(tx: Connection, what: str) -> int | None:
    """The version that is meant by its number, by (the beginning of) its content hash, or by the address of a
    page that shows it, or showed it last."""
    if what.isascii() and what.isdigit() and len(what) <= _LONGEST_NUMBER:
        return tx.scalar(select(versions.c.id).where(versions.c.id == int(what)))
    if "://" in what:
        query = (
            select(copies.c.version_id)
            .join(pages, pages.c.id == copies.c.page_id)
            .where(pages.c.url == what)
            .order_by(copies.c.ended_at.is_not(None), copies.c.last_seen_at.desc(), copies.c.id.desc())
        )
        return tx.scalar(query.limit(1))
    hash_ = "sha256:" + what.removeprefix("sha256:").lower()
    matching = versions.c.content_hash.startswith(hash_, autoescape=True)
    found = list(tx.execute(select(versions.c.id).where(matching).limit(2)).scalars())
    return found[0] if len(found) == 1 else None
