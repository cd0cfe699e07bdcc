"""Read models for the status page, the API and the command: reports and targets; overview.py beside it.

Nothing here writes. Events are read in outbox.py, deliveries in subscriptions.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from ingest.filters import Years
from ingest.identity.kinds import REPORTS
from ingest.model import (
    Copy,
    Event,
    Figure,
    Kind,
    Region,
    Relation,
    Report,
    Version,
)
from ingest.store import articles, decisions, documents, rows
from ingest.store import tables as t
from ingest.store.leaders import leading_versions, shown_by
from ingest.store.regions import reports_of, reports_within


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report with its leading version and the page to name for it. All None: it has no version."""

    report: Report
    version_id: int | None
    copy: Copy | None
    chars: int | None
    extracted: bool
    dead: bool
    targets: int
    headline: tuple[Figure, ...]  # in the order of the text
    copies: int  # live ones, of all its versions

    @property
    def url(self) -> str | None:
        return self.copy.url if self.copy else None

    @property
    def source(self) -> str | None:
        return self.copy.source if self.copy else None


@dataclass(frozen=True, slots=True)
class Article:
    """A text that speaks for its report, the page to name for it, and those of its figures that count."""

    version: Version
    copy: Copy | None
    targets: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ReportDetail:
    """All that is known of one report. `version` is the leading one; `targets` and `outcomes` are those of
    all its `articles`, of which that is the first and mostly the only one."""

    report: Report
    version: Version | None
    copy: Copy | None
    versions: tuple[Version, ...]
    copies: tuple[Copy, ...]
    targets: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]
    events: tuple[Event, ...]  # newest first
    moved_to: str | None = None  # the key of the report that it was merged into
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target of a text that speaks for its report, with the page that shows it."""

    report: Report
    version_id: int
    content_hash: str  # of that text
    copy: Copy | None
    figure: Figure
    figure_id: int

    @property
    def url(self) -> str | None:
        return self.copy.url if self.copy else None


# --- reports ---------------------------------------------------------------------------------


def reports(
    tx: Connection,
    *,
    region: str | Sequence[str] | None = None,
    exactly: Region | None = None,
    kind: Kind | str | Collection[Kind] | None = None,
    year: int | Years | None = None,
    query: str | None = None,
    unclear: bool = False,
    since: datetime | None = None,
    limit: int = 100,
    offset: int = 0,
    before: tuple[datetime, int] | None = None,
) -> list[ReportRow]:
    """Reports, the latest found first; with `before` (first seen, id) those that come after that one.

    Without those that were merged into others. `region` is a `Region.key`, or several, and stands for all
    below it, `exactly` for itself alone; `query` is looked for in title, region and key. `unclear`: those
    that nobody is told of because it is not clear which report they are. `since`: found then or later.
    """
    chosen = (
        select(t.reports)
        .where(t.reports.c.merged_into.is_(None))
        .where(*_about(region, kind, exactly), *_of_years(t.reports.c.year, year))
        .order_by(t.reports.c.first_seen_at.desc(), t.reports.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if unclear:
        chosen = chosen.where(_unclear())
    if since is not None:
        chosen = chosen.where(t.reports.c.first_seen_at >= since)
    if before is not None:
        chosen = chosen.where(tuple_(t.reports.c.first_seen_at, t.reports.c.id) < tuple_(*_bound(before)))
    for word in (query or "").split():
        chosen = chosen.where(
            or_(
                t.reports.c.title.icontains(word, autoescape=True),
                t.reports.c.region_name.icontains(word, autoescape=True),
                t.reports.c.key.icontains(word, autoescape=True),
            )
        )
    return _report_rows(tx, [rows.report(row) for row in tx.execute(chosen).mappings()])


def unclear_reports(tx: Connection) -> int:
    """How many there are with `unclear`."""
    query = select(func.count()).select_from(t.reports).where(t.reports.c.merged_into.is_(None), _unclear())
    return int(tx.scalar(query) or 0)


def unclear_among(tx: Connection, report_ids: Sequence[int]) -> set[int]:
    """Those of these reports that `unclear` shows."""
    found = select(t.reports.c.id).where(t.reports.c.id.in_(report_ids), _unclear())
    return set(tx.execute(found).scalars())


def _unclear() -> ColumnElement[bool]:
    """What identity/doubts.py says of it, and what would be told without that (workers/changes.py)."""
    r, v = t.reports.c, t.versions.c
    text = exists().where(v.report_id == r.id, v.relation != Relation.COMPILATION.value)
    promises = exists().where(
        v.report_id == r.id,
        v.relation != Relation.COMPILATION.value,
        t.targets.c.version_id == v.id,
        t.targets.c.headline,
    )
    report = r.kind.in_([kind.value for kind in REPORTS])
    return and_(
        r.announced_version_id.is_(None),
        or_(
            and_(report, text, or_(r.region_name.is_(None), r.year.is_(None))),
            and_(~report, promises, or_(r.kind == Kind.OTHER.value, r.region_name.is_(None))),
        ),
    )


def _bound(before: tuple[datetime, int]) -> tuple[ColumnElement[datetime], ColumnElement[int]]:
    at, id_ = before
    return literal(at, t.reports.c.first_seen_at.type), literal(id_, BigInteger())


def _of_years(column: Column[Any], year: int | Years | None) -> list[ColumnElement[bool]]:
    if year is None:
        return []
    return [column == year if isinstance(year, int) else column.between(*year)]


def _several(asked: str | Sequence[str] | None) -> tuple[str, ...]:
    return (asked,) if isinstance(asked, str) else tuple(asked or ())


def _about(
    region: str | Sequence[str] | None, kind: Kind | str | Collection[Kind] | None, exactly: Region | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if isinstance(kind, str):
        conditions.append(t.reports.c.kind == Kind(kind).value)
    elif kind is not None:
        conditions.append(t.reports.c.kind.in_(sorted(kind)))
    if regions := _several(region):
        conditions.append(reports_within(regions))
    if exactly is not None:
        conditions.append(reports_of(exactly))
    return conditions


def _report_rows(tx: Connection, found: Sequence[Report]) -> list[ReportRow]:
    report_ids = [report.id for report in found]
    speaking = articles.speaking(tx, report_ids)
    leaders = {report_id: leader for report_id, (leader, *_) in speaking.items()}
    shown = shown_by(tx, list(leaders.values()))
    facts: dict[int, tuple[int, bool, bool]] = {}
    totals: dict[int, int] = {}
    headlines: dict[int, list[Figure]] = defaultdict(list)
    copies: dict[int, int] = {}
    for part in rows.chunks([version_id for several in speaking.values() for version_id in several]):
        v, g = t.versions.c, t.targets.c
        for row in tx.execute(
            select(v.id, func.length(v.body), v.extracted_at, v.dead_at).where(v.id.in_(part))
        ):
            facts[row[0]] = (row[1], row[2] is not None, row[3] is not None)
        these = g.version_id.in_(part), g.repeats.is_(None)
        counted = select(g.version_id, func.count()).where(*these).group_by(g.version_id)
        totals.update((row[0], row[1]) for row in tx.execute(counted))
        told = select(t.targets).where(*these, g.headline).order_by(g.start, g.id)
        for figure in tx.execute(told).mappings():
            headlines[figure["version_id"]].append(rows.figure(figure))
    for part in rows.chunks(report_ids):
        live = (
            select(t.versions.c.report_id, func.count())
            .join(t.copies, t.copies.c.version_id == t.versions.c.id)
            .where(t.versions.c.report_id.in_(part), t.copies.c.ended_at.is_(None))
            .group_by(t.versions.c.report_id)
        )
        copies.update((row[0], row[1]) for row in tx.execute(live))
    out = []
    for report in found:
        leader, texts = leaders.get(report.id), speaking.get(report.id, ())
        chars, extracted, dead = (None, False, False) if leader is None else facts[leader]
        out.append(
            ReportRow(
                report=report,
                version_id=leader,
                copy=None if leader is None else shown.get(leader),
                chars=chars,
                extracted=extracted,
                dead=dead,
                targets=sum(totals.get(text, 0) for text in texts),
                headline=tuple(figure for text in texts for figure in headlines.get(text, ())),
                copies=copies.get(report.id, 0),
            )
        )
    return out


def report_detail(tx: Connection, key: str) -> ReportDetail | None:
    """Everything about the report of this key; None when there is none."""
    row = tx.execute(select(t.reports).where(t.reports.c.key == key)).mappings().one_or_none()
    if row is None:
        return None
    report = rows.report(row)
    versions = documents.versions_of(tx, report.id)
    texts = _articles(tx, report.id, versions)
    went = decisions.survivor(tx, report.id)
    whole = documents.report(tx, went) if went != report.id else None
    told = select(t.events).where(t.events.c.report_id == report.id).order_by(t.events.c.sequence.desc())
    return ReportDetail(
        report=report,
        version=texts[0].version if texts else None,
        copy=texts[0].copy if texts else None,
        versions=tuple(versions),
        copies=tuple(documents.copies_of(tx, report.id)),
        targets=tuple(figure for one in texts for figure in one.targets),
        outcomes=tuple(figure for one in texts for figure in one.outcomes),
        events=tuple(rows.read(Event, event) for event in tx.execute(told).mappings()),
        moved_to=whole.key if whole else None,
        articles=texts,
    )


def _articles(tx: Connection, report_id: int, versions: Sequence[Version]) -> tuple[Article, ...]:
    speaking = articles.speaking(tx, [report_id]).get(report_id, [])
    known = {version.id: version for version in versions}
    shown = shown_by(tx, speaking)
    targets, outcomes = (articles.counted(tx, table, speaking) for table in (t.targets, t.outcomes))
    texts = (known.get(id_) or documents.version(tx, id_) for id_ in speaking)  # a text may have moved away
    return tuple(
        Article(text, shown.get(text.id), tuple(targets[text.id]), tuple(outcomes[text.id]))
        for text in texts
        if text is not None
    )


def text_of(tx: Connection, key: str, content_hash: str | None = None) -> Version | None:
    """A text of the report of this key, or of the one that it was merged into: the leading one, or that of
    this hash."""
    report_id = tx.scalar(select(t.reports.c.id).where(t.reports.c.key == key))
    if report_id is None:
        return None
    whole = decisions.survivor(tx, report_id)
    if content_hash is None:
        text = leading_versions(tx, [whole]).get(whole)
    else:
        v = t.versions.c
        text = tx.scalar(select(v.id).where(v.report_id == whole, v.content_hash == content_hash))
    return None if text is None else documents.version(tx, text)


# --- targets ---------------------------------------------------------------------------------


def targets(
    tx: Connection,
    *,
    region: str | Sequence[str] | None = None,
    exactly: Region | None = None,
    indicator: str | Sequence[str] | None = None,
    year: int | Years | None = None,
    headline: bool | None = None,
    kind: Kind | str | None = None,
    limit: int = 1000,
    of: Literal["targets", "outcomes"] = "targets",
    after: tuple[datetime, int, int, int] | None = None,
) -> list[TargetRow]:
    """Targets, or outcomes, of each report: latest reports first, then in the order of the text. `year` is
    the year that the figure is for. `after` (report first seen, report id, start, figure id): those that come
    after that one."""
    table = t.targets if of == "targets" else t.outcomes
    g, r = table.c, t.reports.c
    wanted = _about(region, kind, exactly)
    # Reports that nobody has been told of are few; only for them must the leader be found.
    untold = list(tx.execute(select(r.id).where(r.announced_version_id.is_(None), *wanted)).scalars())
    elected = list(leading_versions(tx, untold).values())
    conditions = [
        *wanted,
        articles.counts(table, elected),
        *([g.indicator.in_(indicators)] if (indicators := _several(indicator)) else []),
        *_of_years(g.year, year),
        *([g.headline.is_(headline)] if headline is not None else []),
    ]
    if after is not None:
        seen, report_id, start, figure_id = after
        at, report = _bound((seen, report_id))
        place = (literal(number, BigInteger()) for number in (start, figure_id))
        older = tuple_(r.first_seen_at, r.id) < tuple_(at, report)
        conditions.append(or_(older, and_(r.id == report, tuple_(g.start, g.id) > tuple_(*place))))
    found = (
        tx.execute(
            select(table, t.versions.c.report_id)
            .join(t.versions, t.versions.c.id == g.version_id)
            .join(t.reports, r.id == t.versions.c.report_id)
            .where(*conditions)
            .order_by(r.first_seen_at.desc(), r.id.desc(), g.start, g.id)
            .limit(limit)
        )
        .mappings()
        .all()
    )
    texts = list({row["version_id"] for row in found})
    shown, hashes = shown_by(tx, texts), documents.content_hashes(tx, texts)
    by_id = documents.reports_by_id(tx, list({row["report_id"] for row in found}))
    return [
        TargetRow(
            by_id[row["report_id"]],
            row["version_id"],
            hashes[row["version_id"]],
            shown.get(row["version_id"]),
            rows.figure(row),
            row["id"],
        )
        for row in found
    ]


def figures_within(
    tx: Connection, found: Sequence[ReportRow], of: Literal["targets", "outcomes"] = "targets"
) -> list[TargetRow]:
    """The targets, or outcomes, of these reports, as they are ordered; their leading versions are known."""
    table = t.targets if of == "targets" else t.outcomes
    g = table.c
    others = articles.beside(tx, [row.report.id for row in found])
    shown = shown_by(tx, [version_id for several in others.values() for version_id in several])
    of_version: dict[int, tuple[Report, Copy | None]] = {}
    for row in found:
        if row.version_id is not None:
            of_version[row.version_id] = row.report, row.copy
            of_version |= {one: (row.report, shown.get(one)) for one in others.get(row.report.id, ())}
    hashes = documents.content_hashes(tx, list(of_version))
    figures_of: dict[int, list[TargetRow]] = defaultdict(list)
    for part in rows.chunks(list(of_version)):
        these = g.version_id.in_(part), g.repeats.is_(None)
        told = select(table).where(*these).order_by(g.version_id, g.start, g.id)
        for figure in tx.execute(told).mappings():
            text = figure["version_id"]
            report, copy = of_version[text]
            figures_of[text].append(
                TargetRow(report, text, hashes[text], copy, rows.figure(figure), figure["id"])
            )
    return [figure for text in of_version for figure in figures_of[text]]
