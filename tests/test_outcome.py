"""A target beside what later reports say of its year: met, missed, restated, unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Comparator, Figure, Measure
from ingest.outcome import Answer, Held, Said, Undecided, Verdict, judge

M, C = Measure, Comparator


def figure(
    indicator: str = "gdp",
    comparator: Comparator = C.EXACT,
    low: float | None = 6.0,
    high: float | None = None,
    unit: str | None = "%",
    measure: Measure | None = M.GROWTH,
    year: int | None = 2023,
    quote: str = "…",
) -> Figure:
    one_sided = (C.AT_LEAST, C.MORE_THAN, C.AT_MOST, C.LESS_THAN, C.RANGE)
    if high is None and comparator not in one_sided:
        high = low
    return Figure(
        indicator, indicator, year, measure, comparator, low, high, unit, None, True, quote, 0, len(quote)
    )


def at_most(value: float, **more: object) -> Figure:
    return replace(figure(comparator=C.AT_MOST, low=None), high=value, **more)  # type: ignore[arg-type]


def said(outcome: Figure, report_year: int = 2024, key: str = "") -> Said:
    return Said(outcome, report_year, key or f"work_report/331002/{report_year}")


@pytest.mark.parametrize(
    ("target", "outcome", "verdict"),
    [
        (figure(low=6), 6.1, Verdict.MET),
        (figure(low=6), 5.9, Verdict.MISSED),
        (figure(low=6), 6.0, Verdict.MET),
        (figure(comparator=C.ABOUT, low=6), 5.8, Verdict.MET),
        (figure(comparator=C.ABOUT, low=6), 5.5, Verdict.MISSED),
        (figure(comparator=C.AT_LEAST, low=6), 5.9, Verdict.MISSED),
        (figure(comparator=C.MORE_THAN, low=6), 6.0, Verdict.MISSED),
        (figure(comparator=C.RANGE, low=5, high=6), 5.0, Verdict.MET),
        (figure(comparator=C.RANGE, low=5, high=6), 4.9, Verdict.MISSED),
        (figure("general_budget_revenue", C.POSITIVE, None), -3.2, Verdict.MISSED),
        (figure("trade", C.POSITIVE, None), 0.4, Verdict.MET),
        (figure("trade", C.FLAT, None), -4.0, Verdict.MISSED),
        (figure("general_budget_revenue", low=3), -3.2, Verdict.MISSED),
    ],
)
def test_growth(target: Figure, outcome: float, verdict: Verdict) -> None:
    reached = figure(target.indicator, low=outcome)
    assert judge(target, [said(reached)]).verdict is verdict


@pytest.mark.parametrize(
    ("target", "outcome", "verdict"),
    [
        (figure("cpi", C.ABOUT, 3), 0.3, Verdict.MET),
        (figure("cpi", C.ABOUT, 3), 3.9, Verdict.MISSED),
        (at_most(4.5, indicator="registered_unemployment", measure=M.SHARE), 3.2, Verdict.MET),
        (at_most(4.5, indicator="registered_unemployment", measure=M.SHARE), 4.6, Verdict.MISSED),
        (figure("urban_unemployment", C.ABOUT, 5.5, measure=M.SHARE), 5.1, Verdict.MET),
        (figure("pm25", low=35, unit="微克/立方米", measure=M.LEVEL), 38, Verdict.MISSED),
        (figure("energy_intensity", low=3, measure=M.CHANGE), 3.5, Verdict.MET),
        (figure("new_urban_jobs", C.AT_LEAST, 20000, unit="人", measure=M.LEVEL), 21000, Verdict.MET),
        (figure("grain_output", C.ABOUT, 1e8, unit="斤", measure=M.LEVEL), 9.9e7, Verdict.MET),
    ],
)
def test_what_is_better_lower_and_what_is_a_level(target: Figure, outcome: float, verdict: Verdict) -> None:
    reached = figure(target.indicator, low=outcome, unit=target.unit, measure=target.measure)
    assert judge(target, [said(reached)]).verdict is verdict


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (figure(comparator=C.AT_LEAST, low=6.5), Verdict.MET),  # 增长6.5%以上
        (figure(comparator=C.AT_LEAST, low=5), Verdict.UNKNOWN),  # may be 6 or not
        (at_most(5.5), Verdict.MISSED),
        (at_most(6.5), Verdict.UNKNOWN),
        (figure(comparator=C.RANGE, low=6.1, high=6.5), Verdict.MET),
        (figure(comparator=C.RANGE, low=5.5, high=6.5), Verdict.UNKNOWN),
    ],
)
def test_an_outcome_that_is_itself_a_bound(outcome: Figure, verdict: Verdict) -> None:
    assert judge(figure(low=6), [said(outcome)]).verdict is verdict


@pytest.mark.parametrize(
    ("quote", "comparator", "income", "economy", "verdict"),
    [
        ("居民收入与经济增长同步", C.IN_STEP_WITH, 5.8, 6.0, Verdict.MET),
        ("居民收入与经济增长同步", C.IN_STEP_WITH, 5.0, 6.0, Verdict.MISSED),
        ("居民收入增长快于经济增长", C.FASTER_THAN, 6.1, 6.0, Verdict.MET),
        ("居民收入增长快于经济增长", C.FASTER_THAN, 6.0, 6.0, Verdict.MISSED),
        ("居民收入增速高于全省平均水平", C.FASTER_THAN, 9.0, 6.0, Verdict.UNKNOWN),
    ],
)
def test_keeping_pace(
    quote: str, comparator: Comparator, income: float, economy: float, verdict: Verdict
) -> None:
    target = figure("resident_income", comparator, None, unit=None, quote=quote)
    reached = [said(figure("resident_income", low=income)), said(figure(low=economy))]
    assert judge(target, reached).verdict is verdict


def test_two_reports_that_differ_restate_the_year() -> None:
    first = said(figure(low=5.8))
    later = said(figure(low=5.1), 2025)
    answer = judge(figure(low=6), [later, first])
    assert (answer.verdict, answer.outcome, answer.earlier) == (Verdict.RESTATED, later, first)
    assert (answer.cause, answer.bound) == (Held.OTHER_REPORT, 5.8)


@pytest.mark.parametrize(("one", "other"), [(5.8, 5.76), (1e11, 1.002e11), (6.0, 6.0)])
def test_a_rounded_figure_does_not_restate(one: float, other: float) -> None:
    unit, measure = ("%", M.GROWTH) if one < 1e6 else ("元", M.LEVEL)
    outcomes = [
        said(figure(low=value, unit=unit, measure=measure), year)
        for year, value in ((2024, one), (2025, other))
    ]
    target = figure(low=one * 0.9, unit=unit, measure=measure)
    assert judge(target, outcomes).verdict is Verdict.MET


def test_the_first_figure_of_a_report_counts() -> None:
    district = said(figure(low=6.2))
    zone = Said(replace(figure(low=12.0), start=500, end=520), 2024, district.report_key)
    assert judge(figure(low=6), [zone, district]) == Answer(Verdict.MET, Held.FLOOR, district, bound=6)


@pytest.mark.parametrize(
    ("target", "outcomes", "cause"),
    [
        (figure(year=None), [said(figure())], Undecided.NO_YEAR),
        (replace(figure(low=60), flags=("implausible",)), [said(figure())], Undecided.DOUBTFUL),
        (figure(), [], Undecided.NO_REPORT),
        (figure(), [said(figure("trade"))], Undecided.NO_FIGURE),
        (figure(), [said(figure(year=2022))], Undecided.NO_REPORT),
        # The report that sets the target tells of the year before.
        (figure(), [said(figure(), 2023)], Undecided.NO_REPORT),
        (figure(), [said(replace(figure(low=60), flags=("implausible",)))], Undecided.NO_FIGURE),
        (
            figure("energy_conservation", C.FULFIL, None, unit=None, measure=None),
            [said(figure("energy_conservation"))],
            Undecided.WORDLESS,
        ),
        (
            replace(figure("other"), label="产业投资"),
            [said(replace(figure("other"), label="农业投资"))],
            Undecided.NO_FIGURE,
        ),
    ],
)
def test_nothing_to_compare_with(target: Figure, outcomes: list[Said], cause: Undecided) -> None:
    answer = judge(target, outcomes)
    assert (answer.verdict, answer.cause) == (Verdict.UNKNOWN, cause)


VALUES = st.floats(-50, 50).map(lambda value: round(value, 2))


@given(VALUES, VALUES, st.sampled_from(list(Comparator)))
def test_every_pair_has_an_answer_and_more_growth_never_turns_met_into_missed(
    promised: float, reached: float, comparator: Comparator
) -> None:
    one_sided = {
        C.AT_MOST: (None, promised),
        C.LESS_THAN: (None, promised),
        C.RANGE: (promised, promised + 1),
    }
    low, high = one_sided.get(
        comparator, (promised, None if comparator in (C.AT_LEAST, C.MORE_THAN) else promised)
    )
    target = replace(figure(comparator=comparator), low=low, high=high)
    answer = judge(target, [said(figure(low=reached))])
    more = judge(target, [said(figure(low=reached + 1))])
    if comparator not in (C.AT_MOST, C.LESS_THAN) and answer.verdict is Verdict.MET:
        assert more.verdict is Verdict.MET
