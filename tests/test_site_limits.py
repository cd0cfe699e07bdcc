"""How often one address may ask, and that no page of another site may read: the rate limit; CORS is off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from alerts.web.http import api_tokens
from alerts.web.http.rate_limit import CLIENTS, Buckets, client_of
from ingest.errors import ConfigError
from ingest.settings import Settings, load_settings
from ingest.store.db import Store
from tests.support.site_server import served, stored


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("limits")) as store:
        yield store


# --- the bucket ------------------------------------------------------------------------------


def test_a_bucket_is_emptied_at_once_and_filled_by_time() -> None:
    buckets = Buckets(rate=2.0)
    assert [buckets.wait("a", 100.0) for _ in range(20)] == [0.0] * 20
    assert buckets.wait("a", 100.0) == 0.5
    assert buckets.wait("b", 100.0) == 0.0  # another address
    assert buckets.wait("a", 100.25) == 0.25  # asking in vain costs nothing
    assert buckets.wait("a", 100.5) == 0.0
    assert buckets.wait("a", 100.5) == 0.5
    assert [buckets.wait("a", 9999.0) for _ in range(21)] == [0.0] * 20 + [0.5]


def test_a_slow_rate_has_one_at_once() -> None:
    buckets = Buckets(rate=0.01)
    assert buckets.wait("a", 0.0) == 0.0
    assert buckets.wait("a", 0.0) == pytest.approx(100.0)


def test_not_more_addresses_are_remembered_than_fit() -> None:
    buckets = Buckets(rate=0.1)
    for n in range(CLIENTS + 50):
        assert buckets.wait(str(n), 0.0) == 0.0
    assert len(buckets._left) == CLIENTS
    assert buckets.wait(str(CLIENTS + 49), 0.0) > 0


@pytest.mark.parametrize(
    ("client", "known_as"),
    [
        (("203.0.113.7", 4711), "203.0.113.7"),
        (("::ffff:203.0.113.7", 1), "203.0.113.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 1), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("testclient", 1), "testclient"),
        (None, ""),
    ],
)
def test_an_address_of_ipv6_counts_with_its_64(client: Any, known_as: str) -> None:
    assert client_of({"client": client}) == known_as


# --- over HTTP -------------------------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_back(store: Store) -> None:
    with served(store, api_rate=0.1) as url, httpx.Client(base_url=url) as client:
        assert client.get("/api/v1/reports").status_code == 200
        for answer in (
            client.get("/api/v1/targets"),
            client.get("/api/v1/nothing"),
            client.post("/api/v1/x"),
        ):
            assert answer.status_code == 429
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["title"] == "Too Many Requests"
            assert "GONGBAO_API_RATE" in answer.json()["detail"]
            assert 1 <= int(answer.headers["retry-after"]) <= 10
            assert answer.headers["x-content-type-options"] == "nosniff"
        head = client.head("/api/v1/reports")
        assert (head.status_code, head.content) == (429, b"")
        for path in ("/feed.atom", "/", "/healthz", "/schemas/index.json"):  # another rate
            assert client.get(path).status_code == 200


def test_feeds_and_pages_have_a_rate_of_their_own(store: Store) -> None:
    with served(store, page_rate=0.1) as url, httpx.Client(base_url=url) as client:
        assert client.get("/feed.atom").status_code == 200
        for path in (
            "/feed.atom",
            "/feeds/x.json",
            "/",
            "/status",
            "/reports/x",
            "/evidence/1",
            "/feeds.opml",
        ):
            answer = client.get(path)
            assert (path, answer.status_code) == (path, 429)
            assert "GONGBAO_PAGE_RATE" in answer.json()["detail"]
            assert 1 <= int(answer.headers["retry-after"]) <= 10
        for path in ("/healthz", "/readyz", "/healthz", "/readyz", "/api/v1/reports", "/api/v1/sources"):
            assert client.get(path).status_code == 200


READERS = [f"203.0.113.{n}" for n in range(40)]


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.1", {200}), ("192.0.2.1", {200, 429})])
def test_readers_behind_a_proxy_that_is_known_have_a_rate_each(
    store: Store, monkeypatch: pytest.MonkeyPatch, proxies: str, status: set[int]
) -> None:
    """FORWARDED_ALLOW_IPS names the proxies whose word is taken; here the test is one, at 127.0.0.1."""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", proxies)
    with served(store, page_rate=0.2) as url, httpx.Client(base_url=url) as client:
        answers = {client.get("/feeds.opml", headers={"X-Forwarded-For": r}).status_code for r in READERS}
    assert answers == status


def test_0_lifts_it(store: Store) -> None:
    with served(store, api_rate=0) as url, httpx.Client(base_url=url) as client:
        assert {client.get("/api/v1/sources").status_code for _ in range(30)} == {200}


def test_by_default_ten_seconds_worth_may_come_at_once(store: Store) -> None:
    with served(store) as url, httpx.Client(base_url=url) as client:
        assert {client.get("/api/v1/sources").status_code for _ in range(60)} == {200}


def test_it_is_in_the_openapi_document(store: Store) -> None:
    with served(store) as url:
        paths = httpx.get(f"{url}/api/v1/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            there = "429" in operation["responses"]
            assert there is (path not in ("/healthz", "/readyz")), (method, path)


# --- CORS ------------------------------------------------------------------------------------

ORIGIN = {"Origin": "https://elsewhere.example"}
PATHS = [
    "/api/v1/reports",
    "/api/v1/events",
    "/api/v1/subscriptions",
    "/feed.json",
    "/schemas/index.json",
    "/",
]


def cors(answer: httpx.Response) -> list[str]:
    return [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_of_another_site_may_read(store: Store, path: str) -> None:
    token = api_tokens.make(store, path, datetime.now(UTC))
    with served(store) as url, httpx.Client(base_url=url) as client:
        answer = client.get(path, headers=ORIGIN | {"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert cors(answer) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_preflight_is_not_granted(store: Store, path: str, method: str) -> None:
    asked = ORIGIN | {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    with served(store) as url:
        answer = httpx.options(f"{url}{path}", headers=asked)
        assert answer.status_code == 405
        assert cors(answer) == []


MAPS = "https://maps.example"


@pytest.mark.parametrize(("named", "origin"), [((MAPS, "https://x.example"), MAPS), (("*",), "*")])
def test_a_page_of_a_named_origin_may_read_and_no_more(
    store: Store, named: tuple[str, ...], origin: str
) -> None:
    with served(store, api_origins=named) as url, httpx.Client(base_url=url) as client:
        for path in ("/api/v1/reports", "/feed.json", "/schemas/index.json"):
            answer = client.get(path, headers={"Origin": MAPS})
            assert answer.headers["access-control-allow-origin"] == origin
            assert "access-control-allow-credentials" not in answer.headers
            assert "content-security-policy" in answer.headers
        asked = {"Origin": MAPS, "Access-Control-Request-Method": "GET"}
        assert client.options("/feed.json", headers=asked).status_code == 200
        token = asked | {"Access-Control-Request-Headers": "authorization"}
        assert client.options("/api/v1/subscriptions", headers=token).status_code == 400
        for method in ("POST", "DELETE"):
            more = asked | {"Access-Control-Request-Method": method}
            assert client.options("/api/v1/subscriptions", headers=more).status_code == 400
        if "*" not in named:
            assert "access-control-allow-origin" not in client.get("/feed.json", headers=ORIGIN).headers


def test_origins_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBAO_API_ORIGINS", f"{MAPS}, https://x.example")
    assert Settings().api_origins == (MAPS, "https://x.example")


@pytest.mark.parametrize("named", ["https://x.example/", "x.example", "https://*.example", "null"])
def test_what_no_browser_calls_an_origin_is_refused(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("GONGBAO_API_ORIGINS", f"{MAPS},{named}")
    with pytest.raises(ConfigError, match=r"API_ORIGINS.*is no origin"):
        load_settings()
