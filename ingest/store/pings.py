"""Feeds that changed and of which the WebSub hub has not been told. Telling it is alerts/feeds/websub.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from ingest.store import rows
from ingest.store.tables import websub_pings as table


@dataclass(frozen=True, slots=True)
class Ping:
    """The address of a feed, and when it changed last."""

    address: str
    changed_at: datetime


def add(tx: Connection, addresses: Iterable[str], now: datetime) -> None:
    """These feeds changed: one row each, however often they change before the hub is told."""
    new = [{"address": address, "changed_at": now} for address in sorted(set(addresses))]
    if new:
        insert = rows.insert(tx, table)
        kept = insert.on_conflict_do_update(
            index_elements=[table.c.address], set_={"changed_at": insert.excluded.changed_at}
        )
        tx.execute(kept, new)


def waiting(tx: Connection, limit: int) -> list[Ping]:
    """Those that have waited longest."""
    query = select(table).order_by(table.c.changed_at, table.c.address).limit(limit)
    return [rows.read(Ping, row) for row in tx.execute(query).mappings()]


def delivered(tx: Connection, pings: Sequence[Ping]) -> None:
    """The hub knows of these; one that changed again meanwhile stays."""
    for ping in pings:
        tx.execute(
            delete(table).where(table.c.address == ping.address, table.c.changed_at == ping.changed_at)
        )


def forget(tx: Connection, before: datetime) -> int:
    """Those that changed before; how many."""
    return tx.execute(delete(table).where(table.c.changed_at < before)).rowcount
