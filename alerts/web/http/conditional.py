"""An answer made of bytes that may be asked for again: ETag, Last-Modified, 304, gzip.

The rules are validators.py; which bytes is the business of the routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fastapi import Request, Response

from alerts.web.http.validators import accepts_gzip, gzipped, is_unchanged, strong_etag

LEAST_GZIPPED = 1024  # bytes; a small body only grows


@dataclass(frozen=True, slots=True)
class Representation:
    """Bytes to send, the same gzipped where that is worth it, and the strong ETag of either."""

    body: bytes
    packed: bytes | None
    etags: tuple[str, ...]

    @classmethod
    def of(cls, body: bytes) -> Self:
        packed = gzipped(body) if len(body) >= LEAST_GZIPPED else None
        return cls(body, packed, (strong_etag(body), *([strong_etag(packed)] if packed else [])))


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
    packed, etags = sent.packed, sent.etags
    send_packed = packed is not None and accepts_gzip(request.headers.get("accept-encoding"))
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
    if packed is not None and send_packed:
        return Response(packed, media_type=media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(sent.body, media_type=media_type, headers=headers)
