"""A sentence of a report -> its figures. A new phrasing is a new row."""

from __future__ import annotations

import pytest

from ingest.model import Comparator, Extraction, Kind, Measure, Region, Resolve
from workers.targets.extract import extract

C, M = Comparator, Measure
REGION = Region("330110", "余杭区", ("浙江省", "杭州市", "余杭区"), "330100")
FUTURE = "二、2024年工作安排\n今年经济社会发展主要预期目标是："

Row = tuple[str, Comparator, float | None, float | None, str | None]


def read(
    body: str, year: int | None = 2024, kind: Kind = Kind.WORK_REPORT, region: Region | None = REGION
) -> Extraction:
    extraction = extract(body, year=year, kind=kind, region=region)
    for figure in (*extraction.targets, *extraction.outcomes):
        assert body[figure.start : figure.end] == figure.quote
        assert figure.quote in figure.sentence
    return extraction


def headline(text: str, region: Region | None = REGION) -> list[Row]:
    return [
        (f.indicator, f.comparator, f.low, f.high, f.unit)
        for f in read(FUTURE + text, region=region).targets
        if f.headline
    ]


# Two companions make any paragraph a headline; the row under test stands in front of them.
COMPANIONS = "，固定资产投资增长5%，社会消费品零售总额增长6%，一般公共预算收入增长4%。"


def first(text: str) -> Row:
    return headline(text + COMPANIONS)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值增长6%", ("gdp", C.EXACT, 6, 6, "%")),
        ("地区生产总值增长6%左右", ("gdp", C.ABOUT, 6, 6, "%")),
        ("GDP增长6%上下", ("gdp", C.ABOUT, 6, 6, "%")),
        ("生产总值增长约6%", ("gdp", C.ABOUT, 6, 6, "%")),
        ("地区生产总值增长6%以上", ("gdp", C.AT_LEAST, 6, None, "%")),
        ("地区生产总值增长不低于6%", ("gdp", C.AT_LEAST, 6, None, "%")),
        ("地区生产总值增速高于6%", ("gdp", C.MORE_THAN, 6, None, "%")),
        ("一般公共预算收入突破50亿元", ("general_budget_revenue", C.MORE_THAN, 5e9, None, "元")),
        ("城镇调查失业率控制在5.5%以内", ("urban_unemployment", C.AT_MOST, None, 5.5, "%")),
        ("城镇登记失业率控制在4%以下", ("registered_unemployment", C.AT_MOST, None, 4, "%")),
        ("居民消费价格涨幅不超过3%", ("cpi", C.AT_MOST, None, 3, "%")),
        ("城镇调查失业率低于5.5%", ("urban_unemployment", C.LESS_THAN, None, 5.5, "%")),
        ("地区生产总值增长5%—6%", ("gdp", C.RANGE, 5, 6, "%")),
        ("地区生产总值增长5%-6%", ("gdp", C.RANGE, 5, 6, "%")),
        ("地区生产总值增长5.5～6.5%", ("gdp", C.RANGE, 5.5, 6.5, "%")),
        ("地区生产总值增长5至6%", ("gdp", C.RANGE, 5, 6, "%")),
        ("地区生产总值增长百分之六点五左右", ("gdp", C.ABOUT, 6.5, 6.5, "%")),
        ("地区生产总值增长６．５％左右", ("gdp", C.ABOUT, 6.5, 6.5, "%")),
        ("地区生产总值增长6.5％。以内", ("gdp", C.AT_MOST, None, 6.5, "%")),
        ("地区生产总值（GDP）增长6%", ("gdp", C.EXACT, 6, 6, "%")),
        ("人口自然增长率控制在6.8‰以内", ("population_growth", C.AT_MOST, None, 6.8, "‰")),
        ("城镇新增就业3万人以上", ("new_urban_jobs", C.AT_LEAST, 30000, None, "人")),
        ("生产总值达到1.2万亿元", ("gdp", C.EXACT, 1.2e12, 1.2e12, "元")),
        ("粮食产量稳定在3.8亿斤以上", ("grain_output", C.AT_LEAST, 3.8e8, None, "斤")),
        ("进出口总额保持正增长", ("trade", C.POSITIVE, None, None, None)),
        ("一般公共预算收入与上年基本持平", ("general_budget_revenue", C.FLAT, None, None, None)),
        ("居民收入增长与经济增长基本同步", ("resident_income", C.IN_STEP_WITH, None, None, None)),
        ("居民人均可支配收入与经济增长保持同步", ("resident_income", C.IN_STEP_WITH, None, None, None)),
        ("居民收入增速高于经济增速", ("resident_income", C.FASTER_THAN, None, None, None)),
        ("固定资产投资增速快于全省平均水平", ("fixed_asset_investment", C.FASTER_THAN, None, None, None)),
        (
            "固定资产投资增速保持在全国平均水平以上",
            ("fixed_asset_investment", C.FASTER_THAN, None, None, None),
        ),
        ("居民消费价格涨幅与全国保持一致", ("cpi", C.SAME_AS, None, None, None)),
        ("节能减排完成省下达的目标任务", ("energy_conservation", C.FULFIL, None, None, None)),
        ("全面完成上级下达的节能减排任务", ("energy_conservation", C.FULFIL, None, None, None)),
        ("实际利用外资，确保完成市定任务", ("foreign_investment", C.FULFIL, None, None, None)),
        ("单位GDP能耗下降2.5%左右", ("energy_intensity", C.ABOUT, 2.5, 2.5, "%")),
        ("一般公共预算收入在5.55亿元基础上增长8.1%", ("general_budget_revenue", C.EXACT, 8.1, 8.1, "%")),
        ("外贸出口由50亿元增长到60亿元", ("exports", C.EXACT, 6e9, 6e9, "元")),
        ("一般公共预算收入比2022年调整后的基数增长7%", ("general_budget_revenue", C.EXACT, 7, 7, "%")),
        ("一般公共预算收入按可比口径增长7%", ("general_budget_revenue", C.EXACT, 7, 7, "%")),
        ("PM2.5平均浓度控制在30微克/立方米以内", ("pm25", C.AT_MOST, None, 30, "微克/立方米")),
        ("固定资产投资增长-3.5%", ("fixed_asset_investment", C.EXACT, -3.5, -3.5, "%")),
        (
            "一般公共预算收入增速不低于全省平均水平",
            ("general_budget_revenue", C.FASTER_THAN, None, None, None),
        ),
        ("固定资产投资增速高于全省2个百分点", ("fixed_asset_investment", C.FASTER_THAN, None, None, None)),
        ("地区生产总值突破千亿大关、达到1002亿元", ("gdp", C.EXACT, 1.002e11, 1.002e11, "元")),
        ("地区生产总值增长预期目标为6%左右", ("gdp", C.ABOUT, 6, 6, "%")),
        ("单位GDP能耗控制在市下达目标以内", ("energy_intensity", C.FULFIL, None, None, None)),
        ("社会消费品零售总额在上年高基数上增长8%", ("retail_sales", C.EXACT, 8, 8, "%")),
        ("常住人口城镇化率提高1.2个百分点", ("urbanization_rate", C.EXACT, 1.2, 1.2, "百分点")),
        ("一般公共预算收入保持上年水平", ("general_budget_revenue", C.FLAT, None, None, None)),
        ("居民收入增速高于经济增速0.5个百分点", ("resident_income", C.FASTER_THAN, None, None, None)),
        ("居民消费价格指数控制在103%以内", ("cpi", C.AT_MOST, None, 103, None)),
        ("税收收入扣除留抵退税因素后增长5%", ("tax_revenue", C.EXACT, 5, 5, "%")),
        ("居民消费价格涨幅控制在省定范围内", ("cpi", C.FULFIL, None, None, None)),
        ("地区生产总值跨上500亿元新台阶", ("gdp", C.MORE_THAN, 5e10, None, "元")),
        ("化学需氧量减排2%", ("cod", C.EXACT, 2, 2, "%")),
        ("PM2.5浓度控制在30μg/m³以内", ("pm25", C.AT_MOST, None, 30, "微克/立方米")),
        ("城镇登记失业率≤4%", ("registered_unemployment", C.AT_MOST, None, 4, "%")),
        ("新增就业岗位3万个", ("new_urban_jobs", C.EXACT, 30000, 30000, "个")),
        ("利用省外2000万元以上项目资金增长9%", ("domestic_investment", C.EXACT, 9, 9, "%")),
        ("利用央企2000万元以上项目资金增长9%", ("other", C.EXACT, 9, 9, "%")),
        ("新增私营企业500户", ("market_entities", C.EXACT, 500, 500, "户")),
        ("新增国家“小巨人”企业5家", ("little_giants", C.EXACT, 5, 5, "家")),
        ("高新技术企业保有量达到90家", ("high_tech_enterprises", C.EXACT, 90, 90, "家")),
        ("固定资产投资完成50亿元以上", ("fixed_asset_investment", C.AT_LEAST, 5e9, None, "元")),
    ],
)
def test_how_a_figure_binds(text: str, expected: Row) -> None:
    assert first(text) == expected


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("地区生产总值增长6%", M.GROWTH),
        ("地区生产总值达到3000亿元", M.LEVEL),
        ("城镇调查失业率5.5%左右", M.SHARE),
        ("居民消费价格涨幅2%左右", M.GROWTH),
        ("单位GDP能耗下降3%", M.CHANGE),
        ("研发投入强度达到3.2%", M.SHARE),
        ("节能减排完成年度任务", None),
    ],
)
def test_what_a_figure_measures(text: str, measure: Measure | None) -> None:
    assert read(FUTURE + text + COMPANIONS).targets[0].measure is measure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "粮食种植面积稳定在60万亩、产量达到5亿斤",
            [("grain_area", C.EXACT, 600000), ("grain_output", C.EXACT, 5e8)],
        ),
        (
            "城乡居民人均可支配收入分别增长6%、8%",
            [("urban_income", C.EXACT, 6), ("rural_income", C.EXACT, 8)],
        ),
        (
            "城镇和农村居民人均可支配收入分别增长6%和7%以上",  # the word behind binds both
            [("urban_income", C.AT_LEAST, 6), ("rural_income", C.AT_LEAST, 7)],
        ),
        (
            "城镇、农村常住居民人均可支配收入分别增长6%左右、7%以上",
            [("urban_income", C.ABOUT, 6), ("rural_income", C.AT_LEAST, 7)],
        ),
        ("城乡居民收入增长5%和3%左右", [("urban_income", C.ABOUT, 5), ("rural_income", C.ABOUT, 3)]),
        (
            "城镇居民和农村居民人均可支配收入均增长8%",
            [("urban_income", C.EXACT, 8), ("rural_income", C.EXACT, 8)],
        ),
        (
            "一、二、三产业增加值分别增长3%以上、7%左右、5%",
            [("gdp_primary", C.AT_LEAST, 3), ("gdp_secondary", C.ABOUT, 7), ("gdp_tertiary", C.EXACT, 5)],
        ),
        (
            "居民、城镇居民、农村居民人均可支配收入分别增长6%、5.5%、6.5%",
            [("resident_income", C.EXACT, 6), ("urban_income", C.EXACT, 5.5), ("rural_income", C.EXACT, 6.5)],
        ),
        (
            "主要污染物化学需氧量和二氧化硫排放量分别减少3.8%和2%",
            [("cod", C.EXACT, 3.8), ("so2", C.EXACT, 2)],
        ),
        (
            "城镇调查失业率、居民消费价格涨幅分别控制在5%和3%以内",
            [("urban_unemployment", C.AT_MOST, 5), ("cpi", C.AT_MOST, 3)],
        ),
        (
            "城镇登记失业率、居民消费价格涨幅和人口自然增长率分别控制在4%、3%、6‰以内",  # % and ‰ in one list
            [
                ("registered_unemployment", C.AT_MOST, 4),
                ("cpi", C.AT_MOST, 3),
                ("population_growth", C.AT_MOST, 6),
            ],
        ),
        (
            "城、乡居民人均可支配收入分别增长5%、6%",
            [("urban_income", C.EXACT, 5), ("rural_income", C.EXACT, 6)],
        ),
        (
            "工业和技改投资分别增长10%、12%",
            [("industrial_investment", C.EXACT, 10), ("tech_upgrade_investment", C.EXACT, 12)],
        ),
        (
            "旅游总人数和总收入分别增长10%、15%",
            [("tourist_arrivals", C.EXACT, 10), ("tourism_revenue", C.EXACT, 15)],
        ),
        (
            "常住和户籍人口城镇化率分别达到70%和55%",
            [("urbanization_rate", C.EXACT, 70), ("registered_urbanization_rate", C.EXACT, 55)],
        ),
        ("地区生产总值和居民收入同步增长6%", [("gdp", C.EXACT, 6), ("resident_income", C.EXACT, 6)]),
    ],
)
def test_several_subjects(text: str, expected: list[tuple[str, Comparator, float]]) -> None:
    rows = headline(text + COMPANIONS)
    values = {(i, c, low if low is not None else high) for i, c, low, high, _ in rows}
    assert set(expected) <= values
    assert len(rows) == len(expected) + 3


@pytest.mark.parametrize(
    "text",
    [
        "人均工业总产值增长6%",
        "数字贸易占进出口总额20%",
        "固定资产投资项目增长6%",
        "地区生产总值稳步提升",
        "地区生产总值增长",
        "一般公共预算收入增长快",
        "民生支出占一般公共预算收入的82%",
        "税收占一般公共预算收入比重达到85%",
        "完成固定资产投资年度目标的60%",
        "现代服务业增加值增长8%",
        "拉动经济增长1.2个百分点",
    ],
)
def test_what_only_looks_like_a_figure_of_the_vocabulary(text: str) -> None:
    rows = headline(text + COMPANIONS)
    assert [row[0] for row in rows if row[0] != "other"] == [
        "fixed_asset_investment",
        "retail_sales",
        "general_budget_revenue",
    ]


def test_a_level_and_its_growth_are_two_figures_of_one_subject() -> None:
    rows = headline("地区生产总值达到2297亿元、增长5.3%" + COMPANIONS)
    assert rows[:2] == [("gdp", C.EXACT, 2.297e11, 2.297e11, "元"), ("gdp", C.EXACT, 5.3, 5.3, "%")]


@pytest.mark.parametrize(
    "text",
    [
        "地区生产总值增长6%以上、力争达到7%",
        "地区生产总值增长6%以上（力争7%）",
        "地区生产总值增长6%以上，按可比口径增长8%",
    ],
)
def test_the_first_figure_of_a_subject_is_the_target(text: str) -> None:
    rows = headline(text + COMPANIONS)
    assert [row for row in rows if row[0] == "gdp"] == [("gdp", C.AT_LEAST, 6, None, "%")]


def test_a_commitment_outside_the_vocabulary_has_its_own_label() -> None:
    figures = read(FUTURE + "糖料蔗种植面积16.8万亩左右" + COMPANIONS).targets
    assert (figures[0].indicator, figures[0].label) == ("other", "糖料蔗种植面积")
    assert (figures[0].low, figures[0].unit) == (168000, "亩")


# --- 力争, 确保 -----------------------------------------------------------------------------------


def test_resolve_at_the_head_of_a_list_governs_all_of_it() -> None:
    text = (
        "二、2024年工作安排\n力争GDP增长6%左右，规上工业增加值增长7%，社零总额增长6%，"
        "巩固向好态势，固定资产投资增长5%。"
    )
    figures = read(text).targets
    assert [(f.quote, f.resolve) for f in figures] == [
        ("GDP增长6%左右", Resolve.AIM),
        ("规上工业增加值增长7%", Resolve.AIM),
        ("社零总额增长6%", Resolve.AIM),
        ("固定资产投资增长5%", None),
    ]


def test_resolve_of_one_clause_belongs_to_its_quote() -> None:
    figures = read("二、2024年工作安排\n开展国土绿化，确保森林覆盖率稳定在30%以上。加强就业服务。").targets
    assert [(f.quote, f.resolve, f.headline) for f in figures] == [
        ("确保森林覆盖率稳定在30%以上", Resolve.ENSURE, False)
    ]


def test_resolve_in_the_middle_of_a_clause_stays_there() -> None:
    figures = read(FUTURE + "进出口总额力争保持正增长" + COMPANIONS).targets
    assert [f.resolve for f in figures] == [Resolve.AIM, None, None, None]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("地区生产总值增长保6%争7%", "地区生产总值增长保6%争7%"),
        ("地区生产总值增长保6%、争7%冲8%", "地区生产总值增长保6%、争7%冲8%"),
        ("地区生产总值保增长6%、争增长7%", "地区生产总值保增长6%、争增长7%"),
        ("地区生产总值增长保6争7", "地区生产总值增长保6争7"),
        ("地区生产总值增长保6争7冲8", "地区生产总值增长保6争7冲8"),
        ("地区生产总值增长确保6%、力争7%", "地区生产总值增长确保6%、力争7%"),
    ],
)
def test_what_is_pledged_is_the_target_and_what_is_hoped_for_stands_in_its_quote(
    text: str, quote: str
) -> None:
    [figure, *_] = read(FUTURE + text + COMPANIONS).targets
    assert (figure.indicator, figure.comparator, figure.low, figure.high) == ("gdp", C.EXACT, 6, 6)
    assert (figure.unit, figure.quote, figure.resolve) == ("%", quote, Resolve.ENSURE)


def test_a_pledge_without_a_unit_is_a_growth_and_no_count() -> None:
    assert headline("新增规上工业企业保6争7" + COMPANIONS) == headline(COMPANIONS[1:])


# --- quotes and places ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("全年地区生产总值增长6%", "全年地区生产总值增长6%"),
        ("其中地方一般预算收入增长8%", "其中地方一般预算收入增长8%"),
        ("空气质量、节能减排降碳完成年度目标任务", "空气质量、节能减排降碳完成年度目标任务"),
        ("地区生产总值\n增长6%\n左右", "地区生产总值\n增长6%\n左右"),
        ("地区生产总值增长 6. 5 %", "地区生产总值增长 6. 5 %"),
        ("地区生产总值[12]增长6%", "地区生产总值[12]增长6%"),
        ("地区生产总值增长6_M_M_以上", "地区生产总值增长6_M_M_以上"),
    ],
)
def test_the_quote_is_the_printed_clause(text: str, quote: str) -> None:
    assert read(FUTURE + text + COMPANIONS).targets[0].quote == quote


def test_sentence_without_end_is_cut_around_the_figure() -> None:
    body = FUTURE + "，".join(["地区生产总值增长6%", *(["促进发展"] * 2000)])
    (figure,) = [f for f in read(body + "，固定资产投资增长5%").targets if f.indicator == "gdp"]
    assert len(figure.sentence) < 1000


# --- other people's figures ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "region", "own"),
    [
        ("未来科技城经开区地区生产总值增长9%", REGION, False),
        ("全国地区生产总值增长5%", REGION, False),
        ("全市地区生产总值增长5%", REGION, False),
        ("全省地区生产总值增长5%", REGION, False),
        ("全区地区生产总值增长5%", REGION, True),
        ("余杭区地区生产总值增长5%", REGION, True),
        ("全省地区生产总值增长5%", Region("330000", "浙江省"), True),
        ("全市地区生产总值增长5%", Region("330100", "杭州市"), True),
        ("全省地区生产总值增长5%", Region("330100", "杭州市"), False),
        ("全市地区生产总值增长5%", Region("330782", "义乌市"), True),
        ("全市地区生产总值增长5%", None, True),
        ("重庆高新区地区生产总值增长5%", Region(None, "重庆高新技术产业开发区", (), "500000"), True),
    ],
)
def test_whose_figure_it_is(text: str, region: Region | None, own: bool) -> None:
    rows = headline(text + COMPANIONS, region)
    assert any(row[0] == "gdp" for row in rows) is own


def test_what_follows_another_owner_is_his_too() -> None:
    text = (
        "一、2023年工作回顾\n余杭区地区生产总值增长6%（达到2900亿元）。"
        "临平经开区地区生产总值增长9%（达到500亿元）。"
    )
    found = [(f.owner and f.owner.name, f.indicator, f.low) for f in read(text).outcomes]
    assert found == [
        (None, "gdp", 6),
        (None, "gdp", 2.9e11),
        ("临平经开区", "gdp", 9),
        ("临平经开区", "gdp", 5e10),
    ]


def test_a_comparison_with_last_year_does_not_make_the_rest_an_outcome() -> None:
    rows = headline("财政总收入保持上年水平，城镇新增就业2万人，居民消费价格涨幅3%左右" + COMPANIONS)
    assert [row[0] for row in rows[:3]] == ["fiscal_revenue", "new_urban_jobs", "cpi"]
