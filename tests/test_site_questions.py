"""What people come with, answered by clicking from the first page, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import chromium, quiet_page
from tests.support.site_server import served, stored
from tests.test_site_regions import fill as fill_shapingba
from tests.test_site_side_by_side import fill as fill_baoding

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stored(tmp_path_factory.mktemp("questions")) as store:
        fill_shapingba(store)
        fill_baoding(store)
        with served(store) as url:
            yield url


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield browser.new_context(
            locale="zh-CN", java_script_enabled=False, viewport={"width": 375, "height": 900}
        )


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    with quiet_page(context) as page:
        page.goto(site)
        yield page


def to_shapingba(page: Page) -> None:
    page.get_by_role("link", name="地区", exact=True).click()
    page.get_by_role("link", name="重庆市", exact=True).click()
    page.get_by_role("link", name="沙坪坝区", exact=True).first.click()


def test_which_counties_of_baoding_lowered_their_target(page: Page) -> None:
    page.get_by_role("link", name="各指标", exact=True).click()
    page.get_by_role("link", name="地区生产总值", exact=True).click()
    page.get_by_role("link", name="河北省下级各地").click()
    page.get_by_role("link", name="保定市下级各地").click()
    page.get_by_role("link", name="调低 2").click()
    lowered = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="名次"))
    expect(lowered.get_by_role("rowheader")).to_have_text(["莲池区", "满城区"])
    lowered.get_by_role("link", name="6.5%左右").click()
    expect(page.locator("tr:target")).to_contain_text(["地区生产总值增长6.5%"])


def test_what_shapingba_promised_this_year_and_last_and_whether_it_was_met(page: Page) -> None:
    to_shapingba(page)
    gdp = page.get_by_role("region", name="地区生产总值 GDP").get_by_role("row")
    expect(gdp.nth(1)).to_contain_text(re.compile(r"2026\s*6%左右"))
    expect(gdp.nth(2)).to_contain_text(re.compile(r"2025\s*6%左右\s*5.8%\s*完成"))
    page.get_by_role("link", name="承诺的完成情况").click()
    kept = page.get_by_role("region", name="历年承诺的完成情况").get_by_role("row")
    expect(kept.nth(1)).to_contain_text("2025")
    page.get_by_role("link", name="历年对照表").click()
    expect(page.get_by_role("row", name="地区生产总值 增速").get_by_role("cell").nth(1)).to_contain_text(
        "完成"
    )


def test_who_in_chongqing_has_not_reported(page: Page) -> None:
    page.get_by_role("link", name="两会季").click()
    while page.get_by_role("link", name="2026 年", exact=True).count():  # it opens with the one that is due
        page.get_by_role("link", name="2026 年", exact=True).click()
    page.get_by_role("link", name="重庆市", exact=True).click()
    page.get_by_role("link", name=re.compile("还没有 ")).click()
    missing = page.get_by_role("rowheader")
    expect(missing.filter(has_text="渝中区")).to_have_count(1)
    expect(missing.filter(has_text="沙坪坝区")).to_have_count(0)


def test_where_the_low_altitude_economy_stands(page: Page) -> None:
    page.get_by_role("searchbox", name="检索全文").fill("低空经济")
    page.get_by_role("button", name="检索全文").click()
    page.get_by_role("link", name="大力发展低空经济，建成飞行服务站三座").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("沙坪坝区 2026 国民经济和社会发展计划报告")
    expect(page.locator("mark.hit")).to_have_text("低空经济")


def test_tell_me_when_the_report_of_chengdu_comes(page: Page) -> None:
    page.get_by_role("link", name="订阅", exact=True).click()
    page.get_by_label("写下地名：").fill("成都")
    page.get_by_role("button", name="更新").first.click()
    told = page.get_by_role("region", name="地址")
    expect(told.get_by_role("link", name="/feed.atom?region=510100")).to_be_visible()
    expect(told).to_contain_text("--region 510100")


def test_who_promised_the_most_last_year(page: Page) -> None:
    page.get_by_role("link", name="各指标", exact=True).click()
    page.get_by_role("link", name="地区生产总值", exact=True).click()
    page.get_by_role("link", name="← 2025").click()
    first = page.locator(".ranked tbody tr").first
    expect(first).to_contain_text(re.compile(r"1\s*重庆市"))
    first.get_by_role("link", name="5.5%左右").click()
    expect(page.locator("tr:target .sentence")).to_contain_text("地区生产总值增长5.5%左右")


def test_what_a_county_promised_years_ago_and_what_came_of_it(page: Page) -> None:
    to_shapingba(page)
    row = page.get_by_role("region", name="地区生产总值 GDP").get_by_role("row").filter(has_text="2022").first
    expect(row).to_contain_text(re.compile(r"6%左右\s*4.9%\s*未完成"))
    row.get_by_role("link", name="4.9%").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("沙坪坝区 2023 政府工作报告")
    expect(page.locator("tr:target")).to_contain_text("4.9%")


def test_what_changed_in_a_report(page: Page) -> None:
    page.get_by_role("complementary").locator("a:has(del)").filter(has_text="5.5%左右").first.click()
    told = page.locator(".event:target")
    expect(told.locator("mark")).to_have_text(["地区生产总值增长5.5%左右"])
    page.get_by_role("link", name=re.compile("^对照：")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("渝北区 2026 政府工作报告：文本对照")


def test_the_table_of_a_prefecture_as_csv(page: Page) -> None:
    page.get_by_role("link", name="地区", exact=True).click()
    page.get_by_role("link", name="河北省", exact=True).click()
    page.get_by_role("link", name="保定市", exact=True).first.click()
    page.get_by_role("link", name="目标对照表").click()
    answer = page.request.get(
        page.url.partition("/matrix")[0] + str(page.get_by_role("link", name="CSV").get_attribute("href"))
    )
    [row] = [line for line in answer.text().splitlines() if "莲池区" in line]
    assert "地区生产总值增长6%" in row


def test_from_which_page_a_figure_is(page: Page) -> None:
    to_shapingba(page)
    page.get_by_role("region", name="地区生产总值 GDP").get_by_role("link", name="6%左右").first.click()
    expect(page.locator("tr:target .sentence")).to_contain_text("地区生产总值增长6%左右")
    seen = page.get_by_role("region", name="各处文本").get_by_role("link", name="沙坪坝区人民政府")
    expect(seen).to_have_attribute("href", re.compile(r"^https://spb\.example\.gov\.cn/.*20260114_1\.html$"))
