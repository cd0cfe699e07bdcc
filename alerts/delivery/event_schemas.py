"""JSON schemas (2020-12) of what a webhook says, one for each type of event and one for a test. Pure.

Fields may be added to an event, never taken away: what is required here is what stays, and more is allowed.
What an event carries is ingest/events.py; what becomes of one that is too long, webhook.py.
"""

from __future__ import annotations

from typing import Any, Literal

from alerts.delivery.webhook import TEST_TYPE
from ingest.compare.difference import ChangeKind
from ingest.events import EventType
from ingest.model import Channel, Comparator, Kind, Measure, Relation, Resolve

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
Type = EventType | Literal["webhook.test"]
TYPES = (*(type_.value for type_ in EventType), TEST_TYPE)

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": ["number", "null"]}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_YEAR: Schema = {"type": ["integer", "null"]}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}

DEFINITIONS: Schema = {
    "region": {
        "type": ["object", "null"],
        "properties": {
            "code": _MAYBE_TEXT,
            "name": _TEXT,
            "path": {"type": "array", "items": _TEXT},
            "parent_code": _MAYBE_TEXT,
        },
        "required": ["code", "name", "path"],
    },
    "report": {
        "type": "object",
        "properties": {
            "key": _TEXT,
            "title": _TEXT,
            "kind": {"enum": [kind.value for kind in Kind]},
            "year": _YEAR,
            "region": {"$ref": "#/$defs/region"},
        },
        "required": ["key", "title", "kind", "year", "region"],
    },
    "version": {
        "type": "object",
        "properties": {"content_hash": _TEXT, "chars": {"type": "integer"}},
        "required": ["content_hash", "chars"],
    },
    "source": {
        "type": "object",
        "properties": {"slug": _TEXT, "name": _TEXT, "official": {"type": "boolean"}},
        "required": ["slug", "name", "official"],
    },
    "endpoint": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "url": _TEXT,
            "channel": {"enum": [channel.value for channel in Channel]},
        },
        "required": ["id", "url", "channel"],
    },
    "figure": {
        "type": "object",
        "properties": {
            "indicator": _TEXT,
            "label": _TEXT,
            "label_en": _MAYBE_TEXT,
            "year": _YEAR,
            "measure": {"enum": [*(measure.value for measure in Measure), None]},
            "comparator": {"enum": [comparator.value for comparator in Comparator]},
            "low": _NUMBER,
            "high": _NUMBER,
            "unit": _MAYBE_TEXT,
            "resolve": {"enum": [*(resolve.value for resolve in Resolve), None]},
            "headline": {"type": "boolean"},
            "quote": _TEXT,
            "start": {"type": "integer"},
            "end": {"type": "integer"},
            "sentence": _TEXT,
        },
        "required": [
            *("indicator", "label", "year", "measure", "comparator", "low", "high", "unit", "resolve"),
            *("headline", "quote", "start", "end"),
        ],
    },
    "figure_or_none": {"anyOf": [{"$ref": "#/$defs/figure"}, {"type": "null"}]},
    "difference": {
        "type": "object",
        "properties": {
            "target": {"$ref": "#/$defs/figure_or_none"},
            "previous": {"$ref": "#/$defs/figure_or_none"},
        },
        "required": ["target", "previous"],
    },
    "side": {
        "type": ["object", "null"],
        "properties": {
            "text": _TEXT,
            "marks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "start": {"type": "integer", "minimum": 0},
                        "end": {"type": "integer", "minimum": 0},
                        "figure": {"type": "boolean"},
                    },
                    "required": ["start", "end", "figure"],
                },
            },
        },
        "required": ["text", "marks"],
    },
    "sentence": {
        "type": "object",
        "properties": {
            "change": {"enum": [kind.value for kind in ChangeKind]},
            "before": {"$ref": "#/$defs/side"},
            "after": {"$ref": "#/$defs/side"},
        },
        "required": ["change", "before", "after"],
    },
}


_TEST_DATA: Schema = {"type": "object", "properties": {"message": _TEXT}, "required": ["message"]}


def schema(type_: Type, base_url: str) -> Schema:
    """The schema of the body of a webhook of this type (content mode "standard")."""
    data = _data(type_) if isinstance(type_, EventType) else _TEST_DATA
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
        "$defs": DEFINITIONS,
    }


def index(base_url: str) -> Schema:
    return {"schemas": {t: f"{base_url}/schemas/{t}.json" for t in TYPES}}


def _data(type_: EventType) -> Schema:
    """A payload that was too long says so by `truncated`, and then has no more than it can."""
    properties: Schema = {
        "report": {"$ref": "#/$defs/report"},
        "version": {"$ref": "#/$defs/version"},
        "source": {"$ref": "#/$defs/source"},
        "url": _MAYBE_TEXT,
        "target": {"$ref": "#/$defs/figure_or_none"},
        "previous": {"$ref": "#/$defs/figure_or_none"},
        "targets": {"type": "array", "items": {"$ref": "#/$defs/figure"}},
        "targets_total": {"type": "integer"},
        "differences": {"type": "array", "items": {"$ref": "#/$defs/difference"}},
        "differences_total": {"type": "integer"},
        "sentences": {"type": "array", "items": {"$ref": "#/$defs/sentence"}},
        "sentences_total": {"type": "integer"},
        "relation": {"enum": [relation.value for relation in Relation]},
        "cause": _MAYBE_TEXT,
        "expected": _MAYBE_TEXT,
        "found": _MAYBE_TEXT,
        "expected_on": _DAY,
        "late_after": _DAY,
        "last_year_on": _DAY,
        "endpoint": {"$ref": "#/$defs/endpoint"},
        "reason": _TEXT,
        "since": {"type": ["string", "null"], "format": "date-time"},
        "moved_to": _TEXT,
        "decision": {"type": "integer"},
        "what": {"enum": ["merge", "split"]},
        "into": {"$ref": "#/$defs/report"},
        "versions": {"type": "array", "items": {"$ref": "#/$defs/version"}},
        "versions_total": {"type": "integer"},
        "truncated": {"const": True},
    }
    family = type_.value.partition(".")[0]
    required = {
        "report": ["report", "version", "source", "url", "targets", "targets_total"],
        "target": ["report", "version", "source", "url", "target", "previous"],
        "copy": ["report", "version", "source", "url", "relation"],
        "source": ["source", "url"],
        "endpoint": ["endpoint", "reason", "since"],
        "operator": ["decision", "what", "report", "into", "versions", "versions_total"],
    }[family]
    if type_ is EventType.REPORT_OVERDUE:
        required = ["report", "source"]
    elif type_ in (EventType.REPORT_REVISED, EventType.REPORT_CONTRADICTED):
        required = [*required, "differences"]
    return {
        "type": "object",
        "properties": properties,
        "anyOf": [{"required": required}, {"required": ["truncated"]}],
    }
