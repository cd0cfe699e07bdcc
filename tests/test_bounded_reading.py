"""A reading that does not end is ended, and nobody else notices: in the poller, page after page."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import ParamSpec, TypeVar

import pytest

from ingest.bounded_reading import ReaderProcesses
from ingest.errors import Blocked, NotADocument, ReadingEnded, UnexpectedError
from ingest.model import Page
from ingest.reading import ReadingHints, read_first_page
from ingest.store import watchlist
from ingest.store.db import Store
from ingest.store.overview import counts, source_rows
from tests.support.watched_site import START, World, article
from tests.support.web_server import WebServer

P = ParamSpec("P")
T = TypeVar("T")

LINE = "各位代表：今年地区生产总值增长6%左右，城镇新增就业1.2万人，粮食产量稳定在50万吨以上。"
PAGE = f"<html><head><title>某县2026年政府工作报告</title></head><body><div>{LINE * 3}</div></body></html>"


@pytest.fixture
def readers() -> Iterator[ReaderProcesses]:
    found = ReaderProcesses(seconds=0.5)
    yield found
    found.close()


def test_a_reading_is_what_it_is_here(readers: ReaderProcesses) -> None:
    given = (PAGE.encode(), "http://site.example/1.html")
    hints = ReadingHints(region="500106", title="工作报告")
    assert readers.read(read_first_page, *given, hints) == read_first_page(*given, hints)


def test_a_reader_has_nothing_in_memory_that_it_does_not_use(readers: ReaderProcesses) -> None:
    readers.read(read_first_page, PAGE.encode(), "http://site.example/1.html")
    loaded = set(readers.read(eval, "list(__import__('sys').modules)"))
    assert "selectolax" in loaded
    assert loaded & {"rich", "pygments", "attr", "greenlet", "sqlalchemy", "httpx", "redis"} == set()


def test_its_errors_are_what_they_are_here(readers: ReaderProcesses) -> None:
    with pytest.raises(NotADocument, match="an image"):
        readers.read(read_first_page, b"\x89PNG", "http://site.example/1.html")
    wall = "<html><script>document.cookie='__jsl_clearance=1';location.href='/'</script></html>"
    with pytest.raises(Blocked) as caught:
        readers.read(read_first_page, wall.encode(), "http://site.example/1.html")
    assert caught.value.by == "block_page"
    with pytest.raises(ZeroDivisionError) as other:
        readers.read(divmod, 1, 0)
    assert "in the reader" in other.value.__notes__[0]
    assert UnexpectedError.of(other.value, "reading").name.startswith(
        "ZeroDivisionError in bounded_reading.py:"
    )


def test_what_never_ends_is_ended_and_the_next_is_read(readers: ReaderProcesses) -> None:
    before = readers.read(os.getpid)
    with pytest.raises(ReadingEnded, match=r"not done after 0\.5 s of processor time"):
        readers.read(re.fullmatch, r"(?:a|a)+b", "a" * 60)
    after = readers.read(os.getpid)
    assert after not in (before, os.getpid())


def test_what_kills_its_reader_is_an_error_of_its_own(readers: ReaderProcesses) -> None:
    with pytest.raises(ReadingEnded, match="signal 11"):
        readers.read(os.kill, 0, signal.SIGSEGV)  # its own group
    assert readers.read(len, "abc") == 3


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="no way to wait for a process and leave it there")
@pytest.mark.parametrize("idle", [True, False])
def test_what_a_reader_has_started_ends_with_it_before_its_number_is_anothers(
    readers: ReaderProcesses, monkeypatch: pytest.MonkeyPatch, idle: bool
) -> None:
    ended: list[int] = []
    real = os.killpg

    def killpg(group: int, number: int) -> None:
        os.kill(group, 0)  # it is there: nobody has reaped it
        ended.append(group)
        real(group, number)

    monkeypatch.setattr(os, "killpg", killpg)
    pid = readers.read(os.getpid)
    if idle:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    else:
        with pytest.raises(ReadingEnded, match="exit 3"):
            readers.read(os._exit, 3)
    assert readers.read(len, "abc") == 3
    assert ended == [pid]


def test_what_waits_for_ever_is_ended_by_the_clock(
    readers: ReaderProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.bounded_reading._ATTACHMENT", 0.2)
    with pytest.raises(ReadingEnded, match=r"not done after 2\.2 s, and ended"):
        readers.read(time.sleep, 600)


def test_one_that_does_not_end_keeps_no_other_waiting(readers: ReaderProcesses) -> None:
    async def both() -> tuple[object, object]:
        hung = asyncio.create_task(readers(re.fullmatch, r"(?:a|a)+b", "a" * 60))
        done = [await readers(len, "a" * n) for n in range(20)]
        (ended,) = await asyncio.gather(hung, return_exceptions=True)
        return done, ended

    done, ended = asyncio.run(both())
    assert done == list(range(20))
    assert isinstance(ended, ReadingEnded)


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with WebServer() as server:
        yield World(store, server)


def _page(world: World, number: int) -> Page:
    with world.store.read() as tx:
        found = watchlist.page_of(tx, "county", f"{world.base}/a/{number}.html")
    assert found is not None
    return found


class Caught:
    """A Reader that cannot come to the end of a page in which 循环 stands; nor of a list, while `lists`."""

    def __init__(self, readers: ReaderProcesses, *, lists: bool = False) -> None:
        self.readers, self.lists = readers, lists

    async def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        endless = "循环".encode() in args[0] if isinstance(args[0], bytes) else False
        if endless or (self.lists and function.__module__ == "ingest.sources.framed"):
            await self.readers(re.fullmatch, r"(?:a|a)+b", "a" * 60)
        return await self.readers(function, *args, **kwargs)


def test_the_third_time_a_page_is_put_aside_and_the_others_are_read(
    world: World, readers: ReaderProcesses
) -> None:
    world.show("2026-01-01", "2026-01-02", articles=True)
    world.server.page("/a/1.html", article(1, "2026-01-01").replace("</p>", "循环</p>", 1))
    world.reader = Caught(readers)
    pages: list[Page] = []
    for _ in range(3):
        world.look()
        pages.append(_page(world, 1))
        world.now = max(world.now, pages[-1].next_fetch_at)
    assert [(page.error, page.failures) for page in pages] == [("ReadingEnded", n) for n in (1, 2, 3)]
    assert "not done after 0.5 s of processor time" in (pages[0].error_message or "")
    waits = [page.next_fetch_at - (page.last_fetched_at or START) for page in pages]
    assert timedelta(hours=0.7) < waits[0] < waits[1] < timedelta(hours=3)
    assert waits[2] > timedelta(days=20)
    assert "put aside until" in (pages[2].error_message or "")
    assert _page(world, 2).body_sha256 is not None
    with world.store.read() as tx:
        assert counts(tx).aside == 1
    world.server.page("/a/1.html", article(1, "2026-01-01"))
    world.look()
    with world.store.read() as tx:
        assert counts(tx).aside == 0


def test_a_list_that_cannot_be_read_to_its_end_is_a_failure_like_others(
    world: World, readers: ReaderProcesses
) -> None:
    world.show("2026-01-01", articles=True)
    world.reader = Caught(readers, lists=True)
    world.look()
    with world.store.read() as tx:
        [source] = source_rows(tx)
    said = source.lists[0].last_error or ""
    assert said.startswith("ReadingEnded: reading: not done after 0.5 s of processor time")
    assert source.lists[0].failures == 1


def test_a_reader_ends_with_what_started_it(readers: ReaderProcesses) -> None:
    pid = readers.read(os.getpid)
    readers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
