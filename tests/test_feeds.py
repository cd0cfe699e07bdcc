"""Feeds: what they say, that every reader can read them, that the same data gives the same bytes."""

from __future__ import annotations

import json
import locale
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from alerts.feeds.render import FeedFormat, FeedInfo
from alerts.words.entry_body import CHINESE, ENGLISH, Words, content_of
from alerts.words.safe_text import clean
from alerts.words.titles import title_of
from ingest.events import EventType
from ingest.model import Event
from tests.support.whole_feed import render

ATOM = {"a": "http://www.w3.org/2005/Atom"}
INFO = FeedInfo(
    title="公报",
    self_url="https://gazette.example.cn/feed.atom",
    home_url="https://gazette.example.cn",
    authority="gazette.example.cn,2026",
)
NOON = datetime(2026, 1, 12, 4, 0, tzinfo=UTC)


def figure(
    indicator: str, label: str, low: float | None, comparator: str = "exact", **more: Any
) -> dict[str, Any]:
    high = None if comparator in ("at_least", "more_than") else low
    words = f"{label}增长{low}%"
    return {
        "indicator": indicator, "label": label, "year": 2026, "measure": "growth", "comparator": comparator,
        "low": low, "high": high, "unit": "%", "direction": "up", "base": None, "owner": None,
        "period": {"kind": "year", "from": 2026, "to": 2026}, "resolve": None,
        "headline": True, "quote": words,
        "start": 10, "end": 20, "sentence": f"{words}，确保完成。",
    } | more  # fmt: skip


GDP = figure("gdp", "地区生产总值", 6.0, "about")
WAS = figure("gdp", "地区生产总值", 5.5, "about")
INDUSTRY = figure("industrial_value_added", "规上工业增加值", 8.0, "at_least")


def event(type_: str, number: int = 0, **data: Any) -> Event:
    base: dict[str, Any] = {
        "report": {
            "key": "work_report/500106/2026", "name": "沙坪坝区 2026 政府工作报告",
            "title": "2026年政府工作报告",
            "kind": "work_report", "year": 2026,
            "region": {"code": "500106", "name": "沙坪坝区", "path": ["重庆市", "沙坪坝区"]},
        },
        "version": {"content_hash": "sha256:00", "chars": 9000},
        "source": {"slug": "spb", "name": "沙坪坝区人民政府", "official": True},
        "url": "https://www.example.gov.cn/zwgk/t1.html?a=1&b=2",
    }  # fmt: skip
    return Event(
        id=f"evt_{type_}_{number}",
        type=type_,
        subject="work_report/500106/2026",
        occurred_at=NOON + timedelta(minutes=number),
        data=base | data,
        sequence=number + 1,
    )


PUBLISHED = event("report.published", 1, targets=[GDP, INDUSTRY], targets_total=2)
REVISED = event("target.revised", 2, target=GDP, previous=WAS)


@pytest.mark.parametrize(
    ("one", "title"),
    [
        (PUBLISHED, "沙坪坝区 2026 政府工作报告：GDP 6%左右、规上工业增加值 8%以上"),
        (
            event("report.published", targets=[GDP] * 7, targets_total=7),
            "沙坪坝区 2026 政府工作报告：GDP 6%左右、GDP 6%左右、GDP 6%左右、GDP 6%左右、GDP 6%左右 …",
        ),
        (
            event("report.published", targets=[], targets_total=0),
            "沙坪坝区 2026 政府工作报告：发布，未读出目标",
        ),
        (
            event("report.published", targets=[GDP | {"headline": False}], targets_total=41),
            "沙坪坝区 2026 政府工作报告：发布，41 项目标，无主要预期目标一段",
        ),
        (
            event("report.provisional", targets=[GDP], targets_total=1),
            "沙坪坝区 2026 政府工作报告（待官方确认）：GDP 6%左右",
        ),
        (
            event("report.completed", targets=[GDP], differences=[{"target": GDP, "previous": None}]),
            "沙坪坝区 2026 政府工作报告（已见全文）：GDP 6%左右",
        ),
        (event("report.confirmed", targets=[GDP]), "沙坪坝区 2026 政府工作报告：官方已发布，与先前所见一致"),
        (
            event("report.contradicted", differences=[{"target": GDP, "previous": WAS}]),
            "沙坪坝区 2026 政府工作报告：官方文本与先前所见不一致：GDP 6%左右（先前 5.5%左右）",
        ),
        (
            event(
                "report.revised",
                differences=[{"target": None, "previous": WAS}, {"target": INDUSTRY, "previous": None}],
            ),
            "沙坪坝区 2026 政府工作报告修订：GDP 删去（原 5.5%左右）、规上工业增加值 8%以上（新增）",
        ),
        (event("report.revised", differences=[]), "沙坪坝区 2026 政府工作报告修订：文字有改动，目标未变"),
        (event("report.withdrawn"), "沙坪坝区 2026 政府工作报告：已从各网站撤下"),
        (event("report.withdrawn", moved_to="doc/1"), "沙坪坝区 2026 政府工作报告：实为 doc/1"),
        (
            event("operator.merged", into={"key": "doc/1", "title": "工作报告", "kind": "other"}, decision=3),
            "沙坪坝区 2026 政府工作报告：并入 工作报告（决定 3）",
        ),
        (
            event("target.published", target=GDP | {"resolve": "aim"}),
            "沙坪坝区 2026 地区生产总值：力争6%左右",
        ),
        (REVISED, "沙坪坝区 2026 地区生产总值：6%左右（原 5.5%左右）"),
        (
            event("target.withdrawn", target=None, previous=WAS),
            "沙坪坝区 2026 地区生产总值：5.5%左右（已删去）",
        ),
        (event("copy.appeared"), "沙坪坝区 2026 政府工作报告：另见于 沙坪坝区人民政府"),
        (
            event(
                "source.broken",
                report=None,
                cause="too_few_items",
                expected={"about": 20},
                found={"items": 2},
            ),
            "来源异常：沙坪坝区人民政府（条目太少）：应有 约 20 条，如上次，实得 2 条",
        ),
        (
            event(
                "source.broken", report=None, cause="empty_list", expected={"least": 1}, found={"items": 0}
            ),
            "来源异常：沙坪坝区人民政府（列表空了）：应有 至少 1 条，实得 0 条",
        ),
        (
            event("report.overdue", expected_on="2026-01-10", last_year_on="2025-01-10"),
            "沙坪坝区 2026 政府工作报告：尚未见到，应在 2026-01-10 前后（上年 2025-01-10）",
        ),
        (
            event("report.overdue", expected_on="2026-02-28", last_year_on=None),
            "沙坪坝区 2026 政府工作报告：尚未见到，应在 2026-02-28 前后",
        ),
    ],
)
def test_title_says_it_all(one: Event, title: str) -> None:
    assert title_of(one) == title


@pytest.mark.parametrize("type_", list(EventType))
@pytest.mark.parametrize("format_", list(FeedFormat))
def test_every_event_type_has_words_in_every_format(type_: EventType, format_: FeedFormat) -> None:
    assert render(format_, [event(type_, target=GDP, previous=WAS)], INFO)


def test_a_report_without_region_is_called_by_its_title() -> None:
    report = {"key": "other/x", "title": "关于召开会议的通知", "kind": "notice", "year": None, "region": None}
    assert title_of(event("report.confirmed", report=report)).startswith("关于召开会议的通知：")


@pytest.mark.parametrize("format_", list(FeedFormat))
def test_same_events_same_bytes(format_: FeedFormat) -> None:
    one = render(format_, [REVISED, PUBLISHED], INFO)
    assert one == render(format_, [REVISED, PUBLISHED], INFO)
    assert str(datetime.now(UTC).year) not in one.decode().replace("2026", "")


def test_atom_keeps_the_rules_of_rfc_4287() -> None:
    feed = etree.fromstring(render("atom", [REVISED, PUBLISHED], INFO))
    assert feed.xpath("string(a:id)", namespaces=ATOM) == "tag:gazette.example.cn,2026:feed"
    assert feed.xpath("string(a:title)", namespaces=ATOM) == "公报"
    assert feed.xpath("string(a:author/a:name)", namespaces=ATOM) == "gongbao"
    assert feed.xpath("string(a:updated)", namespaces=ATOM) == "2026-01-12T04:02:00.000003+00:00"
    assert feed.xpath("count(a:link[@rel='self'])", namespaces=ATOM) == 1
    assert feed.xpath("count(a:link[@rel='alternate'])", namespaces=ATOM) == 1
    entries = feed.xpath("a:entry", namespaces=ATOM)
    ids = [e.findtext("a:id", namespaces=ATOM) for e in entries]
    assert ids == [
        "tag:gazette.example.cn,2026:evt_target.revised_2",
        "tag:gazette.example.cn,2026:evt_report.published_1",
    ]
    for entry in entries:
        links = entry.findall("a:link", namespaces=ATOM)
        assert [link.get("rel") for link in links] in ([None], ["alternate"])
        assert links[0].get("href") == "https://www.example.gov.cn/zwgk/t1.html?a=1&b=2"
        for required in ("id", "title", "updated"):
            assert len(entry.findall(f"a:{required}", namespaces=ATOM)) == 1
        assert entry.find("a:content", namespaces=ATOM).get("type") == "html"
    terms = entries[1].xpath("a:category/@term", namespaces=ATOM)
    assert terms == ["report.published", "work_report", "重庆市", "沙坪坝区"]


def test_rss_has_an_id_a_date_and_one_self_link() -> None:
    channel = etree.fromstring(render("rss", [PUBLISHED], INFO)).find("channel")
    assert channel.findtext("lastBuildDate") == "Mon, 12 Jan 2026 04:01:00 +0000"
    assert channel.findtext("link") == "https://gazette.example.cn/"
    item = channel.find("item")
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("guid") == "tag:gazette.example.cn,2026:evt_report.published_1"
    assert item.findtext("pubDate") == "Mon, 12 Jan 2026 04:01:00 +0000"
    assert item.findtext("link") == "https://www.example.gov.cn/zwgk/t1.html?a=1&b=2"
    assert item.find("enclosure") is None
    assert "<td>地区生产总值</td>" in item.findtext("description")


def test_rss_leaves_the_locale_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "setlocale", lambda *_: pytest.fail("feedgen set the locale"))
    render("rss", [PUBLISHED], INFO)


def test_json_feed_has_what_version_1_1_requires() -> None:
    feed = json.loads(render("json", [REVISED, PUBLISHED], INFO))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "公报"
    assert feed["feed_url"] == INFO.self_url
    assert feed["authors"] == [{"name": "gongbao"}]
    assert len({item["id"] for item in feed["items"]}) == 2
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert item["date_published"].endswith("Z")
        assert item["url"].startswith("https://www.example.gov.cn/")
    assert feed["items"][0]["tags"] == ["目标修订", "政府工作报告", "重庆市", "沙坪坝区", "地区生产总值"]


def test_an_empty_feed_is_a_feed() -> None:
    feed = etree.fromstring(render("atom", [], INFO))
    assert feed.xpath("string(a:updated)", namespaces=ATOM) == "2026-01-01T00:00:00+00:00"
    assert json.loads(render("json", [], INFO))["items"] == []


BRIEF = {name: value for name, value in WAS.items() if name not in ("indicator", "label", "sentence")}
LAST_YEAR = {
    "year": 2025,
    "report": "work_report/500106/2025",
    "target": BRIEF,
    "outcome": BRIEF | {"low": 5.8, "high": 5.8, "comparator": "exact"},
    "verdict": "met",
    "reason": "floor",
}


@pytest.mark.parametrize(
    ("words", "head", "first"),
    [
        (CHINESE, ["上年目标", "上年实绩"], ["5.5%左右", "5.8%（完成）"]),
        (ENGLISH, ["Target last year", "Reached last year"], ["about 5.5%", "5.8% (met)"]),
    ],
)
def test_last_year_stands_beside_a_new_target(words: Words, head: list[str], first: list[str]) -> None:
    one = event("report.published", targets=[GDP | {"last_year": LAST_YEAR}, INDUSTRY], targets_total=2)
    table = html.fromstring(content_of(one, "https://a.example/", words)).find(".//table")
    cells = [[cell.text for cell in row] for row in table.findall("tr")]
    assert [row[3:5] for row in cells] == [head, first, ["—", "—"]]
    alone = event(
        "target.published", target=GDP | {"last_year": LAST_YEAR | {"target": None, "verdict": None}}
    )
    assert "<td>—</td><td>5.8%</td>" in content_of(alone, "https://a.example/", words)


def test_a_sentence_that_sets_many_figures_stands_once() -> None:
    other = GDP | {"sentence": "另一句"}
    one = event("report.published", targets=[GDP, GDP | {"indicator": "cpi", "label": "物价"}, other, GDP])
    table = html.fromstring(content_of(one, "https://a.example/")).find(".//table")
    told = [[(cell.text, cell.get("rowspan")) for cell in row] for row in table.findall("tr")[1:]]
    sentence = GDP["sentence"]
    assert [row[3:] for row in told] == [[(sentence, "2")], [], [("另一句", None)], [(sentence, None)]]
    assert [row[0][0] for row in told] == [GDP["label"], "物价", GDP["label"], GDP["label"]]


@pytest.mark.parametrize(
    ("period", "years"),
    [
        ({"kind": "year", "from": 2021, "to": 2021}, "2021"),
        ({"kind": "average", "from": 2021, "to": 2025}, "2021–2025"),
        ({"kind": "by_end", "from": None, "to": 2025}, "2025"),
        (None, "2026"),  # an event from before there were periods
    ],
)
def test_content_says_of_which_year_a_target_is(period: dict[str, object] | None, years: str) -> None:
    figure = GDP | {"year": 2026, "period": period}
    html = content_of(event("target.published", target=figure, previous=None), "https://gazette.example.cn/")
    assert f"<td>{GDP['label']}</td><td>{years}</td>" in html


def test_content_shows_figure_previous_and_sentence() -> None:
    html = json.loads(render("json", [REVISED], INFO))["items"][0]["content_html"]
    assert "<td>6%左右</td><td>5.5%左右</td><td>地区生产总值增长6.0%，确保完成。</td>" in html
    assert '<a href="https://gazette.example.cn/reports/work_report/500106/2026">' in html


@pytest.mark.parametrize("format_", list(FeedFormat))
def test_an_english_feed_leads_to_english_pages(format_: FeedFormat) -> None:
    english = replace(INFO, language="en", page="/regions/500106")
    document = render(format_, [PUBLISHED, event("report.confirmed", url=None)], english)
    is_json = format_ is FeedFormat.JSON
    page = json.loads(document)["home_page_url"] if is_json else feedparser.parse(document).feed.link
    assert page == "https://gazette.example.cn/regions/500106?lang=en"
    addresses = re.findall(r"https://gazette\.example\.cn/reports/[^\"<]+", html_unescaped(document))
    assert {one for one in addresses if "/evidence?" not in one} == {
        "https://gazette.example.cn/reports/work_report/500106/2026?lang=en"
    }


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "存档："), ("en", "Evidence: ")])
@pytest.mark.parametrize("format_", list(FeedFormat))
def test_content_leads_to_the_evidence(format_: FeedFormat, language: str, words: str) -> None:
    link = '<a href="https://gazette.example.cn/reports/work_report/500106/2026/evidence?text=00">' + words
    info = replace(INFO, language=language)
    assert link in html_unescaped(render(format_, [PUBLISHED], info))
    for without in (
        event("report.confirmed", url="file:///tmp/x.html"),
        event("report.overdue"),
        event("source.broken", report=None, version=None),
    ):
        assert "evidence?" not in html_unescaped(render(format_, [without], info))


def html_unescaped(feed: bytes) -> str:
    return unescape(feed.decode()).replace('\\"', '"')


def test_the_id_of_a_filtered_feed_is_its_own() -> None:
    filtered = FeedInfo("公报", INFO.self_url + "?region=500106", INFO.home_url, INFO.authority)
    assert filtered.id == "tag:gazette.example.cn,2026:feed?region=500106"


HOSTILE = [
    "<script>alert(1)</script>",
    "控制\x00\x08\x0b\x1f符\x7f\x9f",
    "半个\ud800代理\udfff",
    "结束]]>了",
    "&lt;b&gt; &amp; 'x' \"y\"",
    "非字符\ufffe\uffff",
    "😀𠮷",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_titles_are_text_everywhere(hostile: str) -> None:
    report = {"key": "other/<b>/x", "title": hostile, "kind": "other", "year": None, "region": None}
    target = GDP | {"sentence": hostile, "label": hostile}
    one = event(
        "report.confirmed", report=report, targets=[target], source={"name": hostile, "official": False}
    )
    said = f"{clean(hostile)}：官方已发布，与先前所见一致"

    feed = etree.fromstring(render("atom", [one], INFO))
    assert feed.xpath("string(a:entry/a:title)", namespaces=ATOM) == said
    content = feed.xpath("string(a:entry/a:content)", namespaces=ATOM)
    assert "<script" not in content
    assert etree.fromstring(render("rss", [one], INFO)).xpath("string(//item/title)") == said
    assert json.loads(render("json", [one], INFO))["items"][0]["title"] == said


@pytest.mark.parametrize("url", ["javascript:alert(1)", None, "", "http://[", "//x", "data:text/html,x", 5])
def test_a_link_that_nobody_may_follow_becomes_the_report_page(url: object) -> None:
    item = json.loads(render("json", [event("report.confirmed", url=url)], INFO))["items"][0]
    assert item["url"] == "https://gazette.example.cn/reports/work_report/500106/2026"
    assert "javascript" not in item["content_html"]


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://[2001:db8::1]:81/a[1].html?x[]=y", "http://[2001:db8::1]:81/a%5B1%5D.html?x%5B%5D=y"),
        ("https://x.example?a[b]", "https://x.example?a%5Bb%5D"),
        ("https://x.example/报告 1.html", "https://x.example/%E6%8A%A5%E5%91%8A%201.html"),
    ],
)
def test_what_may_not_stand_in_a_link_is_escaped(url: str, link: str) -> None:
    item = json.loads(render("json", [event("report.confirmed", url=url)], INFO))["items"][0]
    assert item["url"] == link


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_a_feed(text: str) -> None:
    one = event(
        "target.published", target=GDP | {"label": text, "sentence": text}, url=f"https://x.example/{text}"
    )
    etree.fromstring(render("atom", [one], INFO))
    etree.fromstring(render("rss", [one], INFO))
    json.loads(render("json", [one], INFO).decode())


@pytest.mark.parametrize("format_", [FeedFormat.ATOM, FeedFormat.RSS])
def test_feedparser_reads_it_without_complaint(format_: FeedFormat) -> None:
    parsed = feedparser.parse(render(format_, [REVISED, PUBLISHED], INFO))
    assert not parsed.bozo
    assert [e.title for e in parsed.entries] == [title_of(REVISED), title_of(PUBLISHED)]
    assert len({e.id for e in parsed.entries}) == 2


def test_unknown_types_and_formats_are_said_aloud() -> None:
    with pytest.raises(ValueError, match=r"no words for an event of type .report.eaten"):
        render("atom", [event("report.eaten")], INFO)
    with pytest.raises(ValueError, match="opml"):
        render("opml", [], INFO)


SENTENCES = [
    {
        "change": "changed",
        "before": {"text": "增长<b>5.5%左右", "marks": [{"start": 5, "end": 9, "figure": True}]},
        "after": {
            "text": "增长<b>6%以上",
            "marks": [{"start": 5, "end": 7, "figure": True}, {"start": 7, "end": 9, "figure": False}],
        },
    },
    {"change": "removed", "before": {"text": "新建<i>学校。", "marks": []}, "after": None},
    {"change": "added", "before": None, "after": {"text": "稳住就业。", "marks": []}},
]


@pytest.mark.parametrize(("number", "said"), [(1, "1 change in"), (2, "2 changes in")])
def test_one_change_is_said_of_one(number: int, said: str) -> None:
    one = event("report.revised", differences=[], sentences=SENTENCES[:number], sentences_total=number)
    assert f"<p>{said} the text:</p>" in content_of(one, "https://gazette.example.cn/", ENGLISH)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh-CN",
            [
                "<p>文本改动 12 处，此处列出 3 处：</p>",
                "<li>原：增长&lt;b&gt;<del><strong>5.5%</strong></del>左右"
                "<br>今：增长&lt;b&gt;<ins><strong>6%</strong></ins><ins>以上</ins></li>",
                "<li>删去：<del>新建&lt;i&gt;学校。</del></li>",
                "<li>新增：<ins>稳住就业。</ins></li>",
            ],
        ),
        ("en", ["<p>12 changes in the text; here are 3:</p>", "<li>Added: <ins>稳住就业。</ins></li>"]),
    ],
)
@pytest.mark.parametrize("type_", ["report.revised", "report.contradicted"])
def test_a_revision_shows_its_sentences(type_: str, language: str, lines: list[str]) -> None:
    one = event(type_, differences=[], sentences=SENTENCES, sentences_total=12)
    info = replace(INFO, language=language)
    html = json.loads(render("json", [one], info))["items"][0]["content_html"]
    for line in lines:
        assert line in html
    assert "<b>" not in html
    assert feedparser.parse(render("atom", [one], info)).entries[0].content[0].value.count("<ins>") >= 2
