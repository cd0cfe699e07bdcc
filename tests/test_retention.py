"""What is forgotten after the days that the settings say, and what never is: what a report stands on."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from structlog.testing import capture_logs
from test_evidence import World, body

from alerts.cli.doctor import Level, examine
from ingest import retention
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, StoreError
from ingest.evidence import payload
from ingest.retention import Forgotten, day_of, forget
from ingest.settings import Settings
from ingest.store import retention as kept
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.archiving import page
from tests.support.web_server import WebServer

LATER = datetime.now(UTC) + timedelta(days=100)


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[World]:
    """A page that was changed to and fro and was away for a while; each look has a WARC file of its own."""
    with WebServer() as server:
        made = World(server, store, tmp_path)
        for number in range(5):
            made.shows(body("5.5%" if number % 2 == 0 else "6%"))
            made.look()
        made.server.page("/a.html", status=404)
        made.look()
        made.look()
        made.shows(body("5.5%"))
        made.look()
        yield made


def settings(world: World, captures: float = 0.0, warc: float = 0.0) -> Settings:
    return world.settings.model_copy(update={"capture_days": captures, "warc_days": warc})


def captures(store: Store) -> list[int]:
    with store.read() as tx:
        return list(tx.scalars(select(t.captures.c.id).order_by(t.captures.c.id)))


def test_nothing_is_forgotten_unless_it_is_asked_for_and_old(world: World, store: Store) -> None:
    before = (captures(store), world.archive.names())
    assert forget(settings(world), store, world.archive, LATER) == Forgotten()
    assert forget(settings(world, 1, 1), store, world.archive, datetime.now(UTC)) == Forgotten()
    assert forget(settings(world, 365, 365), store, world.archive, LATER) == Forgotten()
    assert (captures(store), world.archive.names()) == before
    # Files alone: each has a capture in it still.
    forget(settings(world, 0, 30), store, world.archive, LATER)
    assert captures(store) == before[0]
    for exhibit in world.exhibits():
        if exhibit.capture.status == 200:
            payload(world.archive, exhibit)


@pytest.mark.both_databases
def test_what_a_report_stands_on_stays_with_its_bytes(world: World, store: Store) -> None:
    files = world.archive.names()
    exhibits = world.exhibits()
    with capture_logs() as logs:
        gone = forget(settings(world, 30, 30), store, world.archive, LATER)
    left = world.exhibits()
    lost = [e for e in exhibits if e.id not in {one.id for one in left}]
    assert gone.captures == len(lost) > 0
    # Of each text the newest, and the first, which may have the bytes that later records only point at.
    assert {e.content_hash for e in left} == {e.content_hash for e in exhibits}
    newest = {(e.content_hash, e.capture.status): e.id for e in exhibits}
    assert set(newest.values()) <= {e.id for e in left}
    assert gone.files == len(files) - len(world.archive.names()) > 0
    assert {e.capture.warc_file for e in lost} & set(files) > set()
    assert not {e.capture.warc_file for e in lost} & set(world.archive.names())
    for exhibit in left:
        if exhibit.capture.status == 200:
            assert hashlib.sha256(payload(world.archive, exhibit)).hexdigest() == exhibit.capture.sha256
    assert {one["event"] for one in logs} == {"old captures pruned", "old WARC file removed"}
    assert forget(settings(world, 30, 30), store, world.archive, LATER) == Forgotten()
    assert world.look() == "Unchanged"
    world.shows(body("6%"))
    assert world.look() == "NewCopy"


def test_files_that_are_written_or_not_ours_stay(world: World, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    written = folder / "gongbao-20200101-host-1-00000000.warc.gz"
    for name in (written.name, f"{written.name}.open", "other-20200101.warc.gz", "gongbao-2020-x.warc.gz"):
        (folder / name).write_bytes(b"")
    (folder / "gongbao-20200101-host-2-00000000.warc.gz").write_bytes(b"")
    before = set(world.archive.names())
    assert forget(settings(world, 0, 30), store, world.archive, datetime.now(UTC)).files == 1
    assert before - set(world.archive.names()) == {"gongbao-20200101-host-2-00000000.warc.gz"}
    assert day_of("gongbao-20209999-x.warc.gz") is None


@pytest.mark.both_databases
def test_one_forgets_at_a_time(world: World, store: Store) -> None:
    with store.begin() as tx:
        assert kept.locked(tx)
        if tx.dialect.name == "postgresql":
            assert forget(settings(world, 30), store, world.archive, LATER).captures == 0
    assert forget(settings(world, 30), store, world.archive, LATER).captures > 0


def test_a_record_that_a_capture_names_repeats_only_what_the_store_knows(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        answer = page(b"<p>text</p>")
        kinds = [
            archive.record(*archive.write(answer, passing=passing)).kind for passing in (True, False, True)
        ]
    assert kinds == ["response", "response", "revisit"]


def test_rounds_are_made_while_the_poller_is_at_work(
    world: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = threading.Event()
    real = retention.forget

    def told(*args: object) -> Forgotten:
        try:
            return real(*args)  # type: ignore[arg-type]
        finally:
            made.set()

    monkeypatch.setattr(retention, "forget", told)

    async def scenario(asked: Settings) -> bool:
        async with retention.at_work(asked, store, world.archive):
            return await asyncio.to_thread(made.wait, 20 if asked.warc_days else 0)

    assert asyncio.run(scenario(settings(world, 0, 1)))
    made.clear()
    assert not asyncio.run(scenario(settings(world)))


@pytest.mark.parametrize("trouble", [StoreError("away"), ValueError("nobody foresaw this")])
def test_a_round_that_failed_is_said_and_not_the_last(
    world: World, store: Store, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    rounds: list[object] = []
    made = threading.Event()

    def failing(*args: object) -> Forgotten:
        rounds.append(args)
        if len(rounds) == 1:
            raise trouble
        made.set()
        return Forgotten()

    monkeypatch.setattr(retention, "forget", failing)
    monkeypatch.setattr(retention, "EVERY", 0.0)

    async def scenario() -> bool:
        async with retention.at_work(settings(world, 0, 1), store, world.archive):
            return await asyncio.to_thread(made.wait, 20)

    with capture_logs() as logs:
        assert asyncio.run(scenario())
    assert str(trouble) in next(log["error"] for log in logs if log["log_level"] in ("warning", "error"))


def test_a_folder_that_cannot_be_looked_into_is_an_error_of_the_archive(world: World) -> None:
    with pytest.raises(ArchiveError, match="is finished"):
        world.archive.finished("gongbao-20260101-" + "x" * 300)


def test_the_doctor_says_how_long_what_is_kept(world: World, store: Store) -> None:
    asked = settings(world, 30).model_copy(
        update={"database_url": SecretStr(store._engine.url.render_as_string(False))}
    )
    [said] = [found.text for found in examine(asked, datetime.now(UTC)) if found.about == "kept"]
    assert f"{len(captures(store))} captures since {datetime.now(UTC):%F} (30 days)" in said
    assert "8 WARC files (for ever), deliveries 90 days" in said


def test_the_doctor_says_once_that_there_is_no_database(world: World) -> None:
    away = SecretStr("postgresql+psycopg://127.0.0.1:1/x")
    asked = settings(world, 30).model_copy(update={"database_url": away})
    faults = [found.about for found in examine(asked, datetime.now(UTC)) if found.level is Level.FAULT]
    assert "database" in faults
    assert "kept" not in faults
