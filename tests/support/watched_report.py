"""A site on loopback with one report, looked at whenever that is due. Not a test file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ingest.model import Filter, Page
from ingest.settings import Settings
from ingest.store import outbox, watchlist
from ingest.store.db import Store
from tests.support.polling import polled, portal_of_yubei, work
from tests.support.web_server import WebServer
from workers.context import Context
from workers.targets.extract import extract as extract_targets

START = datetime(2026, 1, 20, 1, 0, tzinfo=UTC)
PATH = "/xxgk/t20260118_1.html"
TITLE = "渝北区人民政府工作报告"
LINES = [
    "——2026年1月18日在重庆市渝北区第十九届人民代表大会第六次会议上",
    "各位代表：现在，我代表区人民政府，向大会报告工作，请予审议，并请区政协委员提出意见。",
    *(
        f"过去一年的第{n}件事情已经办成，沿线群众的出行和就医条件得到明显改善，受益人口超过预期。"
        for n in range(12)
    ),
    "2026年经济社会发展主要预期目标是：地区生产总值增长6%左右；规模以上工业增加值增长7%；固定资产投资增长8%以上；",
    "社会消费品零售总额增长5%；一般公共预算收入增长3%；城镇新增就业2.4万人。",
    *(
        f"今年要做的第{n}件事情是把老旧小区的管网换新，年底以前完工，并接受全体居民的监督。"
        for n in range(12)
    ),
    "各位代表，让我们更加紧密地团结起来，为建设更加美好的家园而努力奋斗！",
]


def report(lines: list[str] = LINES) -> str:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<html><head><meta name="PubDate" content="2026-01-18"><title>{TITLE}</title></head>'
        f'<body><h1>{TITLE}</h1><div class="TRS_Editor">{text}</div></body></html>'
    )


@dataclass
class Site:
    store: Store
    server: WebServer
    now: datetime = START
    context: Context = field(default_factory=lambda: Context(Settings(), extract_targets))

    def __post_init__(self) -> None:
        items = f'<li><a href="{PATH}">{TITLE}</a><span>2026-01-18</span></li>'
        items += '<li><a href="/xxgk/t20260110_2.html">关于做好春运工作的通知</a><span>2026-01-10</span></li>'
        self.server.page("/list/", f"<html><body><ul class='news'>{items}</ul></body></html>")
        self.server.page(PATH, report())

    def look(self) -> None:
        """Go to the time when the report's page is due, look, and let a worker do what is to do."""
        if (page := self.page()) is not None:
            self.now = max(self.now, page.next_fetch_at)
        source = portal_of_yubei(self.server.url(""), interval="30d")
        polled(self.store, lambda: self.now, [source], lambda poller: poller.once())
        self.work()

    def work(self) -> None:
        work(self.store, self.context, datetime.now(UTC) + timedelta(days=365))

    def page(self) -> Page | None:
        with self.store.read() as tx:
            return watchlist.page_of(tx, "yubei", self.server.url(PATH))

    def error(self) -> str | None:
        page = self.page()
        assert page is not None
        return page.error

    def told(self) -> list[str]:
        """The types of the events since the last time that this was asked."""
        with self.store.read() as tx:
            events = outbox.events(tx, Filter(headline_only=False), newest_first=False, limit=1000)
        new = [event.type for event in events if event.sequence > self.heard]
        self.heard = max([self.heard, *(event.sequence for event in events)])
        return sorted(new)

    heard: int = 0
