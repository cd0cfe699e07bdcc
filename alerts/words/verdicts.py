"""Why a target is said to be met, missed, or neither, in Chinese and English. Pure.

The verdict itself is ingest/outcome.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alerts.words import chinese, english
from ingest.comparable import Unlike
from ingest.model import Direction, Figure, Measure, Period
from ingest.outcome import Answer, Cause, Held, Undecided


@dataclass(frozen=True, slots=True)
class _Words:
    reasons: Mapping[Cause, str]
    periods: Mapping[Period, str]
    measures: Mapping[Measure, str]
    own: str  # the region of the report
    year_before: str
    none: str
    down: str
    number: Callable[[float, str | None], str]


_CHINESE = _Words(
    reasons={
        Unlike.OWNER: "主体不同：目标是{target_owner}的，实绩是{owner}的",
        Unlike.PERIOD: "时期不同：目标是{target_period}，实绩是{period}",
        Unlike.MEASURE: "口径不同：目标是{target_measure}，实绩是{measure}",
        Unlike.UNIT: "单位不同：目标用{target_unit}，实绩用{unit}",
        Unlike.BASE: "基数不同：目标以{target_base}为基数，实绩以{base}为基数",
        Undecided.NO_YEAR: "目标没有年份",
        Undecided.DOUBTFUL: "目标的数字本身存疑",
        Undecided.NO_REPORT: "后来的报告没有说到{year}年",
        Undecided.NO_FIGURE: "后来的报告没有这个指标的数字",
        Undecided.OPEN: "实绩只给出界限，无从判断",
        Undecided.PACE: "不知道与之相比的增速",
        Undecided.WORDLESS: "所承诺的不能以数字衡量",
        Held.FLOOR: "承诺{down}至少{bound}",
        Held.CEILING: "承诺{down}至多{bound}",
        Held.ECONOMY: "经济增长{bound}",
        Held.OTHER_REPORT: "{earlier_key}称{bound}，{key}称{value}",
    },
    periods={Period.YEAR: "一年", Period.AVERAGE: "年均", Period.SUM: "多年累计", Period.BY_END: "多年之末"},
    measures={Measure.GROWTH: "增速", Measure.LEVEL: "总量", Measure.SHARE: "比率", Measure.CHANGE: "增减"},
    own="报告所在地",
    year_before="上年",
    none="无单位",
    down="下降",
    number=chinese.number_text,
)
_ENGLISH = _Words(
    reasons={
        Unlike.OWNER: "of others: the target is that of {target_owner}, the outcome that of {owner}",
        Unlike.PERIOD: "over other periods: the target is {target_period}, the outcome {period}",
        Unlike.MEASURE: "other measures: the target is a {target_measure}, the outcome a {measure}",
        Unlike.UNIT: "in other units: the target in {target_unit}, the outcome in {unit}",
        Unlike.BASE: "from other bases: the target from {target_base}, the outcome from {base}",
        Undecided.NO_YEAR: "the target names no year",
        Undecided.DOUBTFUL: "the figure of the target is in doubt",
        Undecided.NO_REPORT: "no later report of this region speaks of {year}",
        Undecided.NO_FIGURE: "later reports give no such figure",
        Undecided.OPEN: "the outcome is a bound that leaves it open",
        Undecided.PACE: "what it was promised to keep pace with is not known",
        Undecided.WORDLESS: "nothing was promised that a figure could show",
        Held.FLOOR: "{down}at least {bound} was promised",
        Held.CEILING: "{down}at most {bound} was promised",
        Held.ECONOMY: "the economy grew by {bound}",
        Held.OTHER_REPORT: "{earlier_key} says {bound}, {key} says {value}",
    },
    periods={
        Period.YEAR: "of one year",
        Period.AVERAGE: "an average of several",
        Period.SUM: "a sum over several",
        Period.BY_END: "for the end of several",
    },
    measures={
        Measure.GROWTH: "growth",
        Measure.LEVEL: "level",
        Measure.SHARE: "rate",
        Measure.CHANGE: "change",
    },
    own="the region of the report",
    year_before="the year before",
    none="no unit",
    down="down by ",
    number=english.number_text,
)


def verdict_reason(target: Figure, answer: Answer, language: str = "zh") -> str:
    """One line that says the cause of an answer; `language` is zh or en."""
    words = _ENGLISH if language == "en" else _CHINESE
    outcome = answer.outcome.figure if answer.outcome else target
    unit = "%" if answer.cause is Held.ECONOMY or target.unit is None else target.unit

    def owner(figure: Figure) -> str:
        return figure.owner.name if figure.owner else words.own

    def measure(figure: Figure) -> str:
        return words.measures[figure.measure] if figure.measure else "—"

    def number(value: float | None, of: str | None) -> str:
        return "—" if value is None else words.number(value, of)

    return words.reasons[answer.cause].format(
        target_owner=owner(target),
        owner=owner(outcome),
        target_period=words.periods[target.period],
        period=words.periods[outcome.period],
        target_measure=measure(target),
        measure=measure(outcome),
        target_unit=target.unit or words.none,
        unit=outcome.unit or words.none,
        target_base=target.base or words.year_before,
        base=outcome.base or words.year_before,
        year=target.year,
        down=words.down if target.direction is Direction.DOWN else "",
        bound=number(answer.bound, unit),
        earlier_key=answer.earlier.report_key if answer.earlier else "",
        key=answer.outcome.report_key if answer.outcome else "",
        value=number(outcome.low if outcome.low is not None else outcome.high, outcome.unit),
    )
