"""A region of a question (a code, or a name) as a condition on reports: the region itself and all below it.

What lies in what is identity.is_within.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, false, func, or_, select

from ingest.model import Kind, Region, ReportedRegion
from ingest.regions.gazetteer import is_within, region_by_code
from ingest.store import rows
from ingest.store.tables import reports


def reports_within(tx: Connection, regions: tuple[str, ...]) -> ColumnElement[bool]:
    """Reports of any of these regions. Only the regions that have reports are looked at: a few thousand at
    most, whatever the number of reports."""
    codes: list[str] = []
    zones: list[ColumnElement[bool]] = []
    for region in _with_reports(tx):
        if not any(_is_meant(region, wanted) for wanted in regions):
            continue
        if region.code is not None:
            codes.append(region.code)
        else:
            zones.append(
                and_(
                    reports.c.region_code.is_(None),
                    reports.c.region_name == region.name,
                    reports.c.region_parent.is_(None)
                    if region.parent_code is None
                    else reports.c.region_parent == region.parent_code,
                )
            )
    parts = [reports.c.region_code.in_(part) for part in rows.chunks(codes)]
    return or_(false(), *parts, *zones)


def regions_reported(tx: Connection, kind: Kind, year: int) -> set[str]:
    """The codes of the regions whose report of that kind and year is known."""
    query = select(reports.c.region_code).where(
        reports.c.region_code.is_not(None), reports.c.kind == kind.value, reports.c.year == year
    )
    return set(tx.execute(query).scalars())


def reported_regions(tx: Connection) -> list[ReportedRegion]:
    """Every region that has a report that stands for itself."""
    r = reports.c
    query = (
        select(r.region_code, r.region_name, r.region_parent, r.kind, r.year, func.count())
        .add_columns(func.min(cast(r.region_path, Text)))
        .where(r.region_name.is_not(None), r.merged_into.is_(None))
        .group_by(r.region_code, r.region_name, r.region_parent, r.kind, r.year)
    )
    places: dict[str, Region] = {}
    counts: Counter[str] = Counter()
    years: defaultdict[str, set[int]] = defaultdict(set)
    for code, name, parent, kind, year, count, path in tx.execute(query):
        region = Region(code=code, name=name, parent_code=parent, path=tuple(json.loads(path or "[]")))
        key = region.key
        places.setdefault(key, region_by_code(key) or region)
        counts[key] += count
        if kind == Kind.WORK_REPORT.value and year is not None:
            years[key].add(year)
    return [
        ReportedRegion(region, counts[key], tuple(sorted(years[key], reverse=True)))
        for key, region in places.items()
    ]


def _is_meant(region: Region, wanted: str) -> bool:
    """By code where `wanted` is one, else by a name anywhere on the region's path."""
    if wanted[:1].isdigit():
        return is_within(region.key, wanted)
    return wanted == region.name or wanted in region.path


def _with_reports(tx: Connection) -> list[Region]:
    name, code, parent = reports.c.region_name, reports.c.region_code, reports.c.region_parent
    query = (
        select(code, name, parent, func.min(cast(reports.c.region_path, Text)))
        .where(name.is_not(None))
        .group_by(code, name, parent)
    )
    return [
        Region(code=row[0], name=row[1], parent_code=row[2], path=tuple(json.loads(row[3] or "[]")))
        for row in tx.execute(query)
    ]
