"""The season, ready to print: who has reported, who is late against last year's day, who is to come. Pure.

Where one report stands is ingest/watch/season.py; which rows are read, season.py beside this file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.web.pages.report_views import Tag, region_href, report_href
from alerts.words.language import Words
from ingest.model import Region
from ingest.sources.coverage import Place
from ingest.watch.season import Standing, plausible, same_day, standing

Reported = Mapping[str, tuple[str, date]]  # code -> the key of its report, and its day
Days = Mapping[str, date]
Counted = Mapping[str, Counter[Standing]]

_TONES = {Standing.REPORTED: "good", Standing.LATE: "bad", Standing.DUE: "warn"}
MISSING = (Standing.LATE, Standing.DUE, Standing.AHEAD, Standing.UNSEEN)


@dataclass(frozen=True, slots=True)
class Row:
    """One division. `days`: how many it is late."""

    region: Region
    level: str
    name: str
    href: str
    standing: Standing
    tag: Tag
    report: str | None  # the address of its report
    on: date | None
    last_year: str | None
    last_year_on: date | None
    days: int
    watched: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A province in the table of the country, with the divisions in it counted."""

    own: Row
    href: str
    counts: Counter[Standing]

    @property
    def all(self) -> int:
        return self.counts.total()


def rows(
    root: str,
    places: Iterable[Place],
    year: int,
    today: date,
    reported: Reported,
    before: Reported,
    words: Words,
) -> list[Row]:
    names = standing_words(words)
    return [
        _row(
            root,
            place,
            year,
            today,
            reported.get(place.region.key),
            before.get(place.region.key),
            words,
            names,
        )
        for place in places
    ]


def _row(
    root: str,
    place: Place,
    year: int,
    today: date,
    report: tuple[str, date] | None,
    before: tuple[str, date] | None,
    words: Words,
    names: Mapping[Standing, str],
) -> Row:
    region = place.region
    last = before[1] if before and plausible(year - 1, before[1]) else None
    where = standing(region.key, year, today, seen=report is not None, last_year_on=last)
    late = (today - same_day(last)).days if last is not None and where is Standing.LATE else 0
    return Row(
        region=region,
        level=place.level,
        name=words.place(region),
        href=region_href(root, region),
        standing=where,
        tag=(names[where], _TONES.get(where, "")),
        report=report_href(root, report[0]) if report else None,
        on=report[1] if report and plausible(year, report[1]) else None,
        last_year=report_href(root, before[0]) if before else None,
        last_year_on=last,
        days=late,
        watched=bool(place.sources),
    )


def standing_words(words: Words) -> Mapping[Standing, str]:
    return {
        Standing.REPORTED: words.say("已发布"),
        Standing.LATE: words.say("晚于上年"),
        Standing.DUE: words.say("会期之中"),
        Standing.AHEAD: words.say("未到会期"),
        Standing.UNSEEN: words.say("未见"),
    }


def grouped(found: Sequence[Row]) -> list[tuple[Row, ...]]:
    """By the city that the rows lie in, by code; each is led by that city, where it is one of the rows."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(found, key=lambda row: row.region.key):
        groups.setdefault(row.region.key[:4], []).append(row)
    return [tuple(members) for members in groups.values()]


def counted(codes: Iterable[str], year: int, today: date, reported: Reported, days: Days) -> Counted:
    """The standing of each division of the country, by the first two digits of its code."""
    counts: dict[str, Counter[Standing]] = {}
    for code in codes:
        where = standing(code, year, today, seen=code in reported, last_year_on=days.get(code))
        if (division := counts.get(code[:2])) is None:
            division = counts[code[:2]] = Counter()
        division[where] += 1
    return counts


def days_of(before: Reported, year: int) -> Days:
    """The days of the reports of `year`, of those that came in its season."""
    good = {on for on in {on for _, on in before.values()} if plausible(year, on)}
    return {code: on for code, (_, on) in before.items() if on in good}


def provinces(found: Iterable[Row], counts: Counted, href: Callable[[str], str]) -> list[Group]:
    """`found`: the provinces themselves; `href`: the address of the season of one, by its `Region.key`."""
    return [Group(row, href(row.region.key), counts[row.region.key[:2]]) for row in found]


def by_this_day(days: Days, today: date) -> int:
    """How many had reported by this day last year."""
    return sum(number for on, number in Counter(days.values()).items() if same_day(on) <= today)
