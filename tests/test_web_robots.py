"""robots.txt: allow, deny, unreachable, delays, hours; kept for a day; fetched from a real server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ingest.errors import Blocked, HostUnavailable, RefusedAddress
from ingest.regions.gazetteer import divisions
from ingest.web import robots as robots_module
from ingest.web.client import Fetcher
from ingest.web.robots import LONGEST_DELAY, Robots, origin_of, parse_robots
from tests.support.web_server import WebServer, Wire

NOW = datetime(2024, 1, 10, 8, 0, tzinfo=UTC)
AGENT = "gongbao/0.1 (+https://example.org/bot)"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def run(
    server: WebServer, steps: Callable[[Robots, Clock], Coroutine[Any, Any, Any]], deadline: float = 60.0
) -> Any:
    async def go() -> Any:
        clock = Clock()
        async with Fetcher(user_agent=AGENT, allow_hosts=(server.host,), deadline=deadline) as fetcher:
            return await steps(Robots(fetcher, user_agent=AGENT, now=clock), clock)

    return asyncio.run(go())


async def may_fetch(robots: Robots, url: str) -> bool:
    """Now; False too while robots.txt cannot be read."""
    try:
        await robots.check(url)
    except (Blocked, HostUnavailable):
        return False
    return True


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /private/", "/private/a", False),
        ("User-agent: *\nDisallow: /private/", "/zwgk/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /zwgk/", "/zwgk/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*?", "/a?b=1", False),
        ("User-agent: gongbao\nDisallow: /\n\nUser-agent: *\nDisallow:", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: gongbao\nDisallow:", "/a", True),
        ("User-agent: GONGBAO\nDisallow: /", "/a", False),
        ("User-agent: otherbot\nDisallow: /", "/a", True),
        ("User-agent: gong\nDisallow: /x", "/a", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /".encode("utf-16"), "/a", False),
        ("User-agent: *\nDisallow: /private/".encode("utf-16"), "/a", True),
        ("User-agent：*\nDisallow：/", "/a", False),
        ("User-agent: *\r\nDisallow: /公报/", "/%E5%85%AC%E6%8A%A5/a", False),
        ("<html><body>404 not found: Disallow: /</body></html>", "/a", True),
        ("User-agent: *\nDisallow: /\n", "/robots.txt", True),
    ],
)
def test_who_may_read_what(server: WebServer, text: str | bytes, path: str, allowed: bool) -> None:
    server.page("/robots.txt", text, headers={"Content-Type": "text/plain"})

    async def steps(robots: Robots, _: Clock) -> None:
        assert await may_fetch(robots, server.url(path)) is allowed
        if not allowed:
            with pytest.raises(Blocked, match=r"robots\.txt"):
                await robots.check(server.url(path))

    run(server, steps)
    assert [seen.path for seen in server.seen] == ["/robots.txt"]
    assert server.seen[0].headers["user-agent"] == AGENT


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        *((status, True) for status in (204, 400, 401, 403, 404, 410, 412, 451)),
        *((status, False) for status in (429, 500, 502, 503, 521)),
    ],
)
def test_a_status_that_is_not_200(server: WebServer, status: int, allowed: bool) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /", status=status)

    async def steps(robots: Robots, _: Clock) -> None:
        assert await may_fetch(robots, server.url("/a")) is allowed

    run(server, steps)


def test_a_cookie_wall_in_front_of_robots_is_named_and_not_asked_anew_each_time(server: WebServer) -> None:
    server.page("/robots.txt", "<script>document.cookie='__jsl_clearance=1'</script>", status=521)

    async def steps(robots: Robots, clock: Clock) -> None:
        for _ in range(2):
            with pytest.raises(Blocked, match="521") as caught:
                await robots.check(server.url("/a"))
            assert (caught.value.by, caught.value.detail) == ("cookie_wall", "HTTP 521")
        assert len(server.seen) == 1
        server.page("/robots.txt", "", status=503)
        clock.now += timedelta(minutes=2)
        with pytest.raises(HostUnavailable):
            await robots.check(server.url("/a"))

    run(server, steps)


def drip(wire: Wire) -> None:
    while True:
        wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        wire.pause(0.05)


@pytest.mark.parametrize(
    "script",
    [
        lambda wire: wire.reset(),
        lambda wire: wire.send(b"not http\r\n\r\n"),
        drip,
    ],
)
def test_unreachable_forbids_everything_and_says_why(server: WebServer, script: Any) -> None:
    server.script("/robots.txt", script)

    async def steps(robots: Robots, _: Clock) -> None:
        assert not await may_fetch(robots, server.url("/a"))
        with pytest.raises(HostUnavailable, match=r"robots\.txt of http://127") as caught:
            await robots.check(server.url("/a"))
        assert caught.value.retry_after == 60.0

    run(server, steps, deadline=0.5 if script is drip else 60.0)
    assert len(server.seen) == 1


def test_kept_for_a_day_per_origin(server: WebServer) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /old")

    async def steps(robots: Robots, clock: Clock) -> None:
        assert not await may_fetch(robots, server.url("/old"))
        server.page("/robots.txt", "User-agent: *\nDisallow: /new")
        clock.now += timedelta(hours=23, minutes=59)
        assert await may_fetch(robots, server.url("/new"))
        assert len(server.seen) == 1
        clock.now += timedelta(minutes=1)
        assert not await may_fetch(robots, server.url("/new"))
        assert len(server.seen) == 2

    run(server, steps)


def test_asked_once_by_many_at_the_same_time(server: WebServer) -> None:
    server.page("/robots.txt", "")

    async def steps(robots: Robots, _: Clock) -> None:
        assert all(await asyncio.gather(*(may_fetch(robots, server.url(f"/{n}")) for n in range(20))))

    run(server, steps)
    assert len(server.seen) == 1


def test_rules_that_we_have_stay_in_force_while_the_host_is_down(server: WebServer) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /private")

    async def steps(robots: Robots, clock: Clock) -> None:
        assert await may_fetch(robots, server.url("/a"))
        server.page("/robots.txt", status=503, headers={"Retry-After": "600"})
        clock.now += timedelta(days=2)
        assert await may_fetch(robots, server.url("/a"))
        assert not await may_fetch(robots, server.url("/private"))
        assert len(server.seen) == 2
        server.page("/robots.txt", "User-agent: *\nDisallow: /")
        clock.now += timedelta(seconds=600)
        assert not await may_fetch(robots, server.url("/a"))

    run(server, steps)


def test_after_an_outage_it_is_asked_again_when_the_host_said(server: WebServer) -> None:
    server.page("/robots.txt", status=503, headers={"Retry-After": "100"})

    async def steps(robots: Robots, clock: Clock) -> None:
        for waited, left in ((0, 100.0), (40, 60.0)):
            clock.now = NOW + timedelta(seconds=waited)
            with pytest.raises(HostUnavailable) as caught:
                await robots.check(server.url("/a"))
            assert caught.value.retry_after == left
        server.page("/robots.txt", "")
        clock.now = NOW + timedelta(seconds=100)
        assert await may_fetch(robots, server.url("/a"))

    run(server, steps)
    assert len(server.seen) == 2


def test_robots_may_be_redirected(server: WebServer) -> None:
    server.page("/robots.txt", status=301, location="/r.txt")
    server.page("/r.txt", "User-agent: *\nDisallow: /")

    async def steps(robots: Robots, _: Clock) -> None:
        assert not await may_fetch(robots, server.url("/a"))

    run(server, steps)


@pytest.mark.parametrize("location", ["/robots.txt", "/r/{}"])
def test_a_robots_that_is_redirected_without_an_end_is_as_none(server: WebServer, location: str) -> None:
    """RFC 9309, 2.3.1.2."""
    server.page("/robots.txt", status=302, location=location.format(0))
    for n in range(9):
        server.page(f"/r/{n}", status=302, location=location.format(n + 1))

    async def steps(robots: Robots, _: Clock) -> None:
        assert await may_fetch(robots, server.url("/a"))

    run(server, steps)


@pytest.mark.parametrize("announced", [True, False])
def test_of_an_endless_robots_the_beginning_counts(server: WebServer, announced: bool) -> None:
    """RFC 9309, 2.5."""
    text = b"User-agent: *\nDisallow: /private/\n" + b"Disallow: /more\n" * 300_000 + b"Disallow: /\n"
    head = b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: %d\r\n" % len(text) if announced else b"") + b"\r\n"
    server.script("/robots.txt", lambda wire: wire.send(head + text))

    async def steps(robots: Robots, _: Clock) -> None:
        assert await may_fetch(robots, server.url("/a"))
        assert not await may_fetch(robots, server.url("/private/a"))

    run(server, steps)


def test_a_refused_address_is_not_blamed_on_robots(server: WebServer) -> None:
    async def steps(robots: Robots, _: Clock) -> None:
        with pytest.raises(RefusedAddress):
            await may_fetch(robots, "http://169.254.169.254/latest")

    run(server, steps)


def test_the_robots_of_every_government_are_remembered() -> None:
    """A poller of the whole country comes to each before it comes to one again."""
    levels = ("province", "city", "county")
    governments = sum(len(divisions(level, date(2026, 1, 1))) for level in levels)
    assert governments > 3_000
    assert governments < robots_module.ORIGINS


def test_only_so_many_origins_are_remembered(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_module, "ORIGINS", 1)

    async def steps(robots: Robots, _: Clock) -> None:
        for url in (server.url("/a"), "http://localhost/a", server.url("/a")):
            with contextlib.suppress(RefusedAddress):
                await may_fetch(robots, url)

    run(server, steps)
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nDisallow: /x", None),
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: inf", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nRequest-rate: 1/20", 20.0),
        ("User-agent: *\nRequest-rate: 3/1m", 20.0),
        (f"User-agent: *\nRequest-rate: 1/{'9' * 400}", LONGEST_DELAY),
        (f"User-agent: *\nRequest-rate: {'9' * 400}/1", 0.0),
        ("User-agent: *\nCrawl-delay: 10\nRequest-rate: 1/20", 20.0),
        ("User-agent: gongbao\nCrawl-delay: 7\n\nUser-agent: *\nCrawl-delay: 99", 7.0),
    ],
)
def test_how_slowly(text: str, delay: float | None) -> None:
    assert parse_robots("http://portal.test", text, "gongbao").delay == delay


@pytest.mark.parametrize(
    ("hours", "at", "closed"),
    [
        ("0600-0845", "08:00", 0),
        ("0600-0845", "09:00", 21 * 3600),
        ("0600-0845", "05:59", 60),
        ("2200-0500", "23:00", 0),
        ("2200-0500", "04:00", 0),
        ("2200-0500", "06:00", 16 * 3600),
        ("always", "03:00", 0),
    ],
)
def test_visiting_hours(hours: str, at: str, closed: float) -> None:
    rules = parse_robots("http://portal.test", f"User-agent: *\nVisit-time: {hours}", "gongbao")
    hour, minute = at.split(":")
    assert rules.closed_for(NOW.replace(hour=int(hour), minute=int(minute))) == closed


def test_outside_the_visiting_hours_it_says_when_to_come_back(server: WebServer) -> None:
    server.page("/robots.txt", "User-agent: *\nVisit-time: 0900-1000")

    async def steps(robots: Robots, clock: Clock) -> None:
        with pytest.raises(HostUnavailable, match="visiting hours") as caught:
            await robots.check(server.url("/a"))
        assert caught.value.retry_after == 3600
        clock.now += timedelta(hours=1)
        assert await may_fetch(robots, server.url("/a"))

    run(server, steps)


def test_a_hostile_robots_txt_costs_little_time() -> None:
    text = "User-agent: *\n" + "\n".join("Disallow: /" + "*a" * 200 + "b" for _ in range(500))
    rules = parse_robots("http://portal.test", text, "gongbao")
    assert rules.allows("http://portal.test/" + "a" * 2000)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://portal.test/a?b", "http://portal.test"),
        ("https://portal.test:8443/a", "https://portal.test:8443"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_what_one_robots_txt_speaks_for(url: str, origin: str) -> None:
    assert origin_of(url) == origin
