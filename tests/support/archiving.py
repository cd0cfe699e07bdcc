"""What is put into an archive in the tests, by this process and by others, and what other tools say of it."""

# mypy: disable-error-code="no-untyped-call"
# (warcio has no types)

from __future__ import annotations

import hashlib
import io
import os
import resource
import signal
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio import cli

from ingest.archive.archive import Archive
from ingest.errors import StoreError
from ingest.exchange import Fetched

NOW = datetime(2024, 1, 10, 8, 0, 0, 123456, tzinfo=UTC)


def page(body: bytes = b"<p>", url: str = "http://portal.test/a", at: datetime = NOW, **more: str) -> Fetched:
    headers = {"content-type": "text/html; charset=gb2312", "content-length": "77"} | more
    return Fetched(
        url=url,
        final_url=url,
        status=200,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
        wire_size=77,
        sha256=hashlib.sha256(body).hexdigest(),
        content_type=headers["content-type"],
        etag=None,
        last_modified=None,
        fetched_at=at,
        request_headers=(("user-agent", "gongbao-test/1"), ("accept-encoding", "gzip")),
        address="192.0.2.1",
    )


def check(*files: Path) -> None:
    """What `warcio check` says of the files."""
    said, code = io.StringIO(), 0
    with redirect_stdout(said):
        try:
            cli.main(["check", *map(str, files)])
        except SystemExit as exc:
            code = exc.code  # type: ignore[assignment]  (a number)
    assert (code, said.getvalue()) == (0, ""), said.getvalue()


# --- what other processes do (forked.py) -----------------------------------------------------


def write_on_a_full_disk(folder: str) -> None:
    """The limit on file sizes stands for the disk: the write fails in the middle of a record."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    archive = Archive(Path(folder))
    first = archive.write(page(b"first"))
    file = Path(folder) / first[0]
    size = file.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5000, resource.RLIM_INFINITY))
    try:
        archive.write(page(os.urandom(50_000)))
    except StoreError as exc:
        print("refused:", exc)
    assert file.stat().st_size == size
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    second = archive.write(page(b"second"))
    assert second == (first[0], size)
    assert archive.read(*first) == b"first"
    assert archive.read(*second) == b"second"


def write_fifty(folder: str, name: str) -> None:
    """Says where each is and what it is."""
    with Archive(Path(folder)) as archive:
        for n in range(50):
            body = f"process {name} {n}"
            print(*archive.write(page(body.encode())), body, sep="|")


def write_and_fork(folder: str) -> None:
    archive = Archive(Path(folder))
    first = archive.write(page(b"parent"))
    if os.fork() == 0:
        child = archive.write(page(b"child"))
        assert child[0] != first[0]
        assert archive.read(*child) == b"child"
        os._exit(0)
    assert os.wait()[1] == 0
    assert archive.write(page(b"parent again"))[0] == first[0]


def write_one(folder: str) -> None:
    Archive(Path(folder)).write(page())


def die_after_a_record(folder: str) -> None:
    print(*Archive(Path(folder)).write(page(b"whole" * 200_000)), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def die_in_a_record(folder: str, url: str = "") -> None:
    """Writes one record whole, says where it is, and dies in the middle of the next."""
    archive = Archive(Path(folder), url=url or None, upload_every=3600)
    print(*archive.write(page(b"whole")), flush=True)

    class Dying:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def write(self, piece: bytes) -> None:
            self.file.write(piece[: len(piece) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

    writing: Any = archive._writing
    writing.file = Dying(writing.file)
    archive.write(page(os.urandom(300_000)))


def write_to_a_spool(spool: str, url: str) -> None:
    """Sixty records, sent on while it writes; says where each is and what it begins with."""
    places: list[tuple[object, ...]] = []
    with Archive(Path(spool), url=url, rotate_at=1500, upload_every=0.02) as archive:
        for n in range(60):
            place = archive.write(page(b"%d %d" % (os.getpid(), n) + os.urandom(300)))
            places.append((*place, os.getpid(), n))
    for one in places:  # now that no thread logs in between
        print("at", *one, sep="|")
