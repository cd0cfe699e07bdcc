"""Two texts of a report beside each other: what stands there, what never gets through, how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser

from alerts.web.http.layers import HEADERS
from alerts.web.pages.comparison_views import coverage_text
from alerts.words.language import CHINESE
from ingest.compare.relate import Evidence
from ingest.model import Kind, Reading, Relation
from ingest.store import relations
from ingest.store.relations import Related
from tests.support import site_data
from tests.support.browser import chromium
from tests.support.site_pages import texts
from tests.support.site_server import served, stored

KEY = "work_report/500112/2026"
PAGE = f"/reports/{KEY}"
PLAIN = [
    f"推进第{n}类园区建设，盘活闲置厂房{n}00间，引进配套企业{n * 3}家，完善道路管网与物流仓储，"
    f"让群众在家门口就业。"
    for n in range(1, 40)
]
GOAL = (
    "今年经济社会发展的主要预期目标是：地区生产总值增长{}左右，规模以上工业增加值增长8%，"
    "固定资产投资增长4%，社会消费品零售总额增长6.5%，居民收入增长与经济增长同步。"
)
WAS = "坚持以人民为中心的发展思想，落实<script>alert(1)</script>惠民政策。"
OLD = "\n".join([*PLAIN[:20], GOAL.format("5.5%"), *PLAIN[20:30], WAS, *PLAIN[30:], "新建改扩建学校12所。"])
NEW = "\n".join(
    [
        *PLAIN[:20],
        GOAL.format("6%"),
        *PLAIN[20:30],
        WAS.replace("落实", "坚决落实"),
        *PLAIN[30:],
        "实施城市更新项目20个，改造<mark>老旧小区</mark>86个。",
    ]
)
CUT = "\n".join(PLAIN[:20])


def reading(text: str) -> Reading:
    return site_data.reading(Kind.WORK_REPORT, "500112", 2026, "2026年<i>渝北区</i>人民政府工作报告", text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stored(tmp_path_factory.mktemp("compare"), seeded=False) as store, served(store) as url:
        at = site_data.START
        with store.begin() as tx:
            site_data.watchlist.sync_sources(tx, site_data.SOURCES, at)
            site_data.show(tx, "xianyu", "http://xianyu.example.com/1.html", reading(CUT), at)
            official = "https://yb.example.gov.cn/zwgk/gzbg/202601/t20260115_88.html"
            site_data.show(tx, "cq-yubei", official, reading(OLD), at + timedelta(hours=1))
            site_data.show(tx, "bayu-bbs", "http://bbs.example.net/9", reading(OLD), at + timedelta(hours=2))
            last = site_data.show(tx, "cq-yubei", official, reading(NEW), at + timedelta(hours=9))
            assert last.report_id is not None
            assert last.version_id is not None
            relations.complete(tx, last.report_id)
            relations.stand(tx, last.report_id, last.version_id)
        yield url


def digits(text: str) -> str:
    return reading(text).content_hash.removeprefix("sha256:")


def address(before: str, after: str) -> str:
    return f"{PAGE}/compare?from={digits(before)[:16]}&to={digits(after)[:16]}"


def test_the_report_page_lists_copies_with_coverage_and_leads_there(site: str) -> None:
    tree = LexborHTMLParser(httpx.get(site + PAGE).text)
    items = tree.css("section[aria-labelledby=copies] li")
    sources = [re.sub(r"\s+", " ", i.css_first("p").text()).strip() for i in items]
    assert sources == [
        "县域资料网 非官方 节录",
        "渝北区人民政府 官方 数字有别 已换下",
        "巴渝论坛 非官方 数字有别",
        "渝北区人民政府 官方 现行文本",
    ]
    links = [[a.attributes["href"] for a in i.css("a") if a.text() == "对照"] for i in items]
    assert links == [[address(CUT, NEW)], [address(OLD, NEW)], [address(OLD, NEW)], []]
    cut = re.sub(r"\s+", " ", items[0].css("p")[2].text())
    assert re.search(r"此文 100% 见于现行文本，现行文本 4\d% 见于此文 · 对照", cut)
    assert httpx.get(site + links[0][0]).status_code == 200


def test_what_changed_stands_side_by_side(site: str) -> None:
    answer = httpx.get(site + address(OLD, NEW))
    assert answer.status_code == 200
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    tree = LexborHTMLParser(answer.text)
    assert texts(tree, "h1") == ["渝北区 2026 政府工作报告：文本对照"]
    assert texts(tree, ".change .kind") == ["改", "改", "删", "增"]
    assert texts(tree, ".change .before del") == ["5.5%", "新建改扩建学校12所。"]
    assert texts(tree, ".change .after ins") == [
        "6%",
        "坚决",
        "实施城市更新项目20个，改造<mark>老旧小区</mark>86个。",
    ]
    assert texts(tree, ".change del strong") == ["5.5%", "12"]
    assert texts(tree, ".change ins strong") == ["6%", "20", "86"]
    assert texts(tree, ".none") == ["乙无此句", "甲无此句"]
    context = texts(tree, ".context")
    assert context[0].startswith("推进第20类园区建设")
    assert context[1].startswith("推进第21类园区建设")
    assert len(context) == 5  # nothing stands behind the last change
    skipped = [int(n) for n in re.findall(r"相同的 (\d+) 句从略", answer.text)]
    shown = len(context) + 3  # sentences of the right text that stand on the page
    assert sum(skipped) + shown == len(NEW.split("\n"))
    assert texts(tree, ".heads .source") == ["巴渝论坛 非官方 数字有别", "渝北区人民政府 官方 现行文本"]
    assert "甲 94% 见于乙，乙 93% 见于甲" in answer.text
    counts = dict(zip(texts(tree, ".counts dt"), texts(tree, ".counts dd"), strict=True))
    assert counts == {"句改动": "2", "句删去": "1", "句新增": "1", "句涉及数字": "3"}


def test_nothing_of_a_text_is_executed(site: str) -> None:
    body = httpx.get(site + address(OLD, NEW)).text
    tree = LexborHTMLParser(body)
    assert "&lt;script&gt;" in body
    assert not tree.css("script, style, [style], iframe, img, main b, main i")
    assert all(n.attributes["href"].startswith(("/", "http")) for n in tree.css("main a"))


def test_the_same_text_has_no_changes_and_the_sides_can_be_swapped(site: str) -> None:
    assert "两份文本没有改动" in httpx.get(site + address(NEW, NEW)).text
    tree = LexborHTMLParser(httpx.get(site + address(OLD, NEW)).text)
    hrefs = [a.attributes["href"] for a in tree.css("header a")]
    assert address(NEW, OLD) in hrefs
    assert PAGE in hrefs
    full = f"{PAGE}/compare?from=sha256:{digits(OLD)}&to={digits(NEW).upper()}"
    assert texts(LexborHTMLParser(httpx.get(site + full).text), ".change del")[0] == "5.5%"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{PAGE}/compare?from={'0' * 64}&to={'1' * 64}", 404, f"没有指纹为 {'0' * 64} 的文本"),
        (f"{PAGE}/compare?from={digits(OLD)}&to=%3Cb%3E", 404, "没有指纹为 &lt;b&gt; 的文本"),
        (f"{PAGE}/compare?from={digits(OLD)[:8]}&to={digits(NEW)}", 404, "没有指纹为"),
        (f"/reports/work_report/1/2026/compare?from={digits(OLD)}&to={digits(NEW)}", 404, "没有编号为"),
        (f"{PAGE}/compare?from={digits(OLD)}", 422, "to"),
        (f"{PAGE}/compare?from={'0' * 99}&to={digits(OLD)}", 422, "from"),
    ],
)
def test_what_cannot_be_compared_is_said(site: str, path: str, status: int, words: str) -> None:
    answer = httpx.get(site + path)
    assert (answer.status_code, words in answer.text) == (status, True)


@pytest.mark.parametrize(
    ("coverage", "other", "text"),
    [
        (1.0, 0.6123, "此文 100% 见于现行文本，现行文本 61% 见于此文"),
        (0.9994, 0.001, "此文 99% 见于现行文本，现行文本 不到 1% 见于此文"),
        (0.0, 0.5, "此文 0% 见于现行文本，现行文本 50% 见于此文"),
    ],
)
def test_coverage_in_both_directions(coverage: float, other: float, text: str) -> None:
    evidence = Evidence(Relation.TRUNCATED, "because", coverage, other, 100, 200)
    assert coverage_text(Related(1, 2, Relation.TRUNCATED, evidence), CHINESE) == text
    assert coverage_text(None, CHINESE) == ""


@pytest.mark.browser
def test_it_stands_beside_each_other_or_below(site: str) -> None:
    with chromium() as browser:
        for width in (1280, 375):
            look(browser, site, width)


def look(browser: Browser, site: str, width: int) -> None:
    page = browser.new_page(locale="en-GB", color_scheme="dark" if width == 375 else "light")
    page.set_viewport_size({"width": width, "height": 900})
    for path in (address(OLD, NEW), PAGE):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto(site + address(OLD, NEW))
    before = page.locator(".change .before").first.bounding_box()
    after = page.locator(".change .after").first.bounding_box()
    assert before is not None
    assert after is not None
    if width == 1280:
        assert before["y"] == after["y"]
        assert before["x"] + before["width"] <= after["x"]
    else:
        assert before["x"] == after["x"]
        assert before["y"] + before["height"] <= after["y"]
    lines = (
        "e => { const all = document.createRange(); all.selectNodeContents(e); "
        "return all.getClientRects().length; }"
    )
    assert [kind.evaluate(lines) for kind in page.locator(".change .kind").all()] == [1, 1, 1, 1]
    looks = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator(".change del").first.evaluate(looks) == "line-through"
    assert page.locator(".change ins").first.evaluate(looks) == "underline"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
