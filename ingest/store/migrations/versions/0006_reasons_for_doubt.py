"""Keep the reasons to doubt a figure beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("targets", "outcomes"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("flags", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in ("targets", "outcomes"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("flags")
