"""What a page is, by its title and by what stands below it: the report, something about it, another's report."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.model import Kind
from tests.support.heads import FILL, LONG, read, spoken

REPORT = spoken("北碚区")
MEETING = "——2024年1月19日在重庆市北碚区第十九届人民代表大会第四次会议上"


@pytest.mark.parametrize(
    "title",
    [
        "政 府 工 作 报 告",
        "政府工作报告（2024年）",
        "北碚区2024政府工作报告",
        "【政府工作报告】北碚区2024年",
        "【聚焦区两会】2024年政府工作报告",
        "聚焦两会 | 政府工作报告",
        "权威发布丨北碚区政府工作报告",
        "全文！2024年北碚区政府工作报告发布",
        "重磅！北碚区2024年政府工作报告（全文）来了",
        "实录｜2024年北碚区政府工作报告全文来了！",
        "文字实录：北碚区政府工作报告",
        "北碚区第十九届人大四次会议政府工作报告（文字实录）",
        "最新!重庆市北碚区2024年政府工作报告出炉",
        "重庆市北碚区区长某某：政府工作报告",
        "2024年重庆市北碚区人民政府工作报告_北碚区政府工作报告_重庆市北碚区人民政府",
        "2024年北碚区人民政府工作报告 - 政府工作报告 - 北碚区人民政府门户网站",
        "重庆市北碚区2024年政府工作报告(全文)_范文网",
        "北碚区政府工作报告 2024-01-18",
        "北碚区2024年政府工作报告（附名词解释）",
        "北碚区2024年政府工作报告及名词解释",
        "2024年北碚区政府工作报告（含注释）",
        "关于2023年工作总结和2024年工作安排的报告",
        "重庆市北碚区人民政府关于2023年工作情况的报告",
        "区长某某在北碚区第十九届人民代表大会第四次会议上的报告",
        "不忘初心 砥砺前行 为建设现代化新北碚而奋斗",
        "二○二四年政府工作报告",
        "2023年政府工作报告",  # of what it reviews; its targets are 2024's
    ],
)
def test_the_work_report_under_many_titles(title: str) -> None:
    assert read(title, REPORT).report_key == "work_report/500109/2024"


@pytest.mark.parametrize(
    "title",
    [
        "划重点！2024年北碚区政府工作报告",
        "政府工作报告，这些与你有关！",
        "政府工作报告丨区长某某：2024年要干这些大事",
        "两会聚焦丨2024年，北碚这样干——政府工作报告亮点扫描",
        "北碚区政府工作报告极简版",
        "200字极速看完政府工作报告",
        "政府工作报告金句",
        "政府工作报告“成绩单”",
        "数说2024政府工作报告",
        "政府工作报告提到的新质生产力是什么",
        "听区长讲2024年政府工作报告的故事",
        "北碚区政府工作报告里的民生温度",
        "图解：2024年北碚区政府工作报告",
        "解读《2024年北碚区政府工作报告》",
        "北碚区政府工作报告（摘登）",
        "《政府工作报告》名词解释",
        "代表委员审议讨论政府工作报告",
        "北碚区人大常委会听取和审议政府工作报告",
        "区政府常务会议讨论政府工作报告（送审稿）",
        "区政府工作报告（征求意见稿）座谈会召开",
        "区长主持召开政府工作报告征求意见座谈会",
        "政府工作报告起草组召开会议",
        "李某某在学习贯彻区政府工作报告会议上强调",
        "北碚区2023年政府工作报告执行情况",
        "2024年政府工作报告目标任务三季度进展情况",
        "北碚区2024年政府工作报告民生实事",
        "北碚区2024年政府工作报告任务清单",
        "2024年政府工作报告涉及我局工作任务推进情况",
        "北碚区住房和城乡建设委员会关于2024年区政府工作报告重点任务完成情况的报告",
        "最新!重庆市北碚区2024年政府工作报告出炉",
    ],
)
def test_what_only_speaks_of_the_report(title: str) -> None:
    assert (
        read(title, "1月18日上午，区长某某代表区人民政府作报告。\n" + FILL * 5).kind is not Kind.WORK_REPORT
    )


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        # Other organs report to the same congress in nearly the same words.
        (
            "北碚区人民法院工作报告",
            f"各位代表：\n现在，我代表北碚区人民法院，向大会报告工作，请予审议，并请区政协委员提出意见。\n一、2023年工作回顾\n{LONG}",
            Kind.OTHER,
        ),
        (
            "工作报告",
            f"{MEETING}\n北碚区人民检察院检察长 某某\n各位代表：\n现在，我代表区人民检察院向大会报告工作。\n一、2023年工作回顾\n{LONG}",
            Kind.OTHER,
        ),
        (
            None,
            f"{MEETING}\n北碚区人民法院院长 某某\n各位代表：\n现在，我代表区人民法院向大会报告工作。\n一、2023年工作回顾\n{LONG}",
            Kind.OTHER,
        ),
        (
            "常委会工作报告",
            f"各位代表：\n我受区人大常委会委托，向大会报告工作，请予审议，并请列席人员提出意见。\n{LONG}",
            Kind.OTHER,
        ),
        (
            "政协北碚区委员会常务委员会工作报告",
            f"各位委员：\n我受政协第十五届北碚区委员会常务委员会委托，向大会报告工作，请予审议。\n{LONG}",
            Kind.OTHER,
        ),
        (
            "在中国共产党北碚区第十四次代表大会上的报告",
            f"同志们：\n现在，我代表中共北碚区第十三届委员会向大会作报告。\n{LONG}",
            Kind.OTHER,
        ),
        # The government to its own congress, which the committee's name stands near.
        (
            "政府工作报告",
            f"各位代表：\n现在我代表北碚区人民政府向区第十九届人大四次会议报告工作，请予审议。\n{LONG}",
            Kind.WORK_REPORT,
        ),
        # To the standing committee, in the course of the year.
        ("北碚区2024年上半年政府工作报告", f"一、上半年工作回顾\n{LONG}", Kind.OTHER),
        (
            "政府半年工作报告",
            f"主任、各位副主任、各位委员：\n我代表区政府报告上半年工作情况，请予审议。\n{LONG}",
            Kind.OTHER,
        ),
        (
            "关于2023年度环境状况的报告",
            f"主任、各位副主任、各位委员：\n我代表区人民政府作关于环境状况的报告，请予审议。\n{LONG}",
            Kind.OTHER,
        ),
        ("北碚区2023年法治政府工作报告", LONG, Kind.OTHER),
        ("北碚区人民政府2023年政府信息公开工作年度报告", LONG, Kind.OTHER),
        ("北碚区教育委员会2023年工作总结和2024年工作计划", LONG, Kind.OTHER),
        ("北碚区人民政府办公室2023年工作报告", LONG, Kind.OTHER),
        ("北碚区2019—2023年政府工作报告汇总", LONG, Kind.OTHER),
        ("北碚区2024年政府工作报告（英文版）", "Fellow deputies, on behalf of the government …", Kind.OTHER),
        # About the plan and the budget.
        ("关于北碚区2023年计划执行情况与2024年计划草案的审查结果报告", LONG, Kind.OTHER),
        (
            "关于北碚区2023年国民经济和社会发展计划执行情况与2024年计划草案的审查结果报告",
            LONG,
            Kind.OTHER,
        ),
        (
            "北碚区人大财经委关于2023年预算执行情况和2024年预算草案审查结果的报告",
            LONG,
            Kind.OTHER,
        ),
        (
            "关于《北碚区国民经济和社会发展第十四个五年规划纲要（草案）》的说明",
            LONG,
            Kind.OTHER,
        ),
        ("关于调整北碚区2024年预算的报告", LONG, Kind.OTHER),
        ("北碚区财政局2024年部门预算公开", LONG, Kind.OTHER),
        # Both in one: the plan's.
        (
            "北碚区2023年国民经济和社会发展计划及财政预算执行情况和2024年国民经济和社会发展计划及财政预算草案的报告",
            LONG,
            Kind.PLAN_REPORT,
        ),
    ],
)
def test_reports_of_others_and_on_other_things(title: str | None, body: str, kind: Kind) -> None:
    assert read(title, body).kind is kind


def test_a_report_title_with_nothing_below_yet_is_the_report() -> None:
    assert read("北碚区2024年政府工作报告", "见附件。").report_key == "work_report/500109/2024"


@pytest.mark.parametrize(
    ("title", "body", "year"),
    [
        # A congress late in the year speaks of the year to come.
        (
            "政府工作报告",
            spoken(
                head="2023年12月27日在昆山市第十八届人民代表大会第三次会议上",
                review="一、过去一年",
                plan="二、新一年",
            ),
            2024,
        ),
        (
            "政府工作报告",
            spoken(
                head="——2021年11月16日在重庆市渝北区第二十届人民代表大会第一次会议上",
                review="一、过去五年工作回顾",
                plan="二、今后五年的目标任务\n三、2022年重点工作",
            ),
            2022,
        ),
        (
            "政府工作报告",
            spoken(
                review="一、本届政府工作回顾（2012—2016年）",
                plan="二、2017—2021年奋斗目标\n三、2017年主要工作",
            ),
            2017,
        ),
        (
            "政府工作报告",
            spoken(
                review="一、“十三五”工作回顾",
                plan="二、“十四五”时期奋斗目标和2035年远景目标\n三、2021年主要工作",
            ),
            2021,
        ),
        ("政府工作报告", spoken(review="一、二○二三年工作回顾", plan="二、二○二四年工作安排"), 2024),
        ("政府工作报告", spoken(review="一、关于2023年工作", plan="二、关于2024年工作"), 2024),
        ("政府工作报告", spoken(review="2023年政府工作", plan="2024年工作"), 2024),
        (
            "政府工作报告",
            spoken(review="一、砥砺奋进，2023年再上台阶", plan="二、勇毅前行，2024年再谱新篇"),
            2024,
        ),
        (
            "政府工作报告",
            spoken(review="一、砥砺奋进", plan="二、勇毅前行\n2024年全区经济社会发展的主要预期目标是："),
            2024,
        ),
    ],
)
def test_the_year_is_that_of_the_targets(title: str, body: str, year: int) -> None:
    assert read(title, body, published_at=datetime(2026, 3, 1, tzinfo=UTC)).year == year
