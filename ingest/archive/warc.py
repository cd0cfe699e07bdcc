"""WARC 1.1 records (ISO 28500): made from what was fetched, read back whole. Streams in, streams out.

Which file they stand in is archive.py; where the files are kept is storage.py.
"""

# mypy: disable-error-code="no-untyped-call"
# (warcio has no types)

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from ingest.errors import ArchiveError
from ingest.exchange import Fetched, Headers, Request

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
PIECE = 2**20  # bytes inflated at a time

# These describe the bytes on the wire; the record holds the body after transfer and inflation.
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_AS_THEY_ARE = "".join(map(chr, range(0x20, 0x7F)))
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,  # also what is not UTF-8, and a digest that is not base32
    IndexError,
    zlib.error,
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
)


@dataclass(frozen=True, slots=True)
class Original:
    """The record that a revisit record points back to: what was fetched, when, and where it stands."""

    url: str
    at: datetime
    sha256: str  # of its payload, in hex
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record read back. `payload` is b"" in a revisit; `refers_to` is then the place of the original.

    `status` and `http_headers` are None and empty in a resource record, which is a file, not an answer.
    """

    kind: str
    url: str
    headers: Headers
    status: str | None
    http_headers: Headers
    payload: bytes
    refers_to: tuple[str, int] | None

    def header(self, name: str) -> str | None:
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)


class Writer(WARCWriter):
    """warcio's writer with SHA-256 digests: the same hash as everywhere else here, and one that holds."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__(out, gzip=True, warc_version="1.1")

    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


# --- writing ---------------------------------------------------------------------------------


def write_info(out: IO[bytes], name: str, software: str) -> None:
    """The record at the head of every file."""
    writer = Writer(out)
    info = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    writer.write_record(writer.create_warcinfo_record(name, info))


def write_exchange(out: IO[bytes], fetched: Fetched, original: Original | None = None) -> None:
    """An answer and its request; the answer first, so that the offset of the pair is that of the answer.

    With `original` the answer becomes a revisit record: the same payload (status 200), or the server's
    word that it is unchanged (304).
    """
    writer = Writer(out)
    about = {"WARC-Date": stamp(fetched.fetched_at)}
    if fetched.address:
        about["WARC-IP-Address"] = fetched.address
    answer = _response(writer, fetched, about) if original is None else _revisit(
        writer, fetched, about, original
    )  # fmt: skip
    import httpx  # who reads records needs no client

    url = httpx.URL(fetched.final_url)
    asked = fetched.request or Request(fetched.final_url)
    request = writer.create_warc_record(
        fetched.final_url,
        "request",
        payload=io.BytesIO(asked.content),
        length=len(asked.content),
        warc_headers_dict=dict(about),
        http_headers=StatusAndHeaders(
            f"{asked.method} {url.raw_path.decode('ascii')} HTTP/1.1",
            [("host", url.netloc.decode("ascii")), *fetched.request_headers],
            is_http_request=True,
        ),
    )
    writer.write_request_response_pair(request, answer)


def write_resource(out: IO[bytes], url: str, body: bytes, at: datetime, content_type: str) -> None:
    """Bytes that nobody fetched: a local file."""
    writer = Writer(out)
    writer.write_record(
        writer.create_warc_record(
            url,
            "resource",
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict={"WARC-Date": stamp(at)},
        )
    )


def _response(writer: Writer, fetched: Fetched, about: dict[str, str]) -> Any:
    if fetched.truncated:
        about = {**about, "WARC-Truncated": fetched.truncated}
    return writer.create_warc_record(
        fetched.final_url,
        "response",
        payload=io.BytesIO(fetched.body),
        length=len(fetched.body),
        warc_headers_dict=dict(about),
        http_headers=_http_headers(fetched),
    )


def _revisit(writer: Writer, fetched: Fetched, about: dict[str, str], original: Original) -> Any:
    record = writer.create_revisit_record(
        fetched.final_url,
        _digest(original.sha256),
        original.url,
        stamp(original.at),
        http_headers=_http_headers(fetched),
        # Not of the standard, but of wide use (Heritrix): found without an index.
        warc_headers_dict={
            **about,
            "WARC-Refers-To-Filename": original.warc_file,
            "WARC-Refers-To-File-Offset": str(original.warc_offset),
        },
    )
    if fetched.not_modified:
        record.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
    return record


def _http_headers(fetched: Fetched) -> StatusAndHeaders:
    """The headers as they came; those about the wire keep their value under another name."""
    kept = [
        (_ascii(f"x-archive-orig-{n}" if n in _WIRE_HEADERS else n), _ascii(value))
        for n, value in fetched.headers
    ]
    if not fetched.not_modified:
        kept.append(("Content-Length", str(len(fetched.body))))
    return StatusAndHeaders(_status_line(fetched.said or fetched.status), kept, "HTTP/1.1")


def _ascii(text: str) -> str:
    """Servers send names and values in GBK, Latin-1, UTF-8; warcio knows what to do with some of the values
    only."""
    return text if text.isascii() else quote(text, safe=_AS_THEY_ARE)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def stamp(at: datetime) -> str:
    """A WARC-Date, to the microsecond: what a revisit refers to must be the same to the letter."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _digest(sha256: str) -> str:
    return f"sha256:{base64.b32encode(bytes.fromhex(sha256)).decode('ascii')}"


# --- reading ---------------------------------------------------------------------------------


def read_record(file: IO[bytes], offset: int, what: str) -> Record:
    """The response, revisit or resource record at `offset`, its digests checked.

    Raises ArchiveError, beginning with `what`, when there is none or it is not whole any more.
    """
    # Inflated here: warcio takes gzip that it cannot inflate for another format, and reads nonsense.
    raw = io.BytesIO(read_raw(file, offset, what))
    try:
        record = next(iter(ArchiveIterator(raw, check_digests="raise")), None)
        if record is None or record.rec_type not in ("response", "revisit", "resource"):
            raise ArchiveError(f"{what}: no record of a page or file there.")
        pieces = []
        while piece := record.raw_stream.read(PIECE):  # the digest is checked when the end is reached
            pieces.append(piece)
        payload = b"".join(pieces)
        read = _as_record(record, payload)
        expected = record.payload_length if record.http_headers else record.length
    except _UNREADABLE as exc:
        raise ArchiveError(f"{what}: {exc or type(exc).__name__}. Restore the file from a copy.") from exc
    if len(payload) != expected:
        raise ArchiveError(
            f"{what}: {len(payload)} bytes instead of {expected}. Restore the file from a copy."
        )
    return read


def _as_record(record: Any, payload: bytes) -> Record:
    headers = tuple((str(n), str(v)) for n, v in record.rec_headers.headers)
    file = record.rec_headers.get_header("WARC-Refers-To-Filename")
    http = record.http_headers
    return Record(
        kind=record.rec_type,
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        headers=headers,
        status=http.statusline if http else None,
        http_headers=tuple((str(n), str(v)) for n, v in http.headers) if http else (),
        payload=payload,
        refers_to=(file, int(record.rec_headers.get_header("WARC-Refers-To-File-Offset"))) if file else None,
    )


def read_raw(file: IO[bytes], offset: int, what: str) -> bytes:
    """The record at `offset` as it was written: WARC headers, HTTP headers, payload. Raises ArchiveError."""
    try:
        file.seek(offset)
        inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        whole = bytearray()
        while not inflater.eof:
            if not (piece := file.read(PIECE)):
                raise EOFError("the file ends in the middle of the record")
            whole += inflater.decompress(piece)
    except _UNREADABLE as exc:
        raise ArchiveError(f"{what}: {exc or type(exc).__name__}. Restore the file from a copy.") from exc
    if not whole.startswith(b"WARC/1."):
        raise ArchiveError(f"{what}: no WARC record there.")
    return bytes(whole)


def whole_length(file: IO[bytes]) -> int:
    """How many bytes from the start are whole records: all, unless the writer was killed in mid-write."""
    return max(_member_ends(file), default=0)


def _member_ends(file: IO[bytes]) -> Iterator[int]:
    """The offsets at which a gzip member ends; one member is one record."""
    file.seek(0)
    inflater, at, wire = zlib.decompressobj(16 + zlib.MAX_WBITS), 0, b""
    while wire or (wire := file.read(PIECE)):
        try:
            held = inflater.decompress(wire, PIECE)
            while not inflater.eof and not inflater.unconsumed_tail and len(held) == PIECE:
                held = inflater.decompress(b"", PIECE)
        except zlib.error:
            return
        left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        at += len(wire) - len(left)
        if inflater.eof:
            yield at
            inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        wire = left
