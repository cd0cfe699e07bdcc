"""Keep what the operator decided about reports, and where a merged report went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("merged_into", _ID, nullable=True))
    op.create_table(
        "decisions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("from_report_id", _ID, nullable=False),
        sa.Column("into_report_id", _ID, nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("related", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_report_id"], ["reports.id"], name=op.f("fk_decisions_from_report_id_reports")
        ),
        sa.ForeignKeyConstraint(
            ["into_report_id"], ["reports.id"], name=op.f("fk_decisions_into_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("decisions")
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("merged_into")
