"""Local files down the whole road here and now, extraction too: an import needs no service.

Files are read, and their figures with them, in processes on all cores; one writer, here, takes what they read
in the order of the files. One file is imported by ingest/file_import.py; which files, ingest/local_files.py.

Whatever is stopped in the middle goes on when it is started again: what is stored already is known by its
bytes and not read again, and what was stored and not extracted yet is extracted first.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest import file_import
from ingest.archive.archive import Archive
from ingest.belief import Tried
from ingest.bounded_reading import ReaderProcesses
from ingest.errors import FetchError, GongbaoError, ParseError, UnexpectedError
from ingest.file_import import LocalFile
from ingest.local_files import file_limit
from ingest.model import Extraction, Kind, Reading, Region, Report
from ingest.pipeline import Outcome, Pipeline
from ingest.settings import Settings
from ingest.store import documents, extraction, overview, settlement
from ingest.store.db import Store
from workers import jobs
from workers.targets.extract import extract

AHEAD = 4  # files a core that are read before the writer comes to them


@dataclass(frozen=True, slots=True)
class Imported:
    """How many files were read or not, and what is known now that was not before."""

    files: int
    failed: int
    reports: int
    targets: int
    events: int


@dataclass(frozen=True, slots=True)
class _Read:
    """A file with what it was read as; `figures` None: they could not be read along with it."""

    file: LocalFile
    reading: Reading
    figures: Extraction | None
    tried: Tried | None


@dataclass(slots=True)
class _Extractor:
    """What a job extracts with: what was read ahead for the file at hand, else a reader."""

    reader: ReaderProcesses
    ready: _Read | None = None

    def __call__(self, body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        ready = self.ready
        if ready is not None and ready.figures is not None and ready.reading.article.body == body:
            identity = ready.reading.identity
            if (identity.year, identity.kind, identity.region) == (year, kind, region):
                return ready.figures
        return self.reader.read(extract, body, year=year, kind=kind, region=region)


def import_files(
    settings: Settings,
    store: Store,
    paths: Iterable[Path],
    *,
    official: bool,
    report: Callable[[Path, str, Report | None], None],
    complain: Callable[[object], None],
    cores: int | None = None,
) -> Imported:
    """Import each and extract it. `report` is called with the outcome of each file that was read and the
    report that it is, `complain` with what is wrong with the others."""
    before = _counts(store)
    files = failed = 0
    many = cores or os.cpu_count() or 1
    with (
        closing(ReaderProcesses(settings.reading_seconds, many + 1)) as reader,
        Archive.from_settings(settings) as archive,
        ThreadPoolExecutor(many, thread_name_prefix="import") as threads,
    ):
        extractor = _Extractor(reader)
        context = jobs.configure(settings, extractor)
        pipeline = Pipeline(store, None, {}, reader=reader)
        finish(store, context, complain)  # what another import left behind
        for path, coming in _ahead(
            paths, threads, lambda path: _read(settings, pipeline, reader, path, official), AHEAD * many
        ):
            files += 1
            try:
                found = coming.result()
                if isinstance(found, _Read):
                    extractor.ready = found
                    outcome = file_import.keep_file(
                        pipeline,
                        found.file,
                        found.reading,
                        official=official,
                        archive=archive,
                        tried=found.tried,
                    )
                    finish(store, context, complain)
                else:
                    outcome = found
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


def _ahead(
    paths: Iterable[Path],
    threads: ThreadPoolExecutor,
    work: Callable[[Path], _Read | Outcome],
    most: int,
) -> Iterator[tuple[Path, Future[_Read | Outcome]]]:
    """The work on each path, begun for the next `most` of them, in the order of the paths."""
    begun: deque[tuple[Path, Future[_Read | Outcome]]] = deque()
    try:
        for path in paths:
            begun.append((path, threads.submit(work, path)))
            if len(begun) > most:
                yield begun.popleft()
        while begun:
            yield begun.popleft()
    finally:
        for _, coming in begun:
            coming.cancel()


def _read(
    settings: Settings, pipeline: Pipeline, reader: ReaderProcesses, path: Path, official: bool
) -> _Read | Outcome:
    """Read a file and its figures; of one that is known and as it was, what becomes of it."""
    file = file_import.local_file(path, file_limit(settings, path))
    if (known := file_import.still_known(pipeline, file, official=official)) is not None:
        return known
    reading = file_import.read_file(reader, file)
    identity = reading.identity
    try:
        figures = reader.read(
            extract, reading.article.body, year=identity.year, kind=identity.kind, region=identity.region
        )
    except Exception:
        figures = None  # the job will meet it again, and count it as an attempt
    return _Read(file, reading, figures, file_import.try_ahead(pipeline, file, reading, official=official))


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
