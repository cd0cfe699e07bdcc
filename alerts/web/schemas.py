"""The shapes of the JSON API, as pydantic models: checked on the way out, and printed in openapi.json.

The values come from alerts/records.py. A field is added, never renamed: these are a contract.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

T = TypeVar("T")


class Region(BaseModel):
    code: str | None
    name: str
    path: list[str]


class ReportRef(BaseModel):
    key: str
    title: str
    kind: str
    year: int | None
    region: Region | None


class SourceRef(BaseModel):
    slug: str
    name: str
    official: bool


class Figure(BaseModel):
    """A target or outcome, as `gongbao extract --json` prints it, with its sentence."""

    indicator: str
    label: str
    year: int | None
    measure: str | None
    comparator: str
    low: float | None
    high: float | None
    unit: str | None
    resolve: str | None
    headline: bool
    quote: str
    start: int
    end: int
    sentence: str
    flags: list[str] = []


class Report(ReportRef):
    url: str | None
    source: SourceRef | None
    first_seen_at: str
    provisional: bool
    withdrawn_at: str | None
    state: str
    chars: int | None
    copies: int
    targets: int
    headline: list[Figure]


class Target(Figure):
    report: ReportRef
    url: str | None
    source: SourceRef | None


class Event(BaseModel):
    """`data` is documented in ingest/events.py."""

    sequence: int
    id: str
    type: str
    subject: str
    occurred_at: str
    data: dict[str, Any]


class Copy(BaseModel):
    url: str
    source: SourceRef
    relation: str
    first_seen_at: str
    last_seen_at: str
    ended_at: str | None
    evidence: str | None  # where the archived bytes of the page can be had


class Version(BaseModel):
    content_hash: str
    chars: int
    header: dict[str, str | None]
    meeting: str | None
    speaker: str | None
    delivered_on: str | None
    first_seen_at: str
    extracted_at: str | None
    extractor: str | None
    dead_reason: str | None


class ReportDetail(ReportRef):
    url: str | None
    source: SourceRef | None
    first_seen_at: str
    provisional: bool
    withdrawn_at: str | None
    moved_to: str | None
    version: Version | None
    copies: list[Copy]
    targets: list[Figure]
    outcomes: list[Figure]
    events: list[Event]


class Check(BaseModel):
    """`state`: healthy, unknown (never looked at), or what is wrong (docs/sources.md)."""

    state: str
    since: str | None
    expected: str | None
    found: str | None
    last_success_at: str | None


class WatchedList(Check):
    url: str
    items: int | None
    last_polled_at: str | None
    next_poll_at: str
    failures: int
    last_error: str | None


class Source(BaseModel):
    slug: str
    name: str
    kind: str
    official: bool
    home: str
    state: str
    broken_at: str | None
    broken_reason: str | None
    last_polled_at: str | None
    last_success_at: str | None
    next_poll_at: str | None
    pages: int
    gone: int
    problems: int
    fills: dict[str, float]
    articles: Check
    lists: list[WatchedList]


class Items(BaseModel, Generic[T]):
    items: list[T]


class Page(Items[T], Generic[T]):
    """`next_cursor` is null at the end; `next_offset` too, and where a cursor was asked with."""

    next_offset: int | None
    next_cursor: str | None


class Events(Items[Event]):
    """`next_after` is what to ask with next: all up to it was looked at. `more`: there are newer events."""

    next_after: int
    more: bool


class Cursored(Items[T], Generic[T]):
    """`next_cursor` is null at the end."""

    next_cursor: str | None


class Filter(BaseModel):
    types: list[str]
    regions: list[str]
    kinds: list[str]
    indicators: list[str]
    headline_only: bool
    official_only: bool


class Subscription(BaseModel):
    id: str
    url: str
    filter: Filter
    mode: str
    channel: str
    language: str
    created_at: str
    failing_since: str | None
    disabled_at: str | None
    disabled_reason: str | None
    paused_at: str | None
    previous_secret_until: str | None


class NewSubscription(Subscription):
    """The secret is shown this once."""

    secret: str


class SubscriptionAsked(BaseModel):
    """What is empty lets everything through; docs/webhooks.md says what each means."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://hooks.example.org/gongbao", "regions": ["500000"]}]},
    )

    url: str = PydanticField(max_length=2000)
    types: list[str] = PydanticField([], max_length=50)
    regions: list[str] = PydanticField([], max_length=500)
    kinds: list[str] = PydanticField([], max_length=50)
    indicators: list[str] = PydanticField([], max_length=500)
    headline_only: bool = True
    official_only: bool = False
    mode: Literal["standard", "cloudevents"] = "standard"


class ReplayAsked(BaseModel):
    """At least one of them; `from` and `to` are sequences, both ends included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    events: list[str] = PydanticField([], max_length=1000)
    first: int | None = PydanticField(None, alias="from", ge=1, le=2**62)
    last: int | None = PydanticField(None, alias="to", ge=1, le=2**62)
    dead: bool = False


class Replayed(BaseModel):
    """How many deliveries are due now."""

    due: int


class Delivery(BaseModel):
    id: int
    event_id: str
    subscription_id: str
    state: str
    attempts: int
    created_at: str
    next_attempt_at: str | None
    done_at: str | None
    last_status: int | None
    last_error: str | None


class Attempt(BaseModel):
    at: str
    status: int | None
    error: str | None
    seconds: float


class DeliveryDetail(Delivery):
    """`tried`: every attempt, oldest first, those before a replay too."""

    tried: list[Attempt]


class Problem(BaseModel):
    """RFC 9457, application/problem+json."""

    type: str
    title: str
    status: int
    detail: str
