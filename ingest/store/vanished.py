"""Pages that answer that they are not there: missed once, asked about, gone.

Whether one is gone is watch/vanished.py; what its end means for a report, settlement.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from ingest.store import search
from ingest.store.settlement import end_copies, mark_unsettled
from ingest.store.tables import pages
from ingest.store.watchlist import failure
from ingest.watch.vanished import BELIEVED_AFTER, BESIDE, Beside, is_gone


def page_missing(
    tx: Connection, page_id: int, now: datetime, next_fetch_at: datetime, code: str, message: str
) -> bool:
    """The page answered 404 or 410, or something else in its place. When that makes it gone, its copies end
    and their reports are to be settled anew. True only when it became gone by this.

    At the first time the pages beside it are due at once. Validators and hash of a gone page are forgotten,
    so that its return is read, not taken for old.
    """
    page = (
        tx.execute(
            select(pages.c.missing, pages.c.missing_since, pages.c.gone_at, pages.c.body_sha256)
            .where(pages.c.id == page_id)
            .with_for_update()
        )
        .mappings()
        .one()
    )
    since, looks = page["missing_since"] or now, page["missing"] + 1
    becomes_gone = page["gone_at"] is None and is_gone(looks, since, beside(tx, page_id, since), now)
    values = {**failure(now, next_fetch_at, code, message), "missing": looks}
    if becomes_gone:
        values |= {"gone_at": now, "body_sha256": None, "etag": None, "last_modified": None}
        alone = page["body_sha256"] is not None and now - since < BELIEVED_AFTER
        values |= {"missing_since": None if alone else since}
    elif page["gone_at"] is None:
        values |= {"missing_since": since}
    tx.execute(update(pages).where(pages.c.id == page_id).values(values))
    if becomes_gone:
        concerned = end_copies(tx, page_id, now)
        mark_unsettled(tx, concerned, now)
        search.refresh(tx, concerned)
    elif looks == 1 and page["body_sha256"] is not None:
        _ask_beside(tx, page_id, now)
    return becomes_gone


def beside(tx: Connection, page_id: int, since: datetime) -> Beside:
    """How the newest pages that were ever read and are not gone, of the same list, fared since then."""
    well = failing = unasked = 0
    for _, last_fetched_at, error in _newest(tx, page_id):
        if last_fetched_at is None or last_fetched_at < since:
            unasked += 1
        elif error is None:
            well += 1
        else:
            failing += 1
    return Beside(well, failing, unasked)


def _ask_beside(tx: Connection, page_id: int, now: datetime) -> None:
    wanted = [other for other, _, error in _newest(tx, page_id) if error is None]
    later = select(pages.c.id).where(pages.c.id.in_(wanted), pages.c.next_fetch_at > now)
    # One that is held is being looked at already; to wait for it could be to wait for each other.
    free = tx.execute(later.order_by(pages.c.id).with_for_update(skip_locked=True)).scalars().all()
    if free:
        tx.execute(update(pages).where(pages.c.id.in_(free)).values(next_fetch_at=now))


def _newest(tx: Connection, page_id: int) -> list[tuple[int, datetime | None, str | None]]:
    this = select(pages.c.source, pages.c.listed_by).where(pages.c.id == page_id)
    source, listed_by = tx.execute(this).one()
    query = (
        select(pages.c.id, pages.c.last_fetched_at, pages.c.error)
        .where(
            pages.c.source == source,
            pages.c.listed_by == listed_by,
            pages.c.id != page_id,
            pages.c.body_sha256.is_not(None),
            pages.c.gone_at.is_(None),
        )
        # What a list named first is the newest of one look.
        .order_by(pages.c.first_seen_at.desc(), pages.c.id)
        .limit(BESIDE)
    )
    return [(row.id, row.last_fetched_at, row.error) for row in tx.execute(query)]
