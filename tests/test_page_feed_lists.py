"""Feeds, sitemaps and JSON lists as careless programs write them."""

# ruff: noqa: E501  (markup as programs print it)
from __future__ import annotations

from datetime import date

import pytest

from ingest.errors import NotADocument, ShapeChanged
from ingest.model import ListItem
from ingest.page.feed_lists import flaw, read_feed, read_sitemap
from ingest.page.json_lists import JsonLayout, read_json_list
from ingest.sources.recognise import recognise

URL = "http://www.example.gov.cn/rss/list.xml"
SITE = "http://www.example.gov.cn"


def rss(item: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>政府工作报告</title>{item}</channel></rss>'


def atom(entry: str, more: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{more}><title>报告</title>{entry}</feed>'


@pytest.mark.parametrize(
    "title",
    [
        "甲县与乙县&nbsp;R&D 政府工作报告",
        "甲县与乙县 R&D 政府工作报告",
        "甲县与乙县&ensp;R&amp;D&nbsp;政府工作报告",
        "<![CDATA[甲县与乙县 R&D 政府工作报告]]>&nbsp;",
    ],
)
def test_a_feed_with_a_loose_ampersand_is_read_and_the_flaw_said(title: str) -> None:
    text = rss(f"<item><title>{title}</title><link>/a.jsp?b=1&id=2</link></item>")
    assert read_feed(text, URL) == (ListItem(f"{SITE}/a.jsp?b=1&id=2", "甲县与乙县 R&D 政府工作报告", None),)
    assert "loose &" in (flaw(text) or "")


def test_a_sound_feed_has_no_flaw_and_a_broken_one_stays_broken() -> None:
    sound = rss("<item><title>甲县政府工作报告</title><link>/a.html</link></item>")
    assert flaw(sound) is None
    with pytest.raises(ShapeChanged, match="no proper XML"):
        read_feed(sound.replace("</item>", "") + "&nbsp;", URL)
    with pytest.raises(NotADocument, match="DTD"):
        read_feed('<!DOCTYPE rss [<!ENTITY nbsp " ">]>' + rss("&nbsp;"), URL)
    for dtd in ("<!DOCTYPE rss>", '<!DOCTYPE rss SYSTEM "http://a.example/rss.dtd">', "<!DOCTYPE rss []>"):
        with pytest.raises(
            NotADocument, match="DTD"
        ):  # without entities: it may name a file of ours all the same
            read_feed(dtd + sound, URL)


@pytest.mark.parametrize(
    "title",
    [
        "&lt;b&gt;2026年&lt;/b&gt;甲县政府工作报告 A&amp;amp;B",
        "<![CDATA[<b>2026年</b>甲县政府工作报告 A&amp;B]]>",
        "2026年甲县政府工作报告 A&amp;B",
        "&amp;lt;b&amp;gt;2026年&amp;lt;/b&amp;gt;甲县政府工作报告 A&amp;B",
    ],
)
def test_an_escaped_title_is_read_as_a_reader_sees_it(title: str) -> None:
    [item] = read_feed(rss(f"<item><title>{title}</title><link>/a.html</link></item>"), URL)
    assert item.title == "2026年甲县政府工作报告 A&B"
    [item] = read_feed(atom(f'<entry><title type="html">{title}</title><link href="/a.html"/></entry>'), URL)
    assert item.title == "2026年甲县政府工作报告 A&B"


def test_a_title_with_markup_of_its_own_is_read_whole() -> None:
    title = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">2026年<b>甲县</b>政府工作报告</div></title>'
    [item] = read_feed(atom(f'<entry>{title}<link href="/a.html"/></entry>'), URL)
    assert item.title == "2026年甲县政府工作报告"


def test_links_are_seen_from_xml_base() -> None:
    one = '<entry><title>甲县政府工作报告</title><link href="a.html"/></entry>'
    two = '<entry xml:base="b/"><title>乙县政府工作报告</title><link href="b.html"/></entry>'
    three = '<entry><title>丙县政府工作报告</title><link xml:base="/c/" href="c.html"/></entry>'
    items = read_feed(atom(one + two + three, ' xml:base="http://www.example.gov.cn/x/"'), URL)
    assert [item.url for item in items] == [f"{SITE}/x/a.html", f"{SITE}/x/b/b.html", f"{SITE}/c/c.html"]


@pytest.mark.parametrize(
    ("said", "is_address"), [("", True), (' isPermaLink="true"', True), (' isPermaLink="False"', False)]
)
def test_a_guid_is_an_address_unless_it_says_otherwise(said: str, is_address: bool) -> None:
    item = f"<item><title>甲县政府工作报告</title><guid{said}>/2026/7</guid></item>"
    other = "<item><title>乙县政府工作报告</title><link>/8</link></item>"
    urls = [item.url for item in read_feed(rss(item + other), URL)]
    assert urls == ([f"{SITE}/2026/7"] if is_address else []) + [f"{SITE}/8"]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Mon, 19 Jan 2026 16:30:00 GMT", date(2026, 1, 20)),
        ("2026-01-19T16:30Z", date(2026, 1, 20)),
        ("2026-01-19T16:30:00-05:00", date(2026, 1, 20)),
        ("2026-01-19 23:30", date(2026, 1, 19)),
        ("0001-01-01T00:00:00+08:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("星期一, 19 一月 2026 16:30:00 GMT", date(2026, 1, 20)),
        ("周三, 31 十二月 2025 09:05:00 +0800", date(2025, 12, 31)),
        ("周一, 19 1月 2026 09:05:00 +0800", date(2026, 1, 19)),
        ("周一, 19 13月 2026 09:05:00 +0800", None),
        ("Mon, 99 Jan 2026 16:30:00 GMT", None),
    ],
)
def test_the_day_of_an_item_is_that_of_china(printed: str, expected: date | None) -> None:
    [item] = read_feed(
        rss(f"<item><title>甲县政府工作报告</title><link>/a</link><pubDate>{printed}</pubDate></item>"), URL
    )
    assert item.published_on == expected
    if "," not in printed:
        [item] = read_sitemap(f"<urlset><url><loc>/a</loc><lastmod>{printed}</lastmod></url></urlset>", URL)
        assert item.published_on == expected


JSON = JsonLayout(items=("rows",), url=("url",), title=("title",), date=("day",))


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ('"2026-01-19T16:30Z"', date(2026, 1, 20)),
        ('"2026-01-19T16:30:00.000+0000"', date(2026, 1, 20)),
        ('"2026-01-19 16:30:00"', date(2026, 1, 19)),
        ('"/Date(1768840200000+0800)/"', date(2026, 1, 20)),
        ("1768840200000", date(2026, 1, 20)),
    ],
)
def test_the_day_of_a_json_item_is_that_of_china(printed: str, expected: date) -> None:
    text = f'{{"rows": [{{"url": "/a.html", "title": "甲县政府工作报告", "day": {printed}}}]}}'
    [item] = read_json_list(text, URL, JSON)
    assert item.published_on == expected


def test_a_cut_emoji_in_an_item_breaks_neither_it_nor_the_list() -> None:
    text = r"""{"rows": [{"url": "/a\ud83d.html", "title": "甲县政府工作报告\ud83d"},
                        {"url": "/b.html", "title": "乙县政府工作报告"}]}"""
    assert read_json_list(text, URL, JSON) == (
        ListItem(f"{SITE}/a%EF%BF%BD.html", "甲县政府工作报告", None),
        ListItem(f"{SITE}/b.html", "乙县政府工作报告", None),
    )


ADDRESSES = (
    "http://x.gov.cn/zfgzbg/202501/t20250120_7.html\r\n\r\nhttp://x.gov.cn/zfgzbg/202602/t20260210_9.html\r\n"
)


def test_a_sitemap_of_an_address_a_line_is_read() -> None:
    assert [(item.url[-14:], item.published_on) for item in read_sitemap(ADDRESSES, URL)] == [
        ("0260210_9.html", date(2026, 2, 10)),
        ("0250120_7.html", date(2025, 1, 20)),
    ]
    assert flaw(ADDRESSES) is None
    assert recognise(ADDRESSES, "http://x.gov.cn/sitemap.txt").family.name == "sitemap"


@pytest.mark.parametrize("text", ["", "http://x.gov.cn/a.html 某县", "见 http://x.gov.cn/a.html"])
def test_other_text_is_no_sitemap(text: str) -> None:
    with pytest.raises(ShapeChanged):
        read_sitemap(text, URL)
