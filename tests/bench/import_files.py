"""What an import costs a file: processor time of the writer and of the readers, and what 100,000 would take.

`make bench-import`, or with ARGS="--files 300 --folder reports --databases sqlite". Pages are of our own
making, of four years of each county, or those of a folder. Hours are computed from processor time, as if as
many cores as there are had nothing else to do: the longer of what the writer needs and of what all of it
needs on these cores.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from ingest.local_files import files_of
from ingest.store.db import Store
from tests.bench.house import House, cpu_of, house, make_documents
from workers.import_files import import_files

MANY = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=3_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="gongbao-") as name, house(()) as house_:
        files = files_of(asked.folder)[: asked.files] if asked.folder else made(Path(name), asked.files)
        for database in asked.databases:
            measure(house_, database, files)


def measure(house_: House, database: str, files: Sequence[Path]) -> None:
    server = [] if database == "sqlite" else house_.server()
    url = house_.file() if database == "sqlite" else house_.database()[1]
    store = Store.open(url)
    began, before = time.perf_counter(), _used(server)
    done = import_files(
        house_.settings(url), store, files, official=True, report=lambda *_: None, complain=print
    )
    wall = time.perf_counter() - began
    store.close()
    writer, readers, theirs = (b - a for a, b in zip(before, _used(server), strict=True))
    each, cores = 1 / len(files), os.cpu_count() or 1
    hours = MANY * each * max(writer, (writer + readers + theirs) / cores) / 3600
    read = f"{done.files} files, {done.failed} not read"
    print(f"{database}: {read}, {done.reports} reports, {done.targets} targets")
    print(
        f"writer {1000 * writer * each:.1f} ms, readers {1000 * readers * each:.1f},"
        f" database server {1000 * theirs * each:.1f}"
    )
    print(
        f"{1 / each / wall:.1f} files a second here; {MANY:,} files on {cores} free cores: {hours:.2f} h",
        flush=True,
    )


def made(folder: Path, count: int) -> list[Path]:
    paths = []
    for number, document in enumerate(make_documents(count)):
        path = folder / f"{number:06}.html"
        path.write_bytes(document.html)
        paths.append(path)
    return paths


def _used(server: Sequence[int]) -> tuple[float, float, float]:
    """Seconds of this process, of its children that have ended, and of a server."""
    here, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return here.ru_utime + here.ru_stime, children.ru_utime + children.ru_stime, cpu_of(server) or 0.0


if __name__ == "__main__":
    main()
