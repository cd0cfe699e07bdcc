"""The index of texts in each database: FTS5 on SQLite, a GIN index over numbers on PostgreSQL.

One row a text, under its place (search/tokens.py), with its tokens; nothing of it can be read back. Both say
of the same tokens the same. What is in it is search.py; how tokens are made, ingest/search/tokens.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    intersect,
    or_,
    select,
    table,
    text,
)

from ingest.search.tokens import FORM, TextTokens, number
from ingest.store import rows
from ingest.store.tables import search_texts, targets, versions

# Another form is another table: `make` fills it anew, and drops that of the form before.
NAME = f"text_index_{FORM}"

# FTS5 keeps only which text has which token: no positions, no text, nothing to rank by.
_SQLITE = (
    f"CREATE VIRTUAL TABLE {NAME} USING fts5(tokens, content = '', detail = none, columnsize = 0, "
    "tokenize = \"ascii tokenchars '%.&+'\")",
)
_POSTGRESQL = (
    # The numbers lie beside the rows, so that the rows that the index names are few pages.
    f"CREATE TABLE {NAME} (place BIGINT PRIMARY KEY, tokens BIGINT[] NOT NULL) "
    "WITH (toast_tuple_target = 128)",
    f"CREATE INDEX {NAME}_tokens ON {NAME} USING gin (tokens) WITH (gin_pending_list_limit = 1024)",
)
_MOST_ALTERNATIVES = 64  # that are asked for one by one

_fts = table(NAME, column("rowid", BigInteger), column("tokens", Text), column(NAME, Text))
_gin = table(NAME, column("place", BigInteger), column("tokens", ARRAY(BigInteger)))
_INTO_FTS = insert(_fts)
_INTO_GIN = insert(_gin).values(
    place=bindparam("place"), tokens=cast(bindparam("tokens", type_=Text()), ARRAY(BigInteger))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Texts from one place to another that have, of each of `groups`, all tokens of one alternative, and a
    target of one of `indicators`."""

    groups: Sequence[Sequence[Collection[str]]]
    lowest: int
    highest: int
    indicators: Sequence[str] = ()


def _sqlite(tx: Connection) -> bool:
    return tx.dialect.name == "sqlite"


# --- the tables ------------------------------------------------------------------------------


def is_of_index(name: str) -> bool:
    """Of a table's name, of any form; SQLite keeps some of its own beside it."""
    return name.startswith("text_index_")


def is_there(tx: Connection) -> bool:
    return NAME in _tables(tx)


def make(tx: Connection) -> bool:
    """Make the index if it is not there; whether it was not."""
    if is_there(tx):
        return False
    drop(tx)
    for statement in _SQLITE if _sqlite(tx) else _POSTGRESQL:
        tx.execute(text(statement))
    return True


def drop(tx: Connection) -> None:
    for name in _tables(tx):
        tx.execute(text(f"DROP TABLE {name}"))


def _tables(tx: Connection) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
        if _sqlite(tx)
        else "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
    )
    return {name for name in tx.execute(text(query)).scalars() if is_of_index(name)}


# --- what is in it ---------------------------------------------------------------------------


def clear(tx: Connection) -> None:
    tx.execute(insert(_fts).values({NAME: "delete-all"}) if _sqlite(tx) else delete(_gin))


def put(tx: Connection, texts: Mapping[int, TextTokens]) -> None:
    """Place -> tokens. Nothing may stand at those places yet."""
    if not texts:
        return
    if _sqlite(tx):
        placed = [{"rowid": place, "tokens": tokens.words()} for place, tokens in texts.items()]
        rows.put_late(tx, _INTO_FTS, placed)
    else:
        placed = [
            {"place": place, "tokens": rows.bigints(tokens.numbers())} for place, tokens in texts.items()
        ]
        rows.put_late(tx, _INTO_GIN, placed)


def take(tx: Connection, place: int, tokens: Callable[[], TextTokens]) -> None:
    """Take out what stands at that place; `tokens` gives those that it was put in with, which FTS5 has to be
    told."""
    if _sqlite(tx):
        tx.execute(insert(_fts).values({NAME: "delete", "rowid": place, "tokens": tokens().words()}))
    else:
        tx.execute(delete(_gin).where(_gin.c.place == place))


def _numbers(tokens: Collection[str]) -> list[int]:
    return sorted(map(number, tokens))


# --- asked -----------------------------------------------------------------------------------


def find(tx: Connection, wanted: Wanted, limit: int, counted: int) -> tuple[list[int], int]:
    """Places, the highest first, and how many there are: `counted` at most."""
    sqlite = _sqlite(tx)
    having = _fts_having(wanted) if sqlite else _gin_having(wanted)
    place = having.c.place
    query = select(place).where(*_further(wanted, place)).order_by(place.desc()).limit(counted)
    # Of ten thousand places only their number leaves the database.
    found = query.cte("found").prefix_with("MATERIALIZED")
    number_of = select(func.count()).select_from(found).scalar_subquery()
    answer = select(found.c.place, number_of).order_by(found.c.place.desc()).limit(limit)
    if sqlite:
        hits = tx.execute(answer).all()
    else:
        tx.execute(text("SET LOCAL enable_seqscan = off"))
        hits = tx.execute(answer).all()
        tx.execute(text("SET LOCAL enable_seqscan = on"))
    return [row[0] for row in hits], hits[0][1] if hits else 0


def _fts_having(wanted: Wanted) -> FromClause:
    match = " AND ".join(
        "(" + " OR ".join("(" + " AND ".join(f'"{one}"' for one in tokens) + ")" for tokens in group) + ")"
        for group in wanted.groups
    )
    return select(_fts.c.rowid.label("place")).where(_fts.c[NAME].op("MATCH")(match)).subquery("having")


def _gin_having(wanted: Wanted) -> FromClause:
    """The planner does not know that to look at a row is to unpack thousands of numbers: it must not be left
    a way round the index, nor a group of which the index has not said whether a row has it."""
    parts: list[list[frozenset[str]]] = [[frozenset()]]
    for group in wanted.groups:
        if len(parts[-1]) * len(group) > _MOST_ALTERNATIVES:
            parts.append([frozenset()])
        parts[-1] = [known | set(tokens) for known in parts[-1] for tokens in group]
    place, tokens = _gin.c.place, _gin.c.tokens
    queries = (
        select(place).where(or_(*(tokens.bool_op("@>")(_numbers(one)) for one in part))) for part in parts
    )
    having = intersect(*queries)
    if wanted.indicators:  # asked of one after the other: in this order it ends with the last that is counted
        having = having.order_by(having.selected_columns.place.desc())
    return having.cte("having").prefix_with("MATERIALIZED")


def _further(wanted: Wanted, place: ColumnElement[int]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [place.between(wanted.lowest, wanted.highest)]
    if wanted.indicators:
        asked = targets.c.indicator.in_(wanted.indicators)
        leading = exists().where(search_texts.c.place == place, asked)
        beside = leading.where(search_texts.c.beside.is_not(None), versions.c.beside.is_not(None))
        conditions.append(
            or_(
                leading.where(targets.c.version_id == search_texts.c.version_id),
                beside.where(
                    versions.c.report_id == search_texts.c.report_id, targets.c.version_id == versions.c.id
                ),
            )
        )
    return conditions
