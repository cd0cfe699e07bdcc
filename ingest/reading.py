"""Bytes -> Reading: decode, read the page or file, say which report it is. No network, no clock.

Fetching the bytes, of a page and of what hangs on it, is web/ and follow.py; what becomes of the reading is
pipeline.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from ingest.attachments.cells import without_sheet_title
from ingest.attachments.kinds import SHEETS, AttachmentKind, kind_of
from ingest.attachments.links import Link, report_attachments, table_attachments, unnamed_attachments
from ingest.attachments.names import file_name, has_file_ending, has_sheet_ending, without_ending
from ingest.attachments.sandbox import FileText, read_attachment
from ingest.compare.fingerprint import content_hash, fingerprint_of, text_of
from ingest.errors import Blocked, ConfigError, NotADocument, ShapeChanged
from ingest.identity.compilation import is_compilation
from ingest.identity.identify import identify
from ingest.model import Article, ArticleLayout, Reading, Recognised
from ingest.ocr.pages import Scanned
from ingest.page.charset import decode, printable
from ingest.page.continuation import join_pages, next_pages, whole_text
from ingest.page.dates import as_day
from ingest.page.discuz import thread_starter
from ingest.page.error_pages import error_of, error_page
from ingest.page.hidden_text import page_of_json, uncovered
from ingest.page.json_lists import is_json
from ingest.page.markdown import FrontMatter, front_matter, markdown_lines
from ingest.page.onward import frame_of
from ingest.page.parsed import ParsedPage, parse_page
from ingest.page.pictures import pictures_in
from ingest.page.reader import ANY, read_page
from ingest.page.saved import html_of, lines_of_saved, saved_by_word
from ingest.page.text import article_of, read_text, without_title
from ingest.page.titles import best_title, clean_title, looks_like_title
from ingest.page.walls import blocked
from ingest.regions.named import region_named
from ingest.search.tokens import packed
from ingest.text.rows import is_of_a_table

MARKDOWN = "text/markdown"
MARKDOWN_ENDINGS = frozenset({".md", ".markdown"})
TEXT_ENDINGS = MARKDOWN_ENDINGS | {".txt"}
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,99}(?:<\?xml[^>]{0,200}>\s{0,99})?<(?:!doctype\s+html|html)[\s>]", re.I
)

# A page with less text than this is an empty shell: a template without its article.
LEAST_BODY = 30  # characters
# With less than this (见附件, 现印发给你们), the one attachment that names a report is the report.
THIN_BODY = 300  # characters


@dataclass(frozen=True, slots=True)
class ReadingHints:
    """What is known of a document before it is read.

    From its server: `content_type`, and `name`, what it calls a file. From its source: `layout`, and
    `region`, the code that 本区 means there. From its list: `title`, what it calls the page. With fewer
    characters than `least` a page is an empty shell.
    """

    content_type: str | None = None
    name: str | None = None
    layout: ArticleLayout = ANY
    region: str | None = None
    title: str | None = None
    least: int = LEAST_BODY


@dataclass(frozen=True, slots=True)
class FirstPage:
    """A document as its page or file says it. `next_pages`: where the article goes on; `starter`: who began
    it, where it is a thread that goes on; `tables`: sheets with its targets; `stub`: the next page has all of
    it, as a frame has."""

    reading: Reading
    next_pages: tuple[str, ...] = ()
    starter: str | None = None
    tables: tuple[Link, ...] = ()
    stub: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """A page whose report is an attachment: what the page says itself (no body), and the links of which one
    leads to it."""

    article: Article
    links: tuple[Link, ...]
    tables: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class NextPage:
    """A further page of an article (of a thread: its body may be empty), and the pages that it leads to."""

    article: Article
    next_pages: tuple[str, ...] = ()


NO_HINTS = ReadingHints()


def read_document(raw: bytes, url: str, hints: ReadingHints = NO_HINTS) -> Reading:
    """Read a page, a plain text or a file whole.

    `url` may be a file's path; its ending decides where neither the bytes nor the Content-Type do. Raises
    Blocked, NotADocument, Undecodable, ShapeChanged, TooLarge.
    """
    if is_page(raw, url, hints):
        return _read_page(_parsed(raw, url, hints), hints)
    return _read_other(raw, url, hints)


def read_first_page(raw: bytes, url: str, hints: ReadingHints = NO_HINTS) -> FirstPage | Shell:
    """As read_document, with where the article goes on; but a page with next to no text and one attachment
    that is the report is a Shell.

    Where the page has text of its own, that wins. Several such attachments leave the page as it is. Raises
    Replaced and ErrorPage too: what came with status 200 may be an error page.
    """
    if not is_page(raw, url, hints):
        return FirstPage(_read_other(raw, url, hints))
    page = _parsed(raw, url, hints)
    if said := error_page(page):
        raise error_of(said, url)
    try:
        reading = _read_page(page, hints)
    except (ShapeChanged, NotADocument):
        if shell := _shell(page, hints.layout):
            return shell
        if said := error_page(page, menus=True):
            raise error_of(said, url) from None
        if frame := frame_of(page.html, url):
            around = _reading(read_page(page, hints.layout, bodiless=True), url, hints)
            return FirstPage(around, (frame,), stub=True)
        if pictures := pictures_in(page):
            raise NotADocument(
                f"reading {url}: no text, but pictures ({pictures}), which may be the pages of one; pictures"
                " in a page are not read"
            ) from None
        raise
    if len(reading.article.body) < THIN_BODY and (shell := _shell(page, hints.layout)):
        return shell
    further = next_pages(page)
    tables = table_attachments(page, hints.layout)
    if not further and len(reading.article.body) < THIN_BODY and (whole := whole_text(page)):
        return FirstPage(reading, (whole,), tables=tables, stub=True)
    return FirstPage(reading, further, thread_starter(page) if further else None, tables)


def read_next_page(
    raw: bytes, url: str, hints: ReadingHints, *, first: str, starter: str | None = None
) -> NextPage:
    """A further page of the article that begins at `first`, or of the thread that `starter` began.

    Raises Blocked, NotADocument, Undecodable, ShapeChanged.
    """
    page = _parsed(raw, url, hints)
    article = read_page(page, hints.layout, starter=starter)
    return NextPage(
        article, () if is_plain_text(raw, url, hints.content_type) else next_pages(page, first=first)
    )


def fill(shell: Shell, link: Link, raw: bytes, url: str, hints: ReadingHints) -> Reading:
    """The reading of a shell (the page at `url`) with the text of one of its attachments: its bytes, and what
    its server says of them.

    Title, header block and date are the page's, the body is the file's. Raises NotADocument, TooLarge.
    """
    try:
        name, wanted = hints.name or link.name, shell.article.title or ""
        file = _file(raw, name, hints.content_type, wanted)
    except NotADocument as exc:
        raise type(exc)(f"reading {url}, whose text is its attachment {link.url}: {exc}") from exc
    listed = shell.article.title
    title = listed if listed and looks_like_title(listed) else None
    article = _article(file.lines, title, listed, sheet=file.is_sheet)
    if len(article.body) < LEAST_BODY:
        raise NotADocument(
            f"reading {url}: its attachment {link.url} holds {len(article.body)} characters of text"
        )
    return _reading(replace(shell.article, title=article.title, body=article.body), url, hints)


def read_table(raw: bytes, name: str, content_type: str | None) -> str:
    """The text of a sheet that hangs on a report. Raises NotADocument, TooLarge."""
    return "\n".join(_file(raw, name, content_type, "").lines)


def with_tables(reading: Reading, tables: Sequence[str], url: str, hints: ReadingHints) -> Reading:
    """The report with its tables behind its text."""
    article = replace(reading.article, body="\n".join([reading.article.body, *tables]))
    return _reading(article, url, hints)


def read_scan(
    scanned: Scanned, url: str, hints: ReadingHints = NO_HINTS, around: Article | None = None
) -> Reading:
    """The reading of a scan that OCR has read: `around` is what its page says itself, where it is a file on
    one.

    Raises NotADocument where next to nothing was seen on it.
    """
    lines = [line for text in scanned.paragraphs if (line := printable(text).strip(_EDGE))]
    listed = (around.title if around else None) or hints.title
    article = _article(lines, listed if listed and looks_like_title(listed) else None, listed)
    if len(article.body) < LEAST_BODY:
        raise NotADocument(f"reading {url}: OCR sees {len(article.body)} characters of text on its pages")
    if around is not None:
        article = replace(around, title=article.title, body=article.body)
    recognised = Recognised(scanned.engine, scanned.confidence_of(article.body))
    reading = _reading(article, url, hints)
    return replace(reading, content_hash=content_hash(article.body, recognised=True), recognised=recognised)


def join(first: FirstPage, further: Sequence[Article], url: str, hints: ReadingHints) -> Reading:
    """The reading of an article with its further pages: all but the text stands on the first."""
    article = first.reading.article
    own = "" if first.stub and further else article.body
    body = join_pages([own, *(page.body for page in further)], article.title)
    if not body:
        raise ShapeChanged(f"reading {url}: no main text found, and none in its frame")
    return _reading(replace(article, body=body), url, hints)


def is_page(raw: bytes, url: str, hints: ReadingHints) -> bool:
    """HTML, for all that bytes, Content-Type and address say: no file, and no plain text."""
    name = _called(url, hints)
    if kind_of(raw, name, hints.content_type) is not AttachmentKind.PAGE:
        return False
    return not is_plain_text(raw, url, hints.content_type) and not _exported(raw, name, hints.content_type)


def is_plain_text(raw: bytes, url: str, content_type: str | None) -> bool:
    if _HTML.match(raw):  # some servers call every page text/plain
        return False
    if content_type:
        return _media_type(content_type) in ("text/plain", MARKDOWN)
    return _ending(url) in TEXT_ENDINGS


def _is_markdown(url: str, content_type: str | None) -> bool:
    """Most servers call it text/plain: then its ending says so."""
    return _media_type(content_type or "") == MARKDOWN or _ending(url) in MARKDOWN_ENDINGS


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _ending(url: str) -> str:
    """Of the path of an address, or of a file's name, in which ? and # are characters like others."""
    return PurePosixPath(urlsplit(url).path if "://" in url else url).suffix.lower()


def _called(url: str, hints: ReadingHints) -> str:
    return hints.name or file_name(None, url)


def _parsed(raw: bytes, url: str, hints: ReadingHints) -> ParsedPage:
    page = parse_page(decode(*(html_of(raw) or (raw, hints.content_type))), url)
    if wall := blocked(page):
        raise Blocked(f"reading {url}: the answer is a block page ({wall}), not the document")
    return page


def _read_page(page: ParsedPage, hints: ReadingHints) -> Reading:
    """Where it shows no text, what it holds for its script to show."""
    if is_json(page.html):
        with suppress(ShapeChanged):  # it only begins like JSON
            if (made := page_of_json(page.html, page.url)) is None:
                raise NotADocument(f"reading {page.url}: JSON, and no long text in it")
            page = parse_page(made, page.url)
    try:
        return _whole(read_page(page, hints.layout), page.url, hints)
    except (ShapeChanged, NotADocument) as exc:
        if hints.layout.body is not None or (made := uncovered(page.html)) is None:
            if has_file_ending(page.url):
                raise NotADocument(f"reading {page.url}: a page without text came instead of a file") from exc
            raise
        return _whole(read_page(parse_page(made, page.url), hints.layout), page.url, hints)


def _read_other(raw: bytes, url: str, hints: ReadingHints) -> Reading:
    """A file, or plain text."""
    name = _called(url, hints)
    page = kind_of(raw, name, hints.content_type) is AttachmentKind.PAGE
    plain = page and is_plain_text(raw, url, hints.content_type)
    if plain and not _exported(raw, name, hints.content_type):
        return _read_plain(decode(raw, hints.content_type), url, hints)
    file = _file(raw, name, hints.content_type, hints.title or "")
    article = _article(file.lines, None, hints.title or file.within or name, sheet=file.is_sheet)
    if len(article.body) < hints.least:
        raise NotADocument(f"reading {url}: the file holds {len(article.body)} characters of text")
    return _reading(article, url, hints)


def _read_plain(text: str, url: str, hints: ReadingHints) -> Reading:
    """Plain text or Markdown; what its front matter says counts for more than what is found in the text."""
    said, text = front_matter(text)
    if _is_markdown(url, hints.content_type):
        text = "\n".join(markdown_lines(text))
    article = read_text(text)
    if said != FrontMatter():
        header = article.header
        day = header.published_on or as_day(said.published)
        article = replace(
            article,
            title=clean_title(said.title or "") or article.title,
            published_at=said.published or article.published_at,
            origin=said.origin or article.origin,
            header=replace(header, published_on=day, issuer=header.issuer or said.issuer),
        )
        with suppress(ConfigError):  # no division of that name: it helps nobody
            region = region_named(said.region, "region").code if said.region else None
            hints = replace(hints, region=hints.region or region)
    return _whole(article, url, hints)


def _whole(article: Article, url: str, hints: ReadingHints) -> Reading:
    if len(article.body) < hints.least and not (article.header.index_number or article.header.title):
        raise NotADocument(
            f"reading {url}: {len(article.body)} characters of text were found, fewer than {hints.least}; "
            "the page is an empty shell or needs JavaScript"
        )
    return _reading(article, url, hints)


def _reading(article: Article, url: str, hints: ReadingHints) -> Reading:
    identity = identify(article, url, hints.region, listed=hints.title)
    # Whoever stores it would clean the text once more for that.
    body = article.body
    return Reading(
        article,
        identity,
        content_hash(body),
        fingerprint_of(text_of(body)),
        compilation=is_compilation(body),
        tokens=packed(body),
    )


_EDGE = " \t\u3000\xa0\u200b\ufeff"


class _File(NamedTuple):
    """The lines of a file, what it is called in its archive, and whether it is a sheet."""

    lines: list[str]
    within: str
    is_sheet: bool


def _file(raw: bytes, name: str, content_type: str | None, wanted: str) -> _File:
    kind = kind_of(raw, name, content_type)
    if rows := _exported(raw, name, content_type):
        read = FileText(rows)
    elif kind not in (AttachmentKind.WORD_XML, AttachmentKind.SHEET_XML) and (saved := saved_by_word(raw)):
        read = FileText(lines_of_saved(*saved, name))
    else:
        read = read_attachment(raw, name, content_type, wanted)
    lines = [line for text in read.lines if (line := printable(text).strip(_EDGE))]
    within = file_name(None, read.within)
    exported = kind is AttachmentKind.PAGE and has_sheet_ending(name)
    return _File(lines, within, kind in SHEETS or exported or has_sheet_ending(within))


def _exported(raw: bytes, name: str, content_type: str | None) -> list[str]:
    """The rows of a page that is called a sheet, as programs export one; none where no table is in it."""
    if not has_sheet_ending(name) or kind_of(raw, name, content_type) is not AttachmentKind.PAGE:
        return []
    page, said = html_of(raw) or (raw, content_type)
    if b"<table" not in page.lower():
        return []
    rows = lines_of_saved(page, said, name)
    return rows if sum(is_of_a_table(row.split()) for row in rows) > 1 else []


def _article(lines: Sequence[str], title: str | None, listed: str | None, *, sheet: bool = False) -> Article:
    """The article in the lines of a file: `title` where it is certain, else the file's own or, where that
    says more, what list or server call it (`listed`). A sheet is text from its first line on."""
    called = clean_title(without_ending(listed or ""))
    if sheet:
        if title is None:
            title, lines = without_sheet_title(lines)
        title = title or called
        return Article(title, "\n".join(without_title(lines, title)))
    own = article_of(lines, title=title, of_file=True)
    if title is not None:
        return own
    best = best_title([text for text in (own.title, called) if text]) or own.title or called
    return own if best == own.title else article_of(lines, title=best, of_file=True)


def _shell(page: ParsedPage, layout: ArticleLayout) -> Shell | None:
    """The page as a shell, if one attachment can be the report, or one of a few whose names say nothing."""
    links = report_attachments(page, layout)
    if len(links) > 1:
        return None
    links = links or unnamed_attachments(page, layout)
    if not links:
        return None
    tables = tuple(link for link in table_attachments(page, layout) if link not in links)
    return Shell(read_page(page, layout, bodiless=True), links, tables)
