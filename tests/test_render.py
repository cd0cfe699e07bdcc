"""A document as HTML with its figures marked: escaped, self-contained, every span where it belongs."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from alerts.cli.document_html import document_html
from ingest.model import Article, Comparator, Extraction, Figure, Identity, Kind, Measure, Reading
from tests.support.service import Gongbao
from workers.targets.extract import extract


def a_reading(body: str, title: str = "某区2024年政府工作报告") -> Reading:
    return Reading(Article(title, body), Identity(Kind.WORK_REPORT, 2024, title=title), "sha256:0")


def page(body: str, title: str = "某区2024年政府工作报告") -> str:
    return document_html(a_reading(body, title), extract(body, year=2024, kind=Kind.WORK_REPORT))


BODY = (
    "一、2023年工作回顾\n地区生产总值增长5.5%。\n二、2024年工作安排\n今年主要预期目标是：地区生产总值增长6%，"
    "城乡居民人均可支配收入分别增长6%、7%左右，居民消费价格上涨45%，社零总额增长7%。\n（一）新增高新技术企业20家。"
)


def test_every_figure_is_marked_where_it_stands() -> None:
    tree = LexborHTMLParser(page(BODY))
    marks = [
        (str(node.attributes["class"]), node.text(deep=False)) for node in tree.css("p:not(.facts) mark")
    ]
    assert marks == [
        ("outcome", "地区生产总值增长5.5%"),
        ("headline", "地区生产总值增长6%"),
        ("headline doubt", "城乡居民人均可支配收入分别增长6%、7%左右"),
        ("target doubt", "居民消费价格上涨45%"),
        ("headline", "社零总额增长7%"),
        ("target", "新增高新技术企业20家"),
    ]
    assert [node.text() for node in tree.css("sup")] == [
        "gdp",
        "gdp",
        "rural_income urban_income",
        "cpi",
        "retail_sales",
        "high_tech_enterprises",
    ]
    assert "数值离奇" in tree.css("mark")[-3].attributes["title"]  # type: ignore[operator]
    assert len(tree.css("table")) == 2


def test_nothing_is_loaded_and_nothing_runs() -> None:
    html = page(
        "<script>alert(1)</script>\n地区生产总值增长6%<img src=x onerror=alert(2)>", '"><script>x</script>'
    )
    tree = LexborHTMLParser(html)
    assert tree.css("script, img, link, iframe, [src], [href], [onerror]") == []
    assert "&lt;script&gt;alert(1)" in html
    assert not re.search(r"url\(|@import", html)


def test_a_document_without_figures() -> None:
    tree = LexborHTMLParser(page("没有数字。"))
    assert [node.text() for node in tree.css("h2")] == ["目标 0", "完成情况 0"]


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="甲乙<&>\"'\n 1%", min_size=1, max_size=60), SPANS)
def test_any_spans_leave_the_text_as_it_is(body: str, spans: list[tuple[int, int]]) -> None:
    figures = tuple(
        Figure(
            "gdp", "甲", 2024, Measure.GROWTH, Comparator.EXACT, 1.0, 1.0, "%", None, False,
            body[start : start + length], start, min(len(body), start + length),
        )
        for start, length in spans
        if start < len(body)
    )  # fmt: skip
    html = document_html(a_reading(body), Extraction(figures[::2], figures[1::2], "x"))
    middle = html.split("</p>\n", 2)[2].split("<h2>", 1)[0]
    assert middle.count("<mark") == middle.count("</mark>")
    told = unescape(re.sub("<[^>]*>", "", re.sub("<sup>.*?</sup>", "", middle)))
    assert told.split() == body.split()


def test_extract_html(tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path / "data", {})
    path = tmp_path / "report.txt"
    path.write_text("某区2024年政府工作报告\n" + BODY, encoding="utf-8")
    html = gongbao("extract", "--html", str(path)).stdout
    assert html.startswith("<!doctype html>")
    assert 'class="headline"' in html
    said = gongbao("extract", "--html", str(path), str(path), code=2)
    assert "one page of one document" in said.stderr


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_the_last_figure_of_a_text_is_marked(end: str) -> None:
    assert 'class="outcome"' in page("一、2023年工作回顾\n地区生产总值增长5.5%" + end)
