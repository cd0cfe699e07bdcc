"""Events into deliveries, for the subscriptions that want them: one transaction a batch.

Whether an event is wanted is ingest/filters.py; doing the deliveries is send.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from alerts.delivery.digest import digest_at
from ingest.filters import matches
from ingest.model import Event, Rhythm, Subscription
from ingest.store import outbox, subscriptions
from ingest.store.db import Store

BATCH = 500


Also = Callable[[Connection, Sequence[Event]], None]


def fan_out(store: Store, now: datetime, *, batch: int = BATCH, also: Also | None = None) -> list[Event]:
    """Turn up to `batch` events that are not yet fanned out into deliveries; returns these events. What else
    follows from them, `also` writes in the same transaction.

    Asks for the flag of each event, not for ids above a cursor: ids do not become visible in commit
    order. Safe with several senders at once and when killed at any point: either the whole batch is
    done or none of it, and a delivery of one event to one subscription exists once.
    """
    with store.begin() as tx:
        events = outbox.to_fan_out(tx, batch)
        if not events:
            return []
        everyone = subscriptions.all(tx)
        pairs = matching_pairs(events, everyone)
        # Somebody may have disabled or removed one since they were read.
        enabled = subscriptions.hold_enabled(tx, (to for _, to in pairs))
        pairs = [(event_id, to) for event_id, to in pairs if to in enabled]
        subscriptions.create_deliveries(tx, pairs, now, digest_times(pairs, events, everyone))
        if also is not None:
            also(tx, events)
        outbox.fanned_out(tx, [event.id for event in events], now)
    return events


def digest_times(
    pairs: Iterable[tuple[str, str]], events: Sequence[Event], subscribers: Sequence[Subscription]
) -> dict[tuple[str, str], datetime]:
    """When those pairs are due that are of a digest."""
    rhythms = {s.id: s.rhythm for s in subscribers if s.rhythm is not Rhythm.AT_ONCE}
    happened = {event.id: event.occurred_at for event in events}
    return {
        (event_id, to): digest_at(rhythms[to], happened[event_id]) for event_id, to in pairs if to in rhythms
    }


def matching_pairs(events: Iterable[Event], subscribers: Sequence[Subscription]) -> list[tuple[str, str]]:
    """(event id, subscription id) of each delivery to make, in the order of the events.

    A disabled subscription gets none; a new one nothing that happened before it.
    """
    listening = [s for s in subscribers if s.disabled_at is None]
    return [
        (event.id, subscription.id)
        for event in events
        for subscription in listening
        if event.sequence > subscription.after_sequence and matches(subscription.filter, event)
    ]
