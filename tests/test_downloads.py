"""Answers that are read while they are sent: who takes them slowly, or not at all, holds up nobody."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.pool import QueuePool

from alerts.listing import dataset_files
from alerts.listing.table import Listing
from alerts.web.api import reports
from alerts.web.http import downloads
from ingest.store.db import Store
from tests.support.site_server import served, stored

WAIT = 60.0
PATHS = ["/api/v1/dump/targets.parquet", "/api/v1/reports?format=jsonl"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("downloads")) as store:
        yield store


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of downloads have more in them than any buffer on the way."""

    def table_pieces(tx: Connection, *_: object) -> Iterator[bytes]:
        for _ in range(10_000):
            tx.execute(text("SELECT 1"))
            yield os.urandom(2**14)

    def whole_list(store: Store, *_: object) -> Generator[Listing]:
        with store.read() as tx:
            for _ in range(10_000):
                tx.execute(text("SELECT 1"))
                yield Listing((), (), ({"text": "x" * 2**14},))

    monkeypatch.setattr(dataset_files, "table_pieces", table_pieces)
    monkeypatch.setattr(reports, "whole_list", whole_list)


def stalled(url: str, path: str) -> socket.socket:
    """Who asks and does not read."""
    where = urlsplit(url)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect((where.hostname, where.port))
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return sock


def held(store: Store) -> int:
    pool = store._engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.usefixtures("endless")
def test_who_does_not_read_keeps_nobody_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than there are connections to the database."""
    with served(store, api_rate=0, page_rate=0) as url, contextlib.ExitStack() as stack:
        readers = [stack.enter_context(stalled(url, PATHS[n % 2])) for n in range(75)]
        wait_until(lambda: held(store) == downloads.AT_ONCE_PER_CLIENT)
        assert httpx.get(url, timeout=WAIT).status_code == 200
        monkeypatch.setattr(downloads, "PATIENCE", 0.1)
        for path in PATHS:
            full = httpx.get(url + path, timeout=WAIT)
            assert (full.status_code, full.headers["retry-after"]) == (503, "30")
        assert held(store) == downloads.AT_ONCE_PER_CLIENT
        for sock in readers:
            sock.close()
        monkeypatch.setattr(downloads, "PATIENCE", WAIT)
        wait_until(lambda: held(store) == 0)
        for path in PATHS:
            with httpx.stream("GET", url + path, timeout=WAIT) as answer:
                assert answer.status_code == 200
                assert next(answer.iter_raw())
        wait_until(lambda: held(store) == 0)


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize("limit", ["PIECE_DEADLINE", "LONGEST"])
def test_a_download_that_takes_too_long_is_broken_off(
    store: Store, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(downloads, limit, 0.2)
    with served(store) as url, contextlib.ExitStack() as stack:
        if limit == "LONGEST":
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.get(url + PATHS[0], timeout=WAIT)
        else:
            readers = [stack.enter_context(stalled(url, path)) for path in PATHS]
            wait_until(lambda: held(store) == len(readers))
        wait_until(lambda: held(store) == 0)


@pytest.mark.usefixtures("endless")
def test_head_reads_no_more_than_a_piece(store: Store) -> None:
    with served(store) as url:
        for path in PATHS:
            answer = httpx.head(url + path, timeout=WAIT)
            assert (answer.status_code, answer.content) == (200, b"")
        wait_until(lambda: held(store) == 0)


def test_what_cannot_be_read_is_an_error_before_the_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def table_pieces(tx: Connection, *_: Any) -> Iterator[bytes]:
        tx.execute(text("SELECT * FROM not_there"))
        yield b""

    monkeypatch.setattr(dataset_files, "table_pieces", table_pieces)
    with served(store) as url:
        answer = httpx.get(url + PATHS[0], timeout=WAIT)
        assert (answer.status_code, "not_there" in answer.json()["detail"]) == (503, False)
        assert held(store) == 0


def test_all_else_is_sent_whole() -> None:
    """No other route streams but that of events, which opens a transaction for each look, and feeds, which
    unpack what they hold."""
    web = Path(downloads.__file__).parents[1]
    streaming = {file.name for file in web.rglob("*.py") if "StreamingResponse(" in file.read_text("utf-8")}
    assert streaming == {"conditional.py", "stream.py"}
