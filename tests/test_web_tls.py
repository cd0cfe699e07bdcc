"""Old TLS, for one host at a time: real servers on loopback with certificates made here."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import certifi
import pytest

from ingest.errors import HostUnavailable, RefusedAddress
from ingest.settings import Settings
from ingest.web.client import Fetcher
from ingest.web.session import Web
from ingest.web.tls import legacy_context, modern_context
from tests.support.web_server import WebServer

AGENT = "gongbao-test/1 (+https://example.org/bot)"

# 1024 bits, as servers of 2012 came with; OpenSSL's default level refuses it (DH_KEY_TOO_SMALL).
SMALL_DH = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAMsisAdCwBEbvC75Ijn1joU/yT/jHOek/2ICQ2L4zeYFgyccFrpmEc+W
+ViGkwSsYP0TsadSDcfjAGvG9N+OfvAVHtyz1pyuIdWv8aEu9umldw/zb4cRAtD3
fOUtKz3rVMCu5fHl3pXnnUDvLekOQczVapcXz0G5QSJe8miJi0h/AgEC
-----END DH PARAMETERS-----
"""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\nConnection: close\r\n\r\nold"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority (ca.pem), a certificate of 127.0.0.1 (good.pem), and a self-signed one."""
    folder = tmp_path_factory.mktemp("tls")
    (folder / "dh.pem").write_text(SMALL_DH, encoding="ascii")
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    openssl(folder, *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority")
    for name, signed in (("good", ("-CA", "ca.pem", "-CAkey", "ca.key")), ("unknown", ())):
        openssl(
            folder,
            *(*new, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:false"),
            *signed,
        )
    return folder


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(autouse=True)
def trust(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority of these tests stands in for all others."""
    monkeypatch.setattr(certifi, "where", lambda: str(made / "ca.pem"))


@contextmanager
def serving(made: Path, certificate: str, set_up: Callable[[ssl.SSLContext], None]) -> Iterator[str]:
    """Serves one page over TLS; yields its URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made / f"{certificate}.pem", made / f"{certificate}.key")
    set_up(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with client:
                    answer(client)

        def answer(client: socket.socket) -> None:
            try:
                with context.wrap_socket(client, server_side=True) as secured:
                    secured.recv(65536)
                    secured.sendall(ANSWER)
            except OSError:  # the client broke off: that is what is tested
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def old(made: Path) -> Callable[[ssl.SSLContext], None]:
    def set_up(context: ssl.SSLContext) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("DHE-RSA-AES128-SHA256:@SECLEVEL=0")
        context.load_dh_params(str(made / "dh.pem"))

    return set_up


def fetch(url: str, *, legacy_hosts: tuple[str, ...] = ()) -> Any:
    async def go() -> Any:
        allowed = ("127.0.0.1", "localhost")
        async with Fetcher(
            user_agent=AGENT, allow_hosts=allowed, deadline=10.0, legacy_hosts=legacy_hosts
        ) as fetcher:
            return await fetcher.fetch(url)

    return asyncio.run(go())


def test_an_old_server_needs_to_be_named(made: Path) -> None:
    with serving(made, "good", old(made)) as url:
        with pytest.raises(HostUnavailable, match=r"(?i)dh.key.too.small"):
            fetch(url)
        assert fetch(url, legacy_hosts=("127.0.0.1",)).body == b"old"


def test_nobody_else_gets_old_tls(made: Path) -> None:
    """Also not as a hop of a named host's redirect."""
    with serving(made, "good", old(made)) as url, WebServer() as elsewhere:
        elsewhere.page("/moved", status=302, location=url)
        moved = f"http://localhost:{elsewhere.port}/moved"
        with pytest.raises(HostUnavailable, match=r"(?i)dh.key.too.small"):
            fetch(moved, legacy_hosts=("localhost",))
        assert fetch(moved, legacy_hosts=("127.0.0.1",)).body == b"old"


@pytest.mark.parametrize("legacy_hosts", [(), ("127.0.0.1",)])
def test_a_new_server_works_either_way(made: Path, legacy_hosts: tuple[str, ...]) -> None:
    with serving(made, "good", lambda _: None) as url:
        assert fetch(url, legacy_hosts=legacy_hosts).body == b"old"


def test_an_unknown_certificate_is_refused_from_old_servers_too(made: Path) -> None:
    with (
        serving(made, "unknown", old(made)) as url,
        pytest.raises(HostUnavailable, match=r"(?i)certificate.verify.failed"),
    ):
        fetch(url, legacy_hosts=("127.0.0.1",))


def test_a_certificate_of_another_host_is_refused_from_old_servers_too(made: Path) -> None:
    with serving(made, "good", old(made)) as url:
        other = url.replace("127.0.0.1", "localhost")
        with pytest.raises(HostUnavailable, match=r"(?i)certificate.verify.failed"):
            fetch(other, legacy_hosts=("localhost",))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_old_tls_opens_no_way_around_the_guard(scheme: str) -> None:
    async def go() -> None:
        async with Fetcher(user_agent=AGENT, deadline=10.0, legacy_hosts=("127.0.0.1",)) as fetcher:
            await fetcher.fetch(f"{scheme}://127.0.0.1:9/")

    with pytest.raises(RefusedAddress):
        asyncio.run(go())


def test_what_the_two_contexts_allow() -> None:
    modern, legacy = modern_context(), legacy_context()
    assert (modern.options & 0x4, legacy.options & 0x4) == (0, 0x4)  # SSL_OP_LEGACY_SERVER_CONNECT
    for context in (modern, legacy):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_the_web_is_told_which_hosts_those_are(made: Path) -> None:
    async def go(url: str) -> bytes:
        settings = Settings(allow_hosts=("127.0.0.1",), host_delay=0)
        async with Web.from_settings(settings, legacy_hosts={"127.0.0.1"}) as web:
            return (await web.fetch(url)).body

    with serving(made, "good", old(made)) as url:
        assert asyncio.run(go(url)) == b"old"
