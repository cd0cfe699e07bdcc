"""What `gongbao webhooks add | list | test | remove` do. How they are typed and printed is the front door's.

A secret is in the Subscription that `add` returns, for the caller to show once; nothing here logs it.
"""

from __future__ import annotations

import builtins
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from alerts.attempt import attempt, http_client
from alerts.delivery import Answer
from alerts.webhook import SECRET_BYTES, new_secret
from ingest.errors import ConfigError, RefusedAddress
from ingest.events import EventType
from ingest.model import Event, Filter, Kind, Subscription
from ingest.settings import Settings
from ingest.store import Store, subscriptions
from ingest.web.guard import check_url, is_named, is_public

TEST_TYPE = "webhook.test"
TYPES = tuple(t.value for t in EventType)
FAMILIES = tuple(dict.fromkeys(t.partition(".")[0] + ".*" for t in TYPES))


def add(
    store: Store,
    url: str,
    filter: Filter,
    now: datetime,
    *,
    allow_hosts: Collection[str] = (),
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Subscription:
    """Keep a new endpoint; it is told of what happens from `now` on.

    Raises ConfigError for a URL that would never be asked, and for a type or kind that does not exist:
    a misspelt filter would otherwise keep silent for ever.
    """
    _check_filter(filter)
    subscription = Subscription(
        id=f"sub_{entropy(12).hex()}",
        url=checked_url(url, allow_hosts),
        secret=new_secret(entropy(SECRET_BYTES)),
        filter=filter,
        created_at=now,
    )
    with store.begin() as tx:
        subscriptions.add(tx, subscription)
    return subscription


def list(store: Store) -> builtins.list[Subscription]:
    with store.read() as tx:
        return subscriptions.all(tx)


def find(store: Store, id: str) -> Subscription:
    """The subscription of that id, or of the only id that begins so. Raises ConfigError."""
    found = [s for s in list(store) if s.id == id or (len(id) >= 6 and s.id.startswith(id))]
    if len(found) != 1:
        trouble = f"{len(found)} webhooks begin so" if found else "there is no such webhook"
        raise ConfigError(f"webhook {id!r}: {trouble}; `gongbao webhooks list` shows their ids")
    return found[0]


def remove(store: Store, id: str) -> Subscription:
    """Forget an endpoint, its secret and its deliveries. Raises ConfigError if there is none."""
    subscription = find(store, id)
    with store.begin() as tx:
        subscriptions.remove(tx, subscription.id)
    return subscription


@dataclass(frozen=True, slots=True)
class TestResult:
    """What the endpoint said to the test event, after how many seconds."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    event: Event
    answer: Answer
    seconds: float


async def test(settings: Settings, subscription: Subscription, now: datetime) -> TestResult:
    """Send one signed `webhook.test` event at once, to a disabled endpoint too. Recorded nowhere."""
    event = Event(
        id=f"evt_test_{secrets.token_hex(12)}",
        type=TEST_TYPE,
        subject=subscription.id,
        occurred_at=now,
        data={"message": "This is a test. Real events look like docs/events.md."},
    )
    started = monotonic()
    async with http_client(settings) as client:
        answer = await attempt(client, subscription, event, now, settings.webhook_deadline)
    return TestResult(event, answer, monotonic() - started)


def checked_url(url: str, allow_hosts: Collection[str] = ()) -> str:
    """The URL without its fragment, if the address guard would not refuse it as it is written.

    A name is not resolved here: what it leads to is checked at each attempt. Raises ConfigError.
    """
    try:
        parsed = check_url(url)
    except RefusedAddress as exc:
        raise ConfigError(f"webhook address: {exc} Give an http(s) URL that the world can reach.") from exc
    host = parsed.host
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    if not is_named(host, port, allow_hosts) and _is_private(host):
        raise ConfigError(
            f"webhook address: {host} is not a public address, so it would never be asked."
            " If the host is your own, name it in GONGBAO_ALLOW_HOSTS."
        )
    return str(parsed)


def _is_private(host: str) -> bool:
    if host.lower().removesuffix(".") == "localhost":
        return True
    try:
        return not is_public(host)
    except ValueError:  # a name, not an address
        return False


def _check_filter(filter: Filter) -> None:
    _check("type", filter.types, (*TYPES, *FAMILIES, "*"))
    _check("kind", filter.kinds, tuple(k.value for k in Kind))
    for region in filter.regions:
        if not (region.isascii() and region.isdigit() and len(region) == 6):
            raise ConfigError(f"webhook filter: region {region!r} is not a six-digit GB/T 2260 code")


def _check(what: str, given: Collection[str], known: Collection[str]) -> None:
    unknown = [value for value in given if value not in known]
    if unknown:
        raise ConfigError(f"webhook filter: no {what} {', '.join(unknown)}; there are {', '.join(known)}")
