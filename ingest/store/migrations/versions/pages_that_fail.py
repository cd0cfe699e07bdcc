"""Find the pages of a source that fail, and the newest pages of a list, without a look at all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_pages_error", "pages")
    failed = sa.text("error IS NOT NULL")
    op.create_index(
        "ix_pages_source_listed_by_error",
        "pages",
        ["source", "listed_by", "error"],
        sqlite_where=failed,
        postgresql_where=failed,
    )
    op.create_index(
        "ix_pages_listed_by_first_seen_at_id", "pages", ["listed_by", sa.text("first_seen_at DESC"), "id"]
    )
