"""Where the review of a report ends and its plan begins; what a heading of two times announces.

Figures are written short: `gdp=6%` a target of the headline, `gdp=6%@2028` of another year than 2024,
`(gdp=6%)` one outside the headline, `[gdp=6%]` an outcome of 2023. Every sentence is of our own making,
its answer written before it was read.
"""

from __future__ import annotations

import pytest

from ingest.model import Comparator, Figure, Kind, Region
from workers.targets.extract import extract
from workers.targets.times import end_of_years

YEAR = 2024
COUNTY = Region("500108", "南岸区", ("重庆市", "南岸区"))
SIGNS = {
    Comparator.EXACT: "=",
    Comparator.ABOUT: "~",
    Comparator.AT_LEAST: ">=",
    Comparator.MORE_THAN: ">",
    Comparator.AT_MOST: "<=",
    Comparator.LESS_THAN: "<",
}


def short(figure: Figure) -> str:
    value = figure.low if figure.low is not None else figure.high
    sign = SIGNS.get(figure.comparator)
    bound = f":{figure.comparator.value}" if sign is None else f"{sign}{value:.15g}{figure.unit or ''}"
    owner = "" if figure.owner is None else f"{figure.owner.name}:"
    return owner + (figure.label if figure.indicator == "other" else figure.indicator) + bound


def said(body: str, year: int = YEAR, kind: Kind = Kind.WORK_REPORT) -> list[str]:
    """What a text promises and tells, in its order."""
    found = extract(body, year=year, kind=kind, region=COUNTY)
    rows = []
    for figure in found.targets:
        at = "" if figure.year == year else f"@{figure.year}"
        rows.append((figure.start, short(figure) + at if figure.headline else f"({short(figure)}{at})"))
    for figure in found.outcomes:
        at = "" if figure.year == year - 1 else f"@{figure.year}"
        rows.append((figure.start, f"[{short(figure)}{at}]"))
    return [row for _, row in sorted(rows, key=lambda row: row[0])]


SET = "地区生产总值增长6%，固定资产投资增长7%，一般公共预算收入增长5%。"
PLAN = f"二、2024年工作安排\n主要预期目标是：{SET}"
PLANNED = ["gdp=6%", "fixed_asset_investment=7%", "general_budget_revenue=5%"]


@pytest.mark.parametrize(
    "told",
    [
        "——就业超过预期目标。",
        "——增收达到预期目标。",
        "我们圆满完成了年初的预期目标。",
        "基本实现了“六稳”预期目标。",
        "物价涨幅低于预期目标。",
        "主要经济指标为2010年以来最好水平。",
        "主要指标为多年来最好水平。",
        "（一）各项目标任务圆满完成\n",
        "各项目标任务圆满完成\n",
        "一、主要预期目标提前实现，南岸站上新起点\n（一）经济快速增长。",
        "一年来，主要目标任务全面完成，改革的方向更明，目标是走出一条新路。",
    ],
)
def test_a_sentence_that_says_that_goals_were_reached_is_no_heading(told: str) -> None:
    body = (
        f"一、2023年工作回顾\n经济稳中向好。\n{told}城镇新增就业4万人，地区生产总值增长9%，社会消费品零售总额增长8%。\n"
        f"{PLAN}"
    )
    assert said(body) == ["[new_urban_jobs=40000人]", "[gdp=9%]", "[retail_sales=8%]", *PLANNED]


@pytest.mark.parametrize(
    "heading",
    [
        "主要预期目标",
        "（一）主要预期目标",
        "2024年全区经济社会发展预期目标",
        "主要目标",
        "经济社会发展的主要预期目标。",
    ],
)
def test_a_heading_of_goals_still_announces_them(heading: str) -> None:
    body = f"一、2023年工作回顾\n地区生产总值增长9%。\n二、2024年工作安排\n{heading}\n{SET}"
    assert said(body) == ["[gdp=9%]", *PLANNED]


@pytest.mark.parametrize(
    ("given", "opening"),
    [
        ("", "今年是极不平凡的一年。"),
        ("", "今年是全面贯彻党的二十大精神的开局之年，也是攻坚之年。"),
        ("——2023年12月20日在区第十九届人民代表大会第四次会议上\n", "今年是极不平凡的一年。"),
        (
            "——2023年11月30日在区第十九届人民代表大会第四次会议上\n",
            "一年来，攻坚克难。\n今年，我们要事快办、难事稳办。",
        ),
        ("（2023年12月20日）\n区长 某某\n", "各位代表，今年是本届政府的届中之年。"),
    ],
)
def test_this_year_of_a_congress_held_before_it_ended_is_the_year_of_the_review(
    given: str, opening: str
) -> None:
    body = (
        f"{given}各位代表：\n一、2023年工作回顾\n"
        f"{opening}预计全年地区生产总值增长9%。城镇新增就业4万人。\n{PLAN}"
    )
    assert said(body) == ["[gdp=9%]", "[new_urban_jobs=40000人]", *PLANNED]


def test_a_heading_that_says_this_year_of_the_last_is_of_the_review() -> None:
    body = (
        "——2023年12月20日在区第十九届人民代表大会第四次会议上\n今年工作为规划赢得圆满收官\n2023年，攻坚克难。"
        f"地区生产总值增长9%。\n{PLAN}"
    )
    assert said(body) == ["[gdp=9%]", *PLANNED]


def test_a_congress_of_december_says_next_year_of_its_targets() -> None:
    body = (
        "——2023年12月20日在区第十九届人民代表大会第四次会议上\n各位代表：\n今年以来，攻坚克难。地区生产总值增长9%。\n"
        f"明年是攻坚之年。明年全区经济社会发展的主要预期目标是：{SET}"
    )
    assert said(body) == ["[gdp=9%]", *PLANNED]


@pytest.mark.parametrize(
    "given", ["", "——2024年1月20日在区第十九届人民代表大会第四次会议上\n", "（2024年2月1日）\n"]
)
def test_this_year_of_a_congress_held_in_it_opens_the_plan(given: str) -> None:
    body = (
        f"{given}各位代表：\n2023年工作回顾\n2023年，攻坚克难。地区生产总值增长9%。\n"
        f"今年是攻坚之年。主要预期目标是：{SET}"
    )
    assert said(body) == ["[gdp=9%]", *PLANNED]


@pytest.mark.parametrize(
    "heading",
    [
        "一、2023年工作回顾和2024年工作总体要求",
        "一、2023年政府工作和2024年奋斗目标",
        "一、2023年工作回顾及2024年主要任务",
        "一、2023年的政府工作与今年的主要任务",
        "一、2023年计划执行情况和2024年计划安排",
    ],
)
def test_a_heading_of_the_last_year_and_this_is_about_one_after_the_other(heading: str) -> None:
    body = (
        f"{heading}\n2023年是丰收之年。地区生产总值增长9%，城镇新增就业4万人。\n"
        f"根据上述要求，2024年主要预期目标是：{SET}"
    )
    assert said(body) == ["[gdp=9%]", "[new_urban_jobs=40000人]", *PLANNED]


@pytest.mark.parametrize(
    "heading",
    ["一、过去五年和2023年工作回顾", "一、“十四五”以来和2023年工作回顾", "一、2023年和过去五年工作回顾"],
)
def test_two_times_of_one_review_are_one_review(heading: str) -> None:
    body = f"{heading}\n2023年，地区生产总值增长9%。\n{PLAN}"
    assert said(body) == ["[gdp=9%]", *PLANNED]


@pytest.mark.parametrize(
    ("above", "lead"),
    [
        ("二、今后五年的奋斗目标\n今后五年，经济总量迈上新台阶。", "2024年主要任务目标是："),
        (
            "二、今后五年的奋斗目标\n今后五年的主要目标是：到2028年，经济总量达到1000亿元。",
            "2024年经济社会发展主要预期目标是：",
        ),
        ("二、今后五年的主要目标和2024年工作安排\n今后五年，固本培元。", "2024年主要目标是："),
        ("二、未来五年的目标任务\n未来五年，固本培元。", "今年经济社会发展的主要预期目标为："),
        ("二、“十五五”主要目标任务\n固本培元。\n三、2024年重点工作\n夯基垒台。", "主要预期目标是："),
        (
            "二、今后五年工作展望和2024年工作建议\n今后五年，固本培元。",
            "2024年是关键一年，也是固本之年，主要预期目标是：",
        ),
    ],
)
def test_after_a_part_of_five_years_the_years_own_goals_are_the_headline(above: str, lead: str) -> None:
    body = f"一、2023年工作回顾\n地区生产总值增长9%。\n{above}\n{lead}{SET}"
    assert [row for row in said(body) if "@" not in row] == ["[gdp=9%]", *PLANNED]


@pytest.mark.parametrize(
    ("heading", "lead"),
    [
        ("二、未来五年的目标任务", "主要预期目标是："),
        ("二、今后五年的奋斗目标", "经济社会发展主要目标是："),
        ("二、“十四五”成就及今后五年主要目标", "主要预期目标是："),
        ("二、过去五年的工作", "今后五年的主要目标是："),
        ("二、过去五年的工作", "主要预期目标是：到2028年，"),
        ("二、跨世纪五年的目标任务", "主要预期目标是："),
        ("二、2026年工作安排", "到2030年的主要奋斗目标是："),
        ("一、“十四五”重大成就及“十五五”主要目标", "主要预期目标是："),
        ("二、“十五五”主要目标", "主要预期指标是：地区生产总值年均增长6%，其中"),
    ],
)
def test_goals_without_a_year_below_a_plan_of_years_are_the_plans(heading: str, lead: str) -> None:
    body = (
        f"{heading}\n固本培元。\n{lead}地区生产总值增长7%，固"
        f"定资产投资增长8%，一般公共预算收入增长6%，社会消费品零售总额增长9%。"
    )
    assert all(row.startswith("(") for row in said(body, year=2026)), said(body, year=2026)


def test_the_number_of_another_year_in_a_heading_does_not_count_those_to_come() -> None:
    body = f"一、过去五年的工作\n固本培元。\n二、立足2023年，谋划今后五年\n固本培元。\n主要预期目标是：{SET}"
    expected = ["(gdp=6%@2028)", "(fixed_asset_investment=7%@2028)", "(general_budget_revenue=5%@2028)"]
    assert said(body) == expected


@pytest.mark.parametrize(
    ("phrase", "last"),
    [
        ("今后五年", 2028),
        ("今后四年", 2027),
        ("三年内", 2026),
        ("今后几年", 2028),
        ("2023年和今后四年", 2027),
        ("二〇二三年和今后四年", 2027),
        ("过去三年和今后四年", 2027),
        ("三年来和今后四年", 2027),
    ],
)
def test_the_last_of_the_years_to_come(phrase: str, last: int) -> None:
    assert end_of_years(phrase, YEAR) == last


@pytest.mark.parametrize(
    "heading",
    ["2024年工作重点", "2024年重点工作", "四、攻坚克难，开创新局", "2024年工作的总体要求和奋斗目标"],
)
def test_a_heading_without_a_full_stop_stands_by_itself(heading: str) -> None:
    filler = "坚持稳中求进工作总基调，扎实推进各项工作，" * 5
    body = (
        f"一、2023年工作回顾\n地区生产总值增长9%。\n{heading}\n2024年是实施规划的关键一年。{filler}必须稳扎稳打。"
        f"主要预期目标是：{SET}"
    )
    assert said(body) == ["[gdp=9%]", *PLANNED]


def test_how_the_indicators_went_is_a_heading_and_no_part_of_the_first() -> None:
    body = "一、2023年计划执行情况\n（一）主要指标完成情况\n地区生产总值：完成205亿元，增长6.1%。"
    assert said(body, kind=Kind.PLAN_REPORT) == ["[gdp=20500000000元]", "[gdp=6.1%]"]


def test_a_heading_of_the_review_does_not_take_in_the_words_below_it() -> None:
    below = "坚持稳中求进工作总基调，认真落实经济工作思路，" * 5
    body = (
        f"一、2023年工作回顾\n经济稳中向好。\n四、攻坚克难，经济发展开新局\n"
        f"{below}地区生产总值增长9%。\n{PLAN}"
    )
    assert said(body) == ["[gdp=9%]", *PLANNED]


def test_the_year_that_a_speaker_names_in_his_salutation_opens_nothing() -> None:
    body = (
        "各位代表：\n今年是规划的开局之年，我代表区人民政府，向大会报告工作，请予审议。\n2023年，攻坚克难。地区生产总值增长9%。\n"
        + PLAN
    )
    assert said(body) == ["[gdp=9%]", *PLANNED]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("（二）主要任务和重大举措", "(gdp=6%@2028)"),
        ("重点工作", "(gdp=6%@2028)"),
        ("三、2024年主要任务", "(gdp=6%)"),
        ("2024年主要任务", "(gdp=6%)"),
        ("今年的主要任务", "(gdp=6%)"),
    ],
)
def test_tasks_below_a_plan_of_years_are_the_plans_unless_they_name_the_year(heading: str, part: str) -> None:
    body = f"二、今后五年的奋斗目标\n固本培元。\n{heading}\n夯基垒台。地区生产总值增长6%。"
    assert said(body) == [part]


@pytest.mark.parametrize(
    "heading",
    [
        "二、“十五五”时期经济社会发展的指导思想和主要目标",
        "二、“十五五”时期全县国民经济和社会发展总体要求",
        "“十五五”时期主要目标",
    ],
)
def test_a_heading_that_names_a_plan_announces_its_years(heading: str) -> None:
    body = (
        f"一、2025年工作回顾\n固本培元。\n{heading}\n地区生产总值年均增长6%，城镇化率达到58%。\n"
        "三、2026年工作安排\n森林覆盖率达到45%。\n"
    )
    assert said(body, year=2026) == ["(gdp=6%@2030)", "(urbanization_rate=58%@2030)", "(forest_cover=45%)"]


@pytest.mark.parametrize(
    "opening",
    [
        "（2025年12月20日中国共产党南岸区第十三届委员会第十次全体会议通过）\n",
        "区委全会认真分析形势，就制定全区国民经济和社会发展“十五五”规划提出如下建议。\n",
    ],
)
def test_a_proposal_of_a_plan_is_of_its_years(opening: str) -> None:
    body = (
        f"{opening}一、“十四五”时期发展成就\n2025年地区生产总值达到420亿元。\n二、指导方针\n固本培元。\n"
        "三、建设现代产业体系\n规上工业企业达到300家，每年新增城镇就业1500人。\n"
    )
    assert said(body, year=2026, kind=Kind.OTHER) == [
        "[gdp=42000000000元]",
        "(industrial_enterprises=300家@2030)",
        "(new_urban_jobs=1500人@2030)",
    ]


def test_a_five_year_plan_has_no_headline_of_a_year() -> None:
    body = f"一、发展环境\n稳中向好。\n二、主要目标\n主要预期目标是：{SET}"
    found = said(body, kind=Kind.FIVE_YEAR_PLAN)
    assert found == ["(gdp=6%@2025)", "(fixed_asset_investment=7%@2025)", "(general_budget_revenue=5%@2025)"]


@pytest.mark.parametrize(
    "above", ["三、2024年的工作\n", "三、今年的主要任务\n", "今年是开局之年。", "2024年，"]
)
def test_but_a_report_on_one_may_turn_to_its_year(above: str) -> None:
    body = f"二、主要目标\n固本培元。\n{above}主要预期目标是：{SET}"
    assert said(body, kind=Kind.FIVE_YEAR_PLAN) == PLANNED


@pytest.mark.parametrize(
    ("named", "year"),
    [
        ("今年是“十四五”规划的关键一年，力争", 2024),
        ("为实现“十四五”良好开局，确保", 2024),
        ("完成“十四五”发展各项目标任务，确保", 2024),
        ("按照“十四五”规划的目标要求，努力实现", 2024),
        ("“十四五”时期，力争", 2025),
        ("到“十四五”末，力争", 2025),
    ],
)
def test_a_plan_that_is_only_spoken_of_is_no_time(named: str, year: int) -> None:
    found = extract(
        f"二、2024年工作安排\n坚持稳中求进，{named}地区生产总值增长6%。",
        year=YEAR,
        kind=Kind.WORK_REPORT,
        region=COUNTY,
    )
    assert [figure.year for figure in found.targets] == [year]


@pytest.mark.parametrize(
    ("heading", "kept"),
    [
        ("二、“十五”时期的发展目标和任务", False),
        ("二、“十五”计划的主要任务", False),
        ("二、今年的主要任务", True),
    ],
)
def test_plans_of_before_2006_have_short_names(heading: str, kept: bool) -> None:
    body = f"{heading}\n固本培元。\n主要目标是：{SET}"
    assert ["@2005" in row for row in said(body, year=2001)] == [not kept] * 3


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("今年力争固定资产投资增长9%", 2024),
        ("全年力争固定资产投资增长9%", 2024),
        ("全年实现社会消费品零售总额100亿元", 2024),
        ("固定资产投资年均增长9%", 2028),
        ("全年空气质量优良天数达到300天以上", 2028),
        ("固定资产投资在今年基础上翻一番", 2028),
    ],
)
def test_this_year_among_plans_of_years(text: str, year: int) -> None:
    body = f"二、今后五年的奋斗目标\n固本培元。{text}。"
    found = extract(body, year=YEAR, kind=Kind.WORK_REPORT, region=COUNTY).targets
    assert [figure.year for figure in found] == [year]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "2024年，全区地区生产总值增长6%，规上工业增加值增长8%，固定资产投资增长5%。",
            "gdp=6% industrial_value_added=8% fixed_asset_investment=5%",
        ),
        (
            "今年，预期地区生产总值增长6%，规上工业增加值增长8%，固定资产投资增长5%。",
            "gdp=6% industrial_value_added=8% fixed_asset_investment=5%",
        ),
        (
            "综合考虑宏观形势、发展基础和“十四五”规划的衔接，建议今年我区地区生产总值增长6%，规上工业增加值增长8%，固定资产投资增长5%。",
            "gdp=6% industrial_value_added=8% fixed_asset_investment=5%",
        ),
        ("今年，全区将坚持实干。力争固定资产投资增长5%。", "(fixed_asset_investment=5%)"),
        ("今年，我区要抓好项目。固定资产投资增长5%。", "(fixed_asset_investment=5%)"),
        ("今年以来，地区生产总值增长6%。", "[gdp=6%]"),
    ],
)
def test_a_text_without_headings_turns_to_its_year_where_it_names_it(text: str, figures: str) -> None:
    assert " ".join(said(f"回顾过去一年，全区一般公共预算收入增长4%。\n{text}")[1:]) == figures


@pytest.mark.parametrize(
    "lead", ["今后五年，全区经济社会发展的主要奋斗目标是：", "到2028年，我区经济社会发展的主要目标是："]
)
def test_a_list_below_the_goals_of_five_years_is_theirs(lead: str) -> None:
    goals = "——实力更强。地区生产总值突破500亿元。\n——环境更美。森林覆盖率提高到50%。"
    assert said(
        f"一、过去五年工作回顾\n{lead}\n{goals}\n二、2024年工作安排\n"
        "主要预期目标是：地区生产总值增长6%，固定资产投资增长5%。"
    ) == [
        "(gdp>50000000000元@2028)",
        "(forest_cover=50%@2028)",
        "gdp=6%",
        "fixed_asset_investment=5%",
    ]


@pytest.mark.parametrize(
    ("back", "figures"),
    [
        ("过去一年，全区齐心协力。地区生产总值增长6.9%。", ["[gdp=6.9%]"]),
        ("五年来，我们攻坚克难。财政总收入增长58%。", []),
        (
            "过去一年，地区生产总值增长6.9%。今年，力争新增规上工业企业20家。",
            ["[gdp=6.9%]", "(industrial_enterprises=20家)"],
        ),
    ],
)
def test_among_the_tasks_of_the_year_one_may_look_back(back: str, figures: list[str]) -> None:
    assert said(f"{PLAN}\n（一）做强实体经济。\n{back}\n力争规上工业增加值增长8%。") == [
        *PLANNED,
        *figures,
        "(industrial_value_added=8%)",
    ]


def test_among_the_plans_of_years_one_may_look_back() -> None:
    body = (
        "二、今后五年的目标任务\n刚刚过去的一年，我们攻坚克难。地区生产总值增长6.9%。\n力争城镇化率达到70%。"
    )
    assert said(body) == ["[gdp=6.9%]", "(urbanization_rate=70%@2028)"]


@pytest.mark.parametrize(
    "opens",
    [
        "今后五年是关键时期。",
        "未来五年，我们信心百倍。",
        "“十五五”时期，是攻坚时期。",
        "到2030年，实力更强。",
    ],
)
def test_below_a_slogan_the_first_paragraph_says_of_which_years_the_part_is(opens: str) -> None:
    last = 2030 if "十五五" in opens or "2030" in opens else 2028
    assert said(
        f"一、过去五年工作回顾\n我们攻坚克难。\n二、奋力谱写新篇章\n{opens}\n（一）强工业。城镇化率达到70%。\n{PLAN}"
    ) == [f"(urbanization_rate=70%@{last})", *PLANNED]


def test_a_plan_that_a_review_speaks_of_below_its_heading_turns_nothing() -> None:
    body = f"一、2023年工作回顾\n“十五五”时期的谋划已经开始。\n城镇化率达到70%。\n{PLAN}"
    assert said(body) == ["[urbanization_rate=70%]", *PLANNED]


def test_goals_that_were_missed_announce_none() -> None:
    missed = "地区生产总值增长5.3%，与年度目标有一定差距；固定资产投资增长2%，未完成5%的目标。"
    assert said(f"一、2023年工作回顾\n经济运行总体平稳。\n{missed}\n{PLAN}") == [
        "[gdp=5.3%]",
        "[fixed_asset_investment=2%]",
        *PLANNED,
    ]


@pytest.mark.parametrize("lead", ["今后五年，要努力实现以下目标：", "今后五年的主要目标是："])
@pytest.mark.parametrize("dash", ["——", "●", "· "])
def test_a_list_below_the_goals_of_a_plan_is_of_the_plan(lead: str, dash: str) -> None:
    goals = (
        f"（二）主要目标。{lead}\n"
        f"{dash}综合实力更强。地区生产总值年均增长6%，城镇化率达到68%。\n"
        f"{dash}生态环境更美。森林覆盖率达到45%。\n"
        "做好各项工作。粮食产量达到50万吨。"
    )
    assert said(f"二、总体要求\n（一）指导思想。坚持稳中求进。\n{goals}") == [
        "(gdp=6%@2028)",
        "(urbanization_rate=68%@2028)",
        "(forest_cover=45%@2028)",
        "(grain_output=500000吨)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全区现有高新技术企业900家，今年净增100家。", ["(high_tech_enterprises=100家)"]),
        ("当前，我区城镇化率为58%，今年力争提高1个百分点。", ["(urbanization_rate=1百分点)"]),
        ("当前和今后一个时期，要稳中求进，粮食产量达到5万吨。", ["(grain_output=50000吨)"]),
    ],
)
def test_how_it_stands_is_no_task(text: str, expected: list[str]) -> None:
    assert said(f"二、2024年工作安排\n（一）抓好产业。{text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("目前全区人均地区生产总值已突破7000美元。", []),
        ("我区已经迈上人均地区生产总值4万元的台阶。", []),
        ("目标是地区生产总值年均增长6%。从需求侧看，投资增长8%可以支撑。", ["(gdp=6%@2028)"]),
        ("确保2024年地区生产总值突破300亿元。", ["(gdp>30000000000元)"]),
        ("预计2023年地区生产总值达到90亿元左右。", ["[gdp~9000000000元]"]),
    ],
)
def test_what_in_a_part_of_several_years_is_none_of_its_goals(text: str, expected: list[str]) -> None:
    assert said(f"二、今后五年的奋斗目标\n固本培元。{text}") == expected


def test_what_would_come_of_the_goals_is_none() -> None:
    assert said(f"{PLAN}如果按此增速，到年底地区生产总值将达到498亿元。") == PLANNED


def test_what_half_a_year_still_has_to_do() -> None:
    body = "上半年，全区固定资产投资增长5%。\n下半年，我们要确保全年固定资产投资增长8%，税收收入增长4%。"
    assert said(body) == ["(fixed_asset_investment=8%)", "(tax_revenue=4%)"]


def test_how_the_year_has_begun_is_no_target() -> None:
    goals = "二、2024年工作安排\n主要预期目标是：地区生产总值增长6%，固定资产投资增长7%，税收收入增长4%。\n"
    begun = "2024年一季度，全区克服困难、稳住大盘。初步预计，地区生产总值增长6.5%；固定资产投资增长21%。"
    assert said(f"{goals}{begun}") == ["gdp=6%", "fixed_asset_investment=7%", "tax_revenue=4%"]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("为实现居民收入比2010年翻一番打下坚实基础", []),
        ("为2030年城镇化率达到70%的目标奠定基础", []),
        ("城镇化率达到70%，为后续发展打下基础", ["(urbanization_rate=70%@2028)"]),
    ],
)
def test_what_is_only_prepared_is_not_promised(goal: str, expected: list[str]) -> None:
    assert said(f"二、今后五年的奋斗目标\n我们要攻坚克难，{goal}。") == expected


def test_the_explanation_of_a_proposal_speaks_of_its_plan() -> None:
    body = (
        "受区委常委会委托，我就《中共某区委关于制定全区“十四五”规划的建议》起草情况作说明。\n"
        "一、关于主要目标\n《建议》提出，地区生产总值年均增长7%左右，城镇化率达到65%。"
    )
    assert said(body, 2021, Kind.OTHER) == ["(gdp~7%@2025)", "(urbanization_rate=65%@2025)"]


TASKS = (
    "（二）加快建设现代产业体系。推动老厂房腾笼换鸟，着力补齐链条，力争规上工业增加值增长8%。\n"
    "（三）全力保障和改善民生。抓好稳岗扩岗，支持返乡创业，确保城镇新增就业2万人。\n"
)
DEEDS = (
    "（二）产业体系更加完善。腾笼换鸟成功收官，补齐了三条链，规上工业增加值增长8%。\n"
    "（三）民生保障更加有力。稳岗政策累计惠及千家企业，城镇新增就业2万人。\n"
)


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (TASKS, ["(industrial_value_added=8%)", "(new_urban_jobs=20000人)"]),
        (DEEDS, ["[industrial_value_added=8%]", "[new_urban_jobs=20000人]"]),
        (DEEDS + PLAN, [
            "[industrial_value_added=8%]", "[new_urban_jobs=20000人]",
            "gdp=6%", "fixed_asset_investment=7%", "general_budget_revenue=5%",
        ]),
        ("各位代表：\n" + TASKS, ["[new_urban_jobs=20000人]"]),
        ("全区坚持两个确保，规上工业增加值增长8%。\n", ["[industrial_value_added=8%]"]),
    ],
    ids=["tasks", "review", "review-and-plan", "opening", "one-word"],
)  # fmt: skip
def test_a_piece_that_begins_in_the_middle_begins_where_its_words_stand(
    piece: str, expected: list[str]
) -> None:
    """（下）, or page two: no heading of its own says of which time it speaks."""
    assert said(piece) == expected
