"""From an answer to a reading, over the further pages of an article, or the one attachment that a page may
hang its report on.

Reading is reading.py, asking the web is web/; what is stored of it is pipeline.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

import structlog

from ingest.attachments.names import file_name, has_file_ending
from ingest.errors import BadAnswer, Gone, TooLarge
from ingest.exchange import Fetched, Request
from ingest.model import Article, ArticleLayout, Capture, Reading
from ingest.page.continuation import MOST_PAGES
from ingest.reading import LEAST_BODY, fill, following, joined, read_further, read_or_shell, starter_of
from ingest.settings import Settings
from ingest.web.session import Web

log = structlog.get_logger(__name__)

MOST_BYTES = 15 * 2**20  # of all pages of an article together
NOTHING: Mapping[str, Capture] = MappingProxyType({})


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
    """What a page says, and the attachment that says it (None: the page itself does). `further`: the answers
    that held the rest of an article split over pages, in their order."""

    reading: Reading
    attached: Attached | None = None
    further: tuple[Fetched, ...] = ()


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
    known_pages: Mapping[str, Capture] = NOTHING,
) -> Followed | None:
    """Read an answer with status 200; fetch the attachment where the page is only its shell, and the further
    pages of an article. `known_pages`: their last captures by address, not archived twice.

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
        return await _whole(web, fetched, read, layout or ArticleLayout(), region, delay, known_pages)
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


async def _whole(
    web: Web,
    fetched: Fetched,
    first: Reading,
    layout: ArticleLayout,
    region: str | None,
    delay: float | None,
    known: Mapping[str, Capture],
) -> Followed:
    """The article with its further pages, fetched one after the other; of a thread, as far as the one who
    began it goes on writing."""
    start, type_ = fetched.final_url, fetched.content_type
    waiting = list(await asyncio.to_thread(following, fetched.body, start, content_type=type_))
    if not waiting:
        return Followed(first)
    starter = await asyncio.to_thread(starter_of, fetched.body, type_)
    asked, hashes = {start}, {fetched.sha256}
    size = len(fetched.body)
    answers: list[Fetched] = []
    articles: list[Article] = []
    while waiting:
        if len(answers) + 1 >= MOST_PAGES:
            log.warning("an article has more pages than are read", url=start, read=MOST_PAGES)
            break
        url = waiting.pop(0)
        asked.add(url)
        try:
            answer = await web.fetch(url, delay=delay, known=known.get(url))
        except Gone as exc:
            raise BadAnswer(f"reading {start}, an article whose next page is not there: {exc}") from exc
        size += len(answer.body)
        if size > MOST_BYTES:
            raise TooLarge(f"reading {start}: its pages are more than {MOST_BYTES} bytes together")
        if answer.final_url in asked - {url} or answer.sha256 in hashes:
            continue  # sent back to a page that we have
        hashes.add(answer.sha256)
        there = {"content_type": answer.content_type}
        article = await asyncio.to_thread(
            read_further, answer.body, answer.final_url, layout=layout, starter=starter, **there
        )
        if not article.body:
            break
        answers.append(answer)
        articles.append(article)
        more = await asyncio.to_thread(following, answer.body, answer.final_url, first=start, **there)
        waiting += [page for page in more if page not in asked and page not in waiting]
    return Followed(joined(first, articles, start, region), further=tuple(answers))


async def _fetch(
    web: Web, url: str, same: Hanging | None, limits: Limits, delay: float | None, *, conditional: bool
) -> Fetched:
    try:
        request = Request(
            url,
            etag=same.etag if same and conditional else None,
            last_modified=same.last_modified if same and conditional else None,
            deadline=limits.deadline,
            limit=limits.size,
        )
        return await web.fetch(request, delay=delay, known=same.capture if same else None)
    except Gone as exc:
        raise BadAnswer(f"reading a page whose text is an attachment that is not there: {exc}") from exc
