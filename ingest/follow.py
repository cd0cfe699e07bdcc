"""From an answer to a reading, over the one attachment that a page may hang its report on.

Reading is reading.py, asking the web is web/; what is stored of it is pipeline.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Self

from ingest.attachments import file_name, has_file_ending
from ingest.errors import BadAnswer, Gone
from ingest.model import ArticleLayout, Capture, Reading
from ingest.reading import LEAST_BODY, fill, read_or_shell
from ingest.settings import Settings
from ingest.web import Fetched, Web


@dataclass(frozen=True, slots=True)
class Limits:
    """What one attachment may take: bytes after inflation, seconds in all."""

    size: int = 100 * 2**20
    deadline: float = 120.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(settings.attachment_limit, settings.attachment_deadline)

    def of(self, url: str) -> tuple[int | None, float | None]:
        """Size and deadline for an address that promises a file; (None, None), those of a page, otherwise."""
        return (self.size, self.deadline) if is_file(url) else (None, None)


@dataclass(frozen=True, slots=True)
class Hanging:
    """What is known of the attachment that a page's text was last read from."""

    url: str
    capture: Capture
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment that was fetched: its link, what it is called, the answer with its place in the WARC."""

    url: str
    name: str
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class Followed:
    """What a page says, and the attachment that says it (None: the page itself does)."""

    reading: Reading
    attached: Attached | None = None


def is_file(url: str) -> bool:
    """The address promises a file, so the limits of attachments hold for it."""
    return has_file_ending(url)


async def read_answer(
    web: Web,
    fetched: Fetched,
    *,
    layout: ArticleLayout | None = None,
    region: str | None = None,
    title: str | None = None,
    delay: float | None = None,
    limits: Limits = Limits(),
    least: int = LEAST_BODY,
    known: Hanging | None = None,
    page_unchanged: bool = False,
) -> Followed | None:
    """Read an answer with status 200; fetch the attachment where the page is only its shell.

    `title` is what the list calls the page; `known` is the attachment of last time, its payload not archived
    twice. With `page_unchanged` (the page's own bytes are those of last time) it is asked for with its
    condition; None means that it has not changed either. Raises what reading and fetching raise; an
    attachment that is not there is a BadAnswer: the page itself is not gone.
    """
    read = await asyncio.to_thread(
        read_or_shell,
        fetched.body,
        fetched.final_url,
        content_type=fetched.content_type,
        layout=layout,
        region=region,
        least=least,
        name=file_name(fetched.header("content-disposition"), fetched.final_url),
        title=title,
    )
    if isinstance(read, Reading):
        return Followed(read)
    same = known if known is not None and known.url == read.link.url else None
    file = await _fetch(web, read.link.url, same, limits, delay, conditional=page_unchanged)
    if file.not_modified or (page_unchanged and same is not None and same.capture.sha256 == file.sha256):
        return None
    name = file_name(file.header("content-disposition"), file.final_url, read.link.name)
    reading = await asyncio.to_thread(
        fill,
        read,
        file.body,
        fetched.final_url,
        name=name,
        content_type=file.content_type,
        region=region,
    )
    return Followed(reading, Attached(read.link.url, name, file))


async def _fetch(
    web: Web, url: str, same: Hanging | None, limits: Limits, delay: float | None, *, conditional: bool
) -> Fetched:
    try:
        return await web.get(
            url,
            etag=same.etag if same and conditional else None,
            last_modified=same.last_modified if same and conditional else None,
            deadline=limits.deadline,
            limit=limits.size,
            delay=delay,
            known=same.capture if same else None,
        )
    except Gone as exc:
        raise BadAnswer(f"reading a page whose text is an attachment that is not there: {exc}") from exc
