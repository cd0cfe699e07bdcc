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
class Wanted:
    """Which events: by id; by sequence (both ends included); those that were given up. At least one is set;
    `dead` with a range means: those given up within it."""

    events: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    dead: bool = False

    @property
    def ranged(self) -> bool:
        return self.first is not None or self.last is not None


def replay(store: Store, subscription: Subscription, wanted: Wanted, now: datetime) -> int:
    """Make the deliveries of these events due at once; returns how many.

    An event that does not pass the subscription's filter is not among them. Raises ConfigError when
    nothing is asked for, for an unknown event or one that the filter refuses, and for a disabled endpoint.
    """
    if not (wanted.events or wanted.ranged or wanted.dead):
        raise ConfigError("replay: say what: --event ID, --from SEQUENCE, --to SEQUENCE, --dead")
    if subscription.disabled_at is not None:
        raise ConfigError(
            f"webhook {subscription.id} is disabled ({subscription.disabled_reason}); "
            "`gongbao webhooks enable` it first"
        )
    with store.begin() as tx:
        return subscriptions.replay(tx, subscription.id, _chosen(tx, subscription, wanted), now)


def _chosen(tx: Connection, subscription: Subscription, wanted: Wanted) -> Collection[str]:
    chosen: dict[str, None] = {}  # in order
    found = outbox.by_id(tx, wanted.events)
    for id_ in wanted.events:
        if id_ not in found:
            raise ConfigError(f"replay: there is no event {id_}; `gongbao events` shows their ids")
        if not matches(subscription.filter, found[id_]):
            raise ConfigError(
                f"replay: {id_} ({found[id_].type}) does not pass the filter of {subscription.id}"
            )
        chosen[id_] = None
    dead = subscriptions.dead_events(tx, subscription.id) if wanted.dead else []
    if wanted.ranged:
        among = set(dead)
        for event in _range(tx, subscription, wanted):
            if not wanted.dead or event.id in among:
                chosen[event.id] = None
    else:
        chosen |= dict.fromkeys(dead)
    return chosen


def _range(tx: Connection, subscription: Subscription, wanted: Wanted) -> Iterator[Event]:
    after = (wanted.first or 1) - 1
    before = None if wanted.last is None else wanted.last + 1
    while True:
        page = outbox.events(
            tx, subscription.filter, after=after, before=before, limit=PAGE, newest_first=False
        )
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].sequence
