"""What a region's reports of the year before promised, and what a report says of that year. Reads only.

Which promise belongs to which target, and whether it was kept, is ingest/last_year.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, or_, select

from ingest.last_year import NOTHING, Past, Promised
from ingest.model import Extraction, Figure, Report
from ingest.store import rows
from ingest.store import tables as t
from ingest.store.leaders import leading_of
from ingest.store.outcome import KINDS_WITH_OUTCOMES
from ingest.store.regions import reports_of

_OF_YEARS = select(t.reports).where(
    t.reports.c.year.in_(bindparam("years", expanding=True)),
    t.reports.c.kind.in_([kind.value for kind in KINDS_WITH_OUTCOMES]),
    t.reports.c.withdrawn_at.is_(None),
    t.reports.c.merged_into.is_(None),
)
_OF_REGIONS = _OF_YEARS.where(t.reports.c.region_code.in_(bindparam("regions", expanding=True)))


_REACHED = (
    select(t.outcomes)
    .where(
        t.outcomes.c.version_id.in_(bindparam("versions", expanding=True)),
        t.outcomes.c.year.in_(bindparam("years", expanding=True)),
    )
    .order_by(t.outcomes.c.version_id, t.outcomes.c.start, t.outcomes.c.id)
)
_PROMISES = (
    select(t.targets, t.versions.c.report_id)
    .join(t.versions, t.versions.c.id == t.targets.c.version_id)
    .where(
        t.versions.c.report_id.in_(bindparam("reports", expanding=True)),
        or_(t.versions.c.id.in_(bindparam("leaders", expanding=True)), t.versions.c.beside.is_not(None)),
        t.targets.c.repeats.is_(None),
        t.targets.c.year.in_(bindparam("years", expanding=True)),
    )
    .order_by(t.versions.c.report_id, t.versions.c.id, t.targets.c.start, t.targets.c.id)
)


def past_of(tx: Connection, report: Report, version_ids: Sequence[int]) -> Past:
    """What is known of the year before that of `report`, whose text these versions are: the promises of
    reports of its own kind first."""
    pasts = list(pasts_of(tx, dict.fromkeys(version_ids, report), {}).values())
    if not pasts:
        return NOTHING
    return Past(pasts[0].promised, tuple(figure for past in pasts for figure in past.outcomes))


def pasts_of(tx: Connection, about: Mapping[int, Report], fresh: Mapping[int, Extraction]) -> dict[int, Past]:
    """The same of several reports by the version that is their text; where nothing can be known it is left
    out. Four queries, whatever the store holds, and one for each zone without a code. `fresh`: what was
    extracted from versions and is not stored yet."""
    of = {id_: (one.region.key, one.year - 1) for id_, one in about.items() if one.region and one.year}
    if not of:
        return {}
    before = _before(tx, [about[id_] for id_ in of])
    known = {report.id: report for some in before.values() for report in some}
    leaders = leading_of(tx, known.values())
    years = sorted({year for _, year in of.values()})
    promised = _promised(tx, leaders, years, fresh)
    reached = _reached(tx, list(of), years, fresh)
    pasts: dict[int, Past] = {}
    for version_id, (place, year) in of.items():
        kind = about[version_id].kind
        theirs = sorted(
            ((known[id_].kind is not kind, leaders[id_], id_))
            for id_ in {report.id for report in before.get((place, year), ())} & leaders.keys()
        )
        pasts[version_id] = Past(
            tuple(Promised(f, known[id_].key) for *_, id_ in theirs for f in promised[id_] if f.year == year),
            tuple(figure for figure in reached[version_id] if figure.year == year),
        )
    return pasts


def _before(tx: Connection, about: Sequence[Report]) -> dict[tuple[str, int], list[Report]]:
    """The reports of the year before, by region (a `Region.key`) and that year."""
    found: dict[tuple[str, int], list[Report]] = {}
    coded: set[tuple[str, int]] = set()
    for report in about:
        region, year = report.region, report.year
        assert region is not None
        assert year is not None
        if region.code is not None:
            coded.add((region.code, year - 1))
        elif (region.key, year - 1) not in found:
            asked = tx.execute(_OF_YEARS.where(reports_of(region)), {"years": [year - 1]})
            found[region.key, year - 1] = [rows.report(row) for row in asked.mappings()]
    if coded:
        regions, years = ({one[n] for one in coded} for n in (0, 1))
        asked = tx.execute(_OF_REGIONS, {"regions": sorted(regions), "years": sorted(years)})
        for row in asked.mappings():
            if (place := (row["region_code"], row["year"])) in coded:
                found.setdefault(place, []).append(rows.report(row))
    return found


def _promised(
    tx: Connection, leaders: Mapping[int, int], years: Sequence[int], fresh: Mapping[int, Extraction]
) -> dict[int, Sequence[Figure]]:
    """The targets of some years, by report, in the order of its text; of `fresh` ones those of all years.
    `leaders`: report -> its leading version."""
    found: dict[int, Sequence[Figure]]
    found = {id_: fresh[leader].targets for id_, leader in leaders.items() if leader in fresh}
    if stored := [id_ for id_ in leaders if id_ not in found]:
        asked = {"reports": stored, "leaders": [leaders[id_] for id_ in stored], "years": years}
        found |= rows.by_column("report_id", stored, tx.execute(_PROMISES, asked), rows.figure)
    return found


def _reached(
    tx: Connection, ids: Sequence[int], years: Sequence[int], fresh: Mapping[int, Extraction]
) -> dict[int, Sequence[Figure]]:
    """The outcomes of some years, by version, likewise."""
    found: dict[int, Sequence[Figure]] = {id_: fresh[id_].outcomes for id_ in ids if id_ in fresh}
    if stored := [id_ for id_ in ids if id_ not in fresh]:
        asked = tx.execute(_REACHED, {"versions": stored, "years": years})
        found |= rows.by_column("version_id", stored, asked, rows.figure)
    return found
