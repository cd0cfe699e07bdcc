"""Odd print does not hide a figure: what a person reads, the extractor reads; the quote stays as printed."""

from __future__ import annotations

import pytest

from ingest.identity import Traced
from ingest.model import Extraction, Kind
from workers.targets import extract

LEAD = "二、2024年工作安排\n今年经济社会发展主要预期目标是："
CLEAN = (
    "地区生产总值增长6%左右，固定资产投资增长7.5%以上，进出口总额是2011年的1.37倍，城镇新增就业5.6万人，"
    "“专精特新”企业达到43家，居民消费价格涨幅3%—3.5%。"
)


def told(text: str) -> list[tuple[object, ...]]:
    found = extraction(text)
    return [(f.indicator, f.comparator, f.low, f.high, f.unit, f.headline) for f in found.targets]


def extraction(text: str) -> Extraction:
    body = LEAD + text
    found = extract(body, year=2024, kind=Kind.WORK_REPORT)
    assert all(body[f.start : f.end] == f.quote for f in (*found.targets, *found.outcomes))
    return found


@pytest.mark.parametrize(
    ("clean", "printed"),
    [
        ("1.37倍", "1.\n37倍"),
        ("1.37倍", "1\n.37倍"),
        ("增长6%左右", "增长6\n%左右"),
        ("增长6%左右", "增长6%\n左右"),
        ("地区生产总值增长", "地区生产\n总值增\n长"),
        ("5.6万人", "5.\n6万人"),
        ("5.6万人", "5.6万\n人"),
        ("3%—3.5%", "3%\n—3.5%"),
        ("3%—3.5%", "3％ － 3．5 ％"),
        ("7.5%以上，", "7.5%以上\n，"),
        ("“专精特新”", '"专精特新"'),
        ("“专精特新”", "「专精特新」"),
        ("生产总值增长", "⽣产总值增⻓"),
        ("增长6%", "增\u200b长\u00ad6\xa0%"),
        ("增长7.5%", "增长７．５％"),
        ("43家", "４ ３ 家"),
    ],
)
def test_a_figure_printed_oddly_is_the_same_figure(clean: str, printed: str) -> None:
    assert CLEAN.count(clean) >= 1
    assert told(CLEAN.replace(clean, printed)) == told(CLEAN)
    assert len(told(CLEAN)) == 6


@pytest.mark.parametrize(
    "cells",
    ["812.3\n870\n固定资产投资", "812.3   870\n固定资产投资", "870\n固定资产投资", "5\n。"],
)
def test_two_cells_are_not_one_number(cells: str) -> None:
    assert not any(f.low and f.low > 871e8 for f in extraction(f"地区生产总值亿元\n{cells}").targets)
    assert "812.3870" not in str(extraction(f"地区生产总值达到\n{cells}亿元。"))


def test_a_list_without_full_stops_is_not_joined() -> None:
    items = CLEAN.rstrip("。").split("，")
    assert told("\n" + "\n".join(items)) == told("\n" + "；\n".join(items) + "。")


def test_a_place_leads_back_through_cuts_and_spellings() -> None:
    body = "甲乙丙丁戊己"
    text = Traced(body).without([(1, 2), (4, 5)])
    assert (text.text, text.span(1, 3), text.span(0, 4)) == ("丙丁".join("甲己"), (2, 4), (0, 6))
    again = text.without([(0, 2)]).spelled("34")
    assert (again.text, [again.place(n) for n in range(2)]) == ("34", [3, 5])
    assert Traced(body).without([]).text == body
    assert Traced("").text == Traced.joined([]).text == ""
