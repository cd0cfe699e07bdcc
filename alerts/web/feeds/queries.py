"""What a request may ask of events: the filter, in one spelling whatever the order, and the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from ingest.events import EventType
from ingest.filters import MOST, OPERATOR, family_of
from ingest.model import Filter, Kind


@dataclass(frozen=True, slots=True)
class EventQuery:
    """The filter of a request, and the query string that says it, in one spelling whatever order was sent."""

    filter: Filter
    text: str


# Without those for the operator: what these addresses give, they give to everybody.
_PUBLIC = tuple(t.value for t in EventType if t.value not in OPERATOR)
TYPES = (*_PUBLIC, *sorted({family_of(name) for name in _PUBLIC}), "*")


def _known_type(name: str) -> str:
    if name not in TYPES:
        raise ValueError(f"no event is called {name!r}; there are {', '.join(_PUBLIC)}")
    return name


TypeName = Annotated[
    str, AfterValidator(_known_type), WithJsonSchema({"type": "string", "enum": list(TYPES)})
]
Indicator = Annotated[str, StringConstraints(max_length=64)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^\d{2,12}$")]
Language = Annotated[Literal["zh", "en"], Query(description="of titles and labels; the texts stay Chinese")]


def event_query(
    type: Annotated[
        list[TypeName] | None,
        Query(max_length=MOST, description="report.published, target.*, …; * for really all"),
    ] = None,
    region: Annotated[
        list[RegionCode] | None,
        Query(max_length=MOST, description="GB/T 2260 code; stands for all below it"),
    ] = None,
    kind: Annotated[
        list[Kind] | None, Query(max_length=MOST, description="work_report, plan_report, …")
    ] = None,
    indicator: Annotated[
        list[Indicator] | None, Query(max_length=MOST, description="gdp, retail_sales, …")
    ] = None,
    headline: Annotated[bool, Query(description="only targets of the 主要预期目标 paragraph")] = True,
    official: Annotated[bool, Query(description="only what official portals showed")] = False,
    backfill: Annotated[
        bool, Query(description="also older reports that a first look at a source found")
    ] = False,
) -> EventQuery:
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
        *([("backfill", "true")] if backfill else []),
    ]
    return EventQuery(
        Filter(
            types=types,
            regions=regions,
            kinds=kinds,
            indicators=indicators,
            headline_only=headline,
            official_only=official,
            backfill=backfill,
        ),
        urlencode(query),
    )
