"""Say of a source whose site it is: a government speaks for its own report before any other does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("region_code", sa.String(16)))
