"""What is asked while one answer is under way goes together with the next, and nobody is left without one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from ingest.batching import Batcher


class Halver:
    """Answers when it is let; refuses odd numbers."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.began, self.lets = asyncio.Event(), asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        self.began.set()
        await self.lets.wait()
        if any(number % 2 for number in numbers):
            raise ValueError("odd")
        return [number // 2 for number in numbers]


def test_what_is_asked_meanwhile_goes_together() -> None:
    async def main() -> None:
        halver = Halver()
        batcher = Batcher(halver)
        first = asyncio.create_task(batcher.ask(2))
        await halver.began.wait()
        others = asyncio.gather(batcher.ask(4), batcher.ask(6))
        halver.lets.set()
        assert (await first, await others) == (1, [2, 3])
        assert await batcher.ask(8) == 4
        assert halver.asked == [[2], [4, 6], [8]]

    asyncio.run(main())


def test_who_asks_again_at_once_is_answered() -> None:
    async def main() -> None:
        halver = Halver()
        halver.lets.set()
        batcher = Batcher(halver)
        for number in range(0, 10, 2):
            assert await batcher.ask(number) == number // 2
        assert len(halver.asked) == 5

    asyncio.run(main())


def test_a_failure_is_of_those_who_asked_together_only() -> None:
    async def main() -> None:
        halver = Halver()
        batcher = Batcher(halver)
        together = [asyncio.create_task(batcher.ask(number)) for number in (1, 2)]
        await halver.began.wait()
        after = asyncio.create_task(batcher.ask(4))
        await asyncio.sleep(0)
        halver.lets.set()
        for one in together:
            with pytest.raises(ValueError, match="odd"):
                await one
        assert await after == 2

    asyncio.run(main())


def test_who_gives_up_takes_no_one_with_it() -> None:
    async def main() -> None:
        halver = Halver()
        batcher = Batcher(halver)
        gone, stays = (asyncio.create_task(batcher.ask(number)) for number in (2, 4))
        await halver.began.wait()
        gone.cancel()
        halver.lets.set()
        assert await stays == 2
        assert gone.cancelled()

    asyncio.run(main())


def test_nobody_waits_for_answers_that_were_cancelled() -> None:
    async def main() -> None:
        async def cancelled(numbers: Sequence[int]) -> list[int]:
            raise asyncio.CancelledError

        batcher = Batcher(cancelled)
        with pytest.raises(asyncio.CancelledError):
            await batcher.ask(2)

    asyncio.run(main())


def test_nobody_waits_for_an_answering_that_never_began() -> None:
    async def main() -> None:
        batcher: Batcher[int, int] = Batcher(Halver())
        waiting = asyncio.create_task(batcher.ask(2))
        await asyncio.sleep(0)
        assert batcher._answering is not None
        batcher._answering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(main())
