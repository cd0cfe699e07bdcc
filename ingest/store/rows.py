"""Rows and JSON columns to model objects, and back. No queries here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

from ingest.model import (
    Capture,
    Channel,
    Comparator,
    ContentMode,
    Copy,
    Delivery,
    DeliveryState,
    Event,
    Figure,
    Filter,
    Header,
    Identity,
    Kind,
    Measure,
    Page,
    Region,
    Relation,
    Report,
    Resolve,
    Subscription,
    Version,
    WatchedList,
)

T = TypeVar("T")
_CHUNK = 500


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices small enough for an IN list on either database."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def insert(tx: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of this connection."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


# --- JSON columns ----------------------------------------------------------------------------


def header_json(header: Header) -> dict[str, Any]:
    return {name: _day_out(value) for name, value in asdict(header).items()}


def header_from(data: Mapping[str, Any]) -> Header:
    return Header(
        **{**data, "written_on": _day(data.get("written_on")), "published_on": _day(data.get("published_on"))}
    )


def identity_json(identity: Identity) -> dict[str, Any]:
    region = identity.region
    return {
        **{name: _day_out(value) for name, value in asdict(identity).items()},
        "kind": identity.kind.value,
        "region": None if region is None else {**asdict(region), "path": list(region.path)},
    }


def identity_from(data: Mapping[str, Any]) -> Identity:
    region = data["region"]
    return Identity(
        **{
            **data,
            "kind": Kind(data["kind"]),
            "region": None if region is None else Region(**{**region, "path": tuple(region["path"])}),
            "delivered_on": _day(data["delivered_on"]),
        }
    )


def filter_json(filter: Filter) -> dict[str, Any]:
    return {n: list(v) if isinstance(v, tuple) else v for n, v in asdict(filter).items()}


def filter_from(data: Mapping[str, Any]) -> Filter:
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in data.items()}
    return Filter(**values)


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _day_out(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# --- rows ------------------------------------------------------------------------------------


def watched_list(row: RowMapping) -> WatchedList:
    return WatchedList(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        last_polled_at=row["last_polled_at"],
        next_poll_at=row["next_poll_at"],
        failures=row["failures"],
        last_error=row["last_error"],
        items=row["items"],
        last_changed_at=row["last_changed_at"],
        change_gap=None if row["change_gap"] is None else timedelta(seconds=row["change_gap"]),
    )


def page(row: RowMapping) -> Page:
    return Page(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        title=row["title"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        first_seen_at=row["first_seen_at"],
        last_fetched_at=row["last_fetched_at"],
        next_fetch_at=row["next_fetch_at"],
        failures=row["failures"],
        error=row["error"],
        error_message=row["error_message"],
        gone_at=row["gone_at"],
        body_sha256=row["body_sha256"],
        news_at=row["news_at"],
        listed=header_from(row["listed"] or {}),
    )


def region_columns(region: Region | None) -> dict[str, Any]:
    return {
        "region_code": region.code if region else None,
        "region_name": region.name if region else None,
        "region_path": list(region.path) if region else None,
        "region_parent": region.parent_code if region else None,
    }


def report(row: RowMapping) -> Report:
    region = None
    if row["region_name"] is not None:
        region = Region(
            code=row["region_code"],
            name=row["region_name"],
            path=tuple(row["region_path"] or ()),
            parent_code=row["region_parent"],
        )
    return Report(
        id=row["id"],
        key=row["key"],
        kind=Kind(row["kind"]),
        region=region,
        year=row["year"],
        title=row["title"],
        first_seen_at=row["first_seen_at"],
        announced_version_id=row["announced_version_id"],
        provisional=row["provisional"],
        withdrawn_at=row["withdrawn_at"],
        announced_at=row["announced_at"],
        unsettled_by=row["unsettled_by"],
    )


def version(row: RowMapping) -> Version:
    return Version(
        id=row["id"],
        content_hash=row["content_hash"],
        report_id=row["report_id"],
        title=row["title"],
        body=row["body"],
        header=header_from(row["header"]),
        identity=identity_from(row["identity"]),
        first_seen_at=row["first_seen_at"],
        extracted_at=row["extracted_at"],
        extractor=row["extractor"],
        attempts=row["attempts"],
        dead_at=row["dead_at"],
        dead_reason=row["dead_reason"],
        trace_id=row["trace_id"],
    )


def capture(row: RowMapping | Mapping[str, Any]) -> Capture:
    return Capture(
        fetched_at=row["fetched_at"],
        status=row["status"],
        sha256=row["sha256"],
        size=row["size"],
        warc_file=row["warc_file"],
        warc_offset=row["warc_offset"],
        url=row["url"],
    )


def copy(row: RowMapping) -> Copy:
    """From copies joined with pages and sources, labelled as documents.COPY_COLUMNS has them."""
    return Copy(
        id=row["id"],
        page_id=row["page_id"],
        version_id=row["version_id"],
        source=row["source"],
        source_name=row["source_name"],
        official=row["official"],
        url=row["url"],
        relation=Relation(row["relation"]),
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
        ended_at=row["ended_at"],
    )


def figure(row: RowMapping) -> Figure:
    return Figure(
        indicator=row["indicator"],
        label=row["label"],
        year=row["year"],
        measure=Measure(row["measure"]) if row["measure"] else None,
        comparator=Comparator(row["comparator"]),
        low=row["low"],
        high=row["high"],
        unit=row["unit"],
        resolve=Resolve(row["resolve"]) if row["resolve"] else None,
        headline=row["headline"],
        quote=row["quote"],
        start=row["start"],
        end=row["end"],
        sentence=row["sentence"],
        flags=tuple((row["flags"] or "").split()),
    )


def figure_columns(figure: Figure) -> dict[str, Any]:
    return {
        **asdict(figure),
        "measure": figure.measure.value if figure.measure else "",
        "comparator": figure.comparator.value,
        "resolve": figure.resolve.value if figure.resolve else None,
        "flags": " ".join(figure.flags) or None,
    }


def event(row: RowMapping) -> Event:
    return Event(
        id=row["id"],
        type=row["type"],
        subject=row["subject"],
        occurred_at=row["occurred_at"],
        data=row["data"],
        report_id=row["report_id"],
        version_id=row["version_id"],
        sequence=row["sequence"],
        trace_id=row["trace_id"],
    )


def subscription(row: RowMapping) -> Subscription:
    return Subscription(
        id=row["id"],
        url=row["url"],
        secret=row["secret"],
        filter=filter_from(row["filter"]),
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
        disabled_reason=row["disabled_reason"],
        failing_since=row["failing_since"],
        previous_secret=row["previous_secret"],
        previous_secret_until=row["previous_secret_until"],
        paused_at=row["paused_at"],
        mode=ContentMode(row["mode"]),
        channel=Channel(row["channel"]),
        language=row["language"],
    )


def delivery(row: RowMapping) -> Delivery:
    return Delivery(
        id=row["id"],
        event_id=row["event_id"],
        subscription_id=row["subscription_id"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        created_at=row["created_at"],
        last_status=row["last_status"],
        last_error=row["last_error"],
        done_at=row["done_at"],
    )
