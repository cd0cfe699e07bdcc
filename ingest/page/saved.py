"""Pages that were saved: in a web archive (MHTML, RFC 2557) by a browser, as HTML by Word. Pure."""

from __future__ import annotations

import re

from ingest.page.charset import decode
from ingest.page.lines import as_text, lines_of
from ingest.page.parsed import parse_page

_HEAD = 2048  # bytes in which it says what it is
_FIELD = re.compile(
    rb"\s{0,9}(?:from|subject|date|mime-version|content-type|snapshot-[\w-]{1,30}|x-[\w-]{1,30})\s{0,9}:",
    re.I,
)
_OFFICE = b"urn:schemas-microsoft-com:office:"  # in what Word, and WPS after it, save as a page


def html_of(raw: bytes) -> tuple[bytes, str | None] | None:
    """The bytes of the page and their Content-Type; None where `raw` is no such archive, or has no page."""
    head = raw[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if not _FIELD.match(head) or b"multipart/related" not in head.lower():
        return None
    from email import message_from_bytes  # hardly anybody sends one

    for part in message_from_bytes(raw).walk():
        if part.get_content_type() == "text/html" and isinstance(
            page := part.get_payload(decode=True), bytes
        ):
            return page, part.get("content-type")
    return None


def saved_by_word(raw: bytes) -> tuple[bytes, str | None] | None:
    """Likewise, of a document that is no page but for how it was saved: a .doc with HTML in it."""
    page = html_of(raw) or (raw, None)
    return page if _OFFICE in page[0][:_HEAD] else None


def lines_of_saved(page: bytes, said: str | None, name: str) -> list[str]:
    """All that it shows, line by line; `said`: its Content-Type."""
    whole = parse_page(decode(page, said), name).body
    return [as_text(row) for row in lines_of(whole.html if whole else None)]
