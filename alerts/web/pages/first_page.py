"""The first page: the newest reports and targets, a list of reports that can be searched.

What is said of a report is report_views.py, of events event_views.py, of sources status_views.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.parameters import FieldAsked, refused_as
from alerts.web.http.room import room
from alerts.web.pages import event_views, report_views, status_views
from alerts.web.pages.offers import mails, offer, told_of
from alerts.web.pages.templating import TemplatesDep
from ingest.filters import KINDS, one_of
from ingest.identity.kinds import REPORTS
from ingest.model import Filter, Kind, Region
from ingest.regions.named import place_named
from ingest.store import articles, browse, outbox, overview

REPORTS_A_PAGE = 20
NEWEST_TARGETS = 50  # events read for the side column, which shows BULLETINS reports of them
BULLETINS = 5
EVERY_KIND = "all"  # news and notices, too; when no kind is asked for, reports are shown

router = room(include_in_schema=False)


@router.get("/")
def index(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    settings: SettingsDep,
    q: Annotated[str, Query(max_length=100)] = "",
    kind: FieldAsked = "",
    region: FieldAsked = "",
    unclear: bool = False,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    words = templates.words
    if kind:
        with refused_as(422):
            one_of(kind, "kind", (*KINDS, EVERY_KIND))
    place = _place(region)
    asked: dict[str, str | bool] = {
        "q": q,
        "kind": kind,
        "region": place.key if place else "",
        "unclear": unclear,
    }
    first = (page - 1) * REPORTS_A_PAGE
    with store.read() as tx:
        rows = browse.reports(
            tx,
            region=place.key if place else None,
            kind=_kinds(kind),
            query=q.strip() or None,
            unclear=unclear,
            limit=REPORTS_A_PAGE + 1,
            offset=first,
        )
        doubtful = browse.unclear_reports(tx)
        events = outbox.events(tx, Filter(types=("target.*",)), limit=NEWEST_TARGETS)
        told = event_views.newest_targets(events)[:BULLETINS]
        speaking = articles.speakers(tx, sorted({e.report_id for one in told for e in one if e.report_id}))
        sources, counts = overview.source_rows(tx, counted=False), overview.totals(tx)

    return templates.TemplateResponse(
        request,
        "index.html",
        {
            "here": "index",
            "counts": status_views.first_page_counts(counts, words),
            "reports": [report_views.card(root, row, words) for row in rows[:REPORTS_A_PAGE]],
            "bulletins": event_views.bulletins(root, told, speaking, words),
            "sources": [status_views.source_view(source, words) for source in sources],
            "kinds": list(words.kinds.items()),
            "every_kind": EVERY_KIND,
            "asked": asked,
            "place": (words.place(place), report_views.region_href(root, place)) if place else None,
            "searched": bool(q.strip() or kind or place or unclear),
            "unclear": doubtful,
            "offer": offer(
                root,
                told_of(place, "" if kind == EVERY_KIND else kind),
                words,
                mail=mails(settings),
            ),
            "newer": _index_href(root, asked, page - 1) if page > 1 else None,
            "older": _index_href(root, asked, page + 1) if len(rows) > REPORTS_A_PAGE else None,
        },
        headers={"Cache-Control": "no-cache"},
    )


def _place(asked: str) -> Region | None:
    """The region that the first page is asked for; a form that is sent empty asks for none."""
    if not asked.strip():
        return None
    with refused_as(422):
        return place_named(asked, "region")


def _kinds(asked: str) -> str | Collection[Kind] | None:
    if asked == EVERY_KIND:
        return None
    return asked or REPORTS


def _index_href(root: str, asked: Mapping[str, str | bool], page: int) -> str:
    query = {k: "true" if v is True else v for k, v in asked.items() if v}
    if page > 1:
        query["page"] = str(page)
    return f"{root}/{'?' + urlencode(query) if query else ''}"
