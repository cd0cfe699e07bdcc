"""Who is logged in to the operator's pages: only digests are kept, and a session ends with its token.

What a session may do is web/http/sessions.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from ingest.store.tables import api_tokens
from ingest.store.tables import operator_sessions as table


def add(tx: Connection, digest: str, token_id: str, now: datetime, expires_at: datetime) -> None:
    """And forget those that are over."""
    tx.execute(delete(table).where(table.c.expires_at <= now))
    tx.execute(table.insert().values(digest=digest, token_id=token_id, expires_at=expires_at))


def token_name(tx: Connection, digest: str, now: datetime) -> str | None:
    """Whose it is; None where there is none, or none any more."""
    query = (
        select(api_tokens.c.name)
        .join(table, table.c.token_id == api_tokens.c.id)
        .where(table.c.digest == digest, table.c.expires_at > now)
    )
    name: str | None = tx.scalar(query)
    return name


def remove(tx: Connection, digest: str) -> None:
    tx.execute(delete(table).where(table.c.digest == digest))
