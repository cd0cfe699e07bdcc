"""Every figure on every page leads in one click to its sentence, or stands beside it.

What is counted or computed of many figures (a median, how many keep their word) is none, and has no sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from urllib.parse import urljoin

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.support.site_pages import PAGES
from tests.support.site_server import served, stored
from tests.test_site_regions import fill as fill_shapingba
from tests.test_site_side_by_side import fill as fill_baoding

MORE = ("/indicators/gdp?year=2026&within=130600", "/matrix?year=2026&within=130600")
FIGURES = ".num, .words, .tiles .value, td[class^=shade-] a, .years td > a, .outcome-line > a, del"
# What is computed; a drawing is read in its table; the text itself, and what is beside its own sentence.
NONE = ".counts, .histogram, .known, .record, svg.chart, .full-text, .read-text, .api"
MARKED = "blockquote mark, .sentence mark, .sentence a"
ANCHORS = ("target-", "outcome-", "evt_")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with stored(tmp_path_factory.mktemp("figures")) as store:
        fill_shapingba(store)
        fill_baoding(store)
        with served(store, page_rate=0) as url, httpx.Client(base_url=url) as client:
            yield client


class Read:
    """A page, and which of its nodes are such ones."""

    def __init__(self, html: str) -> None:
        self.tree = LexborHTMLParser(html)
        self._are: dict[str, set[int]] = {}

    def up(self, node: LexborNode, selector: str) -> LexborNode | None:
        """The nearest that holds it and is such a one."""
        if selector not in self._are:
            self._are[selector] = {one.mem_id for one in self.tree.css(selector)}
        above = node.parent
        while above is not None and above.mem_id not in self._are[selector]:
            above = above.parent
        return above

    def says(self, row: LexborNode) -> bool:
        """A row has its sentence, or shares that of its group."""
        group = self.up(row, "tbody") if row.tag == "tr" else row
        return group is not None and any(one.text(strip=True) for one in group.css(MARKED))


def test_every_figure_leads_to_its_sentence(client: httpx.Client) -> None:
    @cache
    def page(address: str) -> Read:
        return Read(client.get(address).text)

    seen: dict[str, int] = {}
    for path in (*PAGES, *MORE):
        here = page(path)
        for figure in here.tree.css(FIGURES):
            if not figure.text(strip=True) or here.up(figure, NONE):
                continue
            seen[path] = seen.get(path, 0) + 1
            if (row := here.up(figure, "tr[id], .event")) and here.says(row):
                continue  # its sentence stands beside it
            link = figure if figure.tag == "a" else here.up(figure, "a")
            assert link is not None, (path, figure.text(), "leads nowhere")
            address = urljoin(path, link.attributes["href"])
            there, _, anchor = address.partition("#")
            assert anchor.startswith(ANCHORS), (path, figure.text(), address)
            target = page(there).tree.css_first(f'[id="{anchor}"]')
            assert target is not None, (path, address, "is not there")
            assert page(there).says(target), (path, address, "has no sentence")
    assert sum(seen.values()) > 300
    assert {"/", "/regions/500106", "/indicators/gdp", "/matrix?region=500106", *MORE} <= seen.keys()
