"""Which regions a page sets side by side: what lies directly in one, or all of a level in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.errors import ConfigError
from ingest.model import Region
from ingest.regions.gazetteer import NATION, level_of
from ingest.regions.tree import all_in, directly_in
from ingest.watch.season import Level

REPORTS_ARE_IN = (3, 15)  # month and day: the divisions of a year are those that stand then


@dataclass(frozen=True, slots=True)
class Scope:
    """`level` None: what lies directly in `within`, which `holder` then holds (None: the nation)."""

    within: Region
    level: Level | None
    regions: tuple[Region, ...]

    @property
    def holder(self) -> str | None:
        return holder_of(self.within)

    @property
    def is_nation(self) -> bool:
        return self.holder is None


def holder_of(region: Region) -> str | None:
    """As an address has a region, and tree.directly_in; None: the nation."""
    return None if region.code == NATION.code else region.key


def scope_of(within: Region, level: Level | None, year: int) -> Scope:
    """What stands in that year. A region in which nothing lies stands for itself. Raises ConfigError for a
    level that there is not, and for all counties of the nation, which no page holds."""
    offered = levels_in(within)
    if level not in offered:
        names = ", ".join(one.value for one in offered if one)
        advice = f"known here: {names}" if names else "leave it out"
        if level is Level.COUNTY and within.code == NATION.code:
            advice = "say in which province, as within=130000"
        raise ConfigError(f"level {level}: not of {within.name}; {advice}")
    on = date(year, *REPORTS_ARE_IN)
    holder = holder_of(within)
    if level is None:
        return Scope(within, None, directly_in(holder, on) or (within,))
    regions = tuple(one for one in all_in(holder, on) if level_of(one.key) == level.value)
    return Scope(within, level, regions or (within,))


def levels_in(within: Region) -> tuple[Level | None, ...]:
    """What a page of a region can be asked for; None: what lies directly in it."""
    match level_of(within.key):
        case "nation":
            return (None, Level.CITY)
        case "province":
            return (None, Level.COUNTY)
        case _:
            return (None,)


def has_any(region: Region, year: int) -> bool:
    """Whether anything lies in a region."""
    return bool(directly_in(region.key, date(year, *REPORTS_ARE_IN)))
