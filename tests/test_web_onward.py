"""Sites that set a cookie first, pages that only send their reader on, and heads that are not quite HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from ingest.errors import BadAnswer, Blocked, HostUnavailable, RefusedAddress, ShapeChanged
from ingest.exchange import Fetched
from ingest.page.onward import frame_of, onward
from ingest.reading import FirstPage, ReadingHints, join, read_first_page
from ingest.store import tables
from ingest.store.db import Store
from ingest.web.client import Fetcher
from ingest.web.cookies import CookieSession
from ingest.web.pace import LocalPace
from ingest.web.robots import Robots
from ingest.web.session import Web
from tests.support.watched_site import HOST, MENU, World, article
from tests.support.web_server import WebServer, Wire

URL = "http://www.example.gov.cn/a/1.html"
TEXT = "<p>全区地区生产总值增长6%左右，城镇新增就业五万人以上，居民收入增长与经济增长基本同步，</p>" * 3


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        running.page("/robots.txt", status=404)
        yield running


def fetch(server: WebServer, *paths: str, session: bool = False, **more: Any) -> list[Fetched]:
    """What comes of these addresses, one after the other."""

    async def run() -> list[Fetched]:
        own: dict[str, Any] = {"user_agent": "gongbao-test/1", "allow_hosts": (server.host,)}
        fetcher = Fetcher(**own | more)
        robots = Robots(fetcher, user_agent="gongbao-test/1")
        host = server.url("").split("/")[2].split(":")[0]
        with CookieSession(frozenset({host} if session else ())).kept():
            async with Web(fetcher, pace=LocalPace(0.0), robots=robots) as web:
                return [await web.fetch(server.url(path)) for path in paths]

    return asyncio.run(run())


def wants_cookie(wire: Wire) -> None:
    if "pass=1" in wire.seen.headers.get("cookie", ""):
        wire.answer(TEXT.encode())
    else:
        wire.answer(b"", 302, {"Location": wire.seen.path, "Set-Cookie": "pass=1; path=/"})


# --- cookies ---------------------------------------------------------------------------------


def test_a_cookie_that_is_set_in_a_redirect_is_kept_for_that_chain_alone(server: WebServer) -> None:
    server.script("/a", wants_cookie)
    server.script("/b", wants_cookie)
    a, b = fetch(server, "/a", "/b")
    assert a.body == b.body == TEXT.encode()
    assert a.redirects == (server.url("/a"),)
    assert server.paths() == ["/a", "/a", "/b", "/b"]
    assert ("cookie", "pass=1") in a.request_headers


def test_a_session_keeps_it_from_one_request_to_the_next(server: WebServer) -> None:
    server.script("/a", wants_cookie)
    server.script("/b", wants_cookie)
    fetch(server, "/a", "/b", session=True)
    assert server.paths() == ["/a", "/a", "/b"]
    fetch(server, "/b", session=True)
    assert server.paths()[3:] == ["/b", "/b"]


def test_a_cookie_for_another_host_or_none_that_can_be_sent_is_not_sent(server: WebServer) -> None:
    def set_odd(wire: Wire) -> None:
        wire.send(
            b"HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\n"
            b"Set-Cookie: far=1; domain=other.example\r\n"
            + "Set-Cookie: 名=值; path=/\r\n".encode("gbk")
            + b"Set-Cookie: long=" + b"x" * 5000 + b"\r\n\r\n"
        )  # fmt: skip

    server.script("/odd", set_odd)
    server.page("/end", TEXT)
    assert fetch(server, "/odd")[0].body == TEXT.encode()
    assert "cookie" not in server.seen[-1].headers


def test_a_new_cookie_at_every_turn_is_no_way_round_the_limit(server: WebServer) -> None:
    count = iter(range(100))

    def turn(wire: Wire) -> None:
        wire.answer(b"", 302, {"Location": "/turn", "Set-Cookie": f"n={next(count)}"})

    server.script("/turn", turn)
    with pytest.raises(BadAnswer, match="more than 5 redirects"):
        fetch(server, "/turn")
    assert len(server.seen) == 7


def test_a_source_file_says_that_its_site_needs_cookies(store: Store) -> None:
    with WebServer() as server:
        world = World(store, server)
        world.show("2026-01-05", "2026-01-06", articles=True)
        for path in ("/list/", "/a/1.html", "/a/2.html"):
            real = server._pages[path]

            def guarded(wire: Wire, real: Any = real) -> None:
                if "pass=1" in wire.seen.headers.get("cookie", ""):
                    real(wire)
                else:
                    wire.answer(b"", 302, {"Location": wire.seen.path, "Set-Cookie": "pass=1; path=/"})

            server.script(path, guarded)
        world.source = {"cookies": True}
        world.look()
        assert [path for path in server.paths() if path in ("/list/", "/a/1.html", "/a/2.html")] == [
            "/list/", "/list/", "/a/1.html", "/a/2.html",
        ]  # fmt: skip
        assert world.told() == []
        assert HOST in world.spec().cookie_hosts


# --- pages that only send their reader on ----------------------------------------------------

REFRESH = (
    '<html><head><meta http-equiv="Refresh" content="0; URL=\'../b/2.html\'"></head><body>{}</body></html>'
)


@pytest.mark.parametrize(
    "page",
    [
        REFRESH.format(""),
        REFRESH.format("正在跳转，如果没有跳转请<a href='../b/2.html'>点击这里</a>"),
        "<script>window.location.href = '/b/2.html';</script>",
        "<script>top.location='http://www.example.gov.cn/b/2.html'</script>",
        '<script>location.replace("/b/2.html")</script>',
        "<body><iframe src='/b/2.html' width=100%></iframe></body>",
        "<FRAMESET rows='100%,*'><FRAME src='/b/2.html'><noframes>您的浏览器不支持框架</noframes></FRAMESET>",
        "<frameset cols='20%,*'><frame src='/menu.html'><frame src='/b/2.html'></frameset>",
        "<frameset rows='90,*'><frame name=top src='/1.html'><frameset><frame name='left' src='/3.html'>"
        "<frame name='mainFrame' src='/b/2.html'></frameset></frameset>",
        "<iframe src='/1.html'></iframe><iframe src='/b/2.html' id='content'></iframe>",
        "<base href='/b/'><meta http-equiv=refresh content='1;url=2.html'>",
        """<body onload="window.open('/b/2.html','_self')">""",
        """<body onload="location.href='/b/2.html'"></body>""",
    ],
)
def test_a_page_that_only_sends_its_reader_on(page: str) -> None:
    assert onward(page.encode(), "text/html; charset=utf-8", URL) == "http://www.example.gov.cn/b/2.html"


@pytest.mark.parametrize(
    "page",
    [
        REFRESH.format(TEXT),  # it says something itself
        "<meta http-equiv=refresh content='300'>",
        "<meta http-equiv=refresh content='0;url=javascript:void(0)'>",
        "<iframe src='http://ads.example.com/'></iframe>",
        "<iframe src='/b/report.pdf'></iframe>",
        "<iframe src='/pdf/viewer.html?file=/b/report.pdf'></iframe>",
        "<iframe src='/1.html'></iframe><iframe src='/2.html'></iframe>",
        "<frameset cols='20%,*'><frame src='/2.html'><frame src='/1.html'></frameset>",
        "<iframe src='/menu.html'></iframe><iframe src='http://[1' name='main'></iframe>",
        "<script>if(/Android|iPhone/.test(navigator.userAgent)) location.href='http://m.example.gov.cn/'</script>",
        "<script>document.cookie='a=1';location.href='/b/2.html'</script>",  # a wall
        "<div id=app></div><script src=/app.js></script><script>onerror=()=>location.reload()</script>",
        "<script>location.href = location.protocol + '//m.example.gov.cn/'; var a = '"
        + "x" * 300
        + "'</script>",
        "<script>window.open('/b/2.html', '_blank')</script>",
        "<script>location.hash = location.pathname</script>",
        '{"location": "/b/2.html"}',
        "",
    ],
)
def test_a_page_that_is_where_it_wants_to_be(page: str) -> None:
    assert onward(page.encode(), "text/html", URL) is None


RELOADS = [
    '<html><head><meta http-equiv="refresh" content="0"></head></html>',
    "<meta http-equiv=refresh content='0;url=/a/1.html'>",
    "<script>location.reload()</script>",
    "<script>setTimeout(function(){ window.location.reload(true); }, 100)</script>正在跳转",
    "<script>window.location.href = window.location.href</script>",
    "<script>location.replace(location.href)</script>",
    "<script>var url = window.location.href; self.location = url</script>",
]


@pytest.mark.parametrize("page", RELOADS)
def test_a_page_that_only_reloads_itself(page: str) -> None:
    assert onward(page.encode(), "text/html", URL) == URL


@pytest.mark.parametrize("page", RELOADS)
def test_a_page_that_sets_a_cookie_and_reloads_itself_is_asked_again_with_it(
    server: WebServer, page: str
) -> None:
    def wall(wire: Wire) -> None:
        if "pass=1" in wire.seen.headers.get("cookie", ""):
            wire.answer(TEXT.encode())
        else:
            wire.answer(page.encode(), 200, {"Set-Cookie": "pass=1; path=/", "Content-Type": "text/html"})

    server.script("/a/1.html", wall)
    [came] = fetch(server, "/a/1.html")
    assert (came.body, came.final_url) == (TEXT.encode(), server.url("/a/1.html"))
    assert server.paths() == ["/a/1.html"] * 2


@pytest.mark.parametrize("cookie", ["pass=1", "pass={}"])
def test_one_that_does_it_again_is_a_cookie_wall(server: WebServer, cookie: str) -> None:
    count = iter(range(100))
    headers = {"Content-Type": "text/html"}

    def wall(wire: Wire) -> None:
        wire.answer(RELOADS[0].encode(), 200, headers | {"Set-Cookie": cookie.format(next(count))})

    server.script("/a/1.html", wall)
    with pytest.raises(Blocked, match="reloads itself") as caught:
        fetch(server, "/a/1.html")
    assert caught.value.by == "cookie_wall"
    assert server.paths() == ["/a/1.html"] * 2


def test_one_that_sets_no_cookie_is_what_it_is(server: WebServer) -> None:
    server.page("/a/1.html", RELOADS[0])
    assert fetch(server, "/a/1.html")[0].body == RELOADS[0].encode()
    assert server.paths() == ["/a/1.html"]


def test_it_is_followed_twice_and_like_a_redirect(server: WebServer) -> None:
    server.page("/a/1.html", REFRESH.format(""))
    server.page("/b/2.html", TEXT)
    [page] = fetch(server, "/a/1.html")
    assert (page.body, page.url, page.final_url) == (
        TEXT.encode(),
        server.url("/a/1.html"),
        server.url("/b/2.html"),
    )
    assert page.redirects == (server.url("/a/1.html"),)
    server.page("/b/2.html", REFRESH.format("").replace("../b/2.html", "/c/3.html"))
    server.page("/c/3.html", TEXT)
    assert fetch(server, "/a/1.html")[0].final_url == server.url("/c/3.html")
    server.page("/c/3.html", REFRESH.format("").replace("../b/2.html", "/d/4.html"))
    assert fetch(server, "/a/1.html")[0].final_url == server.url("/c/3.html")
    assert "/d/4.html" not in server.paths()
    server.page("/b/2.html", REFRESH.format("").replace("../b/2.html", "/a/1.html"))
    assert fetch(server, "/a/1.html")[0].final_url == server.url("/b/2.html"), "not in a circle"


@pytest.mark.parametrize(("body", "goes"), [("", True), ("正在跳转", True), (TEXT, False)])
def test_the_header_refresh_is_the_tag(server: WebServer, body: str, goes: bool) -> None:
    server.page("/a/1.html", body, headers={"Refresh": "0;url=../b/2.html?a=1&b=2"})
    server.page("/b/2.html?a=1&b=2", TEXT)
    [page] = fetch(server, "/a/1.html")
    assert page.final_url == server.url("/b/2.html?a=1&b=2" if goes else "/a/1.html")


def test_it_is_guarded_like_a_redirect(server: WebServer) -> None:
    for target, error in (
        ("http://169.254.169.254/latest/", RefusedAddress),
        ("/secret/1.html", Blocked),
        ("/loop.html", BadAnswer),
    ):
        server.page("/robots.txt", "User-agent: *\nDisallow: /secret/\n")
        server.page("/a/1.html", f"<meta http-equiv=refresh content='0;url={target}'>")
        server.page("/loop.html", status=302, location="/a/1.html")
        with pytest.raises(error):
            fetch(server, "/a/1.html")


def test_an_article_behind_a_page_that_sends_on_is_read(store: Store) -> None:
    with WebServer() as server:
        world = World(store, server)
        world.show("2026-01-05")
        server.page("/a/1.html", REFRESH.format(""))
        server.page("/b/2.html", article(1, "2026-01-05"))
        world.look()
        assert world.server.paths()[-2:] == ["/a/1.html", "/b/2.html"]
        assert world.check("pages").trouble is None


FRAMED = (
    "<html><title>关于做好第1号事项的通知</title><body>{}<h1>关于做好第1号事项的通知</h1>{}"
    "<p>主办：某县人民政府办公室</p></body></html>"
)


@pytest.mark.parametrize(
    ("frames", "address"),
    [
        ("<iframe src='/inner.html' width='100%' height=3000></iframe>", "/inner.html"),
        ("<iframe src=/head.html></iframe><iframe src='inner.html?id=1'></iframe>", "/a/inner.html?id=1"),
        (
            "<iframe src=/count.html width=0 height=0></iframe><iframe src=/inner.html></iframe>",
            "/inner.html",
        ),
        (
            "<iframe src=/sso.html style='display: none'></iframe><iframe src=/inner.html></iframe>",
            "/inner.html",
        ),
        ("<iframe src=/sso.html style='display:none'></iframe>", None),
        ("<iframe src=/1.html></iframe><iframe src=/2.html></iframe>", None),
        ("<iframe src=http://weather.example/></iframe>", None),
        ("<iframe src=/b/report.pdf></iframe>", None),
        ("<iframe src=/a/1.html></iframe>", None),
        ("<object type='text/x-scriptlet' data='/inner.html' width='100%'></object>", "/inner.html"),
        ("<object type='application/x-shockwave-flash' data='/top.swf'></object>", None),
        ("", None),
    ],
)
def test_the_frame_that_shows_what_a_page_does_not_say(frames: str, address: str | None) -> None:
    expected = address and f"http://www.example.gov.cn{address}"
    assert frame_of(FRAMED.format(MENU, frames), URL) == expected


def bodies(world: World) -> list[str]:
    with world.store.read() as tx:
        return list(tx.execute(select(tables.versions.c.body)).scalars())


def test_an_article_in_a_frame_of_the_whole_template_is_read(store: Store) -> None:
    with WebServer() as server:
        world = World(store, server)
        world.show("2026-01-05")
        server.page("/a/1.html", FRAMED.format(MENU, "<iframe src=/inner.html></iframe>"))
        server.page("/inner.html", f"<html><body>{TEXT}</body></html>")
        world.look()
        assert world.server.paths()[-2:] == ["/a/1.html", "/inner.html"]
        [shown] = bodies(world)
        assert shown.startswith("全区地区生产总值增长6%左右")


def test_a_page_whose_frame_says_nothing_either_is_without_text() -> None:
    page = FRAMED.format(MENU, "<iframe src=/inner.html></iframe>").encode()
    first = read_first_page(page, URL)
    assert isinstance(first, FirstPage)
    with pytest.raises(ShapeChanged, match="frame"):
        join(first, [], URL, ReadingHints())


# --- heads that are not quite HTTP -----------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        b"X-A: caf\xe9; b=\xd6\xd0",  # bytes beyond ASCII
        b"X-Empty:",
        b"X-Long: one\r\n  two",  # folded, as in 1999
        b"X-Tab:\tvalue\t",
        b"X_Under.score!: 1",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Type: text/plain",
        b"X-Space : 1",
        b": nameless",
        "名字: 1".encode("gbk"),
    ],
)
def test_a_header_line_that_browsers_accept_is_accepted(server: WebServer, line: bytes) -> None:
    server.script(
        "/", lambda wire: wire.send(b"HTTP/1.1 200\r\n" + line + b"\r\nContent-Length: 2\r\n\r\nok")
    )
    assert fetch(server, "/")[0].body == b"ok"
    server.script("/", lambda wire: wire.send(b"HTTP/1.0 200 OK\n" + line.split(b"\r\n")[0] + b"\n\nok"))
    assert fetch(server, "/")[0].body == b"ok"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"no colon", "no colon"),
        (b"X-Nul: a\x00b", r"a\x00b"),
    ],
)
def test_of_one_that_cannot_be_accepted_the_error_says_which(
    server: WebServer, line: bytes, named: str
) -> None:
    server.script(
        "/", lambda wire: wire.send(b"HTTP/1.1 200 OK\r\n" + line + b"\r\nContent-Length: 2\r\n\r\nok")
    )
    with pytest.raises((BadAnswer, HostUnavailable)) as caught:
        fetch(server, "/")
    assert named in str(caught.value)
    assert "header" in str(caught.value)
