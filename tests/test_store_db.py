"""Store: opening, migrating, transactions, and what database errors say to the reader."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import Connection, NullPool, create_engine, insert, inspect, make_url, select, text

from alerts.cli import doctor
from ingest.errors import ConfigError, StoreError, Unreleased
from ingest.settings import Settings
from ingest.store import engine, overview, presence, subscriptions, text_index, watchlist
from ingest.store.db import Store
from ingest.store.tables import metadata, sources
from ingest.store.text import keepable
from tests.support import forked
from tests.support.databases import str_of
from tests.support.store_samples import HOUR, NOW, a_page, a_subscription, watch

pytestmark = pytest.mark.both_databases


def test_migrated_tables_are_those_of_the_code(store: Store) -> None:
    with store.read() as tx:
        opts = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _: kind != "table" or not text_index.is_of_index(name),
        }
        context = MigrationContext.configure(tx, opts=opts)
        assert compare_metadata(context, metadata) == []


def test_indexes_of_some_rows_are_of_those_that_the_code_says(store: Store) -> None:
    said = {
        str(index.name): condition_words(str(index.info["where"].compile()))
        for table in metadata.tables.values()
        for index in table.indexes
        if "where" in index.info
    }
    with store.read() as tx:
        inspector, dialect = inspect(tx), tx.dialect.name
        made = {
            str(index["name"]): condition_words(str(index["dialect_options"][f"{dialect}_where"]))
            for name in metadata.tables
            for index in inspector.get_indexes(name)
            if f"{dialect}_where" in index.get("dialect_options", {})
        }
    assert made == said


def condition_words(condition: str) -> list[str]:
    """pages.error IS NOT NULL, (error IS NOT NULL): the same words without the table and its brackets."""
    return re.findall(r"\w+(?!\w*\.)", condition.lower())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "CREATE ROLE weak LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC",
            {"username": "weak"},
            "grant it what",
        ),
        ("SELECT 1", {"username": "nobody_is_called_so"}, "no such user"),
        ("SELECT 1", {"database": "not_there"}, "Create the database"),
        ("ALTER DATABASE {} SET default_transaction_read_only = on", {}, "takes no writes"),
        ("CREATE ROLE few LOGIN CONNECTION LIMIT 0", {"username": "few"}, "limit of that user"),
        (
            "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
            {"database": "latin"},
            "its encoding is LATIN1.*ENCODING 'UTF8'",
        ),
    ],
)  # fmt: skip
def test_what_a_server_refuses_is_said_with_what_to_do(
    bare_postgres: str, before: str, after: dict[str, str], said: str
) -> None:
    url = make_url(bare_postgres)
    with psycopg.connect(str_of(url.set(drivername="postgresql")), autocommit=True) as made:
        made.execute(before.format(url.database))
    try:
        with closing(Store.open(str_of(url.set(**after)))) as refused, pytest.raises(StoreError, match=said):
            refused.migrate()
    finally:
        with psycopg.connect(
            str_of(url.set(drivername="postgresql", database="postgres")), autocommit=True
        ) as made:
            made.execute("DROP DATABASE IF EXISTS latin")
            made.execute("DROP ROLE IF EXISTS weak; DROP ROLE IF EXISTS few")


def test_migrate_twice_and_check(bare_database: str) -> None:
    store = Store.open(bare_database)
    with pytest.raises(StoreError, match=r"revision none.*gongbao up"):
        store.check()
    store.migrate()
    store.migrate()
    store.check()
    with store.read() as tx:
        assert overview.counts(tx).reports == 0
    store.close()


def test_tables_of_a_newer_version_are_left_alone(store: Store) -> None:
    """An old program that is started after the update of another: it is told, and changes nothing."""
    with store.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for ask in (store.check, store.migrate):
        with pytest.raises(StoreError, match=r"revision 9999, of a newer gongbao.*Update this program"):
            ask()


@pytest.mark.parametrize("revision", ["0001", "0018"])
def test_tables_of_an_unreleased_version_are_not_carried_over(store: Store, revision: str) -> None:
    with store.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": revision})
    for ask in (store.check, store.migrate):
        with pytest.raises(
            Unreleased, match=rf"revision {revision}.*before the first release.*gongbao migrate"
        ):
            ask()


def test_a_question_before_migrating_says_what_to_do(bare_database: str) -> None:
    store = Store.open(bare_database)
    with pytest.raises(StoreError, match="gongbao up"), store.read() as tx:
        overview.counts(tx)
    store.close()


def test_many_processes_migrate_at_once(bare_database: str) -> None:
    environment = os.environ | {"GONGBAO_DATABASE_URL": bare_database}
    done = forked.finish_all(forked.gongbao, [("migrate",)] * 4, environment)
    assert [process.returncode for process in done] == [0, 0, 0, 0], done
    store = Store.open(bare_database)
    store.check()
    store.close()


def test_sqlite_is_set_up_for_many_processes(sqlite_template: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'deep' / 'new.db'}")
    store.migrate()
    with store.read() as tx:
        settings = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "busy_timeout": 10_000, "foreign_keys": 1, "synchronous": 1}
    assert stat.S_IMODE((tmp_path / "deep" / "new.db").stat().st_mode) == 0o600
    store.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "in-memory"),
        ("sqlite:///:memory:", "in-memory"),
        ("mysql://me@host/name", "sqlite:///PATH"),
        ("gongbao.db", "sqlite:///PATH"),
        ("", "sqlite:///PATH"),
        ("sqlite:////nowhere/gongbao.db?timeout=soon", "could not convert string to float: 'soon'"),
    ],
)
def test_a_wrong_url_is_a_config_error(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Store.open(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_postgresql_by_any_name_is_psycopg_3(scheme: str) -> None:
    store = Store.open(f"{scheme}://me:geheim@db.example/gongbao")
    assert store.name == "postgresql+psycopg://me:***@db.example/gongbao"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="GONGBAO_DATA_DIR"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'gongbao.db'}")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    store = Store.open(f"postgresql://me:geheim@/gongbao?host={tmp_path}")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        store.check()
    assert "geheim" not in str(caught.value)
    store.close()


def test_not_a_database(tmp_path: Path) -> None:
    (tmp_path / "gongbao.db").write_bytes("这不是数据库".encode() * 100)
    store = Store.open(f"sqlite:///{tmp_path / 'gongbao.db'}")
    with pytest.raises(StoreError, match="That file is something else"):
        store.migrate()
    store.close()


def test_a_full_disk(sqlite_template: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'gongbao.db'}")
    store.migrate()
    with store.begin() as tx:
        watch(tx)

    def write_too_much() -> None:
        with store.begin() as tx:
            tx.exec_driver_sql("PRAGMA max_page_count = 1")
            for number in range(2000):
                a_page(tx, name=f"{number}-{'x' * 500}")

    with pytest.raises(StoreError, match="The disk is full"):
        write_too_much()
    with store.read() as tx:  # what was there before stands
        assert (overview.counts(tx).sources, overview.counts(tx).pages) == (2, 0)
    store.close()


def test_doctor_says_that_nothing_can_be_written(database: str, tmp_path: Path) -> None:
    """As on a replica after a failover."""
    if database.startswith("sqlite"):
        return  # its file is writable, or nothing works
    settings, name = (
        Settings(data_dir=tmp_path, database_url=SecretStr(database)),
        make_url(database).database,
    )

    def faults() -> list[str]:
        found = doctor.examine(settings, datetime.now(UTC))
        return [one.text for one in found if one.level is doctor.Level.FAULT and one.about == "database"]

    assert faults() == []
    admin = create_engine(database, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:  # which began before, and can write
        for value, said in (("on", True), ("off", False)):
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}')
            assert any("read-only" in text for text in faults()) is said


def test_a_lock_held_too_long(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database.startswith("sqlite"):
        return  # PostgreSQL locks rows, and waits for them
    monkeypatch.setattr(engine, "LOCK_WAIT", 0.05)
    holder, other = Store.open(database), Store.open(database)
    with holder.begin():
        with pytest.raises(StoreError, match="held the write lock"), other.begin():
            pytest.fail("two writers at once")
        with other.read() as tx:  # readers never wait for a writer
            assert overview.counts(tx).reports == 0
    holder.close()
    other.close()


def shown(tx: Connection, name: str) -> str:
    return str(tx.exec_driver_sql(f"SHOW {name}").scalar_one())


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_writer_that_stands_still_does_not_keep_others_waiting(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_TO_CLIENT", "SET idle_in_transaction_session_timeout = '50ms'")
    frozen, other = Store.open(database), Store.open(database)
    with other.begin() as tx:
        presence.beat(tx, "poll", "one", NOW)

    def stand_still() -> None:
        with frozen.begin() as tx:
            presence.beat(tx, "poll", "one", NOW + HOUR)
            with other.begin() as again:  # waits for the row until the server has broken off the first
                presence.beat(again, "poll", "one", NOW + 2 * HOUR)
            presence.beat(tx, "poll", "one", NOW + 3 * HOUR)

    with pytest.raises(StoreError, match="This process stood still"):
        stand_still()
    with other.read() as tx:
        assert [beat.beat_at for beat in presence.beats(tx)] == [NOW + 2 * HOUR]
    frozen.close()
    other.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_only_a_writer_must_not_stand_still(store: Store) -> None:
    with store.begin() as tx:
        assert shown(tx, "idle_in_transaction_session_timeout") == "1min"
        engine.at_leisure(tx)
        assert shown(tx, "idle_in_transaction_session_timeout") == "0"
    with store.read() as tx:
        assert shown(tx, "idle_in_transaction_session_timeout") == "0"
        assert shown(tx, "transaction_isolation") == "repeatable read"
    with store.begin() as tx:  # the connection is the same
        assert shown(tx, "idle_in_transaction_session_timeout") == "1min"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_that_vanishes_is_noticed_unless_the_url_says_otherwise(database: str) -> None:
    url = make_url(database).update_query_dict({"tcp_user_timeout": "5000"})
    store = Store.open(url.render_as_string(hide_password=False))
    with store.read() as tx:
        driver = tx.connection.driver_connection
        assert driver is not None
        asked = driver.info.get_parameters()
    store.close()
    assert {name: asked[name] for name in ("keepalives_idle", "tcp_user_timeout")} == {
        "keepalives_idle": "30",
        "tcp_user_timeout": "5000",
    }


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    twice = insert(sources).values(slug="portal", name="", kind="portal", official=True, home="")

    def fail(error: Exception | None) -> None:
        with store.begin() as tx:
            watch(tx)
            if error is not None:
                raise error
            tx.execute(twice)

    with pytest.raises(StoreError, match=r"(?i)unique"):
        fail(None)
    with pytest.raises(RuntimeError, match="ours"):
        fail(RuntimeError("ours"))
    with store.read() as tx:
        assert overview.counts(tx).sources == 0


def test_transactions_together_are_there_together_and_fail_alone(store: Store) -> None:
    def names() -> list[str]:
        with store.read() as tx:
            return list(tx.scalars(select(sources.c.slug).order_by(sources.c.slug)))

    def add(name: str) -> None:
        row = {"slug": name, "name": "", "kind": "portal", "official": True, "home": ""}
        store.retrying(lambda tx: tx.execute(insert(sources).values(row)))

    with store.together():
        add("a")
        with pytest.raises(StoreError, match=r"(?i)unique"):
            add("a")
        with store.together():
            add("b")
        assert names() == ["a", "b"], "this thread sees what it has done"
        seen: list[list[str]] = []
        other = threading.Thread(target=lambda: seen.append(names()))
        other.start()
        other.join()
        assert seen == [[]], "another does not yet"

    def stopped() -> None:
        with store.together():
            add("c")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stopped()
    add("d")
    assert names() == ["a", "b", "d"]


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(StoreError, match=r"(?i)foreign key"), store.begin() as tx:
        a_page(tx, "nobody")


def test_a_reader_cannot_write_and_the_next_writer_can(store: Store) -> None:
    with pytest.raises(StoreError, match=r"(?i)read-?only"), store.read() as tx:
        watch(tx)
    with store.begin() as tx:
        watch(tx)


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.read() as tx:
        assert overview.counts(tx).sources == 0

        def write() -> None:
            with store.begin() as other:
                watch(other)

        writer = threading.Thread(target=write)
        writer.start()
        writer.join(20)
        assert overview.counts(tx).sources == 0
    with store.read() as tx:
        assert overview.counts(tx).sources == 2


def test_a_forked_child_has_connections_of_its_own(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with store.begin() as tx:
                a_page(tx)
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with store.begin() as tx:  # and the parent's are none the worse
        assert overview.counts(tx).pages == 1


@pytest.mark.parametrize(
    ("text_", "kept"),
    [
        ("plain", "plain"),
        ("工作报告", "工作报告"),
        ("工\x00作", "工\ufffd作"),
        ("a\x00b", "a\ufffdb"),
        ("\ud83d\ude00 lone", "\ufffd\ufffd lone"),
        ("镕, ㎡, 😀", "镕, ㎡, 😀"),
    ],
)
def test_text_that_cannot_be_kept_is_replaced_one_for_one(text_: str, kept: str) -> None:
    assert keepable(text_) == kept
    assert len(keepable(text_)) == len(text_)


def test_every_column_takes_hostile_text(store: Store) -> None:
    hostile = "标\x00题\ud800"
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx, name=hostile)
        watchlist.page_failed(tx, page.id, NOW, NOW + HOUR, "TooLarge", hostile)
        presence.beat(tx, "poll", "me", NOW, {hostile: [hostile, {"deep": hostile}], "n": 1})
    with store.read() as tx:
        assert overview.problems(tx)[0].error_message == "标\ufffd题\ufffd"
        assert presence.beats(tx)[0].detail == {
            "标\ufffd题\ufffd": ["标\ufffd题\ufffd", {"deep": "标\ufffd题\ufffd"}],
            "n": 1,
        }


def test_a_naive_datetime_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="naive"), store.begin() as tx:
        presence.beat(tx, "poll", "me", NOW.replace(tzinfo=None))


def test_secrets_are_not_in_messages(store: Store) -> None:
    with store.begin() as tx:
        subscriptions.add(tx, a_subscription("one"))
    with pytest.raises(ConfigError) as caught, store.begin() as tx:
        subscriptions.add(tx, a_subscription("one"))
    assert "whsec" not in str(caught.value)
    assert "whsec" not in repr(a_subscription("one"))


def test_the_database_url_of_a_test_is_its_own(database: str, store: Store) -> None:
    """The fixture: what one test writes, no other sees."""
    with store.begin() as tx:
        assert tx.execute(select(sources)).all() == []
        assert make_url(database).get_backend_name() == tx.dialect.name
        assert tx.execute(text("SELECT 1")).scalar_one() == 1
        watch(tx)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_second_store_of_one_process_does_not_end_the_locks_of_the_first(
    store: Store, database: str
) -> None:
    with store.begin() as tx:
        presence.beat(tx, "poll", "me", NOW)
    Store.open(database).close()
    # Whoever closes the file last takes the log away: this process must still count as being there.
    file = database.removeprefix("sqlite:///")
    look = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM lists'); c.close()"
    )
    subprocess.run([sys.executable, "-S", "-c", look, file], check=True)
    assert Path(f"{file}-wal").exists()
