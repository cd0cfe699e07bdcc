"""Figures of the leading version of each report: targets, outcomes, what became of the targets. Read only.

How a target is judged is ingest/outcome.py; formats are negotiation.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from sqlalchemy import Connection

from alerts.listing import lists, shapes
from alerts.listing.table import Listing
from alerts.web.api import schemas
from alerts.web.api.asked import A_PAGE, LIMIT, IndicatorsAsked, OfKind, RegionsAsked, YearsAsked, whole_list
from alerts.web.api.cursor import Cursor, after_figure_cursor, next_cursor
from alerts.web.api.negotiation import (
    LISTING_ANSWERS,
    FormatAsked,
    json_page,
    list_headers,
    listing_response,
    shape_of,
    streamed,
)
from alerts.web.http.dependencies import StoreDep
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from ingest.store import browse
from ingest.store.db import Store
from ingest.store.outcome import answers
from ingest.store.paging import place_of_target

router = room(prefix="/api/v1", tags=["api"], responses=PROBLEMS | TOO_MANY)


class FigureQuery:
    """Which figures are asked for, and which page of them."""

    def __init__(
        self,
        region: RegionsAsked,
        indicator: IndicatorsAsked,
        year: YearsAsked,
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
        self.limit = limit or A_PAGE
        self.whole = limit is None and cursor is None
        self.after = after_figure_cursor(cursor)
        self.format = format

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
        self,
        request: Request,
        store: Store,
        of: Literal["targets", "outcomes"],
        *,
        judged: bool = False,
    ) -> Response:
        def listed(tx: Connection, rows: list[browse.TargetRow]) -> Listing:
            return lists.targets(rows, answers(tx, rows) if judged else None)

        shape = shape_of(request, self.format)
        if self.whole and shape != "json":
            every = whole_list(
                store, lambda tx, size, after: self._page(tx, of, size, after), place_of_target, listed
            )
            return streamed(request, shape, every, list_headers(request))
        with store.read() as tx:
            rows = self._page(tx, of, self.limit + 1, self.after)
            page = rows[: self.limit]
            listing = listed(tx, page)
        onward = next_cursor(*place_of_target(page[-1])) if len(rows) > self.limit else None
        headers = list_headers(request, cursor=onward)
        if shape != "json":
            return listing_response(request, shape, listing, headers)
        return json_page({"items": list(listing.records), "next_cursor": onward}, headers)


FigureQueryDep = Annotated[FigureQuery, Depends()]


@router.get(
    "/targets",
    response_model=schemas.Cursored[shapes.Target],
    responses=LISTING_ANSWERS,
    operation_id="targets",
    summary="Targets of the leading version of each report",
)
def targets(request: Request, store: StoreDep, query: FigureQueryDep) -> Response:
    return query.answer(request, store, "targets")


@router.get(
    "/outcomes",
    response_model=schemas.Cursored[shapes.Target],
    responses=LISTING_ANSWERS,
    operation_id="outcomes",
    summary="Figures of past years of the leading version of each report",
)
def outcomes(request: Request, store: StoreDep, query: FigureQueryDep) -> Response:
    return query.answer(request, store, "outcomes")


@router.get(
    "/verdicts",
    response_model=schemas.Cursored[shapes.JudgedTarget],
    responses=LISTING_ANSWERS,
    operation_id="verdicts",
    summary="Targets, and what became of them by the reports of the next years",
)
def verdicts(request: Request, store: StoreDep, query: FigureQueryDep) -> Response:
    return query.answer(request, store, "targets", judged=True)
