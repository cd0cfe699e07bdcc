"""JSON, CSV or Parquet: what is asked for by `format` or Accept, and where a list goes on. No routes.

What a CSV looks like is alerts/listing/table.py, what a Parquet file alerts/listing/parquet.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import HTTPException, Query, Request
from starlette.responses import Response

from alerts.listing import parquet
from alerts.listing.table import Listing, as_csv
from alerts.web.http.problems import Problem
from alerts.web.http.validators import weights

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
    501: {"model": Problem, "description": "Parquet, where pyarrow is not installed"},
}


def shape_of(request: Request, format: Shape | None) -> Shape:
    """`format` decides; without it what Accept weighs most of the three (the first of equals), else JSON."""
    if format is not None:
        return format
    weighed = [
        (weight, _MEDIA_TYPES[name])
        for name, weight in weights(request.headers.get("accept"))
        if name in _MEDIA_TYPES and weight > 0
    ]
    return max(weighed, key=lambda one: one[0])[1] if weighed else "json"


def list_headers(request: Request, **onward: object) -> dict[str, str]:
    """Headers of a list in any shape. `onward`: the parameters of its next page, those that are not None; a
    reference within the same address (RFC 8288, RFC 3986 §4.2), right behind any proxy."""
    more = {name: value for name, value in onward.items() if value is not None}
    if not more:
        return {"Vary": "Accept"}
    url = request.url.remove_query_params("offset").include_query_params(**more)
    return {"Vary": "Accept", "Link": f'<?{url.query}>; rel="next"'}


def listing_response(shape: Shape, listing: Listing, headers: dict[str, str]) -> Response:
    """CSV: RFC 4180 with a header line, UTF-8. Parquet: 501 where pyarrow is not installed."""
    if shape == "csv":
        type_ = "text/csv; charset=utf-8; header=present"
        return Response(as_csv(listing) + "\n", media_type=type_, headers=headers)
    if not parquet.is_there():
        raise HTTPException(501, f"{parquet.MISSING}. JSON and CSV are there.")
    return Response(parquet.as_parquet(listing), media_type=parquet.MEDIA_TYPE, headers=headers)
