"""What there is to ask about: indicators, regions, sources. Read only.

Formats are negotiation.py; what is known of a region, ingest/sources/coverage.py.
"""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import HTTPException, Request, Response

from alerts.listing import lists, shapes
from alerts.listing.table import Listing
from alerts.web.api import schemas
from alerts.web.api.asked import RegionAsked
from alerts.web.api.negotiation import (
    LISTING_ANSWERS,
    FormatAsked,
    Shape,
    list_headers,
    listing_response,
    shape_of,
)
from alerts.web.http.dependencies import SettingsDep, StoreDep
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from ingest.errors import ConfigError
from ingest.indicators.vocabulary import load_vocabulary
from ingest.sources.coverage import known_regions
from ingest.sources.load import sources_as_they_stand
from ingest.store import overview
from ingest.store.regions import reported_regions

log = structlog.get_logger(__name__)
router = room(prefix="/api/v1", tags=["api"], responses=PROBLEMS | TOO_MANY)


@router.get("/indicators", response_model=schemas.Items[shapes.Indicator], responses=LISTING_ANSWERS)
def indicators(request: Request, response: Response, format: FormatAsked = None) -> Any:
    """What targets are read of."""
    rows = tuple(load_vocabulary().indicators.values())
    return _answer(request, response, format, lists.indicators(rows))


@router.get("/regions", response_model=schemas.Items[shapes.KnownRegion], responses=LISTING_ANSWERS)
def regions(
    request: Request,
    response: Response,
    settings: SettingsDep,
    store: StoreDep,
    region: RegionAsked,
    format: FormatAsked = None,
) -> Any:
    """Every division that has a report or a source that is switched on, by code."""
    with store.read() as tx:
        reported = reported_regions(tx)
    try:
        watching = sources_as_they_stand(settings.sources_dir)
    except ConfigError as exc:
        log.error("source files not readable", error=str(exc))
        raise HTTPException(503, "The source files cannot be read; `gongbao doctor` says why.") from exc
    found = known_regions(watching, reported, within=region)
    return _answer(request, response, format, lists.regions(found))


@router.get("/sources", response_model=schemas.Items[shapes.Source], responses=LISTING_ANSWERS)
def sources(request: Request, response: Response, store: StoreDep, format: FormatAsked = None) -> Any:
    """Every source with its lists and health."""
    with store.read() as tx:
        rows = overview.source_rows(tx)
    return _answer(request, response, format, lists.sources(rows))


def _answer(request: Request, response: Response, format: Shape | None, listing: Listing) -> Any:
    headers = list_headers(request)
    if (shape := shape_of(request, format)) != "json":
        return listing_response(request, shape, listing, headers)
    response.headers.update(headers)
    return {"items": list(listing.records)}
