"""What the jobs of a process work with: settings, the extractor, and connections that a work-horse keeps.

Said once by whoever starts the process (main.py, commands.py); the jobs are jobs.py.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from typing import Protocol

from ingest.model import Extraction, Kind, Region
from ingest.queue import Queue
from ingest.settings import Settings, load_settings
from ingest.store.db import Store
from ingest.telemetry import metrics
from ingest.telemetry.log import configure as configure_logs
from workers.targets.extract import extract as extract_targets


class Extractor(Protocol):
    def __call__(self, body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What the jobs of this process work with."""

    settings: Settings
    extractor: Extractor


_context: Context | None = None


def configure(settings: Settings, extractor: Extractor = extract_targets) -> Context:
    """Say once per process what its jobs work with. A forked work-horse inherits it; one that was spawned,
    or a plain `rq worker`, reads the GONGBAO_* variables instead."""
    global _context
    _context = Context(settings, extractor)
    return _context


def configured() -> Context:
    if _context is not None:
        return _context
    settings = load_settings()
    configure_logs(settings.log_format, settings.log_level)
    metrics.join_relay()
    return configure(settings)


_kept: tuple[Store, Queue] | None = None


def keep_connections() -> None:
    """Let all jobs of this process, a work-horse, have one store and one way to Redis."""
    global _kept
    settings = configured().settings
    _kept = (Store.open(settings.database), Queue.of(settings, retries=0))


def opened_store(context: Context) -> AbstractContextManager[Store]:
    """Closed behind it, unless it is kept."""
    return closing(Store.open(context.settings.database)) if _kept is None else nullcontext(_kept[0])


def opened_queue(context: Context) -> AbstractContextManager[Queue]:
    """Likewise. It gives up at once: an import may have no Redis, and wakes at every file."""
    return closing(Queue.of(context.settings, retries=0)) if _kept is None else nullcontext(_kept[1])
