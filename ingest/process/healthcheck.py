"""Are the roles started in this container at work? Its check: `python -m ingest.process.healthcheck`.

A module that can be run by itself, because a health check is paid for once a minute in every container:
it imports a third of what the `gongbao` command does. `gongbao doctor --here` says the same among the rest.
Exit code 0: all are at work; 1: one is not, or there is none, and why.
"""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.errors import ConfigError, GongbaoError
from ingest.process.instance import Note, notes
from ingest.roles import SILENT_AFTER, Role
from ingest.settings import Settings, load_settings
from ingest.store import presence
from ingest.store.db import Store

ANSWER_WITHIN = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """How a role that was started here fares."""

    role: str
    well: bool
    text: str


def look(settings: Settings, now: datetime) -> Iterator[Seen]:
    """By the heartbeat of the very process that was started here; a web server by an answer of its own.

    Raises ConfigError without GONGBAO_RUN_DIR, StoreError when the heartbeats cannot be read.
    """
    if settings.run_dir is None:
        raise ConfigError("GONGBAO_RUN_DIR is not set, so roles leave no note of themselves here")
    found = notes(settings.run_dir)
    if not found:
        yield Seen("here", False, f"no role has been started (no note of one in {settings.run_dir})")
    for note in found:
        if not note.alive:
            yield Seen(note.role, False, f"process {note.pid} is gone without a word")
        elif note.role == Role.SERVE:
            yield _answering(settings)
    beating = [note for note in found if note.alive and note.role != Role.SERVE]
    if beating:
        yield from _beating(settings, beating, now)


def _beating(settings: Settings, beating: list[Note], now: datetime) -> Iterator[Seen]:
    store = Store.open(settings.database)
    try:
        store.check()
        with store.read() as tx:
            last = {(beat.role, beat.instance): beat.beat_at for beat in presence.beats(tx)}
    finally:
        store.close()
    for note in beating:
        at = last.get((note.role, note.instance))
        if at is None:
            yield Seen(note.role, False, "started, but has not been heard of yet")
        elif now - at > SILENT_AFTER:
            yield Seen(note.role, False, f"silent since {at:%F %T}Z though its process is there")
        else:
            yield Seen(note.role, True, f"last heard of {at:%T}Z")


def _answering(settings: Settings) -> Seen:
    url = f"{settings.local_url}/healthz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=ANSWER_WITHIN) as answer:
            return Seen(Role.SERVE, answer.status == 200, f"{url} answers {answer.status}")
    except OSError as exc:  # urllib's errors are of this kind, 503 among them
        return Seen(Role.SERVE, False, f"{url}: {exc}")


def main() -> int:
    try:
        ill = [seen for seen in look(load_settings(), datetime.now(UTC)) if not seen.well]
    except GongbaoError as exc:
        ill = [Seen("here", False, str(exc))]
    for seen in ill:
        print(f"{seen.role}: {seen.text}")  # noqa: T201 (the engine keeps it with the check's result)
    return 1 if ill else 0


if __name__ == "__main__":
    sys.exit(main())
