"""Read documents that a command line names, with their targets: no services, no database.

How one is read is ingest/local_files.py; how it is shown, document_json.py and alerts/cli.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ingest.bounded_reading import ReaderProcesses
from ingest.errors import FetchError, ParseError, UnexpectedError, said_of
from ingest.local_files import read_input
from ingest.model import Extraction, Reading
from ingest.settings import Settings
from workers.document_json import document_json
from workers.scanned_figures import doubted
from workers.targets.extract import extract


@dataclass(frozen=True, slots=True)
class Document:
    """One document that was read. `source` is the path or URL as it was given."""

    source: str
    reading: Reading
    extraction: Extraction

    def json(self, *, body: bool = False) -> dict[str, Any]:
        return document_json(self.source, self.reading, self.extraction, body=body)


def read_documents(
    settings: Settings, sources: Iterable[str], *, region: str | None, complain: Callable[[object], None]
) -> Iterator[Document]:
    """Each document that can be read; `complain` is called with what is wrong with each that cannot, or not
    within the bound of a reading."""
    with closing(ReaderProcesses(settings.reading_seconds)) as reader:
        for source in sources:
            try:
                reading = read_input(settings, source, region, reader)
                who = reading.identity
                extraction = reader.read(
                    extract, reading.article.body, year=who.year, kind=who.kind, region=who.region
                )
                extraction = doubted(extraction, reading.recognised)
            except (FetchError, ParseError, OSError) as exc:
                complain(said_of(source, exc))
                continue
            except Exception as exc:
                complain(UnexpectedError.of(exc, f"reading {source}"))
                continue
            yield Document(source, reading, extraction)
