"""Lists that a server sends as data: XML of its own, and JSON as people write it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest

from ingest.errors import ParseError, ShapeChanged
from ingest.page.json_lists import parse_json
from ingest.page.lists import read_list
from ingest.sources.draft import draft
from tests.support.growth import Work, grows_with_size_only

URL = "http://www.mouxian.gov.cn/xxgk/list"
ITEMS = [
    ("/a/1.html", "某县2026年政府工作报告", date(2026, 1, 12)),
    ("/a/2.html", "某县2025年政府工作报告", date(2025, 1, 10)),
    ("/a/3.html", "关于做好防汛工作的通知", date(2024, 6, 3)),
]
XML = '<?xml version="1.0" encoding="gb2312"?><root><total>3</total><list>{}</list></root>'


@pytest.mark.parametrize(
    ("whole", "row"),
    [
        (XML, "<row><title>{title}</title><url>{url}</url><pubdate>{day}</pubdate></row>"),
        (XML, "<doc title='{title}' url='{url}' date='{day}'/>"),
        (
            XML,
            "<item id='7'><name><![CDATA[{title}]]></name><link>{url}</link><time>{day} 09:00</time></item>",
        ),
        ("<data xmlns='urn:x'>{}</data>", "<d><bt>{title}</bt><url>{url}</url><rq>{day}</rq></d>"),
        ("var list = [{}];", "{{title:'{title}',url:'{url}',date:'{day}'}},"),
        ("[{}]", "{{'title':'{title}','url':'{url}','date':'{day}'}},"),
        ('{{"rows": [{}],}}', '{{"title":"{title}","url":"{url}","date":"{day}","by":"it\\\'s \\x41"}},\n'),
        ("{}", '{{"title":"{title}","link":"{url}","publishedAt":"{day}T01:00:00Z"}}\n'),
        ("[{}]", '{{"year":"{day:%Y}","list":[{{"title":"{title}","url":"{url}","date":"{day}"}}]}},'),
        (
            '{{"data":[{}]}}',
            '{{"name":"某栏目","data":{{"rows":[{{"title":"{title}","url":"{url}","date":"{day}"}}]}}}},',
        ),
        ('{{"docs":[{}]}}', '{{"title":["{title}"],"url":["{url}"],"pubdate":["{day}"]}},'),
        ('{{"articles":{{{}}}}}', '"a{day:%d}":{{"subject":"{title}","href":"{url}","pubDate":"{day}"}},'),
        ("show({{rows: [{}]}});", '{{ title : "{title}", url : "{url}", date : \'{day}\', n: -1 }},'),
    ],
)
def test_a_list_that_is_data_is_read(whole: str, row: str) -> None:
    rows = "".join(row.format(url=url, title=title, day=day) for url, title, day in ITEMS)
    found = draft(whole.format(rows), URL).items
    assert [
        (item.url.removeprefix("http://www.mouxian.gov.cn"), item.title, item.published_on) for item in found
    ] == ITEMS


@pytest.mark.parametrize("whole", ["{}", '{{"code": 0, "data": "{}"}}', '{{"d": {{"page": "{}"}}}}'])
def test_a_list_packed_as_base64_is_read(whole: str) -> None:
    rows = [{"title": title, "url": url, "day": str(day)} for url, title, day in ITEMS]
    packed = b64encode(json.dumps({"rows": rows}).encode()).decode()
    found = draft(whole.format(packed), URL).items
    assert [(item.title, item.published_on) for item in found] == [(title, day) for _, title, day in ITEMS]


def test_a_list_in_groups_called_by_their_months_is_read_whole() -> None:
    groups: dict[str, list[dict[str, str]]] = {}
    for url, title, day in ITEMS:
        groups.setdefault(f"{day:%Y-%m}", []).append({"title": title, "url": url, "date": str(day)})
    found = draft(json.dumps({"data": groups}), URL)
    assert [item.title for item in found.items] == [title for _, title, _ in ITEMS]
    assert 'items = "data.*"' in found.toml


def test_keys_that_leave_out_the_days_are_not_those_of_a_family() -> None:
    rows = [{"title": title, "url": url, "publish_date": str(day)} for url, title, day in ITEMS]
    found = draft(json.dumps({"results": rows}), URL)
    assert [item.published_on for item in found.items] == [day for _, _, day in ITEMS]
    assert 'date = "publish_date"' in found.toml


def test_a_page_and_other_xml_are_no_lists() -> None:
    for text in (
        "<html><title>某县</title></html>",
        "<error><code>5</code></error>",
        "<a><b></a>",
        "<!DOCTYPE x><a/>",
    ):
        with pytest.raises(ShapeChanged):
            read_list(text, URL)


def test_json_that_is_none_is_told_as_it_came() -> None:
    with pytest.raises(ShapeChanged, match=r"expected JSON, found '\{a: b\}' .*column 2"):
        parse_json("{a: b}", URL)


@pytest.mark.parametrize(
    "piece", ["{a:", "'a\\\\", '"a",', "[,", "a :", "<a><b c='d'/>", "<a>", "{'a':'b\\'", "W3si"]
)
@pytest.mark.parametrize("read", [parse_json, read_list])
def test_data_of_any_shape_is_read_in_linear_time(piece: str, read: Callable[[str, str], object]) -> None:
    def work_on(size: int) -> Work:
        text = {"<": "<x>", "W": ""}.get(piece[0], "{") + piece * (size // len(piece))

        def work() -> None:
            with suppress(ParseError):
                read(text, URL)

        return work

    grows_with_size_only(work_on, 200_000)
