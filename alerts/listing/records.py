"""Store models as plain JSON in the shapes of shapes.py, for the API and the command. Pure.

Events keep the data that they were written with (ingest/events.py). Secrets never get here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from alerts.feeds import named_feeds
from alerts.listing import shapes
from alerts.words import english
from alerts.words.health import expected_text, found_text, in_words, reason_text
from alerts.words.verdicts import verdict_reason
from ingest.events import figure_json, region_json
from ingest.identity.doubts import Doubt, doubts
from ingest.identity.names import report_name
from ingest.indicators.vocabulary import Indicator, english_label
from ingest.model import Attempt, Copy, Delivery, Event, Figure, Region, Report, Subscription, Version
from ingest.outcome import Answer, Said
from ingest.regions.english import english_name
from ingest.sources.coverage import KnownRegion
from ingest.store.browse import ReportDetail, ReportRow, TargetRow
from ingest.store.overview import SourceHealth
from ingest.store.saved_feeds import SavedFeed
from ingest.store.search import Hit
from ingest.watch.health import Check


def stamp(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, ending in Z."""
    return None if at is None else str(to_jsonable_python(at))


_PLAIN = frozenset((str, int, float, bool, type(None)))  # as JSON has it


def _record(shape: type[BaseModel], *of: object, **given: Any) -> dict[str, Any]:
    """The fields of a shape: what is given for them, else what the first of these objects calls so."""
    values = {
        name: given[name] if name in given else next(getattr(one, name) for one in of if hasattr(one, name))
        for name in shape.model_fields
    }
    return {n: v if type(v) in _PLAIN else to_jsonable_python(v) for n, v in values.items()}


def report_ref(report: Report) -> dict[str, Any]:
    """The report as events carry it; what identity/names.py reads."""
    region = region_json(report.region)
    return _record(shapes.ReportRef, report, region=region, name=_name(report))


def named_report(report: Report) -> dict[str, Any]:
    """With its name in English, for lists."""
    return report_ref(report) | {"name_en": _name_en(report)}


def _name(report: Report) -> str:
    return report_name(_named(report))


def _name_en(report: Report) -> str:
    return english.report_name(_named(report))


def _named(report: Report) -> dict[str, Any]:
    named = {"key": report.key, "title": report.title, "kind": report.kind.value, "year": report.year}
    return named | {"region": region_json(report.region)}


def figure_record(figure: Figure) -> dict[str, Any]:
    """All of its fields, as lists have them; those of an event lack what is not known."""
    return figure_json(figure) | {
        "confidence": figure.confidence,
        "label_en": english_label(figure.indicator),
    }


def doubts_of(report: Report) -> tuple[Doubt, ...]:
    """Why nobody is told of it; nothing of one that somebody was told of."""
    told = report.announced_version_id is not None
    return () if told else doubts(report.kind, report.region, report.year)


def report_record(row: ReportRow) -> dict[str, Any]:
    return _record(
        shapes.Report,
        row,
        row.report,
        region=region_json(row.report.region),
        name=_name(row.report),
        name_en=_name_en(row.report),
        doubts=doubts_of(row.report),
        source=_source(row.copy),
        state="dead" if row.dead else "extracted" if row.extracted else "waiting",
        headline=[figure_record(figure) for figure in row.headline],
    )


def report_detail_record(detail: ReportDetail, evidence: Mapping[int, str] = {}) -> dict[str, Any]:
    """`evidence`: {id of a copy: where its archived bytes can be had}."""
    hashes = {version.id: version.content_hash for version in detail.versions}
    return _record(
        shapes.ReportDetail,
        detail,
        detail.report,
        region=region_json(detail.report.region),
        name=_name(detail.report),
        name_en=_name_en(detail.report),
        doubts=doubts_of(detail.report),
        url=detail.copy.url if detail.copy else None,
        source=_source(detail.copy),
        version=_version(detail.version) if detail.version else None,
        copies=[_copy_record(copy, hashes[copy.version_id], evidence.get(copy.id)) for copy in detail.copies],
        targets=[_figure_in(one.version, figure) for one in detail.articles for figure in one.targets],
        outcomes=[_figure_in(one.version, figure) for one in detail.articles for figure in one.outcomes],
        events=[event_record(event) for event in detail.events],
    )


def _figure_in(text: Version, figure: Figure) -> dict[str, Any]:
    return figure_record(figure) | {"content_hash": text.content_hash}


def hit_record(hit: Hit) -> dict[str, Any]:
    return _record(
        shapes.Hit,
        hit.report,
        hit,
        region=region_json(hit.report.region),
        name=_name(hit.report),
        name_en=_name_en(hit.report),
        doubts=doubts_of(hit.report),
        source=_source(hit.copy),
        passage=None if hit.passage is None else _record(shapes.Passage, hit.passage),
    )


def suggested_region_record(region: Region) -> dict[str, Any]:
    return _record(shapes.SuggestedRegion, region, name_en=english_name(region.code))


def suggested_indicator_record(indicator: Indicator) -> dict[str, Any]:
    return _record(shapes.SuggestedIndicator, indicator, label_en=indicator.en)


def target_record(row: TargetRow, answer: Answer | None = None) -> dict[str, Any]:
    """With `answer`: what became of it, too."""
    record = {
        "report": named_report(row.report),
        "url": row.url,
        "source": _source(row.copy),
        "content_hash": row.content_hash,
        **figure_record(row.figure),
    }
    return record if answer is None else record | {"outcome": outcome_record(row.figure, answer)}


def outcome_record(target: Figure, answer: Answer) -> dict[str, Any]:
    """`verdict` and why (`cause` for programs, `reason` for people), and what the latest report says."""

    def said(one: Said | None) -> dict[str, Any] | None:
        return None if one is None else {"report": one.report_key, **figure_record(one.figure)}

    return {
        "verdict": answer.verdict.value,
        "cause": answer.cause.value,
        "reason": verdict_reason(target, answer, "en"),
        "reason_zh": verdict_reason(target, answer),
        "said": said(answer.outcome),
        "earlier": said(answer.earlier),
    }


def indicator_record(indicator: Indicator) -> dict[str, Any]:
    return _record(shapes.Indicator, indicator, label_en=indicator.en, units=list(indicator.levels))


def region_record(known: KnownRegion) -> dict[str, Any]:
    region = known.region
    return _record(
        shapes.KnownRegion, known, region, name_en=english_name(region.code), parent=region.parent_code
    )


def event_record(event: Event) -> dict[str, Any]:
    return _record(shapes.Event, event, data=in_words(event.data))


def _copy_record(copy: Copy, content_hash: str, evidence: str | None) -> dict[str, Any]:
    return _record(shapes.Copy, copy, source=_source(copy), content_hash=content_hash, evidence=evidence)


def source_record(source: SourceHealth) -> dict[str, Any]:
    checks = source.checks
    return _record(
        shapes.Source,
        source,
        broken_reason=reason_text(source.broken_reason),
        articles=_record(shapes.Check, **_checked(checks.get("", Check()))),
        lists=[
            _record(shapes.WatchedList, watched, **_checked(checks.get(watched.url, Check())))
            for watched in source.lists
        ],
    )


def _checked(check: Check) -> dict[str, Any]:
    """`expected` and `found` also of a trouble that is not said yet: `state` is healthy then."""
    trouble = check.trouble
    return {
        "state": check.state,
        "since": check.since,
        "expected": expected_text(trouble.expected) if trouble else None,
        "found": found_text(trouble.cause, trouble.found) if trouble else None,
        "last_success_at": check.good_at,
    }


def subscription_record(subscription: Subscription) -> dict[str, Any]:
    return _record(shapes.Subscription, subscription)


def saved_feed_record(feed: SavedFeed, base_url: str) -> dict[str, Any]:
    address = named_feeds.saved(feed.id, feed.name, feed.filter).address(base_url, "atom")
    return _record(shapes.SavedFeed, feed, url=address)


def delivery_record(delivery: Delivery) -> dict[str, Any]:
    return _record(shapes.Delivery, delivery)


def attempt_record(attempt: Attempt) -> dict[str, Any]:
    return _record(shapes.Attempt, attempt, seconds=round(attempt.seconds, 3))


def delivery_detail_record(delivery: Delivery, tried: Sequence[Attempt]) -> dict[str, Any]:
    return _record(shapes.DeliveryDetail, delivery, tried=[attempt_record(attempt) for attempt in tried])


def _source(copy: Copy | None) -> dict[str, Any] | None:
    if copy is None:
        return None
    return {"slug": copy.source, "name": copy.source_name, "official": copy.official}


def _version(version: Version) -> dict[str, Any]:
    return _record(shapes.Version, version, version.identity, chars=len(version.body))
