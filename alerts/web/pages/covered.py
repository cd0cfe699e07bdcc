"""How much of the country is watched and has reported, for the page of the state of the service.

What is counted is ingest/sources/coverage.py; the source files are read again when their folder changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from ingest.errors import ConfigError
from ingest.model import Kind
from ingest.page.dates import CHINA
from ingest.settings import Settings
from ingest.sources.coverage import Share, places, shares
from ingest.sources.load import BUNDLED, load_sources
from ingest.sources.spec import Source
from ingest.store.regions import regions_reported


def coverage_now(
    settings: Settings, tx: Connection, now: datetime
) -> tuple[Sequence[Share], tuple[int, int]]:
    """A share a level, and the two years whose reports are counted. No shares where the source files cannot
    be read: the poller says so."""
    today = now.astimezone(CHINA).date()
    years = (today.year, today.year - 1)
    folder = settings.sources_dir or BUNDLED
    try:
        sources = _sources(folder, _changed(folder))
    except ConfigError:
        return (), years
    reported = {year: regions_reported(tx, Kind.WORK_REPORT, year) for year in years}
    return shares(places(sources, today, reported), years), years


def _changed(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=2)
def _sources(folder: Path, changed: int) -> Mapping[str, Source]:
    return load_sources(folder)
