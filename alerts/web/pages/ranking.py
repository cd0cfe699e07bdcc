"""What regions promise for one indicator, side by side: rank, shade, what was raised, lowered, dropped. Pure.

Which figures compare is alike.py; which are read, ingest/store/promises.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from alerts.web.pages.alike import Shape, mostly, value_as
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Figure, Kind, Region
from ingest.store.promises import Told

SHADES = 5


class Move(StrEnum):
    """What became of last year's target."""

    RAISED = "raised"
    LOWERED = "lowered"
    SAME = "same"
    NEW = "new"  # last year's report had none, or is not known
    SILENT = "silent"  # the report is there, and says nothing of it any more
    UNLIKE = "unlike"  # of another measure or unit, or without a number
    WAITING = "waiting"  # no report yet
    NONE = "none"  # neither report says anything of it


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and the key of the report that it stands in."""

    figure: Figure
    report: str


Cells = Mapping[tuple[str, int, str], Cell]  # by Region.key, year and indicator


@dataclass(frozen=True, slots=True)
class Standing:
    """A region among others. `value` and `before`: what it is ranked by, this year and the year before."""

    region: Region
    reported: bool
    this: Cell | None
    last: Cell | None
    value: float | None
    before: float | None
    move: Move
    rank: int | None = None
    shade: int = 0  # 1 the lowest to SHADES the highest fifth; 0: it is not ranked

    @property
    def change(self) -> float | None:
        return None if self.value is None or self.before is None else self.value - self.before


def shapes_of(told: Iterable[Told]) -> dict[str, Shape]:
    """What most regions give of each indicator: of their main targets, else of all."""
    figures: dict[str, list[Figure]] = defaultdict(list)
    for report in told:
        for figure in report.figures:
            figures[figure.indicator].append(figure)
    usual = load_vocabulary().indicators
    return {
        indicator: mostly([f for f in of if f.headline] or of, usual[indicator].measure)
        for indicator, of in figures.items()
    }


def cells_of(told: Iterable[Told], shapes: Mapping[str, Shape]) -> Cells:
    """Of each region, year and indicator one figure: a main target before others, one that compares, that of
    the work report before that of the plan, the first in the text."""
    best: dict[tuple[str, int, str], tuple[tuple[bool, bool, bool, int], Cell]] = {}
    for report in told:
        for figure in report.figures:
            place = (report.region.key, report.year, figure.indicator)
            alike = value_as(figure, shapes[figure.indicator]) is not None
            order = (not figure.headline, not alike, report.kind is not Kind.WORK_REPORT, figure.start)
            if place not in best or order < best[place][0]:
                best[place] = (order, Cell(figure, report.key))
    return {place: cell for place, (_, cell) in best.items()}


def standings(
    regions: Sequence[Region], told: Sequence[Told], indicator: str, year: int, shape: Shape
) -> list[Standing]:
    """One of each region, the highest target first; those that cannot be ranked behind, in their order."""
    cells = cells_of(told, {indicator: shape})
    reported = {(report.region.key, report.year) for report in told}
    found = []
    for region in regions:
        this, last = (cells.get((region.key, of, indicator)) for of in (year, year - 1))
        value, before = (value_as(cell.figure, shape) if cell else None for cell in (this, last))
        there = (region.key, year) in reported
        move = _move(this, last, value, before) if there else Move.WAITING
        found.append(Standing(region, there, this, last, value, before, move))
    places = ranks([one.value for one in found])
    ranked = [replace(one, rank=rank, shade=shade) for one, (rank, shade) in zip(found, places, strict=True)]
    return sorted(ranked, key=lambda one: (one.rank is None, one.rank or 0))


def _move(this: Cell | None, last: Cell | None, value: float | None, before: float | None) -> Move:
    if this is None:
        return Move.NONE if last is None else Move.SILENT
    if last is None:
        return Move.NEW
    if value is not None and before is not None:
        return Move.SAME if abs(value - before) < 1e-9 else Move.RAISED if value > before else Move.LOWERED
    now, then = this.figure, last.figure
    wordless = now.low is None and now.high is None and then.low is None and then.high is None
    return Move.SAME if wordless and now.comparator is then.comparator else Move.UNLIKE


def ranks(values: Sequence[float | None]) -> list[tuple[int | None, int]]:
    """(rank, shade) of each value, the highest being the first; equal ones share both. (None, 0): none."""
    known = sorted(value for value in values if value is not None)
    first: dict[float, int] = {}
    count: dict[float, int] = {}
    for at, value in enumerate(known):
        first.setdefault(value, at)
        count[value] = count.get(value, 0) + 1

    def place(value: float | None) -> tuple[int | None, int]:
        if value is None:
            return None, 0
        above = len(known) - first[value] - count[value]
        middle = first[value] + (count[value] - 1) / 2
        part = middle / (len(known) - 1) if len(known) > 1 else 0.5
        return above + 1, 1 + min(int(part * SHADES), SHADES - 1)

    return [place(value) for value in values]
