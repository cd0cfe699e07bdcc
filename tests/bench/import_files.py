"""What an import costs a file: processor time of the writer and of the readers, and what 100,000 would take.

`make bench-import`, or with ARGS="--files 300 --folder reports". Reports are of our own making, or those of
a folder. Hours are computed from processor time, as if as many cores as there are had nothing else to do:
the longer of what the writer needs and of what all of it needs on these cores.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import tempfile
import time
from pathlib import Path

import structlog

from ingest.local_files import files_of
from ingest.settings import Settings
from ingest.store.db import Store
from tests.support.copies import synthetic_report
from workers.import_files import import_files

MANY = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=3_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="gongbao-") as name:
        folder = Path(name)
        store = Store.open(f"sqlite:///{folder}/gongbao.db")
        store.migrate()
        files = files_of(asked.folder)[: asked.files] if asked.folder else made(folder / "files", asked.files)
        began, before = time.perf_counter(), cpu(resource.RUSAGE_SELF)
        done = import_files(
            Settings(data_dir=folder), store, files, official=True, report=lambda *_: None, complain=print
        )
        wall, writer = time.perf_counter() - began, cpu(resource.RUSAGE_SELF) - before
        store.close()
    readers = cpu(resource.RUSAGE_CHILDREN)
    each, cores = 1 / len(files), os.cpu_count() or 1
    hours = MANY * each * max(writer, (writer + readers) / cores) / 3600
    print(f"{done.files} files, {done.failed} not read, {done.reports} reports, {done.targets} targets")
    print(f"writer {1000 * writer * each:.1f} ms, readers {1000 * readers * each:.1f}")
    print(f"{1 / each / wall:.1f} files a second here; {MANY:,} files on {cores} free cores: {hours:.2f} h")


def made(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    paths = []
    for number in range(count):
        report = synthetic_report(number // 20, 2007 + number % 20)
        path = folder / f"{number:06}.txt"
        path.write_text(f"{report.title}\n{report.body}", encoding="utf-8")
        paths.append(path)
    return paths


def cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
