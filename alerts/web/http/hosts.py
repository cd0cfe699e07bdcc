"""A layer that answers only to the names that this server has: no page may reach it by a name of its own.

A page at evil.example whose name is made to lead to 127.0.0.1 (DNS rebinding) is of one origin with this
server, for the browser, and could read what it likes. Its requests carry `Host: evil.example`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.web.http.problems import problem
from ingest.page.urls import ascii_host
from ingest.settings import Settings


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Its own names: that of the public URL, of the address it listens on, and those of the setting."""
    public = urlsplit(settings.public_url or "").hostname
    names = {"localhost", settings.web_host, *settings.web_hosts, *([public] if public else [])}
    # A port says nothing here: a proxy has one of its own.
    return frozenset(ascii_host(urlsplit(f"//{name}").hostname or name).rstrip(".") for name in names)


class HostCheck:
    """421 (RFC 9110 §15.5.20) for a name that is not one of `names`; "*" stands for any.

    An address (127.0.0.1, [::1]) always passes: no name leads there, so none can be made to.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.is_ours(Headers(scope=scope).getlist("host")):
            await self.app(scope, receive, send)
            return
        detail = "This server does not go by that name: set GONGBAO_PUBLIC_URL or GONGBAO_WEB_HOSTS."
        await problem(421, detail)(scope, receive, send)

    def is_ours(self, hosts: list[str]) -> bool:
        if "*" in self.names or not hosts:  # HTTP/1.0 has no Host, and no browser speaks it
            return True
        return len(hosts) == 1 and is_host(hosts[0], self.names)


def is_host(header: str, names: Collection[str]) -> bool:
    try:
        parts = urlsplit(f"//{header}")
        name, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if not name or parts.netloc != header or parts.username is not None:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in names
    return True
