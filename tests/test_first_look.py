"""A first look at a source with ten years of reports: the newest year is told, the others are history."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.backfill import backfill
from ingest.identity.first_look import NOT_SAID, newest_years
from ingest.model import Event, Filter, ListItem
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.store import outbox
from ingest.store.db import Store
from tests.support.polling import polled, portal_of_yubei, work
from tests.support.receiver import Receiver, status
from tests.support.site_server import served
from tests.support.subscribers import Clock, once, sender, settings_for, subscribe
from tests.support.web_server import WebServer
from workers.context import Context
from workers.targets.extract import extract

START = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
ALL = Filter(headline_only=False, backfill=True)


def title(year: int) -> str:
    return f"重庆市渝北区人民政府{year}年政府工作报告"


def report(year: int, growth: float, heading: str) -> str:
    """A report of its own words: ten of them are no versions of one another."""
    done = "".join(
        f"<p>{year - 1}年办成的第{n}件实事在{'甲乙丙丁戊己庚辛壬癸'[year % 10]}{n}镇，"
        f"惠及群众{year * 7 + n * 31}户，"
        f"投入资金{year * 3 + n * 17}万元，全部工程由第{year * n % 97}建设队按期完工。</p>"
        for n in range(1, 15)
    )
    return (
        f'<html><head><meta name="PubDate" content="{year}-01-25"><title>{heading}</title></head><body>'
        f'<h1>{heading}</h1><div class="TRS_Editor">'
        f"<p>——{year}年1月18日在重庆市渝北区人民代表大会上</p><p>各位代表：</p>"
        f"<p>现在，我代表区人民政府，向大会报告工作，请予审议。</p><p>一、{year - 1}年工作回顾</p>{done}"
        f"<p>二、{year}年工作安排</p><p>{year}年经济社会发展主要预期目标是：地区生产总值增长{growth}%左右，"
        f"社会消费品零售总额增长{growth + 1}%。</p></div></body></html>"
    )


@dataclass
class Portal:
    """One portal with a list of reports, a poller and a worker whose time is ours."""

    store: Store
    server: WebServer
    now: datetime = START
    lists: tuple[str, ...] = ("/list/",)
    context: Context = field(default_factory=lambda: Context(Settings(), extract))

    def put_up(self, year: int, growth: float = 6.0, heading: str | None = None) -> None:
        self.server.page(f"/a/{year}.html", report(year, growth, heading or title(year)))

    def show(self, *years: int, path: str = "/list/", heading: str | None = None, more: str = "") -> None:
        """The list shows these years, in this order."""
        rows = "".join(
            f'<li><a href="/a/{year}.html">{heading or title(year)}</a><span>{year}-01-25</span></li>'
            for year in years
        )
        self.server.page(path, f'<html><body><ul class="news">{rows}</ul>{more}</body></html>')

    def look(self, walk: int | None = None) -> None:
        source = portal_of_yubei(self.server.url(""), self.lists)

        async def steps(poller: Poller) -> None:
            if walk is not None:
                await asyncio.to_thread(poller.watch)
                assert all([step.fine async for step in backfill(poller, source, walk)])
            await poller.once()

        polled(self.store, lambda: self.now, [source], steps)
        work(self.store, self.context, datetime.now(UTC) + timedelta(days=3650))

    def later(self, days: int = 2) -> None:
        self.now += timedelta(days=days)
        self.look()

    def events(self, filter: Filter = ALL) -> list[Event]:
        with self.store.read() as tx:
            return outbox.events(tx, filter, newest_first=False, limit=1000)

    def rung(self) -> list[tuple[str, int]]:
        """(type, year) of what is told to whoever asks for nothing special."""
        return [(e.type, e.data["report"]["year"]) for e in self.events(Filter(types=("report.*",)))]


@pytest.fixture
def portal(store: Store) -> Iterator[Portal]:
    with WebServer() as server:
        one = Portal(store, server)
        for year in range(2015, 2027):
            one.put_up(year)
        yield one


def years(answer: httpx.Response) -> set[int]:
    return {item["data"]["report"]["year"] for item in answer.json()["items"]}


@pytest.mark.both_databases
def test_only_the_newest_of_ten_years_rings(portal: Portal, tmp_path: Path) -> None:
    portal.show(2019, *range(2026, 2019, -1), 2018, 2017)  # one pinned on top

    async def webhooks() -> tuple[list[Any], list[Any]]:
        async with Receiver(status(204)) as quiet, Receiver(status(204)) as all_of_it:
            subscribe(portal.store, quiet.url, "sub_quiet", Filter(headline_only=False))
            subscribe(portal.store, all_of_it.url, "sub_all", ALL)
            await asyncio.to_thread(portal.look)
            async with sender(settings_for(tmp_path), portal.store, Clock(datetime.now(UTC))) as it:
                await once(it)
            return [r.json() for r in quiet.received], [r.json() for r in all_of_it.received]

    quiet, all_of_it = asyncio.run(webhooks())
    assert {(b["data"]["report"]["year"], "backfill" in b["data"]) for b in quiet} == {(2026, False)}
    assert sorted(b["type"] for b in quiet) == ["report.published", "target.published", "target.published"]
    assert len(all_of_it) == 3 * 10
    assert {b["data"]["report"]["year"] for b in all_of_it if "backfill" in b["data"]} == set(
        range(2017, 2026)
    )

    with served(portal.store) as url:
        asked = f"{url}/api/v1/events?limit=100&headline=false"
        assert years(httpx.get(asked)) == {2026}
        assert years(httpx.get(f"{asked}&backfill=true")) == set(range(2017, 2027))
        assert len(httpx.get(f"{url}/feed.json?type=*&headline=false").json()["items"]) == 3
        everything = httpx.get(f"{url}/feed.json?type=*&headline=false&backfill=true").json()
        assert len(everything["items"]) == 30
        assert everything["feed_url"] == f"{url}/feed.json?type=*&headline=false&backfill=true"
        assert httpx.get(f"{url}/api/v1/reports/work_report/500112/2017").status_code == 200  # stored


def test_what_is_put_up_later_rings_however_old(portal: Portal) -> None:
    portal.show(2026, 2025, 2024)
    portal.look()
    assert portal.rung() == [("report.published", 2026)]
    portal.show(2026, 2025, 2024, 2016)
    portal.later()
    assert portal.rung() == [("report.published", 2026), ("report.published", 2016)]


def test_what_happens_to_history_later_is_news(portal: Portal) -> None:
    portal.show(2026, 2025)
    portal.look()
    portal.put_up(2025, growth=4.5)
    portal.later(200)
    assert portal.rung()[1:] == [("report.revised", 2025)]
    revised = [e for e in portal.events() if e.type == "target.revised"]
    assert [e.data.get("backfill") for e in revised] == [None, None]
    portal.server.page("/a/2025.html", "gone", status=404)
    for _ in range(4):
        portal.later(200)
    assert ("report.withdrawn", 2025) in portal.rung()


def test_before_the_season_the_newest_is_last_years(portal: Portal) -> None:
    portal.now = datetime(2026, 1, 10, 1, 0, tzinfo=UTC)
    portal.show(2025, 2024, 2023)
    portal.look()
    assert portal.rung() == [("report.published", 2025)]
    portal.show(2026, 2025, 2024, 2023)
    portal.later(20)
    assert portal.rung() == [("report.published", 2025), ("report.published", 2026)]


def test_titles_without_years_go_by_the_days_beside_them(portal: Portal) -> None:
    for year in (2023, 2024, 2025):
        portal.put_up(year, heading="政府工作报告")
    portal.show(2023, 2025, 2024, heading="政府工作报告")
    portal.look()
    assert portal.rung() == [("report.published", 2025)]


def test_a_second_list_of_older_years_is_history_too(portal: Portal) -> None:
    portal.lists = ("/list/", "/old/")
    portal.show(2026, 2025)
    portal.show(2019, 2018, path="/old/")
    portal.look()
    assert portal.rung() == [("report.published", 2026)]


def test_walking_back_finds_history(portal: Portal) -> None:
    portal.show(2026, more='<a href="/list/index_1.html">下一页</a>')
    portal.show(2020, 2019, path="/list/index_1.html")
    portal.look()
    portal.look(walk=2)
    assert portal.rung() == [("report.published", 2026)]
    assert len([e for e in portal.events() if e.type == "report.published"]) == 3


def listed(*rows: tuple[str, str | None]) -> list[ListItem]:
    return [
        ListItem(f"http://a.example/{n}", title, date.fromisoformat(day) if day else None)
        for n, (title, day) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "newest"),
    [
        # each kind has its own newest year, each place too
        ([("渝北区2026年预算报告", None), ("渝北区2025年政府工作报告", None)], [2026, 2025]),
        ([("渝北区2026年政府工作报告", None), ("沙坪坝区2024年政府工作报告", None)], [2026, 2024]),
        # a year to come is nobody's report
        ([("渝北区2030年政府工作报告", None), ("渝北区2025年政府工作报告", None)], [2025, 2025]),
        # put up together, so the day says nothing of the year
        ([("政府工作报告", "2026-02-01"), ("政府工作报告", "2026-02-02")], [NOT_SAID, NOT_SAID]),
        ([("政府工作报告", "2026-02-01"), ("渝北区2025年政府工作报告", "2026-02-01")], [2025, 2025]),
        ([("政府工作报告", "2026-02-01"), ("渝北区2025年政府工作报告", "2025-02-02")], [2026, 2026]),
        # files
        ([("渝北区2026年政府工作报告.pdf", None), ("渝北区2025年政府工作报告.DOCX", None)], [2026, 2026]),
        # what is no report by its title may be one: beside any of its place
        ([("关于春运的通知", None), ("渝北区2026年政府工作报告", None)], [2026, 2026]),
        ([("关于春运的通知", "2026-02-01")], [NOT_SAID]),
    ],
)
def test_the_newest_year_that_a_list_names(rows: list[tuple[str, str | None]], newest: list[int]) -> None:
    items = listed(*rows)
    found = newest_years(items, "500112", 2026)
    assert [found[item.url] for item in items] == newest
