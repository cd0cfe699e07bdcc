"""Take the fingerprints anew in form 3: tokens inside paragraphs are noise, a number beside a jam is not."""

from __future__ import annotations

from alembic import op

from ingest.store.fingerprints import catch_up

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    while catch_up(op.get_bind()):
        pass


def downgrade() -> None:
    """Fingerprints in form 3 are told by their number; the code of form 2 takes them anew."""
