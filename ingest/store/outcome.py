"""What the reports of later years say of the year of a target. Reads only; judging is ingest/outcome.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from ingest.model import Kind, Region, Report
from ingest.outcome import Answer, Said, judge
from ingest.store import articles, browse, rows
from ingest.store import tables as t
from ingest.store.browse import ReportRow, TargetRow

MOST_REPORTS = 500  # of one region: more than a hundred years of them
YEARS_AFTER = 3  # a report seldom speaks of a year longer ago
KINDS_WITH_OUTCOMES = (Kind.WORK_REPORT, Kind.PLAN_REPORT)  # that say what was reached


def answers(tx: Connection, targets: Sequence[TargetRow]) -> list[Answer]:
    """The answer for each target, in the order given."""
    places = {_place(row.report) for row in targets if row.report.region is not None}
    years = {row.figure.year for row in targets if row.figure.year is not None}
    said = _said(tx, places, years) if places and years else {}
    return [judge(row.figure, said.get(_place(row.report), ())) for row in targets]


@dataclass(frozen=True, slots=True)
class History:
    """The reports of one region, and all that they say. `answers`: one for each target."""

    reports: Sequence[ReportRow]
    targets: Sequence[TargetRow]
    outcomes: Sequence[TargetRow]
    answers: Sequence[Answer]


def history_of(tx: Connection, region: Region) -> History:
    """Of this region itself, and of nothing below it."""
    found = browse.reports(tx, exactly=region, limit=MOST_REPORTS)
    targets, outcomes = browse.figures_within(tx, found), browse.figures_within(tx, found, "outcomes")
    return History(found, targets, outcomes, _answers_by(targets, outcomes))


def _answers_by(targets: Sequence[TargetRow], outcomes: Iterable[TargetRow]) -> list[Answer]:
    """As `answers`, for the targets of one region of which all outcomes are at hand."""
    said: dict[int, list[Said]] = defaultdict(list)
    for row in outcomes:
        of, report = row.figure.year, row.report
        if of is None or report.year is None or not of < report.year <= of + YEARS_AFTER:
            continue
        if report.kind in KINDS_WITH_OUTCOMES and report.withdrawn_at is None:
            said[of].append(Said(row.figure, report.year, report.key))
    return [judge(row.figure, said.get(row.figure.year or 0, ())) for row in targets]


def _place(report: Report) -> str:
    return report.region.key if report.region is not None else ""


def _said(tx: Connection, places: set[str], years: set[int]) -> dict[str, list[Said]]:
    """Place -> the outcomes of `years` in its later reports."""
    r, o, v = t.reports.c, t.outcomes.c, t.versions.c
    later = {year + after for year in years for after in range(1, YEARS_AFTER + 1)}
    codes = sorted(place for place in places if "+" not in place)
    names = sorted({place.partition("+")[2] for place in places if "+" in place})
    reports: dict[int, Report] = {}
    for code_part in rows.chunks([*codes, *names]):
        found = select(t.reports).where(
            r.kind.in_([kind.value for kind in KINDS_WITH_OUTCOMES]),
            r.year.in_(sorted(later)),
            r.withdrawn_at.is_(None),
            or_(r.region_code.in_(code_part), r.region_code.is_(None) & r.region_name.in_(code_part)),
        )
        for row in tx.execute(found).mappings():
            report = rows.report(row)
            if _place(report) in places:
                reports[report.id] = report
    speaking = articles.speaking(tx, list(reports))
    by_version = {version_id: reports[id_] for id_, several in speaking.items() for version_id in several}
    said: dict[str, list[Said]] = defaultdict(list)
    for part in rows.chunks(list(by_version)):
        figures = (
            select(t.outcomes)
            .join(t.versions, v.id == o.version_id)
            .where(o.version_id.in_(part), o.year.in_(sorted(years)), o.repeats.is_(None))
            .order_by(o.version_id, o.start, o.id)
        )
        for row in tx.execute(figures).mappings():
            report = by_version[row["version_id"]]
            if report.year is not None:
                said[_place(report)].append(Said(rows.figure(row), report.year, report.key))
    return said
