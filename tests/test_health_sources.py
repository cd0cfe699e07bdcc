"""Each way to break a source, on a real site: the state with its name, said once, and taken back once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import certifi
import pytest
from sqlalchemy import update

from alerts.words.health import in_words, reason_text
from ingest.store import overview, tables
from ingest.store.db import Store
from tests.support.watched_site import (
    MENU,
    START,
    SecureServer,
    World,
    article,
    list_page,
    list_rows,
    make_certificates,
)
from tests.support.web_server import WebServer, Wire

DAYS = tuple(f"2026-01-{day:02}" for day in range(19, 7, -1))  # twelve items
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BROKEN, RECOVERED = "source.broken", "source.recovered"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    return folder


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    """A site that was looked at twice and is as it should be."""
    with WebServer() as server:
        world = World(store, server)
        world.show(*DAYS)
        world.look()
        with store.begin() as tx:  # what becomes of its articles is not told here
            tx.execute(update(tables.pages).values(next_fetch_at=START + 365 * DAY))
        world.look()
        assert (world.told(), world.check().state) == ([], "healthy")
        yield world


def page(body: str | bytes, status: int = 200) -> Callable[[World], None]:
    return lambda world: world.server.page("/list/", body, status=status)


def cards(world: World) -> None:
    """The site was made anew: the items are no links any more."""
    rows = "".join(
        f"<div class='card' onclick='go({n})'>{day} 第{n}号通知</div>" for n, day in enumerate(DAYS)
    )
    world.server.page("/list/", f"<html><body>{MENU}{rows}</body></html>")


def forbidden(world: World) -> None:
    world.server.page(
        "/robots.txt", "User-agent: *\nDisallow: /list/", headers={"Content-Type": "text/plain"}
    )
    world.now += DAY  # the rules of yesterday are kept no longer


def allowed(world: World) -> None:
    world.server.page("/robots.txt", "", headers={"Content-Type": "text/plain"})
    world.now += DAY


def nameless(world: World) -> None:
    world.known_to_dns = False


def named(world: World) -> None:
    world.known_to_dns = True


def sent(elsewhere: str) -> Callable[[World], None]:
    """The column is gone, and its address leads to another page, with links and days of its own."""

    def send(world: World) -> None:
        world.server.page(elsewhere, list_page(DAYS, 100))
        world.server.page("/list/", "", status=302, headers={"Location": elsewhere})

    return send


CLOSED = f"<html><body>{MENU}<p>因机房搬迁，本网站将于3月20日至25日暂停服务，敬请谅解。</p></body></html>"
LEAVING = f"<html><body><p>您访问的链接即将离开“某县人民政府”门户网站，是否继续？</p>{MENU}</body></html>"
UNWELL = "<html><body><h1>系统发生错误</h1><p>数据库连接失败，请稍后再试</p></body></html>"
WALL = "<html><body>如果您是网站管理员，请登录知道创宇云防御查看详情</body></html>"
COOKIE = "<html><script>document.cookie='__jsl_clearance=1|x';location.href=location.pathname</script></html>"
EMPTY = f'<html><body>{MENU}<ul class="news"></ul></body></html>'


# (how it breaks, the state, looks until it is said, what came, what the status page shows)
@pytest.mark.parametrize(
    ("break_it", "cause", "looks", "found"),
    [
        pytest.param(cards, "layout_changed", 1, "网页结构变了", id="layout changed"),
        pytest.param(page(EMPTY), "empty_list", 1, "0 条", id="empty list"),
        pytest.param(page(f"<body>{MENU}<p>暂无数据</p></body>"), "empty_list", 1, "0 条", id="says so"),
        pytest.param(page(WALL), "block_page", 1, "知道创宇", id="block page with 200"),
        pytest.param(page("no", 403), "block_page", 1, "HTTP 403", id="403"),
        pytest.param(page("no", 412), "cookie_wall", 1, "HTTP 412", id="412"),
        pytest.param(page("no", 521), "cookie_wall", 1, "HTTP 521", id="521"),
        pytest.param(page(COOKIE), "cookie_wall", 1, "JS cookie", id="cookie wall with 200"),
        pytest.param(forbidden, "robots", 1, "robots.txt", id="robots"),
        pytest.param(page(list_page(DAYS[:2])), "too_few_items", 2, "2 条", id="too few items"),
        pytest.param(page(list_page(["2025-03-01"] * 12)), "dates_back", 2, "2025-03-01", id="dates back"),
        pytest.param(page("gone", 404), "gone", 2, "404", id="404"),
        pytest.param(sent("/user/login"), "bad_answer", 2, "ErrorPage", id="log-in"),
        pytest.param(page(UNWELL), "bad_answer", 2, "ErrorPage", id="error page with 200"),
        pytest.param(page(CLOSED), "bad_answer", 2, "ErrorPage", id="closed for some days"),
        pytest.param(page(LEAVING), "bad_answer", 2, "ErrorPage", id="a page that leads elsewhere"),
        pytest.param(sent("/index.html"), "gone", 2, "404", id="sent to the home page"),
        pytest.param(page(b"\x7fELF" + bytes(range(256)) * 9), "bad_answer", 2, "NotADocument", id="binary"),
        pytest.param(nameless, "dns", 3, "county.example", id="dns gone"),
    ],
)  # fmt: skip
def test_each_way_is_named_said_once_and_taken_back(
    world: World, break_it: Callable[[World], None], cause: str, looks: int, found: str
) -> None:
    break_it(world)
    since = None
    for n in range(looks):
        assert world.told() == [], f"said at look {n}"
        world.look()
        since = since or world.now
    assert world.told() == [(BROKEN, cause)]
    check = world.check()
    assert (check.state, check.since, check.broken_at) == (cause, since, world.now)
    [event] = world.events()
    said = in_words(event.data)
    assert found in said["found"]
    assert "12" in said["expected"] or "2026-01" in said["expected"]
    assert event.data["url"] == f"{world.base}/list/"
    world.look(3)
    assert world.told() == [(BROKEN, cause)]
    with world.store.read() as tx:
        [source] = overview.source_rows(tx)
    assert source.broken_at == event.occurred_at
    assert (reason_text(source.broken_reason) or "").startswith(cause)

    named(world)
    allowed(world)
    world.show(*DAYS)
    world.look()
    assert world.told() == [(BROKEN, cause), (RECOVERED, None)]
    world.look(2)
    assert len(world.told()) == 2
    assert world.check().state == "healthy"


REPORTS = "".join(
    f'<li><a href="/bg/{year}.html">某县人民政府{year}年政府工作报告</a><span>{year}-01-20</span></li>'
    for year in range(2025, 2019, -1)
)


@pytest.mark.parametrize(
    "instead",
    [
        pytest.param(list_page(DAYS), id="another column"),
        pytest.param(
            f'<html><title>某县人民政府</title><body>{MENU}<ul class="news">{list_rows(DAYS[:6])}</ul>'
            "<div><h2>县长调研重点项目</h2><p>1月20日，县长到开发区调研重点项目建设。</p></div></body></html>",
            id="the home page",
        ),
    ],
)
def test_a_column_of_reports_with_another_page_in_its_place_is_gone(store: Store, instead: str) -> None:
    with WebServer() as server:
        world = World(store, server)
        server.page("/list/", list_page([], more=REPORTS))
        world.look()
        with store.begin() as tx:  # what becomes of its articles is not told here
            tx.execute(update(tables.pages).values(next_fetch_at=START + 365 * DAY))
        server.page("/list/", instead)
        world.look()
        assert world.told() == []
        world.look()
        assert world.told() == [(BROKEN, "gone")]
        assert "第1号事项" in in_words(world.events()[0].data)["found"]
        server.page("/list/", list_page([], more=REPORTS.replace("2025", "2026")))
        world.look()
        assert world.told() == [(BROKEN, "gone"), (RECOVERED, None)]


def test_5xx_is_said_after_a_day(world: World) -> None:
    world.server.page("/list/", "no", status=503)
    world.look()
    began = world.now
    world.look_until(began + 23 * HOUR)
    if world.now < began + DAY:
        assert world.told() == []
        assert world.check().state == "healthy"  # in trouble, and not said yet
    world.look_until(began + DAY)
    assert world.told() == [(BROKEN, "unreachable")]
    [event] = world.events()
    assert event.data["found"] == {"detail": "HTTP 503"}
    assert event.data["since"] == began.isoformat()
    world.look(3)
    world.show(*DAYS)
    world.look(2)
    assert world.told() == [(BROKEN, "unreachable"), (RECOVERED, None)]


def test_an_hour_of_5xx_is_not_said(world: World) -> None:
    world.server.page("/list/", "no", status=502)
    world.look(3)
    world.show(*DAYS)
    world.look(2)
    assert world.told() == []


def test_a_robots_txt_that_fails_is_the_host_that_fails(world: World) -> None:
    """RFC 9309: nothing may be fetched then; it is no ban."""
    world.server.page("/robots.txt", "no", status=500)
    world.look(2)
    trouble = world.check().trouble
    assert trouble is not None
    assert trouble.cause == "unreachable"
    assert world.told() == []


def test_a_certificate(store: Store, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(certificates / "ca.pem"))
    with SecureServer(certificates, "good") as server:
        world = World(store, server)
        world.show(*DAYS)
        world.look(2)
        assert world.told() == []
        server.present("unknown")
        world.look()
        assert world.told() == []  # a slip perhaps
        world.look(3)
        assert world.told() == [(BROKEN, "certificate")]
        assert "self-signed" in in_words(world.events()[0].data)["found"].replace(
            "self signed", "self-signed"
        )
        server.present("good")
        world.look(2)
        assert world.told() == [(BROKEN, "certificate"), (RECOVERED, None)]


def test_a_list_that_was_wrong_is_asked_for_whole(world: World) -> None:
    """A 304 to the validators of a wrong list would look like a good answer."""

    def with_etag(body: str, etag: str) -> None:
        def script(wire: Wire) -> None:
            if wire.seen.headers.get("if-none-match") == etag:
                wire.answer(b"", 304, {"ETag": etag})
            else:
                wire.answer(body.encode(), headers={"ETag": etag})

        world.server.script("/list/", script)

    with_etag(list_page(DAYS), '"good"')
    world.look(2)
    assert world.check().looks == 0
    with_etag(list_page(DAYS[:2]), '"few"')
    world.look(4)
    assert world.told() == [(BROKEN, "too_few_items")]
    assert [seen.headers.get("if-none-match") for seen in world.server.seen][-3:] == [None] * 3
    with_etag(list_page(DAYS), '"good"')
    world.look(3)
    assert world.told() == [(BROKEN, "too_few_items"), (RECOVERED, None)]


def test_what_the_source_file_expects(store: Store) -> None:
    with WebServer() as server:
        world = World(store, server, {"expect": {"items": 5, "dates": "any"}})
        world.show(*DAYS)
        world.look()
        world.show(*(["2024-01-01"] * 5))
        world.look(3)
        assert world.told() == []
        world.show(*DAYS[:4])
        world.look(2)
        assert world.told() == [(BROKEN, "too_few_items")]
        assert world.events()[0].data["expected"] == {"least": 5, "last": 5}


def test_several_lists_are_one_source(store: Store) -> None:
    with WebServer() as server:
        world = World(store, server)
        world.source["lists"] = [f"{world.base}/list/", f"{world.base}/second/"]
        world.show(*DAYS, articles=True)
        world.show(*DAYS, first=100, path="/second/", articles=True)
        world.look(2)
        server.page("/second/", "no", status=412)
        world.look()
        assert world.told() == [(BROKEN, "cookie_wall")]
        assert world.events()[0].data["url"] == f"{world.base}/second/"
        server.page("/list/", EMPTY)
        world.look(3)  # the other breaks as well: the source is broken already
        world.show(*DAYS, first=100, path="/second/")
        world.look(3)
        assert world.told() == [(BROKEN, "cookie_wall")]  # one of them still is
        assert world.check(f"{world.base}/second/").state == "healthy"
        world.show(*DAYS)
        world.look(4)
        assert world.told() == [(BROKEN, "cookie_wall"), (RECOVERED, None)]


def test_a_list_whose_articles_are_all_gone_is_a_broken_source(store: Store) -> None:
    with WebServer() as server:
        world = World(store, server, {"interval": "10h"})
        world.show(*DAYS)
        world.look_until(world.now + 10 * HOUR)
        assert world.told() == []
        world.look_until(world.now + 2 * DAY)
        assert world.told() == [(BROKEN, "articles")]
        found = world.events()[0].data["found"]
        assert (found["articles"], found["detail"]) == (7, "Gone")
        world.show(*DAYS, articles=True)
        world.look_until(world.now + 8 * DAY)
        assert world.told() == [(BROKEN, "articles"), (RECOVERED, None)]


def test_a_list_that_is_watched_no_more_breaks_nothing(store: Store) -> None:
    with WebServer() as server:
        world = World(store, server)
        world.source["lists"] = [f"{world.base}/list/", f"{world.base}/second/"]
        world.show(*DAYS)
        server.page("/second/", "no", status=412)
        world.look()
        assert world.told() == [(BROKEN, "cookie_wall")]
        world.source["lists"] = [f"{world.base}/list/"]
        world.look()
        assert world.told() == [(BROKEN, "cookie_wall"), (RECOVERED, None)]


@pytest.mark.both_databases
def test_a_flapping_site_rings_once(world: World) -> None:
    """Every other look finds the wall, for a day."""
    world.source["interval"] = "3h"
    world.show(*DAYS, articles=True)
    end = world.now + DAY
    while world.now < end:
        world.server.page("/list/", "no", status=412)
        world.look()
        world.show(*DAYS)
        world.look()
    assert world.told() == [(BROKEN, "cookie_wall"), (RECOVERED, None)]


def test_fields_that_stay_empty(store: Store) -> None:
    """The new template has no header block: the index number that every page had is gone."""
    with WebServer() as server:
        world = World(store, server)
        old = [f"2025-{month:02}-10" for month in range(12, 0, -1)]
        world.show(*old, articles=True)
        world.look(2)
        assert world.told() == []

        def add(count: int, header: bool) -> None:
            days = [f"2026-01-{day:02}" for day in range(count, 0, -1)]
            for n, day in enumerate(days):
                server.page(f"/a/{100 + n}.html", article(100 + n, day, header))
            server.page("/list/", list_page(days, 100, list_rows(old)))

        add(4, header=False)
        world.look()
        assert world.told() == []
        add(5, header=False)
        world.look(3)
        assert world.told() == [(BROKEN, "fields_missing")]
        [event] = world.events()
        said = in_words(event.data)
        assert said["expected"] == "索引号 100%，如以往、发布机构 100%，如以往"
        assert said["found"] == "最近 7 篇：索引号 29%、发布机构 29%"
        assert event.data["url"] == f"{world.base}/"
        assert world.check("").state == "fields_missing"
        add(8, header=True)
        world.look()
        assert world.told() == [(BROKEN, "fields_missing"), (RECOVERED, None)]
