"""The page of a region: what its governments promised, year by year, and what became of it.

What it says is region_views.py, its charts chart.py. A region is asked for by its code, or by a name, which
leads to the code.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import Request, Response
from sqlalchemy import Connection

from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.room import room
from alerts.web.pages import region_views, report_views, status_views
from alerts.web.pages.covered import watching
from alerts.web.pages.kept import record
from alerts.web.pages.offers import region_offer
from alerts.web.pages.scope import holder_of
from alerts.web.pages.templating import Pages, TemplatesDep
from ingest.china_time import china_day
from ingest.errors import ConfigError
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Region
from ingest.regions.gazetteer import NATION, region_by_code
from ingest.regions.named import perhaps_meant, place_named
from ingest.regions.tree import directly_in
from ingest.settings import Settings
from ingest.store import browse, outcome, overview
from ingest.store.regions import reported_regions, zone_with_reports

FIGURES = 20_000

router = room(include_in_schema=False)


@router.get("/regions")
def nation(
    request: Request, store: StoreDep, templates: TemplatesDep, root: RootDep, settings: SettingsDep
) -> Response:
    with store.read() as tx:
        return _page(request, tx, templates, root, settings, NATION)


@router.get("/regions/{asked:path}")
def region(
    request: Request,
    asked: str,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    settings: SettingsDep,
) -> Response:
    with store.read() as tx:
        known = region_by_code(asked) or zone_with_reports(tx, asked)
        if known is not None and known.code != NATION.code:
            return _page(request, tx, templates, root, settings, known)
    try:
        known = place_named(asked, "region")
    except ConfigError:
        return _unknown(request, templates, root, asked)
    return templates.redirect(request, report_views.region_href(root, known))


def _page(
    request: Request, tx: Connection, templates: Pages, root: str, settings: Settings, region: Region
) -> Response:
    words = templates.words
    today = china_day(datetime.now(UTC))
    history = outcome.history_of(tx, region)
    above = region_by_code(region.parent_code) if region.parent_code else None
    views = region_views.indicators(
        root,
        history,
        browse.targets(tx, exactly=above, headline=True, limit=FIGURES) if history.reports and above else [],
        words,
    )
    kept_by_year = record(judged for view in views for judged in view.judged)
    holder = holder_of(region)
    known = reported_regions(tx, {holder, region.parent_code})
    children = region_views.around(root, holder, directly_in(holder, today), known, words)
    around = region_views.around(
        root, region.parent_code, directly_in(region.parent_code, today), known, words, but=region.key
    )
    slugs = overview.sources_showing(tx, region) | watching(settings, region)
    core = load_vocabulary().indicators
    return templates.TemplateResponse(
        request,
        "region.html",
        {
            "here": "regions",
            "region": region,
            "name": words.place(region),
            "also": words.other.path(region),
            "holders": region_views.holders(root, region, words),
            "above": above,
            "years": region_views.by_year(root, history.reports, words),
            "reports": len(history.reports),
            "targets": len(history.targets),
            "core": [view for view in views if core[view.id].core],
            "others": [view for view in views if not core[view.id].core],
            "kept": [sum(kept.met for kept in kept_by_year), sum(kept.comparable for kept in kept_by_year)],
            "record": kept_by_year,
            "children": children,
            "neighbours": [] if holder is None else around,
            "sources": [
                status_views.source_view(s, words) for s in overview.source_rows(tx, slugs, counted=False)
            ]
            if slugs
            else [],
            "offer": region_offer(root, region, words, settings),
        },
        headers={"Cache-Control": "no-cache"},
    )


def _unknown(request: Request, templates: Pages, root: str, asked: str) -> Response:
    meant, words = perhaps_meant(asked), templates.words
    return templates.TemplateResponse(
        request,
        "region_unknown.html",
        {
            "here": "regions",
            "asked": asked,
            "meant": [
                (words.path(one), words.other.path(one), report_views.region_href(root, one)) for one in meant
            ],
            "search": f"{root}/?q={quote(asked)}",
        },
        status_code=404,
        headers={"Cache-Control": "no-cache"},
    )
