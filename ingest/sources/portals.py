"""The home pages of governments, by division: where discover.py begins. Data and its loader.

portals.csv has the addresses on which two public lists agree (2026); what stands there was not checked.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from ingest.model import Region
from ingest.regions.gazetteer import is_within, region_by_code


@lru_cache(maxsize=1)
def _homes() -> dict[str, str]:
    text = files("ingest.sources").joinpath("portals.csv").read_text(encoding="utf-8")
    return dict(line.split(",") for line in text.splitlines()[1:] if line)


def home_of(code: str) -> str | None:
    """The home page of the government of a division (GB/T 2260), if it is known."""
    return _homes().get(code)


def code_of_host(host: str) -> str | None:
    """The division whose government has its home page at that host."""
    short = host.removeprefix("www.")
    return next((code for code, home in _homes().items() if _host(home) == short), None)


def _host(home: str) -> str:
    return (urlsplit(home).hostname or "").removeprefix("www.")


def homes_within(code: str) -> tuple[tuple[Region, str], ...]:
    """Division and home page of all governments there, from the province down."""
    found = []
    for one, home in _homes().items():
        if is_within(one, code) and (region := region_by_code(one)):
            found.append((region, home))
    return tuple(found)
