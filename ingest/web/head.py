"""The head of an answer, mended as a browser takes it: what is no HTTP in it, and clear enough. Pure.

h11 is strict, and one such line made every page of its host unreadable. Passed over are lines whose name is
none (`X-Powered By: y`, a name in GBK, a path and a colon) or ends in a blank (`Server : x`), a
Content-Length that is no number and a Transfer-Encoding that says nothing (`identity`); `http/1.1  200 ok` is
the status line that it means. What else is wrong with a head is left to h11.
"""

from __future__ import annotations

import re

LONGEST = 64 * 1024  # bytes of one head that are held back; a longer one goes on as it is
_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"http/(\d)(?:\.(\d))?[ \t]+(\d{3})(?!\d)", re.I)
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d\b")
_LENGTH = re.compile(rb"[\d \t,]*\d[ \t\r\n]*")
_TOKEN = re.compile(rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+")  # RFC 9110, 5.6.2


class Heads:
    """Takes the bytes of one answer as they come; gives them on, its heads (those of 1xx too) mended."""

    def __init__(self) -> None:
        self._held: bytes | None = b""  # of a head that is not complete; None: it is through

    def feed(self, data: bytes) -> bytes:
        """What can be given on now; `data` is b"" at the end of the connection."""
        given = b""
        while self._held is not None:
            held = (self._held + data).lstrip(b"\r\n")  # blank lines before it
            end = _END.search(held)
            if end is None:
                more = data and len(held) <= LONGEST and b"HTTP/".startswith(held[:5].upper())
                self._held = held if more else None
                return given + (b"" if more else held)
            head, data = mended(held[: end.end()]), held[end.end() :]
            self._held = b"" if _INTERIM.match(head) else None
            given += head
            if not data:
                break
        return given + data


def mended(head: bytes) -> bytes:
    """A complete head without the lines that say nothing, and with the others as they are meant."""
    first, *lines = head.splitlines(keepends=True)
    if status := _STATUS.match(first):
        first = b"HTTP/%s.%s %s" % (status[1], status[2] or b"1", status[3]) + first[status.end() :]
    kept, fits, chunked = [first], False, False
    for line in lines:
        name, colon, value = line.partition(b":")
        if line[:1] not in (b" ", b"\t"):  # else it goes on with the line before
            name = name.rstrip(b" \t") if colon else name
            fits = not colon or _TOKEN.fullmatch(name) is not None
            if name.lower() == b"content-length":
                fits = _LENGTH.fullmatch(value) is not None
            elif name.lower() == b"transfer-encoding":
                said = {word.strip() for word in value.lower().split(b",")} - {b"identity", b""}
                fits = bool(said) and not (chunked and said == {b"chunked"})
                chunked = chunked or said == {b"chunked"}
        if fits:
            kept.append(name + colon + value)
    return b"".join(kept)
