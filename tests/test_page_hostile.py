"""Hostile pages: a typed error or a sane result, in linear time and little memory."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Callable

import pytest

from ingest.errors import ParseError
from ingest.page.charset import decode, printable
from ingest.page.columns import report_columns
from ingest.page.lists import read_list
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page
from ingest.page.text import read_text
from ingest.page.walls import blocked
from tests.support.growth import Work, grows_with_size_only

URL = "http://hostile.example/"
SIZE = 400_000
SENTENCE = "今年要把县城到高安的公路修到头，把三所卫生院的床位添够，把说过的话一件件办完。"

PAGES: dict[str, Callable[[int], str]] = {
    "divs": lambda n: "<div>" * n + SENTENCE,
    "mixed case divs": lambda n: "<dIv>" * n + SENTENCE,
    "lists": lambda n: "<ul><li>" * n + SENTENCE,
    "tables": lambda n: "<table><tr><td>" * n + SENTENCE,
    "paragraphs": lambda n: "<p>" * n + SENTENCE,
    "spans": lambda n: "<span>" * n + SENTENCE,
    "spans as blocks": lambda n: '<span style="display:block">某' * (n // 28) + SENTENCE,
    "lines that are kept": lambda n: '<i style="white-space:pre">' + "某\n" * (n // 8) + SENTENCE,
    "kept in kept": lambda n: '<div style="white-space:pre">某\n' * (n // 32) + SENTENCE,
    "kept in cells": lambda n: '<table><tr><td style="white-space:pre">某\n' * (n // 40) + SENTENCE,
    "unknown elements": lambda n: "<x-y>" * n + SENTENCE,
    "bold": lambda n: "<b>" * n + SENTENCE,
    "bold that is not closed": lambda n: "<b x " * (n // 5) + SENTENCE,
    "frames that are not closed": lambda n: f"<frameset>{'<frame x ' * (n // 9)}",
    "lists that another tag closes": lambda n: "<ul></div>" * (n // 10) + SENTENCE,
    "divs closed from inside a table": lambda n: "<div><table><tr><td></div>" * (n // 26) + SENTENCE,
    "scripts that are not closed": lambda n: "（<script>" * (n // 9) + SENTENCE,
    "fonts, each another": lambda n: "".join(f"<font color={i}><p>" for i in range(n)) + SENTENCE,
    "unclosed comment": lambda n: f"<p>{SENTENCE}</p><!--" + "x" * n,
    "unclosed attribute": lambda n: f'<p>{SENTENCE}</p><a href="' + "x" * n,
    "tags in the name of another": lambda n: '<b中"<dd>' * (n // 32) + SENTENCE,
    "angle brackets": lambda n: f"<p>{SENTENCE}</p>" + "<" * n,
    "ampersands": lambda n: f"<p>{SENTENCE}</p>" + "&amp;&" * n,
    "spaces": lambda n: f"<p>{SENTENCE}" + " " * n + "终</p>",
    "blank lines": lambda n: f"<p>{SENTENCE}" + "\n" * n + "终</p>",
    "bars": lambda n: f"<p>{SENTENCE}</p><p>索引号" + "|" * n + "</p>",
    "labels": lambda n: "<p>" + "发布机构 索引号: " * (n // 10) + f"</p><p>{SENTENCE}</p>",
    "labels before sentences": lambda n: f"<p>来源：{SENTENCE * 3}</p>" * (n // 130),
    "label spaces": lambda n: "<p>索" + " " * n + f"引号：1</p><p>{SENTENCE}</p>",
    "digits": lambda n: f"<p>{SENTENCE}</p><p>2024-" + "1" * n + "</p>",
    "quotes": lambda n: f"<p>{SENTENCE}</p><p>" + "“\"'" * n + "</p>",
    "one long line": lambda n: "<p>" + SENTENCE * (n // 40) + "</p>",
    "records without an end": lambda n: "<record><![CDATA[" * (n // 10) + SENTENCE,
    "json without an end": lambda n: (
        '<script>_CONFIG={"content":"' + '\\"content":"' * (n // 10) + "</script>"
    ),
    "links": lambda n: "<a href=x>y</a>" * (n // 16),
    "titles in titles": lambda n: "<div class=title>" * (n // 4_000) + f"<p>{SENTENCE}</p>" * (n // 300),
    "links of one report": lambda n: "<p>" + "2026年政府工作报告<a href=/t20260110_1.html>" * (n // 400),
    "NULs": lambda n: f"<p>{SENTENCE}\x00</p>" + "\x00" * n,
    "surrogates": lambda n: f"<p>{SENTENCE}\ud800</p>" + "\udfff" * n,
}


READERS = {
    "page": lambda page: read_page(parse_page(printable(page), URL)),
    "list": lambda page: read_list(page, URL),
    "columns": lambda page: report_columns(printable(page), URL),
    "wall": lambda page: blocked(parse_page(printable(page), URL)),
}


def read_by(reader: str, page: str) -> Work:
    def work() -> None:
        with contextlib.suppress(ParseError):
            assert "\x00" not in str(READERS[reader](page))

    return work


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", PAGES)
def test_much_of_anything(name: str, reader: str) -> None:
    grows_with_size_only(lambda n: read_by(reader, PAGES[name](n)), SIZE)


@pytest.mark.parametrize("name", PAGES)
def test_what_no_limit_refuses_is_read_in_linear_time(name: str) -> None:
    grows_with_size_only(lambda n: read_by("page", PAGES[name](n)), 2_900)


@pytest.mark.parametrize("box", ["<div hidden>", '<div class="a">', '<div class="{}" hidden>'])
@pytest.mark.parametrize("text", [f"{{}}<p>{SENTENCE}</p>", "{}"], ids=["between", "inside"])
def test_boxes_in_boxes_are_read_in_linear_time(box: str, text: str) -> None:
    def work_on(depth: int) -> Work:
        opened = "".join(text.format(box.format(n)) for n in range(depth))
        return read_by("page", f"{opened}{f'<p>{SENTENCE}</p>' * 3 * depth}{'</div>' * depth}")

    grows_with_size_only(work_on, 1_400)


@pytest.mark.parametrize(
    "tag", ["<div>", "<DIV class=a>", "<ul><li>", "<table><tr><td>", "<b><section>", "<ul></div>"]
)
def test_what_lexbor_would_take_quadratic_time_for_is_refused(tag: str) -> None:
    with pytest.raises(ParseError, match="more than 1500 elements are open at once"):
        read_page(parse_page(tag * 3_000 + SENTENCE, URL))


@pytest.mark.parametrize(
    "page",
    [
        f"<div><p>{SENTENCE}</p></div>" * 3_000,  # each is closed before the next
        "</div>" * 5_000 + f"<p>{SENTENCE}</p>",  # closes what was never open
        "<div>" * 1_400 + f"<p>{SENTENCE}</p>" + "</div>" * 1_400 + "<br>" * 1_000,
    ],
)
def test_what_only_has_many_tags_is_not(page: str) -> None:
    assert SENTENCE in read_page(parse_page(page, URL)).body


@pytest.mark.parametrize(
    "line",
    [
        "各位代表，",
        "索 引 号 ",
        "发布机构: 某 ",
        "| 文号 |",
        "2024-01-01 ",
        "来源：某 ",
        "<p>",
        "\u3000",
        "附件1.docx ",
    ],
)
def test_text_of_any_shape_is_read_in_linear_time(line: str) -> None:
    for part in (line, line + "\n"):

        def work_on(times: int, part: str = part) -> Work:
            text = part * times
            return lambda: read_text(text)

        grows_with_size_only(work_on, 20_000)


def test_cut_anywhere_a_page_still_reads_or_says_why() -> None:
    page = (
        '<html><head><meta charset="utf-8"><title>某县工作报告_某县</title></head><body><table><tr>'
        "<td>索引号：</td><td>1/2025-1</td></tr></table>"
        f'<div id="zoom"><p>{SENTENCE}</p><p>{SENTENCE}</p></div>'
        "</body></html>"
    ).encode()
    read = 0
    for end in range(1, len(page)):
        try:
            read += bool(read_page(parse_page(decode(page[:end]), URL)).body)
        except ParseError:
            continue
    assert read > 50


def test_memory_stays_small() -> None:
    page = ("<div><p>" + SENTENCE + "</p></div>") * 5_000
    tracemalloc.start()
    read_page(parse_page(page, URL))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * len(page)
