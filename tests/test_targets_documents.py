"""Whole documents in their many layouts: lead-ins, headings, openings, tables, plans, voices of others."""

from __future__ import annotations

import pytest

from ingest.model import Extraction, Kind, Region
from ingest.reading import ReadingHints, read_document
from workers.targets.extract import extract

REACHED = "全区地区生产总值增长5.1%，规上工业增加值增长4.1%，固定资产投资增长3.1%。"
PROMISED = "地区生产总值增长6%，规上工业增加值增长7%，固定资产投资增长8%，城镇新增就业2万人"
HEADLINE = {
    ("gdp", 6.0),
    ("industrial_value_added", 7.0),
    ("fixed_asset_investment", 8.0),
    ("new_urban_jobs", 20000.0),
}
OUTCOMES = {("gdp", 5.1), ("industrial_value_added", 4.1), ("fixed_asset_investment", 3.1)}


def check(body: str) -> None:
    extraction = extract(body, year=2024, kind=Kind.WORK_REPORT)
    assert {(f.indicator, f.low) for f in extraction.targets if f.headline} == HEADLINE
    assert {(f.indicator, f.low) for f in extraction.outcomes} == OUTCOMES
    assert {f.year for f in extraction.outcomes} == {2023}


@pytest.mark.parametrize(
    "lead",
    [
        "2024年全区经济社会发展的主要预期目标是：",
        "今年发展的主要目标——",
        "我们建议，2024年全县经济社会发展主要预期目标为：",
        "2024年的奋斗目标是：",
        "今年工作的总体目标是，",
        "2024年主要经济指标预期目标：",
        "今年的主要预期目标如下：",
        "经济社会发展主要预期指标为：",
        "今年，全旗经济和社会发展的主要预期目标建议为：",
        "2024年国民经济和社会发展主要指标计划安排如下：",
        "2024年全州经济社会发展的预期目标初步安排是：",
        "综合各方面因素，2024年主要预期目标拟定为：",
        "按照县委部署，今年经济社会发展的主要预期目标是，",
        "今年我市经济发展的主要指标是：",
        "为此，我们确定今年的主要预期目标是：",
        "全年经济社会发展的预期目标是——",
        "2024年发展目标为：",
        "今年县政府工作的主要目标是：",
        "今年全县经济社会发展的主要任务目标是：",
        "今年主要预期目标设定为",
        "主要预期目标有：",
        "主要目标：",
        "预期目标是",
        "2024年主要预期目标，",
        "今年的预期目标是：实现",
        "今年全县经济社会发展总的目标是：",
        "今年要努力实现以下目标：",
    ],
)
def test_lead_ins(lead: str) -> None:
    check(
        f"一、2023年工作回顾\n{REACHED}\n二、2024年工作安排\n今年要坚持稳中求进。{lead}{PROMISED}。\n"
        "（一）抓产业。新建厂房10万平方米。"
    )


@pytest.mark.parametrize("lead", ["主要预期目标是：", "力争"])
@pytest.mark.parametrize(
    ("past", "present"),
    [
        ("一、2023年工作回顾", "二、2024年工作安排"),
        ("2023年工作回顾", "2024年工作安排"),
        ("一、过去一年的工作", "二、今年的目标任务"),
        ("第一部分 2023年政府工作回顾", "第二部分 2024年政府工作安排"),
        ("一、关于2023年的工作", "二、关于2024年的工作"),
        ("一、2023年主要工作", "二、2024年总体要求和主要目标"),
        ("一、二〇二三年工作回顾", "二、二〇二四年工作安排"),
        ("一、上年工作回顾", "二、今年工作部署"),
        ("一、2023年国民经济和社会发展计划执行情况", "二、2024年国民经济和社会发展计划安排"),
        ("（一）2023年工作回顾", "（二）2024年工作安排"),
        ("一、攻坚克难，2023年各项工作取得新成绩", "二、砥砺前行，2024年奋力谱写新篇章"),
        ("1.2023年工作回顾", "2.2024年工作安排"),
        ("过去一年工作", "今年主要工作"),
        ("一、2023年工作情况", "二、2024年政府工作的总体思路和发展目标"),
    ],
)
def test_headings(past: str, present: str, lead: str) -> None:
    check(
        f"各位代表：\n{past}\n过去一年，攻坚克难。{REACHED}\n{present}\n{lead}{PROMISED}。\n"
        "（一）抓产业。新建厂房10万平方米。"
    )


@pytest.mark.parametrize("lead", ["主要预期目标是：", "力争"])
@pytest.mark.parametrize(
    "opening",
    [
        "2024年是新中国成立75周年。",
        "今年是实施“十四五”规划的攻坚之年。",
        "各位代表！2024年，我们要坚持稳中求进。",
        "新的一年，我们将坚持稳中求进。",
        "做好今年工作，意义重大。",
        "2024年政府工作的总体要求是：坚持稳中求进。",
        "今年政府工作的指导思想是：坚持稳中求进。",
        "2024年，全区经济工作的总体思路是：稳中求进。",
        "面对新形势，今年我们要稳中求进。",
        "展望2024年，机遇大于挑战。",
    ],
)
def test_a_report_without_headings_turns_to_the_year(opening: str, lead: str) -> None:
    check(
        f"各位代表：\n现在，我向大会报告工作。\n2023年，全区上下攻坚克难。{REACHED}\n各位代表，成绩来之不易。\n"
        f"{opening}\n{lead}{PROMISED}。\n一要抓产业。新建厂房10万平方米。"
    )


def test_five_year_targets_in_a_paragraph_of_their_own_before_the_annual_ones() -> None:
    body = (
        "五年来，地区生产总值年均增长8%。2023年，地区生产总值达到1203亿元，是2018年的1.6倍。\n"
        "今后五年的奋斗目标是：地区生产总值年均增长7%以上，到2028年达到1800亿元，力争比2023年翻一番。\n"
        "今年主要目标：地区生产总值增长7%，规上工业增加值增长9%，固定资产投资增长10%。"
    )
    extraction = extract(body, year=2024, kind=Kind.WORK_REPORT)
    assert [(f.indicator, f.low, f.unit, f.year, f.headline) for f in extraction.targets] == [
        ("gdp", 7, "%", 2028, False),
        ("gdp", 1.8e11, "元", 2028, False),
        ("gdp", 7, "%", 2024, True),
        ("industrial_value_added", 9, "%", 2024, True),
        ("fixed_asset_investment", 10, "%", 2024, True),
    ]
    assert [(f.indicator, f.low, f.year) for f in extraction.outcomes] == [("gdp", 1.203e11, 2023)]


# --- doubts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "indicator", "flags", "headline"),
    [
        ("地区生产总值增长65%", "gdp", ("implausible",), False),
        ("城镇登记失业率45%", "registered_unemployment", ("implausible",), False),
        ("居民消费价格上涨30%以内", "cpi", (), True),
        ("规上工业总产值是2020年的2倍", "industrial_output", ("other_base",), False),
        ("规上工业总产值比2020年翻一番", "industrial_output", ("other_base",), False),
        ("单位GDP能耗累计下降13%", "energy_intensity", ("other_base",), False),
        ("财政总收入增长5至6个百分点", "fiscal_revenue", ("points",), True),
        ("工业投资、民间投资分别增长9%、8%左右", "industrial_investment", ("shared_qualifier",), True),
        ("工业投资、民间投资分别增长9%、8%左右", "private_investment", (), True),
    ],
)
def test_a_doubtful_figure_says_why(
    text: str, indicator: str, flags: tuple[str, ...], headline: bool
) -> None:
    others = "税收收入增长6%，固定资产投资增长5%，社零总额增长7%，进出口总额增长4%。"
    body = f"二、2024年工作安排\n今年主要预期目标是：{text}。{others}"
    (found,) = [
        f for f in extract(body, year=2024, kind=Kind.WORK_REPORT).targets if f.indicator == indicator
    ]
    assert (found.flags, found.headline) == (flags, headline)


def test_what_a_report_only_expects_to_have_reached_is_an_estimate() -> None:
    body = "一、2023年工作回顾\n预计全年地区生产总值增长5.5%。固定资产投资增长6%。"
    outcomes = extract(body, year=2024, kind=Kind.WORK_REPORT).outcomes
    assert [(f.indicator, f.flags) for f in outcomes] == [
        ("gdp", ("estimate",)),
        ("fixed_asset_investment", ()),
    ]
    assert not any(f.doubted for f in outcomes)


def test_a_headline_known_by_its_place_only_and_a_figure_without_a_year_say_so() -> None:
    unannounced = extract(f"二、2024年工作安排\n力争{PROMISED}。", year=2024, kind=Kind.WORK_REPORT)
    assert {f.flags for f in unannounced.targets} == {("unannounced",)}
    assert all(f.doubted for f in unannounced.targets)
    undated = extract(f"今年主要预期目标是：{PROMISED}。", year=None, kind=Kind.WORK_REPORT)
    assert {f.flags for f in undated.targets} == {("no_year",)}


# --- tables ----------------------------------------------------------------------------------------

ROWS = [
    ["序号", "指标名称", "单位", "2023年完成", "2024年预期目标"],
    ["1", "地区生产总值", "%", "5.1", "6左右"],
    ["2", "规上工业增加值", "%", "7.2", "7.5以上"],
    ["3", "城镇新增就业", "万人", "1.1", "1"],
    ["4", "居民人均可支配收入", "元", "52000", "与经济增长同步"],
    ["5", "单位GDP能耗下降率", "%", "3", "完成市下达任务"],
    ["6", "进出口总额", "亿元", "35.2", "38"],
]
BEFORE = (
    "关于椒江区2023年国民经济和社会发展计划执行情况与2024年计划草案的报告\n一、2023年计划执行情况\n"
    "过去一年，全区上下攻坚克难，坚持稳中求进，扎实推进高质量发展，各项事业取得新的进步。"
)
AFTER = (
    "三、主要任务\n（一）抓产业。新建厂房10万平方米，改造提升园区三个，推动企业转型升级，壮大主导产业。\n"
    "（二）惠民生。办好学校，建好医院，修好道路，让群众的日子越过越好，让城乡面貌焕然一新。"
)


def told(extraction: Extraction) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    targets = [(f.indicator, f.comparator.value, f.low, f.unit, f.headline) for f in extraction.targets]
    outcomes = [(f.indicator, f.low, f.unit, f.year) for f in extraction.outcomes]
    return targets, outcomes


IN_TABLE = (
    [
        ("gdp", "about", 6.0, "%", True),
        ("industrial_value_added", "at_least", 7.5, "%", True),
        ("new_urban_jobs", "exact", 10000.0, "人", True),
        ("resident_income", "in_step_with", None, None, True),
        ("energy_intensity", "fulfil", None, None, True),
        ("trade", "exact", 3.8e9, "元", True),
    ],
    [
        ("gdp", 5.1, "%", 2023),
        ("industrial_value_added", 7.2, "%", 2023),
        ("new_urban_jobs", 11000.0, "人", 2023),
        ("resident_income", 52000.0, "元", 2023),
        ("energy_intensity", 3.0, "%", 2023),
        ("trade", 3.52e9, "元", 2023),
    ],
)


@pytest.mark.parametrize("between", [" ", "\t", " | ", "　", "\n"])
def test_a_table_in_the_text(between: str) -> None:
    rows = ROWS if between != "\n" else [row[1:] for row in ROWS]
    table = "\n".join(between.join(row) for row in rows)
    body = f"{BEFORE}\n二、2024年主要预期目标\n{table}\n{AFTER}"
    extraction = extract(body, year=2024, kind=Kind.PLAN_REPORT)
    assert told(extraction) == IN_TABLE
    for figure in (*extraction.targets, *extraction.outcomes):
        assert body[figure.start : figure.end] == figure.quote
        assert figure.flags == ("table",)


def test_a_table_of_a_page() -> None:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    lines = "".join(f"<p>{line}</p>" for line in f"{BEFORE}\n二、2024年主要预期目标".split("\n")[1:])
    after = "".join(f"<p>{line}</p>" for line in AFTER.split("\n"))
    html = f"<html><body><h1>{BEFORE.splitlines()[0]}</h1>{lines}<table>{cells}</table>{after}</body></html>"
    reading = read_document(html.encode(), "https://example.gov.cn/a.html", ReadingHints(least=0))
    assert told(extract(reading.article.body, year=2024, kind=Kind.PLAN_REPORT)) == IN_TABLE


def test_a_level_and_its_growth_in_two_columns() -> None:
    body = (
        "二、2024年主要预期目标\n指标 2024年计划（亿元） 增长（%）\n地区生产总值 870 6.5\n"
        "固定资产投资 321 7\n社会消费品零售总额 150 -2\n"
    )
    targets = extract(body, year=2024, kind=Kind.PLAN_REPORT).targets
    assert [(f.indicator, f.low, f.unit) for f in targets] == [
        ("gdp", 8.7e10, "元"),
        ("gdp", 6.5, "%"),
        ("fixed_asset_investment", 3.21e10, "元"),
        ("fixed_asset_investment", 7, "%"),
        ("retail_sales", 1.5e10, "元"),
        ("retail_sales", -2, "%"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "指标 单位 甲 乙\n地区生产总值 亿元 812.3 870\n",  # no heading says which is the plan
        "地区生产总值 亿元 812.3 870 6.5%\n固定资产投资 亿元 300 321 7%\n",  # no heading at all
        "指标 2030年规划目标 属性\n地区生产总值 1200 预期性\n",  # the plan of another year
    ],
)
def test_a_table_that_does_not_say_what_it_holds_gives_nothing(table: str) -> None:
    body = f"二、2024年工作安排\n坚持稳中求进。\n{table}三、主要任务\n"
    extraction = extract(body, year=2024, kind=Kind.PLAN_REPORT)
    assert (extraction.targets, extraction.outcomes) == ((), ())


# --- other voices ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "椒江区第十届人民代表大会第三次会议听取和审议了《政府工作报告》。会议充分肯定区人民政府过去一年的工作。"
        f"会议指出，2024年主要预期目标是：{PROMISED}。会议决定批准这个报告。",
        f"会议决定，批准2024年国民经济和社会发展计划，{PROMISED}。",
        f"区人大财政经济委员会认为，计划草案提出的主要预期目标是：{PROMISED}，符合实际。",
    ],
)
def test_a_resolution_or_a_review_sets_no_targets(body: str) -> None:
    extraction = extract(body, year=2024, kind=Kind.OTHER)
    assert (extraction.targets, extraction.outcomes) == ((), ())


COMPILATIONS = [
    "北京市：地区生产总值增长5%左右，一般公共预算收入增长5%。\n上海市：地区生产总值增长5%左右，居民消费价格涨幅2%左右。\n",
    f"杭州市2024年主要预期目标是：{PROMISED}。\n宁波市2024年主要预期目标是：{PROMISED}。\n",
    f"杭州市\n主要预期目标是：{PROMISED}。\n宁波市\n主要预期目标是：{PROMISED}。\n温州市\n主要预期目标是：{PROMISED}。\n",
]


@pytest.mark.parametrize("body", COMPILATIONS)
@pytest.mark.parametrize("region", [None, Region("330000", "浙江省", ("浙江省",))])
def test_a_list_of_many_governments_targets_is_nobodys_own(body: str, region: Region | None) -> None:
    extraction = extract(body, year=2024, kind=Kind.WORK_REPORT, region=region)
    assert (extraction.targets, extraction.outcomes) == ((), ())


def test_of_such_a_list_a_government_keeps_its_own() -> None:
    region = Region("330200", "宁波市", ("浙江省", "宁波市"), "330000")
    body = COMPILATIONS[1].replace("增长6%", "增长5.5%", 1)
    extraction = extract(body, year=2024, kind=Kind.WORK_REPORT, region=region)
    assert {(f.indicator, f.low) for f in extraction.targets if f.headline} == HEADLINE


def test_figures_of_a_zone_inside_the_district_are_not_the_districts() -> None:
    region = Region("500108", "南岸区", ("重庆市", "南岸区"), "500000")
    body = (
        "二、2024年工作安排\n今年主要预期目标是：地区生产总值增长6%。其中，经开区地区生产总值增长10%，高新区工业总产值增长15%；"
        "规上工业增加值增长8%，固定资产投资增长5%。全市地区生产总值增长6.5%左右。"
    )
    extraction = extract(body, year=2024, kind=Kind.WORK_REPORT, region=region)
    assert [(f.indicator, f.low) for f in extraction.targets if f.owner is None] == [
        ("gdp", 6),
        ("industrial_value_added", 8),
        ("fixed_asset_investment", 5),
    ]
    assert [(f.owner.name, f.indicator, f.low) for f in extraction.targets if f.owner is not None] == [
        ("经开区", "gdp", 10),
        ("高新区", "industrial_output", 15),
    ]
