"""Texts by what stands in them, and what somebody may mean who begins to type. Read only.

How texts are searched is ingest/store/search.py; formats are negotiation.py.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import HTTPException, Query, Request, Response

from alerts.listing import lists, records
from alerts.web.api import schemas
from alerts.web.api.asked import LIMIT, IndicatorsAsked, OfKind, RegionsAsked, YearsAsked, whole_list
from alerts.web.api.cursor import Cursor, after_place_cursor, place_cursor
from alerts.web.api.negotiation import (
    LISTING_ANSWERS,
    FormatAsked,
    list_headers,
    listing_response,
    shape_of,
    streamed,
)
from alerts.web.http.dependencies import StoreDep
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from ingest.search import suggest as suggestions
from ingest.search.query import LONGEST, NOTHING_ASKED, terms
from ingest.store import search as texts
from ingest.store.search import MOST, Asked, place_of_hit

router = room(prefix="/api/v1", tags=["api"], responses=PROBLEMS | TOO_MANY)


@router.get("/search", response_model=schemas.Hits, responses=LISTING_ANSWERS)
def search(
    request: Request,
    response: Response,
    store: StoreDep,
    q: Annotated[
        str,
        Query(
            description="terms between spaces or in quotation marks: of text, title, place or speaker",
            max_length=LONGEST,
        ),
    ],
    region: RegionsAsked,
    indicator: IndicatorsAsked,
    year: YearsAsked,
    kind: OfKind = None,
    limit: Annotated[int | None, Query(ge=1, le=MOST, description=LIMIT)] = None,
    cursor: Cursor = None,
    format: FormatAsked = None,
) -> Any:
    """Reports whose text has every term, with the sentence; the newest year first, of it what was found last.

    `indicator`: only those with a target of it. Go on with `next_cursor`.
    """
    if not terms(q):
        raise HTTPException(422, f"q {q!r}: {NOTHING_ASKED}")
    asked = Asked(q, region, kind, year, indicator)
    after = after_place_cursor(cursor)
    shape = shape_of(request, format)
    if shape != "json" and limit is None and cursor is None:
        every = whole_list(
            store,
            lambda tx, size, place: texts.every_hit(tx, asked, size, place),
            place_of_hit,
            lambda tx, rows: lists.hits(rows),
        )
        return streamed(request, shape, every, list_headers(request))
    with store.read() as tx:
        found = texts.search(tx, asked, limit=limit or 20, after=after)
    onward = None if found.after is None else place_cursor(found.after)
    headers = list_headers(request, cursor=onward)
    if shape != "json":
        return listing_response(request, shape, lists.hits(found.hits), headers)
    response.headers.update(headers)
    return {
        "items": [records.hit_record(hit) for hit in found.hits],
        "count": found.count,
        "exact": found.exact,
        "next_cursor": onward,
    }


@router.get("/suggest", response_model=schemas.Suggested)
def suggest(
    q: Annotated[str, Query(description="the beginning or a part of a name", max_length=60)],
) -> dict[str, Any]:
    """Divisions and indicators whose names begin so or have that, ten of each at most."""
    return {
        "regions": [records.suggested_region_record(one) for one in suggestions.regions(q)],
        "indicators": [records.suggested_indicator_record(one) for one in suggestions.indicators(q)],
    }
