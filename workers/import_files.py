"""Local files down the whole road here and now, extraction too: an import needs no service.

Files are read, and their figures with them, in processes on all cores; one writer, here, takes what they read
in the order of the files, and several of them in one transaction. One file is imported by
ingest/file_import.py; which files, ingest/local_files.py.

Nothing is said of a file before it is stored, its figures too. Whatever is stopped in the middle goes on when
it is started again: what is stored already is known by its bytes and not read again, and what was stored and
not extracted yet is extracted first.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection

from ingest import file_import
from ingest.archive.archive import Archive
from ingest.belief import Tried
from ingest.bounded_reading import ReaderProcesses
from ingest.errors import (
    Contended,
    FetchError,
    GongbaoError,
    ParseError,
    StoreError,
    UnexpectedError,
    Unstorable,
    said_of,
)
from ingest.file_import import LocalFile
from ingest.identity.decide import NewVersion
from ingest.keeping import Outcome
from ingest.local_files import file_limit
from ingest.model import Extraction, Kind, Reading, Region, Report
from ingest.pipeline import Pipeline
from ingest.settings import Settings
from ingest.store import browse, documents, extraction, overview, settlement
from ingest.store.db import Store
from workers import jobs
from workers.context import Context, configure
from workers.targets.extract import extract

AHEAD = 8  # files a core that are read before the writer comes to them
TOGETHER = 16  # files in one transaction, at most: others wait for it


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

    @property
    def whole(self) -> bool:
        """Whether nothing is left to be read, so that it can be stored without a wait."""
        return self.figures is not None and self.tried is not None


@dataclass(slots=True)
class _Extractor:
    """What a job extracts with: what was read ahead, else a reader."""

    reader: ReaderProcesses
    ready: Mapping[str, _Read] = field(default_factory=dict)  # by the text

    def __call__(self, body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        ready = self.ready.get(body)
        if ready is not None and ready.figures is not None:
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
    report: Callable[[Path, str, Report | None, bool], None],
    complain: Callable[[object], None],
    cores: int | None = None,
) -> Imported:
    """Import each and extract it. `report` is called with the outcome of each file that was read, the report
    that it is, and whether nobody is told of that because it is not clear which one it is; `complain` with
    what is wrong with the others."""
    before = _counts(store)
    files = failed = 0
    many = cores or os.cpu_count() or 1
    with (
        closing(ReaderProcesses(settings.reading_seconds, many + 1)) as reader,
        Archive.from_settings(settings) as archive,
        ThreadPoolExecutor(many, thread_name_prefix="import") as threads,
    ):
        extractor = _Extractor(reader)
        context = configure(settings, extractor)
        pipeline = Pipeline(store, None, {}, reader=reader)
        finish(store, context, complain)  # what another import left behind
        file_import.make_ready(store, official=official)
        writer = _Writer(pipeline, archive, context, extractor, official, complain)
        begun = _ahead(
            paths, threads, lambda path: _read(settings, pipeline, reader, path, official), AHEAD * many
        )
        for some in _by_now(begun):
            outcomes = writer.write([(path, _result(path, coming)) for path, coming in some])
            files += len(some)
            with store.read() as tx:
                known = [_report_of(tx, outcome) for outcome in outcomes]
                unclear = browse.unclear_among(tx, [is_.id for is_ in known if is_ is not None])
            for (path, _), outcome, is_ in zip(some, outcomes, known, strict=True):
                if isinstance(outcome, Exception):
                    failed += 1
                    complain(said_of(str(path), outcome))
                else:
                    report(path, outcome.outcome, is_, is_ is not None and is_.id in unclear)
    after = _counts(store)
    return Imported(
        files=files,
        failed=failed,
        reports=after.reports - before.reports,
        targets=after.targets - before.targets,
        events=after.events - before.events,
    )


_Coming: TypeAlias = "Future[_Read | Outcome]"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Stores what files were read as, extracts it, and settles its reports."""

    pipeline: Pipeline
    archive: Archive
    context: Context
    extractor: _Extractor
    official: bool
    complain: Callable[[object], None]

    def write(self, files: Sequence[tuple[Path, _Read | Outcome | Exception]]) -> list[Outcome | Exception]:
        """What became of each. A StoreError is raised: it is of all files, not of one."""
        outcomes: list[Outcome | Exception] = []
        for whole, run in groupby(files, lambda file: isinstance(file[1], _Read) and file[1].whole):
            some = list(run)
            self.extractor.ready = {f.reading.article.body: f for _, f in some if isinstance(f, _Read)}
            if whole:
                with self.pipeline.store.together():
                    kept = [self._keep(path, found) for path, found in some]
                    self._extract(kept)
                outcomes += kept
            else:
                outcomes += [self._keep(path, found) for path, found in some]
            finish(self.pipeline.store, self.context, self.complain)
        return outcomes

    def _keep(self, path: Path, found: _Read | Outcome | Exception) -> Outcome | Exception:
        if not isinstance(found, _Read):
            return found
        try:
            return file_import.keep_file(
                self.pipeline,
                found.file,
                found.reading,
                official=self.official,
                archive=self.archive,
                tried=found.tried,
            )
        except Exception as exc:
            return _of_one_file(path, exc)

    def _extract(self, outcomes: Iterable[Outcome | Exception]) -> None:
        new = [o.version_id for o in outcomes if isinstance(o, Outcome) and o.outcome == NewVersion.__name__]
        with suppress(Exception):  # `finish` comes to it again, and says so
            jobs.extract_all(self.pipeline.store, self.context, [id_ for id_ in new if id_ is not None])


def _result(path: Path, coming: _Coming) -> _Read | Outcome | Exception:
    try:
        return coming.result()
    except Exception as exc:
        return _of_one_file(path, exc)


def _of_one_file(path: Path, exc: Exception) -> Exception:
    """What to say of it. Raises it again where it is of all files."""
    match exc:
        case FetchError() | ParseError() | OSError():
            return exc
        case GongbaoError():
            raise exc
    return UnexpectedError.of(exc, f"importing {path}")


def _by_now(begun: Iterable[tuple[Path, _Coming]]) -> Iterator[list[tuple[Path, _Coming]]]:
    """One that may have to be waited for, and with it those behind it that are read already."""
    some: list[tuple[Path, _Coming]] = []
    for path, coming in begun:
        if some and (len(some) == TOGETHER or not coming.done()):
            yield some
            some = []
        some.append((path, coming))
    if some:
        yield some


def _ahead(
    paths: Iterable[Path],
    threads: ThreadPoolExecutor,
    work: Callable[[Path], _Read | Outcome],
    most: int,
) -> Iterator[tuple[Path, _Coming]]:
    """The work on each path, begun for the next `most` of them, in the order of the paths."""
    begun: deque[tuple[Path, _Coming]] = deque()
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
    tried = file_import.try_ahead(pipeline, reader, file, reading, official=official)
    return _Read(file, reading, figures, tried)


def finish(store: Store, context: Context, complain: Callable[[object], None]) -> None:
    """Do what waits for a worker here and now. Raises StoreError where the database takes nothing."""
    before, tries = list[int](), 0
    while versions := _waiting(store):
        # A document that the extractor cannot take is tried as often as by a worker, then put aside as dead.
        # One whose report cannot be settled cannot be put aside either.
        tries = tries + 1 if versions == before else 1
        if tries > context.settings.max_attempts + 1:
            break
        before = versions
        with _said(complain, "extraction failed, trying again"):
            jobs.extract_all(store, context, versions)
    now = datetime.now(UTC)
    with store.read() as tx:
        reports = settlement.unsettled(tx, now, timedelta(0))
    with _said(complain, "a report could not be settled, and waits"):
        jobs.settle_all(store, context, reports)


@contextmanager
def _said(complain: Callable[[object], None], what: str) -> Iterator[None]:
    """Complain of what fails for one document or report, and go on. A StoreError of all of them is raised."""
    try:
        yield
    except Exception as exc:
        if isinstance(exc, StoreError) and not isinstance(exc, Contended | Unstorable):
            raise
        complain(f"{what}: {exc!r}")


def _report_of(tx: Connection, outcome: Outcome | Exception) -> Report | None:
    if isinstance(outcome, Exception) or outcome.version_id is None:
        return None
    return documents.report_of(tx, outcome.version_id)


def _waiting(store: Store) -> list[int]:
    with store.read() as tx:
        return extraction.waiting(tx, datetime.now(UTC), timedelta(0))


def _counts(store: Store) -> overview.Counts:
    with store.read() as tx:
        return overview.counts(tx)
