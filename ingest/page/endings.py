"""Does an answer end where its document ends, or was it cut off? Pure.

Where nothing on the wire tells half an answer from a whole one, its bytes and its text may: a page that is
not closed, a text that is the beginning of what stood there and stops in mid-sentence. How often a page may
say so before it is believed is belief.py.
"""

from __future__ import annotations

import io
import json
import re
from zipfile import is_zipfile

_TAIL = 4096  # bytes in which a page is closed; counters and comments may follow
_TORN = 8  # letters at the end of a torn text that may be anything: half a character, half a tag
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]{0,99})[\s/>]")
_GOES_ON = re.compile(rb"<(?:p|div|table|ul|ol|section|article|main|h[1-6])\b")
_LEAST = 40  # letters; of fewer nothing follows
_NO_LETTERS = re.compile(r"[\W\d_]+")
_SENTENCE_ENDS = frozenset("。！？；…!?;.”’」』）)】》〉")


def is_closed(body: bytes) -> bool:
    """Whether a page or file has its end; True too of what is neither a page nor a PDF."""
    head, tail = body[:1024].replace(b"\0", b"").lower(), body[-_TAIL:].replace(b"\0", b"").lower()
    if head.lstrip().startswith(b"%pdf"):
        return b"%%eof" in tail
    return b"<" not in head or b"</html" in tail or b"</body" in tail


def is_whole(body: bytes) -> bool:
    """Whether what came is evidently all of a document, though its answer broke off: it has the end that its
    format ends with. False of what has none (plain text, a piece of HTML)."""
    head = body[:1024].replace(b"\0", b"").lower().lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith((b"{", b"[")):
        try:
            json.loads(body)
        except ValueError:
            return False
        return True
    if head.startswith(b"pk"):
        return is_zipfile(io.BytesIO(body))
    if head.startswith(b"<?xml") and b"<html" not in head:
        root = _ROOT.search(body)
        return root is not None and body.rstrip().endswith(b"</%s>" % root[1])
    if head.startswith(b"%pdf"):
        return is_closed(body)
    # Where templates are put together, </html> may stand in the middle: then the page goes on behind it.
    tail = body[-_TAIL:].replace(b"\0", b"").lower()
    _, closing, behind = tail.rpartition(b"</html" if b"</html" in tail else b"</body")
    return head.startswith(b"<") and bool(closing) and not _GOES_ON.search(behind)


def is_beginning(text: str, shown: str) -> bool:
    """Whether a text is the beginning of the one that stood there, but for its torn end; figures apart, which
    may count readers."""
    piece, whole = _NO_LETTERS.sub("", text), _NO_LETTERS.sub("", shown)
    return _LEAST <= len(piece) < len(whole) and whole.startswith(piece[:-_TORN])


def stops_in_mid_sentence(text: str) -> bool:
    return text.rstrip()[-1:] not in _SENTENCE_ENDS
