"""Every page, whatever is known: few statements, and as many with four times the reports; a short version of
tests/bench/pages_load.py, which measures them."""

from __future__ import annotations

from pathlib import Path

from alerts.feeds.archives import NEWEST
from alerts.feeds.render import AT_ONCE
from ingest.store.db import Store
from tests.bench.pages_load import PAGES, asked_of
from tests.support.nationwide import fill
from tests.support.site_server import stored

MOST = 40  # statements of a page


def test_a_page_takes_as_few_statements_with_more_reports(tmp_path: Path) -> None:
    with stored(tmp_path / "small", seeded=False) as small, stored(tmp_path / "large", seeded=False) as large:
        fill(small, 8, range(2025, 2027), filler=0)
        fill(large, 32, range(2025, 2027), filler=0)
        found = taken(small), taken(large)
    assert found[0].keys() == found[1].keys() == set(PAGES)
    for page in PAGES:
        (status, few), (_, many) = found[0][page], found[1][page]
        assert status == (404 if page == "/nothing-is-here" else 200), page
        parts = NEWEST // AT_ONCE if page.startswith("/feed") else 0  # a feed asks for its entries in parts
        assert many <= few + 4 + parts, page  # a list that goes on asks whether it does
        assert many <= MOST, page


def taken(store: Store) -> dict[str, tuple[int, int]]:
    """{page: its status, and how many statements it took}"""
    with asked_of(store) as ask:
        return {page: ask(page) for page in PAGES}
