"""The nudge from Redis: heard at once, and listening ends whenever it is to end."""

from __future__ import annotations

import asyncio

import pytest
import redis

from alerts.delivery.nudge import listen
from ingest.queue import EVENTS_CHANNEL
from ingest.redis.server import EmbeddedRedis
from tests.support.cancelling import cancelled_at_each_step


@pytest.mark.parametrize("path", [False, True], ids=["url", "path"])
def test_it_nudges_when_it_first_hears_and_at_each_message(redis_server: EmbeddedRedis, path: bool) -> None:
    address = str(redis_server.socket) if path else redis_server.url

    async def scenario() -> None:
        nudged: asyncio.Queue[None] = asyncio.Queue()
        async with asyncio.timeout(30):
            listening = asyncio.create_task(listen(address, lambda: nudged.put_nowait(None)))
            await nudged.get()
            with redis.Redis.from_url(redis_server.url) as client:
                for sequence in ("1", "2"):
                    client.publish(EVENTS_CHANNEL, sequence)
                    await nudged.get()
            listening.cancel()
            await asyncio.wait([listening])
        assert listening.cancelled()

    asyncio.run(scenario())


def test_it_ends_when_cancelled_at_any_step(redis_server: EmbeddedRedis) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(30):
            await cancelled_at_each_step(lambda: listen(redis_server.url, lambda: None))

    asyncio.run(scenario())
