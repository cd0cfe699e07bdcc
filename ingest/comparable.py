"""Are two figures of the same thing alike, and what one says in the terms of the other. Pure.

Whether the one was reached by the other is outcome.py.

Alike are figures of one owner, period, measure, unit and base. Units are brought to one: ‰ and %, 吨 and
公斤, 亩 and 公顷; 万 and 亿 are folded into the value when a figure is read. A level promised for the end of
a year is alike with the level of that year. A fall of 2.5 % is a rise of -2.5 %.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ingest.model import Comparator, Direction, Figure, Measure, Period

RATES = ("%", "‰", "百分点")
POINTS = "points"  # flag: 增长6.5个百分点 is how some write 6.5%
_STATES = (Measure.LEVEL, Measure.SHARE)
_MOVES = (Measure.GROWTH, Measure.CHANGE)
_NEW = "new_urban_jobs"  # 城镇新增就业3万人, 新增城镇就业3万人: what is new is the thing itself
# Unit -> what it is a multiple of, and how much of it.
_UNITS: Mapping[str, tuple[str, float]] = {
    "‰": ("%", 0.1),
    **dict.fromkeys(("户", "家", "个"), ("家", 1.0)),
    "吨": ("公斤", 1000.0),
    "斤": ("公斤", 0.5),
    "公顷": ("亩", 15.0),
    "平方公里": ("亩", 1500.0),
}
_PRICES = re.compile("可比|不变")
_MIRRORED = {
    Comparator.AT_LEAST: Comparator.AT_MOST,
    Comparator.MORE_THAN: Comparator.LESS_THAN,
    Comparator.AT_MOST: Comparator.AT_LEAST,
    Comparator.LESS_THAN: Comparator.MORE_THAN,
}


class Unlike(StrEnum):
    """Why two figures of one indicator cannot be compared, what matters most first."""

    OWNER = "owner"  # 开发区增长10% says nothing of the district
    PERIOD = "period"  # 年均增长7% to 2025, and the growth of 2025
    MEASURE = "measure"  # a growth, and a level
    UNIT = "unit"  # 6.5 %, and 0.3 percentage points
    BASE = "base"  # 比2020年翻一番, and the growth over a year


@dataclass(frozen=True, slots=True)
class Scaled:
    """What a figure says in the terms of another."""

    low: float | None
    high: float | None
    comparator: Comparator

    @property
    def value(self) -> float:
        value = self.low if self.low is not None else self.high
        if value is None:
            raise ValueError("a figure without a number has no value")
        return value


def has_number(figure: Figure) -> bool:
    return figure.low is not None or figure.high is not None


def unlike(target: Figure, outcome: Figure) -> Unlike | None:
    """Why the outcome cannot be held against the target of its indicator; None: it can."""
    if target.owner != outcome.owner:
        return Unlike.OWNER
    if not _same_period(target, outcome):
        return Unlike.PERIOD
    if not _same_measure(target, outcome):
        return Unlike.MEASURE
    if not _same_unit(target, outcome):
        return Unlike.UNIT
    return None if _base(target) == _base(outcome) else Unlike.BASE


def _same_period(target: Figure, outcome: Figure) -> bool:
    if target.period is not outcome.period:
        state = target.measure in _STATES and target.unit != "倍"
        return state and {target.period, outcome.period} == {Period.YEAR, Period.BY_END}
    first, other = target.first_year, outcome.first_year
    return first is None or other is None or first == other


def _same_measure(target: Figure, outcome: Figure) -> bool:
    if not has_number(target):
        return outcome.measure in _MOVES and outcome.unit in ("%", "‰")
    if target.measure is outcome.measure:
        return True
    measures = (target.measure, outcome.measure)
    if target.indicator == _NEW:
        return all(measure in (Measure.LEVEL, Measure.CHANGE) for measure in measures)
    # 煤炭消费量下降5% and 增长2% are one thing.
    rates = all(_unit(figure) == "%" for figure in (target, outcome))
    return all(measure in _MOVES for measure in measures) and (rates or POINTS in target.flags)


def _same_unit(target: Figure, outcome: Figure) -> bool:
    return not has_number(target) or _unit(target) == _unit(outcome)


def _unit(figure: Figure) -> str | None:
    if POINTS in figure.flags:
        return "%"
    unit = figure.unit or ""
    return _UNITS[unit][0] if unit in _UNITS else figure.unit


def _factor(figure: Figure) -> float:
    return _UNITS.get(figure.unit or "", ("", 1.0))[1]


def _base(figure: Figure) -> str | None:
    """按可比价格 is how growth is measured anyway."""
    base = figure.base
    moves = figure.measure in _MOVES
    return None if base and moves and _PRICES.search(base) and not re.search(r"\d", base) else base


def scaled(outcome: Figure, target: Figure) -> Scaled:
    """The outcome in the unit and the direction of a target that it is alike with."""
    factor = _factor(outcome) / _factor(target) if has_number(target) else 1.0
    low, high = (None if end is None else end * factor for end in (outcome.low, outcome.high))
    as_is = Scaled(low, high, outcome.comparator)
    return as_is if _way(outcome) is _way(target) else _mirrored(as_is)


def _way(figure: Figure) -> Direction:
    return Direction.DOWN if figure.direction is Direction.DOWN else Direction.UP


def _mirrored(one: Scaled) -> Scaled:
    return replace(
        one,
        low=None if one.high is None else -one.high,
        high=None if one.low is None else -one.low,
        comparator=_MIRRORED.get(one.comparator, one.comparator),
    )
