"""What the queue of scans runs: bytes from the archive -> OCR -> the road of a page. Idempotent; called
with ids.

OCR is ingest/ocr/, which scans wait is ingest/store/scans.py. Who listens to that queue is main.py: nobody
who was not asked to. An attempt is counted before the work, as in extracting.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection

from ingest.archive.archive import Archive
from ingest.errors import NotArchived, ParseError, ReadingEnded, StoreError, TooLarge, Unstorable
from ingest.exchange import Fetched
from ingest.follow import Attached, PageReading
from ingest.keeping import Brought
from ingest.model import Capture, Page
from ingest.ocr.pages import Scanned
from ingest.ocr.recognise import Limits, recognise
from ingest.ocr.tesseract import engine
from ingest.pipeline import Pipeline
from ingest.queue import READ_SCANS, Queue
from ingest.reading import ReadingHints, read_scan
from ingest.settings import Settings
from ingest.sources.load import load_sources
from ingest.store import scans, watchlist
from ingest.store.db import Store
from ingest.telemetry import trace
from workers.context import configured

log = structlog.get_logger(__name__)


def read(*scan_ids: int) -> None:
    """The job: read each scan that waits. What cannot be read is written down on its page; any other
    failure is raised, so that RQ runs the job again."""
    settings = configured().settings
    with (
        contextlib.closing(Store.open(settings.database)) as store,
        contextlib.closing(Queue.of(settings)) as queue,
        Archive.from_settings(settings) as archive,
    ):
        pipeline = Pipeline(store, queue, load_sources(settings.sources_dir))
        for scan_id in scan_ids:
            read_one(settings, pipeline, archive, scan_id)


def read_one(settings: Settings, pipeline: Pipeline, archive: Archive, scan_id: int) -> bool:
    """Read one scan, if it waits; whether it has become a text."""
    store = pipeline.store
    with store.begin() as tx:
        scan = scans.start(tx, scan_id, datetime.now(UTC))
        page = None if scan is None else watchlist.page(tx, scan.page_id)
    if scan is None or page is None:
        return False
    with trace.traced(scan.trace_id):
        try:
            if scan.attempts > settings.max_attempts:
                raise ReadingEnded(
                    f"reading {page.url} by OCR: not finished in {settings.max_attempts} attempts"
                )
            read = _recognised(settings, archive, scan, page)
            source = pipeline.sources.get(page.source)
            official, recheck = (source.official, source.recheck) if source is not None else (False, None)
            pipeline.keeper.keep(Brought(page, read, official, recheck))
        except (ParseError, TooLarge, NotArchived) as exc:
            _cannot(store, scan, page, exc)
            return False
        except Unstorable:
            raise
        except StoreError:  # an archive or a database that is away says nothing of the scan
            with contextlib.suppress(StoreError), store.begin() as tx:
                scans.give_back(tx, scan.id)
            raise
        with store.begin() as tx:
            scans.done(tx, scan.id, datetime.now(UTC))
    log.info("scan read", page=page.url, pages=len(read.pictures), chars=len(read.reading.article.body))
    return True


def _recognised(settings: Settings, archive: Archive, scan: scans.Scan, page: Page) -> PageReading:
    seen = scan.sighting
    raw = _bytes(archive, seen.scan, page.url)
    name = seen.file.name if seen.file else page.url
    limits = Limits(settings.ocr_pages, settings.ocr_seconds)
    scanned = recognise(raw, name, engine(), limits, seen.content_type)
    hints = ReadingHints(region=seen.region, title=seen.title or page.title)
    reading = read_scan(scanned, seen.capture.url or page.url, hints, seen.article)
    pictures = _archived(archive, scanned, seen.scan.url or page.url)
    attached = None
    if seen.file is not None:
        attached = Attached(seen.file.url, seen.file.name, _as_fetched(seen.file.capture, raw, seen))
    return PageReading(
        reading, seen.capture, attached, etag=seen.etag, last_modified=seen.last_modified, pictures=pictures
    )


def _bytes(archive: Archive, scan: Capture, url: str) -> bytes:
    """Raises NotArchived where the answer was not kept, ArchiveError where it cannot be had."""
    if scan.warc_file is None or scan.warc_offset is None:
        raise NotArchived(f"reading {url} by OCR: the scan was not archived")
    return archive.read(scan.warc_file, scan.warc_offset)


def _archived(archive: Archive, scanned: Scanned, url: str) -> tuple[Capture, ...]:
    """The pictures that the engine saw, one for each page, put beside the scan."""
    now = datetime.now(UTC)
    return tuple(
        archive.keep_file(f"{url}#page={number}", page.picture, now, "image/jpeg")
        for number, page in enumerate(scanned.pages, 1)
    )


def _as_fetched(capture: Capture, raw: bytes, seen: scans.Sighting) -> Fetched:
    """The answer that the file was, as far as the store knows it."""
    assert seen.file is not None
    return Fetched(
        url=seen.file.url,
        final_url=capture.url or seen.file.url,
        status=200,
        headers=(),
        body=raw,
        wire_size=len(raw),
        sha256=capture.sha256,
        content_type=seen.content_type,
        etag=seen.file.etag,
        last_modified=seen.file.last_modified,
        fetched_at=capture.fetched_at,
        warc_file=capture.warc_file,
        warc_offset=capture.warc_offset,
    )


def _cannot(store: Store, scan: scans.Scan, page: Page, exc: Exception) -> None:
    """Say on the page why its scan cannot be read; it is tried again when its bytes are others."""
    now = datetime.now(UTC)
    code = getattr(exc, "code", type(exc).__name__)

    def write(tx: Connection) -> None:
        scans.done(tx, scan.id, now, code, str(exc))
        watchlist.page_failed(tx, page.id, now, page.next_fetch_at, code, str(exc), failures=page.failures)

    store.retrying(write)
    log.warning("scan cannot be read", page=page.url, error=code, message=str(exc))


def requeue(store: Store, queue: Queue, settings: Settings) -> int:
    """Put on the queue the scans that nobody reads, unless some wait there; how many."""
    now = datetime.now(UTC)
    if queue.depth():
        return 0
    with store.read() as tx:
        waiting: Sequence[int] = scans.waiting(tx, now, timedelta(seconds=queue.job_timeout))
    queue.enqueue(READ_SCANS, waiting)
    if waiting:
        log.info("found scans that nobody read", scans=len(waiting))
    return len(waiting)
