"""Regions and indicators by what somebody calls them, and what is said of names that name nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.errors import ConfigError
from ingest.filters import MOST, asked_filter, asked_years
from ingest.indicators.named import indicator_named
from ingest.indicators.vocabulary import load_vocabulary
from ingest.regions.english import english_name, english_path
from ingest.regions.gazetteer import divisions
from ingest.regions.named import place_named, region_named
from ingest.text.given_name import LONGEST, given_name
from tests.support.site_data import START


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("310000", "310000"),
        ("上海", "310000"),
        ("上海市", "310000"),
        ("Shanghai", "310000"),
        (" shanghai ", "310000"),
        ("重庆市沙坪坝区", "500106"),
        ("重庆沙坪坝", "500106"),
        ("Shapingba District, Chongqing", "500106"),
        ("南京鼓楼区", "320106"),
        ("Gulou, Nanjing", "320106"),
        ("重庆石柱县", "500240"),
        ("石柱土家族自治县", "500240"),
        ("四川凉山州西昌", "513401"),
        ("吉林", "220000"),  # the province and its city
        ("Hainan", "460000"),
        ("朝阳", "211300"),  # the city; its county has the same name
        ("Lu'an", "341500"),
        ("luan city", "341500"),
        ("Hohhot", "150100"),
        ("xizang", "540000"),
        ("Inner Mongolia", "150000"),
        ("全国", "000000"),
        ("China", "000000"),
        ("山東", "370000"),
        ("煙臺市", "370600"),
        ("５００１０６", "500106"),
    ],
)
def test_a_region_by_any_of_its_names(said: str, code: str) -> None:
    assert region_named(said, "--region").code == code


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("鼓楼区", "4 divisions are called so; say which: 320106 江苏省南京市鼓楼区"),
        ("Suzhou", "320500 江苏省苏州市; 341300 安徽省宿州市"),
        ("999999", "no division of that code or name; try a code such as 500000"),
        ("310999", "perhaps 310000 上海市"),
        ("沙平壩區", "perhaps 平坝区, 沙坪坝区"),
        ("沙平坝区", "perhaps 平坝区, 沙坪坝区"),
        ("上海滩", "perhaps 上海市"),
        ("Shapingbaa", "perhaps Shapingba District"),
        ("", "no division of that code or name"),
        ("重庆高新技术产业开发区", "no division of that code or name"),
    ],
)
def test_what_names_no_division_is_said_with_what_was_meant(said: str, answer: str) -> None:
    with pytest.raises(ConfigError) as caught:
        region_named(said, "--region")
    assert str(caught.value).startswith(f"--region {said!r}: ")
    assert answer in str(caught.value)


def test_a_zone_without_a_code_may_be_asked_for_in_lists() -> None:
    assert place_named("重庆高新技术产业开发区", "--region").key == "500000+重庆高新技术产业开发区"


@pytest.mark.parametrize("level", ["province", "city", "county"])
def test_every_division_has_an_english_name(level: str) -> None:
    names = {region.name: english_name(region.code) for region in divisions(level, START.date())}
    assert {name for name, english in names.items() if not english} == set()
    assert all((english or "").replace("ü", "u").isascii() for english in names.values())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("500106", "Shapingba District, Chongqing"),
        ("140428", "Zhangzi County, Changzhi, Shanxi Province"),
        ("610000", "Shaanxi Province"),
        ("650100", "Urumqi, Xinjiang Uygur Autonomous Region"),
        ("500241", "Xiushan Tujia and Miao Autonomous County, Chongqing"),
        ("152221", "Horqin Right Wing Front Banner, Hinggan League, Inner Mongolia Autonomous Region"),
        ("130681", "Zhuozhou City, Baoding, Hebei Province"),
    ],
)
def test_the_english_path(code: str, name: str) -> None:
    assert english_path(code) == name


@pytest.mark.parametrize(
    ("said", "indicator"),
    [
        ("gdp", "gdp"),
        ("GDP", "gdp"),
        ("地区生产总值", "gdp"),
        ("地區生產總值", "gdp"),
        ("社会消费品零售总额", "retail_sales"),
        ("Retail sales of consumer goods", "retail_sales"),
        ("other", "other"),
    ],
)
def test_an_indicator_by_any_of_its_names(said: str, indicator: str) -> None:
    assert indicator_named(said, "--indicator") == indicator


def test_the_other_names_of_a_measure_are_its_own() -> None:
    vocabulary = load_vocabulary()
    aliases = vocabulary.aliases()
    for id_, one in vocabulary.indicators.items():
        assert all(aliases[name] == (id_,) for name in one.also), id_


@pytest.mark.parametrize(
    ("said", "answer"),
    [("gdpx", "perhaps gdp"), ("天气", "such as gdp"), ("地区生产总值\ngdp", "perhaps gdp")],
)
def test_what_names_no_indicator_is_said(said: str, answer: str) -> None:
    with pytest.raises(ConfigError, match=answer):
        indicator_named(said, "--indicator")


@pytest.mark.parametrize(("said", "years"), [("2026", (2026, 2026)), (" 2020-2026 ", (2020, 2026))])
def test_years_are_one_or_a_range(said: str, years: tuple[int, int]) -> None:
    assert asked_years(said, "--year") == years


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("20266", "from one to another"),
        ("2020-", "from one to another"),
        ("2020,2021", "from one to another"),
        ("２０２６", "from one to another"),
        ("2026-2020", "perhaps 2020-2026"),
        ("1900-2026", "years from 1949"),
    ],
)
def test_years_that_are_none_are_refused(said: str, answer: str) -> None:
    with pytest.raises(ConfigError, match=answer):
        asked_years(said, "--year")


def test_a_filter_has_one_form_however_it_was_asked_for() -> None:
    one = asked_filter(
        types=["target.*", "report.revised", "target.*"], regions=["沙坪坝", "渝北区"], indicators=["GDP"]
    )
    other = asked_filter(
        types=["report.revised", "target.*"], regions=["500112", "500106", "500106"], indicators=["gdp"]
    )
    assert one == other


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda: asked_filter(types=["report.publish"]), "--type 'report.publish': there is none; perhaps"),
        (lambda: asked_filter(kinds=["poem"], label=str), "^kind 'poem': one of work_report"),
        (lambda: asked_filter(regions=["500000"] * (MOST + 1)), f"--region: {MOST + 1} of them"),
        (lambda: asked_filter(regions=["360421"]), "no division"),  # 九江县, 360404 now
    ],
)
def test_a_filter_that_lets_nothing_through_for_ever_is_refused(
    ask: Callable[[], object], answer: str
) -> None:
    with pytest.raises(ConfigError, match=answer):
        ask()


@pytest.mark.parametrize("said", ["重庆 GDP", " 重庆\u3000GDP ", "重庆\nGDP"])
def test_a_name_that_is_given_stands_on_one_line(said: str) -> None:
    assert given_name(said, "--name") == "重庆 GDP"


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (" \n", "--name: is empty"),
        ("长" * (LONGEST + 1), "--name: 101 characters; 100 are the most"),
        ("\x1b[31mred", "not printed"),
        ("\u202eder", "not printed"),
        ("\ud800", "not printed"),
    ],
)
def test_a_name_that_cannot_be_read_is_refused(said: str, trouble: str) -> None:
    with pytest.raises(ConfigError, match=trouble):
        given_name(said, "--name")
