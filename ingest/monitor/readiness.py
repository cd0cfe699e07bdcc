"""Is a role ready to do its work? Pure: decided from what was seen.

A role is not asked for what it can do without: only a worker needs Redis; poller and sender go on without it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.monitor.look import Seen
from ingest.roles import SILENT_AFTER, Role

NEEDS_REDIS = frozenset({Role.WORK, Role.OCR})


def readiness(role: Role, seen: Seen, heartbeat_age: float | None) -> Mapping[str, str]:
    """{what was looked at: "ok" or what is wrong}; ready when all are ok. `heartbeat_age` in seconds, None:
    this process has never written one."""
    checks = {"database": seen.database or "ok"}
    if role in NEEDS_REDIS:
        checks["redis"] = seen.redis or "ok"
    if role.beats:
        checks["heartbeat"] = _heartbeat(heartbeat_age)
    return checks


def _heartbeat(age: float | None) -> str:
    if age is None:
        return "none yet"
    return "ok" if age <= SILENT_AFTER.total_seconds() else f"none for {age:.0f} s"
