"""The archive: every answer that was had, in WARC 1.1 files (ISO 28500), to be given back byte for byte.

One file per process and day, a new one when it is full. A file is written by one process only and never
reopened. A payload that is already there is not written twice: a revisit record points at it.

How a record looks is warc.py, where files are kept storage.py; what is worth archiving is decided by
web/session.py.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Self

import structlog

from ingest.archive import warc
from ingest.archive.storage import Spooled, Writing, storage
from ingest.errors import ArchiveError
from ingest.exchange import Fetched
from ingest.model import Capture
from ingest.settings import Settings

log = structlog.get_logger(__name__)

ROTATE_AT = 10**9  # bytes
ROTATE_SPOOLED_AT = 128 * 2**20  # bytes; it travels whole
UPLOAD_EVERY = 300.0  # seconds
LONGEST_GOODBYE = 60.0  # seconds that `close` waits for an upload under way
DRAFT_IN_MEMORY = 4 * 2**20  # bytes of compressed records; a larger one waits in a temporary file
# Lists and robots.txt of a nation: addresses whose last payload a revisit can repeat without the store.
REMEMBERED = 20_000

Place = tuple[str, int]
"""A file's name, and the offset of a record in it."""


class Archive:
    """WARC files. `write` may be called from any thread; `read` by anybody who has the folder or URL.

    `url` is an fsspec URL: files go there when they are finished (full, a new day, `upload_every` seconds
    after their first record, or at `close`), and wait in `folder` until then. Raises ConfigError for one
    that fsspec does not know.
    """

    def __init__(
        self,
        folder: Path,
        *,
        url: str | None = None,
        rotate_at: int | None = None,
        upload_every: float = UPLOAD_EVERY,
        software: str = "gongbao",
    ) -> None:
        self._storage = storage(folder, url)
        self._spooled = isinstance(self._storage, Spooled)
        self._rotate_at = rotate_at or (ROTATE_SPOOLED_AT if self._spooled else ROTATE_AT)
        self._upload_every = upload_every
        self._software = software
        self._lock = threading.Lock()
        self._writing: Writing | None = None
        self._day: date | None = None
        self._begun = 0.0
        self._swept_by = 0  # the process that has looked for what killed ones left behind
        self._stop = threading.Event()
        self._uploader: threading.Thread | None = None
        self._recent: OrderedDict[str, warc.Original] = OrderedDict()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        url = settings.archive_url.get_secret_value() if settings.archive_url else None
        return cls(settings.archive, url=url, software=settings.user_agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish the file under way and upload it. What cannot be uploaded now stays in the folder."""
        self._stop.set()
        with self._lock:
            self._finish()
        if self._swept_by != os.getpid():
            return
        if self._uploader is not None:
            self._uploader.join(LONGEST_GOODBYE)
        self._sweep()

    # --- writing -----------------------------------------------------------------------------

    def write(self, fetched: Fetched, known: Capture | None = None, *, passing: bool = True) -> Place:
        """Append an answer and its request; where the answer stands.

        An answer whose payload is that of `known` (the last capture of this page), or of what this process
        last archived of the same address (`passing` only: retention does not know of that), becomes a revisit
        record. The bytes have left this process when it returns (they are not forced to the disk). Raises
        ArchiveError, and leaves the file as it was, when they cannot be written.
        """
        with self._lock:
            original = self._original(fetched, known, passing)
            place = self._append(
                fetched.final_url, fetched.fetched_at, lambda out: warc.write_exchange(out, fetched, original)
            )
            if passing and original is None and fetched.status == 200:
                self._recent[fetched.final_url] = warc.Original(
                    fetched.final_url, fetched.fetched_at, fetched.sha256, *place
                )
                self._recent.move_to_end(fetched.final_url)
                while len(self._recent) > REMEMBERED:
                    self._recent.popitem(last=False)
            return place

    def write_file(self, url: str, body: bytes, at: datetime, content_type: str) -> Place:
        """Append a resource record: bytes that nobody fetched. Raises ArchiveError."""
        with self._lock:
            return self._append(url, at, lambda out: warc.write_resource(out, url, body, at, content_type))

    def keep_file(self, url: str, body: bytes, at: datetime, content_type: str) -> Capture:
        """The same, as the store remembers it."""
        place = self.write_file(url, body, at, content_type)
        return Capture(at, 200, hashlib.sha256(body).hexdigest(), len(body), *place, url)

    def _original(self, fetched: Fetched, known: Capture | None, passing: bool) -> warc.Original | None:
        """The record that this answer repeats, if it is still there."""
        candidates = [self._recent.get(fetched.final_url) if passing else None]
        if known is not None and known.warc_file is not None and known.warc_offset is not None:
            url = known.url or fetched.final_url
            candidates.insert(
                0, warc.Original(url, known.fetched_at, known.sha256, known.warc_file, known.warc_offset)
            )
        for original in candidates:
            if original is None or not (fetched.not_modified or fetched.sha256 == original.sha256):
                continue
            if fetched.status not in (200, 304):
                continue
            try:
                if self._storage.has(original.warc_file):
                    return original
            except OSError as exc:
                log.warning("cannot look into the archive; the payload is kept again", error=str(exc))
        return None

    def _append(self, what: str, at: datetime, write: Callable[[IO[bytes]], None]) -> Place:
        try:
            writing = self._current(at.astimezone(UTC).date())
            return writing.name, self._place(writing, write)
        except OSError as exc:
            raise ArchiveError(
                f"archiving {what} in {self._storage.folder}: {exc.strerror or exc}. Make room, or check"
                " the folder."
            ) from exc

    def _current(self, day: date) -> Writing:
        writing = self._writing
        mine = writing is not None and writing.owner == os.getpid()
        if writing and mine and self._day == day and writing.file.tell() < self._rotate_at:
            return writing
        self._finish()
        if self._swept_by != os.getpid():
            self._swept_by = os.getpid()
            if self._spooled:
                self._uploader = threading.Thread(target=self._upload, name="warc-upload", daemon=True)
                self._uploader.start()
            else:
                self._sweep()
        host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:64].strip("-.") or "host"
        name = f"gongbao-{day:%Y%m%d}-{host}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
        self._writing = writing = self._storage.create(name)
        self._day, self._begun = day, time.monotonic()
        self._place(writing, lambda out: warc.write_info(out, name, self._software))
        return writing

    def _place(self, writing: Writing, write: Callable[[IO[bytes]], None]) -> int:
        """Write records beside the file first, then all of them to its end, or nothing. The offset."""
        file = writing.file
        with SpooledTemporaryFile(max_size=DRAFT_IN_MEMORY) as draft:
            write(draft)
            draft.seek(0)
            offset = file.seek(0, os.SEEK_END)
            try:
                while piece := draft.read(2**20):
                    view = memoryview(piece)
                    while view:
                        view = view[file.write(view) :]
            except BaseException:
                self._writing = None  # if the file cannot even be cut back, nobody writes to it again
                file.truncate(offset)
                self._writing = writing
                raise
            return offset

    # --- files -------------------------------------------------------------------------------

    def _finish(self) -> None:
        if self._writing is not None:
            self._storage.finish(self._writing)
        self._writing = None

    def _sweep(self) -> None:
        """Mend and upload what is finished. A failure is said, and tried again later: the files are safe."""
        try:
            self._storage.sweep()
        except OSError as exc:
            log.warning("WARC files wait in the folder", folder=str(self._storage.folder), error=str(exc))

    def _upload(self) -> None:
        """In a thread of its own, so that no page waits for the far side."""
        self._sweep()
        while not self._stop.wait(self._upload_every):
            with self._lock:
                if self._writing is not None and time.monotonic() - self._begun >= self._upload_every:
                    self._finish()
            self._sweep()

    # --- whole files -------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The files of the archive, whoever writes them. Raises ArchiveError."""
        with self._doing("listing the files"):
            return self._storage.names()

    def finished(self, name: str) -> bool:
        """Whether nobody writes to it any more, and it has nowhere to travel. Raises ArchiveError."""
        with self._doing(f"looking whether {name} is finished"):
            return self._storage.finished(name)

    def has(self, name: str) -> bool:
        with self._doing(f"looking for {name}"):
            return self._storage.has(name)

    @contextmanager
    def whole(self, name: str) -> Iterator[tuple[IO[bytes], int]]:
        """A file to read, and how many bytes of it are whole records. Raises ArchiveError."""
        with self._doing(f"reading {name}"), self._storage.whole(name) as found:
            yield found

    def put(self, name: str, content: IO[bytes]) -> None:
        """Take in a finished file of another archive. Raises ArchiveError, also when the name is taken."""
        with self._doing(f"putting {name} there"):
            self._storage.put(name, content)

    def remove(self, name: str) -> None:
        """Raises ArchiveError."""
        with self._doing(f"removing {name}"):
            self._storage.remove(name)

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise ArchiveError(f"the archive {self._storage}: {what}: {exc}.") from exc

    # --- reading -----------------------------------------------------------------------------

    def record(self, warc_file: str, offset: int) -> warc.Record:
        """The record at a place, as it stands. Raises ArchiveError if it is not there or not whole."""
        with self._opened(warc_file, offset) as (file, what):
            return warc.read_record(file, offset, what)

    def raw(self, warc_file: str, offset: int) -> bytes:
        """The bytes of the record at a place: WARC headers, HTTP headers, payload. Raises ArchiveError."""
        with self._opened(warc_file, offset) as (file, what):
            return warc.read_raw(file, offset, what)

    def read(self, warc_file: str, offset: int) -> bytes:
        """The body that `write` was given, also where a revisit record stands for it. Raises ArchiveError."""
        record = self.record(warc_file, offset)
        if record.kind != "revisit":
            return record.payload
        if record.refers_to is None:
            raise ArchiveError(
                f"reading the archive {self._storage}/{warc_file} at {offset}: it refers to nothing."
            )
        original = self.record(*record.refers_to)
        digest = record.header("WARC-Payload-Digest")
        if original.kind == "revisit" or original.header("WARC-Payload-Digest") != digest:
            raise ArchiveError(
                f"reading the archive {self._storage}/{warc_file} at {offset}: it repeats"
                f" {record.refers_to[0]} at {record.refers_to[1]}, and that is another payload."
            )
        return original.payload

    @contextmanager
    def _opened(self, warc_file: str, offset: int) -> Iterator[tuple[IO[bytes], str]]:
        what = f"reading the archive {self._storage}/{warc_file} at {offset}"
        try:
            with self._storage.reading(warc_file) as file:
                yield file, what
        except OSError as exc:
            raise ArchiveError(f"{what}: {exc}. Restore the file from a copy.") from exc
