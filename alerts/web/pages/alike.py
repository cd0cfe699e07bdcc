"""Which figures of one indicator stand in one drawing, or in one order: those of one measure and unit. Pure.

How they are drawn is chart.py; whether a target was reached is asked more strictly (ingest/comparable.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from alerts.web.pages.chart import Span, span_of
from ingest.model import Figure, Measure, Period

Shape = tuple[Measure | None, str | None]  # measure and unit


def mostly(figures: Iterable[Figure], usual: Measure) -> Shape:
    """That of most of the figures with a number; of as many, the indicator's own measure."""
    counted = Counter((f.measure, f.unit) for f in figures if span_of(f) is not None)
    if not counted:
        return usual, None
    return max(counted, key=lambda shape: (counted[shape], shape[0] is usual))


def span_as(figure: Figure, shape: Shape) -> Span | None:
    """What a figure of that shape reaches over, if it is believed and is one of a year, or of its end."""
    alike = (figure.measure, figure.unit) == shape and figure.period in (Period.YEAR, Period.BY_END)
    return span_of(figure) if alike and "implausible" not in figure.flags else None


def value_as(figure: Figure, shape: Shape) -> float | None:
    """By which it is ranked: of a range the middle, of a bound its end."""
    span = span_as(figure, shape)
    return None if span is None else sum(span.ends) / len(span.ends)
