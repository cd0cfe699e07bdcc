"""The web side on loopback, in a thread of the test: real uvicorn, real store."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.web.app import create_app
from alerts.web.http.connections import Connections
from alerts.web.server import server_config
from ingest.settings import Settings
from ingest.store.db import Store
from tests.support import site_data


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was answered; `validators`: it asked only for what is new."""

    path: str
    status: int
    validators: bool


class Noting:
    """Around an app: keeps what was asked of it."""

    def __init__(self, app: ASGIApp, asked: list[Asked]) -> None:
        self.app = app
        self.asked = asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in scope["headers"]}
                only_new = bool(names & {b"if-none-match", b"if-modified-since"})
                self.asked.append(Asked(scope["path"], message["status"], only_new))
            await send(message)

        await self.app(scope, receive, noted)


@contextmanager
def served(
    store: Store,
    asked: list[Asked] | None = None,
    connections: Connections | None = None,
    base: str | None = None,
    **more: Any,
) -> Iterator[str]:
    """Yields the base URL. The socket listens before the server runs, so nobody has to wait for it. What is
    asked is added to `asked`. `base` is how the world reaches it, if that is another address."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        settings = Settings(public_url=base or url, feed_authority="gazette.example.cn,2026", **more)
        app = create_app(settings, store)
        noting = Noting(app, [] if asked is None else asked)
        server = _Server(server_config(settings, noting, connections or Connections(100)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            yield url
        finally:
            server.stop()
            thread.join(timeout=10)


class _Server(uvicorn.Server):
    """Ends when it is told to, not when it next looks whether it was."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._end: Callable[[], object] = lambda: None

    def stop(self) -> None:
        self.should_exit = True
        self._end()

    async def main_loop(self) -> None:
        end, loop = asyncio.Event(), asyncio.get_running_loop()
        self._end = partial(loop.call_soon_threadsafe, end.set)
        await self.on_tick(0)  # the time of the header Date
        if not self.should_exit:
            await end.wait()


@contextmanager
def stored(folder: Path, *, seeded: bool = True) -> Iterator[Store]:
    """A migrated SQLite store in `folder`, with the winter of site_data.py."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "gongbao.db"
    file.write_bytes(_as_made(seeded))
    store = Store.open(f"sqlite:///{file}")
    try:
        if seeded:
            site_data.beat(store)
        yield store
    finally:
        store.close()


@cache
def _as_made(seeded: bool) -> bytes:
    """The file of such a store. To make it takes half a second, so that is done once."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "gongbao.db")
        store = Store.open(f"sqlite:///{file}")
        store.migrate()
        if seeded:
            site_data.winter(store)
        store.close()
        assert [path.name for path in Path(folder).iterdir()] == [file.name], "it is all in the one file"
        return file.read_bytes()
