"""The three feeds over HTTP: which events, validators, 304.

What a feed looks like is alerts/feeds.py; the rules of conditional requests are conditional.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, StringConstraints

from alerts.feeds import FeedFormat, FeedInfo, render
from alerts.web.conditional import http_date, is_unchanged, strong_etag
from ingest.events import EventType
from ingest.model import Event, Filter, Kind
from ingest.settings import Settings
from ingest.store import Store, outbox

NEWEST = 100
TITLE = "公报 gongbao"
FEEDS = (
    (FeedFormat.ATOM, "/feed.atom", "Atom"),
    (FeedFormat.RSS, "/feed.rss", "RSS"),
    (FeedFormat.JSON, "/feed.json", "JSON Feed"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter of a request, and the query that says it, in one spelling whatever the order asked."""

    filter: Filter
    query: str


def _known_type(name: str) -> str:
    families = {t.value.partition(".")[0] + ".*" for t in EventType}
    if name not in {*EventType, *families, "*"}:
        raise ValueError(f"no event is called {name!r}; there are {', '.join(EventType)}")
    return name


TypeName = Annotated[str, AfterValidator(_known_type)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^\d{2,12}$")]


def asked(
    type: Annotated[
        list[TypeName] | None, Query(description="report.published, target.*, …; * for really all")
    ] = None,
    region: Annotated[
        list[RegionCode] | None, Query(description="GB/T 2260 code; stands for all below it")
    ] = None,
    kind: Annotated[list[Kind] | None, Query(description="work_report, plan_report, …")] = None,
    indicator: Annotated[list[str] | None, Query(description="gdp, retail_sales, …")] = None,
    headline: Annotated[bool, Query(description="only targets of the 主要预期目标 paragraph")] = True,
    official: Annotated[bool, Query(description="only what official portals showed")] = False,
) -> Asked:
    """The filter of feeds and of the events API. Each may be given several times."""
    types, regions, indicators = (tuple(sorted(set(v or ()))) for v in (type, region, indicator))
    kinds = tuple(sorted({k.value for k in kind or ()}))
    query = [
        *(("type", t) for t in types),
        *(("region", r) for r in regions),
        *(("kind", k) for k in kinds),
        *(("indicator", i) for i in indicators),
        *([] if headline else [("headline", "false")]),
        *([("official", "true")] if official else []),
    ]
    return Asked(
        Filter(
            types=types,
            regions=regions,
            kinds=kinds,
            indicators=indicators,
            headline_only=headline,
            official_only=official,
        ),
        urlencode(query),
    )


def last_modified(events: list[Event], now: datetime) -> str | None:
    """The Last-Modified of a feed of these events: when the last *written* of them happened.

    None while that is less than two seconds ago: another event may yet carry the same second.
    """
    if not events:
        return None
    at = max(events, key=lambda e: e.sequence).occurred_at
    return http_date(at) if now - at >= timedelta(seconds=2) else None


def routes(settings: Settings, store: Store) -> APIRouter:
    router = APIRouter(tags=["feeds"])

    def answer(format_: FeedFormat, path: str, request: Request, wanted: Asked) -> Response:
        with store.read() as tx:
            events = outbox.events(tx, wanted.filter, limit=NEWEST, newest_first=True)
        info = FeedInfo(
            title=" · ".join([TITLE, *wanted.filter.regions, *wanted.filter.indicators]),
            self_url=f"{settings.base_url}{path}{'?' + wanted.query if wanted.query else ''}",
            home_url=settings.base_url,
            authority=settings.feed_authority,
        )
        body = render(format_, events, info)
        etag, modified = strong_etag(body), last_modified(events, datetime.now(UTC))
        headers = {"ETag": etag, "Cache-Control": "public, max-age=15"}
        if modified:
            headers["Last-Modified"] = modified
        given = request.headers
        if is_unchanged(etag, modified, given.get("if-none-match"), given.get("if-modified-since")):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=f"{format_.media_type}; charset=utf-8", headers=headers)

    def add(format_: FeedFormat, path: str, name: str) -> None:
        def feed(request: Request, wanted: Annotated[Asked, Depends(asked)]) -> Response:
            return answer(format_, path, request, wanted)

        router.add_api_route(
            path,
            feed,
            response_class=Response,
            summary=f"The newest events as {name}",
        )

    for format_, path, name in FEEDS:
        add(format_, path, name)
    return router
