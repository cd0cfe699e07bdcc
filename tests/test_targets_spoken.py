"""How reports say a number, a time or an owner otherwise: 突破千亿, 三年内, 国庆期间, 荷花节.

Written as in test_targets_meaning.py, in the report of 2021; every sentence is of our own making, its answer
written first.
"""

from __future__ import annotations

import pytest

from ingest.model import Kind, Resolve
from tests.test_targets_meaning import YEAR, read
from workers.targets.candidates import ESTIMATE
from workers.targets.extract import extract

REVIEW = "一、2020年工作回顾"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("力争用三年时间，旅游总收入突破50亿元", ["tourism_revenue level >5000000000元 end:2023"]),
        ("再经过五年的发展，旅游总收入突破50亿元", ["tourism_revenue level >5000000000元 end:2025"]),
        ("展望2035年远景目标，旅游总收入突破500亿元", ["tourism_revenue level >50000000000元 end:2035"]),
        ("经过三到五年努力，高新技术企业突破200家", ["high_tech_enterprises level >200家 end:2025"]),
        ("三年内新增高新技术企业100家", ["high_tech_enterprises change 100家 sum:2021-2023 up"]),
        ("十年内森林覆盖率达到40%", ["forest_cover share 40% end:2030"]),
        ("今后3年每年新增规上工业企业20家", ["industrial_enterprises change 20家 avg:2021-2023 up"]),
        ("到本世纪中叶，城镇化率达到80%", ["urbanization_rate share 80% end:2050"]),
        (
            "到2025年，五年城镇新增就业3万人；粮食产量稳定在60万吨",
            ["new_urban_jobs level 30000人 sum:2021-2025", "grain_output level 600000吨 end:2025"],
        ),
        (
            "“十四五”五年累计完成固定资产投资150亿元；农民人均纯收入年均增长9%",
            [
                "fixed_asset_investment level 15000000000元 sum:2021-2025",
                "rural_income growth 9% avg:2021-2025 up",
            ],
        ),
    ],
)
def test_a_time_of_several_years(text: str, expected: list[str]) -> None:
    assert read(text, YEAR) == expected


@pytest.mark.parametrize(
    "text", ["经过五年努力，全区财政总收入达到50亿元", "用三年时间，财政总收入达到50亿元"]
)
def test_years_of_effort_in_a_review_are_over(text: str) -> None:
    assert read(text, REVIEW) == ["fiscal_revenue level 5000000000元 2020"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("规模以上工业总产值突破千亿元大关", ["industrial_output level >100000000000元 2020"]),
        ("接待游客首次超过千万人次", ["tourist_arrivals level >10000000人次 2020"]),
        (
            "港口货物吞吐量突破亿吨，增长12%",
            ["port_throughput level >100000000吨 2020", "port_throughput growth 12% 2020 up"],
        ),
        (
            "工业总产值、固定资产投资分别跨越千亿元、百亿元大关",
            [
                "industrial_output level >100000000000元 2020",
                "fixed_asset_investment level >10000000000元 2020",
            ],
        ),
        ("粮食产量突破千万吨大关，达到1014.6万吨", ["grain_output level 10146000吨 2020"]),
        (
            "农民人均纯收入首次突破万元，达10260元，增加820元，增长8.7%",
            [
                "rural_income level 10260元 2020",
                "rural_income change 820元 2020 up",
                "rural_income growth 8.7% 2020 up",
            ],
        ),
        ("农民人均纯收入突破万元大关", ["rural_income level >10000元 2020"]),
        ("培育万元增收户300户，农民人均纯收入增长8%", ["rural_income growth 8% 2020 up"]),
        (
            "财政总收入突破亿元大关，实现了历史性跨越，达到1.2亿元，增长9%",
            ["fiscal_revenue level 120000000元 2020", "fiscal_revenue growth 9% 2020 up"],
        ),
        (
            "进出口取得新突破，增长21%，改革取得重大突破，固定资产投资增长7%",
            ["trade growth 21% 2020 up", "fixed_asset_investment growth 7% 2020 up"],
        ),
        (
            "地区生产总值连续跨越400亿元、500亿元两个台阶，增长6%",
            ["gdp level >50000000000元 2020", "gdp growth 6% 2020 up"],
        ),
        ("地区生产总值比2000年翻一番半", []),
        ("打造千亿产业集群，规模以上工业总产值增长8%", ["industrial_output growth 8% 2020 up"]),
        ("突破百亿元企业3家，规模以上工业总产值增长8%", ["industrial_output growth 8% 2020 up"]),
    ],
)
def test_a_round_number_without_digits(text: str, expected: list[str]) -> None:
    assert sorted(read(text, REVIEW)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "接待游客110万人次、旅游总收入5亿元，均增长20%",
            [
                "tourist_arrivals level 1100000人次 2020",
                "tourism_revenue level 500000000元 2020",
                "tourist_arrivals growth 20% 2020 up",
                "tourism_revenue growth 20% 2020 up",
            ],
        ),
        (
            "地区生产总值300亿元，增长6%；进出口总额20亿元、实际利用外资2亿元，均增长8%",
            [
                "gdp level 30000000000元 2020",
                "gdp growth 6% 2020 up",
                "trade level 2000000000元 2020",
                "foreign_investment level 200000000元 2020",
                "trade growth 8% 2020 up",
                "foreign_investment growth 8% 2020 up",
            ],
        ),
        (
            "财政总收入2亿元，同比-19.3%",
            ["fiscal_revenue level 200000000元 2020", "fiscal_revenue growth -19.3% 2020 up"],
        ),
        ("全年我镇国民生产总值（GDP）实现4.1亿元", ["gdp level 410000000元 2020"]),
        ("全年我乡完成财政总收入300万元", ["fiscal_revenue level 3000000元 2020"]),
        (
            "一般预算收入完成198万元，其中税收性一般预算收入174万元",
            ["general_budget_revenue level 1980000元 2020", "tax_revenue level 1740000元 2020"],
        ),
        ("12月末，贷款余额500亿元", ["loans level 50000000000元 2020"]),
        (
            "新增高新技术企业9家、总数达31家",
            ["high_tech_enterprises change 9家 2020 up", "high_tech_enterprises level 31家 2020"],
        ),
        (
            "新认定高新技术企业9家、累计31家，新增科技型中小企业20家，累计达到96家",
            [
                "high_tech_enterprises change 9家 2020 up",
                "high_tech_enterprises level 31家 2020",
                "tech_enterprises change 20家 2020 up",
                "tech_enterprises level 96家 2020",
            ],
        ),
        (
            "地区生产总值412亿元，增长6.1%，人均突破5万元",
            [
                "gdp level 41200000000元 2020",
                "gdp growth 6.1% 2020 up",
                "gdp_per_capita level >50000元 2020",
            ],
        ),
        (
            "财政总收入20亿元，人均3000元，人均住房30平方米",
            ["fiscal_revenue level 2000000000元 2020"],
        ),
        (
            "城区空气优良天数341天，优良率93.2%，断面水质全部达标、优良率90%",
            ["air_quality_days level 341天 2020", "air_quality_rate share 93.2% 2020"],
        ),
        (
            "规上、亿元以上工业企业分别达到212家、46家，出口增长4%",
            ["industrial_enterprises level 212家 2020", "exports growth 4% 2020 up"],
        ),
        (
            "固定资产投资增长6%，工业、基础设施、民生投资分别增长7%、9%、11%",
            [
                "fixed_asset_investment growth 6% 2020 up",
                "industrial_investment growth 7% 2020 up",
                "infrastructure_investment growth 9% 2020 up",
            ],
        ),
        (
            "粮食、蔬菜播种面积达到52万亩、18万亩，粮食产量稳定在23万吨",
            ["grain_area level 520000亩 2020", "grain_output level 230000吨 2020"],
        ),
        ("出口增长4%，园区和乡镇企业分别达到46家、8家", ["exports growth 4% 2020 up"]),
        (
            "地区生产总值180亿元；增速达8.5%，居全市前列；增速最快的是开发区",
            ["gdp level 18000000000元 2020", "gdp growth 8.5% 2020 up"],
        ),
        (
            "固定资产投资预计完成83亿元，完成全年总量目标的104%，同比增长7.5%，高于全年增速目标0.5个百分点",
            ["fixed_asset_investment level 8300000000元 2020", "fixed_asset_investment growth 7.5% 2020 up"],
        ),
        (
            "规模以上工业增加值增长7%、创近五年新高，固定资产投资增长6%",
            ["industrial_value_added growth 7% 2020 up", "fixed_asset_investment growth 6% 2020 up"],
        ),
        (
            "固定资产投资增长5.2%，受疫情等因素影响，比上年回落，由于缺少大项目，下降2.4%",
            ["fixed_asset_investment growth 5.2% 2020 up"],
        ),
        (
            "全年实现生产总值42亿元，年增量3.1亿元，按可比价格计算增长6.4%",
            [
                "gdp level 4200000000元 2020",
                "gdp change 310000000元 2020 up",
                "gdp growth 6.4% 2020 up @可比价格",
            ],
        ),
    ],
)
def test_figures_that_share_their_words(text: str, expected: list[str]) -> None:
    assert sorted(read(text, REVIEW)) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        "国庆期间接待游客120万人次，旅游总收入5亿元",
        "“五一”假期，接待游客120万人次、旅游总收入5亿元",
        "方特乐园接待游客300万人次，旅游总收入12亿元",
        "大通工业集中区完成工业总产值186亿元",
        "未来科技城完成固定资产投资302亿元",
        "犁桥水镇实现旅游总收入2亿元",
        "一三〇团完成工业总产值21亿元",
        "灵武市力争固定资产投资突破千亿元",
    ],
)
def test_a_few_days_and_a_part_are_not_the_whole(text: str) -> None:
    assert read(text, REVIEW) == []


def test_a_holiday_is_over_where_the_year_is_named() -> None:
    text = "国庆期间接待游客120万人次，全年旅游总收入50亿元"
    assert read(text, REVIEW) == ["tourism_revenue level 5000000000元 2020"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("能源消费总量控制在120万吨标准煤以内", ["能源消费总量 level <=1200000吨标准煤 2021"]),
        ("可再生能源消费占比达到15%", ["可再生能源消费占比 share 15% 2021"]),
        ("经济综合实力进入全省前30名", []),
    ],
)
def test_words_that_begin_like_a_verb(text: str, expected: list[str]) -> None:
    goals = f"2021年主要预期目标是：地区生产总值增长6%，固定资产投资增长5%，财政总收入增长4%，{text}"
    assert read(goals, YEAR)[3:] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "粮食播种面积稳定在60万亩、总产29万吨",
            ["grain_area level 600000亩 2020", "grain_output level 290000吨 2020"],
        ),
        (
            "种植粮食64.8万亩，总产29万吨",
            ["grain_area level 648000亩 2020", "grain_output level 290000吨 2020"],
        ),
        ("空气质量二级和好于二级的天数达到300天", ["air_quality_days level 300天 2020"]),
        ("一般预算地方级财政收入完成5亿元", ["general_budget_revenue level 500000000元 2020"]),
        ("限上固定资产投资增长8%", ["fixed_asset_investment growth 8% 2020 up"]),
        ("企业技改投资增长8%", ["tech_upgrade_investment growth 8% 2020 up"]),
        ("科技型中小企业入库200家", ["tech_enterprises level 200家 2020"]),
        ("规上工业生产总值135亿元", ["industrial_output level 13500000000元 2020"]),
        ("建筑业实现施工产值23亿元", ["construction_output level 2300000000元 2020"]),
        ("招商引资到位固定资产投资15亿元", ["attracted_investment level 1500000000元 2020"]),
        ("地区性财政收入增长8%", ["fiscal_revenue growth 8% 2020 up"]),
        ("全员劳动生产率每人9.6万元", ["labour_productivity level 96000元 2020"]),
        ("主城区空气优良天数保持在310天以上", ["air_quality_days level >=310天 2020"]),
        ("有组织转移农村富余劳动力1.8万人", ["migrant_jobs level 18000人 2020"]),
        ("按户籍人口计算的人均生产总值4.2万元", ["gdp_per_capita level 42000元 2020"]),
        ("综合财政收入完成9亿元", ["fiscal_revenue level 900000000元 2020"]),
        ("地区生产总值人均5.2万元", ["gdp_per_capita level 52000元 2020"]),
        ("粮食全年总产量23万吨", ["grain_output level 230000吨 2020"]),
        ("可吸入颗粒物PM2.5平均浓度为32微克/立方米", ["pm25 level 32微克/立方米 2020"]),
        ("金融机构存、贷款分别增长9%、11%", ["deposits growth 9% 2020 up", "loans growth 11% 2020 up"]),
        ("全部入库税收完成6亿元", ["tax_revenue level 600000000元 2020"]),
        ("国有大行各项贷款余额增长9%、农商银行存款余额增长4%", []),
        ("技术交易额、新产品产值总和超9000亿元", []),
    ],
)
def test_other_names(text: str, expected: list[str]) -> None:
    assert read(text, REVIEW) == expected


@pytest.mark.parametrize(
    "heading",
    [
        "一、“十四五”时期全县发展的现实基础",
        "第一章 发展基础",
        "第一节 “十三五”时期发展成就",
        "第一章 发展环境",
    ],
)
def test_a_plan_looks_back_in_its_first_chapter_only(heading: str) -> None:
    text = (
        f"{heading}\n全县累计减贫2万人，城镇化率达到42%。\n"
        "第二章 指导思想\n坚持新发展理念，城镇化率达到50%。\n第三章 主要目标\n规上工业企业达到200家。\n"
    )
    found = extract(text, year=2021, kind=Kind.FIVE_YEAR_PLAN)
    assert [(figure.low, figure.year) for figure in found.targets] == [(50, 2025), (200, 2025)]
    assert [(figure.low, figure.year) for figure in found.outcomes] == [(42, 2020)]


def test_a_growth_over_years_is_not_held_to_the_bounds_of_one() -> None:
    goals = "到2025年，地区生产总值比2020年增长50%。地区生产总值增长60%。"
    found = extract(f"二、“十四五”主要目标\n{goals}", year=2021, kind=Kind.WORK_REPORT).targets
    assert [figure.flags for figure in found] == [(), ("implausible",)]


def test_what_a_paper_of_no_year_says_till_when_is_no_outcome() -> None:
    found = extract("农民人均纯收入到2015年达2万元。森林覆盖率达40%。", year=None, kind=Kind.OTHER)
    assert [figure.indicator for figure in found.outcomes] == ["forest_cover"]


def test_an_aim_for_what_was_named_before_is_no_aim_for_the_rest() -> None:
    goals = "进出口总额增长5%，力争突破百亿元，固定资产投资增长6%；力争工业投资增长7%，民间投资增长8%。"
    found = extract(f"{YEAR}\n{goals}", year=2021, kind=Kind.WORK_REPORT).targets
    assert [figure.resolve for figure in found] == [None, Resolve.AIM, None, Resolve.AIM, Resolve.AIM]


def test_an_estimate_that_opens_a_sentence_is_of_all_its_figures() -> None:
    text = (
        "预计全区地区生产总值完成300亿元，增长6%，固定资产投资增长8%，社会消费品零售总额完成120亿元、增长9%，"
        "进出口总额完成15亿元、增长4%，农村居民人均可支配收入增长7%。财政总收入增长3%"
    )
    found = extract(f"{REVIEW}\n{text}。", year=2021, kind=Kind.WORK_REPORT).outcomes
    assert [figure.indicator for figure in found if ESTIMATE not in figure.flags] == ["fiscal_revenue"]
    assert len(found) == 9
