"""Read models for the status page, the API and the command: reports, targets, sources, problems, counts.

Nothing here writes. Events are read in outbox.py, deliveries in subscriptions.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, func, or_, select

from ingest.model import (
    Copy,
    Event,
    Figure,
    Kind,
    Page,
    Report,
    SourceKind,
    Version,
    WatchedList,
)
from ingest.store import documents, figures, rows
from ingest.store import tables as t
from ingest.store.leading import leading_versions, shown_by
from ingest.store.regions import reports_within


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
class ReportDetail:
    """All that is known of one report; `targets` and `outcomes` are those of its leading version."""

    report: Report
    version: Version | None
    copy: Copy | None
    versions: tuple[Version, ...]
    copies: tuple[Copy, ...]
    targets: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]
    events: tuple[Event, ...]  # newest first


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target of a report's leading version, with the page that shows it."""

    report: Report
    version_id: int
    copy: Copy | None
    figure: Figure

    @property
    def url(self) -> str | None:
        return self.copy.url if self.copy else None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares. `lists` are those still watched."""

    slug: str
    name: str
    kind: SourceKind
    official: bool
    home: str
    broken_at: datetime | None
    broken_reason: str | None
    lists: tuple[WatchedList, ...]
    last_polled_at: datetime | None
    next_poll_at: datetime | None
    pages: int
    gone: int
    problems: int  # pages with a standing error


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of everything, and how much waits."""

    sources: int
    pages: int
    problems: int
    reports: int
    versions: int
    copies: int  # live ones
    targets: int
    outcomes: int
    events: Mapping[str, int]  # by type
    deliveries: Mapping[str, int]  # by state
    waiting: int  # versions to be extracted
    dead: int  # versions put aside
    unsettled: int  # reports to be compared


# --- reports ---------------------------------------------------------------------------------


def reports(
    tx: Connection,
    *,
    region: str | None = None,
    kind: Kind | str | None = None,
    year: int | None = None,
    query: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[ReportRow]:
    """Reports, the latest found first. `region` is a code or a name and stands for all below it; `query` is
    looked for in title, region and key."""
    chosen = (
        select(t.reports)
        .where(*_about(tx, region, kind), *([t.reports.c.year == year] if year is not None else []))
        .order_by(t.reports.c.first_seen_at.desc(), t.reports.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    for word in (query or "").split():
        chosen = chosen.where(
            or_(
                t.reports.c.title.icontains(word, autoescape=True),
                t.reports.c.region_name.icontains(word, autoescape=True),
                t.reports.c.key.icontains(word, autoescape=True),
            )
        )
    return _report_rows(tx, [rows.report(row) for row in tx.execute(chosen).mappings()])


def _about(tx: Connection, region: str | None, kind: Kind | str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if kind is not None:
        conditions.append(t.reports.c.kind == Kind(kind).value)
    if region is not None:
        conditions.append(reports_within(tx, (region,)))
    return conditions


def _report_rows(tx: Connection, found: Sequence[Report]) -> list[ReportRow]:
    report_ids = [report.id for report in found]
    leaders = leading_versions(tx, report_ids)
    version_ids = list(leaders.values())
    shown = shown_by(tx, version_ids)
    facts: dict[int, tuple[int, bool, bool]] = {}
    totals: dict[int, int] = {}
    headlines: dict[int, list[Figure]] = defaultdict(list)
    copies: dict[int, int] = {}
    for part in rows.chunks(version_ids):
        v, g = t.versions.c, t.targets.c
        for row in tx.execute(
            select(v.id, func.length(v.body), v.extracted_at, v.dead_at).where(v.id.in_(part))
        ):
            facts[row[0]] = (row[1], row[2] is not None, row[3] is not None)
        counted = select(g.version_id, func.count()).where(g.version_id.in_(part)).group_by(g.version_id)
        totals.update((row[0], row[1]) for row in tx.execute(counted))
        told = select(t.targets).where(g.version_id.in_(part), g.headline).order_by(g.start, g.id)
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
        leader = leaders.get(report.id)
        chars, extracted, dead = (None, False, False) if leader is None else facts[leader]
        out.append(
            ReportRow(
                report=report,
                version_id=leader,
                copy=None if leader is None else shown.get(leader),
                chars=chars,
                extracted=extracted,
                dead=dead,
                targets=0 if leader is None else totals.get(leader, 0),
                headline=() if leader is None else tuple(headlines.get(leader, ())),
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
    leader = leading_versions(tx, [report.id]).get(report.id)
    told = select(t.events).where(t.events.c.report_id == report.id).order_by(t.events.c.sequence.desc())
    return ReportDetail(
        report=report,
        version=None if leader is None else documents.version(tx, leader),
        copy=None if leader is None else shown_by(tx, [leader]).get(leader),
        versions=tuple(documents.versions_of(tx, report.id)),
        copies=tuple(documents.copies_of(tx, report.id)),
        targets=() if leader is None else tuple(figures.targets_of(tx, leader)),
        outcomes=() if leader is None else tuple(figures.outcomes_of(tx, leader)),
        events=tuple(rows.event(event) for event in tx.execute(told).mappings()),
    )


# --- targets ---------------------------------------------------------------------------------


def targets(
    tx: Connection,
    *,
    region: str | None = None,
    indicator: str | None = None,
    year: int | None = None,
    headline: bool | None = None,
    kind: Kind | str | None = None,
    limit: int = 1000,
) -> list[TargetRow]:
    """Targets of the leading version of each report: latest reports first, then in the order of the text.
    `year` is the year that the target is for."""
    g, r = t.targets.c, t.reports.c
    wanted = _about(tx, region, kind)
    # Reports that nobody has been told of are few; only for them must the leader be found.
    untold = list(tx.execute(select(r.id).where(r.announced_version_id.is_(None), *wanted)).scalars())
    elected = list(leading_versions(tx, untold).values())
    leads = or_(
        g.version_id == r.announced_version_id, *(g.version_id.in_(part) for part in rows.chunks(elected))
    )
    conditions = [
        *wanted,
        leads,
        *([g.indicator == indicator] if indicator is not None else []),
        *([g.year == year] if year is not None else []),
        *([g.headline.is_(headline)] if headline is not None else []),
    ]
    found = (
        tx.execute(
            select(t.targets, t.versions.c.report_id)
            .join(t.versions, t.versions.c.id == g.version_id)
            .join(t.reports, r.id == t.versions.c.report_id)
            .where(*conditions)
            .order_by(r.first_seen_at.desc(), r.id.desc(), g.start, g.id)
            .limit(limit)
        )
        .mappings()
        .all()
    )
    shown = shown_by(tx, list({row["version_id"] for row in found}))
    by_id = _reports_by_id(tx, list({row["report_id"] for row in found}))
    return [
        TargetRow(by_id[row["report_id"]], row["version_id"], shown.get(row["version_id"]), rows.figure(row))
        for row in found
    ]


def _reports_by_id(tx: Connection, report_ids: Sequence[int]) -> dict[int, Report]:
    return {
        row["id"]: rows.report(row)
        for part in rows.chunks(report_ids)
        for row in tx.execute(select(t.reports).where(t.reports.c.id.in_(part))).mappings()
    }


# --- sources and pages -----------------------------------------------------------------------


def source_rows(tx: Connection) -> list[SourceHealth]:
    """Every source, by slug."""
    watched: dict[str, list[WatchedList]] = defaultdict(list)
    standing = select(t.lists).where(t.lists.c.retired_at.is_(None)).order_by(t.lists.c.id)
    for row in tx.execute(standing).mappings():
        watched[row["source"]].append(rows.watched_list(row))
    counted = select(
        t.pages.c.source, func.count(), func.count(t.pages.c.gone_at), func.count(t.pages.c.error)
    ).group_by(t.pages.c.source)
    pages = {row[0]: (row[1], row[2], row[3]) for row in tx.execute(counted)}
    return [
        SourceHealth(
            slug=row["slug"],
            name=row["name"],
            kind=SourceKind(row["kind"]),
            official=row["official"],
            home=row["home"],
            broken_at=row["broken_at"],
            broken_reason=row["broken_reason"],
            lists=tuple(watched[row["slug"]]),
            last_polled_at=max(
                (at for one in watched[row["slug"]] if (at := one.last_polled_at) is not None), default=None
            ),
            next_poll_at=min((one.next_poll_at for one in watched[row["slug"]]), default=None),
            pages=pages.get(row["slug"], (0, 0, 0))[0],
            gone=pages.get(row["slug"], (0, 0, 0))[1],
            problems=pages.get(row["slug"], (0, 0, 0))[2],
        )
        for row in tx.execute(select(t.sources).order_by(t.sources.c.slug)).mappings()
    ]


def problems(tx: Connection, limit: int = 100) -> list[Page]:
    """Pages with a standing error, the latest tried first."""
    query = (
        select(t.pages)
        .where(t.pages.c.error.is_not(None))
        .order_by(t.pages.c.last_fetched_at.desc(), t.pages.c.id.desc())
        .limit(limit)
    )
    return [rows.page(row) for row in tx.execute(query).mappings()]


def dead(tx: Connection, limit: int = 100) -> list[tuple[Report, Version]]:
    """Versions put aside because they stopped their worker, with their reports, the latest first."""
    query = (
        select(t.versions)
        .where(t.versions.c.dead_at.is_not(None))
        .order_by(t.versions.c.dead_at.desc(), t.versions.c.id.desc())
        .limit(limit)
    )
    found = [rows.version(row) for row in tx.execute(query).mappings()]
    by_id = _reports_by_id(tx, list({version.report_id for version in found}))
    return [(by_id[version.report_id], version) for version in found]


def counts(tx: Connection) -> Counts:
    def count(table: FromClause, *where: ColumnElement[bool]) -> int:
        return tx.execute(select(func.count()).select_from(table).where(*where)).scalar_one()

    def by(column: ColumnElement[str]) -> dict[str, int]:
        query = select(column, func.count()).group_by(column).order_by(column)
        return {row[0]: row[1] for row in tx.execute(query)}

    todo = t.versions.c.extracted_at.is_(None)
    return Counts(
        sources=count(t.sources),
        pages=count(t.pages),
        problems=count(t.pages, t.pages.c.error.is_not(None)),
        reports=count(t.reports),
        versions=count(t.versions),
        copies=count(t.copies, t.copies.c.ended_at.is_(None)),
        targets=count(t.targets),
        outcomes=count(t.outcomes),
        events=by(t.events.c.type),
        deliveries=by(t.deliveries.c.state),
        waiting=count(t.versions, todo, t.versions.c.dead_at.is_(None)),
        dead=count(t.versions, t.versions.c.dead_at.is_not(None)),
        unsettled=count(t.reports, t.reports.c.unsettled_since.is_not(None)),
    )
