"""The pace per host, under a clock of the test's own: nothing here waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ingest.errors import BadAnswer, Blocked, FetchError, Gone, HostUnavailable, TimedOut
from ingest.web import pace as pace_module
from ingest.web.pace import JITTER, LocalPace, pace_key


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make(clock: Clock, delay: float = 5.0, chance: float = 0.0, patience: float = 60.0) -> LocalPace:
    return LocalPace(delay, clock=clock, sleep=clock.sleep, chance=lambda: chance, patience=patience)


async def ask(
    pace: LocalPace, host: str, clock: Clock, takes: float = 0.0, raises: Exception | None = None, **how: Any
) -> float:
    """One request; when it started."""
    async with pace.turn(host, **how):
        started = clock.now
        clock.now += takes
        if raises:
            raise raises
        return started


def run(steps: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(steps())


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://Portal.test/a", "portal.test"),
        ("https://portal.test./b", "portal.test"),
        ("http://portal.test:80/", "portal.test"),
        ("https://portal.test:443/", "portal.test"),
        ("http://portal.test:8080/", "portal.test:8080"),
        ("http://127.0.0.1:8701/", "127.0.0.1:8701"),
    ],
)
def test_what_is_one_host(url: str, key: str) -> None:
    assert pace_key(url) == key


def test_the_first_turn_comes_at_once(clock: Clock) -> None:
    pace = make(clock)
    assert run(lambda: ask(pace, "a", clock)) == 1000.0
    assert clock.slept == []


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_the_gap_runs_from_end_to_start_and_chance_only_lengthens_it(clock: Clock, chance: float) -> None:
    async def steps() -> list[float]:
        pace = make(clock, chance=chance)
        return [await ask(pace, "a", clock, takes=3.0) for _ in range(3)]

    gap = 5.0 * (1 + JITTER * chance)
    assert run(steps) == pytest.approx([1000.0, 1003.0 + gap, 1006.0 + 2 * gap])
    assert 5.0 <= gap <= 6.0


@pytest.mark.parametrize(
    ("how", "gap"),
    [
        ({}, 5.0),
        ({"delay": 1.0}, 1.0),
        ({"delay": 0.0}, 0.0),
        ({"at_least": 30.0}, 30.0),
        ({"at_least": 2.0}, 5.0),
        ({"delay": 1.0, "at_least": 2.0}, 2.0),
    ],
)
def test_which_gap_holds(clock: Clock, how: dict[str, Any], gap: float) -> None:
    async def steps() -> float:
        pace = make(clock)
        await ask(pace, "a", clock)
        return await ask(pace, "a", clock, **how)

    assert run(steps) == 1000.0 + gap


def test_hosts_do_not_wait_for_each_other(clock: Clock) -> None:
    async def steps() -> None:
        pace = make(clock)
        async with pace.turn("a"), pace.turn("b"):
            pass
        await ask(pace, "c", clock)

    run(steps)
    assert clock.slept == []


def test_one_at_a_time_in_the_order_of_asking(clock: Clock) -> None:
    async def steps() -> list[tuple[str, int]]:
        pace = make(clock)
        log: list[tuple[str, int]] = []

        async def one(number: int) -> None:
            async with pace.turn("a"):
                log.append(("starts", number))
                await asyncio.sleep(0)
                log.append(("ends", number))

        await asyncio.gather(*(one(number) for number in range(5)))
        return log

    assert run(steps) == [(what, number) for number in range(5) for what in ("starts", "ends")]


def test_a_cancelled_turn_is_free_for_the_next(clock: Clock) -> None:
    async def steps() -> float:
        pace = make(clock)
        entered = asyncio.Event()

        async def hold() -> None:
            async with pace.turn("a"):
                entered.set()
                await asyncio.Event().wait()

        holder = asyncio.create_task(hold())
        await entered.wait()
        waiting = asyncio.create_task(ask(pace, "a", clock))
        await asyncio.sleep(0)
        waiting.cancel()
        holder.cancel()
        await asyncio.gather(holder, waiting, return_exceptions=True)
        return await ask(pace, "a", clock)

    assert run(steps) == 1005.0


@pytest.mark.parametrize(
    ("error", "gaps"),
    [
        (HostUnavailable("503"), [10.0, 20.0, 40.0]),
        (TimedOut("slow"), [10.0, 20.0, 40.0]),
        (Blocked("403"), [10.0, 20.0, 40.0]),
        (HostUnavailable("429", retry_after=30.0), [30.0, 30.0, 40.0]),
        (HostUnavailable("429", retry_after=1.0), [10.0, 20.0, 40.0]),
        (Gone("404"), [5.0, 5.0, 5.0]),
        (BadAnswer("418"), [5.0, 5.0, 5.0]),
    ],
)
def test_a_host_in_trouble_is_left_alone_longer_each_time(
    clock: Clock, error: FetchError, gaps: list[float]
) -> None:
    async def steps() -> list[float]:
        pace = make(clock)
        starts = []
        for _ in range(4):
            before = clock.now
            with pytest.raises(type(error)):
                await ask(pace, "a", clock, raises=error)
            starts.append(clock.now - before)
        before = clock.now
        await ask(pace, "b", clock)
        assert clock.now == before, "another host had to wait"
        return starts[1:]

    assert run(steps) == gaps


def test_a_success_ends_the_back_off(clock: Clock) -> None:
    async def steps() -> list[float]:
        pace = make(clock)
        for _ in range(2):
            with pytest.raises(TimedOut):
                await ask(pace, "a", clock, raises=TimedOut("slow"))
        return [await ask(pace, "a", clock) for _ in range(3)]

    first, second, third = run(steps)
    assert (second - first, third - second) == (5.0, 5.0)


def test_beyond_the_patience_the_caller_is_told_when_to_come_back(clock: Clock) -> None:
    async def steps() -> None:
        pace = make(clock, patience=60.0)
        with pytest.raises(HostUnavailable):
            await ask(pace, "a", clock, raises=HostUnavailable("503", retry_after=3600.0))
        clock.now += 600.0
        for _ in range(2):  # being turned away is no new failure
            with pytest.raises(HostUnavailable, match="host a") as caught:
                await ask(pace, "a", clock)
            assert caught.value.retry_after == 3000.0
        assert clock.slept == []
        clock.now += 2990.0
        assert await ask(pace, "a", clock) == 1000.0 + 3600.0

    run(steps)


def test_the_back_off_has_an_end(clock: Clock) -> None:
    async def steps() -> None:
        pace = make(clock, patience=10**9)
        for _ in range(50):
            before = clock.now
            with pytest.raises(TimedOut):
                await ask(pace, "a", clock, raises=TimedOut("slow"))
            assert clock.now - before <= 3600.0

    run(steps)


def test_with_no_delay_a_failure_costs_nothing(clock: Clock) -> None:
    async def steps() -> None:
        pace = make(clock, delay=0.0)
        for _ in range(5):
            with pytest.raises(TimedOut):
                await ask(pace, "a", clock, raises=TimedOut("slow"))

    run(steps)
    assert clock.slept == []


def test_hosts_that_are_idle_for_long_are_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace_module, "HOSTS", 3)

    async def steps() -> None:
        pace = make(clock)
        for host in "abc":
            await ask(pace, host, clock)
        clock.now += 4000.0
        with pytest.raises(HostUnavailable):
            await ask(pace, "c", clock, raises=HostUnavailable("later", retry_after=9000.0))
        await ask(pace, "d", clock)
        assert set(pace._hosts) == {"c", "d"}
        with pytest.raises(HostUnavailable):
            await ask(pace, "c", clock)

    run(steps)
