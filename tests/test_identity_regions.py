"""Names of places -> divisions of GB/T 2260."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.model import Region
from ingest.regions.gazetteer import (
    Change,
    change_of,
    divisions,
    find_region,
    is_within,
    region_by_code,
    stands,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("重庆市沙坪坝区人民政府工作报告", "500106"),
        ("(重庆市)重庆市沙坪坝区人民政府工作报告(2024年1月10日)", "500106"),
        ("[重庆]2024年重庆市南岸区政府工作报告", "500108"),
        ("渝北区第十九届人民代表大会第三次会议", "500112"),
        ("沙坪坝区人民政府关于转发重庆市人民政府文件的通知", "500106"),
        ("2025年宁夏政府工作报告", "640000"),
        ("2025年吉林政府工作报告", "220000"),
        ("吉林市第十七届人民代表大会第四次会议", "220200"),
        ("海南州人民政府", "632500"),
        ("海南省人民政府", "460000"),
        ("怒江州民政局", "533300"),
        ("石柱县人民政府", "500240"),
        ("鄂尔多斯市准格尔旗人民政府", "150622"),
        ("锡林郭勒盟行政公署", "152500"),
        ("福州市鼓楼区人民政府", "350102"),
        ("北京市朝阳区人民政府", "110105"),
        ("北京海淀区", "110108"),
        ("枣庄市市中区", "370402"),
        ("济源市人民政府", "419001"),
        ("东莞市人民政府", "441900"),
        ("嘉峪关市人民政府", "620200"),
        ("忠县第十八届人民代表大会", "500233"),
        ("在易县第十八届人民代表大会", "130633"),
        # Former names: made a district, made a city, renamed.
        ("徐水县第十五届人民代表大会", "130609"),
        ("满城县人民政府", "130607"),
        ("江津市人民政府", "500116"),
        ("襄樊市人民政府", "420600"),
        ("石家庄高新区管委会", "130171"),
        ("国务院政府工作报告", "000000"),
        ("国家发展改革委关于2025年国民经济和社会发展计划执行情况与2026年计划草案的报告", "000000"),
        ("中华人民共和国国民经济和社会发展第十五个五年规划纲要", "000000"),
    ],
)
def test_names_are_found(text: str, code: str) -> None:
    region = find_region(text)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "政府工作报告",
        "县政府网站",
        "鼓楼区第十九届人民代表大会",  # four of them
        "朝阳区人民政府",
        "沙坪坝2024年政府工作报告",  # a bare stem, and no context
        "建成县级融媒体中心",  # 成县
        "改造老城区",  # 城区
        "保定市朝阳区人民政府",  # there is none
    ],
)
def test_in_doubt_no_region(text: str) -> None:
    assert find_region(text) is None


@pytest.mark.parametrize(
    ("text", "within", "context", "code"),
    [
        ("鼓楼区第十九届人民代表大会", None, "南京市人民政府", "320106"),
        ("鼓楼区第十九届人民代表大会", "410000", "", "410204"),
        ("沙坪坝2024年政府工作报告", "500000", "", "500106"),
        ("沙坪坝2024年政府工作报告", None, "来源：重庆市人民政府网", "500106"),
        ("通州市人民政府", None, "江苏省", "320612"),
    ],
)
def test_context_decides_between_namesakes(text: str, within: str | None, context: str, code: str) -> None:
    region = find_region(text, within=within, context=context)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize(
    ("text", "name", "path", "parent"),
    [
        (
            "重庆高新技术产业开发区管理委员会办公室",
            "重庆高新技术产业开发区",
            ("重庆市", "重庆高新技术产业开发区"),
            "500000",
        ),
        (
            "西部科学城重庆高新区管委会",
            "重庆高新技术产业开发区",
            ("重庆市", "重庆高新技术产业开发区"),
            "500000",
        ),
        ("利辛县某某镇人民政府", "某某镇", ("安徽省", "亳州市", "利辛县", "某某镇"), "341623"),
        # An abolished district is not the one that took its ground: their reports of one year differ.
        ("闸北区人民政府工作报告", "闸北区", ("上海市", "闸北区"), "310000"),
    ],
)
def test_places_without_a_code(text: str, name: str, path: tuple[str, ...], parent: str) -> None:
    assert find_region(text) == Region(None, name, path, parent)


def test_a_zone_behind_the_bare_name_of_its_district() -> None:
    zone = find_region("铜梁高新区管委会2026年工作报告", within="500000")
    assert zone == Region(
        None, "铜梁高新技术产业开发区", ("重庆市", "铜梁区", "铜梁高新技术产业开发区"), "500151"
    )
    assert find_region("推动铜梁高新区建设", within="500000") is None


def test_divisions_come_and_go() -> None:
    """江北 and 渝北 were merged into 两江新区; a report of 渝北 stays one of 渝北."""
    assert find_region("重庆市渝北区2023年政府工作报告") == region_by_code("500112")
    assert find_region("重庆两江新区管委会") == region_by_code("500157")
    assert change_of("500112") == Change(None, date(2025, 11, 1), "500157")
    assert [stands("500112", day) for day in (date(2025, 10, 31), date(2025, 11, 1))] == [True, False]
    assert [stands("500157", day) for day in (date(2025, 10, 31), date(2025, 11, 1))] == [False, True]
    assert stands("500106", date(1990, 1, 1))
    assert find_region("和安县人民政府") == region_by_code("653229")


def test_every_change_names_divisions() -> None:
    for code in ("500105", "500112", "500157", "653228", "653229"):
        change = change_of(code)
        assert change is not None
        assert region_by_code(code) is not None
        assert change.successor is None or region_by_code(change.successor) is not None


def test_divisions_of_a_level_are_those_with_a_government() -> None:
    counts = [len(divisions(level, date(2026, 1, 1))) for level in ("province", "city", "county")]
    assert counts[:2] == [31, 333]
    assert 2840 <= counts[2] <= 2855
    names = {region.name for region in divisions("county", date(2026, 1, 1))}
    assert {"沙坪坝区", "两江新区", "济源市", "浦东新区"} <= names
    assert not names & {"市辖区", "渝北区", "石家庄高新技术产业开发区"}


def test_paths_leave_out_levels_nobody_lives_in() -> None:
    assert region_by_code("500106") == Region("500106", "沙坪坝区", ("重庆市", "沙坪坝区"), "500000")
    assert region_by_code("500240") == Region(
        "500240", "石柱土家族自治县", ("重庆市", "石柱土家族自治县"), "500000"
    )
    assert region_by_code("130609") == Region("130609", "徐水区", ("河北省", "保定市", "徐水区"), "130600")
    assert region_by_code("500100") is None
    assert region_by_code("999999") is None


@pytest.mark.parametrize(
    ("code", "ancestor", "expected"),
    [
        ("500106", "500000", True),
        ("500106", "500106", True),
        ("130609", "130600", True),
        ("130609", "130000", True),
        ("130609", "130100", False),
        ("130600", "130609", False),
        ("429004", "420000", True),
        ("500000+重庆高新技术产业开发区", "500000", True),
        ("500000+重庆高新技术产业开发区", "500106", False),
        ("500106", "000000", True),
        ("unknown", "500000", False),
    ],
)
def test_is_within(code: str, ancestor: str, expected: bool) -> None:
    assert is_within(code, ancestor) is expected


def test_every_row_has_a_place_on_the_map() -> None:
    from ingest.regions.gazetteer import _gazetteer

    for code, row in _gazetteer().rows.items():
        assert row.parent == "" or row.parent in _gazetteer().rows, code
        region = region_by_code(code)
        assert region is None or region.path[-1] == row.name
