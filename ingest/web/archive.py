"""The archive: every page that was fetched, in WARC 1.1 files (ISO 28500), to be had back byte for byte.

One file per process and day, a new one at about 1 GB. A file is written by one process only and never
reopened, so a crash can tear at most the last record of a file that nobody writes to any more.

What is worth archiving is decided by session.py.
"""

# mypy: disable-error-code="no-untyped-call"
# (warcio has no types)

from __future__ import annotations

import io
import os
import re
import secrets
import socket
import threading
import zlib
from collections.abc import Callable
from datetime import UTC, date
from http import HTTPStatus
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Self

import httpx
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.errors import StoreError
from ingest.web.client import Fetched, Headers

ROTATE_AT = 10**9  # bytes
DRAFT_IN_MEMORY = 4 * 2**20  # bytes of compressed records; a larger one waits in a temporary file

# These describe the bytes on the wire; the record holds the body after transfer and inflation.
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class Archive:
    """WARC files in a folder. `write` may be called from any thread; `read` by anybody who has the folder."""

    def __init__(self, folder: Path, *, rotate_at: int = ROTATE_AT, software: str = "gongbao") -> None:
        self._folder = folder
        self._rotate_at = rotate_at
        self._software = software
        self._lock = threading.Lock()
        self._file: io.FileIO | None = None
        self._name = ""
        self._written_by: tuple[int, date] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._close()

    def write(self, fetched: Fetched) -> tuple[str, int]:
        """Append a response and its request; the file's name inside the folder, the response's offset.

        The bytes have left this process when it returns (they are not forced to the disk). Raises
        StoreError, and leaves the file as it was, when they cannot be written.
        """
        with self._lock:
            try:
                file = self._current(fetched)
                return self._name, self._append(file, lambda writer: _write_pair(writer, fetched))
            except OSError as exc:
                raise StoreError(
                    f"archiving {fetched.final_url} in {self._folder}: {exc}. Make room, or check the folder."
                ) from exc

    def read(self, warc_file: str, offset: int) -> bytes:
        """The body that `write` was given. Raises StoreError if it is not there or not whole any more."""
        path = self._folder / warc_file
        what = f"reading the archive {path} at {offset}"
        if path.parent != self._folder:
            raise StoreError(f"{what}: {warc_file!r} is not the name of a file of this archive.")
        try:
            with path.open("rb") as file:
                file.seek(offset)
                record = next(iter(ArchiveIterator(file, check_digests="raise")), None)
                if record is None or record.rec_type != "response":
                    raise StoreError(f"{what}: no response record there.")
                body: bytes = record.raw_stream.read()
                # The digest is checked when the end is reached.
                while rest := record.raw_stream.read():
                    body += rest
        except (OSError, EOFError, zlib.error, ArchiveLoadFailed) as exc:
            raise StoreError(f"{what}: {exc}. Restore the file from a copy.") from exc
        length = record.http_headers.get_header("Content-Length") if record.http_headers else None
        if length is None or int(length) != len(body):
            raise StoreError(f"{what}: {len(body)} bytes instead of {length}. Restore the file from a copy.")
        return body

    def _current(self, fetched: Fetched) -> io.FileIO:
        day = fetched.fetched_at.astimezone(UTC).date()
        # The process id too: a forked child must not write into its parent's file.
        by = (os.getpid(), day)
        if self._file is not None and self._written_by == by and self._file.tell() < self._rotate_at:
            return self._file
        self._close()
        self._folder.mkdir(parents=True, exist_ok=True)
        host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:64] or "host"
        self._name = f"gongbao-{day:%Y%m%d}-{host}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
        # Unbuffered: what a write could not place must not be written later, behind our back.
        self._file = (self._folder / self._name).open("xb", buffering=0)
        self._written_by = by
        info = {"software": self._software, "format": "WARC File Format 1.1"}
        self._append(self._file, lambda w: w.write_record(w.create_warcinfo_record(self._name, info)))
        return self._file

    def _append(self, file: io.FileIO, write: Callable[[WARCWriter], None]) -> int:
        """Write records beside the file first, then all of them to its end, or nothing. The offset."""
        with SpooledTemporaryFile(max_size=DRAFT_IN_MEMORY) as draft:
            write(WARCWriter(draft, gzip=True, warc_version="1.1"))
            draft.seek(0)
            offset = file.seek(0, os.SEEK_END)
            try:
                while piece := draft.read(2**20):
                    view = memoryview(piece)
                    while view:
                        view = view[file.write(view) :]
            except BaseException:
                self._file = None  # if the file cannot even be cut back, nobody writes to it again
                file.truncate(offset)
                self._file = file
                raise
            return offset

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None


def _write_pair(writer: WARCWriter, fetched: Fetched) -> None:
    """The response first, so that the offset of the pair is that of the response."""
    warc_headers = {"WARC-Date": f"{fetched.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"}
    if fetched.address:
        warc_headers["WARC-IP-Address"] = fetched.address
    response = writer.create_warc_record(
        fetched.final_url,
        "response",
        payload=io.BytesIO(fetched.body),
        length=len(fetched.body),
        warc_headers_dict=dict(warc_headers),
        http_headers=StatusAndHeaders(_status_line(fetched.status), _kept_headers(fetched), "HTTP/1.1"),
    )
    url = httpx.URL(fetched.final_url)
    request = writer.create_warc_record(
        fetched.final_url,
        "request",
        warc_headers_dict=dict(warc_headers),
        http_headers=StatusAndHeaders(
            f"GET {url.raw_path.decode('ascii')} HTTP/1.1",
            [("host", url.netloc.decode("ascii")), *fetched.request_headers],
            is_http_request=True,
        ),
    )
    writer.write_request_response_pair(request, response)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _kept_headers(fetched: Fetched) -> Headers:
    """The headers as they came; those about the wire keep their value under another name."""
    kept = [
        (f"x-archive-orig-{name}" if name in _WIRE_HEADERS else name, value)
        for name, value in fetched.headers
    ]
    return (*kept, ("Content-Length", str(len(fetched.body))))
