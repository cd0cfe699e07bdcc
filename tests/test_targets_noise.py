"""Odd print does not hide a figure: what a person reads, the extractor reads; the quote stays as printed."""

from __future__ import annotations

import functools
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.identity.identify import identify
from ingest.model import Article, Extraction, Figure, Kind
from ingest.reading import ReadingHints, read_document
from ingest.text.clean import clean
from ingest.text.noise import cut_noise, may_hold_noise
from ingest.text.traced import Traced
from tests.support import copies, noises
from workers.targets.extract import extract

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


# --- every kind of noise on whole reports ----------------------------------------------------

REVIEW = (
    "一年来，全区经济稳中向好。地区生产总值达到512.6亿元，增长6.3%；规模以上工业增加值增长7.2%，固定资产投资增长9.1%，"
    "社会消费品零售总额186亿元、增长8.4%。一般公共预算收入完成31.25亿元，同比增长5.5%，其中税收收入20.4亿元。",
    "城乡居民人均可支配收入分别达到4.52万元和2.31万元，增长5.8%和7.4%。城镇新增就业1.2万人，城镇调查失业率5.1%。"
    "高新技术企业达到86家，“专精特新”企业43家，研发经费投入强度2.35%。",
    "空气质量优良天数比率92.3%，森林覆盖率提高到51.6%，粮食产量稳定在12.5万吨以上。",
)
AHEAD = (
    "综合各方面因素，今年全区经济社会发展主要预期目标是：地区生产总值增长6%左右，规模以上工业增加值增长7%，固定资产投资增长8.5%以上，"
    "社会消费品零售总额增长7.5%，一般公共预算收入增长3%—4%，居民人均可支配收入增长与经济增长同步，城镇新增就业1.1万人，"
    "城镇调查失业率控制在5.5%以内，居民消费价格涨幅2%左右，粮食产量保持在12.6万吨以上，单位地区生产总值能耗下降2.5%。",
    "坚持创新驱动。新增高新技术企业12家，研发经费投入强度提高到2.5%。",
    "坚持扩大内需。实际利用外资增长5%以上，进出口总额突破80亿元。",
    "到2030年，常住人口城镇化率达到68%。",
)


def report(number: int) -> str:
    """A report of our own with many figures of the vocabulary, and many more that are none."""
    other = copies.synthetic_report(number, 2024, 60).body.split("\n")
    filling = [line for line in other[5:] if "预期目标" not in line and not line.startswith(("一、", "二、"))]
    half = len(filling) // 2
    lines = [*other[:4], "一、2023年工作回顾", *REVIEW, *filling[:half]]
    lines += ["二、2024年工作安排", *AHEAD, *filling[half:]]
    return "\n".join(lines)


Key = tuple[object, ...]


def key(role: str, f: Figure) -> Key:
    """All that is said of a figure, but where it stands."""
    said = (f.indicator, f.label, f.measure, f.comparator, f.low, f.high, f.unit, f.year, f.resolve)
    return (role, *said, f.headline, f.flags)


def figures(body: str, year: int | None = 2024, kind: Kind = Kind.WORK_REPORT) -> Counter[Key]:
    found = extract(body, year=year, kind=kind)
    for f in (*found.targets, *found.outcomes):
        assert body[f.start : f.end] == f.quote
        assert f.quote in f.sentence
    return Counter([key("target", f) for f in found.targets] + [key("outcome", f) for f in found.outcomes])


@functools.cache
def of_clean(body: str, year: int | None = 2024, kind: Kind = Kind.WORK_REPORT) -> Counter[Key]:
    return figures(body, year, kind)


@functools.cache
def real(shared: Path) -> tuple[tuple[str, int | None, Kind], ...]:
    paths = sorted((shared / "data" / "reports").glob("*.txt"))[3::24]
    assert len(paths) >= 4
    readings = [read_document(path.read_bytes(), str(path), ReadingHints(least=0)) for path in paths]
    return tuple((r.article.body, r.identity.year, r.identity.kind) for r in readings)


REPORTS = [report(number) for number in range(3)]


def test_the_reports_of_our_own_hold_many_figures() -> None:
    for body in REPORTS:
        found = figures(body)
        assert sum(1 for k in found if k[0] == "target" and k[-2]) == 11
        assert found.total() >= 30
        assert not may_hold_noise(body), "a clean text costs a look"
        assert clean(body) == Traced(body)


@pytest.mark.parametrize("noise", noises.EVERY, ids=lambda n: n.__name__)
def test_the_same_figures_under_noise(noise: copies.Noise) -> None:
    for number, body in enumerate(REPORTS):
        printed = noise(body, random.Random(number))
        assert printed != body
        assert figures(printed) == of_clean(body)


@pytest.mark.parametrize("noise", noises.EVERY, ids=lambda n: n.__name__)
def test_the_same_figures_of_real_reports_under_noise(noise: copies.Noise, shared: Path) -> None:
    both = either = 0
    for number, (body, year, kind) in enumerate(real(shared)):
        plain = of_clean(body, year, kind)
        found = figures(noise(body, random.Random(number)), year, kind)
        both += (plain & found).total()
        either += (plain | found).total()
    assert both >= 0.97 * either


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("增长6%。pbY今年增长7%。" * 5, "增长6%。今年增长7%。" * 5),
        ("增长6%。pbY2024年增长7%。" * 5 + "pbY生产" * 6, "增长6%。2024年增长7%。" * 5 + "生产" * 6),
        ("人工智能AI产业、AI企业。" * 9, "人工智能AI产业、AI企业。" * 9),
        ("生产pbY总值，增pbY长6pbY%。" * 3, "生产总值，增长6%。" * 3),
        ("增长6pbY5%，生产pbY总值。" * 5, "增长6pbY5%，生产总值。" * 5),
        ("a$ #x 9~ |@ Q& {b 2024年增长6%。", "2024年增长6%。"),
        ("地区生产总值\n上一页 1 2 3 下一页\n增长6%", "地区生产总值\n增长6%"),
        ("增长&nbsp;6&nbsp;%", "增长 6 %"),
    ],
)
def test_what_is_cut_and_what_is_not(printed: str, plain: str) -> None:
    text = cut_noise(printed)
    assert text.text == plain
    assert all(char in ("\n", " ") or printed[text.place(n)] == char for n, char in enumerate(text.text))
    assert may_hold_noise(printed) or printed == plain


def test_the_words_are_simplified_and_the_quote_is_printed() -> None:
    body = "二、2024年工作安排\n今年主要預期目標是：地區生產總值增長6%左右，稅收收入增長5%，企業活力增長9%。"
    targets = extract(body, year=2024, kind=Kind.WORK_REPORT).targets
    assert [f.label for f in targets] == ["地区生产总值", "税收收入", "企业活力"]
    assert targets[0].quote == "地區生產總值增長6%左右"


@pytest.mark.parametrize("noise", noises.EVERY, ids=lambda n: n.__name__)
def test_a_noisy_copy_is_known_for_the_same_report(noise: copies.Noise) -> None:
    """Kind, year, region, congress, day and speaker."""
    for number in range(3):
        doc = copies.synthetic_report(number, 2024)
        lines = doc.body.split("\n")
        body = "\n".join([f"{lines[0]}", f"{lines[1]} 林望舒", *lines[2:]])
        known = identify(Article(doc.title, body))
        found = identify(Article(doc.title, noise(body, random.Random(number))))
        assert known.meeting is not None
        assert (known.speaker, known.report_key.count("/")) == ("林望舒", 2)
        assert replace(found, title=known.title) == known


def test_a_margin_is_no_end_of_a_sentence() -> None:
    width = 30
    text = "各位代表：" + "".join(AHEAD)
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    lines[4:4] = ["- 1 -"]
    lines[9:9] = ["- 2 -"]
    assert clean("\n".join(lines)).text == text
    cells = ["指标", "单位", "2023年", "2024年"] + ["地区生产总值", "亿元", "812.3", "870"] * 6
    assert clean("\n".join(cells)).text == "\n".join(cells), "a table is not wrapped text"
