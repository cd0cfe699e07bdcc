"""Local files down the whole road here and now, extraction too: an import needs no service.

One file is imported by ingest/pipeline.py; which files, ingest/local_files.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.archive.archive import Archive
from ingest.bounded_reading import ReaderProcesses
from ingest.errors import FetchError, GongbaoError, ParseError, UnexpectedError
from ingest.local_files import file_limit
from ingest.model import Extraction, Kind, Region, Report
from ingest.pipeline import Pipeline, import_file
from ingest.settings import Settings
from ingest.store import documents, extraction, overview, settlement
from ingest.store.db import Store
from workers import jobs
from workers.targets.extract import extract


@dataclass(frozen=True, slots=True)
class Imported:
    """How many files were read or not, and what is known now that was not before."""

    files: int
    failed: int
    reports: int
    targets: int
    events: int


def import_files(
    settings: Settings,
    store: Store,
    paths: Iterable[Path],
    *,
    official: bool,
    report: Callable[[Path, str, Report | None], None],
    complain: Callable[[object], None],
) -> Imported:
    """Import each and extract it. `report` is called with the outcome of each file that was read and the
    report that it is, `complain` with what is wrong with the others."""
    before = _counts(store)
    files = failed = 0
    with (
        closing(ReaderProcesses(settings.reading_seconds)) as reader,
        Archive.from_settings(settings) as archive,
    ):

        def bounded(body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
            return reader.read(extract, body, year=year, kind=kind, region=region)

        context = jobs.configure(settings, bounded)
        pipeline = Pipeline(store, None, {}, reader=reader)
        for path in paths:
            files += 1
            limit = file_limit(settings, path)
            try:
                outcome = import_file(pipeline, path, official=official, limit=limit, archive=archive)
                finish(store, context, complain)
            except (FetchError, ParseError, OSError) as exc:
                failed += 1
                complain(exc)
                continue
            except GongbaoError:  # of all files, not of this one
                raise
            except Exception as exc:
                failed += 1
                complain(UnexpectedError.of(exc, f"importing {path}"))
                continue
            report(path, outcome.outcome, _report_of(store, outcome.version_id))
    after = _counts(store)
    return Imported(
        files=files,
        failed=failed,
        reports=after.reports - before.reports,
        targets=after.targets - before.targets,
        events=sum(after.events.values()) - sum(before.events.values()),
    )


def finish(store: Store, context: jobs.Context, complain: Callable[[object], None]) -> None:
    """Do what waits for a worker here and now."""
    while versions := _waiting(store):
        # A document that the extractor cannot take is tried as often as by a worker, then put aside as dead.
        try:
            jobs.extract_all(store, context, versions)
        except Exception as exc:
            complain(f"extraction failed, trying again: {exc!r}")
    now = datetime.now(UTC)
    with store.read() as tx:
        reports = settlement.unsettled(tx, now, timedelta(0))
    jobs.settle_all(store, context, reports)


def _report_of(store: Store, version_id: int | None) -> Report | None:
    with store.read() as tx:
        version = None if version_id is None else documents.version(tx, version_id)
        return None if version is None else documents.report(tx, version.report_id)


def _waiting(store: Store) -> list[int]:
    with store.read() as tx:
        return extraction.waiting(tx, datetime.now(UTC), timedelta(0))


def _counts(store: Store) -> overview.Counts:
    with store.read() as tx:
        return overview.counts(tx)
