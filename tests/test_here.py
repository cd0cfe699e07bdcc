"""`ingest.process.healthcheck`: a container is well when this instance is, not any process in its role."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.process import healthcheck as health
from ingest.process.healthcheck import Seen, look
from ingest.process.instance import Note, instance_name, noted, notes
from ingest.roles import SILENT_AFTER
from ingest.settings import Settings
from ingest.store import presence
from ingest.store.db import Store
from tests.support.service import Gongbao, until

# A source that is not due: the poller has nothing to fetch, and beats.
QUIET = """slug = "quiet"
name = "某县"
kind = "portal"
home = "http://127.0.0.1:9/"

[[lists]]
url = "http://127.0.0.1:9/"
"""


@pytest.fixture
def gongbao(tmp_path: Path) -> Gongbao:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "quiet.toml").write_text(QUIET, encoding="utf-8")
    made = Gongbao(
        tmp_path,
        {"GONGBAO_RUN_DIR": str(tmp_path / "run"), "GONGBAO_SOURCES_DIR": str(tmp_path / "sources")},
    )
    made("migrate")
    return made


def here(gongbao: Gongbao, now: datetime | None = None) -> list[Seen]:
    settings = Settings(data_dir=gongbao.folder, run_dir=gongbao.folder / "run")
    return list(look(settings, now or datetime.now(UTC)))


def well(found: list[Seen]) -> dict[str, bool]:
    return {seen.role: seen.well for seen in found}


def beats(gongbao: Gongbao) -> Iterator[presence.Beat]:
    store = Store.open(f"sqlite:///{gongbao.folder / 'gongbao.db'}")
    try:
        with store.read() as tx:
            yield from presence.beats(tx)
    finally:
        store.close()


def test_a_poller_that_hangs_is_ill_while_its_process_lives(gongbao: Gongbao) -> None:
    assert gongbao("doctor", "--quiet", "--here", code=1).stdout.startswith("fault here")
    with gongbao.running("poll") as poller:
        until(lambda: list(beats(gongbao)))
        assert "last heard of" in gongbao("doctor", "--here").stdout
        poller.send_signal(signal.SIGSTOP)
        try:
            # The next beats do not come; the health check asks again later.
            (last,) = beats(gongbao)
            found = here(gongbao, last.beat_at + SILENT_AFTER + timedelta(seconds=1))
            assert well(found) == {"poll": False}
            assert "silent since" in found[0].text
            assert poller.poll() is None
        finally:
            poller.send_signal(signal.SIGCONT)
        assert well(here(gongbao, last.beat_at + SILENT_AFTER)) == {"poll": True}
    assert list(beats(gongbao)) == []  # it said goodbye
    assert notes(gongbao.folder / "run") == []


def test_another_instance_of_the_role_does_not_make_this_one_well(gongbao: Gongbao) -> None:
    run, now = gongbao.folder / "run", datetime.now(UTC)
    store = Store.open(f"sqlite:///{gongbao.folder / 'gongbao.db'}")
    try:
        with noted(run, "send") as mine:
            with store.begin() as tx:
                presence.beat(tx, "send", instance_name(), now)
            assert well(here(gongbao)) == {"send": False}
            with store.begin() as tx:
                presence.beat(tx, "send", mine, now)
            assert well(here(gongbao)) == {"send": True}
    finally:
        store.close()


def test_a_role_that_was_killed_is_missed(gongbao: Gongbao) -> None:
    with gongbao.running("work") as worker:
        until(lambda: list(beats(gongbao)))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert well(here(gongbao)) == {"work": False}
    assert "gone without a word" in here(gongbao)[0].text


def test_a_web_server_must_answer(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, run_dir=tmp_path, web_port=1)
    with noted(tmp_path, "serve"):
        (found,) = look(settings, datetime.now(UTC))
    assert (found.role, found.well) == ("serve", False)
    assert "127.0.0.1:1/healthz" in found.text


def test_a_web_server_that_is_told_to_stop_takes_its_note_away(gongbao: Gongbao) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    there = Gongbao(gongbao.folder, {**gongbao.settings, "GONGBAO_WEB_PORT": port})
    settings = Settings(data_dir=there.folder, run_dir=there.folder / "run", web_port=int(port))
    with there.running("serve") as server:
        until(lambda: well(list(look(settings, datetime.now(UTC)))).get("serve"))
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert notes(there.folder / "run") == []


def test_a_note_is_taken_away_by_its_own_process_only(tmp_path: Path) -> None:
    with noted(tmp_path, "poll") as first:
        assert notes(tmp_path) == [Note("poll", first, os.getpid())]
        with noted(tmp_path, "poll") as second:
            assert [note.instance for note in notes(tmp_path)] == [second] != [first]
        assert notes(tmp_path) == []
    (tmp_path / "poll.json").write_text("no note")
    assert notes(tmp_path) == []


def test_the_check_says_what_is_wrong_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert health.main() == 1
    monkeypatch.setenv("GONGBAO_RUN_DIR", str(tmp_path))
    assert health.main() == 1
    said = capsys.readouterr().out.splitlines()
    assert ["GONGBAO_RUN_DIR is not set" in said[0], "no role has been started" in said[1]] == [True, True]


def test_without_a_folder_nothing_is_noted_and_the_question_is_refused(tmp_path: Path) -> None:
    with noted(None, "poll") as name:
        assert str(os.getpid()) in name
    with pytest.raises(ConfigError, match="GONGBAO_RUN_DIR is not set"):
        list(look(Settings(data_dir=tmp_path), datetime.now(UTC)))
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ConfigError, match="GONGBAO_RUN_DIR"), noted(blocked, "poll"):
        pass
