"""Which reports are a region's: its own, or those of all below it too; and which regions have any.

What lies in what is regions/gazetteer.is_within.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Text,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from ingest.identity.kinds import REPORTS
from ingest.model import Kind, Region, Report, ReportedRegion
from ingest.regions.gazetteer import NATION, region_by_code
from ingest.store import rows
from ingest.store.tables import copies, reports, versions


def reports_of(region: Region) -> ColumnElement[bool]:
    """Reports of this region itself, and of nothing below it."""
    if region.code is not None:
        return reports.c.region_code == region.code
    return _of_zone(region)


def _of_zone(region: Region) -> ColumnElement[bool]:
    parent = reports.c.region_parent
    return and_(
        reports.c.region_code.is_(None),
        reports.c.region_name == region.name,
        parent.is_(None) if region.parent_code is None else parent == region.parent_code,
    )


def zone_with_reports(tx: Connection, key: str) -> Region | None:
    """The place without a code that has this `Region.key`, if it has reports: a town is in no list."""
    parent, plus, name = key.partition("+")
    if not plus:
        return None
    asked = Region(None, name, (name,), parent or None)
    query = select(func.min(cast(reports.c.region_path, Text)), func.count()).where(_of_zone(asked))
    path, found = tx.execute(query).one()
    return Region(None, name, tuple(json.loads(path or "[]")), asked.parent_code) if found else None


def reports_within(regions: Iterable[str]) -> ColumnElement[bool]:
    """Reports of any of these regions (`Region.key`) and of all that lies in them.

    The codes of GB/T 2260 nest, so a division is a stretch of codes, which an index finds however many
    reports there are. Counties stand in one list: an expression of SQLite may be 1,000 deep, and each stretch
    is two of it.
    """
    code, parent = reports.c.region_code, reports.c.region_parent
    parts: list[ColumnElement[bool]] = []
    counties: list[str] = []
    for key in dict.fromkeys(regions):
        holder, plus, zone = key.partition("+")
        if plus:
            parts.append(_of_zone(Region(None, zone, (zone,), holder or None)))
        elif key == NATION.code:
            parts.append(reports.c.region_name.is_not(None))
        elif key.endswith("00"):
            last = key.removesuffix("00").removesuffix("00").ljust(6, "9")
            parts += [code.between(key, last), and_(code.is_(None), parent.between(key, last))]
        else:
            counties.append(key)
    if counties:
        parts += [code.in_(counties), and_(code.is_(None), parent.in_(counties))]
    return or_(false(), *parts)


def stretches_of(codes: Collection[str], holder: str | None) -> tuple[ColumnElement[bool], ...]:
    """Reports of these divisions, and of the places without a code that lie directly in `holder`."""
    code = reports.c.region_code
    listed = code.in_(sorted(codes))
    if holder is None:
        return (listed,)
    return listed, and_(code.is_(None), reports.c.region_parent == holder)


def regions_reported(tx: Connection, kind: Kind, year: int) -> set[str]:
    """The codes of the regions whose report of that kind and year is known."""
    query = select(reports.c.region_code).where(
        reports.c.region_code.is_not(None), reports.c.kind == kind.value, reports.c.year == year
    )
    return set(tx.execute(query).scalars())


def reports_beside(tx: Connection, report: Report, limit: int = 300) -> list[Report]:
    """The other reports of its region that stand for themselves and have a year, by year."""
    if report.region is None:
        return []
    r = reports.c
    query = (
        select(reports)
        .where(reports_of(report.region), r.id != report.id, r.kind.in_([kind.value for kind in REPORTS]))
        .where(r.year.is_not(None), r.merged_into.is_(None), r.withdrawn_at.is_(None))
        .order_by(r.year, r.kind, r.id)
        .limit(limit)
    )
    return [rows.report(row) for row in tx.execute(query).mappings()]


def days_reported(
    tx: Connection, kind: Kind, year: int, *where: ColumnElement[bool]
) -> dict[str, tuple[str, date]]:
    """Code -> the key of its report of that kind and year, and the first day that a page which shows it gives
    itself; where none does, the day on which it was seen. `where`: of some regions only, as above."""
    r, c = reports.c, copies.c
    seen = r.first_seen_at
    sqlite = tx.dialect.name == "sqlite"
    day = func.date(seen, "+8 hours") if sqlite else cast(func.timezone("Asia/Shanghai", seen), Date)
    query = (
        select(r.region_code, r.key, type_coerce(func.coalesce(func.min(c.put_up_on), day), Date))
        .join(versions, versions.c.report_id == r.id)
        .join(copies, c.version_id == versions.c.id)
        .where(r.year == year, r.kind == kind.value, r.region_code.is_not(None))
        .where(r.merged_into.is_(None), r.withdrawn_at.is_(None), *where)
        .group_by(r.id, r.region_code, r.key, r.first_seen_at)
    )
    found: dict[str, tuple[str, date]] = {}
    for code, key, on in tx.execute(query).all():
        if code not in found or on < found[code][1]:
            found[code] = (key, on)
    return found


def reported_regions(tx: Connection, holders: Collection[str | None] | None = None) -> list[ReportedRegion]:
    """Every region that has a report that stands for itself; with `holders` those that lie directly in one of
    them (None: the provinces), also a division that was abolished since."""
    r = reports.c
    wanted = [] if holders is None else [_directly_in(holders)]
    query = (
        select(r.region_code, r.region_name, r.region_parent, r.kind, r.year, func.count())
        .add_columns(func.min(cast(r.region_path, Text)))
        .where(r.region_name.is_not(None), r.merged_into.is_(None), *wanted)
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


def _directly_in(holders: Collection[str | None]) -> ColumnElement[bool]:
    code, parent = reports.c.region_code, reports.c.region_parent
    named = parent.in_([holder for holder in holders if holder is not None])
    if None not in holders:
        return named
    return or_(named, and_(parent.is_(None), code.is_not(None), code != NATION.code))
