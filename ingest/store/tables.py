"""The tables. No queries here; migrations/ must agree (a test compares).

Times are UTC, stored by `UtcDateTime` (aware in, aware out, on both databases).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import String as SqlString
from sqlalchemy.types import Text as SqlText
from sqlalchemy.types import TypeDecorator

from ingest.store.text import keepable


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite has no time zone, so it goes in naive and comes out aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime for the store: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class String(TypeDecorator[str]):
    """A short text, kept as text.py says."""

    impl = SqlString
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keepable(value)


class Text(TypeDecorator[str]):
    """A text, kept as text.py says."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keepable(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# BigInteger primary keys do not auto-increment on SQLite; Integer there is 64 bits anyway.
Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=True)


# --- what is watched -------------------------------------------------------------------------

sources = Table(
    "sources",
    metadata,
    Column("slug", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("official", Boolean, nullable=False),
    Column("home", Text, nullable=False),
    Column("broken_at", UtcDateTime),  # since when source.broken stands; null: healthy
    Column("broken_reason", JSON(none_as_null=True)),  # cause, found (watch/health.py), url
    Column("switched_on", Boolean),  # by the operator; null: as its file says
    Column("region_code", String(16)),  # whose site it is; null: of no one place
)

lists = Table(
    "lists",
    metadata,
    _id(),
    Column("source", ForeignKey("sources.slug"), nullable=False),
    Column("url", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("read_as", String(64)),  # what was read last, and how (ingest/walk.py)
    Column("last_polled_at", UtcDateTime),
    Column("last_changed_at", UtcDateTime),
    Column("change_gap", Float),  # seconds, the mean time between two changes
    Column("next_poll_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_error", Text),
    Column("items", Integer),
    Column("deep_at", UtcDateTime),  # when the pages behind the first were looked at
    Column("remembered", JSON(none_as_null=True)),  # what stood there (ingest/walk.py)
    Column("owed", Integer),  # how many pages the next look must see; null: as usual
    Column("warning", Text),  # what is amiss with a list that was read all the same
    Column("lease_owner", String(96)),
    Column("lease_until", UtcDateTime),
    Column("retired_at", UtcDateTime),  # no longer in the source file
    UniqueConstraint("source", "url"),
    Index("ix_lists_next_poll_at", "next_poll_at"),
)


def _where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Of an index of some rows only. To say it in the words of both databases is for the migrations: here
    it would load both dialects, 2 MB of each process."""
    return {"info": {"where": condition}}


pages = Table(
    "pages",
    metadata,
    _id(),
    Column("source", ForeignKey("sources.slug"), nullable=False),
    Column("url", Text, nullable=False),
    Column("listed_by", ForeignKey("lists.id")),  # the list that named it first; null: none, or a file
    Column("title", Text),  # as the list printed it
    Column("listed", JSON(none_as_null=True)),  # what the list said of its header; null: nothing
    Column("listed_on", Date),  # the newest day that a list printed beside it
    Column("listed_as", JSON(none_as_null=True)),  # the titles that lists gave it
    # Seen at the first look at its list, which then named reports up to this year (0: it does not say); null:
    # it came later (identity/first_look.py).
    Column("newest_year", Integer),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_fetched_at", UtcDateTime),
    Column("next_fetch_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("error", String(64)),
    Column("error_message", Text),
    Column("missing", Integer, nullable=False, default=0),  # consecutive 404/410
    Column("missing_since", UtcDateTime),  # the first of these; null also of a page that went by itself
    Column("gone_at", UtcDateTime),
    Column("body_sha256", String(64)),
    Column("news_at", UtcDateTime),  # put up, or changed
    Column("furniture", JSON(none_as_null=True)),  # which of its lines change by themselves; null: none
    Column("lease_owner", String(96)),
    Column("lease_until", UtcDateTime),
    UniqueConstraint("source", "url"),
    Index("ix_pages_next_fetch_at", "next_fetch_at"),
    Index("ix_pages_source_next_fetch_at", "source", "next_fetch_at"),
    Index("ix_pages_last_fetched_at", "last_fetched_at"),
)
# Of what is rare, so that it costs a page nothing. The only one: of two, PostgreSQL takes the wrong one.
Index(
    "ix_pages_source_listed_by_error",
    pages.c.source,
    pages.c.listed_by,
    pages.c.error,
    **_where(pages.c.error.is_not(None)),
)
Index("ix_pages_listed_by_first_seen_at_id", pages.c.listed_by, pages.c.first_seen_at.desc(), pages.c.id)

captures = Table(
    "captures",
    metadata,
    _id(),
    Column("page_id", ForeignKey("pages.id"), nullable=False, index=True),
    Column("version_id", ForeignKey("versions.id")),  # what it was read as; null: no text
    Column("url", Text),  # where it led in the end
    Column("attachment", Text),  # name of the file that the page hangs its text on; null: the page itself
    Column("part", Integer),  # 2, 3 …: a further page of an article; null: the page itself
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("status", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("warc_file", Text),
    Column("warc_offset", BigInteger),
    # The newest record that says that the page still showed this.
    Column("last_seen_at", UtcDateTime),
    Column("seen_file", Text),
    Column("seen_offset", BigInteger),
)

# A file that a page was read from: a row each time that its bytes were others; the live one has no end.
attachments = Table(
    "attachments",
    metadata,
    _id(),
    Column("page_id", ForeignKey("pages.id"), nullable=False, index=True),
    Column("version_id", ForeignKey("versions.id")),  # what it was read as
    Column("url", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("warc_file", Text),
    Column("warc_offset", BigInteger),
    Column("ended_at", UtcDateTime),
)

# --- what was read ---------------------------------------------------------------------------

reports = Table(
    "reports",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("region_code", String(16)),
    Column("region_name", Text),
    Column("region_path", JSON(none_as_null=True)),
    Column("region_parent", String(16)),
    Column("year", Integer),
    Column("title", Text),  # what the page called it; null: nothing
    Column("first_seen_at", UtcDateTime, nullable=False),
    # What subscribers were told last; workers/changes.py compares it with what is known now.
    Column("announced_version_id", Id),
    Column("announced_at", UtcDateTime),
    Column("provisional", Boolean, nullable=False, default=False),
    Column("withdrawn_at", UtcDateTime),
    Column("merged_into", Id),  # the report that the operator says it is; store/decisions.py
    Column("flips_with", Id),  # the version that the announced one takes turns with, as was told
    # Something changed since; a job must compare (set in the transaction of the change, cleared by settle).
    Column("unsettled_since", UtcDateTime),
    Column("unsettled_by", String(32)),  # trace id of the fetch that changed it first (telemetry/trace.py)
    Column("vanished_since", UtcDateTime),  # no page shows it, and it may stand elsewhere (settlement.py)
    Index("ix_reports_region_code_year", "region_code", "year"),
    Index("ix_reports_year_kind_region_code", "year", "kind", "region_code"),
    Index("ix_reports_region_parent_region_code", "region_parent", "region_code"),
    Index("ix_reports_first_seen_at_id", "first_seen_at", "id"),
    Index("ix_reports_announced_version_id", "announced_version_id"),
    Index("ix_reports_unsettled_since", "unsettled_since"),
    Index("ix_reports_vanished_since", "vanished_since"),
    Index("ix_reports_flips_with", "flips_with"),
)

versions = Table(
    "versions",
    metadata,
    _id(),
    Column("content_hash", String(80), nullable=False, unique=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False),
    Column("title", Text),
    Column("body", Text, nullable=False),
    Column("header", JSON, nullable=False),
    Column("identity", JSON, nullable=False),
    Column("relation", String(16), nullable=False),  # to the leading version when it came
    Column("ocr", Boolean, nullable=False, server_default=false()),  # read from a scan
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("extracted_at", UtcDateTime),
    Column("extractor", String(64)),
    Column("enqueued_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("dead_at", UtcDateTime),
    Column("dead_reason", Text),
    Column("trace_id", String(32)),  # of the fetch that brought it
    Column("beside", Boolean),  # it speaks for its report as the announced one does; null: no
)
Index("ix_versions_report_id_beside", versions.c.report_id, versions.c.beside)
Index("ix_versions_beside", versions.c.beside, **_where(versions.c.beside.is_not(None)))
# What is still to be done, and what never will be: both are few.
Index("ix_versions_id", versions.c.id, **_where(versions.c.extracted_at.is_(None)))
Index("ix_versions_dead_at", versions.c.dead_at, **_where(versions.c.dead_at.is_not(None)))

# Of a version that was read from a scan: by what, and how sure that is of each character of the body.
recognised = Table(
    "recognised",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True, autoincrement=False),
    Column("engine", Text, nullable=False),
    Column("confidence", LargeBinary, nullable=False),
)

# Scans that pages show: the to-do list of OCR, and what came of each.
scans = Table(
    "scans",
    metadata,
    _id(),
    Column("page_id", ForeignKey("pages.id"), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the bytes that are the scan
    Column("sighting", JSON, nullable=False),  # where they stand, and what the page said around them
    Column("found_at", UtcDateTime, nullable=False),
    Column("enqueued_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("done_at", UtcDateTime),
    Column("error", String(64)),  # why it was not read; null: it was, or waits
    Column("error_message", Text),
    Column("trace_id", String(32)),  # of the fetch that found it
    UniqueConstraint("page_id", "sha256"),
    Index("ix_scans_done_at", "done_at"),
)

copies = Table(
    "copies",
    metadata,
    _id(),
    Column("page_id", ForeignKey("pages.id"), nullable=False),
    Column("version_id", ForeignKey("versions.id"), nullable=False, index=True),
    Column("relation", String(16), nullable=False),
    Column("header", JSON, nullable=False),
    Column("title", Text),
    Column("put_up_on", Date),  # as the page dates itself
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("left_at", UtcDateTime),  # when the page left this text, before it came back to it
    UniqueConstraint("page_id", "version_id"),
)
Index("ix_copies_ended_at", copies.c.ended_at, **_where(copies.c.ended_at.is_not(None)))

relations = Table(
    "relations",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("other_version_id", ForeignKey("versions.id"), primary_key=True, index=True),
    Column("relation", String(16), nullable=False),
    Column("evidence", JSON, nullable=False),
)

# What the operator decided about reports, against what the rules say.
decisions = Table(
    "decisions",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String(8), nullable=False),  # merge, split
    Column("from_report_id", ForeignKey("reports.id"), nullable=False),
    Column("into_report_id", ForeignKey("reports.id"), nullable=False),
    Column("versions", JSON, nullable=False),  # ids of those that moved
    Column("related", JSON, nullable=False),  # pairs of ids across the two reports that were compared before
    Column("undone_at", UtcDateTime),
    sqlite_autoincrement=True,
)

# What a text shares with others is found here; store/fingerprints.py says how.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True, autoincrement=False),
    Column("form", Integer, nullable=False),  # fingerprint.FORM when it was taken
    Column("text_hash", String(80), nullable=False, index=True),  # the content hash in that form
    Column("hashes", LargeBinary, nullable=False),
    Column("weights", LargeBinary, nullable=False),
)

fingerprint_index = Table(
    "fingerprint_index",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    sqlite_with_rowid=False,
)

# What can be searched: each report that has a text, with its other articles; store/search.py says how.
search_texts = Table(
    "search_texts",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("report_id", ForeignKey("reports.id"), nullable=False, unique=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False),  # what leads
    Column("beside", Text),  # the ids of its other articles, with spaces between
    Column("about", Text, nullable=False),  # what it is found by beside its texts
    Column("facets", Text, nullable=False),  # tokens of what it is filtered by, with spaces between
)


def _figure_columns() -> list[Column[Any]]:
    return [
        _id(),
        Column("version_id", ForeignKey("versions.id"), nullable=False),
        Column("start", Integer, nullable=False),
        Column("end", Integer, nullable=False),
        Column("indicator", String(64), nullable=False),
        Column("label", Text, nullable=False),
        Column("year", Integer),
        Column("measure", String(16), nullable=False, default=""),  # "" for none: it is part of a key
        Column("comparator", String(16), nullable=False),
        Column("low", Float),
        Column("high", Float),
        Column("unit", Text),
        Column("resolve", String(16)),
        Column("headline", Boolean, nullable=False),
        Column("quote", Text, nullable=False),
        Column("sentence", Text, nullable=False),
        Column("flags", JSON(none_as_null=True)),  # reasons for doubt; null: none
        Column("period", String(16), nullable=False, server_default="year"),
        Column("first_year", Integer),  # of an average or a sum; its last is `year`
        Column("direction", String(8)),
        Column("base", Text),
        Column("owner", Text, nullable=False, default=""),  # "": the region of the report
        Column("owner_code", String(12)),
        Column("confidence", Float),  # of OCR, 0 to 1; null: typed
        Column("repeats", Boolean),  # it counts in another article of the report; null: no
    ]


# The place of a figure does not tell it from others: 分别增长5%、6% gives two figures in one quote.
_FIGURE_KEY = ("version_id", "start", "end", "indicator", "label", "measure", "owner")

targets = Table(
    "targets", metadata, *_figure_columns(), UniqueConstraint(*_FIGURE_KEY, name="uq_targets_place")
)
outcomes = Table(
    "outcomes", metadata, *_figure_columns(), UniqueConstraint(*_FIGURE_KEY, name="uq_outcomes_place")
)
Index("ix_targets_indicator_year", targets.c.indicator, targets.c.year)
Index("ix_outcomes_indicator_year", outcomes.c.indicator, outcomes.c.year)
Index("ix_targets_version_id_indicator", targets.c.version_id, targets.c.indicator)
Index("ix_outcomes_version_id_indicator", outcomes.c.version_id, outcomes.c.indicator)

# --- what is told ----------------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("type", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("data", JSON, nullable=False),
    Column("report_id", ForeignKey("reports.id"), index=True),
    Column("version_id", ForeignKey("versions.id")),
    Column("fanned_out_at", UtcDateTime),
    Column("trace_id", String(32)),  # of the fetch that it follows from; null: from none
    Index("ix_events_fanned_out_at", "fanned_out_at"),
    sqlite_autoincrement=True,
)

# Which events are about an indicator ("": about whichever is asked for), so that the rarest is found at once.
event_indicators = Table(
    "event_indicators",
    metadata,
    Column("indicator", Text, primary_key=True),
    Column("type", String(32), primary_key=True),
    Column("sequence", ForeignKey("events.sequence", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_secret_until", UtcDateTime),
    Column("filter", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Column("disabled_reason", Text),
    Column("paused_at", UtcDateTime),
    Column("mode", String(16), nullable=False, server_default="standard"),
    Column("channel", String(16), nullable=False, server_default="webhook"),
    Column("language", String(8), nullable=False, server_default="zh"),
    Column("after_sequence", BigInteger, nullable=False, server_default="0"),  # events up to it are no news
    Column("rhythm", String(8), nullable=False, server_default="at_once"),
    Column("bounces", Integer, nullable=False, server_default="0"),
    Column("bounced_at", UtcDateTime),
)

# Who asked for e-mail and has not confirmed yet, or has just done so; one row an address.
mail_requests = Table(
    "mail_requests",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("address_digest", String(64), nullable=False, unique=True),
    Column("filter", JSON, nullable=False),
    Column("language", String(8), nullable=False),
    Column("rhythm", String(8), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UtcDateTime, index=True),
    Column("sent_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    Column("subscription_id", ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("event_id", ForeignKey("events.id"), nullable=False),
    Column("subscription_id", ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("lease_owner", String(96)),
    Column("lease_until", UtcDateTime),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("done_at", UtcDateTime),
    UniqueConstraint("event_id", "subscription_id"),
    Index("ix_deliveries_due", "subscription_id", "state", "next_attempt_at", "id"),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("seconds", Float, nullable=False),
)

# --- how sources fare ------------------------------------------------------------------------

# One row for each list (`subject` is its address), and one with subject "" for all pages of a source.
checks = Table(
    "checks",
    metadata,
    Column("source", ForeignKey("sources.slug"), primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("cause", String(24)),  # null: the last look was good
    Column("expected", JSON(none_as_null=True)),  # watch/health.py says what may stand in it; likewise:
    Column("found", JSON(none_as_null=True)),
    Column("since", UtcDateTime),  # the first look without a good one after it
    Column("looks", Integer, nullable=False, default=0),
    Column("broken_at", UtcDateTime),  # since when it is said to be broken
    Column("recovered_at", UtcDateTime),
    Column("flaps", Integer, nullable=False, default=0),
    Column("first_at", UtcDateTime),
    Column("good_at", UtcDateTime),
    Column("items", Integer),  # of the last list that was as it should be
    Column("dates", JSON(none_as_null=True)),  # the newest of that list
)

# Which fields the present text of a page has filled; how often a source fills them is counted from here.
fills = Table(
    "fills",
    metadata,
    Column("page_id", ForeignKey("pages.id"), primary_key=True, autoincrement=False),
    Column("source", ForeignKey("sources.slug"), nullable=False),
    Column("put_up_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("filled", JSON, nullable=False),  # names of health.FIELDS
    Index("ix_fills_source_put_up_at", "source", "put_up_at"),
)

# --- what readers keep ---------------------------------------------------------------------

saved_feeds = Table(
    "saved_feeds",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("filter", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# Feeds that changed, of which the WebSub hub has not been told yet.
websub_pings = Table(
    "websub_pings",
    metadata,
    Column("address", Text, primary_key=True),
    Column("changed_at", UtcDateTime, nullable=False),
)

# Who may manage subscriptions through the API.
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256, hex
    Column("created_at", UtcDateTime, nullable=False),
)

# Who is logged in to the operator's pages.
operator_sessions = Table(
    "operator_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256, hex, of what is in the cookie
    Column("token_id", ForeignKey("api_tokens.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

# --- who is at work --------------------------------------------------------------------------

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("role", String(16), primary_key=True),
    Column("instance", String(96), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
    Column("detail", JSON(none_as_null=True)),
)
