"""The matrix: regions by indicators in one year, or one region's indicators by years; as a page, CSV, JSON,
Parquet.

What it shows is matrix_views.py, what it may be asked for asked.py.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import HTTPException, Query, Request, Response
from sqlalchemy import Connection

from alerts.listing import lists
from alerts.listing.matrix import Row, matrix
from alerts.listing.table import Listing
from alerts.web.api.negotiation import BY_ACCEPT, listing_response, streamed
from alerts.web.http.dependencies import RootDep, StoreDep
from alerts.web.http.parameters import FieldAsked, refused_as
from alerts.web.http.room import room
from alerts.web.pages import matrix_views, region_views, season_views
from alerts.web.pages.alike import value_as
from alerts.web.pages.asked import (
    A_PAGE,
    LevelAsked,
    PageAsked,
    YearAsked,
    level_names,
    query,
    regions_of,
    scope_asked,
    told_in,
    year_asked,
)
from alerts.web.pages.offers import region_offer
from alerts.web.pages.ranking import cells_of, shapes_of
from alerts.web.pages.report_views import region_href
from alerts.web.pages.scope import Scope, has_any, holder_of
from alerts.web.pages.templating import Pages, TemplatesDep
from ingest.china_time import china_day
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Kind, Region
from ingest.regions.gazetteer import NATION, regions_above
from ingest.regions.named import place_named
from ingest.store import outcome
from ingest.store.db import Store
from ingest.store.promises import Told
from ingest.store.regions import days_reported, stretches_of
from ingest.watch.season import Level, Standing, standing, year_due

FormatAsked = Annotated[Literal["csv", "json", "jsonl", "parquet"] | None, Query()]

router = room(include_in_schema=False)


@router.get("/matrix")
def page_or_list(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    year: YearAsked = None,
    within: FieldAsked = "",
    level: LevelAsked = None,
    region: FieldAsked = "",
    sort: FieldAsked = "",
    page: PageAsked = 1,
    format: FormatAsked = None,
) -> Response:
    if region.strip():
        with refused_as(422):
            place = place_named(region, "region")
        return _one_region(request, store, templates, root, place, year, format)
    if sort.removeprefix("-") not in ("", *_core()):
        raise HTTPException(422, f"sort {sort}: known here: {', '.join(_core())}, each with - before it too")
    if format is not None:
        with store.read() as tx:
            of = year_asked(tx, year)
        asked = _scopes(within, level, of)
        return streamed(request, format, _listed(store, asked, of), BY_ACCEPT)
    with store.read() as tx:
        of = year_asked(tx, year)
        chosen = _chosen(tx, scope_asked(within, level, of), sort, page, of)
    return _matrix(request, templates, root, chosen, year, sort, page)


def _core() -> list[str]:
    return [one.id for one in load_vocabulary().indicators.values() if one.core]


# --- regions by indicators -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chosen:
    """All regions in their order, those of the page, what these say, and who of them is late."""

    year: int
    scope: Scope
    regions: Sequence[Region]
    shown: Sequence[Region]
    told: Sequence[Told]
    late: Mapping[str, Standing]


def _chosen(tx: Connection, scope: Scope, sort: str, page: int, year: int) -> Chosen:
    """Of many regions only the indicator that orders them is read, and then the rest of those that are
    shown."""
    indicator = sort.removeprefix("-")
    if len(scope.regions) <= A_PAGE:
        told = told_in(tx, scope, _core(), [year])
        regions = shown = _ordered(regions_of(scope, told), told, sort, year)
    else:
        ordering = told_in(tx, scope, [indicator], [year]) if indicator else []
        regions = _ordered(list(scope.regions), ordering, sort, year)
        shown = regions[(page - 1) * A_PAGE : page * A_PAGE]
        told = told_in(tx, Scope(scope.within, scope.level, tuple(shown)), _core(), [year])
    late = standings_of(tx, shown, told, year, datetime.now(UTC))
    return Chosen(year, scope, regions, shown, told, late)


def _ordered(regions: list[Region], told: Sequence[Told], sort: str, year: int) -> list[Region]:
    indicator = sort.removeprefix("-")
    if not indicator:
        return sorted(regions, key=lambda one: one.key)
    shapes = shapes_of(told)
    cells = cells_of(told, shapes)

    def place(region: Region) -> tuple[bool, float]:
        cell = cells.get((region.key, year, indicator))
        value = value_as(cell.figure, shapes[indicator]) if cell else None
        return value is None, 0.0 if value is None else value if sort.startswith("-") else -value

    return sorted(regions, key=place)


def standings_of(
    tx: Connection, shown: Sequence[Region], told: Sequence[Told], year: int, now: datetime
) -> Mapping[str, Standing]:
    """Of the regions without a report, whether it is late. Of years gone by nothing is late any more."""
    reported = {one.region.key for one in told}
    missing = [one.code for one in shown if one.code and one.key not in reported and one.code != NATION.code]
    if not missing or year != year_due(now):
        return {}
    before = days_reported(tx, Kind.WORK_REPORT, year - 1, *stretches_of(missing, None))
    days, today = season_views.days_of(before, year - 1), china_day(now)
    return {code: standing(code, year, today, seen=False, last_year_on=days.get(code)) for code in missing}


def _reports(told: Sequence[Told]) -> dict[str, str]:
    """Region.key -> the key of its report: the work report, where there is one."""
    found: dict[str, str] = {}
    for one in sorted(told, key=lambda one: one.kind is not Kind.WORK_REPORT):
        found.setdefault(one.region.key, one.key)
    return found


def _matrix(
    request: Request,
    templates: Pages,
    root: str,
    chosen: Chosen,
    year: int | None,
    sort: str,
    page: int,
) -> Response:
    of, scope = chosen.year, chosen.scope
    words, here, level = templates.words, scope.holder, scope.level
    shapes, reports = shapes_of(chosen.told), _reports(chosen.told)
    columns = [indicator for indicator in _core() if indicator in shapes]

    def href(**other: object) -> str:
        as_asked = {"year": year, "within": here, "level": level, "sort": sort}
        return f"{root}/matrix{query(**(as_asked | other))}"

    def inside(region: Region) -> str | None:
        if region.key == scope.within.key or not has_any(region, of):
            return None
        return href(within=region.key, level=None)

    def column(indicator: str) -> tuple[str, str, str, str]:
        label = matrix_views.short(load_vocabulary().indicators[indicator], words)
        sorted_as = {indicator: "descending", f"-{indicator}": "ascending"}.get(sort, "")
        other = f"-{indicator}" if sort == indicator else indicator
        page_of = f"{root}/indicators/{indicator}{query(year=year, within=here, level=level)}"
        return label, href(sort=other), sorted_as, page_of

    return templates.TemplateResponse(
        request,
        "matrix.html",
        {
            "offer": region_offer(root, scope.within, words, request.app.state.settings),
            "here": "matrix",
            "year": of,
            "place": words.place(scope.within),
            "place_href": region_href(root, scope.within),
            "path": [
                (words.place(one), href(within=holder_of(one), level=None))
                for one in regions_above(scope.within)
            ],
            "levels": [
                (name, href(level=one), one is level) for one, name in level_names(scope, words).items()
            ],
            "before": href(year=of - 1),
            "after": href(year=of + 1),
            "columns": [column(indicator) for indicator in columns],
            "rows": matrix_views.rows(
                root,
                chosen.shown,
                columns,
                cells_of(chosen.told, shapes),
                shapes,
                reports,
                chosen.late,
                inside,
                of,
                words,
            ),
            "by_code": href(sort=None),
            "sorted": bool(sort),
            "regions": len(chosen.regions),
            "reported": len(reports),
            "whole": len(chosen.shown) == len(chosen.regions),
            "newer": href(page=page - 1 if page > 2 else None) if page > 1 else None,
            "older": href(page=page + 1) if len(chosen.regions) > page * A_PAGE else None,
            "data": f"{root}/matrix{query(year=of, within=here, level=level)}&format=",
        },
        headers={"Cache-Control": "no-cache"},
    )


# --- as a list -----------------------------------------------------------------------------------


def _scopes(within: str, level: Level | None, year: int) -> list[Scope]:
    """A list may be of all counties: a province after the other."""
    whole = scope_asked(within, None, year)
    if level is Level.COUNTY and whole.is_nation:
        return [scope_asked(one.key, Level.COUNTY, year) for one in whole.regions]
    return [scope_asked(within, level, year)]


def _listed(store: Store, asked: Sequence[Scope], year: int) -> Generator[Listing]:
    with store.read() as tx:
        for scope in asked:
            yield _list(tx, scope, year, datetime.now(UTC))


def _list(tx: Connection, scope: Scope, year: int, now: datetime) -> Listing:
    core = _core()
    told = told_in(tx, scope, core, [year])
    regions = _ordered(regions_of(scope, told), told, "", year)
    reports, cells = _reports(told), cells_of(told, shapes_of(told))
    standings = standings_of(tx, regions, told, year, now)

    def row(region: Region) -> Row:
        is_late = standings.get(region.key) is Standing.LATE
        state = "reported" if region.key in reports else "late" if is_late else "missing"
        mine = ((one, cells.get((region.key, year, one))) for one in core)
        return region, state, {one: (cell.figure, cell.report) for one, cell in mine if cell}

    return matrix(map(row, regions), core, year)


# --- one region by years ---------------------------------------------------------------------------


def _one_region(
    request: Request,
    store: Store,
    templates: Pages,
    root: str,
    region: Region,
    until: int | None,
    format: Literal["csv", "json", "jsonl", "parquet"] | None,
) -> Response:
    words = templates.words
    with store.read() as tx:
        history = outcome.history_of(tx, region)
    if format is not None:
        return listing_response(request, format, lists.targets(history.targets, history.answers), BY_ACCEPT)
    core = {one.id for one in load_vocabulary().indicators.values() if one.core}
    views = region_views.indicators(root, history, [], words)
    years = matrix_views.years_of(views, until)
    older = matrix_views.years_of(views, years[-1] - 1) if years else []
    within = query(within=region.parent_code)
    here = f"{root}/matrix{query(region=region.key)}"
    main = [view for view in views if view.id in core]
    others = [view for view in views if view.id not in core]
    return templates.TemplateResponse(
        request,
        "matrix_region.html",
        {
            "here": "matrix",
            "place": words.place(region),
            "place_href": region_href(root, region),
            "path": region_views.holders(root, region, words),
            "years": years,
            "reported": {
                row.report.year for row in history.reports if row.report.kind in outcome.KINDS_WITH_OUTCOMES
            },
            "groups": [
                (name, rows)
                for name, rows in (
                    (words.say("主要指标"), matrix_views.by_years(root, main, years, within)),
                    (words.say("其他指标"), matrix_views.by_years(root, others, years, within)),
                )
                if rows
            ],
            "newest": here if until is not None else None,
            "older": f"{here}&year={older[0]}" if older else None,
            "siblings": f"{root}/matrix{query(within=region.parent_code)}",
            "data": f"{here}&format=",
        },
        headers={"Cache-Control": "no-cache"},
    )
