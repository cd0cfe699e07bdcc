"""Stores of released versions, kept so that later ones can be shown to upgrade them. Not a test file.

    make keep-store     with the version that is about to be released: tests/stores/VERSION.sql.gz and .zip

The first is the SQLite database, as SQL; the second what `gongbao export` wrote of it, which goes into either
database. Once released they are never made anew.
"""

from __future__ import annotations

import gzip
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.changelog import version
from ingest import export
from ingest.store import text_index
from ingest.store.db import Store
from tests.support.site_server import stored

STORES = Path(__file__).resolve().parents[1] / "stores"
Rows = dict[str, int]


def keep(folder: Path, name: str) -> None:
    """Write both files of a store as this program makes it."""
    with TemporaryDirectory() as place, stored(Path(place)) as store:
        export.export(store, Path(place) / "store.zip", datetime.now(UTC))
        with store.begin() as tx:
            text_index.drop(tx)  # what is searched cannot be written as SQL, and is made anew
        with closing(sqlite3.connect(Path(place) / "gongbao.db")) as database:
            sql = "\n".join(database.iterdump())
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.sql.gz").write_bytes(gzip.compress(sql.encode(), mtime=0))
        (folder / f"{name}.zip").write_bytes((Path(place) / "store.zip").read_bytes())


def unpack(kept: Path, database: Path) -> None:
    """The SQLite database of such a file."""
    with closing(sqlite3.connect(database)) as fresh:
        fresh.executescript(gzip.decompress(kept.read_bytes()).decode())


def rows(database: Path) -> Rows:
    """{table: how many rows}, read by no code of ours."""
    with closing(sqlite3.connect(database)) as read:
        found = read.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in found if not text_index.is_of_index(name)]
        return {name: read.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def events(store: Store) -> list[tuple[int, str]]:
    """(sequence, id) of all events: what a subscriber knows us by."""
    with store.read() as tx:
        return [
            (row[0], row[1])
            for row in tx.exec_driver_sql("SELECT sequence, id FROM events ORDER BY sequence")
        ]


if __name__ == "__main__":
    if (STORES / f"{version()}.zip").exists() and "--again" not in sys.argv:
        sys.exit(f"{version()} is kept already; --again makes it anew, while that version is not released")
    keep(STORES, version())
