"""What is asked of the JSON API and how objects are listed, as pydantic models: checked, and printed in
openapi.json.

The objects are alerts/listing/shapes.py. A field is added, never renamed: these are a contract.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StrictBool, StrictInt, StringConstraints
from pydantic import Field as PydanticField

from alerts.delivery.endpoints import LONGEST_URL
from alerts.listing.shapes import (
    Event,
    Hit,
    Subscription,
    SuggestedIndicator,
    SuggestedRegion,
    like,
)
from ingest.filters import MOST

T = TypeVar("T")
# With a bound pydantic looks at the characters, and refuses a lone surrogate, which JSON can spell and UTF-8
# cannot: "\ud800" could be stored, and no answer could say what was stored.
Name = Annotated[str, StringConstraints(max_length=100)]


class Items(BaseModel, Generic[T]):
    items: list[T]


class Page(Items[T], Generic[T]):
    """`next_cursor` is null at the end; `next_offset` too, and where a cursor was asked with."""

    next_offset: int | None
    next_cursor: str | None


class Events(Items[Event]):
    """`next_after` is what to ask with next: all up to it was looked at. `more`: there are newer events."""

    next_after: int = like(18)
    more: bool = like(False)


class Hits(Items[Hit]):
    """`count`: of all pages; not `exact`: there may be some less or, of 10,000, more. `next_cursor`
    is null at the end; a page before may be shorter than `limit`."""

    count: int = like(312)
    exact: bool = like(True)
    next_cursor: str | None


class Suggested(BaseModel):
    """What may be meant, the nearest first."""

    regions: list[SuggestedRegion]
    indicators: list[SuggestedIndicator]


class Cursored(Items[T], Generic[T]):
    """`next_cursor` is null at the end."""

    next_cursor: str | None


class NewSubscription(Subscription):
    """The secret is shown this once."""

    secret: str = like("whsec_…")


class SubscriptionAsked(BaseModel):
    """What is empty lets everything through; docs/webhooks.md says what each means."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://hooks.example.org/gongbao", "regions": ["500000"]}],
        },
    )

    url: str = PydanticField(max_length=LONGEST_URL)
    types: list[Name] = PydanticField([], max_length=50)
    regions: list[Name] = PydanticField([], max_length=MOST)
    kinds: list[Name] = PydanticField([], max_length=50)
    indicators: list[Name] = PydanticField([], max_length=MOST)
    headline_only: StrictBool = True
    official_only: StrictBool = False
    backfill: StrictBool = False
    mode: Literal["standard", "cloudevents"] = "standard"


class ReplayAsked(BaseModel):
    """At least one of them; `from` and `to` are sequences, both ends included."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={"examples": [{"from": 1200, "to": 1260}]},
    )

    events: list[Name] = PydanticField([], max_length=1000)
    first: StrictInt | None = PydanticField(None, alias="from", ge=1, le=2**62)
    last: StrictInt | None = PydanticField(None, alias="to", ge=1, le=2**62)
    dead: StrictBool = False


class Replayed(BaseModel):
    """How many deliveries are due now."""

    due: int = like(61)


class Tested(BaseModel):
    """What the endpoint said to the test; `accepted`: it was a 2xx, or the channel took it."""

    accepted: bool = like(True)
    status: int | None = like(204)
    error: str | None
    seconds: float = like(0.12)
