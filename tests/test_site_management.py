"""Subscriptions and deliveries over HTTP: who may, what is done, cursors, CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import Request
from jsonschema import Draft202012Validator
from pydantic import SecretStr
from sqlalchemy import select

from alerts.delivery import endpoints
from alerts.delivery.fanout import fan_out
from alerts.delivery.vault import Vault
from alerts.listing import lists
from alerts.listing.table import Format, pieces
from alerts.web.api import event_schemas
from alerts.web.api.cursor import after_cursor, after_figure_cursor, after_id_cursor, id_cursor, next_cursor
from alerts.web.http import api_tokens
from alerts.web.http.access import is_local
from ingest.model import DeliveryState, Filter
from ingest.settings import Settings
from ingest.store import subscriptions
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.store.tokens import Token
from tests.support.receiver import Behaviour, Receiver, reset, status
from tests.support.site_data import START
from tests.support.site_server import served, stored
from tests.support.subscribers import report_event, subscribe, tell

NOW = datetime(2026, 1, 20, tzinfo=UTC)
KEY = SecretStr("k" * 40)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stored(tmp_path) as store:
        yield store


@pytest.fixture
def client(store: Store) -> Iterator[httpx.Client]:
    token = api_tokens.make(store, "test", NOW)
    with (
        served(store, secret_key=KEY) as url,
        httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        yield client


def test_the_life_of_a_subscription(client: httpx.Client, store: Store) -> None:
    asked = {"url": "https://hooks.example.org/x", "regions": ["500000"], "mode": "cloudevents"}
    made = client.post("/subscriptions", json=asked)
    assert made.status_code == 201, made.text
    secret, id_ = made.json()["secret"], made.json()["id"]
    assert secret.startswith("whsec_")
    shown = client.get(f"/subscriptions/{id_}").json()
    assert shown["filter"]["regions"] == ["500000"]
    assert shown["mode"] == "cloudevents"
    again = client.post(f"/subscriptions/{id_}/rotate").json()["secret"]
    with store.read() as tx:
        kept = subscriptions.get(tx, id_)
    assert kept is not None
    assert Vault(Settings(secret_key=KEY)).signing(kept, datetime.now(UTC)) == (again, secret)
    assert client.post(f"/subscriptions/{id_}/pause").json()["paused_at"]
    assert client.post(f"/subscriptions/{id_}/resume").json()["paused_at"] is None
    refused = client.post(f"/subscriptions/{id_}/enable")
    assert refused.status_code == 409
    assert "not disabled" in refused.json()["detail"]
    nothing = client.post(f"/subscriptions/{id_}/replay", json={})
    assert nothing.status_code == 422
    assert "--" not in nothing.json()["detail"]
    replayed = client.post(f"/subscriptions/{id_}/replay", json={"from": 1, "to": 1000})
    assert replayed.json()["due"] > 0
    with store.begin() as tx:
        subscriptions.disable(tx, id_, NOW, "410 Gone")
    refused = client.post(f"/subscriptions/{id_}/replay", json={"from": 1})
    assert refused.status_code == 409, "like all that its state forbids"
    assert "is disabled" in refused.json()["detail"]
    listed = client.get("/subscriptions").text
    assert secret not in listed
    assert again not in listed
    assert client.delete(f"/subscriptions/{id_}").status_code == 204
    assert client.get(f"/subscriptions/{id_}").status_code == 404
    assert client.post(f"/subscriptions/{id_}/pause").status_code == 404


def test_a_key_that_is_wrong_is_not_said_to_be_the_mistake_of_who_asks(store: Store) -> None:
    token = api_tokens.make(store, "test", NOW)
    made = endpoints.add(
        store, Vault(Settings(secret_key=KEY)), "https://hooks.example.org/y", Filter(), NOW
    ).subscription
    with (
        served(store, secret_key=SecretStr("short")) as url,
        httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        for path, asked in (("", {"url": "https://hooks.example.org/x"}), (f"/{made.id}/rotate", None)):
            answer = client.post(f"/subscriptions{path}", json=asked)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "3600")
            assert "GONGBAO" not in answer.text


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"url": "http://127.0.0.1/"}, "GONGBAO_ALLOW_HOSTS"),
        ({"url": "https://x.example/", "types": ["report.eaten"]}, "perhaps report."),
        ({"url": "https://x.example/", "secret": "mine"}, "secret"),
        ({}, "url"),
    ],
)
def test_what_makes_no_sense_is_refused(client: httpx.Client, asked: dict[str, Any], word: str) -> None:
    answer = client.post("/subscriptions", json=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{bad", "body: no JSON: Expecting property name enclosed in double quotes (character 1)"),
        (b"[]", "body: a JSON object is needed, sent as Content-Type: application/json"),
        (b"", "body: a JSON object is needed, sent as Content-Type: application/json"),
        (b'{"url": "https://x.example/", "mode": "mine"}', "mode can be: standard, cloudevents"),
        (b'{"url": "https://x.example/", "types": ["report.published", 1]}', "types.1 has to be text"),
        (b'{"url": "https://x.example/", "types": "target.*"}', "types has to be a list"),
        (b'{"url": "https://x.example/", "headline_only": 1}', "headline_only has to be true or false"),
        (
            b'{"url": "https://x.example/", "types": ["' + b"x" * 101 + b'"]}',
            "types.0 has 100 characters at most",
        ),
        (b'{"url": "https://x.example/", "types": ["\\ud800"]}', "types.0 has to be text"),
        (b'{"urls": "https://x.example/"}', "url is missing; There is no urls"),
    ],
)
def test_what_is_wrong_with_a_body_is_said(client: httpx.Client, body: bytes, detail: str) -> None:
    answer = client.post("/subscriptions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert detail in answer.json()["detail"]


PATHS = ("/subscriptions", "/subscriptions/sub_1", "/deliveries")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["", "Bearer", "Bearer gongbao_" + "0" * 64, "Basic eDp5", "Bearer é"])
def test_without_a_good_token_nothing_is_shown(store: Store, path: str, token: str) -> None:
    api_tokens.make(store, "test", NOW)
    with served(store) as url:
        headers = {"Authorization": token.encode("latin-1")} if token else {}
        answer = httpx.get(f"{url}/api/v1{path}", headers=headers)
        assert answer.status_code == 401
        said = answer.headers["www-authenticate"]
        assert said.startswith("Bearer")
        assert ("invalid_token" in said) == token.startswith("Bearer"), "RFC 6750: what was given is none"
        assert "hooks.example.org" not in answer.text


@pytest.mark.parametrize(
    ("writes", "headers", "code"),
    [
        ("loopback", {}, 200),
        ("loopback", {"X-Forwarded-For": "203.0.113.7"}, 403),
        ("loopback", {"Forwarded": "for=203.0.113.7"}, 403),
        ("anywhere", {"X-Forwarded-For": "203.0.113.7"}, 200),
        ("off", {}, 403),
    ],
)
def test_from_where(store: Store, writes: str, headers: dict[str, str], code: int) -> None:
    token = api_tokens.make(store, "test", NOW)
    with served(store, api_writes=writes) as url:
        sent = {"Authorization": f"Bearer {token}", **headers}
        assert httpx.get(f"{url}/api/v1/subscriptions", headers=sent).status_code == code


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("10.0.0.1", False), ("testclient", False)],
)
def test_is_local(host: str, local: bool) -> None:
    assert is_local(cast(Request, SimpleNamespace(client=SimpleNamespace(host=host), headers={}))) is local


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [
        (status(204), {"accepted": True, "status": 204, "error": None}),
        (status(302, location="/"), {"accepted": False, "status": 302, "error": None}),
        (reset, {"accepted": False, "status": None}),
    ],
    ids=["204", "302", "reset"],
)
def test_a_test_says_what_the_endpoint_said(
    store: Store, tmp_path: Path, behaviour: Behaviour, answer: dict[str, Any]
) -> None:
    async def scenario() -> None:
        async with Receiver(behaviour) as receiver:
            bearer = {"Authorization": f"Bearer {api_tokens.make(store, 'test', NOW)}"}
            with served(store, data_dir=tmp_path, allow_hosts=("127.0.0.1",)) as url:
                async with httpx.AsyncClient(base_url=f"{url}/api/v1") as client:
                    made = (
                        await client.post("/subscriptions", json={"url": receiver.url}, headers=bearer)
                    ).json()
                    said = (await client.post(f"/subscriptions/{made['id']}/test", headers=bearer)).json()
                    assert said | answer == said
                    assert (await client.post("/subscriptions/sub_x/test", headers=bearer)).status_code == 404
                    assert (await client.post(f"/subscriptions/{made['id']}/test")).status_code == 401
            [one] = receiver.received
            schema = event_schemas.schema("webhook.test", url)
            Draft202012Validator(schema).validate(one.verified(made["secret"]))

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/subscriptions", b'{"url": "\xff"}', 400),
        ("/subscriptions", b"{", 422),
        ("/subscriptions", b'{"url": "https://a.example/", "headline_only": 0}', 422),
        ("/subscriptions", b'{"url": "https://a.example/", "official_only": "no"}', 422),
        ("/subscriptions/sub_1/replay", b'{"dead": 1}', 422),
        ("/subscriptions/sub_1/replay", b'{"from": "3"}', 422),
    ],
)
def test_a_body_is_taken_as_it_is_described_or_not_at_all(
    client: httpx.Client, store: Store, path: str, body: bytes, code: int
) -> None:
    subscribe(store, "https://hooks.example.org/x", id="sub_1000")
    json_ = {"content-type": "application/json"}
    answer = client.post(path.replace("sub_1", "sub_1000"), content=body, headers=json_)
    assert (answer.status_code, answer.headers["content-type"]) == (code, "application/problem+json")
    described = client.get("/openapi.json").json()["paths"][f"/api/v1{path.replace('sub_1', '{id}')}"]
    assert str(code) in described["post"]["responses"]


def test_a_token_is_kept_as_its_digest_and_made_first_only_once(store: Store) -> None:
    token = api_tokens.make_first(store, NOW)
    assert token is not None
    assert api_tokens.make_first(store, NOW) is None
    with store.read() as tx:
        [row] = tx.execute(select(t.api_tokens)).all()
    assert token not in str(row)
    kept = [Token(row.id, row.name, row.digest, row.created_at)]
    assert api_tokens.known_token(token, kept) == kept[0]
    assert api_tokens.known_token(token + "0", kept) is None
    assert api_tokens.known_token(token, []) is None
    assert kept[0].digest not in repr(kept[0])


def test_a_delivery_shows_every_attempt(client: httpx.Client, store: Store) -> None:
    subscribe(store, "https://hooks.example.org/x", "sub_tried", at=START)
    tell(store, report_event(1, START))
    fan_out(store, NOW)
    [due, *_] = client.get("/deliveries", params={"subscription": "sub_tried"}).json()["items"]
    wait = timedelta(minutes=5)
    with store.begin() as tx:
        for n, (state, code, error) in enumerate(
            [(DeliveryState.DUE, 500, "status 500"), (DeliveryState.DUE, None, "no answer within 15 s"),
             (DeliveryState.DONE, 204, None)]
        ):  # fmt: skip
            subscriptions.attempted(
                tx, due["id"], NOW + n * wait, state=state, next_attempt_at=NOW + (n + 1) * wait,
                status=code, error=error, seconds=0.12345,
            )  # fmt: skip
    one = client.get(f"/deliveries/{due['id']}").json()
    assert (one["state"], one["attempts"], one["last_status"]) == ("done", 3, 204)
    assert one["event_type"] == due["event_type"] == "report.published"
    assert one["tried"] == [
        {"at": "2026-01-20T00:00:00Z", "status": 500, "error": "status 500", "seconds": 0.123},
        {"at": "2026-01-20T00:05:00Z", "status": None, "error": "no answer within 15 s", "seconds": 0.123},
        {"at": "2026-01-20T00:10:00Z", "status": 204, "error": None, "seconds": 0.123},
    ]
    with store.read() as tx:
        found = subscriptions.delivery(tx, due["id"])
    assert found is not None
    assert (
        "".join(pieces([lists.attempts(found[1])], Format.CSV)).splitlines()[1]
        == "2026-01-20T00:00:00Z,500,status 500,0.123"
    )
    assert client.get("/deliveries/4711").status_code == 404
    assert client.get("/deliveries/0").status_code == 422
    assert client.get("/deliveries?subscription=sub_nobody").status_code == 404


def test_deliveries_come_in_pages_and_as_csv(client: httpx.Client, store: Store) -> None:
    subscribe(store, "https://a.example/", "sub_many")
    tell(store, *(report_event(n) for n in range(25)))
    while fan_out(store, NOW):
        pass
    query: dict[str, Any] = {"subscription": "sub_many", "limit": 10}
    whole, cursor, pages = [], None, 0
    while True:
        page = client.get("/deliveries", params=query | ({"cursor": cursor} if cursor else {})).json()
        whole += [d["id"] for d in page["items"]]
        pages += 1
        if (cursor := page["next_cursor"]) is None:
            break
    assert pages >= 3
    assert whole == sorted(set(whole), reverse=True)
    assert len(whole) >= 25
    text = client.get("/deliveries", params=query | {"format": "csv"}).text
    assert len(list(csv.DictReader(io.StringIO(text)))) == 10
    assert {d["state"] for d in client.get("/deliveries?state=dead").json()["items"]} == {"dead"}


@pytest.mark.parametrize("path", ["/reports", "/targets", "/outcomes", "/sources", "/events"])
def test_csv_by_accept_or_format_says_what_json_says(client: httpx.Client, path: str) -> None:
    told = client.get(path).json()["items"]
    by_format = client.get(path, params={"format": "csv"})
    assert by_format.headers["content-type"].startswith("text/csv")
    assert by_format.text == client.get(path, headers={"Accept": "text/csv"}).text
    assert len(list(csv.DictReader(io.StringIO(by_format.text)))) == len(told) > 0
    both = client.get(path, headers={"Accept": "application/json, text/csv;q=0.5"})
    assert both.headers["content-type"] == "application/json"
    assert client.get(path, params={"format": "xml"}).status_code == 422


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("text/csv;q=0.1, application/json", "application/json"),
        ("application/json;q=0.1, text/csv", "text/csv"),
        ("text/csv, application/json", "text/csv"),
        ("text/csv;q=0", "application/json"),
        ("text/csv;header=present;q=0.9, application/json;q=0.2", "text/csv"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ],
)
def test_accept_is_weighed(client: httpx.Client, accept: str, type_: str) -> None:
    answer = client.get("/targets", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(type_)
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("format_", ["csv", "json"])
@pytest.mark.parametrize("path", ["targets", "outcomes", "reports", "events", "deliveries"])
def test_every_list_says_where_it_goes_on(
    client: httpx.Client, store: Store, path: str, format_: str
) -> None:
    """In a header: a CSV has no other place for it."""
    tell(store, *(report_event(n, START) for n in range(3)))
    subscribe(store, "https://hooks.example.org/x", id="sub_list", at=START - timedelta(days=1))
    fan_out(store, START)
    asked = {"limit": "2", "format": format_} | ({} if path == "deliveries" else {"region": "500000"})

    def items(answer: httpx.Response) -> list[str]:
        if format_ == "csv":
            return answer.text.splitlines()[1:]
        return [str(item) for item in answer.json()["items"]]

    whole = client.get(f"/{path}", params=asked | {"limit": "500"})
    assert "next" not in whole.links
    found, answer = [], client.get(f"/{path}", params=asked)
    found += items(answer)
    while "next" in answer.links:
        answer = client.get(str(answer.url.join(answer.links["next"]["url"])))
        assert answer.status_code == 200
        found += items(answer)
    assert len(found) > 2
    assert found == items(whole)


def test_outcomes(client: httpx.Client) -> None:
    found = client.get("/outcomes", params={"region": "500106", "kind": "work_report"}).json()["items"]
    assert found
    assert {o["year"] for o in found} == {2025}
    assert all(o["quote"] in o["sentence"] for o in found)


def test_reports_by_cursor(client: httpx.Client) -> None:
    whole = [r["key"] for r in client.get("/reports").json()["items"]]
    parts: list[str] = []
    cursor = None
    while True:
        page = client.get("/reports", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        parts += [r["key"] for r in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert parts == whole


@pytest.mark.parametrize("path", ["/targets", "/outcomes", "/targets?headline=true&region=500000"])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_figures_by_cursor(client: httpx.Client, path: str, limit: int) -> None:
    whole = client.get(path).json()
    assert whole["next_cursor"] is None
    parts: list[Any] = []
    cursor = None
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = client.get(path, params=httpx.URL(path).params.merge(query)).json()
        assert 0 < len(page["items"]) <= limit
        parts += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert parts == whole["items"]
    assert len(parts) >= limit


def test_subscriptions_come_in_pages(client: httpx.Client, store: Store) -> None:
    for n in range(7):
        subscribe(store, "https://a.example/", f"sub_page_{n}", at=START + timedelta(seconds=n // 3))
    whole = [s["id"] for s in client.get("/subscriptions").json()["items"]]
    assert len(whole) > 6
    parts: list[str] = []
    cursor = None
    while True:
        page = client.get(
            "/subscriptions", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
        ).json()
        parts += [s["id"] for s in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert parts == whole
    assert client.get("/subscriptions", params={"cursor": "MjAyNg"}).status_code == 422


@pytest.mark.parametrize("path", ["/targets", "/outcomes", "/deliveries", "/reports"])
@pytest.mark.parametrize("cursor", [next_cursor(START, 1, 2), next_cursor(START, 2**62), "MjAyNg"])
def test_a_cursor_of_another_list_is_refused(client: httpx.Client, path: str, cursor: str) -> None:
    assert client.get(path, params={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("cursor", ["x", "====", "MjAyNg", "é", next_cursor(START, 5)[:-4] + "!!"])
def test_a_cursor_that_is_none_is_refused(client: httpx.Client, cursor: str) -> None:
    answer = client.get("/reports", params={"cursor": cursor})
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


def test_a_cursor_comes_back_as_it_went() -> None:
    at = START + timedelta(microseconds=7)
    assert after_cursor(next_cursor(at, 12)) == (at, 12)
    assert after_figure_cursor(next_cursor(at, 12, 0, 7)) == (at, 12, 0, 7)
    assert after_id_cursor(id_cursor(at, "sub_1")) == (at, "sub_1")
