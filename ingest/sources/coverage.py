"""How much of the country is watched: of each level of divisions, how many have a source, a column of reports
that is switched on, and a report of this year and of the last; and what is known of each. Pure.

Which reports there are is asked of the store by the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ingest.model import Region, ReportedRegion
from ingest.page.columns import ColumnKind
from ingest.regions.gazetteer import divisions, is_within, level_of, region_by_code
from ingest.sources.spec import Source, WatchedUrl

LEVELS = ("province", "city", "county")


@dataclass(frozen=True, slots=True)
class Place:
    """One division: the slugs of the sources that watch it, the addresses of its columns of reports, and the
    years (of those that were asked for) whose work report is known."""

    region: Region
    level: str
    sources: tuple[str, ...]
    columns: tuple[str, ...]
    reported: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What a level has: numbers of divisions."""

    level: str
    divisions: int
    sources: int
    columns: int
    reported: Mapping[int, int]  # by year


@dataclass(frozen=True, slots=True)
class KnownRegion(ReportedRegion):
    """And at which level it is, and the slugs of the sources that watch it."""

    level: str | None
    sources: tuple[str, ...]


def known_regions(
    sources: Mapping[str, Source], reported: Collection[ReportedRegion], *, within: str | None = None
) -> tuple[KnownRegion, ...]:
    """Every region that has a report, or a source that is switched on, by code."""
    watching: dict[str, dict[str, None]] = {}
    for slug, region, _ in _watched(sources):
        watching.setdefault(region, {})[slug] = None
    found = {one.region.key: one for one in reported}
    for key in watching:
        if key not in found and (watched := region_by_code(key)):
            found[key] = ReportedRegion(watched, 0, ())
    return tuple(
        KnownRegion(one.region, one.reports, one.years, level_of(key), tuple(watching.get(key, ())))
        for key, one in sorted(found.items())
        if within is None or is_within(key, within)
    )


def _watched(sources: Mapping[str, Source]) -> Iterator[tuple[str, str, WatchedUrl]]:
    """Each list of the sources that are switched on, with whose reports stand there."""
    for slug, source in sorted(sources.items()):
        for watched in source.lists if source.enabled else ():
            if region := source.region_of(watched):
                yield slug, region, watched


def places(
    sources: Mapping[str, Source],
    on: date,
    reported: Mapping[int, Collection[str]],
    *,
    within: str | None = None,
    levels: Collection[str] = LEVELS,
) -> tuple[Place, ...]:
    """Every division that stands on that day, by level and code.

    Only sources that are switched on count. `reported`: by year, the codes whose work report is known.
    """
    watching, columns = _by_region(sources)
    return tuple(
        Place(
            region,
            level,
            tuple(watching.get(region.key, ())),
            tuple(columns.get(region.key, ())),
            tuple(year for year, codes in sorted(reported.items(), reverse=True) if region.key in codes),
        )
        for level in levels
        for region in divisions(level, on)
        if within is None or is_within(region.key, within)
    )


def shares(
    sources: Mapping[str, Source],
    on: date,
    reported: Mapping[int, Collection[str]],
    *,
    within: str | None = None,
) -> tuple[Share, ...]:
    """The same places counted, a row a level."""
    watching, columns = _by_region(sources)
    rows = []
    for level in LEVELS:
        here = {
            region.key for region in divisions(level, on) if within is None or is_within(region.key, within)
        }
        known = {year: len(here.intersection(codes)) for year, codes in reported.items()}
        rows.append(Share(level, len(here), len(here & watching.keys()), len(here & columns.keys()), known))
    return tuple(rows)


def _by_region(sources: Mapping[str, Source]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By code: the slugs of the sources that watch a division, the addresses of its columns of reports."""
    watching: dict[str, list[str]] = {}
    columns: dict[str, list[str]] = {}
    for slug, region, watched in _watched(sources):
        if slug not in (known := watching.setdefault(region, [])):
            known.append(slug)
        if watched.column is ColumnKind.WORK_REPORT:
            columns.setdefault(region, []).append(watched.url)
    return watching, columns
