"""Who asked for e-mail and has to confirm it: one row an address, kept for some days.

What is made of a confirmed one is a subscription (subscriptions.py); the e-mails are those of
alerts/delivery/emails.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from ingest.model import MailRequest
from ingest.store import rows
from ingest.store.tables import mail_requests as table


def ask(tx: Connection, request: MailRequest, again_after: timedelta) -> bool:
    """Keep it in place of an older one of the same address. False, and nothing happens, when there was one
    less than `again_after` ago."""
    values = rows.columns(request)
    made = tx.scalar(
        rows.insert(tx, table)
        .values(values)
        .on_conflict_do_update(
            index_elements=["address_digest"],
            set_=values,
            where=table.c.asked_at <= request.asked_at - again_after,
        )
        .returning(table.c.id)
    )
    return made is not None


def asked_since(tx: Connection, since: datetime) -> int:
    return tx.scalar(select(func.count()).where(table.c.asked_at > since)) or 0


def get(tx: Connection, id: str) -> MailRequest | None:
    row = tx.execute(select(table).where(table.c.id == id)).mappings().one_or_none()
    return None if row is None else rows.read(MailRequest, row)


def waiting(tx: Connection) -> int:
    """How many are not confirmed."""
    return tx.scalar(select(func.count()).where(table.c.confirmed_at.is_(None))) or 0


def lease(tx: Connection, now: datetime, lease: timedelta, limit: int) -> list[MailRequest]:
    """Take up to `limit` whose e-mail is due; nobody else does till the lease is over."""
    query = (
        select(table)
        .where(table.c.next_attempt_at <= now, table.c.confirmed_at.is_(None))
        .order_by(table.c.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [rows.read(MailRequest, row) for row in tx.execute(query).mappings()]
    if found:
        ids = [request.id for request in found]
        tx.execute(update(table).where(table.c.id.in_(ids)).values(next_attempt_at=now + lease))
    return found


def attempted(tx: Connection, id: str, *, again_at: datetime | None, sent_at: datetime | None) -> None:
    """Write down an attempt at its e-mail. `again_at` None: there is no other."""
    tx.execute(
        update(table)
        .where(table.c.id == id)
        .values(attempts=table.c.attempts + 1, next_attempt_at=again_at, sent_at=sent_at)
    )


def confirm(tx: Connection, id: str, now: datetime) -> bool:
    """False when it is confirmed already, or not there."""
    query = update(table).where(table.c.id == id, table.c.confirmed_at.is_(None))
    return tx.execute(query.values(confirmed_at=now, next_attempt_at=None)).rowcount == 1


def made(tx: Connection, id: str, subscription_id: str) -> None:
    """What was made of a confirmed one: where that is removed, it is too, with the address that it holds."""
    tx.execute(update(table).where(table.c.id == id).values(subscription_id=subscription_id))


def forget(tx: Connection, before: datetime) -> None:
    """Those of long ago, confirmed or not."""
    tx.execute(delete(table).where(table.c.asked_at < before))
