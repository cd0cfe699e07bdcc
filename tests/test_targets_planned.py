"""What was planned for a year beside what came of it: 年初目标增长6%，预计增长5.6%. Plan reports speak so."""

from __future__ import annotations

import pytest

from ingest.model import Kind
from tests.test_targets_meaning import read
from workers.targets.extract import extract

REVIEW = "一、2020年计划执行情况"
WORK = "二、2021年工作安排"


def told(text: str, heading: str) -> list[str]:
    """Indicator and value of each figure."""
    return [" ".join(said.split()[0:3:2]) for said in read(text, heading)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值。年初目标增长5%左右，预计全年增长4%左右。", ["gdp ~4%"]),
        ("1.居民消费价格。控制目标为3%左右，全年上涨0.2%。", ["cpi 0.2%"]),
        ("——城镇新增就业。年初目标45万人以上，实际完成47.2万人。", ["new_urban_jobs 472000人"]),
        (
            "（一）地区生产总值：年初计划增长6%，预计完成1780亿元，增长5.6%；",
            ["gdp 178000000000元", "gdp 5.6%"],
        ),
        ("1.地区生产总值。预计完成1780亿元，同比增长5.6%。", ["gdp 178000000000元", "gdp 5.6%"]),
        ("——固定资产投资。同比下降3.2%，低于年度目标9.2个百分点。", ["fixed_asset_investment -3.2%"]),
        ("地区生产总值年初计划增长6%，实际增长5.6%。", ["gdp 5.6%"]),
        ("地区生产总值目标为增长6%，全年增长5.6%。", ["gdp 5.6%"]),
        (
            "地区生产总值年度目标7%以上，全年实现870亿元、增长7.2%，完成目标。",
            ["gdp 87000000000元", "gdp 7.2%"],
        ),
        ("固定资产投资（年初目标增长10%）预计增长8%。", ["fixed_asset_investment 8%"]),
        ("社会消费品零售总额目标增长8%，预计增长6.5%，低于目标1.5个百分点。", ["retail_sales 6.5%"]),
        ("国家下达我县2020年粮食产量目标30亿斤，实际完成31亿斤。", ["grain_output 3100000000斤"]),
        (
            "一般公共预算收入年初预算数为45亿元，实际完成47.2亿元，为预算的104.9%，增长3%。",
            ["general_budget_revenue 4720000000元", "general_budget_revenue 3%"],
        ),
        (
            "税收收入年初预算45亿元，调整预算43亿元，实际完成43.2亿元，下降4%。",
            ["tax_revenue 4320000000元", "tax_revenue -4%"],
        ),
        (
            "税收收入调整预算为43亿元，完成43.2亿元，增长2%。",
            ["tax_revenue 4320000000元", "tax_revenue 2%"],
        ),
        (
            "一般公共预算收入完成65亿元，比上年执行数增长4%。",
            ["general_budget_revenue 6500000000元", "general_budget_revenue 4%"],
        ),
        ("民间投资降幅由7%收窄到2.5%。", ["private_investment -2.5%"]),
        ("出口由上年增长12%转为下降3.5%。", ["exports -3.5%"]),
        (
            "第一、二、三产业分别增长4.1%、-6.5%和2.3%。",
            ["gdp_primary 4.1%", "gdp_secondary -6.5%", "gdp_tertiary 2.3%"],
        ),
        (
            "固定资产投资、进出口总额分别增长-3.5%、2%。",
            ["fixed_asset_investment -3.5%", "trade 2%"],
        ),
        (
            "实现地区生产总值61亿元，一般公共预算收入2亿元，同比分别-5.2%、-11%。",
            [
                "gdp 6100000000元",
                "general_budget_revenue 200000000元",
                "gdp -5.2%",
                "general_budget_revenue -11%",
            ],
        ),
        (
            "全年实现地区生产总值123 961\n万元，增长5%，财政总收入5 120万元。",
            ["gdp 1239610000元", "gdp 5%", "fiscal_revenue 51200000元"],
        ),
        (
            "财政总收入5.8亿元，同比减收0.3亿元、下降5.1%。",
            ["fiscal_revenue 580000000元", "fiscal_revenue 30000000元", "fiscal_revenue -5.1%"],
        ),
        ("固定资产投资由年初下降2%转为增长1.8%。", ["fixed_asset_investment 1.8%"]),
        ("存款余额达到500亿元，比年初增长5%。", ["deposits 50000000000元", "deposits 5%"]),
        ("财政收入任务300万元，完成310万元，增长8%。", ["fiscal_revenue 3100000元", "fiscal_revenue 8%"]),
        # what only was to be, and nobody says what came of it
        ("全年招商引资任务3亿元。", []),
        ("为实现全年地区生产总值增长6%、财政总收入增长4%的目标，我们狠抓项目建设。", []),
        ("为全面实现2021年农业总产值增长5%、农民人均纯收入增长8%以上的目标，大家统一思想。", []),
        ("完成地区生产总值5060万元，力争完成5200万元。", []),
        (
            "预计完成地区生产总值5060万元，力争完成5200万元。",
            ["gdp 50600000元"],
        ),
        ("地区生产总值增长5.5%，为实现全年增长6%的目标奠定了基础。", ["gdp 5.5%"]),
        ("大会确定的2020年主要预期目标是：地区生产总值增长6%以上，财政总收入增长7%。", []),
        ("人代会确定的目标为：地区生产总值增长6%，财政总收入增长7%。", []),
        ("年初提出的“地区生产总值增长6%、财政总收入增长4%”两大目标没有完成。", []),
        ("去年确定的地区生产总值增长6%、固定资产投资增长5%、财政总收入增长4%的目标，两项没有完成。", []),
        ("2020年初，县委、县政府确定地区生产总值增长6%以上的目标。", []),
        ("地区生产总值年初确定的增长6%的目标圆满完成，预计增长6.3%。", ["gdp 6.3%"]),
        ("固定资产投资目标为增长5%，因要素保障不足，预计下降2%，未达目标。", ["fixed_asset_investment -2%"]),
        ("地区生产总值年初预期增长7%，调整为增长4.5%。", []),
        ("人代会批准的年初预算为：一般公共预算收入7.6亿元（税收收入4.7亿元），支出38亿元。", []),
        ("税收收入由年初的4.7亿元调整为4.1亿元，一般公共预算支出调整为39亿元。", []),
        ("实现了地区生产总值增长6%的目标。", ["gdp 6%"]),
        ("如期实现“双百”目标，地区生产总值增长6%。", ["gdp 6%"]),
    ],
)
def test_what_came_of_a_plan(text: str, expected: list[str]) -> None:
    assert told(text, REVIEW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值增长目标6%左右，达到900亿元。", ["gdp ~6%", "gdp 90000000000元"]),
        ("地区生产总值计划增长6%，力争全年增长7%。", ["gdp 6%"]),
        ("建议地区生产总值增长5.5%左右。", ["gdp ~5.5%"]),
        (
            "财政总收入增长目标建议为4%，固定资产投资目标建议按增长3%安排。",
            ["fiscal_revenue 4%", "fixed_asset_investment 3%"],
        ),
        ("地区生产总值目标与上年持平，固定资产投资增长8%。", ["fixed_asset_investment 8%"]),
        ("一般公共预算收入比上年预算数增长3.6%。", ["general_budget_revenue 3.6%"]),
        ("展望二〇三五年，地区生产总值达到2000亿元。", ["gdp 200000000000元"]),
        ("固定资产投资预期目标由增长8%下调至增长3%。", ["fixed_asset_investment 3%"]),
        ("地区生产总值增速由年初预期增长7%左右调整为增长4.5%左右。", ["gdp ~4.5%"]),
    ],
)
def test_what_is_planned_for_this_year_is_its_target(text: str, expected: list[str]) -> None:
    assert told(text, WORK) == expected


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("地区生产总值增长6.5%以上、力争达到7%，财政总收入增长5%", "地区生产总值增长6.5%以上、力争达到7%"),
        (
            "地区生产总值基本目标增长6%、力争目标6.5%、冲刺目标7%",
            "地区生产总值基本目标增长6%、力争目标6.5%、冲刺目标7%",
        ),
        ("地区生产总值增长5%左右（努力实现6%），财政总收入增长5%", "地区生产总值增长5%左右（努力实现6%）"),
        ("国内生产总值增长11.5%，按13%组织；财政收入增长15%", "国内生产总值增长11.5%，按13%组织"),
        ("地区生产总值增长10%以上、力争达到2000亿元", "地区生产总值增长10%以上"),
        ("地区生产总值增长6%，力争固定资产投资增长8%", "地区生产总值增长6%"),
    ],
)
def test_what_is_hoped_for_beyond_a_target_stands_in_its_quote(text: str, quote: str) -> None:
    first = extract(f"{WORK}\n{text}。", year=2021, kind=Kind.WORK_REPORT).targets[0]
    assert (first.indicator, first.quote) == ("gdp", quote)


@pytest.mark.parametrize(("kind", "count"), [(Kind.BUDGET_REPORT, 1), (Kind.WORK_REPORT, 0)])
def test_what_a_report_on_budgets_adds_up_is_of_the_year(kind: Kind, count: int) -> None:
    found = extract(f"{REVIEW}\n全县累计完成一般公共预算收入6.3亿元。", year=2021, kind=kind)
    assert [f.low for f in found.outcomes] == [6.3e8] * count


def test_revenue_with_what_came_from_above_is_no_revenue_of_its_own() -> None:
    text = (
        "全市一般公共预算总收入90亿元，其中：当年收入41亿元，增长6%；转移支付收入32亿元。"
        "市级一般公共预算总收入30亿元，其中：当年收入8亿元。"
    )
    found = extract(f"{REVIEW}\n{text}", year=2021, kind=Kind.BUDGET_REPORT).outcomes
    assert [(f.indicator, f.low, f.owner.name if f.owner else "") for f in found] == [
        ("general_budget_revenue", 4.1e9, ""),
        ("general_budget_revenue", 6, ""),
        ("general_budget_revenue", 8e8, "市级"),
    ]


def test_a_goal_beside_a_budget_says_so() -> None:
    [figure] = extract(
        f"{WORK}\n一般公共预算收入较2020年预算数增长4%。", year=2021, kind=Kind.WORK_REPORT
    ).targets
    assert figure.base == "2020年预算数"


@pytest.mark.parametrize(
    "reasons",
    [
        "主要考虑：从支撑看，预计规上工业增加值增长7%、服务业增加值增长5.5%，可支撑这一目标。",
        "主要考虑：全国预期目标5%左右。一是从供给侧看，第一产业增长3.5%、第二产业增长6%。",
        "测算依据：规上工业增加值增长7%。",
        "理由是：税收收入预计增长4%。",
        "需规上工业增加值增长7%左右作支撑。",
    ],
)
def test_why_a_goal_was_set_is_no_goal(reasons: str) -> None:
    goals = f"（1）地区生产总值增长5.5%。{reasons}\n（2）固定资产投资增长4%。\n（3）关于进出口总额。增长3%。"
    body = f"{WORK}\n主要预期目标为：\n{goals}"
    found = extract(body, year=2021, kind=Kind.PLAN_REPORT).targets
    assert [(f.indicator, f.low, f.headline) for f in found] == [
        ("gdp", 5.5, True),
        ("fixed_asset_investment", 4, True),
        ("trade", 3, True),
    ]


def test_a_sum_that_begins_like_a_year_turns_to_no_year() -> None:
    row = "八、农村居民人均可支配收入 元 8 20110 8.1 — 7.5左右"
    found = extract(f"{WORK}\n{row}\n城镇新增就业2万人以上。", year=2021, kind=Kind.PLAN_REPORT)
    assert [f.indicator for f in found.targets] == ["new_urban_jobs"]
    assert not found.outcomes


@pytest.mark.parametrize("heading", ["重点任务", "主要任务和措施", "保障措施"])
def test_tasks_behind_the_list_of_goals_are_no_headline(heading: str) -> None:
    goals = "——地区生产总值增长5.5%。\n——规模以上工业增加值增长7%。\n——固定资产投资增长3%。\n"
    tasks = f"（三）{heading}\n1.做强工业。新增规上工业企业10家。\n2.抓好农业。粮食产量保持在60亿斤以上。"
    found = extract(f"{WORK}\n（二）主要预期目标\n{goals}{tasks}", year=2021, kind=Kind.PLAN_REPORT).targets
    assert [f.headline for f in found] == [True, True, True, False, False]
