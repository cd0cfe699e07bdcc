"""Bytes -> Reading: decode, read the page or file, say which report it is. No network, no clock.

Fetching the bytes, of a page and of what hangs on it, is web/ and follow.py; what becomes of the reading is
pipeline.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ingest.attachments.kinds import AttachmentKind, kind_of
from ingest.attachments.links import Link, report_attachments
from ingest.attachments.names import file_name, without_ending
from ingest.attachments.sandbox import read_attachment
from ingest.compare.fingerprint import content_hash
from ingest.errors import Blocked, NotADocument, ShapeChanged
from ingest.identity.identify import identify
from ingest.model import Article, ArticleLayout, Reading
from ingest.page.charset import decode, printable
from ingest.page.continuation import join_pages, next_pages
from ingest.page.discuz import thread_starter
from ingest.page.reader import read_page
from ingest.page.text import article_of, read_text
from ingest.page.titles import best_title, clean_title, looks_like_title
from ingest.page.walls import blocked

# A page with less text than this is an empty shell: a template without its article.
LEAST_BODY = 30  # characters
# With less than this (见附件, 现印发给你们), the one attachment that names a report is the report.
THIN_BODY = 300  # characters


@dataclass(frozen=True, slots=True)
class Shell:
    """A page whose report is an attachment: what the page says itself (no body), and the link."""

    article: Article
    link: Link


def read_document(
    raw: bytes,
    url: str,
    *,
    content_type: str | None = None,
    layout: ArticleLayout | None = None,
    region: str | None = None,
    least: int = LEAST_BODY,
    name: str | None = None,
    title: str | None = None,
) -> Reading:
    """Read a page, a plain text, a .docx or a .pdf whole.

    `url` may be a file's path; its ending decides where neither the bytes nor `content_type` do. `region`
    is the code that 本区 means there. For a file, `name` is what its server calls it and `title` what the
    list calls it. Raises Blocked, NotADocument, Undecodable, ShapeChanged, TooLarge.
    """
    called = name or file_name(None, url)
    if kind_of(raw, called, content_type) is not AttachmentKind.PAGE:
        return _read_file(raw, url, called, content_type, region=region, least=least, title=title)
    text = decode(raw, content_type)
    if is_plain_text(url, content_type):
        article = read_text(text)
    else:
        if wall := blocked(text):
            raise Blocked(f"reading {url}: the answer is a block page ({wall}), not the document")
        article = read_page(text, url, layout or ArticleLayout())
    if len(article.body) < least and not (article.header.index_number or article.header.title):
        raise NotADocument(
            f"reading {url}: {len(article.body)} characters of text were found, fewer than {least}; "
            "the page is an empty shell or needs JavaScript"
        )
    return _reading(article, url, region)


def read_or_shell(
    raw: bytes,
    url: str,
    *,
    content_type: str | None = None,
    layout: ArticleLayout | None = None,
    region: str | None = None,
    least: int = LEAST_BODY,
    name: str | None = None,
    title: str | None = None,
) -> Reading | Shell:
    """As read_document; but a page with next to no text and one attachment that is the report is a Shell.

    Where the page has text of its own, that wins. Several such attachments leave the page as it is.
    """
    try:
        reading = read_document(
            raw,
            url,
            content_type=content_type,
            layout=layout,
            region=region,
            least=least,
            name=name,
            title=title,
        )
    except (ShapeChanged, NotADocument):
        shell = _shell(raw, url, content_type, layout, name)
        if shell is None:
            raise
        return shell
    if len(reading.article.body) >= THIN_BODY:
        return reading
    return _shell(raw, url, content_type, layout, name) or reading


def fill(
    shell: Shell, raw: bytes, url: str, *, name: str, content_type: str | None, region: str | None
) -> Reading:
    """The reading of a shell (the page at `url`) with the text of its attachment.

    Title, header block and date are the page's, the body is the file's. Raises NotADocument, TooLarge.
    """
    try:
        lines = _lines(raw, name or shell.link.name, content_type)
    except NotADocument as exc:
        raise NotADocument(f"reading {url}, whose text is its attachment {shell.link.url}: {exc}") from exc
    listed = shell.article.title
    article = _article(lines, listed if listed and looks_like_title(listed) else None, listed)
    if len(article.body) < LEAST_BODY:
        raise NotADocument(
            f"reading {url}: its attachment {shell.link.url} holds {len(article.body)} characters of text"
        )
    return _reading(replace(shell.article, title=article.title, body=article.body), url, region)


def following(
    raw: bytes, url: str, *, content_type: str | None = None, first: str | None = None
) -> tuple[str, ...]:
    """The further pages of the article whose page at `url` these bytes are (page/continuation.py)."""
    if kind_of(raw, file_name(None, url), content_type) is not AttachmentKind.PAGE:
        return ()
    return () if is_plain_text(url, content_type) else next_pages(decode(raw, content_type), url, first=first)


def starter_of(raw: bytes, content_type: str | None = None) -> str | None:
    """Who began the thread that these bytes are the first page of; None where it is no thread."""
    return thread_starter(decode(raw, content_type))


def read_further(
    raw: bytes,
    url: str,
    *,
    content_type: str | None = None,
    layout: ArticleLayout | None = None,
    starter: str | None = None,
) -> Article:
    """A further page of an article, or of the thread that `starter` began: then the body may be empty.

    Raises Blocked, NotADocument, Undecodable, ShapeChanged.
    """
    text = decode(raw, content_type)
    if wall := blocked(text):
        raise Blocked(f"reading {url}: the answer is a block page ({wall}), not the article's next page")
    return read_page(text, url, layout or ArticleLayout(), starter=starter)


def joined(first: Reading, further: Sequence[Article], url: str, region: str | None) -> Reading:
    """The reading of an article with its further pages: all but the text stands on the first."""
    body = join_pages([first.article.body, *(page.body for page in further)], first.article.title)
    return _reading(replace(first.article, body=body), url, region)


def is_plain_text(url: str, content_type: str | None) -> bool:
    if content_type:
        return content_type.split(";")[0].strip().lower() == "text/plain"
    return PurePosixPath(urlsplit(url).path).suffix.lower() == ".txt"


def _reading(article: Article, url: str, region: str | None) -> Reading:
    return Reading(article, identify(article, url, region), content_hash(article.body))


def _read_file(
    raw: bytes,
    url: str,
    name: str,
    content_type: str | None,
    *,
    region: str | None,
    least: int,
    title: str | None,
) -> Reading:
    article = _article(_lines(raw, name, content_type), None, title or name)
    if len(article.body) < least:
        raise NotADocument(f"reading {url}: the file holds {len(article.body)} characters of text")
    return _reading(article, url, region)


def _lines(raw: bytes, name: str, content_type: str | None) -> list[str]:
    lines = read_attachment(raw, name, content_type)
    return [line for text in lines if (line := printable(text).strip(" \t\u3000\xa0\u200b\ufeff"))]


def _article(lines: list[str], title: str | None, listed: str | None) -> Article:
    """The article in the lines of a file: `title` where it is certain, else the file's own or, where that
    says more, what list or server call it (`listed`)."""
    own = article_of(lines, title=title)
    if title is not None:
        return own
    listed = clean_title(without_ending(listed or ""))
    best = best_title([text for text in (own.title, listed) if text]) or own.title or listed
    return own if best == own.title else article_of(lines, title=best)


def _shell(
    raw: bytes, url: str, content_type: str | None, layout: ArticleLayout | None, name: str | None
) -> Shell | None:
    """The page as a shell, if it is HTML and exactly one attachment can be the report."""
    if kind_of(raw, name or url, content_type) is not AttachmentKind.PAGE or is_plain_text(url, content_type):
        return None
    html = decode(raw, content_type)
    links = report_attachments(html, url, layout)
    if len(links) != 1:
        return None
    return Shell(read_page(html, url, layout, bodiless=True), links[0])
