"""Whose report a page holds: prefectures, banners, zones, towns, places that have another name now."""

from __future__ import annotations

import pytest

from ingest.identity.identify import identify
from ingest.model import Article
from tests.support.heads import LONG, read, spoken


@pytest.mark.parametrize(
    ("title", "head", "own", "key"),
    [
        ("政府工作报告", "——2024年1月10日在恩施土家族苗族自治州第九届人民代表大会第四次会议上\n州长 夏某", "州", "422800"),
        ("恩施州2024年政府工作报告", "", "州", "422800"),
        ("政府工作报告", "2024年1月5日在恩施市第九届人民代表大会第四次会议上\n恩施市人民政府市长 某某", "市", "422801"),
        ("2024年凉山彝族自治州人民政府工作报告", "", "州", "513400"),
        ("政府工作报告", "——2024年1月11日在石柱土家族自治县第十八届人民代表大会第四次会议上", "自治县", "500240"),
        ("政府工作报告", "——2024年1月18日在准格尔旗第十八届人民代表大会第三次会议上\n旗长 苏某", "旗", "150622"),
        ("鄂托克前旗2024年政府工作报告", "", "旗", "150623"),
        ("鄂托克旗2024年政府工作报告", "", "旗", "150624"),
        ("鄂伦春自治旗2024年政府工作报告", "", "自治旗", "150723"),
        ("第八师石河子市2024年政府工作报告", "", "市", "659001"),
        ("新疆生产建设兵团第一师阿拉尔市2024年政府工作报告", "", "市", "659002"),
        ("新疆生产建设兵团第八师2024年政府工作报告", "", "市", "659001"),  # the division is the city
        ("新疆生产建设兵团第十二师2024年政府工作报告", "", "师", "650000+新疆生产建设兵团第十二师"),  # has none
        ("神农架林区2024年政府工作报告", "", "林区", "429021"),
        ("仙桃市2024年政府工作报告", "", "市", "429004"),
        ("贵安新区2024年政府工作报告", "", "管委会", "520000+贵州贵安新区"),
        ("万盛经开区2024年政府工作报告", "", "管委会", "500000+万盛经济技术开发区"),
        ("东湖高新区2024年政府工作报告", "", "管委会", "420100+武汉东湖新技术开发区"),
        ("合肥高新区2024年政府工作报告", "", "管委会", "340176"),  # a zone that has a code
        ("石家庄高新区管委会2024年工作报告", "", "管委会", "130171"),
        ("合肥高新区2024年工作报告", "", "管委会", "340176"),
        ("东莞市长安镇2024年政府工作报告", "", "镇", "441900+长安镇"),
        # The text's own heading says more than the page's title.
        ("计划报告", "关于苏州高新区2023年国民经济和社会发展计划执行情况与2024年计划草案的报告", "管委会", "320500+苏州高新技术产业开发区"),
    ],
)  # fmt: skip
def test_kinds_of_places(title: str, head: str, own: str, key: str) -> None:
    region = read(title, spoken(own, head)).region
    assert region is not None
    assert region.key == key


@pytest.mark.parametrize(
    ("title", "opening", "key"),
    [
        ("2024年喀什地区行署工作报告", "现在，我代表地区行署向会议报告工作。", "653100"),
        ("大兴安岭地区行政公署2024年工作报告", "现在，我代表行署向大会报告工作，请予审议。", "232700"),
        ("锡林郭勒盟行署工作报告", "现在，我代表盟行署报告工作。", "152500"),
        ("2024年重庆高新区管委会工作报告", "现在，我代表高新区管委会报告工作。", "500000+重庆高新技术产业开发区"),
    ],
)  # fmt: skip
def test_prefectures_and_zones_have_a_work_report_of_another_name(title: str, opening: str, key: str) -> None:
    assert read(title, spoken(opening=opening)).report_key == f"work_report/{key}/2024"


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("江津市", "500116"), ("双流县", "510116"), ("株洲县", "430212"), ("绍兴县", "330603"), ("吴县市", "320506"),
        ("户县", "610118"), ("陕县", "411203"), ("陵县", "371403"), ("唐海县", "130209"), ("任县", "130505"),
        ("沙县", "350405"), ("赣县", "360704"), ("横县", "450181"), ("盘县", "520281"), ("楚州区", "320803"),
        ("襄樊市", "420600"), ("星子县", "360483"), ("潞西市", "533103"), ("巢湖市", "340181"), ("通州市", "320612"),
        ("长安县", "610116"), ("昌都县", "540302"), ("胶南市", "370211"), ("大同县", "140215"),
        # Not the city of the same stem.
        ("开封县", "410212"), ("许昌县", "411003"), ("九江县", "360404"), ("上饶县", "361104"), ("长治县", "140404"),
        ("邢台县", "130503"), ("宜昌县", "420506"), ("遵义县", "520304"), ("襄阳县", "420607"),
    ],
)  # fmt: skip
def test_places_that_have_another_name_now(old: str, key: str) -> None:
    head = f"——2005年1月18日在{old}第十三届人民代表大会第三次会议上\n{old}人民政府{old[-1]}长 某某"
    found = read(
        f"{old}2005年政府工作报告", spoken(old[-1], head, review="一、2004年工作", plan="二、2005年工作")
    )
    assert found.report_key == f"work_report/{key}/2005"


def test_an_unknown_county_is_not_the_city_of_its_stem() -> None:
    assert read("宜宾旗2024年政府工作报告", spoken("旗")).region is None


def test_a_prefecture_before_it_was_a_city() -> None:
    region = read("宜宾地区行署工作报告", spoken(opening="我代表地区行署报告工作。")).region
    assert region is not None
    assert region.key == "511500"


@pytest.mark.parametrize(
    ("title", "head", "own", "header", "source_region", "key"),
    [
        ("政府工作报告", "", "区", {"issuer": "杭州市西湖区人民政府"}, None, "330106"),
        ("西湖区政府工作报告", "", "区", {"issuer": "南昌市西湖区人民政府办公室"}, "360000", "360103"),
        ("西湖区政府工作报告", "", "区", {}, "330100", "330106"),
        ("市政府工作报告", "", "市", {"issuer": "福州市人民政府办公厅"}, None, "350100"),
        ("政府工作报告", "——2024年1月15日在市第十六届人民代表大会第四次会议上", "市", {}, "350100", "350100"),
        ("政府工作报告", "——2024年1月5日在鼓楼区第十八届人民代表大会第四次会议上", "区", {}, "350100", "350102"),
        # A 市长 on the city's portal, sent in by a district's office.
        ("政府工作报告", "", "市", {"origin": "西湖区人民政府"}, "330100", "330100"),
        # A county's portal shows what the province said.
        (
            "2024年全省政府工作报告",
            "——2024年1月23日在浙江省第十四届人民代表大会第二次会议上\n浙江省人民政府省长 王某",
            "省",
            {},
            "330106",
            "330000",
        ),
        # Towns on their district's portal are places of their own.
        ("静观镇人民政府2024年工作报告", "——2024年1月8日在静观镇第二十届人民代表大会第五次会议上\n镇长 某某", "镇", {}, "500109", "500109+静观镇"),
        ("政府工作报告", "——2024年1月8日在静观镇第二十届人民代表大会第五次会议上", "镇", {}, "500109", "500109+静观镇"),
        ("镇政府工作报告", "", "镇", {"issuer": "北碚区静观镇人民政府"}, "500109", "500109+静观镇"),
        ("政府工作报告", "", "镇", {}, "500109", None),
        ("天生街道2024年政府工作报告", "", "街道", {}, "500109", "500109+天生街道"),
        ("天生街道办事处2024年工作报告", "", "街道", {}, "500109", "500109+天生街道"),
        ("天生街道办事处工作报告", "", "", {"issuer": "北碚区人民政府"}, "500109", "500109+天生街道"),
        ("迎难而上再创佳绩的天生街道办事处工作报告", "", "", {"issuer": "北碚区人民政府"}, "500109", None),
        ("和平乡2024年政府工作报告", "", "乡", {}, "500109", "500109+和平乡"),
        ("景德镇2024年政府工作报告", "", "市", {}, None, "360200"),
        ("新乡2024年政府工作报告", "", "市", {}, None, "410700"),
        # So are zones.
        ("高新区2024年政府工作报告", "", "管委会", {}, "610100", "610100+西安高新技术产业开发区"),
        ("东湖新技术开发区2024年政府工作报告", "", "管委会", {}, "420100", "420100+武汉东湖新技术开发区"),
        ("经开区管委会2024年工作报告", "", "管委会", {}, "610100", "610100+西安经济技术开发区"),
    ],
)  # fmt: skip
def test_whom_to_believe(
    title: str, head: str, own: str, header: dict[str, object], source_region: str | None, key: str | None
) -> None:
    region = read(title, spoken(own, head), source_region, **header).region
    assert (region.key if region else None) == key


def test_the_opening_of_a_plan_report_names_its_place() -> None:
    opening = "受区人民政府委托，现将北碚区2023年国民经济和社会发展计划执行情况及2024年国民经济和社会发展计划（草案）提请大会审查。"
    found = read("2024年计划报告", f"各位代表：\n{opening}\n{LONG}")
    assert found.report_key == "plan_report/500109/2024"


@pytest.mark.parametrize(
    ("spoken", "own", "key"),
    [
        ("我代表国务院", "130628", "000000"),
        ("我代表市人民政府", "130628", "130600"),  # a county: the city above it
        ("我代表县人民政府", "130628", "130628"),
        ("我代表市人民政府", "130681", "130681"),  # a city itself
        ("我代表市人民政府", "500106", "500106"),  # a district, which may have been a city when it was given
    ],
)
def test_who_speaks_without_a_name_is_of_the_site_or_above_it(spoken: str, own: str, key: str) -> None:
    body = f"各位代表：\n现在，{spoken}，向大会报告工作，请予审议。\n一、2025年工作回顾\n二、2026年工作安排"
    region = identify(Article("2026年政府工作报告", body), "http://a.example/", own).region
    assert region is not None
    assert region.key == key
