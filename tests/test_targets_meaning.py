"""What a figure is, beside its number: over which time, which way, measured from what.

Each row is a sentence of our own making as reports have them, in the report of 2021, with its figures:
indicator, measure, bound, value, time, direction, base. `avg`, `sum` and `end` are periods of several years.
"""

from __future__ import annotations

import pytest

from ingest.model import Comparator, Figure, Kind, Period
from ingest.regions.gazetteer import region_by_code
from workers.targets.extract import extract

_BOUNDS = {
    Comparator.EXACT: "",
    Comparator.ABOUT: "~",
    Comparator.AT_LEAST: ">=",
    Comparator.MORE_THAN: ">",
    Comparator.AT_MOST: "<=",
    Comparator.LESS_THAN: "<",
    Comparator.RANGE: "",
}
_TIMES = {Period.AVERAGE: "avg", Period.SUM: "sum", Period.BY_END: "end"}


def said(figure: Figure) -> str:
    ends = dict.fromkeys(end for end in (figure.low, figure.high) if end is not None)
    value = "-".join(f"{end:.12g}" for end in ends) + (figure.unit or "") or figure.comparator.value
    time = str(figure.year)
    if figure.period is not Period.YEAR:
        years = f"{figure.first_year}-{figure.year}" if figure.first_year else str(figure.year)
        time = f"{_TIMES[figure.period]}:{years}"
    parts = [
        figure.indicator if figure.indicator != "other" else figure.label,
        figure.measure.value if figure.measure else "",
        _BOUNDS.get(figure.comparator, "") + value,
        time,
        figure.direction.value if figure.direction else "",
        f"@{figure.base}" if figure.base else "",
    ]
    return " ".join(part for part in parts if part)


def read(text: str, heading: str) -> list[str]:
    found = extract(f"{heading}\n{text}。", year=2021, kind=Kind.WORK_REPORT, region=region_by_code("500106"))
    return [said(figure) for figure in (*found.targets, *found.outcomes)]


YEAR = "二、2021年工作安排"
PLAN = "二、“十四五”时期主要目标"
TERM = "二、今后五年的奋斗目标"

ROWS: list[tuple[str, str, list[str]]] = [
    # --- one year
    (YEAR, "地区生产总值增长6%左右", ["gdp growth ~6% 2021 up"]),
    (YEAR, "地区生产总值同比增长6%", ["gdp growth 6% 2021 up"]),
    (YEAR, "地区生产总值比上年增长6%", ["gdp growth 6% 2021 up"]),
    (
        YEAR,
        "新增“四上”企业60家，其中规上工业企业25家以上",
        ["industrial_enterprises change >=25家 2021 up"],
    ),
    (
        YEAR,
        "新认定高新技术企业30家，科技型中小企业80家",
        ["high_tech_enterprises change 30家 2021 up", "tech_enterprises change 80家 2021 up"],
    ),
    (
        YEAR,
        "新增规上工业企业25家，高新技术企业突破200家",
        ["industrial_enterprises change 25家 2021 up", "high_tech_enterprises level >200家 2021"],
    ),
    (
        YEAR,
        "新增规上工业企业25家，实有市场主体6万户",
        ["industrial_enterprises change 25家 2021 up", "market_entities level 60000户 2021"],
    ),
    (
        YEAR,
        "培育高新技术企业30家，规上工业企业200家",
        ["high_tech_enterprises change 30家 2021 up", "industrial_enterprises level 200家 2021"],
    ),
    (YEAR, "到2021年底，地区生产总值增长6%", ["gdp growth 6% 2021 up"]),
    (YEAR, "一般公共预算收入比上年下降3%", ["general_budget_revenue growth -3% 2021 up"]),
    (YEAR, "一般公共预算收入下降5%以内", ["general_budget_revenue growth >=-5% 2021 up"]),
    (YEAR, "城镇调查失业率控制在5.5%以内", ["urban_unemployment share <=5.5% 2021"]),
    (YEAR, "城镇登记失业率控制在4.5%以内", ["registered_unemployment share <=4.5% 2021"]),
    (YEAR, "城镇登记失业率下降0.3个百分点", ["registered_unemployment change 0.3百分点 2021 down"]),
    (YEAR, "常住人口城镇化率提高1.2个百分点", ["urbanization_rate change 1.2百分点 2021 up"]),
    (YEAR, "居民消费价格涨幅控制在3%左右", ["cpi growth ~3% 2021 up"]),
    (YEAR, "万元GDP能耗下降3%", ["energy_intensity change 3% 2021 down"]),
    (YEAR, "万元地区生产总值能耗降低3.2%以上", ["energy_intensity change >=3.2% 2021 down"]),
    (YEAR, "单位GDP能耗降低率3%", ["energy_intensity change 3% 2021 down"]),
    (YEAR, "单位地区生产总值二氧化碳排放下降3.5%", ["carbon_intensity change 3.5% 2021 down"]),
    (YEAR, "PM2.5平均浓度下降2%", ["pm25 change 2% 2021 down"]),
    (YEAR, "PM2.5平均浓度下降2微克/立方米", ["pm25 change 2微克/立方米 2021 down"]),
    (YEAR, "PM2.5平均浓度降至35微克/立方米以下", ["pm25 level <=35微克/立方米 2021"]),
    (YEAR, "PM2.5平均浓度由38微克/立方米降为35微克/立方米", ["pm25 level 35微克/立方米 2021"]),
    (YEAR, "PM2.5平均浓度消减至35微克/立方米", ["pm25 level 35微克/立方米 2021"]),
    (YEAR, "地区生产总值增量达到45亿元", ["gdp change 4500000000元 2021 up"]),
    (YEAR, "推动高新技术企业增量提质，高新技术企业突破90家", ["high_tech_enterprises level >90家 2021"]),
    (YEAR, "PM2.5平均浓度控制在35微克/立方米以内", ["pm25 level <=35微克/立方米 2021"]),
    (YEAR, "空气质量优良天数增加5天", ["air_quality_days change 5天 2021 up"]),
    (YEAR, "研发经费投入强度提高0.2个百分点", ["rd_intensity change 0.2百分点 2021 up"]),
    (YEAR, "森林覆盖率提高0.5个百分点", ["forest_cover change 0.5百分点 2021 up"]),
    (YEAR, "进出口总额增长10%", ["trade growth 10% 2021 up"]),
    (YEAR, "固定资产投资增长8%以上", ["fixed_asset_investment growth >=8% 2021 up"]),
    (YEAR, "一般公共预算收入达到58亿元", ["general_budget_revenue level 5800000000元 2021"]),
    (YEAR, "城镇新增就业3万人以上", ["new_urban_jobs level >=30000人 2021"]),
    (YEAR, "全年城镇新增就业3万人", ["new_urban_jobs level 30000人 2021"]),
    (
        YEAR,
        "化学需氧量、二氧化硫排放量分别下降2%、3%",
        ["cod change 2% 2021 down", "so2 change 3% 2021 down"],
    ),
    (YEAR, "居民消费价格累计上涨控制在3%左右", ["cpi growth ~3% 2021 up"]),
    # --- a base
    (
        YEAR,
        "规上工业增加值在去年增长8%的高基数上增长7%",
        ["industrial_value_added growth 7% 2021 up @8%"],
    ),
    (
        YEAR,
        "剔除房地产投资，固定资产投资增长8%",
        ["fixed_asset_investment growth 8% 2021 up @剔除房地产投资"],
    ),
    (
        YEAR,
        "固定资产投资（不含房地产开发投资）增长8%，工业投资增长9%",
        ["fixed_asset_investment growth 8% 2021 up", "industrial_investment growth 9% 2021 up"],
    ),
    (YEAR, "剔除房地产投资增长8%", []),
    (
        YEAR,
        "一般公共预算收入在5.55亿元基础上增长8.1%",
        ["general_budget_revenue growth 8.1% 2021 up @5.55亿元"],
    ),
    (
        YEAR,
        "一般公共预算收入在去年5.55亿元的基础上增长8.1%",
        ["general_budget_revenue growth 8.1% 2021 up @5.55亿元"],
    ),
    (
        YEAR,
        "一般公共预算收入在5.55亿元的基础上，力争增长8%以上",
        ["general_budget_revenue growth >=8% 2021 up @5.55亿元"],
    ),
    (YEAR, "按可比价格计算，地区生产总值增长6%", ["gdp growth 6% 2021 up @可比价格"]),
    (YEAR, "地区生产总值按可比价增长6%", ["gdp growth 6% 2021 up @可比价"]),
    (YEAR, "地区生产总值按不变价增长6.5%左右", ["gdp growth ~6.5% 2021 up @不变价"]),
    (
        YEAR,
        "地区生产总值增长6%（按可比价计算），固定资产投资增长8%",
        ["gdp growth 6% 2021 up @可比价", "fixed_asset_investment growth 8% 2021 up"],
    ),
    (YEAR, "地区生产总值（按可比价格计算）增长6%", ["gdp growth 6% 2021 up @可比价格"]),
    (
        YEAR,
        "城镇调查失业率、居民消费价格涨幅分别控制在5%和3%以内",
        ["urban_unemployment share <=5% 2021", "cpi growth <=3% 2021 up"],
    ),
    (YEAR, "大气细颗粒物年均浓度下降5%左右", ["pm25 change ~5% 2021 down"]),
    (TERM, "五年完成固定资产投资2200亿元", ["fixed_asset_investment level 220000000000元 sum:2021-2025"]),
    (YEAR, "居民人均可支配收入达到全省平均水平", ["resident_income level same_as 2021"]),
    (
        YEAR,
        "力争经济总量五年翻一番，工业投资三年内翻番，固定资产投资增长8%",
        [
            "gdp level 2倍 end:2025",
            "industrial_investment level 2倍 end:2023",
            "fixed_asset_investment growth 8% 2021 up",
        ],
    ),
    (YEAR, "地区生产总值（2020年价）增长6%", ["gdp growth 6% 2021 up @2020年价"]),
    (YEAR, "地区生产总值达到1000亿元（2020年价）", ["gdp level 100000000000元 2021 @2020年价"]),
    (
        YEAR,
        "地区生产总值达到1000亿元（按2020年不变价格计算），固定资产投资增长8%",
        ["gdp level 100000000000元 2021 @2020年不变价格", "fixed_asset_investment growth 8% 2021 up"],
    ),
    (
        YEAR,
        "地区生产总值（2020年价）增长6%，固定资产投资增长8%",
        ["gdp growth 6% 2021 up @2020年价", "fixed_asset_investment growth 8% 2021 up"],
    ),
    (
        YEAR,
        "一般公共预算收入由30亿元增加到33亿元",
        ["general_budget_revenue level 3300000000元 2021"],
    ),
    (YEAR, "地区生产总值比2015年翻一番", ["gdp level 2倍 end:2021 @2015年"]),
    (YEAR, "单位GDP能耗比2015年累计下降15%", ["energy_intensity change 15% sum:2016-2021 down @2015年"]),
    # --- to the end of a plan
    (YEAR, "到2025年，地区生产总值年均增长7%左右", ["gdp growth ~7% avg:2021-2025 up"]),
    (YEAR, "到2025年，地区生产总值达到1000亿元", ["gdp level 100000000000元 end:2025"]),
    (YEAR, "到2025年末，常住人口城镇化率达到70%以上", ["urbanization_rate share >=70% end:2025"]),
    (YEAR, "到2025年，居民收入比2020年翻一番", ["resident_income level 2倍 end:2025 @2020年"]),
    (YEAR, "到2025年，单位GDP能耗比2020年下降13.5%", ["energy_intensity change 13.5% end:2025 down @2020年"]),
    (
        YEAR,
        "到2025年，单位GDP能耗比2020年累计下降13.5%",
        ["energy_intensity change 13.5% sum:2021-2025 down @2020年"],
    ),
    (
        YEAR,
        "到2025年，固定资产投资较“十三五”末增长50%",
        ["fixed_asset_investment growth 50% end:2025 up @“十三五”末"],
    ),
    (YEAR, "到2025年，进出口总额与2020年相比增长60%", ["trade growth 60% end:2025 up @2020年"]),
    (
        YEAR,
        "以2020年为基期，到2025年工业投资增长40%",
        ["industrial_investment growth 40% end:2025 up @2020年"],
    ),
    (YEAR, "到2025年，工业投资在2020年的基础上翻一番", ["industrial_investment level 2倍 end:2025 @2020年"]),
    (YEAR, "到2025年，地区生产总值达到2015年的三倍", ["gdp level 3倍 end:2025 @2015年"]),
    (YEAR, "到2025年，PM2.5平均浓度降至30微克/立方米", ["pm25 level 30微克/立方米 end:2025"]),
    (YEAR, "到2025年，高新技术企业达到500家", ["high_tech_enterprises level 500家 end:2025"]),
    (
        YEAR,
        "围绕“十四五”目标和2035年远景目标，地区生产总值年均增长7.5%左右",
        ["gdp growth ~7.5% avg:2021-2025 up"],
    ),
    (YEAR, "到2030年末，森林覆盖率达到45%", ["forest_cover share 45% end:2030"]),
    (YEAR, "2021—2025年，地区生产总值年均增长6%以上", ["gdp growth >=6% avg:2021-2025 up"]),
    (YEAR, "“十四五”期间，地区生产总值年均增长6.5%", ["gdp growth 6.5% avg:2021-2025 up"]),
    (YEAR, "“十四五”期间，城镇新增就业累计15万人", ["new_urban_jobs level 150000人 sum:2021-2025"]),
    (YEAR, "今后五年，固定资产投资年均增长8%", ["fixed_asset_investment growth 8% avg:2021-2025 up"]),
    (YEAR, "未来三年，工业投资年均增长15%以上", ["industrial_investment growth >=15% avg:2021-2023 up"]),
    # --- in a part of the report that is about several years
    (PLAN, "地区生产总值年均增长6.5%左右", ["gdp growth ~6.5% avg:2021-2025 up"]),
    (PLAN, "地区生产总值年均增速高于6%", ["gdp growth >6% avg:2021-2025 up"]),
    (PLAN, "居民人均可支配收入年均增长7%—8%", ["resident_income growth 7-8% avg:2021-2025 up"]),
    (
        PLAN,
        "地区生产总值年均增长7%，固定资产投资增长8%，社会消费品零售总额增长9%",
        [
            "gdp growth 7% avg:2021-2025 up",
            "fixed_asset_investment growth 8% avg:2021-2025 up",
            "retail_sales growth 9% avg:2021-2025 up",
        ],
    ),
    (
        PLAN,
        "地区生产总值年均增长7%，到2025年达到1000亿元",
        ["gdp growth 7% avg:2021-2025 up", "gdp level 100000000000元 end:2025"],
    ),
    (
        PLAN,
        "地区生产总值、一般公共预算收入年均分别增长7%、5%",
        ["gdp growth 7% avg:2021-2025 up", "general_budget_revenue growth 5% avg:2021-2025 up"],
    ),
    (PLAN, "单位GDP能耗累计下降13.5%", ["energy_intensity change 13.5% sum:2021-2025 down"]),
    (PLAN, "单位GDP二氧化碳排放累计降低18%", ["carbon_intensity change 18% sum:2021-2025 down"]),
    (PLAN, "单位GDP能耗下降13.5%", ["energy_intensity change 13.5% end:2025 down"]),
    (PLAN, "五年新增城镇就业10万人", ["new_urban_jobs level 100000人 sum:2021-2025"]),
    (PLAN, "五年累计新增城镇就业10万人以上", ["new_urban_jobs level >=100000人 sum:2021-2025"]),
    (PLAN, "每年新增城镇就业2万人", ["new_urban_jobs level 20000人 avg:2021-2025"]),
    (PLAN, "累计新增城镇就业10万人，城镇登记失业率每年控制在4%以内", [
        "new_urban_jobs level 100000人 sum:2021-2025",
        "registered_unemployment share <=4% avg:2021-2025",
    ]),
    (PLAN, "常住人口城镇化率提高5个百分点", ["urbanization_rate change 5百分点 end:2025 up"]),
    (PLAN, "城镇调查失业率控制在5.5%以内", ["urban_unemployment share <=5.5% end:2025"]),
    (PLAN, "到2025年森林覆盖率达到40%", ["forest_cover share 40% end:2025"]),
    (PLAN, "研发经费投入年均增长10%以上", ["rd_spending_growth growth >=10% avg:2021-2025 up"]),
    (PLAN, "地区生产总值迈上1000亿元台阶", ["gdp level >100000000000元 end:2025"]),
    (TERM, "地区生产总值年均增长7%", ["gdp growth 7% avg:2021-2025 up"]),
    (TERM, "一般公共预算收入突破100亿元", ["general_budget_revenue level >10000000000元 end:2025"]),
    (TERM, "居民收入年均增长8%左右，与经济增长同步", ["resident_income growth ~8% avg:2021-2025 up"]),
    (TERM, "地区生产总值年均增长8%，居民收入与经济增长同步", [
        "gdp growth 8% avg:2021-2025 up", "resident_income growth in_step_with avg:2021-2025 up"]),
    (TERM, "规模以上工业增加值年均增长8%", ["industrial_value_added growth 8% avg:2021-2025 up"]),
    (TERM, "力争三年翻一番", []),
    # --- outcomes
    ("一、2020年工作回顾", "地区生产总值增长3.9%", ["gdp growth 3.9% 2020 up"]),
    ("一、2020年工作回顾", "单位GDP能耗下降3.1%", ["energy_intensity change 3.1% 2020 down"]),
    ("一、2020年工作回顾", "单位GDP能耗上升0.5%", ["energy_intensity change 0.5% 2020 up"]),
    ("一、2020年工作回顾", "进出口总额下降2.4%", ["trade growth -2.4% 2020 up"]),
    ("一、2020年工作回顾", "空气质量优良天数比上年增加12天", ["air_quality_days change 12天 2020 up"]),
    ("一、2020年工作回顾", "“十三五”时期地区生产总值年均增长7.2%", []),
    ("一、2020年工作回顾", "地区生产总值五年年均增长7.2%", []),
    ("一、2020年工作回顾", "地区生产总值是2015年的1.6倍", []),
    ("一、2020年工作回顾", "常住人口城镇化率达到62%，比上年提高1.1个百分点", [
        "urbanization_rate share 62% 2020",
        "urbanization_rate change 1.1百分点 2020 up",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "text", "figures"), ROWS, ids=[f"{h[:4]}{t}" for h, t, _ in ROWS])
def test_what_a_figure_is(heading: str, text: str, figures: list[str]) -> None:
    assert sorted(read(text, heading)) == sorted(figures)


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("老年大学入学率82%", "share"),
        ("机电产品销售增长率8%", "growth"),
        ("小企业贷款覆盖率提高8%", "growth"),
    ],
)
def test_a_rate_outside_the_vocabulary_is_no_growth(text: str, measure: str) -> None:
    body = f"二、2024年工作安排\n主要预期目标是：地区生产总值增长6%，固定资产投资增长7%，{text}。"
    (figure,) = (f for f in extract(body, year=2024, kind=Kind.WORK_REPORT).targets if f.indicator == "other")
    assert figure.measure == measure
