"""`gongbao webhooks add | list | test | rotate | pause | resume | enable | remove`: what they do."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.delivery import endpoints
from alerts.delivery.vault import Vault
from alerts.delivery.webhook import payload
from ingest.errors import ConfigError
from ingest.model import Filter
from ingest.store import outbox, subscriptions
from ingest.store.db import Store
from tests.support.receiver import Receiver, status
from tests.support.subscribers import START, settings_for


@pytest.mark.both_databases
def test_add_list_find_remove(store: Store, tmp_path: Path) -> None:
    vault = Vault(settings_for(tmp_path))
    made = endpoints.add(store, vault, "https://hooks.example.com/x#frag", Filter(types=("report.*",)), START)
    added = made.subscription
    assert added.url == "https://hooks.example.com/x"
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    assert vault.signing(added, START) == (made.secret,)
    assert endpoints.list(store) == [added]
    assert endpoints.find(store, added.id) == endpoints.find(store, added.id[:10]) == added
    with pytest.raises(ConfigError, match="give 6 characters"):
        endpoints.find(store, added.id[:4])
    assert endpoints.remove(store, added.id) == added
    assert endpoints.list(store) == []
    with pytest.raises(ConfigError, match="there is none"):
        endpoints.remove(store, added.id)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.com/", "only http and https"),
        ("hooks.example.com", "http"),
        ("https://", "no host"),
        ("https://me:pw@example.com/", "password inside a URL"),
        ("http://127.0.0.1:9/", "GONGBAO_ALLOW_HOSTS"),
        ("http://localhost/", "GONGBAO_ALLOW_HOSTS"),
        ("http://10.0.0.1/", "GONGBAO_ALLOW_HOSTS"),
        ("http://169.254.169.254/latest", "not a public address"),
        ("http://2130706433/", "refused"),
        ("http://0x7f000001/", "refused"),
        ("http://[::1]/", "not a public address"),
        ("http://[::ffff:127.0.0.1]/", "refused"),
        (f"https://example.com/{'a' * 2_000}", "of 2020 characters; at most 2000"),
    ],
)
def test_an_address_that_would_never_be_asked_is_refused_early(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match="webhook address") as caught:
        endpoints.checked_url(url)
    assert said in str(caught.value)


def test_a_named_host_may_be_ones_own() -> None:
    assert endpoints.checked_url("http://127.0.0.1:9/", ("127.0.0.1",)) == "http://127.0.0.1:9/"


def test_a_test_event_is_signed_and_recorded_nowhere(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        async with Receiver(status(500)) as receiver:
            vault = Vault(settings_for(tmp_path))
            made = endpoints.add(store, vault, receiver.url, Filter(), now)
            added = made.subscription
            result = await endpoints.test(vault, added, now)
        [request] = receiver.received
        assert request.verified(made.secret)["type"] == "webhook.test"
        assert request.body == payload(result.event)
        assert json.loads(request.body)["sequence"] == 0
        assert result.answer.status == 500
        with store.read() as tx:
            assert subscriptions.deliveries(tx) == []
            assert outbox.latest_sequence(tx) == 0
        assert endpoints.find(store, added.id).failing_since is None

    asyncio.run(scenario())


def test_pause_resume_and_enable_say_when_they_make_no_sense(store: Store, tmp_path: Path) -> None:
    vault = Vault(settings_for(tmp_path))
    added = endpoints.add(store, vault, "https://hooks.example.com/x", Filter(), START).subscription
    endpoints.pause(store, added.id, START)
    endpoints.pause(store, added.id, START + timedelta(hours=1))
    assert endpoints.find(store, added.id).paused_at == START
    with pytest.raises(ConfigError, match="is not disabled"):
        endpoints.enable(store, added.id)
    with store.begin() as tx:
        subscriptions.disable(tx, added.id, START, "the endpoint answered 410 Gone")
    with pytest.raises(ConfigError, match=r"410 Gone.*webhooks enable"):
        endpoints.resume(store, added.id)
    endpoints.enable(store, added.id)
    endpoints.resume(store, added.id)
    assert endpoints.find(store, added.id) == added


@pytest.mark.both_databases
def test_of_two_who_rotate_at_once_both_have_a_secret_that_signs(store: Store, tmp_path: Path) -> None:
    vault = Vault(settings_for(tmp_path))
    added = endpoints.add(store, vault, "https://hooks.example.com/x", Filter(), START).subscription
    others: list[endpoints.Secret] = []

    def meanwhile(size: int) -> bytes:
        others.append(endpoints.rotate(store, vault, added.id, START))
        return os.urandom(size)

    last = endpoints.rotate(store, vault, added.id, START, entropy=meanwhile)
    standing = endpoints.find(store, added.id)
    assert vault.signing(standing, START) == (last.secret, others[0].secret)

    def removed(size: int) -> bytes:
        endpoints.remove(store, added.id)
        return os.urandom(size)

    with pytest.raises(ConfigError, match="removed meanwhile"):
        endpoints.rotate(store, vault, added.id, START, entropy=removed)


def test_rotate_keeps_the_former_secret_for_a_day(store: Store, tmp_path: Path) -> None:
    vault = Vault(settings_for(tmp_path))
    first = endpoints.add(store, vault, "https://hooks.example.com/x", Filter(), START)
    second = endpoints.rotate(store, vault, first.subscription.id, START)
    assert first.secret != second.secret
    standing = endpoints.find(store, first.subscription.id)
    assert standing == second.subscription
    day = timedelta(hours=24)
    assert vault.signing(standing, START + day - timedelta(seconds=1)) == (second.secret, first.secret)
    assert vault.signing(standing, START + day) == (second.secret,)
    third = endpoints.rotate(store, vault, first.subscription.id, START)
    assert vault.signing(third.subscription, START) == (third.secret, second.secret)
