"""`gongbao webhooks add | list | test | remove`: what they do, and what they refuse."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from receiver import Receiver, status
from subscribers import START, settings_for

from alerts import endpoints
from alerts.webhook import payload
from ingest.errors import ConfigError
from ingest.model import Filter
from ingest.store import Store, outbox, subscriptions


def test_add_list_find_remove(store: Store) -> None:
    added = endpoints.add(store, "https://hooks.example.com/x#frag", Filter(types=("report.*",)), START)
    assert added.url == "https://hooks.example.com/x"
    assert added.secret.startswith("whsec_")
    assert endpoints.list(store) == [added]
    assert endpoints.find(store, added.id) == endpoints.find(store, added.id[:10]) == added
    assert endpoints.remove(store, added.id) == added
    assert endpoints.list(store) == []
    with pytest.raises(ConfigError, match="no such webhook"):
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
    ],
)
def test_an_address_that_would_never_be_asked_is_refused_early(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match="webhook address") as caught:
        endpoints.checked_url(url)
    assert said in str(caught.value)


def test_a_named_host_may_be_ones_own() -> None:
    assert endpoints.checked_url("http://127.0.0.1:9/", ("127.0.0.1",)) == "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("filter", "said"),
    [
        (Filter(types=("report.publish",)), "no type report.publish; there are"),
        (Filter(kinds=("report",)), "no kind report"),
        (Filter(regions=("重庆",)), "six-digit"),
    ],
)
def test_a_misspelt_filter_is_refused(store: Store, filter: Filter, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        endpoints.add(store, "https://hooks.example.com/", filter, START)
    assert endpoints.list(store) == []


def test_a_test_event_is_signed_and_recorded_nowhere(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        async with Receiver(status(500)) as receiver:
            added = endpoints.add(store, receiver.url, Filter(), now, allow_hosts=("127.0.0.1",))
            result = await endpoints.test(settings_for(tmp_path), added, now)
        [request] = receiver.received
        assert request.verified(added.secret)["type"] == "webhook.test"
        assert request.body == payload(result.event)
        assert json.loads(request.body)["sequence"] == 0
        assert result.answer.status == 500
        with store.read() as tx:
            assert subscriptions.deliveries(tx) == []
            assert outbox.latest_sequence(tx) == 0
        assert endpoints.find(store, added.id).failing_since is None

    asyncio.run(scenario())
