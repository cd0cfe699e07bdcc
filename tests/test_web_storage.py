"""Where WARC files are kept: a kill loses the last record at most, and what is finished travels whole."""

# mypy: disable-error-code="no-untyped-call"
# (fsspec has no types)

from __future__ import annotations

import gzip
import io
import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from ingest.archive.archive import Archive
from ingest.archive.storage import Folder, Spooled
from ingest.archive.warc import whole_length
from ingest.errors import ArchiveError, ConfigError
from ingest.settings import Settings
from tests.support import archiving, forked
from tests.support.archiving import NOW, check, page


def files(folder: Path, pattern: str = "*") -> list[Path]:
    return sorted(folder.glob(pattern))


def killed(folder: Path, url: str | None = None) -> tuple[str, int]:
    """A process that writes one record whole, dies in the middle of the next; where the whole one stands."""
    done = forked.finish(archiving.die_in_a_record, str(folder), url or "")
    assert done.returncode == -signal.SIGKILL, done.stderr
    name, offset = done.stdout.split()
    return name, int(offset)


def torn(path: Path) -> bool:
    with path.open("rb") as file:
        return whole_length(file) < path.stat().st_size


# --- a folder --------------------------------------------------------------------------------


def test_a_kill_in_mid_write_leaves_the_records_before_it(tmp_path: Path) -> None:
    name, offset = killed(tmp_path)
    assert torn(tmp_path / name)
    reader = Archive(tmp_path)
    assert reader.read(name, offset) == b"whole"
    assert torn(tmp_path / name), "reading changes nothing"
    with Archive(tmp_path) as archive:
        later = archive.write(page(b"later"))
        assert later[0] != name
        assert archive.read(name, offset) == b"whole"
    assert not files(tmp_path, "*.open")
    check(*files(tmp_path))


def test_a_kill_after_a_whole_record_costs_nothing(tmp_path: Path) -> None:
    done = forked.finish(archiving.die_after_a_record, str(tmp_path))
    name, offset = done.stdout.split()
    size = (tmp_path / name).stat().st_size
    Folder(tmp_path).sweep()
    assert (tmp_path / name).stat().st_size == size
    assert Archive(tmp_path).read(name, int(offset)) == b"whole" * 200_000


def test_nobody_mends_a_file_that_is_being_written(tmp_path: Path) -> None:
    """Its end may look torn to others: the writer is in the middle of a record."""
    writing = Folder(tmp_path).create("a.warc.gz")
    writing.file.write(b"\x1f\x8b half a record")
    Folder(tmp_path).sweep()
    assert forked.finish(archiving.write_one, str(tmp_path)).returncode == 0
    assert (tmp_path / "a.warc.gz").stat().st_size == 16
    assert (tmp_path / "a.warc.gz.open").exists()
    Folder(tmp_path).finish(writing)
    assert not (tmp_path / "a.warc.gz.open").exists()


@pytest.mark.parametrize("left", ["marker", "marker and empty file", "marker and garbage"])
def test_what_a_kill_at_the_start_leaves(tmp_path: Path, left: str) -> None:
    (tmp_path / "a.warc.gz.open").touch()
    if left != "marker":
        (tmp_path / "a.warc.gz").write_bytes(b"garbage" if "garbage" in left else b"")
    Folder(tmp_path).sweep()
    assert not files(tmp_path, "*.open")
    assert all(path.stat().st_size == 0 for path in files(tmp_path))


def test_a_file_that_exists_is_never_written_again(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        Folder(tmp_path).create("a.warc.gz")
    assert (tmp_path / "a.warc.gz").read_bytes() == b"old"
    assert not files(tmp_path, "*.open")


@pytest.mark.parametrize(
    "pieces", [[b"a"], [b"a", b"b" * 3_000_000, b""], [b"\0" * 2**20], [os.urandom(5000)] * 9]
)
def test_the_length_of_what_is_whole(tmp_path: Path, pieces: list[bytes]) -> None:
    path = tmp_path / "x"
    whole = b"".join(map(gzip.compress, pieces))
    torn_member = gzip.compress(os.urandom(100))[:-1]
    for end in (b"", torn_member, torn_member[:1], b"\0" * 10, b"WARC/1.1"):
        path.write_bytes(whole + end)
        with path.open("rb") as file:
            assert whole_length(file) == len(whole)


# --- elsewhere -------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Somewhere that fsspec reaches; `there` lists it."""
    yield (
        f"memory://warc-{tmp_path.name}/deep" if request.param == "memory" else f"file://{tmp_path}/far/deep"
    )
    if request.param == "memory":
        fsspec.filesystem("memory").store.clear()


def there(url: str) -> list[str]:
    fs, root = fsspec.core.url_to_fs(url)
    return sorted(Path(name).name for name in fs.ls(root, detail=False)) if fs.exists(root) else []


def test_finished_files_travel_and_are_read_from_there(tmp_path: Path, url: str) -> None:
    spool = tmp_path / "spool"
    bodies = [os.urandom(900) for _ in range(6)]
    with Archive(spool, url=url, rotate_at=2000) as archive:
        places = [archive.write(page(body)) for body in bodies]
        assert [archive.read(*place) for place in places] == bodies, "from the spool or from there"
    assert files(spool) == []
    assert set(there(url)) == {name for name, _ in places}
    assert len(there(url)) >= 2
    elsewhere = Archive(tmp_path / "another machine", url=url)
    assert [elsewhere.read(*place) for place in places] == bodies
    assert elsewhere.raw(*places[0]).startswith(b"WARC/1.1\r\n")
    assert not (tmp_path / "another machine").exists()


def test_files_travel_at_intervals_while_the_writer_goes_on(tmp_path: Path, url: str) -> None:
    arrived = threading.Event()
    with Archive(tmp_path / "spool", url=url, upload_every=0.05) as archive:
        upload = archive._storage._upload  # type: ignore[attr-defined]

        def watched(path: Path, name: str) -> None:
            upload(path, name)
            arrived.set()

        archive._storage._upload = watched  # type: ignore[attr-defined]
        first = archive.write(page(b"first"))
        assert arrived.wait(30)
        assert there(url) == [first[0]]
        second = archive.write(page(b"second"))
        assert second[0] != first[0]
        assert archive.read(*first) == b"first"
    assert there(url) == sorted([first[0], second[0]])


def test_a_revisit_may_point_at_what_has_travelled(tmp_path: Path, url: str) -> None:
    with Archive(tmp_path / "spool", url=url, rotate_at=1) as archive:
        archive.write(page(b"the same"))
    with Archive(tmp_path / "spool", url=url) as archive:
        first = archive.write(page(b"the same"))
        again = archive.write(page(b"the same", at=NOW + timedelta(days=1)))
        assert again[0] != first[0]
        assert archive.record(*again).kind == "revisit"
        assert archive.read(*again) == b"the same"


def test_a_killed_writers_spool_is_mended_and_uploaded(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/far"
    spool = tmp_path / "spool"
    name, offset = killed(spool, url)
    assert (there(url), torn(spool / name)) == ([], True)
    assert Archive(spool, url=url).read(name, offset) == b"whole"
    with Archive(spool, url=url) as archive:
        archive.write(page(b"later"))
    assert name in there(url)
    assert files(spool) == []
    assert archive.read(name, offset) == b"whole"
    check(*files(tmp_path / "far"))


def test_what_cannot_travel_waits_here(tmp_path: Path) -> None:
    (tmp_path / "far").write_bytes(b"a file where a folder should be")
    url, spool = f"file://{tmp_path}/far/deep", tmp_path / "spool"
    with Archive(spool, url=url) as archive:
        place = archive.write(page(b"waits"))
    assert {p.name for p in files(spool)} == {place[0], f"{place[0]}.open"}
    assert Archive(spool, url=url).read(*place) == b"waits"
    (tmp_path / "far").unlink()
    with Archive(spool, url=url) as archive:
        later = archive.write(page(b"later"))
    assert there(url) == sorted([place[0], later[0]])
    assert files(spool) == []


def test_an_upload_cut_short_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spooled = Spooled(tmp_path / "spool", f"file://{tmp_path}/far")
    monkeypatch.setattr(spooled._fs, "size", lambda _: 1)
    writing = spooled.create("a.warc.gz")
    writing.file.write(gzip.compress(b"a record"))
    spooled.finish(writing)
    with pytest.raises(OSError, match="1 bytes arrived instead of"):
        spooled.sweep()
    assert (tmp_path / "spool" / "a.warc.gz").exists()


def test_two_processes_share_a_spool(tmp_path: Path) -> None:
    url, spool = f"file://{tmp_path}/far", tmp_path / "spool"
    others = forked.finish_all(archiving.write_to_a_spool, [(str(spool), url)] * 3)
    said = [line for other in others for line in other.stdout.splitlines()]
    places = [line.split("|")[1:] for line in said if line.startswith("at|")]
    assert [other.returncode for other in others] == [0, 0, 0]
    archive = Archive(tmp_path / "elsewhere", url=url)
    assert len(places) == 180
    for name, offset, pid, n in places:
        assert archive.read(name, int(offset)).startswith(f"{pid} {n}".encode())
    assert files(spool) == []
    check(*files(tmp_path / "far"))


def test_a_url_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="GONGBAO_ARCHIVE_URL"):
        Archive(tmp_path, url="nonsense://bucket/x")


class Hosted(MemoryFileSystem):
    """Files of a host, `hosted://user:password@host/folder`; in its errors the whole URL."""

    protocol = "hosted"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return f"/{path.partition('@')[2] or path}"

    def size(self, path: str) -> int:
        raise ValueError(f"hosted://me:s3cret@host{path} is not there")


def test_who_logs_in_is_not_said(tmp_path: Path) -> None:
    fsspec.register_implementation("hosted", Hosted, clobber=True)
    archive = Archive(tmp_path / "spool", url="hosted://me:s3cret@host/warc")
    with pytest.raises(ArchiveError, match=r"hosted://host/warc/a.warc.gz") as missing:
        archive.read("a.warc.gz", 0)
    spooled = Spooled(tmp_path / "spool", "hosted://me:s3cret@host/warc")
    with pytest.raises(OSError, match=r"hosted://host/warc: hosted://host/.* is not there") as refused:
        spooled.put("b.warc.gz", io.BytesIO(b"x"))
    with pytest.raises(ConfigError, match="nonsense://bucket/x") as unknown:
        Archive(tmp_path, url="nonsense://me:s3cret@bucket/x")
    for caught in (missing, refused, unknown):
        assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(Settings(archive_url="hosted://me:s3cret@host/warc"))


def test_settings_say_where(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, archive_url=f"file://{tmp_path}/far")
    with Archive.from_settings(settings) as archive:
        place = archive.write(page(b"far"))
    assert (tmp_path / "far" / place[0]).exists()
    assert Archive.from_settings(settings).read(*place) == b"far"


def test_a_missing_or_damaged_file_far_away_is_named(tmp_path: Path, url: str) -> None:
    with Archive(tmp_path / "spool", url=url) as archive:
        place = archive.write(page(os.urandom(5000)))
    fs, root = fsspec.core.url_to_fs(url)
    data = bytearray(fs.cat_file(f"{root}/{place[0]}"))
    data[place[1] + 2500] ^= 0xFF
    fs.pipe_file(f"{root}/{place[0]}", bytes(data))
    with pytest.raises(ArchiveError, match=place[0]):
        archive.read(*place)
    fs.rm(f"{root}/{place[0]}")
    with pytest.raises(ArchiveError, match=place[0]):
        archive.read(*place)
