"""Targets and outcomes of one indicator over the years as a drawing: where each mark stands. Pure.

What the marks are drawn with is templates/chart.html; which figures they are, region_views.py. A target is
a dash, with an arrow away from it where it is a bound (以上, 以内), or a bar where it is a range; an outcome
is a point; the targets of the region above are a thin line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alerts.words.language import Words
from ingest.model import Comparator, Direction, Figure, Measure

WIDTH, HEIGHT = 380, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 8.0, 14.0, 26.0
_WIDEST = 34.0  # of a dash or a bar
_YEAR_ROOM = 34.0  # that the number of a year takes
_TICKS = 4
_STEPS = (1, 2, 2.5, 5, 10)
RATES = frozenset({"%", "‰"})  # units that are said beside each number


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where a figure reaches; None: without end."""

    low: float | None
    high: float | None

    @property
    def ends(self) -> tuple[float, ...]:
        return tuple(end for end in (self.low, self.high) if end is not None)


@dataclass(frozen=True, slots=True)
class Mark:
    """A target or an outcome of a year, and what is said when somebody points at it."""

    year: int
    span: Span
    words: str
    tone: str = ""  # of an outcome: good, bad


@dataclass(frozen=True, slots=True)
class Dash:
    """A target as it is drawn; y runs downwards. `bar`: the height of a range; `arrow`: up, down or ""."""

    x: float
    y: float
    width: float
    bar: float
    arrow: str
    words: str


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`line`: the points of the region above as SVG has them; "" for fewer than two."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    ticks: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, str], ...]
    nought: float | None
    dashes: tuple[Dash, ...]
    points: tuple[Point, ...]
    line: str


def span_of(figure: Figure) -> Span | None:
    """What a figure reaches over; a fall counts below nought. None for one of words only."""
    low, high = figure.low, figure.high
    if low is None and high is None:
        return None
    if figure.measure is Measure.CHANGE and figure.direction is Direction.DOWN:
        low, high = (None if high is None else -high), (None if low is None else -low)
    if figure.comparator in (Comparator.EXACT, Comparator.ABOUT):
        low = high = low if low is not None else high
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    return Span(low, high)


def chart_of(
    targets: Sequence[Mark],
    outcomes: Sequence[Mark],
    above: Mapping[int, float],
    unit: str | None,
    words: Words,
) -> Chart | None:
    """None where there are not two years to be drawn."""
    shown = {mark.year for mark in (*targets, *outcomes)}
    if len(shown) < 2:
        return None
    years = range(min(shown), max(shown) + 1)
    over = {year: value for year, value in sorted(above.items()) if year in years}
    values = [end for mark in (*targets, *outcomes) for end in mark.span.ends] + list(over.values())
    ticks = _ticks(min(values), max(values))
    bottom = HEIGHT - _BOTTOM
    scale = (bottom - _TOP) / (ticks[-1] - ticks[0])
    band = (WIDTH - _LEFT - _RIGHT) / len(years)
    every = math.ceil(_YEAR_ROOM / band)

    def x(year: int) -> float:
        return round(_LEFT + (year - years[0] + 0.5) * band, 1)

    def y(value: float) -> float:
        return round(bottom - (value - ticks[0]) * scale, 1)

    width = round(min(_WIDEST, band * 0.7), 1)
    tick_unit = unit if unit in RATES else None
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=bottom,
        ticks=tuple((y(tick), words.number(tick, tick_unit)) for tick in ticks),
        years=tuple((x(year), str(year)) for year in years if (years[-1] - year) % every == 0),
        nought=y(0.0) if ticks[0] < 0 < ticks[-1] else None,
        dashes=tuple(_dash(mark, x(mark.year), width, y) for mark in targets),
        points=tuple(
            Point(x(mark.year), y(sum(mark.span.ends) / len(mark.span.ends)), mark.tone, mark.words)
            for mark in outcomes
        ),
        line=" ".join(f"{x(year)},{y(value)}" for year, value in over.items()) if len(over) > 1 else "",
    )


def _dash(mark: Mark, x: float, width: float, y: Callable[[float], float]) -> Dash:
    low, high = mark.span.low, mark.span.high
    if low is None or high is None:
        [end] = mark.span.ends
        return Dash(x, y(end), width, 0.0, "down" if low is None else "up", mark.words)
    return Dash(x, y(high), width, round(y(low) - y(high), 1), "", mark.words)


def round_step(rough: float) -> float:
    """The next round width that is no narrower: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(one * power for one in _STEPS if one * power >= rough * 0.999)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers with all values between the first and the last, and room for an arrow at both ends."""
    reach = (high - low) or abs(high) or 1.0
    low, high = low - reach * 0.15, high + reach * 0.15
    step = round_step((high - low) / _TICKS)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(n * step, 10) for n in range(first, last + 1)]
