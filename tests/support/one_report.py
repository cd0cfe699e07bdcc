"""A portal on loopback that shows one report, watched by a poller and a worker. Not a test file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from ingest.model import Event, Filter, Page
from ingest.settings import Settings
from ingest.store import outbox, overview, settlement, watchlist
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support import watched_report
from tests.support.polling import polled, portal_of_yubei, work
from tests.support.watched_report import PATH, TITLE
from tests.support.web_server import WebServer
from workers.context import Context
from workers.targets.extract import extract as extract_targets

NOTICE_PATH = "/xxgk/t20260110_2.html"
NOTICE = f'<li><a href="{NOTICE_PATH}">关于做好春运工作的通知</a><span>2026-01-10</span></li>'
LINES = (
    "——2026年1月18日在重庆市渝北区第十九届人民代表大会第六次会议上",
    "各位代表：现在，我代表区人民政府，向大会报告工作，请予审议，并请区政协委员提出意见。",
    *(f"过去一年的第{n}件事情已经办成，沿线群众的出行和就医条件得到明显改善。" for n in range(12)),
    "2026年经济社会发展主要预期目标是：地区生产总值增长6%左右；固定资产投资增长8%以上；城镇新增就业2.4万人。",
    *(f"今年要做的第{n}件事情是把老旧小区的管网换新，年底以前完工。" for n in range(12)),
    "各位代表，让我们更加紧密地团结起来，为建设更加美好的家园而努力奋斗！",
)


def report(growth: str = "6%左右") -> str:
    return watched_report.report([line.replace("6%左右", growth) for line in LINES])


@dataclass
class Site:
    """Its clock starts where that of the jobs stands, and runs ahead."""

    store: Store
    server: WebServer
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    context: Context = field(default_factory=lambda: Context(Settings(), extract_targets))

    def show(self, *paths: str) -> None:
        items = "".join(f'<li><a href="{path}">{TITLE}</a><span>2026-01-18</span></li>' for path in paths)
        self.server.page("/list/", f"<html><body><ul class='news'>{items}{NOTICE}</ul></body></html>")

    def look(self) -> None:
        """Look at what is due, and let a worker do what is to do, as its sweep finds it."""
        source = portal_of_yubei(self.server.url(""), interval="24h", recheck="1d")
        polled(self.store, lambda: self.now, [source], lambda poller: poller.once())
        self.work()

    def work(self) -> None:
        work(self.store, self.context, self.now + timedelta(seconds=1))

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

    def turn(self, growth: str) -> list[Event]:
        """What is told when the report's page, at the next look, shows this growth."""
        self.server.page(PATH, report(growth))
        self.now = max(self.now, self.page().next_fetch_at)
        self.look()
        return self.told()

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


@contextmanager
def portal(store: Store) -> Iterator[Site]:
    """One whose report has been told."""
    with WebServer() as server:
        server.page(PATH, report())
        server.page(NOTICE_PATH, "<h1>关于做好春运工作的通知</h1>" + "<p>各街道：请做好春运工作。</p>" * 30)
        site = Site(store, server)
        site.show(PATH)
        site.look()
        assert site.types() == ["report.published", *["target.published"] * 3]
        yield site
