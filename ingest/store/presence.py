"""Who is at work: each process writes a heartbeat, and `gongbao doctor` reads them.

How long a silence is too long, is ingest/roles.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from ingest.roles import Role, roles
from ingest.store import rows
from ingest.store.tables import heartbeats


def expected(*, ocr: bool) -> tuple[Role, ...]:
    """The roles that somebody must be heard of in."""
    return tuple(role for role in roles(ocr=ocr) if role.beats)


@dataclass(frozen=True, slots=True)
class Beat:
    """One process: `role` as in ingest/roles.py; `instance` is unique among its role."""

    role: str
    instance: str
    started_at: datetime
    beat_at: datetime
    detail: Mapping[str, Any] | None


def beat(
    tx: Connection, role: str, instance: str, now: datetime, detail: Mapping[str, Any] | None = None
) -> None:
    """Say that this process is alive; its first beat is when it started."""
    said = {"beat_at": now, "detail": None if detail is None else dict(detail)}
    rows.put(tx, heartbeats, {"role": role, "instance": instance}, said, started_at=now)


def beats(tx: Connection) -> list[Beat]:
    """All that have ever beaten and were not forgotten, the latest first."""
    query = select(heartbeats).order_by(heartbeats.c.beat_at.desc(), heartbeats.c.role, heartbeats.c.instance)
    return [rows.read(Beat, row) for row in tx.execute(query).mappings()]


def forget(tx: Connection, before: datetime) -> int:
    """Forget processes that have been silent since `before`; returns how many."""
    return tx.execute(delete(heartbeats).where(heartbeats.c.beat_at < before)).rowcount


def leave(tx: Connection, role: str, instance: str) -> None:
    """Say goodbye: an orderly stop is no silence."""
    tx.execute(delete(heartbeats).where(heartbeats.c.role == role, heartbeats.c.instance == instance))
