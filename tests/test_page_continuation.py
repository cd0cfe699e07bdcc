"""Articles split over pages: where they go on, how their pages become one text, and the whole road with them."""

# ruff: noqa: E501  (tables of markup)

from __future__ import annotations

import sys

import pytest

from ingest.model import ArticleLayout
from ingest.page.continuation import MOST_PAGES, join_pages, next_pages
from ingest.page.furniture import ends_text, is_furniture
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page
from ingest.page.urls import canonical_url
from tests.support.growth import grows_with_size_only

TRS = "http://a.gov.cn/x/202402/t20240205_7.html"
REPOST = "http://a.com/baogao/xn/3181.html"
THREAD = "http://a.com/forum.php?mod=viewthread&tid=5"


@pytest.mark.parametrize(
    ("html", "url", "expected"),
    [
        ('<script>createPageHTML(3, 0, "t20240205_7", "html");</script>', TRS, ["t20240205_7_1", "t20240205_7_2"]),
        ("<script>var countPage = 2 //共多少页</script>", TRS, ["t20240205_7_1"]),
        ('<script>createPageHTML(1, 0, "t20240205_7", "html");</script>', TRS, []),
        ('<script>createPageHTML(9, 0, "index", "html");</script>', TRS, []),  # of a list beside the article
        ('<a href="t20240205_7_1.html">2</a><a href="t20240205_7.html">1</a>', TRS, ["t20240205_7_1"]),
        ('<a href="t20240205_8.html">下一页</a>', TRS, []),  # the next article
        ('<a href="3181_2.html">下一页</a>', REPOST, ["3181_2"]),
        ('<a href="3181_p2.html">2</a><a href="3181_p3.html">3</a>', REPOST, ["3181_p2", "3181_p3"]),
        ('<a href="/baogao/xn/3181_2.html">第2页</a><a href="3181_4.html">尾页</a>', REPOST, ["3181_2", "3181_3", "3181_4"]),
        ('<a href="3181_1.html">[1]</a><a href="3181_2.html">[2]</a>', REPOST, ["3181_2"]),
        ('<a href="3182.html">下一页</a><a href="3181_2.html">某县政府工作报告</a>', REPOST, []),
        ('<a href="http://b.com/baogao/xn/3181_2.html">2</a>', REPOST, []),  # another host
        ('<a href="javascript:void(0)">2</a><a href="#p2">2</a>', REPOST, []),
        ('<a href="thread-5-2-1.html">2</a>', THREAD, ["tid=5&page=2"]),
        ('<a href="thread-6-2-1.html">2</a>', THREAD, []),
        ('<a href="?id=5&page=2">下一页</a>', "http://a.com/v.php?id=5", ["?id=5&page=2"]),
        ('<a href="?id=5&page=3">3</a><a href="?id=5&page=2">2</a>', "http://a.com/v.php?id=5", ["page=2", "page=3"]),
        ('<a href="?page=2">2</a>', "http://a.com/v.php?id=5", []),  # another article, or a list
        ('<a href="bg_2.html">下一页</a>', "http://a.com/r/bg_1.html", ["/r/bg_2.html"]),
        ('<a href="5-1.htm">1</a><a href="5-2.htm">2</a><a href="5-3.htm">3</a>', "http://a.com/r/5-1.htm", ["5-2", "5-3"]),
        ('<a href="t20240205_2.html">下一页</a>', "http://a.com/t20240205_1.html", []),
        ('<a href="/r/5/2/">2</a>', "http://a.com/r/5/", ["/r/5/2/"]),
        ("<p>没有分页的文章。</p>", REPOST, []),
        ('<a href="3181_2.html">下 一 页</a>', REPOST, ["3181_2"]),
        ('<a href="3181_2.html">[下一页]</a><a href="3181_3.html">末页</a>', REPOST, ["3181_2", "3181_3"]),
        ('<a href="3181_2.html">下一页(2/5)</a>', REPOST, ["3181_2"]),
        ('<a href="3181.html">第1页：一、工作回顾</a><a href="3181_2.html">第2页：二、工作安排</a>', REPOST, ["3181_2"]),
        ('<a href="3181_2.html">第二页</a><a href="3181_3.html">第三页</a>', REPOST, ["3181_2", "3181_3"]),
        ("<select><option value='3181.html'>1</option><option value='3181_2.html'>2</option></select>", REPOST, ["3181_2"]),
        ("<a href='#' onclick=\"location.href='3181_2.html'\">下一页</a>", REPOST, ["3181_2"]),
        ("<a href='javascript:go(2)'>下一页</a><script>function go(n){var u='3181_'+n+'.html';location.href=u}</script>", REPOST, ["3181_2"]),
        ("<a onclick='go(2)'>2</a><a onclick='go(3)'>3</a><script>function go(n){location='3181_'+n+'.html'}</script>", REPOST, ["3181_2", "3181_3"]),
        ('<link rel="next" href="3181_2.html">', REPOST, ["3181_2"]),
        ("<a href='3181_2.html'>2025年</a><a href='3181_3.html'>第三产业</a>", REPOST, []),
    ],
)  # fmt: skip
def test_next_pages(html: str, url: str, expected: list[str]) -> None:
    found = next_pages(parse_page(f"<html><body>{html}</body></html>", url))
    assert len(found) == len(expected)
    assert all(part in page for part, page in zip(expected, found, strict=True))


def test_the_second_page_knows_the_third() -> None:
    links = '<a href="3181.html">1</a><a href="3181_3.html">3</a>'
    found = next_pages(
        parse_page(f"<body>{links}</body>", "http://a.com/baogao/xn/3181_2.html"), first=REPOST
    )
    assert found[-1].endswith("3181_3.html")


def test_pages_are_bounded() -> None:
    assert (
        len(next_pages(parse_page('<body><a href="3181_900.html">末页</a></body>', REPOST))) == MOST_PAGES - 1
    )
    script = '<script>createPageHTML(99999, 0, "t20240205_7", "html")</script>'
    assert len(next_pages(parse_page(script, TRS))) == MOST_PAGES - 1


LONG = "今年经济社会发展的主要预期目标是，地区生产总值增长百分之六，城镇新增就业超过"


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        (["一、回顾", "二、打算"], "一、回顾\n二、打算"),
        ([LONG, "3万人。"], f"{LONG}3万人。"),  # a sentence over the end of a page
        ([LONG + "3万人。", "（六）民生"], f"{LONG}3万人。\n（六）民生"),
        ([LONG, "二、今年的打算"], f"{LONG}\n二、今年的打算"),
        (["——2026年1月9日在会上\n各位代表：\n甲", "某县政府工作报告（2）\n——2026年1月9日在会上\n乙"],
         "——2026年1月9日在会上\n各位代表：\n甲\n乙"),
        (["各位代表：\n甲", "各位代表！\n乙"], "各位代表：\n甲\n各位代表！\n乙"),  # the speaker says it again
        (["甲", "第2页\n乙"], "甲\n乙"),
        (["甲", ""], "甲"),
        (["甲\n", "乙"], "甲\n\n乙"),
        ([], ""),
    ],
)  # fmt: skip
def test_join_pages(bodies: list[str], expected: str) -> None:
    assert join_pages(bodies, "某县政府工作报告") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("上一页 1 2 3 下一页", True), ("首页 [1] [2] 下一页 尾页", True), ("共5页", True), ("第 2 页", True),
        ("下一页", True), ("1/3页", True), ("2024", True), ("2024年", False), ("第二页翻开新的篇章", False),
    ],
)  # fmt: skip
def test_a_row_of_page_numbers_is_furniture(line: str, expected: bool) -> None:
    assert is_furniture(line) is expected


def test_a_row_of_page_numbers_is_read_in_linear_time() -> None:
    assert not is_furniture("页" + "共 1 " * 48 + "完")
    grows_with_size_only(lambda n: lambda: is_furniture("页" + "共 1 " * n + "完"), 48)


def test_long_lines_are_not_kept_once_they_are_judged() -> None:
    line = "全县各项工作取得新的成效，" * 100
    held = sys.getrefcount(line)
    assert not is_furniture(line)
    assert not ends_text(line)
    assert sys.getrefcount(line) == held


def post(author: int, text: str) -> str:
    return (
        f'<div id="post_{author}{len(text)}"><div class="authi"><a href="space-uid-{author}.html">用户</a></div>'
        f'<table><tr><td class="t_f" id="postmessage_{len(text)}">{text}</td></tr></table></div>'
    )


def test_a_further_page_of_a_thread_holds_only_what_its_starter_wrote() -> None:
    said = "我们将继续办好民生实事，" * 8
    html = f'<html><body><div id="postlist">{post(8, "回复一下" * 30)}{post(7, said)}</div></body></html>'
    assert read_page(parse_page(html, THREAD), ArticleLayout(), starter="7").body == said
    assert read_page(parse_page(html, THREAD), ArticleLayout(), starter="9").body == ""


@pytest.mark.parametrize(
    ("twin", "page"),
    [
        ("http://big5.cq.gov.cn/gate/big5/www.cq.gov.cn/a/t20240101_1.html", "http://www.cq.gov.cn/a/t20240101_1.html"),
        ("https://www.x.gov.cn/a.html?variant=zh-hant", "https://www.x.gov.cn/a.html"),
        ("https://www.x.gov.cn/a.html?id=3&variant=zh-hk", "https://www.x.gov.cn/a.html?id=3"),
        ("http://big5.x.gov.cn/gate/big5/evil.com/a.html", "http://big5.x.gov.cn/gate/big5/evil.com/a.html"),
        ("https://shop.com/a?variant=zheng", "https://shop.com/a?variant=zheng"),
    ],
)  # fmt: skip
def test_twins_in_traditional_characters_are_folded(twin: str, page: str) -> None:
    assert canonical_url(twin) == page


def test_links_to_further_pages_are_seen_from_the_base_of_the_page() -> None:
    html = (
        '<base href="/zwgk/">' + '<a href="t20240205_7_1.html">2</a> <a href="t20240205_7_1.html">下一页</a>'
    )
    url = "http://x.gov.cn/zwgk/t20240205_7.html"
    assert next_pages(parse_page(html, url)) == ("http://x.gov.cn/zwgk/t20240205_7_1.html",)
    assert next_pages(parse_page(html.replace("/zwgk/", "/b/"), url)) == ()


def test_an_article_whose_file_is_the_index_of_its_folder_goes_on() -> None:
    html = '<a href="index_2.html">2</a> <a href="index_3.html">3</a> <a href="index_2.html">下一页</a>'
    for first in ("http://x.gov.cn/2026/zfgzbg/", "http://x.gov.cn/2026/zfgzbg/index.html"):
        further = tuple(f"http://x.gov.cn/2026/zfgzbg/index_{n}.html" for n in (2, 3))
        assert next_pages(parse_page(html, first)) == further
