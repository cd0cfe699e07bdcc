"""Take the fingerprints anew in form 4: tokens of any alphabet, tags, notes and running heads are noise."""

from __future__ import annotations

from alembic import op

from ingest.store.fingerprints import catch_up

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    while catch_up(op.get_bind()):
        pass


def downgrade() -> None:
    """Fingerprints in form 4 are told by their number; the code of form 3 takes them anew."""
