"""Reports, their targets and outcomes, and the sources, as JSON, CSV or Parquet. Read only.

Shapes are schemas.py, formats negotiation.py. Events are stream.py, subscriptions management.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from sqlalchemy import Connection

from alerts.listing import lists, records, shapes
from alerts.listing.captures import links
from alerts.web.api import schemas
from alerts.web.api.cursor import Cursor, after_cursor, after_figure_cursor, next_cursor
from alerts.web.api.negotiation import (
    LISTING_ANSWERS,
    FormatAsked,
    list_headers,
    listing_response,
    shape_of,
    streamed,
)
from alerts.web.http.dependencies import SettingsDep, StoreDep
from alerts.web.http.parameters import asked_indicator, asked_region
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Kind
from ingest.store import browse, evidence, overview
from ingest.store.db import Store
from ingest.store.paging import pages, place_of_report, place_of_target

router = APIRouter(prefix="/api/v1", tags=["api"], responses=PROBLEMS | TOO_MANY)

RegionAsked = Annotated[str | None, Depends(asked_region)]
IndicatorAsked = Annotated[str | None, Depends(asked_indicator)]
OfKind = Annotated[Kind | None, Query(description="work_report, plan_report, …")]
LIMIT = "rows at most; without it JSON has a page, every other format all"
Row = TypeVar("Row")
OfYear = Annotated[int | None, Query(ge=1949, le=2100)]


@router.get("/reports", response_model=schemas.Page[shapes.Report], responses=LISTING_ANSWERS)
def reports(
    request: Request,
    response: Response,
    store: StoreDep,
    region: RegionAsked,
    kind: OfKind = None,
    year: OfYear = None,
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
        return streamed(
            shape, map(lists.reports, _all(store, page_of, place_of_report)), list_headers(request)
        )
    limit = limit or 100
    with store.read() as tx:
        rows = page_of(tx, limit + 1, before)
    page, more = rows[:limit], len(rows) > limit
    last = page[-1].report if more else None
    onward = next_cursor(last.first_seen_at, last.id) if last else None
    headers = list_headers(request, cursor=onward)
    if shape != "json":
        return listing_response(shape, lists.reports(page), headers)
    response.headers.update(headers)
    return {
        "items": [records.report_record(row) for row in page],
        "next_offset": offset + limit if more and cursor is None else None,
        "next_cursor": onward,
    }


@router.get("/reports/{key:path}", response_model=shapes.ReportDetail)
def report(key: str, settings: SettingsDep, store: StoreDep) -> dict[str, Any]:
    """One report: leading version, copies, targets, outcomes, events."""
    with store.read() as tx:
        detail = browse.report_detail(tx, key)
        captures = evidence.exhibits(tx, detail.report.id) if detail else []
    if detail is None:
        raise HTTPException(404, f"There is no report {key!r}.")
    return records.report_detail_record(detail, links(settings.base_url, captures, detail.copies))


class FigureQuery:
    """Which figures are asked for, and which page of them."""

    def __init__(
        self,
        region: RegionAsked,
        indicator: IndicatorAsked,
        year: OfYear = None,
        headline: Annotated[bool | None, Query(description="of the 主要预期目标 paragraph, or not")] = None,
        kind: OfKind = None,
        limit: Annotated[int | None, Query(ge=1, le=5000, description=LIMIT)] = None,
        cursor: Cursor = None,
        format: FormatAsked = None,
    ) -> None:
        self.region = region
        self.indicator = indicator
        self.year = year
        self.headline = headline
        self.kind = kind
        self.limit = limit or 1000
        self.whole = limit is None and cursor is None
        self.after = after_figure_cursor(cursor)
        self.format = format

    def rows(self, store: Store, of: Literal["targets", "outcomes"]) -> list[browse.TargetRow]:
        """A page, and one row more where there is one."""
        with store.read() as tx:
            return self._page(tx, of, self.limit + 1, self.after)

    def _page(
        self, tx: Connection, of: Literal["targets", "outcomes"], size: int, after: Any
    ) -> list[browse.TargetRow]:
        return browse.targets(
            tx,
            region=self.region,
            indicator=self.indicator,
            year=self.year,
            headline=self.headline,
            kind=self.kind,
            limit=size,
            of=of,
            after=after,
        )

    def answer(
        self, request: Request, response: Response, store: Store, of: Literal["targets", "outcomes"]
    ) -> Any:
        if self.whole and (shape := shape_of(request, self.format)) != "json":
            every = _all(store, lambda tx, size, after: self._page(tx, of, size, after), place_of_target)
            return streamed(shape, map(lists.targets, every), list_headers(request))
        rows = self.rows(store, of)
        page = rows[: self.limit]
        onward = _place_of(page[-1]) if len(rows) > self.limit else None
        headers = list_headers(request, cursor=onward)
        if (shape := shape_of(request, self.format)) != "json":
            return listing_response(shape, lists.targets(page), headers)
        response.headers.update(headers)
        return {"items": [records.target_record(row) for row in page], "next_cursor": onward}


FigureQueryDep = Annotated[FigureQuery, Depends()]


@router.get(
    "/targets",
    response_model=schemas.Cursored[shapes.Target],
    responses=LISTING_ANSWERS,
    operation_id="targets",
    summary="Targets of the leading version of each report",
)
def targets(request: Request, response: Response, store: StoreDep, query: FigureQueryDep) -> Any:
    return query.answer(request, response, store, "targets")


@router.get(
    "/outcomes",
    response_model=schemas.Cursored[shapes.Target],
    responses=LISTING_ANSWERS,
    operation_id="outcomes",
    summary="Figures of past years of the leading version of each report",
)
def outcomes(request: Request, response: Response, store: StoreDep, query: FigureQueryDep) -> Any:
    return query.answer(request, response, store, "outcomes")


@router.get("/indicators", response_model=schemas.Items[shapes.Indicator], responses=LISTING_ANSWERS)
def indicators(request: Request, response: Response, format: FormatAsked = None) -> Any:
    """What targets are read of."""
    rows = tuple(load_vocabulary().indicators.values())
    headers = list_headers(request)
    if (shape := shape_of(request, format)) != "json":
        return listing_response(shape, lists.indicators(rows), headers)
    response.headers.update(headers)
    return {"items": [records.indicator_record(indicator) for indicator in rows]}


@router.get("/sources", response_model=schemas.Items[shapes.Source], responses=LISTING_ANSWERS)
def sources(request: Request, response: Response, store: StoreDep, format: FormatAsked = None) -> Any:
    """Every source with its lists and health."""
    with store.read() as tx:
        rows = overview.source_rows(tx)
    headers = list_headers(request)
    if (shape := shape_of(request, format)) != "json":
        return listing_response(shape, lists.sources(rows), headers)
    response.headers.update(headers)
    return {"items": [records.source_record(source) for source in rows]}


def _all(
    store: Store, page: Callable[[Connection, int, Any], list[Row]], place: Callable[[Row], Any]
) -> Iterator[list[Row]]:
    """Every row of a list, as it is at one moment."""
    with store.read() as tx:
        yield from pages(lambda size, after: page(tx, size, after), place)


def _place_of(row: browse.TargetRow) -> str:
    return next_cursor(row.report.first_seen_at, row.report.id, row.figure.start, row.figure_id)
