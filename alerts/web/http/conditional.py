"""An answer made of bytes that may be asked for again: ETag, Last-Modified, 304, gzip.

The rules are validators.py; which bytes is the business of the routes.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Self

from fastapi import Request, Response

from alerts.web.http.validators import accepts_gzip, gzipped, is_unchanged, strong_etag

LEAST_GZIPPED = 1024  # bytes; a small body only grows


@dataclass(frozen=True, slots=True)
class Representation:
    """Bytes to send, their strong ETag and, where they are `packed`, that of the gzipped ones. A long body is
    kept gzipped alone: nearly everybody takes it so, and it is a tenth."""

    kept: bytes
    packed: bool
    etags: tuple[str, ...]

    @classmethod
    def of(cls, body: bytes) -> Self:
        if len(body) < LEAST_GZIPPED:
            return cls(body, False, (strong_etag(body),))
        packed = gzipped(body)
        return cls(packed, True, (strong_etag(body), strong_etag(packed)))

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.kept) if self.packed else self.kept


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
    sent = Representation.of(sent) if isinstance(sent, bytes) else sent
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
    return Response(sent.body, media_type=media_type, headers=headers)
