"""How much waits, for how long, and in what state: the figures of a monitor, cheap enough to ask often.

Every query goes by an index to what is not done, or to a small table: none reads all that ever was.
The status page's figures, which count everything, are overview.py; what is made of these,
monitor/families.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, case, exists, func, select

from ingest.model import DeliveryState
from ingest.store import presence
from ingest.store import tables as t
from ingest.store.source_checks import internal_errors


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many, and how long the longest of them has waited."""

    number: int = 0
    longest: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Backlog:
    lists: int = 0  # watched
    lists_due: Waiting = Waiting()
    versions: Waiting = Waiting()  # to be extracted
    dead: int = 0  # versions put aside
    internal: int = 0  # pages and lists that a fault of gongbao keeps from being read
    reports: Waiting = Waiting()  # to be settled
    scans: Waiting = Waiting()  # to be read by OCR
    events: Waiting = Waiting()  # to be fanned out
    deliveries: Mapping[str, int] = field(default_factory=dict)  # due, waiting, held, dead
    deliveries_due: Waiting = Waiting()
    subscriptions: Mapping[str, int] = field(default_factory=dict)  # working, failing, paused, disabled
    sources: Mapping[str, int] = field(default_factory=dict)  # watched, by kind
    broken: Mapping[str, int] = field(default_factory=dict)  # of those
    roles: Mapping[str, int] = field(default_factory=dict)  # processes heard of within `silent_after`
    heard: Mapping[str, timedelta] = field(default_factory=dict)  # by role: how long ago


def backlog(tx: Connection, now: datetime, silent_after: timedelta) -> Backlog:
    watched, due = _lists(tx, now)
    sources, broken = _sources(tx)
    states, deliveries_due = _deliveries(tx, now)
    heard: dict[str, timedelta] = {}
    roles: Counter[str] = Counter()
    for beat in presence.beats(tx):
        age = max(now - beat.beat_at, timedelta(0))
        heard[beat.role] = min(age, heard.get(beat.role, age))
        roles[beat.role] += age <= silent_after
    versions, unread = t.versions.c, t.versions.c.extracted_at.is_(None)
    reports, events, scans = t.reports.c, t.events.c, t.scans.c
    return Backlog(
        lists=watched,
        lists_due=due,
        versions=_waiting(tx, now, versions.first_seen_at, and_(unread, versions.dead_at.is_(None))),
        dead=tx.scalar(select(func.count()).where(unread, versions.dead_at.is_not(None))) or 0,
        internal=internal_errors(tx),
        reports=_waiting(tx, now, reports.unsettled_since, reports.unsettled_since.is_not(None)),
        scans=_waiting(tx, now, scans.found_at, scans.done_at.is_(None)),
        events=_waiting(tx, now, events.occurred_at, events.fanned_out_at.is_(None)),
        deliveries=states,
        deliveries_due=deliveries_due,
        subscriptions=_subscriptions(tx),
        sources=sources,
        broken=broken,
        roles=roles,
        heard=heard,
    )


def _waiting(
    tx: Connection, now: datetime, since: ColumnElement[datetime], which: ColumnElement[bool]
) -> Waiting:
    number, first = tx.execute(select(func.count(), func.min(since)).where(which)).one()
    return _of(number, first, now)


def _of(number: int | None, first: datetime | None, now: datetime) -> Waiting:
    return Waiting(number or 0, max(now - first, timedelta(0)) if first is not None else timedelta(0))


def _lists(tx: Connection, now: datetime) -> tuple[int, Waiting]:
    of = t.lists.c
    late = case((of.next_poll_at <= now, of.next_poll_at))
    query = select(func.count(), func.count(late), func.min(late)).where(of.retired_at.is_(None))
    watched, due, first = tx.execute(query).one()
    return watched, _of(due, first, now)


def _sources(tx: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """By kind: those with a list, and the broken among them."""
    of = t.sources.c
    standing = exists().where(t.lists.c.source == of.slug, t.lists.c.retired_at.is_(None))
    query = select(of.kind, func.count(), func.count(of.broken_at)).where(standing).group_by(of.kind)
    rows = tx.execute(query).all()
    return {kind: number for kind, number, _ in rows}, {kind: broken for kind, _, broken in rows}


def _subscriptions(tx: Connection) -> dict[str, int]:
    of = t.subscriptions.c
    state = case(
        (of.disabled_at.is_not(None), "disabled"),
        (of.paused_at.is_not(None), "paused"),
        (of.failing_since.is_not(None), "failing"),
        else_="working",
    )
    counted = {row[0]: row[1] for row in tx.execute(select(state, func.count()).group_by(state))}
    return {"working": 0, "failing": 0, "paused": 0, "disabled": 0} | counted


def _deliveries(tx: Connection, now: datetime) -> tuple[dict[str, int], Waiting]:
    """What is not done; `held`: its endpoint is paused or disabled, so nobody is late.

    Asked for each subscription, so that the index goes to what is open and passes over all that is done.
    """
    d, s = t.deliveries.c, t.subscriptions.c
    due, theirs = d.state == DeliveryState.DUE.value, d.subscription_id == s.id
    number, first = func.count(), func.min(d.next_attempt_at)

    def of(what: ColumnElement[Any], *which: ColumnElement[bool]) -> ScalarSelect[Any]:
        return select(what).where(theirs, *which).scalar_subquery()

    query = select(
        s.disabled_at.is_not(None) | s.paused_at.is_not(None),
        of(number, due),
        of(number, due, d.next_attempt_at <= now),
        of(first, due, d.next_attempt_at <= now),
        of(number, d.state == DeliveryState.DEAD.value),
    )
    states = {"due": 0, "waiting": 0, "held": 0, "dead": 0}
    oldest: datetime | None = None
    for held, open_, now_due, since, dead in tx.execute(query):
        states["dead"] += dead
        if held:
            states["held"] += open_
            continue
        states["due"] += now_due
        states["waiting"] += open_ - now_due
        if since is not None:
            oldest = since if oldest is None else min(oldest, since)
    return states, _of(states["due"], oldest, now)
