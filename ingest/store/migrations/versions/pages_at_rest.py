"""Find the few reports whose page takes turns between two texts: those at rest are to be told."""

from __future__ import annotations

from alembic import op

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reports_flips_with", "reports", ["flips_with"])
