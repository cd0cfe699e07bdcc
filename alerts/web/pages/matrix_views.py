"""What the matrix shows, ready to print: regions by indicators in a year, or the indicators of one region by
years. Pure.

Which rows are read is matrix.py, which figures compare alike.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alerts.web.pages.alike import Shape, value_as
from alerts.web.pages.ranking import Cells, ranks
from alerts.web.pages.region_views import IndicatorView, YearRow
from alerts.web.pages.report_views import region_href, report_href
from alerts.web.pages.shown import Linked, linked
from alerts.words.language import Words
from ingest.indicators.vocabulary import Indicator
from ingest.model import Region
from ingest.watch.season import Standing

YEARS = 12  # side by side


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A target, or why there is none."""

    target: Linked | None
    shade: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    region: str
    href: str
    inside: str | None  # of the matrix of what lies in it
    report: str | None  # the address of its report
    cells: tuple[MatrixCell, ...]


def rows(
    root: str,
    regions: Sequence[Region],
    indicators: Sequence[str],
    cells: Cells,
    shapes: Mapping[str, Shape],
    reports: Mapping[str, str],
    standings: Mapping[str, Standing],
    inside: Callable[[Region], str | None],
    year: int,
    words: Words,
) -> list[MatrixRow]:
    """`reports`: Region.key -> the key of its report; `standings`: of those without one. Shades are by rank
    among these regions."""

    def value(region: Region, indicator: str) -> float | None:
        cell = cells.get((region.key, year, indicator))
        return value_as(cell.figure, shapes[indicator]) if cell else None

    shades = {
        indicator: [shade for _, shade in ranks([value(region, indicator) for region in regions])]
        for indicator in indicators
    }

    def cell_of(at: int, region: Region, indicator: str) -> MatrixCell:
        found = cells.get((region.key, year, indicator))
        if found is None:
            return MatrixCell(None, 0, _why(region, reports, standings, words))
        return MatrixCell(linked(root, found.figure, found.report, words), shades[indicator][at])

    return [
        MatrixRow(
            words.place(region),
            region_href(root, region),
            inside(region),
            report_href(root, reports[region.key]) if region.key in reports else None,
            tuple(cell_of(at, region, indicator) for indicator in indicators),
        )
        for at, region in enumerate(regions)
    ]


def short(indicator: Indicator, words: Words) -> str:
    """Its name where there is little room."""
    return words.short_label({"indicator": indicator.id, "label": indicator.label, "label_en": indicator.en})


def _why(region: Region, reports: Mapping[str, str], standings: Mapping[str, Standing], words: Words) -> str:
    if region.key in reports:
        return words.say("没有提")
    match standings.get(region.key):
        case Standing.LATE:
            return words.say("逾期")
        case Standing.AHEAD | Standing.DUE:
            return words.say("未到")
        case _:
            return words.say("没有报告")


# --- one region ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearsRow:
    """An indicator; a cell a year, the newest first."""

    label: str
    href: str
    scope: str
    cells: tuple[YearRow | None, ...]


def years_of(views: Sequence[IndicatorView], until: int | None) -> list[int]:
    """The years to show, the newest first: those up to `until`, YEARS at most."""
    known = {row.year for view in views for row in (*view.rows, *view.older)}
    return sorted((year for year in known if until is None or year <= until), reverse=True)[:YEARS]


def by_years(root: str, views: Sequence[IndicatorView], years: Sequence[int], within: str) -> list[YearsRow]:
    """Of each indicator and year what it mostly measures; without those that have nothing in these years."""
    found = []
    for view in views:
        of_year: dict[int, YearRow] = {}
        for row in (*view.rows, *view.older):
            of_year.setdefault(row.year, row)
        cells = tuple(of_year.get(year) for year in years)
        if any(cells):
            found.append(YearsRow(view.label, f"{root}/indicators/{view.id}{within}", view.scope, cells))
    return found
