"""Reports: their list, one of them, its text. Read only.

Their figures are figures.py, events stream.py; shapes schemas.py, formats negotiation.py.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import HTTPException, Query, Request, Response
from sqlalchemy import Connection
from starlette.responses import PlainTextResponse

from alerts.listing import lists, records, shapes
from alerts.listing.captures import links
from alerts.web.api import schemas
from alerts.web.api.asked import A_PAGE, LIMIT, OfKind, RegionsAsked, YearsAsked, whole_list
from alerts.web.api.cursor import Cursor, after_cursor, next_cursor
from alerts.web.api.negotiation import (
    LISTING_ANSWERS,
    FormatAsked,
    json_page,
    list_headers,
    listing_response,
    shape_of,
    streamed,
)
from alerts.web.http.conditional import conditional_response
from alerts.web.http.dependencies import SettingsDep, StoreDep
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from ingest.store import browse, evidence
from ingest.store.paging import place_of_report

router = room(prefix="/api/v1", tags=["api"], responses=PROBLEMS | TOO_MANY)


@router.get("/reports", response_model=schemas.Page[shapes.Report], responses=LISTING_ANSWERS)
def reports(
    request: Request,
    store: StoreDep,
    region: RegionsAsked,
    year: YearsAsked,
    kind: OfKind = None,
    q: Annotated[str | None, Query(description="words of title or place", max_length=100)] = None,
    unclear: Annotated[bool, Query(description="only those that nobody is told of: see `doubts`")] = False,
    limit: Annotated[int | None, Query(ge=1, le=500, description=LIMIT)] = None,
    offset: Annotated[int, Query(ge=0, le=2**62)] = 0,
    cursor: Cursor = None,
    format: FormatAsked = None,
) -> Any:
    """Reports, the latest found first. Go on with `next_cursor`."""
    before = after_cursor(cursor)

    def page_of(tx: Connection, size: int, after: Any) -> list[browse.ReportRow]:
        return browse.reports(
            tx,
            region=region,
            kind=kind,
            year=year,
            query=q,
            unclear=unclear,
            limit=size,
            offset=offset,
            before=after,
        )

    shape = shape_of(request, format)
    if shape != "json" and limit is None and cursor is None and not offset:
        every = whole_list(store, page_of, place_of_report, lambda tx, rows: lists.reports(rows))
        return streamed(request, shape, every, list_headers(request))
    limit = limit or A_PAGE
    with store.read() as tx:
        rows = page_of(tx, limit + 1, before)
    page, more = rows[:limit], len(rows) > limit
    onward = next_cursor(*place_of_report(page[-1])) if more else None
    headers = list_headers(request, cursor=onward)
    if shape != "json":
        return listing_response(request, shape, lists.reports(page), headers)
    content = {
        "items": [records.report_record(row) for row in page],
        "next_offset": offset + limit if more and cursor is None else None,
        "next_cursor": onward,
    }
    return json_page(content, headers)


@router.get(
    "/reports/{key:path}/text",
    response_class=PlainTextResponse,
    responses={304: {"description": "You have it already"}},
)
def text(
    request: Request,
    key: str,
    store: StoreDep,
    content_hash: Annotated[
        str | None,
        Query(max_length=80, description="Of another text than the leading one, as figures have it"),
    ] = None,
) -> Response:
    """The text of the leading version: what `start` and `end` of its figures count in, in characters."""
    with store.read() as tx:
        version = browse.text_of(tx, key, content_hash)
    if version is None:
        which = "" if content_hash is None else f" with the content hash {content_hash!r}"
        raise HTTPException(404, f"There is no text of a report {key!r}{which}.")
    return conditional_response(
        request,
        version.body.encode(),
        media_type="text/plain; charset=utf-8",
        cache_control="no-cache",
    )


@router.get("/reports/{key:path}", response_model=shapes.ReportDetail)
def report(key: str, settings: SettingsDep, store: StoreDep) -> dict[str, Any]:
    """One report: leading version, copies, targets, outcomes, events."""
    with store.read() as tx:
        detail = browse.report_detail(tx, key)
        captures = evidence.exhibits(tx, detail.report.id) if detail else []
    if detail is None:
        raise HTTPException(404, f"There is no report {key!r}.")
    return records.report_detail_record(detail, links(settings.base_url, captures, detail.copies))
