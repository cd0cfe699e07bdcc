"""The head of an answer, mended as a browser takes it: a line whose name is none is passed over. Pure.

Some servers send `Server : x`, `X-Powered By: y`, a name in GBK, or a path and a colon. h11 is strict, so one
such line made every page of its host unreadable. What else is wrong with a head is left to h11.
"""

from __future__ import annotations

import re

LONGEST = 64 * 1024  # bytes of one head that are held back; a longer one goes on as it is
_END = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d\b")
_TOKEN = re.compile(rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+")  # RFC 9110, 5.6.2


class Heads:
    """Takes the bytes of one answer as they come; gives them on, its heads (those of 1xx too) mended."""

    def __init__(self) -> None:
        self._held: bytes | None = b""  # of a head that is not complete; None: it is through

    def feed(self, data: bytes) -> bytes:
        """What can be given on now; `data` is b"" at the end of the connection."""
        if self._held is None:
            return data
        held = self._held + data
        end = _END.search(held)
        if end is None:
            more = data and len(held) <= LONGEST and b"HTTP/".startswith(held[:5])
            self._held = held if more else None
            return b"" if more else held
        head, rest = held[: end.end()], held[end.end() :]
        self._held = b"" if _INTERIM.match(head) else None
        return mended(head) + (self.feed(rest) if rest else b"")


def mended(head: bytes) -> bytes:
    """A complete head without the lines whose name is no token, and with none that ends in a blank."""
    first, *lines = head.splitlines(keepends=True)
    kept, fits = [first], True
    for line in lines:
        name, colon, value = line.partition(b":")
        if line[:1] not in (b" ", b"\t"):  # else it goes on with the line before
            name = name.rstrip(b" \t") if colon else name
            fits = not colon or _TOKEN.fullmatch(name) is not None
        if fits:
            kept.append(name + colon + value)
    return b"".join(kept)
