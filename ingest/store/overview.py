"""Read models of how it goes: sources, pages with a standing error, how much there is and how much waits.

Reports and targets are browse.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, exists, func, select

from ingest.errors import ReadingEnded
from ingest.identity.kinds import REPORTS
from ingest.model import Page, Region, Report, SourceKind, Version, WatchedList
from ingest.store import documents, rows, source_checks
from ingest.store import tables as t
from ingest.store.leaders import leading_versions
from ingest.store.regions import reports_of
from ingest.watch.health import Check
from ingest.watch.schedule import PUT_ASIDE_AFTER


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares. `lists` are those still watched."""

    slug: str
    name: str
    kind: SourceKind
    official: bool
    home: str
    broken_at: datetime | None
    broken_reason: Mapping[str, Any] | None  # cause, found (watch/health.py), url
    lists: tuple[WatchedList, ...]
    last_polled_at: datetime | None
    next_poll_at: datetime | None
    pages: int
    gone: int
    problems: int  # pages with a standing error
    checks: Mapping[str, Check] = field(default_factory=dict)  # by list address; "" is the pages
    fills: Mapping[str, float] = field(default_factory=dict)  # share of the newest pages that have a field

    @property
    def broken(self) -> tuple[str, Check] | None:
        """What broke first of what is still broken: a list's address or "", and its check."""
        standing = [(c.broken_at, subject, c) for subject, c in self.checks.items() if c.broken_at]
        if self.broken_at is None or not standing:
            return None
        _, subject, check = min(standing, key=lambda one: one[:2])
        return subject, check

    @property
    def state(self) -> str:
        """ "healthy", "unknown" before the first look, "broken", or the cause where it is known."""
        if self.broken_at is not None:
            return self.broken[1].state if self.broken else "broken"
        return "unknown" if self.last_polled_at is None else "healthy"

    @property
    def last_success_at(self) -> datetime | None:
        """When a list of it was last as it should be."""
        return max((c.good_at for subject, c in self.checks.items() if subject and c.good_at), default=None)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of everything, and how much waits."""

    sources: int
    pages: int
    problems: int
    aside: int  # pages whose reading had to be ended again and again
    reports: int
    versions: int
    copies: int  # live ones
    targets: int
    outcomes: int
    events: int
    deliveries: Mapping[str, int]  # by state
    waiting: int  # versions to be extracted
    dead: int  # versions put aside
    unsettled: int  # reports to be compared
    internal: int = 0  # pages and lists that a fault of gongbao keeps from being read
    scans: int = 0  # to be read by OCR


@dataclass(frozen=True, slots=True)
class Totals:
    """What the first page says that there is: what browse.py lists."""

    sources: int
    reports: int  # without news and notices, and those that were merged into others
    targets: int  # of leading versions
    copies: int  # live ones
    events: int


def source_rows(
    tx: Connection, slugs: Collection[str] | None = None, *, counted: bool = True
) -> list[SourceHealth]:
    """Every source, by slug; of `slugs` (a few) where they are given. Not `counted`: how many pages it has,
    which is looked at one by one, is left at 0."""

    def wanted(column: ColumnElement[str]) -> list[ColumnElement[bool]]:
        return [] if slugs is None else [column.in_(sorted(slugs))]

    watched: dict[str, list[WatchedList]] = defaultdict(list)
    standing = (
        select(t.lists)
        .where(t.lists.c.retired_at.is_(None), *wanted(t.lists.c.source))
        .order_by(t.lists.c.id)
    )
    for row in tx.execute(standing).mappings():
        watched[row["source"]].append(rows.read(WatchedList, row))
    each = (
        select(t.pages.c.source, func.count(), func.count(t.pages.c.gone_at), func.count(t.pages.c.error))
        .where(*wanted(t.pages.c.source))
        .group_by(t.pages.c.source)
    )
    pages = {row[0]: (row[1], row[2], row[3]) for row in tx.execute(each)} if counted else {}
    checks, shares = source_checks.of_sources(tx), source_checks.fill_shares(tx)
    return [
        rows.read(
            SourceHealth,
            {
                **row,
                "lists": tuple(lists := watched[row["slug"]]),
                "last_polled_at": max((at for one in lists if (at := one.last_polled_at)), default=None),
                "next_poll_at": min((one.next_poll_at for one in lists), default=None),
                **dict(zip(("pages", "gone", "problems"), pages.get(row["slug"], (0, 0, 0)), strict=True)),
                "checks": checks.get(row["slug"], {}),
                "fills": shares.get(row["slug"], {}),
            },
        )
        for row in tx.execute(
            select(t.sources).where(*wanted(t.sources.c.slug)).order_by(t.sources.c.slug)
        ).mappings()
    ]


def sources_showing(tx: Connection, region: Region) -> set[str]:
    """The slugs of the sources whose pages show, or have shown, reports of this very region."""
    query = (
        select(t.pages.c.source)
        .join(t.copies, t.copies.c.page_id == t.pages.c.id)
        .join(t.versions, t.versions.c.id == t.copies.c.version_id)
        .join(t.reports, t.reports.c.id == t.versions.c.report_id)
        .where(reports_of(region))
        .distinct()
    )
    return set(tx.execute(query).scalars())


def problems(tx: Connection, limit: int = 100, each: int | None = None) -> list[Page]:
    """Pages with a standing error, the latest tried first; at most `each` of a source with the same error."""
    latest = t.pages.c.last_fetched_at.desc(), t.pages.c.id.desc()
    query = select(t.pages).where(t.pages.c.error.is_not(None)).order_by(*latest).limit(limit)
    if each is not None:
        alike = func.row_number().over(partition_by=(t.pages.c.source, t.pages.c.error), order_by=latest)
        ranked = select(t.pages.c.id, alike.label("nth")).where(t.pages.c.error.is_not(None)).subquery()
        query = query.where(t.pages.c.id.in_(select(ranked.c.id).where(ranked.c.nth <= each)))
    return [rows.read(Page, row) for row in tx.execute(query).mappings()]


def dead(tx: Connection, limit: int = 100) -> list[tuple[Report, Version]]:
    """Versions put aside because they stopped their worker, with their reports, the latest first."""
    query = (
        select(t.versions)
        .where(t.versions.c.dead_at.is_not(None))
        .order_by(t.versions.c.dead_at.desc(), t.versions.c.id.desc())
        .limit(limit)
    )
    found = [rows.read(Version, row) for row in tx.execute(query).mappings()]
    by_id = documents.reports_by_id(tx, list({version.report_id for version in found}))
    return [(by_id[version.report_id], version) for version in found]


def _count(table: FromClause, *where: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


def _counted(tx: Connection, **counts: ColumnElement[int]) -> dict[str, int]:
    """Several counts, asked for at once."""
    return dict(tx.execute(select(*(count.label(name) for name, count in counts.items()))).mappings().one())


def _live_copies() -> ColumnElement[int]:
    """Those that have ended are few, and have an index."""
    return _count(t.copies) - _count(t.copies, t.copies.c.ended_at.is_not(None))


def _merged(*where: ColumnElement[bool]) -> ColumnElement[int]:
    """Reports that the operator says are others; those are few, and stand in his decisions."""
    decided = t.reports.c.id.in_(select(t.decisions.c.from_report_id))
    return _count(t.reports, decided, t.reports.c.merged_into.is_not(None), *where)


def totals(tx: Connection) -> Totals:
    is_report = t.reports.c.kind.in_(sorted(REPORTS))
    counted = _counted(
        tx,
        sources=_count(t.sources),
        reports=_count(t.reports, is_report) - _merged(is_report),
        targets=_count(t.targets),
        copies=_live_copies(),
        events=_count(t.events),
    )
    return Totals(**counted | {"targets": counted["targets"] - _targets_beside(tx)})


def _targets_beside(tx: Connection) -> int:
    """How many targets do not count: few reports have several texts."""
    r, v, g = t.reports.c, t.versions.c, t.targets.c
    several = select(v.report_id).group_by(v.report_id).having(func.count() > 1)
    silent = select(v.id).join(t.reports, r.id == v.report_id)
    silent = silent.where(v.report_id.in_(several), v.id != r.announced_version_id, v.beside.is_(None))
    in_articles = select(v.report_id).where(v.beside.is_not(None))
    article = t.versions.alias()
    articles = select(article.c.id).where(article.c.report_id.in_(in_articles))
    again = _count(t.targets, g.version_id.in_(articles), g.repeats.is_not(None))
    total: int = tx.execute(select(_count(t.targets, g.version_id.in_(silent)) + again)).scalar_one()
    has_some = exists().where(v.report_id == r.id, g.version_id == v.id)
    untold = select(r.id).where(r.announced_version_id.is_(None), has_some)
    leaders = leading_versions(tx, tx.execute(untold).scalars().all())
    for part in rows.chunks(list(leaders)):
        beside = select(v.id).where(v.report_id.in_(part), v.id.not_in([leaders[one] for one in part]))
        total += tx.execute(select(_count(t.targets, g.version_id.in_(beside)))).scalar_one()
    return total


def counts(tx: Connection) -> Counts:
    def by(column: ColumnElement[str]) -> dict[str, int]:
        query = select(column, func.count()).group_by(column).order_by(column)
        return {row[0]: row[1] for row in tx.execute(query)}

    todo = t.versions.c.extracted_at.is_(None)
    reports, versions = t.reports.c, t.versions.c
    return Counts(
        **_counted(
            tx,
            sources=_count(t.sources),
            pages=_count(t.pages),
            problems=_count(t.pages, t.pages.c.error.is_not(None)),
            aside=_count(
                t.pages, t.pages.c.error == ReadingEnded.__name__, t.pages.c.failures >= PUT_ASIDE_AFTER
            ),
            reports=_count(t.reports),
            versions=_count(t.versions),
            copies=_live_copies(),
            targets=_count(t.targets),
            outcomes=_count(t.outcomes),
            events=_count(t.events),
            waiting=_count(t.versions, todo, versions.dead_at.is_(None)),
            dead=_count(t.versions, versions.dead_at.is_not(None)),
            unsettled=_count(t.reports, reports.unsettled_since.is_not(None)),
            scans=_count(t.scans, t.scans.c.done_at.is_(None)),
        ),
        deliveries=by(t.deliveries.c.state),
        internal=source_checks.internal_errors(tx),
    )
