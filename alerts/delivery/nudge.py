"""A nudge from Redis that there are new events, so that an alert leaves at once. Never needed, only faster.

Who wants to know asks the database twice a second anyway; a nudge may be lost, doubled or false.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from ingest.queue import EVENTS_CHANNEL
from ingest.redis.clients import asyncio_client

log = structlog.get_logger(__name__)

TRY_AGAIN = 5.0  # seconds between two attempts to reach Redis


async def listen(url: str, nudge: Callable[[], None]) -> None:
    """Call `nudge` at each message on the channel, and once when the channel is first heard.

    Runs until cancelled. A Redis that is not there, or goes away, is tried again every few seconds.
    """
    is_said = False
    while True:
        client = asyncio_client(url)
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as channel:
                async with asyncio.timeout(TRY_AGAIN):
                    await channel.subscribe(EVENTS_CHANNEL)
                is_said = False
                nudge()  # whatever was said while nobody listened
                while True:
                    async with asyncio.timeout(2 * TRY_AGAIN):  # it may have to connect anew
                        message = await channel.get_message(timeout=TRY_AGAIN)
                    if message is not None:
                        nudge()
        except (RedisError, OSError) as exc:
            if not is_said:
                log.info("no nudges from Redis; asking the database twice a second", error=type(exc).__name__)
                is_said = True
        finally:
            await client.aclose()
        await asyncio.sleep(TRY_AGAIN)
