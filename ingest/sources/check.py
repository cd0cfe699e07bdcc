"""`gongbao sources check`: what a source yields now, and what looks wrong about it.

Nothing is stored. A first draft of a source file is draft.py; polling for real is poll.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ingest.attachments.kinds import AttachmentKind, kind_of
from ingest.attachments.names import file_name
from ingest.china_time import CHINA, china_day
from ingest.errors import FetchError, Gone, ParseError
from ingest.exchange import Fetched, Request
from ingest.follow import Limits, read_answer
from ingest.model import Header, ListItem
from ingest.page.columns import report_columns
from ingest.page.pagination import NOT_FOLLOWED, next_page, sends_form, total_pages
from ingest.reading import ReadingHints
from ingest.sources.framed import read_list_answer
from ingest.sources.items import list_text, read_text_items
from ingest.sources.recognise import recognise
from ingest.sources.spec import Source, WatchedUrl
from ingest.web.cookies import CookieSession
from ingest.web.session import Web

_CUT = re.compile(r"(?:(?<!…)…++|(?<!\.)\.{3,}+)$")
_SHORT_TITLE = 5  # characters; a menu's entry is as short
_FEW = 5  # items; a column that has had a year's documents has more
_STALE = timedelta(days=400)  # even a column of work reports has one a year
_SHOWN = 3
_WORK_REPORT = re.compile(r"政府工作报告|政府报告")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `fine` False: somebody should look at it."""

    fine: bool
    text: str


@dataclass(slots=True)
class ListCheck:
    """What one list yields now. `error` is the code of what kept it from being read; `fresh` how many items
    of its second page are not on its first, None where it has one page; `article` the first that was read;
    `season` the title of this year's report, where it stands there; `proposed` the columns of reports that
    the page links to and the source does not watch."""

    url: str
    column: str | None
    error: str | None = None
    items: int = 0
    dated: int = 0
    newest_on: date | None = None
    newest: str | None = None
    fresh: int | None = None
    article: str | None = None
    chars: int | None = None
    fields: tuple[str, ...] = ()
    kind_read: str | None = None  # what the article's text was read from: a page, a .docx, a .zip
    season: str | None = None
    proposed: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        return all(line.fine for line in self.lines)


async def check_lists(web: Web, source: Source, now: datetime) -> AsyncIterator[ListCheck]:
    """Fetch every list of a source, the page after its first, and two of its articles; say what is read
    and what looks wrong. At most four requests a list, five where it stands in a frame, each in its host's
    turn.
    """
    session = CookieSession(source.cookie_hosts)
    for watched in source.lists:
        with session.kept():
            check = await _check_list(web, source, watched, now)
        yield check


async def _check_list(web: Web, source: Source, watched: WatchedUrl, now: datetime) -> ListCheck:
    check = ListCheck(watched.url, watched.column.value if watched.column else None)
    try:
        fetched = await web.fetch(Request(watched.url, post=watched.post_for(1)), delay=source.delay)
        text = list_text(fetched.body, fetched.content_type, fetched.final_url)
    except (FetchError, ParseError) as exc:
        return _failed(check, exc)
    check.lines += (*_moved(watched, fetched), *_family(source, text, fetched.final_url))
    shown = text
    try:
        fetched, shown, items = await read_list_answer(web, source, fetched, now)
    except (FetchError, ParseError) as exc:
        _failed(check, exc)
        items = ()
    else:
        _count(check, items, now)
        check.lines += look_at_items(watched.url, items, now)
    for column in report_columns(text, fetched.final_url):
        if column.url not in {one.url for one in source.lists}:
            check.proposed += (column.url,)
            check.lines.append(Line(True, f"  links to a column of reports: {column.url}  {column.text}"))
    if items:
        await _check_next(web, source, watched, shown, fetched.final_url, items, now, check)
        for item in dict.fromkeys((items[0], items[len(items) // 2])):
            await _check_page(web, source, watched, item, check)
    return check


def _kind(answer: Fetched) -> str:
    """What its bytes are, whatever it is called: "page", ".docx", ".zip"."""
    name = file_name(answer.header("content-disposition"), answer.final_url)
    kind = kind_of(answer.body, name, answer.content_type)
    return "page" if kind is AttachmentKind.PAGE else f".{kind.value}"


def _failed(check: ListCheck, exc: FetchError | ParseError) -> ListCheck:
    check.error = exc.code
    check.lines.append(Line(False, f"{check.url}: {exc.code}: {exc}"))
    return check


def _count(check: ListCheck, items: Sequence[ListItem], now: datetime) -> None:
    newest = max(items, key=lambda item: item.published_on or date.min)
    year = now.astimezone(CHINA).year
    check.items = len(items)
    check.dated = sum(item.published_on is not None for item in items)
    check.newest_on, check.newest = newest.published_on, newest.title
    check.season = next(
        (
            item.title
            for item in items
            if _WORK_REPORT.search(item.title)
            and (str(year) in item.title or (item.published_on and item.published_on.year == year))
        ),
        None,
    )


def look_at_items(url: str, items: Sequence[ListItem], now: datetime) -> list[Line]:
    """What a list's items look like: how many, dated when, titles cut, short or twice there."""
    days = [item.published_on for item in items if item.published_on is not None]
    today = china_day(now)
    span = f", from {min(days)} to {max(days)}" if days else ""
    lines = [Line(len(items) >= _FEW, f"{url}: {len(items)} items, {len(days)} with a date{span}")]
    if len(items) < _FEW:
        lines.append(
            Line(False, "  few items: is this the list, or a box beside it? Say `item` under [list]")
        )
    lines += [Line(True, f"  {item.published_on or '(no date) '}  {item.title}") for item in items[:_SHOWN]]
    if days and len(days) < len(items):
        lines.append(Line(False, f"  {len(items) - len(days)} items without a date: say `date` under [list]"))
    if not days:
        lines.append(Line(True, "  no dates: how often the list changes will be learned by looking"))
    if any(day > today + timedelta(days=1) for day in days):
        lines.append(Line(False, f"  a date still to come: {max(days)}"))
    if days and max(days) < today - _STALE:
        lines.append(Line(False, f"  nothing newer than {max(days)}: is the column still in use?"))
    if cut := [item.title for item in items if _CUT.search(item.title)]:
        lines.append(Line(True, f"  {len(cut)} titles are cut off; the article completes them"))
    if short := [item.title for item in items if len(item.title) < _SHORT_TITLE]:
        lines.append(
            Line(False, f"  {len(short)} titles are very short ({short[0]!r}): are these items of a menu?")
        )
    twice = [title for title, count in Counter(item.title for item in items).items() if count > 1 and title]
    if twice:
        lines.append(Line(False, f"  {len(twice)} titles stand there with several addresses: {twice[0]!r}"))
    return lines


def _moved(watched: WatchedUrl, fetched: Fetched) -> list[Line]:
    lines = []
    if fetched.redirects:
        lines.append(Line(False, f"{watched.url}: moved to {fetched.final_url}; write that into the file"))
    if not (fetched.etag or fetched.last_modified):
        lines.append(Line(True, "  no ETag or Last-Modified: every look takes the whole page"))
    return lines


def _family(source: Source, text: str, url: str) -> list[Line]:
    """A site that looks like another family than its file says."""
    found = recognise(text, url)
    if found.family.name in (source.family, "plain", "json"):
        return []
    related = {found.family.name, source.family} <= {"trs", "zwxl"} or source.family == "json"
    return [
        Line(related, f"  looks like the family {found.family.name!r} ({found.sign}), not {source.family!r}")
    ]


async def _check_next(
    web: Web,
    source: Source,
    watched: WatchedUrl,
    text: str,
    url: str,
    items: Sequence[ListItem],
    now: datetime,
    check: ListCheck,
) -> None:
    """The list's second page."""
    address = next_page(text, url, watched.url, 2, source.paging_of(watched.url))
    if address is None:
        said = NOT_FOLLOWED if sends_form(text) else "nothing says that the list goes on (`pages` would)"
        check.lines.append(Line(True, f"  one page: {said}"))
        return
    try:
        fetched = await web.fetch(Request(address, post=watched.post_for(2)), delay=source.delay)
        more = read_text_items(
            list_text(fetched.body, fetched.content_type, fetched.final_url), fetched.final_url, source, now
        )
    except (FetchError, ParseError) as exc:
        guessed = isinstance(exc, Gone) and total_pages(text) is None
        said = (
            f"  one page: {address} is not there" if guessed else f"  next page {address}: {exc.code}: {exc}"
        )
        check.lines.append(Line(guessed, said))
        return
    check.fresh = len({item.url for item in more} - {item.url for item in items})
    said = f"  next page {address}: {len(more)} items, {check.fresh} not on the first"
    if not check.fresh:
        said += ": does it go on another way? Say `pages`"
    check.lines.append(Line(check.fresh > 0, said))


async def _check_page(
    web: Web, source: Source, watched: WatchedUrl, item: ListItem, check: ListCheck
) -> None:
    try:
        limit, deadline = Limits().of(item.url)
        fetched = await web.fetch(Request(item.url, limit=limit, deadline=deadline), delay=source.delay)
        hints = ReadingHints(layout=source.article_layout, region=source.region_of(watched), title=item.title)
        read = await read_answer(web, fetched, hints, delay=source.delay)
        assert read is not None  # nothing was known before
    except (FetchError, ParseError) as exc:
        check.lines.append(Line(False, f"  article {item.url}: {exc.code}: {exc}"))
        return
    article, identity = read.reading.article, read.reading.identity
    filled = tuple(name for name in Header.__slots__ if getattr(article.header, name) is not None)
    region = "／".join(identity.region.path) if identity.region else "no region"
    kind = _kind(read.attached.fetched if read.attached else fetched)
    if check.article is None:
        check.article, check.chars, check.fields = article.title, len(article.body), filled
        check.kind_read = kind
    check.lines += [
        Line(bool(article.title), f"  article {item.url}: {article.title or 'no title'}"),
        Line(len(article.body) >= 200, f"    {len(article.body)} characters, {identity.kind}, {region}"),
        Line(True, f"    header: {', '.join(filled) or 'none'}"),
    ]
    if read.attached:
        check.lines.append(
            Line(True, f"    its text is the attachment {read.attached.fetched.final_url} ({kind})")
        )
    if source.region and identity.region is None:
        check.lines.append(Line(False, f"    its region was not found, though the file says {source.region}"))
