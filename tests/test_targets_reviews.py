"""The review of a report that looks back on its last year and on five: which figure is of which year."""

from __future__ import annotations

import pytest

from ingest.model import Kind, Region
from workers.targets.extract import extract

REGION = Region("330110", "余杭区", ("浙江省", "杭州市", "余杭区"), "330100")
LAST = "全区地区生产总值增长5.2%，城镇新增就业2.1万人。\n"
FIVE = "财政总收入年均增长7%，累计新增就业12万人，常住人口城镇化率由65%提高到72%。\n"
AHEAD = "二、2026年工作安排\n今年主要预期目标是：地区生产总值增长5%，财政总收入增长4%，固定资产投资增长3%。\n"

OF_LAST_YEAR = {("gdp", 5.2, 2025), ("new_urban_jobs", 21000, 2025)}
OF_FIVE_YEARS = {("urbanization_rate", 72, 2025)}


def outcomes(review: str) -> set[tuple[str, float | None, int | None]]:
    extraction = extract(review + AHEAD, year=2026, kind=Kind.WORK_REPORT, region=REGION)
    return {(f.indicator, f.low, f.year) for f in extraction.outcomes}


@pytest.mark.parametrize(
    "review",
    [
        f"一、2025年和“十四五”时期工作回顾\n{LAST}回顾“十四五”时期，我们攻坚克难。{FIVE}",
        f"一、2025年及过去五年工作回顾\n{LAST}五年来，我们攻坚克难。{FIVE}",
        f"一、2025年和“十四五”时期工作回顾\n{LAST}这是城乡面貌显著变化的五年。\n{FIVE}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE}刚刚过去的2025年，我们开拓进取。{LAST}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE}报告指出，2025年，全区实现良好开局。预计{LAST}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE}刚过去的2025年，我们开拓进取。{LAST}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE}即将过去的2025年，我们开拓进取。{LAST}",
        f"一、“十四五”时期和2025年工作回顾\n我们攻坚克难。{FIVE}过去一年，我们开拓进取。{LAST}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE}特别需要指出的是，刚刚过去的2025年，我们开拓进取。{LAST}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE}刚刚过去的一年，是收官之年。\n一是稳增长。{LAST}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE.strip()}刚刚过去的2025年，是收官之年。\n一是稳增长。{LAST}",
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE}各位代表！2025年，面对困难，我们开拓进取。{LAST}",
        f"一、“十四五”时期及2025年工作回顾\n五年来，我们攻坚克难。{FIVE}各位代表，回顾刚刚过去的2025年，我们开拓进取。{LAST}",
        f"一、“十四五”时期工作回顾\n五年来，我们攻坚克难。{FIVE}过去的一年很不平凡，全年{LAST}",
        # inside one paragraph
        f"一、过去五年工作回顾\n五年来，我们攻坚克难。{FIVE.strip()}刚刚过去的2025年，我们开拓进取。{LAST}",
        f"一、2025年工作回顾\n我们开拓进取。{LAST.strip()}“十四五”时期，我们攻坚克难。{FIVE}",
        f"一、2025年和本届政府工作回顾\n{LAST}五年的主要工作和成效是：\n{FIVE}",
        # terms that had another length than five years
        f"一、过去四年及2025年工作回顾\n过去四年，我们攻坚克难。\n{FIVE}刚刚过去的2025年，我们开拓进取。{LAST}",
        f"一、区第四届人民政府工作回顾\n我们攻坚克难。{FIVE}刚刚过去的2025年，我们开拓进取。{LAST}",
        f"一、2025年工作回顾\n我们开拓进取。{LAST}区十八届人大一次会议以来，我们攻坚克难。{FIVE}",
        f"一、2025年工作回顾\n我们开拓进取。{LAST}四年来，我们攻坚克难。{FIVE}",
        # in digits
        f"一、2025年和“十四五”时期工作回顾\n{LAST}过去5年，我们攻坚克难。{FIVE}",
        f"一、2025年工作回顾\n{LAST}5年来，我们攻坚克难。{FIVE}",
        f"一、2025年工作回顾\n{LAST}这是城乡面貌显著变化的5年。{FIVE}",
    ],
)
def test_figures_of_one_year_are_told_from_those_of_five(review: str) -> None:
    assert outcomes(review) == OF_LAST_YEAR | OF_FIVE_YEARS


def test_growth_behind_a_level_of_the_last_year_may_be_that_of_five() -> None:
    review = "一、过去五年工作回顾\n五年来，攻坚克难。2025年，财政总收入达到90亿元。出口20亿元，增长88%。\n"
    assert outcomes(review) == {("fiscal_revenue", 9e9, 2025)}


def test_what_is_aimed_at_this_year_is_no_outcome() -> None:
    body = f"2025年，{LAST}工作势头良好。今年全区经济预期增长目标为6%以上，工业投资增长9%，民间投资增长8%。\n"
    extraction = extract(body, year=2026, kind=Kind.WORK_REPORT, region=REGION)
    assert {f.indicator for f in extraction.outcomes} == {"gdp", "new_urban_jobs"}
    assert {f.indicator for f in extraction.targets} == {"gdp", "industrial_investment", "private_investment"}


def test_a_plan_to_come_does_not_turn_the_review_to_five_years() -> None:
    review = f"一、2025年工作回顾\n“十五五”时期即将开启，我们夯实基础。{LAST}"
    assert outcomes(review) == OF_LAST_YEAR


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("地区生产总值达到1200亿元，年均增长7%", {("gdp", 1.2e11, 2025)}),
        ("森林覆盖率提高至36.5%", {("forest_cover", 36.5, 2025)}),
        ("森林覆盖率保持在36.5%以上", {("forest_cover", 36.5, 2025)}),
        ("地区生产总值完成700亿元以上，年均增长9%以上", {("gdp", 7e10, 2025)}),
        ("完成固定资产投资700亿元以上", set()),
        ("城镇登记失业率控制在4%以内", {("registered_unemployment", None, 2025)}),
        (
            "规上工业企业由62家增加到95家，增长53%，社会消费品零售总额达到60亿元",
            {("industrial_enterprises", 95, 2025), ("retail_sales", 6e9, 2025)},
        ),
        (
            "2025年财政总收入由28亿元提高到30亿元，增长7%",
            {("fiscal_revenue", 3e9, 2025), ("fiscal_revenue", 7, 2025)},
        ),
        ("2025年，财政总收入由2020年的28亿元提高到30亿元，增长7%", {("fiscal_revenue", 3e9, 2025)}),
        ("财政总收入翻一番", set()),
        ("累计完成工业投资600亿元", set()),
        ("进出口总额突破百亿大关、超过100亿元", {("trade", 1e10, 2025)}),
        ("固定资产投资超过1000亿元", set()),
        ("经济总量连续跨上800亿元、900亿元两个台阶，2025年达到960亿元", {("gdp", 9.6e10, 2025)}),
        ("地区生产总值跨越三个百亿元台阶，达到960亿元", {("gdp", 9.6e10, 2025)}),
        ("地区生产总值连跨三个百亿元台阶，从630亿元增加到960亿元", {("gdp", 9.6e10, 2025)}),
        ("财政总收入连破20亿元、30亿元大关，达到32亿元", {("fiscal_revenue", 3.2e9, 2025)}),
        ("工业投资60亿元，是2020年的1.4倍", {("industrial_investment", 6e9, 2025)}),
        ("高新技术企业142家、比“十三五”末增加93家", {("high_tech_enterprises", 142, 2025)}),
        ("贷款余额900亿元，较2020年底增长1.2倍", {("loans", 9e10, 2025)}),
        ("工业投资60亿元，是“十三五”时期的1.4倍", set()),
        ("累计完成工业投资60亿元，是2020年的4倍", set()),
        ("工业投资60亿元，年均增长9%", set()),
        ("一般公共预算收入完成60亿元，年均增长9%", {("general_budget_revenue", 6e9, 2025)}),
        ("社会消费品零售总额实现119亿元，年均增长8.2%", {("retail_sales", 1.19e10, 2025)}),
        ("五年地方财政收入300亿元，年均增长9%", set()),
        ("城镇登记失业率3.2%", {("registered_unemployment", 3.2, 2025)}),
        ("2025年实际利用外资2亿美元，五年累计9亿美元", {("foreign_investment", 2e8, 2025)}),
        ("“十五五”前夕，地区生产总值年均增长6%，2025年达到900亿元", {("gdp", 9e10, 2025)}),
    ],
)
def test_where_five_years_have_led_is_the_last_years_figure(
    figure: str, expected: set[tuple[str, float | None, int | None]]
) -> None:
    assert outcomes(f"一、过去五年工作回顾\n五年来，{figure}。\n") == expected


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        ("前三季度，地区生产总值增长6%；固定资产投资增长5%；财政总收入增长4%。", set()),
        ("1—11月，固定资产投资增长5%；财政总收入50亿元。", set()),
        (
            "前三季度，地区生产总值增长6%；预计全年地区生产总值增长5.5%，固定资产投资增长5%。",
            {("gdp", 5.5, 2025), ("fixed_asset_investment", 5, 2025)},
        ),
        (
            "截至12月底，贷款余额900亿元；财政总收入50亿元。",
            {("loans", 9e10, 2025), ("fiscal_revenue", 5e9, 2025)},
        ),
        (
            "1—10月，固定资产投资70亿元，预计全年完成85亿元；税收收入6亿元，增长4%，预计全年完成8亿元；出口增长3%。",
            {("fixed_asset_investment", 8.5e9, 2025), ("tax_revenue", 8e8, 2025), ("exports", 3, 2025)},
        ),
        ("1—12月，固定资产投资增长5%。", {("fixed_asset_investment", 5, 2025)}),
        (
            "地区生产总值增长6%，连续9个月保持两位数增长，固定资产投资增长5%。",
            {("gdp", 6, 2025), ("fixed_asset_investment", 5, 2025)},
        ),
        ("工业投资连续20个月保持15%以上增长，固定资产投资增长5%。", {("fixed_asset_investment", 5, 2025)}),
        (
            "工业投资保持两位数增长、占固定资产投资比重达27%，固定资产投资增长5%。",
            {("fixed_asset_investment", 5, 2025)},
        ),
        (
            "地区生产总值增长6%，连续8个季度居全省前列；固定资产投资增长5%。",
            {("gdp", 6, 2025), ("fixed_asset_investment", 5, 2025)},
        ),
    ],
)
def test_a_part_of_the_year_that_opens_a_list_is_that_of_all_of_it(
    review: str, expected: set[tuple[str, float, int]]
) -> None:
    assert outcomes(f"一、2025年工作回顾\n{review}\n") == expected


def test_so_many_months_are_no_part_of_the_year() -> None:
    review = "湖水水质累计6个月达到Ⅲ类，森林覆盖率达到40%；前6个月，固定资产投资增长5%。"
    assert outcomes(f"一、2025年工作回顾\n{review}\n") == {("forest_cover", 40, 2025)}


def test_the_review_of_half_a_year_has_no_figure_of_a_year() -> None:
    review = "一、上半年计划执行情况\n地区生产总值410亿元，增长4.1%。\n固定资产投资增长5%。\n"
    assert outcomes(review) == set()


def test_what_the_second_half_still_has_to_do_is_the_years() -> None:
    half = "一、上半年计划执行情况\n固定资产投资增长5%。\n"
    body = f"{half}三、下半年工作措施\n（一）抓项目。全年完成工业投资32亿元以上。\n"
    found = extract(body, year=2025, kind=Kind.OTHER, region=REGION)
    assert [(f.indicator, f.year) for f in found.targets] == [("industrial_investment", 2025)]
    assert found.outcomes == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "现向区人大常委会报告2025年上半年计划执行情况。\n一、主要指标完成情况\n固定资产投资增长5%。\n",
            set(),
        ),
        (
            "现报告2024年决算和2025年上半年预算执行情况。\n税收收入50亿元。\n",
            {("tax_revenue", 5e9, 2025)},
        ),
        ("一、2025年工作回顾\n上半年全区固定资产投资增长5%；税收收入30亿元。\n", set()),
        (
            "一、2025年工作回顾\n上半年，出口增长5%。税收收入30亿元，占年计划的49%，比上年增长3%。投资增长4%。\n",
            set(),
        ),
        (
            "一、2025年工作回顾\n上半年，出口增长5%。全年税收收入60亿元。\n固定资产投资增长4%。\n",
            {("tax_revenue", 6e9, 2025), ("fixed_asset_investment", 4, 2025)},
        ),
        (
            "一、2025年工作回顾\n前三季度，全县经济平稳运行。初步核算，固定资产投资增长4%。税收收入30亿元。\n",
            set(),
        ),
        ("1—8月，全县经济平稳运行。固定资产投资增长4%。\n税收收入30亿元。\n", set()),
        ("一、2025年上半年经济运行情况\n固定资产投资增长4%。\n", set()),
        (
            "一、2025年工作回顾\n上半年，全县经济承压前行。预计全年固定资产投资增长4%。\n",
            {("fixed_asset_investment", 4, 2025)},
        ),
    ],
)
def test_a_report_on_half_a_year_has_no_figure_of_a_year(
    body: str, expected: set[tuple[str, float, int]]
) -> None:
    assert outcomes(body) == expected


def test_what_an_average_has_led_to_is_no_average() -> None:
    told = "五年来，地区生产总值年均增长7%、2025年达到900亿元，财政总收入年均增长6%、达到60亿元。"
    assert outcomes(f"一、过去五年工作回顾\n{told}\n") == {("gdp", 9e10, 2025), ("fiscal_revenue", 6e9, 2025)}


def test_what_has_come_back_to_the_level_of_a_year_is_not_of_that_year() -> None:
    review = "财政总收入60亿元，恢复至2019年的95%；固定资产投资增长5%。"
    assert outcomes(f"一、2025年工作回顾\n{review}\n") == {
        ("fiscal_revenue", 6e9, 2025),
        ("fixed_asset_investment", 5, 2025),
    }


@pytest.mark.parametrize(
    "compared",
    [
        "是2019年1.4倍",
        "是2019年43亿元的1.4倍",
        "进出口总额35亿元，分别为2019年的1.5、1.7倍",
        "是“十三五”时期的1.4倍",
        "是“十五”时期的1.4倍",
        "接近2019年水平",
    ],
)
def test_the_year_that_a_figure_is_held_against_is_not_that_of_the_next(compared: str) -> None:
    review = f"固定资产投资60亿元，{compared}；旅游总收入35亿元，增长12%。"
    told = extract(
        f"一、2025年工作回顾\n{review}\n", year=2026, kind=Kind.WORK_REPORT, region=REGION
    ).outcomes
    assert {f.year for f in told} == {2025}
    assert [(f.indicator, f.low) for f in told if f.unit == "倍"] == []
    assert [f.low for f in told if f.indicator == "tourism_revenue"] == [3.5e9, 12]


def test_a_growth_on_the_year_before_is_of_the_last_year_of_five() -> None:
    review = "预计财政总收入60亿元，比上年增长16%。城镇新增就业12万人，增长9%。"
    assert outcomes(f"一、过去五年工作回顾\n五年来，我们攻坚克难。{review}\n") == {
        ("fiscal_revenue", 16, 2025)
    }


@pytest.mark.parametrize(
    ("review", "told"),
    [
        (
            "“十四五”期末，全区生产总值249亿元，是“十三五”期末的1.9倍；财政总收入10亿元。",
            {("gdp", 24900000000, 2025), ("fiscal_revenue", 1000000000, 2025)},
        ),
        ("“十三五〞末，全区生产总值200亿元。", {("gdp", 20000000000, 2020)}),
        ("较“十三五”末，生产总值增长80%，财政总收入增长60%。", set()),
        ("比2020年，生产总值增长80%。", set()),
        ("“十四五”期间，生产总值增长80%。", set()),
    ],
)
def test_the_end_of_a_plan_is_its_last_year(review: str, told: set[tuple[str, float | None, int]]) -> None:
    assert outcomes(f"一、2025年工作回顾\n{review}\n") == told


@pytest.mark.parametrize(
    "heading",
    ["三、加强经济运行情况监测", "1.密切跟踪经济运行情况", "三、建立民营经济发展情况通报制度"],
)
def test_a_task_about_how_things_go_is_no_review(heading: str) -> None:
    text = f"一、2025年工作回顾\n{LAST}{AHEAD}{heading}\n进出口总额增长6%，工业投资增长8%。\n"
    extraction = extract(text, year=2026, kind=Kind.WORK_REPORT, region=REGION)
    assert {(f.indicator, f.low) for f in extraction.targets} >= {("trade", 6), ("industrial_investment", 8)}
