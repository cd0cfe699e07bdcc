"""A small portal on loopback that a poller with a clock of ours watches. Not a test file.

    site = Site(server); site.items("2026-01-05", …)     # what its list shows
    world.look()                                         # on to the time when something is due, and look

Its name is resolved by us, so that the DNS can forget it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.bounded_reading import Reader, here
from ingest.model import Event, Filter
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.sources.spec import Source
from ingest.store import outbox, overview, source_checks
from ingest.store.db import Store
from ingest.watch.health import Check
from ingest.web.client import Fetcher
from ingest.web.pace import LocalPace
from ingest.web.robots import Robots
from ingest.web.session import Web
from ingest.web.tls import modern_context
from ingest.web.transport import guarded_transport
from tests.support.web_server import WebServer

HOST = "county.example"
AGENT = "gongbao-test/1 (+https://example.org/bot)"
START = datetime(2026, 1, 20, 1, 0, tzinfo=UTC)

MENU = '<div class="nav"><a href="/">首页</a><a href="/xxgk/">政务公开</a><a href="/bsfw/">办事服务</a></div>'


def list_page(days: Sequence[str], first: int = 1, more: str = "") -> str:
    rows = list_rows(days, first) + more
    return f'<html><body>{MENU}<div class="main"><ul class="news">{rows}</ul></div></body></html>'


def list_rows(days: Sequence[str], first: int = 1) -> str:
    return "".join(
        f'<li><a href="/a/{first + n}.html">关于做好第{first + n}号事项的通知</a><span>{day}</span></li>'
        for n, day in enumerate(days)
    )


def article(number: int, day: str, header: bool = True) -> str:
    block = (
        f'<table class="head"><tr><td>[ 索引号 ]</td><td>500999/2026-{number:05}</td>'
        f"<td>[ 发布机构 ]</td><td>某县人民政府</td></tr></table>"
        if header
        else ""
    )
    title = f"关于做好第{number}号事项的通知"
    text = f"<p>第{number}号事项已经研究，现将有关安排通知如下，请各乡镇、各部门认真抓好落实。</p>" * 12
    return (
        f'<html><head><meta name="PubDate" content="{day}"><title>{title}</title></head>'
        f'<body>{MENU}<h1>{title}</h1>{block}<div class="TRS_Editor">{text}</div></body></html>'
    )


class SecureServer(WebServer):
    """The same over TLS, with the certificate of the moment."""

    def __init__(self, folder: Path, certificate: str) -> None:
        super().__init__()
        self._folder = folder
        self.present(certificate)

    def present(self, certificate: str) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / f"{certificate}.pem", self._folder / f"{certificate}.key")
        self._context = context

    def serve(self, sock: socket.socket) -> None:
        with self._context.wrap_socket(sock, server_side=True) as secured:
            super().serve(secured)


def make_certificates(folder: Path) -> None:
    """An authority (ca), a certificate of it for HOST (good), and one that nobody vouches for (unknown)."""
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    _openssl(folder, *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority")
    for name, signed in (("good", ("-CA", "ca.pem", "-CAkey", "ca.key")), ("unknown", ())):
        _openssl(
            folder,
            *(*new, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName=DNS:{HOST}", "-addext", "basicConstraints=critical,CA:false"),
            *signed,
        )


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@dataclass
class World:
    """One source, watched by one poller whose time we turn."""

    store: Store
    server: WebServer
    source: dict[str, Any] = field(default_factory=dict)
    now: datetime = START
    known_to_dns: bool = True
    reader: Reader = here
    _trust: ssl.SSLContext = field(default_factory=modern_context)  # to make one takes longer than a look

    @property
    def base(self) -> str:
        scheme = "https" if isinstance(self.server, SecureServer) else "http"
        return f"{scheme}://{HOST}:{self.server.port}"

    def spec(self) -> Source:
        return Source.model_validate(
            {
                "slug": "county",
                "name": "某县人民政府",
                "kind": "portal",
                "home": f"{self.base}/",
                "interval": "1h",
                "delay": 0,
                "lists": [f"{self.base}/list/"],
                **self.source,
            }
        )

    def show(self, *days: str, first: int = 1, path: str = "/list/", articles: bool = False) -> None:
        """The list shows items of these days; their articles are there only if asked for."""
        self.server.page(path, list_page(days, first))
        if articles:
            for n, day in enumerate(days):
                self.server.page(f"/a/{first + n}.html", article(first + n, day))

    def look(self, times: int = 1) -> None:
        """Go to the moment when a list is next due, and look, as often as asked."""
        for _ in range(times):
            with self.store.read() as tx:
                due = [one.next_poll_at for row in overview.source_rows(tx) for one in row.lists]
            self.now = max([self.now, *due]) + timedelta(seconds=1)
            asyncio.run(self._once())

    def look_until(self, moment: datetime) -> None:
        while self.now < moment:
            self.look()

    async def _once(self) -> None:
        fetcher = Fetcher(
            user_agent=AGENT,
            deadline=10.0,
            now=lambda: self.now,
            transport=guarded_transport((HOST,), resolve=self._resolve, ssl_context=self._trust),
        )
        robots = Robots(fetcher, user_agent=AGENT, now=lambda: self.now)
        spec = self.spec()
        async with Web(fetcher, pace=LocalPace(0.0), robots=robots) as web:
            pipeline = Pipeline(
                self.store,
                None,
                {spec.slug: spec},
                now=lambda: self.now,
                chance=lambda: 0.5,  # a wait is as long as it says: what a test sees is the same in every run
                reader=self.reader,
            )
            await Poller(pipeline, web).once()

    async def _resolve(self, host: str, port: int) -> Sequence[str]:
        if not self.known_to_dns:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ("127.0.0.1",)

    def events(self, *types: str) -> list[Event]:
        with self.store.read() as tx:
            return outbox.events(tx, Filter(types=types or ("source.*",)), newest_first=False, limit=1000)

    def told(self) -> list[tuple[str, str | None]]:
        """(type, cause) of the source events so far, in their order."""
        return [(event.type, event.data["cause"]) for event in self.events()]

    def check(self, subject: str | None = None) -> Check:
        with self.store.read() as tx:
            return source_checks.load(tx, "county", f"{self.base}/list/" if subject is None else subject)
