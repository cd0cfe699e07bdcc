"""What a request may ask of events: the filter, in one spelling whatever the order, and the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from pydantic import AfterValidator, WithJsonSchema

from alerts.web.http.parameters import REGION, Name, refused_as
from ingest.errors import ConfigError
from ingest.events import EventType
from ingest.filters import MOST, OPERATOR, asked_filter, family_of, one_of
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
    try:
        return one_of(name, "type", TYPES)
    except ConfigError as exc:
        raise ValueError(str(exc)) from None


TypeName = Annotated[
    str, AfterValidator(_known_type), WithJsonSchema({"type": "string", "enum": list(TYPES)})
]
Language = Annotated[Literal["zh", "en"], Query(description="of titles and labels; the texts stay Chinese")]


def event_query(
    type: Annotated[
        list[TypeName] | None,
        Query(max_length=MOST, description="report.published, target.*, …; * for really all"),
    ] = None,
    region: Annotated[
        list[Name] | None,
        Query(max_length=MOST, description=REGION),
    ] = None,
    kind: Annotated[
        list[Kind] | None, Query(max_length=MOST, description="work_report, plan_report, …")
    ] = None,
    indicator: Annotated[
        list[Name] | None, Query(max_length=MOST, description="gdp, retail_sales, …, or a label")
    ] = None,
    headline: Annotated[bool, Query(description="only targets of the 主要预期目标 paragraph")] = True,
    official: Annotated[bool, Query(description="only what official portals showed")] = False,
    backfill: Annotated[
        bool, Query(description="also older reports that a first look at a source found")
    ] = False,
) -> EventQuery:
    """The filter of feeds and of the events API. Each may be given several times."""
    with refused_as(422):
        filter_ = asked_filter(
            types=type,
            regions=region,
            kinds=[k.value for k in kind or ()],
            indicators=indicator,
            headline_only=headline,
            official_only=official,
            backfill=backfill,
            label=str,
        )
    return EventQuery(filter_, urlencode(parameters(filter_), safe="*"))


def parameters(filter: Filter) -> list[tuple[str, str]]:
    """What asks for this filter; nothing that would be so without it."""
    return [
        *(("type", one) for one in filter.types),
        *(("region", one) for one in filter.regions),
        *(("kind", one) for one in filter.kinds),
        *(("indicator", one) for one in filter.indicators),
        *([] if filter.headline_only else [("headline", "false")]),
        *([("official", "true")] if filter.official_only else []),
        *([("backfill", "true")] if filter.backfill else []),
    ]
