"""Validators and conditional requests (RFC 9110 §8.8, §13) for answers made of bytes. Pure.

The answer that is made of them is conditional.py; headers of every answer are layers.py.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime

GZIP = 31  # zlib's word for a gzip header and trailer
_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)", re.IGNORECASE)
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


def strong_etag(body: bytes | bytearray) -> str:
    """Of the bytes themselves: the same bytes have the same tag on every replica."""
    return tag_of(hashlib.sha256(body))


def tag_of(digest: hashlib._Hash) -> str:
    return f'"{digest.hexdigest()}"'


def packer() -> zlib._Compress:
    """Gzips the same body to the same bytes: no time, no name."""
    return zlib.compressobj(level=6, wbits=GZIP)


def accepts_gzip(accept_encoding: str | None) -> bool:
    """RFC 9110 §12.5.3: named (or "*") with a weight above 0; a name goes before the star."""
    weighed = dict(weights(accept_encoding))
    return weighed.get("gzip", weighed.get("x-gzip", weighed.get("*", 0.0))) > 0


def weights(header: str | None) -> list[tuple[str, float]]:
    """What a header such as Accept names, in lower case, with its weight (RFC 9110 §12.4.2), in its order."""
    named = []
    for part in (header or "").split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        given = [match for match in map(_WEIGHT.fullmatch, parameters) if match]
        named.append((name.lower(), float(given[0][1]) if given else 1.0))
    return named


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def is_unchanged(
    etag: str, last_modified: str | None, if_none_match: str | None, if_modified_since: str | None
) -> bool:
    """Does the client have this already (304)?

    If-None-Match compares weakly and decides alone (§13.2.2). If-Modified-Since must be exactly the
    Last-Modified that we gave: events do not become visible in the order of their times, so an earlier
    date than the client's may still be news to it.
    """
    if if_none_match is not None:
        if if_none_match.strip() == "*":
            return True
        return etag in _ETAG.findall(if_none_match)
    return last_modified is not None and if_modified_since == last_modified
