"""A dump: a Parquet file a table, datapackage.json with their schemas, DICTIONARY.md with what they mean.

Which tables there are is dataset.py, their rows dataset_rows.py. A new folder is there whole or not at all;
in one that is there, which may be a mount, datapackage.json comes last. Needs pyarrow (the extra `parquet`).
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from alerts.listing import dataset, parquet
from alerts.listing.dataset import TABLES, DataTable
from alerts.listing.dataset_rows import batches
from alerts.listing.records import stamp
from alerts.listing.table import encodable
from ingest.errors import ConfigError, ExportError
from ingest.store import outbox
from ingest.store.db import Store

if TYPE_CHECKING:
    import pyarrow as pa

PACKAGE, DICTIONARY = "datapackage.json", "DICTIONARY.md"
HEAD = (
    "# What the columns mean\n\n"
    "A `?` after a type: the value may be null. report_key, content_hash and target_id join the tables.\n\n"
)
_DRAFT = ".gongbao-dump-"  # the name of a folder that is being written, before eight letters


@dataclass(frozen=True, slots=True)
class Written:
    table: str
    rows: int
    size: int


def dump(
    store: Store,
    folder: Path,
    now: datetime,
    *,
    texts: bool = False,
    told: Callable[[Written], None] = lambda _: None,
) -> None:
    """Write all tables as they are at one moment into a folder that is not there yet, or empty.

    Raises ConfigError for another, and without pyarrow; ExportError where the disk does not take it.
    """
    if not parquet.is_there():
        raise ConfigError(parquet.MISSING)
    try:
        folder = folder.resolve()
        is_there = folder.exists()
        draft = folder / _DRAFT if is_there else folder.with_name(f".{folder.name}{_DRAFT}")
        if is_there:
            _must_be_empty(folder)
        draft.parent.mkdir(parents=True, exist_ok=True)
        with _drafted(draft) as fresh:
            with store.read() as tx:
                _fill(tx, fresh, now, [t for t in TABLES.values() if texts or t.name != dataset.TEXTS], told)
            if is_there:
                _must_be_empty(folder)  # still
                _move(fresh, folder)
            else:
                fresh.replace(folder)
    except OSError as exc:
        raise ExportError(
            f"dump: {folder} could not be written: {exc.strerror or exc}; nothing is there"
        ) from exc


def _must_be_empty(folder: Path) -> None:
    """But for what is being written there, or was when it was killed."""
    if not folder.is_dir() or any(one.name[:-8] != _DRAFT for one in folder.iterdir()):
        raise ConfigError(f"dump: {folder} is there already, and not empty; name a new folder")


@contextmanager
def _drafted(draft: Path) -> Iterator[Path]:
    """A folder of that name and eight letters, gone in the end unless it was moved. Those that killed ones
    left go first: whoever is at work on one holds its lock."""
    for left in draft.parent.glob(f"{glob.escape(draft.name)}????????"):
        with suppress(OSError), _locked(left):
            shutil.rmtree(left)
    fresh = Path(tempfile.mkdtemp(prefix=draft.name, dir=draft.parent))
    try:
        with ExitStack() as held:
            with suppress(OSError):  # not every file system can; there nothing is cleared either
                held.enter_context(_locked(fresh))
            fresh.chmod(0o755)
            yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """OSError where another process holds it, or the file system has no locks."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _move(fresh: Path, folder: Path) -> None:
    """All files, what names them last; or none."""
    moved: list[Path] = []
    try:
        for file in sorted(fresh.iterdir(), key=lambda file: file.name == PACKAGE):
            moved.append(folder / file.name)
            file.rename(moved[-1])
        _sync(folder)
    except BaseException:
        for file in moved:
            file.unlink(missing_ok=True)
        raise


def package(tables: Iterable[DataTable], resource: Callable[[DataTable], dict[str, Any]]) -> dict[str, Any]:
    """As Data Package says it (specs.frictionlessdata.io); `resource`: what is known of a file beside."""
    return {
        "profile": "data-package",
        "name": "gongbao",
        "description": "What Chinese local governments have promised for each year, and what became of it",
        "made_by": f"gongbao {version('gongbao')}",
        "resources": [
            {
                "name": table.name,
                "description": table.meaning,
                "format": "parquet",
                "mediatype": parquet.MEDIA_TYPE,
                **resource(table),
                "schema": dataset.schema(table),
            }
            for table in tables
        ],
    }


def table_pieces(
    tx: Connection, table: DataTable, counted: Callable[[int], None] = lambda _: None
) -> Iterator[bytes]:
    """The Parquet file of a table, as its rows are read; `counted` is called with how many came."""

    wanted = arrow_schema(table)

    def tables() -> Iterator[pa.Table]:
        for batch in batches(tx, table):
            counted(len(batch))
            yield _arrow(batch, wanted)

    return parquet.written(tables(), wanted)


def arrow_schema(table: DataTable) -> pa.Schema:
    """With the meaning of each column in its metadata."""
    import pyarrow as pa

    types: dict[Any, pa.DataType] = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        date: pa.date32(),
        datetime: pa.timestamp("us", tz="UTC"),
        list[str]: pa.list_(pa.string()),
        list[int]: pa.list_(pa.int64()),
    }
    return pa.schema(
        pa.field(
            column.name,
            types[column.type],
            nullable=column.nullable,
            metadata={"description": column.meaning, "unit": column.unit or "", "source": column.source},
        )
        for column in dataset.columns(table)
    )


def _arrow(batch: list[dict[str, Any]], wanted: pa.Schema) -> pa.Table:
    import pyarrow as pa

    try:
        return pa.Table.from_pylist(batch, wanted)
    except UnicodeEncodeError:
        whole = [{name: _encodable(value) for name, value in row.items()} for row in batch]
        return pa.Table.from_pylist(whole, wanted)


def _encodable(value: Any) -> Any:
    return encodable(value) if isinstance(value, str) else value


def _fill(
    tx: Connection, folder: Path, now: datetime, tables: list[DataTable], told: Callable[[Written], None]
) -> None:
    facts = {table.name: _write(tx, folder / table.file, table, told) for table in tables}
    made = package(tables, lambda table: {"path": table.file, **facts[table.name]})
    made |= {"created": stamp(now), "last_event": outbox.latest_sequence(tx)}
    _save(folder / PACKAGE, [json.dumps(made, ensure_ascii=False, indent=2).encode() + b"\n"])
    _save(folder / DICTIONARY, [(HEAD + dataset.dictionary()).encode()])
    _sync(folder)


def _sync(folder: Path) -> None:
    with suppress(OSError):  # not every file system can
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(tx: Connection, path: Path, table: DataTable, told: Callable[[Written], None]) -> dict[str, Any]:
    rows: list[int] = []
    facts = _save(path, table_pieces(tx, table, rows.append))
    told(Written(table.name, sum(rows), facts["bytes"]))
    return {"rows": sum(rows), **facts}


def _save(path: Path, pieces: Iterable[bytes]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return {"bytes": size, "hash": f"sha256:{digest.hexdigest()}"}
