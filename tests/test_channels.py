"""Messages for people: short enough, sent and tried again like webhooks, the address in no list or log."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from socket import AF_INET, SOCK_STREAM
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs
from test_feeds import GDP, PUBLISHED, event

from alerts.delivery import channels, endpoints
from alerts.delivery.channels import BODY_LIMIT, Message, fitted, masked, message, notify
from alerts.delivery.retry import Answer
from alerts.delivery.vault import SEALED, Vault
from ingest.errors import ConfigError
from ingest.model import Channel, DeliveryState, Filter
from ingest.settings import Settings
from ingest.store import subscriptions
from ingest.store.db import Store
from ingest.web.socket_guard import Fence, within
from tests.support.receiver import (
    PATIENCE,
    Behaviour,
    Receiver,
    drip_body,
    drip_head,
    hang,
    let_pass,
    reset,
    status,
)
from tests.support.subscribers import START, Clock, once, report_event, sender, settings_for, subscribe, tell

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
    english = message(PUBLISHED, "en", BASE)
    assert "government work report: GDP about 6%" in english.title
    assert english.body.endswith(f"{BASE}/reports/work_report/500106/2026?lang=en")
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


@pytest.mark.both_databases
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


def states(store: Store) -> dict[DeliveryState, str | None]:
    """The last error of a delivery in each state."""
    with store.read() as tx:
        return {d.state: d.last_error for d in subscriptions.deliveries(tx)}


def test_what_nobody_foresaw_is_an_attempt_too(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Message:
        raise RuntimeError("a fault of ours")

    async def scenario() -> None:
        clock, settings = Clock(), settings_for(tmp_path)
        async with Receiver() as receiver, sender(settings, store, clock) as it:
            endpoints.add_channel(store, Vault(settings), f"json://127.0.0.1:{receiver.port}", REPORTS, START)
            tell(store, report_event(1))
            with monkeypatch.context() as patched:
                patched.setattr("alerts.delivery.channels.message", fail)
                await once(it)
            assert states(store) == {DeliveryState.DUE: "could not be made ready: RuntimeError"}
            clock.advance(seconds=6)
            await once(it)
        assert states(store) == {DeliveryState.DONE: None}

    asyncio.run(scenario())


def test_a_sender_without_apprise_costs_no_channel_an_attempt(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> object:
        raise ConfigError(channels.MISSING)

    async def scenario() -> None:
        clock, settings = Clock(), settings_for(tmp_path)
        async with Receiver() as receiver, sender(settings, store, clock) as it:
            endpoints.add_channel(store, Vault(settings), f"json://127.0.0.1:{receiver.port}", REPORTS, START)
            tell(store, report_event(1))
            with monkeypatch.context() as patched:
                patched.setattr("alerts.delivery.channels._apprise", missing)
                for _ in range(20):
                    await once(it)
                    clock.advance(hours=10)
            assert states(store) == {DeliveryState.DUE: channels.MISSING}
            await once(it)
        assert states(store) == {DeliveryState.DONE: None}

    asyncio.run(scenario())


def test_a_hanging_channel_delays_no_webhook(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        settings = settings_for(tmp_path, deadline=60)
        async with Receiver(hang) as slow, Receiver() as good, sender(settings, store, clock) as it:
            endpoints.add_channel(
                store, Vault(settings), f"json://127.0.0.1:{slow.port}/?rto=1", REPORTS, START
            )
            subscribe(store, good.url)
            tell(store, report_event(1))
            await it.look()
            await slow.arrived(1)
            async with asyncio.timeout(PATIENCE):
                it.nudged.clear()
                while DeliveryState.DONE not in states(store):
                    await it.nudged.wait()
                    it.nudged.clear()
            let_pass(60)
            await it.finish()
        assert states(store)[DeliveryState.DONE] is None
        assert "no answer within 60 s" in str(states(store)[DeliveryState.DUE])

    asyncio.run(scenario())


@pytest.mark.parametrize("slow", [drip_head, drip_body, hang], ids=lambda slow: slow.__name__)
def test_what_drips_for_ever_is_let_go_at_the_deadline(slow: Behaviour) -> None:
    """Each of its reads succeeds in time: without an end to it a channel would keep its thread for good, and
    the process that is to stop would wait for that thread."""

    async def scenario() -> None:
        async with Receiver(slow) as receiver:
            threads = ThreadPoolExecutor(1)
            url = f"json://127.0.0.1:{receiver.port}/?rto=100"
            answer = await notify(threads, url, Message("t", "b"), 0.5, ("127.0.0.1",))
            assert answer == Answer(error="no answer within 0.5 s")
            async with asyncio.timeout(PATIENCE):
                await asyncio.to_thread(threads.shutdown)

    asyncio.run(scenario())


# --- as each takes it -------------------------------------------------------------------------

ODD = Message(
    "渝北区 <6%> & more", '<a href="https://evil.example">点</a> <img src=x>\nhttps://e.example/?a=1&b=2'
)


def test_telegram_is_sent_markup_in_which_nothing_of_the_text_is_markup(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes HTML only, and refuses a message with a `<` that is no tag of its own."""
    posted: list[str] = []

    def post(_session: object, **request: Any) -> requests.Response:
        posted.append(json.loads(request["data"])["text"])
        answer = requests.Response()
        answer.status_code, answer._content = 200, b'{"ok": true}'
        return answer

    monkeypatch.setattr(requests.Session, "request", post)
    with ThreadPoolExecutor(1) as threads:
        url = "tgram://123456789:abcdefg_hijklmnop/12315544/"
        assert asyncio.run(notify(threads, url, ODD, 10.0)).accepted
    [text] = posted
    assert "渝北区 ＜6%＞ &amp; more" in text
    assert "https://e.example/?a=1&amp;b=2" in text
    assert set(re.findall(r"<[^>]*>", text)) <= {"<b>", "</b>"}


def test_mail_is_plain_text_with_its_lines() -> None:
    taken: list[bytes] = []

    async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                taken.append((await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n"))
            writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 fine\r\n")
        writer.close()

    async def scenario() -> None:
        async with await asyncio.start_server(smtp, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            url = f"mailto://127.0.0.1:{port}/?from=gongbao@example.org&to=desk@example.org"
            with ThreadPoolExecutor(1) as threads:
                assert (await notify(threads, url, ODD, 10.0, ("127.0.0.1",))).accepted

    asyncio.run(scenario())
    mail = email.message_from_bytes(taken[0], policy=email.policy.default)
    assert mail["subject"] == ODD.title
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == ODD.body.split()
    assert len(mail.get_content().strip().splitlines()) == 2


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


# --- where it may go --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1:9/x",
        "json://localhost/x",
        "mailto://me:pw@example.org?smtp=localhost",
        "mailtos://me:pw@example.org?smtp=192.168.1.1",
        "mmost://169.254.169.254/abcdefghijabcdefghijabcd",
        "rsyslog://172.16.0.1",
    ],
)
def test_a_private_host_is_refused_when_it_is_added(store: Store, tmp_path: Path, url: str) -> None:
    vault = Vault(Settings(data_dir=tmp_path))
    with pytest.raises(ConfigError, match=r"channel .* not a public address.*GONGBAO_ALLOW_HOSTS") as caught:
        endpoints.add_channel(store, vault, url, REPORTS, START)
    assert "pw" not in str(caught.value)
    assert "abcdefghij" not in str(caught.value)
    assert endpoints.list(store) == []


def test_services_with_a_host_of_their_own_are_not_taken_for_numbers(store: Store, tmp_path: Path) -> None:
    vault = Vault(Settings(data_dir=tmp_path))
    for url in (
        "tgram://123456789:abcdefg_hijklmnop/123/",
        "dingtalk://127001/13800000000",
        "ntfy://2130706433",
    ):
        assert endpoints.add_channel(store, vault, url, REPORTS, START).channel is Channel.APPRISE


def test_a_named_host_may_be_private(store: Store, tmp_path: Path) -> None:
    vault = Vault(Settings(data_dir=tmp_path, allow_hosts=("192.168.1.1", "127.0.0.1:8025")))
    endpoints.add_channel(store, vault, "mailtos://me:pw@example.org?smtp=192.168.1.1", REPORTS, START)
    endpoints.add_channel(store, vault, "json://127.0.0.1:8025/", REPORTS, START)
    with pytest.raises(ConfigError, match="not a public address"):
        endpoints.add_channel(store, vault, "json://127.0.0.1:8026/", REPORTS, START)


def sent(url: str, allow_hosts: tuple[str, ...]) -> Answer:
    with ThreadPoolExecutor(1) as threads:
        return asyncio.run(notify(threads, url, Message("t", "b"), 10.0, allow_hosts))


def test_a_name_that_leads_to_a_private_address_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the name leads to at the moment of the connection, whatever it led to before."""

    async def scenario() -> None:
        async with Receiver() as receiver:
            found = [(AF_INET, SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]

            def looked_up(host: str, port: int, *_args: object, **_named: object) -> object:
                sys.audit("socket.getaddrinfo", host, port, 0, 0, 0)
                return found

            monkeypatch.setattr(socket, "getaddrinfo", looked_up)
            url = f"json://hooks.example.org:{receiver.port}/T0KEN"
            refused = await asyncio.to_thread(sent, url, ())
            assert refused.error is not None
            assert "RefusedAddress" in refused.error
            assert "127.0.0.1 is not a public address" in refused.error
            assert "T0KEN" not in refused.error
            assert receiver.received == []
            named = await asyncio.to_thread(sent, url, (f"hooks.example.org:{receiver.port}",))
            assert named.accepted
            assert len(receiver.received) == 1

    asyncio.run(scenario())


def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    async def scenario() -> None:
        async with Receiver() as inside:
            there = f"http://localhost:{inside.port}/secret"
            async with Receiver(status(307, location=there)) as outside:
                url = f"json://127.0.0.1:{outside.port}/"
                answer = await asyncio.to_thread(sent, url, (f"127.0.0.1:{outside.port}",))
                assert len(outside.received) == 1
                assert inside.received == []
                assert not answer.accepted

    asyncio.run(scenario())


def test_outside_the_fence_nothing_is_held() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with within(fence := Fence(())):
            with pytest.raises(PermissionError, match="not a public address"):
                socket.create_connection(address, timeout=5)
            with socket.socket(AF_INET, socket.SOCK_DGRAM) as it, pytest.raises(PermissionError):
                it.sendto(b"x", address)
            with socket.socket(socket.AF_UNIX) as it, pytest.raises(PermissionError, match="of this machine"):
                it.connect("/run/nowhere")
            with within(inner := Fence(("127.0.0.1",))):
                socket.create_connection(address, timeout=5).close()
            assert inner.refused is None
            with pytest.raises(PermissionError):
                socket.create_connection(address, timeout=5)
        assert fence.refused
        socket.create_connection(address, timeout=5).close()
