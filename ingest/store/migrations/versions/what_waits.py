"""Find what waits, what is due of a source and what a clock ahead has written without a look at all rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0115"
down_revision = "0114"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_pages_source_next_fetch_at", "pages", ["source", "next_fetch_at"])
    op.create_index("ix_pages_last_fetched_at", "pages", ["last_fetched_at"])
    op.create_index("ix_relations_other_version_id", "relations", ["other_version_id"])
    op.drop_index("ix_versions_extracted_at", "versions")
    op.drop_index("ix_versions_dead_at", "versions")
    for name, column, condition in (
        ("ix_versions_id", "id", "extracted_at IS NULL"),
        ("ix_versions_dead_at", "dead_at", "dead_at IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "versions", [column], sqlite_where=where, postgresql_where=where)
