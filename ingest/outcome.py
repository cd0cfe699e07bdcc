"""Was a target reached: a promise for a year beside what later reports say of that year. Pure.

Which reports speak of which year is store/outcome.py; which figures can be compared, comparable.py; how the
answer is shown, alerts/.

A target of year N is looked up among the outcomes of year N that reports of the following years give. It
was `met` or `missed`; `restated` when those reports disagree about the year, so that the answer depends on
whom one believes; `not_comparable` when all that they say of it is of another kind; `unknown` when they say
nothing of it, or nothing that decides. 左右 (about) is met within `ABOUT` percentage points, or within
`ABOUT_LEVEL` of a level; a range from its nearer end. What is better lower (prices, unemployment) is met from
above, and so is what has a ceiling (以内).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.comparable import RATES, Scaled, Unlike, has_number, scaled, unlike
from ingest.model import Comparator, Direction, Figure, Measure, Period

ABOUT = 0.3  # percentage points
ABOUT_LEVEL = 0.02  # of the level
ROUNDED = 0.05  # percentage points: 5.76 % and 5.8 % are the same figure
ROUNDED_LEVEL = 0.005  # of the level: so are 1002亿 and 1000亿
_SAME = 1e-9

# 涨幅, 失业率, 浓度, 自然增长率: a ceiling, however it is worded.
_LOWER_IS_BETTER = frozenset({"cpi", "urban_unemployment", "registered_unemployment", "population_growth"})
_LOWER_LEVEL_IS_BETTER = frozenset({"pm25"})
_ECONOMY = "gdp"
_DOUBTED = frozenset({"implausible", "ocr"})


class Verdict(StrEnum):
    MET = "met"
    MISSED = "missed"
    RESTATED = "restated"  # later reports give different figures for the year
    NOT_COMPARABLE = "not_comparable"  # they give figures of another period, measure, unit, base or owner
    UNKNOWN = "unknown"


class Undecided(StrEnum):
    """Why nothing can be said."""

    NO_YEAR = "no_year"  # the target names none
    DOUBTFUL = "doubtful"  # the target is not believed itself
    NO_REPORT = "no_report"  # no later report speaks of the year
    NO_FIGURE = "no_figure"  # none gives a figure of this indicator
    OPEN = "open"  # the outcome is a bound itself: 超过5% says not whether 6 % was reached
    PACE = "pace"  # 与…同步: how the other grew is not known
    WORDLESS = "wordless"  # 完成下达任务: no figure could show it


class Held(StrEnum):
    """What the outcome was held against."""

    FLOOR = "floor"  # at least so much
    CEILING = "ceiling"  # at most so much
    ECONOMY = "economy"  # the growth of GDP
    OTHER_REPORT = "other_report"  # what an earlier report said


Cause = Unlike | Undecided | Held


@dataclass(frozen=True, slots=True)
class Said:
    """What the report of year `report_year` says of an earlier year."""

    figure: Figure
    report_year: int
    report_key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` is what the latest report says; `earlier` is what an earlier one said differently.

    `bound`: what it was held against, in the unit of the target, where `cause` is one of Held.
    """

    verdict: Verdict
    cause: Cause
    outcome: Said | None = None
    earlier: Said | None = None
    bound: float | None = None


def judge(target: Figure, said: Sequence[Said]) -> Answer:
    """The answer for one target; `said` are the outcomes of the region, of any year and indicator."""
    if target.year is None:
        return Answer(Verdict.UNKNOWN, Undecided.NO_YEAR)
    if not _DOUBTED.isdisjoint(target.flags):
        return Answer(Verdict.UNKNOWN, Undecided.DOUBTFUL)
    of_year = [s for s in said if s.figure.year == target.year and s.report_year > target.year]
    if not of_year:
        return Answer(Verdict.UNKNOWN, Undecided.NO_REPORT)
    of_it = sorted((s for s in of_year if _of_the_same(target, s.figure)), key=_order)
    if not of_it:
        return Answer(Verdict.UNKNOWN, Undecided.NO_FIGURE)
    if target.comparator in (Comparator.FULFIL, Comparator.SAME_AS):
        return Answer(Verdict.UNKNOWN, Undecided.WORDLESS)
    causes = [(unlike(target, s.figure), s) for s in of_it]
    matching = [s for cause, s in causes if cause is None]
    if not matching:
        # The one that is alike in most says why.
        ranks = list(Unlike)
        cause, nearest = max(causes, key=lambda pair: (ranks.index(pair[0] or Unlike.OWNER), _order(pair[1])))
        return Answer(Verdict.NOT_COMPARABLE, cause or Unlike.OWNER, nearest)
    # Of one report the first figure counts: further down it may speak of a part.
    first: dict[str, Said] = {}
    for one in matching:
        first.setdefault(one.report_key, one)
    *before, latest = first.values()
    reached = scaled(latest.figure, target)
    other = next((one for one in before if _disagree(scaled(one.figure, target), reached, target)), None)
    if other is not None:
        value = scaled(other.figure, target).value
        return Answer(Verdict.RESTATED, Held.OTHER_REPORT, latest, other, value)
    if has_number(target):
        return _held_to_figure(target, reached, latest)
    return _held_to_words(target, reached, latest, of_year)


def _order(said: Said) -> tuple[int, str, int]:
    return (said.report_year, said.report_key, said.figure.start)


def _of_the_same(target: Figure, outcome: Figure) -> bool:
    if (
        outcome.indicator != target.indicator
        or not _DOUBTED.isdisjoint(outcome.flags)
        or not has_number(outcome)
    ):
        return False
    return outcome.indicator != "other" or outcome.label == target.label


def _disagree(one: Scaled, other: Scaled, target: Figure) -> bool:
    """Two different figures, not one of them rounded: 5.8 % and 5.76 % agree, 5.8 % and 6.1 % do not."""
    exact = (Comparator.EXACT, Comparator.ABOUT)
    if one.comparator not in exact or other.comparator not in exact:
        return False
    a, b = one.value, other.value
    rate = not has_number(target) or target.unit in RATES
    if Comparator.ABOUT in (one.comparator, other.comparator):
        return abs(a - b) > (ABOUT if rate else abs(a) * ABOUT_LEVEL)
    rounding = ROUNDED if rate else max(abs(a), abs(b)) * ROUNDED_LEVEL
    return abs(a - b) > rounding + _SAME


# --- the promise of a figure --------------------------------------------------------------------


def _falling(figure: Figure) -> bool:
    """Is less of it better? 下降3% counts the fall itself: more of that is better."""
    match figure.comparator:
        case Comparator.AT_LEAST | Comparator.MORE_THAN:
            return False
        case Comparator.AT_MOST | Comparator.LESS_THAN:
            return True
    if figure.measure is Measure.CHANGE and figure.direction is not Direction.UP:
        return False
    level = figure.measure is Measure.LEVEL and figure.indicator in _LOWER_LEVEL_IS_BETTER
    return level or figure.indicator in _LOWER_IS_BETTER


def _held_to_figure(target: Figure, reached: Scaled, latest: Said) -> Answer:
    falling = _falling(target)
    # A range is met from its nearer end.
    bound = target.high if falling and target.high is not None else target.low
    bound = target.high if bound is None else bound
    assert bound is not None  # has_number
    if target.comparator is Comparator.ABOUT:
        slack = ABOUT if target.unit in RATES else abs(bound) * ABOUT_LEVEL
        bound += slack if falling else -slack
    strict = target.comparator in (Comparator.MORE_THAN, Comparator.LESS_THAN)
    met = _beyond(reached, bound, falling=falling, strict=strict)
    cause = Held.CEILING if falling else Held.FLOOR
    if met is None:
        return Answer(Verdict.UNKNOWN, Undecided.OPEN, latest, bound=bound)
    return Answer(Verdict.MET if met else Verdict.MISSED, cause, latest, bound=bound)


def _beyond(outcome: Scaled, bound: float, *, falling: bool, strict: bool) -> bool | None:
    """None: the outcome is a bound that leaves it open."""
    low, high = outcome.low, outcome.high
    beyond_low = outcome.comparator is Comparator.MORE_THAN  # 突破300亿元 is more than 300
    beyond_high = outcome.comparator is Comparator.LESS_THAN
    # The end of the outcome that is surely reached, and the one that it may have reached at best.
    sure, best = (high, low) if falling else (low, high)
    past_sure, past_best = (beyond_high, beyond_low) if falling else (beyond_low, beyond_high)
    if sure is not None and _past(sure, bound, falling=falling, strict=strict and not past_sure):
        return True
    if best is not None and not _past(best, bound, falling=falling, strict=strict or past_best):
        return False
    return None


def _past(value: float, bound: float, *, falling: bool, strict: bool) -> bool:
    if strict:
        return value < bound - _SAME if falling else value > bound + _SAME
    return value <= bound + _SAME if falling else value >= bound - _SAME


# --- the promise of words -----------------------------------------------------------------------


def _held_to_words(target: Figure, reached: Scaled, latest: Said, of_year: Sequence[Said]) -> Answer:
    if target.comparator is Comparator.POSITIVE:
        return _answer(_beyond(reached, 0.0, falling=False, strict=True), Held.FLOOR, latest, 0.0)
    if target.comparator is Comparator.FLAT:
        if target.indicator in _LOWER_IS_BETTER:
            return _answer(_beyond(reached, ABOUT, falling=True, strict=False), Held.CEILING, latest, ABOUT)
        return _answer(_beyond(reached, -ABOUT, falling=False, strict=False), Held.FLOOR, latest, -ABOUT)
    economy = _economy(target, of_year)
    named = any(word in target.quote for word in ("经济", "GDP", "生产总值"))
    if economy is None or not named:
        return Answer(Verdict.UNKNOWN, Undecided.PACE, latest)
    if target.comparator is Comparator.IN_STEP_WITH:
        met = _beyond(reached, economy - ABOUT, falling=False, strict=False)
    else:
        met = _beyond(reached, economy, falling=False, strict=True)
    return _answer(met, Held.ECONOMY, latest, economy)


def _answer(met: bool | None, held: Held, latest: Said, bound: float) -> Answer:
    if met is None:
        return Answer(Verdict.UNKNOWN, Undecided.OPEN, latest, bound=bound)
    return Answer(Verdict.MET if met else Verdict.MISSED, held, latest, bound=bound)


def _economy(target: Figure, of_year: Sequence[Said]) -> float | None:
    growth = [
        s
        for s in of_year
        if s.figure.indicator == _ECONOMY
        and s.figure.measure is Measure.GROWTH
        and s.figure.unit == "%"
        and has_number(s.figure)
        and s.figure.owner == target.owner
        and s.figure.period is Period.YEAR
        and _DOUBTED.isdisjoint(s.figure.flags)
    ]
    if not growth:
        return None
    figure = max(growth, key=_order).figure
    return figure.low if figure.low is not None else figure.high
