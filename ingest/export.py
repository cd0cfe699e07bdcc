"""A whole store in one file, and back: to keep, or to move between SQLite and PostgreSQL.

The file is a zip: JSON Lines for each table, the WARC files if they are asked for, and a manifest with the
count and the SHA-256 of each (docs/backup.md). What a line holds is store/dump.py; keys and secrets are not
this room's business: the secrets stay sealed.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, ConfigError, ExportError, said_of_value
from ingest.process.console import (
    counting,
)
from ingest.program import program_version
from ingest.store import dump, schema
from ingest.store.db import Store

FORMAT = 1
MANIFEST = "manifest.json"
LONGEST_MANIFEST = 64 * 2**20  # bytes
PIECE = 2**20

Count = Annotated[int, Field(ge=0, le=dump.LARGEST)]
Counting = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


class _Exact(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Member(_Exact):
    """A file in the export: `bytes` and `sha256` are of what is in it, not of how it is packed."""

    file: str
    bytes: Count
    sha256: str


class TableMember(Member):
    name: str
    rows: Count
    last_id: Count | None  # the last number that the table gave away; None: it numbers nothing
    columns: dict[str, str]  # name -> kind (store/dump.py)

    @property
    def shape(self) -> dump.Shape:
        return dump.Shape(self.name, self.columns, self.last_id)


class Manifest(_Exact):
    format: int
    made_at: str
    made_by: str
    revision: str  # of the tables
    tables: list[TableMember]
    warc: list[Member]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


# --- out -------------------------------------------------------------------------------------


def export(
    store: Store, path: Path, now: datetime, *, archive: Archive | None = None, count: Counting = counting
) -> Manifest:
    """Write everything that the store holds at one moment, whatever is at work on it; with `archive` its WARC
    files too. The file appears when it is whole. Raises ConfigError when there is one already, StoreError,
    ExportError."""
    if path.exists():
        raise ConfigError(f"exporting to {path}: it is there already; choose another name")
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _disk(f"exporting to {path}"):
        try:
            # It holds what the database holds: ours alone.
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
                    tables = _export_tables(store, packed, count)
                    # Later than the rows, so that every record that a row points at is there.
                    warc = [] if archive is None else _export_warc(archive, packed, count)
                    manifest = Manifest(
                        format=FORMAT,
                        made_at=now.isoformat(timespec="seconds"),
                        made_by=f"gongbao {program_version()}",
                        revision=schema.newest() or "",
                        tables=tables,
                        warc=warc,
                    )
                    text = json.dumps(manifest.model_dump(), ensure_ascii=False, indent=1)
                    _add(packed, MANIFEST, [text.encode() + b"\n"])
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def _export_tables(store: Store, packed: zipfile.ZipFile, count: Counting) -> list[TableMember]:
    made = []
    with store.read() as tx:
        tables = dump.carried()
        with count("exporting", sum(dump.count(tx, table) for table in tables)) as done:
            for table in tables:
                rows = 0

                def counted(lines: Iterator[bytes]) -> Iterator[bytes]:
                    nonlocal rows
                    for line in lines:
                        rows += 1
                        done(1)
                        yield line

                shape = dump.shape(tx, table)
                member = _add(packed, f"tables/{table.name}.jsonl", counted(dump.lines(tx, table)))
                made.append(
                    TableMember(
                        **member.model_dump(),
                        name=shape.name,
                        rows=rows,
                        last_id=shape.last_id,
                        columns=dict(shape.columns),
                    )
                )
    return made


def _export_warc(archive: Archive, packed: zipfile.ZipFile, count: Counting) -> list[Member]:
    made = []
    names = archive.names()
    with count("archive", len(names)) as done:
        for name in names:
            with archive.whole(name) as (file, length):
                made.append(_add(packed, f"warc/{name}", _pieces(file, length), packing=zipfile.ZIP_STORED))
            done(1)
    return made


def _add(
    packed: zipfile.ZipFile, name: str, pieces: Iterable[bytes], packing: int = zipfile.ZIP_DEFLATED
) -> Member:
    about = zipfile.ZipInfo(name)  # without a time: equal stores make equal files
    about.compress_type, about.external_attr = packing, 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with packed.open(about, "w", force_zip64=True) as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
    return Member(file=name, bytes=size, sha256=digest.hexdigest())


def _pieces(file: IO[bytes], length: int) -> Iterator[bytes]:
    while length > 0 and (piece := file.read(min(PIECE, length))):
        length -= len(piece)
        yield piece


# --- in --------------------------------------------------------------------------------------


def examine(path: Path, *, count: Counting = counting) -> Manifest:
    """Read an export through, as `take_in` does first. Raises ExportError for one that is torn or altered, or
    that a newer version made."""
    with _opened(path, "reading") as packed:
        manifest = _manifest(packed)
        members: list[Member] = [*manifest.tables, *manifest.warc]
        named = {MANIFEST, *(member.file for member in members)}
        if odd := named.symmetric_difference(packed.namelist()):
            raise ExportError(f"its manifest and what is in it differ: {', '.join(sorted(odd))}")
        with count("checking", sum(member.bytes for member in members)) as done:
            for member in members:
                _check(packed, member, done)
    return manifest


def take_in(
    store: Store, path: Path, archive: Archive, *, skip: int = 0, count: Counting = counting
) -> Manifest:
    """Fill an empty, migrated database from an export of this or an older version, and the archive with its
    WARC files: all or nothing. The next event is numbered as if `skip` more had been told, which the lost
    database may have done. Raises ExportError, StoreError."""
    manifest = examine(path, count=count)
    added: list[str] = []
    try:
        with _opened(path, "importing") as packed, store.begin() as tx:
            dump.prepare(tx, manifest.revision)
            with count("importing", manifest.rows) as done:
                for table in manifest.tables:
                    shape = table.shape
                    if shape.name == "events":
                        shape = replace(shape, last_id=(shape.last_id or 0) + skip)
                    with packed.open(table.file) as lines:
                        rows = dump.put(tx, shape, lines, done)
                    if rows != table.rows:
                        raise ExportError(f"{table.file} has {rows} rows, its manifest says {table.rows}")
            dump.finish(tx)
            with count("archive", len(manifest.warc)) as done:
                for member in manifest.warc:
                    _put_warc(packed, member, archive, added)
                    done(1)
    except BaseException:
        for name in added:
            with suppress(ArchiveError):
                archive.remove(name)
        raise
    return manifest


def _manifest(packed: zipfile.ZipFile) -> Manifest:
    try:
        if packed.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise ExportError("its manifest is too long to be one")
        found = json.loads(packed.read(MANIFEST))
        made = found["format"]
    except (KeyError, ValueError, TypeError, RecursionError) as exc:
        raise ExportError(f"it is no export of gongbao, or an altered one: {exc!r}") from exc
    if type(made) is int and made > FORMAT:
        raise ExportError(f"its format is {made}, this version reads {FORMAT}: update gongbao")
    try:
        return Manifest.model_validate(found)
    except ValidationError as exc:
        wrong = exc.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise ExportError(f"its manifest is altered: {where}: {said_of_value(wrong)}") from exc


def _check(packed: zipfile.ZipFile, member: Member, done: Callable[[int], None]) -> None:
    if packed.getinfo(member.file).flag_bits & 1:
        raise ExportError(f"{member.file} is encrypted; gongbao does not do that")
    digest, size = hashlib.sha256(), 0
    with packed.open(member.file) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            done(len(piece))
    if (size, digest.hexdigest()) != (member.bytes, member.sha256):
        raise ExportError(f"{member.file} is not what the manifest says: it was altered")


def _put_warc(packed: zipfile.ZipFile, member: Member, archive: Archive, added: list[str]) -> None:
    name = member.file.removeprefix("warc/")
    if archive.has(name):
        with archive.whole(name) as (file, length):
            digest = hashlib.sha256()
            for piece in _pieces(file, length):
                digest.update(piece)
        if digest.hexdigest() == member.sha256:
            return
        raise ExportError(f"the archive has another file {name} already; import into an empty one")
    with packed.open(member.file) as content:
        archive.put(name, content)
    added.append(name)


@contextmanager
def _opened(path: Path, doing: str) -> Iterator[zipfile.ZipFile]:
    """The export; what is wrong with it is an ExportError that names it."""
    with _disk(f"{doing} {path}"):
        try:
            with zipfile.ZipFile(path) as packed:
                yield packed
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as exc:
            raise ExportError(
                f"it is no export, or a torn or altered one: {exc or type(exc).__name__}"
            ) from exc


@contextmanager
def _disk(doing: str) -> Iterator[None]:
    try:
        yield
    except ExportError as exc:
        raise ExportError(f"{doing}: {exc}") from exc.__cause__
    except OSError as exc:
        raise ExportError(f"{doing}: {exc.strerror or exc}. Check the disk and the name.") from exc
