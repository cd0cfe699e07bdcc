"""Why a text belongs to its report, and what it is to the other texts, in plain lines. Pure.

The judgement was made in ingest/identity and kept by ingest/store/relations.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alerts.listing.records import report_ref
from ingest.compare.relate import Evidence
from ingest.identity.doubts import doubts
from ingest.model import Copy, Relation, Report, Version
from ingest.store.relations import Related

_SHOWN = 8  # changed sentences of one comparison


def explain(
    version: Version,
    report: Report,
    leader: int,
    related: Sequence[Related],
    copies: Sequence[Copy],
    others: Mapping[int, Version],
) -> Iterator[str]:
    """`related`: the comparisons to show beneath it (`once`); `others`: the versions in them."""
    yield f"version {version.id}  {version.content_hash}"
    yield f"  title     {version.title or '(none)'}"
    yield f"  report    {report.key}  {report_ref(report)['name']}"
    yield f"  because   {_belongs(version, report)}"
    yield f"  leads     {'this version' if leader == version.id else f'version {leader}'}"
    for copy in copies:
        if copy.version_id == version.id:
            until = f" until {copy.ended_at:%F %T}Z" if copy.ended_at else ""
            site = "official" if copy.official else "repost"
            period = f"{copy.first_seen_at:%F %T}Z{until}"
            yield f"  on        {copy.url}  ({site}, {copy.relation.value}, {period})"
    for relation in related:
        yield ""
        yield from _relation(relation, others)


def once(
    version_id: int, leader: int, related: Sequence[Related], shown: set[frozenset[int]]
) -> list[Related]:
    """Of the relations of a version, one of each two texts: what it is to the other sooner than the other way
    round, the leading one first. Without those in `shown`, where these are put."""
    found = []
    for relation in sorted(related, key=lambda r: (r.version_id != version_id, r.other_version_id != leader)):
        pair = frozenset((relation.version_id, relation.other_version_id))
        if pair not in shown:
            shown.add(pair)
            found.append(relation)
    return found


def explanation_record(
    version: Version, report: Report, leader: int, related: Sequence[Related]
) -> dict[str, Any]:
    """The same for a machine."""
    return {
        "version": version.id,
        "content_hash": version.content_hash,
        "title": version.title,
        "report": report.key,
        "because": _belongs(version, report),
        "leading": leader,
        "relations": [
            {
                "version": r.version_id,
                "other": r.other_version_id,
                "relation": r.relation.value,
                "evidence": r.evidence.as_json() if r.evidence else None,
            }
            for r in related
        ],
    }


def _belongs(version: Version, report: Report) -> str:
    identity = version.identity
    if identity.report_key != report.key:
        return "its sentences stand in a text of that report; by itself it does not say which report it is"
    if report.key.startswith("doc/"):
        own = f"it is a document of its own ({identity.kind.value})"
        left = doubts(identity.kind, identity.region, identity.year)
        return f"{own}; not read out of it: {', '.join(left)}" if left else own
    region = identity.region.name if identity.region else "?"
    return f"its title and first lines say {identity.kind.value}, {region}, {identity.year}"


def _relation(relation: Related, others: Mapping[int, Version]) -> Iterator[str]:
    other = others.get(relation.other_version_id)
    elsewhere = (
        f"  [{other.identity.report_key}]" if other and relation.relation is Relation.COMPILATION else ""
    )
    beside = f"beside version {relation.other_version_id}{elsewhere}"
    yield f"version {relation.version_id} is {relation.relation.value} {beside}"
    if relation.evidence is not None:
        yield from _evidence(relation.evidence)


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield f"  because   {evidence.because}"
    yield (
        f"  coverage  {evidence.coverage:.1%} of its {evidence.letters} letters stand in the other, "
        f"{evidence.other_coverage:.1%} of the other's {evidence.other_letters} in it"
    )
    if evidence.shared:
        yield f"  shared    {evidence.shared} sentences, the first at {evidence.starts_at:.1%} of the other"
    for change in evidence.changed[:_SHOWN]:
        yield f"  here      {change.this}"
        yield f"  there     {change.other}"
    if len(evidence.changed) > _SHOWN:
        yield f"  …         {len(evidence.changed) - _SHOWN} more"
