"""JSON, CSV or Parquet: what a request asks for, by `format` or Accept. No routes.

What a CSV looks like is alerts/listing.py, what a Parquet file alerts/parquet.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import HTTPException, Query, Request
from starlette.responses import Response

from alerts import parquet
from alerts.listing import Listing, as_csv
from alerts.web import schemas

Shape = Literal["json", "csv", "parquet"]
FormatAsked = Annotated[
    Shape | None, Query(description="json, csv or parquet; else what Accept says, else JSON")
]
_MEDIA_TYPES: dict[str, Shape] = {
    "application/json": "json",
    "text/csv": "csv",
    parquet.MEDIA_TYPE: "parquet",
}
LISTING_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {},
            parquet.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "As asked",
    },
    501: {"model": schemas.Problem, "description": "Parquet, where pyarrow is not installed"},
}


def shape_of(request: Request, format: Shape | None) -> Shape:
    """`format` decides; without it the first of the three that Accept names, else JSON."""
    if format is not None:
        return format
    named = (part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(","))
    return next((_MEDIA_TYPES[name] for name in named if name in _MEDIA_TYPES), "json")


def listing_response(shape: Shape, listing: Listing) -> Response:
    """CSV: RFC 4180 with a header line, UTF-8. Parquet: 501 where pyarrow is not installed."""
    headers = {"Vary": "Accept"}
    if shape == "csv":
        type_ = "text/csv; charset=utf-8; header=present"
        return Response(as_csv(listing) + "\n", media_type=type_, headers=headers)
    if not parquet.is_there():
        raise HTTPException(501, f"{parquet.MISSING}. JSON and CSV are there.")
    return Response(parquet.as_parquet(listing), media_type=parquet.MEDIA_TYPE, headers=headers)
