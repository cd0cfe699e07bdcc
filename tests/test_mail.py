"""E-mail by a real mail server: asked for, confirmed, sent, refused, left."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from alerts.delivery import endpoints, mailboxes
from alerts.delivery.digest import WITH_TABLES, digest_at
from alerts.delivery.mail_pace import AT_ONCE, FIRST_REST, MailPace
from alerts.delivery.mailbox import Mailbox, masked
from alerts.delivery.retry import Answer
from alerts.delivery.returned import returned
from alerts.delivery.vault import Vault
from ingest.errors import ConfigError
from ingest.model import Channel, DeliveryState, Event, Filter, Rhythm, Subscription
from ingest.settings import Settings, load_settings
from ingest.store import mail_requests, outbox, subscriptions
from ingest.store.db import Store
from tests.support.receiver import Receiver
from tests.support.smtp_server import Email, SmtpServer
from tests.support.subscribers import (
    ALL,
    START,
    Clock,
    deliveries,
    once,
    report_event,
    sender,
    settings_for,
    standing,
    subscribe,
    tell,
)

DUE, DONE, DEAD = DeliveryState.DUE, DeliveryState.DONE, DeliveryState.DEAD
REPORTS = mailboxes.Asked(Filter(), Rhythm.AT_ONCE, "zh")
READER = "wei.li@example.org"


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _empty(server: SmtpServer) -> None:
    server.emails.clear()
    server.named.clear()
    server.refuse.clear()
    server.before_answer = lambda _email: None


@pytest.fixture
def settings(server: SmtpServer, tmp_path: Path) -> Settings:
    plain = settings_for(tmp_path).model_copy(update={"public_url": "https://gongbao.example"})
    return server.settings_for(plain)


def mailbox(
    store: Store,
    settings: Settings,
    address: str = READER,
    rhythm: Rhythm = Rhythm.AT_ONCE,
    id: str = f"sub_{1:024x}",
    language: str = "zh",
) -> Subscription:
    """One that confirmed at START."""
    made = Subscription(
        id,
        masked(address),
        Mailbox(address, "the-word-of-leaving").sealed(Vault(settings)),
        Filter(types=("report.*",)),
        START,
        channel=Channel.MAIL,
        rhythm=rhythm,
        language=language,
    )
    with store.begin() as tx:
        subscriptions.add(tx, made)
    return made


def figures(n: int, at: datetime = START) -> Event:
    """A report with one target."""
    event = report_event(n, at)
    target = {
        "indicator": "gdp",
        "label": "地区生产总值",
        "label_en": "GDP",
        "year": 2026,
        "comparator": "about",
        "low": 6.0,
        "high": 6.0,
        "unit": "%",
        "headline": True,
        "quote": "地区生产总值增长6%左右",
        "sentence": "地区生产总值增长6%左右。",
    }
    return replace(event, data={**event.data, "targets": [target], "targets_total": 1})


def link(email: Email, part: str) -> str:
    found = re.search(rf"https://gongbao\.example/mail/{part}/([\w/-]+)", email.text)
    assert found, email.text
    return found.group(1)


# --- asked and confirmed ---------------------------------------------------------------------


@pytest.mark.both_databases
def test_nothing_is_sent_before_the_owner_confirms(
    store: Store, settings: Settings, server: SmtpServer
) -> None:
    vault, clock = Vault(settings), Clock()

    async def scenario() -> None:
        async with sender(settings, store, clock) as it:
            with capture_logs() as logs:
                assert mailboxes.ask(store, vault, READER, REPORTS, clock.now)
                tell(store, figures(1))
                await once(it)
                [asked] = server.emails
                assert asked.to == [READER]
                assert asked.sender == "news@gongbao.example"
                assert asked.subject == "请确认：订阅公报邮件"
                assert "List-Unsubscribe" not in asked.message
                for again in (READER, "Wei.Li@example.org", "weili+2@example.org"):
                    clock.advance(minutes=15)
                    assert not mailboxes.ask(store, vault, again, REPORTS, clock.now)
                await once(it)
                assert len(server.emails) == 1, "one e-mail an hour"
                assert endpoints.list(store) == []

                word = link(asked, "confirm")
                made = mailboxes.confirm(store, vault, word, clock.now)
                assert made is not None
                assert made.url == "mailto:w…@example.org"
                assert mailboxes.confirm(store, vault, word, clock.now) == standing(store, made.id), (
                    "twice is once"
                )
                tell(store, figures(2))
                await once(it)
                [_, told] = server.emails
                assert told.subject == "渝北区 2026 政府工作报告：GDP 6%左右"
                assert told.id == f"<{figures(2).id}.{made.id}@gongbao.example>"

                clock.advance(hours=2)
                assert mailboxes.ask(store, vault, READER, replace(REPORTS, rhythm=Rhythm.WEEKLY), clock.now)
                await once(it)
                mailboxes.confirm(store, vault, link(server.emails[-1], "confirm"), clock.now)
                [only] = endpoints.list(store)
                assert only.rhythm is Rhythm.WEEKLY, "asked for again: changed, not doubled"
        assert READER not in repr(logs)
        assert READER not in repr([only, made])

    asyncio.run(scenario())


@pytest.mark.both_databases
def test_who_has_confirmed_is_not_asked_again(store: Store, settings: Settings) -> None:
    """The mail server took the question and hung before it said so, and its reader was quick."""
    vault = Vault(settings)
    mailboxes.ask(store, vault, READER, REPORTS, START, word=lambda _: "the-word")
    with store.begin() as tx:
        [asked] = mail_requests.lease(tx, START, timedelta(minutes=1), 4)
    assert mailboxes.confirm(store, vault, "the-word", START) is not None
    with store.begin() as tx:
        mail_requests.attempted(tx, asked.id, again_at=START + timedelta(seconds=5), sent_at=None)
        assert mail_requests.lease(tx, START + timedelta(hours=1), timedelta(minutes=1), 4) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@example.org",
        "a@b",
        "a@b@",
        "a..b@example.org",
        "a b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        '"a"@example.org',
        "a@exam ple.org",
        "a,b@example.org",
        "甲@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 250}.org",
        "<a@example.org>",
    ],
)
def test_what_is_no_address_is_refused(store: Store, settings: Settings, address: str) -> None:
    with pytest.raises(ConfigError, match="e-mail address"):
        mailboxes.ask(store, Vault(settings), address, REPORTS, START)


def test_asking_has_bounds(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault(settings)
    monkeypatch.setattr(mailboxes, "MOST_AN_HOUR", 2)
    for n in range(2):
        assert mailboxes.ask(store, vault, f"{n}@例子.example", REPORTS, START)
    with pytest.raises(mailboxes.Busy):
        mailboxes.ask(store, vault, "3@example.org", REPORTS, START)
    late = START + timedelta(hours=1, seconds=1)
    assert mailboxes.ask(store, vault, "3@example.org", REPORTS, late, word=lambda _: "the-word")
    assert mailboxes.asked_by(store, "the-word", late + timedelta(days=2)) is not None
    assert mailboxes.confirm(store, vault, "the-word", late + timedelta(days=3)) is None, "too old"
    with pytest.raises(ConfigError, match="GONGBAO_MAIL_HOST"):
        mailboxes.ask(store, Vault(Settings(data_dir=settings.data_dir)), READER, REPORTS, START)


def test_settings_that_make_no_sense_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBAO_MAIL_HOST", "smtp.example.org")
    with pytest.raises(ConfigError, match="GONGBAO_MAIL_FROM"):
        load_settings()
    monkeypatch.setenv("GONGBAO_MAIL_FROM", "公报 <news@example.org>")
    assert load_settings().mail_port == 587


# --- e-mails ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "table"), [("zh", "地区生产总值 | 2026 | 6%左右"), ("en", "GDP | 2026 | about 6%")]
)
def test_an_email_has_the_table_as_text_and_html(
    store: Store, settings: Settings, server: SmtpServer, language: str, table: str
) -> None:
    box = mailbox(store, settings, language=language)

    async def scenario() -> None:
        async with sender(settings, store, Clock()) as it:
            tell(store, figures(1))
            await once(it)

    asyncio.run(scenario())
    [email] = server.emails
    assert email.message.get_content_type() == "multipart/alternative"
    assert table in email.text
    ours = re.findall(r"<https://gongbao\.example/[^>]+>", email.text)
    assert len(ours) == 2, "the report here, and the way out"
    assert [one for one in ours if one.endswith("?lang=en>") is not (language == "en")] == []
    assert "<td>2026</td>" in email.html
    assert "地区生产总值增长6%左右。" in email.text
    leave = f"https://gongbao.example/mail/leave/{box.id}/the-word-of-leaving"
    assert f"\r\nList-Unsubscribe: <{leave}>\r\n".encode() in email.bytes, "as it stands, on one line"
    assert email.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert leave in email.text
    assert leave in email.html
    assert READER not in email.text + email.html


def test_a_hostile_title_stays_in_its_place(store: Store, settings: Settings, server: SmtpServer) -> None:
    mailbox(store, settings)
    event = figures(1)
    report = {**event.data["report"], "name": "甲\r\nBcc: b@example.org\r\n\r\n<script>", "title": "<script>"}
    event = replace(event, data={**event.data, "report": report})

    async def scenario() -> None:
        async with sender(settings, store, Clock()) as it:
            tell(store, event)
            await once(it)

    asyncio.run(scenario())
    [email] = server.emails
    assert email.to == [READER]
    assert email.message["Bcc"] is None
    assert "<script>" not in email.html


@pytest.mark.parametrize(
    ("rhythm", "happened", "leaves"),
    [  # in China it is eight hours later
        (Rhythm.DAILY, "2026-01-20T09:00", "2026-01-20T23:00"),
        (Rhythm.DAILY, "2026-01-20T15:59", "2026-01-20T23:00"),
        (Rhythm.DAILY, "2026-01-20T16:00", "2026-01-21T23:00"),
        (Rhythm.WEEKLY, "2026-01-20T09:00", "2026-01-25T23:00"),
        (Rhythm.WEEKLY, "2026-01-25T15:59", "2026-01-25T23:00"),
        (Rhythm.WEEKLY, "2026-01-25T16:00", "2026-02-01T23:00"),
    ],
)
def test_a_digest_leaves_on_the_morning_after_its_day_in_china(
    rhythm: Rhythm, happened: str, leaves: str
) -> None:
    at = datetime.fromisoformat(happened).replace(tzinfo=UTC)
    assert digest_at(rhythm, at) == datetime.fromisoformat(leaves).replace(tzinfo=UTC)


@pytest.mark.both_databases
def test_a_digest_has_all_of_its_day_and_none_is_sent_of_nothing(
    store: Store, settings: Settings, server: SmtpServer
) -> None:
    mailbox(store, settings, rhythm=Rhythm.DAILY)
    clock = Clock()
    many = WITH_TABLES + 3

    async def scenario() -> None:
        async with sender(settings, store, clock) as it:
            tell(store, *(figures(n) for n in range(many)), report_event(900, type_="target.published"))
            await once(it)
            assert server.emails == [], "not before the morning"
            clock.advance(hours=14)
            tell(store, figures(901, clock.now))  # 07:00 of the next day in China
            await once(it)
            [email] = server.emails
            assert email.subject == f"公报日报 2026年1月20日：{many} 条"
            listed = re.findall(r"^· .*/500112/(\d+)>", email.text, re.MULTILINE)
            assert [int(n) for n in listed] == list(range(many))
            assert email.html.count("<h2>") == WITH_TABLES
            clock.advance(hours=24)
            await once(it)
            assert len(server.emails) == 2
            clock.advance(days=9)
            await once(it)
            assert len(server.emails) == 2, "nothing happened: no e-mail"
        assert {d.state for d in deliveries(store)} == {DONE}

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("rhythm", "language", "subject"),
    [
        (Rhythm.DAILY, "zh", "公报日报 2026年1月20日—1月22日：2 条"),
        (Rhythm.DAILY, "en", "gongbao daily, 20 January to 22 January 2026: 2 in all"),
        (Rhythm.WEEKLY, "zh", "公报周报 2026年1月20日—1月22日：2 条"),
    ],
)
def test_a_digest_that_was_held_back_says_which_days_it_has(
    store: Store, settings: Settings, server: SmtpServer, rhythm: Rhythm, language: str, subject: str
) -> None:
    box = mailbox(store, settings, rhythm=rhythm, language=language)
    endpoints.pause(store, box.id, START)
    clock = Clock(START + timedelta(days=9))
    tell(store, figures(1), figures(2, START + timedelta(days=2)))

    async def scenario() -> None:
        async with sender(settings, store, clock) as it:
            await once(it)
            endpoints.resume(store, box.id)
            await once(it)

    asyncio.run(scenario())
    assert [email.subject for email in server.emails] == [subject]


# --- what goes wrong -------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_dead_mailbox_delays_nobody_and_is_given_up_after_three_days(
    store: Store, settings: Settings, server: SmtpServer
) -> None:
    dead = mailbox(store, settings, "gone@example.org")
    well = mailbox(store, settings, id=f"sub_{2:024x}")
    server.refuse["gone@example.org"] = "550 5.1.1 <gone@example.org>: no such mailbox"
    clock = Clock()

    async def scenario() -> None:
        async with Receiver() as receiver, sender(settings, store, clock) as it:
            subscribe(store, receiver.url)
            for n in range(5):
                tell(store, figures(n, clock.now))
            with capture_logs() as logs:
                await once(it)
            assert [email.to for email in server.emails] == [[READER]] * 5
            assert len(receiver.received) == 5
            assert [d.state for d in deliveries(store, dead.id)] == [DEAD] * 5, "not tried again"
            assert deliveries(store, dead.id)[0].last_error == "the mailbox was refused: 550 5.1.1"
            assert "gone@example.org" not in repr(logs)
            assert standing(store, dead.id).bounces == 1, "one a day"
            for n in (11, 12):
                clock.advance(days=1)
                tell(store, figures(n, clock.now))
                await once(it)
        given_up = standing(store, dead.id)
        assert given_up.disabled_reason == "refused on 3 days; last: the mailbox was refused: 550 5.1.1"
        with store.read() as tx:
            [notice] = outbox.events(tx, Filter(types=("endpoint.*",)))
        assert notice.data["endpoint"]["url"] == "mailto:…"
        assert standing(store, well.id).failing_since is None
        assert len(server.emails) == 7
        assert endpoints.enable(store, dead.id).id == dead.id
        assert standing(store, dead.id).bounces == 0

    asyncio.run(scenario())


def test_a_mailbox_that_is_full_for_now_is_tried_again(
    store: Store, settings: Settings, server: SmtpServer
) -> None:
    box = mailbox(store, settings)
    server.refuse[READER] = "452 4.2.2 mailbox full"
    clock = Clock()

    async def scenario() -> None:
        async with sender(settings, store, clock) as it:
            tell(store, figures(1))
            await once(it)
            assert standing(store, box.id).failing_since == START
            server.refuse.clear()
            clock.advance(seconds=5)
            await once(it)
        assert len(server.emails) == 1
        assert (standing(store, box.id).failing_since, standing(store, box.id).bounces) == (None, 0)

    asyncio.run(scenario())


def test_a_mail_server_that_is_away_loses_nothing_and_blames_nobody(
    store: Store, settings: Settings, server: SmtpServer
) -> None:
    boxes = [mailbox(store, settings, f"{n}@example.org", id=f"sub_{n:024x}") for n in range(1, 4)]
    clock = Clock()
    away = settings.model_copy(update={"mail_port": 1})

    async def scenario() -> None:
        async with Receiver() as receiver, sender(away, store, clock) as it:
            subscribe(store, receiver.url)
            tell(store, figures(1))
            await once(it)
            assert len(receiver.received) == 1
            tried = sum(d.attempts for d in deliveries(store) if d.subscription_id != "sub_1")
            assert tried <= AT_ONCE
        clock.advance(days=6)  # longer than any endpoint may fail
        async with sender(away, store, clock) as it:
            await once(it)
        assert [standing(store, box.id).failing_since for box in boxes] == [None] * 3
        assert server.emails == []
        clock.advance(minutes=2)
        async with sender(settings, store, clock) as it:
            await once(it)
        assert sorted(email.to[0] for email in server.emails) == [f"{n}@example.org" for n in range(1, 4)]

    asyncio.run(scenario())


@pytest.mark.parametrize("made", ["news", "question"])
def test_what_nobody_foresaw_is_an_attempt_too(
    store: Store, settings: Settings, server: SmtpServer, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    def fail(*_: object) -> object:
        raise RuntimeError("a fault of ours")

    async def scenario() -> None:
        clock = Clock()
        async with sender(settings, store, clock) as it:
            if made == "news":
                mailbox(store, settings)
                tell(store, figures(1))
            else:
                mailboxes.ask(store, Vault(settings), READER, REPORTS, START)
            with monkeypatch.context() as patched:
                patched.setattr(f"alerts.delivery.emails.{made}", fail)
                await once(it)
            clock.advance(seconds=6)  # as after any first attempt; a lease is longer
            await once(it)
        assert [email.to for email in server.emails] == [[READER]]

    asyncio.run(scenario())


def test_the_pace_of_emails() -> None:
    pace = MailPace(60)
    assert pace.room(1000.0, 0) == AT_ONCE
    assert pace.room(1000.0, 3) == 1
    pace.spend(AT_ONCE)
    assert pace.room(1000.5, 0) == 0
    assert pace.room(1001.0, 0) == 1
    pace.answered(Answer(ours=True), 1010.0)
    assert pace.room(1010.0 + FIRST_REST - 1, 0) == 0
    assert pace.room(1010.0 + FIRST_REST, 0) == 1, "one e-mail asks whether it is well again"
    pace.answered(Answer(250, taken=True), 1020.0)
    assert pace.room(1030.0, 0) == AT_ONCE


def test_killed_after_sending_it_is_sent_once_more_under_the_same_id(
    store: Store, settings: Settings, server: SmtpServer
) -> None:
    mailbox(store, settings, rhythm=Rhythm.DAILY)
    clock = Clock()
    tell(store, figures(1), figures(2))
    clock.advance(days=1)
    child = os.fork()
    if child == 0:  # the sender of another process, whose 250 never comes
        try:
            server.before_answer = lambda _email: None
            asyncio.run(_send(settings, store, clock))
        finally:
            os._exit(1)
    server.before_answer = lambda _email: os.kill(child, 9)
    assert os.waitpid(child, 0)[1] == 9
    server.before_answer = lambda _email: None
    [first] = server.arrived(1)
    assert {d.state for d in deliveries(store)} == {DUE}
    asyncio.run(_send(settings, store, clock))
    assert len(server.emails) == 1, "leased yet"
    clock.advance(minutes=2)
    asyncio.run(_send(settings, store, clock))
    assert [email.id for email in server.emails] == [first.id] * 2
    assert server.emails[1].bytes == first.bytes
    assert {d.state for d in deliveries(store)} == {DONE}


async def _send(settings: Settings, store: Store, clock: Clock) -> None:
    async with sender(settings, store, clock, owner=str(os.getpid())) as it:
        await once(it)


# --- what came back, and leaving -------------------------------------------------------------

NOTICE = """\
From: mailer-daemon@mx.example
To: news@gongbao.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

It could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; wei.li@example.org
Action: {action}
Status: {status}

--=_b
Content-Type: {kind}

From: gongbao <news@gongbao.example>
Message-ID: <evt_1.sub_{id}@gongbao.example>
Subject: x

--=_b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(
    ("action", "status", "is_final"),
    [("failed", "5.1.1", True), ("delayed", "4.2.2", False), ("delivered", "2.0.0", False)],
)
def test_a_notice_says_which_email_came_back(kind: str, action: str, status: str, is_final: bool) -> None:
    notice = NOTICE.format(kind=kind, action=action, status=status, id=f"{7:024x}").encode()
    found = returned(notice)
    assert (found is not None) is is_final
    if found is not None:
        assert (found.subscription_id, found.status) == (f"sub_{7:024x}", "5.1.1")
    assert returned(notice.replace(b"evt_1.sub_", b"somebody-")) is None, "none of our e-mails"


@pytest.mark.parametrize("odd", ["<<evt_1", "<evt_1@["])
def test_a_notice_whose_id_no_parser_takes_is_said(odd: str) -> None:
    """Each Python has a parser that gives up at another one."""
    notice = NOTICE.format(kind="message/rfc822", action="failed", status="5.1.1", id=f"{1:024x}")
    try:
        said = str(returned(notice.replace("<evt_1", odd).encode()))
    except ConfigError as exc:
        said = str(exc)
    assert "reading a notice" in said or f"sub_{1:024x}" in said


@pytest.mark.parametrize("notice", [b"", b"Subject: hello\n\nhello", b"\xff\x00" * 100])
def test_what_is_no_notice_is_said(notice: bytes) -> None:
    with pytest.raises(ConfigError, match="message/delivery-status"):
        returned(notice)


def test_three_days_of_emails_that_came_back_end_it(store: Store, settings: Settings) -> None:
    box = mailbox(store, settings)
    for day in (0, 0, 1, 40, 41, 42):
        assert standing(store, box.id).disabled_at is None
        mailboxes.bounced(store, box.id, START + timedelta(days=day), "came back, 5.1.1")
    assert standing(store, box.id).disabled_reason == "refused on 3 days; last: came back, 5.1.1"
    assert mailboxes.find(store, Vault(settings), READER)
    assert mailboxes.bounced(store, "sub_unknown", START, "x") is None


def test_the_beginning_of_an_id_means_one_mailbox(store: Store, settings: Settings) -> None:
    vault = Vault(settings)
    for begins in ("11", "12", "21"):
        mailbox(store, settings, id=f"sub_1{begins}{0:021x}")
    subscribe(store, "https://hooks.example.org/x", "sub_22", ALL)
    assert [one.id for one in mailboxes.find(store, vault, "sub_121")] == [f"sub_121{0:021x}"]
    assert len(mailboxes.find(store, vault, READER)) == 3
    with pytest.raises(ConfigError, match="2 begin so"):
        mailboxes.find(store, vault, "sub_11")
    with pytest.raises(ConfigError, match="give 6 characters"):
        mailboxes.find(store, vault, "sub_")
    for nobody in ("sub_22", "other@example.org"):
        with pytest.raises(ConfigError, match="there is none"):
            mailboxes.find(store, vault, nobody)


def test_leaving_takes_the_right_word(store: Store, settings: Settings) -> None:
    vault, box = Vault(settings), mailbox(store, settings)
    subscribe(store, "https://hooks.example.org/x", "sub_hook", ALL)
    assert not mailboxes.leave(store, vault, box.id, "another-word")
    assert not mailboxes.leave(store, vault, "sub_hook", "another-word")
    assert mailboxes.leave(store, vault, box.id, "the-word-of-leaving")
    assert not mailboxes.leave(store, vault, box.id, "the-word-of-leaving")
    assert [one.id for one in endpoints.list(store)] == ["sub_hook"]
