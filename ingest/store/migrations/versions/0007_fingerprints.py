"""Keep fingerprints of texts, and an index to find what a text shares with others; the day a page was put up.

Relations of two versions are emptied: they had no evidence. Settling a report writes them anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ingest.store.fingerprints import catch_up

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("version_id", _ID, autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=80), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_fingerprints_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_fingerprints")),
    )
    with op.batch_alter_table("fingerprints", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fingerprints_text_hash"), ["text_hash"], unique=False)
    op.create_table(
        "fingerprint_index",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_fingerprint_index_version_id")
        ),
        sa.PrimaryKeyConstraint("hash", "version_id", name=op.f("pk_fingerprint_index")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("put_up_on", sa.Date(), nullable=True))
    op.execute("DELETE FROM relations WHERE evidence IS NOT NULL")
    while catch_up(op.get_bind()):
        pass


def downgrade() -> None:
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.drop_column("put_up_on")
    op.drop_table("fingerprint_index")
    op.drop_table("fingerprints")
