"""The pages of the indicators: all of them, and one of them, its regions side by side.

What they show is indicator_views.py and ranking.py, what they may be asked for asked.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import HTTPException, Query, Request, Response

from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.room import room
from alerts.web.pages import indicator_views
from alerts.web.pages.alike import Shape
from alerts.web.pages.asked import (
    A_PAGE,
    LevelAsked,
    PageAsked,
    WithinAsked,
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
from alerts.web.pages.ranking import Move, cells_of, shapes_of, standings
from alerts.web.pages.scope import has_any, holder_of
from alerts.web.pages.templating import TemplatesDep
from ingest.errors import ConfigError
from ingest.indicators.named import indicator_named
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Figure
from ingest.outcome import Said, judge
from ingest.regions.gazetteer import regions_above
from ingest.store import promises
from ingest.store.promises import Told

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
    within: WithinAsked = "",
    level: LevelAsked = None,
    move: Annotated[Move | None, Query()] = None,
    sort: Annotated[Sort, Query()] = Sort.HIGH,
    page: PageAsked = 1,
) -> Response:
    words = templates.words
    try:
        id_ = indicator_named(asked, "indicator")
    except ConfigError as exc:
        raise HTTPException(404, str(exc)) from exc
    known = load_vocabulary().indicators
    if id_ != asked and id_ in known:
        return templates.redirect(request, f"{root}/indicators/{id_}{query(**request.query_params)}")
    if id_ not in known:
        raise HTTPException(404, words.say("没有名为 %(name)s 的指标。", name=asked))
    with store.read() as tx:
        of = year_asked(tx, year)
        scope = scope_asked(within, level, of)
        direct = scope.level is None
        years = range(of - YEARS + 1, of + 1) if direct else range(of - 1, of + 1)
        told = told_in(tx, scope, [id_], years)
        recent = [one for one in told if one.year >= of - 1]
        usual: Shape = (known[id_].measure, None)
        shape = shapes_of(one for one in recent if one.year == of).get(id_) or shapes_of(recent).get(
            id_, usual
        )
        found = standings(regions_of(scope, recent), recent, id_, of, shape)
        chosen = indicator_views.ordered([one for one in found if move in (None, one.move)], sort)
        shown = chosen[(page - 1) * A_PAGE : page * A_PAGE]
        said = promises.reached(tx, stretches(scope), {id_, _ECONOMY}, years)

    here = scope.holder

    def href(**other: object) -> str:
        order = None if sort is Sort.HIGH else sort
        as_asked = {"year": year, "within": here, "level": level, "move": move, "sort": order}
        return f"{root}/indicators/{id_}{query(**(as_asked | other))}"

    inside = {
        one.region.key: href(within=one.region.key, level=None, move=None, sort=None)
        for one in (found if scope.is_nation else shown)
        if scope.within.key != one.region.key and has_any(one.region, of)
    }
    values = [one.value for one in found if one.value is not None]
    return templates.TemplateResponse(
        request,
        "indicator.html",
        {
            "here": "indicators",
            "label": words.indicator(known[id_]),
            "other_label": words.other.indicator(known[id_]),
            "year": of,
            "place": words.place(scope.within),
            "path": [
                (words.place(one), href(within=holder_of(one), level=None, move=None))
                for one in regions_above(scope.within)
            ],
            "levels": [
                (name, href(level=one, move=None), one is level)
                for one, name in level_names(scope, words).items()
            ],
            "measure": words.measures.get(shape[0] or "", ""),
            "regions": len(found),
            "reported": sum(one.reported for one in found),
            "spread": indicator_views.spread(values, shape, words),
            "moves": {
                one.value: (count, href(move=None if one is move else one))
                for one, count in indicator_views.moves(found).items()
            },
            "move": move.value if move else "",
            "everything": href(move=None),
            "histogram": indicator_views.histogram(found, shape, words),
            "tiles": indicator_views.tiles(root, found, inside, words)
            if scope.is_nation and direct
            else None,
            "rows": [
                indicator_views.row(
                    root, one, said.get(one.region.key, ()), shape, inside.get(one.region.key), words
                )
                for one in shown
            ],
            "sort": sort.value,
            "sorts": {one.value: href(sort=None if one is Sort.HIGH else one) for one in Sort},
            "count": len(chosen),
            "before": href(year=of - 1),
            "after": href(year=of + 1),
            "newer": href(page=page - 1 if page > 2 else None) if page > 1 else None,
            "older": href(page=page + 1) if len(chosen) > page * A_PAGE else None,
            "record": _record(told, said) if direct else None,
            "direct": href(level=None, move=None),
            "matrix": f"{root}/matrix{query(year=year, within=here, level=level)}",
            "data": f"{root}/api/v1/verdicts{query(indicator=id_, region=here, year=of)}&format=",
            "offer": region_offer(root, scope.within, words, settings, ("indicator", id_)),
        },
        headers={"Cache-Control": "no-cache"},
    )


def _record(told: Sequence[Told], said: Mapping[str, Sequence[Said]]) -> list[Kept]:
    """One target of each region and year, as the rows have it."""
    cells = cells_of(told, shapes_of(told))
    return record(
        (year, judge(cell.figure, said.get(place, ())).verdict) for (place, year, _), cell in cells.items()
    )
