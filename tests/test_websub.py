"""WebSub: which feeds are told of, the hub link, and that a slow or dead hub delays nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import feedparser
import httpx
import pytest
from receiver import Receiver, hang, status
from site_server import served, stored
from subscribers import report_event, sender, settings_for, subscribe, tell

from alerts import topics
from alerts.attempt import http_client
from alerts.feeds import FeedFormat, FeedInfo, render
from alerts.send import run
from alerts.websub import AT_ONCE, Hub
from ingest.model import Filter
from ingest.store import Store, saved_feeds
from ingest.store.saved_feeds import SavedFeed

NOW = datetime(2026, 1, 20, tzinfo=UTC)


def test_an_event_changes_the_whole_its_province_and_the_saved_that_match() -> None:
    kept = [
        topics.saved("cq", "重庆", Filter(regions=("500000",))),
        topics.saved("bj", "北京", Filter(regions=("110000",))),
    ]
    told = list(topics.changed([report_event(1)], [*topics.standing(), *kept], "https://x.example"))
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
        kept = topics.saved("cq", "重庆", Filter(regions=("500000",)))
        for address in topics.changed([report_event(1)], [*topics.standing(), kept], url):
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


@pytest.mark.parametrize(("script", "requests"), [([204], 1), ([500, 204], 2), ([500] * 9, 4)])
def test_a_ping_is_tried_again_and_given_up(tmp_path: Path, script: list[int], requests: int) -> None:
    async def scenario() -> None:
        async with (
            Receiver(*(status(code) for code in script)) as receiver,
            http_client(settings_for(tmp_path)) as client,
        ):
            hub = Hub(client, receiver.url, 5.0, waits=(0.0, 0.0, 0.0))
            hub.changed(["https://x.example/feed.atom"])
            task = asyncio.create_task(hub.run())
            await receiver.arrived(requests)
            async with asyncio.timeout(5):
                await hub.told.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert len(receiver.received) == requests

    asyncio.run(scenario())


def test_many_feeds_are_told_in_parts(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Receiver(status(204)) as receiver, http_client(settings_for(tmp_path)) as client:
            hub = Hub(client, receiver.url, 5.0)
            hub.changed(f"https://x.example/feeds/{n}.atom" for n in range(AT_ONCE * 2 + 1))
            task = asyncio.create_task(hub.run())
            await receiver.arrived(3)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            told = [v for r in receiver.received for k, v in parse_qsl(r.body.decode()) if k == "hub.url"]
            assert len(told) == len(set(told)) == AT_ONCE * 2 + 1

    asyncio.run(scenario())


def test_a_sender_without_a_hub_asks_nobody(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with sender(settings_for(tmp_path), store, lambda: NOW) as it:  # type: ignore[arg-type]
            tell(store, report_event(1))
            await it.look()
            assert not it.hub._waiting

    asyncio.run(scenario())
