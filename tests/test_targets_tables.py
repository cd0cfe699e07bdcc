"""Tables of a plan report as its page prints them: two rows of headings, groups, remarks, units anywhere."""

from __future__ import annotations

import pytest

from ingest.model import Comparator, Kind, Period, Region
from ingest.reading import ReadingHints, read_document
from workers.targets.extract import extract

Row = tuple[str, float | None, float | None, str | None]
LEVELS: list[Row] = [("gdp", 8.7e10, 8.7e10, "元"), ("general_budget_revenue", 4.15e9, 4.15e9, "元")]
GROWTH: list[Row] = [("gdp", 6.5, 6.5, "%"), ("general_budget_revenue", 3, None, "%")]
PAST: list[Row] = [("gdp", 8.123e10, 8.123e10, "元"), ("general_budget_revenue", 4.02e9, 4.02e9, "元")]
PAST_GROWTH: list[Row] = [("gdp", 6.2, 6.2, "%"), ("general_budget_revenue", 3.1, 3.1, "%")]

ABOVE = (
    "<h1>关于铜梁区2023年国民经济和社会发展计划执行情况及2024年计划草案的报告</h1><div class='TRS_Editor'>"
    "<p>一、2023年计划执行情况</p><p>经济运行总体平稳，各项工作有序推进，民生保障不断加强，社会大局保持稳定。</p>"
    "<p>二、2024年主要预期目标</p>"
)
BELOW = "<p>三、主要任务</p><p>坚持稳中求进工作总基调，扎实做好各项工作，确保完成2024年计划。</p></div>"


def page(table: str) -> str:
    """A table drawn with one row a line, its cells apart by |; `_N` spans N rows, `^N` N columns."""
    rows = []
    for line in table.strip().split("\n"):
        cells = []
        for cell in line.split("|"):
            text, _, span = cell.strip().partition("^")
            text, _, deep = text.partition("_")
            spans = (f" colspan={span}" if span else "") + (f" rowspan={deep}" if deep else "")
            cells.append(f"<td{spans}>{text}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<html><body>{ABOVE}<table>{''.join(rows)}</table>{BELOW}</body></html>"


def told(table: str) -> tuple[list[Row], list[Row]]:
    body = read_document(
        page(table).encode(), "https://example.gov.cn/a.html", ReadingHints(least=0)
    ).article.body
    found = extract(body, year=2024, kind=Kind.PLAN_REPORT)
    for figure in (*found.targets, *found.outcomes):
        assert body[figure.start : figure.end] == figure.quote
        assert figure.flags == ("table",)
    assert {f.year for f in found.targets} <= {2024}
    assert {f.year for f in found.outcomes} <= {2022, 2023}
    targets, outcomes = (
        sorted((f.indicator, f.low, f.high, f.unit) for f in figures)
        for figures in (found.targets, found.outcomes)
    )
    return targets, outcomes


@pytest.mark.parametrize(
    ("table", "targets", "outcomes"),
    [
        (
            "指标名称_2|单位_2|2023年^2|2024年^2\n完成|增长%|预期目标|增长%\n"
            "地区生产总值|亿元|812.3|6.2|870|6.5左右\n一般公共预算收入|亿元|40.2|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "序号_2|指标名称_2|计量单位_2|2023年^2|2024年计划目标_2\n计划目标|实际完成\n"
            "1|地区生产总值增长|%|7|6.2|6.5左右\n2|一般公共预算收入增长|%|4|3.1|3以上",
            GROWTH,
            PAST_GROWTH,
        ),
        (
            "指标_2|单位_2|年度^2\n2023年完成|2024年目标\n地区生产总值|亿元|812.3|870\n"
            "一般公共预算收入|亿元|40.2|41.5",
            LEVELS,
            PAST,
        ),
        (
            "类别|指标|单位|2023年完成|2024年目标|属性\n经济发展_2|地区生产总值|亿元|812.3|870|预期性\n"
            "一般公共预算收入|亿元|40.2|41.5|预期性",
            LEVELS,
            PAST,
        ),
        (
            "2024年主要经济社会发展指标计划表^4\n指标|单位|2023年完成|2024年计划\n"
            "地区生产总值|亿元|812.3|870\n一般公共预算收入|亿元|40.2|41.5",
            LEVELS,
            PAST,
        ),
        (
            "指标|单位|2023年完成|2024年预期目标|备注\n一、经济增长||||\n地区生产总值|亿元|812.3|870|\n"
            "二、财政||||\n一般公共预算收入|亿元|40.2|41.5|约束性",
            LEVELS,
            PAST,
        ),
        (
            "指标名称|单位|上年实际|本年计划|比上年增长(%)\n"
            "地区生产总值|亿元|812.3|870|6.5左右\n一般公共预算收入|亿元|40.2|41.5|3以上",
            LEVELS + GROWTH,
            PAST,
        ),
        (
            "指标名称|2023年实绩|2024年预期\n地区生产总值（亿元）|812.3|870\n一般公共预算收入（亿元）|40.2|41.5\n"
            "地区生产总值增长（%）|6.2|6.5左右\n一般公共预算收入增速（%）|3.1|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            # Of a row with empty cells, too, each figure stands in its column.
            "指标_2|单位_2|2023年完成^2|2024年计划^2\n绝对值|±%|绝对值|±%\n固定资产投资|亿元||9.1||10\n"
            "地区生产总值|亿元|812.3|6.2|870|6.5左右\n一般公共预算收入|亿元|40.2|3.1|41.5|3以上",
            [*LEVELS, *GROWTH, ("fixed_asset_investment", 10.0, 10.0, "%")],
            [*PAST, *PAST_GROWTH, ("fixed_asset_investment", 9.1, 9.1, "%")],
        ),
        (
            "指标_2|单位_2|2023年^3|2024年目标_2|属性_2\n计划|预计完成|完成计划%\n"
            "地区生产总值|亿元|800|812.3|101|870|预期性\n一般公共预算收入|亿元||40.2||41.5|\n"
            "居民收入增长|%|6|||与经济增长同步|",
            [*LEVELS, ("resident_income", None, None, None)],
            PAST,
        ),
        (
            "指标名称|计量单位|2023年计划|2023年预计完成|2024年计划目标\n总量|增长%|总量|增长%|总量|增长%\n"
            "地区生产总值|亿元|800|6|812.3|6.2|870|6.5左右\n一般公共预算收入|亿元|40|3|40.2|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指 标|单 位|2023年|2024年\n地区生产总值|亿元|812.3|870\n一般公共预算收入|亿元|40.2|41.5",
            LEVELS,
            PAST,
        ),
        (
            "序号|名　称|单位|“十四五”规划目标|2023年完成数|2024年计划数|增减（%）\n一|综合|||||\n"
            "1|地区生产总值|亿元|900|812.3|870|6.5左右\n2|一般公共预算收入|亿元|[4]|40.2|41.5|3以上",
            LEVELS + GROWTH,
            PAST,
        ),
        (
            "指标名称|2023年预计|2024年计划\n地区生产总值（亿元）|812.3|870\n其中：第一产业|80|86\n第二产业|350|395\n"
            "一般公共预算收入（亿元）|40.2|41.5",
            [*LEVELS, ("gdp_primary", 8.6e9, 8.6e9, "元"), ("gdp_secondary", 3.95e10, 3.95e10, "元")],
            [*PAST, ("gdp_primary", 8e9, 8e9, "元"), ("gdp_secondary", 3.5e10, 3.5e10, "元")],
        ),
        (
            "责任部门|指标|单位|2023年完成||2024年计划|\n|||总量|增长|总量|增长\n发改局|地区生产总值|亿元|812.3|6.2|870|6.5左右\n"
            "财政局|一般公共预算收入|亿元|40.2|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指标_2|单位_2|2023年^3|2024年^2\n计划|完成|增长%|计划|增长%\n"
            "地区生产总值|亿元|820|812.3|6.2|870|6.5左右\n一般公共预算收入|亿元|42|40.2|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指标_2|单位_2|2023年^3|2024年目标^2\n目标|完成|增速%|总量|增速%\n"
            "地区生产总值|亿元|6|812.3|6.2|870|6.5左右\n一般公共预算收入|亿元|4|40.2|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指标|单位|2023年|2023年|2023年|2024年|2024年\n指标|单位|计划|完成|增长%|计划|增长%\n"
            "地区生产总值|亿元|820|812.3|6.2|870|6.5左右\n一般公共预算收入|亿元|42|40.2|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "类别|指标|单位|2023年完成|2024年目标|属性\n经济_3|地区生产总值|亿元|812.3|870|预期性\n"
            "一般公共预算收入|亿元|40.2|41.5|预期性\n粮食产量|万吨|—|16|约束性",
            [*LEVELS, ("grain_output", 160000, 160000, "吨")],
            PAST,
        ),
        (
            "指标|单位|2023年计划|2023年完成|完成计划%|同比增长%|2024年计划|比上年增长%\n"
            "地区生产总值|亿元|800|812.3|101|6.2|870|6.5左右\n一般公共预算收入|亿元|41|40.2|98|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指标|单位|2023年|2024年|2024年比2023年±%\n"
            "地区生产总值|亿元|812.3|870|6.5左右\n一般公共预算收入|亿元|40.2|41.5|3以上",
            LEVELS + GROWTH,
            PAST,
        ),
        (
            "指标|单位|2023年计划总量|计划增长%|2024年预期目标总量|预期目标增长%|2024年奋斗目标\n"
            "地区生产总值|亿元|800|7|870|6.5左右|900\n一般公共预算收入|亿元|41|4|41.5|3以上|43",
            LEVELS + GROWTH,
            [],
        ),
        (
            "指标_3|单位_3|2023年^4|2024年^2\n计划^2|完成^2|计划^2\n总量|增长%|总量|增长%|总量|增长%\n"
            "地区生产总值|亿元|800|7|812.3|6.2|870|6.5左右\n一般公共预算收入|亿元|41|4|40.2|3.1|41.5|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指标_2|单位_2|2022年完成_2|2023年^2|2024年预期目标^2\n预期|完成|总量|增速（%）\n"
            "地区生产总值|亿元|—|800|812.3|870|6.5左右\n一般公共预算收入|亿元|—|41|40.2|41.5|3以上",
            LEVELS + GROWTH,
            PAST,
        ),
        (
            "指标名称^2|单位|2023年完成|2024年计划\n地区生产总值^2|亿元_4|812.3|870\n其中_2|第一产业增加值|80|86\n"
            "第二产业增加值|350|395\n一般公共预算收入^2|40.2|41.5",
            [*LEVELS, ("gdp_primary", 8.6e9, 8.6e9, "元"), ("gdp_secondary", 3.95e10, 3.95e10, "元")],
            [*PAST, ("gdp_primary", 8e9, 8e9, "元"), ("gdp_secondary", 3.5e10, 3.5e10, "元")],
        ),
        (
            "类别|指标^2|单位|2023年完成|2024年目标\n综合_4|地区生产总值_2|总量|亿元|812.3|870\n增速|%|6.2|6.5左右\n"
            "一般公共预算收入_2|总量|亿元|40.2|41.5\n增速|%|3.1|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指标|单位|2023年完成|2024年计划\n地区生产总值_2|亿元|812.3|870\n增长%|6.2|6.5左右\n"
            "一般公共预算收入|亿元|40.2|41.5\n　增长速度|%|3.1|3以上",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "指标_2|单位_2|2023年完成_2|2024年^2\n预期目标|比上年增长（%）\n"
            "地区生产总值|亿元|812.3|870|6.5左右\n一般公共预算收入|亿元|40.2|41.5|3以上",
            LEVELS + GROWTH,
            PAST,
        ),
        (
            "指标|单位|2023年完成|2024年目标|责任单位\n地区生产总值|亿元|812.3|870|发改局_2\n"
            "一般公共预算收入|亿元|40.2|41.5\n居民收入增长|%|5.4|与经济增长同步_2|人社局\n"
            "农村居民人均可支配收入增长|%|6.4|农业农村局",
            [*LEVELS, ("resident_income", None, None, None), ("rural_income", None, None, None)],
            [*PAST, ("resident_income", 5.4, 5.4, "%"), ("rural_income", 6.4, 6.4, "%")],
        ),
        (
            "一级指标|二级指标|单位|2023年完成|2024年目标\n综合_2|地区生产总值|亿元|812.3|870\n"
            "一般公共预算收入|亿元|40.2|41.5",
            LEVELS,
            PAST,
        ),
        (
            "指标类别|指标名称|2023年|2024年预期目标\n综合_3|地区生产总值增长（可比价，%）|6.2|6.5左右\n"
            "一般公共预算收入增长（同口径，%）|3.1|3以上\n工业投资（亿元，%）|80|85",
            GROWTH,
            PAST_GROWTH,
        ),
        (
            "指标_3|单位_3|2023年^3|2024年^2|备注_3^2\n预期目标_2|完成情况^2|预期目标^2\n总量|增速（%）|总量|增速（%）\n"
            "地区生产总值|亿元|800|812.3|6.2|870|6.5左右|可比价|预期性\n"
            "一般公共预算收入|亿元|41|40.2|3.1|41.5|3以上|同口径|预期性",
            LEVELS + GROWTH,
            PAST + PAST_GROWTH,
        ),
        (
            "项目_2|2024年主要预期目标^3\n单位|目标值|增长%\n"
            "地区生产总值|亿元|870|6.5左右\n一般公共预算收入|亿元|41.5|3以上",
            LEVELS + GROWTH,
            [],
        ),
        (
            "指标|单位|2023年完成数|2024年市下达目标|2024年计划数|2024年比2023年预计增长（%）\n"
            "地区生产总值|亿元|812.3|860|870|6.5左右\n一般公共预算收入|亿元|40.2|41|41.5|3以上",
            LEVELS + GROWTH,
            PAST,
        ),
        (
            "|单位|2023年完成|2024年目标\n地区生产总值|亿元|812.3|870\n一般公共预算收入|亿元|40.2|41.5",
            LEVELS,
            PAST,
        ),
        (
            "年份|地区生产总值（亿元）|一般公共预算收入（亿元）|招聘会（场）\n2022年|790|40|11\n"
            "2023年|812.3|40.2|12\n2024年|870|41.5|12\n增长%|6.5左右|3以上|—",
            LEVELS + GROWTH,
            [*PAST, ("gdp", 7.9e10, 7.9e10, "元"), ("general_budget_revenue", 4e9, 4e9, "元")],
        ),
        (
            "指标|地区生产总值|一般公共预算收入\n单位|亿元|亿元\n2023年完成|812.3|40.2\n2024年目标|870|41.5",
            LEVELS,
            PAST,
        ),
        ("年份|地区生产总值|一般公共预算收入\n2022年|790|40\n2023年|812.3|40.2", [], []),
    ],
    ids=[
        *(
            "two rows",
            "plan and done",
            "times below",
            "groups",
            "title inside",
            "remarks",
            "compared",
            "unit in the name",
        ),
        *(
            "amount and growth",
            "part of the plan",
            "a plan of goals",
            "years alone",
            "names",
            "parts",
            "no spans",
        ),
        *("unequal groups", "groups that end alike", "headings repeated", "an empty cell in a group"),
        *("growth behind a part of the plan", "growth of bare years", "plans beside the plan"),
        *("three rows", "spans that nothing else tells", "parts in a column", "growth in a column"),
        *("growth in a row", "the last of the headings spans", "a value for two rows"),
        *("classes of indicators", "a unit behind a comma, last year without a word"),
        *("one of the second row spans two rows", "all below one plan", "what was asked for from above"),
        *("nothing above the names", "years run down", "and units too", "no plan below"),
    ],
)
def test_a_table_in_one_of_its_layouts(table: str, targets: list[Row], outcomes: list[Row]) -> None:
    assert told(table) == (sorted(targets), sorted(outcomes))


@pytest.mark.parametrize(
    "heading",
    ["指标|2025年|2030年|年均增速（%）/累计|属性", "指标_2|2025年_2|2030年目标^2|属性_2\n总量|年均增长%"],
)
def test_the_table_of_a_plan_of_five_years(heading: str) -> None:
    table = (
        f"{heading}\n其中：全社会研发经费投入增长（%）|—||7以上|预期性\n常住人口城镇化率（%）|60|65|[5]|预期性\n"
        "城镇调查失业率（%）|5.1|5.5以内|—|预期性\n单位GDP二氧化碳排放降低（%）|||[17]|约束性\n"
        "粮食综合生产能力（万吨）|30|32|—|约束性\n全员劳动生产率增长（%）|—|—|高于GDP增长|预期性\n"
        "单位GDP能耗降低（%）|—|—|完成市定任务|约束性"
    )
    body = read_document(
        page(table).encode(), "https://example.gov.cn/a.html", ReadingHints(least=0)
    ).article.body
    found = extract(body, year=2026, kind=Kind.FIVE_YEAR_PLAN)
    assert [(f.indicator, f.comparator, f.low, f.high, f.period, f.first_year) for f in found.targets] == [
        ("rd_spending_growth", Comparator.AT_LEAST, 7, None, Period.AVERAGE, 2026),
        ("urbanization_rate", Comparator.EXACT, 65, 65, Period.BY_END, None),
        ("urbanization_rate", Comparator.EXACT, 5, 5, Period.SUM, 2026),
        ("urban_unemployment", Comparator.AT_MOST, None, 5.5, Period.BY_END, None),
        ("carbon_intensity", Comparator.EXACT, 17, 17, Period.SUM, 2026),
        ("grain_output", Comparator.EXACT, 320000, 320000, Period.BY_END, None),
        ("labour_productivity", Comparator.FASTER_THAN, None, None, Period.AVERAGE, 2026),
        ("energy_intensity", Comparator.FULFIL, None, None, Period.BY_END, None),
    ]
    assert {f.year for f in found.targets} == {2030}
    assert not any(f.headline for f in found.targets)
    assert {(f.indicator, f.low, f.year) for f in found.outcomes} == {
        ("urbanization_rate", 60, 2025),
        ("urban_unemployment", 5.1, 2025),
        ("grain_output", 300000, 2025),
    }


def test_a_bound_over_the_years_of_a_plan_and_a_blank_in_a_heading() -> None:
    heading = "指标|2025 年|2030 年|年均增速（%）/累计|属性"
    rows = "城镇登记失业率（%）|3.6|—|＜4|预期性\n常住人口城镇化率（%）|60|65|0.9|预期性"
    body = read_document(
        page(f"{heading}\n{rows}").encode(), "https://example.gov.cn/a.html", ReadingHints(least=0)
    ).article.body
    found = extract(body, year=2026, kind=Kind.FIVE_YEAR_PLAN).targets
    assert [(f.indicator, f.comparator, f.low, f.high, f.year, f.period) for f in found] == [
        ("registered_unemployment", Comparator.LESS_THAN, None, 4, 2030, Period.BY_END),
        ("urbanization_rate", Comparator.EXACT, 65, 65, 2030, Period.BY_END),
    ]


@pytest.mark.parametrize(
    ("heading", "outcomes"),
    [
        ("指标|单位|2023年计划|2023年预计完成|增长%|完成情况", PAST + PAST_GROWTH),
        ("指标|单位|2023年目标值|2023年完成值|2023年增长%|上年完成", PAST + PAST_GROWTH),
        ("指标|单位|2022年计划|2023年完成|增长%|上年完成", []),
        ("指标|单位|2022年完成|2023年完成|增长%|备注", []),
    ],
)
def test_a_table_of_what_became_of_a_plan(heading: str, outcomes: list[Row]) -> None:
    rows = "地区生产总值|亿元|800|812.3|6.2|765\n一般公共预算收入|亿元|41|40.2|3.1|39"
    assert told(f"{heading}\n{rows}") == ([], sorted(outcomes))


def test_averages_of_years_behind_us_are_no_plan() -> None:
    rows = "地区生产总值|亿元|6.5|812|7.1|1100|6左右\n工业投资|亿元|8|90|8.2|120|7"
    heading = "指标_2|单位_2|“十四五”规划年均增长_2|2025年完成^2|2030年目标^2\n总量|年均增长|总量|年均增长"
    body = read_document(
        page(f"{heading}\n{rows}").encode(), "https://example.gov.cn/a.html", ReadingHints(least=0)
    ).article.body
    found = extract(body, year=2026, kind=Kind.FIVE_YEAR_PLAN).targets
    assert {(f.indicator, f.low) for f in found if f.period is Period.AVERAGE} == {
        ("gdp", 6),
        ("industrial_investment", 7),
    }


def test_the_unit_above_a_table_is_that_of_rows_without_one() -> None:
    table = "单位：万元^3\n指标|2023年完成|2024年计划\n地区生产总值|8123000|8700000\n"
    assert told(f"{table}一般公共预算收入（亿元）|40.2|41.5") == (LEVELS, PAST)


def test_figures_of_full_width() -> None:
    rows = "地区生产总值增长|％|６．２|６．５左右\n一般公共预算收入增长|％|３．１|３以上"
    assert told(f"指标|单位|2023年完成|2024年计划\n{rows}") == (GROWTH, PAST_GROWTH)


def test_words_for_a_figure_below_a_group_of_several_rows() -> None:
    rows = "就业_2|城镇新增就业|人|9000|9000\n居民收入增长|%|—|快于经济增长"
    assert told(f"类别|指标|单位|2023年完成|2024年目标\n{rows}")[0] == [
        ("new_urban_jobs", 9000, 9000, "人"),
        ("resident_income", None, None, None),
    ]


@pytest.mark.parametrize("whose", ["其中：{}居民", "{}", "　　{}常住居民"])
def test_the_income_of_parts_of_the_residents(whose: str) -> None:
    rows = "就业和收入_4|全体居民人均可支配收入|元|32000|34000\n" + "".join(
        f"{whose.format(who)}|元|{done}|{planned}\n"
        for who, done, planned in (("城镇", 41000, 43000), ("农村", 18000, 19500))
    )
    last = "城镇新增就业|人|9000|9000"
    assert told(f"类别|指标|单位|2023年完成|2024年目标\n{rows}{last}")[0] == [
        ("new_urban_jobs", 9000, 9000, "人"),
        ("resident_income", 34000, 34000, "元"),
        ("rural_income", 19500, 19500, "元"),
        ("urban_income", 43000, 43000, "元"),
    ]


def test_units_for_each_and_signs_in_front_of_a_value() -> None:
    rows = "全员劳动生产率|万元/人|32|42\n每万人高价值发明专利拥有量|件|8.2|15\n城镇调查失业率|%|5|＜5.5"
    assert told(f"指标|单位|2023年完成|2024年目标\n{rows}\n地区生产总值增长|%|6|>6.5") == (
        [
            ("gdp", 6.5, None, "%"),
            ("high_value_patents", 15, 15, "件"),
            ("labour_productivity", 420000, 420000, "元/人"),
            ("urban_unemployment", None, 5.5, "%"),
        ],
        [
            ("gdp", 6, 6, "%"),
            ("high_value_patents", 8.2, 8.2, "件"),
            ("labour_productivity", 320000, 320000, "元/人"),
            ("urban_unemployment", 5, 5, "%"),
        ],
    )


@pytest.mark.parametrize(
    ("region", "own"),
    [
        (Region("500151", "铜梁区", ("重庆市", "铜梁区")), "全区"),
        (Region("450300", "桂林市", ("广西壮族自治区", "桂林市")), "全市"),
        (Region("450302", "秀峰区", ("广西壮族自治区", "桂林市", "秀峰区")), "全区"),
        (None, None),
    ],
)
def test_columns_of_others(region: Region | None, own: str | None) -> None:
    values = {"全国": 5.0, "全市": 6.0, "全区": 7.0}
    heading = " | ".join(f"2024年{whole}目标" for whole in values)
    row = " | ".join(f"{value}%" for value in values.values())
    body = f"二、2024年主要预期目标\n指标 | {heading}\n地区生产总值增长 | {row}\n工业投资增长 | {row}\n"
    found = extract(body, year=2024, kind=Kind.PLAN_REPORT, region=region).targets
    assert {figure.low for figure in found} == ({values[own]} if own else set())


@pytest.mark.parametrize("growth", ["，增长{}", "（增长{}）", "、比上年增长{}"])
def test_an_amount_and_its_growth_in_one_cell(growth: str) -> None:
    rows = "".join(
        f"\n{name}|亿元|{done}{growth.format(done_by)}|{planned}{growth.format(by)}"
        for name, done, done_by, planned, by in (
            ("地区生产总值", "812.3亿元", "6.2%", "870亿元", "6.5%左右"),
            ("一般公共预算收入", "40.2", "3.1%", "41.5", "3%以上"),
        )
    )
    last = "\n规模以上工业增加值|%|9.1|9%以上，力争达到10%"
    assert told(f"指标|单位|2023年完成|2024年目标{rows}{last}") == (
        sorted([*LEVELS, *GROWTH, ("industrial_value_added", 9, None, "%")]),
        sorted([*PAST, *PAST_GROWTH, ("industrial_value_added", 9.1, 9.1, "%")]),
    )


@pytest.mark.parametrize("number", ["", "序号|"])
def test_two_halves_of_a_table_side_by_side(number: str) -> None:
    heading = f"{number}指标|单位|2023年完成|2024年目标"
    count = "1|" if number else ""
    rows = f"{count}地区生产总值|亿元|812.3|870|{count}城镇调查失业率|%|5.2|5.5以内\n"
    last = f"{count}一般公共预算收入|亿元|40.2|41.5|" + "|" * heading.count("|")
    rest: list[Row] = [("urban_unemployment", None, 5.5, "%")]
    assert told(f"{heading}|{heading}\n{rows}{last}") == (
        [*LEVELS, *rest],
        [*PAST, ("urban_unemployment", 5.2, 5.2, "%")],
    )


def test_another_table_beside_a_table() -> None:
    heading = "指标|单位|2023年完成|2024年目标|指标|2024年目标|单位"
    rows = "地区生产总值|亿元|812.3|870|城镇调查失业率|5.5以内|%\n一般公共预算收入|亿元|40.2|41.5|—|—|—"
    rest: list[Row] = [("urban_unemployment", None, 5.5, "%")]
    assert told(f"{heading}\n{rows}") == ([*LEVELS, *rest], PAST)


def test_another_table_right_below_a_table() -> None:
    heading = "指标|单位|2023年完成|2024年目标"
    rows = "地区生产总值|亿元|812.3|870\n{}一般公共预算收入|亿元|{}"
    assert told(f"{heading}\n{rows.format(heading + chr(10), '40.2|41.5')}") == (LEVELS, PAST)
    turned = "二、财政\n指标|单位|2024年目标|2023年完成\n"
    assert told(f"{heading}\n{rows.format(turned, '41.5|40.2')}") == (LEVELS, PAST)


@pytest.mark.parametrize("done", ["上半年完成", "1-6月完成", "前三季度"])
def test_a_part_of_the_year_is_no_year(done: str) -> None:
    rows = "地区生产总值|亿元|870|423.1|6.1\n一般公共预算收入|亿元|41.5|20|3"
    assert told(f"指标|单位|2024年目标|{done}|增速（%）\n{rows}") == (LEVELS, [])


def test_what_is_not_certain_is_not_read() -> None:
    # Nobody can say which of the years the three headings below stand under.
    assert told("指标|2023年^2|2024年\n完成|增长%|计划\n地区生产总值|812.3|6.2|870") == ([], [])
    # Whose growth is it? The row above has lost a cell.
    rows = "地区生产总值 亿元 812.3 870\n固定资产投资 亿元 321\n增长速度 % 9.1 10\n"
    found = extract(
        f"二、2024年目标\n指标 单位 2023年完成 2024年计划\n{rows}", year=2024, kind=Kind.PLAN_REPORT
    )
    assert {f.indicator for f in found.targets} == {"gdp"}
    assert {f.unit for f in found.targets} == {"元"}
    # A file of plain text has lost the empty cell: is 870 the plan, or what was done?
    lines = (
        "二、2024年目标\n指标 单位 2023年完成 2024年预期目标\n地区生产总值 亿元 870\n固定资产投资 亿元 321\n"
    )
    found = extract(lines, year=2024, kind=Kind.PLAN_REPORT)
    assert (found.targets, found.outcomes) == ((), ())


def test_a_row_drawn_with_bars_is_no_jammer_text() -> None:
    body = (
        "二、2024年主要预期目标\n| 序号 | 指标 | 2023年目标 | 2023年完成 | 2024年目标 |\n"
        "| 1 | 地区生产总值增长 | 6%左右 | 6.2% | 6.5%以上 |\n| 2 | 一般公共预算收入增长 | 5% | 3.1% | 3% |\n"
    )
    found = extract(body, year=2024, kind=Kind.PLAN_REPORT)
    assert [(f.indicator, f.low) for f in found.targets] == [("gdp", 6.5), ("general_budget_revenue", 3)]
    assert [(f.indicator, f.low) for f in found.outcomes] == [("gdp", 6.2), ("general_budget_revenue", 3.1)]


@pytest.mark.parametrize("cells", [" | ", "　　"])
def test_a_sentence_right_behind_a_table_is_read(cells: str) -> None:
    rows = [
        ("指标", "2020年", "2025年", "年均增长"),
        ("地区生产总值（亿元）", "300", "420", "7%"),
        ("森林覆盖率（%）", "20", "22", "—"),
    ]
    table = "\n".join(cells.join(row) for row in rows)
    text = f"第二章 主要目标\n{table}\n全县粮食产量达到50万吨，规模以上工业企业达到200家。\n"
    found = extract(text, year=2021, kind=Kind.FIVE_YEAR_PLAN).targets
    assert {(figure.indicator, figure.low) for figure in found} >= {
        ("forest_cover", 22),
        ("grain_output", 500_000),
        ("industrial_enterprises", 200),
    }
