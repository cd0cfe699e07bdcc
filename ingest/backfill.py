"""Walk the pages of a list back: `gongbao poll --source S --backfill N`.

Where the next page is, is page/pagination.py; the pages found are fetched by the poller like any others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ingest.errors import FetchError, Gone, ParseError, ShapeChanged
from ingest.exchange import Request
from ingest.identity.first_look import newest_years
from ingest.model import ListItem
from ingest.page.pagination import next_page
from ingest.poll import Poller
from ingest.sources.items import list_text, read_text_items
from ingest.sources.spec import Source, WatchedUrl
from ingest.store import watchlist
from ingest.walk import DEPTH
from ingest.watch.season import year_due
from ingest.web.cookies import CookieSession


@dataclass(frozen=True, slots=True)
class Walked:
    """One page of a list: `number` is 1 for the newest. `items` 0: the list ended, `why` says how.

    `new` counts pages that the store had never seen.
    """

    url: str
    number: int
    items: int
    new: int
    why: str | None = None
    fine: bool = True


async def backfill(poller: Poller, source: Source, pages: int) -> AsyncIterator[Walked]:
    """Remember what the first `pages` pages of each list of `source` show; yields what each page held.

    Every page waits for its host's turn. A list ends where nothing says that it goes on, where the next
    page is not there or has no item, or where it shows only what the pages before showed.
    """
    await asyncio.to_thread(poller.watch)
    for watched in source.lists:
        last: Walked | None = None
        async for last in _walk(poller, source, watched, pages):
            yield last
        if last is not None and last.fine:
            known = last.number >= DEPTH or last.number < pages  # as far as news is looked for, or to its end
            await asyncio.to_thread(_walked, poller, source, watched, known)


async def _walk(poller: Poller, source: Source, watched: WatchedUrl, pages: int) -> AsyncIterator[Walked]:
    paging = source.paging_of(watched.url)
    session = CookieSession(source.cookie_hosts)
    address: str | None = watched.url
    seen: set[str] = set()
    shown: list[ListItem] = []
    for number in range(1, pages + 1):
        if address is None:
            return
        try:
            with session.kept():
                fetched = await poller.web.fetch(
                    Request(address, post=watched.post_for(number)), delay=source.delay, passing=True
                )
            read = poller.pipeline.reader
            text = await read(list_text, fetched.body, fetched.content_type, fetched.final_url)
            items = await read(read_text_items, text, fetched.final_url, source, poller.pipeline.now())
            following = await read(next_page, text, fetched.final_url, watched.url, number + 1, paging)
        except (FetchError, ParseError) as exc:
            ended = number > 1 and isinstance(exc, Gone | ShapeChanged)
            yield Walked(
                address, number, 0, 0, "the list ends here" if ended else f"{exc.code}: {exc}", ended
            )
            return
        fresh = [item for item in items if item.url not in seen]
        if not fresh:
            yield Walked(address, number, 0, 0, "shows what the page before showed: the list ends here")
            return
        seen.update(item.url for item in fresh)
        shown += fresh
        new = await asyncio.to_thread(_see, poller, source, watched, fresh, tuple(shown))
        yield Walked(address, number, len(items), new)
        address = following


def _walked(poller: Poller, source: Source, watched: WatchedUrl, known: bool) -> None:
    now = poller.pipeline.now()
    poller.pipeline.store.retrying(
        lambda tx: watchlist.list_walked(tx, source.slug, watched.url, now, known=known)
    )


def _see(
    poller: Poller,
    source: Source,
    watched: WatchedUrl,
    items: Sequence[ListItem],
    shown: Sequence[ListItem],
) -> int:
    """Remember these items; `shown`: they, and those of the pages before them."""
    now = poller.pipeline.now()
    years = newest_years(shown, source.region, year_due(now))
    return poller.pipeline.store.retrying(
        lambda tx: len(
            watchlist.see_items(tx, source.slug, items, now, newest_years=years, list_url=watched.url)
        )
    )
