"""What was promised for the year before a target's, and what its own report says became of that. Pure.

Of earlier reports only what they promised counts here, of the report itself only what it says was reached:
what later ones say of it is store/outcome.py. A target of more than one year has no year before.

In an event (`last_year_json`): {"year", "report": the key of the one that promised, "target": figure,
"outcome": figure, "verdict", "reason"}; all but the first may be null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.comparable import Unlike
from ingest.events import figure_json
from ingest.indicators.vocabulary import OTHER
from ingest.model import Figure, Period, Report
from ingest.outcome import Answer, Said, judge


@dataclass(frozen=True, slots=True)
class Promised:
    """A target, and the key of the report that set it."""

    figure: Figure
    report_key: str


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of the year before: `promised` by the reports of that year, those that count first, and
    the `outcomes` of the report itself."""

    promised: tuple[Promised, ...] = ()
    outcomes: tuple[Figure, ...] = ()


NOTHING = Past()


@dataclass(frozen=True, slots=True)
class LastYear:
    """`answer` says whether `promised` was reached; without a promise there is only the `outcome`."""

    year: int
    promised: Promised | None
    outcome: Figure | None
    answer: Answer | None


def last_year(target: Figure, report: Report, past: Past) -> LastYear | None:
    """None: nothing is known of the year before this target's."""
    if target.period is not Period.YEAR or target.year is None or target.year != report.year:
        return None
    if not (past.promised or past.outcomes):
        return None
    year = target.year - 1
    said = [Said(figure, report.year, report.key) for figure in past.outcomes if figure.year == year]
    promised = _of_the_same(target, year, past.promised)
    if promised is not None:
        answer = judge(promised.figure, said)
        return LastYear(year, promised, answer.outcome.figure if answer.outcome else None, answer)
    found = judge(replace(target, year=year, flags=()), said)
    if found.outcome is None or isinstance(found.cause, Unlike):
        return None
    return LastYear(year, None, found.outcome.figure, None)


def _of_the_same(target: Figure, year: int, promised: Sequence[Promised]) -> Promised | None:
    """Of several the headline one, else the first."""
    alike = [
        one
        for one in promised
        if one.figure.indicator == target.indicator
        and one.figure.year == year
        and one.figure.measure is target.measure
        and one.figure.period is Period.YEAR
        and one.figure.owner == target.owner
        and (target.indicator != OTHER or one.figure.label == target.label)
    ]
    return min(alike, key=lambda one: not one.figure.headline, default=None)


# What a figure of the year before is told with: its name is that of the target that it stands beside.
_BRIEFLY = (
    *("period", "measure", "comparator", "low", "high", "unit", "direction", "base", "owner", "resolve"),
    "quote",
)


def last_year_json(past: LastYear) -> dict[str, Any]:
    """The year before a target's: what was promised, what the report says was reached, was it kept."""
    answer = past.answer
    return {
        "year": past.year,
        "report": past.promised.report_key if past.promised else None,
        "target": _briefly(past.promised.figure if past.promised else None),
        "outcome": _briefly(past.outcome),
        "verdict": answer.verdict.value if answer else None,
        "reason": answer.cause.value if answer else None,
    }


def _briefly(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    told = figure_json(figure, sentence=False)
    return {name: told[name] for name in _BRIEFLY}
