"""A file on this machine down the road of a page: it has one under the source `local`.

Which files there are is local_files.py; reading many at once, and extraction, workers/import_files.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import os
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection

from ingest.archive.archive import Archive
from ingest.attachments.names import decode_name
from ingest.belief import Tried
from ingest.bounded_reading import ReaderProcesses
from ingest.compare.trial import try_out
from ingest.errors import NotADocument
from ingest.follow import PageReading
from ingest.identity.decide import NOTHING, Unchanged, decide, is_nameless
from ingest.keeping import Brought, Outcome
from ingest.model import Capture, ListItem, Page, Reading, SourceKind
from ingest.page.markdown import front_matter
from ingest.pipeline import Pipeline
from ingest.reading import TEXT_ENDINGS, read_document
from ingest.sources.load import LOCAL
from ingest.store import evidence, knowledge, watchlist
from ingest.store.db import Store
from ingest.telemetry import trace

UNKNOWN_TYPE = "application/octet-stream"
NEVER = timedelta(days=36500)  # a file is read again when it is imported again, never by the poller
_THEN = datetime(1970, 1, 1, tzinfo=UTC)
_NO_PAGE = Page(  # what is known of one that is not there yet
    id=0,
    source=LOCAL,
    url="",
    title=None,
    etag=None,
    last_modified=None,
    first_seen_at=_THEN,
    last_fetched_at=None,
    next_fetch_at=_THEN,
    failures=0,
    error=None,
    error_message=None,
    gone_at=None,
    body_sha256=None,
)
_HEAD = 65_536  # bytes in which a front matter ends


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine: its bytes, and the address of its page."""

    path: Path
    url: str
    raw: bytes
    sha256: str

    @property
    def name(self) -> str:
        """Its path, with a name that can be printed; its ending says what it is."""
        return str(self.path.with_name(file_name(self.path)))

    def capture(self, now: datetime) -> Capture:
        return Capture(fetched_at=now, status=200, sha256=self.sha256, size=len(self.raw), url=self.url)


def local_file(path: Path, limit: int) -> LocalFile:
    """The file as it is now. Its page is the address that its front matter names, else a file: URL. Raises
    NotADocument for one with more than `limit` bytes, and OSError."""
    size = path.stat().st_size
    if size > limit:
        raise NotADocument(f"importing {path}: {size} bytes, more than the limit ({limit})")
    raw = path.read_bytes()
    return LocalFile(path, named_address(raw, path) or file_url(path), raw, hashlib.sha256(raw).hexdigest())


def named_address(raw: bytes, path: Path) -> str | None:
    """Where a text is from, as its front matter says."""
    if path.suffix.lower() not in TEXT_ENDINGS or not raw.lstrip(b"\xef\xbb\xbf").startswith(b"---"):
        return None
    return front_matter(raw[:_HEAD].decode("utf-8", "replace"))[0].address


def read_file(reader: ReaderProcesses, file: LocalFile) -> Reading:
    return reader.read(read_document, file.raw, file.name)


def still_known(pipeline: Pipeline, file: LocalFile, *, official: bool) -> Outcome | None:
    """What becomes of a file that was imported before and is as it was; None: it is to be read."""
    slug, _ = _local_source(official)
    now = pipeline.now()
    with pipeline.store.read() as tx:
        page = watchlist.page_of(tx, slug, file.url)
        if page is None or page.body_sha256 != file.sha256:
            return None
        shown = knowledge.shown_on(tx, page.id)
    if shown is None:
        return None
    with pipeline.store.begin() as tx:
        watchlist.page_had(tx, page.id, watchlist.Had(now, now + NEVER, None, None))
        evidence.seen_again(tx, page.id, now, (None, None))
    return Outcome(file.url, Unchanged.__name__, version_id=shown.id)


def try_ahead(
    pipeline: Pipeline, reader: ReaderProcesses, file: LocalFile, reading: Reading, *, official: bool
) -> Tried | None:
    """What `keep_file` will decide, by what the store knows now; it decides again where it knows more. None:
    a page shows something else at its address, or the text is known. Of a report that is not there yet texts
    like it are looked for once, by `keep_file`: what is stored meanwhile would have to be looked for then
    anyway. Raises ReadingEnded."""
    slug, _ = _local_source(official)
    reader.read(try_out, reading.article.body, None, _NO_PAGE.furniture)
    with pipeline.store.read() as tx:
        if watchlist.page_of(tx, slug, file.url) is not None:
            return None
        first = not is_nameless(reading.identity) and knowledge.is_first(tx, reading)
        known = NOTHING if first else knowledge.known(tx, _NO_PAGE, None, reading)
    if known.version_id is not None:
        return None
    made = decide(known, file.sha256, reading) if first else reader.read(decide, known, file.sha256, reading)
    return Tried(known, file.sha256, reading, made)


def make_ready(store: Store, *, official: bool) -> None:
    """Let the source be there that the pages of files belong to."""
    slug, name = _local_source(official)
    row = watchlist.SourceRow(
        slug=slug, name=name, kind=SourceKind.LOCAL, official=official, home="file:///", list_urls=()
    )
    with store.begin() as tx:
        watchlist.ensure_source(tx, row)


def keep_file(
    pipeline: Pipeline,
    file: LocalFile,
    reading: Reading,
    *,
    official: bool,
    archive: Archive | None = None,
    tried: Tried | None = None,
) -> Outcome:
    """Store what a local file was read as, after make_ready. `tried`: what try_ahead gave for it; nothing is
    waited for then. Raises ReadingEnded."""
    store, belief = pipeline.store, pipeline.belief
    now = pipeline.now()
    capture = file.capture(now)
    read = PageReading(reading, capture)
    with nullcontext() if tried is None else store.together():
        with store.begin() as tx:
            page = _local_page(tx, file, official, now)
            last = None if page.last_fetched_at is None else evidence.last_time(tx, page.id).payload
            if tried is None and page.last_fetched_at is None:
                # In the same transaction, so that no poller ever finds it due.
                watchlist.page_had(tx, page.id, watchlist.Had(now, now + NEVER, None, None))
        if tried is None:
            tried = asyncio.run(belief.try_out(page, read, belief.shown(page)))
        if archive is not None and (last is None or last.sha256 != capture.sha256):
            type_ = mimetypes.guess_type(file.path.name)[0] or UNKNOWN_TYPE
            warc_file, offset = archive.write_file(file.url, file.raw, now, type_)
            read = replace(read, capture=replace(capture, warc_file=warc_file, warc_offset=offset))
        with trace.traced(trace.new_trace_id(now)):
            return pipeline.keeper.keep(Brought(page, read, official, NEVER, tried))


def file_url(path: Path) -> str:
    """One URL a file, with its name; its folder, which is nobody's business, only as a hash."""
    folder = hashlib.sha256(str(path.resolve().parent).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f"file:///{folder}/{quote(os.fsencode(path.name), safe='')}"


def file_name(path: Path) -> str:
    """What the file is called; a name that is no UTF-8 is one in GBK, as Chinese archives unpack."""
    return decode_name(os.fsencode(path.name))


def _local_source(official: bool) -> tuple[str, str]:
    """Its slug and name."""
    return (f"{LOCAL}-official", "本地文件（已核实）") if official else (LOCAL, "本地文件")


def _local_page(tx: Connection, file: LocalFile, official: bool, now: datetime) -> Page:
    slug, _ = _local_source(official)
    page = watchlist.page_of(tx, slug, file.url)
    if page is None:
        [page] = watchlist.see_items(tx, slug, [ListItem(url=file.url, title=file_name(file.path))], now)
    return page
