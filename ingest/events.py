"""What an event is called, what it carries, and the id it keeps for ever. Pure.

Which events happen is decided elsewhere: workers/changes.py (reports, targets), workers/operate.py (decisions
of the operator), source_health.py (sources) and alerts/delivery/send.py (endpoints).
How they look to a reader is alerts/feeds/render.py; to a machine, alerts/delivery/webhook.py.

The data of a report or target event (docs/events.md is the reader's version):

    {"report":  {"key", "name", "title", "kind", "year", "region": {"code", "name", "path"} | null},
     "version": {"content_hash", "chars"},
     "source":  {"slug", "name", "official"},
     "url":     the human page,
     "backfill": true                                             only of history that a first look found
     "target":  figure | null, "previous": figure | null          target.* only
     "targets": [figure …], "targets_total": int                  report.* only; headline first, at most 30
     "differences": [{"target", "previous"} …], "differences_total": int;           headline first, at most 30
                                            of report.contradicted, report.revised, report.completed
     "sentences": [{"change", "before", "after"} …], "sentences_total": int,      of the first two; at most 10
     "agreed": [figure …], "agreed_total": int, "scan": address       report.confirmed of a scan
     "flips": true}                          report.revised, target.*: the page takes turns, else left out

A target of `target` and `targets` has "last_year" too, where something is known of that year (last_year.py).

A figure that was read from a scan has its "confidence", 0 to 1, too.

The region of a development zone (code null) has "parent_code" too. A figure is the object of
`gongbao extract --json` with its sentence. The data of a source event: {"source": {"slug", "name",
"official"}, "url", "cause", "expected", "found", "since"}; the three are those of a Trouble (watch/health.py;
readers get them in words: alerts/words/health.py), null in source.recovered. The data of report.overdue:
report, source and url as above, and {"expected_on", "late_after", "last_year_on"}, dates. The data of
endpoint.disabled: {"endpoint": {"id", "url", "channel"}, "reason", "since"}; of its URL only the host. Of
operator.*: {"decision": its number, "what": "merge" | "split", "report": the one that texts left by it,
"into": the one that they went to, "versions": [those that moved, at most 30], "versions_total"}.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ingest.identity.names import report_name
from ingest.model import Copy, Event, Figure, Kind, Period, Region, Report, Version

TARGETS_IN_EVENT = 30
VERSIONS_IN_EVENT = 30
SENTENCE_IN_EVENT = 400  # characters; keeps a payload under 20 kB


class EventType(StrEnum):
    REPORT_PUBLISHED = "report.published"
    REPORT_PROVISIONAL = "report.provisional"
    REPORT_CONFIRMED = "report.confirmed"
    REPORT_COMPLETED = "report.completed"
    REPORT_CONTRADICTED = "report.contradicted"
    REPORT_REVISED = "report.revised"
    REPORT_WITHDRAWN = "report.withdrawn"
    TARGET_PUBLISHED = "target.published"
    TARGET_REVISED = "target.revised"
    TARGET_WITHDRAWN = "target.withdrawn"
    COPY_APPEARED = "copy.appeared"
    SOURCE_BROKEN = "source.broken"
    SOURCE_RECOVERED = "source.recovered"
    REPORT_OVERDUE = "report.overdue"
    ENDPOINT_DISABLED = "endpoint.disabled"  # for the operator: filters.py keeps it from the public
    OPERATOR_MERGED = "operator.merged"
    OPERATOR_SPLIT = "operator.split"
    OPERATOR_UNDONE = "operator.undone"


def as_object(value: object) -> Mapping[str, Any]:
    """What stands in the data of an event where an object may stand: it, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def event_id(type_: EventType, subject: str, version_hash: str) -> str:
    """A deterministic id: the same happening has the same id, whoever computes it, however often."""
    digest = hashlib.sha256("\n".join((type_, subject, version_hash)).encode()).hexdigest()
    return f"evt_{digest[:32]}"


def _value(one: StrEnum | None) -> str | None:
    return one.value if one is not None else None


def figure_json(figure: Figure, *, sentence: bool = True) -> dict[str, Any]:
    """A target or outcome as the contract of `extract --json` has it, with its sentence if asked."""
    owner, one_year = figure.owner, figure.period is Period.YEAR
    out = {
        "indicator": figure.indicator,
        "label": figure.label,
        "year": figure.year,
        "period": {
            "kind": figure.period.value,
            "from": figure.year if one_year else figure.first_year,
            "to": figure.year,
        },
        "measure": _value(figure.measure),
        "comparator": figure.comparator.value,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "direction": _value(figure.direction),
        "base": figure.base,
        "owner": {"name": owner.name, "code": owner.code} if owner else None,
        "resolve": _value(figure.resolve),
        "headline": figure.headline,
        "quote": figure.quote,
        "start": figure.start,
        "end": figure.end,
        "flags": list(figure.flags),
    }
    if figure.confidence is not None:
        out["confidence"] = figure.confidence
    if sentence:
        out["sentence"] = figure.sentence[:SENTENCE_IN_EVENT]
    return out


def region_json(region: Region | None) -> dict[str, Any] | None:
    if region is None:
        return None
    return {"code": region.code, "name": region.name, "path": list(region.path)}


def _region_with_parent(region: Region | None) -> dict[str, Any] | None:
    """A zone has no code of its own; a filter finds it by the division that holds it."""
    told = region_json(region)
    if told is not None and region is not None and region.code is None:
        told["parent_code"] = region.parent_code
    return told


def report_json(report: Report) -> dict[str, Any]:
    return _named(
        {
            "key": report.key,
            "title": report.title,
            "kind": report.kind.value,
            "year": report.year,
            "region": _region_with_parent(report.region),
        }
    )


def _named(report: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": report["key"], "name": report_name(report), **report}


def _version_json(version: Version) -> dict[str, Any]:
    return {"content_hash": version.content_hash, "chars": len(version.body)}


def report_data(
    report: Report,
    version: Version,
    shown_by: Copy,
    figures: Sequence[Figure] | None = None,
    told: Callable[[Figure], dict[str, Any]] = figure_json,
) -> dict[str, Any]:
    """The common part of every report and target event; with `figures`, the list of targets too, each as
    `told`."""
    data: dict[str, Any] = {
        "report": report_json(report),
        "version": _version_json(version),
        "source": {"slug": shown_by.source, "name": shown_by.source_name, "official": shown_by.official},
        "url": shown_by.url,
    }
    if figures is not None:
        in_order = sorted(figures, key=lambda f: (not f.headline, f.start))
        data["targets"] = [told(f) for f in in_order[:TARGETS_IN_EVENT]]
        data["targets_total"] = len(in_order)
    return data


def source_data(
    slug: str,
    name: str,
    official: bool,
    url: str,
    *,
    cause: str | None = None,
    expected: Mapping[str, Any] | None = None,
    found: Mapping[str, Any] | None = None,
    since: datetime | None = None,
) -> dict[str, Any]:
    """The data of a source event; `url` is the list that it is about, or the site's home."""
    return {
        "source": {"slug": slug, "name": name, "official": official},
        "url": url,
        "cause": cause,
        "expected": expected,
        "found": found,
        "since": since.isoformat() if since else None,
    }


def overdue_data(
    *,
    key: str,
    kind: Kind,
    year: int,
    region: Region,
    source: Mapping[str, Any],
    expected_on: date,
    late_after: date,
    last_year_on: date | None,
) -> dict[str, Any]:
    """The data of report.overdue. `source`: `source_data` of the portal that should show the report."""
    return {
        "report": _named(
            {
                "key": key,
                "title": None,  # no page yet that could call it something
                "kind": kind.value,
                "year": year,
                "region": _region_with_parent(region),
            }
        ),
        "source": source["source"],
        "url": source["url"],
        "expected_on": expected_on.isoformat(),
        "late_after": late_after.isoformat(),
        "last_year_on": last_year_on.isoformat() if last_year_on else None,
    }


def endpoint_data(id: str, url: str, channel: str, *, reason: str, since: datetime) -> dict[str, Any]:
    """The data of endpoint.disabled. `url` without what is secret in it; `since`: of the failing, aware."""
    return {
        "endpoint": {"id": id, "url": url, "channel": channel},
        "reason": reason,
        "since": since.isoformat(),
    }


def decision_data(
    decision: int, what: str, report: Report, into: Report, moved: Sequence[Version]
) -> dict[str, Any]:
    """The data of an operator event: the decision moved these versions from `report` into `into`."""
    return {
        "decision": decision,
        "what": what,
        "report": report_json(report),
        "into": report_json(into),
        "versions": [_version_json(version) for version in moved[:VERSIONS_IN_EVENT]],
        "versions_total": len(moved),
    }


def make_event(
    type_: EventType,
    subject: str,
    version_hash: str,
    occurred_at: datetime,
    data: Mapping[str, Any],
    *,
    report_id: int | None = None,
    version_id: int | None = None,
) -> Event:
    return Event(
        id=event_id(type_, subject, version_hash),
        type=type_.value,
        subject=subject,
        occurred_at=occurred_at,
        data=data,
        report_id=report_id,
        version_id=version_id,
    )
