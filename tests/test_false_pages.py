"""What servers send with status 200 in place of a page, over real sockets: nobody is told what is not so."""

# ruff: noqa: E501  (markup as the sites print it)

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.model import Filter, Page
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import extraction, outbox, settlement, watchlist
from ingest.store.db import Store
from ingest.web.pace import LocalPace
from ingest.web.session import Web
from tests.support.web_server import WebServer, Wire
from workers import jobs
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
    context: jobs.Context = field(default_factory=lambda: jobs.Context(Settings(), extract_targets))

    def __post_init__(self) -> None:
        items = f'<li><a href="{PATH}">{TITLE}</a><span>2026-01-18</span></li>'
        items += '<li><a href="/xxgk/t20260110_2.html">关于做好春运工作的通知</a><span>2026-01-10</span></li>'
        self.server.page("/list/", f"<html><body><ul class='news'>{items}</ul></body></html>")
        self.server.page(PATH, report())

    def source(self) -> Source:
        base = self.server.url("")
        return Source.model_validate(
            {
                "slug": "yubei",
                "name": "渝北区人民政府",
                "kind": "portal",
                "region": "500112",
                "home": f"{base}/",
                "interval": "30d",
                "delay": 0,
                "lists": [f"{base}/list/"],
            }
        )

    def look(self) -> None:
        """Go to the time when the report's page is due, look, and let a worker do what is to do."""
        if (page := self.page()) is not None:
            self.now = max(self.now, page.next_fetch_at)

        async def go() -> None:
            settings = Settings(allow_hosts=("127.0.0.1",), host_delay=0)
            async with Web.from_settings(settings, pace=LocalPace(0.0)) as web:
                source = self.source()
                pipeline = Pipeline(self.store, None, {source.slug: source}, now=lambda: self.now)
                await Poller(pipeline, web).once()

        asyncio.run(go())
        later = datetime.now(UTC) + timedelta(days=365)
        with self.store.read() as tx:
            waiting = extraction.waiting(tx, later, timedelta(0))
        jobs.extract_all(self.store, self.context, waiting)
        with self.store.read() as tx:
            unsettled = settlement.unsettled(tx, later, timedelta(0))
        jobs.settle_all(self.store, self.context, unsettled)

    def page(self) -> Page | None:
        with self.store.read() as tx:
            return watchlist.page_of(tx, "yubei", self.server.url(PATH))

    def told(self) -> list[str]:
        """The types of the events since the last time that this was asked."""
        with self.store.read() as tx:
            events = outbox.events(tx, Filter(headline_only=False), newest_first=False, limit=1000)
        new = [event.type for event in events if event.sequence > self.heard]
        self.heard = max([self.heard, *(event.sequence for event in events)])
        return sorted(new)

    heard: int = 0


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    path = tmp_path / "one.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store.open(f"sqlite:///{path}")
    with WebServer() as server:
        one = Site(store, server)
        one.look()
        assert one.told() == ["report.published", *["target.published"] * 6]
        yield one
    store.close()


MENU = '<div class="nav"><a href="/">首页</a><a href="/xxgk/">政务公开</a><a href="/login">用户登录</a></div>'
FALSE_PAGES = {
    "no such page": (f"<html><body>{MENU}<p>抱歉，您访问的页面不存在或已被删除</p></body></html>", "Replaced"),
    "404": ("<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", "Replaced"),
    "maintenance": (f"<html><body>{MENU}<h2>系统正在维护中，请稍后访问</h2></body></html>", "ErrorPage"),
    "nginx": ("<html><body><h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working.</p></body></html>", "ErrorPage"),
    "log-in": ('<html><body><form>用户名<input name="u">密码<input type="password">登录</form></body></html>', "ErrorPage"),
    "parked": ("<html><body><h1>本域名正在出售</h1><p>联系我们购买此域名，价格面议，先到先得。</p></body></html>", "ErrorPage"),
    "json": ('{"code":500,"msg":"系统异常","data":null}', "ErrorPage"),
    "another matter": (
        f"<html><body>{MENU}<h1>本网站使用说明</h1><div class='TRS_Editor'>"
        + "".join(f"<p>第{n}条，访问者可以在右上角的搜索框里输入关键词，系统会列出相关的栏目供选择使用。</p>" for n in range(30))
        + "</div></body></html>",
        "Replaced",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_PAGES)
def test_an_error_page_with_status_200_is_no_text(site: Site, name: str) -> None:
    body, error = FALSE_PAGES[name]
    site.server.page(PATH, body)
    site.look()
    page = site.page()
    assert page is not None
    assert page.error == error
    assert site.told() == []
    assert page.next_fetch_at - site.now < timedelta(minutes=20), "a second look soon"
    site.server.page(PATH, report())
    site.look()
    assert site.told() == [], "it is back, and was never away"
    page = site.page()
    assert page is not None
    assert page.error is None


@pytest.mark.parametrize("target", ["/", "/index.html", "/404.html", "/error/404.htm", "/login.do"])
def test_a_redirect_away_from_the_page_is_no_text(site: Site, target: str) -> None:
    site.server.page(target, FALSE_PAGES["another matter"][0])
    site.server.page(PATH, status=302, location=target)
    site.look()
    assert site.told() == []
    site.server.page(PATH, report())
    site.look()
    assert site.told() == []


def test_a_page_that_says_twice_that_it_is_not_there_is_gone(site: Site) -> None:
    site.server.page(PATH, FALSE_PAGES["no such page"][0])
    site.look()
    assert site.told() == []
    site.look()
    assert site.told() == ["report.withdrawn"]


def test_another_text_that_stays_is_believed(site: Site) -> None:
    site.server.page(PATH, FALSE_PAGES["another matter"][0])
    site.look()
    assert site.told() == []
    site.look()
    assert site.told() == ["report.withdrawn"]


def test_a_site_under_maintenance_withdraws_nothing_however_long(site: Site) -> None:
    site.server.page(PATH, FALSE_PAGES["maintenance"][0])
    for _ in range(12):
        site.look()
    assert site.told() == []


# --- cut answers -----------------------------------------------------------------------------


def cut(site: Site, share: float) -> None:
    raw = report().encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"

    def half(wire: Wire) -> None:
        wire.send(head + raw[: int(len(raw) * share)])

    site.server.script(PATH, half)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.95])
def test_a_cut_answer_is_no_revision(site: Site, share: float) -> None:
    cut(site, share)
    site.look()
    page = site.page()
    assert page is not None
    assert (page.error, site.told()) == ("CutShort", [])
    assert page.next_fetch_at - site.now < timedelta(minutes=2)
    site.server.page(PATH, report())
    site.look()
    assert site.told() == []


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_text_that_stays_cut_never_becomes_what_was_told(site: Site, share: float) -> None:
    cut(site, share)
    for _ in range(10):
        site.look()
    page = site.page()
    assert page is not None
    assert page.error is None, "the page just is so"
    assert site.told() == []
    site.server.page(PATH, report())
    site.look()
    assert site.told() == [], "nothing was taken back, so nothing is told anew"
