"""What was planned for a year beside what came of it: 年初目标增长6%，预计增长5.6%. Plan reports speak so."""

from __future__ import annotations

import pytest

from ingest.model import Kind
from tests.test_targets_meaning import read
from workers.targets.extract import extract

REVIEW = "一、2020年计划执行情况"
WORK = "二、2021年工作安排"


def told(text: str, heading: str) -> list[str]:
    """Indicator and value of each figure."""
    return [" ".join(said.split()[0:3:2]) for said in read(text, heading)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值。年初目标增长5%左右，预计全年增长4%左右。", ["gdp ~4%"]),
        ("1.居民消费价格。控制目标为3%左右，全年上涨0.2%。", ["cpi 0.2%"]),
        ("——城镇新增就业。年初目标45万人以上，实际完成47.2万人。", ["new_urban_jobs 472000人"]),
        (
            "（一）地区生产总值：年初计划增长6%，预计完成1780亿元，增长5.6%；",
            ["gdp 178000000000元", "gdp 5.6%"],
        ),
        ("地区生产总值年初计划增长6%，实际增长5.6%。", ["gdp 5.6%"]),
        ("地区生产总值目标为增长6%，全年增长5.6%。", ["gdp 5.6%"]),
        (
            "地区生产总值年度目标7%以上，全年实现870亿元、增长7.2%，完成目标。",
            ["gdp 87000000000元", "gdp 7.2%"],
        ),
        ("固定资产投资（年初目标增长10%）预计增长8%。", ["fixed_asset_investment 8%"]),
        ("社会消费品零售总额目标增长8%，预计增长6.5%，低于目标1.5个百分点。", ["retail_sales 6.5%"]),
        ("国家下达我县2020年粮食产量目标30亿斤，实际完成31亿斤。", ["grain_output 3100000000斤"]),
        (
            "一般公共预算收入年初预算数为45亿元，实际完成47.2亿元，为预算的104.9%，增长3%。",
            ["general_budget_revenue 4720000000元", "general_budget_revenue 3%"],
        ),
        ("固定资产投资由年初下降2%转为增长1.8%。", ["fixed_asset_investment 1.8%"]),
        ("存款余额达到500亿元，比年初增长5%。", ["deposits 50000000000元", "deposits 5%"]),
        # what only was to be, and nobody says what came of it
        ("大会确定的2020年主要预期目标是：地区生产总值增长6%以上，财政总收入增长7%。", []),
        ("2020年初，县委、县政府确定地区生产总值增长6%以上的目标。", []),
        ("地区生产总值年初预期增长7%，调整为增长4.5%。", []),
        ("实现了地区生产总值增长6%的目标。", ["gdp 6%"]),
        ("如期实现“双百”目标，地区生产总值增长6%。", ["gdp 6%"]),
    ],
)
def test_what_came_of_a_plan(text: str, expected: list[str]) -> None:
    assert told(text, REVIEW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值增长目标6%左右，达到900亿元。", ["gdp ~6%", "gdp 90000000000元"]),
        ("地区生产总值计划增长6%，力争全年增长7%。", ["gdp 6%"]),
        ("固定资产投资预期目标由增长8%下调至增长3%。", ["fixed_asset_investment 3%"]),
        ("地区生产总值增速由年初预期增长7%左右调整为增长4.5%左右。", ["gdp ~4.5%"]),
    ],
)
def test_what_is_planned_for_this_year_is_its_target(text: str, expected: list[str]) -> None:
    assert told(text, WORK) == expected


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("地区生产总值增长6.5%以上、力争达到7%，财政总收入增长5%", "地区生产总值增长6.5%以上、力争达到7%"),
        ("地区生产总值增长5%左右（努力实现6%），财政总收入增长5%", "地区生产总值增长5%左右（努力实现6%）"),
        ("国内生产总值增长11.5%，按13%组织；财政收入增长15%", "国内生产总值增长11.5%，按13%组织"),
        ("地区生产总值增长10%以上、力争达到2000亿元", "地区生产总值增长10%以上"),
        ("地区生产总值增长6%，力争固定资产投资增长8%", "地区生产总值增长6%"),
    ],
)
def test_what_is_hoped_for_beyond_a_target_stands_in_its_quote(text: str, quote: str) -> None:
    first = extract(f"{WORK}\n{text}。", year=2021, kind=Kind.WORK_REPORT).targets[0]
    assert (first.indicator, first.quote) == ("gdp", quote)
