"""Messages for people: short enough, sent and tried again like webhooks, the address in no list or log."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from receiver import Receiver, hang, reset, status
from structlog.testing import capture_logs
from subscribers import START, Clock, once, report_event, sender, settings_for, subscribe, tell
from test_feeds import GDP, PUBLISHED, event

from alerts import endpoints
from alerts.channels import BODY_LIMIT, Message, fitted, masked, message
from alerts.vault import SEALED, Vault
from ingest.errors import ConfigError
from ingest.model import DeliveryState, Filter
from ingest.store import Store, subscriptions

REPORTS = Filter(types=("report.*",))
BASE = "https://gazette.example.cn"


def test_a_message_says_what_who_and_where() -> None:
    said = message(PUBLISHED, "zh", BASE)
    assert said.title == "沙坪坝区 2026 政府工作报告：GDP 6%左右、规上工业增加值 8%以上"
    assert said.body.splitlines() == [
        "沙坪坝区人民政府 (官方)",
        "https://www.example.gov.cn/zwgk/t1.html?a=1&b=2",
        f"{BASE}/reports/work_report/500106/2026",
    ]
    assert "government work report: 地区生产总值 about 6%" in message(PUBLISHED, "en", BASE).title
    assert (
        message(event("target.published", target=GDP, url="javascript:x"), "zh", BASE).body.count("\n") == 1
    )


@pytest.mark.parametrize(
    ("title_limit", "body_limit", "title", "body"),
    [
        (250, 10_000, "题" * 100, "文" * BODY_LIMIT),
        (10, 20, "题" * 9 + "…", "文" * 19 + "…"),
        (0, 140, "", "题" * 100 + "\n" + "文" * 38 + "…"),
    ],
)
def test_it_is_short_enough_for_each(title_limit: int, body_limit: int, title: str, body: str) -> None:
    said = fitted(Message("题" * 100, "文" * BODY_LIMIT), title_limit, body_limit)
    assert said == Message(title, body)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x/y", "tgram://"])
def test_an_address_that_apprise_does_not_know_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="Apprise does not know"):
        masked(url)


def test_masked_hides_what_is_secret() -> None:
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in masked(url)
    assert masked(url).startswith("slack://")


def test_it_is_sent_tried_again_and_logged_as_a_webhook_is(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path)
        async with (
            Receiver(status(500), reset, status(200)) as receiver,
            sender(settings, store, clock) as it,
        ):
            url = f"json://me:T0KEN@127.0.0.1:{receiver.port}/hook"
            added = endpoints.add_channel(store, Vault(settings), url, REPORTS, START)
            assert "T0KEN" not in added.url
            assert added.secret.startswith(SEALED)
            tell(store, report_event(1), report_event(2, type_="target.published"))
            with capture_logs() as logs:
                for wait in (0, 5, 300):
                    clock.advance(seconds=wait)
                    await once(it)
        assert len(receiver.received) == 3
        assert receiver.received[2].json()["title"].startswith("渝北区 2026 政府工作报告")
        with store.read() as tx:
            [delivery] = subscriptions.deliveries(tx)
            [standing] = subscriptions.all(tx)
        assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.DONE, 3, None)
        assert "T0KEN" not in repr((logs, standing, delivery))
        with pytest.raises(ConfigError, match="no secret of ours"):
            endpoints.rotate(store, Vault(settings), standing.id, START)

    asyncio.run(scenario())


def test_a_hanging_channel_delays_no_webhook(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path, deadline=0.5)
        async with Receiver(hang) as slow, Receiver() as good, sender(settings, store, clock) as it:
            endpoints.add_channel(
                store, Vault(settings), f"json://127.0.0.1:{slow.port}/?rto=1", REPORTS, START
            )
            subscribe(store, good.url)
            tell(store, report_event(1))
            await it.look()
            await good.arrived(1)
            await it.finish()
        with store.read() as tx:
            states = {d.state: d.last_error for d in subscriptions.deliveries(tx)}
        assert states[DeliveryState.DONE] is None
        assert "no answer within 0.5 s" in str(states[DeliveryState.DUE])

    asyncio.run(scenario())


def test_a_test_message(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        settings = settings_for(tmp_path)
        async with Receiver() as receiver:
            url = f"json://127.0.0.1:{receiver.port}/"
            added = endpoints.add_channel(store, Vault(settings), url, REPORTS, START, language="en")
            result = await endpoints.test(Vault(settings), added, START + timedelta(hours=1))
        assert result.answer.accepted
        assert "This is a test" in receiver.received[0].json()["message"]

    asyncio.run(scenario())
