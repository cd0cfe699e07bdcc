"""TLS of old hosts: what OpenSSL 3 refuses by itself and a county site of 2012 still needs. Certificates are
checked as ever. Which hosts those are stands in their source files; connections are transport.py's.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection
from types import TracebackType

import httpx

# ssl.OP_LEGACY_SERVER_CONNECT, which Python has a name for since 3.12: connect to a server without secure
# renegotiation (RFC 5746). OpenSSL says UNSAFE_LEGACY_RENEGOTIATION_DISABLED otherwise.
_OP_LEGACY_SERVER_CONNECT = 0x4


def modern_context() -> ssl.SSLContext:
    """What every host gets: the defaults of httpx and OpenSSL, nothing from the environment.

    Of a certificate no more is asked than browsers ask: since 3.13 Python refuses one whose authority leaves
    out a field that RFC 5280 wants.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def legacy_context() -> ssl.SSLContext:
    """TLS 1.2 as it was: 1024-bit Diffie-Hellman and RSA, CBC ciphers, no secure renegotiation.

    Security level 1 is 80 bits (SSL_CTX_set_security_level(3)). TLS 1.0 and 1.1 stay refused, and the
    certificate must be valid and for this host.
    """
    context = modern_context()
    context.options |= _OP_LEGACY_SERVER_CONNECT
    context.set_ciphers("DEFAULT@SECLEVEL=1")
    return context


class ByHost(httpx.AsyncBaseTransport):
    """Sends requests to `hosts` through `legacy`, others through `modern`; each hop of a redirect anew."""

    def __init__(
        self, hosts: Collection[str], legacy: httpx.AsyncBaseTransport, modern: httpx.AsyncBaseTransport
    ) -> None:
        self._hosts = frozenset(host.lower().removesuffix(".") for host in hosts)
        self._legacy = legacy
        self._modern = modern

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host.lower().removesuffix(".")
        transport = self._legacy if host in self._hosts else self._modern
        return await transport.handle_async_request(request)

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        try:
            await self._legacy.aclose()
        finally:
            await self._modern.aclose()
