"""Does an answer end where its document ends, or was it cut off? Pure.

Where nothing on the wire tells half an answer from a whole one, its bytes and its text may: a page that is
not closed, a text that is the beginning of what stood there and stops in mid-sentence. How often a page may
say so before it is believed is pipeline.py.
"""

from __future__ import annotations

import re

_TAIL = 4096  # bytes in which a page is closed; counters and comments may follow
_TORN = 8  # letters at the end of a torn text that may be anything: half a character, half a tag
_LEAST = 40  # letters; of fewer nothing follows
_NO_LETTERS = re.compile(r"[\W\d_]+")
_SENTENCE_ENDS = frozenset("。！？；…!?;.”’」』）)】》〉")


def is_closed(body: bytes) -> bool:
    """Whether a page or file has its end; True too of what is neither a page nor a PDF."""
    head, tail = body[:1024].replace(b"\0", b"").lower(), body[-_TAIL:].replace(b"\0", b"").lower()
    if head.lstrip().startswith(b"%pdf"):
        return b"%%eof" in tail
    return b"<" not in head or b"</html" in tail or b"</body" in tail


def is_beginning(text: str, shown: str) -> bool:
    """Whether a text is the beginning of the one that stood there, but for its torn end; figures apart, which
    may count readers."""
    piece, whole = _NO_LETTERS.sub("", text), _NO_LETTERS.sub("", shown)
    return _LEAST <= len(piece) < len(whole) and whole.startswith(piece[:-_TORN])


def stops_in_mid_sentence(text: str) -> bool:
    return text.rstrip()[-1:] not in _SENTENCE_ENDS
