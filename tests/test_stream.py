"""Events as they happen: long poll and Server-Sent Events, woken by Redis, with the database as fallback."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import redis

from alerts.web.api import broadcaster as broadcasting
from alerts.web.api.stream import sse
from ingest.model import Event
from ingest.queue import EVENTS_CHANNEL, queue_url
from ingest.redis.server import EmbeddedRedis
from ingest.settings import Settings
from ingest.store import outbox
from ingest.store.db import Store
from tests.support.service import until
from tests.support.site_server import served, stored
from tests.support.subscribers import report_event, tell


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stored(tmp_path, seeded=False) as store:
        yield store


@asynccontextmanager
async def streaming(url: str, **headers: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The events of a stream, as a browser would take them apart."""

    async def events(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, Any]]:
        told: dict[str, str] = {}
        async for line in lines:
            if line:
                name, _, value = line.partition(": ")
                told[name] = value
            elif "data" in told:
                yield {"id": told["id"], **json.loads(told["data"])}
                told = {}
            else:
                told = {}

    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", url, headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        yield events(answer.aiter_lines())


async def take(events: AsyncIterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        return [await anext(events) for _ in range(count)]


def test_a_stream_begins_where_it_is_asked_to_and_goes_on(store: Store) -> None:
    async def scenario(url: str) -> None:
        async with streaming(f"{url}/api/v1/stream?after=3") as events:
            first = await take(events, 2)
            assert [e["sequence"] for e in first] == [4, 5]
            assert [e["id"] for e in first] == [report_event(3).id, report_event(4).id]
            await asyncio.to_thread(tell, store, report_event(50))
            [more] = await take(events, 1)
            assert more["id"] == report_event(50).id
        async with streaming(f"{url}/api/v1/stream", **{"Last-Event-ID": "4"}) as events:
            assert [e["sequence"] for e in await take(events, 2)] == [5, 6]
        async with streaming(f"{url}/api/v1/stream?after=0&type=report.revised") as events:
            await asyncio.to_thread(tell, store, report_event(60), report_event(61, type_="report.revised"))
            assert [e["type"] for e in await take(events, 1)] == ["report.revised"]

    tell(store, *(report_event(n) for n in range(5)))
    with served(store) as url:
        asyncio.run(scenario(url))


@pytest.mark.parametrize("said", ["-1", "four", "９", "9" * 30, "9" * 5000])
def test_a_place_that_no_stream_has_is_no_error(store: Store, said: str) -> None:
    with served(store) as url:
        headers = {"Last-Event-ID": said.encode()}
        assert httpx.head(f"{url}/api/v1/stream", headers=headers).status_code == 200


def test_many_hear_each_event_once_and_in_order(store: Store) -> None:
    async def listen(url: str, count: int) -> list[int]:
        async with streaming(f"{url}/api/v1/stream?after=0") as events:
            return [e["sequence"] for e in await take(events, count)]

    async def scenario(url: str) -> None:
        listeners = [asyncio.create_task(listen(url, 250)) for _ in range(10)]
        for part in range(5):
            await asyncio.to_thread(tell, store, *(report_event(part * 50 + n) for n in range(50)))
        for heard in await asyncio.gather(*listeners):
            assert heard == list(range(1, 251))

    with served(store) as url:
        asyncio.run(scenario(url))


def test_a_long_poll_waits_for_the_next_event_and_no_longer_than_asked(store: Store) -> None:
    tell(store, report_event(1))
    with served(store) as url, httpx.Client(base_url=url, timeout=20) as client:
        assert client.get("/api/v1/events", params={"wait": 10}).json()["next_after"] == 1
        started = time.monotonic()
        empty = client.get("/api/v1/events", params={"after": 1, "wait": 0.3}).json()
        assert empty == {"items": [], "next_after": 1, "more": False}
        assert 0.25 < time.monotonic() - started < 10
        teller = threading.Timer(0.3, tell, (store, report_event(2)))
        teller.start()
        found = client.get("/api/v1/events", params={"after": 1, "wait": 15}).json()
        teller.join()
        assert [item["sequence"] for item in found["items"]] == [2]
        assert client.get("/api/v1/events", params={"wait": 61}).status_code == 422
        assert client.head("/api/v1/stream").status_code == 200


@pytest.mark.parametrize("limit", ["LISTENERS", "LISTENERS_PER_CLIENT"])
def test_who_went_away_makes_room_for_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """A client that hangs up is no listener for the rest of the minute that it asked to wait."""
    monkeypatch.setattr(broadcasting, limit, 1)
    with served(store) as url:
        where = urlsplit(url)
        with socket.create_connection((where.hostname, where.port)) as leaver:
            leaver.sendall(b"GET /api/v1/events?wait=60 HTTP/1.1\r\nhost: localhost\r\n\r\n")
            until(lambda: has_room(url) is False, patience=20)
        until(lambda: has_room(url) is True, patience=20)


def test_one_address_leaves_room_for_others(tmp_path: Path, store: Store) -> None:
    async def scenario() -> None:
        broadcaster = broadcasting.Broadcaster(Settings(data_dir=tmp_path), store)
        async with AsyncExitStack() as stack:
            for _ in range(broadcasting.LISTENERS_PER_CLIENT):
                assert not broadcaster.is_full("192.0.2.1")
                await stack.enter_async_context(broadcaster.listening("192.0.2.1"))
            assert broadcaster.is_full("192.0.2.1")
            assert not broadcaster.is_full("192.0.2.2")
        assert not broadcaster.is_full("192.0.2.1")
        assert not broadcaster.listeners

    asyncio.run(scenario())


def has_room(url: str) -> bool:
    """Asked by HEAD, which listens to nothing itself."""
    return {200: True, 503: False}[httpx.head(f"{url}/api/v1/stream").status_code]


def test_few_wanted_among_many_cost_no_long_look(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One request looks at so many events and no more; the place moves on, and what is wanted is found."""
    monkeypatch.setattr(outbox, "LOOKED_AT", 10)
    tell(store, *(report_event(n) for n in range(95)), report_event(95, type_="report.revised"))
    rare = {"type": "report.revised"}
    with served(store) as url, httpx.Client(base_url=f"{url}/api/v1", timeout=20) as client:
        first = client.get("/events", params=rare).json()
        assert first == {"items": [], "next_after": 10, "more": True}
        answers = [first]
        while answers[-1]["more"]:
            after = answers[-1]["next_after"]
            answers.append(client.get("/events", params={**rare, "after": after}).json())
        assert len(answers) == 10
        assert [item["sequence"] for item in answers[-1]["items"]] == [96]
        waited = client.get("/events", params={**rare, "wait": 15}).json()
        assert waited == answers[-1]
        nothing = client.get("/events", params={"type": "report.withdrawn", "wait": 0.2}).json()
        assert nothing == {"items": [], "next_after": 96, "more": False}

        async def scenario() -> None:
            async with streaming(f"{url}/api/v1/stream?after=0&type=report.revised") as events:
                assert [e["sequence"] for e in await take(events, 1)] == [96]

        asyncio.run(scenario())


def test_redis_wakes_it_at_once(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcasting, "POLL_INTERVAL", 3600.0)
    settings = Settings(data_dir=tmp_path)
    with EmbeddedRedis(tmp_path), served(store, data_dir=tmp_path) as url:
        client = redis.Redis.from_url(queue_url(settings))
        heard: list[Any] = []

        def poll() -> None:
            heard.append(httpx.get(f"{url}/api/v1/events?wait=30&after=0", timeout=40).json())

        thread = threading.Thread(target=poll)
        thread.start()
        until(lambda: client.pubsub_numsub(EVENTS_CHANNEL)[0][1])
        tell(store, report_event(1))
        started = time.monotonic()
        client.publish(EVENTS_CHANNEL, "1")
        thread.join(timeout=20)
        assert time.monotonic() - started < 15  # of the thirty that it would have waited
        assert [item["sequence"] for item in heard[0]["items"]] == [1]
        client.close()


def test_one_event_of_the_stream_is_one_line(store: Store) -> None:
    event = Event(
        "evt_1", "source.broken", "s", report_event(1).occurred_at, {"x": "a\nb\r\ud800"}, sequence=7
    )
    said = sse(event)
    assert said.startswith("id: 7\ndata: {")
    assert said.endswith("}\n\n")
    assert said.count("\n") == 3
