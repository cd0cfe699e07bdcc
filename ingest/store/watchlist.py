"""What is watched: sources, their lists, the pages found on them, and how each fared last time.

Who may take what is due is leases.py. When to come back is watch/schedule.py, whether a source counts as
broken watch/health.py; what a page says is stored by documents.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from ingest.model import Header, ListItem, Page, SourceKind
from ingest.page.titles import same_title
from ingest.store import rows
from ingest.store.tables import lists, pages, sources

MOST_TITLES = 8  # of one page, by its lists


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What the store keeps of a source file."""

    slug: str
    name: str
    kind: SourceKind
    official: bool
    home: str
    list_urls: tuple[str, ...] = ()
    first_look: timedelta = timedelta(0)  # from now, at a list that the store never knew
    region: str | None = None  # code of the place whose site it is


# --- sources ---------------------------------------------------------------------------------


def sync_sources(tx: Connection, specs: Sequence[SourceRow], now: datetime, *, complete: bool = True) -> None:
    """Make the store watch exactly these: lists that stand in none of `specs` are retired, not forgotten.

    `complete` False: there are other sources besides these, and their lists are left as they are.
    """
    there = {row["slug"]: row for row in tx.execute(select(sources)).mappings()}
    standing: dict[tuple[str, str], bool] = {}  # of each list that is known: is it watched?
    for source, url, retired_at in tx.execute(select(lists.c.source, lists.c.url, lists.c.retired_at)):
        standing[source, url] = retired_at is None
    # Only what differs is written: a poller that starts must not lock what the others are at.
    for spec in specs:
        row = there.get(spec.slug)
        if row is None or any(row[name] != value for name, value in _facts(spec).items()):
            ensure_source(tx, spec)
        for url in dict.fromkeys(spec.list_urls):
            if not standing.get((spec.slug, url), False):
                this_list = {"source": spec.slug, "url": url}
                due = now + spec.first_look
                rows.put(tx, lists, this_list, {"retired_at": None}, next_poll_at=due, failures=0)
    watched = {(spec.slug, url) for spec in specs for url in spec.list_urls}
    ours = {spec.slug for spec in specs}
    for source, url in sorted(key for key, live in standing.items() if live and key not in watched):
        if complete or source in ours:
            this = (lists.c.source == source, lists.c.url == url)
            tx.execute(update(lists).where(*this).values(retired_at=now))


def ensure_source(tx: Connection, spec: SourceRow) -> None:
    """Add or refresh one source, not its lists."""
    facts = _facts(spec)
    rows.put(tx, sources, {"slug": spec.slug}, facts)


def _facts(spec: SourceRow) -> dict[str, Any]:
    return {
        "name": spec.name,
        "kind": spec.kind.value,
        "official": spec.official,
        "home": spec.home,
        "region_code": spec.region,
    }


def source_broken(tx: Connection, slug: str, now: datetime, reason: Mapping[str, Any]) -> bool:
    """Say that a source is broken. True only when it was healthy before. `reason`: cause, found, url."""
    changed = tx.execute(
        update(sources)
        .where(sources.c.slug == slug, sources.c.broken_at.is_(None))
        .values(broken_at=now, broken_reason=reason)
    )
    return changed.rowcount == 1


def source_recovered(tx: Connection, slug: str) -> bool:
    """Say that a source is healthy. True only when it was broken before."""
    changed = tx.execute(
        update(sources)
        .where(sources.c.slug == slug, sources.c.broken_at.is_not(None))
        .values(broken_at=None, broken_reason=None)
    )
    return changed.rowcount == 1


# --- lists -----------------------------------------------------------------------------------


def list_done(
    tx: Connection,
    list_id: int,
    owner: str,
    now: datetime,
    next_poll_at: datetime,
    *,
    etag: str | None,
    last_modified: str | None,
    items: int | None,
    changed: bool,
    change_gap: timedelta | None = None,
    deep: bool = False,
    remembered: Sequence[str] | None = None,
    owed: int | None = None,
    warning: str | None = None,
    read_as: str | None = None,
) -> bool:
    """A list was read, or had not changed (`items` and `change_gap` None keep what stands). False, and
    nothing is written, when the lease went to another owner meanwhile. `deep`: the pages behind its first
    were looked at, and `remembered` is what is known of them."""
    values: dict[str, Any] = {
        "last_polled_at": now,
        "next_poll_at": next_poll_at,
        "etag": etag,
        "last_modified": last_modified,
        "read_as": read_as,
        "failures": 0,
        "last_error": None,
    }
    if items is not None:
        values |= {"items": items, "owed": owed, "warning": warning}
    if deep:
        values |= {"deep_at": now, "remembered": None if remembered is None else list(remembered)}
    if changed:
        values["last_changed_at"] = now
    if change_gap is not None:
        values["change_gap"] = change_gap.total_seconds()
    return _release_list(tx, list_id, owner, values)


def lists_unchanged(tx: Connection, now: datetime, looks: Iterable[tuple[int, str, datetime]]) -> None:
    """These lists (id, holder of the lease, when to look again) had not changed, and what is known of them
    stands. Nothing is written where the lease went to another meanwhile."""
    due = bindparam("due", type_=lists.c.next_poll_at.type)
    known = {"last_polled_at": now, "next_poll_at": due, "failures": 0, "last_error": None}
    tx.execute(
        update(lists)
        .where(lists.c.id == bindparam("this"), lists.c.lease_owner == bindparam("owner"))
        .values(**known, lease_owner=None, lease_until=None),
        [{"this": list_id, "owner": owner, "due": at} for list_id, owner, at in sorted(looks)],
    )


def list_failed(
    tx: Connection, list_id: int, owner: str, now: datetime, next_poll_at: datetime, error: str
) -> bool:
    """A list could not be read. False as in list_done."""
    values = {
        "last_polled_at": now,
        "next_poll_at": next_poll_at,
        "failures": lists.c.failures + 1,
        "last_error": error,
    }
    return _release_list(tx, list_id, owner, values)


def list_postponed(tx: Connection, list_id: int, owner: str, next_poll_at: datetime) -> bool:
    """Nobody was asked: the list is due later, and what is known of it stands. False as in list_done."""
    return _release_list(tx, list_id, owner, {"next_poll_at": next_poll_at})


def list_walked(tx: Connection, source: str, url: str, now: datetime, *, known: bool) -> None:
    """The pages behind the first were walked for somebody who asked: the next look need not see them.
    `known`: all that stands there has a page now."""
    values: dict[str, Any] = {"deep_at": now} | ({"remembered": []} if known else {})
    tx.execute(update(lists).where(lists.c.source == source, lists.c.url == url).values(values))


def _release_list(tx: Connection, list_id: int, owner: str, values: dict[str, Any]) -> bool:
    changed = tx.execute(
        update(lists)
        .where(lists.c.id == list_id, lists.c.lease_owner == owner)
        .values(**values, lease_owner=None, lease_until=None)
    )
    return changed.rowcount == 1


# --- pages -----------------------------------------------------------------------------------


def see_items(
    tx: Connection,
    source: str,
    items: Sequence[ListItem],
    now: datetime,
    *,
    newest_years: Mapping[str, int] | None = None,
    list_url: str | None = None,
) -> list[Page]:
    """Remember what a list shows; returns the pages never seen before, due at once, in the list's order.

    Pages known already stay as they are, also the gone: many lists go on showing dead links for years. But
    one that is shown with a later day, or under another title, is due now and asked for whole.

    `newest_years`: of each address, where the list is looked at for the first time
    (identity/first_look.py). `list_url`: which list of the source it is; None: none.
    """
    by_url = {item.url: item for item in reversed(items)}
    urls = list(dict.fromkeys(item.url for item in items))
    known: set[str] = set()
    for part in rows.chunks(urls):
        query = select(pages.c.id, pages.c.url, pages.c.title, pages.c.listed_on, pages.c.listed_as)
        for page in tx.execute(query.where(pages.c.source == source, pages.c.url.in_(part))):
            known.add(page.url)
            _see_again(tx, page, by_url[page.url], now)
    new = [url for url in urls if url not in known]
    this = select(lists.c.id).where(lists.c.source == source, lists.c.url == list_url)
    list_id = None if list_url is None or not new else tx.scalar(this)
    values = [
        {
            "source": source,
            "url": url,
            "listed_by": list_id,
            "title": by_url[url].title,
            "listed": _listed(by_url[url].header),
            "listed_on": by_url[url].published_on,
            "listed_as": [by_url[url].title],
            "newest_year": newest_years.get(url) if newest_years is not None else None,
            "first_seen_at": now,
            "next_fetch_at": now,
            "failures": 0,
            "missing": 0,
        }
        for url in new
    ]
    made = tx.execute(rows.insert_new(tx, pages, pages), values).mappings().all() if values else ()
    found = {row["url"]: rows.read(Page, row) for row in made}
    return [found[url] for url in new if url in found]  # the others another poller was faster with


def list_of(tx: Connection, page: Page) -> str | None:
    """The address of the list that showed a page first."""
    return tx.scalar(select(lists.c.url).where(lists.c.id == page.listed_by))


def unknown(tx: Connection, source: str, urls: Collection[str]) -> set[str]:
    """Those of the addresses that no page of the source has."""
    left = set(urls)
    for part in rows.chunks(list(urls)):
        query = select(pages.c.url).where(pages.c.source == source, pages.c.url.in_(part))
        left.difference_update(tx.execute(query).scalars())
    return left


def _see_again(tx: Connection, page: Any, item: ListItem, now: datetime) -> None:
    """One address may be used again for something new (one page a year): the list is the first to say so."""
    titles: list[str] = page.listed_as or [page.title or ""]
    renamed = bool(item.title) and not any(same_title(item.title, title) for title in titles)
    later = (
        item.published_on is not None and page.listed_on is not None and item.published_on > page.listed_on
    )
    values: dict[str, Any] = {}
    if item.published_on is not None and (page.listed_on is None or later):
        values["listed_on"] = item.published_on
    if renamed:
        # Two lists may call a page by two names: each name is news once.
        values |= {"listed_as": [item.title, *titles][:MOST_TITLES], "title": item.title}
    if renamed or later:
        # What it shows then is news, however old.
        values |= {"next_fetch_at": now, "etag": None, "last_modified": None, "newest_year": None}
    if values:
        tx.execute(update(pages).where(pages.c.id == page.id).values(values))


def _listed(header: Header) -> dict[str, Any] | None:
    said = {name: value for name, value in rows.plain(header).items() if value is not None}
    return said or None


def page_of(tx: Connection, source: str, url: str) -> Page | None:
    row = (
        tx.execute(select(pages).where(pages.c.source == source, pages.c.url == url)).mappings().one_or_none()
    )
    return None if row is None else rows.read(Page, row)


def page(tx: Connection, page_id: int) -> Page | None:
    row = tx.execute(select(pages).where(pages.c.id == page_id)).mappings().one_or_none()
    return None if row is None else rows.read(Page, row)


@dataclass(frozen=True, slots=True)
class Had:
    """What a page is known by once it was had. None: as it stands, but for the validators. `body_sha256`: of
    the bytes that came; `news_at`: since when it says what it says; `title`: its whole title, where the list
    had cut it; `furniture`: which lines change by themselves."""

    now: datetime
    next_fetch_at: datetime
    etag: str | None
    last_modified: str | None
    body_sha256: str | None = None
    news_at: datetime | None = None
    title: str | None = None
    furniture: Mapping[str, int] | None = None


_THIS_PAGE = update(pages).where(pages.c.id == bindparam("this"))


def page_had(tx: Connection, page_id: int, had: Had) -> None:
    """Write down of a page that it was had; its capture is another row (evidence.py)."""
    values: dict[str, Any] = {
        "last_fetched_at": had.now,
        "next_fetch_at": had.next_fetch_at,
        "etag": had.etag,
        "last_modified": had.last_modified,
        "failures": 0,
        "error": None,
        "error_message": None,
        "missing": 0,
        "missing_since": None,
        "gone_at": None,
        "lease_owner": None,
        "lease_until": None,
    }
    if had.furniture is not None:
        values["furniture"] = dict(had.furniture) or None
    for name in ("news_at", "title", "body_sha256"):
        if (value := getattr(had, name)) is not None:
            values[name] = value
    rows.put_late(tx, _THIS_PAGE, [{"this": page_id, **values}])


def page_failed(
    tx: Connection,
    page_id: int,
    now: datetime,
    next_fetch_at: datetime,
    code: str,
    message: str,
    *,
    failures: int | None = None,
) -> None:
    """A page could not be had or read; `code` is the name of the error. What it showed still stands.
    `failures`: how many in a row this makes (None: one more)."""
    values = failure(now, next_fetch_at, code, message)
    if failures is not None:
        values["failures"] = failures
    tx.execute(update(pages).where(pages.c.id == page_id).values(values))


def page_postponed(tx: Connection, page_id: int, next_fetch_at: datetime) -> None:
    """Nobody was asked: the page is due later, and what is known of it stands."""
    free = {"lease_owner": None, "lease_until": None}
    tx.execute(update(pages).where(pages.c.id == page_id).values(next_fetch_at=next_fetch_at, **free))


def failure(now: datetime, next_fetch_at: datetime, code: str, message: str) -> dict[str, Any]:
    """The columns of a page that could not be had or read."""
    return {
        "last_fetched_at": now,
        "next_fetch_at": next_fetch_at,
        "failures": pages.c.failures + 1,
        "error": code,
        "error_message": message,
        "lease_owner": None,
        "lease_until": None,
    }
