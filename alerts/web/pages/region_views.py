"""What the page of a region shows, ready to print: its reports by year, its indicators, who is around. Pure.

How a chart is drawn is chart.py, how a report or a source is shown report_views.py and status_views.py;
whether a promise was kept, ingest/outcome.py. Which rows are read is regions.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from alerts.web.pages.alike import Shape, mostly, span_as, value_as
from alerts.web.pages.chart import RATES, Chart, Mark, chart_of, span_of
from alerts.web.pages.report_views import Card, Tag, card, region_href
from alerts.web.pages.shown import VERDICT_TONES, Linked, linked, linked_outcome, verdict_tag
from alerts.words.language import CHINESE, Words
from ingest.events import figure_json
from ingest.indicators.vocabulary import OTHER, Indicator, load_vocabulary
from ingest.model import Figure, Kind, Period, Region, ReportedRegion
from ingest.outcome import Answer, Said, Undecided, Verdict
from ingest.regions.gazetteer import regions_above
from ingest.store.browse import ReportRow, TargetRow
from ingest.store.outcome import History

OPEN = 8  # rows of an indicator that are not folded away


@dataclass(frozen=True, slots=True)
class YearRow:
    """What was promised for a year, what is said to have been reached, and what follows."""

    year: int
    target: Linked | None
    scope: str  # what the target measures, where that is not what the indicator mostly does
    several: bool  # a promise for several years, of which this is the last
    outcome: Linked | None
    earlier: Linked | None  # what an earlier report said
    verdict: Tag | None
    reason: str


@dataclass(frozen=True, slots=True)
class IndicatorView:
    id: str
    label: str
    also: str  # in the other language
    scope: str
    rows: tuple[YearRow, ...]  # the newest year first, of a year what it mostly measures
    older: tuple[YearRow, ...]  # those that are folded away
    chart: Chart | None
    kept: tuple[int, int]  # met, of those that were met or missed
    judged: tuple[tuple[int, Verdict], ...]  # what became of the main target of each year


@dataclass(frozen=True, slots=True)
class Around:
    """A region near another."""

    name: str
    also: str  # in the other language
    href: str
    reports: int
    newest: int | None


def holders(root: str, region: Region, words: Words) -> list[tuple[str, str]]:
    """(name, address) of what it lies in, the nation first."""
    return [(words.place(one), region_href(root, one)) for one in regions_above(region)]


def around(
    root: str,
    holder: str | None,
    divisions: Iterable[Region],
    reported: Sequence[ReportedRegion],
    words: Words,
    but: str | None = None,
) -> list[Around]:
    """What lies directly in `holder`: its divisions, and whatever else there has reports."""
    regions = {one.key: one for one in divisions}
    regions |= {one.region.key: one.region for one in reported if one.region.parent_code == holder}
    by_key = {one.region.key: one for one in reported}
    return [
        Around(
            words.place(region),
            words.other.place(region),
            region_href(root, region),
            known.reports if (known := by_key.get(key)) else 0,
            known.years[0] if known and known.years else None,
        )
        for key, region in sorted(regions.items())
        if key != but
    ]


def by_year(root: str, rows: Iterable[ReportRow], words: Words) -> list[tuple[int | None, list[Card]]]:
    """The newest year first, those without a year last; of a year the work report first."""
    years: dict[int | None, list[ReportRow]] = defaultdict(list)
    for row in rows:
        years[row.report.year].append(row)
    kinds = list(Kind)
    return [
        (
            year,
            [card(root, row, words) for row in sorted(years[year], key=lambda r: kinds.index(r.report.kind))],
        )
        for year in sorted(years, key=lambda y: -(y or 0))
    ]


def indicators(
    root: str,
    history: History,
    above: Sequence[TargetRow],
    words: Words,
) -> list[IndicatorView]:
    """All that have a year and a name, in the order of the vocabulary. `above`: the targets of the region
    that it lies in."""
    promised: dict[str, list[tuple[TargetRow, Answer]]] = defaultdict(list)
    for row, answer in zip(history.targets, history.answers, strict=True):
        if _counts(row):
            promised[row.figure.indicator].append((row, answer))
    reached, over = _by_indicator(history.outcomes), _by_indicator(above)
    return [
        _indicator(root, one, promised.get(id_, []), reached.get(id_, []), over.get(id_, []), words)
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
    words: Words,
) -> IndicatorView:
    kept = _weightiest(promised)
    shape = mostly([row.figure for row, _ in kept] or [row.figure for row in reached], indicator.measure)
    extra = _unpromised(reached, {row.figure.year for row, _ in kept}, shape)
    rows = [_year_row(root, row, answer, shape, words) for row, answer in kept]
    rows += [_reached_row(root, row, shape, words) for row in extra]
    rows.sort(key=lambda row: (-row.year, row.several, bool(row.scope)))
    verdicts = Counter(answer.verdict for _, answer in kept)
    return IndicatorView(
        id=indicator.id,
        label=words.indicator(indicator),
        also=words.other.indicator(indicator),
        scope=_scope(shape, words),
        rows=tuple(rows[:OPEN]),
        older=tuple(rows[OPEN:]),
        chart=_chart(kept, extra, above, shape, words) if indicator.core else None,
        kept=(verdicts[Verdict.MET], verdicts[Verdict.MET] + verdicts[Verdict.MISSED]),
        judged=_judged(kept, shape),
    )


def _judged(kept: Sequence[tuple[TargetRow, Answer]], shape: Shape) -> tuple[tuple[int, Verdict], ...]:
    """One target a year: a main one before others, one that is like those of most years."""
    ranked = sorted(
        kept, key=lambda pair: (not pair[0].figure.headline, span_as(pair[0].figure, shape) is None)
    )
    first: dict[int, Verdict] = {}
    for row, answer in ranked:
        if row.figure.year is not None:
            first.setdefault(row.figure.year, answer.verdict)
    return tuple(first.items())


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
        seen.setdefault((figure.year, figure.measure, CHINESE.figure(figure_json(figure))), (row, answer))
    return list(seen.values())


def _kind_of(figure: Figure) -> tuple[object, ...]:
    return (figure.year, figure.measure, figure.period)


def _scope(shape: Shape, words: Words) -> str:
    return words.measures.get(shape[0] or "", "")


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


def _year_row(root: str, row: TargetRow, answer: Answer, shape: Shape, words: Words) -> YearRow:
    figure = row.figure
    assert figure.year is not None  # _counts
    return YearRow(
        year=figure.year,
        target=linked(root, figure, row.report.key, words),
        scope=""
        if figure.measure is shape[0] or span_of(figure) is None
        else _scope((figure.measure, None), words),
        several=figure.period is not Period.YEAR,
        outcome=linked_outcome(root, answer.outcome, words),
        earlier=linked_outcome(root, answer.earlier, words),
        verdict=verdict_tag(answer, words),
        reason=_reason(figure, answer, words),
    )


def _reason(figure: Figure, answer: Answer, words: Words) -> str:
    if answer.earlier and answer.outcome:
        return _restated(answer.earlier, answer.outcome, words)
    if answer.cause is Undecided.NO_REPORT:
        return words.say("后来的报告还没有说到%(year)s年", year=figure.year)
    return words.verdict_reason(figure, answer)


def _restated(earlier: Said, later: Said, words: Words) -> str:
    figures = {
        "earlier": words.figure(figure_json(earlier.figure)),
        "later": words.figure(figure_json(later.figure)),
    }
    if earlier.report_year == later.report_year:  # two kinds of report
        before, after = (one.report_key.partition("/")[0] for one in (earlier, later))
        return words.say(
            "%(year)s年%(before)s称%(earlier)s，%(after)s称%(later)s",
            year=later.report_year,
            before=words.kinds.get(before, earlier.report_key),
            after=words.kinds.get(after, later.report_key),
            **figures,
        )
    return words.say(
        "%(before)s年报告称%(earlier)s，%(after)s年报告称%(later)s",
        before=earlier.report_year,
        after=later.report_year,
        **figures,
    )


def _reached_row(root: str, row: TargetRow, shape: Shape, words: Words) -> YearRow:
    figure = row.figure
    assert figure.year is not None  # _counts
    scope = "" if figure.measure is shape[0] else _scope((figure.measure, None), words)
    said = linked(root, figure, row.report.key, words, "outcome")
    several = figure.period is not Period.YEAR
    return YearRow(figure.year, None, scope, several, said, None, None, words.say("没有读到当年的目标"))


# --- the chart ---------------------------------------------------------------------------------


def _chart(
    kept: Sequence[tuple[TargetRow, Answer]],
    extra: Sequence[TargetRow],
    above: Sequence[TargetRow],
    shape: Shape,
    words: Words,
) -> Chart | None:
    def target(figure: Figure) -> str:
        return words.say(
            "%(year)s 年目标 %(figure)s", year=figure.year, figure=words.figure(figure_json(figure))
        )

    def outcome(figure: Figure) -> str:
        return words.say(
            "%(year)s 年实绩 %(figure)s", year=figure.year, figure=words.figure(figure_json(figure))
        )

    targets = [mark for row, _ in kept if (mark := _mark(row.figure, shape, target))]
    outcomes: dict[int, Mark] = {}
    for _, answer in kept:
        said = answer.outcome
        if said and (mark := _mark(said.figure, shape, outcome)):
            tone = VERDICT_TONES[answer.verdict] if answer.verdict in (Verdict.MET, Verdict.MISSED) else ""
            outcomes.setdefault(mark.year, replace(mark, tone=tone))
    for row in extra:
        if mark := _mark(row.figure, shape, outcome):
            outcomes.setdefault(mark.year, mark)
    # A level of the province beside one of a county says nothing.
    over = _line(above, shape) if shape[1] in RATES else {}
    return chart_of(targets, list(outcomes.values()), over, shape[1], words)


def _mark(figure: Figure, shape: Shape, said: Callable[[Figure], str]) -> Mark | None:
    span = span_as(figure, shape)
    if span is None or figure.year is None:
        return None
    return Mark(figure.year, span, said(figure))


def _line(above: Sequence[TargetRow], shape: Shape) -> dict[int, float]:
    found: dict[int, float] = {}
    for row in sorted(above, key=lambda r: (r.report.kind is not Kind.WORK_REPORT, r.figure.start)):
        value = value_as(row.figure, shape)
        if row.figure.headline and value is not None and row.figure.year is not None:
            found.setdefault(row.figure.year, value)
    return found
