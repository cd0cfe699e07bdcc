"""Search all articles of a report, not the leading one alone.

Reports that have several are settled anew, which brings up to date what they are found by.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from ingest.store.tables import UtcDateTime

revision = "0119"
down_revision = "0118"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_texts", sa.Column("beside", sa.Text))
    several = sa.text("""
        UPDATE reports SET unsettled_since = :now
        WHERE unsettled_since IS NULL AND id IN (SELECT report_id FROM versions WHERE beside IS NOT NULL)
    """)
    op.get_bind().execute(
        several.bindparams(sa.bindparam("now", type_=UtcDateTime)), {"now": datetime.now(UTC)}
    )
