"""API tokens: only their digests are kept. How a token is made and checked is web/http/api_tokens.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, select

from ingest.store import rows
from ingest.store.tables import api_tokens as table


@dataclass(frozen=True, slots=True)
class Token:
    id: str
    name: str
    digest: str = field(repr=False)  # SHA-256, hex
    created_at: datetime


def add(tx: Connection, token: Token) -> None:
    tx.execute(table.insert().values(rows.columns(token)))


def all(tx: Connection) -> list[Token]:
    """In the order of their making."""
    query = select(table).order_by(table.c.created_at, table.c.id)
    return [rows.read(Token, row) for row in tx.execute(query).mappings()]


def remove(tx: Connection, id: str) -> bool:
    """False when there was none."""
    return tx.execute(delete(table).where(table.c.id == id)).rowcount == 1
