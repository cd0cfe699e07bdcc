"""Pairs of a promise and what was reached, each as a report says it, with the verdict on it.

The figures are what the extractor reads in these words (test_targets_meaning.py); judging is outcome.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerts.words.verdicts import verdict_reason
from ingest.comparable import Unlike
from ingest.model import Comparator, Direction, Figure, Kind, Measure, Owner, Period
from ingest.outcome import Cause, Held, Said, Undecided, Verdict, judge
from ingest.regions.gazetteer import region_by_code
from workers.targets.extract import extract

MET, MISSED, UNKNOWN = Verdict.MET, Verdict.MISSED, Verdict.UNKNOWN
UNLIKE = Verdict.NOT_COMPARABLE
FLOOR, CEILING, ECONOMY = Held.FLOOR, Held.CEILING, Held.ECONOMY


def read(text: str, year: int, role: str, heading: str) -> Figure:
    """The first figure of a sentence in a report of `year`."""
    found = extract(f"{heading}\n{text}。", year=year, kind=Kind.WORK_REPORT, region=region_by_code("500106"))
    figures = found.targets if role == "target" else found.outcomes
    assert figures, text
    return figures[0]


def promised(text: str, year: int = 2021) -> Figure:
    return read(text, year, "target", f"二、{year}年工作安排")


def reached(text: str, year: int = 2021) -> Said:
    """Told by the report of the year after."""
    return Said(read(text, year + 1, "outcome", f"一、{year}年工作回顾"), year + 1, f"report/{year + 1}")


PAIRS: list[tuple[str, str, Verdict, Cause]] = [
    # growth: exact, bounds, about, ranges
    ("地区生产总值增长6%", "地区生产总值增长6.1%", MET, FLOOR),
    ("地区生产总值增长6%", "地区生产总值增长6%", MET, FLOOR),
    ("地区生产总值增长6%", "地区生产总值增长5.9%", MISSED, FLOOR),
    ("地区生产总值增长6%左右", "地区生产总值增长5.7%", MET, FLOOR),
    ("地区生产总值增长6%左右", "地区生产总值增长5.6%", MISSED, FLOOR),
    ("地区生产总值增长6%左右", "地区生产总值增长9%", MET, FLOOR),
    ("地区生产总值增长6%以上", "地区生产总值增长6%", MET, FLOOR),
    ("地区生产总值增长6%以上", "地区生产总值增长5.9%", MISSED, FLOOR),
    ("地区生产总值增速超过6%", "地区生产总值增长6%", MISSED, FLOOR),
    ("地区生产总值增速超过6%", "地区生产总值增长6.1%", MET, FLOOR),
    ("地区生产总值增速不低于6%", "地区生产总值增长6%", MET, FLOOR),
    ("地区生产总值增长5%—6%", "地区生产总值增长5%", MET, FLOOR),
    ("地区生产总值增长5%—6%", "地区生产总值增长4.9%", MISSED, FLOOR),
    ("地区生产总值增长5%—6%", "地区生产总值增长8%", MET, FLOOR),
    ("固定资产投资增长8%", "固定资产投资下降2%", MISSED, FLOOR),
    ("一般公共预算收入下降3%以内", "一般公共预算收入下降2%", MET, FLOOR),
    ("一般公共预算收入下降3%以内", "一般公共预算收入下降4%", MISSED, FLOOR),
    ("一般公共预算收入下降3%以内", "一般公共预算收入增长1%", MET, FLOOR),
    ("进出口总额实现正增长", "进出口总额增长0.2%", MET, FLOOR),
    ("进出口总额实现正增长", "进出口总额下降0.2%", MISSED, FLOOR),
    # an outcome that is a bound itself
    ("地区生产总值增长6%", "地区生产总值增长6.5%以上", MET, FLOOR),
    ("地区生产总值增长6%", "地区生产总值增长5%以上", UNKNOWN, Undecided.OPEN),
    ("一般公共预算收入超过300亿元", "一般公共预算收入突破300亿元", MET, FLOOR),
    # falls and rises
    ("单位GDP能耗下降2.5%", "单位GDP能耗下降2.6%", MET, FLOOR),
    ("单位GDP能耗下降2.5%", "单位GDP能耗下降2.4%", MISSED, FLOOR),
    ("单位GDP能耗下降2.5%", "单位GDP能耗上升2.5%", MISSED, FLOOR),
    ("单位GDP能耗下降2.5%左右", "单位GDP能耗下降2.3%", MET, FLOOR),
    ("单位GDP能耗下降3%以上", "单位GDP能耗降低3.1%", MET, FLOOR),
    ("城镇登记失业率下降0.3个百分点", "城镇登记失业率下降0.3个百分点", MET, FLOOR),
    ("城镇登记失业率下降0.3个百分点", "城镇登记失业率上升0.3个百分点", MISSED, FLOOR),
    ("常住人口城镇化率提高1.2个百分点", "常住人口城镇化率提高1.1个百分点", MISSED, FLOOR),
    ("常住人口城镇化率提高1.2个百分点", "常住人口城镇化率提高1.3个百分点", MET, FLOOR),
    ("常住人口城镇化率提高1.2个百分点", "常住人口城镇化率达到66%", UNLIKE, Unlike.MEASURE),
    # ceilings
    ("城镇调查失业率控制在5.5%以内", "城镇调查失业率为5.1%", MET, CEILING),
    ("城镇调查失业率控制在5.5%以内", "城镇调查失业率为5.6%", MISSED, CEILING),
    ("城镇调查失业率5.5%左右", "城镇调查失业率为5.8%", MET, CEILING),
    ("城镇调查失业率5.5%左右", "城镇调查失业率为5.9%", MISSED, CEILING),
    ("城镇调查失业率控制在5.5%以内", "城镇调查失业率下降0.2个百分点", UNLIKE, Unlike.MEASURE),
    ("居民消费价格涨幅控制在3%以内", "居民消费价格上涨0.9%", MET, CEILING),
    ("居民消费价格涨幅控制在3%左右", "居民消费价格上涨3.4%", MISSED, CEILING),
    ("居民消费价格涨幅低于3%", "居民消费价格上涨3%", MISSED, CEILING),
    ("PM2.5平均浓度控制在35微克/立方米以内", "PM2.5平均浓度为34微克/立方米", MET, CEILING),
    ("PM2.5平均浓度控制在35微克/立方米以内", "PM2.5平均浓度为38微克/立方米", MISSED, CEILING),
    # levels, and their units
    ("一般公共预算收入达到1.2万亿元", "一般公共预算收入完成12500亿元", MET, FLOOR),
    ("一般公共预算收入达到1.2万亿元", "一般公共预算收入完成11500亿元", MISSED, FLOOR),
    ("一般公共预算收入达到100亿元左右", "一般公共预算收入完成98亿元", MET, FLOOR),
    ("一般公共预算收入达到100亿元左右", "一般公共预算收入完成97亿元", MISSED, FLOOR),
    ("城镇新增就业3万人以上", "城镇新增就业30500人", MET, FLOOR),
    ("城镇新增就业3万人以上", "城镇新增就业2.9万人", MISSED, FLOOR),
    ("城镇新增就业3万人", "新增城镇就业3.1万人", MET, FLOOR),
    ("粮食产量稳定在100万吨", "粮食产量达到20.5亿斤", MET, FLOOR),
    ("粮食产量稳定在100万吨", "粮食产量达到19亿斤", MISSED, FLOOR),
    ("空气质量优良天数310天以上", "空气质量优良天数达到315天", MET, FLOOR),
    ("实际使用外资达到5亿美元", "实际使用外资30亿元", UNLIKE, Unlike.UNIT),
    ("地区生产总值达到1000亿元", "地区生产总值增长6%", UNLIKE, Unlike.MEASURE),
    ("地区生产总值增长6%", "地区生产总值完成1000亿元", UNLIKE, Unlike.MEASURE),
    ("地区生产总值增长6%", "地区生产总值完成1000亿元，增长6.2%", MET, FLOOR),
    # bases
    ("一般公共预算收入在5.55亿元基础上增长8.1%", "一般公共预算收入增长8.1%", UNLIKE, Unlike.BASE),
    ("地区生产总值达到1000亿元（2020年价）", "地区生产总值达到1005亿元", UNLIKE, Unlike.BASE),
    ("按可比价格计算，地区生产总值增长6%", "地区生产总值增长6%", MET, FLOOR),
    ("地区生产总值增长6%", "按可比价格计算，地区生产总值增长6.2%", MET, FLOOR),
    # words
    ("居民收入增长与经济增长同步", "居民收入增长6%，地区生产总值增长6.2%", MET, ECONOMY),
    ("居民收入增长与经济增长同步", "居民收入增长5%，地区生产总值增长6.2%", MISSED, ECONOMY),
    ("居民收入增长与经济增长同步", "居民收入增长5%", UNKNOWN, Undecided.PACE),
    ("居民收入增速高于经济增速", "居民收入增长6.3%，地区生产总值增长6.2%", MET, ECONOMY),
    ("地区生产总值增长6%", "固定资产投资增长6%", UNKNOWN, Undecided.NO_FIGURE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "outcome", "verdict", "cause"), PAIRS, ids=[f"{p[0]}|{p[1]}" for p in PAIRS]
)
def test_pairs(target: str, outcome: str, verdict: Verdict, cause: Cause) -> None:
    told = extract(
        f"一、2021年工作回顾\n{outcome}。", year=2022, kind=Kind.WORK_REPORT, region=region_by_code("500106")
    )
    said = [Said(figure, 2022, "report/2022") for figure in told.outcomes]
    assert said, outcome
    answer = judge(promised(target), said)
    assert (answer.verdict, answer.cause) == (verdict, cause), verdict_reason(promised(target), answer)


# Of several years: the outcome is told by the report of 2026.
AHEAD: list[tuple[str, str, Verdict, Cause]] = [
    ("到2025年，地区生产总值年均增长7%左右", "地区生产总值增长5.1%", UNLIKE, Unlike.PERIOD),
    ("到2025年，地区生产总值年均增长5%", "地区生产总值增长5.1%", UNLIKE, Unlike.PERIOD),
    ("“十四五”期间，单位GDP能耗累计下降13.5%", "单位GDP能耗下降3%", UNLIKE, Unlike.PERIOD),
    ("到2025年，居民收入比2020年翻一番", "居民收入增长6%", UNLIKE, Unlike.PERIOD),
    ("今后五年，城镇新增就业累计15万人", "城镇新增就业3万人", UNLIKE, Unlike.PERIOD),
    ("到2025年，地区生产总值达到1000亿元", "地区生产总值完成1010亿元", MET, FLOOR),
    ("到2025年，地区生产总值达到1000亿元", "地区生产总值完成990亿元", MISSED, FLOOR),
    ("到2025年，常住人口城镇化率达到70%", "常住人口城镇化率达到71%", MET, FLOOR),
    ("到2025年，地区生产总值达到1000亿元", "地区生产总值增长6%", UNLIKE, Unlike.MEASURE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "outcome", "verdict", "cause"), AHEAD, ids=[f"{p[0]}|{p[1]}" for p in AHEAD]
)
def test_promises_for_years_ahead(target: str, outcome: str, verdict: Verdict, cause: Cause) -> None:
    answer = judge(promised(target), [reached(outcome, 2025)])
    assert (answer.verdict, answer.cause) == (verdict, cause)


GROWTH = Figure(
    "gdp", "地区生产总值", 2025, Measure.GROWTH, Comparator.EXACT, 6, 6, "%", None, True, "q", 0, 1,
    direction=Direction.UP,
)  # fmt: skip
AVERAGE: dict[str, Any] = {"period": Period.AVERAGE, "first_year": 2021}
POINTS: dict[str, Any] = {"measure": Measure.CHANGE, "unit": "百分点", "flags": ("points",)}


@pytest.mark.parametrize(
    ("target", "outcome", "verdict", "cause"),
    [
        (AVERAGE, AVERAGE | {"low": 6.1, "high": 6.1}, MET, FLOOR),
        (AVERAGE, AVERAGE | {"low": 5.1, "high": 5.1}, MISSED, FLOOR),
        (AVERAGE, AVERAGE | {"first_year": 2023}, UNLIKE, Unlike.PERIOD),
        ({}, {"owner": Owner("开发区")}, UNLIKE, Unlike.OWNER),
        ({"owner": Owner("开发区")}, {"owner": Owner("开发区")}, MET, FLOOR),
        (POINTS, {"low": 6.2, "high": 6.2}, MET, FLOOR),
        ({}, {"unit": "‰", "low": 61.0, "high": 61.0}, MET, FLOOR),
        ({}, {"unit": "百分点", "measure": Measure.CHANGE}, UNLIKE, Unlike.MEASURE),
        ({"base": "2020年"}, {}, UNLIKE, Unlike.BASE),
        ({"base": "2020年"}, {"base": "2020年"}, MET, FLOOR),
    ],
)
def test_what_reports_seldom_say(
    target: dict[str, Any], outcome: dict[str, Any], verdict: Verdict, cause: Cause
) -> None:
    promise = replace(GROWTH, **target)
    answer = judge(promise, [Said(replace(GROWTH, **outcome), 2026, "report/2026")])
    assert (answer.verdict, answer.cause) == (verdict, cause)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_cause_is_said_in_words(language: str) -> None:
    said = {}
    for target, outcome, *_ in PAIRS:
        promise = promised(target)
        answer = judge(promise, [reached(outcome)])
        said[answer.cause] = verdict_reason(promise, answer, language)
    for cause in (*Unlike, *Undecided, *Held):
        answer = replace(judge(GROWTH, [Said(GROWTH, 2026, "report/2026")]), cause=cause)
        said[cause] = verdict_reason(GROWTH, answer, language)
    assert len(set(said.values())) == len(said)
    assert not any("{" in text or "None" in text for text in said.values())


def test_the_words_of_a_verdict() -> None:
    target = promised("到2025年，地区生产总值年均增长7%左右")
    answer = judge(target, [reached("地区生产总值增长5.1%", 2025)])
    assert verdict_reason(target, answer) == "时期不同：目标是年均，实绩是一年"
    assert verdict_reason(target, answer, "en") == (
        "over other periods: the target is an average of several, the outcome of one year"
    )
    fall = promised("单位GDP能耗下降2.5%")
    answer = judge(fall, [reached("单位GDP能耗上升2.5%")])
    assert verdict_reason(fall, answer) == "承诺下降至少2.5%"
    assert verdict_reason(fall, answer, "en") == "down by at least 2.5% was promised"
