"""What the page of an indicator shows, ready to print: a row a region, how all are spread, the provinces as
tiles. Pure.

Who ranks where is ranking.py; which rows are read, indicators.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from alerts.web.pages.alike import Shape, value_as
from alerts.web.pages.chart import RATES, span_of
from alerts.web.pages.histogram import Histogram, histogram_of
from alerts.web.pages.ranking import Cell, Move, Standing
from alerts.web.pages.report_views import Tag, region_href
from alerts.web.pages.shown import Linked, linked, linked_outcome, verdict_tag
from alerts.web.pages.tiles import Province, TileMap, tile_map
from alerts.words.language import Words
from ingest.indicators.vocabulary import Indicator
from ingest.model import Figure, Measure, Region
from ingest.outcome import Said, judge
from ingest.regions.gazetteer import short_names

# What an English name of a province says beside the name.
_LEVELS = re.compile(r" (?:Province|Zhuang|Hui|Uygur|Uyghur|Autonomous|Special|Municipality)\b")
HALF = 0.5  # per cent: in such steps governments promise


class Sort(StrEnum):
    """How the rows of a page are ordered."""

    HIGH = "high"
    LOW = "low"
    CHANGE = "change"  # what was raised most first
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Row:
    region: str
    href: str  # of the region's page
    inside: str | None  # of this page for what lies in it
    rank: int | None
    shade: int
    move: Move
    change: str  # how much more or less than the year before
    this: Linked | None
    last: Linked | None
    reached: Linked | None  # of the year itself, by a later report
    verdict: Tag | None
    reached_before: Linked | None  # of the year before
    verdict_before: Tag | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of a year lie."""

    count: int
    lowest: str
    middle: str
    highest: str


@dataclass(frozen=True, slots=True)
class Known:
    """An indicator, and what the provinces promise of it in a year: how many, the middle one."""

    label: str
    also: str  # in the other language
    href: str
    count: int
    middle: str
    years: tuple[int, int]  # the first and the last that any target is for


def known(
    root: str,
    one: Indicator,
    figures: Sequence[Figure],
    shape: Shape | None,
    years: tuple[int, int],
    year: int | None,
    words: Words,
) -> Known:
    values = [value for f in figures if shape and (value := value_as(f, shape)) is not None]
    middle = words.number(round(median(values), 4), shape[1]) if values and shape else ""
    href = f"{root}/indicators/{one.id}" + (f"?year={year}" if year else "")
    return Known(words.indicator(one), words.other.indicator(one), href, len(figures), middle, years)


def moves(found: Sequence[Standing]) -> Mapping[Move, int]:
    return Counter(one.move for one in found)


def ordered(found: Sequence[Standing], sort: Sort) -> list[Standing]:
    """Standings come with the highest first; what cannot be ordered stays behind."""
    match sort:
        case Sort.HIGH:
            return list(found)
        case Sort.LOW:
            return sorted(found, key=lambda one: (one.rank is None, -(one.rank or 0)))
        case Sort.CHANGE:
            return sorted(found, key=lambda one: (one.change is None, -(one.change or 0.0)))
        case Sort.CODE:
            return sorted(found, key=lambda one: one.region.key)


def row(
    root: str,
    one: Standing,
    said: Sequence[Said],
    shape: Shape,
    inside: str | None,
    words: Words,
) -> Row:
    """`said`: what later reports of the region say. `inside`: the address of the page of what lies in it."""

    def became(cell: Cell | None) -> tuple[Linked | None, Tag | None]:
        if cell is None:
            return None, None
        answer = judge(cell.figure, said)
        if answer.outcome is None:  # nothing is known of it yet
            return None, None
        return linked_outcome(root, answer.outcome, words), verdict_tag(answer, words)

    reached, verdict = became(one.this)
    reached_before, verdict_before = became(one.last)
    return Row(
        words.place(one.region),
        region_href(root, one.region),
        inside,
        one.rank,
        one.shade,
        one.move,
        change_text(one.change, shape, words),
        linked(root, one.this.figure, one.this.report, words) if one.this else None,
        linked(root, one.last.figure, one.last.report, words) if one.last else None,
        reached,
        verdict,
        reached_before,
        verdict_before,
    )


def change_text(change: float | None, shape: Shape, words: Words) -> str:
    """+0.5, −1, ±0; of a rate in percentage points, of a level in its unit. Empty where there is none."""
    if change is None:
        return ""
    change = round(change, 10)
    rate = shape[1] in RATES or shape[0] is Measure.GROWTH
    text = words.number(abs(change), None if rate else shape[1])
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{text}"


def spread(values: Sequence[float], shape: Shape, words: Words) -> Spread | None:
    if not values:
        return None
    ends = (min(values), median(values), max(values))
    return Spread(len(values), *(words.number(round(value, 4), shape[1]) for value in ends))


def histogram(found: Sequence[Standing], shape: Shape, words: Words) -> Histogram | None:
    unit = shape[1]

    def stretch(low: float, high: float) -> str:
        return f"{words.number(low, None if unit in RATES else unit)}–{words.number(high, unit)}"

    return histogram_of(
        [one.value for one in found if one.value is not None],
        [one.before for one in found if one.before is not None],
        stretch,
        HALF if unit == "%" else 0.0,
    )


def tiles(
    root: str,
    found: Sequence[Standing],
    inside: Mapping[str, str],
    words: Words,
) -> TileMap:
    """`inside`: Region.key -> the address that the name on a tile leads to; its figure leads to its row."""

    def tile(one: Standing) -> Province:
        key, shown = one.region.key, one.this if one.value is not None else None
        return Province(
            key,
            short_place(one.region, words),
            inside.get(key, region_href(root, one.region)),
            brief(shown.figure, words) if shown else "",
            linked(root, shown.figure, shown.report, words).href if shown else "",
            one.shade,
        )

    return tile_map([tile(one) for one in found])


def short_place(region: Region, words: Words) -> str:
    """河北, 内蒙古; Hebei, Inner Mongolia."""
    name = words.place(region)
    if words.lang == "zh":
        return min((*short_names(region.name), name), key=len)
    return _LEVELS.split(name, maxsplit=1)[0]


def brief(figure: Figure, words: Words) -> str:
    """The number alone, for where there is little room: 6%, ≥6%, 5–6%."""
    span = span_of(figure)
    if span is None:
        return "—"
    unit = figure.unit if figure.unit in RATES else None
    low, high = span.low, span.high
    if low is not None and high is not None:
        text = words.number(high, unit)
        return text if low == high else f"{words.number(low, None)}–{text}"
    return f"≥{words.number(low, unit)}" if low is not None else f"≤{words.number(high or 0.0, unit)}"
