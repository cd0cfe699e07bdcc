"""endpoint.disabled: told to whoever asks for it by name, once, without secrets, and to nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from alerts.delivery import notices
from alerts.delivery.channels import message
from alerts.delivery.retry import Answer, after_attempt
from alerts.listing import lists
from alerts.web.pages.operate_views import endpoint_view
from alerts.words.language import CHINESE
from ingest.model import Channel, Event, Filter, Subscription
from ingest.store import outbox, subscriptions
from ingest.store.db import Store
from tests.support.receiver import Receiver, status
from tests.support.site_server import served
from tests.support.subscribers import (
    ALL,
    START,
    Clock,
    once,
    report_event,
    sender,
    settings_for,
    subscribe,
    tell,
)

NAMED = Filter(types=("endpoint.disabled",))


def told(store: Store) -> list[Event]:
    with store.read() as tx:
        return outbox.events(tx, NAMED)


def test_who_named_it_is_told_and_nobody_else(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with (
            Receiver(status(410)) as gone,
            Receiver() as operator,
            Receiver() as reader,
            sender(settings_for(tmp_path), store, clock) as it,
        ):
            subscribe(store, f"{gone.url}/T0KEN?key=T0KEN", "sub_gone")
            subscribe(store, reader.url, "sub_reader", Filter())
            subscribe(store, reader.url, "sub_everything", ALL)
            subscribe(store, operator.url, "sub_operator", NAMED)
            tell(store, *(report_event(n) for n in range(9)))
            with capture_logs() as logs:
                for _ in range(4):  # four at a time to one endpoint; then what came of it
                    await once(it)
        assert len(operator.received) == 1
        said = operator.received[0].json()
        assert said["type"] == "endpoint.disabled"
        assert said["data"] == {
            "endpoint": {"id": "sub_gone", "url": "http://127.0.0.1/…", "channel": "webhook"},
            "reason": "the endpoint answered 410 Gone",
            "since": START.isoformat(),
        }
        assert {r.json()["type"] for r in reader.received} == {"report.published"}
        assert b"T0KEN" not in operator.received[0].body
        assert "T0KEN" not in repr(logs)
        assert len(told(store)) == 1

    asyncio.run(scenario())


def test_the_failing_began_before_it_was_switched_off(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with Receiver(status(500)) as receiver, sender(settings_for(tmp_path), store, clock) as it:
            subscribe(store, receiver.url)
            for n in range(6):
                tell(store, report_event(n, clock.now))
                await once(it)
                clock.advance(hours=24)
        [event] = told(store)
        assert event.occurred_at == START + timedelta(hours=120)
        assert event.data["since"] == START.isoformat()
        assert "failing for 120 h; last: status 500" in event.data["reason"]

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_it_is_said_once_for_each_time(store: Store) -> None:
    with store.begin() as tx:
        subscribe_id = "sub_1"
        subscriptions.add(tx, Subscription(subscribe_id, "https://a.example/", "whsec_", ALL, START))
        assert subscriptions.disable(tx, subscribe_id, START, "gone")
        assert not subscriptions.disable(tx, subscribe_id, START, "gone")
        subscriptions.enable(tx, subscribe_id)
        assert subscriptions.disable(tx, subscribe_id, START, "gone again")
        it = subscriptions.get(tx, subscribe_id)
    assert it is not None
    first = notices.disabled(it, START, "gone", START)
    assert first == notices.disabled(it, START, "gone", START)
    assert first.id != notices.disabled(it, START + timedelta(days=1), "gone", START).id


PUBLIC = ["/feed.atom", "/feed.rss", "/feed.json", "/api/v1/events"]


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("query", ["", "type=*&headline=false", "type=endpoint.disabled", "type=endpoint.*"])
def test_no_public_address_tells(store: Store, path: str, query: str) -> None:
    it = Subscription("sub_gone", "https://a.example/T0KEN", "whsec_", ALL, START)
    tell(store, notices.disabled(it, START, "gone", START), report_event(1))
    with served(store) as url:
        answer = httpx.get(f"{url}{path}?{query}")
        assert answer.status_code == (422 if "endpoint" in query else 200)
        assert "sub_gone" not in answer.text
        assert ("evt_" in answer.text) is (answer.status_code == 200)


@pytest.mark.parametrize("type_", ["endpoint.disabled", "endpoint.*"])
def test_no_saved_feed_of_it(type_: str, tmp_path: Path) -> None:
    import gongbao

    run = CliRunner().invoke(
        gongbao.app, ["feeds", "add", "--name", "x", "--type", type_], env={"GONGBAO_DATA_DIR": str(tmp_path)}
    )
    assert run.exit_code != 0
    assert "a feed is public" in f"{run.output}{run.exception}"


@pytest.mark.parametrize(
    ("url", "channel", "shown"),
    [
        (
            "https://user:pw@hooks.example.org:8443/T0KEN?key=1",
            Channel.WEBHOOK,
            "https://hooks.example.org/…",
        ),
        ("http://[2001:db8::1]/x", Channel.WEBHOOK, "http://[2001:db8::1]/…"),
        ("slack://T...n/T...n/", Channel.APPRISE, "slack://…"),
    ],
)
def test_only_the_host_is_said(url: str, channel: Channel, shown: str) -> None:
    it = Subscription("sub_1", url, "whsec_", ALL, START, channel=channel)
    assert notices.host_only(it) == shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "端点停用：sub_1（https://a.example/…）：gone"),
        ("en", "Endpoint disabled: sub_1 (https://a.example/…): gone"),
    ],
)
def test_a_message_says_it_in_one_line(language: str, said: str) -> None:
    it = Subscription("sub_1", "https://a.example/x", "whsec_", ALL, START)
    event = notices.disabled(it, START, "gone", START)
    assert message(event, language, "https://g.example").title == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(410), "端点应答 410 Gone"),
        (Answer(500), "连续失败 121 小时，最后一次：status 500"),
        (None, "有 3 天被拒收，最后一次：550 no such user"),  # by mailboxes.count_bounce
    ],
)
def test_why_is_said_in_chinese(answer: Answer | None, said: str) -> None:
    reason = "refused on 3 days; last: 550 no such user"
    if answer is not None:
        reason = str(after_attempt(3, answer, START, 0, START - timedelta(hours=121)).disable_reason)
    it = Subscription("sub_1", "https://a.example/x", "whsec_", ALL, START)
    event = notices.disabled(it, START, reason, START)
    assert message(event, "zh", "https://g.example").title.endswith(f"：{said}")
    assert message(event, "en", "https://g.example").title.endswith(f": {reason}")
    off = replace(it, disabled_at=START, disabled_reason=reason)
    assert endpoint_view(off, CHINESE).note == said
    listed = lists.subscriptions([off])
    assert listed.columns[-1].text(listed.records[0], CHINESE) == f"停用：{said}"
