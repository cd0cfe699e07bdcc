"""Markdown and front matter: what a reader sees of them, and what stands above a text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingest.page.markdown import FrontMatter, front_matter, markdown_lines
from ingest.reading import ReadingHints, read_document
from tests.support.growth import grows_with_size_only

NINE_THIRTY = datetime(2024, 1, 20, 1, 30, tzinfo=UTC)  # as pages say it: in China
TEXT = """# 政府工作报告

　　各位代表：
    现在，我代表**区人民政府**向大会报告。
全年[地区生产总值](https://example.org/gdp)增长6%，*其中*一产增长3%。
- 一是稳增长
1. 抓项目5\\*3个

| 指标 | 目标 |
|---|---|
| GDP | 6%左右 |

![图](a.png)
"""


def test_the_lines_that_a_reader_sees() -> None:
    assert markdown_lines(TEXT) == [
        "政府工作报告",
        "各位代表：",
        "现在，我代表区人民政府向大会报告。",
        "全年地区生产总值增长6%，其中一产增长3%。",
        "一是稳增长",
        "1. 抓项目5*3个",
        "指标|目标",
        "GDP|6%左右",
    ]


@pytest.mark.parametrize(
    ("above", "found"),
    [
        ("title: '某县'\ndate: 2024-01-20", FrontMatter("某县", date(2024, 1, 20))),
        ("标题：某县\n发布时间：2024年1月20日", FrontMatter("某县", date(2024, 1, 20))),
        ("date: 2024-01-20 09:30:00\ntags:\n  - title: x", FrontMatter(None, NINE_THIRTY)),
        ("source: 某网\nurl: https://e.org/1", FrontMatter(origin="某网", address="https://e.org/1")),
        ("source: https://e.org/1", FrontMatter(address="https://e.org/1")),
        ("url: javascript:alert(1)", FrontMatter()),
        ("url: https://", FrontMatter()),
        ("title:\ndate: soon", FrontMatter()),
        ("region: 500151\nissuer: 某区人民政府", FrontMatter(region="500151", issuer="某区人民政府")),
    ],
)
def test_front_matter(above: str, found: FrontMatter) -> None:
    assert front_matter(f"---\n{above}\n---\n正文\n") == (found, "正文\n")


@pytest.mark.parametrize("text", ["正文", "---\ntitle: 没有结尾\n正文", "一\n---\ntitle: 某县\n---\n"])
def test_a_text_without_it_is_left_alone(text: str) -> None:
    assert front_matter(text) == (FrontMatter(), text)


def test_what_stands_above_says_what_the_text_does_not() -> None:
    above = "---\ntitle: 2024年政府工作报告\ndate: 2024-01-20\nsource: 某网\nregion: 铜梁区\n---\n"
    body = "## 各位代表\n\n各位代表：现在向大会报告工作，请予审议。\n\n"
    body += "今年的主要预期目标是：地区生产总值增长6%左右。\n"
    reading = read_document((above + body).encode(), "a.md")
    identity = reading.identity
    assert (identity.year, identity.region and identity.region.code) == (2024, "500151")
    assert (reading.article.title, reading.article.origin) == ("2024年政府工作报告", "某网")
    assert reading.article.header.published_on == date(2024, 1, 20)
    assert "增长6%左右" in reading.article.body
    assert "#" not in reading.article.body
    assert read_document((above + body.replace("## ", "")).encode(), "a.txt").identity == identity


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("https://example.org/raw?file=1", "text/markdown; charset=utf-8"),
        ("https://example.org/a.md?plain=1", "text/plain; charset=utf-8"),
        ("a.markdown", None),
        ("报告#1.md", None),
        ("报告?.md", None),
    ],
)
def test_what_is_markdown_is_read_so(name: str, content_type: str | None) -> None:
    text = "# 政府工作报告\n\n各位代表：现在向**大会**报告工作，请予审议，并请各位委员提出意见。\n"
    body = read_document(text.encode(), name, ReadingHints(content_type=content_type)).article.body
    assert "向大会报告工作" in body


BODY = "现在，我代表县人民政府，向大会报告工作，请予审议，并请各位委员提出意见。今年地区生产总值增长6%左右。"


@pytest.mark.parametrize("above", ["<!DOCTYPE html>", "\ufeff\n<?xml version='1.0'?><!doctype HTML >", ""])
def test_a_page_that_its_server_calls_plain_text_is_a_page(above: str) -> None:
    head = "<head><title>2026年某县政府工作报告</title></head>"
    page = f"{above}<html>{head}<body><p>各位代表：</p><p>{BODY}</p></body></html>"
    said = ReadingHints(content_type="text/plain; charset=utf-8")
    article = read_document(page.encode(), "https://example.org/a.html", said).article
    assert (article.title, article.body) == ("2026年某县政府工作报告", f"各位代表：\n{BODY}")


@pytest.mark.parametrize("what", ["[", "*a", "`", "> ", "| a ", "[a](", "!["])
def test_hostile_marks_take_linear_time(what: str) -> None:
    grows_with_size_only(lambda n: lambda: markdown_lines(what * n), 4_000)
