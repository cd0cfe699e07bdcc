"""The page of the season: counted, grouped, narrowed; what it says of a place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from alerts.web.pages import season_views
from alerts.words.language import CHINESE, ENGLISH
from ingest.model import Kind
from ingest.regions.gazetteer import region_by_code
from ingest.sources.coverage import Place
from ingest.store.db import Store
from ingest.store.regions import days_reported, reports_within
from ingest.watch.season import Standing
from tests.support.site_pages import texts
from tests.support.site_server import served, stored


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("season")) as store:
        yield store


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[httpx.Client]:
    with served(store) as url, httpx.Client(base_url=url) as client:
        yield client


def test_the_country_by_province(client: httpx.Client) -> None:
    tree = LexborHTMLParser(client.get("/season", params={"year": 2026}).text)
    rows = dict(zip(texts(tree, "tbody th"), texts(tree, "tbody td:nth-child(3)"), strict=True))
    assert rows["重庆市"].startswith("1 / ")
    assert rows["四川省"].startswith("1 / ")
    assert rows["河北省"].startswith("0 / ")
    [chongqing] = [a for a in tree.css("tbody th a") if a.text() == "重庆市"]
    assert chongqing.attributes["href"] == "/season?within=500000&year=2026"


def test_who_in_a_province_has_not_reported(client: httpx.Client) -> None:
    every = LexborHTMLParser(client.get("/season?within=重庆&year=2026").text)
    [missing] = [a for a in every.css("nav a") if a.text().startswith("还没有")]
    tree = LexborHTMLParser(client.get(str(missing.attributes["href"])).text)
    places = texts(tree, "tbody th")
    assert len(places) == int(missing.text().split()[-1])
    assert "铜梁区 无来源" in places or "铜梁区" in places
    assert not any(place.startswith(("沙坪坝区", "渝北区")) for place in places)
    there = LexborHTMLParser(client.get("/season?within=500000&year=2026&show=reported").text)
    assert texts(there, "tbody th") == ["沙坪坝区"], "渝北区 was abolished before"
    assert there.css_first("tbody td a").attributes["href"] == "/reports/work_report/500106/2026"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/season", 200),
        ("/season?lang=en&within=500000", 200),
        ("/season?within=500106&year=2025", 200),
        ("/season?year=1949", 200),
        ("/season?within=999999", 422),
        ("/season?years=2026", 422),
        ("/season?show=none", 422),
    ],
)
def test_what_may_be_asked(client: httpx.Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_days_are_those_that_pages_give_themselves_or_were_seen_on(store: Store) -> None:
    with store.read() as tx:
        found = days_reported(tx, Kind.WORK_REPORT, 2026, reports_within(["500000"]))
        assert days_reported(tx, Kind.WORK_REPORT, 2025) == {}, "it was withdrawn"
    assert found == {
        "500106": ("work_report/500106/2026", date(2026, 1, 14)),
        "500112": ("work_report/500112/2026", date(2026, 1, 13)),
    }


def test_late_is_said_in_days() -> None:
    region = region_by_code("500106")
    assert region is not None
    before = {"500106": ("work_report/500106/2025", date(2025, 1, 10))}
    [row] = season_views.rows(
        "", [Place(region, "county", (), (), ())], 2026, date(2026, 1, 15), {}, before, ENGLISH
    )
    assert (row.standing, row.days, row.tag) == (Standing.LATE, 5, ("Later than last year", "bad"))
    days = season_views.days_of(before, 2025)
    assert season_views.by_this_day(days, date(2026, 1, 9)) == 0
    assert season_views.by_this_day(days, date(2026, 1, 10)) == 1
    counts = season_views.counted(["500106", "500107"], 2026, date(2026, 1, 15), {}, days)
    assert counts == {"50": {Standing.LATE: 1, Standing.DUE: 1}}
    old = {"500106": ("work_report/500106/2025", date(2025, 9, 1))}
    [found_late] = season_views.rows(
        "", [Place(region, "county", (), (), ())], 2026, date(2026, 1, 15), {}, old, CHINESE
    )
    assert (found_late.last_year_on, found_late.standing) == (None, Standing.DUE)
