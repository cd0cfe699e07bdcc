"""Saved feeds: a filter with a short address of its own. Feeds themselves are alerts/web/feeds/routes.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from ingest.errors import ConfigError
from ingest.model import Filter
from ingest.store import rows
from ingest.store.tables import saved_feeds as table


@dataclass(frozen=True, slots=True)
class SavedFeed:
    """`id` is the address: /feeds/ID.atom."""

    id: str
    name: str
    filter: Filter
    created_at: datetime


def add(tx: Connection, feed: SavedFeed) -> None:
    """Raises ConfigError when the id is taken."""
    if tx.scalar(rows.insert_new(tx, table, table.c.id), rows.columns(feed)) is None:
        raise ConfigError(f"a feed {feed.id} is there already; choose another id")


def get(tx: Connection, id: str) -> SavedFeed | None:
    row = tx.execute(select(table).where(table.c.id == id)).mappings().one_or_none()
    return None if row is None else rows.read(SavedFeed, row)


def all(tx: Connection) -> list[SavedFeed]:
    """In the order of their making."""
    query = select(table).order_by(table.c.created_at, table.c.id)
    return [rows.read(SavedFeed, row) for row in tx.execute(query).mappings()]


def remove(tx: Connection, id: str) -> bool:
    """False when there was none."""
    return tx.execute(delete(table).where(table.c.id == id)).rowcount == 1
