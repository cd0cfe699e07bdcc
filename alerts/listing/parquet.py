"""A listing as a Parquet file: the columns of its CSV, with types. Needs pyarrow (the extra `parquet`).

What is listed is lists.py; who asks for it, commands and web/api/negotiation.py.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from alerts.listing.table import Listing, at
from ingest.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "parquet"
MEDIA_TYPE = "application/vnd.apache.parquet"
MISSING = "Parquet needs the package pyarrow: `pip install 'gongbao[parquet]'`"

# The last part of a field's path -> its type, where that is not text. What is a list or an object and has no
# type here is JSON in a text, as in CSV.
_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("year", "from", "to", "chars", "copies", "targets", "sequence"), "int64"),
    **dict.fromkeys(("pages", "gone", "problems", "attempts", "status", "last_status"), "int64"),
    **dict.fromkeys(("low", "high", "seconds", "confidence"), "float64"),
    **dict.fromkeys(("headline", "official", "provisional"), "bool"),
    **dict.fromkeys(("cut_before", "cut_behind"), "bool"),
    "flags": "list",
    **dict.fromkeys(("first_seen_at", "withdrawn_at", "occurred_at", "created_at", "done_at", "at"), "time"),
    **dict.fromkeys(("broken_at", "last_polled_at", "last_success_at", "next_poll_at"), "time"),
    **dict.fromkeys(("failing_since", "disabled_at", "paused_at", "previous_secret_until"), "time"),
    "next_attempt_at": "time",
}


def is_there() -> bool:
    """Whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


def pieces(pages: Iterable[Listing]) -> Iterator[bytes]:
    """The file of all pages, of which there is one; a row group each. ConfigError without pyarrow."""
    if not is_there():
        raise ConfigError(MISSING)
    return _pieces(pages)


def _pieces(pages: Iterable[Listing]) -> Iterator[bytes]:
    import pyarrow as pa

    return written(pa.table({path: _column(page, path) for path in page.fields}) for page in pages)


def written(tables: Iterable[pa.Table], schema: pa.Schema | None = None) -> Iterator[bytes]:
    """The file of all these tables, a row group each; `schema` is that of the first, if there is one."""
    import pyarrow as pa
    from pyarrow import parquet

    out = _Drained()
    file = pa.PythonFile(out, mode="w")
    writer = None if schema is None else parquet.ParquetWriter(file, schema, compression="zstd")
    for table in tables:
        writer = writer or parquet.ParquetWriter(file, table.schema)
        writer.write_table(table)
        yield out.drained()
    if writer is not None:
        writer.close()
    yield out.drained()


class _Drained(io.RawIOBase):
    """Keeps what was written only until it is asked for."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._kept += data
        return len(data)

    def drained(self) -> bytes:
        data = bytes(self._kept)
        self._kept.clear()
        return data


def _column(listing: Listing, path: str) -> pa.Array:
    import pyarrow as pa

    kind = _TYPES.get(path.rpartition(".")[2], "text")
    types: dict[str, Any] = {
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "list": pa.list_(pa.string()),
        "time": pa.timestamp("us", tz="UTC"),
        "text": pa.string(),
    }
    return pa.array([_value(kind, at(record, path)) for record in listing.records], types[kind])


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "time":
        return datetime.fromisoformat(value)
    if kind == "text" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value
