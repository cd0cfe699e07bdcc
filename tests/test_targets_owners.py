"""Figures of parts of the region, in brackets and behind 其中; the region's own go on behind them.

Written as in test_targets_sections.py; every sentence is of our own making, its answer written first.
"""

from __future__ import annotations

import pytest

from ingest.model import Kind, Owner, Region
from ingest.regions.gazetteer import NATION
from tests.test_targets_sections import said
from workers.targets.extract import extract


def own(text: str) -> str:
    """The region's own promises in the headline."""
    return " ".join(
        row for row in said(f"二、2024年工作安排\n主要预期目标是：{text}") if not row.startswith("(")
    )


@pytest.mark.parametrize(
    "theirs",
    [
        "（其中开发区增长10%）",
        "（其中：开发区增长10%）",
        "（其中开发区、高新区分别增长10%、12%）",
        "（州直增长10%、塔城地区增长6%、阿勒泰地区增长7%）",
        "（区本级增长5%）",
        "（开发区10%左右，高新区12%）",
        "（开发区达到500亿元）",
        "，其中开发区增长10%",
        "，其中：高新区增长10%、经开区增长12%",
        "（去年同期为9%）",
    ],
)
def test_what_is_said_of_a_part_ends_with_its_bracket(theirs: str) -> None:
    assert own(f"地区生产总值增长7%{theirs}，一般公共预算收入增长11%，固定资产投资增长8%") == (
        "gdp=7% general_budget_revenue=11% fixed_asset_investment=8%"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "固定资产投资增长7%，其中工业投资增长10%，出口总额增长9%",
            "fixed_asset_investment=7% industrial_investment=10% exports=9%",
        ),
        ("地区生产总值增长7%（力争8%），固定资产投资增长8%", "gdp=7% fixed_asset_investment=8%"),
        (
            "地区生产总值增长7%（达到500亿元），固定资产投资增长8%",
            "gdp=7% gdp=50000000000元 fixed_asset_investment=8%",
        ),
        (
            "地区生产总值增长7%，一般公共预算收入（5.55亿元）增长11%",
            "gdp=7% general_budget_revenue=555000000元 general_budget_revenue=11%",
        ),
        ("固定资产投资（不含农户）增长8%，出口总额增长9%", "fixed_asset_investment=8% exports=9%"),
        (
            "一般公共预算收入（2023年为5亿元）增长11%，出口总额增长9%",
            "general_budget_revenue=11% [general_budget_revenue=500000000元] exports=9%",
        ),
        ("地区生产总值增长7%（南岸区增长7.5%", "gdp=7%"),
    ],
)
def test_a_bracket_of_the_regions_own(text: str, expected: str) -> None:
    assert own(text) == expected


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("地区生产总值增长7%（其中开发区增长10%）", "(开发区:gdp=10%)"),
        ("地区生产总值增长7%（开发区、高新区分别增长10%、12%）", "(开发区:gdp=10%) (高新区:gdp=12%)"),
        ("地区生产总值增长7%，其中：经开区增长10%左右", "(经开区:gdp~10%)"),
        ("地区生产总值增长7%，其中高新区地区生产总值增长12%", "(高新区:gdp=12%)"),
        ("地区生产总值增长7%，其中出口总额增长9%", ""),
        ("地区生产总值增长7%，城区地方级财政收入增长3%", "(城区:general_budget_revenue=3%)"),
        ("地区生产总值增长7%，区本级一般公共预算收入增长3%", "(区本级:general_budget_revenue=3%)"),
        ("地区生产总值增长7%，主城区污水处理率达到96%", "(主城区:sewage_treatment_rate=96%)"),
        ("地区生产总值增长7%，中心城区完成工业投资20亿元", ""),
        (
            "地区生产总值增长7%，中心城区和县城污水处理率分别达到96%和90%",
            "(中心城区:sewage_treatment_rate=96%)",
        ),
        (
            "社会消费品零售总额增长5%，开发区、高新区地区生产总值要增长10%",
            "(开发区:gdp=10%) (高新区:gdp=10%)",
        ),
        ("地区生产总值增长7%，全市地区生产总值增长8%", ""),
        ("地区生产总值增长7%（某某公司增长30%）", ""),
    ],
)
def test_what_a_part_promises_is_kept_as_its_own(text: str, theirs: str) -> None:
    found = said(f"二、2024年工作安排\n主要预期目标是：{text}，固定资产投资增长8%。")
    assert " ".join(row for row in found if ":" in row) == theirs


def test_a_part_that_is_a_place_has_its_code() -> None:
    body = (
        "二、2024年工作安排\n主要预期目标是：地区生产总值增长7.5%（州直增长10%、塔城地区增长6%、阿勒泰地区增长7%），"
        "一般公共预算收入增长11%。"
    )
    ili = Region("654000", "伊犁哈萨克自治州", ("新疆维吾尔自治区", "伊犁哈萨克自治州"))
    found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=ili).targets
    assert [(f.indicator, f.low, f.owner, f.headline) for f in found] == [
        ("gdp", 7.5, None, True),
        ("gdp", 10, Owner("州直"), False),
        ("gdp", 6, Owner("塔城地区", "654200"), False),
        ("gdp", 7, Owner("阿勒泰地区", "654300"), False),
        ("general_budget_revenue", 11, None, True),
    ]


def test_a_zone_that_reports_may_call_itself_by_its_kind_alone() -> None:
    zone = Region(None, "青岛西海岸新区", ("山东省", "青岛市", "青岛西海岸新区"))
    body = (
        "一、2023年工作回顾\n2023年，新区实现生产总值500亿元，增长6%。\n二、2024年工作安排\n"
        "主要预期目标是：生产总值增长6%，新区一般公共预算收入增长4%，开发区进出口增长3%。"
    )
    found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=zone)
    assert [(f.indicator, f.low) for f in found.outcomes] == [("gdp", 5e10), ("gdp", 6)]
    assert [f.indicator for f in found.targets if f.headline] == ["gdp", "general_budget_revenue"]


def test_a_zone_that_reports_calls_itself_a_park() -> None:
    city = Region("220100", "长春市", ("吉林省", "长春市"))
    zone = Region("220171", "长春经济技术开发区", ("吉林省", "长春市", "长春经济技术开发区"), "220100")
    body = "一、2023年工作回顾\n全年园区实现地区生产总值96亿元，增长8%。"
    found = [extract(body, year=2024, kind=Kind.WORK_REPORT, region=one) for one in (zone, city)]
    assert [[f.low for f in one.outcomes] for one in found] == [[9.6e9, 8], []]


@pytest.mark.parametrize(
    ("who", "own"), [("街道", True), ("镇", True), ("犁桥街道", False), ("犁桥水镇", False)]
)
def test_a_town_without_its_name_is_the_one_that_reports(who: str, own: bool) -> None:
    body = f"一、2023年工作总结\n{who}实现规上工业总产值86亿元。\n"
    found = extract(body, year=2024, kind=Kind.OTHER).outcomes
    assert [f.indicator for f in found] == (["industrial_output"] if own else [])


@pytest.mark.parametrize(
    "theirs",
    [
        "长沙市要发挥“龙头”作用，力争经济增长7%。",
        "株洲市提出规上工业增加值增长9%的目标。",
        "顺安镇要争当标兵，规上工业增加值增长10%以上。",
        "牡丹文化节期间接待游客3000万人次。",
        "科创园签约企业税收增长20%。",
    ],
)
def test_what_others_are_to_do_is_no_promise_of_the_region(theirs: str) -> None:
    hunan = Region("430000", "湖南省", ("湖南省",))
    body = f"二、2024年工作安排\n主要预期目标是：地区生产总值增长5%，一般公共预算收入增长4%。\n{theirs}"
    found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=hunan).targets
    assert [(f.indicator, f.low) for f in found] == [("gdp", 5), ("general_budget_revenue", 4)]


@pytest.mark.parametrize(
    "theirs",
    [
        "国家今年的预期目标为：国内生产总值增长5%，城镇新增就业1200万人以上，居民消费价格涨幅2%左右。",
        "国家预期目标是：GDP增长5%；城镇新增就业1200万人以上；居民消费价格涨幅2%左右。",
        "全国经济增长预期目标5%、城镇新增就业1200万人以上、粮食产量1.4万亿斤左右。",
        "全省预期目标是生产总值增长5.5%，规上工业增加值增长6%，城镇新增就业70万人。",
        "今年省里的预期目标是经济增长5%左右、城镇新增就业70万人、粮食产量600亿斤。",
        "省政府工作报告提出，今年全省地区生产总值增长5%左右，城镇新增就业70万人，居民消费价格涨幅2%左右。",
        "对照省下达我市的目标（地区生产总值增长5.3%，城镇新增就业5万人），",
    ],
)
def test_the_goals_of_a_government_above_are_not_its_own(theirs: str) -> None:
    city = Region("430700", "常德市", ("湖南省", "常德市"))
    ours = "我市主要预期目标为：地区生产总值增长6%，一般公共预算收入增长3%，城镇新增就业6万人。"
    body = f"一、2023年工作回顾\n2023年，经济平稳运行。\n二、2024年工作安排\n{theirs}{ours}"
    found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=city).targets
    assert [(f.indicator, f.low) for f in found if f.headline] == [
        ("gdp", 6),
        ("general_budget_revenue", 3),
        ("new_urban_jobs", 60_000),
    ]
    assert {f.low for f in found} == {6, 3, 60_000}


def test_the_goals_of_the_province_are_its_own_in_its_report() -> None:
    province = Region("430000", "湖南省", ("湖南省",))
    body = "二、2024年工作安排\n全省预期目标是：地区生产总值增长6%，一般公共预算收入增长3%，粮食产量600亿斤。"
    found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=province).targets
    assert [f.indicator for f in found if f.headline] == ["gdp", "general_budget_revenue", "grain_output"]


@pytest.mark.parametrize("whole", ["全镇", "我镇", "全县", "我县", "全区"])
def test_the_county_is_another_in_the_report_of_a_town(whole: str) -> None:
    town = Region(None, "静观镇", ("重庆市", "北碚区", "静观镇"), "500109")
    body = f"一、2023年工作回顾\n{whole}固定资产投资10亿元。\n"
    outcomes = extract(body, year=2024, kind=Kind.WORK_REPORT, region=town).outcomes
    assert len(outcomes) == (whole[1] == "镇")


def test_the_nation_is_no_other_in_its_own_report() -> None:
    told = "全国居民人均可支配收入增长6%，我国粮食产量6亿吨，全球经济增长3%，全省出口增长5%。"
    body = f"一、2023年工作回顾\n{told}"
    found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=NATION).outcomes
    assert [f.indicator for f in found] == ["resident_income", "grain_output"]


def test_the_level_of_a_district_is_all_of_it() -> None:
    body = "一、2023年工作回顾\n一般公共预算收入180亿元，其中区级一般公共预算收入70亿元。"
    city, district = Region("500000", "重庆市", ("重庆市",)), Region("500108", "南岸区", ("重庆市", "南岸区"))
    for region, expected in (
        (district, [("fiscal_revenue", 18e9), ("general_budget_revenue", 7e9)]),
        (city, [("general_budget_revenue", 18e9)]),
    ):
        found = extract(body, year=2024, kind=Kind.WORK_REPORT, region=region).outcomes
        assert [(f.indicator, f.low) for f in found] == expected


def test_the_governments_own_budget_is_not_the_citys() -> None:
    city = Region("430700", "常德市", ("湖南省", "常德市"))
    body = (
        "一、2023年预算执行情况\n全市一般公共预算收入完成205亿元，增长3.1%。"
        "市级一般公共预算收入完成56亿元，增长1.2%，其中税收收入30亿元。\n"
        "二、2024年预算草案\n全市一般公共预算收入增长4%。市级一般公共预算收入安排57亿元。"
    )
    found = extract(body, year=2024, kind=Kind.BUDGET_REPORT, region=city)
    assert [(f.indicator, f.low, f.owner and f.owner.name) for f in (*found.outcomes, *found.targets)] == [
        ("general_budget_revenue", 20_500_000_000, None),
        ("general_budget_revenue", 3.1, None),
        ("general_budget_revenue", 5_600_000_000, "市级"),
        ("general_budget_revenue", 1.2, "市级"),
        ("tax_revenue", 3_000_000_000, "市级"),
        ("general_budget_revenue", 4, None),
        ("general_budget_revenue", 5_700_000_000, "市级"),
    ]
    work = extract(body, year=2024, kind=Kind.WORK_REPORT, region=city)
    assert {f.owner for f in work.outcomes} == {None}
