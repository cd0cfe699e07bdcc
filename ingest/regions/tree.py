"""Which divisions lie directly in which. Pure.

Whether one lies in another at all is gazetteer.is_within.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache

from ingest.model import Region
from ingest.regions.gazetteer import divisions

_LEVELS = ("province", "city", "county")


def directly_in(holder: str | None, on: date) -> tuple[Region, ...]:
    """The divisions directly in one (a `Region.key`) that stand on that day, by code; None: the provinces."""
    return _by_holder(on).get(holder, ())


def all_in(holder: str | None, on: date) -> tuple[Region, ...]:
    """As directly_in, and what lies in those in turn: each division before what lies in it."""
    return tuple(found for region in directly_in(holder, on) for found in (region, *all_in(region.key, on)))


@lru_cache(maxsize=32)
def _by_holder(on: date) -> dict[str | None, tuple[Region, ...]]:
    found: dict[str | None, list[Region]] = defaultdict(list)
    for level in _LEVELS:
        for region in divisions(level, on):
            found[region.parent_code].append(region)
    return {holder: tuple(sorted(regions, key=lambda r: r.key)) for holder, regions in found.items()}
