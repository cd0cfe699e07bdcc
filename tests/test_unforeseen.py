"""An exception that nobody foresaw, from every function on the road of a page and of a list in turn: it is
written down at the page or list that met it, with its name, and nobody else's work is disturbed."""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

import pytest
import structlog
from sqlalchemy import update

from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, Failure
from ingest.exchange import Fetched
from ingest.model import ListItem, Page, WatchedList
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.sources.spec import Source, WatchedUrl
from ingest.store import evidence, leases, overview, tables, watchlist
from ingest.store.db import Store
from ingest.web.client import Fetcher
from ingest.web.pace import LocalPace
from ingest.web.robots import Robots
from ingest.web.session import Web
from tests.support.watched_site import article, list_page
from tests.support.web_server import WebServer, Wire

T = TypeVar("T")
NOW = datetime(2026, 1, 20, 1, 0, tzinfo=UTC)
ROOT = str(Path(watchlist.__file__).parents[1])

# What writes a failure down: where this itself fails, nothing can be written.
RECORDING = {
    "ingest/errors.py:UnexpectedError.of",
    "ingest/errors.py:UnexpectedError.__init__",
    "ingest/pipeline.py:Pipeline.take",
    "ingest/pipeline.py:Pipeline._failed",
    "ingest/pipeline.py:Pipeline._write_fact",
    "ingest/pipeline.py:failure_of",
    "ingest/batching.py:Batcher._ended",  # what is told of an end: all have their answers then
    "ingest/batching.py:Batcher._give_up",
    "ingest/list_poll.py:ListPoller.poll",
    "ingest/list_poll.py:ListPoller._list_failed",
    "ingest/store/db.py:Store._transaction",
    "ingest/store/db.py:Store.begin",
    "ingest/store/engine.py:_begin_sqlite",
    "ingest/store/tables.py:String.process_bind_param",
    "ingest/store/tables.py:Text.process_bind_param",
    "ingest/store/tables.py:UtcDateTime.process_bind_param",
    "ingest/store/text.py:keepable",
    "ingest/store/watchlist.py:_failure",
    "ingest/store/watchlist.py:_release_list",
    "ingest/store/watchlist.py:list_failed",
    "ingest/store/watchlist.py:page_failed",
    "ingest/telemetry/trace.py:_bind",
    "ingest/telemetry/trace.py:current",
    "ingest/telemetry/trace.py:traced",
    "ingest/watch/schedule.py:_jittered",
    "ingest/watch/schedule.py:next_try",
}
PURE = ("ingest/page/", "ingest/text/", "ingest/identity/", "ingest/compare/", "ingest/regions/")
# The short run stops one function of so many, the long run all. Pure ones differ only in where they stand.
ONE_IN = 3
ONE_PURE_IN = 48


class Unforeseen(Exception):
    pass


@contextmanager
def traced(on_call: Callable[[FrameType], None]) -> Iterator[None]:
    """`on_call` at every call of a function in any thread; what it raises, the function raises."""

    def trace(frame: FrameType, event: str, _arg: Any) -> None:
        if event == "call":
            on_call(frame)

    before = sys.gettrace()
    sys.settrace(trace)
    threading.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(before)  # type: ignore[arg-type]


def name_of(code: CodeType) -> str:
    return f"ingest{code.co_filename.removeprefix(ROOT)}:{code.co_qualname}"


class Road:
    """One source whose poller is asked for one page or list at a time."""

    def __init__(self, store: Store, server: WebServer, folder: Path) -> None:
        self.store, self.server = store, server
        self.archive = Archive(folder)
        self.fetcher = Fetcher(user_agent="gongbao-test/1", allow_hosts=("127.0.0.1",))
        self.number = 0
        self.at_it = False  # the page or list is on its way
        source = {
            "slug": "county",
            "name": "某县人民政府",
            "kind": "portal",
            "home": server.url("/"),
            "delay": 0,
            "lists": [server.url("/list/")],
        }
        self.source = Source.model_validate(source)
        server.page("/list/", list_page(["2026-01-19", "2026-01-18"]))

    def a_page(self) -> Page:
        self.number += 1
        path = f"/t/{self.number}.html"
        self.server.page(path, article(self.number, "2026-01-19"))
        with self.store.begin() as tx:
            [page] = watchlist.see_items(tx, "county", [ListItem(self.server.url(path), "通知")], NOW)
        return page

    async def poller(self, sources: dict[str, Source] | None = None) -> Poller:
        robots = Robots(self.fetcher, user_agent="gongbao-test/1")
        web = Web(self.fetcher, pace=LocalPace(0.0), robots=robots, archive=self.archive)
        pipeline = Pipeline(
            self.store, None, sources or {"county": self.source}, now=lambda: NOW, chance=lambda: 0.5
        )
        return Poller(pipeline, web, owner="test")

    def take(self, page: Page | None = None) -> Page:
        page = page or self.a_page()

        async def go() -> None:
            poller = await self.poller()
            self.at_it = True
            try:
                await poller.pipeline.take(page, poller.web)
            finally:
                self.at_it = False

        asyncio.run(go())
        with self.store.read() as tx:
            found = watchlist.page_of(tx, "county", page.url)
        assert found is not None
        return found

    def poll(self) -> WatchedList:
        async def go() -> None:
            poller = await self.poller()
            poller.watch()
            with self.store.begin() as tx:
                tx.execute(update(tables.lists).values(next_poll_at=NOW, failures=0, lease_owner=None))
                [watched] = leases.lease_lists(tx, "test", NOW, timedelta(minutes=1), 1)
            self.at_it = True
            try:
                await poller.lists.poll(watched)
            finally:
                self.at_it = False

        asyncio.run(go())
        with self.store.read() as tx:
            [row] = overview.source_rows(tx)
        return row.lists[0]


@pytest.fixture
def road(store: Store, tmp_path: Path) -> Iterator[Road]:
    with WebServer() as server:
        one = Road(store, server, tmp_path / "warc")
        one.poll()
        yield one
        one.archive.close()
        del one.fetcher
        gc.collect()


def functions_of(road: Road, work: Callable[[], object]) -> list[CodeType]:
    """The functions that are called while a page or list is on its way, in their order."""
    found: dict[CodeType, None] = {}

    def note(frame: FrameType) -> None:
        if road.at_it and frame.f_code.co_filename.startswith(ROOT):
            found.setdefault(frame.f_code)

    with traced(note):
        work()
    return [code for code in found if name_of(code) not in RECORDING and code.co_name != "<genexpr>"]


def some(functions: list[CodeType]) -> list[CodeType]:
    pure = [code for code in functions if name_of(code).startswith(PURE)]
    others = [code for code in functions if code not in set(pure)]
    taken = {*pure[::ONE_PURE_IN], *others[::ONE_IN]}
    return [code for code in functions if code in taken]


def stopped(road: Road, target: CodeType, work: Callable[[], T]) -> T | None:
    """What comes of `work` while `target` raises; None where it was not called: not every page needs it."""
    raised = 0

    def on_call(frame: FrameType) -> None:
        nonlocal raised
        if frame.f_code is target and road.at_it:
            raised += 1
            raise Unforeseen(name_of(target))

    with traced(on_call), structlog.testing.capture_logs():
        done = work()
    return done if raised else None


def pages_that_meet_it(road: Road, choose: Callable[[list[CodeType]], list[CodeType]]) -> None:
    road.take()  # what is loaded once is loaded
    called = functions_of(road, road.take)
    assert len(called) > 300
    functions = choose(called)
    met = 0
    for code in functions:
        if (page := stopped(road, code, road.take)) is None:
            continue
        met += 1
        assert page.error == "UnexpectedError", name_of(code)
        assert name_of(code) in (page.error_message or "")
        assert (page.failures, page.next_fetch_at) == (1, NOW + timedelta(minutes=1)), name_of(code)
    assert road.take().error is None, "the next page is read as ever"
    with road.store.read() as tx:
        assert overview.counts(tx).internal == met > 0.8 * len(functions)


# A connection whose socket is not handed on is closed by the collector of garbage, which warns.
leaks = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)


@leaks
def test_whatever_a_page_meets_is_written_down_there(road: Road) -> None:
    pages_that_meet_it(road, some)


@leaks
@pytest.mark.long
@pytest.mark.timeout(900)
def test_whatever_a_page_meets_in_any_function_is_written_down_there(road: Road) -> None:
    pages_that_meet_it(road, list)


def lists_that_meet_it(road: Road, choose: Callable[[list[CodeType]], list[CodeType]]) -> None:
    road.poll()
    called = functions_of(road, road.poll)
    assert len(called) > 100
    for code in choose(called):
        if (watched := stopped(road, code, road.poll)) is None:
            continue
        assert (watched.failures, watched.next_poll_at > NOW) == (1, True), name_of(code)
        assert name_of(code) in (watched.last_error or "")
    assert road.poll().last_error is None


@leaks
def test_whatever_a_list_meets_is_written_down_there(road: Road) -> None:
    lists_that_meet_it(road, some)


@leaks
@pytest.mark.long
@pytest.mark.timeout(900)
def test_whatever_a_list_meets_in_any_function_is_written_down_there(road: Road) -> None:
    lists_that_meet_it(road, list)


# --- what real servers send ------------------------------------------------------------------

ODD_HEADERS = [
    "Set-Cookie: 会话=1".encode("gbk"),
    "X-A: café; b=é".encode(),
]


@pytest.mark.parametrize("odd", ODD_HEADERS)
def test_headers_beyond_ascii_are_archived(road: Road, odd: bytes) -> None:
    page = road.a_page()
    body = article(1, "2026-01-19").encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + odd + b"\r\n\r\n"
    road.server.script(page.url.removeprefix(road.server.url("")), lambda wire: wire.send(head + body))
    assert road.take(page).error is None
    with road.store.read() as tx:
        capture = evidence.last_time(tx, page.id).payload
    assert capture is not None
    assert capture.warc_file is not None
    assert capture.warc_offset is not None
    assert road.archive.read(capture.warc_file, capture.warc_offset) == body


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_feed_with_the_ends_of_the_calendar_is_read(road: Road, day: str) -> None:
    feed = f"""<rss version="2.0"><channel>
    <item><title>某县政府工作报告</title><link>{road.server.url("/t/9.html")}</link><pubDate>{day}</pubDate></item>
    </channel></rss>"""
    road.server.page("/list/", feed, headers={"Content-Type": "text/xml; charset=utf-8"})
    road.source = road.source.model_copy(update={"family": "feed"})
    watched = road.poll()
    assert (watched.last_error, watched.items) == (None, 1)


# --- when nothing can be written -------------------------------------------------------------

# A poller is stopped here while pages are on their way: httpcore 1.0.9 leaves a connection open whose asker
# is cancelled in the step after it was made. Everywhere else in this file that is a fault.
stopped_on_the_way = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@stopped_on_the_way
def test_a_source_whose_failures_cannot_be_written_disturbs_no_other(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a source is left alone, for longer each time; nobody else waits for it."""
    real = Pipeline._failed

    def failed(pipeline: Pipeline, page: Page, source: Source, failure: Failure) -> None:
        if source.slug == "county":
            raise Unforeseen("nothing can be written")
        real(pipeline, page, source, failure)

    monkeypatch.setattr(Pipeline, "_failed", failed)
    road.server.page("/list/", list_page(["2026-01-19"]))  # its article is a 404
    road.server.page("/second/", list_page(["2026-01-19"]).replace("/a/", "/b/"))
    road.server.page("/b/1.html", article(1, "2026-01-19"))
    second = road.source.model_copy(
        update={"slug": "second", "lists": (WatchedUrl(url=road.server.url("/second/")),)}
    )
    both = {"county": road.source, "second": second}

    async def go() -> None:
        poller = await road.poller(both)
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def missing(wire: Wire) -> None:
            wire.answer(b"", 404)
            if road.server.paths().count("/a/1.html") == 3:
                loop.call_soon_threadsafe(stop.set)

        road.server.script("/a/1.html", missing)
        await poller.run(stop)

    with structlog.testing.capture_logs() as logs:
        asyncio.run(go())
    asked = [seen for seen in road.server.seen if seen.path == "/a/1.html"]
    first, second_time, third = (one.started for one in asked)
    assert third - second_time > second_time - first > 0.9
    assert road.server.paths().count("/b/1.html") == 1
    assert {entry["source"] for entry in logs if entry["event"] == "serving a source failed"} == {"county"}


@stopped_on_the_way
def test_a_full_disk_is_waited_for_by_all_and_tried_by_one(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = {}
    for number in range(4):
        road.server.page(f"/list{number}/", list_page(["2026-01-19"]).replace("/a/", f"/p{number}/"))
        road.server.page(f"/p{number}/1.html", article(1, "2026-01-19"))
        listed = (WatchedUrl(url=road.server.url(f"/list{number}/")),)
        sources[f"s{number}"] = road.source.model_copy(update={"slug": f"s{number}", "lists": listed})
    real = Archive.write
    tries: list[float] = []
    kept: set[str] = set()
    stop = asyncio.Event()

    def write(archive: Archive, fetched: Fetched, *args: Any, **more: Any) -> Any:
        tries.append(time.monotonic())
        if len(tries) <= 7:
            raise ArchiveError("archiving: no space left on device")
        kept.add(fetched.final_url)
        if sum("/p" in url for url in kept) == 4:
            loop[0].call_soon_threadsafe(stop.set)
        return real(archive, fetched, *args, **more)

    monkeypatch.setattr(Archive, "write", write)
    loop: list[asyncio.AbstractEventLoop] = []

    async def go() -> None:
        loop.append(asyncio.get_running_loop())
        poller = await road.poller(sources)
        await poller.run(stop)

    with structlog.testing.capture_logs() as logs:
        asyncio.run(go())
    alone = [later - earlier for earlier, later in itertools.pairwise(tries[3:7])]
    assert alone[0] > 0.5, "all four once, then one at a time"
    assert alone[1] > 1.5, "and later and later"
    assert alone[2] > 3.0
    errors = [entry for entry in logs if entry["log_level"] == "error"]
    assert 1 <= len(errors) <= 4
