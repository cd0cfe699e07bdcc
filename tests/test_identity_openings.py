"""The first lines of reports, news and resolutions as places print them: all of the identity from the text alone.

The texts are of our making; what each one is was written down first.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from ingest.model import Kind
from tests.support.heads import FILL, LONG, read, spoken


class Opening(NamedTuple):
    """`above`: the lines above 各位代表; `own`: for whom the speaker speaks."""

    title: str | None
    above: str
    own: str
    key: str  # of the region
    speaker: str | None = None
    day: date | None = None
    year: int = 2024
    review: str = "一、2023年工作回顾"
    plan: str = "二、2024年工作安排"


JAN = date(2024, 1, 16)
REPORTS = [
    # --- provinces, cities, counties: new and old styles
    Opening("政府工作报告", "——2024年1月16日在江西省第十四届人民代表大会第二次会议上\n江西省省长 叶某某", "省", "360000", "叶某某", JAN),
    Opening("政府工作报告", "2024年1月16日在宁夏回族自治区第十三届人民代表大会第二次会议上\n自治区主席 张雨浦", "自治区", "640000", "张雨浦", JAN),
    Opening("政府工作报告", "（2024年1月16日在天津市第十八届人民代表大会第二次会议上）\n天津市市长　张 工", "市", "120000", "张工", JAN),
    Opening(None, "政府工作报告\n——2024年1月16日在孟州市第十六届人民代表大会第三次会议上\n市长 李明", "市", "410883", "李明", JAN),
    Opening("株洲市政府工作报告", "——2023年12月25日在株洲市第十六届人民代表大会第三次会议上\n株洲市人民政府市长 陈恢清", "市", "430200", "陈恢清", date(2023, 12, 25), review="一、2023年所做的工作"),
    Opening("政府工作报告", "（二〇〇四年二月八日）\n——在安丘市第十四届人民代表大会第二次会议上\n安丘市人民政府市长 王立新", "市", "370784", "王立新", date(2004, 2, 8), 2004, "一、二〇〇三年工作回顾", "二、二〇〇四年工作任务"),
    Opening("政府工作报告", "——二Ο一八年一月十日在武汉市第十四届人民代表大会第二次会议上\n市长 万勇", "市", "420100", "万勇", date(2018, 1, 10), 2018, "一、2017年工作回顾", "二、2018年工作安排"),
    Opening("政府工作报告", "——河南省第九届人民代表大会第四次会议\n省长 李克强", "省", "410000", "李克强", None, 2001, "一、去年及“九五”工作回顾\n2000年是实施“九五”计划的最后一年。", "二、今后五年的奋斗目标"),
    Opening("政府工作报告", "省长 黄某", "江西省", "360000", "黄某", None, 2005, "一、2004年政府工作的简要回顾", "二、今年的主要任务"),
    Opening("江苏省2003年政府工作报告", "（2010年2月20日 梁保华）", "江苏省", "320000", "梁保华", None, 2003, "一、过去五年工作回顾\n1998年到2002年，是承前启后的时期。", "二、今后五年主要任务和2003年预期目标"),
    # --- autonomous places, banners, leagues, their official short names
    Opening("政府工作报告", "——2024年1月16日在科尔沁右翼前旗第十六届人民代表大会第三次会议上\n旗长 额登毕力格", "旗", "152221", "额登毕力格", JAN),
    Opening("科右前旗2024年政府工作报告", "", "旗", "152221"),
    Opening("察右后旗2024年政府工作报告", "旗人民政府旗长 乌云其木格", "旗", "150928", "乌云其木格"),
    Opening("2024年达茂旗政府工作报告", "", "旗", "150223"),
    Opening("喀左县2024年政府工作报告", "", "县", "211324"),
    Opening("巴州2024年政府工作报告", "——2024年1月16日在巴音郭楞蒙古自治州第十五届人民代表大会第三次会议上\n自治州州长 巴图", "自治州", "652800", "巴图", JAN),
    Opening("2024年博州政府工作报告", "", "州", "652700"),
    Opening("克州2024年政府工作报告", "", "州", "653000"),
    Opening("黔东南州2024年政府工作报告", "", "州", "522600"),
    Opening("西双版纳州2024年政府工作报告", "", "州", "532800"),
    Opening("前郭县2024年政府工作报告", "", "县", "220721"),
    Opening("苏尼特右旗2024年政府工作报告", "", "旗", "152524"),
    Opening("苏右旗2024年政府工作报告", "", "旗", "152524"),
    Opening("土右旗2024年政府工作报告", "", "旗", "150221"),
    Opening("乌拉特中旗人民政府工作报告（2024年）", "", "旗", "150824"),
    Opening("鄂温克旗2024年政府工作报告", "", "旗", "150724"),
    Opening("莫旗2024年政府工作报告", "", "旗", "150722"),
    Opening("阜蒙县2024年政府工作报告", "", "县", "210921"),
    Opening("杜蒙县2024年政府工作报告", "", "县", "230624"),
    Opening("积石山县2024年政府工作报告", "", "县", "622927"),
    Opening("2024年木垒县政府工作报告", "", "县", "652328"),
    Opening("塔什库尔干县2024年政府工作报告", "", "县", "653131"),
    Opening("政府工作报告", "——2024年1月16日在和布克赛尔蒙古自治县第十八届人民代表大会第三次会议上\n自治县县长 巴特尔", "自治县", "654226", "巴特尔", JAN),
    Opening("阿里地区2024年行署工作报告", "", "地区", "542500"),
    # --- namesakes, zones, towns
    Opening("政府工作报告", "——2024年1月16日在徐州市鼓楼区第十八届人民代表大会第三次会议上\n区长 向辉", "区", "320302", "向辉", JAN),
    Opening("福州市鼓楼区人民政府工作报告", "——2024年1月16日在鼓楼区第十八届人民代表大会第三次会议上\n鼓楼区人民政府代区长 黄建新", "区", "350102", "黄建新", JAN),
    Opening("苏州工业园区2024年工作报告", "苏州工业园区管理委员会主任 吴庆文", "苏州工业园区管理委员会", "320576", "吴庆文"),
    Opening("海东市平安区2024年政府工作报告", "", "区", "630203"),
    # --- titles wrapped over lines
    Opening(None, "沙坪坝区人民政府\n工 作 报 告\n——2024年1月16日在沙坪坝区第十九届人民代表大会\n第四次会议上\n区长 蒲彬彬", "区", "500106", "蒲彬彬", JAN),
    Opening(None, "凤凰县第十八届人民代表大会\n第三次会议文件（一）\n政府\n工作报告\n（2024年1月16日）\n县长 田景", "县", "433123", "田景", JAN),
    Opening(None, "巫山县人民政府\n关于2023年工作情况\n和2024年工作安排的报告\n（2024年1月16日）\n县长 吴某", "县", "500237", "吴某", JAN),
    # --- who spoke
    Opening("政府工作报告", "——2024年1月16日在永州市第六届人民代表大会第三次会议上\n永州市人民政府市长 向曙光", "市", "431100", "向曙光", JAN),
    Opening("政府工作报告", "——2024年1月16日在商丘市第六届人民代表大会第二次会议上\n市长——余学友", "市", "411400", "余学友", JAN),
    Opening("政府工作报告", "——2024年1月16日在佛山市第十六届人民代表大会第四次会议上\n佛山市委常委、常务副市长 刘 杰", "市", "440600", "刘杰", JAN),
    Opening("政府工作报告", "——2024年1月16日在乌兰察布市第五届人民代表大会第三次会议上 陶淑菊", "市", "150900", "陶淑菊", JAN),
    Opening("政府工作报告", "——2024年1月16日在郴州市第六届人民代表大会第四次会议上\n阚保勇", "市", "431000", "阚保勇", JAN),
    Opening("政府工作报告", "（2024年1月16日在鹤岗市第十七届人民代表大会第三次会议上）\n王兴柱", "市", "230400", "王兴柱", JAN),
    Opening("政府工作报告", "（2024年1月16日在福州市第十六届人民代表大会第四次会议上 代市长郑松岩讲话）", "市", "350100", "郑松岩", JAN),
    Opening("政府工作报告", "——2024年1月16日在绍兴市第九届人民代表大会第三次会议上\n俞志宏在大会上作政府工作报告", "市", "330600", "俞志宏", JAN),
    Opening("政府工作报告", "（2024年1月16日在遵义市第六届人民代表大会第四次会议上）\n市长 ?黄伟", "市", "520300", "黄伟", JAN),
    Opening("政府工作报告", "——2024年1月16日在南昌市第十六届人民代表大会第五次会议上\n市人民政府市长", "市", "360100", None, JAN),
    Opening("伊宁县2024年政府工作报告", "伊宁县人民政府县长　吐尔逊江·买买提", "县", "654021", "吐尔逊江·买买提"),
    Opening("政府工作报告", "——2024年1月16日在荣昌区第十八届人民代表大会第四次会议上\n上官云飞", "区", "500153", "上官云飞", JAN),
    # --- a text that says only 省人民政府: what it tells of itself says which
    Opening("政府工作报告", "", "省", "410000", year=2024, review="一、2023年工作回顾\n一年来，我们牢记嘱托，中原更加出彩，河南大事喜事多。全省上下奋力谱写现代化河南建设新篇章，河南自贸试验区提质。"),
]  # fmt: skip


@pytest.mark.parametrize("row", REPORTS, ids=lambda row: f"{row.title or '-'} {row.above[:24]}".strip())
def test_a_report_says_which_it_is(row: Opening) -> None:
    opening = f"现在，我代表{row.own}，向大会报告工作，请予审议。" if row.own.endswith("委员会") else None
    text = spoken(row.own, row.above, opening=opening, review=row.review, plan=row.plan)
    found = read(row.title, text)
    assert found.kind is Kind.WORK_REPORT
    assert (found.region and found.region.key, found.year) == (row.key, row.year)
    assert (found.speaker, found.delivered_on) == (row.speaker, row.day)


PRESS = "报告指出，2023年全县地区生产总值增长6.1%。报告提出，2024年要抓好十件实事。"


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        # News that has no title, or one that says little.
        (None, f"近日，在巫山县第十九届人民代表大会第四次会议上，县长张三作政府工作报告。{PRESS}", Kind.NEWS),
        (None, f"日前，巫山县第十九届人民代表大会第四次会议开幕，代县长张三作政府工作报告。{PRESS}", Kind.NEWS),
        ("巫山两会时间", f"在1月16日召开的县人大会议上，县长张三向大会作政府工作报告。{PRESS}", Kind.NEWS),
        ("图为代市长正在作政府工作报告", FILL, Kind.NEWS),
        ("县长向大会作政府工作报告", FILL, Kind.NEWS),
        # A resolution is one; the report below it is the report.
        ("巫山县第十九届人民代表大会第四次会议关于政府工作报告的决议", f"（2024年1月19日通过）\n会议听取和审议了县长张三所作的政府工作报告。{FILL}", Kind.OTHER),
        ("关于巫山县政府工作报告的决议", f"（2024年1月19日通过）\n会议听取和审议了政府工作报告，决定批准这个报告。\n政府工作报告\n——2024年1月16日在巫山县第十九届人民代表大会第四次会议上\n县长 张三\n{spoken('县')}", Kind.WORK_REPORT),
        # A body that names the committee's officers in passing.
        ("巫山县2024年政府工作报告", spoken("县", review=f"一、2023年工作回顾\n县人大常委会主任、副主任带队视察重点项目。{FILL}"), Kind.WORK_REPORT),
        ("巫山县2024年政府工作报告", f"主任、各位副主任、各位委员：\n现在，我受县人民政府委托，向县人大常委会报告工作。\n{LONG}", Kind.OTHER),
        # A governor who reports on the outline of five years gives the year's work report.
        ("关于巫山县国民经济和社会发展第十个五年计划纲要的报告", "——2001年2月3日在巫山县第十三届人民代表大会第四次会议上\n县长 张三\n" + spoken("县", opening="现在，我代表县人民政府，向大会作关于第十个五年计划纲要的报告，请予审议。"), Kind.WORK_REPORT),
        ("巫山县国民经济和社会发展第十四个五年规划纲要", LONG, Kind.FIVE_YEAR_PLAN),
    ],
)  # fmt: skip
def test_what_stands_around_a_report_is_told_from_it(title: str | None, body: str, kind: Kind) -> None:
    assert read(title, body).kind is kind


def test_the_report_below_a_resolution_gives_the_identity() -> None:
    above = (
        "（2024年1月19日巫山县第十九届人民代表大会第四次会议通过）\n会议听取和审议了张三县长所作的报告。"
        + FILL
    )
    own = "政府工作报告\n——2024年1月16日在巫山县第十九届人民代表大会第四次会议上\n县长 张三"
    found = read("巫山县人大关于政府工作报告的决议", f"{above}\n{own}\n{spoken('县')}")
    assert found.report_key == "work_report/500237/2024"
    assert (found.speaker, found.delivered_on, found.title) == ("张三", JAN, "政府工作报告")


def test_a_plan_below_the_resolution_on_it_is_the_plan() -> None:
    named = "巫山县2023年国民经济和社会发展计划执行情况与2024年国民经济和社会发展计划"
    above = f"（2024年1月19日通过）\n会议审查了县人民政府提出的报告，决定批准2024年计划。\n附件：关于{named}草案的报告"
    own = f"关于{named}草案的报告\n——2024年1月16日在巫山县第十九届人民代表大会第四次会议上\n县发展改革委主任 张三"
    text = "各位代表：\n受县人民政府委托，现将计划执行情况与计划草案提请大会审议。\n一、2023年计划执行情况"
    found = read(f"巫山县人大关于{named}的决议", f"{above}\n{own}\n{text}\n{FILL}")
    assert (found.report_key, found.delivered_on) == ("plan_report/500237/2024", JAN)
    assert read(f"巫山县人大关于{named}的决议", above).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("阿里发布最强AI芯片", None),
        ("来宾致辞", None),
        ("白银价格上涨，今年预期目标看涨", None),
        ("宁德时代2024年工作会议召开", None),
        ("中山大学2024年工作报告", None),
        ("日照时间延长", None),
        ("保定2024年政府工作报告", "130600"),
        ("阿里发布2024年政府工作报告", "542500"),
        ("黄山召开市人民代表大会会议", "341000"),
    ],
)
def test_the_short_name_of_a_city_may_be_another_word(title: str, key: str | None) -> None:
    region = read(title, FILL).region
    assert (region and region.key) == key


@pytest.mark.parametrize(
    "end",
    [
        # Said again at the end, with notes behind; the second half of a report of a term's last year.
        "各位代表！我谨代表县人民政府，向全县人民报告：目标一定能够实现，请予审议！\n名词解释\n",
        "三、今后五年的工作建议\n下面，我代表县人民政府，就今后五年工作向大会报告建议，请予审议。\n",
    ],
)
def test_one_report_is_no_collection_because_it_speaks_twice(end: str) -> None:
    above = "——2024年1月16日在巫山县第十九届人民代表大会第四次会议上\n县长 张三"
    found = read("政府工作报告", f"{spoken('县', above)}\n{end}{LONG}")
    assert found.report_key == "work_report/500237/2024"


def test_the_numbered_headings_of_a_plan_report_are_no_titles() -> None:
    headings = [
        "一、2023年国民经济和社会发展计划执行情况",
        "二、2024年国民经济和社会发展计划安排",
        "三、完成2024年国民经济和社会发展计划的措施",
    ]
    text = "\n".join(f"{heading}\n{LONG}" for heading in headings)
    title = "关于巫山县2023年国民经济和社会发展计划执行情况与2024年计划草案的报告"
    assert (
        read(title, f"各位代表：\n受县人民政府委托，现将有关情况报告如下。\n{text}").report_key
        == "plan_report/500237/2024"
    )
