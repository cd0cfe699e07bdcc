"""What is written down of a source's health: a check for each list and one for its pages, what pages fill.

What a check means, and when a source counts as broken, is watch/health.py; what the status page shows
is overview.py beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from ingest.china_time import china_day
from ingest.errors import UnexpectedError
from ingest.model import Header, Identity, Kind
from ingest.store import rows
from ingest.store import tables as t
from ingest.store.tables import checks, fills
from ingest.watch.health import FIELDS, LEAST_FAILING, NEWEST_PAGES, Check, Failing, Fill, share
from ingest.watch.season import Past

PAGES = ""
"""The subject of the check of a source's pages."""

CONSIDERED = 50  # pages of a source or list, the newest


def load(tx: Connection, source: str, subject: str) -> Check:
    """The check of a list (by its address) or of `PAGES`; an empty one for what was never looked at."""
    where = (checks.c.source == source, checks.c.subject == subject)
    row = tx.execute(select(checks).where(*where)).mappings().one_or_none()
    return Check() if row is None else _check(row)


def save(tx: Connection, source: str, subject: str, check: Check) -> None:
    values = rows.columns(check)
    values |= values.pop("trouble") or {"cause": None, "expected": None, "found": None}
    rows.put(tx, checks, {"source": source, "subject": subject}, values)


def named_until(tx: Connection, source: str, list_url: str, until: datetime) -> dict[str, str | None]:
    """Addresses and titles of what a list named first, the newest: those that it had named by then."""
    p = t.pages.c
    query = (
        select(p.url, p.title)
        .join(t.lists, t.lists.c.id == p.listed_by)
        .where(t.lists.c.source == source, t.lists.c.url == list_url, p.first_seen_at <= until)
        .order_by(p.first_seen_at.desc(), p.id)
        .limit(CONSIDERED)
    )
    return {row.url: row.title for row in tx.execute(query)}


def still_good(tx: Connection, subjects: Sequence[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Write down that nothing is wrong with these lists (source, address), where that is no news: those of a
    healthy source that had nothing wrong before. Returns which these are."""
    written = tx.execute(_STILL_GOOD, {"good_at": now, "subjects": subjects})
    return {(source, subject) for source, subject in written.all()}


_STILL_GOOD = (
    update(checks)
    .where(
        tuple_(checks.c.source, checks.c.subject).in_(bindparam("subjects", expanding=True)),
        checks.c.cause.is_(None),
        checks.c.since.is_(None),
        checks.c.broken_at.is_(None),
        checks.c.good_at.is_not(None),
        ~exists().where(t.sources.c.slug == checks.c.source, t.sources.c.broken_at.is_not(None)),
    )
    .returning(checks.c.source, checks.c.subject)
)


def hold(tx: Connection, source: str) -> bool:
    """Keep others from judging this source until the transaction ends; whether it is said to be broken.

    Call it before any row of the source's lists is locked: sync_sources takes them in that order.
    """
    query = select(t.sources.c.broken_at).where(t.sources.c.slug == source).with_for_update(key_share=True)
    return tx.execute(query).scalar_one_or_none() is not None


def of_source(tx: Connection, source: str) -> dict[str, Check]:
    """The checks of a source by subject: of its pages, and of the lists that are still watched."""
    return _checks(tx, checks.c.source == source).get(source, {})


def of_sources(tx: Connection) -> Mapping[str, dict[str, Check]]:
    """The same for every source, by slug."""
    return _checks(tx)


def _checks(tx: Connection, *where: Any) -> dict[str, dict[str, Check]]:
    watched = (
        select(t.lists.c.id)
        .where(
            t.lists.c.source == checks.c.source,
            t.lists.c.url == checks.c.subject,
            t.lists.c.retired_at.is_(None),
        )
        .exists()
    )
    query = (
        select(checks)
        .where(or_(checks.c.subject == PAGES, watched), *where)
        .order_by(checks.c.source, checks.c.subject)
    )
    found: dict[str, dict[str, Check]] = {}
    for row in tx.execute(query).mappings():
        found.setdefault(row["source"], {})[row["subject"]] = _check(row)
    return found


# --- pages -----------------------------------------------------------------------------------


def fill(
    tx: Connection, source: str, pages: Iterable[tuple[int, Collection[str], datetime]], now: datetime
) -> None:
    """Which fields pages (id, fields, put up at) have as they were read now."""
    read = [
        {"page_id": id_, "source": source, "put_up_at": put_up_at, "read_at": now, "filled": sorted(filled)}
        for id_, filled, put_up_at in pages
    ]
    tx.execute(rows.putting(tx, fills, ("page_id",), ("put_up_at", "read_at", "filled")), read)


def _fail(source: str | BindParameter[str]) -> tuple[ColumnElement[bool], ...]:
    """Of pages: those of this source that failed twice in a row or more."""
    p = t.pages.c
    return p.source == source, p.error.is_not(None), p.failures > 1


_INTERNAL = func.count(case((t.pages.c.error == UnexpectedError.__name__, 1)))


def failing(tx: Connection, source: str) -> Failing:
    """How the newest pages of a source fare: those of its worst list, of those of which `LEAST_FAILING` pages
    fail. What a list named first is the newest of one look. A page that went by itself fails nobody."""
    p = t.pages.c
    query = select(p.listed_by, func.count().label("pages"), _INTERNAL.label("internal"))
    found = tx.execute(query.where(*_fail(source)).group_by(p.listed_by)).all()
    worst = Failing(0)
    for row in found:
        if row.pages < LEAST_FAILING:
            continue
        newest = (
            select(p.error, p.failures)
            .where(
                p.source == source,
                p.listed_by == row.listed_by,
                p.last_fetched_at.is_not(None),
                or_(p.gone_at.is_(None), p.missing_since.is_not(None)),
            )
            .order_by(p.first_seen_at.desc(), p.id)
            .limit(NEWEST_PAGES)
        )
        errors = [error if failures > 1 else None for error, failures in tx.execute(newest)]
        one = Failing(len(errors), tuple(filter(None, errors)))
        worst = max(worst, one, key=lambda one: (one.all_of_them, one.newest))
    return replace(worst, internal=sum(row.internal for row in found))


def internal_errors(tx: Connection) -> int:
    """How many pages and watched lists met an exception that nobody foresaw when they were last looked at."""
    name = UnexpectedError.__name__
    pages = select(func.count()).select_from(t.pages).where(t.pages.c.error == name)
    lists = (
        select(func.count())
        .select_from(t.lists)
        .where(t.lists.c.retired_at.is_(None), t.lists.c.last_error.startswith(f"{name}:"))
    )
    return tx.execute(pages).scalar_one() + tx.execute(lists).scalar_one()


def newest_pages(tx: Connection, source: str, limit: int = CONSIDERED) -> tuple[list[Fill], bool]:
    """The fields of the pages that were put up last, newest first; and whether pages of the source fail, so
    that `failing` is to be asked."""
    found = tx.execute(_NEWEST_PAGES, {"of": source, "most": limit}).all()
    fail = not found or bool(found[0].some_fail)
    return [Fill(_filled(row.filled), row.read_at) for row in found], fail


@lru_cache(maxsize=64)
def _filled(kept: str) -> frozenset[str]:
    return frozenset(json.loads(kept))


_SOME_FAIL = (
    select(t.pages.c.listed_by)
    .where(*_fail(bindparam("of")))
    .group_by(t.pages.c.listed_by)
    .having(or_(func.count() >= LEAST_FAILING, _INTERNAL > 0))
)
_NEWEST_PAGES = (
    select(
        cast(fills.c.filled, Text).label("filled"), fills.c.read_at, _SOME_FAIL.exists().label("some_fail")
    )
    .where(fills.c.source == bindparam("of"))
    .order_by(fills.c.put_up_at.desc(), fills.c.page_id.desc())
    .limit(bindparam("most"))
)


def fill_shares(tx: Connection, limit: int = CONSIDERED) -> dict[str, dict[str, float]]:
    """By source: the share of the pages put up last that have each field; no entry where none was read."""
    by_source: dict[str, list[Fill]] = {}
    for row in tx.execute(_NEWEST_OF_EACH, {"before": limit - 1}):
        by_source.setdefault(row.source, []).append(Fill(_filled(row.filled), row.read_at))
    return {
        source: {name: share(articles, name) for name in FIELDS} for source, articles in by_source.items()
    }


# Which is the last of the newest pages of a source is asked of its index: all pages together are many.
_OF_SOURCE = fills.alias("of_source")


def _last(column: ColumnElement[Any], where_fewer: ColumnElement[Any]) -> ColumnElement[Any]:
    newest = select(column).where(_OF_SOURCE.c.source == t.sources.c.slug)
    newest = newest.order_by(_OF_SOURCE.c.put_up_at.desc(), _OF_SOURCE.c.page_id.desc())
    return func.coalesce(newest.limit(1).offset(bindparam("before")).scalar_subquery(), where_fewer)


_LAST = (
    select(
        t.sources.c.slug,
        _last(_OF_SOURCE.c.put_up_at, literal(datetime(1000, 1, 1, tzinfo=UTC), t.UtcDateTime)).label("at"),
        _last(_OF_SOURCE.c.page_id, literal(0)).label("page_id"),
    )
    .cte("last")
    .prefix_with("MATERIALIZED")
)
_NEWEST_OF_EACH = select(fills.c.source, fills.c.read_at, cast(fills.c.filled, Text).label("filled")).join(
    _LAST,
    and_(
        fills.c.source == _LAST.c.slug,
        tuple_(fills.c.put_up_at, fills.c.page_id) >= tuple_(_LAST.c.at, _LAST.c.page_id),
    ),
)


# --- reports that are due --------------------------------------------------------------------


def watched_since(tx: Connection, source: str) -> datetime | None:
    """Since when all of a source that we know of has been read: None while a page of it was never fetched.

    That is the first look at its lists; pages that wait for their first turn may be the report itself.
    """
    waiting = select(func.count()).where(
        t.pages.c.source == source, t.pages.c.last_fetched_at.is_(None), t.pages.c.gone_at.is_(None)
    )
    if tx.execute(waiting.select_from(t.pages)).scalar_one():
        return None
    first = select(func.min(checks.c.first_at)).where(checks.c.source == source, checks.c.subject != PAGES)
    since: datetime | None = tx.execute(first).scalar_one()
    return since


def years_seen(tx: Connection, region_codes: Iterable[str], kind: Kind, year: int) -> set[str]:
    """Those of the regions whose report of that kind and year has been seen."""
    seen: set[str] = set()
    for part in rows.chunks(sorted(set(region_codes))):
        query = select(t.reports.c.region_code).where(
            t.reports.c.region_code.in_(part), t.reports.c.kind == kind.value, t.reports.c.year == year
        )
        seen.update(tx.execute(query).scalars())
    return seen


def past_reports(tx: Connection, region_code: str, kind: Kind, before: int) -> list[Past]:
    """The earlier reports of a region, one a year: when it was delivered, else put up, else seen."""
    query = (
        select(t.reports.c.year, t.reports.c.first_seen_at, t.versions.c.identity, t.versions.c.header)
        .join_from(t.reports, t.versions, t.versions.c.report_id == t.reports.c.id)
        .where(
            t.reports.c.region_code == region_code,
            t.reports.c.kind == kind.value,
            t.reports.c.year < before,
        )
    )
    days: dict[int, list[tuple[int, date]]] = {}
    for year, first_seen_at, identity, header in tx.execute(query):
        if delivered_on := rows.read(Identity, identity).delivered_on:
            known = (0, delivered_on)
        elif published_on := rows.read(Header, header).published_on:
            known = (1, published_on)
        else:
            known = (2, china_day(first_seen_at))
        days.setdefault(year, []).append(known)
    return [Past(year, min(known)[1]) for year, known in sorted(days.items())]


def _check(row: RowMapping) -> Check:
    return rows.read(Check, {**row, "trouble": None if row["cause"] is None else dict(row)})
