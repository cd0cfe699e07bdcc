"""How much of the country is watched and has reported, and who watches a region, for the pages.

What is counted is ingest/sources/coverage.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from ingest.china_time import china_day
from ingest.errors import ConfigError
from ingest.model import Kind, Region
from ingest.settings import Settings
from ingest.sources.coverage import Share, shares
from ingest.sources.load import sources_as_they_stand
from ingest.store.regions import regions_reported


def coverage_now(
    settings: Settings, tx: Connection, now: datetime
) -> tuple[Sequence[Share], tuple[int, int]]:
    """A share a level, and the two years whose reports are counted. No shares where the source files cannot
    be read: the poller says so."""
    today = china_day(now)
    years = (today.year, today.year - 1)
    try:
        sources = sources_as_they_stand(settings.sources_dir)
    except ConfigError:
        return (), years
    reported = {year: regions_reported(tx, Kind.WORK_REPORT, year) for year in years}
    return shares(sources, today, reported), years


def watching(settings: Settings, region: Region) -> set[str]:
    """The slugs of the sources that are switched on and have a list of that very region."""
    try:
        sources = sources_as_they_stand(settings.sources_dir)
    except ConfigError:
        return set()
    return {
        slug
        for slug, source in sources.items()
        if source.enabled and any(source.region_of(one) == region.key for one in source.lists)
    }
