"""How events are said in English."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from string import Formatter
from typing import Any

import pytest
from test_feeds import GDP, INDUSTRY, NOON, PUBLISHED, WAS, event, figure

from alerts.words import chinese
from alerts.words.english import EVENTS, figure_text, label, number_text
from alerts.words.entry_body import ENGLISH, content_of
from alerts.words.health import CAUSES, Language, expected_text, found_text
from alerts.words.titles import CHINESE, title_of
from alerts.words.titles import ENGLISH as WORDS
from ingest.errors import (
    BadAnswer,
    Blocked,
    EmptyList,
    Gone,
    HostUnavailable,
    RefusedAddress,
    ShapeChanged,
    TimedOut,
)
from ingest.events import EventType
from ingest.model import ListItem
from ingest.watch import health
from workers.targets.numerals import UNITS, parse_number

EN = {"label_en": "GDP"}


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (6.0, "%", "6%"),
        (30000, "人", "30,000 people"),
        (80.5, "岁", "80.5 years"),
        (1.2e12, "元", "1.2 trillion yuan"),
        (3.5e9, "元", "3.5 billion yuan"),
        (0.5, "百分点", "0.5 pp"),
        (310, "天", "310 days"),
        (120, "个", "120"),
        (1.5, "倍", "1.5 times"),
        (15, "担", "15 担"),
        (2, None, "2"),
        (float("inf"), "元", "inf元"),
    ],
)
def test_numbers(value: float, unit: str | None, said: str) -> None:
    assert number_text(value, unit) == said


def test_every_unit_of_a_figure_has_english() -> None:
    read = {number.unit for unit in UNITS if (number := parse_number(f"12{unit}"))}
    assert not [unit for unit in read if re.search("[一-龥]", number_text(12, unit))]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (GDP, "about 6%"),
        (INDUSTRY, "at least 8%"),
        (figure("gdp", "x", 6.0, "more_than"), "more than 6%"),
        (figure("gdp", "x", 6.0, "at_most"), "at most 6%"),
        (figure("gdp", "x", 6.0, "less_than"), "less than 6%"),
        (figure("gdp", "x", 5.0, "range") | {"high": 6.0}, "5% to 6%"),
        (figure("e", "x", 3.0, measure="change", direction="down"), "down 3%"),
        (figure("e", "x", 0.5, measure="change", unit="百分点", direction="up"), "up 0.5 pp"),
        (
            GDP | {"period": {"kind": "average", "from": 2021, "to": 2025}},
            "about 6% a year on average, 2021–2025",
        ),
        (
            GDP | {"period": {"kind": "average", "from": None, "to": 2025}},
            "about 6% a year on average to 2025",
        ),
        (GDP | {"period": {"kind": "sum", "from": 2021, "to": 2025}}, "about 6% in total, 2021–2025"),
        (GDP | {"period": {"kind": "by_end", "from": None, "to": 2025}}, "about 6% by the end of 2025"),
        (GDP | {"base": "5.55亿元"}, "about 6% (from 555 million yuan)"),
        (GDP | {"base": "5项"}, "about 6% (from 5 items)"),
        (GDP | {"base": "2020年"}, "about 6% (from 2020)"),
        (GDP | {"base": "2020年价"}, "about 6% (at 2020 prices)"),
        (GDP | {"base": "剔除房地产投资"}, "about 6% (excluding 房地产投资)"),
        (GDP | {"base": "不变价"}, "about 6% (at constant prices)"),
        (GDP | {"base": "十三五末"}, "about 6% (from 十三五末)"),
        (
            figure("i", "x", None, "in_step_with", quote="居民收入增长与经济增长同步"),
            "in step with economic growth",
        ),
        (figure("i", "x", None, "positive", quote="实现正增长"), "positive growth"),
        (figure("i", "x", None, "exact", quote="见附件"), "见附件"),
    ],
)
def test_figures(one: dict[str, Any], said: str) -> None:
    assert figure_text(one) == said


def test_whose_a_figure_is_stands_with_its_name() -> None:
    zone = GDP | EN | {"owner": {"name": "塔城地区", "code": "654200"}}
    assert label(zone) == "GDP of Tacheng Prefecture"
    assert chinese.label(zone) == "塔城地区地区生产总值"
    assert chinese.short_label(zone) == "塔城地区GDP"


def test_a_comparator_without_words_is_said_aloud() -> None:
    with pytest.raises(ValueError, match="no words for the comparator"):
        figure_text(GDP | {"comparator": "roughly"})


@pytest.mark.parametrize(
    ("one", "title"),
    [
        (
            event("report.published", targets=[GDP | EN, INDUSTRY], targets_total=2),
            "Shapingba District, Chongqing 2026 government work report: "
            "GDP about 6%; Value added of industry above designated size at least 8%",
        ),
        (
            event("report.published", targets=[GDP | {"headline": False}], targets_total=1),
            "Shapingba District, Chongqing 2026 government work report: "
            "1 target, no list of headline targets",
        ),
        (
            event("report.published", targets=[GDP | {"headline": False}], targets_total=41),
            "Shapingba District, Chongqing 2026 government work report: "
            "41 targets, no list of headline targets",
        ),
        (
            event("report.contradicted", differences=[{"target": GDP | EN, "previous": WAS | EN}]),
            "Shapingba District, Chongqing 2026 government work report: "
            "the official text differs: GDP about 6% (was about 5.5%)",
        ),
        (
            event("target.revised", target=GDP | EN | {"resolve": "aim"}, previous=WAS | EN),
            "Shapingba District, Chongqing 2026 GDP: aiming for about 6% (was about 5.5%)",
        ),
        (
            event("target.withdrawn", target=None, previous=WAS | EN),
            "Shapingba District, Chongqing 2026 GDP: about 5.5% (withdrawn)",
        ),
        (
            event("source.broken", report=None, cause="gone", expected={}, found={}),
            "Source broken: 沙坪坝区人民政府 (the list is gone): "
            "expected a list page with items, "
            "found no page (404, 410, sent to the home page, or another column in its place)",
        ),
        (
            event(
                "source.broken",
                report=None,
                cause="empty_list",
                expected={"least": 1, "last": 9},
                found={"items": 0},
            ),
            "Source broken: 沙坪坝区人民政府 (the list is empty): "
            "expected at least 1 item, last time 9, found 0 items",
        ),
        (event("source.recovered", report=None), "Source recovered: 沙坪坝区人民政府"),
        (
            event("report.overdue", expected_on="2026-01-10", last_year_on="2025-01-10"),
            "Shapingba District, Chongqing 2026 government work report: not seen yet, "
            "expected about 2026-01-10 (2025-01-10 last year)",
        ),
        (
            event("report.withdrawn", moved_to="other/x"),
            "Shapingba District, Chongqing 2026 government work report: turned out to be other/x",
        ),
    ],
)
def test_titles(one: Any, title: str) -> None:
    assert title_of(one, "en") == title


@pytest.mark.parametrize("type_", list(EventType))
def test_every_event_has_words(type_: EventType) -> None:
    one = event(type_, target=GDP | EN, previous=WAS | EN)
    assert title_of(one, "en")
    assert type_ in EVENTS
    assert "Source:" in content_of(one, "https://x.example/", ENGLISH)


def test_an_event_from_before_has_the_label_of_today() -> None:
    assert label(GDP) == "GDP"
    assert "<td>GDP</td>" in content_of(PUBLISHED, "https://x.example/", ENGLISH)
    assert label(GDP | {"indicator": "other"}) == "地区生产总值"


def test_both_languages_have_words_for_the_same() -> None:
    assert (
        set(CHINESE.lines) == set(WORDS.lines) == {t.value for t in EventType} | {"moved", "flips", "typed"}
    )
    for type_, line in CHINESE.lines.items():
        names = [
            sorted(name for _, name, _, _ in Formatter().parse(said) if name)
            for said in (line, WORDS.lines[type_])
        ]
        assert names[0] == names[1], type_
    assert set(CAUSES) == {cause.value for cause in health.Cause} | {"broken"}


NOTHING = health.Check()
KNOWN = health.Check(items=20, dates=(date(2026, 1, 20),))
ITEM = ListItem("https://x.example/1", "题", date(2026, 1, 5))
FILLS = [health.Fill(frozenset(), NOON)] * 10


@pytest.mark.parametrize(
    "trouble",
    [
        health.judge_items(health.Expect(), KNOWN, [], date(2026, 2, 1)),
        health.judge_items(health.Expect(items=5), NOTHING, [ITEM], date(2026, 2, 1)),
        health.judge_items(health.Expect(), KNOWN, [ITEM], date(2026, 2, 1)),
        health.judge_items(health.Expect(), replace(KNOWN, items=1), [ITEM], date(2026, 2, 1)),
        health.judge_fills(health.Expect(fields=health.FIELDS), FILLS),
        health.judge_fills(health.Expect(), FILLS[:7] + [health.Fill(frozenset(health.FIELDS), NOON)] * 7),
        *(
            health.judge_error(error, check)
            for check in (NOTHING, KNOWN)
            for error in (
                EmptyList("x"),
                ShapeChanged("x"),
                Blocked("x", by="robots"),
                Blocked("x", by="cookie_wall", detail="jsl"),
                Blocked("x", by="waf"),
                *(
                    HostUnavailable("x", cause=c, detail="a.example")
                    for c in ("dns", "certificate", "tls", "")
                ),
                TimedOut("x"),
                Gone("x"),
                RefusedAddress("x"),
                BadAnswer("x"),
            )
        ),
    ],
)
def test_what_is_said_of_a_source_has_no_chinese_left(trouble: health.Trouble | None) -> None:
    assert trouble is not None
    for said in (
        expected_text(trouble.expected, Language.ENGLISH),
        found_text(trouble.cause, trouble.found, Language.ENGLISH),
    ):
        assert not re.search("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", said), said
