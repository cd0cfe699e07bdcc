"""Targets without a figure: 与经济增长同步, 完成省下达任务, 高于全国平均. A new phrasing is a new row."""

from __future__ import annotations

import re

import pytest

from ingest.model import Comparator, Kind, Region
from ingest.text.rules import load_rules
from workers.targets.extract import extract
from workers.targets.figureless import BOND_PATTERN

REGION = Region("330110", "余杭区", ("浙江省", "杭州市", "余杭区"), "330100")
HEAD = "二、2024年工作安排\n今年主要预期目标是：地区生产总值增长6%，固定资产投资增长5%，"
FIGURELESS = {
    Comparator.IN_STEP_WITH,
    Comparator.FASTER_THAN,
    Comparator.SAME_AS,
    Comparator.POSITIVE,
    Comparator.FLAT,
    Comparator.FULFIL,
}


def figureless(text: str) -> list[str]:
    """What the headline promises without a figure: `indicator comparator`, in the order of the alphabet."""
    extraction = extract(HEAD + text + "。", year=2024, kind=Kind.WORK_REPORT, region=REGION)
    return sorted(
        f"{t.indicator} {t.comparator.value}"
        for t in extraction.targets
        if t.headline and t.comparator in FIGURELESS and t.indicator != "other"
    )


IN_STEP = {
    "居民人均可支配收入与经济增长协调同步": "resident_income",
    "居民收入与经济协调同步增长": "resident_income",
    "居民收入和经济增长协调同步": "resident_income",
    "全体居民人均可支配收入与地区生产总值增长基本同步": "resident_income",
    "居民人均可支配收入增速与本地区生产总值增速大体同步": "resident_income",
    "居民人均可支配收入与经济增长相匹配": "resident_income",
    "居民收入增长与经济发展相适应": "resident_income",
    "一般公共预算收入保持与经济同步增长": "general_budget_revenue",
    "一般公共预算收入增长与国民经济发展同步": "general_budget_revenue",
    "一般公共预算收入增长与经济发展态势基本协调": "general_budget_revenue",
    "一般公共预算收入与经济走势基本一致": "general_budget_revenue",
    "一般公共预算收入同口径增幅与地区生产总值增幅保持一致": "general_budget_revenue",
    "城乡居民收入与经济发展实现同步": "urban_income rural_income",
    "居民收入与GDP同步增长": "resident_income",
    "居民收入增速与经济增速同步": "resident_income",
    "财政总收入同步增长": "fiscal_revenue",
    "居民人均可支配收入增长同经济增长同步": "resident_income",
}
FASTER = {
    "一般公共预算收入增速高于全国平均水平1到2个百分点": "general_budget_revenue",
    "社会消费品零售总额增速高于全省0.5—1个百分点": "retail_sales",
    "工业投资增速比全省平均水平高1个百分点至2个百分点": "industrial_investment",
    "社会消费品零售总额增速高于全省、全国平均": "retail_sales",
    "一般公共预算收入增速高于生产总值和全省平均增速1个百分点以上": "general_budget_revenue",
    "农村居民人均可支配收入增长不低于经济增长幅度": "rural_income",
    "民间投资增速快于全部投资增速": "private_investment",
    "规模以上工业增加值增速力争高于全市平均水平": "industrial_value_added",
    "城乡居民人均可支配收入增速继续跑赢经济增速": "urban_income rural_income",
    "居民收入增长快于地区生产总值增长": "resident_income",
    "固定资产投资增速高于全国和全省平均水平": "fixed_asset_investment",
    "进出口总额增速好于全国": "trade",
    "农村居民收入增速高于城镇居民收入增速": "rural_income",
    "农村居民人均可支配收入增速高于城镇居民1个百分点": "rural_income",
}
SAME = {
    "居民消费价格涨幅与全省一致": "cpi",
    "居民消费价格涨幅与国家、省保持一致": "cpi",
    "居民消费价格指数调控目标与省里保持一致": "cpi",
    "进出口总额增幅与全市持平": "trade",
    "居民消费价格涨幅调控目标与省上保持一致": "cpi",
    "外贸进出口总值增幅达到全省平均水平": "trade",
}
POSITIVE = {
    "外贸进出口实现正增长": "trade",
    "实际使用外资力争实现正增长": "foreign_investment",
    "外贸出口由负转正": "exports",
    "规模以上工业企业数量只增不减": "industrial_enterprises",
    "社会消费品零售总额增速转正": "retail_sales",
}
FLAT = {
    "一般公共预算收入同比基本持平": "general_budget_revenue",
    "实际利用外资与去年持平": "foreign_investment",
    "粮食产量保持上年水平": "grain_output",
    "税收收入与上年大体持平": "tax_revenue",
}
FULFIL = {
    "节能减排完成省下达任务": "energy_conservation",
    "能耗强度、碳排放双控统筹完成省定目标": "energy_conservation",
    "降碳减排完成市下达目标": "energy_conservation",
    "约束指标全面完成": "energy_conservation",
    "各类约束性指标按国家和省要求全面完成": "energy_conservation",
    "节能减排降碳任务全面完成": "energy_conservation",
    "市定节能减排目标全面完成": "energy_conservation",
    "省下达的节能减排目标任务如期完成": "energy_conservation",
    "全面完成省里下达的生态环境约束性指标": "energy_conservation",
    "完成上级下达的降碳减排任务": "energy_conservation",
    "能源和环境指标完成省下达的计划目标": "energy_conservation",
    "能耗及生态环境质量指标完成省下达年度目标任务": "energy_conservation",
    "能耗、碳排放强度和污染减排指标控制在国家核定范围内": "energy_conservation",
    "单位GDP能耗降低完成国家下达目标": "energy_intensity",
    "单位地区生产总值能耗控制在省控范围内": "energy_intensity",
    "单位地区生产总值能耗降低率达到省定要求": "energy_intensity",
    "单位GDP能耗下降达到上级考核要求": "energy_intensity",
    "单位生产总值二氧化碳排放降低控制在省下达目标之内": "carbon_intensity",
    "主要污染物排放总量控制在省下达指标内": "pollutants",
    "主要污染物总量减排完成年度任务": "pollutants",
    "PM2.5平均浓度达到省考核要求": "pm25",
    "空气质量优良天数比例完成国家下达任务": "air_quality_rate",
    "地表水优良水体比例达到国家考核要求": "water_quality_rate",
    "居民消费价格涨幅保持在省定范围内": "cpi",
    "居民消费价格指数控制在省调控目标以内": "cpi",
    "城镇调查失业率控制在国家目标以内": "urban_unemployment",
    "城镇登记失业率控制在省定目标范围之内": "registered_unemployment",
    "粮食产量达到省下达任务要求": "grain_output",
    "粮食播种面积和产量完成省下达任务": "grain_area grain_output",
    "粮食种植面积和产量稳定在省定任务以上": "grain_area grain_output",
    "全社会研发投入强度完成市定目标": "rd_intensity",
    "城镇新增就业完成市下达任务": "new_urban_jobs",
    "人口自然增长率控制在省下达计划以内": "population_growth",
    "二氧化硫、化学需氧量按省下达指标执行": "so2 cod",
    "能耗“双控”完成省定任务": "energy_conservation",
    "居民消费价格指数不高于省控线": "cpi",
    "单位GDP能耗和碳排放强度控制在核定范围内": "carbon_intensity energy_intensity",
    "单位GDP能耗和主要污染物排放削减量完成市下达指标": "energy_intensity pollutants",
    "市里下达的节能减排等约束性指标全面达标": "energy_conservation",
    "节能减排相关指标完成省定目标": "energy_conservation",
    "节能减排工作完成省下达目标": "energy_conservation",
}
NOTHING = (
    "加快推进节能减排目标责任落实",
    "扎实做好节能减排工作",
    "居民收入稳步增长",
    "进出口促稳提质",
    "粮食产量保持稳定",
    "居民消费价格保持合理水平",
    "单位生产总值能耗持续下降",
    "生态环境质量持续改善",
    "同步推进民间投资项目建设",
    "固定资产投资任务艰巨",
    "各项社会事业与经济发展同步推进",
    "国际收支基本平衡",
    "城镇调查失业率低于全省平均水平",
    "居民消费价格涨幅低于上年",
    "农村居民人均可支配收入达到全国平均水平的80%左右",
)


@pytest.mark.parametrize(
    ("rows", "comparator"),
    [
        (IN_STEP, "in_step_with"),
        (FASTER, "faster_than"),
        (SAME, "same_as"),
        (POSITIVE, "positive"),
        (FLAT, "flat"),
        (FULFIL, "fulfil"),
    ],
    ids=["in step", "faster", "same", "positive", "flat", "fulfil"],
)
def test_a_target_without_a_figure(rows: dict[str, str], comparator: str) -> None:
    expected = {text: sorted(f"{id} {comparator}" for id in ids.split()) for text, ids in rows.items()}
    assert {text: figureless(text) for text in rows} == expected


def test_every_rule_is_reached_in_a_text() -> None:
    """The one pattern begins with a set of characters, to pass quickly over all others."""
    pattern = re.compile(BOND_PATTERN)
    rules = load_rules("workers.targets", "figureless.rules.toml")
    reached = [(name, text, pattern.search(text)) for name, rule in rules.items() for text in rule.yes]
    assert [(name, text) for name, text, found in reached if found is None or found.lastgroup != name] == []


def test_what_promises_nothing_that_could_be_held_against_it() -> None:
    assert {text: figureless(text) for text in NOTHING if figureless(text)} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "居民人均可支配收入与经济增长同步，居民消费价格涨幅控制在3%以内，节能减排完成市定任务",
            ["resident_income in_step_with", "energy_conservation fulfil"],
        ),
        (
            "粮食产量、单位GDP能耗降低及生态环境质量指标完成省下达目标任务",
            ["grain_output fulfil", "energy_intensity fulfil"],
        ),
        (
            "外贸进出口、实际利用外资和其他约束性指标，确保完成市定任务",
            ["trade fulfil", "foreign_investment fulfil", "energy_conservation fulfil"],
        ),
        (
            "社会消费品零售总额、一般公共预算收入增速均高于全市平均水平",
            ["retail_sales faster_than", "general_budget_revenue faster_than"],
        ),
        (
            "进出口总额保持正增长，居民收入增速高于经济增速，单位地区生产总值能耗完成“十四五”目标",
            ["trade positive", "resident_income faster_than", "energy_intensity fulfil"],
        ),
        (
            "居民消费价格涨幅控制在3%左右，居民收入和经济增长同步，单位GDP能耗和主要污染物排放完成市下达目标",
            ["resident_income in_step_with", "energy_intensity fulfil", "pollutants fulfil"],
        ),
    ],
)
def test_several_in_one_sentence(text: str, expected: list[str]) -> None:
    assert figureless(text) == sorted(expected)
