"""What is known, as JSON or CSV. Shapes are schemas.py; errors are problem+json (problems.py).

Events are stream.py, subscriptions and their deliveries management.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response

from alerts.listing import lists, records
from alerts.listing.captures import links
from alerts.web.api import schemas
from alerts.web.api.cursor import Cursor, after_cursor, after_figure_cursor, next_cursor
from alerts.web.api.negotiate import LISTING_ANSWERS, FormatAsked, list_headers, listing_response, shape_of
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from ingest.model import Kind
from ingest.settings import Settings
from ingest.store import browse, evidence
from ingest.store.db import Store

RegionOrName = Annotated[
    str | None, Query(description="GB/T 2260 code or name; stands for all below it", max_length=40)
]
OfKind = Annotated[Kind | None, Query(description="work_report, plan_report, …")]
OfYear = Annotated[int | None, Query(ge=1949, le=2100)]


def routes(settings: Settings, store: Store) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["api"], responses=PROBLEMS | TOO_MANY)

    @router.get("/reports", response_model=schemas.Page[schemas.Report], responses=LISTING_ANSWERS)
    def reports(
        request: Request,
        response: Response,
        region: RegionOrName = None,
        kind: OfKind = None,
        year: OfYear = None,
        q: Annotated[str | None, Query(description="words of title or place", max_length=100)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Query(ge=0, le=2**62)] = 0,
        cursor: Cursor = None,
        format: FormatAsked = None,
    ) -> Any:
        """Reports, the latest found first. Go on with `next_cursor`."""
        before = after_cursor(cursor)
        with store.read() as tx:
            rows = browse.reports(
                tx,
                region=region,
                kind=kind,
                year=year,
                query=q,
                limit=limit + 1,
                offset=offset,
                before=before,
            )
        shown, more = rows[:limit], len(rows) > limit
        last = shown[-1].report if more else None
        onward = next_cursor(last.first_seen_at, last.id) if last else None
        headers = list_headers(request, cursor=onward)
        if (shape := shape_of(request, format)) != "json":
            return listing_response(shape, lists.reports(shown), headers)
        response.headers.update(headers)
        return {
            "items": [records.report_record(row) for row in shown],
            "next_offset": offset + limit if more and cursor is None else None,
            "next_cursor": onward,
        }

    @router.get("/reports/{key:path}", response_model=schemas.ReportDetail)
    def report(key: str) -> dict[str, Any]:
        """One report: leading version, copies, targets, outcomes, events."""
        with store.read() as tx:
            detail = browse.report_detail(tx, key)
            found = evidence.exhibits(tx, detail.report.id) if detail else []
        if detail is None:
            raise HTTPException(404, f"There is no report {key!r}.")
        return records.report_detail_record(detail, links(settings.base_url, found, detail.copies))

    def figures(role: Literal["targets", "outcomes"]) -> None:
        words = {"targets": "Targets", "outcomes": "Figures of past years"}

        def listed(
            request: Request,
            response: Response,
            region: RegionOrName = None,
            indicator: Annotated[str | None, Query(description="gdp, retail_sales, …", max_length=64)] = None,
            year: OfYear = None,
            headline: Annotated[
                bool | None, Query(description="of the 主要预期目标 paragraph, or not")
            ] = None,
            kind: OfKind = None,
            limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
            cursor: Cursor = None,
            format: FormatAsked = None,
        ) -> Any:
            after = after_figure_cursor(cursor)
            with store.read() as tx:
                rows = browse.targets(
                    tx,
                    region=region,
                    indicator=indicator,
                    year=year,
                    headline=headline,
                    kind=kind,
                    limit=limit + 1,
                    of=role,
                    after=after,
                )
            shown = rows[:limit]
            onward = _place_of(shown[-1]) if len(rows) > limit else None
            headers = list_headers(request, cursor=onward)
            if (shape := shape_of(request, format)) != "json":
                return listing_response(shape, lists.targets(shown), headers)
            response.headers.update(headers)
            return {"items": [records.target_record(row) for row in shown], "next_cursor": onward}

        router.add_api_route(
            f"/{role}",
            listed,
            response_model=schemas.Cursored[schemas.Target],
            responses=LISTING_ANSWERS,
            operation_id=role,
            summary=f"{words[role]} of the leading version of each report",
        )

    figures("targets")
    figures("outcomes")

    @router.get("/sources", response_model=schemas.Items[schemas.Source], responses=LISTING_ANSWERS)
    def sources(request: Request, response: Response, format: FormatAsked = None) -> Any:
        """Every source with its lists and health."""
        with store.read() as tx:
            rows = browse.source_rows(tx)
        headers = list_headers(request)
        if (shape := shape_of(request, format)) != "json":
            return listing_response(shape, lists.sources(rows), headers)
        response.headers.update(headers)
        return {"items": [records.source_record(source) for source in rows]}

    return router


def _place_of(row: browse.TargetRow) -> str:
    return next_cursor(row.report.first_seen_at, row.report.id, row.figure.start, row.figure_id)
