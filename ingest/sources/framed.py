"""Read a list page that came; where it has no items, the list in its frame. Asks the web for that.

How a list page is read is items.py; a page that is nothing but a frame is followed by web/.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ingest.bounded_reading import Reader, here
from ingest.errors import ParseError, ShapeChanged
from ingest.exchange import Fetched
from ingest.model import ListItem
from ingest.page.charset import decode
from ingest.page.onward import frame_of
from ingest.sources.items import list_text, read_list_text
from ingest.sources.spec import Source
from ingest.web.session import Web


async def read_list_answer(
    web: Web, source: Source, fetched: Fetched, now: datetime, reader: Reader = here
) -> tuple[Fetched, str, tuple[ListItem, ...]]:
    """The answer that the items stand in, its text, and they. That of a frame has no validators: the page
    would be asked with them. Raises ParseError, and FetchError where a frame cannot be had."""
    try:
        return fetched, *await reader(read_answer, fetched, source, now)
    except ShapeChanged as exc:
        frame = await reader(_frame_in, fetched)
        if frame is None:
            raise
        answer = await web.fetch(frame, delay=source.delay, passing=True)
        try:
            text, items = await reader(read_answer, answer, source, now)
        except ParseError:
            raise exc from None
        return replace(answer, etag=None, last_modified=None), text, items


def read_answer(fetched: Fetched, source: Source, now: datetime) -> tuple[str, tuple[ListItem, ...]]:
    """The text of a list page and its items. Raises what items.py raises."""
    text = list_text(fetched.body, fetched.content_type, fetched.final_url)
    return text, read_list_text(text, fetched.final_url, source, now)


def _frame_in(fetched: Fetched) -> str | None:
    try:
        return frame_of(decode(fetched.body, fetched.content_type), fetched.final_url)
    except ParseError:
        return None
