"""What the pages that set regions side by side are asked for: the region, the level, the year. No routes.

Which regions that are is scope.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from sqlalchemy import Connection

from alerts.web.http.parameters import refused_as
from alerts.web.pages.scope import Scope, levels_in, scope_of
from alerts.words.language import Words
from ingest.filters import LATEST
from ingest.model import Region
from ingest.regions.gazetteer import NATION
from ingest.regions.named import place_named
from ingest.store import promises
from ingest.store.promises import Told
from ingest.store.regions import reports_of, stretches_of
from ingest.watch.season import Level, year_due

FIRST_YEAR = 1978
A_PAGE = 60  # regions

YearAsked = Annotated[int | None, Query(ge=FIRST_YEAR, le=LATEST)]
LevelAsked = Annotated[Level | None, Query()]
PageAsked = Annotated[int, Query(ge=1, le=200)]


def year_asked(tx: Connection, year: int | None) -> int:
    """The year itself, else the latest of which there is a report."""
    due = year_due(datetime.now(UTC))
    return year or promises.newest_year(tx, due) or due


def scope_asked(within: str, level: Level | None, year: int) -> Scope:
    """Raises HTTPException 422 for what is no region, with what was probably meant."""
    with refused_as(422):
        place = place_named(within, "within") if within.strip() else NATION
        return scope_of(place, level, year)


def told_in(tx: Connection, scope: Scope, indicators: Sequence[str], years: Sequence[int]) -> list[Told]:
    """What the regions of a scope say of some indicators."""
    return promises.promised(tx, stretches(scope), indicators, years)


def stretches(scope: Scope) -> promises.Stretches:
    codes = [region.code for region in scope.regions if region.code]
    zones = (reports_of(region) for region in scope.regions if region.code is None)
    return *stretches_of(codes, scope.holder if scope.level is None else None), *zones


def regions_of(scope: Scope, told: Sequence[Told]) -> list[Region]:
    """The divisions, and the places without a code that have reports."""
    known = {region.key: region for region in scope.regions}
    for report in told:
        known.setdefault(report.region.key, report.region)
    return list(known.values())


def query(**asked: object) -> str:
    """`?year=2026&within=130000`, without what is not said."""
    said = urlencode({name: value for name, value in asked.items() if value not in (None, "")})
    return f"?{said}" if said else ""


def level_names(scope: Scope, words: Words) -> Mapping[Level | None, str]:
    """How the choices of a level are called; none where there is only one."""
    offered = levels_in(scope.within)
    if len(offered) < 2:
        return {}
    direct = words.say("各省") if scope.is_nation else words.say("直接下级")
    names = {None: direct, Level.CITY: words.say("各地市"), Level.COUNTY: words.say("各县区")}
    return {level: names[level] for level in offered}
