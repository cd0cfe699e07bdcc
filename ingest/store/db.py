"""The store itself: the engine, its transactions, its migrations, and what its errors mean.

What is read and written in a transaction is the business of the modules beside this one.
"""

from __future__ import annotations

import logging
import os
import random
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ingest.errors import ConfigError, Contended, StoreError, Unreleased, Unstorable
from ingest.store import text_index
from ingest.store.text import dump_json

if TYPE_CHECKING:  # most processes find tables that are up to date, and to load Alembic takes half a second
    from alembic.config import Config

T = TypeVar("T")

LOCK_WAIT = 10.0  # seconds that a writer waits for another before it gives up
TRIES = 5  # of a transaction that the database broke off in favour of another
_PAUSE = 0.05  # seconds before the second try, at most; before the third twice that, and so on
_BROKEN_OFF = frozenset({"40001", "40P01"})  # SQLSTATE: serialization_failure, deadlock_detected
_BEYOND_LIMITS = "54"  # SQLSTATE class: program_limit_exceeded, an address too long for its index, say
SILENT = 30  # seconds without a word from the other side before a connection to PostgreSQL is asked about
STANDSTILL = 60  # seconds that a writer may stand still in a transaction before PostgreSQL breaks it off
_MIGRATION_LOCK = 0x676F6E67  # "gong": pg_advisory_xact_lock of whoever migrates
_PLACE = frozenset({"host", "port", "dbname", "service"})  # of a query: where the database is
_WRITES = "gongbao_writes"  # execution option: does this transaction write?

# Without a handler of its own Alembic would tell of every migration on stderr through logging.lastResort.
logging.getLogger("alembic").addHandler(logging.NullHandler())


class Store:
    """A database, SQLite or PostgreSQL. Safe to share between threads; survives a fork.

    `begin()` and `read()` give a transaction for the functions beside this module. A database error
    inside either is a StoreError with what to do about it; the transaction is rolled back.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pid = os.getpid()
        self._around = threading.local()  # its `tx`: the transaction that this thread is in together

    @classmethod
    def open(cls, url: str) -> Store:
        """Connect at first use. ConfigError for a URL of neither database, StoreError for a bad folder."""
        parsed = _parse(url)
        if parsed.get_backend_name() == "sqlite":
            _prepare_file(Path(parsed.database or ""))
            engine = create_engine(
                parsed,
                json_serializer=dump_json,
                connect_args={"timeout": LOCK_WAIT},
                pool_size=8,
                max_overflow=56,
            )
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            wanted = {name: value for name, value in _TO_POSTGRESQL.items() if name not in parsed.query}
            try:
                engine = create_engine(
                    parsed, json_serializer=dump_json, connect_args=wanted, pool_pre_ping=True
                )
            except ImportError as exc:  # psycopg is not there, or finds no libpq
                raise ConfigError(
                    f"{_bad_url(str(exc))} PostgreSQL needs `pip install 'gongbao[postgres]'`."
                ) from exc
            event.listen(engine, "connect", _set_up_postgresql)
            event.listen(engine, "begin", _begin_postgresql)
        return cls(engine)

    @property
    def name(self) -> str:
        """Which database this is, for messages: without a password, wherever in the URL it stands."""
        url = self._engine.url
        told = {name: value for name, value in url.query.items() if name in _PLACE}
        return url.set(query=told).render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction. On SQLite it holds the write lock from its first moment, so it never
        fails half-way for want of it; on PostgreSQL it is READ COMMITTED with row locks."""
        with self._transaction(writes=True) as tx:
            yield tx

    def retrying(self, work: Callable[[Connection], T]) -> T:
        """What `work` gives back in a write transaction, done again where PostgreSQL broke it off in favour
        of another. `work` must touch nothing but the transaction. Raises Contended after `TRIES` of them.

        For transactions that lock several rows: they do so in one order where that can be had (reports before
        versions and copies, by id), and here is what is left.
        """
        for attempt in range(1, TRIES):
            try:
                with self.begin() as tx:
                    return work(tx)
            except Contended:
                time.sleep(_PAUSE * attempt * random.random())  # noqa: S311 (so that the two do not meet again)
        with self.begin() as tx:
            return work(tx)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction that sees one moment of the database throughout."""
        with self._transaction(writes=False) as tx:
            yield tx

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one write transaction of all that this thread begins inside. Each stays whole by itself: one
        that fails is undone alone. They are there when this ends, or none is. For short ones that wait for
        nothing: others wait for them."""
        around = getattr(self._around, "tx", None)
        with self._transaction(writes=True) as tx:
            self._around.tx = tx
            try:
                yield
            finally:
                self._around.tx = around

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        around: Connection | None = getattr(self._around, "tx", None)
        if around is not None:
            with self._explained(), around.begin_nested() if writes else nullcontext():
                yield around
            return
        if os.getpid() != self._pid:  # a forked child must not use its parent's connections, nor close them
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        with (
            self._explained(),
            self._engine.connect().execution_options(**{_WRITES: writes}) as tx,
            tx.begin(),
        ):
            yield tx

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except StatementError as exc:
            raise _kind_of(exc)(_explain(exc, self.name)) from exc
        except PoolTimeout as exc:
            raise StoreError(
                f"store {self.name}: every connection of this process has been in use for 30 s. "
                "Something holds transactions open, or too many threads share one process."
            ) from exc

    def migrate(self) -> None:
        """Bring the tables up to date. Two processes may do this at once: one does it, the other waits.

        An SQLite file whose tables will change is copied first (`_back_up`).
        """
        with self.read() as tx:
            sqlite = tx.dialect.name == "sqlite"
            found = _revision(tx)
            ready = found == newest() and text_index.is_there(tx)
            if ready and not (sqlite and _journal(tx) != "wal"):
                return
        self._refuse_unknown(found)
        if sqlite:
            self._use_wal()
            if found is not None and found != newest():
                self._back_up()
        with self.begin() as tx:
            if not sqlite:
                at_leisure(tx)
                tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            upgrade(tx)

    def _back_up(self) -> None:
        """Copy the database to gongbao.db.before-REVISION, for whoever has to go back; whole or not at all.

        Raises StoreError, and then nothing has been changed.
        """
        file = Path(self._engine.url.database or "")
        kept = file.with_name(f"{file.name}.before-{newest()}")
        fresh = file.with_name(f"{kept.name}.{os.getpid()}")
        try:
            _prepare_file(fresh)  # ours alone, as the file itself is
            with closing(sqlite3.connect(file)) as ours, closing(sqlite3.connect(fresh)) as copy:
                ours.backup(copy)
            fresh.replace(kept)
        except (OSError, sqlite3.Error) as exc:
            raise StoreError(
                f"store {self.name}: could not be copied to {kept} before its tables change: {exc}. "
                "Make room there; nothing has been changed."
            ) from exc
        finally:
            fresh.unlink(missing_ok=True)

    def _use_wal(self) -> None:
        """WAL is written into the file once; the change needs the file for itself, for which SQLite
        does not always wait the busy timeout."""
        deadline = time.monotonic() + LOCK_WAIT
        while True:
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except self._engine.dialect.loaded_dbapi.OperationalError as exc:
                if time.monotonic() > deadline:
                    raise StoreError(
                        f"store {self.name}: could not switch to write-ahead logging: {exc}. "
                        "Another process holds the file; stop it and try again."
                    ) from exc
                time.sleep(0.05)
            finally:
                connection.close()

    def check(self) -> None:
        """Raises StoreError when the database cannot be reached or its tables are not of this version."""
        with self.read() as tx:
            found = _revision(tx)
            searched = text_index.is_there(tx)
        if found == newest() and not searched:
            raise StoreError(
                f"store {self.name}: its texts cannot be searched by this program. Run `gongbao migrate` (or "
                "`gongbao up`) once to make them so."
            )
        if found != newest():
            self._refuse_unknown(found)
            raise StoreError(
                f"store {self.name}: its tables are at revision {found or 'none'}, this program needs "
                f"{newest()}. Run `gongbao migrate` (or `gongbao up`) once to bring them up to date."
            )

    def _refuse_unknown(self, found: str | None) -> None:
        """Raises StoreError for tables that this program cannot bring up to date."""
        if found is None or found in revisions():
            return
        if unreleased(found):
            raise Unreleased(
                f"store {self.name}: its tables (revision {found}) were made by a gongbao before the first "
                "release, from which nothing is carried over. Move that database away or name another one in "
                "GONGBAO_DATABASE_URL, then run `gongbao migrate` (or `gongbao up`): sources are read anew. "
                "The archive of pages stays good; subscriptions and saved feeds have to be added again."
            )
        raise StoreError(
            f"store {self.name}: its tables are at revision {found}, of a newer gongbao than this one "
            f"({newest()}). Update this program; roles that ran before may go on till then."
            + self._way_back(found)
        )

    def _way_back(self, found: str) -> str:
        """Where the copy is that was made before, if it is."""
        kept = Path(f"{self._engine.url.database}.before-{found}")
        if self._engine.dialect.name != "sqlite" or not kept.exists():
            return ""
        return f" Or go back to how it was: stop everything and put {kept} in its place (docs/stability.md)."

    def close(self) -> None:
        self._engine.dispose()


# --- engine ----------------------------------------------------------------------------------


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


def _prepare_file(path: Path) -> None:
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
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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
    if not connection.get_execution_options().get(_WRITES, True):  # it locks nothing that a writer wants
        connection.exec_driver_sql(
            f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {_AT_LEISURE}"
        )


def at_leisure(tx: Connection) -> None:
    """This transaction may stand still: it does work of its own between its statements."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(_AT_LEISURE)


# --- migrations ------------------------------------------------------------------------------


MIGRATIONS = files("ingest.store") / "migrations"
_REVISION = re.compile(r"^(down_)?revision\b[^=\n]*=[ \t]*[\"'](\w+)", re.MULTILINE)  # as Alembic writes them


@contextmanager
def _alembic() -> Iterator[Config]:
    """Alembic's configuration without an alembic.ini: the scripts lie in the package."""
    from alembic.config import Config

    with as_file(MIGRATIONS) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        yield config


def newest() -> str | None:
    """The revision of the tables that this program works with: the one that no other follows."""
    scripts = [
        script.read_text("utf-8") for script in (MIGRATIONS / "versions").iterdir() if script.is_file()
    ]
    said = [match for script in scripts for match in _REVISION.findall(script)]
    followed = {revision for before, revision in said if before}
    return next((revision for before, revision in said if not before and revision not in followed), None)


def revisions() -> list[str]:
    """All that this program knows, newest first."""
    from alembic.script import ScriptDirectory

    with _alembic() as config:
        return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def unreleased(revision: str) -> bool:
    """Whether tables of this revision, which the program does not know, are older than all that it knows."""
    return revision < revisions()[-1]


def upgrade(tx: Connection, revision: str = "head") -> None:
    """Bring the tables to a revision, in this transaction; at the newest, with what is searched."""
    from alembic import command

    from ingest.store import search

    with _alembic() as config:
        config.attributes["connection"] = tx
        command.upgrade(config, revision)
    if revision in ("head", newest()) and text_index.make(tx):
        search.fill(tx)


def rebuild(tx: Connection, revision: str) -> None:
    """Drop all tables, and make them anew as they were at a revision, in this transaction."""
    text_index.drop(tx)
    there = MetaData()
    there.reflect(tx)
    there.drop_all(tx)
    upgrade(tx, revision)


def _revision(tx: Connection) -> str | None:
    """Where Alembic keeps it."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    kept: str | None = tx.scalar(text("SELECT version_num FROM alembic_version"))
    return kept


def _journal(tx: Connection) -> str:
    return str(tx.exec_driver_sql("PRAGMA journal_mode").scalar_one())


# --- errors ----------------------------------------------------------------------------------

# What the database says -> what it means for the reader.
_MEANINGS: Mapping[str, str] = {
    "database or disk is full": "The disk is full. Free space there; what was committed before is safe.",
    "disk I/O error": "The disk failed or is full. Free space there; what was committed before is safe.",
    "No space left on device": "The disk of the database server is full. Free space there.",
    "database is locked": f"Another process has held the write lock for more than {LOCK_WAIT:.0f} s. "
    "Find who has the file open, or move to PostgreSQL.",
    "readonly database": "The file or its folder may not be written by this user. Fix its rights.",
    "unable to open database file": "The file or its folder may not be opened by this user. Fix its rights.",
    "file is not a database": "That file is something else. Point GONGBAO_DATABASE_URL elsewhere.",
    "malformed": "The file is damaged. Restore a backup, or start anew: the archive keeps every page.",
    "no such table": "Its tables are missing. Run `gongbao migrate` (or `gongbao up`) once to make them.",
    "no such module: fts5": "The SQLite of this Python was built without full-text search. Use another "
    "Python, or PostgreSQL.",
    "does not exist": "Create the database; `gongbao migrate` (or `gongbao up`) makes its tables.",
    "password authentication failed": "Check user and password in GONGBAO_DATABASE_URL.",
    "connection to server": "The server cannot be reached. Check that it runs and GONGBAO_DATABASE_URL.",
    "failed to resolve host": "The server cannot be found. Check the host in GONGBAO_DATABASE_URL.",
    "connection timeout": "The server cannot be reached. Check that it runs and GONGBAO_DATABASE_URL.",
    "idle-in-transaction": f"This process stood still for {STANDSTILL} s and held others up. "
    "The work will be done again.",
    "terminating connection": "The server was stopped or restarted. The work will be done again.",
    "connection is closed": "The server was stopped or restarted. The work will be done again.",
    "server closed the connection": "The server was stopped or restarted. The work will be done again.",
    "deadlock detected": "Two transactions waited for each other. The work will be done again.",
    "could not serialize": "Two transactions met. The work will be done again.",
}


def _kind_of(exc: StatementError) -> type[StoreError]:
    """Whether another try helps at once (Contended), with another value only (Unstorable), or later."""
    state = str(getattr(exc.orig, "sqlstate", None) or "")
    if state in _BROKEN_OFF:
        return Contended
    value = not isinstance(exc, DBAPIError) or isinstance(exc, DataError | IntegrityError | NotSupportedError)
    return Unstorable if value or state.startswith(_BEYOND_LIMITS) else StoreError


def _explain(exc: StatementError, name: str) -> str:
    said = str(exc.orig).strip().split("\n")[0]
    meaning = next((m for sign, m in _MEANINGS.items() if sign in str(exc.orig)), None)
    doing = (exc.statement or "connecting").strip().split("\n")[0][:120]
    return f"store {name}: {doing}: {said}." + (f" {meaning}" if meaning else "")
