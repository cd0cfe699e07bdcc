"""Store models as plain JSON: the one shape of a report, a target … for the API and the command. Pure.

Events keep the data that they were written with (ingest/events.py). Secrets never get here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from alerts.feeds import named_feeds
from alerts.words.health import expected_text, found_text, in_words, reason_text
from ingest.events import figure_json, region_json
from ingest.model import Attempt, Copy, Delivery, Event, Report, Subscription, Version, WatchedList
from ingest.outcome import Answer, Said
from ingest.store.browse import ReportDetail, ReportRow, TargetRow
from ingest.store.overview import SourceHealth
from ingest.store.saved_feeds import SavedFeed
from ingest.watch.health import Check


def stamp(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, ending in Z."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def report_ref(report: Report) -> dict[str, Any]:
    """The report as events carry it; what wording.report_name reads."""
    return {
        "key": report.key,
        "title": report.title,
        "kind": report.kind.value,
        "year": report.year,
        "region": region_json(report.region),
    }


def report_record(row: ReportRow) -> dict[str, Any]:
    return {
        **report_ref(row.report),
        "url": row.url,
        "source": _source(row.copy),
        "first_seen_at": stamp(row.report.first_seen_at),
        "provisional": row.report.provisional,
        "withdrawn_at": stamp(row.report.withdrawn_at),
        "state": _state(row),
        "chars": row.chars,
        "copies": row.copies,
        "targets": row.targets,
        "headline": [figure_json(figure) for figure in row.headline],
    }


def report_detail_record(detail: ReportDetail, evidence: Mapping[int, str] = {}) -> dict[str, Any]:
    """`evidence`: {id of a copy: where its archived bytes can be had}."""
    return {
        **report_ref(detail.report),
        "url": detail.copy.url if detail.copy else None,
        "source": _source(detail.copy),
        "first_seen_at": stamp(detail.report.first_seen_at),
        "provisional": detail.report.provisional,
        "withdrawn_at": stamp(detail.report.withdrawn_at),
        "moved_to": detail.moved_to,
        "version": _version(detail.version) if detail.version else None,
        "copies": [{**copy_record(copy), "evidence": evidence.get(copy.id)} for copy in detail.copies],
        "targets": [figure_json(figure) for figure in detail.targets],
        "outcomes": [figure_json(figure) for figure in detail.outcomes],
        "events": [event_record(event) for event in detail.events],
    }


def target_record(row: TargetRow, answer: Answer | None = None) -> dict[str, Any]:
    """With `answer`: what became of it, too."""
    record = {
        "report": report_ref(row.report),
        "url": row.url,
        "source": _source(row.copy),
        **figure_json(row.figure),
    }
    return record if answer is None else record | {"outcome": outcome_record(answer)}


def outcome_record(answer: Answer) -> dict[str, Any]:
    """`verdict`: met, missed, restated, unknown; `said` is what the latest report says of the year."""

    def said(one: Said | None) -> dict[str, Any] | None:
        return None if one is None else {"report": one.report_key, **figure_json(one.figure)}

    return {
        "verdict": answer.verdict.value,
        "reason": answer.reason,
        "said": said(answer.outcome),
        "earlier": said(answer.earlier),
    }


def event_record(event: Event) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "occurred_at": stamp(event.occurred_at),
        "data": in_words(event.data),
    }


def copy_record(copy: Copy) -> dict[str, Any]:
    return {
        "url": copy.url,
        "source": _source(copy),
        "relation": copy.relation.value,
        "first_seen_at": stamp(copy.first_seen_at),
        "last_seen_at": stamp(copy.last_seen_at),
        "ended_at": stamp(copy.ended_at),
    }


def source_record(source: SourceHealth) -> dict[str, Any]:
    """`state` is "healthy", "unknown", "broken" or a cause (watch/health.py); `fills` shares from 0 to 1."""
    pages = source.checks.get("", Check())
    return {
        "slug": source.slug,
        "name": source.name,
        "kind": source.kind.value,
        "official": source.official,
        "home": source.home,
        "state": source.state,
        "broken_at": stamp(source.broken_at),
        "broken_reason": reason_text(source.broken_reason),
        "last_polled_at": stamp(source.last_polled_at),
        "last_success_at": stamp(source.last_success_at),
        "next_poll_at": stamp(source.next_poll_at),
        "pages": source.pages,
        "gone": source.gone,
        "problems": source.problems,
        "fills": dict(source.fills),
        "articles": _check(pages),
        "lists": [_list(watched, source.checks.get(watched.url, Check())) for watched in source.lists],
    }


def subscription_record(subscription: Subscription) -> dict[str, Any]:
    """Without the secret, which is shown once, when it is made."""
    return {
        "id": subscription.id,
        "url": subscription.url,
        "filter": _plain(asdict(subscription.filter)),
        "created_at": stamp(subscription.created_at),
        "failing_since": stamp(subscription.failing_since),
        "disabled_at": stamp(subscription.disabled_at),
        "disabled_reason": subscription.disabled_reason,
        "paused_at": stamp(subscription.paused_at),
        "mode": subscription.mode.value,
        "channel": subscription.channel.value,
        "language": subscription.language,
        "previous_secret_until": stamp(subscription.previous_secret_until),
    }


def saved_feed_record(feed: SavedFeed, base_url: str) -> dict[str, Any]:
    return {
        "id": feed.id,
        "name": feed.name,
        "url": named_feeds.saved(feed.id, feed.name, feed.filter).address(base_url, "atom"),
        "filter": _plain(asdict(feed.filter)),
        "created_at": stamp(feed.created_at),
    }


def delivery_record(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event_id": delivery.event_id,
        "subscription_id": delivery.subscription_id,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "next_attempt_at": stamp(delivery.next_attempt_at),
        "created_at": stamp(delivery.created_at),
        "done_at": stamp(delivery.done_at),
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
    }


def attempt_record(attempt: Attempt) -> dict[str, Any]:
    return {
        "at": stamp(attempt.at),
        "status": attempt.status,
        "error": attempt.error,
        "seconds": round(attempt.seconds, 3),
    }


def delivery_detail_record(delivery: Delivery, tried: Sequence[Attempt]) -> dict[str, Any]:
    return {**delivery_record(delivery), "tried": [attempt_record(attempt) for attempt in tried]}


def _source(copy: Copy | None) -> dict[str, Any] | None:
    if copy is None:
        return None
    return {"slug": copy.source, "name": copy.source_name, "official": copy.official}


def _state(row: ReportRow) -> str:
    """What became of the leading version's extraction."""
    if row.dead:
        return "dead"
    return "extracted" if row.extracted else "waiting"


def _version(version: Version) -> dict[str, Any]:
    return {
        "content_hash": version.content_hash,
        "chars": len(version.body),
        "header": {k: _plain(v) for k, v in asdict(version.header).items()},
        "meeting": version.identity.meeting,
        "speaker": version.identity.speaker,
        "delivered_on": _plain(version.identity.delivered_on),
        "first_seen_at": stamp(version.first_seen_at),
        "extracted_at": stamp(version.extracted_at),
        "extractor": version.extractor,
        "dead_reason": version.dead_reason,
    }


def _check(check: Check) -> dict[str, Any]:
    """`expected` and `found` also of a trouble that is not said yet: `state` is healthy then."""
    return {
        "state": check.state,
        "since": stamp(check.since),
        "expected": expected_text(check.trouble.expected) if check.trouble else None,
        "found": found_text(check.trouble.cause, check.trouble.found) if check.trouble else None,
        "last_success_at": stamp(check.good_at),
    }


def _list(watched: WatchedList, check: Check) -> dict[str, Any]:
    return {
        **_check(check),
        "url": watched.url,
        "items": watched.items,
        "last_polled_at": stamp(watched.last_polled_at),
        "next_poll_at": stamp(watched.next_poll_at),
        "failures": watched.failures,
        "last_error": watched.last_error,
        "warning": watched.warning,
    }


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Mapping():
            return {k: _plain(v) for k, v in value.items()}
        case list() | tuple():
            return [_plain(v) for v in value]
        case _:
            return value
