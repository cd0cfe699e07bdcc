"""The measure that holds hostile input to linear time tells linear work from quadratic."""

from __future__ import annotations

import pytest
from growth import Work, grows_with_size_only


def test_linear_work_passes() -> None:
    def work_on(size: int) -> Work:
        return lambda: sum(n % 7 for n in range(300 * size))

    grows_with_size_only(work_on, 4_000)


def test_quadratic_work_does_not() -> None:
    def work_on(size: int) -> Work:
        return lambda: sum(n % 7 for n in range(size * size))

    with pytest.raises(pytest.fail.Exception, match=r"4 times the input made \d+\.\d times the work"):
        grows_with_size_only(work_on, 2_000)
