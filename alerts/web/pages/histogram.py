"""How the targets of one indicator are spread, this year and the year before, as a drawing. Pure.

What it is drawn with is templates/indicator.html. A column counts the values from its beginning to its end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alerts.web.pages.chart import round_step

WIDTH, HEIGHT = 560, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 8.0, 8.0, 22.0, 26.0
_MOST = 14  # columns


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True, slots=True)
class Bin:
    """A column: the values that it counts, in words (`label`), where its middle is, a bar for either year."""

    label: str
    middle: float
    this: Bar
    last: Bar


@dataclass(frozen=True, slots=True)
class Histogram:
    width: int
    height: int
    bottom: float
    bins: tuple[Bin, ...]
    every: int  # how many columns have one label


def histogram_of(
    this: Sequence[float], last: Sequence[float], words: Callable[[float, float], str], least: float = 0.0
) -> Histogram | None:
    """None for fewer than two different values. `words` says a stretch of them, `least` is the narrowest."""
    values = [*this, *last]
    if len(set(values)) < 2:
        return None
    step = max(least, round_step((max(values) - min(values)) / (_MOST - 2)))
    first = math.floor(min(values) / step + 1e-9)
    number = math.floor(max(values) / step + 1e-9) - first + 1
    counts = [[0, 0] for _ in range(number)]
    for which, of in enumerate((this, last)):
        for value in of:
            counts[math.floor(value / step + 1e-9) - first][which] += 1
    most = max(max(pair) for pair in counts)
    bottom = HEIGHT - _BOTTOM
    band = (WIDTH - _LEFT - _RIGHT) / number
    gap, thin = min(band * 0.12, 6.0), 0.38

    def bar(at: int, which: int) -> Bar:
        count = counts[at][which]
        height = round((bottom - _TOP) * count / most, 1)
        room = band - 2 * gap
        x = _LEFT + at * band + gap + (0 if which == 0 else room * (1 - thin))
        width = room * ((1 - thin) if which == 0 else thin) - 2
        return Bar(round(x, 1), round(bottom - height, 1), round(width, 1), height, count)

    bins = tuple(
        Bin(
            words(round((first + at) * step, 10), round((first + at + 1) * step, 10)),
            round(_LEFT + (at + 0.5) * band, 1),
            bar(at, 0),
            bar(at, 1),
        )
        for at in range(number)
    )
    return Histogram(WIDTH, HEIGHT, bottom, bins, math.ceil(70 / band))
