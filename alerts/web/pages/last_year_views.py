"""What stands beside a report: last year's target and outcome beside each new one, the years around it. Pure.

What was promised for the year before, and whether it was kept, is ingest/last_year.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerts.listing.records import report_ref
from alerts.web.pages.report_views import Tag, anchor, report_href
from alerts.web.pages.shown import Linked, linked, verdict_tag
from alerts.words.language import Words
from alerts.words.verdicts import verdict_reason
from ingest.last_year import LastYear, Past, last_year
from ingest.model import Figure, Report
from ingest.store.browse import ReportDetail

Link = tuple[str, str]  # words and address


@dataclass(frozen=True, slots=True)
class LastYearView:
    year: int
    target: Linked | None
    outcome: Linked | None
    verdict: Tag | None
    reason: str


@dataclass(frozen=True, slots=True)
class Around:
    """The reports of the same place: of the same kind before and after, of other kinds in the same year."""

    before: Link | None
    after: Link | None
    beside: tuple[Link, ...]


def last_years(root: str, detail: ReportDetail, past: Past, words: Words) -> Mapping[str, LastYearView]:
    """By the name of the target's row."""
    found: dict[str, LastYearView] = {}
    for figure in detail.targets:
        known = last_year(figure, detail.report, past)
        if known is not None:
            found[anchor(figure)] = _view(root, known, detail.report.key, words)
    return found


def _view(root: str, known: LastYear, key: str, words: Words) -> LastYearView:
    promised, answer = known.promised, known.answer
    told = answer is not None and known.outcome is not None
    return LastYearView(
        year=known.year,
        target=linked(root, promised.figure, promised.report_key, words) if promised else None,
        outcome=_reached(root, known.outcome, key, words),
        verdict=verdict_tag(answer, words) if answer and told else None,
        reason=verdict_reason(promised.figure, answer, words.lang) if promised and answer and told else "",
    )


def _reached(root: str, outcome: Figure | None, key: str, words: Words) -> Linked | None:
    return linked(root, outcome, key, words, "outcome") if outcome else None


def around(root: str, report: Report, others: Sequence[Report], words: Words) -> Around:
    """`others`: the reports of its region, by year."""
    year = report.year
    if year is None:
        return Around(None, None, ())
    alike = [other for other in others if other.kind is report.kind and other.year != year]
    before = [other for other in alike if (other.year or 0) < year]
    after = [other for other in alike if (other.year or 0) > year]
    beside = [other for other in others if other.year == year and other.kind is not report.kind]
    return Around(
        (str(before[-1].year), report_href(root, before[-1].key)) if before else None,
        (str(after[0].year), report_href(root, after[0].key)) if after else None,
        tuple((words.report_name(report_ref(other)), report_href(root, other.key)) for other in beside),
    )
