"""What may stand in a query: the parameters that the address knows, and regions and indicators by any name.

A misspelt parameter (`?regions=`) would otherwise give everything, and say nothing; of `?year=2025&year=2026`
the first year would be dropped.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, get_args, get_origin

from fastapi import HTTPException, Query, Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import StringConstraints

from ingest.errors import ConfigError, NoKey
from ingest.filters import MOST, Years, asked_years
from ingest.indicators.named import indicator_named
from ingest.regions.named import place_named

YEARS = r"^(19[5-9]\d|20\d\d)(-20\d\d)?$"  # roughly: a range must not end before it begins
CAMPAIGNS = "utm_"  # what newsletters and readers add to an address; nobody who asks means something by it


class UnknownParameter(HTTPException):
    """A parameter that the address does not have; `near`: the one of its own that is spelt most like it."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, known
        self.near = next(iter(difflib.get_close_matches(name, known, 1)), None)
        meant = f"perhaps {self.near}" if self.near else f"known here: {', '.join(known) or 'none'}"
        super().__init__(422, f"{name}: no such parameter; {meant}")


async def known_parameters(request: Request) -> None:
    """Raises UnknownParameter for a parameter that the address does not have, and RequestValidationError for
    one that is given several times and has one value: all but the last would count for nothing."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = _named(route)
    for name in request.query_params:
        if name.startswith(CAMPAIGNS):
            continue
        if name not in known:
            raise UnknownParameter(name, tuple(known))
        times = len(request.query_params.getlist(name))
        if times > 1 and not _takes_several(known[name]):
            raise RequestValidationError(
                [{"type": "repeated", "loc": ("query", name), "ctx": {"times": times}}]
            )


def _named(route: APIRoute) -> dict[str, params.Query]:
    fields = get_flat_params(route.dependant)
    return {f.alias: f.field_info for f in fields if isinstance(f.field_info, params.Query)}


def _takes_several(parameter: params.Query) -> bool:
    kind = parameter.annotation
    return any(get_origin(part) is list for part in (kind, *get_args(kind)))  # list[X], or list[X] | None


@contextmanager
def refused_as(status: int) -> Iterator[None]:
    """What was asked makes no sense (422), not in this state (409), or is not there (404): the message says
    why. A key of ours that is wrong is not what was asked (problems.py)."""
    try:
        yield
    except NoKey:
        raise
    except ConfigError as exc:
        raise HTTPException(status, str(exc)) from exc


LONGEST_NAME = 64  # of a region or an indicator
Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
FieldAsked = Annotated[str, Query(max_length=LONGEST_NAME)]  # of a form, which may be sent empty
REGION = "a code or a name: 500106, 沙坪坝区, Shapingba; stands for all below it"


def asked_region(
    region: Annotated[str | None, Query(description=REGION, max_length=LONGEST_NAME)] = None,
) -> str | None:
    """The `Region.key` of the region that a list is asked for."""
    return None if region is None else asked_regions([region])[0]


def asked_regions(
    region: Annotated[
        list[Name] | None, Query(description=f"{REGION}; may be given several times", max_length=MOST)
    ] = None,
) -> tuple[str, ...]:
    """The `Region.key` of each region that a list is asked for."""
    with refused_as(422):
        return tuple(dict.fromkeys(place_named(name, "region").key for name in region or ()))


def asked_indicators(
    indicator: Annotated[
        list[Name] | None,
        Query(description="gdp, retail_sales, …, or a label; may be given several times", max_length=MOST),
    ] = None,
) -> tuple[str, ...]:
    """The ids of the indicators that a list is asked for."""
    with refused_as(422):
        return tuple(dict.fromkeys(indicator_named(name, "indicator") for name in indicator or ()))


def asked_year(
    year: Annotated[
        str | None,
        Query(
            description="2026, or from one to another: 2020-2026",
            max_length=20,
            json_schema_extra={"pattern": YEARS},
        ),
    ] = None,
) -> Years | None:
    """The years that a list is asked for."""
    if year is None:
        return None
    with refused_as(422):
        return asked_years(year, "year")
