"""A page was taken down, over real sockets: whether its report moved is asked before it is withdrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from test_false_pages import PATH, TITLE, report

from ingest.model import Event, Filter, Page
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import extraction, outbox, overview, settlement, watchlist
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.web.pace import LocalPace
from ingest.web.session import Web
from tests.support.web_server import WebServer
from workers import jobs
from workers.targets.extract import extract as extract_targets

pytestmark = pytest.mark.both_databases

MOVED = "/zwgk/gzbg/202601/t20260118_9.html"
NOTICE_PATH = "/xxgk/t20260110_2.html"
NOTICE = f'<li><a href="{NOTICE_PATH}">关于做好春运工作的通知</a><span>2026-01-10</span></li>'


@dataclass
class Site:
    """Its clock starts where that of the jobs stands, and runs ahead."""

    store: Store
    server: WebServer
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    context: jobs.Context = field(default_factory=lambda: jobs.Context(Settings(), extract_targets))

    def show(self, *paths: str) -> None:
        items = "".join(f'<li><a href="{path}">{TITLE}</a><span>2026-01-18</span></li>' for path in paths)
        self.server.page("/list/", f"<html><body><ul class='news'>{items}{NOTICE}</ul></body></html>")

    def source(self) -> Source:
        base = self.server.url("")
        return Source.model_validate(
            {
                "slug": "yubei",
                "name": "渝北区人民政府",
                "kind": "portal",
                "region": "500112",
                "home": f"{base}/",
                "interval": "24h",
                "delay": 0,
                "lists": [f"{base}/list/"],
            }
        )

    def look(self) -> None:
        """Look at what is due, and let a worker do what is to do, as its sweep finds it."""

        async def go() -> None:
            settings = Settings(allow_hosts=("127.0.0.1",), host_delay=0)
            async with Web.from_settings(settings, pace=LocalPace(0.0)) as web:
                source = self.source()
                pipeline = Pipeline(self.store, None, {source.slug: source}, now=lambda: self.now)
                await Poller(pipeline, web).once()

        asyncio.run(go())
        self.work()

    def work(self) -> None:
        with self.store.read() as tx:
            waiting = extraction.waiting(tx, self.now + timedelta(seconds=1), timedelta(0))
        jobs.extract_all(self.store, self.context, waiting)
        jobs.settle_all(self.store, self.context, self.unsettled())

    def unsettled(self) -> list[int]:
        with self.store.read() as tx:
            return settlement.unsettled(tx, self.now + timedelta(seconds=1), timedelta(0))

    def lose(self) -> None:
        """The report's page answers 404, until it is gone."""
        self.server.page(PATH, "<html>404 Not Found</html>", status=404)
        while (page := self.page()).gone_at is None:
            self.now = max(self.now, page.next_fetch_at)
            with self.store.begin() as tx:  # the list, meanwhile, is not looked at
                tx.execute(update(t.lists).values(next_poll_at=self.now + timedelta(hours=20)))
            self.look()

    def look_at_list(self) -> None:
        with self.store.read() as tx:
            [watched] = [one for row in overview.source_rows(tx) for one in row.lists]
        self.now = max(self.now, watched.next_poll_at) + timedelta(seconds=1)
        self.look()

    def page(self, path: str = PATH) -> Page:
        with self.store.read() as tx:
            page = watchlist.page_of(tx, "yubei", self.server.url(path))
        assert page is not None
        return page

    def told(self) -> list[Event]:
        """The events since the last time that this was asked."""
        with self.store.read() as tx:
            events = outbox.events(tx, Filter(headline_only=False, types=("*", "copy.appeared")), limit=1000)
        new = [event for event in events if event.sequence > self.heard]
        self.heard = max([self.heard, *(event.sequence for event in events)])
        told = [event for event in new if event.type != "report.overdue" and "report" in event.data]
        return sorted(told, key=lambda event: event.sequence)

    def types(self) -> list[str]:
        return [event.type for event in self.told()]

    heard: int = 0


@pytest.fixture
def site(store: Store) -> Iterator[Site]:
    with WebServer() as server:
        server.page(PATH, report())
        server.page(NOTICE_PATH, "<h1>关于做好春运工作的通知</h1>" + "<p>各街道：请做好春运工作。</p>" * 30)
        one = Site(store, server)
        one.show(PATH)
        one.look()
        assert one.types() == ["report.published", *["target.published"] * 6]
        yield one


def test_a_report_that_moved_is_not_withdrawn_and_its_new_address_is_told(site: Site) -> None:
    site.lose()
    assert site.types() == []
    assert site.unsettled() == [], "it waits for the list, and is no backlog"
    site.server.page(MOVED, report())
    site.show(MOVED)
    site.look_at_list()
    [event] = site.told()
    assert (event.type, event.data["url"]) == ("copy.appeared", site.server.url(MOVED))
    site.now += timedelta(days=40)
    site.work()
    assert site.types() == []


def test_a_new_address_that_cannot_be_read_at_once_is_waited_for(site: Site) -> None:
    site.lose()
    site.server.page(MOVED, "<html>502 Bad Gateway</html>", status=502)
    site.show(MOVED)
    site.look_at_list()
    assert site.types() == []
    site.server.page(MOVED, report())
    site.now = site.page(MOVED).next_fetch_at
    site.look()
    assert site.types() == ["copy.appeared"]


def test_a_report_that_is_nowhere_is_withdrawn_at_the_next_look_at_the_list(site: Site) -> None:
    site.lose()
    assert site.types() == []
    site.show()
    site.look_at_list()
    assert site.types() == ["report.withdrawn"]
    site.look_at_list()
    assert site.types() == []


def test_a_page_that_comes_back_meanwhile_is_as_if_nothing_had_happened(site: Site) -> None:
    site.lose()
    site.server.page(PATH, report())
    site.now = site.page().next_fetch_at
    site.look()
    site.look_at_list()
    assert site.types() == []


def test_a_list_that_fails_keeps_a_report_for_two_days_only(site: Site) -> None:
    site.lose()
    site.server.page("/list/", "<html>500</html>", status=500)
    site.look_at_list()
    assert site.types() == []
    gone_at = site.page().gone_at
    assert gone_at is not None
    over = gone_at + settlement.LONGEST
    with site.store.read() as tx:
        assert settlement.unsettled(tx, over - timedelta(seconds=1), timedelta(0)) == []
        assert settlement.unsettled(tx, over, timedelta(0)) == [1]
    with site.store.begin() as tx:
        jobs.settle_in(tx, 1, over)
    assert site.types() == ["report.withdrawn"]


def test_a_list_that_is_watched_no_longer_keeps_nothing(site: Site) -> None:
    site.lose()
    with site.store.begin() as tx:
        watchlist.sync_sources(tx, [], site.now)
    site.work()
    assert site.types() == ["report.withdrawn"]
