"""/search: reports by what stands in their texts, with the sentence. What it shows is search_views.py.

A form that is sent with empty fields asks for nothing in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from alerts.web.api.cursor import Cursor, after_place_cursor, place_cursor
from alerts.web.http.dependencies import RootDep, StoreDep
from alerts.web.http.layers import WITH_SCRIPT
from alerts.web.http.parameters import FieldAsked
from alerts.web.http.room import room
from alerts.web.pages import search_views
from alerts.web.pages.templating import TemplatesDep
from ingest.china_time import china_day
from ingest.errors import ConfigError
from ingest.filters import KINDS, asked_years, one_of
from ingest.indicators.named import indicator_named
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Kind
from ingest.regions.gazetteer import divisions
from ingest.regions.named import place_named
from ingest.search.query import LONGEST
from ingest.store import search as texts
from ingest.store.search import Asked

router = room(include_in_schema=False)


@router.get("/search")
def search(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    q: Annotated[str, Query(max_length=LONGEST)] = "",
    region: FieldAsked = "",
    year: FieldAsked = "",
    kind: FieldAsked = "",
    indicator: FieldAsked = "",
    cursor: Cursor = None,
) -> Response:
    words = templates.words
    said = {"q": q, "region": region, "year": year, "kind": kind, "indicator": indicator}
    said = {name: value.strip() for name, value in said.items()}
    found, trouble = None, None
    try:
        asked = _asked(said)
    except ConfigError as exc:
        trouble = str(exc)
    else:
        with store.read() as tx:
            found = texts.search(tx, asked, after=after_place_cursor(cursor))
    query = urlencode({name: value for name, value in said.items() if value})
    onward = f"{query}&cursor={place_cursor(found.after)}" if found and found.after is not None else None
    return templates.TemplateResponse(
        request,
        "search.html",
        {
            "here": "search",
            "asked": said,
            "trouble": trouble,
            "count": search_views.count(found, words) if found and said["q"] else None,
            "hits": search_views.hits(root, found.hits, said["q"], words) if found else [],
            "first": f"{root}/search?{query}" if cursor else None,
            "onward": f"{root}/search?{onward}" if onward else None,
            "api": f"{root}/api/v1/search?{query}",
            "kinds": list(words.kinds.items()),
            "provinces": [words.place(one) for one in divisions("province", china_day(datetime.now(UTC)))],
            "indicators": [words.indicator(one) for one in load_vocabulary().indicators.values()],
        },
        status_code=422 if trouble else 200,
        headers={"Cache-Control": "no-cache", **WITH_SCRIPT},
    )


def _asked(said: Mapping[str, str]) -> Asked:
    """Raises ConfigError for what is no region, kind, year or indicator, with what was probably meant."""
    return Asked(
        said["q"],
        regions=[place_named(said["region"], "region").key] if said["region"] else (),
        kind=Kind(one_of(said["kind"], "kind", KINDS)) if said["kind"] else None,
        years=asked_years(said["year"], "year") if said["year"] else None,
        indicators=[indicator_named(said["indicator"], "indicator")] if said["indicator"] else (),
    )
