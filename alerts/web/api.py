"""The read-only JSON API. Shapes are schemas.py; errors are problem+json (problems.py)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query

from alerts import records
from alerts.exhibits import links
from alerts.web import schemas
from alerts.web.queries import Asked, asked
from ingest.model import Kind
from ingest.settings import Settings
from ingest.store import Store, browse, evidence, outbox

PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {"model": schemas.Problem, "description": "No such thing"},
    422: {"model": schemas.Problem, "description": "A parameter is wrong"},
    503: {"model": schemas.Problem, "description": "The database cannot be read"},
}

RegionOrName = Annotated[
    str | None, Query(description="GB/T 2260 code or name; stands for all below it", max_length=40)
]
OfKind = Annotated[Kind | None, Query(description="work_report, plan_report, …")]
OfYear = Annotated[int | None, Query(ge=1949, le=2100)]


def routes(settings: Settings, store: Store) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["api"], responses=PROBLEMS)

    @router.get("/reports", response_model=schemas.Page[schemas.Report])
    def reports(
        region: RegionOrName = None,
        kind: OfKind = None,
        year: OfYear = None,
        q: Annotated[str | None, Query(description="words of title or place", max_length=100)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> dict[str, Any]:
        """Reports, the latest found first."""
        with store.read() as tx:
            rows = browse.reports(
                tx, region=region, kind=kind, year=year, query=q, limit=limit + 1, offset=offset
            )
        return {
            "items": [records.report_record(row) for row in rows[:limit]],
            "next_offset": offset + limit if len(rows) > limit else None,
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

    @router.get("/targets", response_model=schemas.Items[schemas.Target])
    def targets(
        region: RegionOrName = None,
        indicator: Annotated[str | None, Query(description="gdp, retail_sales, …", max_length=64)] = None,
        year: OfYear = None,
        headline: Annotated[bool | None, Query(description="of the 主要预期目标 paragraph, or not")] = None,
        kind: OfKind = None,
        limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    ) -> dict[str, Any]:
        """Targets of the leading version of each report."""
        with store.read() as tx:
            rows = browse.targets(
                tx, region=region, indicator=indicator, year=year, headline=headline, kind=kind, limit=limit
            )
        return {"items": [records.target_record(row) for row in rows]}

    @router.get("/events", response_model=schemas.Events)
    def events(
        wanted: Annotated[Asked, Depends(asked)],
        after: Annotated[int, Query(ge=0, description="the sequence you have seen last")] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> dict[str, Any]:
        """Events after a sequence, oldest first: ask again with `next_after` and miss none."""
        with store.read() as tx:
            rows = outbox.events(tx, wanted.filter, after=after, limit=limit, newest_first=False)
        return {
            "items": [records.event_record(event) for event in rows],
            "next_after": rows[-1].sequence if rows else after,
        }

    @router.get("/sources", response_model=schemas.Items[schemas.Source])
    def sources() -> dict[str, Any]:
        """Every source with its lists and health."""
        with store.read() as tx:
            return {"items": [records.source_record(source) for source in browse.source_rows(tx)]}

    return router
