"""docs/backup.md: its commands are run as they stand there, in its order."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine
from typer.testing import CliRunner

import gongbao
from ingest.store.db import Store
from tests.support import site_data
from tests.support.databases import postgres_tools
from tests.support.site_server import served

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "backup.md").read_text()


def block(heading: str, number: int = 0, language: str = "sh") -> str:
    """The commands under a heading."""
    [section] = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return str(re.findall(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)[number])


class Shell:
    """Runs the commands of the document in a folder, `gongbao` in this process; they must all succeed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch
        monkeypatch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("GONGBAO_")]:
            monkeypatch.delenv(name)

    def __call__(self, commands: str) -> str:
        said = ""
        for line in commands.splitlines():
            words = self._expanded(line)
            if words[:1] == ["export"]:
                name, _, value = words[1].partition("=")
                self.patch.setenv(name, value)
            elif words[:1] == ["gongbao"]:
                done = CliRunner().invoke(gongbao.app, words[1:])
                assert done.exit_code == 0 or words[1] == "doctor", (line, done.output, done.exception)
                said += done.output
            else:
                subprocess.run(words, check=True)
        return said

    def _expanded(self, line: str) -> list[str]:
        """As bash reads the line: variables, $(…), quotes, comments."""
        done = subprocess.run(
            ["bash", "-euc", f"printf '%s\\0' {line}"], check=True, capture_output=True, text=True
        )
        return done.stdout.split("\0")[:-1]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


def seed(shell: Shell, folder: Path) -> bytes:
    """A data folder with a winter of reports, a webhook and an imported file; its feed."""
    report = folder / "report.txt"
    report.write_text(
        "重庆市铜梁区人民政府工作报告\n各位代表：2026年主要预期目标是：地区生产总值增长6%左右。\n" * 3
    )
    shell("gongbao import report.txt")
    store = Store.open(sqlite_of(folder))
    site_data.seed(store)
    store.close()
    shell("gongbao webhooks add https://example.org/hook")
    return feed(sqlite_of(folder))


def feed(url: str) -> bytes:
    store = Store.open(url)
    store.check()
    with served(store) as base:
        answer = httpx.get(f"{base}/feed.atom", trust_env=False)
    store.close()
    return answer.content.replace(base.encode(), b"")


def next_event(url: str) -> int:
    store = Store.open(url)
    with store.begin() as tx:
        number = tx.exec_driver_sql(
            "INSERT INTO events (id, type, subject, occurred_at, data) "
            "VALUES ('evt_x', 'x', 'x', '2026-01-01 00:00:00', '{}') RETURNING sequence"
        ).scalar_one()
    store.close()
    return int(number)


def sqlite_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'gongbao-data' / 'gongbao.db'}"


def test_back_up_lose_everything_restore(shell: Shell, tmp_path: Path) -> None:
    before = seed(shell, tmp_path)
    assert "whole" in shell(block("Back up"))
    (tmp_path / "gongbao-data").rename(tmp_path / "lost")
    said = shell(block("Restore"))
    assert "cannot be opened" not in said
    assert feed(sqlite_of(tmp_path)) == before
    assert "铜梁区" in shell("gongbao evidence work_report/500151/2026 --out -")
    assert next_event(sqlite_of(tmp_path)) > 100_000


def test_restore_with_the_databases_own_tools(shell: Shell, tmp_path: Path) -> None:
    before = seed(shell, tmp_path)
    shell("mkdir backup")
    shell(next(line for line in block("Back up", 1).splitlines() if line.startswith("sqlite3")))
    (tmp_path / "gongbao-data" / "gongbao.db").unlink()
    (tmp_path / "backup" / "gongbao.db").rename(tmp_path / "gongbao-data" / "gongbao.db")
    shell("gongbao migrate")
    skip = block("Restore", language="sql").splitlines()[0].partition(";")[0]
    shell(f'sqlite3 gongbao-data/gongbao.db "{skip}"')
    assert feed(sqlite_of(tmp_path)) == before
    assert next_event(sqlite_of(tmp_path)) > 100_000


def test_move_to_postgresql_and_dump_it(shell: Shell, tmp_path: Path, bare_postgres: str) -> None:
    before = seed(shell, tmp_path)
    move = block("From `up` to PostgreSQL")
    assert "postgresql+psycopg://gongbao:PASSWORD@localhost/gongbao" in move
    said = shell(move.replace("postgresql+psycopg://gongbao:PASSWORD@localhost/gongbao", bare_postgres))
    assert "cannot be opened" not in said
    assert feed(bare_postgres) == before
    shell.patch.setenv("PGURL", bare_postgres.replace("+psycopg", ""))
    shell.patch.setenv("PATH", os.pathsep.join([str(postgres_tools()), os.environ["PATH"]]))
    shell("mkdir backup")
    shell(next(line for line in block("Back up", 1).splitlines() if line.startswith("pg_dump")))
    shell('psql -qc "DROP SCHEMA public CASCADE; CREATE SCHEMA public" $PGURL')
    shell(re.findall(r"`(pg_restore .*?)`", TEXT)[0])
    engine = create_engine(bare_postgres)
    with engine.begin() as tx:
        tx.exec_driver_sql(block("Restore", language="sql").splitlines()[1].partition(";")[0])
    engine.dispose()
    assert feed(bare_postgres) == before
    assert next_event(bare_postgres) > 100_000
