"""Keep which articles speak for a report beside the announced one, and which of their figures another says.

Reports that may have some are settled anew: that finds them, and tells nothing twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from ingest.store.tables import UtcDateTime

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("beside", sa.Boolean))
    for table in ("targets", "outcomes"):
        op.add_column(table, sa.Column("repeats", sa.Boolean))
    op.drop_index("ix_versions_report_id", "versions")
    op.create_index("ix_versions_report_id_beside", "versions", ["report_id", "beside"])
    few = sa.text("beside IS NOT NULL")
    op.create_index("ix_versions_beside", "versions", ["beside"], sqlite_where=few, postgresql_where=few)
    pieces = sa.text("""
        UPDATE reports SET unsettled_since = :now
        WHERE unsettled_since IS NULL AND announced_version_id IN (
            SELECT one.version_id FROM relations AS one
            JOIN relations AS other
            ON other.version_id = one.other_version_id AND other.other_version_id = one.version_id
            WHERE one.relation = 'part' AND other.relation = 'part'
        )
    """)
    op.get_bind().execute(
        pieces.bindparams(sa.bindparam("now", type_=UtcDateTime)), {"now": datetime.now(UTC)}
    )
