"""Remember how each list and the pages of each source fare, and which fields its pages fill."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=True),
        sa.Column("expected", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recovered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flaps", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.Integer(), nullable=True),
        sa.Column("dates", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_checks_source")),
        sa.PrimaryKeyConstraint("source", "subject", name=op.f("pk_checks")),
    )
    op.create_table(
        "fills",
        sa.Column(
            "page_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("put_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_fills_page_id")),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_fills_source")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_fills")),
    )
    op.create_index("ix_fills_source_put_up_at", "fills", ["source", "put_up_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_fills_source_put_up_at", table_name="fills")
    op.drop_table("fills")
    op.drop_table("checks")
