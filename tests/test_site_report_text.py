"""The full text of a report as a page: its parts, figures that lead to their rows, what is searched for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborNode

from alerts.web.pages import report_views
from alerts.words.language import CHINESE
from alerts.words.marked_text import hits_of, led_to, marked
from ingest.model import Copy, Header, Identity, Kind, Relation, Report, Version
from ingest.store.browse import ReportDetail
from ingest.store.db import Store
from ingest.text.outline import outline
from tests.support.site_data import START, extract, reading, show
from tests.support.site_pages import page
from tests.support.site_server import served, stored
from workers.targets.extract import extract as read_figures

BODY = (
    "各位代表：\n一、2025年工作回顾\n去年地区生产总值增长5.8%。低空经济起步。\n二、2026年工作安排\n"
    "今年主要预期目标是：地区生产总值增长6%左右，城镇新增就业3万人。\n（一）发展低空经济 GDP 倍增。\n"
    "一、不是新的部分。\n三、政府自身建设\n<b>清正廉洁</b>。"
)
PATH = "/reports/work_report/510104/2026"


BEFORE = (
    "一、2024年工作回顾\n去年地区生产总值增长5%。\n二、2025年工作安排\n主要预期目标是：地区生产总值增长5.5%左右。\n"
    "粮食产量稳定在800万吨以上的水平。\n三、其他\n完。"
)


def with_text(store: Store, body: str, year: int) -> None:
    with store.begin() as tx:
        at = START + timedelta(days=8)
        what = reading(Kind.WORK_REPORT, "510104", year, f"锦江区{year}年政府工作报告", body)
        shown = show(tx, "xianyu", f"http://xianyu.example.com/{year}.html", what, at)
        found = read_figures(body, year=year, kind=Kind.WORK_REPORT)
        assert shown.version_id is not None
        extract(tx, shown.version_id, at, found.targets, found.outcomes)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with stored(tmp_path_factory.mktemp("text")) as store:
        with_text(store, BODY, 2026)
        with_text(store, BEFORE, 2025)
        with served(store) as url, httpx.Client(base_url=url) as client:
            yield client


def target_of(client: httpx.Client, node: LexborNode) -> LexborNode:
    path, _, place = str(node.attributes["href"]).partition("#")
    [there] = page(client, path).css(f'[id="{place}"]')
    return there


def test_every_figure_leads_to_its_row_and_back(client: httpx.Client) -> None:
    text = page(client, f"{PATH}/text")
    figures = text.css(".full-text a")
    assert [(a.attributes["class"], a.text()) for a in figures] == [
        ("outcome", "去年地区生产总值增长5.8%"),
        ("headline", "地区生产总值增长6%左右"),
        ("headline", "城镇新增就业3万人"),
    ]
    assert figures[1].attributes["title"] == "地区生产总值 2026 6%左右"
    for figure in figures:
        row = target_of(client, figure)
        [back] = [a for a in row.css("a") if "/text#" in str(a.attributes["href"])]
        assert target_of(client, back).text() == figure.text()


def test_parts_lead_to_where_they_begin(client: httpx.Client) -> None:
    text = page(client, f"{PATH}/text")
    links = text.css("nav.parts a")
    assert [a.text() for a in links] == ["一、2025年工作回顾", "二、2026年工作安排", "三、政府自身建设"]
    for link in links:
        assert target_of(client, link).text() == link.text()
    assert "<b>" not in text.css_first(".full-text").html.replace("&lt;b&gt;", "")


@pytest.mark.parametrize(
    ("asked", "hits", "led"),
    [
        ("低空经济", 2, "去年地区生产总值增长5.8%。低空经济起步。"),
        ("gdp 低空", 5, "去年地区生产总值增长5.8%。低空经济起步。"),
        ("增长6", 1, "今年主要预期目标是：地区生产总值增长6%左右，城镇新增就业3万人。"),
        ("没有的话", 0, None),
        ("(", 0, None),
    ],
)
def test_what_is_searched_for_is_marked_and_led_to(
    client: httpx.Client, asked: str, hits: int, led: str | None
) -> None:
    text = page(client, f"{PATH}/text?{httpx.QueryParams(q=asked)}")
    assert len(text.css("mark.hit")) == hits
    assert text.css_first("[role=status]").text() == f"找到 {hits} 处"
    assert [p.text() for p in text.css("#q")] == ([led] if led else [])


def test_a_hit_across_the_edge_of_a_figure_is_one(client: httpx.Client) -> None:
    text = page(client, "/reports/work_report/510104/2025/text?q=以上的水平")
    assert [mark.text() for mark in text.css("mark.hit")] == ["以上", "的水平"]
    assert text.css_first("[role=status]").text() == "找到 1 处"


def test_a_place_is_led_to_and_what_is_none_is_said(client: httpx.Client) -> None:
    at = BODY.index("GDP")
    assert page(client, f"{PATH}/text?at={at}").css_first("#q").text() == "（一）发展低空经济 GDP 倍增。"
    assert client.get("/reports/work_report/1/2026/text").status_code == 404
    assert client.get(f"{PATH}/text?query=x").status_code == 422
    assert "full text" in client.get(f"{PATH}/text", params={"lang": "en"}).text


def test_a_hit_inside_a_figure_leaves_the_text_as_it_is() -> None:
    figures = read_figures(BODY, year=2026, kind=Kind.WORK_REPORT).targets
    lines = marked(BODY, figures, hits_of(BODY, "增长6 总值"))
    assert ["".join(p.text for p in line.pieces) for line in lines] == BODY.split("\n")
    assert all(BODY[p.start :].startswith(p.text) for line in lines for p in line.pieces)
    assert led_to([], "x") is None


def test_a_text_without_numbered_parts_has_none() -> None:
    assert outline("各位代表：\n一、只有一部分。\n" + "三、跳过了。\n" * 3) == []
    assert [part.heading for part in outline("\n".join(f"{n}、第{n}" for n in "一二三四五六七八九十"))][
        -1
    ] == "十、第十"


def test_last_year_stands_beside_each_target_and_leads_to_it(client: httpx.Client) -> None:
    report = page(client, PATH)
    [gdp] = [row for row in report.css("tr[id]") if str(row.attributes["id"]).endswith("-gdp-2026growth")]
    promised, reached = gdp.css("td[data-label='上年'] a")
    assert (promised.text(), reached.text()) == ("5.5%左右", "5.8%")
    assert gdp.css_first("td[data-label='上年'] .tag.good").text() == "完成"
    assert "5.5%左右" in target_of(client, promised).text()
    assert "5.8%" in target_of(client, reached).text()
    [before] = report.css("a[rel=prev]")
    assert before.attributes["href"] == "/reports/work_report/510104/2025"
    [after] = page(client, str(before.attributes["href"])).css("a[rel=next]")
    assert after.attributes["href"] == PATH
    english = client.get(PATH, params={"lang": "en"}).text
    assert "Last year" in english


@pytest.mark.parametrize(("of", "rows"), [("targets", 2), ("outcomes", 1)])
def test_figures_are_had_as_csv(client: httpx.Client, of: str, rows: int) -> None:
    assert f'href="{PATH}/{of}.csv"' in client.get(PATH).text
    answer = client.get(f"{PATH}/{of}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="work_report-510104-2026-{of}.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["report.key"] for line in lines] == ["work_report/510104/2026"] * rows


LONG = "说明。" * 600


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"kind": Kind.NEWS}, "这是新闻"),
        ({"relation": Relation.TRUNCATED}, "这份文本不完整（节录）"),
        ({"body": "太短。"}, "正文只有 3 字"),
        ({"year": None}, "不知道是哪一年的报告"),
        ({"outcomes": True}, "文中读出实绩 1 项而没有目标"),
        ({}, "全文没有一句"),
    ],
)
def test_why_there_are_no_targets(changed: dict[str, Any], why: str) -> None:
    at = START
    kind, year = changed.get("kind", Kind.WORK_REPORT), changed.get("year", 2026)
    body = changed.get("body", LONG)
    report = Report(1, "k", kind, None, year, "t", at, None, False, None)
    version = Version(1, "sha256:0", 1, "t", body, Header(), Identity(kind), at, at, "x", 1, None, None)
    copy = Copy(
        1, 1, 1, "s", "s", True, "http://s.example/", changed.get("relation", Relation.SAME), at, at, None
    )
    said = read_figures("去年地区生产总值增长5%。", year=2026, kind=Kind.WORK_REPORT).outcomes
    outcomes = said if changed.get("outcomes") else ()
    detail = ReportDetail(report, version, copy, (version,), (copy,), (), outcomes, ())
    assert report_views.why_no_targets(detail, CHINESE).startswith(why)
