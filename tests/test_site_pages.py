"""Pages as text: what stands on them, what they never let through, which headers they carry."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from defusedxml import ElementTree
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from alerts.web.app import create_app
from alerts.web.http.layers import HEADERS
from alerts.web.pages import report_views
from alerts.web.pages.templating import pieces
from alerts.words.language import CHINESE
from ingest.model import Comparator, Kind
from ingest.settings import Settings
from tests.support import site_data
from tests.support.site_pages import page, texts
from tests.support.site_server import served, stored


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        stored(tmp_path_factory.mktemp("pages")) as store,
        served(store) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def test_first_page_shows_reports_targets_sources(client: httpx.Client) -> None:
    tree = page(client, "/")
    names = texts(tree, "article.report h3")
    assert names[-1] == "沙坪坝区 2026 政府工作报告"
    assert "武侯区 2026 政府工作报告 待官方确认" in names
    assert "岳麓区 2025 政府工作报告 已撤下" in names
    assert "重庆市江北区 2026 国民经济和社会发展计划报告 未能抽取" in names
    assert texts(tree, "article.report:last-of-type .figures div")[:4] == [
        "GDP6%左右", "规上工业增加值8%以上", "固定资产投资4%—5%", "社零力争6.5%以上",
    ]  # fmt: skip
    aside = texts(tree, "aside .line")
    assert "地区生产总值 目标修订 5.5%左右 6%左右" in aside
    assert "成华区人民政府 异常" in aside
    assert "6 份报告" in " ".join(f"{d} {t}" for t, d in zip(
        texts(tree, ".counts dt"), texts(tree, ".counts dd"), strict=True
    ))  # fmt: skip
    links = [node.attributes for node in tree.css('head link[rel="alternate"][type]')]
    assert [(link["type"], link["href"]) for link in links] == [
        ("application/atom+xml", "/feed.atom"),
        ("application/rss+xml", "/feed.rss"),
        ("application/feed+json", "/feed.json"),
        ("application/atom+xml", "/feed.atom?lang=en"),
    ]


def test_first_page_counts_what_is_listed(client: httpx.Client) -> None:
    tree = page(client, "/")
    counts = dict(zip(texts(tree, ".counts dt"), map(int, texts(tree, ".counts dd")), strict=True))
    assert counts["份报告"] == len(texts(tree, "article.report"))
    targets = client.get("/api/v1/targets", params={"limit": 200}).json()
    assert targets["next_cursor"] is None
    assert counts["项目标"] == len(targets["items"]) > 0
    reports = client.get("/api/v1/reports").json()["items"]
    assert counts["处文本"] == sum(one["copies"] for one in reports)
    english = httpx.get(f"{client.base_url}?lang=en", headers={"Cookie": ""}).text
    assert "<dt>copies</dt>" in english
    assert "<span>2 copies</span>" in english


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "武侯区"}, ["武侯区 2026 政府工作报告"]),
        (
            {"kind": "plan_report"},
            ["重庆市江北区 2026 国民经济和社会发展计划报告", "沙坪坝区 2026 国民经济和社会发展计划报告"],
        ),
        ({"q": "没有这样的地方"}, []),
        ({"kind": "work_report", "q": "渝北"}, ["渝北区 2026 政府工作报告"]),
    ],
)
def test_first_page_can_be_searched(client: httpx.Client, query: dict[str, str], names: list[str]) -> None:
    tree = LexborHTMLParser(client.get("/", params=query).text)
    assert texts(tree, "article.report h3 a") == names
    assert tree.css_first('.columns .search input[name="q"]').attributes["value"] == query.get("q", "")


def test_first_page_shows_notices_where_they_are_asked_for(client: httpx.Client) -> None:
    def shown(path: str) -> tuple[list[str], str | None]:
        tree = LexborHTMLParser(client.get(path).text)
        return texts(tree, "article.report h3 a"), tree.css_first("option[selected]", None)

    reports, chosen = shown("/")
    everything, all_kinds = shown("/?kind=all")
    assert chosen is None
    assert all_kinds is not None
    assert set(reports) < set(everything)
    assert [name for name in everything if name not in reports] == shown("/?kind=notice")[0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/subscribe.opml?kind=nope", 422),
        ("/matrix?format=csv&year=1", 422),
        ("/robots.txt?x=1", 422),
        ("/reports/nope/targets.csv", 404),
        ("/sitemap/99.xml", 404),
    ],
)
def test_who_asks_for_a_file_gets_no_page_instead(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_first_page_says_of_a_misspelt_kind_what_was_meant(client: httpx.Client) -> None:
    answer = client.get("/?kind=wrok_report")
    assert answer.status_code == 422
    assert "perhaps work_report" in answer.text


def test_first_page_turns(tmp_path: Path) -> None:
    with stored(tmp_path, seeded=False) as store, served(store) as url:
        with store.begin() as tx:
            site_data.watchlist.sync_sources(tx, site_data.SOURCES, site_data.START)
            for n in range(23):
                reading = site_data.reading(Kind.NOTICE, None, 2026, f"通知 {n:02}", f"正文 {n}")
                at = site_data.START + timedelta(minutes=n)
                site_data.show(tx, "bayu-bbs", f"http://bbs.example.net/t-{n}", reading, at)
        first, second = httpx.get(f"{url}/?kind=notice").text, httpx.get(f"{url}/?kind=notice&page=2").text
        assert "通知 22" in first
        assert 'href="/?kind=notice&amp;page=2" rel="next"' in first
        assert texts(LexborHTMLParser(second), "article.report h3 a") == ["通知 02", "通知 01", "通知 00"]
        assert 'href="/?kind=notice" rel="prev"' in second
        assert httpx.get(f"{url}/?page=0").status_code == 422


def test_report_page(client: httpx.Client) -> None:
    tree = page(client, "/reports/work_report/500106/2026")
    assert texts(tree, "h1") == ["沙坪坝区 2026 政府工作报告"]
    facts = dict(zip(texts(tree, ".facts dt"), texts(tree, ".facts dd"), strict=True))
    assert facts["索引号"] == "11500106000000000X/2026-00012"
    assert facts["成文日期"] == "2026-01-12"
    assert facts["会议"] == "沙坪坝区第十九届人民代表大会第六次会议"
    assert "发文字号" not in facts
    copies = texts(tree, "section[aria-labelledby=copies] li p:first-child")
    assert copies == ["沙坪坝区人民政府 官方 现行文本", "县域资料网 非官方 现行文本"]
    rows = texts(tree, "section[aria-labelledby=targets] tr")
    assert "地区生产总值 6%左右 2026 年增速 5.8% 地区生产总值增长6%左右" in rows
    assert any(r.startswith("城镇新增就业 确保3万人以上 2026 年总量 落实就业优先政策") for r in rows)
    marked = texts(tree, "section[aria-labelledby=targets] blockquote mark")
    assert marked[0] == "地区生产总值增长6%左右"
    assert len(marked) == 8
    outcomes = texts(tree, "section[aria-labelledby=outcomes] tbody th")
    assert outcomes == ["地区生产总值", "一般公共预算收入", "市场主体"]
    assert texts(tree, "section[aria-labelledby=events] summary") == ["公布目标 12 项"]
    [link] = tree.css("link[rel=alternate][title='公报 · 沙坪坝区']")
    [shown] = (a for a in tree.css("a") if a.text() == "订阅沙坪坝区")
    assert link.attributes["href"] == shown.attributes["href"] == "/feed.atom?region=500106"


def test_report_page_of_a_revision(client: httpx.Client) -> None:
    tree = page(client, "/reports/work_report/500112/2026")
    events = texts(tree, "section[aria-labelledby=events] .event")
    assert any("（原 5.5%左右）" in e for e in events)
    copies = texts(tree, "section[aria-labelledby=copies] li p:first-child")
    assert copies == ["渝北区人民政府 官方 文字修订 已换下", "渝北区人民政府 官方 现行文本"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("plan_report/500105/2026", "这份文本未能抽取：抽取进程三次中止"),
        ("work_report/430104/2025", "已撤下"),
    ],
)
def test_report_page_says_what_is_wrong(client: httpx.Client, key: str, words: str) -> None:
    assert words in client.get(f"/reports/{key}").text


def test_status_page(client: httpx.Client) -> None:
    tree = page(client, "/status")
    problems = texts(tree, "section[aria-labelledby=problems] .figure")
    assert sorted(problems) == ["Gone", "NotADocument", "RefusedAddress", "TooLarge"]
    assert "GONGBAO_PAGE_LIMIT" in tree.body.text()
    beats = texts(tree, "section[aria-labelledby=beats] tbody tr")
    assert sum("运行" in b for b in beats) == 3
    assert sum("停止" in b for b in beats) == 1
    sources = texts(tree, "section[aria-labelledby=sources] tbody tr")
    assert any("成华区人民政府 异常" in s and "ShapeChanged" in s for s in sources)
    assert "试过 3 次" in texts(tree, "section[aria-labelledby=documents] li")[0]
    deliveries = dict(zip(
        texts(tree, "section[aria-labelledby=deliveries] dt"),
        texts(tree, "section[aria-labelledby=deliveries] dd"), strict=True,
    ))  # fmt: skip
    endpoints = {"webhook 端": "1", "消息端": "0", "邮件端": "0", "失败中": "0", "暂停": "0", "停用": "0"}
    assert deliveries == endpoints | {"待送": "1", "已送达": "1", "已放弃": "1"}
    assert "whsec_" not in client.get("/status").text
    assert "hooks." not in client.get("/status").text, "nor where they are told"


def test_titles_are_text(client: httpx.Client) -> None:
    body = client.get("/?kind=all").text
    assert "<b>座谈会</b>" not in body
    assert "&lt;b&gt;座谈会&lt;/b&gt;" in body


def test_status_page_says_how_much_of_the_country_is_watched(client: httpx.Client) -> None:
    rows = page(client, "/status").css("section[aria-labelledby=coverage] tbody tr")
    cells = [[cell.text(strip=True) for cell in row.css("th, td")] for row in rows]
    assert [row[:2] for row in cells] == [["省级", "31"], ["地级", "333"], ["县级", "2845"]]
    assert cells[0][2:4] == ["31", "31"]  # the catalogue has a column of reports of every province


@pytest.mark.parametrize("path", ["/", "/reports/work_report/500112/2026", "/status", "/no-such-page"])
def test_every_page_is_self_contained_and_guarded(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    tree = LexborHTMLParser(answer.text)
    assert tree.css_first("html").attributes["lang"] == "zh-CN"
    assert not tree.css("script, style, [style], iframe, img, [onclick]")
    loaded = tree.css("head link[rel=stylesheet], head link[rel=icon]")
    assert len(loaded) >= 2
    assert all(n.attributes["href"].startswith("/") for n in loaded)
    assert len(tree.css("h1")) == len(tree.css("main")) == len(tree.css("footer")) == 1
    assert all(n.attributes.get("aria-label") for n in tree.css("nav"))
    for link in tree.css("main a"):
        assert link.attributes["href"].startswith(("/", "#", "http://", "https://"))
    for table in tree.css("table"):
        assert table.css_first("caption")
        assert all(th.attributes.get("scope") for th in table.css("th"))


def test_unknown_pages_are_said_to_be_so(client: httpx.Client) -> None:
    assert "没有这一页" in page(client, "/no-such-page", 404).body.text()
    missing = page(client, "/reports/work_report/1/<b>", 404)
    assert "没有编号为 work_report/1/<b> 的报告" in missing.body.text()


def test_an_empty_store_has_a_first_page(tmp_path: Path) -> None:
    with stored(tmp_path, seeded=False) as store, served(store) as url:
        assert "第一轮轮询之后，报告会出现在这里" in httpx.get(f"{url}/").text
        assert "没有进程报到过" in httpx.get(f"{url}/status").text


def test_static_files_are_served(client: httpx.Client) -> None:
    tree = page(client, "/")
    css = client.get(tree.css_first('link[rel="stylesheet"]').attributes["href"])
    assert css.headers["content-type"].startswith("text/css")
    assert "url(" not in css.text
    assert "@import" not in css.text
    icon = client.get(tree.css_first('link[rel="icon"]').attributes["href"])
    assert icon.headers["content-type"] == "image/svg+xml"
    assert client.get("/static/../app.py").status_code == 404


def test_a_path_in_the_public_address_stands_before_every_link(tmp_path: Path) -> None:
    with stored(tmp_path) as store:
        app = create_app(Settings(public_url="https://example.cn/gazette/"), store)
        transport = httpx.ASGITransport(app=app)

        async def get(path: str) -> str:
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return (await client.get(path)).text

        body = asyncio.run(get("/"))
        assert 'href="/gazette/reports/work_report/500106/2026"' in body
        assert 'href="/gazette/feed.atom"' in body
        assert 'href="https://example.cn/gazette/feed.atom"' in asyncio.run(get("/feed.atom"))


def test_an_unexpected_error_says_nothing_of_the_inside(tmp_path: Path) -> None:
    with stored(tmp_path) as store:
        app = create_app(Settings(), store)

        @app.get("/boom")
        def boom() -> None:
            raise RuntimeError("secret inside")

        app.router.routes.insert(0, app.router.routes.pop())

        async def get() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.get("/boom")

        answer = asyncio.run(get())
        assert answer.status_code == 500
        assert "内部错误" in answer.text
        assert "secret" not in answer.text
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


# --- views by themselves ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "quotes", "expected"),
    [
        ("甲乙丙", ["乙"], [("甲", False), ("乙", True), ("丙", False)]),
        ("甲乙丙", [], [("甲乙丙", False)]),
        ("甲乙丙", ["丁", ""], [("甲乙丙", False)]),
        ("甲乙丙丁", ["甲乙", "乙丙"], [("甲乙", True), ("丙", True), ("丁", False)]),
        ("甲乙丙丁", ["甲乙丙", "乙"], [("甲乙丙", True), ("丁", False)]),
        ("", ["甲"], []),
    ],
)
def test_mark_quotes(sentence: str, quotes: list[str], expected: list[tuple[str, bool]]) -> None:
    assert list(report_views.mark_quotes(sentence, quotes)) == expected


def test_pieces_set_the_number_apart() -> None:
    assert list(pieces("超过320亿元")) == [("超过", False), ("320", True), ("亿元", False)]
    assert list(pieces("4%—5.5%")) == [("4%", True), ("—", False), ("5.5%", True)]
    assert list(pieces("持平")) == [("持平", False)]


def test_the_folder_of_a_local_file_is_not_told() -> None:
    assert report_views.address("file:///srv/import/%E6%8A%A5%E5%91%8A.txt") == "报告.txt"
    assert report_views.address("https://x.example/a%20b") == "https://x.example/a%20b"


def test_a_figure_without_its_sentence_shows_its_quote() -> None:
    alone = site_data.figure("gdp", "地区生产总值", Comparator.EXACT, 6.0, 6.0, "增长6%", sentence="")
    [passage] = report_views.passages([alone], CHINESE, "")
    assert passage.sentence == ()
    assert passage.figures[0].sentence == (("增长6%", True),)


# --- contrast (WCAG 2.2, 1.4.3) --------------------------------------------------------------


def _palettes() -> dict[str, dict[str, str]]:
    css = (Path(report_views.__file__).parents[1] / "static" / "gongbao.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    read = lambda block: dict(re.findall(r"--(\S+): (#[0-9a-f]{6});", block))  # noqa: E731
    return {"light": read(light), "dark": read(light) | read(dark)}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"), ("ink", "sheet"), ("soft", "paper"), ("soft", "sheet"), ("soft", "faint"),
        ("red", "paper"), ("red", "sheet"), ("red", "red-faint"), ("green", "green-faint"),
        ("amber", "amber-faint"),
    ],
)  # fmt: skip
def test_text_can_be_read(scheme: str, ink: str, ground: str) -> None:
    palette = _palettes()[scheme]
    darker, lighter = sorted((_luminance(palette[ink]), _luminance(palette[ground])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_search_engines_find_every_page(client: httpx.Client) -> None:
    robots = Protego.parse(client.get("/robots.txt").text)
    [sitemap] = robots.sitemaps
    found: list[str] = []
    for file in _addresses(client, sitemap):
        found += _addresses(client, file)
    assert len(found) == len(set(found))
    paths = {urlsplit(address).path for address in found}
    assert {
        "/",
        "/status",
        "/matrix",
        "/regions",
        "/regions/500106",
        "/reports/work_report/500106/2026",
    } <= paths
    for address in found:
        assert client.get(address).status_code == 200
        assert robots.can_fetch(address, "anybody")
    assert not robots.can_fetch(str(client.base_url.join("/api/v1/reports")), "anybody")
    assert not robots.can_fetch(str(client.base_url.join("/?q=GDP")), "anybody")
    assert client.get("/sitemap/2.xml").status_code == 404


def _addresses(client: httpx.Client, file: str) -> list[str]:
    answer = client.get(file)
    assert answer.headers["content-type"].startswith("application/xml")
    places = ElementTree.fromstring(answer.content).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    return [str(place.text) for place in places]
