"""Make the tables of the first version that is released.

Until then whoever changes the tables changes this file and counts its revision up, so that a database made
by an unreleased version says what it is (Store.check). Afterwards a change is a file of its own beside it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0113"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("instance", sa.String(length=96), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("beat_at", _TIME, nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("role", "instance", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "reports",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("region_code", sa.String(length=16)),
        sa.Column("region_name", sa.Text()),
        sa.Column("region_path", sa.JSON(none_as_null=True)),
        sa.Column("region_parent", sa.String(length=16)),
        sa.Column("year", sa.Integer()),
        sa.Column("title", sa.Text()),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("announced_version_id", _ID),
        sa.Column("announced_at", _TIME),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", _TIME),
        sa.Column("merged_into", _ID),
        sa.Column("flips_with", _ID),
        sa.Column("unsettled_since", _TIME),
        sa.Column("unsettled_by", sa.String(length=32)),
        sa.Column("vanished_since", _TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_reports_key")),
    )
    op.create_index("ix_reports_region_code_year", "reports", ["region_code", "year"])
    op.create_index("ix_reports_year_kind_region_code", "reports", ["year", "kind", "region_code"])
    op.create_index("ix_reports_region_parent_region_code", "reports", ["region_parent", "region_code"])
    op.create_index("ix_reports_first_seen_at_id", "reports", ["first_seen_at", "id"])
    op.create_index("ix_reports_announced_version_id", "reports", ["announced_version_id"])
    op.create_index("ix_reports_unsettled_since", "reports", ["unsettled_since"])
    op.create_index("ix_reports_vanished_since", "reports", ["vanished_since"])
    op.create_table(
        "saved_feeds",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_feeds")),
    )
    op.create_table(
        "sources",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("broken_at", _TIME),
        sa.Column("broken_reason", sa.JSON(none_as_null=True)),
        sa.Column("switched_on", sa.Boolean()),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_sources")),
    )
    op.create_table(
        "operator_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.String(length=16), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["api_tokens.id"],
            name=op.f("fk_operator_sessions_token_id_api_tokens"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_operator_sessions")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text()),
        sa.Column("previous_secret_until", _TIME),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("failing_since", _TIME),
        sa.Column("disabled_at", _TIME),
        sa.Column("disabled_reason", sa.Text()),
        sa.Column("paused_at", _TIME),
        sa.Column("mode", sa.String(length=16), server_default="standard", nullable=False),
        sa.Column("channel", sa.String(length=16), server_default="webhook", nullable=False),
        sa.Column("language", sa.String(length=8), server_default="zh", nullable=False),
        sa.Column("after_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rhythm", sa.String(length=8), server_default="at_once", nullable=False),
        sa.Column("bounces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bounced_at", _TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "mail_requests",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("rhythm", sa.String(length=8), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", _TIME),
        sa.Column("sent_at", _TIME),
        sa.Column("confirmed_at", _TIME),
        sa.Column("subscription_id", sa.String(length=40)),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_mail_requests_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_requests")),
        sa.UniqueConstraint("address_digest", name=op.f("uq_mail_requests_address_digest")),
    )
    op.create_index(op.f("ix_mail_requests_asked_at"), "mail_requests", ["asked_at"])
    op.create_index(op.f("ix_mail_requests_next_attempt_at"), "mail_requests", ["next_attempt_at"])
    op.create_index(op.f("ix_mail_requests_subscription_id"), "mail_requests", ["subscription_id"])
    op.create_table(
        "websub_pings",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_websub_pings")),
    )
    op.create_table(
        "checks",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=24)),
        sa.Column("expected", sa.JSON(none_as_null=True)),
        sa.Column("found", sa.JSON(none_as_null=True)),
        sa.Column("since", _TIME),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("broken_at", _TIME),
        sa.Column("recovered_at", _TIME),
        sa.Column("flaps", sa.Integer(), nullable=False),
        sa.Column("first_at", _TIME),
        sa.Column("good_at", _TIME),
        sa.Column("items", sa.Integer()),
        sa.Column("dates", sa.JSON(none_as_null=True)),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_checks_source")),
        sa.PrimaryKeyConstraint("source", "subject", name=op.f("pk_checks")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("from_report_id", _ID, nullable=False),
        sa.Column("into_report_id", _ID, nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("related", sa.JSON(), nullable=False),
        sa.Column("undone_at", _TIME),
        sa.ForeignKeyConstraint(["from_report_id"], ["reports.id"], name=op.f("fk_decisions_from_report_id")),
        sa.ForeignKeyConstraint(["into_report_id"], ["reports.id"], name=op.f("fk_decisions_into_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lists",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("read_as", sa.String(length=64)),
        sa.Column("last_polled_at", _TIME),
        sa.Column("last_changed_at", _TIME),
        sa.Column("change_gap", sa.Float()),
        sa.Column("next_poll_at", _TIME, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("items", sa.Integer()),
        sa.Column("deep_at", _TIME),
        sa.Column("remembered", sa.JSON(none_as_null=True)),
        sa.Column("owed", sa.Integer()),
        sa.Column("warning", sa.Text()),
        sa.Column("lease_owner", sa.String(length=96)),
        sa.Column("lease_until", _TIME),
        sa.Column("retired_at", _TIME),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_lists_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lists")),
        sa.UniqueConstraint("source", "url", name=op.f("uq_lists_source_url")),
    )
    op.create_index("ix_lists_next_poll_at", "lists", ["next_poll_at"])
    op.create_table(
        "pages",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("listed_by", _ID),
        sa.Column("title", sa.Text()),
        sa.Column("listed", sa.JSON(none_as_null=True)),
        sa.Column("listed_on", sa.Date()),
        sa.Column("listed_as", sa.JSON(none_as_null=True)),
        sa.Column("newest_year", sa.Integer()),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("last_fetched_at", _TIME),
        sa.Column("next_fetch_at", _TIME, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=64)),
        sa.Column("error_message", sa.Text()),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("missing_since", _TIME),
        sa.Column("gone_at", _TIME),
        sa.Column("body_sha256", sa.String(length=64)),
        sa.Column("news_at", _TIME),
        sa.Column("furniture", sa.JSON(none_as_null=True)),
        sa.Column("lease_owner", sa.String(length=96)),
        sa.Column("lease_until", _TIME),
        sa.ForeignKeyConstraint(["listed_by"], ["lists.id"], name=op.f("fk_pages_listed_by")),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_pages_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("source", "url", name=op.f("uq_pages_source_url")),
    )
    op.create_index("ix_pages_next_fetch_at", "pages", ["next_fetch_at"])
    failed = sa.text("error IS NOT NULL")
    op.create_index("ix_pages_error", "pages", ["error"], sqlite_where=failed, postgresql_where=failed)
    op.create_table(
        "versions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("identity", sa.JSON(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("ocr", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("extracted_at", _TIME),
        sa.Column("extractor", sa.String(length=64)),
        sa.Column("enqueued_at", _TIME),
        sa.Column("started_at", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("dead_at", _TIME),
        sa.Column("dead_reason", sa.Text()),
        sa.Column("trace_id", sa.String(length=32)),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_versions_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_versions_content_hash")),
    )
    op.create_index("ix_versions_extracted_at", "versions", ["extracted_at"])
    op.create_index("ix_versions_dead_at", "versions", ["dead_at"])
    op.create_index(op.f("ix_versions_report_id"), "versions", ["report_id"])
    op.create_table(
        "attachments",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("page_id", _ID, nullable=False),
        sa.Column("version_id", _ID),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fetched_at", _TIME, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("warc_file", sa.Text()),
        sa.Column("warc_offset", sa.BigInteger()),
        sa.Column("ended_at", _TIME),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_attachments_page_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_attachments_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_page_id"), "attachments", ["page_id"])
    op.create_table(
        "captures",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("page_id", _ID, nullable=False),
        sa.Column("version_id", _ID),
        sa.Column("url", sa.Text()),
        sa.Column("attachment", sa.Text()),
        sa.Column("part", sa.Integer()),
        sa.Column("fetched_at", _TIME, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("warc_file", sa.Text()),
        sa.Column("warc_offset", sa.BigInteger()),
        sa.Column("last_seen_at", _TIME),
        sa.Column("seen_file", sa.Text()),
        sa.Column("seen_offset", sa.BigInteger()),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_captures_page_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_captures_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
    )
    op.create_index(op.f("ix_captures_page_id"), "captures", ["page_id"])
    op.create_table(
        "copies",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("page_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("put_up_on", sa.Date()),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("left_at", _TIME),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_copies_page_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_copies_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copies")),
        sa.UniqueConstraint("page_id", "version_id", name=op.f("uq_copies_page_id_version_id")),
    )
    op.create_index(op.f("ix_copies_version_id"), "copies", ["version_id"])
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_copies_ended_at", "copies", ["ended_at"], sqlite_where=ended, postgresql_where=ended)
    op.create_table(
        "recognised",
        sa.Column("version_id", _ID, autoincrement=False, nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("confidence", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_recognised_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_recognised")),
    )
    op.create_table(
        "scans",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("page_id", _ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sighting", sa.JSON(), nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.Column("enqueued_at", _TIME),
        sa.Column("started_at", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("error", sa.String(length=64)),
        sa.Column("error_message", sa.Text()),
        sa.Column("trace_id", sa.String(length=32)),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_scans_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("page_id", "sha256", name=op.f("uq_scans_page_id_sha256")),
    )
    op.create_index("ix_scans_done_at", "scans", ["done_at"])
    op.create_table(
        "events",
        sa.Column("sequence", _ID, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("occurred_at", _TIME, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("report_id", _ID),
        sa.Column("version_id", _ID),
        sa.Column("fanned_out_at", _TIME),
        sa.Column("trace_id", sa.String(length=32)),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_events_report_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_events_version_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_fanned_out_at", "events", ["fanned_out_at"])
    op.create_index(op.f("ix_events_report_id"), "events", ["report_id"])
    op.create_table(
        "event_indicators",
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("sequence", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["sequence"],
            ["events.sequence"],
            name=op.f("fk_event_indicators_sequence"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("indicator", "type", "sequence", name=op.f("pk_event_indicators")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fills",
        sa.Column("page_id", _ID, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("put_up_at", _TIME, nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
        sa.Column("filled", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_fills_page_id")),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_fills_source")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_fills")),
    )
    op.create_index("ix_fills_source_put_up_at", "fills", ["source", "put_up_at"])
    op.create_table(
        "search_texts",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_search_texts_report_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_search_texts_version_id")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_search_texts")),
        sa.UniqueConstraint("report_id", name=op.f("uq_search_texts_report_id")),
    )
    op.create_table(
        "fingerprint_index",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_fingerprint_index_version_id")
        ),
        sa.PrimaryKeyConstraint("hash", "version_id", name=op.f("pk_fingerprint_index")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fingerprints",
        sa.Column("version_id", _ID, autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=80), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_fingerprints_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_fingerprints")),
    )
    op.create_index(op.f("ix_fingerprints_text_hash"), "fingerprints", ["text_hash"])
    op.create_table(
        "outcomes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("comparator", sa.String(length=16), nullable=False),
        sa.Column("low", sa.Float()),
        sa.Column("high", sa.Float()),
        sa.Column("unit", sa.Text()),
        sa.Column("resolve", sa.String(length=16)),
        sa.Column("headline", sa.Boolean(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("flags", sa.JSON(none_as_null=True)),
        sa.Column("period", sa.String(length=16), nullable=False, server_default="year"),
        sa.Column("first_year", sa.Integer()),
        sa.Column("direction", sa.String(length=8)),
        sa.Column("base", sa.Text()),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_code", sa.String(length=12)),
        sa.Column("confidence", sa.Float()),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_outcomes_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint(
            *("version_id", "start", "end", "indicator", "label", "measure", "owner"),
            name="uq_outcomes_place",
        ),
    )
    op.create_index("ix_outcomes_indicator_year", "outcomes", ["indicator", "year"])
    op.create_index("ix_outcomes_version_id_indicator", "outcomes", ["version_id", "indicator"])
    op.create_table(
        "relations",
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("other_version_id", _ID, nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_version_id"], ["versions.id"], name=op.f("fk_relations_other_version_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_relations_version_id")),
        sa.PrimaryKeyConstraint("version_id", "other_version_id", name=op.f("pk_relations")),
    )
    op.create_table(
        "targets",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("comparator", sa.String(length=16), nullable=False),
        sa.Column("low", sa.Float()),
        sa.Column("high", sa.Float()),
        sa.Column("unit", sa.Text()),
        sa.Column("resolve", sa.String(length=16)),
        sa.Column("headline", sa.Boolean(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("flags", sa.JSON(none_as_null=True)),
        sa.Column("period", sa.String(length=16), nullable=False, server_default="year"),
        sa.Column("first_year", sa.Integer()),
        sa.Column("direction", sa.String(length=8)),
        sa.Column("base", sa.Text()),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_code", sa.String(length=12)),
        sa.Column("confidence", sa.Float()),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_targets_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint(
            *("version_id", "start", "end", "indicator", "label", "measure", "owner"),
            name="uq_targets_place",
        ),
    )
    op.create_index("ix_targets_indicator_year", "targets", ["indicator", "year"])
    op.create_index("ix_targets_version_id_indicator", "targets", ["version_id", "indicator"])
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("subscription_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _TIME),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("lease_owner", sa.String(length=96)),
        sa.Column("lease_until", _TIME),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_error", sa.Text()),
        sa.Column("done_at", _TIME),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_deliveries_event_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_deliveries_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "event_id", "subscription_id", name=op.f("uq_deliveries_event_id_subscription_id")
        ),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["subscription_id", "state", "next_attempt_at", "id"])
    op.create_table(
        "attempts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_delivery_id"), "attempts", ["delivery_id"])
