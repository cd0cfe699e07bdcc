"""Subscribing by e-mail over HTTP: the form, the links of the e-mails, and who may not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select

from alerts.delivery import endpoints
from alerts.delivery.mailbox import Mailbox
from alerts.delivery.vault import Vault
from alerts.web.pages import mail
from ingest.model import Channel, Filter, Rhythm, Subscription
from ingest.settings import Settings
from ingest.store import subscriptions
from ingest.store.db import Store
from ingest.store.tables import mail_requests
from tests.support.site_server import served, stored
from tests.support.smtp_server import SmtpServer
from tests.support.subscribers import Clock, once, report_event, sender, tell

KEY = SecretStr("k" * 40)


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("mail"), seeded=False) as store:
        yield store


@pytest.fixture
def client(store: Store, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setattr(mail, "ASKED_RATE", 1e9)
    with served(store, secret_key=KEY, **server.settings()) as url, httpx.Client(base_url=url) as client:
        yield client


def _send(store: Store, server: SmtpServer, client: httpx.Client, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, secret_key=KEY, public_url=str(client.base_url), **server.settings()
    )

    async def scenario() -> None:
        async with sender(settings, store, Clock(datetime.now(UTC))) as it:
            await once(it)

    asyncio.run(scenario())


def _path(text: str, part: str) -> str:
    found = re.search(rf"/mail/{part}/[\w/-]+", text)
    assert found, text
    return found.group()


def test_from_the_form_to_leaving(
    store: Store, server: SmtpServer, client: httpx.Client, tmp_path: Path
) -> None:
    form = LexborHTMLParser(client.get("/mail?region=重庆市&type=report.revised&headline=false&lang=en").text)
    assert form.css_first("#region").attributes["value"] == "Chongqing"
    hidden = {n.attributes["name"]: n.attributes["value"] for n in form.css("input[type=hidden]")}
    assert hidden == {"type": "report.revised", "headline": "false"}
    asked = {
        "email": "reader@example.org",
        "region": "沙坪坝区、渝北区",
        "kind": "",
        "indicator": "",
        "rhythm": "at_once",
        "lang": "en",
        "official": "true",
    }
    answer = client.post("/mail", data=asked)
    assert answer.status_code == 200, answer.text
    assert "Please look for our confirmation e-mail" in answer.text
    assert client.post("/mail", data=asked).text == answer.text, "the same, known or not"
    _send(store, server, client, tmp_path)
    [email] = server.emails
    assert email.subject == "Please confirm: e-mail from gongbao"

    confirm = _path(email.text, "confirm")
    assert f"{confirm}?lang=en>" in email.text
    for _ in range(2):  # a program that tries every link of an e-mail
        page = client.get(confirm)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
    assert "沙坪坝区" in client.get(f"{confirm}?lang=zh").text, "in the language of the page"
    assert "Shapingba" in client.get(f"{confirm}?lang=en").text
    assert client.get("/mail/confirm/short").headers["cache-control"] == "no-store", "of errors too"
    assert endpoints.list(store) == []
    for _ in range(2):
        assert "Confirmed." in client.post(confirm, data={}).text
    [made] = endpoints.list(store)
    assert made.filter == Filter(types=("report.*",), regions=("500106", "500112"), official_only=True)
    assert (made.rhythm, made.language) == (Rhythm.AT_ONCE, "en")

    tell(store, report_event(1, datetime.now(UTC), "report.withdrawn"))
    _send(store, server, client, tmp_path)
    [_, told] = server.emails
    leave = _path(str(told.message["List-Unsubscribe"]), "leave")
    assert "<button" in client.get(leave).text
    assert client.post(f"{leave[:-4]}AAAA", data={}).status_code == 200
    assert len(endpoints.list(store)) == 1, "nobody leaves by another word"
    one_click = {"List-Unsubscribe": "One-Click"}  # from wherever the mail program runs
    gone = client.post(leave, data=one_click, headers={"Origin": "https://mail.example"})
    assert gone.status_code == 200
    assert "set-cookie" not in gone.headers
    assert endpoints.list(store) == []
    assert client.post(leave, data=one_click).text == gone.text
    with store.read() as tx:
        assert tx.scalar(select(func.count()).select_from(mail_requests)) == 0, "no address is left"
    assert client.get(confirm).status_code == 404
    assert client.post(confirm, data={}).status_code == 404
    assert endpoints.list(store) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"email": "nobody"}, "e-mail address"),
        ({"region": "沙坪巴区"}, "沙坪坝区"),
        ({"indicator": "gdpx"}, "gdp"),
        ({"kind": "novel"}, "kind"),
        ({"type": "endpoint.disabled"}, "type"),
        ({"rhythm": "hourly"}, "rhythm"),
        ({"lang": "fr"}, "lang"),
    ],
)
def test_a_wrong_form_is_shown_again_with_what_is_wrong(
    client: httpx.Client, server: SmtpServer, asked: dict[str, str], said: str
) -> None:
    answer = client.post("/mail", data={"email": "a@example.org"} | asked)
    assert answer.status_code == 422
    assert said in LexborHTMLParser(answer.text).css_first(".trouble").text()
    assert LexborHTMLParser(answer.text).css_first("#email").attributes["value"] == (
        asked.get("email") or "a@example.org"
    )


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, b"email=b@example.org", 403),
        ({"Sec-Fetch-Site": "same-site"}, b"email=b@example.org", 403),
        ({"Origin": "https://evil.example"}, b"email=b@example.org", 403),
        ({"Origin": "null"}, b"email=b@example.org", 403),
        ({"Content-Type": "application/json"}, b'{"email": "b@example.org"}', 415),
        ({}, b"email=\xff", 400),
        ({}, b"&".join([b"a=1"] * 700), 400),
    ],
)
def test_what_no_form_of_ours_sends_does_nothing(
    client: httpx.Client, store: Store, headers: dict[str, str], content: bytes, status: int
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    assert client.post("/mail", content=content, headers=form).status_code == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/mail/confirm/aaaaaaaaaaaaaaaaaaaaaaaa", 404),
        ("/mail/confirm/short", 422),
        (f"/mail/leave/sub_{1:024x}/aaaaaaaaaaaaaaaaaaaaaaaa", 200),
        ("/mail?regions=500000", 422),
    ],
)
def test_links_of_nobody(client: httpx.Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_without_its_key_nothing_is_left_and_a_mail_program_comes_again(
    store: Store, server: SmtpServer, tmp_path: Path
) -> None:
    id, word = f"sub_{'a' * 24}", "w" * 32
    secret = Mailbox("reader@example.org", word).sealed(Vault(Settings(data_dir=tmp_path, secret_key=KEY)))
    with store.begin() as tx:
        now = datetime.now(UTC)
        made = Subscription(id, "r…@example.org", secret, Filter(), now, channel=Channel.MAIL)
        subscriptions.add(tx, made)
    leave, one_click = f"/mail/leave/{id}/{word}", {"List-Unsubscribe": "One-Click"}
    settings = {"data_dir": tmp_path, **server.settings()}
    for lost in ({"secret_key": SecretStr("another" * 6)}, {}):  # rotated; or its file is gone
        with served(store, **settings, **lost) as url:
            for answer in (httpx.post(f"{url}{leave}", data=one_click), httpx.get(f"{url}{leave}")):
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "3600")
                assert "密封" in answer.text
                assert str(tmp_path) not in answer.text
    assert [one.id for one in endpoints.list(store)] == [id]
    with served(store, secret_key=KEY, **settings) as url:
        assert httpx.post(f"{url}{leave}", data=one_click).status_code == 200
    assert endpoints.list(store) == []


def test_a_key_that_cannot_be_read_is_no_fault_of_the_form(
    store: Store, server: SmtpServer, tmp_path: Path
) -> None:
    (tmp_path / "secret.key").mkdir()
    with served(store, data_dir=tmp_path, **server.settings()) as url:
        answer = httpx.post(f"{url}/mail", data={"email": "reader@example.org"})
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_who_sends_many_forms_waits_and_where_it_is_off_it_says_so(store: Store, server: SmtpServer) -> None:
    settings: dict[str, Any] = {"secret_key": KEY, **server.settings()}
    with served(store, **settings) as url:
        answers = [httpx.post(f"{url}/mail", data={"email": "nobody"}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert int(answers[-1].headers["retry-after"]) <= 60
    with served(store) as url:
        page = httpx.get(f"{url}/mail")
        assert page.status_code == 200
        assert "<form" not in page.text
        assert "GONGBAO_MAIL_HOST" in page.text
        assert httpx.post(f"{url}/mail", data={"email": "a@example.org"}).status_code == 503
