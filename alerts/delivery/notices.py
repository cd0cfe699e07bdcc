"""What the operator is told of an endpoint: the event `endpoint.disabled`. Pure.

When an endpoint is disabled is retry.py; who may hear of it, ingest/filters.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from urllib.parse import urlsplit

from ingest.events import EventType, endpoint_data, make_event
from ingest.model import Channel, Event, Subscription


def disabled(subscription: Subscription, now: datetime, reason: str, since: datetime) -> Event:
    """That this endpoint was switched off at `now`; it has failed `since` then. Without any secret of it."""
    return make_event(
        EventType.ENDPOINT_DISABLED,
        subscription.id,
        now.isoformat(),
        now,
        endpoint_data(
            subscription.id,
            host_only(subscription),
            subscription.channel.value,
            reason=reason,
            since=since,
        ),
    )


def host_only(subscription: Subscription) -> str:
    """The address without what may be secret in it: user, path and query of a webhook, all but the scheme of
    an Apprise channel (there even the "host" may be a token)."""
    parts = urlsplit(subscription.url)
    match subscription.channel:
        case Channel.WEBHOOK:
            host = parts.hostname or ""
            return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}/…"
        case Channel.APPRISE:
            return f"{parts.scheme}://…"
        case Channel.MAIL:
            return "mailto:…"
    assert_never(subscription.channel)
