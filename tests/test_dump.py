"""A dump: each row of the store as Parquet, of one moment, whole or not there; others can read it."""

from __future__ import annotations

import fcntl
import io
import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pyarrow import parquet as files
from sqlalchemy import func, select
from typer.testing import CliRunner

import gongbao
from alerts.listing import dataset, parquet
from alerts.listing.dataset import TABLES
from alerts.listing.dataset_files import DICTIONARY, PACKAGE, Written, dump
from alerts.listing.dataset_rows import batches
from alerts.web.api import dump as over_http
from ingest.errors import ConfigError, ExportError
from ingest.store import browse, outbox
from ingest.store import dataset as stored_rows
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support import site_data
from tests.support.service import Gongbao
from tests.support.site_server import served, stored
from tests.support.subscribers import report_event, tell

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """A store and a dump of it."""
    folder = tmp_path_factory.mktemp("dump")
    with stored(folder / "data") as store:
        dump(store, folder / "made", NOW, texts=True)
        yield store, folder / "made"


def rows_in(store: Store) -> dict[str, int]:
    """How many the store has of each table that is one of its own."""
    own = {"texts": t.versions}
    with store.read() as tx:
        return {
            name: tx.scalar(select(func.count()).select_from(table)) or 0
            for name in TABLES
            if (table := own.get(name, t.metadata.tables.get(name))) is not None
        }


def test_others_read_as_many_rows_as_the_store_has(kept: tuple[Store, Path]) -> None:
    import duckdb
    import pandas
    import polars

    store, folder = kept
    expected = rows_in(store)
    assert expected["targets"] > 20
    with store.read() as tx:
        expected["verdicts"] = len(browse.targets(tx, limit=10_000))
    with closing(duckdb.connect()) as db:
        for name, count in expected.items():
            file = folder / f"{name}.parquet"
            assert len(pandas.read_parquet(file)) == count, name
            assert polars.read_parquet(file).height == count, name
            assert db.execute(f"SELECT count(*) FROM '{file}'").fetchall() == [(count,)], name
        joined = db.execute(
            f"SELECT count(*) FROM '{folder}/targets.parquet' t"
            f" JOIN '{folder}/reports.parquet' r ON t.report_key = r.report_key"
            f" JOIN '{folder}/versions.parquet' v ON t.content_hash = v.content_hash"
        ).fetchall()
    assert joined == [(expected["targets"],)], "keys of other tables are there"


def test_a_row_says_what_the_store_knows(kept: tuple[Store, Path]) -> None:
    import pandas
    import polars

    _, folder = kept
    targets = pandas.read_parquet(folder / "targets.parquet")
    gdp = targets[
        targets.leading & (targets.report_key == "work_report/500106/2026") & (targets.indicator == "gdp")
    ]
    assert gdp[
        ["region_code", "year", "measure", "comparator", "low", "unit", "headline"]
    ].values.tolist() == [["500106", 2026, "growth", "about", 6.0, "%", True]]
    texts = pandas.read_parquet(folder / "texts.parquet").set_index("content_hash")["text"]
    version = pandas.read_parquet(folder / "versions.parquet").set_index("content_hash")
    assert {hash_: len(text) for hash_, text in texts.items()} == version["chars"].to_dict()
    reports = polars.read_parquet(folder / "reports.parquet")
    assert reports.schema["first_seen_at"] == polars.Datetime("us", "UTC")
    [one] = reports.filter(polars.col("report_key") == "work_report/500106/2026").to_dicts()
    assert (one["name_en"], one["official"]) == (
        "Shapingba District, Chongqing 2026 government work report",
        True,
    )
    verdicts = polars.read_parquet(folder / "verdicts.parquet")
    assert set(verdicts["verdict"]) >= {"unknown"}
    assert verdicts.filter(polars.col("reason") == "").is_empty()


def test_the_schema_file_says_what_the_files_are(kept: tuple[Store, Path]) -> None:
    store, folder = kept
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    with store.read() as tx:
        assert package["last_event"] == outbox.latest_sequence(tx)
    assert [one["name"] for one in package["resources"]] == list(TABLES)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [PACKAGE, DICTIONARY, *(one["path"] for one in package["resources"])]
    )
    for one in package["resources"]:
        found = files.read_table(folder / one["path"])
        assert (found.num_rows, (folder / one["path"]).stat().st_size) == (one["rows"], one["bytes"])
        assert found.column_names == [field["name"] for field in one["schema"]["fields"]]
        keys = found.select(one["schema"]["primaryKey"]).to_pylist()
        assert len({tuple(key.values()) for key in keys}) == found.num_rows, one["name"]


def test_each_row_has_the_columns_of_its_model_and_no_null_where_none_may_be(
    kept: tuple[Store, Path],
) -> None:
    store, _ = kept
    with store.read() as tx:
        for table in TABLES.values():
            rows = [row for batch in batches(tx, table) for row in batch]
            assert rows, table.name
            for row in rows:
                table.row.model_validate(row, strict=False)
                assert row.keys() == table.row.model_fields.keys()


def test_few_rows_are_in_memory_at_once(kept: tuple[Store, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    store, _ = kept
    with store.read() as tx:
        for table in TABLES.values():
            whole = [row for batch in batches(tx, table) for row in batch]
            monkeypatch.setattr(stored_rows, "BATCH", 3)
            parts = list(batches(tx, table))
            monkeypatch.undo()
            assert [row for batch in parts for row in batch] == whole
            if table.name not in ("regions", "indicators", "texts"):  # few; few; fewer at once
                assert max(map(len, parts)) <= 3


def test_the_dictionary_of_the_docs_is_that_of_the_program() -> None:
    """(GONGBAO_WRITE_DOCS=1 writes it.)"""
    path = ROOT / "docs" / "dataset.md"
    text = path.read_text(encoding="utf-8")
    head, mark, _ = text.partition("<!-- The dictionary: made by the program. -->\n\n")
    assert mark
    whole = head + mark + dataset.dictionary()
    if os.environ.get("GONGBAO_WRITE_DOCS"):
        path.write_text(whole, encoding="utf-8")
    assert text == whole
    for table in TABLES.values():
        for column in dataset.columns(table):
            assert column.meaning, (table.name, column.name)
            assert column.source in dataset.SOURCES


@pytest.mark.both_databases
def test_all_tables_are_of_one_moment(store: Store, tmp_path: Path) -> None:
    site_data.winter(store)
    before = rows_in(store)

    told: dict[str, int] = {}

    def said(written: Written) -> None:
        if not told:
            tell(store, report_event(1, NOW))  # when the first table is written
        told[written.table] = written.rows

    dump(store, tmp_path / "one", NOW, told=said)
    assert rows_in(store)["events"] == before["events"] + 1
    assert told == {**told, **{name: count for name, count in before.items() if name in told}}
    assert "texts" not in told


def test_a_folder_is_there_whole_or_not_at_all(
    kept: tuple[Store, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = kept
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(ConfigError, match="not empty"):
        dump(store, full, NOW)
    dump(store, tmp_path / "new", NOW)

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_rows, "events", no_room)
    monkeypatch.setattr("alerts.listing.dataset_rows.dataset.events", no_room)
    with pytest.raises(ExportError, match="nothing is there"):
        dump(store, tmp_path / "torn", NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "new"]


def test_an_empty_folder_is_filled_and_stays_the_same(
    kept: tuple[Store, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot be replaced: that one stands in, a link to it, a mount."""
    store, made = kept
    empty, link = tmp_path / "empty", tmp_path / "link"
    empty.mkdir()
    link.symlink_to(empty)
    inode = empty.stat().st_ino
    monkeypatch.chdir(empty)
    wanted = {file.name for file in made.iterdir()} - {"texts.parquet"}
    for name in (Path(), link):
        dump(store, name, NOW)
        assert ({file.name for file in empty.iterdir()}, empty.stat().st_ino) == (wanted, inode)
        for file in empty.iterdir():
            file.unlink()

    def two_at_once(written: Written) -> None:
        (empty / "other.txt").touch()

    with pytest.raises(ConfigError, match="not empty"):
        dump(store, Path(), NOW, told=two_at_once)
    assert [file.name for file in empty.iterdir()] == ["other.txt"]


@pytest.mark.parametrize("exists", [False, True])
def test_what_a_killed_dump_left_goes_and_what_a_living_one_writes_stays(
    kept: tuple[Store, Path], tmp_path: Path, exists: bool
) -> None:
    store, _ = kept
    folder = tmp_path / "made"
    if exists:
        folder.mkdir()
    left = folder / ".gongbao-dump-killed00" if exists else tmp_path / ".made.gongbao-dump-killed00"
    left.mkdir()
    beside = left.with_name(f"{left.name[:-8]}living00")
    beside.mkdir()
    handle = os.open(beside, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        dump(store, folder, NOW)
    finally:
        os.close(handle)
    assert (folder / PACKAGE).is_file()
    assert (left.exists(), beside.exists()) == (False, True)


@pytest.mark.parametrize("command", ["dump", "export"])
def test_sigterm_leaves_nothing(
    command: str, kept: tuple[Store, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, made = kept
    monkeypatch.setenv("GONGBAO_DATA_DIR", str(made.parent / "data"))
    begun: list[list[str]] = []

    def ended(*_: object) -> None:
        begun.append([path.name for path in tmp_path.iterdir()])
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("alerts.listing.dataset_rows.dataset.events", ended)
    monkeypatch.setattr("ingest.export.dump.shape", ended)
    former = signal.getsignal(signal.SIGTERM)
    done = CliRunner().invoke(gongbao.app, [command, str(tmp_path / "made")])
    assert done.exit_code == 128 + signal.SIGTERM
    assert [len(names) for names in begun] == [1]
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is former


def test_the_command(kept: tuple[Store, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, made = kept
    monkeypatch.setenv("GONGBAO_DATA_DIR", str(made.parent / "data"))
    done = CliRunner().invoke(gongbao.app, ["dump", str(tmp_path / "new")])
    assert done.exit_code == 0, done.exception
    assert "targets: " in done.stdout
    assert not (tmp_path / "new" / "texts.parquet").exists()
    again = CliRunner().invoke(gongbao.app, ["dump", str(tmp_path / "new")])
    assert isinstance(again.exception, ConfigError)
    monkeypatch.setattr(parquet, "is_there", lambda: False)
    without = CliRunner().invoke(gongbao.app, ["dump", str(tmp_path / "other")])
    assert "gongbao[parquet]" in str(without.exception)


def test_a_file_that_is_a_page_of_two_sites_is_two_rows(tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path / "data", {})
    path = tmp_path / "2026.txt"
    path.write_text(
        "铜梁区2026年政府工作报告\n今年的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长4%以上。\n",
        encoding="utf-8",
    )
    gongbao("import", "--official", str(path))
    gongbao("import", str(path))
    gongbao("dump", str(tmp_path / "made"))
    found = files.read_table(tmp_path / "made" / "copies.parquet")
    keys = found.select(list(TABLES["copies"].key)).to_pylist()
    assert {key["source"] for key in keys} == {"local", "local-official"}
    assert len({tuple(key.values()) for key in keys}) == found.num_rows == 2


def test_over_http(kept: tuple[Store, Path]) -> None:
    store, folder = kept
    with served(store) as url:
        listed = httpx.get(f"{url}/api/v1/dump").json()
        assert [one["name"] for one in listed["resources"]] == list(TABLES)
        for one in listed["resources"]:
            answer = httpx.get(one["path"])
            assert (answer.status_code, answer.headers["content-type"]) == (200, parquet.MEDIA_TYPE)
            assert files.read_table(io.BytesIO(answer.content)) == files.read_table(
                folder / f"{one['name']}.parquet"
            )
        words = httpx.get(f"{url}/api/v1/dump/{DICTIONARY}")
        assert words.text == (folder / DICTIONARY).read_text(encoding="utf-8")
        wrong = httpx.get(f"{url}/api/v1/dump/target.parquet")
        assert (wrong.status_code, "perhaps targets" in wrong.json()["detail"]) == (404, True)
        assert httpx.get(f"{url}/api/v1/dump/targets.parquet?region=500000").status_code == 422


def test_over_http_a_dump_has_the_same_tables() -> None:
    """Their names are known there without what is in them."""
    assert tuple(TABLES) == over_http.TABLES
