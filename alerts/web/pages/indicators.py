"""The pages of the indicators: all of them, and one of them, its regions side by side.

What they show is indicator_views.py and ranking.py, what they may be asked for asked.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import HTTPException, Query, Request, Response
from sqlalchemy import Connection

from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.parameters import FieldAsked
from alerts.web.http.room import room
from alerts.web.pages import indicator_views
from alerts.web.pages.alike import Shape
from alerts.web.pages.asked import (
    A_PAGE,
    LevelAsked,
    PageAsked,
    YearAsked,
    level_names,
    query,
    regions_of,
    scope_asked,
    stretches,
    told_in,
    year_asked,
)
from alerts.web.pages.indicator_views import Sort
from alerts.web.pages.kept import Kept, record
from alerts.web.pages.offers import region_offer
from alerts.web.pages.ranking import Move, Standing, cells_of, shapes_of, standings
from alerts.web.pages.scope import Scope, has_any, holder_of
from alerts.web.pages.templating import TemplatesDep
from alerts.words.language import Words
from ingest.errors import ConfigError
from ingest.indicators.named import indicator_named
from ingest.indicators.vocabulary import Indicator, load_vocabulary
from ingest.model import Figure
from ingest.outcome import Said, judge
from ingest.regions.gazetteer import regions_above
from ingest.store import promises
from ingest.store.promises import Told
from ingest.watch.season import Level

YEARS = 10  # of the record of promises kept
_ECONOMY = "gdp"  # what other promises keep pace with

router = room(include_in_schema=False)


@router.get("/indicators")
def indicators(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    year: YearAsked = None,
) -> Response:
    """All that there are, with what the provinces promise of each."""
    words = templates.words
    known = load_vocabulary().indicators
    with store.read() as tx:
        of = year_asked(tx, year)
        told = told_in(tx, scope_asked("", None, of), list(known), [of])
        years = promises.years_known(tx, known)
    shapes = shapes_of(told)
    figures: dict[str, list[Figure]] = defaultdict(list)
    for (_, _, id_), cell in cells_of(told, shapes).items():
        figures[id_].append(cell.figure)
    rows = [
        (one.core, indicator_views.known(root, one, figures[id_], shapes.get(id_), years[id_], year, words))
        for id_, one in known.items()
        if id_ in years
    ]
    return templates.TemplateResponse(
        request,
        "indicators.html",
        {
            "here": "indicators",
            "year": of,
            "core": [row for core, row in rows if core],
            "others": [row for core, row in rows if not core],
            "unknown": [words.indicator(one) for id_, one in known.items() if id_ not in years],
        },
        headers={"Cache-Control": "no-cache"},
    )


@router.get("/indicators/{asked}")
def indicator(
    request: Request,
    asked: str,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    settings: SettingsDep,
    year: YearAsked = None,
    within: FieldAsked = "",
    level: LevelAsked = None,
    move: Annotated[Move | None, Query()] = None,
    sort: Annotated[Sort, Query()] = Sort.HIGH,
    page: PageAsked = 1,
) -> Response:
    """One of them: how the regions of a place compare, this year and the year before."""
    words = templates.words
    one = _indicator_asked(asked, words)
    if one.id != asked:
        return templates.redirect(request, f"{root}/indicators/{one.id}{query(**request.query_params)}")
    with store.read() as tx:
        compared = _compared(tx, one, within, level, year_asked(tx, year))
    of, scope, here = compared.year, compared.scope, compared.scope.holder

    def href(**other: object) -> str:
        order = None if sort is Sort.HIGH else sort
        as_asked = {"year": year, "within": here, "level": level, "move": move, "sort": order}
        return f"{root}/indicators/{one.id}{query(**(as_asked | other))}"

    return templates.TemplateResponse(
        request,
        "indicator.html",
        {
            "here": "indicators",
            "label": words.indicator(one),
            "other_label": words.other.indicator(one),
            **_heading(compared, href, words),
            **_pictures(compared, href, root, words),
            **_ranked(compared, move, sort, page, href, root, words),
            "record": _record(compared) if compared.direct else None,
            "direct": href(level=None, move=None),
            "matrix": f"{root}/matrix{query(year=year, within=here, level=level)}",
            "data": f"{root}/api/v1/verdicts{query(indicator=one.id, region=here, year=of)}&format=",
            "offer": region_offer(root, scope.within, words, settings, ("indicator", one.id)),
        },
        headers={"Cache-Control": "no-cache"},
    )


def _indicator_asked(asked: str, words: Words) -> Indicator:
    """By its id or another of its names. Raises HTTPException 404."""
    try:
        id_ = indicator_named(asked, "indicator")
    except ConfigError as exc:
        raise HTTPException(404, str(exc)) from exc
    known = load_vocabulary().indicators.get(id_)
    if known is None:
        raise HTTPException(404, words.say("没有名为 %(name)s 的指标。", name=asked))
    return known


@dataclass(frozen=True, slots=True)
class Compared:
    """The regions of a scope beside each other in a year. `said`: what their later reports say."""

    year: int
    scope: Scope
    told: Sequence[Told]
    said: Mapping[str, Sequence[Said]]
    shape: Shape
    found: Sequence[Standing]

    @property
    def direct(self) -> bool:
        return self.scope.level is None


def _compared(tx: Connection, one: Indicator, within: str, level: Level | None, of: int) -> Compared:
    scope = scope_asked(within, level, of)
    years = range(of - YEARS + 1, of + 1) if scope.level is None else range(of - 1, of + 1)
    told = told_in(tx, scope, [one.id], years)
    recent = [report for report in told if report.year >= of - 1]
    this_year = shapes_of(report for report in recent if report.year == of)
    shape = this_year.get(one.id) or shapes_of(recent).get(one.id, (one.measure, None))
    found = standings(regions_of(scope, recent), recent, one.id, of, shape)
    said = promises.reached(tx, stretches(scope), {one.id, _ECONOMY}, years)
    return Compared(of, scope, told, said, shape, found)


# --- the parts of the page, as its templates have them -------------------------------------------


class Href(Protocol):
    """The address of this page, with something asked otherwise."""

    def __call__(self, **other: object) -> str: ...


def _heading(compared: Compared, href: Href, words: Words) -> dict[str, Any]:
    of, scope, found = compared.year, compared.scope, compared.found
    values = [one.value for one in found if one.value is not None]
    return {
        "year": of,
        "place": words.place(scope.within),
        "path": [
            (words.place(one), href(within=holder_of(one), level=None, move=None))
            for one in regions_above(scope.within)
        ],
        "levels": [
            (name, href(level=one, move=None), one is scope.level)
            for one, name in level_names(scope, words).items()
        ],
        "before": href(year=of - 1),
        "after": href(year=of + 1),
        "regions": len(found),
        "reported": sum(one.reported for one in found),
        "spread": indicator_views.spread(values, compared.shape, words),
    }


def _pictures(compared: Compared, href: Href, root: str, words: Words) -> dict[str, Any]:
    """The whole country as tiles, where its provinces are compared; how the values lie."""
    scope, found = compared.scope, compared.found
    tiled = scope.is_nation and compared.direct
    inside = _inside(compared, found, href) if tiled else {}
    return {
        "tiles": indicator_views.tiles(root, found, inside, words) if tiled else None,
        "histogram": indicator_views.histogram(found, compared.shape, words),
    }


def _ranked(
    compared: Compared, move: Move | None, sort: Sort, page: int, href: Href, root: str, words: Words
) -> dict[str, Any]:
    """The table: one page of the regions that are asked for."""
    found, shape = compared.found, compared.shape
    chosen = indicator_views.ordered([one for one in found if move in (None, one.move)], sort)
    shown = chosen[(page - 1) * A_PAGE : page * A_PAGE]
    inside = _inside(compared, shown, href)
    return {
        "measure": words.measures.get(shape[0] or "", ""),
        "moves": {
            one.value: (count, href(move=None if one is move else one))
            for one, count in indicator_views.moves(found).items()
        },
        "move": move.value if move else "",
        "everything": href(move=None),
        "rows": [
            indicator_views.row(
                root, one, compared.said.get(one.region.key, ()), shape, inside.get(one.region.key), words
            )
            for one in shown
        ],
        "sort": sort.value,
        "sorts": {one.value: href(sort=None if one is Sort.HIGH else one) for one in Sort},
        "count": len(chosen),
        "newer": href(page=page - 1 if page > 2 else None) if page > 1 else None,
        "older": href(page=page + 1) if len(chosen) > page * A_PAGE else None,
    }


def _inside(compared: Compared, shown: Sequence[Standing], href: Href) -> Mapping[str, str]:
    """Region.key -> the address of this page for what lies in it, where anything does."""
    return {
        one.region.key: href(within=one.region.key, level=None, move=None, sort=None)
        for one in shown
        if compared.scope.within.key != one.region.key and has_any(one.region, compared.year)
    }


def _record(compared: Compared) -> list[Kept]:
    """One target of each region and year, as the rows have it."""
    cells = cells_of(compared.told, shapes_of(compared.told))
    return record(
        (year, judge(cell.figure, compared.said.get(place, ())).verdict)
        for (place, year, _), cell in cells.items()
    )
