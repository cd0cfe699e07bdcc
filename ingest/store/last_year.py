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
from ingest.store.outcome import KINDS
from ingest.store.regions import reports_of

_OF_ANY = select(t.reports).where(
    t.reports.c.year == bindparam("year"),
    t.reports.c.kind.in_([kind.value for kind in KINDS]),
    t.reports.c.withdrawn_at.is_(None),
    t.reports.c.merged_into.is_(None),
)
_OF_YEAR = _OF_ANY.where(t.reports.c.region_code == bindparam("region"))


def _about_year(table: Table) -> Select[Any]:
    """The figures of a year in these versions."""
    of = table.c.version_id.in_(bindparam("versions", expanding=True))
    this_year = table.c.year == bindparam("year")
    return select(table).where(of, this_year).order_by(table.c.version_id, table.c.start, table.c.id)


_PROMISES, _REACHED = _about_year(t.targets), _about_year(t.outcomes)


def past_of(
    tx: Connection, report: Report, version_id: int, fresh: Mapping[int, Extraction] | None = None
) -> Past:
    """What is known of the year before that of `report`, whose text is `version_id`: the promises of reports
    of its own kind first. Four queries, whatever the store holds. `fresh`: what was extracted from versions
    and is not stored yet."""
    fresh = fresh or {}
    if report.region is None or report.year is None:
        return NOTHING
    year = report.year - 1
    asked = {"year": year, "region": report.region.code}
    of_year = _OF_YEAR if report.region.code is not None else _OF_ANY.where(reports_of(report.region))
    before = {row["id"]: rows.report(row) for row in tx.execute(of_year, asked).mappings()}
    leaders = leading_of(tx, before.values())
    keys = {version: before[id_].key for id_, version in leaders.items()}
    kinds = {version: before[id_].kind for id_, version in leaders.items()}
    promises = _figures(tx, _PROMISES, list(keys), year, {id_: one.targets for id_, one in fresh.items()})
    promises.sort(key=lambda one: kinds[one[0]] is not report.kind)
    reached = _figures(tx, _REACHED, [version_id], year, {id_: one.outcomes for id_, one in fresh.items()})
    return Past(
        tuple(Promised(figure, keys[version]) for version, figure in promises),
        tuple(figure for _, figure in reached),
    )


def _figures(
    tx: Connection, query: Select[Any], ids: Sequence[int], year: int, fresh: Mapping[int, Sequence[Figure]]
) -> list[tuple[int, Figure]]:
    """The figures of a year, each with its version; version by version, in the order of their texts."""
    found: list[tuple[int, Figure]] = []
    if stored := [id_ for id_ in ids if id_ not in fresh]:
        asked = tx.execute(query, {"versions": stored, "year": year}).mappings()
        found = [(row["version_id"], rows.figure(row)) for row in asked]
    found += [(id_, one) for id_ in ids for one in fresh.get(id_, ()) if one.year == year]
    return sorted(found, key=lambda one: (one[0], one[1].start))
