"""Whether work ends when it is cancelled, wherever it stands. Not a test file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

STEPS = 60  # of the loop: from the connection to Redis to the first wait there are no more than forty


async def cancelled_at_each_step(work: Callable[[], Coroutine[object, object, object]]) -> None:
    """Start `work` anew for each of its first steps and cancel it there; fails where that does not end it."""
    for step in range(STEPS):
        task = asyncio.create_task(work())
        for _ in range(step):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), step
