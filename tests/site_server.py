"""The web side on loopback, in a thread of the test: real uvicorn, real store."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import site_data
import uvicorn

from alerts.web import create_app
from ingest.settings import Settings
from ingest.store import Store


@contextmanager
def served(store: Store, **more: Any) -> Iterator[str]:
    """Yields the base URL. The socket listens before the server runs, so nobody has to wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        settings = Settings(public_url=url, feed_authority="gazette.example.cn,2026", **more)
        config = uvicorn.Config(create_app(settings, store), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def stored(folder: Path, *, seeded: bool = True) -> Iterator[Store]:
    """A migrated SQLite store in `folder`, with the winter of site_data.py."""
    store = Store.open(f"sqlite:///{folder / 'gongbao.db'}")
    try:
        store.migrate()
        if seeded:
            site_data.seed(store)
        yield store
    finally:
        store.close()
