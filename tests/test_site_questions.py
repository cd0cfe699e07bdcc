"""What people come with, answered by clicking from the first page, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import chromium
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
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        locale="zh-CN", java_script_enabled=False, viewport={"width": 375, "height": 900}
    )
    page = context.new_page()
    page.goto(site)
    yield page
    context.close()


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
    page.get_by_role("link", name="地区", exact=True).click()
    page.get_by_role("link", name="重庆市", exact=True).click()
    page.get_by_role("link", name="沙坪坝区", exact=True).first.click()
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
