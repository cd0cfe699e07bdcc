"""Words that only look like a figure's bound, its time, its owner or its base.

Written as in test_targets_sections.py; every sentence is of our own making, its answer written first.
"""

from __future__ import annotations

import pytest

from ingest.model import Kind, Region
from tests.test_targets_sections import said
from workers.targets.extract import extract


def promised(text: str) -> str:
    return " ".join(said(f"二、2024年工作安排\n主要预期目标是：地区生产总值增长6%，{text}")[1:])


def told(text: str) -> str:
    return " ".join(said(f"一、2023年工作回顾\n{text}"))


@pytest.mark.parametrize(
    "compared",
    [
        "居民消费价格涨幅低于去年",
        "居民消费价格涨幅低于去年实际涨幅",
        "居民消费价格涨幅略低于2023年水平",
        "居民消费价格涨幅不高于上年",
        "城镇调查失业率低于上年水平",
        "服务业保持去年增速",
        "森林覆盖率高于2015年水平",
        "登记失业率不高于2023年",
    ],
)
@pytest.mark.parametrize("mark", ["，", "；"])
def test_a_comparison_in_a_list_does_not_turn_what_follows_into_the_past(compared: str, mark: str) -> None:
    assert promised(f"{compared}{mark}固定资产投资增长10%，城镇新增就业4万人") == (
        "fixed_asset_investment=10% new_urban_jobs=40000人"
    )


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("筹办2026年全国农业展览会，全年固定资产投资增长10%", 2024),
        ("编制“十五五”规划，力争年内固定资产投资增长10%", 2024),
        ("编制“十五五”规划，年内实现固定资产投资增长10%", 2024),
        ("到2026年底，全年固定资产投资增长10%", 2026),
        ("到2026年，固定资产投资增长10%", 2026),
    ],
)
def test_all_of_the_year_is_of_this_one(text: str, year: int) -> None:
    body = f"二、2024年工作安排\n{text}。"
    assert [figure.year for figure in extract(body, year=2024, kind=Kind.WORK_REPORT).targets] == [year]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("去年固定资产投资增长10%", "[fixed_asset_investment=10%]"),
        ("2023年，固定资产投资增长10%", "[fixed_asset_investment=10%]"),
        ("比去年增长10%", ""),
    ],
)
def test_a_year_that_compares_nothing_still_is_a_time(text: str, expected: str) -> None:
    assert " ".join(said(f"二、2024年工作安排\n{text}")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("固定资产投资增长8%。以上目标，经过努力可以实现。", "fixed_asset_investment=8%"),
        ("固定资产投资增长8%。以上各项指标，是综合平衡的结果。", "fixed_asset_investment=8%"),
        ("固定资产投资增长8%。以下工作要抓好。", "fixed_asset_investment=8%"),
        ("城镇登记失业率控制在4%。以内。", "registered_unemployment<=4%"),
        ("固定资产投资增长8%。以上；", "fixed_asset_investment>=8%"),
        ("固定资产投资增长8%以上。目标明确。", "fixed_asset_investment>=8%"),
    ],
)
def test_a_full_stop_between_a_figure_and_above(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人口自然增长率控制在6.5%。以内；", "population_growth<=6.5‰"),
        ("人口自然增长率控制在6.2％以内；", "population_growth<=6.2‰"),
        ("人口自然增长率控制在7％o以内；", "population_growth<=7‰"),
        ("人口自然增长率控制在7%0以内；", "population_growth<=7‰"),
        ("人口自然增长率控制在12‰o以内；", "population_growth<=12‰"),
        ("人口出生率11.4%。", "birth_rate=11.4‰"),
        ("人口自然增长率控制在0.65%以内；", "population_growth<=0.65%"),
        ("人口自然增长率控制在6.5‰以内；", "population_growth<=6.5‰"),
        ("城镇调查失业率控制在5%。以内；", "urban_unemployment<=5%"),
    ],
)
def test_so_many_people_more_are_of_a_thousand(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("空气质量优良天数达到88%以上", "air_quality_rate>=88%"),
        ("市区空气质量二级以上天数比重达到71%", "air_quality_rate=71%"),
        ("二级和好于二级天数占比达到75%", "air_quality_rate=75%"),
        ("大气优良天数比例达到86%", "air_quality_rate=86%"),
        ("优良天数占比保持在90%以上", "air_quality_rate>=90%"),
        ("大气优良天数达到330天", "air_quality_days=330天"),
        ("空气质量优良天数增长5%", "air_quality_days=5%"),
        ("优良天数331天、占比90.7%", "air_quality_days=331天 air_quality_rate=90.7%"),
        ("PM2.5浓度控制在每立方米35微克以下", "pm25<=35微克/立方米"),
        ("PM2.5平均浓度控制在33微克以内", "pm25<=33微克/立方米"),
    ],
)
def test_how_good_the_air_is(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("规模以上工业实现总产值100亿元", "industrial_output=10000000000元"),
        ("规模以上工业完成总产值100亿元", "industrial_output=10000000000元"),
        ("规上工业实现总产值增长9%", "industrial_output=9%"),
        ("规模以上工业实现增加值30亿元", "industrial_value_added=3000000000元"),
        ("规模以上工业增长9%", "industrial_value_added=9%"),
    ],
)
def test_output_is_not_value_added(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单位生产总值二氧化碳减排目标完成市定任务", "carbon_intensity:fulfil"),
        ("单位GDP二氧化碳减排完成市定任务", "carbon_intensity:fulfil"),
        ("万元地区生产总值二氧化碳减排3%", "carbon_intensity=3%"),
        ("单位生产总值二氧化碳排放下降3%", "carbon_intensity=3%"),
        ("生产总值达到800亿元", "gdp=80000000000元"),
    ],
)
def test_what_is_measured_by_the_unit_of_gdp_is_not_gdp(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一般公共预算收入在去年任务（5亿元）的基础上增长8%", "general_budget_revenue=8%"),
        ("一般公共预算收入在市核任务（5.55亿元）基础上增长8%", "general_budget_revenue=8%"),
        ("一般公共预算收入完成市核任务（5.55亿元）", "general_budget_revenue:fulfil"),
        (
            "一般公共预算收入（5.55亿元）增长8%",
            "general_budget_revenue=555000000元 general_budget_revenue=8%",
        ),
        (
            "一般公共预算收入增长8%（达到5.55亿元）",
            "general_budget_revenue=8% general_budget_revenue=555000000元",
        ),
    ],
)
def test_a_task_in_brackets_is_what_a_figure_is_measured_from(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("生产总值预期增速6.5%左右，完成3.5%。", "[gdp=3.5%]"),
        ("固定资产投资计划增长10%，实际增长12%。", "[fixed_asset_investment=12%]"),
        ("社会消费品零售总额目标增长8%，实际完成7.5%。", "[retail_sales=7.5%]"),
        (
            "社会消费品零售总额预期增长8%，财政总收入完成5亿元。",
            "[retail_sales=8%] [fiscal_revenue=500000000元]",
        ),
        ("社会消费品零售总额增长8%，完成50亿元。", "[retail_sales=8%] [retail_sales=5000000000元]"),
        ("进出口总额达到50亿元，同比翻了一番。", "[trade=5000000000元] [trade=2倍]"),
        (
            "实际利用外资2亿美元，是上年的2.2倍。",
            "[foreign_investment=200000000美元] [foreign_investment=2.2倍]",
        ),
        ("财政总收入年均增长15%，达到50亿元，翻了一番。", "[fiscal_revenue=5000000000元]"),
        ("财政总收入达到50亿元，翻了一番，年均增长15%。", "[fiscal_revenue=5000000000元]"),
    ],
)
def test_what_was_expected_and_then_reached(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "社会消费品零售总额增速是地区生产总值增速的2倍",
        "规上工业增加值增速力争达到地区生产总值增速的1.5倍以上",
        "民间投资增速不低于固定资产投资增速的1.2倍",
        "固定资产投资增速达到全市平均增速的1.2倍",
        "贷款余额增速为存款余额增速的2倍",
        "单位GDP能耗为全省的2.4倍",
    ],
)
def test_how_many_times_another_figure_is_no_figure_of_either(text: str) -> None:
    assert promised(text) == ""
    assert told(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("启动工业总产值“五年翻一番”行动", ""),
        ("实施地区生产总值“倍增”计划", ""),
        ("推进居民收入“翻番”工程", ""),
        ("旅游总收入翻一番", "tourism_revenue=2倍"),
        ("启动“满意城市”行动，旅游总收入翻一番", "tourism_revenue=2倍"),
    ],
)
def test_a_slogan_doubles_nothing(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("城乡居民人均可支配收入增长6.5%，其中农村居民增长7.5%", "resident_income=6.5% rural_income=7.5%"),
        (
            "城乡居民收入增长6.5%，其中城镇居民增长5%、农村居民增长7.5%",
            "resident_income=6.5% urban_income=5% rural_income=7.5%",
        ),
        (
            "城乡居民收入增长6.5%，固定资产投资增长5%",
            "urban_income=6.5% rural_income=6.5% fixed_asset_investment=5%",
        ),
    ],
)
def test_one_growth_of_town_and_country_with_a_part_is_of_all(text: str, expected: str) -> None:
    assert sorted(promised(text).split()) == sorted(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("引进亿元以上项目3个，到位资金2.5亿元", "亿元以上项目=3个 attracted_investment=250000000元"),
        ("力争全年引进到位资金30亿元", "attracted_investment=3000000000元"),
        ("引进制造业项目12个，到位资金2亿元", "制造业项目=12个 到位资金=200000000元"),
        ("招商引资签约额30亿元、到位资金6亿元", "attracted_investment=600000000元"),
        ("争取专项债券项目12个，到位资金2亿元", "专项债券项目=12个 到位资金=200000000元"),
        ("利用外资实际到位资金增长10%", "foreign_investment=10%"),
        ("工业固投增长8%", "industrial_investment=8%"),
    ],
)
def test_money_that_came_of_those_who_invest(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("固定资产投资增长l0%", "fixed_asset_investment=10%"),
        ("城镇新增就业25OO人", "new_urban_jobs=2500人"),
        ("新增高新技术企业1O家", "high_tech_enterprises=10家"),
        ("农村劳动力转移就业8l万人", "migrant_jobs=810000人"),
        ("一般公共预算收人增长1O%", "general_budget_revenue=10%"),
        ("固定资产投资增长6，5%", "fixed_asset_investment=6.5%"),
        ("固定资产投资增长6,5%以上", "fixed_asset_investment>=6.5%"),
        ("固定资产投资增长5%一6%", "fixed_asset_investment:range"),
        ("农民人均纯收人增长8％", "rural_income=8%"),
        ("固定资产投资增长l1%", "fixed_asset_investment=11%"),
        ("固定资产投资增长1l.5%", "fixed_asset_investment=11.5%"),
        ("固定资产投资增长2O%", "fixed_asset_investment=20%"),
        ("PM2.5浓度下降3%，固定资产投资增长l0.5%", "pm25=3% fixed_asset_investment=10.5%"),
        ("固定资产投资增长$1.$2%", ""),
    ],
)
def test_what_a_bad_scan_makes_of_a_digit(printed: str, expected: str) -> None:
    assert promised(printed) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "一般公共预算收入突破10亿，固定资产投资增长9%",
            "general_budget_revenue>1000000000元 fixed_asset_investment=9%",
        ),
        ("一般公共预算收入达到1.2亿以上", "general_budget_revenue>=120000000元"),
        ("农村居民人均可支配收入达到2万，", "rural_income=20000元"),
        ("一般公共预算收入突破10亿大关", "general_budget_revenue>1000000000元"),
        ("一般公共预算收入突破10亿", "general_budget_revenue>1000000000元"),
        (
            "旅游接待人次突破1200万、旅游收入达100亿元",
            "tourist_arrivals>12000000人次 tourism_revenue=10000000000元",
        ),
        ("城镇新增就业4.5万左右，", "new_urban_jobs~45000人"),
        ("农村贫困人口减少3万。", "people_out_of_poverty=30000人"),
        ("一般公共预算收入增长5%，确保6.5万以上贫困人口脱贫", "general_budget_revenue=5%"),
        ("粮食产量达到10亿，", ""),
        ("固定资产投资的10亿立方米库容", ""),
    ],
)
def test_what_is_counted_in_one_kind_of_unit_needs_not_say_so(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "规模以上工业总产值（1990年价）增长17%，固定资产投资增长9%",
            "industrial_output=17% fixed_asset_investment=9%",
        ),
        (
            "工业总产值（按1990年价）达到100亿元，固定资产投资增长9%",
            "industrial_output=10000000000元 fixed_asset_investment=9%",
        ),
        (
            "工业总产值（2020年不变价）增长17%，固定资产投资增长9%",
            "industrial_output=17% fixed_asset_investment=9%",
        ),
    ],
)
def test_the_year_of_a_price_is_not_the_year_of_the_figure(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支持甲、乙等财政收入超10亿元县（市）跨越发展", ""),
        ("培育固定资产投资超1亿元项目20个", "固定资产投资超1亿元项目=20个"),
        ("打造社会消费品零售总额超10亿元乡镇3个", "社会消费品零售总额超10亿元乡镇=3个"),
        ("财政总收入超10亿元，固定资产投资增长9%", "fiscal_revenue>1000000000元 fixed_asset_investment=9%"),
        ("财政总收入超过10亿元。", "fiscal_revenue>1000000000元"),
    ],
)
def test_how_large_each_of_some_others_is(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("实施居民收入倍增规划，固定资产投资增长9%", "fixed_asset_investment=9%"),
        ("实施高新技术企业倍增行动，税收收入增长9%", "tax_revenue=9%"),
        ("亩均税收增长9%，税收收入增长8%", "亩均税收=9% tax_revenue=8%"),
        ("人均粮食产量达到900斤，粮食产量达到5亿斤", "人均粮食产量=900斤 grain_output=500000000斤"),
        ("金融机构存贷款余额分别增长9%、12%左右", "deposits~9% loans~12%"),
        ("存贷款余额增长9%，外贸分别增长9%、12%", "deposits_and_loans=9%"),
        ("围绕“十四五”规划实施，抓好一批大项目，工业投资增长9%", "industrial_investment=9%"),
    ],
)
def test_what_a_name_is_of(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("农民收入增长6%，居民储蓄存款由22亿元增加到42亿元", "[rural_income=6%]"),
        ("按上年度的比例安排资金，力争全年服务业投资增速高于全区固定资产投资增速5个百分点", ""),
        ("居民收入倍增规划深入实施，税收收入增长9%", "[tax_revenue=9%]"),
        ("8个市财政收入增幅超过20%，税收收入增长9%", "[tax_revenue=9%]"),
        ("57个市重点项目完成投资200亿元", "[project_investment=20000000000元]"),
        ("培育500亩以上规模经营主体25个", ""),
        ("综保区作用有效发挥，进出口总额突破10亿美元；税收收入增长9%", "[tax_revenue=9%]"),
        ("综保区作用有效发挥，全区进出口总额突破10亿美元", "[trade>1000000000美元]"),
        ("培育开发区主导产业，税收收入增长9%", "[tax_revenue=9%]"),
        ("开发区和高新区建设提速，税收收入增长9%", "[tax_revenue=9%]"),
        ("增速是2004年以来最好水平，税收收入增长9%", "[tax_revenue=9%]"),
        ("2016年以来，新增城镇就业12万人", ""),
        ("五年城镇新增就业42万人，下岗失业人员再就业25万人", ""),
        ("五年完成固定资产投资2200亿元", ""),
        ("大气细颗粒物年均浓度下降5%左右", "[pm25~5%]"),
    ],
)
def test_whose_figure_it_is_not(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值增长6%（预计，下同），工业投资增长9%。税收收入增长8%", [True, True, True]),
        ("地区生产总值增长6%。初步预计（下同），工业投资增长9%", [False, True]),
        ("预计地区生产总值增长6%。工业投资增长9%", [True, False]),
    ],
)
def test_what_is_expected_below_is_expected_too(text: str, expected: list[bool]) -> None:
    found = extract(f"一、2023年工作回顾\n{text}。", year=2024, kind=Kind.WORK_REPORT)
    assert ["estimate" in figure.flags for figure in found.outcomes] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "规上工业增加值增长8%，500万元以上固定资产投资增长9%",
            "industrial_value_added=8% fixed_asset_investment=9%",
        ),
        (
            "一般公共预算收入增长5%，2000万元以上工业投资增长9%",
            "general_budget_revenue=5% industrial_investment=9%",
        ),
        ("新增50家以上高新技术企业", "high_tech_enterprises>=50家"),
    ],
)
def test_which_ones_an_indicator_counts_is_no_figure_of_the_one_before(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "low", "high", "quote"),
    [
        ("增速不低于5%、不高于7%", 5, 7, "规上工业增加值增速不低于5%、不高于7%"),
        ("增长不低于5%，不高于7%", 5, 7, "规上工业增加值增长不低于5%，不高于7%"),
        ("增长5%以上7%以内", 5, 7, "规上工业增加值增长5%以上7%以内"),
        ("增速控制在7%以内、不低于5%", 5, 7, "规上工业增加值增速控制在7%以内、不低于5%"),
        ("增长5%以上、力争7%以上", 5, None, "规上工业增加值增长5%以上、力争7%以上"),
        ("增长不低于7%，不高于5%", 7, None, "规上工业增加值增长不低于7%"),
    ],
)
def test_two_bounds_of_one_figure_are_a_range(text: str, low: float, high: float | None, quote: str) -> None:
    body = (
        f"二、2024年工作安排\n主要预期目标是：地区生产总值增长6%，规上工业增加值{text}，固定资产投资增长9%。"
    )
    figures = extract(body, year=2024, kind=Kind.WORK_REPORT, region=None).targets
    assert [f.quote for f in figures] == ["地区生产总值增长6%", quote, "固定资产投资增长9%"]
    assert (figures[1].low, figures[1].high) == (low, high)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值增幅低于预期目标0.5个百分点，投资增幅低于目标2个百分点。", ""),
        ("生产总值、财政总收入增幅分别低于年度预期目标0.5和1.3个百分点。", ""),
        ("固定资产投资增幅超过年初目标3个百分点。", ""),
        ("固定资产投资增长12%，超过年初目标2个百分点。", "[fixed_asset_investment=12%]"),
        ("地区生产总值增长5.2%（2023年目标为7%）。", "[gdp=5.2%]"),
        ("地区生产总值增长5.2%，年初确定的目标为增长7%左右。", "[gdp=5.2%]"),
        ("一般公共预算收入预算95亿元，完成98亿元。", "[general_budget_revenue=9800000000元]"),
        ("力争规上工业增加值增长8%，固定资产投资增长7%。", ""),
        ("争取资金3亿元，固定资产投资增长7%。", "[fixed_asset_investment=7%]"),
    ],
)
def test_a_goal_of_the_last_year_is_no_figure_that_was_reached(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "进出口总额、实际利用外资分别达到100亿元和2亿美元",
            "foreign_investment=200000000美元 trade=10000000000元",
        ),
        (
            "固定资产投资、社会消费品零售总额和出口总额分别达到90亿元、80亿元和3亿美元",
            "exports=300000000美元 fixed_asset_investment=9000000000元 retail_sales=8000000000元",
        ),
        (
            "城乡居民人均可支配收入分别达到6万元和3万元、增长5%和7%",
            "rural_income=30000元 urban_income=60000元 rural_income=7% urban_income=5%",
        ),
        (
            "高新技术企业、科技型中小企业分别突破300家、400家",
            "high_tech_enterprises>300家 tech_enterprises>400家",
        ),
        ("工业投资、技改投资分别增长5%、不低于6%", "industrial_investment=5% tech_upgrade_investment>=6%"),
    ],
)
def test_each_number_is_of_its_own_unit_and_the_bound_in_front_binds_all(text: str, expected: str) -> None:
    assert promised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("规上工业增加值增速提升17个百分点。", ""),
        ("一产、三产分别上升3个和8.4个百分点。", ""),
        ("新能源汽车拉动规上工业增加值增长5个百分点。", ""),
        ("工业增加值率提高0.5个百分点，达到23%。", ""),
        ("居民消费价格涨幅控制在4个百分点左右。", "[cpi~4百分点]"),
        ("农林牧渔业增加值增长5个百分点。", "[gdp_primary=5百分点]"),
        ("城镇化率提高1个百分点。", "[urbanization_rate=1百分点]"),
    ],
)
def test_points_of_a_growth_are_no_figure_of_what_grew(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "地区生产总值1053亿元，成为全省第十个总量超千亿元城市，比上年增长6%。",
        "地区生产总值1053亿元，首次突破“一千亿”，增长6%。",
        "地区生产总值1053亿元，总量折合超过150亿美元，比上年增长6%。",
        "地区生产总值再上新台阶，达到1053亿元，增长6%。",
        "地区生产总值1053亿元、创历史新高，增长6%、创近五年新高。",
        "地区生产总值1053亿元，按2020年可比价格计算，比上年增长6%。",
        "地区生产总值1053亿元，恢复至2019年的105%，增长6%。",
        "地区生产总值在全省县区率先突破一千亿元、达到1053亿元，增长6%。",
    ],
)
def test_a_remark_between_a_level_and_its_growth(text: str) -> None:
    assert told(text) == "[gdp=105300000000元] [gdp=6%]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "合同利用外资15亿美元，实际利用外资8亿美元，分别增长31%和28%。",
            "[foreign_investment=800000000美元] [foreign_investment=28%]",
        ),
        (
            "地区生产总值900亿元，人均地区生产总值8万元，分别增长9.6%、9.3%。",
            "[gdp=90000000000元] [gdp_per_capita=80000元] [gdp=9.6%] [gdp_per_capita=9.3%]",
        ),
        ("一般贸易进出口增长18%，加工贸易出口额增长5%，进出口总额增长7%。", "[trade=7%]"),
        ("服务贸易出口额突破9亿元，出口总额增长7%。", "[exports=7%]"),
        ("新增国家制造业单项冠军企业4家、“小巨人”企业9家。", "[little_giants=9家]"),
        ("13个工业园区共完成工业总产值95亿元。", ""),
        ("实际利用外资5亿美元，其中外商直接投资3亿美元。", "[foreign_investment=500000000美元]"),
        ("三次产业规上企业数字化改造覆盖90%以上。", ""),
        ("旅游收入29亿元，超过全县生产总值5%。", "[tourism_revenue=2900000000元]"),
        (
            "全区开发区工业投资增长22%、规上工业增加值增长15%。",
            "[开发区:industrial_investment=22%] [开发区:industrial_value_added=15%]",
        ),
    ],
)
def test_what_is_only_a_part_of_an_indicator(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("region", "figures"),
    [
        (Region("330100", "杭州市", ("浙江省", "杭州市")), []),
        (Region("500108", "南岸区", ("重庆市", "南岸区")), ["gdp"]),
    ],
)
@pytest.mark.parametrize("text", ["县域生产总值达到1559亿元", "县域经济继续提速，实现生产总值1559亿元"])
def test_the_counties_of_a_city_are_not_the_city(region: Region, figures: list[str], text: str) -> None:
    body = f"一、2023年工作回顾\n{text}。"
    found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=region)
    assert [f.indicator for f in found.outcomes] == figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年与2018年相比，地区生产总值增长79%，财政总收入增长58%。", ""),
        ("与2018年相比，固定资产投资增长79%；财政总收入增长58%。", ""),
        ("与2018年相比增长79%，财政总收入增长8%。", "[fiscal_revenue=8%]"),
        ("城镇化率由65%升至67%。", "[urbanization_rate=67%]"),
        ("进出口总额由1月份下降31%转为全年增长11%。", "[trade=11%]"),
        ("新增外贸实体企业10家、培育1000万美元外贸龙头企业20家。", ""),
        ("提前完成“十四五”目标，粮食产量达到9亿斤。", "[grain_output=900000000斤]"),
    ],
)
def test_what_is_measured_from_a_year_further_back(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值由2019年的77亿元跃升到2023年的161亿元", "[gdp=16100000000元]"),
        ("高新技术企业发展到350家", "[high_tech_enterprises=350家]"),
        ("研发投入强度仅0.33%，城镇化率仅为34.9%", "[rd_intensity=0.33%] [urbanization_rate=34.9%]"),
        (
            "一般公共预算收入完成2亿元，绝对数增长13%",
            "[general_budget_revenue=200000000元] [general_budget_revenue=13%]",
        ),
    ],
)
def test_how_a_level_is_told(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("压减粮食播种面积3000亩", "grain_area change down"),
        ("新调减粮食播种面积3000亩", "grain_area change down"),
        ("增加税收7.9亿元", "tax_revenue change up"),
        ("外贸出口下降，仅完成3.2亿美元", "exports level None"),
        ("居民消费价格涨幅逐步回落，全年涨幅为5.6%", "cpi growth up"),
        ("城镇登记失业率持续下降，控制在3.6%", "registered_unemployment share None"),
    ],
)
def test_what_a_verb_in_front_moves(text: str, expected: str) -> None:
    body = f"一、2023年工作回顾\n{text}。"
    (figure,) = extract(body, year=2024, kind=Kind.WORK_REPORT).outcomes
    assert f"{figure.indicator} {figure.measure} {figure.direction}" == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("龙头企业达到1736家，农产品加工率达到34%", "[agro_processing_rate=34%]"),
        ("上市公司发展到约8家，税收收入增长9%", "[tax_revenue=9%]"),
        ("某某集团实现营业收入20亿元，税收收入增长9%", ""),
    ],
)
def test_who_is_counted_does_nothing_itself(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text", ["一般公共预算支出75%以上用于民生", "出口额60%销往欧盟", "固定资产投资80%投向产业"]
)
def test_how_large_a_part_goes_somewhere_is_no_growth(text: str) -> None:
    assert told(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("规模以上工业企业实现增加值103.5亿元", "[industrial_value_added=10350000000元]"),
        ("规模以上工业企业完成增加值增长16%", "[industrial_value_added=16%]"),
        ("战略性新兴产业实现增加值425亿元", "[strategic_value_added=42500000000元]"),
        ("服务业完成增加值50亿元", "[services_value_added=5000000000元]"),
        ("新增规模以上工业企业12家", "[industrial_enterprises=12家]"),
        ("农林牧渔业预计总产值25亿元", "[farm_output=2500000000元]"),
        (
            "规上工业企业预计完成产值368亿元，增长18%",
            "[industrial_output=36800000000元] [industrial_output=18%]",
        ),
        ("城镇居民预计人均可支配收入30000元", "[urban_income=30000元]"),
        ("旅游业实现总收入30亿元", "[tourism_revenue=3000000000元]"),
        ("工业预计完成投资8亿元", "[industrial_investment=800000000元]"),
        ("财政预计完成总收入8亿元", "[fiscal_revenue=800000000元]"),
        ("三产服务业增加值46.1亿元", "[gdp_tertiary=4610000000元]"),
        ("gdp突破60亿元，人均gdp超3万元", "[gdp>6000000000元] [gdp_per_capita>30000元]"),
        (
            "财政大口径收入迈过9亿元大关，小口径财政收入3亿元",
            "[fiscal_revenue>900000000元] [general_budget_revenue=300000000元]",
        ),
    ],
)
def test_a_verb_inside_a_name(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "民营经济创造了50%税收、60%研发投入、70%就业",
        "民营经济贡献60%以上税收、70%以上GDP",
        "投资需求对全县经济增长的拉动率达到78%",
        "优良天数比例较“十二五”末改善17.4%",
    ],
)
def test_a_part_that_stands_in_front_of_a_name_is_no_growth(text: str) -> None:
    assert told(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高新技术企业产值增长11%", ""),
        ("高新技术企业达到52家，实现产值200亿元，增长11%", "[high_tech_enterprises=52家]"),
        ("生猪出栏30万头，产值增长8%", "[hogs=300000头]"),
        (
            "规上工业企业达到52家，实现产值200亿元",
            "[industrial_enterprises=52家] [industrial_output=20000000000元]",
        ),
        ("新增规上工业企业15家，实现产值20亿元", "[industrial_enterprises=15家]"),
        ("粮食播种面积60万亩、产量5亿斤", "[grain_area=600000亩] [grain_output=500000000斤]"),
    ],
)
def test_the_output_of_what_is_counted_is_another_thing(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增自治区级高新技术企业12家", "[high_tech_enterprises=12家]"),
        ("自治区科技型中小企业达到98家", "[tech_enterprises=98家]"),
        ("自治区下达的任务超额完成，自然灾害损失2亿元，城镇化率提高1个百分点", "[urbanization_rate=1百分点]"),
        ("从业人员3万人，高新技术企业52家", "[high_tech_enterprises=52家]"),
        ("财政总收入由8亿元增加到9亿元", "[fiscal_revenue=900000000元]"),
        ("科技部认定的科技型中小企业从850家增加到1375家", "[tech_enterprises=1375家]"),
    ],
)
def test_a_word_that_begins_like_from(text: str, expected: str) -> None:
    assert told(text) == expected


def test_one_sum_for_town_and_country_is_of_all_residents() -> None:
    assert (
        told("城乡居民人均可支配收入14061元，增长10.4%")
        == "[resident_income=14061元] [resident_income=10.4%]"
    )
    assert told("城乡居民人均可支配收入增长10.4%") == "[rural_income=10.4%] [urban_income=10.4%]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("兰州新区经济增速领跑国家级新区，生产总值由162亿元增加到342亿元", ""),
        ("开发区在国家级开发区中领先，进出口总额增长25%", ""),
        ("国家级高新区增加到14家，高新技术企业达3万家", "[high_tech_enterprises=30000家]"),
        ("全县园区新增基础设施投资16亿元，新入统规模工业企业15家", ""),
        ("全县11个产业集聚区规上工业企业达到429家，增加值增长25%", ""),
        ("全县上下齐心，固定资产投资增长8%", "[fixed_asset_investment=8%]"),
    ],
)
def test_what_opens_with_a_zone_stays_the_zones(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高新技术企业实现税收20亿元，增长8%", ""),
        ("外贸加工企业实现进出口额2400万美元，增长8%", ""),
        ("金融业实现税收增长21%", ""),
        ("全县民营经济完成固定资产投资8亿元", ""),
        ("开放型经济完成进出口总额8亿元", "[trade=800000000元]"),
        ("数字贸易进出口增长6%，货物贸易出口增长7%", "[exports=7%]"),
        ("外贸“新三样”进出口增长110%", ""),
        ("跨境电商实现进出口额2亿元，实际利用外资3亿元", "[foreign_investment=300000000元]"),
        (
            "实际利用外资7亿元，增长9%；其中外商直接投资3亿元",
            "[foreign_investment=700000000元] [foreign_investment=9%]",
        ),
        ("商贸流通业实现社会消费品零售总额8亿元", "[retail_sales=800000000元]"),
    ],
)
def test_taxes_and_investment_of_a_branch_are_not_the_regions(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "地方财政收入8亿元，其中：一般公共预算收入5亿元",
            "[fiscal_revenue=800000000元] [general_budget_revenue=500000000元]",
        ),
        ("全口径公共财政收入增长9%", "[fiscal_revenue=9%]"),
        ("一般公共预算收入8亿元，其中省级3亿元", "[general_budget_revenue=800000000元]"),
        ("工业增加值增长5%，其中规上工业增加值增长6%", "[industrial_value_added=6%]"),
        ("工业增加值8亿元，规模以上工业增加值6亿元", "[industrial_value_added=600000000元]"),
        ("全部工业总产值80亿元；其中，规模以上工业总产值60亿元", "[industrial_output=6000000000元]"),
        ("全部工业总产值增长9%，规模以上工业总产值增长12%", "[industrial_output=12%]"),
        (
            "公共财政收入11亿元、地方财政收入7亿元",
            "[fiscal_revenue=1100000000元] [general_budget_revenue=700000000元]",
        ),
        (
            "全县公共财政预算收入8亿元，其中县本级公共财政预算收入3亿元",
            "[general_budget_revenue=800000000元] [县本级:general_budget_revenue=300000000元]",
        ),
        (
            "全社会固定资产投资80亿元，其中城镇固定资产投资60亿元，增长9%",
            "[fixed_asset_investment=8000000000元]",
        ),
        (
            "55个重点项目完成投资90亿元，其中9个省级重点项目完成投资20亿元",
            "[project_investment=9000000000元]",
        ),
        ("市场主体增长30%，其中新登记市场主体900户", "[market_entities=30%] [market_entities=900户]"),
        (
            "规上工业增加值增长6%，其中战略性新兴产业增加值增长9%",
            "[industrial_value_added=6%] [strategic_value_added=9%]",
        ),
    ],
)
def test_of_two_under_one_name_the_first_is_that_of_more(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("平均每天新增市场主体728户", ""),
        ("居民人均可支配收入累计增长55%", ""),
        ("居民消费价格累计上涨3%", "[cpi=3%]"),
        ("粮食生产面积增长3%", "[grain_area=3%]"),
        (
            "常住人口城镇化率59%，户籍人口城镇化率49%",
            "[urbanization_rate=59%] [registered_urbanization_rate=49%]",
        ),
        (
            "国家级专精特新“小巨人”企业达到7家，省级专精特新中小企业达到112家",
            "[little_giants=7家] [specialised_enterprises=112家]",
        ),
    ],
)
def test_what_is_another_figure_than_its_neighbour(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("项目准入门槛提高到税收5万元/亩，税收收入增长9%", "[tax_revenue=9%]"),
        ("每平方公里创造地区生产总值1.3亿元；税收收入增长9%", "[tax_revenue=9%]"),
        ("PM2.5浓度下降到33微克/立方米", "[pm25=33微克/立方米]"),
        ("产业园区新开工项目44个，规上工业总产值突破1000亿元；税收收入增长9%", "[tax_revenue=9%]"),
        ("某某片区引进项目37个，完成固定资产投资18亿元", ""),
        ("强力推进园区建设，固定资产投资增长9%", "[fixed_asset_investment=9%]"),
        ("67个县（市）规模以上工业增加值1001亿元", ""),
        ("县均财政一般预算收入3亿元；税收收入增长9%", "[tax_revenue=9%]"),
    ],
)
def test_what_is_of_an_acre_or_of_a_zone(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支持企业稳订单拓市场，进出口总额达到46亿元", "[trade=4600000000元]"),
        ("鼓励优势企业增资扩产，完成工业投资70亿元", "[industrial_investment=7000000000元]"),
        ("为企业减负12亿元，新增市场主体5万户", "[market_entities=50000户]"),
        ("市属企业完成进出口总额40亿元，工业投资8亿元", ""),
        ("国有出资企业实现税收12亿元", ""),
    ],
)
def test_what_is_done_for_firms_is_not_their_figure(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年完成脱贫5451人", "[people_out_of_poverty=5451人]"),
        ("稳定减贫3万人以上", "[people_out_of_poverty>=30000人]"),
        ("5万人实现脱贫", "[people_out_of_poverty=50000人]"),
        ("12个村退出、7.6万建档立卡贫困人口稳定脱贫", "[people_out_of_poverty=76000人]"),
        ("近2000名贫困群众摆脱贫困", "[people_out_of_poverty~2000人]"),
        ("剩余300名贫困人口全部脱贫", "[people_out_of_poverty=300人]"),
        ("全县2万贫困人口全部脱贫", ""),
        ("产业脱贫3万人", ""),
        ("贫困人口减少到2万人", ""),
        ("完成脱贫攻坚任务", ""),
        ("2万名脱贫人口稳定就业", ""),
        ("脱贫地区农村居民人均可支配收入增长8%", ""),
    ],
)
def test_how_many_are_out_of_poverty(text: str, expected: str) -> None:
    assert told(text) == expected
