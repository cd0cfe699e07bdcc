"""An answer made of bytes that may be asked for again: ETag, Last-Modified, 304, gzip.

The rules are validators.py; which bytes is the business of the routes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from alerts.web.http.validators import GZIP, accepts_gzip, is_unchanged, packer, strong_etag, tag_of

LEAST_GZIPPED = 1024  # bytes; a small body only grows
_AT_ONCE = 2**18  # bytes of a body that is unpacked to be sent


@dataclass(frozen=True, slots=True)
class Representation:
    """Bytes to send, how many, their strong ETag and, where they are `packed`, that of the gzipped ones. A
    long body is kept gzipped alone: nearly everybody takes it so, and it is a tenth."""

    kept: bytes
    packed: bool
    length: int
    etags: tuple[str, ...]

    @classmethod
    def of(cls, parts: Iterable[bytes]) -> Self:
        """Of a body in parts: a long one is never in memory whole."""
        digest, packing = hashlib.sha256(), packer()
        short, packed, length = b"", bytearray(), 0
        for part in parts:
            digest.update(part)
            packed += packing.compress(part)
            length += len(part)
            short += part if length < LEAST_GZIPPED else b""
        if length < LEAST_GZIPPED:
            return cls(short, False, length, (tag_of(digest),))
        packed += packing.flush()
        return cls(bytes(packed), True, length, (tag_of(digest), strong_etag(packed)))

    def body(self) -> Iterator[bytes]:
        """Of a packed one."""
        unpacking = zlib.decompressobj(wbits=GZIP)
        left = self.kept
        while left:
            yield unpacking.decompress(left, _AT_ONCE)
            left = unpacking.unconsumed_tail


def conditional_response(
    request: Request,
    sent: bytes | Representation,
    *,
    media_type: str,
    cache_control: str,
    last_modified: str | None = None,
    links: dict[str, str] | None = None,
) -> Response:
    """200 with the body, or 304. `links` is {rel: href} for the Link header.

    The plain and the gzipped bytes have each their own strong ETag (RFC 9110 §8.8.3.3); whoever holds
    either of them holds what would be sent now.
    """
    sent = Representation.of([sent]) if isinstance(sent, bytes) else sent
    etags = sent.etags
    send_packed = sent.packed and accepts_gzip(request.headers.get("accept-encoding"))
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if last_modified:
        headers["Last-Modified"] = last_modified
    if links:
        headers["Link"] = ", ".join(f'<{href}>; rel="{rel}"' for rel, href in links.items())
    none_match, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    chosen = etags[1] if send_packed else etags[0]
    for etag in (chosen, *(e for e in etags if e != chosen)):
        if is_unchanged(etag, last_modified, none_match, since):
            return Response(status_code=304, headers=headers | {"ETag": etag})
    headers["ETag"] = chosen
    if send_packed:
        return Response(sent.kept, media_type=media_type, headers=headers | {"Content-Encoding": "gzip"})
    if sent.packed:
        headers["Content-Length"] = str(sent.length)
        return StreamingResponse(sent.body(), media_type=media_type, headers=headers)
    return Response(sent.kept, media_type=media_type, headers=headers)
