"""What a region's reports of the year before promised, and what a report says of that year. Reads only.

Which promise belongs to which target, and whether it was kept, is ingest/last_year.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

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


def _about_years(table: Table) -> Select[Any]:
    """The figures of some years in these versions."""
    of = table.c.version_id.in_(bindparam("versions", expanding=True))
    these = table.c.year.in_(bindparam("years", expanding=True))
    return select(table).where(of, these).order_by(table.c.version_id, table.c.start, table.c.id)


_PROMISES, _REACHED = _about_years(t.targets), _about_years(t.outcomes)


def past_of(tx: Connection, report: Report, version_id: int) -> Past:
    """What is known of the year before that of `report`, whose text is `version_id`: the promises of reports
    of its own kind first."""
    return pasts_of(tx, {version_id: report}, {}).get(version_id, NOTHING)


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
    promised = _figures(
        tx, _PROMISES, list(leaders.values()), years, {v: x.targets for v, x in fresh.items()}
    )
    reached = _figures(tx, _REACHED, list(of), years, {v: x.outcomes for v, x in fresh.items()})
    pasts: dict[int, Past] = {}
    for version_id, (place, year) in of.items():
        kind = about[version_id].kind
        theirs = sorted(
            ((known[id_].kind is not kind, leaders[id_], known[id_].key))
            for id_ in {report.id for report in before.get((place, year), ())} & leaders.keys()
        )
        pasts[version_id] = Past(
            tuple(
                Promised(f, key) for _, version, key in theirs for f in promised[version] if f.year == year
            ),
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


def _figures(
    tx: Connection,
    query: Select[Any],
    ids: Sequence[int],
    years: Sequence[int],
    fresh: Mapping[int, Sequence[Figure]],
) -> dict[int, Sequence[Figure]]:
    """The figures of some years, by version, in the order of its text; of `fresh` ones those of all years."""
    found: dict[int, Sequence[Figure]] = {id_: fresh.get(id_, ()) for id_ in ids}
    if stored := [id_ for id_ in ids if id_ not in fresh]:
        asked = tx.execute(query, {"versions": stored, "years": years})
        found |= rows.by_column("version_id", stored, asked, rows.figure)
    return found
