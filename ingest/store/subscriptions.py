"""Subscriptions, their deliveries, and every attempt at one.

Who gets an event is decided in alerts/delivery/fanout.py; what becomes of a delivery after an attempt, in
alerts/delivery/retry.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from ingest.errors import ConfigError
from ingest.model import Attempt, Channel, Delivery, DeliveryState, Event, Subscription
from ingest.store import rows
from ingest.store.tables import attempts, events, subscriptions
from ingest.store.tables import deliveries as table

_DUE, _DEAD = DeliveryState.DUE.value, DeliveryState.DEAD.value

# --- subscriptions ---------------------------------------------------------------------------


def add(tx: Connection, subscription: Subscription) -> None:
    """It gets what happens from now on. Raises ConfigError when the id is taken."""
    newest = select(func.coalesce(func.max(events.c.sequence), 0)).scalar_subquery()
    made = tx.scalar(
        rows.insert(tx, subscriptions)
        .values({**rows.columns(subscription), "after_sequence": newest})
        .on_conflict_do_nothing()
        .returning(subscriptions.c.id)
    )
    if made is None:
        raise ConfigError(f"a subscription {subscription.id} is there already; choose another id")


def get(tx: Connection, id: str) -> Subscription | None:
    row = _by_id(tx, subscriptions, [id]).get(id)
    return None if row is None else rows.read(Subscription, row)


def hold(tx: Connection, id: str) -> None:
    """Let nobody else change this subscription until the transaction ends. Call it before a delivery of it is
    written, as `disable` and `remove` do by themselves: who did both the other way round would wait for them
    while they wait for him."""
    tx.execute(select(subscriptions.c.id).where(subscriptions.c.id == id).with_for_update(key_share=True))


def hold_enabled(tx: Connection, ids: Iterable[str]) -> set[str]:
    """Those of these that are still there and not disabled; they stay so until the transaction ends."""
    held: set[str] = set()
    for part in rows.chunks(sorted(set(ids))):
        held.update(tx.execute(_hold_enabled(), {"ids": part}).scalars())
    return held


@cache
def _hold_enabled() -> Select[Any]:
    of = subscriptions.c
    these = select(of.id).where(of.id.in_(_IDS), of.disabled_at.is_(None))
    return these.order_by(of.id).with_for_update(read=True)


def all(tx: Connection) -> list[Subscription]:
    """Every subscription, also the disabled, in the order of their making."""
    query = select(subscriptions).order_by(subscriptions.c.created_at, subscriptions.c.id)
    return [rows.read(Subscription, row) for row in tx.execute(query).mappings()]


def remove(tx: Connection, id: str) -> bool:
    """Remove a subscription with its deliveries and their log. False when there was none."""
    return tx.execute(delete(subscriptions).where(subscriptions.c.id == id)).rowcount == 1


def disable(tx: Connection, id: str, now: datetime, reason: str) -> bool:
    """Send nothing there any more. What was due is put aside as dead, so that every delivery ends. False
    when it was disabled already."""
    switched = tx.execute(
        update(subscriptions)
        .where(subscriptions.c.id == id, subscriptions.c.disabled_at.is_(None))
        .values(disabled_at=now, disabled_reason=reason)
    )
    tx.execute(
        update(table)
        .where(table.c.subscription_id == id, table.c.state == _DUE)
        .values(
            state=_DEAD,
            next_attempt_at=None,
            last_error=reason,
            lease_owner=None,
            lease_until=None,
        )
    )
    return switched.rowcount == 1


def enable(tx: Connection, id: str) -> None:
    """Send there again. What was put aside stays aside until `replay`."""
    tx.execute(
        update(subscriptions)
        .where(subscriptions.c.id == id)
        .values(disabled_at=None, disabled_reason=None, failing_since=None, bounces=0, bounced_at=None)
    )


def last_tried(tx: Connection, id: str) -> datetime | None:
    """When the last attempt at something for a subscription ended; None where none is remembered."""
    tried = select(func.max(attempts.c.at)).join(table, table.c.id == attempts.c.delivery_id)
    at: datetime | None = tx.scalar(tried.where(table.c.subscription_id == id))
    return at


def pause(tx: Connection, id: str, at: datetime | None) -> None:
    """Hold back what is due there, since `at` (an earlier time stays); None: let it go."""
    column = subscriptions.c.paused_at
    value = None if at is None else func.coalesce(column, literal(at, column.type))
    tx.execute(update(subscriptions).where(subscriptions.c.id == id).values(paused_at=value))


def keep_secrets(
    tx: Connection, id: str, secret: str, previous: str | None, previous_until: datetime | None
) -> None:
    """Write the secrets of a subscription, sealed by the caller."""
    tx.execute(
        update(subscriptions)
        .where(subscriptions.c.id == id)
        .values(secret=secret, previous_secret=previous, previous_secret_until=previous_until)
    )


def forget_previous_secrets(tx: Connection, now: datetime) -> None:
    """Those that do not sign any more."""
    tx.execute(
        update(subscriptions)
        .where(subscriptions.c.previous_secret_until <= now)
        .values(previous_secret=None, previous_secret_until=None)
    )


def bounced(tx: Connection, id: str, number: int, at: datetime) -> None:
    """On how many days a mailbox was refused for good, `at` the last of them."""
    tx.execute(update(subscriptions).where(subscriptions.c.id == id).values(bounces=number, bounced_at=at))


def renew(tx: Connection, subscription: Subscription) -> None:
    """Write the language and the rhythm of a mailbox anew."""
    tx.execute(
        update(subscriptions)
        .where(subscriptions.c.id == subscription.id)
        .values(language=subscription.language, rhythm=subscription.rhythm.value)
    )


def failing(tx: Connection, id: str, since: datetime | None, *, anew: bool = False) -> None:
    """Since when every attempt has failed; None: the last one succeeded. An earlier time stays, unless the
    count begins `anew`."""
    column = subscriptions.c.failing_since
    value = since if since is None or anew else func.coalesce(column, literal(since, column.type))
    tx.execute(update(subscriptions).where(subscriptions.c.id == id).values(failing_since=value))


# --- deliveries ------------------------------------------------------------------------------


def create_deliveries(
    tx: Connection,
    pairs: Iterable[tuple[str, str]],
    now: datetime,
    due: Mapping[tuple[str, str], datetime] = MappingProxyType({}),
) -> None:
    """(event id, subscription id) pairs, due at once or when `due` says; what exists stays as it is."""
    new = [
        {
            "event_id": event_id,
            "subscription_id": subscription_id,
            "state": _DUE,
            "attempts": 0,
            "next_attempt_at": due.get((event_id, subscription_id), now),
            "created_at": now,
        }
        for event_id, subscription_id in pairs
    ]
    if new:
        tx.execute(rows.insert(tx, table).on_conflict_do_nothing(), new)


def owed(tx: Connection, now: datetime) -> list[tuple[str, Channel, datetime | None]]:
    """To whom something is due and may be sent: id, channel, since when every attempt there has failed. All
    that a sender needs of them, and he asks twice a second: of thousands of mailboxes it is mostly nobody."""
    found = tx.execute(_owed(), {"now": now})
    return [(row.id, Channel(row.channel), row.failing_since) for row in found]


@cache
def _owed() -> Select[Any]:
    of = subscriptions.c
    due = select(table.c.id).where(table.c.subscription_id == of.id, *_due()).exists()
    return select(of.id, of.channel, of.failing_since).where(_enabled(), due)


def lease_deliveries(
    tx: Connection,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    *,
    among: Collection[str] | None = None,
    per_subscription: int = 4,
) -> list[tuple[Delivery, Event, Subscription]]:
    """Take up to `limit` due deliveries: the first of each subscription, then the second of each, and so on,
    at most `per_subscription` of one. Those that are paused or disabled wait; `among`: all others do, too.

    The cost grows with the number of subscriptions, not with what is due to a dead one.
    """
    ids = _in_turn(tx, now, limit, among, per_subscription)
    asked = {"ids": ids, "now": now}
    found = {row["id"]: row for row in tx.execute(_free(), asked).mappings()}
    if not found:
        return []
    tx.execute(_TAKE, {"ids": list(found), "owner": owner, "until": now + lease})
    rows_ = [found[id_] for id_ in ids if id_ in found]
    told = _by_id(tx, events, {row["event_id"] for row in rows_})
    to = _by_id(tx, subscriptions, {row["subscription_id"] for row in rows_})
    return [
        (
            rows.read(Delivery, row),
            rows.read(Event, told[row["event_id"]]),
            rows.read(Subscription, to[row["subscription_id"]]),
        )
        for row in rows_
    ]


@cache
def _free() -> Select[Any]:
    # Once more what makes it due: after a lock, PostgreSQL looks at the row anew.
    return select(table).where(table.c.id.in_(_IDS), *_due()).with_for_update(skip_locked=True)


def _in_turn(
    tx: Connection, now: datetime, limit: int, among: Collection[str] | None, per_subscription: int
) -> list[int]:
    """Ids of due deliveries, the first of each subscription before the second of any; within a turn, who has
    waited longest is first."""
    asked = {"now": now, "limit": limit, "among": list(among or ())}
    turns: list[tuple[int, datetime, int]] = []
    for subscription_id in tx.execute(_first_of_each(among is not None), asked).scalars().all():
        found = tx.execute(_of_one(), {"now": now, "of": subscription_id, "limit": per_subscription})
        turns += [(turn, at, id_) for turn, (id_, at) in enumerate(found)]
    return [id_ for _, _, id_ in sorted(turns)[:limit]]


@cache
def _first_of_each(some: bool) -> Select[Any]:
    of = subscriptions.c.id
    first = (
        select(table.c.next_attempt_at)
        .where(table.c.subscription_id == of, *_due())
        .order_by(table.c.next_attempt_at, table.c.id)
        .limit(1)
        .scalar_subquery()
        .label("first")
    )
    wanted = (of.in_(bindparam("among", expanding=True)),) if some else ()
    owed = select(of, first).where(_enabled(), *wanted).subquery()
    return select(owed.c.id).where(owed.c.first.is_not(None)).order_by(owed.c.first, owed.c.id).limit(_LIMIT)


@cache
def _of_one() -> Select[Any]:
    return (
        select(table.c.id, table.c.next_attempt_at)
        .where(table.c.subscription_id == bindparam("of"), *_due())
        .order_by(table.c.next_attempt_at, table.c.id)
        .limit(_LIMIT)
    )


def _by_id(tx: Connection, of: Table, ids: Collection[str]) -> dict[str, RowMapping]:
    return {row["id"]: row for row in tx.execute(_these(of), {"ids": list(ids)}).mappings()}


@cache
def _these(of: Table) -> Select[Any]:
    return select(of).where(of.c.id.in_(_IDS))


# Statements of what happens at each look are built once: to build one takes as long as to ask it.
_NOW: BindParameter[datetime] = bindparam("now", type_=table.c.next_attempt_at.type)
_LIMIT: BindParameter[int] = bindparam("limit", type_=Integer())
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_TAKE = (
    update(table)
    .where(table.c.id.in_(_IDS))
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
)


def _due() -> list[ColumnElement[bool]]:
    return [
        table.c.state == _DUE,
        table.c.next_attempt_at <= _NOW,
        or_(table.c.lease_until.is_(None), table.c.lease_until < _NOW),
    ]


def _enabled() -> ColumnElement[bool]:
    return and_(subscriptions.c.disabled_at.is_(None), subscriptions.c.paused_at.is_(None))


def soonest(tx: Connection) -> datetime | None:
    """When the next delivery may be leased; None when nothing is due, now or later."""
    first: datetime | None = tx.scalar(_least_free())
    let_go: datetime | None = tx.scalar(_least_held(first is not None), {"first": first})
    return min((at for at in (first, let_go) if at is not None), default=None)


# By the index of each: the first that nobody holds, and of what is due before it the first to be let go.
@cache
def _least_free() -> Select[Any]:
    due, leased = table.c.next_attempt_at, table.c.lease_until
    free = or_(leased.is_(None), not_(leased > due))
    return _least(select(due).where(*_of_each(), free).order_by(due).limit(1))


@cache
def _least_held(before: bool) -> Select[Any]:
    due, leased = table.c.next_attempt_at, table.c.lease_until
    sooner = [due < bindparam("first")] if before else []
    return _least(select(func.min(leased)).where(*_of_each(), leased > due, *sooner))


def _of_each() -> tuple[ColumnElement[bool], ...]:
    return table.c.subscription_id == subscriptions.c.id, table.c.state == _DUE


def _least(of_each: Select[Any]) -> Select[Any]:
    return select(func.min(of_each.scalar_subquery())).select_from(subscriptions).where(_enabled())


def attempted(
    tx: Connection,
    delivery_id: int,
    now: datetime,
    *,
    state: DeliveryState,
    next_attempt_at: datetime | None,
    status: int | None,
    error: str | None,
    seconds: float,
    counts: bool = True,
    were: int = 0,
) -> None:
    """Write down an attempt and what became of the delivery. Nothing when it was removed meanwhile; a success
    stands, whatever was decided meanwhile. `counts`: something was sent, so that it is one of those that a
    delivery has, and stands in the log. `were`: how many it had when it was leased; where it has fewer now it
    was replayed meanwhile, and is due as that says, whatever failed."""
    asked = {
        "delivery": delivery_id,
        "more": int(counts),
        "open_to": [_DUE, _DEAD] if state is DeliveryState.DONE else [_DUE],
        "were": 0 if state is DeliveryState.DONE else were,
        "answered": status,
        "said": error,
        "becomes": state.value,
        "again": next_attempt_at if state is DeliveryState.DUE else None,
        "done": now if state is DeliveryState.DONE else None,
    }
    if tx.execute(_ATTEMPTED, asked).rowcount == 0:  # final already, replayed, or removed
        there = tx.execute(
            update(table)
            .where(table.c.id == delivery_id)
            .values(attempts=table.c.attempts + int(counts), lease_owner=None, lease_until=None)
        )
        if there.rowcount == 0:
            return
    if not counts:
        return
    tried = {"delivery_id": delivery_id, "at": now, "status": status, "error": error, "seconds": seconds}
    tx.execute(_TRIED, tried)


_TRIED = attempts.insert()
_ATTEMPTED = (
    update(table)
    .where(
        table.c.id == bindparam("delivery"),
        table.c.state.in_(bindparam("open_to", expanding=True)),
        table.c.attempts >= bindparam("were", type_=table.c.attempts.type),
    )
    .values(
        attempts=table.c.attempts + bindparam("more", type_=table.c.attempts.type),
        last_status=bindparam("answered"),
        last_error=bindparam("said"),
        lease_owner=None,
        lease_until=None,
        state=bindparam("becomes"),
        next_attempt_at=bindparam("again"),
        done_at=bindparam("done"),
    )
)


_TYPED = select(table, events.c.type.label("event_type")).join(events, events.c.id == table.c.event_id)


def deliveries(
    tx: Connection,
    subscription_id: str | None = None,
    state: DeliveryState | None = None,
    limit: int = 100,
    *,
    before: int | None = None,
) -> list[Delivery]:
    """The newest deliveries, of one subscription, in one state, or older than that with the id `before`."""
    query = _TYPED.order_by(table.c.id.desc()).limit(limit)
    if subscription_id is not None:
        query = query.where(table.c.subscription_id == subscription_id)
    if before is not None:
        query = query.where(table.c.id < before)
    if state is not None:
        query = query.where(table.c.state == DeliveryState(state).value)
    return [rows.read(Delivery, row) for row in tx.execute(query).mappings()]


def delivery(tx: Connection, id: int) -> tuple[Delivery, list[Attempt]] | None:
    """One delivery with every attempt at it, oldest first; those before a replay stand there too."""
    row = tx.execute(_TYPED.where(table.c.id == id)).mappings().one_or_none()
    if row is None:
        return None
    query = select(attempts).where(attempts.c.delivery_id == id).order_by(attempts.c.id)
    tried = [rows.read(Attempt, row) for row in tx.execute(query).mappings()]
    return rows.read(Delivery, row), tried


def replay(tx: Connection, subscription_id: str, event_ids: Collection[str], now: datetime) -> int:
    """Make these events due to the subscription again, at once and with all attempts before them; how many.

    A delivery that is missing (pruned, or from before the subscription) is made; one that is under way or
    waits for its next attempt is due now and counts as well.
    """
    create_deliveries(tx, [(event_id, subscription_id) for event_id in event_ids], now)
    due = 0
    for part in rows.chunks(sorted(event_ids)):
        theirs = and_(table.c.subscription_id == subscription_id, table.c.event_id.in_(part))
        tx.execute(
            update(table)
            .where(theirs, table.c.state != _DUE)
            .values(
                state=_DUE,
                attempts=0,
                next_attempt_at=now,
                done_at=None,
                lease_owner=None,
                lease_until=None,
            )
        )
        again = update(table).where(theirs, table.c.state == _DUE).values(attempts=0, next_attempt_at=now)
        sooner = tx.execute(again)
        due += sooner.rowcount
    return due


def dead_events(tx: Connection, subscription_id: str) -> list[str]:
    """The ids of the events that were given up for this subscription, oldest first."""
    query = (
        select(table.c.event_id)
        .where(table.c.subscription_id == subscription_id, table.c.state == _DEAD)
        .order_by(table.c.id)
    )
    return list(tx.execute(query).scalars())


def prune_deliveries(tx: Connection, before: datetime, limit: int) -> int:
    """Forget up to `limit` deliveries that ended, with their attempts, where nothing happened since `before`;
    how many."""
    late = select(attempts.c.id).where(attempts.c.delivery_id == table.c.id, attempts.c.at >= before)
    old = (
        select(table.c.id)
        .where(table.c.created_at < before, table.c.state != _DUE, ~late.exists())
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # another sender may tidy up at the same time
    )
    return tx.execute(delete(table).where(table.c.id.in_(old))).rowcount
