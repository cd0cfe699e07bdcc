"""Which years of reports does a list show when it is looked at for the first time? Pure.

A list may go back ten years. Only the newest report of a kind and place is news then; whether one of those
is older is asked when it has been read (workers/settling.py), for a line of a list says little.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.identity.identify import identify
from ingest.identity.kinds import REPORTS
from ingest.model import Article, Identity, Kind, ListItem

NOT_SAID = 0
"""The newest year where the lines of the list do not tell."""

_FILE = re.compile(r"\.(?:docx?|wps|pdf|ofd|rtf|zip|rar|7z)$", re.I)


def newest_years(items: Sequence[ListItem], source_region: str | None, year_due: int) -> Mapping[str, int]:
    """Address of each item -> the newest year of which the list names a report of its kind and place, at most
    `year_due`; for what is no report by its title, of any kind of the place.

    The day beside a title without a year stands for it, unless several reports share that year or that day:
    then they were put up together, whatever they are for.
    """
    read = {item.url: _of(item, source_region) for item in items}
    named: dict[tuple[Kind, str], list[int]] = defaultdict(list)
    dated: dict[tuple[Kind, str], Counter[int]] = defaultdict(Counter)
    days = Counter(item.published_on for item in items if read[item.url][0].kind in REPORTS)
    for item in items:
        titled, told = read[item.url]
        if titled.kind not in REPORTS or titled.region is None:
            continue
        group = (titled.kind, titled.region.key)
        if titled.year is not None:
            named[group].append(titled.year)
        elif told.year is not None and days[item.published_on] == 1:
            dated[group][told.year] += 1
    for group, years in dated.items():
        named[group] += [year for year, times in years.items() if times == 1]
    newest = {
        group: max((y for y in years if y <= year_due), default=NOT_SAID) for group, years in named.items()
    }
    places: dict[str, int] = defaultdict(int)
    for (_, place), year in newest.items():
        places[place] = max(places[place], year)

    def of(identity: Identity) -> int:
        if identity.region is None:
            return NOT_SAID
        if identity.kind in REPORTS:
            return newest.get((identity.kind, identity.region.key), NOT_SAID)
        return places.get(identity.region.key, NOT_SAID)

    return {url: of(titled) for url, (titled, _) in read.items()}


def _of(item: ListItem, source_region: str | None) -> tuple[Identity, Identity]:
    """What the title alone says, and what it says with the day beside it."""
    header = replace(item.header, published_on=item.header.published_on or item.published_on)
    bare = replace(header, published_on=None, written_on=None)
    title = _FILE.sub("", item.title)
    return (
        identify(Article(title, "", bare), None, source_region),
        identify(Article(title, "", header), None, source_region),
    )
