"""The operator's pages over HTTP: who may, what is done, and what another site can make a browser do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select, update

from alerts.delivery import endpoints
from alerts.delivery.fanout import fan_out
from alerts.web.http import api_tokens
from alerts.web.http.sessions import COOKIE
from ingest.model import DeliveryState
from ingest.store import subscriptions, switches, tokens
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.site_server import served, stored
from tests.support.subscribers import report_event, subscribe, tell

NOW = datetime(2026, 1, 20, tzinfo=UTC)
KEY = SecretStr("k" * 40)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SOURCE = """
slug = "try-one"
name = "试验区人民政府"
kind = "portal"
family = "trs"
region = "500106"
home = "http://127.0.0.1:1/"
enabled = {enabled}
verified = 2026-01-01

[[lists]]
url = "http://127.0.0.1:1/list.html"
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stored(tmp_path / "data", seeded=False) as store:
        yield store


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "try-one.toml").write_text(SOURCE.format(enabled="true"), encoding="utf-8")
    with served(store, secret_key=KEY, sources_dir=folder, allow_hosts=("127.0.0.1",)) as url:
        yield url


@contextmanager
def log_in(site: str, store: Store) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, follow_redirects=True) as client:
        answer = client.post("/operate/login", data={"token": api_tokens.make(store, "wei", NOW)})
        assert answer.status_code == 200, answer.text
        assert answer.url.path == "/operate"
        yield client


def word(client: httpx.Client, path: str = "/operate") -> str:
    found = LexborHTMLParser(client.get(path).text).css_first("input[name=form]")
    return str(found.attributes["value"])


def test_nobody_gets_in_without_a_token(site: str, store: Store) -> None:
    with httpx.Client(base_url=site) as client:
        page = client.get("/operate/login")
        assert page.status_code == 404
        assert "gongbao token add" in page.text
        assert "<form" not in page.text.partition("<main")[2]
        api_tokens.make(store, "wei", NOW)
        assert 'type="password"' in client.get("/operate/login").text
        for path in ("", "/sources", "/endpoints/x", "/deliveries/1"):
            answer = client.get(f"/operate{path}")
            assert (answer.status_code, answer.headers["location"]) == (303, "/operate/login"), path
            assert "set-cookie" not in answer.headers
        for path in (
            "/endpoints",
            "/endpoints/x/remove",
            "/endpoints/x/test",
            "/sources/try-one/off",
            "/logout",
        ):
            assert client.post(f"/operate{path}", data={"form": "x"}).status_code == 303, path
        wrong = [client.post("/operate/login", data={"token": f"gongbao_{n}"}) for n in range(6)]
        assert [answer.status_code for answer in wrong] == [403] * 5 + [429]


def test_the_cookie_is_guarded_and_a_session_ends(site: str, store: Store) -> None:
    with log_in(site, store) as client:
        [cookie] = client.cookies.jar
        assert (cookie.name, cookie.path, cookie.secure) == (COOKIE, "/operate", False)
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "strict"
        page = client.get("/operate")
        assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "same-origin")
        assert cookie.value not in page.text
        with store.read() as tx:
            [(digest, expires_at)] = tx.execute(
                select(t.operator_sessions.c.digest, t.operator_sessions.c.expires_at)
            )
        assert digest != cookie.value
        assert expires_at - datetime.now(UTC) <= timedelta(hours=12)
        with store.begin() as tx:
            tx.execute(update(t.operator_sessions).values(expires_at=datetime.now(UTC)))
        assert client.get("/operate").url.path == "/operate/login", "it is over"
    with log_in(site, store) as client:
        kept = client.cookies[COOKIE]
        client.post("/operate/logout", data={"form": word(client)})
        assert COOKIE not in client.cookies
        stolen = httpx.get(f"{site}/operate", cookies={COOKIE: kept})
        assert stolen.status_code == 303, "logged out is logged out, for a copy of the cookie too"
    with log_in(site, store) as client:
        with store.begin() as tx:
            for token in tokens.all(tx):
                tokens.remove(tx, token.id)
        assert client.get("/operate").url.path == "/operate/login", "without its token there is no session"


@pytest.mark.parametrize(
    ("settings", "headers"),
    [({"api_writes": "off"}, {}), ({"api_writes": "loopback"}, {"X-Forwarded-For": "203.0.113.9"})],
)
def test_where_writing_is_closed_so_are_these_pages(
    store: Store, settings: dict[str, str], headers: dict[str, str]
) -> None:
    with served(store, **settings) as url:
        assert httpx.get(f"{url}/operate/login", headers=headers).status_code == 403
        assert httpx.post(f"{url}/operate/login", data={"token": "x"}, headers=headers).status_code == 403


def test_over_https_the_cookie_is_for_https(store: Store) -> None:
    token = api_tokens.make(store, "wei", NOW)
    with served(store, base="https://x.example/gongbao") as url:
        answer = httpx.post(f"{url}/operate/login", data={"token": token}, headers={"Host": "x.example"})
    assert answer.headers["location"] == "/gongbao/operate"
    said = answer.headers["set-cookie"].lower()
    assert all(part in said for part in ("secure", "httponly", "samesite=strict", "path=/gongbao/operate"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_does_nothing_with_the_cookie_of_who_looks_at_it(
    site: str, store: Store, headers: dict[str, str]
) -> None:
    subscribe(store, "https://hooks.example.org/x", "sub_hook")
    with log_in(site, store) as client:
        form = word(client)
        for path, said in (
            ("/operate/endpoints/sub_hook/pause", {}),
            ("/operate/endpoints/sub_hook/remove", {"sure": "true"}),
            ("/operate/endpoints", {"url": "https://evil.example/"}),
            ("/operate/sources/try-one/off", {}),
        ):
            assert client.post(path, data={"form": form, **said}, headers=headers).status_code == 403, path
            assert client.post(path, data=said or {"a": "b"}).status_code == 403, (
                "without the word of the form"
            )
            assert client.post(path, data={"form": "0" * 64, **said}).status_code == 403
        assert client.post("/operate/endpoints/sub_hook/pause", json={"form": form}).status_code == 415
    [kept] = endpoints.list(store)
    assert (kept.id, kept.paused_at) == ("sub_hook", None)
    with store.read() as tx:
        assert switches.switches(tx) == {}


def test_the_life_of_an_endpoint_by_buttons(site: str, store: Store) -> None:
    with log_in(site, store) as client:
        form = word(client)
        asked = {
            "form": form,
            "url": "https://hooks.example.org/x",
            "region": "沙坪坝区、Chongqing",
            "type": "report.*",
        }
        made = client.post("/operate/endpoints", data=asked)
        secret = LexborHTMLParser(made.text).css_first(".secret").text()
        assert secret.startswith("whsec_")
        [kept] = endpoints.list(store)
        assert kept.filter.regions == ("500000", "500106")
        wrong = client.post("/operate/endpoints", data={**asked, "url": "http://10.0.0.1/"})
        assert wrong.status_code == 422
        assert "not a public address" in wrong.text
        assert client.post("/operate/endpoints", data={**asked, "indicator": "gdpx"}).status_code == 422
        page = f"/operate/endpoints/{kept.id}"
        assert secret not in client.get(page).text, "shown once"

        assert "已暂停" in client.post(f"{page}/pause", data={"form": form}).text
        assert endpoints.find(store, kept.id).paused_at is not None
        assert "已恢复" in client.post(f"{page}/resume", data={"form": form}).text
        assert client.post(f"{page}/enable", data={"form": form}).status_code == 409
        rotated = client.post(f"{page}/rotate", data={"form": form})
        assert LexborHTMLParser(rotated.text).css_first(".secret").text() != secret

        tell(store, report_event(1, datetime.now(UTC)))
        fan_out(store, datetime.now(UTC))
        with store.begin() as tx:
            [one] = subscriptions.deliveries(tx, kept.id)
            subscriptions.attempted(
                tx, one.id, NOW, state=DeliveryState.DEAD, next_attempt_at=None, status=500,
                error="status 500", seconds=0.25,
            )  # fmt: skip
        assert "status 500" in client.get(page).text
        assert client.get(f"{page}?state=done").text.count("/operate/deliveries/") == 0
        detail = client.get(f"/operate/deliveries/{one.id}").text
        assert "0.25" in detail
        assert client.get("/operate/deliveries/999").status_code == 404
        for said in ({"dead": "true"}, {"from": "1"}, {"event": report_event(1).id}):
            assert "1 份待送" in client.post(f"{page}/replay", data={"form": form, **said}).text
        assert client.post(f"{page}/replay", data={"form": form}).status_code == 409
        for number in ("x", "0", "1" + "0" * 30, "9" * 5000):
            assert client.post(f"{page}/replay", data={"form": form, "from": number}).status_code == 409

        assert client.post(f"{page}/remove", data={"form": form}).status_code == 409
        assert "已删除" in client.post(f"{page}/remove", data={"form": form, "sure": "true"}).text
        assert endpoints.list(store) == []
        assert client.get(page).status_code == 404


def test_a_test_is_sent_and_its_answer_shown(site: str, store: Store) -> None:
    subscribe(store, "http://127.0.0.1:1/hook", "sub_hook")
    with log_in(site, store) as client:
        answer = client.post("/operate/endpoints/sub_hook/test", data={"form": word(client)})
        assert answer.status_code == 200
        assert re.search("测试：.*no connection", answer.text)


def test_sources_are_switched_and_looked_at(site: str, store: Store) -> None:
    with log_in(site, store) as client:
        form = word(client)
        assert "try-one" in client.get("/operate/sources?q=试验").text
        assert "try-one" not in client.get("/operate/sources?q=elsewhere").text
        shown = client.post("/operate/sources/try-one/off", data={"form": form, "q": "试验"})
        assert str(shown.url).endswith("/operate/sources?q=%E8%AF%95%E9%AA%8C&done=off")
        with store.read() as tx:
            assert switches.switches(tx) == {"try-one": False}
        assert "开启" in shown.text
        client.post("/operate/sources/try-one/on", data={"form": form})
        with store.read() as tx:
            assert switches.switches(tx) == {}, "as its file says"
        assert client.post("/operate/sources/try-one/look", data={"form": form}).status_code == 200
        assert client.post("/operate/sources/nobody/on", data={"form": form}).status_code == 404
        english = LexborHTMLParser(client.get("/operate/sources?lang=en").text)
        assert english.css_first("h1").text() == "Sources"
        assert english.css_first("nav [aria-current]").text() == "Sources"
        assert [head.text() for head in english.css("th.count")] == ["Lists"]
