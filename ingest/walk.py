"""Look at a list: its first page, and the pages behind that where there may be news too.

More can be put up between two looks than the first page holds, and what is put up with an earlier date
stands further back. Where the next page is, is page/pagination.py; when a list is due, and what becomes of
its items, list_poll.py; walking back as far as one likes, backfill.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ingest.bounded_reading import Reader, here
from ingest.errors import FetchError, HostUnavailable, ParseError, TimedOut
from ingest.exchange import Fetched, Request
from ingest.model import ListItem, WatchedList
from ingest.page.error_pages import error_of, sent_elsewhere
from ingest.page.pagination import next_page
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
    deep = watched.deep_at is None or now - watched.deep_at >= DEEP_LOOK or watched.owed is not None
    # Whether there is something behind it only the whole page says; and some servers answer every condition
    # with 304 for ever.
    validators = (None, None) if deep else (watched.etag, watched.last_modified)
    said = source.watched(watched.url)
    fetched = await web.fetch(
        Request(watched.url, *validators, post=said.post_for(1)), delay=source.delay, passing=True
    )
    if fetched.status == 304:
        return Look(fetched, None, watched.read_as)
    if said_instead := sent_elsewhere(watched.url, fetched.final_url):
        raise error_of(said_instead, fetched.final_url)
    read_as = _read_as(fetched, source)
    if read_as == watched.read_as and not deep:
        return Look(fetched, None, read_as)
    page = fetched
    fetched, text, items = await read_list_answer(web, source, page, now, reader)
    if fetched is not page and (read_as := _read_as(fetched, source)) == watched.read_as and not deep:
        return Look(fetched, None, read_as)
    warning, owed = await reader(flaw_of, text, source), None
    # One page more than counts: what is taken off the list lets older items move up.
    least = max(DEPTH + 1, watched.owed or 0) if deep else 1
    known = dict.fromkeys(watched.remembered or ())
    seen = {item.url for item in items}
    address, number, last = fetched.final_url, 1, items[-1]
    news: list[ListItem] = []
    behind: list[ListItem] = []
    onward = watched.items is not None
    broken = False
    while True:
        onward = onward and mark_of(last.url) not in known and bool(await unknown([last.url]))
        if not onward and number >= least:
            break
        if number >= max(FARTHEST, least):
            warning = f"more is new than {number} pages hold; see gongbao poll --backfill"
            break
        paging = source.paging_of(watched.url)
        following = await reader(next_page, text, address, watched.url, number + 1, paging)
        if following is None:
            break
        number += 1
        try:
            request = Request(following, post=said.post_for(number))
            answer = await web.fetch(request, delay=source.delay, passing=True)
            text, more = await reader(read_answer, answer, source, now)
        except (HostUnavailable, TimedOut) as exc:
            log.warning(
                "list not walked", source=source.slug, url=following, error=exc.code, message=str(exc)
            )
            # What comes meanwhile may push what we have not seen one page back.
            owed = min(number + 1, FARTHEST) if onward or watched.owed else None
            broken = True
            break
        except (FetchError, ParseError):
            break  # the list ends here
        fresh = [item for item in more if item.url not in seen]
        if not fresh:
            break  # a server that answers with its last page for ever
        seen.update(item.url for item in fresh)
        behind += fresh
        if onward or number <= max(DEPTH if watched.remembered is not None else 1, watched.owed or 1):
            news += [item for item in fresh if mark_of(item.url) not in known]
        address, last = answer.final_url, fresh[-1]
    remembered = watched.remembered
    if deep and not (broken and remembered is None):  # half of what stood there would make the rest news
        remembered = tuple(dict.fromkeys([*(mark_of(item.url) for item in behind), *known]))[:REMEMBERED]
    return Look(fetched, items, read_as, tuple(news), deep, remembered, owed, warning)


def _read_as(fetched: Fetched, source: Source) -> str:
    return hashlib.sha256(f"{fetched.sha256} {source.mark} {program_version()}".encode()).hexdigest()


def mark_of(url: str) -> str:
    """A few letters that stand for an address."""
    return hashlib.sha256(url.encode()).hexdigest()[:12]
