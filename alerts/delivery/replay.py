"""Send once more what a subscription was sent, or should have been: which events those are.

The same `webhook-id` and the same bytes: both are made of the event, which never changes. What becomes of
the deliveries is ingest/store/subscriptions.py; sending them, send.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ingest.errors import ConfigError
from ingest.filters import matches
from ingest.model import Event, Subscription
from ingest.store import outbox, subscriptions
from ingest.store.db import Store

PAGE = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events: by id; by sequence (both ends included); those that were given up. At least one is set;
    `dead` with a range means: those given up within it."""

    events: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    dead: bool = False

    @property
    def ranged(self) -> bool:
        return self.first is not None or self.last is not None

    @property
    def is_empty(self) -> bool:
        return not (self.events or self.ranged or self.dead)


def replay(store: Store, subscription: Subscription, selection: Selection, now: datetime) -> int:
    """Make the deliveries of these events due at once; returns how many.

    An event that does not pass the subscription's filter is not among them. Raises ConfigError when
    nothing is asked for, for an unknown event or one that the filter refuses, and for a disabled endpoint.
    """
    if selection.is_empty:
        raise ConfigError("replay: say what: `events`, `from`, `to` or `dead`")
    if selection.first is not None and selection.last is not None and selection.first > selection.last:
        raise ConfigError(f"replay: from {selection.first} to {selection.last}: ends before it begins")
    if subscription.disabled_at is not None:
        raise ConfigError(
            f"webhook {subscription.id} is disabled ({subscription.disabled_reason}); "
            "`gongbao webhooks enable` it first"
        )
    with store.begin() as tx:
        return subscriptions.replay(tx, subscription.id, _events_of(tx, subscription, selection), now)


def _events_of(tx: Connection, subscription: Subscription, selection: Selection) -> Collection[str]:
    ids: dict[str, None] = {}  # in order
    known = outbox.by_id(tx, selection.events)
    for id_ in selection.events:
        if id_ not in known:
            raise ConfigError(f"replay: there is no event {id_}; `gongbao events` shows their ids")
        if not matches(subscription.filter, known[id_]):
            raise ConfigError(
                f"replay: {id_} ({known[id_].type}) does not pass the filter of {subscription.id}"
            )
        ids[id_] = None
    dead = subscriptions.dead_events(tx, subscription.id) if selection.dead else []
    if selection.ranged:
        among = set(dead)
        for event in _range(tx, subscription, selection):
            if not selection.dead or event.id in among:
                ids[event.id] = None
    else:
        ids |= dict.fromkeys(dead)
    return ids


def _range(tx: Connection, subscription: Subscription, selection: Selection) -> Iterator[Event]:
    after = (selection.first or 1) - 1
    before = None if selection.last is None else selection.last + 1
    while True:
        page = outbox.events(
            tx, subscription.filter, after=after, before=before, limit=PAGE, newest_first=False
        )
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].sequence
