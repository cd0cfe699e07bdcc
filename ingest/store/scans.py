"""The to-do list of OCR: which scans wait, which is being read, what came of each.

The database is the list (`done_at IS NULL`); the queue only wakes a worker. How a scan is read is
ingest/ocr/, when, workers/scans.py. A row stands for the bytes that a page showed: they are read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from ingest.model import Article, Capture
from ingest.store import rows
from ingest.store.attachments import Attachment
from ingest.store.tables import scans
from ingest.telemetry import trace


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a scan was seen: the page with its validators, the file on it (None: the page is the scan), and
    what the page said around it (None: likewise). `title`: what its list calls the page; `region`: whose it
    is."""

    capture: Capture
    etag: str | None = None
    last_modified: str | None = None
    file: Attachment | None = None
    article: Article | None = None
    title: str | None = None
    region: str | None = None
    content_type: str | None = None

    @property
    def scan(self) -> Capture:
        """The answer that is the scan."""
        return self.file.capture if self.file else self.capture


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan on the list; read when `done_at` is set and `error` is not."""

    id: int
    page_id: int
    sighting: Sighting
    attempts: int
    done_at: datetime | None
    error: str | None
    error_message: str | None
    trace_id: str | None = None


def found(tx: Connection, page_id: int, sighting: Sighting, now: datetime) -> tuple[Scan, bool]:
    """The scan that a page shows, put on the list if it is new there, which is said too."""
    this = (scans.c.page_id == page_id, scans.c.sha256 == sighting.scan.sha256)
    made = tx.scalar(
        rows.insert_new(tx, scans, scans.c.id),
        {
            "page_id": page_id,
            "sha256": sighting.scan.sha256,
            "sighting": rows.plain(sighting),
            "found_at": now,
            "enqueued_at": now,
            "trace_id": trace.current(),
        },
    )
    return _scan(tx.execute(select(scans).where(*this)).mappings().one()), made is not None


def start(tx: Connection, scan_id: int, now: datetime) -> Scan | None:
    """Count an attempt, to be committed before the work. None: there is nothing to do."""
    row = (
        tx.execute(
            update(scans)
            .where(scans.c.id == scan_id, scans.c.done_at.is_(None))
            .values(attempts=scans.c.attempts + 1, started_at=now)
            .returning(scans)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else _scan(row)


def give_back(tx: Connection, scan_id: int) -> None:
    """Take back the attempt at a scan: it failed for nothing that the scan has in it."""
    waits = (scans.c.id == scan_id, scans.c.done_at.is_(None), scans.c.attempts > 0)
    tx.execute(update(scans).where(*waits).values(attempts=scans.c.attempts - 1))


def again(tx: Connection, scan_id: int, sighting: Sighting, now: datetime) -> None:
    """Put a scan back on the list, as it is seen now."""
    values = {
        "sighting": rows.plain(sighting),
        "done_at": None,
        "error": None,
        "error_message": None,
        "attempts": 0,
        "started_at": None,
        "enqueued_at": now,
    }
    tx.execute(update(scans).where(scans.c.id == scan_id).values(**values))


def done(
    tx: Connection, scan_id: int, now: datetime, error: str | None = None, message: str | None = None
) -> None:
    """It was read, or (`error`, `message`) cannot be."""
    values = {"done_at": now, "error": error, "error_message": message}
    tx.execute(update(scans).where(scans.c.id == scan_id).values(**values))


def waiting(tx: Connection, now: datetime, under_way: timedelta, limit: int = 1000) -> list[int]:
    """Scans that nobody reads now: not done, and not started within `under_way`; the oldest first."""
    query = (
        select(scans.c.id)
        .where(
            scans.c.done_at.is_(None),
            or_(scans.c.started_at.is_(None), scans.c.started_at <= now - under_way),
        )
        .order_by(scans.c.id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def files_needed(tx: Connection) -> set[str]:
    """The WARC files that those stand in which are not done."""
    waiting = map(_scan, tx.execute(select(scans).where(scans.c.done_at.is_(None))).mappings())
    places = (one for scan in waiting for one in (scan.sighting.capture, scan.sighting.scan))
    return {place.warc_file for place in places if place.warc_file is not None}


def _scan(row: object) -> Scan:
    return rows.read(Scan, row)  # type: ignore[arg-type]
