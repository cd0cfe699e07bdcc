"""The address guard: which hosts, spellings and DNS answers lead nowhere."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Sequence

import httpcore
import httpx
import pytest

from ingest.errors import HostUnavailable, RefusedAddress
from ingest.web.guard import Resolver, check_address, check_host, check_url, is_named, is_public
from ingest.web.transport import GuardedBackend, guarded_transport
from tests.support.web_server import WebServer

PUBLIC = "93.184.215.14"


def resolver(*answers: Sequence[str]) -> tuple[Resolver, list[str]]:
    """A DNS that gives one answer after the other, the last one for ever; and who was asked for."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("1.1.1.1", True),
        ("2400:3200::1", True),
        ("2606:4700:4700::1111", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("100.100.100.200", False),  # metadata of a Chinese cloud
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("168.63.129.16", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.0.0.192", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("203.0.113.5", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),  # IPv4-compatible 127.0.0.1
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", False),
        ("64:ff9b::7f00:1", False),  # NAT64 of 127.0.0.1
        ("64:ff9b::5db8:d70e", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("2001::1", False),  # Teredo
        ("2001:db8::1", False),
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("3fff::1", False),
        ("5f00::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0X7F000001",
        "017700000001",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "127.0.0.01",
        "127.0.0.256",
        "1.2.3.4.5",
        "portal.0x7f",
        "portal.2130706433",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "fe80::1%eth0",
        "a:b",
        "",
        ".",
        "-portal.test",
        "a..b",
        "a b",
        "a\x00b",
        "a/b",
        "a%2eb",
        "x" * 64 + ".test",
        "x." * 130 + "test",
        "１２７.0.0.1",
    ],
)
def test_doubtful_spellings_are_refused_before_the_dns_is_asked(host: str) -> None:
    resolve, asked = resolver([PUBLIC])
    with pytest.raises(RefusedAddress):
        asyncio.run(check_address(host, 80, resolve=resolve))
    assert asked == []


@pytest.mark.parametrize(
    "host", ["portal.test", "Portal.Test", "portal.test.", "www.1x.cn", "a_b.cn", "1.1.1.1", "2400:3200::1"]
)
def test_usual_spellings_are_not(host: str) -> None:
    check_host(host)


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://0177.0.0.1/",
        "http://portal.test@10.0.0.1/",
        "http://portal.test:0/",
        "ftp://portal.test/",
        "file:///etc/passwd",
        "gopher://portal.test/",
        "javascript:alert(1)",
        "//portal.test/",
        "/list.html",
        "http://",
        "http:///list.html",
        "http://name:secret@portal.test/",
        "http://portal.test:99999/",
        "http://portal.test\n/",
        "http://[::1/",
        "http://portal test/",
        "",
        "http://xn--/x",
        "http://xn--a-/x",
        "http://xn--0.cn/",
    ],
)
def test_urls_that_are_not_asked(url: str) -> None:
    with pytest.raises(RefusedAddress) as caught:
        check_url(url)
    assert "secret" not in str(caught.value)


def test_a_url_loses_its_fragment_and_keeps_the_rest() -> None:
    assert str(check_url("HTTP://Portal.Test:80/报告?a=1#top")) == (
        "http://portal.test/%E6%8A%A5%E5%91%8A?a=1"
    )
    assert check_url("http://公报.test/").raw_host.startswith(b"xn--")


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ((), False),
        (("portal.test",), True),
        (("PORTAL.test",), True),
        (("portal.test:8080",), True),
        (("portal.test:80",), False),
        (("test",), False),
        (("other.test", " portal.test:8080 "), True),
    ],
)
def test_who_is_named(entries: tuple[str, ...], named: bool) -> None:
    assert is_named("portal.test", 8080, entries) is named


def test_a_name_in_chinese_is_named_as_it_is_spelt() -> None:
    asked = check_url("http://重庆.政务.test:8080/").raw_host.decode()
    assert is_named(asked, 8080, ("重庆.政务.test",))
    assert is_named(asked, 8080, ("重庆.政务.test:8080",))
    assert not is_named(asked, 8080, ("政务.test",))


def test_an_ipv6_host_is_named_in_brackets() -> None:
    assert is_named("::1", 80, ("[::1]:80",))
    assert is_named("::1", 80, ("[::1]",))
    assert is_named("::1", 80, ("::1",))
    assert not is_named("::1", 81, ("[::1]:80",))


@pytest.mark.parametrize(
    ("answer", "allow_hosts", "passes"),
    [
        ([PUBLIC], (), True),
        ([PUBLIC, "2400:3200::1"], (), True),
        ([PUBLIC, "10.0.0.1"], (), False),
        (["10.0.0.1", PUBLIC], (), False),
        ([PUBLIC, "::1"], (), False),
        (["127.0.0.1"], (), False),
        (["fe80::1%eth0"], (), False),
        (["127.0.0.1"], ("portal.test",), True),
        (["10.1.2.3"], ("portal.test:80",), True),
        (["10.1.2.3"], ("portal.test:81",), False),
        (["10.1.2.3"], ("other.test",), False),
        (["fd00::1"], ("portal.test",), True),
        ([PUBLIC], ("portal.test",), True),
        (["169.254.169.254"], ("portal.test",), False),
        (["0.0.0.0"], ("portal.test",), False),
        (["224.0.0.1"], ("portal.test",), False),
    ],
)
def test_every_address_must_pass(answer: list[str], allow_hosts: tuple[str, ...], passes: bool) -> None:
    resolve, _ = resolver(answer)
    check = check_address("portal.test", 80, allow_hosts=allow_hosts, resolve=resolve)
    if passes:
        assert asyncio.run(check) == tuple(answer)
    else:
        with pytest.raises(RefusedAddress, match="GONGBAO_ALLOW_HOSTS"):
            asyncio.run(check)


def test_a_literal_address_is_checked_like_a_name() -> None:
    with pytest.raises(RefusedAddress):
        asyncio.run(check_address("169.254.169.254", 80))
    with pytest.raises(RefusedAddress):
        asyncio.run(check_address("localhost", 80))
    assert asyncio.run(check_address("127.0.0.1", 80, allow_hosts=("127.0.0.1",))) == ("127.0.0.1",)


def test_no_address_is_an_unavailable_host() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(HostUnavailable, match=r"portal\.test"):
        asyncio.run(check_address("portal.test", 80, resolve=nobody))
    with pytest.raises(HostUnavailable):
        asyncio.run(check_address("portal.test", 80, resolve=resolver([])[0]))


async def _get(transport: httpx.AsyncBaseTransport, url: str) -> bytes:
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=5) as client:
        return (await client.get(url)).content


def test_the_connection_goes_to_the_checked_address_and_the_name_stays_in_host() -> None:
    resolve, asked = resolver(["127.0.0.1"])
    with WebServer() as server:
        server.page("/", "hello")
        transport = guarded_transport(("portal.test",), resolve=resolve)
        assert asyncio.run(_get(transport, f"http://portal.test:{server.port}/")) == b"hello"
        assert asked == ["portal.test"]
        assert server.seen[0].headers["host"] == f"portal.test:{server.port}"


def test_a_second_dns_answer_changes_nothing() -> None:
    """Rebinding: public when the subscription was checked, private when the connection is made."""
    resolve, asked = resolver([PUBLIC], ["127.0.0.1"])
    with WebServer() as server:
        server.page("/", "inside")
        url = f"http://portal.test:{server.port}/"
        assert asyncio.run(check_address("portal.test", server.port, resolve=resolve)) == (PUBLIC,)
        with pytest.raises(RefusedAddress, match=r"127\.0\.0\.1"):
            asyncio.run(_get(guarded_transport(resolve=resolve), url))
        assert server.seen == []
    assert asked == ["portal.test"] * 2


class Wires(httpcore.AsyncNetworkBackend):
    """Notes where a connection would go, and lets none through until the last."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, float | None]] = []

    async def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: object) -> object:  # type: ignore[override]  # noqa: ASYNC109
        self.tried.append((host, timeout))
        raise httpcore.ConnectError(f"no way to {host}")


def test_the_name_is_resolved_once_and_every_address_is_tried() -> None:
    resolve, asked = resolver([PUBLIC, "2400:3200::1"], ["127.0.0.1"])
    wires = Wires()

    async def connect() -> None:
        backend = GuardedBackend(resolve=resolve, inner=wires)
        try:
            await backend.connect_tcp("portal.test", 80, timeout=4.0)
        finally:
            backend.close()

    with pytest.raises(httpcore.ConnectError):
        asyncio.run(connect())
    assert [host for host, _ in wires.tried] == [PUBLIC, "2400:3200::1"]
    assert asked == ["portal.test"]
    first, second = (timeout or 0 for _, timeout in wires.tried)
    assert 0 < first <= 2.0 < second <= 4.0


def test_a_silent_dns_does_not_hang_the_connection() -> None:
    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    async def connect() -> None:
        backend = GuardedBackend(resolve=silent)
        try:
            await backend.connect_tcp("portal.test", 80, timeout=0.05)
        finally:
            backend.close()

    with pytest.raises(httpcore.ConnectTimeout, match="DNS"):
        asyncio.run(connect())


def test_a_unix_socket_is_refused() -> None:
    with pytest.raises(RefusedAddress):
        asyncio.run(GuardedBackend().connect_unix_socket("/run/docker.sock"))


def test_tls_is_asked_for_the_name_not_the_address() -> None:
    """The ClientHello carries the name (SNI) although the connection went to a number."""
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take_one() -> None:
            connection, _ = listener.accept()
            with connection:
                hello.append(connection.recv(4096))

        thread = threading.Thread(target=take_one)
        thread.start()
        transport = guarded_transport(
            ("portal.test",), resolve=resolver(["127.0.0.1"])[0], ssl_context=ssl.create_default_context()
        )
        with pytest.raises(httpx.ConnectError):
            asyncio.run(_get(transport, f"https://portal.test:{listener.getsockname()[1]}/"))
        thread.join()
    assert b"portal.test" in hello[0]


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with WebServer() as server:
        server.page("/", "direct")
        assert asyncio.run(_get(guarded_transport((server.host,)), server.url())) == b"direct"
