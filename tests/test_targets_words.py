"""The parts under the grammar: vocabulary, numbers, the reading text with its places, sentences."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from ingest.errors import ConfigError
from ingest.indicators.vocabulary import (
    expand,
    indicator_label,
    load_vocabulary,
    parse_vocabulary,
)
from ingest.model import Measure
from workers.targets.lexicon import Word, may_name_an_indicator, tokens
from workers.targets.normalise import SPELLING, read, split
from workers.targets.numerals import Number, parse_han, parse_number

PROMISED = {
    *("gdp", "gdp_primary", "gdp_secondary", "gdp_tertiary", "services_value_added"),
    *("industrial_value_added", "industrial_output", "fixed_asset_investment", "industrial_investment"),
    *("tech_upgrade_investment", "real_estate_investment", "infrastructure_investment"),
    *("private_investment", "retail_sales", "general_budget_revenue", "tax_revenue", "fiscal_revenue"),
    *("general_budget_expenditure", "resident_income", "urban_income", "rural_income", "cpi"),
    *("urban_unemployment", "registered_unemployment", "new_urban_jobs", "trade", "exports"),
    *("foreign_investment", "rd_intensity", "rd_spending_growth", "urbanization_rate"),
    *("energy_intensity", "carbon_intensity", "energy_conservation", "grain_output"),
    *("population_growth", "pollutants", "cod", "so2", "ammonia_nitrogen", "nox", "air_quality_days"),
    *("air_quality_rate", "pm25", "water_quality_rate", "forest_cover", "market_entities"),
    *("high_tech_enterprises", "tech_enterprises", "specialised_enterprises", "tourism_revenue"),
    *("tourist_arrivals", "software_revenue", "deposits_and_loans", "project_investment"),
    *("digital_economy_share",),
}


def test_every_promised_indicator_is_there_with_both_labels() -> None:
    assert set(load_vocabulary().indicators) >= PROMISED
    for id in load_vocabulary().indicators:
        assert indicator_label(id, "zh") != id
        assert indicator_label(id, "en").isascii()


def test_labels() -> None:
    assert indicator_label("gdp") == "地区生产总值"
    assert indicator_label("gdp", "en") == "GDP"
    assert (indicator_label("other"), indicator_label("other", "en")) == ("其他", "Other")
    assert indicator_label("of_a_later_version") == "of_a_later_version"


def test_the_spellings_are_no_burden_to_a_worker() -> None:
    """Each costs a hundred bytes and more; the choices in one alias multiply."""
    assert len(load_vocabulary().aliases()) < 100_000


def test_an_indicators_own_label_means_it() -> None:
    vocabulary = load_vocabulary()
    aliases = vocabulary.aliases()
    named = {id: aliases.get(indicator.label) for id, indicator in vocabulary.indicators.items()}
    assert {id for id, ids in named.items() if ids not in (None, (id,))} == set()


@pytest.mark.parametrize(
    ("pattern", "spellings"),
    [
        ("生产总值", ["生产总值"]),
        ("(地区|国内)?生产总值", ["地区生产总值", "国内生产总值", "生产总值"]),
        ("社零(总额|额)", ["社零总额", "社零额"]),
    ],
)
def test_spellings_of_an_alias(pattern: str, spellings: list[str]) -> None:
    assert list(expand(pattern)) == spellings


@pytest.mark.parametrize("pattern", ["(地区生产总值", "地区)生产总值", "(a(b)?c)"])
def test_an_alias_with_broken_brackets_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="brackets"):
        list(expand(pattern))


INDICATOR = """
[[indicator]]
id = "{id}"
label = "甲"
en = "A"
measure = "growth"
levels = []
aliases = ["{alias}"]
"""


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (INDICATOR.format(id="a", alias="甲") + INDICATOR.format(id="a", alias="乙"), "stands twice"),
        (INDICATOR.format(id="a", alias="甲") + INDICATOR.format(id="b", alias="甲"), "name it once"),
        (INDICATOR.format(id="a", alias="甲").replace("growth", "speed"), "not complete"),
        ('[[indicator]]\nid = "a"\naliases = ["甲"]\n', "not complete"),
    ],
)
def test_a_vocabulary_that_contradicts_itself_is_refused(document: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_vocabulary(tomllib.loads(document)).aliases()


def test_the_data_files_are_in_the_package() -> None:
    assert resources.files("workers.targets").joinpath("words.toml").is_file()
    assert resources.files("ingest.indicators").joinpath("indicators.toml").is_file()


def test_measures_of_rates() -> None:
    indicators = load_vocabulary().indicators
    assert indicators["urban_unemployment"].measure is Measure.SHARE
    assert indicators["energy_intensity"].measure is Measure.CHANGE
    assert indicators["cpi"].measure is Measure.GROWTH


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6%", Number(6, 6, "%")),
        ("6.5‰", Number(6.5, 6.5, "‰")),
        ("3万人", Number(30000, 30000, "人")),
        ("1.2万亿元", Number(1.2e12, 1.2e12, "元")),
        ("106万人次", Number(1060000, 1060000, "人次")),
        ("1,234.5亿元", Number(1234.5e8, 1234.5e8, "元")),
        ("16.8万元/人", Number(168000, 168000, "元/人")),
        ("1.2个百分点", Number(1.2, 1.2, "百分点")),
        ("1640多万元", None),
        ("2万余户", Number(20000, 20000, "户", more=True)),
        ("5%—6%", Number(5, 6, "%")),
        ("5—6%", Number(5, 6, "%")),
        ("5至6个百分点", Number(5, 6, "百分点")),
        ("300—320万人", Number(3e6, 3.2e6, "人")),
        ("6%—5%", None),
        ("百分之六点五", Number(6.5, 6.5, "%")),
        ("千分之七", Number(7, 7, "‰")),
        ("三千亿元", Number(3e11, 3e11, "元")),
        ("2024", Number(2024, 2024, None)),
        ("百分之百分", None),
        ("百分之十八至百分之二十", Number(18, 20, "%")),
        ("百分之六到八", Number(6, 8, "%")),
        ("百分之八到六", None),
        ("十亿零八千万元", Number(1.08e9, 1.08e9, "元")),
    ],
)
def test_numbers(text: str, number: Number | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十五", 15),
        ("三万二千", 32000),
        ("一亿零五百", 100000500),
        ("三亿二千五百万", 325000000),
        ("一千二百三十四亿五千万", 123450000000),
        ("一万二千亿", 1200000000000),
        ("六点二五", 6.25),
        ("三百二十点五亿", 32050000000),
        ("一点甲亿", None),
        ("甲", None),
        ("六点甲", None),
    ],
)
def test_chinese_numerals(text: str, value: float | None) -> None:
    parsed = parse_han(text)
    assert (None if parsed is None else float(parsed)) == value


# --- the reading text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("增长８．５％", "增长8.5%"),
        ("增长 6. 5 %", "增长6.5%"),
        ("今年国民\n\n经济和社会发\n\n展的目标", "今年国民经济和社会发展的目标"),
        ("增长6%\n左右", "增长6%左右"),
        ("增长6%\n投资增长5%", "增长6%\n投资增长5%"),
        ("一、2023年工作回顾\n全区", "一、2023年工作回顾\n全区"),
        ("完成。\n全区", "完成。\n全区"),
        ("完成。　　全区", "完成。\n全区"),
        ("地区生产总值（GDP）增长", "地区生产总值增长"),
        ("增长（达到5亿元）", "增长（达到5亿元）"),
        ("任务[12]完成（7）", "任务完成"),
        ("增长7.8％。以内", "增长7.8%以内"),
        ("增长12_M_M_以上", "增长12%以上"),
        ("1,200亿元,增长", "1,200亿元，增长"),
        ("5%－6%", "5%—6%"),
    ],
)
def test_reading(body: str, text: str) -> None:
    assert read(body).text == text


def test_every_place_leads_back_to_the_body() -> None:
    body = "今年 ，地区生产总值（GDP）\n增长６．５％[3]左右。\n（二）投资增长 5 %。"
    reading = read(body)
    for index, char in enumerate(reading.text):
        place = reading.place(index)
        assert 0 <= place < len(body)
        assert body[place] == char or not char.isalpha() or not body[place].isalpha()
    at = reading.text.index("增长6.5%左右")
    assert body[slice(*reading.span(at, at + len("增长6.5%左右")))] == "增长６．５％[3]左右"


def test_sentences_and_paragraphs() -> None:
    text = "甲。乙！\n丙"
    assert [(text[s.start : s.end], s.paragraph, s.first) for s in split(text)] == [
        ("甲", 0, True),
        ("乙", 0, False),
        ("丙", 1, True),
    ]


def test_every_name_of_an_indicator_is_noticed_before_a_sentence_is_read() -> None:
    """A sentence in which no name is noticed is never read: a name overlooked would be a target lost."""
    names = [name for name, ids in load_vocabulary().aliases().items() if ids]
    assert [name for name in names if not may_name_an_indicator(name, 0, len(name))] == []
    sentence = "今年，全市地区生产总值增长6%"
    assert any(token.word is Word.INDICATOR for token in tokens(sentence))
    assert may_name_an_indicator(sentence, 0, len(sentence))
    assert not may_name_an_indicator(sentence, 0, sentence.index("地区"))
    assert not may_name_an_indicator("我们走访了300户人家", 0, 11)


def test_no_spelling_that_comes_out_is_one_that_goes_in() -> None:
    """Spellings are replaced one after the other: a chain of them would depend on the order."""
    assert not set(SPELLING) & set(SPELLING.values())
    assert all(len(char) == len(spelling) == 1 for char, spelling in SPELLING.items())
