"""Look at a list: its first page, and the pages behind that where there may be news too.

More can be put up between two looks than the first page holds, and what is put up with an earlier date
stands further back. Where the next page is, is page/pagination.py; when a list is due, and what becomes of
its items, list_poll.py; walking back as far as one likes, backfill.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ingest.bounded_reading import Reader, here
from ingest.errors import FetchError, HostUnavailable, ParseError, TimedOut
from ingest.exchange import Fetched, Request
from ingest.model import ListItem, WatchedList
from ingest.page.error_pages import error_of, sent_elsewhere
from ingest.page.pagination import NOT_FOLLOWED, next_page, sends_form
from ingest.program import program_version
from ingest.sources.framed import read_answer, read_list_answer
from ingest.sources.items import flaw_of
from ingest.sources.spec import Source
from ingest.web.session import Web

log = structlog.get_logger(__name__)

DEPTH = 3  # pages of a list on which whatever appears is news, wherever it stands
DEEP_LOOK = timedelta(days=1)  # between two looks at all of those
FARTHEST = 10  # pages that one look walks at most, for as long as they show nothing but news
REMEMBERED = 300  # items behind the first page

Unknown = Callable[[Collection[str]], Awaitable[set[str]]]
"""Which of these addresses no page of the source has."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a list found. `items` are those of the first page, None where it has not changed;
    `behind` those of the pages behind it that are news.

    `read_as` stands for the bytes and how they were read: another source file, another version of ours.
    `deep`: the pages behind were looked at; `remembered`: what to remember of them. `owed`: how many
    pages the next look must see, because this one could not. `warning`: what is amiss with what was read.
    """

    fetched: Fetched
    items: tuple[ListItem, ...] | None
    read_as: str | None = None
    behind: tuple[ListItem, ...] = ()
    deep: bool = False
    remembered: tuple[str, ...] | None = None
    owed: int | None = None
    warning: str | None = None


async def look_at_list(
    web: Web,
    source: Source,
    watched: WatchedList,
    now: datetime,
    unknown: Unknown,
    reader: Reader = here,
) -> Look:
    """The list `watched` of `source` as it is now. Raises FetchError and ParseError for its first page, also
    where the site shows a log-in, its home page or an error page instead; where a page behind it cannot be
    had, a later look makes up for it.

    Where the last item of a page is news, the next page is looked at too; once a day the first few are in
    any case. What stands behind the first page when a list is seen for the first time is old.
    """
    return await _Looker(web, source, watched, now, unknown, reader).look()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the list: its text, the address that it came from, its items."""

    text: str
    url: str
    items: Sequence[ListItem]


@dataclass(frozen=True, slots=True)
class _Behind:
    """The pages behind the first: their items, and those of them that are news; `owed` and `warning` as in
    Look. `broken`: one could not be had."""

    items: Sequence[ListItem]
    news: Sequence[ListItem]
    owed: int | None
    warning: str | None
    broken: bool


@dataclass(frozen=True, slots=True)
class _Looker:
    """One look at one list."""

    web: Web
    source: Source
    watched: WatchedList
    now: datetime
    unknown: Unknown
    reader: Reader

    async def look(self) -> Look:
        watched, source = self.watched, self.source
        deep = watched.deep_at is None or self.now - watched.deep_at >= DEEP_LOOK or watched.owed is not None
        # Whether there is something behind it only the whole page says; and some servers answer every
        # condition with 304 for ever.
        validators = (None, None) if deep else (watched.etag, watched.last_modified)
        asked = Request(watched.url, *validators, post=source.watched(watched.url).post_for(1))
        fetched = await self.web.fetch(asked, delay=source.delay, passing=True)
        if fetched.status == 304:
            return Look(fetched, None, watched.read_as)
        if said_instead := sent_elsewhere(watched.url, fetched.final_url):
            raise error_of(said_instead, fetched.final_url)
        read_as = _read_as(fetched, source)
        if read_as == watched.read_as and not deep:
            return Look(fetched, None, read_as)
        page = fetched
        fetched, text, items = await read_list_answer(self.web, source, page, self.now, self.reader)
        if fetched is not page and (read_as := _read_as(fetched, source)) == watched.read_as and not deep:
            return Look(fetched, None, read_as)
        flaw = await self.reader(flaw_of, text, source)
        behind = await self._walk_on(_Page(text, fetched.final_url, items), deep)
        remembered = watched.remembered
        # Half of what stood there would make the rest news.
        if deep and not (behind.broken and remembered is None):
            marks = (mark_of(item.url) for item in behind.items)
            remembered = tuple(dict.fromkeys([*marks, *(remembered or ())]))[:REMEMBERED]
        news, warning = tuple(behind.news), behind.warning or flaw
        return Look(fetched, items, read_as, news, deep, remembered, behind.owed, warning)

    async def _walk_on(self, page: _Page, deep: bool) -> _Behind:
        """Look at what stands behind the first page."""
        watched, known = self.watched, frozenset(self.watched.remembered or ())
        # One page more than counts: what is taken off the list lets older items move up.
        least = max(DEPTH + 1, watched.owed or 0) if deep else 1
        counts = max(DEPTH if watched.remembered is not None else 1, watched.owed or 1)
        seen = {item.url for item in page.items}
        items: list[ListItem] = []
        news: list[ListItem] = []
        number, onward = 1, watched.items is not None
        while True:
            last = page.items[-1].url
            onward = onward and mark_of(last) not in known and bool(await self.unknown([last]))
            if not onward and number >= least:
                break
            if number >= max(FARTHEST, least):
                warning = f"more is new than {number} pages hold; see gongbao poll --backfill"
                return _Behind(items, news, None, warning, broken=False)
            url = await self._next_url(page, number + 1)
            if url is None:
                if onward and await self.reader(sends_form, page.text):
                    return _Behind(items, news, None, NOT_FOLLOWED, broken=False)
                break
            number += 1
            try:
                following = await self._fetched(url, number)
            except (HostUnavailable, TimedOut) as exc:
                log.warning(
                    "list not walked", source=self.source.slug, url=url, error=exc.code, message=str(exc)
                )
                # What comes meanwhile may push what we have not seen one page back.
                owed = min(number + 1, FARTHEST) if onward or watched.owed else None
                return _Behind(items, news, owed, None, broken=True)
            except (FetchError, ParseError):
                break  # the list ends here
            fresh = [item for item in following.items if item.url not in seen]
            if not fresh:
                break  # a server that answers with its last page for ever
            seen.update(item.url for item in fresh)
            items += fresh
            if onward or number <= counts:
                news += [item for item in fresh if mark_of(item.url) not in known]
            page = _Page(following.text, following.url, fresh)
        return _Behind(items, news, None, None, broken=False)

    async def _next_url(self, page: _Page, number: int) -> str | None:
        """Of the page with this number, which stands behind that one; None where it says of none."""
        url = self.watched.url
        return await self.reader(next_page, page.text, page.url, url, number, self.source.paging_of(url))

    async def _fetched(self, url: str, number: int) -> _Page:
        """Raises FetchError, ParseError."""
        request = Request(url, post=self.source.watched(self.watched.url).post_for(number))
        answer = await self.web.fetch(request, delay=self.source.delay, passing=True)
        text, items = await self.reader(read_answer, answer, self.source, self.now)
        return _Page(text, answer.final_url, items)


def _read_as(fetched: Fetched, source: Source) -> str:
    return hashlib.sha256(f"{fetched.sha256} {source.mark} {program_version()}".encode()).hexdigest()


def mark_of(url: str) -> str:
    """A few letters that stand for an address."""
    return hashlib.sha256(url.encode()).hexdigest()[:12]
