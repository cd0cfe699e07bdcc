"""JSON or CSV: what a request asks for, by `format` or Accept. No routes.

What a CSV looks like is alerts/show.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request
from starlette.responses import Response

from alerts import show

FormatAsked = Annotated[
    Literal["json", "csv"] | None, Query(description="json or csv; else what Accept says, else JSON")
]
CSV_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "As asked"}}


def csv_asked(request: Request, format: str | None) -> bool:
    """`format` decides; without it CSV only for who names text/csv and not JSON before it."""
    if format is not None:
        return format == "csv"
    named = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    if "text/csv" not in named:
        return False
    return "application/json" not in named[: named.index("text/csv")]


def csv_response(listing: show.Listing) -> Response:
    """RFC 4180 with a header line, UTF-8."""
    return Response(
        show.as_csv(listing) + "\n",
        media_type="text/csv; charset=utf-8; header=present",
        headers={"Vary": "Accept"},
    )
