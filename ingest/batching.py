"""What is asked one by one is answered together: what comes while one answer is under way goes with the next.

It knows neither what is asked nor who answers; for one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Batcher(Generic[Q, A]):
    """`answer_all` gives the answers of some questions in their order. `wait`: seconds that the first of
    several waits for the others, while `more` says of how many are there that more may come: it is asked when
    one comes, and after `look_again`."""

    def __init__(
        self,
        answer_all: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        wait: float = 0,
        more: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._answer_all = answer_all
        self._wait = wait
        self._more = more
        self._called = asyncio.Event()
        self._asked: list[tuple[Q, asyncio.Future[A]]] = []
        self._answering: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """Raises what `answer_all` raised; all that were asked together get it."""
        return await self.put(question)

    def put(self, question: Q) -> asyncio.Future[A]:
        """Ask without waiting for the answer. Questions are answered in the order in which they are put."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[A] = loop.create_future()
        self._asked.append((question, answer))
        self._called.set()
        if self._answering is None:
            self._answering = loop.create_task(self._answer())
            self._answering.add_done_callback(self._ended)
        return answer

    async def _answer(self) -> None:
        some: list[tuple[Q, asyncio.Future[A]]] = []
        try:
            while self._asked:
                await self._gather()
                some, self._asked = self._asked, []
                try:
                    answers = await self._answer_all([question for question, _ in some])
                    for (_, waiting), answer in zip(some, answers, strict=True):
                        if not waiting.done():
                            waiting.set_result(answer)
                except Exception as exc:
                    for _, waiting in some:
                        if not waiting.done():
                            waiting.set_exception(exc)
        except Exception as exc:
            self._give_up(some, exc)
        finally:
            self._give_up(some)

    def look_again(self) -> None:
        self._called.set()

    async def _gather(self) -> None:
        await asyncio.sleep(0)
        if not self._wait:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._wait):
                while self._more(len(self._asked)):
                    self._called.clear()
                    await self._called.wait()

    def _ended(self, answering: asyncio.Task[None]) -> None:
        if self._answering is answering:  # it ended before it began
            self._give_up((), None if answering.cancelled() else answering.exception())

    def _give_up(
        self, some: Iterable[tuple[Q, asyncio.Future[A]]], failed: BaseException | None = None
    ) -> None:
        """Nobody waits for one that is gone."""
        self._answering = None
        left, self._asked = (*some, *self._asked), []
        for _, waiting in left:
            if failed is not None and not waiting.done():
                waiting.set_exception(failed)
            waiting.cancel()
