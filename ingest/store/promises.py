"""What many regions promise of a few indicators in a few years, and what they reached. Reads only.

A statement each, whose cost grows with what is asked for and not with what there is.

Lists of all that there is are browse.py; judging is ingest/outcome.py, ranking alerts/web/pages/ranking.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    column,
    func,
    or_,
    select,
    values,
)

from ingest.model import Comparator, Direction, Figure, Kind, Measure, Period, Region, Resolve
from ingest.outcome import Said
from ingest.store import rows
from ingest.store import tables as t
from ingest.store.leaders import leading_versions
from ingest.store.outcome import KINDS_WITH_OUTCOMES, YEARS_AFTER

_KINDS = [kind.value for kind in KINDS_WITH_OUTCOMES]
_REPORT = ("id", "announced_version_id", "key", "kind", "year", "region_code", "region_name", "region_parent")
_FIGURE = (
    *("start", "end", "indicator", "label", "year", "measure", "comparator", "low", "high", "unit"),
    *("resolve", "headline", "quote", "flags", "period", "first_year", "direction", "base"),
)


Stretches = Sequence[ColumnElement[bool]]  # of which regions: any of these (store/regions.py)


@dataclass(frozen=True, slots=True)
class Told:
    """A report of a region for a year, and what it says itself of the indicators that were asked for: for
    that year, in the order of the text, without their sentences."""

    region: Region
    year: int
    kind: Kind
    key: str
    figures: tuple[Figure, ...]


def promised(
    tx: Connection, where: Stretches, indicators: Collection[str], years: Collection[int]
) -> list[Told]:
    """The work reports and plans of `years`, with their targets."""
    g = t.targets.c
    query = _reports(where, years)
    found = _read(tx, query, t.targets, and_(g.year == t.reports.c.year, g.indicator.in_(sorted(indicators))))
    return [Told(region, year, kind, key, tuple(figures)) for (region, year, kind, key), figures in found]


def reached(
    tx: Connection, where: Stretches, indicators: Collection[str], years: Collection[int]
) -> dict[str, list[Said]]:
    """`Region.key` -> what the reports of later years say of `years`."""
    o = t.outcomes.c
    later = {year + after for year in years for after in range(1, YEARS_AFTER + 1)}
    # Each report has its figures; an index of years would find those of all reports.
    ago = t.reports.c.year - o.year
    of = and_(ago.between(1, YEARS_AFTER), o.indicator.in_(sorted(indicators)))
    said: dict[str, list[Said]] = defaultdict(list)
    for (region, year, _, key), figures in _read(tx, _reports(where, later), t.outcomes, of):
        said[region.key] += [Said(one, year, key) for one in figures if one.year in years]
    return said


def newest_year(tx: Connection, until: int) -> int | None:
    """The latest year, `until` at most, of which a work report is known."""
    r = t.reports.c
    query = select(func.max(r.year)).where(r.kind == Kind.WORK_REPORT.value, r.year <= until)
    year: int | None = tx.scalar(query)
    return year


def years_known(tx: Connection, indicators: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Indicator -> the first and the last year that any target of it is for."""
    g = t.targets.c
    asked = values(column("id", String)).data([(one,) for one in indicators]).cte("asked")
    of_it = select(g.year).where(g.indicator == asked.c.id, g.year.is_not(None)).limit(1)
    # An end of the index each, however many there are between.
    ends = (of_it.order_by(end).scalar_subquery() for end in (g.year, g.year.desc()))
    found = tx.execute(select(asked.c.id, *ends))
    return {indicator: (first, last) for indicator, first, last in found if first is not None}


# --- the statement ---------------------------------------------------------------------------


def _reports(where: Stretches, years: Collection[int]) -> Select[Any]:
    r = t.reports.c
    of = and_(r.year.in_(sorted(years)), r.kind.in_(_KINDS))
    return select(*(r[name] for name in _REPORT)).where(
        or_(*(and_(of, stretch) for stretch in where)),  # an index for each: none finds the years of either
        r.region_name.is_not(None),
        r.merged_into.is_(None),
        r.withdrawn_at.is_(None),
    )


_Report = tuple[Region, int, Kind, str]  # with its year and its key


def _read(
    tx: Connection, query: Select[Any], table: Table, of: ColumnElement[bool]
) -> list[tuple[_Report, list[Figure]]]:
    """Each report with its own figures. Those that nobody was told of are few, and so are those of several
    articles: only for them are the texts looked for that speak."""
    g = table.c
    columns = [g[name] for name in _FIGURE]
    of = and_(of, g.owner == "", g.repeats.is_(None))
    mine = and_(g.version_id == t.reports.c.announced_version_id, of)
    told = query.add_columns(*columns).select_from(t.reports.outerjoin(table, mine)).order_by(g.start, g.id)
    reports: dict[int, tuple[_Report, list[Figure]]] = {}
    untold: list[int] = []
    for id_, announced, key, kind, year, code, name, parent, *figure in tx.execute(told):
        if id_ not in reports:
            reports[id_] = ((Region(code, name, (), parent), year, Kind(kind), key), [])
            if announced is None:
                untold.append(id_)
        if figure[0] is not None:
            reports[id_][1].append(_figure(figure))
    others = {version_id: report_id for report_id, version_id in leading_versions(tx, untold).items()}
    articles = t.versions.join(t.reports, t.reports.c.id == t.versions.c.report_id)
    beside = query.with_only_columns(t.versions.c.id, t.reports.c.id).select_from(articles)
    for version_id, report_id in tx.execute(beside.where(t.versions.c.beside.is_not(None))):
        if report_id in reports:  # which may have come meanwhile
            others[version_id] = report_id
    for part in rows.chunks(list(others)):
        theirs = (
            select(g.version_id, *columns)
            .select_from(table.join(t.versions, t.versions.c.id == g.version_id).join(t.reports))
            .where(g.version_id.in_(part), of)
            .order_by(g.start, g.id)
        )
        for version_id, *figure in tx.execute(theirs):
            reports[others[version_id]][1].append(_figure(figure))
    return list(reports.values())


_MEASURES: dict[str, Measure | None] = {"": None, **{one.value: one for one in Measure}}
_RESOLVES: dict[str | None, Resolve | None] = {None: None, **{one.value: one for one in Resolve}}
_DIRECTIONS: dict[str | None, Direction | None] = {None: None, **{one.value: one for one in Direction}}
_COMPARATORS = {one.value: one for one in Comparator}
_PERIODS = {one.value: one for one in Period}


def _figure(row: Sequence[Any]) -> Figure:
    """As rows.figure, which checks each value and takes many times as long: there may be thousands."""
    start, end, indicator, label, year, measure, comparator, low, high, unit, *rest = row
    resolve, headline, quote, flags, period, first_year, direction, base = rest
    return Figure(
        indicator,
        label,
        year,
        _MEASURES[measure],
        _COMPARATORS[comparator],
        low,
        high,
        unit,
        _RESOLVES[resolve],
        headline,
        quote,
        start,
        end,
        "",
        tuple(flags or ()),
        _PERIODS[period],
        first_year,
        _DIRECTIONS[direction],
        base,
    )
