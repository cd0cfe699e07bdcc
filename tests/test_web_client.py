"""Fetching one URL from a server that misbehaves: each time one typed error, in time, in little memory."""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import os
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ingest.errors import (
    BadAnswer,
    Blocked,
    FetchError,
    Gone,
    HostUnavailable,
    RefusedAddress,
    TimedOut,
    TooLarge,
)
from ingest.exchange import Fetched, Request
from ingest.settings import Settings
from ingest.web.body import PIECE, Body
from ingest.web.client import Fetcher
from ingest.web.status import judge_page, judge_robots, parse_retry_after
from tests.support.web_server import WebServer, Wire

NOW = datetime(2024, 1, 10, 8, 0, tzinfo=UTC)
MIB = 2**20
WHOLE = "<html><body><p>全区地区生产总值增长6%左右。</p></body></html>\n".encode()
AGENT = "gongbao-test/1 (+https://example.org/bot)"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def fetch(server: WebServer, path: str, *, settings: dict[str, Any] | None = None, **asked: Any) -> Fetched:
    async def run() -> Fetched:
        own: dict[str, Any] = {
            "user_agent": AGENT,
            "allow_hosts": (server.host,),
            "deadline": 10.0,
            "limit": MIB,
        }
        async with Fetcher(**own | {"now": lambda: NOW} | (settings or {})) as fetcher:
            url = server.url(path) if path.startswith("/") else path
            about = {name: asked.pop(name) for name in tuple(asked) if name in Request.__dataclass_fields__}
            return await fetcher.fetch(Request(url, **about), **asked)

    return asyncio.run(run())


# --- a good answer ---------------------------------------------------------------------------


def test_a_page_comes_with_everything_that_is_kept_of_it(server: WebServer) -> None:
    text = "<p>全区地区生产总值增长6%左右</p>".encode("gb18030")
    server.page(
        "/a.html?年=1#b".replace("年", "%E5%B9%B4").split("#")[0],
        text,
        headers={"Content-Type": "text/html; charset=gb2312", "ETag": '"v1"', "Last-Modified": "yesterday"},
    )
    page = fetch(server, "/a.html?年=1#b")
    assert page.url == page.final_url == server.url("/a.html?%E5%B9%B4=1")
    assert (page.status, page.body, page.wire_size) == (200, text, len(text))
    assert page.sha256 == hashlib.sha256(text).hexdigest()
    assert page.content_type == page.header("Content-Type") == "text/html; charset=gb2312"
    assert (page.etag, page.last_modified) == ('"v1"', "yesterday")
    assert (page.fetched_at, page.redirects, page.address) == (NOW, (), "127.0.0.1")
    assert not page.not_modified


def test_we_say_who_we_are_and_what_we_can_read(server: WebServer) -> None:
    server.page("/", "x", headers={"Set-Cookie": "a=1"})
    fetch(server, "/")
    fetch(server, "/", etag='"v1"', last_modified="Wed, 10 Jan 2024 00:00:00 GMT")
    first, second = (dict(seen.headers) for seen in server.seen)
    assert first["user-agent"] == AGENT
    assert first["accept-encoding"] == "gzip"
    assert first["host"] == server.host
    assert "if-none-match" not in first
    assert "cookie" not in second
    assert (second["if-none-match"], second["if-modified-since"]) == ('"v1"', "Wed, 10 Jan 2024 00:00:00 GMT")


def test_settings_reach_the_fetcher(server: WebServer) -> None:
    server.page("/", "x" * 100)
    settings = Settings(allow_hosts=(server.host,), page_limit=99, user_agent=AGENT)

    async def run() -> Fetched:
        async with Fetcher.from_settings(settings) as fetcher:
            return await fetcher.fetch(server.url("/"))

    with pytest.raises(TooLarge):
        asyncio.run(run())
    assert server.seen[0].headers["user-agent"] == AGENT


def test_not_modified(server: WebServer) -> None:
    server.page("/", status=304, headers={"ETag": '"v1"'})
    page = fetch(server, "/", etag='"v1"')
    assert page.not_modified
    assert (page.status, page.body, page.sha256, page.etag) == (304, b"", "", '"v1"')


def test_not_modified_without_being_asked_is_a_bad_answer(server: WebServer) -> None:
    server.page("/", status=304)
    with pytest.raises(BadAnswer, match="304"):
        fetch(server, "/")


@pytest.mark.parametrize("etag", ["é", "x" * 2000, "a\tb", ""])
def test_a_validator_that_cannot_be_sent_back_is_dropped(server: WebServer, etag: str) -> None:
    server.page("/", "x", headers={"ETag": etag})
    assert fetch(server, "/").etag is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, Gone),
        (410, Gone),
        (403, Blocked),
        (412, Blocked),
        (521, Blocked),
        (429, HostUnavailable),
        (503, HostUnavailable),
        (500, HostUnavailable),
        (502, HostUnavailable),
        (599, HostUnavailable),
        (202, Blocked),
        (201, BadAnswer),
        (204, BadAnswer),
        (206, BadAnswer),
        (300, BadAnswer),
        (305, BadAnswer),
        (400, BadAnswer),
        (401, BadAnswer),
        (418, BadAnswer),
        (451, BadAnswer),
        (999, BadAnswer),
    ],
)
def test_what_a_status_means(server: WebServer, status: int, error: type[FetchError]) -> None:
    server.page("/p.html", status=status)
    with pytest.raises(error) as caught:
        fetch(server, "/p.html")
    assert str(status) in str(caught.value)
    assert server.url("/p.html") in str(caught.value)
    with pytest.raises(error):
        judge_page(status, "a page")


@pytest.mark.parametrize(
    ("status", "part"),
    [
        (201, None),
        (203, None),
        (206, f"bytes 0-{len(WHOLE) - 1}/{len(WHOLE)}"),
        (206, f" Bytes  0-{len(WHOLE) - 1}/{len(WHOLE)}"),
    ],
)
def test_a_whole_page_under_another_status(server: WebServer, status: int, part: str | None) -> None:
    server.page("/p.html", WHOLE, status=status, headers={"Content-Range": part} if part else None)
    page = fetch(server, "/p.html")
    assert (page.status, page.said, page.body) == (200, status, WHOLE)
    assert page.sha256 == hashlib.sha256(WHOLE).hexdigest()


@pytest.mark.parametrize(
    "part", ["bytes 0-9/20", "bytes 1-19/20", "bytes */20", "bytes 0-9/*", "items 0-9/10", ""]
)
def test_a_part_of_a_page_is_a_bad_answer(server: WebServer, part: str) -> None:
    server.page("/p.html", WHOLE, status=206, headers={"Content-Range": part})
    with pytest.raises(BadAnswer, match="206"):
        fetch(server, "/p.html")


@pytest.mark.parametrize(
    ("status", "said", "by", "detail"),
    [
        (405, "很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。", "block_page", "阿里云盾"),
        (567, "The request was blocked by EdgeOne security policy.", "block_page", "a firewall"),
        (514, "Frequency Capped 514", "block_page", "an access limit"),
        (500, "<script>document.cookie='__jsl_clearance=1|x'</script>", "cookie_wall", "加速乐 (JS cookie)"),
    ],
)
def test_a_wall_is_named_by_what_it_says_where_its_status_does_not(
    server: WebServer, status: int, said: str, by: str, detail: str
) -> None:
    server.page("/p.html", f"<html><body>{said}</body></html>", status=status)
    with pytest.raises(Blocked, match=str(status)) as caught:
        fetch(server, "/p.html")
    assert (caught.value.by, caught.value.detail) == (by, detail)


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (405, "Method Not Allowed", BadAnswer),
        (500, "Access denied for user 'root'@'localhost' (using password: YES)", HostUnavailable),
        (503, "您的访问过于频繁", HostUnavailable),  # it says when to come back
        (404, "访问被拒绝", Gone),
        (500, b"\x00\xff" * 99, HostUnavailable),
    ],
)
def test_what_a_refusal_says_changes_nothing_else(
    server: WebServer, status: int, said: str | bytes, error: type[FetchError]
) -> None:
    server.page("/p.html", said, status=status)
    with pytest.raises(error):
        fetch(server, "/p.html")


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 410, 412, 451])
def test_robots_by_rfc_9309_can_be_used(status: int) -> None:
    judge_robots(status, "robots.txt")


def test_robots_behind_a_cookie_wall_is_blocked() -> None:
    with pytest.raises(Blocked, match="521"):
        judge_robots(521, "robots.txt")


@pytest.mark.parametrize("status", [429, 500, 503, 599])
def test_robots_by_rfc_9309_stay_away(status: int) -> None:
    with pytest.raises(HostUnavailable):
        judge_robots(status, "robots.txt")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999", 86400),
        ("9" * 5000, 86400),
        ("Wed, 10 Jan 2024 08:01:30 GMT", 90),
        ("Wed, 10 Jan 2024 16:01:30 +0800", 90),
        ("Wed, 10 Jan 2024 07:00:00 GMT", 0),
        ("Fri, 12 Jan 2024 08:00:00 GMT", 86400),
        ("Wed, 10 Jan 99999999 08:00:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


def test_too_many_requests_says_when_to_come_back(server: WebServer) -> None:
    server.page("/", status=429, headers={"Retry-After": "90"})
    with pytest.raises(HostUnavailable) as caught:
        fetch(server, "/")
    assert caught.value.retry_after == 90


# --- redirects -------------------------------------------------------------------------------


def test_redirects_are_followed_and_remembered(server: WebServer) -> None:
    for status in (301, 302, 303, 307, 308):
        server.page(
            f"/{status}", status=status, location=f"/{status + 1}" if status < 308 else "end.html?a=1#x"
        )
    server.page("/304", status=307, location="307")
    server.page("/end.html?a=1", "the end")
    page = fetch(server, "/307")
    assert page.final_url == server.url("/end.html?a=1")
    assert page.redirects == (server.url("/307"), server.url("/308"))
    assert page.body == b"the end"
    server.page("/far", status=302, location="/301")
    assert fetch(server, "/303", etag='"v"').redirects[0] == server.url("/303")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("page=1&channel=政务", "application/x-www-form-urlencoded"),
        ('{"pageNum": 1, "channelId": ["政务"]}', "application/json"),
    ],
)
def test_a_post_says_what_it_wants_and_asks_without_conditions(
    server: WebServer, said: str, kind: str
) -> None:
    server.page("/list", "[]")
    page = fetch(server, "/list", post=said, etag='"v1"', last_modified="Wed, 10 Jan 2024 00:00:00 GMT")
    assert page.body == b"[]"
    [seen] = server.seen
    assert (seen.method, seen.body.decode(), seen.headers["content-type"]) == ("POST", said, kind)
    assert not {"if-none-match", "if-modified-since"} & seen.headers.keys()
    server.page("/list", status=304)
    with pytest.raises(BadAnswer, match="304"):
        fetch(server, "/list", post=said, etag='"v1"')


@pytest.mark.parametrize(
    ("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_where_a_post_is_redirected_to(server: WebServer, status: int, method: str) -> None:
    server.page("/old", status=status, location="/new")
    server.page("/new", "[]")
    assert fetch(server, "/old", post="page=1").body == b"[]"
    assert [seen.method for seen in server.seen] == ["POST", method]
    assert server.seen[1].body == (b"page=1" if method == "POST" else b"")


def test_raw_bytes_in_a_location_are_kept(server: WebServer) -> None:
    escaped = "/" + "".join(f"%{byte:02X}" for byte in "公报".encode("gbk")) + ".html"
    server.page("/", status=302, location="/" + "公报".encode("gbk").decode("latin-1") + ".html")
    server.page(escaped, "found")
    assert fetch(server, "/").final_url == server.url(escaped)


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//169.254.169.254/",
        "http://10.0.0.1/",
        "http://localhost:1/",
        "http://127.0.0.1:1/",  # the host is allowed, this port is not
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://127.1/",
        "file:///etc/passwd",
        "ftp://portal.test/",
        "javascript:alert(1)",
        "http://a:b@portal.test/",
    ],
)
def test_a_redirect_is_guarded_like_the_first_url(server: WebServer, location: str) -> None:
    server.page("/", status=302, location=location)
    with pytest.raises(RefusedAddress) as caught:
        fetch(server, "/")
    assert server.url("/") in str(caught.value)
    assert len(server.seen) == 1


def test_the_first_url_is_guarded(server: WebServer) -> None:
    for url in ("http://169.254.169.254/", "http://localhost/", "file:///etc/passwd", "nothing"):
        with pytest.raises(RefusedAddress):
            fetch(server, url)


def test_redirects_in_a_circle(server: WebServer) -> None:
    server.page("/a", status=302, location="/b")
    server.page("/b", status=302, location="/a")
    server.page("/self", status=302, location="/self", headers={"Set-Cookie": "wall=1"})
    for path in ("/a", "/self"):
        with pytest.raises(BadAnswer, match="circle"):
            fetch(server, path)
    assert len(server.seen) == 4  # once more with the cookie that it set


@pytest.mark.parametrize(
    ("most", "hops", "passes"), [(5, 5, True), (5, 6, False), (0, 1, False), (0, 0, True)]
)
def test_redirects_are_counted(server: WebServer, most: int, hops: int, passes: bool) -> None:
    for n in range(hops):
        server.page(f"/{n}", status=302, location=f"/{n + 1}")
    server.page(f"/{hops}", "end")
    if passes:
        assert len(fetch(server, "/0", settings={"max_redirects": most}).redirects) == hops
    else:
        with pytest.raises(BadAnswer, match=f"more than {most} redirects"):
            fetch(server, "/0", settings={"max_redirects": most})
        assert len(server.seen) == most + 1


def test_a_redirect_to_nowhere(server: WebServer) -> None:
    server.page("/none", status=302)
    server.page("/bad", status=302, location="http://portal.test:port/")
    for path in ("/none", "/bad"):
        with pytest.raises(BadAnswer):
            fetch(server, path)


# --- the deadline ----------------------------------------------------------------------------


def drip_headers(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        wire.send(b"X-Drip: 1\r\n")
        wire.pause(0.02)


def drip_body(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        wire.send(b"x")
        wire.pause(0.02)


def drip_informational(wire: Wire) -> None:
    while True:
        wire.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        wire.pause(0.02)


def silent(wire: Wire) -> None:
    wire.pause(60)


def slow_redirect(wire: Wire) -> None:
    wire.pause(0.15)
    wire.answer(status=302, headers={"Location": wire.seen.path + "x"})


@pytest.mark.parametrize("script", [drip_headers, drip_body, drip_informational, silent, slow_redirect])
def test_the_deadline_is_for_everything_together(server: WebServer, script: Any) -> None:
    for path in ("/d", "/dx", "/dxx", "/dxxx"):
        server.script(path, script)
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"0\.3 s"):
        fetch(server, "/d", deadline=0.3)
    assert time.monotonic() - started < 10  # each of them would go on for a minute, or for ever


def test_cancelling_is_not_a_timeout(server: WebServer) -> None:
    async def run() -> None:
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()

        def note_and_wait(wire: Wire) -> None:
            loop.call_soon_threadsafe(asked.set)
            wire.pause(60)

        server.script("/d", note_and_wait)
        async with Fetcher(user_agent=AGENT, allow_hosts=(server.host,)) as fetcher:
            task = asyncio.create_task(fetcher.fetch(server.url("/d")))
            await asked.wait()
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())


# --- size ------------------------------------------------------------------------------------


def endless(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        wire.chunk(b"<p>" * 20_000)


def two_hundred_mb(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n")
    for _ in range(200):
        wire.send(b"x" * MIB)


def two_hundred_mb_unannounced(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(200):
        wire.send(b"x" * MIB)


def endless_gzip_of_nothing(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    while True:
        wire.send(gzip.compress(b"") * 1000)


@pytest.mark.parametrize(
    "script", [endless, two_hundred_mb, two_hundred_mb_unannounced, endless_gzip_of_nothing]
)
def test_a_body_without_end_is_left_at_the_limit(server: WebServer, script: Any) -> None:
    server.script("/", script)
    with pytest.raises(TooLarge, match=server.host):
        fetch(server, "/")


def test_an_announced_size_is_refused_before_reading(server: WebServer) -> None:
    def announce(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n")
        wire.pause(60)

    server.script("/", announce)
    with pytest.raises(TooLarge, match="1048577"):
        fetch(server, "/", deadline=60.0)


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB])
@pytest.mark.parametrize("packed", [False, True])
def test_up_to_the_limit_everything_comes(server: WebServer, size: int, packed: bool) -> None:
    body = os.urandom(1024) * (size // 1024 + 1)
    body = body[:size]
    sent = gzip.compress(body) if packed else body
    server.page("/", sent, headers={"Content-Encoding": "gzip"} if packed else None)
    page = fetch(server, "/")
    assert page.body == body
    assert page.wire_size == len(sent)


def test_a_limit_of_one_fetch(server: WebServer) -> None:
    server.page("/", b"x" * 2 * MIB)
    assert len(fetch(server, "/", limit=2 * MIB).body) == 2 * MIB
    with pytest.raises(TooLarge):
        fetch(server, "/", limit=2 * MIB - 1)


def bomb(size: int) -> bytes:
    """`size` zero bytes in gzip: 1 to 1000."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(size // MIB)), packer.flush()])


def test_a_gzip_bomb_takes_no_more_memory_than_the_limit(server: WebServer) -> None:
    limit = 4 * MIB
    server.page("/", bomb(256 * MIB), headers={"Content-Encoding": "gzip"})
    server.page("/small", b"x", headers={"Content-Encoding": "identity"})
    fetch(server, "/small")  # what is loaded once is not the bomb's
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            fetch(server, "/", limit=limit)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # io.BytesIO reserves an eighth more than it holds; 1 MiB for the connection and the test server.
    assert peak < limit * 9 / 8 + PIECE + MIB, f"{peak / MIB:.1f} MiB for a limit of {limit / MIB:.0f} MiB"


def test_gzip_in_gzip_is_undone_once(server: WebServer) -> None:
    inner = bomb(128 * MIB)
    server.page("/", gzip.compress(inner), headers={"Content-Encoding": "gzip"})
    assert fetch(server, "/").body == inner


@pytest.mark.parametrize("encoding", ["br", "deflate, gzip", "zstd", "gzip;q=1", "x" * 5000])
def test_an_encoding_that_was_not_asked_for(server: WebServer, encoding: str) -> None:
    server.page("/", gzip.compress(b"x"), headers={"Content-Encoding": encoding})
    with pytest.raises(BadAnswer, match="Content-Encoding"):
        fetch(server, "/")


def test_gzip_that_is_said_twice_is_undone_once(server: WebServer) -> None:
    server.script(
        "/",
        lambda wire: wire.send(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n"
            + gzip.compress(b"<p>")
        ),
    )
    assert fetch(server, "/").body == b"<p>"


@pytest.mark.parametrize("text", [b"<html>", b"\r\n<html>", b"\xef\xbb\xbf<html>", b"User-agent: *"])
def test_a_text_that_is_said_to_be_gzip_and_is_not_is_taken_as_it_is(server: WebServer, text: bytes) -> None:
    server.page("/", text * 9, headers={"Content-Encoding": "gzip"})
    assert fetch(server, "/").body == text * 9


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><p>", b"\n<HTML>", b"\xef\xbb\xbf<html>", b"<?xml version='1.0'?>"]
)
def test_a_page_that_is_said_to_be_brotli_and_is_not_is_taken_as_it_is(
    server: WebServer, page: bytes
) -> None:
    server.page("/", page, headers={"Content-Encoding": "br"})
    assert fetch(server, "/").body == page


@pytest.mark.parametrize(
    ("kind", "undone"),
    [("text/html; charset=gbk", True), ("application/json", True), ("application/gzip", False), ("", False)],
)
def test_a_text_that_is_gzip_and_not_said_to_be_is_undone(server: WebServer, kind: str, undone: bool) -> None:
    sent = gzip.compress(b"<html>" * 9)
    server.page("/", sent, headers={"Content-Type": kind})
    assert fetch(server, "/").body == (b"<html>" * 9 if undone else sent)


@pytest.mark.parametrize("wbits", [zlib.MAX_WBITS, -zlib.MAX_WBITS], ids=["in zlib's frame", "bare"])
def test_deflate_is_undone_though_nobody_asked_for_it(server: WebServer, wbits: int) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    body = "<p>河湾县政府工作报告</p>".encode() * 9000
    sent = packer.compress(body) + packer.flush()
    server.page("/", sent, headers={"Content-Encoding": "deflate"})
    assert fetch(server, "/").body == body
    server.page("/torn", sent[:-9], headers={"Content-Encoding": "deflate"})
    with pytest.raises(BadAnswer, match="deflate stream stops"):
        fetch(server, "/torn")
    with pytest.raises(TooLarge):
        fetch(server, "/", limit=len(body) - 1)


def test_deflate_byte_by_byte() -> None:
    body = Body("deflate", 100, "reading")
    for byte in zlib.compress(b"<p>" * 20) + b"\r\n":
        body.feed(bytes([byte]))
    assert body.finish() == b"<p>" * 20


@pytest.mark.parametrize("encoding", ["", "identity", "UTF-8", "gb2312", "none"])
def test_a_charset_where_the_coding_belongs_is_overlooked(server: WebServer, encoding: str) -> None:
    server.page("/", b"<p>", headers={"Content-Encoding": encoding})
    assert fetch(server, "/").body == b"<p>"


@pytest.mark.parametrize(
    "sent",
    [
        gzip.compress(b"x" * 1000)[:-12],
        gzip.compress(b"x" * 1000)[:-1],
        gzip.compress(b"x" * 1000)[:-8] + b"\x00" * 8,
        zlib.compress(b"x" * 1000),
        b"\x1f",
    ],
    ids=["no trailer", "a byte short", "wrong length", "zlib", "one byte"],
)
def test_broken_gzip(server: WebServer, sent: bytes) -> None:
    server.page("/", sent, headers={"Content-Encoding": "gzip"})
    with pytest.raises(BadAnswer, match="gzip"):
        fetch(server, "/")


@pytest.mark.parametrize("step", [1, 7, 100, 10**6])
@pytest.mark.parametrize(
    ("wire", "body"),
    [
        (gzip.compress(b"a" * 300_000), b"a" * 300_000),
        (gzip.compress(b"a" * PIECE), b"a" * PIECE),
        (gzip.compress(b"one, ") + gzip.compress(b"two"), b"one, two"),
        (gzip.compress(b"one") + b"\x00" * 512, b"one"),
        (gzip.compress(b"one") + b"garbage", b"one"),
        (gzip.compress(b""), b""),
        (b"", b""),
    ],
    # Names: gzip writes the time, and every process that runs the tests must call a test by one name.
    ids=["long", "a piece", "two members", "padded", "garbage behind", "nothing packed", "nothing"],
)
def test_gzip_in_pieces_of_any_size(wire: bytes, body: bytes, step: int) -> None:
    reader = Body("gzip", MIB, "a page")
    for start in range(0, len(wire), step):
        reader.feed(wire[start : start + step])
    assert reader.finish() == body
    assert reader.wire_size == len(wire)


# --- answers without an end ------------------------------------------------------------------


def chunked(body: bytes, headers: bytes = b"") -> Callable[[Wire], None]:
    def script(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + headers + b"\r\n")
        wire.chunk(body)

    return script


def in_plain(body: bytes, headers: bytes, then: Callable[[Wire], None] = lambda wire: None) -> Any:
    def script(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + body)
        then(wire)

    return script


PACKED = b"Content-Encoding: gzip\r\n"
flushed = zlib.compressobj(wbits=31)
UNFINISHED = flushed.compress(WHOLE) + flushed.flush(zlib.Z_SYNC_FLUSH)


@pytest.mark.parametrize(
    "script",
    [
        chunked(WHOLE),
        chunked(gzip.compress(WHOLE), PACKED),
        chunked(gzip.compress(WHOLE)[:-8], PACKED),
        in_plain(gzip.compress(WHOLE)[:-8], PACKED),
        in_plain(gzip.compress(WHOLE)[:-3], PACKED),
        in_plain(UNFINISHED, PACKED),
        in_plain(WHOLE, b"Content-Length: 5000\r\n"),
        in_plain(gzip.compress(WHOLE), PACKED + b"Content-Length: 5000\r\n"),
    ],
    ids=[
        "chunks",
        "gzip in chunks",
        "both",
        "no trailer",
        "half a trailer",
        "unfinished",
        "short",
        "short gzip",
    ],
)
def test_a_page_that_is_evidently_whole_is_taken(server: WebServer, script: Any) -> None:
    server.script("/p.html", script)
    page = fetch(server, "/p.html")
    assert (page.body, page.truncated) == (WHOLE, "disconnect")


@pytest.mark.parametrize("cut", [7, 9, 30])
def test_one_that_is_not_stays_a_bad_answer(server: WebServer, cut: int) -> None:
    half = WHOLE.rstrip()[:-cut].replace(b"</body>", b"")
    for number, script in enumerate(
        [
            chunked(half),
            chunked(gzip.compress(half)[:-8], PACKED),
            in_plain(gzip.compress(half)[:-8], PACKED),
            in_plain(half, b"Content-Length: 5000\r\n"),
        ]
    ):
        server.script(f"/{number}", script)
        with pytest.raises(BadAnswer):
            fetch(server, f"/{number}")


def test_a_page_that_has_closed_waits_for_nothing_more(server: WebServer) -> None:
    """Its server announces more than it has, and holds the connection."""
    held = in_plain(WHOLE, b"Content-Length: 5000\r\n", lambda wire: wire.pause(60))
    server.script("/p.html", held)
    page = fetch(server, "/p.html", settings={"quiet": 0.05})
    assert (page.body, page.truncated) == (WHOLE, "time")


def test_what_follows_the_end_of_a_page_soon_is_of_it(server: WebServer) -> None:
    def in_two(wire: Wire) -> None:
        wire.chunk(b"<p>more</p></body></html>")
        wire.send(b"0\r\n\r\n")

    def script(wire: Wire) -> None:
        chunked(WHOLE)(wire)
        wire.pause(0.01)
        in_two(wire)

    server.script("/p.html", script)
    page = fetch(server, "/p.html", settings={"quiet": 30.0})
    assert (page.body, page.truncated) == (WHOLE + b"<p>more</p></body></html>", None)


# --- answers that are none -------------------------------------------------------------------


def test_a_body_shorter_than_announced(server: WebServer) -> None:
    server.page("/", b"<p>half", headers={"Content-Length": "5000"})
    with pytest.raises(BadAnswer, match="proper HTTP answer"):
        fetch(server, "/")


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"<html>no status line</html>",
        b"\x00\x01\x02\x03" * 100,
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"\x00" + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"",
    ],
)
def test_an_answer_that_is_not_http(server: WebServer, answer: bytes) -> None:
    server.script("/", lambda wire: wire.send(answer))
    with pytest.raises((BadAnswer, HostUnavailable)):
        fetch(server, "/")


@pytest.mark.parametrize(
    "line",
    [
        b"Server : nginx",
        b"X-Powered By: ASP",
        "公开: 1".encode("gbk"),
        b"get-ban-to-cache-result/forum.php: userdata not support\r\n and more of it",
        b": nameless",
    ],
)
@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 103 Early Hints\r\nLink : </a.css>\r\n\r\n"])
def test_a_header_without_a_proper_name_hides_no_page(server: WebServer, line: bytes, before: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length : 8\r\n\r\n" % line

    def in_pieces(wire: Wire) -> None:
        for byte in before + head:
            wire.send(bytes([byte]))
        wire.send(b"<p>a\n\nb:and more")

    server.script("/", in_pieces)
    assert fetch(server, "/").body == b"<p>a\n\nb:"


@pytest.mark.parametrize("step", [1, 1000])
@pytest.mark.parametrize(
    "head",
    [
        b"http/1.1 200 ok\r\nContent-Length: 8",
        b"HTTP/1.1  200 OK\r\nContent-Length: 8",
        b"HTTP/1 200\r\nContent-Length: 8",
        b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8",
        b"HTTP/1.1 200 OK\r\n X: folded\r\nContent-Length: 8, 8",
        b"HTTP/1.1 200 OK\r\nContent-Length: unknown",
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\nContent-Length: -1",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 8",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: identity, utf-8\r\nContent-Length: 8",
        b"http/1.0 200 ok\r\nTransfer-Encoding:",
    ],
)
def test_a_head_is_taken_as_it_is_meant(server: WebServer, head: bytes, step: int) -> None:
    def in_pieces(wire: Wire) -> None:
        answer = head + b"\r\n\r\n<p>a\n\nb:"
        for start in range(0, len(answer), step):
            wire.send(answer[start : start + step])

    server.script("/", in_pieces)
    assert fetch(server, "/").body == b"<p>a\n\nb:"


def test_a_transfer_coding_that_is_said_twice_is_undone_once(server: WebServer) -> None:
    def twice(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\nTransfer-Encoding: chunked\r\n\r\n")
        wire.chunk(WHOLE)
        wire.send(b"0\r\n\r\n")

    server.script("/", twice)
    assert fetch(server, "/").body == WHOLE


def header_flood(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        wire.send(b"X-Flood: " + b"x" * 1000 + b"\r\n")


def one_long_header(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nX-Flood: ")
    while True:
        wire.send(b"x" * 100_000)


@pytest.mark.parametrize("script", [header_flood, one_long_header])
def test_a_flood_of_headers(server: WebServer, script: Any) -> None:
    server.script("/", script)
    with pytest.raises((BadAnswer, HostUnavailable)):
        fetch(server, "/")


def test_a_connection_that_breaks(server: WebServer) -> None:
    def halfway(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        wire.reset()

    server.script("/at-once", lambda wire: wire.reset())
    server.script("/halfway", halfway)
    for path in ("/at-once", "/halfway"):
        with pytest.raises((HostUnavailable, BadAnswer), match=server.host):
            fetch(server, path)


def test_a_host_that_is_not_there(server: WebServer) -> None:
    with WebServer() as other:
        url = other.url("/")
        host = other.host
    with pytest.raises(HostUnavailable, match="connection"):
        fetch(server, url, settings={"allow_hosts": (host,)})


def test_tls_to_a_server_that_speaks_none(server: WebServer) -> None:
    server.script("", lambda wire: wire.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(HostUnavailable, match="SSL"):
        fetch(server, f"https://{server.host}/")


def test_a_tls_handshake_without_end_leaves_no_connection_open(server: WebServer) -> None:
    server.script("", silent)
    with pytest.raises(TimedOut):
        fetch(server, f"https://{server.host}/", deadline=0.2)
    gc.collect()  # an unclosed socket would warn here, and warnings are errors


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (httpx.ReadError(""), HostUnavailable),
        (httpx.WriteError("broken"), HostUnavailable),
        (httpx.ConnectTimeout(""), HostUnavailable),
        (httpx.PoolTimeout(""), TimedOut),
        (httpx.LocalProtocolError("odd"), BadAnswer),
        (httpx.UnsupportedProtocol("odd"), RefusedAddress),
        (httpx.ProxyError("odd"), HostUnavailable),
    ],
)
def test_no_httpx_error_comes_through(
    server: WebServer, raised: httpx.HTTPError, error: type[FetchError]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(error) as caught:
        fetch(server, "/", settings={"transport": httpx.MockTransport(fail)})
    assert caught.value.__cause__ is raised


def test_one_bad_page_disturbs_no_other(server: WebServer) -> None:
    """All of it at once on one fetcher; the good page comes each time."""
    server.script("/drip", drip_body)
    server.script("/endless", endless)
    server.script("/flood", header_flood)
    server.script("/reset", lambda wire: wire.reset())
    server.page("/bomb", bomb(64 * MIB), headers={"Content-Encoding": "gzip"})
    server.page("/good", "good")
    bad = ["/drip", "/endless", "/flood", "/reset", "/bomb", "/missing"]

    async def run() -> list[Fetched | BaseException]:
        async with Fetcher(user_agent=AGENT, allow_hosts=(server.host,), limit=MIB, deadline=60.0) as fetcher:
            paths = [path for one in bad for path in (one, "/good")]
            asked = [Request(server.url(path), deadline=1.0 if path == "/drip" else None) for path in paths]
            return await asyncio.gather(*map(fetcher.fetch, asked), return_exceptions=True)

    results = asyncio.run(run())
    assert all(isinstance(result, FetchError) for result in results[::2]), results[::2]
    assert all(isinstance(result, Fetched) and result.body == b"good" for result in results[1::2])


def test_the_clock_is_the_callers(server: WebServer) -> None:
    server.page("/", "x")
    later = NOW + timedelta(days=1)
    assert fetch(server, "/", settings={"now": lambda: later}).fetched_at == later
