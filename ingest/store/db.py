"""The store itself: its transactions, and when its tables are brought up to date.

How a connection is set up is engine.py, what the tables' revisions are schema.py, what errors mean
database_errors.py; what is read and written in a transaction is the business of the modules beside this one.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ingest.errors import Contended, StoreError, Unreleased
from ingest.store import database_errors, schema, text_index
from ingest.store.engine import LOCK_WAIT, WRITES, at_leisure, engine_of, prepare_file

T = TypeVar("T")

TRIES = 5  # of a transaction that the database broke off in favour of another
_PAUSE = 0.05  # seconds before the second try, at most; before the third twice that, and so on
_MIGRATION_LOCK = 0x676F6E67  # "gong": pg_advisory_xact_lock of whoever migrates
_PLACE = frozenset({"host", "port", "dbname", "service"})  # of a query: where the database is


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
        return cls(engine_of(url))

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
            self._engine.connect().execution_options(**{WRITES: writes}) as tx,
            tx.begin(),
        ):
            yield tx

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except StatementError as exc:
            raise database_errors.kind_of(exc)(database_errors.explain(exc, self.name)) from exc
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
            found = schema.revision_of(tx)
            ready = found == schema.newest() and text_index.is_there(tx)
            if ready and not (sqlite and _journal(tx) != "wal"):
                return
        self._refuse_unknown(found)
        if sqlite:
            self._use_wal()
            if found is not None and found != schema.newest():
                self._back_up()
        with self.begin() as tx:
            if not sqlite:
                if (encoding := tx.scalar(text("SHOW server_encoding"))) != "UTF8":
                    raise StoreError(
                        f"store {self.name}: its encoding is {encoding}, which cannot hold every text. Create"
                        " the database anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
                    )
                at_leisure(tx)
                tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            schema.upgrade(tx)

    def _back_up(self) -> None:
        """Copy the database to gongbao.db.before-REVISION, for whoever has to go back; whole or not at all.

        Raises StoreError, and then nothing has been changed.
        """
        file = Path(self._engine.url.database or "")
        kept = file.with_name(f"{file.name}.before-{schema.newest()}")
        fresh = file.with_name(f"{kept.name}.{os.getpid()}")
        try:
            prepare_file(fresh)  # ours alone, as the file itself is
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
            found = schema.revision_of(tx)
            searched = text_index.is_there(tx)
        if found == schema.newest() and not searched:
            raise StoreError(
                f"store {self.name}: its texts cannot be searched by this program. Run `gongbao migrate` (or "
                "`gongbao up`) once to make them so."
            )
        if found != schema.newest():
            self._refuse_unknown(found)
            raise StoreError(
                f"store {self.name}: its tables are at revision {found or 'none'}, this program needs "
                f"{schema.newest()}. Run `gongbao migrate` (or `gongbao up`) once to bring them up to date."
            )

    def _refuse_unknown(self, found: str | None) -> None:
        """Raises StoreError for tables that this program cannot bring up to date."""
        if found is None or found in schema.revisions():
            return
        if schema.unreleased(found):
            raise Unreleased(
                f"store {self.name}: its tables (revision {found}) were made by a gongbao before the first "
                "release, from which nothing is carried over. Move that database away or name another one in "
                "GONGBAO_DATABASE_URL, then run `gongbao migrate` (or `gongbao up`): sources are read anew. "
                "The archive of pages stays good; subscriptions and saved feeds have to be added again."
            )
        raise StoreError(
            f"store {self.name}: its tables are at revision {found}, of a newer gongbao than this one "
            f"({schema.newest()}). Update this program; roles that ran before may go on till then."
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


def _journal(tx: Connection) -> str:
    return str(tx.exec_driver_sql("PRAGMA journal_mode").scalar_one())
