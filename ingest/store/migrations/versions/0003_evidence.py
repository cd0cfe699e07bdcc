"""Tie a capture to the version it showed, and remember till when the page went on showing it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("url", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("attachment", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seen_file", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("seen_offset", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_captures_version_id"), "versions", ["version_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_captures_version_id"), type_="foreignkey")
        for name in ("seen_offset", "seen_file", "last_seen_at", "attachment", "url", "version_id"):
            batch_op.drop_column(name)
