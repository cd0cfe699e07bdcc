"""A collection of past reports imported whole: `../shared/data/corpus.tar.xz`, where that is there."""

from __future__ import annotations

import csv
import tarfile
from pathlib import Path

import pytest

from ingest.local_files import files_of
from ingest.model import Report
from ingest.settings import Settings
from ingest.store.db import Store
from workers.import_files import import_files

RIGHT = 0.97  # of the places and years that the collection's folders say, which are not beyond doubt


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_its_reports_are_known_by_place_and_year(shared: Path, tmp_path: Path, sqlite_template: Path) -> None:
    corpus = shared / "data" / "corpus.tar.xz"
    if not corpus.is_file():
        pytest.skip("the collection is not beside this checkout")
    with tarfile.open(corpus) as packed:
        packed.extractall(tmp_path, filter="data")
    files = [path for path in files_of(tmp_path / "dev") if path.suffix == ".txt"]
    with (tmp_path / "dev" / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        said = {row["file"]: (row["region"], int(row["year"])) for row in csv.DictReader(file)}
    database = tmp_path / "one.db"
    database.write_bytes(sqlite_template.read_bytes())
    store = Store.open(f"sqlite:///{database}")
    found: dict[str, tuple[str, int | None] | None] = {}

    def report(path: Path, _: str, one: Report | None) -> None:
        found[path.name] = (one.region.name, one.year) if one is not None and one.region else None

    done = import_files(
        Settings(data_dir=tmp_path / "data"), store, files, official=True, report=report, complain=print
    )
    again = import_files(
        Settings(data_dir=tmp_path / "data"), store, files, official=True, report=report, complain=print
    )
    store.close()
    assert (done.files, done.failed) == (len(said), 0)
    assert (again.reports, again.targets, again.events) == (0, 0, 0)
    right = sum(found[name] == said[name] for name in said)
    assert right >= RIGHT * len(said)
