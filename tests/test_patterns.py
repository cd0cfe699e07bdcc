"""Every regular expression of the code takes time that grows with the length of its input only.

A bound in seconds would say little, and an exponential one would never come back: the input grows step by
step, and the first at which the work grows much faster than the input ends the test of an expression.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.support.growth import ALLOWED, FACTOR
from tests.support.patterns import Pump, every_pattern, hard_inputs, used_with

SHORT = (20, 24, 28, 40, 80, 200, 800)  # characters
LONG = (2_500, 10_000, 40_000)
HARDEST = 2  # inputs of an expression that are tried at length
NOTHING = 0.02  # seconds of processor time that nobody asks about


def _finditer(pattern: re.Pattern[Any], text: Any) -> None:
    for _ in pattern.finditer(text):
        pass


HOW: dict[str, Callable[[re.Pattern[Any], Any], object]] = {
    "finditer": _finditer,
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
}


def _seconds(pattern: re.Pattern[Any], how: str, text: str) -> float:
    given = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    began = time.thread_time()
    HOW[how](pattern, given)
    return time.thread_time() - began


def _outgrows(pattern: re.Pattern[Any], how: str, pump: Pump, size: int, before: float = 0.0) -> float:
    """The seconds that an input takes. Fails where a quarter of it takes much less than a quarter of them;
    `before` is what a quarter took when it was tried."""
    taken = _seconds(pattern, how, pump(size))
    if taken < ALLOWED / 2 * before:  # so far from it that once is enough
        return taken
    small = float("inf")
    for again in range(4):
        if taken < NOTHING:
            return taken
        for _ in range(3 if again else 1):
            small = min(small, _seconds(pattern, how, pump(size // FACTOR)))
        if taken < ALLOWED * max(small, NOTHING / FACTOR):
            return taken
        if taken < 0.3:  # whatever else the machine does only ever adds, and to so much it adds little
            taken = min(taken, _seconds(pattern, how, pump(size)))
    raise AssertionError(
        f"{how} of {size} characters takes {taken:.3g} s, of {size // FACTOR} {small:.3g} s: {pump}"
    )


def slow(pattern: re.Pattern[Any], hows: tuple[str, ...]) -> Iterator[str]:
    """What is worse than linear, in words."""
    inputs = hard_inputs(pattern)
    gc.disable()
    try:
        for how in hows:
            try:
                costs = {pump: max(_outgrows(pattern, how, pump, size) for size in SHORT) for pump in inputs}
                for pump in sorted(costs, key=lambda pump: -costs[pump])[:HARDEST]:
                    taken = 0.0
                    for size in LONG:
                        taken = _outgrows(pattern, how, pump, size, taken)
                        if taken * FACTOR**2 < NOTHING:
                            break  # even squared, the next is nothing
            except AssertionError as exc:
                yield str(exc)
    finally:
        gc.enable()


PARTS = 24  # of all expressions: each is done in much less time than one test may take
_patterns = cache(every_pattern)  # they are found when they are asked for, not by whoever collects the tests


@pytest.mark.parametrize("part", range(PARTS))
def test_expressions_are_linear(part: int) -> None:
    some = list(_patterns().items())[part::PARTS]
    assert len(some) > 20
    found = [
        f"{name} {pattern.pattern!r}: {what}"
        for name, pattern in some
        for what in slow(pattern, used_with(name))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\[?\d{1,2}\]?\s*)+(?:下一页|尾页)",  # exponential
        r"(?:a|a)+$",
        r"(?:[^，]+[ |]*)+，",
        r"\s*[（(]?\s*第?\s*\d{1,3}\s*页?\s*$",  # powers
        r"\d+(?:年|月)",
        r"a.*b",
    ],
)
def test_what_is_not_linear_is_found(pattern: str) -> None:
    assert next(slow(re.compile(pattern), ("finditer",)))
