"""Which lists and pages are due, and who is at them: a lease is an owner and a time on the row.

A lease is free when its time is past, so what a killed process had taken comes back by itself. The outcome
is written by watchlist.py; deliveries have leases of their own in subscriptions.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from ingest.model import Page, SourceKind, WatchedList
from ingest.store import rows
from ingest.store import tables as t
from ingest.store.tables import lists, pages

CROWD = 2_000  # pages


def lease_lists(
    tx: Connection,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    sources: Collection[str] | None = None,
    each: int | None = None,
) -> list[WatchedList]:
    """Take up to `limit` lists that are due, `each` of a source at most, longest waiting first; nobody else
    gets them for `lease`."""
    taken = _lease(tx, lists, owner, now, lease, limit, sources, each)
    return [rows.read(WatchedList, row) for row in taken]


def lease_pages(
    tx: Connection,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    sources: Collection[str] | None = None,
    each: int | None = None,
) -> list[Page]:
    """Take up to `limit` pages that are due, likewise. Pages of local files, and of sources that are not
    watched any more, are never due."""
    if each is not None and sources is not None and _crowded(tx, now):
        # To put all of them in order would take long.
        by_itself = (lease_pages(tx, owner, now, lease, min(each, limit), (slug,)) for slug in sources)
        return [page for pages_ in by_itself for page in pages_]
    taken = _lease(tx, pages, owner, now, lease, limit, sources, each)
    return [rows.read(Page, row) for row in taken]


def renew(
    tx: Connection, owner: str, until: datetime, *, list_ids: Sequence[int], page_ids: Sequence[int]
) -> None:
    """Hold what `owner` still holds of these until then; what went to another meanwhile stays there."""
    _set_leases(tx, owner, list_ids, page_ids, {"lease_until": until})


def release(tx: Connection, owner: str, *, list_ids: Sequence[int], page_ids: Sequence[int]) -> None:
    """Give back what `owner` took and did not get to: it is due for anybody again."""
    _set_leases(tx, owner, list_ids, page_ids, {"lease_owner": None, "lease_until": None})


def due_sources(
    tx: Connection, now: datetime, sources: Collection[str] | None, limit: int, *, but: Collection[str] = ()
) -> list[str]:
    """Which of these sources (None: all, except `but`) have a list or page that is due and free; the longest
    waiting first. To name thousands of them costs more than the answer: a poller of all says None."""

    query = _due_sources(_crowded(tx, now), sources is not None, bool(but))
    asked = {"now": now, "limit": limit, "sources": list(sources or ()), "but": list(but)}
    return list(tx.execute(query, asked).scalars())


@cache
def _due_sources(crowded: bool, some: bool, but: bool) -> Select[Any]:
    if crowded:
        slug = t.sources.c.slug
        first_page = select(pages.c.next_fetch_at).where(pages.c.source == slug, *_due_page())
        at = first_page.order_by(pages.c.next_fetch_at).limit(1).scalar_subquery().label("at")
        wanted = [slug.in_(_SOURCES)] if some else []
        each = select(slug.label("source"), at).where(*wanted, slug.not_in(_BUT)).subquery()
        of_pages = select(each.c.source, each.c.at).where(each.c.at.is_not(None))
    else:
        of_pages = select(pages.c.source, pages.c.next_fetch_at).where(*_due_page(), *_of(pages, some, but))
    due = union_all(
        select(lists.c.source, lists.c.next_poll_at.label("at")).where(*_due_list(), *_of(lists, some, but)),
        of_pages,
    ).subquery()
    order = (func.min(due.c.at), due.c.source)
    return select(due.c.source).group_by(due.c.source).order_by(*order).limit(_LIMIT)


def pages_due(tx: Connection, source: str, now: datetime) -> tuple[int, datetime | None]:
    """How many pages of a source are due, and when the last lease on one of them runs out; None: nobody holds
    any."""
    held = case((pages.c.lease_until >= now, pages.c.lease_until))
    due = select(func.count(), func.max(held)).where(pages.c.source == source, pages.c.next_fetch_at <= now)
    number, until = tx.execute(due).one()
    return number, until


def soonest(
    tx: Connection, sources: Collection[str] | None = None, *, but: Collection[str] = ()
) -> datetime | None:
    """When the next list or page of these sources (None: all, except `but`) is due and free; None: nothing is
    watched.

    What another holds counts from the end of its lease, so that nobody waits in circles for it.
    """
    asked = {"sources": list(sources or ()), "but": list(but)}
    found = (_soonest(tx, table, sources is not None, bool(but), asked) for table in (lists, pages))
    return min((at for at in found if at is not None), default=None)


def _soonest(tx: Connection, table: Table, some: bool, but: bool, asked: dict[str, Any]) -> datetime | None:
    """By the index of what is due, however many rows there are: the first that nobody holds, and of those
    that are due before it, which are all held, the first to be let go."""
    first: datetime | None = tx.scalar(_first_free(table, some, but), asked)
    if first is not None:
        asked = asked | {"first": first}
    let_go: datetime | None = tx.scalar(_let_go(table, some, but, first is not None), asked)
    return min((at for at in (first, let_go) if at is not None), default=None)


def _watched_ones(table: Table, some: bool, but: bool) -> list[ColumnElement[bool]]:
    return [lists.c.retired_at.is_(None) if table is lists else _watched(), *_of(table, some, but)]


@cache
def _first_free(table: Table, some: bool, but: bool) -> Select[Any]:
    due = _DUE[table]
    free = or_(table.c.lease_until.is_(None), not_(table.c.lease_until > due))
    return select(due).where(*_watched_ones(table, some, but), free).order_by(due).limit(1)


@cache
def _let_go(table: Table, some: bool, but: bool, before: bool) -> Select[Any]:
    due = _DUE[table]
    held = [table.c.lease_until > due, *([due < bindparam("first")] if before else [])]
    return select(func.min(table.c.lease_until)).where(*_watched_ones(table, some, but), *held)


def _crowded(tx: Connection, now: datetime) -> bool:
    """Whether so many pages are due that each source is better asked for its first than all of them looked
    at: in a first fill, say."""
    return bool(tx.execute(_MANY_DUE, {"now": now}).scalar_one() == CROWD)


def _set_leases(
    tx: Connection, owner: str, list_ids: Sequence[int], page_ids: Sequence[int], values: dict[str, Any]
) -> None:
    for table, ids in ((lists, list_ids), (pages, page_ids)):
        for part in rows.chunks(ids):
            held = (table.c.id.in_(part), table.c.lease_owner == owner)
            tx.execute(update(table).where(*held).values(**values))


# Statements are built once for each kind of question: to build one of these takes as long as to ask it.
_NOW: BindParameter[datetime] = bindparam("now", type_=pages.c.next_fetch_at.type)
_LIMIT: BindParameter[int] = bindparam("limit", type_=Integer())
_SOURCES: BindParameter[Any] = bindparam("sources", expanding=True)
_BUT: BindParameter[Any] = bindparam("but", expanding=True)
_DUE: Mapping[Table, Column[datetime]] = {lists: lists.c.next_poll_at, pages: pages.c.next_fetch_at}
_MANY_DUE = select(func.count()).select_from(
    select(literal(1)).where(pages.c.next_fetch_at <= _NOW).limit(CROWD).subquery()
)


def _due_list() -> list[ColumnElement[bool]]:
    return [lists.c.next_poll_at <= _NOW, lists.c.retired_at.is_(None), _free(lists)]


def _due_page() -> list[ColumnElement[bool]]:
    return [pages.c.next_fetch_at <= _NOW, _watched(), _free(pages)]


def _free(table: Table) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until < _NOW)


def _watched() -> ColumnElement[bool]:
    """The page's source is no local file, and not one all of whose lists have been retired."""
    of_page = lists.c.source == pages.c.source
    retired = exists().where(of_page, lists.c.retired_at.is_not(None))
    standing = exists().where(of_page, lists.c.retired_at.is_(None))
    local = select(t.sources.c.slug).where(t.sources.c.kind == SourceKind.LOCAL.value)
    return and_(pages.c.source.not_in(local), or_(not_(retired), standing))


def _of(table: Table, some: bool, but: bool = False) -> list[ColumnElement[bool]]:
    of = table.c.source
    return [*([of.in_(_SOURCES)] if some else []), *([of.not_in(_BUT)] if but else [])]


def _lease(
    tx: Connection,
    table: Table,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    sources: Collection[str] | None,
    each: int | None,
) -> Sequence[Any]:
    asked = {
        "owner": owner,
        "now": now,
        "until": now + lease,
        "limit": limit,
        "sources": list(sources or ()),
        "each": each,
    }
    due = _DUE[table].name
    taken = tx.execute(_leasing(table, sources is not None, each is not None), asked).mappings().all()
    return sorted(taken, key=lambda row: (row[due], row["id"]))


@cache
def _leasing(table: Table, some: bool, each: bool) -> ReturningUpdate[Any]:
    """In one statement. SKIP LOCKED lets several processes take different rows at once; SQLite has one writer
    anyway."""
    due = _DUE[table]
    wanted = [*(_due_list() if table is lists else _due_page()), *_of(table, some)]
    free = select(table.c.id).where(*wanted)
    if each:
        place = func.row_number().over(partition_by=table.c.source, order_by=(due, table.c.id))
        placed = select(table.c.id, place.label("place")).where(*wanted).subquery()
        # `wanted` is asked again of each row once it is locked: another may just have taken it.
        free = free.where(table.c.id.in_(select(placed.c.id).where(placed.c.place <= bindparam("each"))))
    first = free.order_by(due, table.c.id).limit(_LIMIT).with_for_update(skip_locked=True).cte("first")
    return (
        update(table)
        .where(table.c.id.in_(select(first.c.id)))
        .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
        .returning(table)
    )
