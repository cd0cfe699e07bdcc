"""A report -> targets and outcomes: what is past, what is promised, the headline, what is for later years."""

from __future__ import annotations

import pytest

from ingest.model import Comparator, Extraction, Figure, Kind, Region
from workers.targets.extract import EXTRACTOR, extract

REGION = Region("331002", "椒江区", ("浙江省", "台州市", "椒江区"), "331000")

REPORT = """政府工作报告
——2024年1月20日在椒江区第十届人民代表大会第三次会议上

各位代表：
现在，我代表区人民政府，向大会报告工作，请予审议。

一、2023年工作回顾
过去一年，全区上下攻坚克难。地区生产总值突破900亿元、增长5.8%，规上工业增加值增长7.2%，城镇新增就业2.1万人。
上半年固定资产投资增长12%，全年增长9.5%。五年来，一般公共预算收入年均增长8%。

二、2024年工作安排
今年是实现“十四五”规划目标任务的关键之年。2023年底，全区常住人口城镇化率达到88%。
今年经济社会发展主要预期目标是：地区生产总值增长6%左右，规上工业增加值增长7%以上。固定资产投资增长8%；城乡居民人均可支配收入与经济增长同步。节能减排完成市定任务。
实现上述目标，要抓好以下工作。
（一）做强产业。力争软件业务收入突破40亿元，新增高新技术企业60家。到2027年，地区生产总值突破1200亿元。
（二）改善民生。城镇新增就业2万人以上。全省地区生产总值增长5.5%。

名词解释
1.固定资产投资：指标口径为500万元以上项目，增长10%即可。
"""


def read(body: str, year: int | None = 2024, kind: Kind = Kind.WORK_REPORT) -> Extraction:
    extraction = extract(body, year=year, kind=kind, region=REGION)
    for figure in (*extraction.targets, *extraction.outcomes):
        assert body[figure.start : figure.end] == figure.quote
    return extraction


def brief(figures: tuple[Figure, ...]) -> list[tuple[str, float | None, int | None]]:
    return [(f.indicator, f.low if f.low is not None else f.high, f.year) for f in figures]


def test_a_whole_report() -> None:
    extraction = read(REPORT)
    assert extraction.extractor == EXTRACTOR
    head = tuple(f for f in extraction.targets if f.headline)
    assert brief(head) == [
        ("gdp", 6, 2024),
        ("industrial_value_added", 7, 2024),
        ("fixed_asset_investment", 8, 2024),
        ("rural_income", None, 2024),
        ("urban_income", None, 2024),
        ("energy_conservation", None, 2024),
    ]
    assert brief(tuple(f for f in extraction.targets if not f.headline)) == [
        ("software_revenue", 4e9, 2024),
        ("high_tech_enterprises", 60, 2024),
        ("gdp", 1.2e11, 2027),
        ("new_urban_jobs", 20000, 2024),
    ]
    assert brief(extraction.outcomes) == [
        ("gdp", 9e10, 2023),
        ("gdp", 5.8, 2023),
        ("industrial_value_added", 7.2, 2023),
        ("new_urban_jobs", 21000, 2023),
        ("fixed_asset_investment", 9.5, 2023),
        ("urbanization_rate", 88, 2023),
    ]


def test_a_report_cut_inside_its_first_part_has_no_target() -> None:
    cut = REPORT[: REPORT.index("二、2024年")]
    extraction = read(cut)
    assert extraction.targets == ()
    assert len(extraction.outcomes) == 5


def test_a_report_that_keeps_only_its_second_part() -> None:
    rest = REPORT[REPORT.index("今年是实现") :]
    assert [f.indicator for f in read(rest).targets if f.headline][:2] == ["gdp", "industrial_value_added"]


def test_a_text_that_stands_twice_on_its_page_says_each_thing_once() -> None:
    body = REPORT[: REPORT.index("名词解释")]
    once, twice = read(body), read(body + "\n" + body)
    assert brief(twice.targets) == brief(once.targets)
    assert brief(twice.outcomes) == brief(once.outcomes)


@pytest.mark.parametrize("kind", [Kind.NEWS, Kind.NOTICE])
def test_news_and_notices_set_no_targets(kind: Kind) -> None:
    assert read(REPORT, kind=kind) == Extraction((), (), EXTRACTOR)


@pytest.mark.parametrize(
    "items",
    [
        "1.地区生产总值增长6%左右。（牵头单位：县发改委，责任单位：县统计局）\n2.城镇新增就业5000人。（责任单位：县人社局）",
        "（一）地区生产总值增长6%左右。\n牵头单位：县发改委\n（二）城镇新增就业5000人。\n牵头单位：县人社局",
        "地区生产总值增长6%左右（县发改局牵头）；城镇新增就业5000人（县人社局牵头）。",
    ],
)
def test_a_notice_that_hands_out_tasks_repeats_targets_and_sets_none(items: str) -> None:
    body = (
        "各乡镇人民政府，县政府各部门：\n县人代会审议通过的《政府工作报告》明确了今年的目标。现将任务分解如下。\n"
        f"一、主要预期目标\n{items}\n二、重点工作\n（三）全年新增规上工业企业20家以上。责任单位：县工信局\n"
    )
    extraction = read(body, kind=Kind.NOTICE)
    assert [(f.indicator, f.low, f.headline) for f in extraction.targets] == [
        ("gdp", 6, False),
        ("new_urban_jobs", 5000, False),
        ("industrial_enterprises", 20, False),
    ]
    assert extraction.outcomes == ()


def test_a_paper_that_opens_with_the_goals_and_says_who_has_them_hands_them_out() -> None:
    body = (
        "一、2024年全县经济社会发展主要预期目标\n1.地区生产总值增长6%左右。（责任领导：林望舒；牵头单位：县发改局）\n"
        "2.城镇新增就业5000人。（责任领导：林望舒；牵头单位：县人社局）\n"
    )
    told = [(f.indicator, f.low, f.headline) for f in read(body, kind=Kind.NOTICE).targets]
    assert told == [("gdp", 6, False), ("new_urban_jobs", 5000, False)]
    assert read(body.replace("责任领导：林望舒；牵头单位", "见"), kind=Kind.NOTICE).targets == ()


def test_another_document_with_a_year_is_read_like_a_report() -> None:
    assert read(REPORT, kind=Kind.OTHER).targets == read(REPORT).targets


def test_without_a_year_the_figures_have_none() -> None:
    extraction = read(REPORT, year=None)
    assert {f.year for f in extraction.targets if f.headline} == {None}
    assert next(f.indicator for f in extraction.targets if f.headline) == "gdp"


HEADLINES = "地区生产总值增长6%，固定资产投资增长5%，社会消费品零售总额增长7%。"


@pytest.mark.parametrize(
    "lead",
    [
        "今年经济社会发展主要预期目标是：",
        "2024年全区经济社会发展的主要预期目标为：",
        "经综合考虑，建议今年发展预期目标确定为：",
        "主要预期目标：",
        "全年主要指标安排如下：",
        "2024年经济社会发展初定预期目标是",
        "今年发展的主要目标任务是：",
        "力争",
        "今年，",
    ],
)
def test_how_the_headline_is_announced(lead: str) -> None:
    extraction = read(
        f"二、2024年工作安排\n做好全年工作意义重大。{lead}{HEADLINES}\n（一）抓产业。工业投资增长9%。"
    )
    assert [(f.indicator, f.headline) for f in extraction.targets] == [
        ("gdp", True),
        ("fixed_asset_investment", True),
        ("retail_sales", True),
        ("industrial_investment", False),
    ]


@pytest.mark.parametrize(
    "listed",
    [
        "\n1.地区生产总值增长6%；\n2.固定资产投资增长5%；\n3.社会消费品零售总额增长7%。",
        "\n①地区生产总值增长6%\n②固定资产投资增长5%\n③社会消费品零售总额增长7%",
        "\n——经济增长。地区生产总值增长6%。\n——投资消费。固定资产投资增长5%，社会消费品零售总额增长7%。",
        "\n地区生产总值\n增长6%\n固定资产投资\n增长5%\n社会消费品零售总额\n增长7%\n",
        "地区生产总值增长6%。固定资产投资增长5%。社会消费品零售总额增长7%。",
    ],
)
def test_headline_as_a_list(listed: str) -> None:
    body = (
        f"二、2024年工作安排\n今年主要预期目标是：{listed}\n为实现上述目标，我们要奋发有为。"
        f"\n（一）工业投资增长9%。"
    )
    extraction = read(body)
    head = [f for f in extraction.targets if f.headline]
    assert [(f.indicator, f.low) for f in head] == [
        ("gdp", 6),
        ("fixed_asset_investment", 5),
        ("retail_sales", 7),
    ]
    assert head[0].quote.replace("\n", "") == "地区生产总值增长6%"
    assert [f.indicator for f in extraction.targets if not f.headline] == ["industrial_investment"]


@pytest.mark.parametrize(
    "heading", ["主要目标", "（二）主要目标", "2024年奋斗目标", "全区主要预期目标", "预期性指标"]
)
def test_a_heading_of_goals_announces_what_stands_below_it(heading: str) -> None:
    body = f"二、2024年工作安排\n我们要稳中求进。\n{heading}\n地区生产总值增长6%左右，固定资产投资增长8%。\n"
    (gdp, *_) = read(body).targets
    assert (gdp.quote, gdp.headline, gdp.flags) == ("地区生产总值增长6%左右", True, ())


@pytest.mark.parametrize(
    "heading", ["（二）主要目标\n", "（二）2024年主要目标。", "主要预期目标\n", "——主要预期目标。"]
)
def test_goals_in_one_paragraph_end_where_a_counted_one_begins(heading: str) -> None:
    goals = "地区生产总值增长6%左右，固定资产投资增长8%，一般公共预算收入增长4%。"
    body = f"二、2024年工作安排\n{heading}{goals}\n（一）抓项目。完成工业投资50亿元，新增规上工业企业5家。"
    told = [(f.indicator, f.headline) for f in read(body).targets]
    assert told[:3] == [("gdp", True), ("fixed_asset_investment", True), ("general_budget_revenue", True)]
    assert told[3:] == [("industrial_investment", False), ("industrial_enterprises", False)]


def test_goals_in_two_lists_by_whether_they_bind() -> None:
    body = (
        "二、2024年工作安排\n（一）预期性指标\n1.地区生产总值增长6%；\n2.固定资产投资增长5%。\n"
        "（二）约束性指标\n1.粮食产量达到4万吨以上；\n2.单位GDP能耗下降2%。\n三、重点工作\n工业投资增长9%。"
    )
    head = [f.indicator for f in read(body).targets if f.headline and not f.flags]
    assert head == ["gdp", "fixed_asset_investment", "grain_output", "energy_intensity"]


def test_a_wrapped_line_that_ends_in_goals_is_no_heading() -> None:
    body = (
        "二、2024年工作安排\n今年全区经济社会发展主要预期目标\n是：地区生产总值增长6%，固定资产投资增长8%。\n"
    )
    assert [f.quote for f in read(body).targets] == ["地区生产总值增长6%", "固定资产投资增长8%"]


def test_lines_of_figures_without_a_lead_in_are_one_list() -> None:
    body = (
        "一、2023年工作回顾\n全区地区生产总值增长4%。\n二、2024年工作安排\n我们要稳中求进，以进促稳，先立后破。\n"
        "地区生产总值增长6%左右，民间投资增长9%\n固定资产投资增长8%左右\n城乡居民收入分别增长5%和6%\n"
        "推动乡村全面振兴，建设和美乡村，办好民生实事，加强基层治理，守牢安全底线，维护社会稳定，推进依法行政，转变政府职能，"
        "粮食产量稳定在3亿斤以上。\n"
    )
    head = tuple(f for f in read(body).targets if f.headline)
    assert [f.indicator for f in head] == [
        "gdp",
        "private_investment",
        "fixed_asset_investment",
        "rural_income",
        "urban_income",
    ]
    assert all("unannounced" in f.flags for f in head)


def test_what_a_whole_plan_has_to_reach_is_no_target_of_its_last_year() -> None:
    body = (
        "二、2025年工作安排\n今年主要预期目标是：地区生产总值增长6%，一般公共预算收入增长5%，固定资产投资增长4%，"
        "单位GDP能耗完成“十四五”期间下降13%的目标。\n"
    )
    head = [f for f in read(body, year=2025).targets if f.headline]
    assert [f.indicator for f in head] == ["gdp", "general_budget_revenue", "fixed_asset_investment"]


def test_scattered_commitments_are_no_headline() -> None:
    body = (
        "二、2025年重点工作\n（一）抓工业。规上工业增加值增长7%。\n（二）抓消费。社会消费品零售总额增长6%。\n"
        "（三）抓投资。固定资产投资增长5%。\n"
    )
    extraction = read(body, year=2025, kind=Kind.PLAN_REPORT)
    assert [(f.indicator, f.headline) for f in extraction.targets] == [
        ("industrial_value_added", False),
        ("retail_sales", False),
        ("fixed_asset_investment", False),
    ]


FIVE_YEARS = """一、“十三五”时期工作回顾
五年来，地区生产总值年均增长7.1%，城镇新增就业累计10万人。2020年，地区生产总值达到700亿元、增长3.2%。
二、“十四五”时期的主要目标任务
“十四五”时期经济社会发展主要目标是：地区生产总值年均增长6.5%左右，到2025年突破1000亿元，固定资产投资年均增长8%。
三、2021年工作安排
今年是“十四五”开局之年。主要预期目标是：地区生产总值增长7%以上，固定资产投资增长9%，社会消费品零售总额增长8%。
力争到“十四五”末，森林覆盖率达到60%。
"""


def test_a_five_year_plan_beside_the_annual_targets() -> None:
    extraction = read(FIVE_YEARS, year=2021)
    assert [(f.indicator, f.low, f.year, f.headline) for f in extraction.targets] == [
        ("gdp", 6.5, 2025, False),
        ("gdp", 1e11, 2025, False),
        ("fixed_asset_investment", 8, 2025, False),
        ("gdp", 7, 2021, True),
        ("fixed_asset_investment", 9, 2021, True),
        ("retail_sales", 8, 2021, True),
        ("forest_cover", 60, 2025, False),
    ]
    # Sums over five years are nobody's annual figure.
    assert brief(extraction.outcomes) == [("gdp", 7e10, 2020), ("gdp", 3.2, 2020)]


def test_a_plan_that_ends_this_year_is_this_year() -> None:
    body = (
        "二、2025年工作安排\n今年是“十四五”收官之年。"
        "到2025年底，森林覆盖率达到60%。全面完成“十四五”能耗强度下降目标。"
    )
    assert [(f.indicator, f.year) for f in read(body, year=2025).targets] == [
        ("forest_cover", 2025),
        ("energy_intensity", 2025),
    ]


def test_a_review_of_last_years_goals_is_no_headline() -> None:
    body = (
        "一、2023年工作回顾\n圆满完成年初确定的主要目标：地区生产总值增长6%，固定资产投资增长5%，社会消费品零售总额增长7%。"
        ""
    )
    extraction = read(body)
    assert extraction.targets == ()
    assert [f.year for f in extraction.outcomes] == [2023, 2023, 2023]


def test_an_unbelievable_percentage_is_kept_with_its_reason_and_is_no_headline() -> None:
    body = "二、2024年工作安排\n今年主要预期目标是：地区生产总值增长60%，" + HEADLINES.split("，", 1)[1]
    assert [(f.indicator, f.headline, f.flags) for f in read(body).targets] == [
        ("gdp", False, ("implausible",)),
        ("fixed_asset_investment", True, ()),
        ("retail_sales", True, ()),
    ]


@pytest.mark.parametrize(
    "body", ["", "\n", "。", "主要预期目标是：", "　　\x00\ud800", "%％‰", "今年主要预期目标是：\n\n\n"]
)
def test_bodies_without_anything(body: str) -> None:
    assert extract(body, year=2024, kind=Kind.WORK_REPORT) == Extraction((), (), EXTRACTOR)


def test_outcomes_have_no_figureless_predicates() -> None:
    body = "一、2023年工作回顾\n居民收入增长与经济增长同步，进出口总额实现正增长，地区生产总值增长5%。"
    assert [(f.indicator, f.comparator) for f in read(body).outcomes] == [("gdp", Comparator.EXACT)]


@pytest.mark.parametrize(
    ("heading", "annex"),
    [
        ("名词解释：", True), ("附件1：政府工作报告中有关用语说明", True), ("附录：部分名词解释", True),
        ("【名词解释】", True), ("报告中有关名词解释", True), ("术语解释", True), ("注解", True),
        ("（名词解释见附件）", False), ("名词解释附后", False),
    ],
)  # fmt: skip
def test_an_annex_of_terms_promises_nothing(heading: str, annex: bool) -> None:
    body = (
        "二、2026年工作安排\n今年主要预期目标是：地区生产总值增长6%左右，固定资产投资增长5%，一般公共预算收入增长3%。\n"
        f"{heading}\n1.“双百”行动：2026年规模以上工业产值突破100亿元，新增高新技术企业20家。"
    )
    found = extract(body, year=2026, kind=Kind.WORK_REPORT, region=None)
    assert (len(found.targets) == 3) is annex
