"""A SQLAlchemy engine of an address: which addresses there are, and how each connection is set up.

Transactions are db.py.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from ingest.errors import ConfigError, StoreError
from ingest.store.text import dump_json

LOCK_WAIT = 10.0  # seconds that a writer waits for another before it gives up
LOOK_AGAIN = 0.002  # seconds between two looks whether it has to wait still
SILENT = 30  # seconds without a word from the other side before a connection to PostgreSQL is asked about
STANDSTILL = 60  # seconds that a writer may stand still in a transaction before PostgreSQL breaks it off
WRITES = "gongbao_writes"  # execution option: does this transaction write?


def engine_of(url: str) -> Engine:
    """Connects at first use. ConfigError for a URL of neither database, StoreError for a bad folder."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        prepare_file(Path(parsed.database or ""))
        engine = create_engine(
            parsed,
            json_serializer=dump_json,
            connect_args={"timeout": LOCK_WAIT},
            pool_size=8,
            max_overflow=56,
            pool_use_lifo=True,  # what a connection has read and prepared is of use again
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        wanted = {name: value for name, value in _TO_POSTGRESQL.items() if name not in parsed.query}
        try:
            engine = create_engine(
                parsed,
                json_serializer=dump_json,
                connect_args=wanted,
                pool_pre_ping=True,
                pool_use_lifo=True,
            )
        except ImportError as exc:  # psycopg is not there, or finds no libpq
            raise ConfigError(
                f"{_bad_url(str(exc))} PostgreSQL needs `pip install 'gongbao[postgres]'`."
            ) from exc
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as exc:
        if url.split(":", 1)[0] in ("postgres", "postgresql", "postgresql+psycopg"):
            return _parse_again(url, exc)
        raise ConfigError(_bad_url(f"{exc}")) from exc
    except ValueError as exc:  # of the port; what it found in its place may be half a password
        raise ConfigError(_bad_url("the port is no number (in a password, %40 is @, %3A is :)")) from exc
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ConfigError(_bad_url("an in-memory SQLite cannot be shared between processes"))
        try:
            parsed.get_dialect()().create_connect_args(parsed)
        except ValueError as exc:  # of ?timeout=soon
            raise ConfigError(_bad_url(f"what stands behind ?: {exc}")) from exc
        return parsed
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise ConfigError(_bad_url(f"{backend} is not supported"))


def _parse_again(url: str, exc: Exception) -> URL:
    """`postgres://` and a bare `postgresql://` are what hosting services hand out; psycopg 3 drives them."""
    _, separator, rest = url.partition("://")
    if not separator or url.startswith("postgresql+psycopg:"):
        raise ConfigError(_bad_url(f"{exc}")) from exc
    return _parse(f"postgresql+psycopg://{rest}")


def _bad_url(why: str) -> str:
    return (
        f"GONGBAO_DATABASE_URL: {why}. Give sqlite:///PATH (three slashes and a relative path, four and an "
        "absolute one) or postgresql+psycopg://USER:PASSWORD@HOST/NAME."
    )


def prepare_file(path: Path) -> None:
    """The file holds webhook secrets: make it ours alone. SQLite gives -wal and -shm the same rights.

    One that is there is not touched: to close it here would end the locks of every other connection of this
    process (POSIX, fcntl), and another process could then take the log away from under them.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o600))
    except OSError as exc:
        raise StoreError(
            f"store: cannot open {path}: {exc.strerror}. Choose another GONGBAO_DATA_DIR or fix its rights."
        ) from exc


def _set_up_sqlite(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # _begin_sqlite begins, not the driver
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    # Of memory for each connection, in KiB. SQLite's own twice as much made no document cheaper.
    cursor.execute("PRAGMA cache_size = -1000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    if writes:
        _begin_to_write(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """SQLite's own wait for another writer sleeps up to 0.1 s between two looks, while the lock goes from one
    to the next who happens to look: of two workers each stood still for a third of the time."""
    raw = connection.connection.driver_connection
    assert raw is not None
    until = time.monotonic() + LOCK_WAIT
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as exc:
                code = getattr(exc.orig, "sqlite_errorcode", 0) & 0xFF  # without the kind of it
                if code != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(LOOK_AGAIN)
            else:
                return
    finally:
        raw.execute(f"PRAGMA busy_timeout = {round(LOCK_WAIT * 1000)}")


# libpq's words. A machine that vanishes (power, network, a failover) closes no connection: by TCP's own
# defaults each side would wait for the other for two hours. The URL may say otherwise.
_TO_POSTGRESQL: Mapping[str, int] = {
    "connect_timeout": 10,
    "keepalives_idle": SILENT,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": SILENT * 1000,  # milliseconds
}
_TO_CLIENT = (
    f"SET tcp_keepalives_idle = {SILENT}; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; "
    f"SET tcp_user_timeout = '{SILENT}s'; SET idle_in_transaction_session_timeout = '{STANDSTILL}s'"
)
_AT_LEISURE = "SET LOCAL idle_in_transaction_session_timeout = 0"


def _set_up_postgresql(dbapi_connection: Any, _record: object) -> None:
    """The server, too, is to notice that we are gone: until then our row locks keep others waiting."""
    dbapi_connection.execute(_TO_CLIENT)
    dbapi_connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES, True):  # it locks nothing that a writer wants
        connection.exec_driver_sql(
            f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {_AT_LEISURE}"
        )


def at_leisure(tx: Connection) -> None:
    """This transaction may stand still: it does work of its own between its statements."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(_AT_LEISURE)
