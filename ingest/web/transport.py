"""Connections through the address guard, as an httpx transport: for pages (client.py) and for webhooks.

The guard sits where the connection is made (an httpcore network backend): the name is resolved once and
the connection goes to an address that was checked. A second DNS answer (rebinding) changes nothing, each
redirect hop passes through here again, and SNI and Host still carry the name.

Which addresses pass is guard.py; what is asked, and how long it may take, is the caller's.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

import httpcore
import httpx

from ingest.errors import RefusedAddress
from ingest.web.guard import Resolver, ask_dns, check_address
from ingest.web.head import Heads
from ingest.web.tls import ByHost, legacy_context, modern_context

_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

RESOLVER_THREADS = 100  # at most, where nothing else is said


class NoDnsAnswer(httpcore.ConnectTimeout):
    """The name could not be resolved in time."""


class _Stream(httpcore.AsyncNetworkStream):
    """A connection whose answers have their heads mended (head.py).

    Before TLS: httpcore 1.0.9 leaves it open if a deadline cancels the handshake.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._heads = Heads()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except asyncio.CancelledError:
            await self._inner.aclose()
            raise

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        while True:
            data = await self._inner.read(max_bytes, timeout)
            given = self._heads.feed(data)
            if given or not data:
                return given

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._heads = Heads()  # a request: a connection may be used again
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to checked addresses; the inner backend never sees a name."""

    def __init__(
        self,
        allow_hosts: Collection[str] = (),
        *,
        resolve: Resolver | None = None,
        threads: int = RESOLVER_THREADS,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allow_hosts = frozenset(allow_hosts)
        # Own threads, as many as connections: names that hang in the DNS must not hold up those of others.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="resolve")
        self._resolve = resolve or (lambda host, port: ask_dns(host, port, self._pool))
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  (the signature is httpcore's)
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        clock = asyncio.get_running_loop().time
        end = None if timeout is None else clock() + timeout
        try:
            async with asyncio.timeout(timeout):
                addresses = await check_address(
                    host, port, allow_hosts=self._allow_hosts, resolve=self._resolve
                )
        except TimeoutError as exc:
            raise NoDnsAnswer(f"no DNS answer for {host} in {timeout:g} s") from exc
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            # A silent first address must leave time for the others.
            share = None if end is None else max((end - clock()) / left, 0.001)
            try:
                return _Stream(
                    await self._inner.connect_tcp(address, port, share, local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
        raise AssertionError("check_address returned no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise RefusedAddress(f"{path}: a unix socket is not a public address.")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport with the guard in it; made by `guarded_transport`."""

    def __init__(self, backend: GuardedBackend, context: ssl.SSLContext, connections: int, idle: int) -> None:
        super().__init__(verify=context, trust_env=False)
        self._backend = backend
        # httpx 0.28 has no argument for the backend, so its pool is replaced by one that has.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=idle,
            keepalive_expiry=5.0,
            http1=True,
            http2=False,
            network_backend=backend,
        )

    async def aclose(self) -> None:
        await super().aclose()
        self._backend.close()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await super().__aexit__(exc_type, exc_value, traceback)
        self._backend.close()


def guarded_transport(
    allow_hosts: Collection[str] = (),
    *,
    max_connections: int = 100,
    max_idle: int = 0,
    ssl_context: ssl.SSLContext | None = None,
    legacy_hosts: Collection[str] = (),
    resolve: Resolver | None = None,
) -> httpx.AsyncBaseTransport:
    """An httpx transport that connects to public addresses only, or to the hosts named in `allow_hosts`.

    HTTP/1.1, no proxy from the environment, certificates always verified. `legacy_hosts` are spoken to
    with old TLS (tls.py), all others with `ssl_context` or the defaults. `max_idle` 0 keeps no connection
    after its answer. RefusedAddress and HostUnavailable (DNS) come through as they are; everything else
    raises httpx's own errors.
    """

    def transport(context: ssl.SSLContext) -> GuardedTransport:
        backend = GuardedBackend(allow_hosts, resolve=resolve, threads=max_connections)
        return GuardedTransport(backend, context, max_connections, max_idle)

    modern = transport(ssl_context or modern_context())
    return ByHost(legacy_hosts, transport(legacy_context()), modern) if legacy_hosts else modern
