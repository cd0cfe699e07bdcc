"""Walk the pages of lists back, and fetch what they show: `gongbao poll --source S --backfill N`.

Sources are filled at the same time, each at the pace of its host; what they bring is read in the readers of
the poller and stored by it alone, like any other page. Where the next page of a list is, is
page/pagination.py.

What is stopped in the middle goes on when it is started again: lists are walked anew, what they showed before
is known, and what was fetched is not due.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.errors import FetchError, Gone, ParseError, ShapeChanged
from ingest.exchange import Request
from ingest.identity.first_look import newest_years
from ingest.model import ListItem
from ingest.page.pagination import NOT_FOLLOWED, next_page, sends_form
from ingest.poll import Poller
from ingest.sources.framed import read_list_answer
from ingest.sources.spec import Source, WatchedUrl
from ingest.store import leases, watchlist
from ingest.walk import DEPTH
from ingest.watch.season import year_due
from ingest.web.cookies import CookieSession

HELD_LOOK = 5.0  # seconds between two looks whether another poller is done


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


async def fill(
    poller: Poller, pages: int, say: Callable[[Walked], None], count: Callable[[int, int], None]
) -> Counter[str]:
    """Walk the lists of all sources of `poller` back and fetch what is due of them; how often which outcome.
    `say` is called with each page of a list, `count` with how many pages are done, of how many so far.

    What another poller holds is waited for: if that was killed, its leases run out.
    """
    outcomes: Counter[str] = Counter()
    waiting: dict[str, int] = {}  # how many pages of which source

    async def one(source: Source) -> None:
        async for walked in backfill(poller, source, pages):
            say(walked)
        waiting[source.slug], _ = await asyncio.to_thread(_due, poller, source)
        while True:
            async for done in poller.till_done(source.slug):
                outcomes.update(outcome.outcome for outcome in done.outcomes)
                waiting[source.slug] = max(waiting[source.slug] - len(done.outcomes), 0)
                count(outcomes.total(), outcomes.total() + sum(waiting.values()))
            waiting[source.slug], until = await asyncio.to_thread(_due, poller, source)
            if until is None:
                return
            await asyncio.sleep(min(max((until - poller.pipeline.now()).total_seconds(), 0.0), HELD_LOOK))

    await asyncio.to_thread(poller.watch)
    await asyncio.gather(*map(one, poller.pipeline.sources.values()))
    return outcomes


def _due(poller: Poller, source: Source) -> tuple[int, datetime | None]:
    with poller.pipeline.store.read() as tx:
        return leases.pages_due(tx, source.slug, poller.pipeline.now())


async def backfill(poller: Poller, source: Source, pages: int) -> AsyncIterator[Walked]:
    """Remember what the first `pages` pages of each list of `source`, which `poller` watches already, show;
    yields what each page held.

    Every page waits for its host's turn. A list ends where nothing says that it goes on, where the next
    page is not there or has no item, or where it shows only what the pages before showed.
    """
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
            now = poller.pipeline.now()
            fetched, text, items = await read_list_answer(poller.web, source, fetched, now, read)
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
        if following is None and number < pages and await read(sends_form, text):
            yield Walked(address, number + 1, 0, 0, NOT_FOLLOWED)
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
