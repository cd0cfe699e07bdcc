"""The nudge from Redis: heard at once, and listening ends whenever it is to end."""

from __future__ import annotations

import asyncio

import redis
from redis_server import redis_server  # noqa: F401  (a fixture)

from alerts.wake import listen
from ingest.embedded import EmbeddedRedis
from ingest.queue import EVENTS_CHANNEL


def test_it_nudges_when_it_first_hears_and_at_each_message(redis_server: EmbeddedRedis) -> None:  # noqa: F811
    async def scenario() -> None:
        nudged: asyncio.Queue[None] = asyncio.Queue()
        async with asyncio.timeout(30):
            listening = asyncio.create_task(listen(redis_server.url, lambda: nudged.put_nowait(None)))
            await nudged.get()
            with redis.Redis.from_url(redis_server.url) as client:
                for sequence in ("1", "2"):
                    client.publish(EVENTS_CHANNEL, sequence)
                    await nudged.get()
            listening.cancel()
            await asyncio.wait([listening])
        assert listening.cancelled()

    asyncio.run(scenario())


def test_it_ends_when_cancelled_at_any_step(redis_server: EmbeddedRedis) -> None:  # noqa: F811
    async def scenario() -> None:
        async with asyncio.timeout(30):
            for step in range(60):  # 40 steps of the loop reach from the connection to the first message
                listening = asyncio.create_task(listen(redis_server.url, lambda: None))
                for _ in range(step):
                    await asyncio.sleep(0)
                listening.cancel()
                await asyncio.wait([listening])
                assert listening.cancelled(), step

    asyncio.run(scenario())
