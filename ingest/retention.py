"""Forget captures and WARC files that are older than the settings say and that nothing stands on.

What may go is store/retention.py. Deliveries are the sender's (alerts/delivery/send.py).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog

from ingest.archive.archive import Archive
from ingest.errors import StoreError
from ingest.settings import Settings
from ingest.store import retention
from ingest.store.db import Store

log = structlog.get_logger(__name__)

EVERY = 3600.0  # seconds between two rounds
AT_ONCE = 500  # captures in one transaction
_DAY = re.compile(r"gongbao-(\d{8})-")  # how the archive names its files


@dataclass(frozen=True, slots=True)
class Forgotten:
    captures: int = 0
    files: int = 0


def forget(settings: Settings, store: Store, archive: Archive, now: datetime) -> Forgotten:
    """One round. Somebody else at it: nothing is done. Raises StoreError, ArchiveError."""
    return Forgotten(_captures(settings, store, now), _files(settings, store, archive, now))


def _captures(settings: Settings, store: Store, now: datetime) -> int:
    if not settings.capture_days:
        return 0
    before = now - timedelta(days=settings.capture_days)
    total, gone = 0, AT_ONCE
    while gone == AT_ONCE:  # in small transactions: nobody waits for it
        with store.begin() as tx:
            gone = retention.prune_captures(tx, before, AT_ONCE) if retention.locked(tx) else 0
        total += gone
    if total:
        log.info("old captures pruned", captures=total, before=before)
    return total


def _files(settings: Settings, store: Store, archive: Archive, now: datetime) -> int:
    """Whole files only: one that a single kept record stands in stays. Their day is in their name."""
    if not settings.warc_days:
        return 0
    before = (now - timedelta(days=settings.warc_days)).astimezone(UTC).date()
    old = [name for name in archive.names() if (day := day_of(name)) is not None and day < before]
    with store.read() as tx:  # after the names: a file that appears later is of today
        needed = retention.needed_files(tx) if old else set()
    gone = [name for name in old if name not in needed and archive.finished(name)]
    for name in gone:
        archive.remove(name)
        log.info("old WARC file removed", file=name, before=before)
    return len(gone)


def day_of(name: str) -> date | None:
    """The day that a file of ours was begun on; None for one of another name, which is not ours to remove."""
    match = _DAY.match(name)
    try:
        return datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC).date() if match else None
    except ValueError:
        return None


@asynccontextmanager
async def at_work(settings: Settings, store: Store, archive: Archive) -> AsyncIterator[None]:
    """Do a round now and then, while what is inside goes on; nothing where all is kept for ever."""
    if not (settings.capture_days or settings.warc_days):
        yield
        return
    task = asyncio.create_task(_rounds(settings, store, archive))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _rounds(settings: Settings, store: Store, archive: Archive) -> None:
    while True:
        try:
            await asyncio.to_thread(forget, settings, store, archive, datetime.now(UTC))
        except StoreError as exc:
            log.warning("old captures and WARC files wait for the next round", error=str(exc))
        except Exception as exc:
            log.error("a round of forgetting failed", error=repr(exc), exc_info=exc)
        await asyncio.sleep(EVERY)
