"""What stands in the WARC files: revisits that resolve, refusals, files; accepted by tools of others."""

# mypy: disable-error-code="no-untyped-call"
# (warcio has no types)

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, BadAnswer, Blocked, FetchError, Gone, HostUnavailable
from ingest.exchange import Fetched, Request
from ingest.model import Capture
from ingest.web.client import Fetcher
from ingest.web.pace import LocalPace
from ingest.web.robots import Robots
from ingest.web.session import Web
from tests.support.archiving import NOW, check, page
from tests.support.web_server import WebServer, Wire

AGENT = "gongbao-test/1"
LATER = NOW + timedelta(hours=6)


def capture_of(fetched: Fetched, place: tuple[str, int]) -> Capture:
    return Capture(
        fetched.fetched_at, fetched.status, fetched.sha256, len(fetched.body), *place, url=fetched.final_url
    )


def digest(body: bytes) -> str:
    return f"sha256:{base64.b32encode(hashlib.sha256(body).digest()).decode()}"


def not_modified(fetched: Fetched) -> Fetched:
    return replace(fetched, status=304, body=b"", sha256="", headers=(("etag", '"v"'),), fetched_at=LATER)


def records(folder: Path) -> list[tuple[Any, bytes]]:
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as file:
            found += [(record, record.content_stream().read()) for record in ArchiveIterator(file)]
    return found


def kinds(folder: Path) -> list[str]:
    return [record.rec_type for record, _ in records(folder)]


# --- revisits --------------------------------------------------------------------------------


@pytest.mark.parametrize("told", ["by the store", "by memory"])
def test_a_payload_is_kept_once_and_found_from_every_visit(tmp_path: Path, told: str) -> None:
    body = "<p>地区生产总值增长6%左右</p>".encode("gb18030") * 500
    first = page(body)
    with Archive(tmp_path) as archive:
        place = archive.write(first)
        known = capture_of(first, place)
    with Archive(tmp_path) if told == "by the store" else archive as archive:
        given = known if told == "by the store" else None
        same = archive.write(replace(first, fetched_at=LATER), given)
        unchanged = archive.write(not_modified(first), given)
        other = archive.write(replace(page(b"<p>other"), fetched_at=LATER), given)
        for visit in (place, same, unchanged):
            assert archive.read(*visit) == body
        assert archive.read(*other) == b"<p>other"
        found = [archive.record(*visit) for visit in (same, unchanged)]
    assert [v.header("WARC-Profile") for v in found] == [
        "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
    ]
    for revisit in found:
        assert (revisit.kind, revisit.payload, revisit.refers_to) == ("revisit", b"", place)
        assert revisit.header("WARC-Refers-To-Target-URI") == "http://portal.test/a"
        assert revisit.header("WARC-Refers-To-Date") == "2024-01-10T08:00:00.123456Z"
        assert revisit.header("WARC-Date") == "2024-01-10T14:00:00.123456Z"
    assert found[0].status == "200 OK"
    assert found[1].status == "304 Not Modified"
    [original] = [r for r, p in records(tmp_path) if r.rec_type == "response" and p == body]
    assert original.rec_headers.get_header("WARC-Payload-Digest") == found[0].header("WARC-Payload-Digest")
    assert kinds(tmp_path).count("request") == 4
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) < 8000
    check(*tmp_path.glob("*.warc.gz"))


def test_a_known_payload_whose_file_is_lost_is_kept_again(tmp_path: Path) -> None:
    first = page(b"<p>the same")
    with Archive(tmp_path) as archive:
        known = capture_of(first, archive.write(first))
    (tmp_path / str(known.warc_file)).unlink()
    with Archive(tmp_path) as archive:
        place = archive.write(replace(first, fetched_at=LATER), known)
        assert archive.record(*place).kind == "response"
        assert archive.read(*place) == b"<p>the same"


def test_not_modified_without_an_original_is_an_answer_of_its_own(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        place = archive.write(not_modified(page()))
        found = archive.record(*place)
    assert (found.kind, found.status, found.payload) == ("response", "304 Not Modified", b"")
    check(tmp_path / place[0])


def test_a_visit_whose_original_was_replaced_is_no_evidence(tmp_path: Path) -> None:
    first = page(b"<p>the first")
    with Archive(tmp_path) as archive:
        known = capture_of(first, archive.write(first))
        another = archive.write(page(b"<p>another", "http://portal.test/b"))
        visit = archive.write(
            replace(first, fetched_at=LATER), replace(known, warc_file=another[0], warc_offset=another[1])
        )
        with pytest.raises(ArchiveError, match="another payload"):
            archive.read(*visit)


def test_memory_of_payloads_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.archive.archive.REMEMBERED", 3)
    with Archive(tmp_path) as archive:
        for n in range(5):
            archive.write(page(b"the same", f"http://portal.test/{n}"))
        for n in range(5, 9):  # what the store remembers is not remembered here
            archive.write(page(b"another", f"http://portal.test/{n}"), passing=False)
        again = [archive.write(page(b"the same", f"http://portal.test/{n}", LATER)) for n in (4, 0)]
        assert [archive.record(*place).kind for place in again] == ["revisit", "response"]


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", "报告".encode("gbk"), os.urandom(200_000)], ids=len)
def test_a_local_file_is_a_resource(tmp_path: Path, body: bytes) -> None:
    with Archive(tmp_path) as archive:
        place = archive.write_file("file:///0a1b/%E6%8A%A5.docx", body, NOW, "application/msword")
        found = archive.record(*place)
        assert archive.read(*place) == body
    assert (found.kind, found.status, found.url) == ("resource", None, "file:///0a1b/%E6%8A%A5.docx")
    assert found.header("Content-Type") == "application/msword"
    check(tmp_path / place[0])


def test_a_record_as_it_was_written(tmp_path: Path) -> None:
    body = b"<p>\xd6\xd8\xc7\xec\r\n\r\n"
    with Archive(tmp_path) as archive:
        place = archive.write(page(body))
        raw = archive.raw(*place)
    head, http, rest = raw.split(b"\r\n\r\n", 2)
    assert head.startswith(b"WARC/1.1\r\nWARC-Date: 2024-01-10T08:00:00.123456Z\r\n")
    assert f"WARC-Payload-Digest: {digest(body)}".encode() in head
    assert http.startswith(b"HTTP/1.1 200 OK\r\n")
    assert rest == body + b"\r\n\r\n"
    (tmp_path / "one.warc").write_bytes(raw)
    check(tmp_path / "one.warc")


# --- every answer ----------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def get(
    server: WebServer, folder: Path, *paths: str, passing: bool = False, **asked: Any
) -> list[Fetched | FetchError]:
    """Ask for these paths in turn, with an archive; what came of each."""

    async def go() -> list[Fetched | FetchError]:
        found: list[Fetched | FetchError] = []
        fetcher = Fetcher(user_agent=AGENT, allow_hosts=(server.host,), deadline=10.0)
        robots = Robots(fetcher, user_agent=AGENT)
        with Archive(folder) as archive:
            async with Web(fetcher, pace=LocalPace(0.0), robots=robots, archive=archive) as web:
                for path in paths:
                    try:
                        request = Request(server.url(path), **asked)
                        found.append(await web.fetch(request, passing=passing))
                    except FetchError as exc:
                        found.append(exc)
        return found

    found = asyncio.run(go())
    if folder.exists():
        check(*folder.glob("*.warc.gz"))
    return found


def answers(folder: Path) -> list[tuple[str, str, bytes]]:
    """(kind, path and status, payload) of every answer."""
    return [
        (
            r.rec_type,
            f"/{r.rec_headers.get_header('WARC-Target-URI').split('/', 3)[3]}"
            f" {r.http_headers.get_statuscode()}",
            p,
        )
        for r, p in records(folder)
        if r.rec_type in ("response", "revisit")
    ]


def test_what_was_posted_is_kept_with_its_answer(server: WebServer, tmp_path: Path) -> None:
    server.page("/list", "[]")
    said = '{"pageNum": 1, "channelId": ["政务"]}'
    [fetched] = get(server, tmp_path, "/list", post=said)
    assert isinstance(fetched, Fetched)
    [asked] = [
        (record.http_headers.protocol, record.http_headers.get_header("content-type"), payload.decode())
        for record, payload in records(tmp_path)
        if record.rec_type == "request" and record.rec_headers.get_header("WARC-Target-URI").endswith("list")
    ]
    assert asked == ("POST", "application/json", said)


def test_robots_and_the_hops_of_a_redirect_are_kept(server: WebServer, tmp_path: Path) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /no")
    server.page("/old", "moved", status=301, location="/middle")
    server.page("/middle", status=302, location="/new")
    server.page("/new", "<p>here")
    [fetched] = get(server, tmp_path, "/old")
    assert isinstance(fetched, Fetched)
    assert answers(tmp_path) == [
        ("response", "/robots.txt 200", b"User-agent: *\nDisallow: /no"),
        ("response", "/old 301", b"moved"),
        ("response", "/middle 302", b""),
        ("response", "/new 200", b"<p>here"),
    ]
    with Archive(tmp_path) as archive:
        assert archive.read(str(fetched.warc_file), int(fetched.warc_offset or 0)) == b"<p>here"


@pytest.mark.parametrize(
    ("status", "error"), [(404, Gone), (410, Gone), (403, Blocked), (412, Blocked), (503, HostUnavailable)]
)
def test_a_refusal_is_kept_and_the_error_says_where(
    server: WebServer, tmp_path: Path, status: int, error: type[FetchError]
) -> None:
    server.page("/robots.txt", status=404)
    server.page("/a", "请稍后再来".encode("gbk"), status=status)
    [refused] = get(server, tmp_path, "/a")
    assert isinstance(refused, error)
    assert refused.status == status
    assert refused.record is not None
    with Archive(tmp_path) as archive:
        assert archive.record(*refused.record).url == server.url("/a")
        assert archive.read(*refused.record) == "请稍后再来".encode("gbk")


def test_an_error_that_is_about_no_answer_names_none(server: WebServer, tmp_path: Path) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /no")
    server.page("/away", status=302, location="http://10.0.0.1/")
    server.page("/odd", "x", headers={"Content-Encoding": "br"})
    found = get(server, tmp_path, "/no", "/away", "/odd")
    assert isinstance(found[0], Blocked)
    assert isinstance(found[2], BadAnswer)
    assert [f.record for f in found if isinstance(f, FetchError)] == [None, None, None]


ENDLESS = b"x" * 100_000


@pytest.mark.parametrize(
    ("script", "kept", "why"),
    [
        pytest.param(
            lambda wire: wire.answer(ENDLESS, 404), 64 * 1024, "length", id="more than is worth keeping"
        ),
        pytest.param(
            lambda wire: (wire.answer(b"ab", 404, {"Content-Length": "9"}), wire.reset()),
            None,
            "disconnect",
            id="broken off",
        ),
        pytest.param(
            lambda wire: (wire.answer(b"ab", 404, {"Content-Length": "9"}), wire.pause(60)),
            2,
            "time",
            id="dripping",
        ),
        pytest.param(
            lambda wire: wire.answer(b"not gzip", 404, {"Content-Encoding": "gzip"}),
            8,
            "unspecified",
            id="not what it says",
        ),
    ],
)
def test_the_body_of_a_refusal_never_matters(
    server: WebServer, tmp_path: Path, script: Any, kept: int | None, why: str
) -> None:
    server.page("/robots.txt", status=404)
    server.script("/a", script)
    [refused] = get(server, tmp_path, "/a")
    assert isinstance(refused, Gone), "the status was had, so it counts"
    assert refused.record is not None
    with Archive(tmp_path) as archive:
        found = archive.record(*refused.record)
    assert found.header("WARC-Truncated") == why
    assert kept is None or len(found.payload) == kept


def test_a_refusal_stands_though_it_cannot_be_kept(server: WebServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    [refused] = get(server, tmp_path / "file" / "warc", "/gone")
    assert isinstance(refused, Gone)
    assert refused.record is None


def test_a_second_look_is_a_revisit(server: WebServer, tmp_path: Path) -> None:
    server.page("/robots.txt", status=404)

    def conditional(wire: Wire) -> None:
        fresh = wire.seen.headers.get("if-none-match") == '"v"'
        wire.answer(b"" if fresh else b"<p>list", 304 if fresh else 200, {"ETag": '"v"'})

    server.script("/list", conditional)
    get(server, tmp_path, "/list", "/list", passing=True)
    assert answers(tmp_path)[1:] == [
        ("response", "/list 200", b"<p>list"),
        ("revisit", "/list 200", b""),
    ]


# --- tools of others -------------------------------------------------------------------------


def test_a_standard_indexer_finds_every_capture_and_its_original(tmp_path: Path) -> None:
    first = page("<p>重庆</p>".encode("gbk"), content_encoding="gzip")
    with Archive(tmp_path) as archive:
        place = archive.write(first)
        archive.write(not_modified(first))
        archive.write(replace(first, fetched_at=LATER + timedelta(hours=1)))
        archive.write(replace(page(b"gone", "http://portal.test/x"), status=404))
        archive.write_file("file:///0a1b/a.txt", b"file", NOW, "text/plain")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "cdxj_indexer.main", "-s", str(tmp_path / place[0])],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line.split(" ", 2)[2]) for line in done.stdout.splitlines()]
    found = [(e["url"], e.get("status"), e.get("mime"), int(e["offset"]) == place[1]) for e in lines]
    assert found == [
        ("file:///0a1b/a.txt", None, "text/plain", False),
        ("http://portal.test/a", "200", "text/html", True),
        ("http://portal.test/a", "304", "warc/revisit", False),
        ("http://portal.test/a", "200", "warc/revisit", False),
        ("http://portal.test/x", "404", "text/html", False),
    ]
    assert [e["digest"] for e in lines if e["url"].endswith("/a")] == [digest(first.body)] * 3


def test_a_whole_page_keeps_the_status_that_it_came_with(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        place = archive.write(replace(page(b"<p>x"), said=203))
        assert archive.record(*place).status == "203 Non-Authoritative Information"
