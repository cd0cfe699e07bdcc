"""The season of the congresses: whose work report of a year is there, whose is late, what came today.

How a division stands is said by season_views.py; nothing here is an event, report.overdue is
ingest/source_health.py.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.parameters import FieldAsked, refused_as
from alerts.web.http.room import room
from alerts.web.pages import report_views, season_views
from alerts.web.pages.asked import query
from alerts.web.pages.offers import region_offer
from alerts.web.pages.scope import REPORTS_ARE_IN
from alerts.web.pages.templating import TemplatesDep
from ingest.china_time import CHINA, china_day
from ingest.errors import ConfigError
from ingest.filters import EARLIEST, LATEST
from ingest.model import Kind, Region
from ingest.regions.gazetteer import NATION, divisions, region_by_code
from ingest.regions.named import place_named
from ingest.settings import Settings
from ingest.sources.coverage import LEVELS, Place, places
from ingest.sources.load import sources_as_they_stand
from ingest.store import browse
from ingest.store.regions import days_reported, reports_within
from ingest.watch.season import Standing, year_due

CAME = 20  # reports of today that are named

Shown = Literal["all", "missing", "late", "reported"]
_SHOWN = {
    "missing": season_views.MISSING,
    "late": (Standing.LATE,),
    "reported": (Standing.REPORTED,),
}

router = room(include_in_schema=False)


@router.get("/season")
def season(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    settings: SettingsDep,
    year: Annotated[int | None, Query(ge=EARLIEST, le=LATEST)] = None,
    within: FieldAsked = "",
    show: Shown = "all",
) -> Response:
    words = templates.words
    now = datetime.now(UTC)
    today = china_day(now)
    due = year_due(now)
    asked = due if year is None else year
    held = _held(within)
    code = None if held is None else held.key
    where = [] if code is None else [reports_within((code,))]
    midnight = datetime(today.year, today.month, today.day, tzinfo=CHINA)
    with store.read() as tx:
        reported = days_reported(tx, Kind.WORK_REPORT, asked, *where)
        before = days_reported(tx, Kind.WORK_REPORT, asked - 1, *where)
        came = (
            browse.reports(tx, region=code, kind=Kind.WORK_REPORT, year=asked, since=midnight, limit=CAME)
            if asked == due
            else []
        )
    # A season that is over is looked at as it ended, in the country as it was then.
    on = today if asked >= due else date(asked, 12, 31)
    there = today if asked >= due else date(asked, *REPORTS_ARE_IN)
    days = season_views.days_of(before, asked - 1)
    # Of the country three thousand divisions are counted, and thirty shown.
    counted = season_views.counted(_codes(there), asked, on, reported, days) if held is None else {}
    shown = _places(settings, there, "province" if held is None else None, code)
    found = season_views.rows(root, shown, asked, on, reported, before, words)
    counts = sum(counted.values(), Counter[Standing]()) or Counter(row.standing for row in found)
    listed = [row for row in found if show == "all" or row.standing in _SHOWN[show]]

    def href(**asked_for: object) -> str:
        return f"{root}/season{query(**asked_for)}"

    return templates.TemplateResponse(
        request,
        "season.html",
        {
            "here": "season",
            "year": asked,
            "years": [(one, href(within=code, year=one)) for one in (asked - 1, asked + 1) if one <= due],
            "current": asked == due,
            "place": words.place(held) if held else None,
            "place_href": report_views.region_href(root, held) if held else None,
            "whole": href(year=year),
            "standings": list(season_views.standing_words(words).items()),
            "counts": counts,
            "divisions": counts.total(),
            "by_this_day": season_views.by_this_day(days, on) if asked == due else None,
            "missing": sum(counts[one] for one in season_views.MISSING),
            "views": [
                (name, href(within=code, year=year, show=None if name == "all" else name))
                for name in ("all", "missing", "late", "reported")
            ],
            "show": show,
            "provinces": season_views.provinces(found, counted, lambda key: href(within=key, year=year))
            if held is None
            else [],
            "groups": season_views.grouped(listed) if held is not None else [],
            "came": [report_views.card(root, row, words) for row in came],
            "today": today,
            "offer": region_offer(root, held or NATION, words, settings, ("kind", Kind.WORK_REPORT.value)),
        },
        headers={"Cache-Control": "no-cache"},
    )


def _held(within: str) -> Region | None:
    """The region that is asked for; None for the whole country."""
    if not within.strip():
        return None
    with refused_as(422):
        found = place_named(within, "within")
        if found.code is None:
            raise ConfigError(f"within: {found.name} has no code, and no season is kept of it")
    return None if found.code == NATION.code else region_by_code(found.key) or found


def _places(settings: Settings, on: date, level: str | None, within: str | None = None) -> list[Place]:
    """The provinces, or what lies in one region, with who watches it."""
    try:
        sources = sources_as_they_stand(settings.sources_dir)
    except ConfigError:
        sources = {}
    levels = LEVELS if level is None else (level,)
    return list(places(sources, on, {}, within=within, levels=levels))


@lru_cache(maxsize=4)
def _codes(on: date) -> tuple[str, ...]:
    return tuple(region.key for level in LEVELS for region in divisions(level, on))
