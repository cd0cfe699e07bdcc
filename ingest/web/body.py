"""The body of an answer, piece by piece: undo gzip or deflate, never hold more than the limit. No I/O.

httpx's own decoders have no bound (1.8 kB of gzip in gzip became 2 GB), so the client reads raw bytes
and gives them to `Body`.
"""

from __future__ import annotations

import io
import re
import zlib

from ingest.errors import BadAnswer, TooLarge

PIECE = 64 * 1024  # most bytes inflated at a time; what may be held above the limit
_TAIL = 64  # bytes in which a page is closed
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}  # deflate is not asked for, and comes
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = 8  # the method of RFC 1950, in the low half of the first byte
_MAGIC = b"\x1f\x8b"
_TEXTS = ("text/", "application/json", "application/xml", "application/xhtml")  # a file may be a .gz
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}<(?:!doctype|!--|html|\?xml)", re.I)
_BLANK = b" \t\r\n\xef"  # that, or the beginning of a BOM
# Some servers put the charset where the coding belongs; browsers show such a page, and so do we.
_PLAIN = frozenset({"", "identity", "none", "binary", "utf-8", "utf8", "gbk", "gb2312", "gb18030"})


class Body:
    """Takes wire bytes, gives the body.

    `encoding` is the Content-Encoding of the answer ("" if none), `content_type` its type, `limit` the most
    bytes of the body, on the wire as well as inflated, `what` names the page in messages. A text that is
    packed and not said to be is undone, a page that is said to be packed and is not is taken as it is. Raises
    BadAnswer (an encoding that cannot be read, a broken stream) and TooLarge.
    """

    def __init__(self, encoding: str, limit: int, what: str, *, content_type: str = "") -> None:
        said = dict.fromkeys(part.strip().lower() for part in encoding.split(","))  # twice, by a proxy too
        names = [name for name in said if name not in _PLAIN]
        self._inflater: zlib._Decompress | None = None
        self._coding = _CODINGS.get(names[0]) if len(names) == 1 else None
        self._unknown = encoding[:80] if names and self._coding is None else None
        self._may_be_packed = not names and content_type.lower().startswith(_TEXTS)
        self._what = what
        self._limit = limit
        # getvalue() of a BytesIO hands over its buffer, so a body is never held twice.
        self._held = io.BytesIO()
        self._size = 0
        self._ended = False
        self.wire_size = 0

    def feed(self, wire: bytes) -> None:
        """Take some bytes as they came. Whatever they inflate to, at most limit + 64 KiB is ever held."""
        if self._unknown is not None and not _PAGE.match(wire):
            raise self._unreadable(self._unknown)
        self._unknown = None
        if self._may_be_packed and wire.startswith(_MAGIC):
            self._coding = "gzip"
        self._may_be_packed = False
        self.wire_size += len(wire)
        if self.wire_size > self._limit:
            raise self._too_large()
        if self._coding is None:
            self._keep(wire)
            return
        if self._inflater is None:
            if not wire:
                return
            if self._coding == "gzip" and _is_text(wire):
                self._coding = None  # said to be packed, and is not
                self._keep(wire)
                return
            self._inflater = self._inflates(wire)
        while not self._ended:
            if self._inflater.eof and wire:
                # RFC 1952 allows several members in a row; other bytes after the end are padding.
                self._ended = self._coding != "gzip" or not _MAGIC.startswith(wire[:2])
                self._inflater = self._inflater if self._ended else zlib.decompressobj(_GZIP)
                continue
            try:
                piece = self._inflater.decompress(wire, PIECE)
            except zlib.error as exc:
                raise BadAnswer(f"{self._what}: sent as {self._coding}, but it is not ({exc}).") from exc
            self._keep(piece)
            wire = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
            if not wire and len(piece) < PIECE:
                return

    @property
    def torn(self) -> bool:
        """Whether the gzip or deflate stream that came has no end."""
        return self._inflater is not None and self.wire_size > 0 and not self._inflater.eof

    @property
    def closes(self) -> bool:
        """Whether the last that came closes a page; nothing of it may follow."""
        return bytes(self._held.getbuffer()[-_TAIL:]).rstrip().lower().endswith(b"</html>")

    def held(self) -> bytes:
        """What has come."""
        return self._held.getvalue()

    def finish(self) -> bytes:
        """The whole body. Raises BadAnswer when gzip or deflate stops in the middle."""
        if self._unknown is not None:
            raise self._unreadable(self._unknown)
        if self.torn:
            raise BadAnswer(
                f"{self._what}: the {self._coding} stream stops after {self.wire_size} bytes, before its end."
            )
        return self.held()

    def _inflates(self, wire: bytes) -> zlib._Decompress:
        """What undoes a stream that begins so: deflate comes as RFC 9110 says (in zlib's frame), and bare."""
        if self._coding == "gzip":
            return zlib.decompressobj(_GZIP)
        return zlib.decompressobj(zlib.MAX_WBITS if _is_framed(wire) else -zlib.MAX_WBITS)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise self._too_large()
        self._held.write(piece)

    def _unreadable(self, encoding: str) -> BadAnswer:
        return BadAnswer(f"{self._what}: Content-Encoding {encoding!r} was not asked for and cannot be read.")

    def _too_large(self) -> TooLarge:
        return TooLarge(f"{self._what}: more than {self._limit} bytes; reading was stopped there.")


def _is_framed(wire: bytes) -> bool:
    return wire[0] & 0x0F == _ZLIB and wire[0] >> 4 < _ZLIB


def _is_text(wire: bytes) -> bool:
    return not _is_framed(wire) and (wire[:1] in _BLANK or 0x20 < wire[0] < 0x7F)
