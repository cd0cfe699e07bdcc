"""The first bytes of an answer that is no page (a redirect, a refusal): enough to show what a site said.

Which wall that is, page/walls.py knows.
"""

from __future__ import annotations

import asyncio
import zlib

import httpx

MOST = 64 * 1024  # bytes, on the wire and inflated
WAIT = 2.0  # seconds; nobody depends on these bytes


async def glimpse(response: httpx.Response) -> tuple[bytes, int, str | None]:
    """(body after inflation, bytes on the wire, why it stops early or None).

    The reasons are those of WARC-Truncated (ISO 28500, 5.13). Nothing is raised for a body that breaks
    off: the status was had.
    """
    wire, reason = b"", None
    try:
        async with asyncio.timeout(WAIT) as timer:
            async for piece in response.aiter_raw():
                wire += piece
                if len(wire) > MOST:
                    reason = "length"
                    break
    except TimeoutError:
        if not timer.expired():
            raise
        reason = "time"
    except httpx.TransportError:
        reason = "disconnect"
    body, cut = _inflated(wire[:MOST], response.headers.get("content-encoding", ""))
    return body, len(wire), reason or cut


def _inflated(wire: bytes, encoding: str) -> tuple[bytes, str | None]:
    """One layer of gzip undone, as far as it goes; other codings stay as they came."""
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        return wire, None
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        body = inflater.decompress(wire, MOST)
    except zlib.error:
        return wire, "unspecified"
    return body, None if inflater.eof else "length"
