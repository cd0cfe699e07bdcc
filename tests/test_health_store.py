"""What the store keeps of a source's health, on both databases, and the reports that are late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from alerts.cli import doctor, findings
from alerts.listing.records import source_record
from alerts.web.pages.status_views import source_view
from alerts.words.language import CHINESE
from alerts.words.titles import title_of
from ingest.model import Header, Kind
from ingest.settings import Settings
from ingest.store import overview, source_checks, watchlist
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.store.source_checks import PAGES
from ingest.watch.health import Cause, Check, Trouble
from ingest.watch.season import Past
from tests.support.store_samples import HOUR, NOW, PORTAL, a_page, a_reading, show, watch
from tests.support.watched_site import World, list_page
from tests.support.web_server import WebServer

BOTH = pytest.mark.both_databases

[LIST] = PORTAL.list_urls
DAY = timedelta(days=1)

FULL = Check(
    trouble=Trouble(Cause.DATES_BACK, {"newest": "2026-01-09"}, {"newest": "2025-01-01"}),
    since=NOW,
    looks=3,
    broken_at=NOW + HOUR,
    recovered_at=NOW - DAY,
    flaps=2,
    first_at=NOW - 9 * DAY,
    good_at=NOW - HOUR,
    items=20,
    dates=(date(2026, 1, 9), date(2026, 1, 8)),
)


@BOTH
@pytest.mark.parametrize("check", [Check(), FULL, replace(FULL, trouble=None, broken_at=None)])
def test_a_check_comes_back_as_it_was(store: Store, check: Check) -> None:
    with store.begin() as tx:
        watch(tx)
        assert source_checks.load(tx, "portal", LIST) == Check()
        source_checks.save(tx, "portal", LIST, FULL)
        source_checks.save(tx, "portal", LIST, check)
    with store.read() as tx:
        assert source_checks.load(tx, "portal", LIST) == check
        assert source_checks.load(tx, "portal", PAGES) == Check()


@BOTH
def test_only_lists_that_are_watched_stand(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        for subject in (LIST, PAGES, "https://portal.example/of-last-year/"):
            source_checks.save(tx, "portal", subject, FULL)
        assert set(source_checks.of_source(tx, "portal")) == {LIST, PAGES}
        assert set(source_checks.of_sources(tx)) == {"portal"}
        watchlist.sync_sources(tx, [], NOW)
        assert set(source_checks.of_source(tx, "portal")) == {PAGES}


@BOTH
def test_whether_a_source_is_said_to_be_broken(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        assert not source_checks.hold(tx, "portal")
        watchlist.source_broken(tx, "portal", NOW, {})
        assert source_checks.hold(tx, "portal")
        assert not source_checks.hold(tx, "nobody")


@BOTH
def test_fills_are_in_the_order_of_putting_up(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        for n, filled in enumerate(({"title"}, {"title", "body"}, set[str]())):
            page = a_page(tx, name=str(n))
            source_checks.fill(tx, "portal", [(page.id, filled, NOW - n * DAY)], NOW + n * HOUR)
        assert [fill.filled for fill in source_checks.newest_pages(tx, "portal")[0]] == [
            {"title"},
            {"title", "body"},
            set(),
        ]
        assert [fill.read_at for fill in source_checks.newest_pages(tx, "portal", 1)[0]] == [NOW]
        assert source_checks.fill_shares(tx)["portal"]["title"] == pytest.approx(2 / 3)
        assert source_checks.fill_shares(tx, limit=1)["portal"] == {
            "title": 1.0,
            "published_on": 0.0,
            "index_number": 0.0,
            "issuer": 0.0,
            "body": 0.0,
        }
        assert source_checks.fill_shares(tx, limit=2)["portal"]["body"] == pytest.approx(1 / 2)
        assert set(source_checks.fill_shares(tx)) == {"portal"}, "of others nothing was read"
        page = a_page(tx, name="0")
        source_checks.fill(
            tx, "portal", [(page.id, {"issuer"}, NOW)], NOW + DAY
        )  # read again: the last counts
        assert source_checks.newest_pages(tx, "portal")[0][0].filled == {"issuer"}
        assert source_checks.newest_pages(tx, "repost")[0] == []


@BOTH
def test_since_when_all_is_known(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        assert source_checks.watched_since(tx, "portal") is None
        source_checks.save(tx, "portal", LIST, FULL)
        assert source_checks.watched_since(tx, "portal") == FULL.first_at
        page = a_page(tx)  # it may be the report itself
        assert source_checks.watched_since(tx, "portal") is None
        watchlist.page_failed(tx, page.id, NOW, NOW + HOUR, "TimedOut", "…")
        assert source_checks.watched_since(tx, "portal") == FULL.first_at


@BOTH
def test_past_reports(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        for year in (2023, 2024):
            reading = a_reading(f"{year}年的报告。", year=year)
            reading = replace(
                reading, identity=replace(reading.identity, delivered_on=date(year, 1, year - 2013))
            )
            show(tx, a_page(tx, name=str(year)), reading)
        undated = a_reading("没有写哪天作的。", year=2022)
        undated = replace(
            undated,
            identity=replace(undated.identity, delivered_on=None),
            article=replace(
                undated.article, header=replace(undated.article.header, published_on=date(2022, 2, 1))
            ),
        )
        show(tx, a_page(tx, name="2022"), undated)
        silent = a_reading("哪一天都没有写。", year=2021)
        silent = replace(silent, identity=replace(silent.identity, delivered_on=None))
        silent = replace(silent, article=replace(silent.article, header=Header()))
        show(tx, a_page(tx, name="2021"), silent)
        morning = datetime(2021, 2, 1, 23, tzinfo=UTC)  # of the 2nd, in China
        tx.execute(update(t.reports).where(t.reports.c.year == 2021).values(first_seen_at=morning))
        past = source_checks.past_reports(tx, "500106", Kind.WORK_REPORT, 2025)
        assert past == [
            Past(2021, date(2021, 2, 2)),
            Past(2022, date(2022, 2, 1)),
            Past(2023, date(2023, 1, 10)),
            Past(2024, date(2024, 1, 11)),
        ]
        assert source_checks.past_reports(tx, "500106", Kind.WORK_REPORT, 2024) == past[:3]
        assert source_checks.past_reports(tx, "500106", Kind.PLAN_REPORT, 2025) == []
        assert source_checks.years_seen(tx, ["500106", "500112"], Kind.WORK_REPORT, 2024) == {"500106"}
        assert source_checks.years_seen(tx, ["500106"], Kind.WORK_REPORT, 2025) == set()


# --- reports that are late -------------------------------------------------------------------


def report(year: int, day: str) -> str:
    """A page of our own with a county's work report."""
    text = f"<p>{year}年，全县上下团结一心，经济社会发展取得新的成绩，各项工作扎实推进。</p>" * 6
    return (
        f"<html><head><title>城口县{year}年政府工作报告</title></head><body><h1>城口县{year}年政府工作报告</h1>"
        f'<div class="TRS_Editor"><p>——{day}在城口县第十八届人民代表大会第五次会议上</p>'
        f"<p>各位代表：</p>{text}<p>今年的主要预期目标是：地区生产总值增长6%左右。</p></div></body></html>"
    )


@pytest.fixture
def county(store: Store) -> Iterator[World]:
    """The portal of 城口县 in its second January; the report of 2025 was delivered on 10 January."""
    with WebServer() as server:
        start = datetime(2026, 1, 20, 1, 0, tzinfo=UTC)
        world = World(store, server, {"region": "500229", "interval": "1d"}, now=start)
        rows = ["2025-01-12", *(f"2024-0{month}-01" for month in range(9, 1, -1))]
        server.page("/list/", list_page(rows))
        server.page("/a/1.html", report(2025, "2025年1月10日"))
        yield world


def late(world: World) -> list[str]:
    return [event.subject for event in world.events("report.overdue")]


@BOTH
def test_a_late_report_is_said_once(county: World) -> None:
    county.look()
    assert [event.type for event in county.events("report.*")] == []
    county.look_until(datetime(2026, 1, 29, 12, 0, tzinfo=UTC))  # a look may come a day later
    assert late(county) == []  # expected on the 10th, and three weeks of grace
    county.look_until(datetime(2026, 2, 2, 12, 0, tzinfo=UTC))
    [event] = county.events("report.overdue")
    assert event.subject == "work_report/500229/2026"
    assert event.data["report"] == {
        "key": "work_report/500229/2026",
        "name": "城口县 2026 政府工作报告",
        "title": None,
        "kind": "work_report",
        "year": 2026,
        "region": {"code": "500229", "name": "城口县", "path": ["重庆市", "城口县"]},
    }
    assert event.data["source"] == {"slug": "county", "name": "某县人民政府", "official": True}
    assert event.data["url"] == f"{county.base}/list/"
    dates = [event.data[name] for name in ("expected_on", "late_after", "last_year_on")]
    assert dates == ["2026-01-10", "2026-01-31", "2025-01-10"]
    assert title_of(event) == "城口县 2026 政府工作报告：尚未见到，应在 2026-01-10 前后（上年 2025-01-10）"
    county.look_until(datetime(2026, 2, 6, 12, 0, tzinfo=UTC))
    assert late(county) == ["work_report/500229/2026"]


def test_a_report_that_came_is_not_late(county: World) -> None:
    county.look()
    county.server.page("/list/", list_page(["2026-01-25", *["2025-01-12"] * 9], first=50))
    county.server.page("/a/50.html", report(2026, "2026年1月22日"))
    county.look_until(datetime(2026, 2, 2, 12, 0, tzinfo=UTC))
    assert late(county) == []


def test_a_source_that_is_broken_or_new_sees_nothing(county: World) -> None:
    county.now = datetime(2026, 2, 10, 1, 0, tzinfo=UTC)
    county.look()
    assert late(county) == []  # watched since a minute ago
    good = list_page(["2025-01-12", *(f"2024-0{month}-01" for month in range(9, 1, -1))])
    county.server.page("/list/", "no", status=412)
    county.look_until(datetime(2026, 2, 12, 1, 0, tzinfo=UTC))
    assert late(county) == []  # it may stand there, behind the wall
    county.server.page("/list/", good)
    county.look()
    county.now += DAY
    county.look()
    assert late(county) == ["work_report/500229/2026"]


def test_whoever_does_not_want_to_hear_of_it(county: World) -> None:
    county.source["expect"] = {"overdue": False}
    county.look_until(datetime(2026, 1, 21, 1, 0, tzinfo=UTC))
    county.now = datetime(2026, 2, 20, 1, 0, tzinfo=UTC)
    county.look(3)
    assert late(county) == []


# --- what people are shown -------------------------------------------------------------------


@BOTH
def test_how_a_broken_source_is_shown(store: Store, database: str) -> None:
    with WebServer() as server:
        world = World(store, server)
        world.show(*(f"2026-01-{day:02}" for day in range(19, 9, -1)), articles=True)
        world.look()
        good_at = world.now
        server.page("/list/", "no", status=412)
        world.look()
    with store.read() as tx:
        [source] = overview.source_rows(tx)
    assert (source.state, source.last_success_at) == ("cookie_wall", good_at)
    assert source.fills == dict.fromkeys(("title", "published_on", "index_number", "issuer", "body"), 1.0)
    record = source_record(source)
    assert (record["state"], record["articles"]["state"]) == ("cookie_wall", "healthy")
    assert (record["lists"][0]["state"], record["lists"][0]["expected"]) == (
        "cookie_wall",
        "列表页，上次 10 条",
    )
    view = source_view(source, CHINESE)
    assert view.tags == (("脚本防护", "bad"),)
    assert view.fills == "标题 100%，日期 100%，索引号 100%，机构 100%，正文 100%"
    assert view.lists[0].tags == (("脚本防护", "bad"),)
    assert view.lists[0].health.startswith(
        "应有 列表页，上次 10 条；实得 要求运行脚本、带 cookie 的防护（HTTP 412）"
    )
    found = list(doctor.examine(Settings(database_url=database), world.now))
    [said] = [finding for finding in found if finding.about == "source county"]
    assert said.level is doctor.Level.FAULT
    assert "cookie_wall" in said.text
    assert "JSON or RSS" in said.text
    assert said.text.isascii()


def test_every_cause_has_words_and_a_remedy() -> None:
    from alerts.words.chinese import FIELDS
    from alerts.words.health import CAUSES
    from ingest.watch import health

    assert set(CAUSES) == set(findings.REMEDIES) == {*Cause, "broken"}
    assert tuple(FIELDS) == health.FIELDS
    # A script may fill what is found empty, or built in another way.
    assert {cause for cause, remedy in findings.REMEDIES.items() if "gongbao sources new" in remedy} == {
        "empty_list",
        "layout_changed",
    }
