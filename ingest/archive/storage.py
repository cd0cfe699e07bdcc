"""Where WARC files are kept: a folder; or any fsspec URL, with a folder as the spool before it.

A file that is being written has a marker, `NAME.open`, locked by its writer. The kernel drops the lock when
the writer dies, so a marker that nobody holds says: killed. Whoever comes next cuts the torn end off and, if
there is a URL, uploads the file. Object stores cannot append, so only finished files go there.

What is in the files is warc.py; when a file is finished is archive.py's decision.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from ingest.archive.warc import whole_length
from ingest.errors import ConfigError, GongbaoError

log = structlog.get_logger(__name__)

MARK = ".open"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.warc\.gz")
_USER = re.compile(r"""(?<=://)[^/\s'"]*@""")


@dataclass(slots=True)
class Writing:
    """A file under way. `file` is unbuffered: what a write could not place must not be written later."""

    name: str
    file: io.FileIO
    marker: int  # descriptor that holds the lock
    owner: int  # process id; a forked child must not write into its parent's file


class Folder:
    """WARC files in a folder of this machine. Any number of processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def create(self, name: str) -> Writing:
        """A new file, marked as being written. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        marker = self._mark(name)
        try:
            file = (self.folder / name).open("xb", buffering=0)
        except BaseException:
            self._marker(name).unlink(missing_ok=True)
            os.close(marker)
            raise
        return Writing(name, file, marker, os.getpid())

    def finish(self, writing: Writing) -> None:
        """Nobody writes to this file any more; in a forked child only its copy of the descriptors closes."""
        writing.file.close()
        if writing.owner == os.getpid():
            self._finished(writing.name)
        os.close(writing.marker)

    def sweep(self) -> None:
        """Mend the files of writers that were killed. Raises OSError."""
        for name in self._left_behind():
            _mend(self.folder / name)
            self._marker(name).unlink(missing_ok=True)

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """A file to read, also while it is written. Raises OSError, also for a name that is none of ours."""
        with self._path(name).open("rb") as file:
            yield file

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def names(self) -> list[str]:
        """All files, also those that are being written. Raises OSError."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if NAME.fullmatch(path.name))

    def finished(self, name: str) -> bool:
        """Whether nobody writes to it any more, and it has nowhere to travel."""
        return not self._marker(name).exists()

    @contextmanager
    def whole(self, name: str) -> Iterator[tuple[IO[bytes], int]]:
        """A file, and how many bytes from its start are whole records. Raises OSError."""
        done = self.finished(name)
        with self.reading(name) as file:
            length = file.seek(0, os.SEEK_END) if done else whole_length(file)
            file.seek(0)
            yield file, length

    def put(self, name: str, content: IO[bytes]) -> None:
        """A finished file from elsewhere. Raises OSError, also when there is one of that name."""
        self._path(name)
        with self._draft(name, content) as draft:
            os.link(draft, self.folder / name)

    def remove(self, name: str) -> None:
        """Raises OSError."""
        self._path(name).unlink(missing_ok=True)

    @contextmanager
    def _draft(self, name: str, content: IO[bytes]) -> Iterator[Path]:
        """These bytes on the disk of the folder, under a name that no reader looks for."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{name}.{os.getpid()}"
        try:
            with draft.open("xb") as file:
                shutil.copyfileobj(content, file, 2**20)
                file.flush()
                os.fsync(file.fileno())
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise FileNotFoundError(f"{name!r} is not the name of a file of this archive")
        return self.folder / name

    def _marker(self, name: str) -> Path:
        return self.folder / (name + MARK)

    def _finished(self, name: str) -> None:
        self._marker(name).unlink(missing_ok=True)

    def _mark(self, name: str) -> int:
        """Make the marker and lock it. A sweep between the two takes it away again: then once more."""
        while True:
            marker = os.open(self._marker(name), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
            fcntl.flock(marker, fcntl.LOCK_EX)
            if os.fstat(marker).st_nlink:
                return marker
            os.close(marker)

    def _left_behind(self) -> Iterator[str]:
        """Names whose marker nobody holds; each is held by us until the next is asked for."""
        for path in sorted(self.folder.glob(f"*{MARK}")):
            with _held(path) as ours:
                if ours:
                    yield path.name.removesuffix(MARK)


def _mend(path: Path) -> None:
    """Cut off what a kill left of the last record."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        whole, size = whole_length(file), file.seek(0, os.SEEK_END)
        if whole < size:
            file.truncate(whole)
            log.warning("torn end of a WARC file cut off", file=str(path), bytes=size - whole)


@contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Lock a marker if nobody holds it; False when somebody does, or when it is gone."""
    try:
        marker = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = os.fstat(marker).st_nlink > 0
        except BlockingIOError:
            ours = False
        yield ours
    finally:
        os.close(marker)


class Spooled(Folder):
    """WARC files under an fsspec URL; `folder` keeps each until it is finished and safely there.

    A finished file keeps its marker until `sweep` has uploaded it, so one that could not be uploaded, or
    whose writer died, is taken by the next sweep of anybody who shares the folder.
    """

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self._url = shown(url).rstrip("/")
        self._fs, self._root = _filesystem(url.rstrip("/"))

    def __str__(self) -> str:
        return self._url

    def sweep(self) -> None:
        """Upload what is finished. Raises OSError when the far side refuses; nothing is lost by that."""
        for name in self._left_behind():
            path = self.folder / name
            _mend(path)
            if path.exists() and path.stat().st_size:
                self._upload(path, name)
            path.unlink(missing_ok=True)
            self._marker(name).unlink(missing_ok=True)

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        here = self._path(name)
        with ExitStack() as stack:
            try:
                # Open, it can be read to its end even if it is uploaded and removed meanwhile.
                file = stack.enter_context(here.open("rb"))
            except FileNotFoundError:  # removed, so it has arrived
                stack.enter_context(_far_away(f"reading {self._url}/{name}"))
                file = stack.enter_context(self._fs.open(f"{self._root}/{name}", "rb"))
            yield file

    def has(self, name: str) -> bool:
        if super().has(name):
            return True
        with _far_away(f"looking for {self._url}/{name}"):
            return bool(self._fs.exists(f"{self._root}/{name}"))

    def names(self) -> list[str]:
        found = set(super().names())
        with _far_away(f"listing {self._url}"):
            self._fs.invalidate_cache()
            with suppress(FileNotFoundError):  # nothing was uploaded yet
                found.update(str(path).rsplit("/", 1)[-1] for path in self._fs.ls(self._root, detail=False))
        return sorted(name for name in found if NAME.fullmatch(name))

    def put(self, name: str, content: IO[bytes]) -> None:
        if self.has(name):
            raise FileExistsError(f"{self._url}/{name} is there already")
        with self._draft(name, content) as draft:
            self._upload(draft, name)

    def remove(self, name: str) -> None:
        super().remove(name)
        with _far_away(f"removing {self._url}/{name}"):
            if self._fs.exists(f"{self._root}/{name}"):
                self._fs.rm_file(f"{self._root}/{name}")

    def _finished(self, name: str) -> None:
        """The marker stays: the file has still to travel."""

    def _upload(self, path: Path, name: str) -> None:
        there = f"{self._root}/{name}"
        with _far_away(f"uploading {path} to {self._url}"):
            self._fs.makedirs(self._root, exist_ok=True)
            self._fs.put_file(str(path), there)
            if (arrived := self._fs.size(there)) != (size := path.stat().st_size):
                raise OSError(f"{arrived} bytes arrived instead of {size}")
        log.info("WARC file uploaded", file=name, bytes=size, to=self._url)


def shown(text: str) -> str:
    """Without what stands before a host: sftp://user:secret@host is shown as sftp://host."""
    return _USER.sub("", text)


@contextmanager
def _far_away(doing: str) -> Iterator[None]:
    """Every file system behind fsspec has errors of its own; here they all become OSError."""
    try:
        yield
    except GongbaoError:
        raise
    except FileNotFoundError as exc:
        raise FileNotFoundError(shown(str(exc))) from exc
    except Exception as exc:
        raise OSError(shown(f"{doing}: {exc or type(exc).__name__}")) from exc


def _filesystem(url: str) -> tuple[Any, str]:
    # Only those who keep their archive elsewhere pay for the import.
    from fsspec.core import url_to_fs

    try:
        fs, root = url_to_fs(url)  # type: ignore[no-untyped-call]
    except (ImportError, ValueError) as exc:
        raise ConfigError(
            f"GONGBAO_ARCHIVE_URL {shown(url)!r}: {shown(str(exc))}. An fsspec URL such as s3://bucket/warc;"
            " its file system must be installed (s3fs, ossfs, gcsfs, adlfs …)."
        ) from exc
    return fs, str(root).rstrip("/")


def storage(folder: Path, url: str | None) -> Folder:
    """Raises ConfigError for a URL that fsspec does not know."""
    return Folder(folder) if url is None else Spooled(folder, url)
