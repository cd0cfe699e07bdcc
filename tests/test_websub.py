"""WebSub: which feeds are told of, the hub link, and that a slow or dead hub delays nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import feedparser
import httpx
import pytest

from alerts.delivery.attempt import http_client
from alerts.delivery.send import run
from alerts.feeds import named_feeds
from alerts.feeds.render import FeedFormat, FeedInfo
from alerts.feeds.websub import AT_ONCE, Hub
from ingest.model import Filter
from ingest.store import pings, saved_feeds
from ingest.store.db import Store
from ingest.store.saved_feeds import SavedFeed
from tests.support.receiver import Receiver, hang, status
from tests.support.site_server import served, stored
from tests.support.subscribers import Clock, report_event, sender, settings_for, subscribe, tell
from tests.support.whole_feed import render

NOW = datetime(2026, 1, 20, tzinfo=UTC)


def test_an_event_changes_the_whole_its_province_and_the_saved_that_match() -> None:
    kept = [
        named_feeds.saved("cq", "重庆", Filter(regions=("500000",))),
        named_feeds.saved("bj", "北京", Filter(regions=("110000",))),
    ]
    told = list(
        named_feeds.changed_addresses(
            [report_event(1)], [*named_feeds.regional(), *kept], "https://x.example"
        )
    )
    assert told == [
        f"https://x.example{path}.{extension}{query}"
        for path, q in (("/feed", ""), ("/feed", "region=500000"), ("/feeds/cq", ""))
        for lang in ("", "lang=en")
        for query in (f"?{'&'.join(filter(None, [q, lang]))}" if q or lang else "",)
        for extension in ("atom", "rss", "json")
    ]


def test_every_address_that_is_told_is_the_self_of_its_feed(tmp_path: Path) -> None:
    with stored(tmp_path) as store, served(store, websub_hub="https://hub.example/") as url:
        with store.begin() as tx:
            saved_feeds.add(tx, SavedFeed("cq", "重庆", Filter(regions=("500000",)), NOW))
        kept = named_feeds.saved("cq", "重庆", Filter(regions=("500000",)))
        for address in named_feeds.changed_addresses([report_event(1)], [*named_feeds.regional(), kept], url):
            answer = httpx.get(address)
            assert answer.status_code == 200, address
            assert answer.headers["link"] == f'<https://hub.example/>; rel="hub", <{address}>; rel="self"'
            if ".json" in address:
                assert answer.json()["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
                assert answer.json()["feed_url"] == address
            else:
                links = feedparser.parse(answer.content).feed.links
                assert [link.href for link in links if link.rel == "hub"] == ["https://hub.example/"]
                assert [link.href for link in links if link.rel == "self"] == [address]
        other = httpx.get(f"{url}/feed.atom?indicator=gdp")  # nobody tells the hub of it
        assert "link" not in other.headers
        assert b"hub.example" not in other.content


def test_no_hub_no_link() -> None:
    info = FeedInfo("公报", "https://x.example/feed.atom", "https://x.example", "x.example,2026")
    assert b"hub" not in render(FeedFormat.ATOM, [], info)
    assert b'rel="hub"' in render(FeedFormat.ATOM, [], replace(info, hub="https://hub.example/"))


def test_the_sender_tells_the_hub_and_no_hub_delays_a_webhook(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        async with Receiver(hang) as hub, Receiver() as good:
            settings = settings_for(tmp_path, deadline=60).model_copy(
                update={"websub_hub": hub.url, "public_url": "https://gazette.example.cn"}
            )
            subscribe(store, good.url, at=now)
            tell(store, report_event(1, now))
            stop = asyncio.Event()
            task = asyncio.create_task(run(settings, store, stop, clock=lambda: now))
            await hub.arrived(1)
            await good.arrived(1)
            hub.over.set()
            stop.set()
            await task
        form = parse_qsl(hub.received[0].body.decode())
        assert form[0] == ("hub.mode", "publish")
        assert ("hub.url", "https://gazette.example.cn/feed.atom") in form
        assert ("hub.url", "https://gazette.example.cn/feed.rss?region=500000&lang=en") in form
        assert hub.received[0].headers["content-type"] == "application/x-www-form-urlencoded"

    asyncio.run(scenario())


def changed(store: Store, addresses: Iterable[str], at: datetime = NOW) -> None:
    with store.begin() as tx:
        pings.add(tx, addresses, at)


def waiting(store: Store) -> list[str]:
    with store.read() as tx:
        return [ping.address for ping in pings.waiting(tx, 1000)]


@asynccontextmanager
async def telling(store: Store, url: str, tmp_path: Path, now: datetime = NOW) -> AsyncIterator[Hub]:
    """A hub that is being told, without pauses between two attempts."""
    async with http_client(settings_for(tmp_path)) as client:
        hub = Hub(client, url, 5.0, store, lambda: now, waits=(0.0,))
        task = asyncio.create_task(hub.run())
        try:
            yield hub
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def all_told(hub: Hub) -> None:
    async with asyncio.timeout(20):
        await hub.told.wait()


@pytest.mark.parametrize(("script", "requests"), [([204], 1), ([500, 204], 2), ([500] * 9 + [204], 10)])
def test_a_ping_is_tried_again_until_the_hub_takes_it(
    store: Store, tmp_path: Path, script: list[int], requests: int
) -> None:
    async def scenario() -> None:
        changed(store, ["https://x.example/feed.atom"])
        async with Receiver(*(status(code) for code in script)) as receiver:
            async with telling(store, receiver.url, tmp_path) as hub:
                await all_told(hub)
            assert len(receiver.received) == requests
        assert waiting(store) == []

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_what_a_dead_sender_owed_the_hub_the_next_one_tells(store: Store, tmp_path: Path) -> None:
    """Noted in the transaction that makes the deliveries, gone when the hub has taken it."""

    async def scenario() -> None:
        async with Receiver(status(500), status(204)) as receiver:
            settings = settings_for(tmp_path).model_copy(
                update={"websub_hub": receiver.url, "public_url": "https://x.example"}
            )
            tell(store, report_event(1, NOW))
            async with sender(settings, store, Clock(NOW)) as it:
                await it.look()  # and dies before it told the hub
            owed = waiting(store)
            assert "https://x.example/feed.atom" in owed
            assert len(owed) == len(set(owed)) == 12  # the whole and one province: 3 formats, 2 languages
            async with telling(store, receiver.url, tmp_path) as hub:
                await all_told(hub)
            told = [v for k, v in parse_qsl(receiver.received[1].body.decode()) if k == "hub.url"]
            assert sorted(told) == sorted(owed)
        assert waiting(store) == []

    asyncio.run(scenario())


def test_a_feed_that_changes_while_the_hub_is_told_is_told_again(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        changed(store, ["https://x.example/feed.atom"])

        async def once_more(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
            changed(store, ["https://x.example/feed.atom"], NOW + timedelta(seconds=1))
            await status(204)(receiver, writer)

        async with Receiver(once_more, status(204)) as receiver:
            async with telling(store, receiver.url, tmp_path) as hub:
                await all_told(hub)
            assert len(receiver.received) == 2

    asyncio.run(scenario())


def test_after_a_day_nobody_is_told(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        changed(store, ["https://x.example/old.atom"])
        changed(store, ["https://x.example/new.atom"], NOW + timedelta(hours=20))
        async with Receiver(status(204)) as receiver:
            async with telling(store, receiver.url, tmp_path, NOW + timedelta(hours=25)) as hub:
                await all_told(hub)
            [request] = receiver.received
        assert b"new.atom" in request.body
        assert b"old.atom" not in request.body
        assert waiting(store) == []

    asyncio.run(scenario())


def test_many_feeds_are_told_in_parts(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        changed(store, (f"https://x.example/feeds/{n}.atom" for n in range(AT_ONCE * 2 + 1)))
        async with Receiver(status(204)) as receiver:
            async with telling(store, receiver.url, tmp_path) as hub:
                await all_told(hub)
            told = [v for r in receiver.received for k, v in parse_qsl(r.body.decode()) if k == "hub.url"]
        assert len(receiver.received) == 3
        assert len(told) == len(set(told)) == AT_ONCE * 2 + 1

    asyncio.run(scenario())


def test_a_sender_without_a_hub_asks_nobody(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with sender(settings_for(tmp_path), store, Clock(NOW)) as it:
            tell(store, report_event(1))
            await it.look()
        assert waiting(store) == []

    asyncio.run(scenario())
