"""The archive: what was fetched comes back byte for byte, from files that other WARC tools accept."""

# mypy: disable-error-code="no-untyped-call"
# (warcio has no types)

from __future__ import annotations

import gzip
import os
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from ingest.archive.archive import Archive
from ingest.errors import StoreError
from tests.support import archiving, forked
from tests.support.archiving import NOW, check, page

BODIES = [
    b"",
    b"<p>",
    "<p>全区地区生产总值增长6%左右</p>".encode("gb18030"),
    b"\r\n\r\n",
    b"WARC/1.1\r\nWARC-Type: response\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    bytes(range(256)) * 100,
    gzip.compress(b"a file that is gzip itself"),
    b"x" * 3_000_000,
    os.urandom(5_000_000),
]


@pytest.mark.parametrize("body", BODIES, ids=[f"{len(body)}-bytes" for body in BODIES])
def test_a_body_comes_back_byte_for_byte(tmp_path: Path, body: bytes) -> None:
    with Archive(tmp_path) as archive:
        before = archive.write(page(b"another"))
        place = archive.write(page(body, content_encoding="gzip", transfer_encoding="chunked"))
        after = archive.write(page(b"the next"))
        assert archive.read(*place) == body
        assert archive.read(*before) == b"another"
        assert archive.read(*after) == b"the next"
    check(tmp_path / place[0])


def test_the_records_say_what_was_asked_and_answered(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        name, offset = archive.write(
            page(b"<p>", "https://portal.test:8443/a?b=%E5%85%AC", content_encoding="gzip", x_name="值")
        )
    with (tmp_path / name).open("rb") as file:
        records = []
        iterator = ArchiveIterator(file)
        for record in iterator:
            records.append((record, record.content_stream().read(), iterator.get_record_offset()))
    info, response, request = (record for record, _, _ in records)
    assert [record.rec_type for record, _, _ in records] == ["warcinfo", "response", "request"]
    assert records[1][2] == offset
    assert response.rec_headers.protocol == "WARC/1.1"
    assert response.rec_headers.get_header("WARC-Date") == "2024-01-10T08:00:00.123456Z"
    assert response.rec_headers.get_header("WARC-Target-URI") == "https://portal.test:8443/a?b=%E5%85%AC"
    assert response.rec_headers.get_header("WARC-IP-Address") == "192.0.2.1"
    assert response.http_headers.get_statuscode() == "200"
    assert response.http_headers.get_header("Content-Length") == "3"
    assert response.http_headers.get_header("Content-Encoding") is None
    assert response.http_headers.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert response.http_headers.get_header("X-Archive-Orig-Content-Length") == "77"
    assert response.http_headers.get_header("Content-Type") == "text/html; charset=gb2312"
    assert request.http_headers.statusline == "/a?b=%E5%85%AC HTTP/1.1"
    assert request.http_headers.get_header("Host") == "portal.test:8443"
    assert request.http_headers.get_header("User-Agent") == "gongbao-test/1"
    assert request.rec_headers.get_header("WARC-Concurrent-To") == response.rec_headers.get_header(
        "WARC-Record-ID"
    )
    assert info.rec_headers.get_header("WARC-Filename") == name
    check(tmp_path / name)


def test_one_file_per_day_with_a_name_of_its_own(tmp_path: Path) -> None:
    with Archive(tmp_path / "new" / "warc") as archive:
        first = archive.write(page())[0]
        assert archive.write(page())[0] == first
        second = archive.write(page(at=NOW + timedelta(days=1)))[0]
    assert re.fullmatch(rf"gongbao-20240110-[\w.-]+-{os.getpid()}-[0-9a-f]{{8}}\.warc\.gz", first)
    assert second.startswith("gongbao-20240111-")
    with Archive(tmp_path / "new" / "warc") as archive:
        assert archive.write(page())[0] not in (first, second)


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    with Archive(tmp_path, rotate_at=2000) as archive:
        bodies = [os.urandom(900) for _ in range(6)]
        places = [archive.write(page(body)) for body in bodies]
        assert [archive.read(*place) for place in places] == bodies
    assert 2 <= len({name for name, _ in places}) <= 6
    check(*tmp_path.iterdir())


def test_a_file_torn_by_a_crash_loses_its_last_record_only(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        whole = archive.write(page(b"whole"))
        torn = archive.write(page(os.urandom(10_000)))
    path = tmp_path / torn[0]
    os.truncate(path, torn[1] + 3000)
    with Archive(tmp_path) as again:
        assert again.read(*whole) == b"whole"
        with pytest.raises(StoreError, match="Restore"):
            again.read(*torn)
        assert again.write(page(b"later"))[0] != torn[0], "nobody appends to a torn file"


def test_a_damaged_record_is_noticed(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        name, offset = archive.write(page(os.urandom(10_000)))
        path = tmp_path / name
        data = bytearray(path.read_bytes())
        data[offset + 5000] ^= 0xFF
        path.write_bytes(data)
        with pytest.raises(StoreError, match=name):
            archive.read(name, offset)


@pytest.mark.parametrize("name", ["missing.warc.gz", "../secret", "/etc/passwd", "a/b.warc.gz", ""])
def test_a_place_that_is_not_in_the_archive(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError):
        Archive(tmp_path).read(name, 0)


@pytest.mark.parametrize("offset", [0, 1, 10**9])
def test_an_offset_without_a_response(tmp_path: Path, offset: int) -> None:
    with Archive(tmp_path) as archive:
        name, _ = archive.write(page())
        with pytest.raises(StoreError):
            archive.read(name, offset)


def test_a_full_disk_leaves_the_file_whole(tmp_path: Path) -> None:
    done = forked.finish(archiving.write_on_a_full_disk, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "refused: archiving http://portal.test/a" in done.stdout
    check(*tmp_path.glob("*.warc.gz"))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="file"):
        Archive(tmp_path / "file" / "warc").write(page())


def test_two_processes_and_many_threads_at_once(tmp_path: Path) -> None:
    places: list[tuple[str, int, str]] = []
    with Archive(tmp_path) as archive:

        def write(k: int) -> None:
            for n in range(50):
                body = f"thread {k} {n}"
                places.append((*archive.write(page(body.encode())), body))

        threads = [threading.Thread(target=write, args=(k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        others = forked.finish_all(archiving.write_fifty, [(str(tmp_path), "0"), (str(tmp_path), "1")])
        for thread in threads:
            thread.join()
        for other in others:
            assert other.returncode == 0, other.stderr
            for line in other.stdout.splitlines():
                name, offset, body = line.split("|")
                places.append((name, int(offset), body))
        assert len(places) == 300
        assert all(archive.read(name, offset) == body.encode() for name, offset, body in places)
    assert len(list(tmp_path.iterdir())) == 3
    check(*tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_writes_a_file_of_its_own(tmp_path: Path) -> None:
    done = forked.finish(archiving.write_and_fork, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.warc.gz"))) == 2
    check(*tmp_path.glob("*.warc.gz"))
