"""Chromium, for tests that look at pages as people do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMES = (
    "/usr/bin/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=30_000)  # five seconds pass on a busy machine


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the distribution. Skips the test where there is none, but not in CI."""
    chrome = next((found for name in CHROMES if (found := shutil.which(name))), None)
    if chrome is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, headless=True, args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def quiet_page(context: BrowserContext) -> Iterator[Page]:
    """A page that must neither complain nor ask for what is not there.

    It is the same one each time, for a new one costs a process, which reads the fonts anew.
    """
    page = context.pages[0] if context.pages else context.new_page()
    size = page.viewport_size
    troubles: list[str] = []
    heard = {
        "console": lambda m: troubles.append(f"{m.type}: {m.text}") if m.type != "log" else None,
        "pageerror": lambda e: troubles.append(str(e)),
        # What a script had asked for when its page was left is aborted, and missed by nobody.
        "requestfailed": lambda r: (
            troubles.append(f"failed: {r.url}") if r.failure != "net::ERR_ABORTED" else None
        ),
    }
    for event, hear in heard.items():
        page.on(event, hear)  # type: ignore[call-overload]
    try:
        yield page
    finally:
        for event, hear in heard.items():
            page.remove_listener(event, hear)
        if size:
            page.set_viewport_size(size)
    # Of a page that is not there, or is refused, Chromium itself says so.
    assert [t for t in troubles if "status of 404" not in t and "status of 422" not in t] == []
