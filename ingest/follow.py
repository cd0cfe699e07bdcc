"""From an answer to a reading, over the further pages of an article, or the one attachment that a page may
hang its report on.

Reading is reading.py, asking the web is web/; what is stored of it is keeping.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import structlog

from ingest.attachments.choice import Candidate, chosen
from ingest.attachments.links import Link
from ingest.attachments.names import file_name, has_file_ending
from ingest.attachments.sandbox import read_attachment
from ingest.bounded_reading import Reader, here
from ingest.errors import BadAnswer, CutShort, FetchError, Gone, NotADocument, ParseError, Scan, TooLarge
from ingest.exchange import Fetched, Request
from ingest.model import Article, Capture, Reading
from ingest.page.continuation import MOST_PAGES
from ingest.page.endings import is_closed
from ingest.reading import (
    FirstPage,
    ReadingHints,
    Shell,
    fill,
    join,
    read_first_page,
    read_next_page,
    read_table,
    with_tables,
)
from ingest.settings import Settings
from ingest.web.session import Web

log = structlog.get_logger(__name__)

MOST_BYTES = 15 * 2**20  # of all pages of an article together


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
class LastTime:
    """What the last reading of a page leaves to the next, so that nothing is archived twice.

    `unchanged`: the page's own bytes are those of then; `attached`: the file that its text was read from;
    `pages`: the captures of the article's further pages, by address; `believed`: they may be shorter now.
    """

    unchanged: bool = False
    attached: Hanging | None = None
    pages: Mapping[str, Capture] = field(default_factory=dict)
    believed: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment that was fetched: its link, what it is called, the answer with its place in the WARC."""

    url: str
    name: str
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page says, and the answers that say it.

    `attached`: the file that the text was read from, where the page is only its shell. `further`: the answers
    that held the rest of an article split over pages, in their order. `etag` and `last_modified` are what the
    page may be asked with the next time. `pictures`: of a scan, what OCR saw of each page.
    """

    reading: Reading
    capture: Capture
    attached: Attached | None = None
    further: tuple[Fetched, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    pictures: tuple[Capture, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of the bytes that the text was read from; of an article on several pages, one that any of
        them changes."""
        first = self.attached.fetched.sha256 if self.attached else self.capture.sha256
        if not self.further:
            return first
        return hashlib.sha256(
            "".join([first, *(answer.sha256 for answer in self.further)]).encode()
        ).hexdigest()


class FoundScan(Scan):
    """A page whose text is pictures of it, with what OCR needs to read them: the page's answer, the file on
    it, and what the page says around it (None: the page itself is the scan)."""

    def __init__(
        self, message: str, fetched: Fetched, attached: Attached | None = None, around: Article | None = None
    ) -> None:
        super().__init__(message)
        self.fetched = fetched
        self.attached = attached
        self.around = around

    @property
    def code(self) -> str:
        return Scan.__name__


def is_file(url: str) -> bool:
    """The address promises a file, so the limits of attachments hold for it."""
    return has_file_ending(url)


async def read_answer(
    web: Web,
    fetched: Fetched,
    hints: ReadingHints,
    *,
    delay: float | None = None,
    limits: Limits = Limits(),
    last: LastTime = LastTime(),
    reader: Reader = here,
) -> PageReading | None:
    """Read an answer with status 200; fetch the attachment where the page is only its shell, and the further
    pages of an article. A scan is raised as FoundScan.

    Where the page is unchanged since the last time, its attachment is asked for with its condition; None
    means that it has not changed either. Raises what reading and fetching raise; an attachment that is not
    there is a BadAnswer: the page itself is not gone.
    """
    url = fetched.final_url
    try:
        read = await reader(read_first_page, fetched.body, url, served(hints, fetched))
    except Scan as exc:
        raise FoundScan(str(exc), fetched) from exc
    if isinstance(read, FirstPage):
        whole = await _whole(web, fetched, read, hints, delay, last, reader)
        return await _with_tables(web, whole, read.tables, url, hints, delay, limits, last, reader)
    known = last.attached
    files: dict[Link, Fetched] = {}
    # The file that was the report is asked for first: where it has not changed, the others are not asked for.
    for link in sorted(read.links, key=lambda link: known is None or link.url != known.url):
        same = known if known is not None and link.url == known.url else None
        file = await _fetch(web, link.url, same, limits, delay, conditional=last.unchanged)
        if file.not_modified or (last.unchanged and same is not None and same.capture.sha256 == file.sha256):
            return None
        files[link] = file
    link = read.links[0] if len(files) == 1 else await _report_among(files, read, url, reader)
    file = files[link]
    about = replace(hints, content_type=file.content_type, name=_called(link, file))
    attached = Attached(link.url, _called(link, file), file)
    try:
        reading = await reader(fill, read, link, file.body, url, about)
    except Scan as exc:
        raise FoundScan(str(exc), fetched, attached, read.article) from exc
    filled = _page_reading(fetched, reading, attached=attached)
    return await _with_tables(web, filled, read.tables, url, hints, delay, limits, last, reader)


async def _with_tables(
    web: Web,
    read: PageReading,
    tables: Sequence[Link],
    url: str,
    hints: ReadingHints,
    delay: float | None,
    limits: Limits,
    last: LastTime,
    reader: Reader,
) -> PageReading:
    """The report with the tables of its targets behind its text. One that cannot be had is left out, and
    asked for with its page the next time; but what was read once does not vanish: that is an error."""
    answers: list[Fetched] = []
    texts: list[str] = []
    for link in tables:
        try:
            request = Request(link.url, deadline=limits.deadline, limit=limits.size)
            file = await web.fetch(request, delay=delay, known=last.pages.get(link.url))
            text = await reader(read_table, file.body, _called(link, file), file.content_type)
        except (FetchError, ParseError) as exc:
            if link.url in last.pages:
                raise BadAnswer(f"reading {url}, whose table {link.url} was there: {exc}") from exc
            log.warning("a table is left out", url=url, table=link.url, error=exc.code, message=str(exc))
            continue
        answers.append(file)
        texts.append(text)
    if not tables:
        return read
    reading = await reader(with_tables, read.reading, texts, url, hints) if texts else read.reading
    return replace(read, reading=reading, further=(*read.further, *answers), etag=None, last_modified=None)


async def _report_among(files: Mapping[Link, Fetched], shell: Shell, url: str, reader: Reader) -> Link:
    """The file whose text is the report, where names say nothing. Raises NotADocument where it is not one."""
    title = shell.article.title or ""
    candidates: list[Candidate] = []
    links: list[Link] = []
    failed: list[ParseError | TooLarge] = []
    for link, file in files.items():
        name = _called(link, file)
        try:
            text = await reader(read_attachment, file.body, name, file.content_type, title)
        except (ParseError, TooLarge) as exc:  # an annex that cannot be read hides no report
            failed.append(exc)
            continue
        candidates.append(Candidate(name, text.lines))
        links.append(link)
    found = chosen(candidates, title)
    if len(found) == 1:
        return links[next(n for n, candidate in enumerate(candidates) if candidate is found[0])]
    if failed and not found:
        raise failed[0]
    names = "、".join(candidate.name for candidate in found)
    raise NotADocument(f"reading {url}: which of its attachments is the report is not said ({names})")


def _called(link: Link, file: Fetched) -> str:
    return file_name(file.header("content-disposition"), file.final_url, link.name)


def served(hints: ReadingHints, answer: Fetched) -> ReadingHints:
    """`hints` with what the server says of its answer."""
    name = file_name(answer.header("content-disposition"), answer.final_url)
    return replace(hints, content_type=answer.content_type, name=name)


def _page_reading(
    fetched: Fetched, reading: Reading, *, attached: Attached | None = None, further: Sequence[Fetched] = ()
) -> PageReading:
    # That its first page has not changed says nothing of the others: such an article is asked for whole.
    etag, last_modified = (None, None) if further else (fetched.etag, fetched.last_modified)
    return PageReading(reading, fetched.capture(), attached, tuple(further), etag, last_modified)


async def _whole(
    web: Web,
    fetched: Fetched,
    first: FirstPage,
    hints: ReadingHints,
    delay: float | None,
    last: LastTime,
    reader: Reader,
) -> PageReading:
    """The article with its further pages, fetched one after the other; of a thread, as far as the one who
    began it goes on writing."""
    if not first.next_pages:
        return _page_reading(fetched, first.reading)
    start = fetched.final_url
    waiting = list(first.next_pages)
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
            answer = await web.fetch(url, delay=delay, known=last.pages.get(url))
        except Gone as exc:
            if first.stub and url not in last.pages:
                break  # what the page says itself is better than nothing
            raise BadAnswer(f"reading {start}, an article whose next page is not there: {exc}") from exc
        size += len(answer.body)
        if size > MOST_BYTES:
            raise TooLarge(f"reading {start}: its pages are more than {MOST_BYTES} bytes together")
        if answer.final_url in asked - {url} or answer.sha256 in hashes:
            continue  # sent back to a page that we have
        hashes.add(answer.sha256)
        if url in last.pages and not last.believed:
            check_size(answer, last.pages[url].size, url)
        page = await reader(
            read_next_page,
            answer.body,
            answer.final_url,
            served(hints, answer),
            first=start,
            starter=first.starter,
        )
        if not page.article.body:
            break
        answers.append(answer)
        articles.append(page.article)
        waiting += [more for more in page.next_pages if more not in asked and more not in waiting]
    whole = await reader(join, first, articles, start, hints)
    return _page_reading(fetched, whole, further=answers)


CUT = 0.97  # of the last time; an answer without its end that is so short is not believed at once


def may_be_cut(answer: Fetched) -> bool:
    """A page without its end, where nothing on the wire tells half an answer from a whole one."""
    told = answer.header("content-length") or answer.header("transfer-encoding")
    return not told and not is_closed(answer.body)


def check_size(answer: Fetched, size: int | None, url: str) -> None:
    """Raises CutShort where an answer may be cut and is shorter than `size`, the bytes of last time."""
    if size is not None and may_be_cut(answer) and len(answer.body) < CUT * size:
        raise CutShort(
            f"fetching {url}: {len(answer.body)} bytes without the end of the page,"
            f" {size} the last time; the answer was probably cut off"
        )


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
