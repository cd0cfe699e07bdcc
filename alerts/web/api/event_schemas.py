"""JSON schemas (2020-12) of what a webhook says, one for each type of event and one for a test. Pure.

Fields may be added to an event, never taken away: what is required here is what stays, and more is allowed.
What an event carries is ingest/events.py; what becomes of one that is too long, delivery/webhook.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, NonNegativeInt, TypeAdapter
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from alerts.delivery.webhook import TEST_TYPE, SentType
from alerts.listing import shapes
from ingest.comparable import Unlike
from ingest.compare.difference import ChangeKind
from ingest.events import EventType
from ingest.model import Channel, Comparator, Direction, Measure, Relation, Resolve
from ingest.outcome import Held, Undecided, Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
TYPES = (*(type_.value for type_ in EventType), TEST_TYPE)


class Region(shapes.Region):
    parent_code: str | None = None  # of a zone, which has no code


class Report(shapes.ReportRef):
    region: Region | None


class FigureBefore(BaseModel):
    """Of the year before: named as the target that it stands beside."""

    period: shapes.Span
    measure: Measure | None
    comparator: Comparator
    low: float | None
    high: float | None
    unit: str | None
    direction: Direction | None
    base: str | None
    owner: shapes.Owner | None
    resolve: Resolve | None
    quote: str


class LastYear(BaseModel):
    year: int
    report: str | None
    target: FigureBefore | None
    outcome: FigureBefore | None
    verdict: Verdict | None
    reason: Unlike | Undecided | Held | None


class Figure(shapes.Figure):
    label_en: str | None = None
    sentence: str = ""  # left out where the payload was too long
    last_year: LastYear | None = None


class Difference(BaseModel):
    target: Figure | None
    previous: Figure | None


class Mark(BaseModel):
    start: NonNegativeInt
    end: NonNegativeInt
    figure: bool


class Side(BaseModel):
    text: str
    marks: list[Mark]


class Sentence(BaseModel):
    change: ChangeKind
    before: Side | None
    after: Side | None


class Endpoint(BaseModel):
    id: str
    url: str
    channel: Channel


class Data(TypedDict, total=False):
    """What may stand in the data of an event; which of it must, `_required` says."""

    report: Report
    version: shapes.VersionRef
    source: shapes.SourceRef
    url: str | None
    target: Figure | None
    previous: Figure | None
    targets: list[Figure]
    targets_total: int
    differences: list[Difference]
    differences_total: int
    sentences: list[Sentence]
    sentences_total: int
    agreed: list[Figure]
    agreed_total: int
    scan: str
    flips: Literal[True]
    relation: Relation
    cause: str | None
    expected: str | None
    found: str | None
    expected_on: date | None
    late_after: date | None
    last_year_on: date | None
    endpoint: Endpoint
    reason: str
    since: datetime | None
    moved_to: str
    backfill: Literal[True]
    decision: int
    what: Literal["merge", "split"]
    into: Report
    versions: list[shapes.VersionRef]
    versions_total: int
    truncated: Literal[True]


_REQUIRED = {
    "report": ["report", "version", "source", "url", "targets", "targets_total"],
    "target": ["report", "version", "source", "url", "target", "previous"],
    "copy": ["report", "version", "source", "url", "relation"],
    "source": ["source", "url"],
    "endpoint": ["endpoint", "reason", "since"],
    "operator": ["decision", "what", "report", "into", "versions", "versions_total"],
}
_TEST_DATA: Schema = {
    "type": "object",
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
}


def schema(type_: SentType, base_url: str) -> Schema:
    """The schema of the body of a webhook of this type (content mode "standard")."""
    data = TypeAdapter(Data).json_schema() if isinstance(type_, EventType) else dict(_TEST_DATA)
    definitions = data.pop("$defs", {})
    if isinstance(type_, EventType):  # a payload that was too long says so, and then has no more than it can
        data["anyOf"] = [{"required": _required(type_)}, {"required": ["truncated"]}]
    return {
        "$schema": DIALECT,
        "$id": f"{base_url}/schemas/{type_}.json",
        "title": str(type_),
        "type": "object",
        "properties": {
            "type": {"const": str(type_)},
            "timestamp": {"type": "string", "format": "date-time"},
            "id": {"type": "string", "pattern": "^evt_"},
            "sequence": {"type": "integer", "minimum": 0},
            "data": data,
        },
        "required": ["type", "timestamp", "id", "sequence", "data"],
        "$defs": definitions,
    }


def index(base_url: str) -> Schema:
    return {"schemas": {t: f"{base_url}/schemas/{t}.json" for t in TYPES}}


def _required(type_: EventType) -> list[str]:
    required = _REQUIRED[type_.value.partition(".")[0]]
    if type_ is EventType.REPORT_OVERDUE:
        return ["report", "source"]
    if type_ in (EventType.REPORT_REVISED, EventType.REPORT_CONTRADICTED, EventType.REPORT_COMPLETED):
        return [*required, "differences"]
    return required
