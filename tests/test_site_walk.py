"""A walk through every page in a real browser: nothing sticks out, and axe (WCAG) finds nothing.

Each page is seen in both languages, light and dark, wide and narrow. The short walk sees each in one of two
sights, in all widths, and asks axe; `make test-long` does so in all sights, without JavaScript too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import site_pages
from tests.support.browser import chromium, quiet_page
from tests.support.site_server import served, stored
from tests.test_site_report_text import BODY, with_text
from tests.test_site_report_text import PATH as IN_PARTS
from tests.test_site_side_by_side import BAODING, fill

pytestmark = pytest.mark.browser

# Promises that can be judged, and a report with parts.
PAGES = (*site_pages.PAGES, BAODING, "/regions/130602", IN_PARTS)
LONG = ("/docs",)  # axe needs seconds for so many elements
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const held = s => ['auto', 'scroll'].includes(s.overflowX) || s.clipPath !== 'none';
  const inside = e => e && (held(getComputedStyle(e)) || inside(e.parentElement));
  const out = [...document.querySelectorAll('body *')].filter(e => {
    const r = e.getBoundingClientRect();
    return r.width > 1 && (r.right > wide + 1 || r.left < -1) && !inside(e.parentElement);
  }).map(e => e.outerHTML.slice(0, 80));
  return document.documentElement.scrollWidth > wide ? ['the page scrolls sideways', ...out] : out;
}"""
NAMELESS = """() => [...document.querySelectorAll('td.count:not([data-label])')]
  .filter(td => getComputedStyle(td.closest('table').tHead).clipPath !== 'none').map(td => td.outerHTML)"""


@dataclass(frozen=True, slots=True)
class Sight:
    """How somebody sees the pages."""

    language: str
    scheme: str
    scripts: bool = True


SHORT = (Sight("zh-CN", "light"), Sight("en-GB", "dark"))
WIDTHS = (1280, 320, 768, 2560)
ALL = [Sight(*sight) for sight in product(("zh-CN", "en-GB"), ("light", "dark"), (True, False))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stored(tmp_path_factory.mktemp("walk")) as store, served(store) as url:
        fill(store)
        with_text(store, BODY, 2026)
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> dict[Sight, BrowserContext]:
    return {sight: seen(browser, sight) for sight in SHORT}


def seen(browser: Browser, sight: Sight) -> BrowserContext:
    return browser.new_context(
        locale=sight.language,
        color_scheme=sight.scheme,  # type: ignore[arg-type]
        java_script_enabled=sight.scripts,
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_short_walk(contexts: dict[Sight, BrowserContext], site: str, path: str) -> None:
    sight = SHORT[PAGES.index(path) % len(SHORT)]
    with quiet_page(contexts[sight]) as page:
        look(page, site + path, sight, WIDTHS[0])
        for width in WIDTHS[1:]:
            assert _sticks_out(page, width) == [], width
            assert page.evaluate(NAMELESS) == [], "numbers whose columns have no head in sight"
        if path not in LONG:
            accessible(page)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "sight", ALL, ids=lambda s: f"{s.language}-{s.scheme}{'' if s.scripts else '-no-js'}"
)
def test_the_whole_walk(browser: Browser, site: str, sight: Sight) -> None:
    context = seen(browser, sight)
    for path, width in product(PAGES, (1280, 375)):
        with quiet_page(context) as page:
            look(page, site + path, sight, width)
            if sight.scripts:  # axe is one
                accessible(page)
    context.close()


def look(page: Page, address: str, sight: Sight, width: int) -> None:
    assert _sticks_out(page, width, address) == []
    assert page.locator("html").get_attribute("lang") == {"zh-CN": "zh-CN", "en-GB": "en"}[sight.language]
    assert page.locator("h1").count() == 1
    title = page.title()
    assert "gongbao" in title
    if page.locator("link[rel=canonical]").count():
        assert page.locator("meta[property='og:title']").get_attribute("content") == title
        assert page.locator("meta[name=description]").get_attribute("content")


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def _sticks_out(page: Page, width: int, address: str | None = None) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    if address:
        page.goto(address)
    out: list[str] = page.evaluate(STICKS_OUT)
    return out
