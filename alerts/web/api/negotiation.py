"""JSON, JSON lines, CSV or Parquet, by `format` or Accept, and where a list goes on. No routes.

What a CSV looks like is alerts/listing/table.py, what a Parquet file alerts/listing/parquet.py.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from itertools import chain
from typing import Annotated, Any, Literal

from fastapi import HTTPException, Query, Request
from starlette.responses import JSONResponse, Response

from alerts.listing import parquet
from alerts.listing.table import Format, Listing, pieces
from alerts.web.http.downloads import Download, ending
from alerts.web.http.problems import as_problem
from alerts.web.http.validators import weights

Shape = Literal["json", "jsonl", "csv", "parquet"]
JSON_LINES = "application/jsonl"
BY_ACCEPT = {"Vary": "Accept"}
# The byte-order mark: without it Excel reads a CSV in the charset of its machine. Programs would take it for
# a part of the first name, so it is sent to browsers only.
_FOR_EXCEL = "\ufeff"
FormatAsked = Annotated[
    Shape | None, Query(description="json, jsonl, csv or parquet; else what Accept says, else JSON")
]
_MEDIA_TYPES: dict[str, Shape] = {
    "application/json": "json",
    JSON_LINES: "jsonl",
    "text/csv": "csv",
    parquet.MEDIA_TYPE: "parquet",
}
LISTING_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            JSON_LINES: {},
            "text/csv": {},
            parquet.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "As asked",
    },
    501: as_problem("Parquet, where pyarrow is not installed"),
}


def shape_of(request: Request, format: Shape | None) -> Shape:
    """`format` decides; without it what Accept weighs most of them (the first of equals), else JSON."""
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
        return dict(BY_ACCEPT)
    url = request.url.remove_query_params("offset").include_query_params(**more)
    return BY_ACCEPT | {"Link": f'<?{url.query}>; rel="next"'}


def listing_response(request: Request, shape: Shape, listing: Listing, headers: dict[str, str]) -> Response:
    """CSV: RFC 4180 with a header line, UTF-8. Parquet: 501 where pyarrow is not installed."""
    content, media_type = _pieces(request, shape, [listing])
    parts = (part.encode() if isinstance(part, str) else part for part in content)
    return Response(b"".join(parts), media_type=media_type, headers=headers)


def json_page(content: Mapping[str, Any], headers: dict[str, str]) -> Response:
    """A page of records in the shape that its address declares. To have it read and written anew by its
    model, as FastAPI does, costs as much as to find it; that it has this shape is for the tests to show."""
    return JSONResponse(content, headers=headers)


def streamed(request: Request, shape: Shape, pages: Generator[Listing], headers: dict[str, str]) -> Response:
    """As listing_response, page after page as they are read: of any length, in little memory."""
    content, media_type = _pieces(request, shape, pages)
    return Download(ending(content, pages), media_type, headers)


def _pieces(request: Request, shape: Shape, pages: Iterable[Listing]) -> tuple[Iterable[str | bytes], str]:
    """And their media type."""
    if shape == "csv":
        mark = [_FOR_EXCEL] if _is_a_browser(request) else []
        return chain(mark, pieces(pages, Format.CSV)), "text/csv; charset=utf-8; header=present"
    if shape == "jsonl":
        return pieces(pages, Format.JSON_LINES), JSON_LINES
    if shape == "json":
        return pieces(pages, Format.JSON), "application/json"
    if parquet.is_there():
        return parquet.pieces(pages), parquet.MEDIA_TYPE
    raise HTTPException(501, f"{parquet.MISSING}. JSON and CSV are there.")


def _is_a_browser(request: Request) -> bool:
    return any(name == "text/html" and weight > 0 for name, weight in weights(request.headers.get("accept")))
