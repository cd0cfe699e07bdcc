"""What may stand in a query: the parameters that the address knows, and regions and indicators by any name.

A misspelt parameter (`?regions=`) would otherwise give everything, and say nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import HTTPException, Query, Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from ingest.errors import ConfigError
from ingest.indicators.named import indicator_named
from ingest.regions.named import place_named

CAMPAIGNS = "utm_"  # what newsletters and readers add to an address; nobody who asks means something by it


async def known_parameters(request: Request) -> None:
    """Raises HTTPException 422 for a parameter that the address does not have."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = _names(route)
    for name in request.query_params:
        if name in known or name.startswith(CAMPAIGNS):
            continue
        near = difflib.get_close_matches(name, known, 1)
        meant = f"perhaps {near[0]}" if near else f"known here: {', '.join(known) or 'none'}"
        raise HTTPException(422, f"{name}: no such parameter; {meant}")


def _names(route: APIRoute) -> tuple[str, ...]:
    fields = get_flat_params(route.dependant)
    return tuple(field.alias for field in fields if isinstance(field.field_info, params.Query))


@contextmanager
def refused_as(status: int) -> Iterator[None]:
    """What was asked makes no sense (422), or not in this state (409): the message says why."""
    try:
        yield
    except ConfigError as exc:
        raise HTTPException(status, str(exc)) from exc


def asked_region(
    region: Annotated[
        str | None,
        Query(
            description="a code or a name: 500106, 沙坪坝区, Shapingba; stands for all below it",
            max_length=60,
        ),
    ] = None,
) -> str | None:
    """The `Region.key` of the region that a list is asked for."""
    if region is None:
        return None
    with refused_as(422):
        return place_named(region, "region").key


def asked_indicator(
    indicator: Annotated[
        str | None, Query(description="gdp, retail_sales, …, or a label", max_length=64)
    ] = None,
) -> str | None:
    """The id of the indicator that a list is asked for."""
    if indicator is None:
        return None
    with refused_as(422):
        return indicator_named(indicator, "indicator")
