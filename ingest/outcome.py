"""Was a target reached: a promise for a year beside what later reports say of that year. Pure.

Which reports speak of which year is store/outcome.py; how the answer is shown, alerts/.

A target of year N is looked up among the outcomes of year N that reports of the following years give. It
was `met` or `missed`; `restated` when those reports disagree about the year, so that the answer depends on
whom one believes; `unknown` when nothing comparable was found. 左右 (about) is met within `ABOUT` percentage
points, or within `ABOUT_LEVEL` of a level. What is better lower (prices, unemployment) is met from above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.model import Comparator, Figure, Measure

ABOUT = 0.3  # percentage points
ABOUT_LEVEL = 0.02  # of the level
ROUNDED = 0.05  # percentage points: 5.76 % and 5.8 % are the same figure
ROUNDED_LEVEL = 0.005  # of the level: so are 1002亿 and 1000亿
_SAME = 1e-9

# 涨幅, 失业率, 浓度, 自然增长率: a ceiling, however it is worded.
_LOWER_IS_BETTER = frozenset({"cpi", "urban_unemployment", "registered_unemployment", "population_growth"})
_LOWER_LEVEL_IS_BETTER = frozenset({"pm25"})
_ECONOMY = "gdp"
_IMPLAUSIBLE = "implausible"


class Verdict(StrEnum):
    MET = "met"
    MISSED = "missed"
    RESTATED = "restated"  # later reports give different figures for the year
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """What the report of year `report_year` says of an earlier year."""

    figure: Figure
    report_year: int
    report_key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` is what the latest report says; `earlier` is what an earlier one said differently."""

    verdict: Verdict
    reason: str  # in English, for people
    outcome: Said | None = None
    earlier: Said | None = None


def judge(target: Figure, said: Sequence[Said]) -> Answer:
    """The answer for one target; `said` are the outcomes of the region, of any year and indicator."""
    if target.year is None:
        return Answer(Verdict.UNKNOWN, "the target names no year")
    of_year = [s for s in said if s.figure.year == target.year and s.report_year > target.year]
    if not of_year:
        return Answer(Verdict.UNKNOWN, f"no later report of this region speaks of {target.year}")
    matching = [s for s in of_year if _comparable(target, s.figure)]
    if not matching:
        return Answer(Verdict.UNKNOWN, "later reports give no such figure")
    # Of one report the first figure counts: further down it may speak of a part.
    first: dict[str, Said] = {}
    for one in sorted(matching, key=_order):
        first.setdefault(one.report_key, one)
    *before, latest = first.values()
    other = next((one for one in before if _disagree(one.figure, latest.figure)), None)
    if other is not None:
        values = (_value(other.figure), _value(latest.figure))
        reason = f"{other.report_key} says {values[0]:g}, {latest.report_key} says {values[1]:g}"
        return Answer(Verdict.RESTATED, reason, latest, other)
    met, reason = _reached(target, latest.figure, of_year)
    if met is None:
        return Answer(Verdict.UNKNOWN, reason, latest)
    return Answer(Verdict.MET if met else Verdict.MISSED, reason, latest)


def _order(said: Said) -> tuple[int, str, int]:
    return (said.report_year, said.report_key, said.figure.start)


def _comparable(target: Figure, outcome: Figure) -> bool:
    if outcome.indicator != target.indicator or _IMPLAUSIBLE in (*target.flags, *outcome.flags):
        return False
    if outcome.indicator == "other" and outcome.label != target.label:
        return False
    if outcome.low is None and outcome.high is None:
        return False
    if target.low is None and target.high is None:
        return outcome.unit == "%" and outcome.measure is Measure.GROWTH
    # 增长6.5个百分点 is how some write 6.5%.
    measures = {Measure.GROWTH, Measure.CHANGE} if "points" in target.flags else {target.measure}
    same_unit = outcome.unit == target.unit or "points" in target.flags
    return outcome.measure in measures and same_unit


def _value(figure: Figure) -> float:
    value = figure.low if figure.low is not None else figure.high
    if value is None:
        raise ValueError(f"{figure.quote!r} has no figure to compare")
    return value


def _disagree(one: Figure, other: Figure) -> bool:
    """Two different figures, not one of them rounded: 5.8 % and 5.76 % agree, 5.8 % and 6.1 % do not."""
    exact = (Comparator.EXACT, Comparator.ABOUT)
    if one.comparator not in exact or other.comparator not in exact or one.measure is not other.measure:
        return False
    a, b = _value(one), _value(other)
    if Comparator.ABOUT in (one.comparator, other.comparator):
        return abs(a - b) > _slack(one)
    rounding = ROUNDED if one.unit in ("%", "‰", "百分点") else max(abs(a), abs(b)) * ROUNDED_LEVEL
    return abs(a - b) > rounding + _SAME


def _slack(figure: Figure) -> float:
    return ABOUT if figure.unit in ("%", "‰", "百分点") else abs(_value(figure)) * ABOUT_LEVEL


def _falling(figure: Figure) -> bool:
    """Is less of it better? 下降3% counts the fall itself: more of that is better."""
    if figure.measure is Measure.CHANGE:
        return False
    level = figure.measure is Measure.LEVEL and figure.indicator in _LOWER_LEVEL_IS_BETTER
    return level or figure.indicator in _LOWER_IS_BETTER


def _reached(target: Figure, outcome: Figure, of_year: Sequence[Said]) -> tuple[bool | None, str]:
    if target.low is None and target.high is None:
        return _reached_bond(target, outcome, of_year)
    falling = _falling(target)
    match target.comparator:
        case Comparator.AT_LEAST | Comparator.MORE_THAN:
            falling = False
        case Comparator.AT_MOST | Comparator.LESS_THAN:
            falling = True
    # A range is met from its nearer end.
    bound = target.high if falling and target.high is not None else target.low
    bound = _value(target) if bound is None else bound
    if target.comparator is Comparator.ABOUT:
        bound += _slack(target) if falling else -_slack(target)
    strict = target.comparator in (Comparator.MORE_THAN, Comparator.LESS_THAN)
    return _beyond(outcome, bound, falling=falling, strict=strict)


def _beyond(outcome: Figure, bound: float, *, falling: bool, strict: bool) -> tuple[bool | None, str]:
    low, high = outcome.low, outcome.high
    if outcome.comparator is Comparator.MORE_THAN:
        strict = False  # 突破300亿元 is more than 300
    words = f"{'at most' if falling else 'at least'} {bound:g} was promised"
    # The end of the outcome that is surely reached, and the one that it may have reached at best.
    sure, best = (high, low) if falling else (low, high)
    if sure is not None and _past(sure, bound, falling=falling, strict=strict):
        return True, words
    if best is not None and not _past(best, bound, falling=falling, strict=strict):
        return False, words
    return None, "the outcome is a bound that leaves it open"


def _past(value: float, bound: float, *, falling: bool, strict: bool) -> bool:
    if strict:
        return value < bound - _SAME if falling else value > bound + _SAME
    return value <= bound + _SAME if falling else value >= bound - _SAME


def _reached_bond(target: Figure, outcome: Figure, of_year: Sequence[Said]) -> tuple[bool | None, str]:
    value = _value(outcome)
    match target.comparator:
        case Comparator.POSITIVE:
            return value > 0, "growth above nought was promised"
        case Comparator.FLAT:
            return value >= -ABOUT, "no fall was promised"
        case Comparator.IN_STEP_WITH | Comparator.FASTER_THAN:
            economy = _economy(of_year)
            named = any(word in target.quote for word in ("经济", "GDP", "生产总值"))
            if economy is None or not named:
                return None, "what it was promised to keep pace with is not known"
            if target.comparator is Comparator.IN_STEP_WITH:
                return value >= economy - ABOUT, f"the economy grew by {economy:g} %"
            return value > economy, f"the economy grew by {economy:g} %"
        case _:
            return None, "nothing was promised that a figure could show"


def _economy(of_year: Sequence[Said]) -> float | None:
    growth = [
        s
        for s in of_year
        if s.figure.indicator == _ECONOMY
        and s.figure.measure is Measure.GROWTH
        and s.figure.unit == "%"
        and _IMPLAUSIBLE not in s.figure.flags
    ]
    return _value(max(growth, key=_order).figure) if growth else None
