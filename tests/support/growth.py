"""How the work that an input makes grows with its size: what holds hostile input to linear time.

A bound in seconds says little: a busy machine breaks it, and a fast one lets a quadratic pass. How long
something takes is measured by the benchmarks (tests/bench).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

Work = Callable[[], object]
Clock = Callable[[], float]

FACTOR = 4  # how many times as large the larger input is
ALLOWED = 10.0  # times the work: linear is 4, n log n about 5, quadratic 16
_TRIES = 4  # what else a machine does only ever adds to a measurement: the least of several is the truest
_SMALL_ONES = 3  # measurements of the small input at each try but the first: a disturbance hides there
_NOTHING = 0.03  # seconds of processor time: too little to be told from noise, and to matter to anybody


def grows_with_size_only(work_on: Callable[[int], Work], size: int, clock: Clock = time.thread_time) -> None:
    """Fail when four times the input makes much more than four times the work.

    `work_on(n)` makes an input of size n, which is not measured, and gives back the work on it, which is.
    `size` is that of the larger input. Work is the seconds that `clock` counts, processor time of this
    thread: no I/O, no other thread, and what is loaded once must be there already.
    """
    small = large = float("inf")
    for again in range(_TRIES):
        large = min(large, _seconds(work_on(size), clock))
        if large < _NOTHING:
            return
        for _ in range(_SMALL_ONES if again else 1):
            small = min(small, _seconds(work_on(size // FACTOR), clock))
        ratio = large / max(small, _NOTHING / FACTOR)
        if ratio < ALLOWED:
            return
    pytest.fail(f"{FACTOR} times the input made {ratio:.1f} times the work; linear work is {FACTOR} times")


def _seconds(work: Work, clock: Clock) -> float:
    gc.disable()  # a look through all that other tests left behind is not this work
    try:
        began = clock()
        work()
        return clock() - began
    finally:
        gc.enable()
