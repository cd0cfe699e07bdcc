"""`gongbao sources check`: what a source yields now, and what looks wrong about it.

Nothing is stored. A first draft of a source file is draft.py; polling for real is poll.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.errors import FetchError, ParseError
from ingest.exchange import Fetched, Request
from ingest.follow import Limits, read_answer
from ingest.model import Header, ListItem
from ingest.page.columns import report_columns
from ingest.page.dates import CHINA
from ingest.page.pagination import next_page
from ingest.reading import ReadingHints
from ingest.settings import Settings
from ingest.sources.items import list_text, read_text_items
from ingest.sources.recognise import recognise
from ingest.sources.spec import Source, WatchedUrl
from ingest.web.session import Web

_CUT = re.compile(r"(?:…+|\.{3,})$")
_SHORT_TITLE = 5  # characters; a menu's entry is as short
_FEW = 5  # items; a column that has had a year's documents has more
_STALE = timedelta(days=400)  # even a column of work reports has one a year
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `fine` False: somebody should look at it."""

    fine: bool
    text: str


async def check_source(
    settings: Settings, source: Source, now: datetime | None = None
) -> AsyncIterator[Line]:
    """Fetch every list of a source, the page after its first, and two of its articles; say what is read
    and what looks wrong. At most four requests a list, each in its host's turn.
    """
    now = now or datetime.now(UTC)
    async with Web.from_settings(settings, legacy_hosts=source.legacy_hosts) as web:
        for watched in source.lists:
            async for line in _check_list(web, source, watched, now):
                yield line


async def _check_list(web: Web, source: Source, watched: WatchedUrl, now: datetime) -> AsyncIterator[Line]:
    try:
        fetched = await web.fetch(Request(watched.url, post=watched.post_for(1)), delay=source.delay)
        text = list_text(fetched.body, fetched.content_type, fetched.final_url)
    except (FetchError, ParseError) as exc:
        yield Line(False, f"{watched.url}: {exc.code}: {exc}")
        return
    for line in (*_moved(watched, fetched), *_family(source, text, fetched.final_url)):
        yield line
    try:
        items = read_text_items(text, fetched.final_url, source, now)
    except ParseError as exc:
        yield Line(False, f"{watched.url}: {exc.code}: {exc}")
        items = ()
    else:
        for line in look_at_items(watched.url, items, now):
            yield line
    for column in report_columns(text, fetched.final_url):
        if column.url not in {one.url for one in source.lists}:
            yield Line(True, f"  links to a column of reports: {column.url}  {column.text}")
    if not items:
        return
    yield await _check_next(web, source, watched, text, fetched.final_url, items, now)
    for item in dict.fromkeys((items[0], items[len(items) // 2])):
        for line in await _check_page(web, source, item):
            yield line


def look_at_items(url: str, items: Sequence[ListItem], now: datetime) -> list[Line]:
    """What a list's items look like: how many, dated when, titles cut, short or twice there."""
    days = [item.published_on for item in items if item.published_on is not None]
    today = now.astimezone(CHINA).date()
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
) -> Line:
    """The list's second page."""
    address = next_page(text, url, watched.url, 2, source.paging_of(watched.url))
    if address is None:
        return Line(True, "  one page: nothing says that the list goes on (`pages` would)")
    try:
        fetched = await web.fetch(Request(address, post=watched.post_for(2)), delay=source.delay)
        more = read_text_items(
            list_text(fetched.body, fetched.content_type, fetched.final_url), fetched.final_url, source, now
        )
    except (FetchError, ParseError) as exc:
        return Line(False, f"  next page {address}: {exc.code}: {exc}")
    fresh = len({item.url for item in more} - {item.url for item in items})
    said = f"  next page {address}: {len(more)} items, {fresh} not on the first"
    return Line(fresh > 0, said if fresh else f"{said}: does it go on another way? Say `pages`")


async def _check_page(web: Web, source: Source, item: ListItem) -> list[Line]:
    try:
        limit, deadline = Limits().of(item.url)
        fetched = await web.fetch(Request(item.url, limit=limit, deadline=deadline), delay=source.delay)
        hints = ReadingHints(layout=source.article_layout, region=source.region, title=item.title)
        read = await read_answer(web, fetched, hints, delay=source.delay)
        assert read is not None  # nothing was known before
    except (FetchError, ParseError) as exc:
        return [Line(False, f"  article {item.url}: {exc.code}: {exc}")]
    article, identity = read.reading.article, read.reading.identity
    filled = [name for name in Header.__slots__ if getattr(article.header, name) is not None]
    region = "／".join(identity.region.path) if identity.region else "no region"
    lines = [
        Line(bool(article.title), f"  article {item.url}: {article.title or 'no title'}"),
        Line(len(article.body) >= 200, f"    {len(article.body)} characters, {identity.kind}, {region}"),
        Line(True, f"    header: {', '.join(filled) or 'none'}"),
    ]
    if read.attached:
        lines.append(Line(True, f"    its text is the attachment {read.attached.fetched.url}"))
    if source.region and identity.region is None:
        lines.append(Line(False, f"    its region was not found, though the file says {source.region}"))
    return lines
