"""What `gongbao webhooks` does with an endpoint. How it is typed and printed is cli/webhooks.py.

A new secret is in what `add` and `rotate` return, for the caller to show once; nothing here logs it, and the
store has it sealed (vault.py). Sending once more what was sent is replay.py.
"""

from __future__ import annotations

import builtins
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from alerts.delivery.retry import Answer
from alerts.delivery.vault import Vault
from alerts.delivery.webhook import SECRET_BYTES, TEST_TYPE, new_secret
from ingest.errors import ConfigError, RefusedAddress
from ingest.model import Channel, ContentMode, Event, Filter, Subscription
from ingest.store import subscriptions
from ingest.store.db import Store
from ingest.web.guard import check_url, is_named, is_written_private

LONGEST_URL = 2_000  # characters of an address
SHORTEST = 6  # characters of an id that stand for it
OVERLAP = timedelta(hours=24)  # how long a replaced secret signs beside the new one


@dataclass(frozen=True, slots=True)
class Secret:
    """A subscription and its new secret in the clear, to be shown once."""

    subscription: Subscription
    secret: str = field(repr=False)


def add(
    store: Store,
    vault: Vault,
    url: str,
    filter: Filter,
    now: datetime,
    *,
    mode: ContentMode = ContentMode.STANDARD,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Secret:
    """Keep a new endpoint; it is told of what happens from `now` on.

    Raises ConfigError for a URL that would never be asked. The filter is one of ingest/filters.py's making.
    """
    secret = new_secret(entropy(SECRET_BYTES))
    subscription = Subscription(
        id=f"sub_{entropy(12).hex()}",
        url=checked_url(url, vault.settings.allow_hosts),
        secret=vault.seal(secret),
        filter=filter,
        created_at=now,
        mode=mode,
    )
    with store.begin() as tx:
        subscriptions.add(tx, subscription)
    return Secret(subscription, secret)


def add_channel(
    store: Store,
    vault: Vault,
    url: str,
    filter: Filter,
    now: datetime,
    *,
    language: str = "zh",
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Subscription:
    """Keep an Apprise channel, its address sealed. Raises ConfigError for one that Apprise does not know, and
    for one that would never be asked."""
    from alerts.delivery import channels

    _is_not_too_long(url, "channel")
    channels.check(url, vault.settings.allow_hosts)
    subscription = Subscription(
        id=f"sub_{entropy(12).hex()}",
        url=channels.masked(url),
        secret=vault.seal(url),
        filter=filter,
        created_at=now,
        channel=Channel.APPRISE,
        language=language,
    )
    with store.begin() as tx:
        subscriptions.add(tx, subscription)
    return subscription


def rotate(
    store: Store,
    vault: Vault,
    id: str,
    now: datetime,
    *,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Secret:
    """Give an endpoint a new secret; the one before signs beside it for 24 h. Raises ConfigError.

    A secret that is replaced twice within that time is forgotten at the second: whoever rotates because a
    secret leaked can rotate again to be rid of it.
    """
    former = find(store, id)
    if former.channel is not Channel.WEBHOOK:
        raise ConfigError(
            f"{former.id} is a channel and has no secret of ours; add it anew with its new address"
        )
    secret = new_secret(entropy(SECRET_BYTES))
    sealed = vault.seal(secret)
    with store.begin() as tx:
        subscriptions.hold(tx, former.id)  # who rotates at the same time has been given a secret, too
        standing = subscriptions.get(tx, former.id)
        if standing is None:
            raise ConfigError(f"webhook {former.id}: it was removed meanwhile")
        rotated = replace(
            standing,
            secret=sealed,
            previous_secret=standing.secret,
            previous_secret_until=now + OVERLAP,
        )
        subscriptions.keep_secrets(
            tx, rotated.id, rotated.secret, rotated.previous_secret, rotated.previous_secret_until
        )
    return Secret(rotated, secret)


def pause(store: Store, id: str, now: datetime) -> Subscription:
    """Hold back what is due there; it is kept and sent after `resume`. Raises ConfigError."""
    subscription = find(store, id)
    with store.begin() as tx:
        subscriptions.pause(tx, subscription.id, now)
    return subscription


def resume(store: Store, id: str) -> Subscription:
    """Let go what was held back. Raises ConfigError, for a disabled endpoint too."""
    subscription = find(store, id)
    if subscription.disabled_at is not None:
        raise ConfigError(
            f"webhook {subscription.id} is disabled ({subscription.disabled_reason}); "
            "`gongbao webhooks enable` switches it on"
        )
    with store.begin() as tx:
        subscriptions.pause(tx, subscription.id, None)
    return subscription


def enable(store: Store, id: str) -> Subscription:
    """Switch a disabled endpoint on again; it is told of what happens from now on. Raises ConfigError."""
    subscription = find(store, id)
    if subscription.disabled_at is None:
        raise ConfigError(
            f"webhook {subscription.id} is not disabled; `gongbao webhooks resume` ends a pause"
        )
    with store.begin() as tx:
        subscriptions.enable(tx, subscription.id)
    return subscription


def list(store: Store) -> builtins.list[Subscription]:
    with store.read() as tx:
        return subscriptions.all(tx)


def find(store: Store, id: str) -> Subscription:
    """The subscription of that id, or of the only id that begins so. Raises ConfigError."""
    matching = that_begin(list(store), id)
    if len(matching) != 1:
        trouble = f"{len(matching)} begin so" if matching else why_none(id)
        raise ConfigError(f"webhook {id!r}: {trouble}; `gongbao webhooks list` shows their ids")
    return matching[0]


def that_begin(among: Collection[Subscription], id: str) -> builtins.list[Subscription]:
    """Of these, those with this id, or with one that begins so; too short a beginning says nothing."""
    return [s for s in among if s.id == id or (len(id) >= SHORTEST and s.id.startswith(id))]


def why_none(id: str) -> str:
    return "there is none" if len(id) >= SHORTEST else f"give {SHORTEST} characters of its id at least"


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


async def test(vault: Vault, subscription: Subscription, now: datetime) -> TestResult:
    """Send one signed `webhook.test` event at once, to a disabled endpoint too. Recorded nowhere."""
    event = Event(
        id=f"evt_test_{secrets.token_hex(12)}",
        type=TEST_TYPE,
        subject=subscription.id,
        occurred_at=now,
        data={"message": "This is a test. Real events look like docs/events.md."},
    )
    # What serves pages seldom does this, and has none of what it takes.
    from alerts.delivery.attempt import attempt, http_client

    started = monotonic()
    async with http_client(vault.settings) as client:
        answer = await attempt(client, vault, subscription, event, now, vault.settings.webhook_deadline)
    return TestResult(event, answer, monotonic() - started)


def checked_url(url: str, allow_hosts: Collection[str] = ()) -> str:
    """The URL without its fragment, if the address guard would not refuse it as it is written.

    A name is not resolved here: what it leads to is checked at each attempt. Raises ConfigError.
    """
    _is_not_too_long(url, "webhook")
    try:
        parsed = check_url(url.strip())
    except RefusedAddress as exc:
        raise ConfigError(f"webhook address: {exc} Give an http(s) URL that the world can reach.") from exc
    host = parsed.host
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    if not is_named(host, port, allow_hosts) and is_written_private(host):
        raise ConfigError(
            f"webhook address: {host} is not a public address, so it would never be asked."
            " If the host is your own, name it in GONGBAO_ALLOW_HOSTS."
        )
    return str(parsed)


def _is_not_too_long(url: str, what: str) -> None:
    if len(url) > LONGEST_URL:
        raise ConfigError(f"{what} address: of {len(url)} characters; at most {LONGEST_URL} are taken")
