"""What the web server does with clients that mean it no good: bodies, silence, names, values."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from select import POLLERR, POLLHUP, poll
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from alerts.web.api.cursor import id_cursor, next_cursor
from alerts.web.http import api_tokens, request_body
from alerts.web.http.connections import Connections
from alerts.web.http.hosts import allowed_hosts, is_host
from alerts.web.pages import evidence
from alerts.words.safe_text import clean
from ingest.filters import MOST
from ingest.reading import read_document
from ingest.regions.gazetteer import divisions
from ingest.settings import Settings
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.site_server import served, stored

NOW = datetime(2026, 1, 20, tzinfo=UTC)
KEY = SecretStr("k" * 40)
WAIT = 30.0  # seconds that a test waits for what is about to come at once


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("hostile")) as store:
        yield store


@pytest.fixture(scope="module")
def token(store: Store) -> str:
    return api_tokens.make(store, "hostile", NOW)


def connect(url: str) -> socket.socket:
    where = urlsplit(url)
    assert where.hostname
    assert where.port
    return socket.create_connection((where.hostname, where.port), timeout=WAIT)


def everything(sock: socket.socket) -> bytes:
    """All that comes until the other side closes, in good order or not."""
    parts = []
    with contextlib.suppress(ConnectionError):
        while piece := sock.recv(65536):
            parts.append(piece)
    return b"".join(parts)


# --- request lines ---------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_a_name_as_it_is_typed_in_an_address_is_understood(store: Store, step: int) -> None:
    """As curl sends it."""
    request = "GET /search?q=工作报告 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Name: 重庆\r\n\r\n".encode()
    with served(store) as url, connect(url) as sock:
        for start in range(0, len(request), step):
            sock.sendall(request[start : start + step])
        answer = sock.recv(65536)
    assert answer.partition(b"\r\n")[0] == b"HTTP/1.1 200 OK"


# --- bodies ----------------------------------------------------------------------------------

CHUNK = b"10000\r\n" + b" " * 65536 + b"\r\n"


def pour(url: str, path: str, *headers: str, chunks: int = 1600) -> tuple[int, bytes]:
    """Send a body in chunks, 64 kB each, for as long as anybody takes it: how many were taken, the answer."""
    with connect(url) as sock:
        head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *headers]
        sock.sendall("\r\n".join([*head, "Transfer-Encoding: chunked", "", ""]).encode())
        sent = 0
        with contextlib.suppress(ConnectionError):
            for _ in range(chunks):
                sock.sendall(CHUNK)
                sent += 1
        return sent, everything(sock)


@pytest.mark.parametrize("writes", ["loopback", "off"])
def test_nothing_is_read_for_who_has_no_token(store: Store, writes: str) -> None:
    """100 MB without a token: the answer comes first, and the connection is closed upon it."""
    with served(store, api_writes=writes) as url:
        sent, _ = pour(url, "/api/v1/subscriptions")
        assert sent < 200  # what buffers of the two sides hold, and no more
        with connect(url) as sock:  # who waits for the answer before the body has it
            sock.sendall(
                b"POST /api/v1/subscriptions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            answer = everything(sock)
    assert answer.startswith(b"HTTP/1.1 401" if writes == "loopback" else b"HTTP/1.1 403")
    assert b"connection: close" in answer.lower()


def test_a_body_is_bounded_while_it_comes(store: Store, token: str) -> None:
    authorized = f"Authorization: Bearer {token}"
    with served(store, secret_key=KEY) as url:
        sent, _ = pour(url, "/api/v1/subscriptions", authorized)
        assert sent < 200
        body = b" " * (request_body.LIMIT + 1)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        declared = httpx.post(f"{url}/api/v1/subscriptions", content=body, headers=headers)
        assert declared.status_code == 413
        assert declared.json()["title"] == "Content Too Large"
        chunked = httpx.post(f"{url}/api/v1/subscriptions", content=iter([body]), headers=headers)
        assert chunked.status_code == 413
        asked = {"url": "https://hooks.example.org/bounded"}
        padded = json.dumps(asked).encode().ljust(request_body.LIMIT)
        made = httpx.post(f"{url}/api/v1/subscriptions", content=padded, headers=headers)
        assert made.status_code == 201


def test_a_body_must_be_there_in_time(store: Store, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "DEADLINE", 0.2)
    with served(store, secret_key=KEY) as url, connect(url) as sock:
        sock.sendall(
            b"POST /api/v1/subscriptions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\nContent-Length: 40\r\n"
            b"Authorization: Bearer " + token.encode() + b"\r\n\r\n{"
        )
        answer = everything(sock)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in answer


# --- connections -----------------------------------------------------------------------------


def test_half_open_connections_keep_nobody_out(store: Store) -> None:
    """As many as there may be, and more: who asks at once is served, and who waits longest has to go."""
    with served(store, connections=Connections(20)) as url, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connect(url)) for _ in range(60)]
        for sock in idle:
            with contextlib.suppress(ConnectionError):
                sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        for _ in range(5):
            assert httpx.get(f"{url}/healthz", timeout=WAIT).status_code == 200
        assert everything(idle[0]) == b""  # broken off


def test_who_is_at_work_is_not_broken_off(store: Store) -> None:
    with served(store, connections=Connections(16)) as url, contextlib.ExitStack() as stack:
        streams = []
        for _ in range(16):
            sock = stack.enter_context(connect(url))
            sock.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert sock.recv(65536).startswith(b"HTTP/1.1 200")
            streams.append(sock)
        assert everything(stack.enter_context(connect(url))) == b""  # there is no room for one more
        streams.pop().close()
        with connect(url) as sock:
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert everything(sock).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: 127", b"POST /x"])
def test_a_head_must_be_there_in_time(store: Store, begun: bytes) -> None:
    with served(store, connections=Connections(20, head_deadline=0.2)) as url, connect(url) as sock:
        sock.sendall(begun)
        assert everything(sock) == b""


def test_so_must_the_next_one_on_the_same_connection(store: Store) -> None:
    with served(store, connections=Connections(20, head_deadline=0.5)) as url, connect(url) as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /healthz HTTP/1.1\r\nHo")
        answers = everything(sock)
    assert answers.count(b"HTTP/1.1 200") == 1


def test_requests_that_are_sent_ahead_are_answered(store: Store) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with served(store) as url, connect(url) as sock:
        sock.sendall(one * 3 + last)
        assert everything(sock).count(b"HTTP/1.1 200") == 4


def test_a_client_that_takes_no_answer_is_broken_off(store: Store) -> None:
    connections = Connections(20, head_deadline=0.2, write_deadline=0.3)
    with served(store, connections=connections, page_rate=0) as url, connect(url) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        ask = b"GET /static/gongbao.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        sock.sendall(ask * 1000)  # 40 MB of answers; nothing is read here
        end = poll()
        end.register(sock, 0)  # only for errors and the end
        [(_, what)] = end.poll(WAIT * 1000)
        assert what & (POLLERR | POLLHUP)


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("127.0.0.1:8700", 200),
        ("[::1]:8700", 200),
        ("192.0.2.7", 200),
        ("localhost:8700", 200),
        ("LOCALHOST.", 200),
        ("gazette.example", 200),
        ("inside:8700", 200),
        ("xn--55qt33b.example:8700", 200),
        ("evil.example", 421),
        ("evil.example:8700", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("localhost/../evil", 421),
        ("[::1", 421),
        ("localhost:port", 421),
        ("", 421),
    ],
)
def test_it_answers_to_its_own_names(header: str, status: int) -> None:
    settings = Settings(public_url="https://gazette.example/x", web_hosts=("inside", "公报.example:8443"))
    assert is_host(header, allowed_hosts(settings)) is (status == 200)


def test_a_page_that_leads_its_own_name_here_reads_nothing(store: Store) -> None:
    with served(store) as url:
        for path in ("/", "/api/v1/reports", "/feed.atom", "/healthz", "/static/gongbao.css"):
            answer = httpx.get(f"{url}{path}", headers={"Host": "evil.example"})
            assert answer.status_code == 421
            assert "GONGBAO_WEB_HOSTS" in answer.json()["detail"]
            assert httpx.get(f"{url}{path}").status_code == 200
    with served(store, web_hosts=("*",)) as url:
        assert httpx.get(f"{url}/", headers={"Host": "any.example"}).status_code == 200


def test_two_hosts_are_none(store: Store) -> None:
    with served(store) as url, connect(url) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        assert everything(sock).split(b" ")[1] in (b"400", b"421")


# --- what a browser is told ------------------------------------------------------------------

NOTHING_BUT_OURS = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
NOTHING_AT_ALL = {"sandbox": [], "default-src": ["'none'"], "frame-ancestors": ["'none'"]}


def policy(answer: httpx.Response) -> dict[str, list[str]]:
    """The Content-Security-Policy of an answer that has one, once."""
    [header] = answer.headers.get_list("content-security-policy")
    return {name: sources for name, *sources in (part.split() for part in header.split(";"))}


def test_every_answer_lets_no_script_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the answer is: a page, a feed, a file, an error, a refusal."""
    with store.read() as tx:
        of_one = select(t.reports.c.key, t.versions.c.content_hash).join(
            t.versions, t.versions.c.report_id == t.reports.c.id
        )
        report, text = tx.execute(of_one.limit(1)).one()
    with served(store) as url, httpx.Client(base_url=url) as client:
        for path, status in {
            "/": 200,
            "/status": 200,
            f"/reports/{report}": 200,
            f"/reports/{report}/compare?from={text}&to={text}": 200,
            "/feed.atom": 200,
            "/feeds.opml": 200,
            "/api/v1/reports": 200,
            "/schemas/index.json": 200,
            "/static/gongbao.css": 200,
            "/static/icon.svg": 200,
            "/healthz": 200,
            "/nothing": 404,
            "/static/nothing": 404,
            "/?page=0": 422,
            "/api/v1/subscriptions": 401,
            "/feed.atom/": 308,
        }.items():
            answer = client.get(path)
            assert (path, answer.status_code) == (path, status)
            assert policy(answer) == NOTHING_BUT_OURS, path
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert policy(client.get("/", headers={"Host": "evil.example"})) == NOTHING_BUT_OURS
        monkeypatch.setattr("ingest.store.overview.counts", None)
        failed = client.get("/status")
        assert (failed.status_code, policy(failed)) == (500, NOTHING_BUT_OURS)
        assert failed.headers["connection"] == "close"
        monkeypatch.undo()
    with served(store, page_rate=0.01) as url, httpx.Client(base_url=url) as client:
        client.get("/")
        refused = client.get("/")
        assert (refused.status_code, policy(refused)) == (429, NOTHING_BUT_OURS)


def test_bytes_of_others_may_not_even_be_shown(store: Store) -> None:
    assert evidence.HEADERS["Content-Security-Policy"].split("; ") == [
        " ".join([name, *sources]) for name, sources in NOTHING_AT_ALL.items()
    ]


# --- what turns a page around ----------------------------------------------------------------

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def test_what_turns_text_around_leaves_a_title() -> None:
    for before, after in ((TURNING, ""), ("", TURNING), (TURNING, "&#x202E;&#8238;&rlm;")):
        title = f"2026年巴南区{before}政府{after}工作报告"
        page = (
            f"<html><head><title>{title}</title><meta name='ArticleTitle' content='{title}'></head>"
            f"<body><h1>{title}</h1><div>{'地区生产总值增长6%左右。' * 40}</div></body></html>"
        )
        reading = read_document(page.encode(), "https://banan.example/1.html")
        assert reading.identity.title == reading.article.title == "2026年巴南区政府工作报告"


def test_what_turns_text_around_is_in_no_page_and_no_feed(tmp_path: Path) -> None:
    with stored(tmp_path) as store, served(store) as url:
        with store.begin() as tx:
            report = tx.scalars(select(t.reports.c.key)).first()
            tx.execute(update(t.reports).values(title=f"政府{TURNING}工作报告", region_name=f"巴{TURNING}南"))
        for path in ("/", f"/reports/{report}", "/feed.atom", "/feed.rss"):
            answer = httpx.get(f"{url}{path}")
            assert answer.status_code == 200
            assert not set(TURNING) & set(answer.text)
    assert clean(f"a{TURNING}b") == "ab"


# --- trailing slashes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/feed.atom/", "/gazette/feed.atom"),
        ("/feed.atom/?region=500000&lang=en", "/gazette/feed.atom?region=500000&lang=en"),
        ("/api/v1/reports//", "/gazette/api/v1/reports"),
        ("//evil.example/", "/gazette/evil.example"),
        ("/%5Cevil.example/", "/gazette/%5Cevil.example"),
        ("/a%0d%0aSet-Cookie:%20x/", "/gazette/a%0D%0ASet-Cookie%3A%20x"),
    ],
)
def test_a_trailing_slash_leads_to_the_address_of_the_world(store: Store, asked: str, location: str) -> None:
    """As a proxy asks: by an inner name, without https and without the path that the world knows."""
    with served(store, base="https://gazette.example/gazette") as url, connect(url) as sock:
        sock.sendall(f"GET {asked} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head = everything(sock).partition(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith("http/1.1 308")
    assert f"location: {location.lower()}\r\n" in f"{head}\r\n"


# --- values ----------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["types", "indicators", "regions", "kinds", "url", "mode"])
def test_a_lone_surrogate_is_refused_and_nothing_is_made(store: Store, token: str, field: str) -> None:
    asked: dict[str, Any] = {"url": "https://hooks.example.org/x", field: "\ud800"}
    if field.endswith("s"):
        asked[field] = ["gdp", "\ud800"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ids() -> list[str]:
        with store.read() as tx:
            return sorted(tx.scalars(select(t.subscriptions.c.id)))

    before = ids()
    with served(store, secret_key=KEY) as url:
        answer = httpx.post(
            f"{url}/api/v1/subscriptions", content=json.dumps(asked, ensure_ascii=True), headers=headers
        )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert ids() == before


def test_a_lone_surrogate_names_no_event(store: Store, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with served(store, secret_key=KEY) as url, httpx.Client(base_url=f"{url}/api/v1") as client:
        made = client.post("/subscriptions", json={"url": "https://hooks.example.org/y"}, headers=headers)
        path = f"/subscriptions/{made.json()['id']}/replay"
        answer = client.post(path, content=b'{"events": ["\\ud83d"]}', headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_a_cursor_of_a_year_that_none_has_is_refused(store: Store, token: str, year: int) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC)
    cursors = {
        "reports": next_cursor(at, 1),
        "targets": next_cursor(at, 1, 1, 1),
        "outcomes": next_cursor(at, 1, 1, 1),
        "deliveries": next_cursor(at, 1),
        "subscriptions": id_cursor(at, "sub_1"),
    }
    with served(store) as url, httpx.Client(base_url=f"{url}/api/v1") as client:
        for path, cursor in cursors.items():
            answer = client.get(
                f"/{path}", params={"cursor": cursor}, headers={"Authorization": f"Bearer {token}"}
            )
            assert (path, answer.status_code) == (path, 422)


@pytest.mark.parametrize("offset", ["+23:59", "-23:59"])
def test_no_zone_carries_a_cursor_over_the_edge(store: Store, offset: str) -> None:
    for moment in ("1970-01-01T00:00:00", "2999-12-31T23:59:59"):
        cursor = base64.urlsafe_b64encode(f"{moment}{offset} 1".encode()).decode().rstrip("=")
        with served(store) as url:
            assert httpx.get(f"{url}/api/v1/reports", params={"cursor": cursor}).status_code == 200


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json", "/api/v1/events", "/archive/1/feed.rss"])
def test_more_parts_than_a_query_holds_are_refused(store: Store, path: str) -> None:
    with served(store) as url:
        for name, value in (
            ("indicator", "g{}"),
            ("region", "5{:05}"),
            ("type", "target.*"),
            ("kind", "news"),
        ):
            many = [(name, value.format(n)) for n in range(4000)]
            answer = httpx.get(f"{url}{path}", params=many)
            assert (name, answer.status_code) == (name, 422)
            assert answer.headers["content-type"] == "application/problem+json"


def test_as_many_as_it_holds_are_answered(store: Store) -> None:
    many = [
        *(("indicator", "gdp") for _ in range(MOST)),
        *(("region", region.code or "") for region in divisions("county", date(2026, 1, 1))[:MOST]),
        *(("type", name) for name in ("target.*", "report.*") * (MOST // 2)),
        *(("kind", "news") for _ in range(MOST)),
    ]
    with served(store) as url:
        for path in ("/feed.atom", "/api/v1/events"):
            assert httpx.get(f"{url}{path}", params=many).status_code == 200
