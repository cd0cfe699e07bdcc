"""One file that hangs or stops its reader costs an import, or `extract`, nothing but itself."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from ingest import file_import, local_files
from ingest.model import Reading
from ingest.reading import NO_HINTS, ReadingHints, read_document
from ingest.settings import Settings
from ingest.store.db import Store
from tests.support.watched_report import LINES, TITLE
from workers.import_files import import_files
from workers.read_documents import read_documents


def hostile(raw: bytes, url: str, hints: ReadingHints = NO_HINTS) -> Reading:
    """As read_document, where a file does not stop it."""
    if b"hang" in raw:
        re.fullmatch(r"(?:a|a)+b", "a" * 60)
    if b"crash" in raw:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"fault" in raw:
        raise KeyError("nobody foresaw this")
    return read_document(raw, url, hints)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(file_import, "read_document", hostile)
    monkeypatch.setattr(local_files, "read_document", hostile)
    names = ["1-hang", "2-crash", "3-fault", "4-report"]
    text = "\n".join([TITLE, *LINES])
    for name in names:
        (tmp_path / f"{name}.txt").write_text(f"{name}\n" if "report" not in name else text, encoding="utf-8")
    return [tmp_path / f"{name}.txt" for name in names]


def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", reading_seconds=1.0)


def test_an_import_goes_on_with_the_next_file(
    files: list[Path], tmp_path: Path, sqlite_template: Path
) -> None:
    database = tmp_path / "one.db"
    database.write_bytes(sqlite_template.read_bytes())
    store = Store.open(f"sqlite:///{database}")
    said: list[str] = []
    read: list[Path] = []
    done = import_files(
        settings(tmp_path),
        store,
        files,
        official=True,
        report=lambda path, *_: read.append(path),
        complain=lambda what: said.append(str(what)),
    )
    store.close()
    assert (done.files, done.failed, read) == (4, 3, [files[3]])
    assert (done.reports, done.targets) == (1, 6)
    assert "processor time" in said[0]
    assert "signal 11" in said[1]
    assert "a fault of gongbao" in said[2]


def test_extract_goes_on_with_the_next_document(files: list[Path], tmp_path: Path) -> None:
    """One that hangs is stopped by the same reader as in an import."""
    said: list[object] = []
    documents = read_documents(settings(tmp_path), map(str, files[1:]), region=None, complain=said.append)
    assert [document.source for document in documents] == [str(files[3])]
    assert len(said) == 2
