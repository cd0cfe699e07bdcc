"""What the page of a region shows, ready to print: its reports by year, its indicators, who is around. Pure.

How a chart is drawn is chart.py, how a report or a source is shown report_views.py and status_views.py;
whether a promise was kept, ingest/outcome.py. Which rows are read is regions.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.web.pages.alike import Shape, mostly, span_as, value_as
from alerts.web.pages.chart import Chart, Mark, chart_of, span_of
from alerts.web.pages.report_views import Card, Tag, anchor, card, region_href, report_href
from alerts.words.chinese import MEASURES, RESOLVES, SHORT_LABELS, VERDICTS, figure_text
from alerts.words.verdicts import verdict_reason
from ingest.events import figure_json
from ingest.indicators.vocabulary import OTHER, Indicator, load_vocabulary
from ingest.model import Figure, Kind, Period, Region, ReportedRegion
from ingest.outcome import Answer, Said, Undecided, Verdict
from ingest.regions.english import english_name
from ingest.regions.gazetteer import NATION, region_by_code
from ingest.store.browse import ReportRow, TargetRow

VERDICT_TONES: Mapping[Verdict, str] = {
    Verdict.MET: "good",
    Verdict.MISSED: "bad",
    Verdict.RESTATED: "warn",
    Verdict.NOT_COMPARABLE: "",
    Verdict.UNKNOWN: "",
}
OPEN = 8  # rows of an indicator that are not folded away
_RATES = frozenset({"%", "‰"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the table, and the report that it stands in."""

    text: str
    resolve: str
    href: str
    quote: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """What was promised for a year, what is said to have been reached, and what follows."""

    year: int
    target: Shown | None
    scope: str  # what the target measures, where that is not what the indicator mostly does
    several: bool  # a promise for several years, of which this is the last
    outcome: Shown | None
    earlier: Shown | None  # what an earlier report said
    verdict: Tag | None
    reason: str


@dataclass(frozen=True, slots=True)
class IndicatorView:
    id: str
    label: str
    short: str
    english: str
    scope: str
    rows: tuple[YearRow, ...]  # the newest year first, of a year what it mostly measures
    older: tuple[YearRow, ...]  # those that are folded away
    chart: Chart | None
    kept: tuple[int, int]  # met, of those that were met or missed


@dataclass(frozen=True, slots=True)
class Around:
    """A region near another."""

    name: str
    english: str
    href: str
    reports: int
    newest: int | None


def holders(root: str, region: Region) -> list[tuple[str, str]]:
    """(name, address) of what it lies in, the nation first."""
    found: list[tuple[str, str]] = []
    above = region_by_code(region.parent_code) if region.parent_code else None
    while above is not None:
        found.insert(0, (above.name, region_href(root, above)))
        above = region_by_code(above.parent_code) if above.parent_code else None
    return [("全国", region_href(root, NATION)), *found] if region.code != NATION.code else []


def around(
    root: str,
    holder: str | None,
    divisions: Iterable[Region],
    reported: Sequence[ReportedRegion],
    but: str | None = None,
) -> list[Around]:
    """What lies directly in `holder`: its divisions, and whatever else there has reports."""
    regions = {one.key: one for one in divisions}
    regions |= {one.region.key: one.region for one in reported if one.region.parent_code == holder}
    by_key = {one.region.key: one for one in reported}
    return [
        Around(
            region.name,
            english_name(region.code) or "",
            region_href(root, region),
            known.reports if (known := by_key.get(key)) else 0,
            known.years[0] if known and known.years else None,
        )
        for key, region in sorted(regions.items())
        if key != but
    ]


def by_year(root: str, rows: Iterable[ReportRow]) -> list[tuple[int | None, list[Card]]]:
    """The newest year first, those without a year last; of a year the work report first."""
    years: dict[int | None, list[ReportRow]] = defaultdict(list)
    for row in rows:
        years[row.report.year].append(row)
    kinds = list(Kind)
    return [
        (year, [card(root, row) for row in sorted(years[year], key=lambda r: kinds.index(r.report.kind))])
        for year in sorted(years, key=lambda y: -(y or 0))
    ]


def indicators(
    root: str,
    targets: Sequence[TargetRow],
    answers: Sequence[Answer],
    outcomes: Sequence[TargetRow],
    above: Sequence[TargetRow],
) -> list[IndicatorView]:
    """All that have a year and a name, in the order of the vocabulary. `answers`: one for each target;
    `above`: the targets of the region that it lies in."""
    promised: dict[str, list[tuple[TargetRow, Answer]]] = defaultdict(list)
    for row, answer in zip(targets, answers, strict=True):
        if _counts(row):
            promised[row.figure.indicator].append((row, answer))
    reached, over = _by_indicator(outcomes), _by_indicator(above)
    return [
        _indicator(root, one, promised.get(id_, []), reached.get(id_, []), over.get(id_, []))
        for id_, one in load_vocabulary().indicators.items()
        if id_ in promised or id_ in reached
    ]


def _counts(row: TargetRow) -> bool:
    figure = row.figure
    own = figure.owner is None and row.report.withdrawn_at is None
    return own and figure.year is not None and figure.indicator != OTHER


def _by_indicator(rows: Iterable[TargetRow]) -> dict[str, list[TargetRow]]:
    found: dict[str, list[TargetRow]] = defaultdict(list)
    for row in rows:
        if _counts(row):
            found[row.figure.indicator].append(row)
    return found


def _indicator(
    root: str,
    indicator: Indicator,
    promised: Sequence[tuple[TargetRow, Answer]],
    reached: Sequence[TargetRow],
    above: Sequence[TargetRow],
) -> IndicatorView:
    kept = _weightiest(promised)
    shape = mostly([row.figure for row, _ in kept] or [row.figure for row in reached], indicator.measure)
    extra = _unpromised(reached, {row.figure.year for row, _ in kept}, shape)
    rows = [_year_row(root, row, answer, shape) for row, answer in kept]
    rows += [_reached_row(root, row, shape) for row in extra]
    rows.sort(key=lambda row: (-row.year, row.several, bool(row.scope)))
    verdicts = Counter(answer.verdict for _, answer in kept)
    return IndicatorView(
        id=indicator.id,
        label=indicator.label,
        short=SHORT_LABELS.get(indicator.id, indicator.label),
        english=indicator.en,
        scope=_scope(shape),
        rows=tuple(rows[:OPEN]),
        older=tuple(rows[OPEN:]),
        chart=_chart(kept, extra, above, shape) if indicator.core else None,
        kept=(verdicts[Verdict.MET], verdicts[Verdict.MET] + verdicts[Verdict.MISSED]),
    )


def _weightiest(promised: Sequence[tuple[TargetRow, Answer]]) -> list[tuple[TargetRow, Answer]]:
    """Each promise once, the work report's before the plan's; of the main targets of a year where there are
    such. The same measure of a year stands further down in the words of a part."""
    ranked = sorted(
        promised,
        key=lambda pair: (
            not pair[0].figure.headline,
            pair[0].report.kind is not Kind.WORK_REPORT,
            -(pair[0].report.year or 0),
            pair[0].figure.start,
        ),
    )
    main = {_kind_of(row.figure) for row, _ in ranked if row.figure.headline}
    seen: dict[tuple[object, ...], tuple[TargetRow, Answer]] = {}
    for row, answer in ranked:
        figure = row.figure
        if not figure.headline and _kind_of(figure) in main:
            continue
        seen.setdefault((figure.year, figure.measure, figure_text(figure_json(figure))), (row, answer))
    return list(seen.values())


def _kind_of(figure: Figure) -> tuple[object, ...]:
    return (figure.year, figure.measure, figure.period)


def _scope(shape: Shape) -> str:
    return MEASURES.get(shape[0] or "", "")


def _unpromised(reached: Sequence[TargetRow], years: set[int | None], shape: Shape) -> list[TargetRow]:
    """What is said of years without a promise: of each the figure that is most like the others, as the
    latest report has it."""
    best: dict[int | None, TargetRow] = {}
    for row in sorted(
        reached,
        key=lambda r: (
            (r.figure.measure, r.figure.unit) != shape,
            r.figure.period is not Period.YEAR,
            -(r.report.year or 0),
            r.report.kind is not Kind.WORK_REPORT,
            r.figure.start,
        ),
    ):
        if row.figure.year not in years:
            best.setdefault(row.figure.year, row)
    return list(best.values())


def _said(root: str, figure: Figure, key: str, part: str) -> Shown:
    href = f"{report_href(root, key)}#{part}-{anchor(figure)}"
    return Shown(figure_text(figure_json(figure)), RESOLVES.get(figure.resolve or "", ""), href, figure.quote)


def _outcome(root: str, said: Said | None) -> Shown | None:
    return _said(root, said.figure, said.report_key, "outcome") if said else None


def _year_row(root: str, row: TargetRow, answer: Answer, shape: Shape) -> YearRow:
    figure = row.figure
    assert figure.year is not None  # _counts
    return YearRow(
        year=figure.year,
        target=_said(root, figure, row.report.key, "target"),
        scope="" if figure.measure is shape[0] or span_of(figure) is None else _scope((figure.measure, None)),
        several=figure.period is not Period.YEAR,
        outcome=_outcome(root, answer.outcome),
        earlier=_outcome(root, answer.earlier),
        verdict=(VERDICTS[answer.verdict], VERDICT_TONES[answer.verdict]),
        reason=_reason(figure, answer),
    )


def _reason(figure: Figure, answer: Answer) -> str:
    if answer.earlier and answer.outcome:
        before, after = (figure_text(figure_json(s.figure)) for s in (answer.earlier, answer.outcome))
        return f"{answer.earlier.report_year}年报告称{before}，{answer.outcome.report_year}年报告称{after}"
    if answer.cause is Undecided.NO_REPORT:
        return f"还没有说到{figure.year}年的报告"
    return verdict_reason(figure, answer)


def _reached_row(root: str, row: TargetRow, shape: Shape) -> YearRow:
    figure = row.figure
    assert figure.year is not None  # _counts
    scope = "" if figure.measure is shape[0] else _scope((figure.measure, None))
    said = _said(root, figure, row.report.key, "outcome")
    several = figure.period is not Period.YEAR
    return YearRow(figure.year, None, scope, several, said, None, None, "没有读到当年的目标")


# --- the chart ---------------------------------------------------------------------------------


def _chart(
    kept: Sequence[tuple[TargetRow, Answer]],
    extra: Sequence[TargetRow],
    above: Sequence[TargetRow],
    shape: Shape,
) -> Chart | None:
    targets = [mark for row, _ in kept if (mark := _mark(row.figure, shape, "目标"))]
    outcomes: dict[int, Mark] = {}
    for _, answer in kept:
        said = answer.outcome
        if said and (mark := _mark(said.figure, shape, "实绩")):
            tone = VERDICT_TONES[answer.verdict] if answer.verdict in (Verdict.MET, Verdict.MISSED) else ""
            outcomes.setdefault(mark.year, replace(mark, tone=tone))
    for row in extra:
        if mark := _mark(row.figure, shape, "实绩"):
            outcomes.setdefault(mark.year, mark)
    # A level of the province beside one of a county says nothing.
    over = _line(above, shape) if shape[1] in _RATES else {}
    return chart_of(targets, list(outcomes.values()), over, shape[1])


def _mark(figure: Figure, shape: Shape, what: str) -> Mark | None:
    span = span_as(figure, shape)
    if span is None or figure.year is None:
        return None
    return Mark(figure.year, span, f"{figure.year} 年{what} {figure_text(figure_json(figure))}")


def _line(above: Sequence[TargetRow], shape: Shape) -> dict[int, float]:
    found: dict[int, float] = {}
    for row in sorted(above, key=lambda r: (r.report.kind is not Kind.WORK_REPORT, r.figure.start)):
        value = value_as(row.figure, shape)
        if row.figure.headline and value is not None and row.figure.year is not None:
            found.setdefault(row.figure.year, value)
    return found
