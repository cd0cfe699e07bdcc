"""What people do on the pages, in a real browser: wide and narrow, by keyboard.

How every page looks is test_site_walk.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pydantic import SecretStr

from alerts.web.http import api_tokens
from ingest.store import subscriptions
from tests.support.browser import chromium, quiet_page
from tests.support.site_pages import PICTURES
from tests.support.site_server import served, stored
from tests.support.subscribers import subscribe
from tests.support.web_server import WebServer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stored(tmp_path_factory.mktemp("browser")) as store, served(store) as url:
        yield url


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield browser.new_context(locale="zh-CN", color_scheme="light")


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with quiet_page(context) as page:
        yield page


@pytest.mark.parametrize(("name", "path"), PICTURES.items())
def test_the_pictures_of_the_readme_can_be_taken(
    page: Page, site: str, name: str, path: str, request: pytest.FixtureRequest
) -> None:
    """`make pictures` keeps them."""
    kept = Path(__file__).parents[1] / "docs" / "pictures" / f"{name}.png"
    page.set_viewport_size({"width": 1200, "height": 700})
    page.goto(site + path)
    expect(page.locator("h1, h2, h3").first).to_be_visible()
    taken = page.screenshot()
    if request.config.getoption("--pictures"):
        kept.write_bytes(taken)
    signature_and_size = slice(0, 24)  # PNG: an IHDR chunk comes first
    assert kept.read_bytes()[signature_and_size] == taken[signature_and_size]


@pytest.mark.parametrize("width", [1280, 375])
def test_what_a_place_promised_is_found_from_the_first_page(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(site)
    page.locator("article.report", has_text="沙坪坝区 2026 政府工作报告").get_by_role(
        "link", name="重庆市 · 沙坪坝区"
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("沙坪坝区")
    gdp = page.get_by_role("region", name="地区生产总值 GDP")
    expect(gdp.get_by_role("img")).to_be_visible()
    expect(gdp.get_by_role("row")).to_contain_text(["年份", "6%左右", "5.8%"])
    drawn = gdp.locator(".chart text").first.evaluate("e => e.getBoundingClientRect().height")
    assert drawn > 10, "the words of the drawing can be read"
    gdp.get_by_role("link", name="6%左右").click()
    expect(page.locator("tr:target")).to_contain_text(["地区生产总值增长6%左右"])


@pytest.mark.parametrize("width", [1280, 375])
def test_headline_figures_are_seen(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(site)
    report = page.locator("article.report", has_text="沙坪坝区 2026 政府工作报告")
    figure = report.locator(".figures dd").first
    assert figure.is_visible()
    assert figure.inner_text() == "6%左右"
    size = figure.locator(".num").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size > 1.3 * report.locator("dt").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")

    report.locator("h3 a").click()
    expect(page.locator("h1")).to_contain_text("沙坪坝区 2026 政府工作报告")
    assert page.locator(".title .figures dd").first.is_visible()
    row = page.get_by_role("row", name="规模以上工业增加值")
    assert row.get_by_role("cell").first.inner_text() == "8%以上"
    assert row.is_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_province_fits_into_its_tile(page: Page, site: str, language: str) -> None:
    page.goto(f"{site}/indicators/gdp?year=2026&lang={language}")
    assert page.locator(".tiles .place").count() >= 31
    sticks_out = page.evaluate(
        """() => {
          const inside = (e, x, y, width, height) => {
            const box = e.getBBox();
            return box.x > x && box.y > y && box.x + box.width < x + width && box.y + box.height < y + height;
          };
          const {x, y, width, height} = document.querySelector('.tiles').viewBox.baseVal;
          return [...document.querySelectorAll('.tiles a:has(.place)')].filter(a => {
            const tile = a.querySelector('rect'), box = tile.getBBox();
            return !inside(tile, x, y, width, height)
              || [...a.querySelectorAll('text')].some(t => !inside(t, box.x, box.y, box.width, box.height));
          }).map(a => a.textContent.trim());
        }"""
    )
    page.context.clear_cookies()
    assert sticks_out == []


def test_tables_stay_tables_on_a_phone(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    page.goto(f"{site}/status")
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="来源", exact=True))
    assert table.get_by_role("columnheader").all_inner_texts() == [
        "来源",
        "状况",
        "列表",
        "条目",
        "上次",
        "下次",
    ]
    assert table.get_by_role("rowheader", name="成华区人民政府").is_visible()


@pytest.mark.parametrize("path", ["/regions/500106", "/reports/work_report/500106/2026", "/indicators/gdp"])
def test_a_figure_of_many_words_stays_on_a_phone(page: Page, site: str, path: str) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    page.goto(f"{site}{path}")
    figure = page.locator("td.figure").first
    figure.evaluate("cell => cell.textContent = 'aiming for faster than economic growth by the end of 2025'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    name = figure.locator("xpath=../th").bounding_box()
    assert name is not None
    assert name["width"] > 90, "beside the name of the row, which is still read"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(site)
    seen = []
    for _ in range(16):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
                 const r = e.getBoundingClientRect();
                 return {tag: e.tagName, text: e.innerText || e.name, outline: parseFloat(s.outlineWidth),
                         style: s.outlineStyle, top: r.top, width: r.width}; }"""
        )
        assert focus["outline"] >= 2, focus
        assert focus["style"] != "none", focus
        assert focus["top"] >= 0, focus
        assert focus["width"] > 0, focus
        seen.append(focus["text"])
    assert seen[:2] == ["跳到正文", "公报"]
    assert {"报告", "地区", "状态", "订阅", "English"} <= set(seen)
    assert "q" in seen
    page.goto(site)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/#main")


def test_where_does_a_word_stand_in_a_report(page: Page, site: str) -> None:
    """From the first page to the marked sentence, in a place of which only the beginning is typed."""
    page.goto(site)
    page.get_by_role("searchbox", name="检索全文").fill("低空经济")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")  # the first page has such a field too
    place = page.get_by_role("combobox", name="地区")
    with page.expect_response("**/api/v1/suggest?q=*"):
        place.press_sequentially("Shapingb")
    option = page.locator("datalist#regions option")
    expect(option).to_have_count(1)  # to tell of several which they are keeps the page from its own work
    expect(option).to_have_attribute("value", "重庆市沙坪坝区")
    place.fill(option.get_attribute("value") or "")
    page.get_by_role("button", name="检索", exact=True).click()
    hit = page.locator(".hit")
    expect(hit.locator("h3")).to_contain_text("沙坪坝区 2026")
    hit.locator("blockquote a").click()
    marked = page.locator("p:target mark.hit")
    expect(marked).to_have_text("低空经济")
    expect(marked).to_be_in_viewport()


def test_search_by_keyboard(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("searchbox", name="地名或标题").fill("武侯区")
    page.keyboard.press("Enter")
    expect(page.locator("article.report h3 a")).to_have_text(["武侯区 2026 政府工作报告"])
    page.get_by_role("link", name="清除条件").click()
    expect(page.locator("article.report")).to_have_count(6)


def test_who_in_a_province_has_not_reported(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(site)
    page.get_by_role("link", name="两会季").click()
    page.goto(f"{page.url}?year=2026")  # from December on it opens with the next one
    page.get_by_role("link", name="重庆市").click()
    page.get_by_role("link", name="还没有").click()
    places = page.locator("table.season-table tbody th")
    expect(places.first).to_have_text("重庆市")
    expect(page.get_by_role("rowheader", name="沙坪坝区")).to_have_count(0)
    assert {"铜梁区", "万州区"} <= {text.split()[0] for text in places.all_inner_texts()}


@pytest.mark.parametrize("width", [1280, 375])
def test_being_told_when_the_report_of_a_place_comes(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(site)
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="订阅").click()
    page.get_by_text("从各省中选").click()
    page.get_by_role("button", name="展开四川省").click()
    page.get_by_role("checkbox", name="成都市").check()
    page.get_by_role("checkbox", name="政府工作报告").check()
    page.get_by_role("button", name="更新").first.click()
    address = page.get_by_role("link", name="feed.atom")
    expect(address).to_have_attribute("href", f"{site}/feed.atom?region=510100&kind=work_report")
    expect(page.get_by_role("region", name="最近的条目").get_by_role("link").first).to_contain_text(
        "武侯区 2026"
    )


def test_a_figure_leads_to_its_sentence_and_back(page: Page, site: str) -> None:
    page.goto(f"{site}/reports/work_report/500106/2026")
    page.get_by_role("link", name="全文，数字已标出").first.click()
    expect(page.locator(".full-text a").first).to_be_visible()
    page.locator(".full-text a").first.click()
    expect(page.locator("tr:target")).to_be_visible()


def test_the_operator_logs_in_and_another_site_does_nothing(context: BrowserContext, tmp_path: Path) -> None:
    """Without scripts. The other site is of the same host, so that the browser even sends the cookie."""
    with (
        stored(tmp_path) as store,
        served(store, secret_key=SecretStr("k" * 40)) as url,
        WebServer() as elsewhere,
    ):
        token = api_tokens.make(store, "wei", datetime.now(UTC))
        subscribe(store, "https://hooks.example.org/x", "sub_hook")
        action = f"{url}/operate/endpoints/sub_hook/pause"
        elsewhere.page("/", f'<form action="{action}" method="post"><button>win</button></form>')
        page = context.new_page()
        page.goto(f"{url}/operate/endpoints/sub_hook")
        expect(page).to_have_url(f"{url}/operate/login")
        page.get_by_label("令牌").fill(token)
        page.get_by_role("button", name="登录").click()
        expect(page).to_have_url(f"{url}/operate")
        page.set_viewport_size({"width": 375, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.get_by_role("link", name="https://hooks.example.org/x").click()
        page.get_by_role("button", name="暂停投递").click()
        expect(page.get_by_role("status")).to_contain_text("已暂停")
        page.get_by_role("button", name="恢复").click()
        page.goto(elsewhere.url("/"))
        page.get_by_role("button", name="win").click()
        expect(page.locator("main")).to_contain_text("another site")
        with store.read() as tx:
            kept = subscriptions.get(tx, "sub_hook")
        assert kept is not None
        assert kept.paused_at is None
        page.goto(f"{url}/operate")
        page.get_by_role("button", name="退出").click()
        expect(page).to_have_url(f"{url}/operate/login")
        page.close()
