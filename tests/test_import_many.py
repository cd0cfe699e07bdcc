"""`gongbao import` of a folder: read on all cores, stopped and begun again, with front matter or without."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from ingest import file_import
from ingest.errors import StoreError
from ingest.local_files import files_of
from ingest.settings import Settings
from ingest.store import browse, extraction
from ingest.store import tables as t
from ingest.store.db import Store
from workers import extracting
from workers import import_files as importing
from workers.import_files import Imported, import_files

PLACES = ("铜梁区", "沙坪坝区", "渝北区", "荣昌区", "武侯区", "成华区")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Markdown and text, with front matter and without, in folders; one cannot be read."""
    made = tmp_path / "reports"
    for number, place in enumerate(PLACES):
        text = f"{place}2026年政府工作报告\n各位代表：\n现在向大会报告工作，请予审议。\n"
        text += f"今年的主要预期目标是：地区生产总值增长{number + 3}%左右，一般公共预算收入增长4%以上。\n"
        text += "".join(f"{place}第{n}项工作已经办好，投入资金{n * 7 + number}万元。\n" for n in range(8))
        above = f"---\ntitle: {place}2026年政府工作报告\nurl: https://example.org/{number}\n---\n"
        ending = "md" if number % 2 else "txt"
        path = made / f"{number}" / f"{place}.{ending}"
        path.parent.mkdir(parents=True)
        path.write_text((above if number > 2 else "") + text, encoding="utf-8")
    (made / "empty.md").write_text("---\ntitle: 空\n---\n", encoding="utf-8")
    return made


class Stopped(BaseException):
    pass


def run(folder: Path, tmp_path: Path, store: Store, **more: Any) -> tuple[Imported, list[str], list[str]]:
    read: list[str] = []
    said: list[str] = []

    def report(path: Path, outcome: str, *_: object) -> None:
        read.append(f"{path.stem} {outcome}")

    settings = Settings(data_dir=tmp_path / "data")
    given = {"report": report, "complain": lambda what: said.append(str(what)), "cores": 1} | more
    return import_files(settings, store, files_of(folder), official=True, **given), read, said


def told(store: Store) -> list[str]:
    with store.read() as tx:
        return sorted(tx.execute(select(t.events.c.id)).scalars())


@pytest.fixture
def open_store(tmp_path: Path, sqlite_template: Path) -> Callable[[str], Store]:
    def opened(name: str) -> Store:
        shutil.copy(sqlite_template, tmp_path / f"{name}.db")
        return Store.open(f"sqlite:///{tmp_path / name}.db")

    return opened


def test_stopped_anywhere_it_goes_on_and_tells_nothing_twice(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_store: Callable[[str], Store]
) -> None:
    whole = open_store("whole")
    done, read, said = run(folder, tmp_path, whole, cores=2)
    assert (done.files, done.failed, done.reports) == (7, 1, 6)
    assert read == [f"{place} NewVersion" for place in PLACES], "in the order of the files"
    assert "empty.md" in said[0]
    with whole.read() as tx:
        assert {row.url for row in browse.reports(tx)} >= {f"https://example.org/{n}" for n in (3, 4, 5)}

    broken = open_store("broken")
    stops: list[
        tuple[object, str, int]
    ] = [  # at which call: how many files come together, the machine decides
        (file_import, "keep_file", 2),  # before it is stored
        (importing, "finish", 3),  # stored, not extracted
        (extracting, "settle_locked", 1),  # extracted, nobody told
        (importing, "_report_of", 5),  # told, not said to the caller
    ]
    for where, name, turn in stops:
        count = 0

        def stop(*args: Any, _original: Any = getattr(where, name), _turn: int = turn, **more: Any) -> Any:
            nonlocal count
            count += 1
            if count == _turn:
                raise Stopped
            return _original(*args, **more)

        with monkeypatch.context() as patched:
            patched.setattr(importing, "TOGETHER", 2)
            patched.setattr(where, name, stop)
            with pytest.raises(Stopped):
                run(folder, tmp_path, broken)
    _, read, _ = run(folder, tmp_path, broken)
    assert len(read) == 6
    assert read[0].endswith("Unchanged")
    assert told(broken) == told(whole)
    again, read, _ = run(folder, tmp_path, broken)
    assert (again.reports, again.targets, again.events) == (0, 0, 0)
    assert {line.split()[1] for line in read} == {"Unchanged"}
    for store in (whole, broken):
        store.close()


def test_a_report_that_cannot_be_settled_costs_the_others_nothing(
    folder: Path, tmp_path: Path, open_store: Callable[[str], Store]
) -> None:
    store = open_store("one")
    run(folder / "0", tmp_path, store)
    with store.begin() as tx:  # its text waits anew, and cannot be put aside without settling it
        tx.execute(update(t.versions).values(extracted_at=None))
        tx.execute(update(t.reports).values(unsettled_since=datetime.now(UTC)))
        tx.execute(update(t.copies).values(relation="of tomorrow"))
    done, read, said = run(folder / "1", tmp_path, store)
    assert len(read) == 1
    assert (done.files, done.failed, done.reports) == (1, 0, 1)
    assert done.targets > 0
    assert done.events > 0
    assert {line.partition(":")[0] for line in said} == {
        "extraction failed, trying again",
        "a report could not be settled, and waits",
    }
    store.close()


def test_a_database_that_takes_nothing_ends_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_store: Callable[[str], Store]
) -> None:
    store = open_store("full")

    def full(*_: object) -> None:
        raise StoreError("database or disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(extraction, "save_drafts", full)
        with pytest.raises(StoreError, match="full"):
            run(folder, tmp_path, store)
    done, _, _ = run(folder, tmp_path, store)
    assert done.targets > 0
    store.close()
