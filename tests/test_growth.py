"""The measure of growth tells linear work from quadratic, on a busy machine too."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat

import pytest

from tests.support.growth import Work, grows_with_size_only

Size = Callable[[int], float]


class Machine:
    """Does work that takes as many seconds as a formula says, and now and then something else besides."""

    def __init__(self, seconds: Size, disturbed: list[float] | None = None) -> None:
        self.now = 0.0
        self._seconds = seconds
        self._disturbed = iter([*(disturbed or []), *repeat(1.0, 100)])

    def clock(self) -> float:
        return self.now

    def work_on(self, size: int) -> Work:
        def work() -> None:
            self.now += self._seconds(size) * next(self._disturbed)

        return work


def linear(size: int) -> float:
    return size / 1000


def quadratic(size: int) -> float:
    return size * size / 1000


QUADRATIC_FAILS = pytest.raises(pytest.fail.Exception, match=r"^4 times the input made 16\.0 times the work")


def test_linear_work_passes() -> None:
    machine = Machine(linear)
    grows_with_size_only(machine.work_on, 1000, machine.clock)
    assert machine.now == pytest.approx(1 + 0.25)  # one look is enough


def test_quadratic_work_does_not() -> None:
    machine = Machine(quadratic)
    with QUADRATIC_FAILS:
        grows_with_size_only(machine.work_on, 100, machine.clock)


def test_work_too_little_to_matter_passes_whatever_it_grows_with() -> None:
    machine = Machine(quadratic)
    grows_with_size_only(machine.work_on, 4, machine.clock)


def test_a_disturbed_large_input_spoils_nothing() -> None:
    machine = Machine(linear, [9.0, 1.0, 1.0, 1.0, 1.0])
    grows_with_size_only(machine.work_on, 1000, machine.clock)


def test_a_small_input_disturbed_a_little_hides_nothing() -> None:
    machine = Machine(quadratic, [1.0, 1.5, 3.0, 1.0])
    with QUADRATIC_FAILS:
        grows_with_size_only(machine.work_on, 100, machine.clock)


def test_the_clock_counts_work_where_none_is_given() -> None:
    done = []
    grows_with_size_only(lambda size: lambda: done.append(sum(n % 7 for n in range(size))), 1_000_000)
    assert done[0] == sum(n % 7 for n in range(1_000_000))
