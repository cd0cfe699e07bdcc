"""From one version to the next and back: every store that was ever released is upgraded, with all it holds.

Today's is among them, made as it will be kept. So that there is something to upgrade it to, a version of
tomorrow adds a column. Migrations themselves are test_store_db.py's; exports, test_moves.py's.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ingest import export
from ingest.archive.archive import Archive
from ingest.errors import StoreError
from ingest.store import schema
from ingest.store.db import Store
from ingest.store.schema import newest
from tests.support.kept_stores import STORES, events, keep, rows, unpack
from tests.support.service import Gongbao

KEPT = sorted(file.name.removesuffix(".sql.gz") for file in STORES.glob("*.sql.gz"))
TODAY = "today"
TOMORROW = """
import sqlalchemy as sa
from alembic import op
revision = "tomorrow"
down_revision = "{newest}"
def upgrade():
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("of_tomorrow", sa.Text()))
"""


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    keep(folder, TODAY)
    return folder


@pytest.fixture(params=[*KEPT, TODAY])
def kept(request: pytest.FixtureRequest, today: Path) -> Path:
    """The folder and name of a kept store, without its ending."""
    return (today if request.param == TODAY else STORES) / request.param


@pytest.fixture
def file(kept: Path, tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    unpack(kept.with_name(f"{kept.name}.sql.gz"), tmp_path / "data" / "gongbao.db")
    return tmp_path / "data" / "gongbao.db"


@pytest.fixture
def tomorrow(tmp_path: Path) -> Path:
    """The migrations of a later version."""
    folder = tmp_path / "migrations"
    shutil.copytree(str(schema.MIGRATIONS), folder)
    (folder / "versions" / "tomorrow.py").write_text(TOMORROW.format(newest=newest()))
    return folder


def revision(file: Path) -> str:
    with closing(sqlite3.connect(file)) as read:
        return str(read.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def upgraded(file: Path) -> list[tuple[int, str]]:
    """Its events, after this program has brought it up to date."""
    store = Store.open(f"sqlite:///{file}")
    try:
        store.migrate()
        store.check()
        return events(store)
    finally:
        store.close()


def test_it_is_upgraded_with_all_it_holds_and_a_copy_is_kept(
    file: Path, tomorrow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, of = rows(file), revision(file)
    assert before["events"] > 10
    monkeypatch.setattr(schema, "MIGRATIONS", tomorrow)
    told = upgraded(file)
    assert revision(file) == "tomorrow"
    assert len(told) == before["events"]
    after = rows(file)
    assert {name: after[name] for name in ("reports", "versions", "subscriptions", "deliveries")} == {
        name: before[name] for name in ("reports", "versions", "subscriptions", "deliveries")
    }

    copy = file.with_name("gongbao.db.before-tomorrow")
    assert (revision(copy), rows(copy)) == (of, before)
    assert copy.stat().st_mode & 0o777 == 0o600
    upgraded(file)  # nothing is left to do, and the copy stays as it was
    assert revision(copy) == of
    assert not list(file.parent.glob("*.before-*.*"))


def test_an_older_program_refuses_and_the_copy_leads_back(
    file: Path, tomorrow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(schema, "MIGRATIONS", tomorrow)
        told = upgraded(file)
    gongbao = Gongbao(file.parent, {"GONGBAO_WEB_PORT": "0"})
    for command in ("up", "migrate", "poll", "work", "serve", "reports"):
        said = gongbao(command, code=3).stderr
        assert "revision tomorrow, of a newer gongbao than this one" in said, command
        assert "gongbao.db.before-tomorrow" in said, command
    assert revision(file) == "tomorrow"

    for log in file.parent.glob("gongbao.db-*"):
        log.unlink()
    file.with_name("gongbao.db.before-tomorrow").replace(file)
    assert upgraded(file) == told
    assert "政府工作报告" in gongbao("reports").stdout


def test_without_a_copy_nothing_is_changed(
    file: Path, tomorrow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, before = revision(file), rows(file)
    monkeypatch.setattr(schema, "MIGRATIONS", tomorrow)
    (file.parent / "gongbao.db.before-tomorrow").mkdir()  # in the way
    with pytest.raises(StoreError, match=r"not be copied to .*before-tomorrow.*nothing has been changed"):
        upgraded(file)
    assert (revision(file), rows(file)) == (of, before)
    assert not list(file.parent.glob("*.before-*.*"))


@pytest.mark.both_databases
def test_its_export_is_read_by_this_version(kept: Path, store: Store, tmp_path: Path) -> None:
    with closing(Archive(tmp_path / "warc")) as archive:
        manifest = export.take_in(store, kept.with_name(f"{kept.name}.zip"), archive)
    known = {table.name: table.rows for table in manifest.tables}
    assert len(events(store)) == known["events"]
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM reports").scalar_one() == known["reports"]


def test_every_released_version_is_kept_whole() -> None:
    """Whoever releases one runs `make keep-store` before."""
    assert {file.name.removesuffix(".zip") for file in STORES.glob("*.zip")} == set(KEPT)


def test_a_fresh_database_needs_no_copy(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'gongbao.db'}")
    store.migrate()
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["gongbao.db"]
    assert newest()
