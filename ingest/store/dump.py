"""The tables as JSON Lines and back, the same on both databases. docs/backup.md has the format.

Lines are in the order of the primary key, texts by their bytes, so that equal stores give equal lines. A file
around them, its manifest and sums are export.py. What only says who is at work now (leases, heartbeats)
is not carried over, nor what is searched, which is made of the rest.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    collate,
    exists,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from ingest.errors import ExportError
from ingest.store import schema, text_index
from ingest.store.engine import at_leisure
from ingest.store.tables import String, Text, UtcDateTime, metadata

LEFT_OUT = frozenset({"heartbeats", "operator_sessions", "search_texts"})  # tables
TRANSIENT = frozenset({"lease_owner", "lease_until"})  # columns
BATCH = 200  # rows on their way at once
LARGEST = 2**63 - 1  # integer of a column

# Kind of a column in the manifest -> type that reads and writes it on both databases.
_TYPES: Mapping[str, type[TypeEngine[Any]]] = {
    "time": UtcDateTime,
    "day": Date,
    "json": JSON,
    "bytes": LargeBinary,
    "yesno": Boolean,
    "integer": BigInteger,
    "float": Float,
    "text": Text,
}
_COLUMN_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (UtcDateTime, "time"),
    (Date, "day"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Boolean, "yesno"),
    (Integer, "integer"),
    (Float, "float"),
    (String, "text"),
    (Text, "text"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as a file has it: its columns by kind, and the last number that it gave away as an id (None: it
    numbers nothing)."""

    name: str
    columns: Mapping[str, str]
    last_id: int | None = None


# --- out -------------------------------------------------------------------------------------


def carried() -> list[Table]:
    """The tables that are carried over, each after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def shape(tx: Connection, table: Table) -> Shape:
    kinds = {column.name: _kind(column) for column in _columns(table)}
    return Shape(table.name, kinds, _last_id(tx, table))


def count(tx: Connection, table: Table) -> int:
    return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def lines(tx: Connection, table: Table) -> Iterator[bytes]:
    """Every row as one line of JSON. Only `BATCH` of them are in memory at a time."""
    columns = _columns(table)
    out = [(column.name, _WRITE.get(_kind(column))) for column in columns]
    query = select(*columns).order_by(*_order(tx, table)).execution_options(yield_per=BATCH)
    for row in tx.execute(query):
        record = {
            name: value if value is None or write is None else write(value)
            for (name, write), value in zip(out, row, strict=True)
        }
        yield json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name not in TRANSIENT]


def _kind(column: Column[Any]) -> str:
    return next(kind for type_, kind in _COLUMN_KINDS if isinstance(column.type, type_))


def _order(tx: Connection, table: Table) -> list[ColumnElement[Any]]:
    """PostgreSQL would order texts by the language of its database, SQLite does by their bytes."""
    by_bytes = tx.dialect.name == "postgresql"
    return [
        collate(column, "C") if by_bytes and _kind(column) == "text" else column
        for column in table.primary_key
    ]


# --- in --------------------------------------------------------------------------------------


def prepare(tx: Connection, revision: str) -> None:
    """Make an empty, migrated database ready for the rows of an export with the tables of `revision`; nobody
    else writes to it until the end of the transaction. Raises ExportError, and has changed nothing then."""
    if revision not in schema.revisions():
        if schema.unreleased(revision):
            raise ExportError(
                f"its tables are of revision {revision}, made by a gongbao before the first release, from "
                "which nothing is carried over: start with an empty database."
            )
        raise ExportError(
            f"its tables are of revision {revision}, which this version does not know. A newer gongbao made "
            "it: use that version or a later one."
        )
    at_leisure(tx)
    _lock(tx)
    for table in carried():
        if tx.execute(select(exists().select_from(table))).scalar():
            raise ExportError(
                f"the database is not empty: there are rows in `{table.name}`. Import into a new one: make "
                "it with `gongbao migrate`, and import before anything else is run on it."
            )
    if revision != schema.newest():
        schema.rebuild(tx, revision)


def put(tx: Connection, of: Shape, records: Iterable[bytes], tell: Callable[[int], None]) -> int:
    """Insert the lines of a table, how many; `tell` is called with how many came in. Raises ExportError for a
    line that is no row of this table."""
    rows = 0
    table = _table(tx, of)
    reads = {name: _READ.get(kind) for name, kind in of.columns.items()}
    numbered = enumerate(records, 1)
    while batch := list(islice(numbered, BATCH)):
        tx.execute(table.insert(), [_row(of.name, number, line, reads) for number, line in batch])
        tell(len(batch))
        rows += len(batch)
    _go_on_after(tx, table, of.last_id)
    return rows


def finish(tx: Connection) -> None:
    """Bring the tables from the revision of the export to the present one, and make what is searched."""
    text_index.drop(tx)  # so that it is made anew
    schema.upgrade(tx)


def _table(tx: Connection, of: Shape) -> Table:
    """The table as it stands in the database now, which may be of an older revision than the code's."""
    there = MetaData()
    found = inspect(tx)
    if not found.has_table(of.name):
        raise ExportError(f"the file names a table `{of.name}`, which its revision does not have")
    columns = {column["name"]: column for column in found.get_columns(of.name)}
    keys = set(found.get_pk_constraint(of.name)["constrained_columns"])
    if unknown := set(of.columns) - set(columns):
        raise ExportError(f"the file names columns that `{of.name}` does not have: {', '.join(unknown)}")
    made = []
    for name, kind in of.columns.items():
        if kind not in _TYPES:
            raise ExportError(
                f"the file says that `{of.name}.{name}` is {kind!r}, which is no kind of column"
            )
        # In a column that may be NULL, null is NULL; in another it is the JSON value.
        type_ = JSON(none_as_null=bool(columns[name]["nullable"])) if kind == "json" else _TYPES[kind]()
        made.append(Column(name, type_, primary_key=name in keys, autoincrement=False))
    return Table(of.name, there, *made)


def _row(
    table: str, number: int, line: bytes, reads: Mapping[str, Callable[[Any], Any] | None]
) -> dict[str, Any]:
    try:
        record = json.loads(line)
        if record.keys() != reads.keys():
            raise ValueError("its fields are not the columns of the table")
        return {
            name: value if value is None or (read := reads[name]) is None else read(value)
            for name, value in record.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise ExportError(f"line {number} of `{table}` is no row of it: {exc}") from exc


def _lock(tx: Connection) -> None:
    if tx.dialect.name == "postgresql":  # SQLite has one writer anyway
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        tx.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


# --- ids -------------------------------------------------------------------------------------


def _last_id(tx: Connection, table: Table) -> int | None:
    """An id once given away must not be given again, also when its row is gone."""
    column = table.autoincrement_column
    if column is None:
        return None
    most = tx.execute(select(func.max(column))).scalar() or 0
    if tx.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        given = (
            tx.execute(query, {"table": table.name}).scalar() if _numbers_for_good(tx, table.name) else None
        )
    else:
        query = text(
            "SELECT last_value FROM pg_sequences "
            "WHERE format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence(:table, :column)"
        )
        given = tx.execute(query, {"table": table.name, "column": column.name}).scalar()
    return max(most, given or 0)


def _go_on_after(tx: Connection, table: Table, last_id: int | None) -> None:
    if not last_id:
        return
    if tx.dialect.name == "postgresql":
        [column] = table.primary_key
        sequence = select(func.pg_get_serial_sequence(table.name, column.name)).scalar_subquery()
        tx.execute(select(func.setval(sequence, last_id)))
    elif _numbers_for_good(tx, table.name):
        values = {"table": table.name, "last": last_id}
        tx.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
        tx.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), values)


def _numbers_for_good(tx: Connection, name: str) -> bool:
    """Whether this table of SQLite never gives an id again."""
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    return "AUTOINCREMENT" in str(tx.execute(query, {"table": name}).scalar_one())


# --- values ----------------------------------------------------------------------------------


def _write_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _read_time(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(f"{value!r} is a time without a zone")
    return found


def _read_integer(value: Any) -> int:
    if type(value) is not int or not -LARGEST - 1 <= value <= LARGEST:
        raise ValueError(f"{value!r:.40} is no integer of 64 bits")
    return value


def _read_yesno(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _read_text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r} is no text")
    return value


_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "time": _write_time,
    "day": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
    # JSON has no infinity; Python prints every other float so that it is read back to the last bit.
    "float": lambda value: value if math.isfinite(value) else str(value),
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "time": _read_time,
    "day": date.fromisoformat,
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "yesno": _read_yesno,
    "integer": _read_integer,
    "float": float,
    "text": _read_text,
}
