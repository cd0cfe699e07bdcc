"""The whole road to a page: robots.txt, the turn, the fetch, the archive; told from the server's own log."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, Blocked, HostUnavailable, RefusedAddress, StoreError, TooLarge
from ingest.exchange import Fetched, Request
from ingest.settings import Settings
from ingest.web.client import Fetcher
from ingest.web.pace import LocalPace
from ingest.web.robots import Robots
from ingest.web.session import Web
from tests.support.web_server import WebServer, Wire

AGENT = "gongbao-test/1 (+https://example.org/bot)"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        running.page("/a", "a")
        running.page("/b", "b")
        yield running


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def run(
    server: WebServer,
    steps: Callable[[Web, Clock], Coroutine[Any, Any, Any]],
    *,
    delay: float = 5.0,
    archive: Archive | None = None,
    allow: tuple[str, ...] = (),
) -> Any:
    async def go() -> Any:
        clock = Clock()
        fetcher = Fetcher(user_agent=AGENT, allow_hosts=(server.host, *allow), deadline=60.0)
        pace = LocalPace(delay, clock=clock, sleep=clock.sleep, chance=lambda: 0.0)
        robots = Robots(fetcher, user_agent=AGENT)
        async with Web(fetcher, pace=pace, robots=robots, archive=archive) as web:
            return await steps(web, clock)

    return asyncio.run(go())


def test_robots_first_then_the_page_each_in_its_turn(server: WebServer) -> None:
    async def steps(web: Web, clock: Clock) -> None:
        assert (await web.fetch(server.url("/a"))).body == b"a"
        assert (await web.fetch(server.url("/b"))).body == b"b"
        assert clock.slept == [5.0, 5.0]

    run(server, steps)
    assert [seen.path for seen in server.seen] == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize(
    ("robots", "delay", "slept"),
    [
        ("", None, [5.0, 5.0]),
        ("", 1.0, [1.0, 1.0]),
        ("", 0.0, []),
        ("User-agent: *\nCrawl-delay: 20", None, [20.0, 20.0]),
        ("User-agent: *\nCrawl-delay: 20", 1.0, [20.0, 20.0]),
        ("User-agent: *\nCrawl-delay: 2", None, [5.0, 5.0]),
        ("User-agent: *\nCrawl-delay: 2", 1.0, [2.0, 2.0]),
    ],
)
def test_the_longest_wish_wins(
    server: WebServer, robots: str, delay: float | None, slept: list[float]
) -> None:
    server.page("/robots.txt", robots)

    async def steps(web: Web, clock: Clock) -> None:
        await web.fetch(server.url("/a"), delay=delay)
        await web.fetch(server.url("/b"), delay=delay)
        assert clock.slept == slept

    run(server, steps)


def test_a_disallowed_page_is_not_asked_for(server: WebServer) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /a")

    async def steps(web: Web, _: Clock) -> None:
        with pytest.raises(Blocked, match=r"robots\.txt"):
            await web.fetch(server.url("/a"))
        assert (await web.fetch(server.url("/b"))).status == 200

    run(server, steps)
    assert server.paths() == ["/b"]


def test_nor_is_a_disallowed_page_that_another_redirects_to(server: WebServer) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /private")
    server.page("/a", status=302, location="/private")
    server.page("/private", "secret")

    async def steps(web: Web, _: Clock) -> None:
        with pytest.raises(Blocked, match="/private"):
            await web.fetch(server.url("/a"))

    run(server, steps)
    assert server.paths() == ["/a"]


def test_each_hop_takes_its_turn_and_the_waiting_is_not_counted(server: WebServer) -> None:
    with WebServer() as other:
        other.page("/end", "end")
        other.page("/robots.txt", "User-agent: *\nCrawl-delay: 30")
        server.page("/a", status=302, location=other.url("/mid"))
        other.page("/mid", status=302, location="/end")

        async def steps(web: Web, clock: Clock) -> None:
            page = await web.fetch(Request(server.url("/a"), deadline=60.0))
            assert page.final_url == other.url("/end")
            assert clock.slept == [5.0, 30.0, 30.0]

        run(server, steps, allow=(other.host,))
        assert other.paths() == ["/mid", "/end"]


def test_nobody_asks_one_host_for_two_things_at_once(server: WebServer) -> None:
    """Thirty tasks, two hosts, real time, no delay: the log of each server shows one request at a time."""
    busy = threading.Semaphore(1)
    overlaps: list[str] = []

    def slowly(wire: Wire) -> None:
        if not busy.acquire(blocking=False):
            overlaps.append(wire.seen.path)
        wire.pause(0.005)
        busy.release()
        wire.answer(b"slow")

    with WebServer() as other:
        for number in range(15):
            server.script(f"/{number}", slowly)
            other.page(f"/{number}", "fast")

        async def steps(web: Web, _: Clock) -> None:
            urls = [one.url(f"/{number}") for number in range(15) for one in (server, other)]
            pages = await asyncio.gather(*(web.fetch(url) for url in urls))
            assert [page.body for page in pages] == [b"slow", b"fast"] * 15

        run(server, steps, delay=0.0, allow=(other.host,))
        for one in (server, other):
            assert len(one.seen) == 16
            for before, after in zip(one.seen, one.seen[1:], strict=False):
                assert before.answered is not None
                assert before.answered <= after.started, (before, after)
    assert overlaps == []


def test_retry_after_holds_for_the_whole_host(server: WebServer) -> None:
    server.page("/a", status=429, headers={"Retry-After": "40"})

    async def steps(web: Web, clock: Clock) -> None:
        with pytest.raises(HostUnavailable) as caught:
            await web.fetch(server.url("/a"))
        assert caught.value.retry_after == 40.0
        assert (await web.fetch(server.url("/b"))).status == 200
        assert clock.slept == [5.0, 40.0]

    run(server, steps)


def test_a_long_retry_after_is_passed_on_without_asking_again(server: WebServer) -> None:
    server.page("/a", status=503, headers={"Retry-After": "7200"})

    async def steps(web: Web, _: Clock) -> None:
        for path in ("/a", "/b"):
            with pytest.raises(HostUnavailable) as caught:
                await web.fetch(server.url(path))
            assert caught.value.retry_after == 7200.0

    run(server, steps)
    assert server.paths() == ["/a"]


def test_a_bad_page_does_not_hold_up_its_host(server: WebServer) -> None:
    server.page("/big", headers={"Content-Length": str(2**40)})

    async def steps(web: Web, clock: Clock) -> None:
        for path in ("/big", "/missing"):
            with pytest.raises(Exception, match=path):
                await web.fetch(server.url(path))
        await web.fetch(server.url("/a"))
        assert clock.slept == [5.0, 5.0, 5.0]

    run(server, steps)


def test_the_guard_speaks_before_robots(server: WebServer) -> None:
    async def steps(web: Web, _: Clock) -> None:
        for url in ("http://169.254.169.254/", "http://2130706433/", "ftp://portal.test/"):
            with pytest.raises(RefusedAddress):
                await web.fetch(url)

    run(server, steps)
    assert server.seen == []


def test_a_page_is_archived_and_says_where(server: WebServer, tmp_path: Path) -> None:
    server.page("/304", status=304)
    with Archive(tmp_path) as archive:

        async def steps(web: Web, _: Clock) -> None:
            first = await web.fetch(server.url("/a"))
            second = await web.fetch(server.url("/b"))
            assert first.warc_file == second.warc_file
            for page in (first, second):
                assert page.warc_file is not None
                assert page.warc_offset is not None
                assert archive.read(page.warc_file, page.warc_offset) == page.body
            unchanged = await web.fetch(Request(server.url("/304"), etag='"v"'))
            assert unchanged.not_modified
            assert unchanged.warc_file is not None
            assert unchanged.warc_offset is not None
            assert archive.record(unchanged.warc_file, unchanged.warc_offset).status == "304 Not Modified"

        run(server, steps, archive=archive)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_page_that_cannot_be_archived_is_an_error(server: WebServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    async def steps(web: Web, _: Clock) -> None:
        with pytest.raises(StoreError):
            await web.fetch(server.url("/a"))

    run(server, steps, archive=Archive(tmp_path / "file"))


def test_what_keeps_one_page_from_the_archive_keeps_it_from_no_other(
    server: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are handed over together; the first waits here until all have been asked for."""
    asked, write = threading.Event(), Archive.write

    def last(wire: Wire) -> None:
        asked.set()
        wire.answer(b"c")

    def keep(archive: Archive, fetched: Fetched, *known: Any, **how: Any) -> Any:
        assert asked.wait(60)
        if fetched.url == server.url("/b"):
            raise ArchiveError("no room for b")
        return write(archive, fetched, *known, **how)

    monkeypatch.setattr(Archive, "write", keep)
    server.script("/c", last)
    with Archive(tmp_path) as archive:

        async def steps(web: Web, _: Clock) -> None:
            pages = [web.fetch(server.url(path)) for path in ("/a", "/b", "/c")]
            first, second, third = await asyncio.gather(*pages, return_exceptions=True)
            assert isinstance(second, ArchiveError)
            for page, body in ((first, b"a"), (third, b"c")):
                assert isinstance(page, Fetched)
                assert archive.read(str(page.warc_file), page.warc_offset or 0) == body

        run(server, steps, archive=archive)


def test_from_settings(server: WebServer, tmp_path: Path) -> None:
    settings = Settings(
        allow_hosts=(server.host,), host_delay=0.0, user_agent=AGENT, page_limit=3, data_dir=tmp_path
    )
    server.page("/four", "four")
    server.page("/robots.txt", "User-agent: gongbao-test\nDisallow: /b")

    async def go() -> None:
        with Archive(settings.archive) as archive:
            async with Web.from_settings(settings, archive) as web:
                assert (await web.fetch(server.url("/a"))).warc_file is not None
                with pytest.raises(TooLarge):
                    await web.fetch(server.url("/four"))
                assert len((await web.fetch(Request(server.url("/four"), limit=4))).body) == 4
                with pytest.raises(Blocked):
                    await web.fetch(server.url("/b"))

    # robots.txt is held to its own limit, not to that of a page
    asyncio.run(go())
    assert {seen.headers["user-agent"] for seen in server.seen} == {AGENT}
