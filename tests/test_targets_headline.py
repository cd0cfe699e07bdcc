"""How far the headline goes: behind its lead-in, into a paragraph of its own, down a list; and what is none.

Written as in test_targets_sections.py; every sentence is of our own making, its answer written first.
"""

from __future__ import annotations

import pytest

from ingest.model import Kind
from tests.test_targets_sections import said

SET = "地区生产总值增长6%，固定资产投资增长7%，一般公共预算收入增长5%。"
HEADLINE = ["gdp=6%", "fixed_asset_investment=7%", "general_budget_revenue=5%"]


@pytest.mark.parametrize(
    "lead",
    [
        "主要预期目标是：",
        "主要预期目标和约束性指标是：",
        "对今年经济社会发展主要预期目标和约束指标的建议是：",
        "今年经济社会发展主要目标的安排是：",
        "经济社会发展主要预期目标及指标为：",
        "主要预期目标、约束性指标如下：",
        "今年经济社会发展主要调控指标是：",
        "2024年经济社会发展的主要预测指标建议为：",
        "2024年国民经济和社会发展主要指标计划安排如下：",
        "今年经济社会发展主要预期目标，按高于全省平均水平的原则安排：",
        "今年的目标定位是：",
        "2024年，高新区经济增长的预期目标是：",
        "（一）2024年主要经济指标\n",
    ],
)
def test_how_it_is_announced(lead: str) -> None:
    assert said(f"二、2024年工作安排\n{lead}{SET}") == HEADLINE


def test_a_goal_that_begins_with_a_number_is_one_of_a_list() -> None:
    found = said(f"二、2024年工作安排\n主要预期目标是：2个贫困村全部出列；{SET}")
    assert found == HEADLINE


@pytest.mark.parametrize(
    ("more", "headline"),
    [("", True), ("基础设施加快完善。" + "乡村全面振兴，城乡面貌明显改善，" * 3 + "。", False)],
)
def test_one_of_the_goals_may_have_no_figure(more: str, headline: bool) -> None:
    reform = "改革开放取得新突破，重点领域改革向纵深推进，营商环境建设取得新进展，市场活力充分迸发。"
    goals = f"固定资产投资增长7%。{reform}{more}城镇新增就业4万人，进出口总额增长5%。"
    found = said(f"二、2024年工作安排\n今年经济社会发展主要目标是：{goals}")
    assert all(row.startswith("(") is not headline for row in found), found


@pytest.mark.parametrize(
    ("opens", "headline"),
    [
        ("同时，", True),
        ("在此基础上，力争", True),
        ("与此同时，要", True),
        ("一是", False),
        ("同时推进就业，", False),
    ],
)
def test_goals_go_on_in_a_paragraph_of_their_own(opens: str, headline: bool) -> None:
    more = f"{opens}城镇新增就业4万人，进出口总额增长5%。"
    found = said(f"二、2024年工作安排\n主要预期目标是：{SET}\n{more}\n为实现目标，社会消费品零售总额增长6%。")
    assert [row.strip("()") for row in found[3:]] == [
        "new_urban_jobs=40000人",
        "trade=5%",
        "retail_sales=6%",
    ], found
    assert [row.startswith("(") for row in found[3:]] == [not headline, not headline, True]


def test_a_heading_that_names_the_goals_of_the_year() -> None:
    goals = "农民人均纯收入增长10%，财政总收入增长8%，固定资产投资增长9%。"
    found = said(f"二、2024年的工作目标\n{goals}")
    assert found == ["rural_income=10%", "fiscal_revenue=8%", "fixed_asset_investment=9%"]


@pytest.mark.parametrize(
    "between",
    [
        "\n约束性指标是：",
        "约束性指标是：",
        "\n主要约束指标为：",
        "主要约束性目标是：",
        "\n民生方面的主要目标是：",
    ],
)
def test_a_further_paragraph_of_goals_belongs_to_it(between: str) -> None:
    body = (
        f"二、2024年工作安排\n主要预期目标是：{SET}{between}城镇新增就业4万人，单位GDP能耗下降2%。\n"
        "（一）抓产业。城镇化率提高到60%。"
    )
    assert said(body) == [
        *HEADLINE,
        "new_urban_jobs=40000人",
        "energy_intensity=2%",
        "(urbanization_rate=60%)",
    ]


@pytest.mark.parametrize(
    "between",
    [
        "\n（一）抓就业。今年的目标是：",
        "\n做好今年工作，意义重大。今年的就业目标是：",
        "\n围绕安全保障，提出2项指标：",
    ],
)
def test_goals_further_down_do_not(between: str) -> None:
    body = f"二、2024年工作安排\n主要预期目标是：{SET}{between}城镇新增就业4万人，单位GDP能耗下降2%。"
    assert said(body) == [*HEADLINE, "(new_urban_jobs=40000人)", "(energy_intensity=2%)"]


@pytest.mark.parametrize(
    "listed",
    [
        "一是经济增长预期目标6%左右。综合考虑各方面因素提出。\n二是固定资产投资预期增长7%。\n三是城镇新增就业预期目标为4万人。",
        "一是地区生产总值预期增长6%左右。\n二是固定资产投资预期目标为增长7%。主要考虑是项目较多。\n三是城镇新增就业预期4万人。",
        "地区生产总值预期增长6%左右，主要考虑：2023年增长5.1%；固定资产投资预期增长7%，主要考虑：去年下降2%；城镇新增就业4万人。",
        "1.地区生产总值增长6%左右。\n2.固定资产投资增长7%。\n3.城镇新增就业4万人。",
        "——地区生产总值预期增长6%左右；\n——固定资产投资预期增长7%；\n——城镇新增就业预期4万人。",
        "（1）经济增长6%左右。\n（2）固定资产投资增长7%。\n（3）城镇新增就业4万人。",
    ],
)
@pytest.mark.parametrize(
    "heading", ["二、2024年国民经济和社会发展主要目标", "二、2024年经济社会发展主要预期目标"]
)
def test_a_plan_that_lists_its_goals_line_by_line(heading: str, listed: str) -> None:
    found = said(f"一、2023年计划执行情况\n经济稳中向好。\n{heading}\n{listed}", kind=Kind.PLAN_REPORT)
    assert found == ["gdp~6%", "fixed_asset_investment=7%", "new_urban_jobs=40000人"]


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("今年经济社会发展主要预期目标是：固定资产投资增长7%，城镇新增就业4万人。", True),
        ("主要预期目标是：一般公共预算收入增长5%，社会消费品零售总额增长8%，单位GDP能耗下降2%。", True),
        ("国民经济和社会发展的主要目标为：固定资产投资增长7%，进出口总额增长5%。", True),
        ("今年的就业目标是：城镇新增就业4万人，登记失业率控制在4%以内。", False),
        ("招商引资年度目标是：固定资产投资增长7%，实际利用外资增长5%。", False),
    ],
)
def test_a_list_without_gdp(text: str, headline: bool) -> None:
    found = said(f"二、2024年工作安排\n{text}")
    assert found
    assert all(row.startswith("(") is not headline for row in found), found


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("今年全区地区生产总值预期增长6%，其中一、二、三产业分别增长4%、7%、6%。", True),
        ("综合考虑，初步安排地区生产总值增长6%，固定资产投资增长7%。", True),
        ("今年地区生产总值增长6%，地方财政收入增长5%。", True),
        ("旅游总收入增长6%，社会消费品零售总额增长7%。", False),
        ("总部经济对地区生产总值的贡献率达到6%，社会消费品零售总额增长7%。", False),
    ],
)
def test_the_growth_of_gdp_is_headline_unannounced(text: str, headline: bool) -> None:
    further = "深入实施产业强区战略，" * 6
    found = said(f"二、2024年工作安排\n坚持稳中求进。\n{text}\n（一）抓产业。{further}城镇新增就业4万人。")
    assert found[-1] == "(new_urban_jobs=40000人)"
    assert all(row.startswith("(") is not headline for row in found[:-1]), found


@pytest.mark.parametrize(
    "groups",
    [
        ("（一）经济发展目标。", "（二）社会民生目标。"),
        ("（一）经济发展目标：", "（二）社会民生目标："),
        ("——经济发展目标。", "——社会民生目标。"),
        ("1.经济发展。", "2.民生改善。"),
    ],
)
def test_a_list_of_goals_in_groups_is_one_headline(groups: tuple[str, str]) -> None:
    first, second = groups
    goals = (
        f"\n{first}{SET}\n{second}城镇新增就业4万人，进出口总额增长5%。\n三、重点工作\n规上工业增加值增长9%。"
    )
    found = said(f"二、2024年工作安排\n今年经济社会发展主要预期目标建议为：{goals}")
    assert found == [*HEADLINE, "new_urban_jobs=40000人", "trade=5%", "(industrial_value_added=9%)"]


TOWN = "农业总产值增长5%，农村居民人均可支配收入增长7%，完成招商引资8000万元"
TOWNS = ["farm_output=5%", "rural_income=7%", "attracted_investment=80000000元"]


@pytest.mark.parametrize(
    ("lead", "headline"),
    [
        ("今年的主要目标：", True),
        ("2024年的奋斗目标是：", True),
        ("2024年，我们的目标是：", True),
        ("（二）工作目标\n", True),
        ("农业发展目标：", False),
        ("项目建设主要目标是：", False),
    ],
)
def test_goals_of_a_town_have_no_gdp(lead: str, headline: bool) -> None:
    found = said(f"二、2024年工作计划\n坚持稳中求进。{lead}{TOWN}。\n（三）抓生态。森林覆盖率达到45%。")
    assert found == [*(TOWNS if headline else [f"({row})" for row in TOWNS]), "(forest_cover=45%)"]


def test_nor_are_they_the_headline_of_what_is_no_report() -> None:
    found = said(f"二、2024年工作计划\n今年的主要目标：{TOWN}。", kind=Kind.OTHER)
    assert found == [f"({row})" for row in TOWNS]


@pytest.mark.parametrize(
    ("opens", "headline"),
    [
        ("2024年，我们将坚持稳中求进，力争", True),
        ("（一）抓项目。力争", False),
        ("2024年，重点做好以下工作：一是", False),
    ],
)
def test_a_town_may_open_its_year_with_its_goals(opens: str, headline: bool) -> None:
    goals = "固定资产投资增长8%，财政收入达到3500万元，农民人均可支配收入增长7%以上"
    found = said(f"二、2024年工作打算\n{opens}{goals}。\n（二）抓农业。粮食产量达到5万吨。")
    assert found[-1] == "(grain_output=50000吨)"
    assert all(row.startswith("(") is not headline for row in found[:-1]), found
