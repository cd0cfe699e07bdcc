"""Which lists and pages are due, and who is at them: a lease is an owner and a time on the row.

A lease is free when its time is past, so what a killed process had taken comes back by itself. The outcome
is written by watchlist.py; deliveries have leases of their own in subscriptions.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
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
    wanted = [*_due_list(now), *_of(lists, sources)]
    taken = _lease(tx, lists, lists.c.next_poll_at, wanted, owner, now + lease, limit, each)
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
    wanted = [*_due_page(now), *_of(pages, sources)]
    taken = _lease(tx, pages, pages.c.next_fetch_at, wanted, owner, now + lease, limit, each)
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

    def of(table: Table) -> list[ColumnElement[bool]]:
        return [*_of(table, sources), *([table.c.source.not_in(list(but))] if but else [])]

    if _crowded(tx, now):
        slug = t.sources.c.slug
        first_page = select(pages.c.next_fetch_at).where(pages.c.source == slug, *_due_page(now))
        at = first_page.order_by(pages.c.next_fetch_at).limit(1).scalar_subquery().label("at")
        wanted = [] if sources is None else [slug.in_(list(sources))]
        each = select(slug.label("source"), at).where(*wanted, slug.not_in(list(but))).subquery()
        of_pages = select(each.c.source, each.c.at).where(each.c.at.is_not(None))
    else:
        of_pages = select(pages.c.source, pages.c.next_fetch_at).where(*_due_page(now), *of(pages))
    due = union_all(
        select(lists.c.source, lists.c.next_poll_at.label("at")).where(*_due_list(now), *of(lists)), of_pages
    ).subquery()
    first = func.min(due.c.at)
    return list(
        tx.execute(
            select(due.c.source).group_by(due.c.source).order_by(first, due.c.source).limit(limit)
        ).scalars()
    )


def pages_due(tx: Connection, source: str, now: datetime) -> tuple[int, datetime | None]:
    """How many pages of a source are due, and when the last lease on one of them runs out; None: nobody holds
    any."""
    held = case((pages.c.lease_until >= now, pages.c.lease_until))
    due = select(func.count(), func.max(held)).where(pages.c.source == source, pages.c.next_fetch_at <= now)
    number, until = tx.execute(due).one()
    return number, until


def soonest(tx: Connection, sources: Collection[str] | None = None) -> datetime | None:
    """When the next list or page of these sources (None: all) is due and free; None when nothing is watched.

    What another holds counts from the end of its lease, so that nobody waits in circles for it.
    """
    found = (
        _soonest(tx, lists, lists.c.next_poll_at, [lists.c.retired_at.is_(None), *_of(lists, sources)]),
        _soonest(tx, pages, pages.c.next_fetch_at, [_watched(), *_of(pages, sources)]),
    )
    return min((at for at in found if at is not None), default=None)


def _soonest(
    tx: Connection, table: Table, due: ColumnElement[datetime], wanted: Sequence[ColumnElement[bool]]
) -> datetime | None:
    """By the index of `due`, however many rows there are: the first that nobody holds, and of those that are
    due before it, which are all held, the first to be let go."""
    held = table.c.lease_until > due
    free = select(due).where(*wanted, or_(table.c.lease_until.is_(None), not_(held))).order_by(due).limit(1)
    first: datetime | None = tx.scalar(free)
    until = select(func.min(table.c.lease_until)).where(*wanted, held)
    let_go: datetime | None = tx.scalar(until if first is None else until.where(due < first))
    return min((at for at in (first, let_go) if at is not None), default=None)


def _crowded(tx: Connection, now: datetime) -> bool:
    """Whether so many pages are due that each source is better asked for its first than all of them looked
    at: in a first fill, say."""
    due = select(literal(1)).where(pages.c.next_fetch_at <= now).limit(CROWD).subquery()
    return tx.execute(select(func.count()).select_from(due)).scalar_one() == CROWD


def _set_leases(
    tx: Connection, owner: str, list_ids: Sequence[int], page_ids: Sequence[int], values: dict[str, Any]
) -> None:
    for table, ids in ((lists, list_ids), (pages, page_ids)):
        for part in rows.chunks(ids):
            held = (table.c.id.in_(part), table.c.lease_owner == owner)
            tx.execute(update(table).where(*held).values(**values))


def _due_list(now: datetime) -> list[ColumnElement[bool]]:
    return [lists.c.next_poll_at <= now, lists.c.retired_at.is_(None), _free(lists, now)]


def _due_page(now: datetime) -> list[ColumnElement[bool]]:
    return [pages.c.next_fetch_at <= now, _watched(), _free(pages, now)]


def _free(table: Table, now: datetime) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until < now)


def _watched() -> ColumnElement[bool]:
    """The page's source is no local file, and not one all of whose lists have been retired."""
    of_page = lists.c.source == pages.c.source
    retired = exists().where(of_page, lists.c.retired_at.is_not(None))
    standing = exists().where(of_page, lists.c.retired_at.is_(None))
    local = select(t.sources.c.slug).where(t.sources.c.kind == SourceKind.LOCAL.value)
    return and_(pages.c.source.not_in(local), or_(not_(retired), standing))


def _of(table: Table, slugs: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if slugs is None else [table.c.source.in_(list(slugs))]


def _lease(
    tx: Connection,
    table: Table,
    due: Column[datetime],
    wanted: Sequence[ColumnElement[bool]],
    owner: str,
    until: datetime,
    limit: int,
    each: int | None,
) -> Sequence[Any]:
    """In one statement. SKIP LOCKED lets several processes take different rows at once; SQLite has one writer
    anyway."""
    free = select(table.c.id).where(*wanted)
    if each is not None:
        place = func.row_number().over(partition_by=table.c.source, order_by=(due, table.c.id))
        placed = select(table.c.id, place.label("place")).where(*wanted).subquery()
        # `wanted` is asked again of each row once it is locked: another may just have taken it.
        free = free.where(table.c.id.in_(select(placed.c.id).where(placed.c.place <= each)))
    first = free.order_by(due, table.c.id).limit(limit).with_for_update(skip_locked=True).cte("first")
    taken = (
        update(table)
        .where(table.c.id.in_(select(first.c.id)))
        .values(lease_owner=owner, lease_until=until)
        .returning(table)
    )
    return sorted(tx.execute(taken).mappings().all(), key=lambda row: (row[due.name], row["id"]))
