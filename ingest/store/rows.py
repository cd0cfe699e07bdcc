"""Rows to model objects and back, by the names of their fields. No queries here.

A column is named as the field. NULL is a field's default where it has one; a tuple, a day inside JSON or an
object inside an object is plain JSON. What a table has otherwise is said below, one function each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import MISSING, fields
from datetime import date, timedelta
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import Column, Connection, Executable, Result, Table
from sqlalchemy.sql.dml import ReturningInsert

from ingest.model import Comparator, Direction, Figure, Measure, Owner, Period, Region, Report, Resolve

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
_CHUNK = 500
_AS_IT_IS = frozenset({str, int, float, bool, NoneType, timedelta})


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices small enough for an IN list on either database."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def insert(tx: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of this connection."""
    return insert_in(tx.dialect.name, table)


def insert_new(tx: Connection, table: Table, *returning: Table | Column[Any]) -> ReturningInsert[Any]:
    """An INSERT that passes over what is there already, and gives back `returning` of what it inserts. To be
    executed with the values as parameters: so the statement is made once, where `values` makes it anew each
    time."""
    return _insert_new(tx.dialect.name, table, returning)


def put(tx: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any], **new: Any) -> None:
    """Give the row of this key these values, made if need be, then with `new` besides."""
    tx.execute(putting(tx, table, tuple(key), tuple(values)), {**key, **values, **new})


def putting(
    tx: Connection, table: Table, key: tuple[str, ...], changed: tuple[str, ...]
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that changes these columns of a row that is there; to be executed as insert_new."""
    return _put(tx.dialect.name, table, key, changed)


def bigints(values: Iterable[int]) -> str:
    """A `bigint[]` of PostgreSQL as it is written: its driver takes ten times as long to write one."""
    return "{" + ",".join(map(str, values)) + "}"


_Rows = dict[tuple[Executable, tuple[str, ...]], list[Mapping[str, Any]]]
_late: ContextVar[_Rows | None] = ContextVar("late", default=None)


def put_late(tx: Connection, statement: Executable, several: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement, which is the same object each time, with each of these values; at the end of
    `gathered` if that is around, for until then nothing depends on it."""
    if (late := _late.get()) is None:
        tx.execute(statement, several)
    else:
        late.setdefault((statement, tuple(several[0])), []).extend(several)


@contextmanager
def gathered(tx: Connection) -> Iterator[None]:
    """Let all `put_late` inside be executed at the end of it, those of a kind at once."""
    late: _Rows = {}
    token = _late.set(late)
    try:
        yield
    finally:
        _late.reset(token)
    for (statement, _), several in late.items():
        tx.execute(statement, several)


@cache
def _insert_new(
    dialect: str, table: Table, returning: tuple[Table | Column[Any], ...]
) -> ReturningInsert[Any]:
    return insert_in(dialect, table).on_conflict_do_nothing().returning(*returning)


@cache
def _put(
    dialect: str, table: Table, key: tuple[str, ...], changed: tuple[str, ...]
) -> postgresql.Insert | sqlite.Insert:
    made = insert_in(dialect, table)
    given = {name: made.excluded[name] for name in changed}
    return made.on_conflict_do_update(index_elements=key, set_=given)


@cache
def insert_in(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    if dialect == "postgresql":  # 2 MB that a process with SQLite does without
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def read(of: type[T], row: Mapping[Any, Any]) -> T:
    """The object that a row or the value of a JSON column holds; a column that it has no field for is passed
    over. Raises ValueError when a value is none of its field."""
    adapter, optional = _reader(of)  # type: ignore[arg-type]  # a type is hashable
    made: T = adapter.validate_python({n: v for n, v in row.items() if v is not None or n not in optional})
    return made


def learn(of: type[Any]) -> None:
    """Know how to `read` it: to find that out takes as long as to read a hundred."""
    _reader(of)  # type: ignore[arg-type]  # a type is hashable


def by_column(
    column: str, values: Iterable[int], found: Result[Any], make: Callable[[Mapping[Any, Any]], T]
) -> dict[int, list[T]]:
    """What `make` makes of rows, by what they have in a column: for each of these values, in their order."""
    by: dict[int, list[T]] = {value: [] for value in values}
    for row in found.mappings():
        by[row[column]].append(make(row))
    return by


@cache
def _reader(of: Any) -> tuple[TypeAdapter[Any], frozenset[str]]:
    """With the names of the fields that have a default."""
    optional = (f.name for f in fields(of) if f.default is not MISSING or f.default_factory is not MISSING)
    return TypeAdapter(of), frozenset(optional)


def plain(value: object) -> Any:
    """As JSON has it: tuples are lists, enums their values, days and times ISO 8601, objects their fields."""
    return to_jsonable_python(value)


def columns(of: DataclassInstance) -> dict[str, Any]:
    """What to write of an object: times as they are, all else as `plain` has it."""
    values = {field.name: getattr(of, field.name) for field in fields(of)}
    return {n: v if type(v) in _AS_IT_IS or isinstance(v, date) else plain(v) for n, v in values.items()}


# --- reports: a region stands in columns of its own ---------------------------------------------


def region_columns(region: Region | None) -> dict[str, Any]:
    return {
        "region_code": region.code if region else None,
        "region_name": region.name if region else None,
        "region_path": list(region.path) if region else None,
        "region_parent": region.parent_code if region else None,
    }


def report(row: Mapping[Any, Any]) -> Report:
    region = None
    if row["region_name"] is not None:
        path = tuple(row["region_path"] or ())
        region = Region(row["region_code"], row["region_name"], path, row["region_parent"])
    return read(Report, {**row, "region": region})


# --- figures: no measure and no owner are "", which a key can hold --------------------------------


_MADE: Mapping[str, Callable[[Any], Any]] = {
    "measure": Measure,
    "comparator": Comparator,
    "resolve": Resolve,
    "flags": tuple,
    "period": Period,
    "direction": Direction,
}
_KEPT = tuple(f.name for f in fields(Figure) if f.name not in {*_MADE, "owner"})
_NEEDED = frozenset(f.name for f in fields(Figure) if f.default is MISSING)


def figure(row: Mapping[Any, Any]) -> Figure:
    """Without pydantic, for a page shows hundreds."""
    values = {name: row[name] for name in _KEPT}
    values |= {name: make(row[name]) if row[name] else None for name, make in _MADE.items()}
    values["owner"] = Owner(row["owner"], row["owner_code"]) if row["owner"] else None
    return Figure(**{n: v for n, v in values.items() if v is not None or n in _NEEDED})


def figure_columns(figure: Figure) -> dict[str, Any]:
    owner = figure.owner
    return {
        **columns(figure),
        "measure": figure.measure or "",
        "flags": list(figure.flags) or None,
        "owner": owner.name if owner else "",
        "owner_code": owner.code if owner else None,
    }
