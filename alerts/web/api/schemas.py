"""The shapes of the JSON API, as pydantic models: checked on the way out, and printed in openapi.json.

The values come from alerts/listing/records.py. A field is added, never renamed: these are a contract.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StrictBool, StrictInt, StringConstraints
from pydantic import Field as PydanticField

from alerts.web.api import examples
from ingest.filters import MOST

T = TypeVar("T")
# With a bound pydantic looks at the characters, and refuses a lone surrogate, which JSON can spell and UTF-8
# cannot: "\ud800" could be stored, and no answer could say what was stored.
Name = Annotated[str, StringConstraints(max_length=100)]


def _like(example: examples.Example) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Region(BaseModel):
    model_config = _like(examples.REGION)

    code: str | None
    name: str
    path: list[str]


class ReportRef(BaseModel):
    model_config = _like(examples.REPORT_REF)

    key: str
    title: str
    kind: str
    year: int | None
    region: Region | None


class SourceRef(BaseModel):
    model_config = _like(examples.SOURCE_REF)

    slug: str
    name: str
    official: bool


class Figure(BaseModel):
    """A target or outcome, as `gongbao extract --json` prints it, with its sentence."""

    model_config = _like(examples.FIGURE)

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
    model_config = _like(examples.REPORT)

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
    model_config = _like(examples.TARGET)

    report: ReportRef
    url: str | None
    source: SourceRef | None


class Event(BaseModel):
    """`data` is documented in ingest/events.py."""

    model_config = _like(examples.EVENT)

    sequence: int
    id: str
    type: str
    subject: str
    occurred_at: str
    data: dict[str, Any]


class Copy(BaseModel):
    model_config = _like(examples.COPY)

    url: str
    source: SourceRef
    relation: str
    first_seen_at: str
    last_seen_at: str
    ended_at: str | None
    evidence: str | None  # where the archived bytes of the page can be had


class Version(BaseModel):
    model_config = _like(examples.VERSION)

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
    model_config = _like(examples.REPORT_DETAIL)

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

    model_config = _like(examples.CHECK)

    state: str
    since: str | None
    expected: str | None
    found: str | None
    last_success_at: str | None


class WatchedList(Check):
    model_config = _like(examples.WATCHED_LIST)

    url: str
    items: int | None
    last_polled_at: str | None
    next_poll_at: str
    failures: int
    last_error: str | None
    warning: str | None


class Source(BaseModel):
    model_config = _like(examples.SOURCE)

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

    model_config = _like(examples.EVENTS)

    next_after: int
    more: bool


class Cursored(Items[T], Generic[T]):
    """`next_cursor` is null at the end."""

    next_cursor: str | None


class Filter(BaseModel):
    model_config = _like(examples.FILTER)

    types: list[str]
    regions: list[str]
    kinds: list[str]
    indicators: list[str]
    headline_only: bool
    official_only: bool


class Subscription(BaseModel):
    model_config = _like(examples.SUBSCRIPTION)

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

    model_config = _like(examples.NEW_SUBSCRIPTION)

    secret: str


class SubscriptionAsked(BaseModel):
    """What is empty lets everything through; docs/webhooks.md says what each means."""

    model_config = ConfigDict(extra="forbid") | _like(examples.SUBSCRIPTION_ASKED)

    url: str = PydanticField(max_length=2000)
    types: list[Name] = PydanticField([], max_length=50)
    regions: list[Name] = PydanticField([], max_length=MOST)
    kinds: list[Name] = PydanticField([], max_length=50)
    indicators: list[Name] = PydanticField([], max_length=MOST)
    headline_only: StrictBool = True
    official_only: StrictBool = False
    mode: Literal["standard", "cloudevents"] = "standard"


class ReplayAsked(BaseModel):
    """At least one of them; `from` and `to` are sequences, both ends included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True) | _like(examples.REPLAY_ASKED)

    events: list[Name] = PydanticField([], max_length=1000)
    first: StrictInt | None = PydanticField(None, alias="from", ge=1, le=2**62)
    last: StrictInt | None = PydanticField(None, alias="to", ge=1, le=2**62)
    dead: StrictBool = False


class Replayed(BaseModel):
    """How many deliveries are due now."""

    model_config = _like(examples.REPLAYED)

    due: int


class Tested(BaseModel):
    """What the endpoint said to the test; `accepted`: it was a 2xx, or the channel took it."""

    model_config = _like(examples.TESTED)

    accepted: bool
    status: int | None
    error: str | None
    seconds: float


class Delivery(BaseModel):
    model_config = _like(examples.DELIVERY)

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
    model_config = _like(examples.ATTEMPT)

    at: str
    status: int | None
    error: str | None
    seconds: float


class DeliveryDetail(Delivery):
    """`tried`: every attempt, oldest first, those before a replay too."""

    model_config = _like(examples.DELIVERY_DETAIL)

    tried: list[Attempt]
