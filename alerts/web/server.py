"""The web server of `gongbao serve`: uvicorn with our bounds around the app (app.py)."""

from __future__ import annotations

import signal
import sys
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from alerts.web.app import create_app
from alerts.web.http.connections import BoundedProtocol, Connections, affordable
from ingest.process.heap import settle
from ingest.settings import Settings
from ingest.store.db import Store

STARTUP_FAILURE = 3  # exit code: the port is taken


def server_config(settings: Settings, app: ASGIApp, connections: Connections) -> uvicorn.Config:
    """Whom it believes X-Forwarded-For is uvicorn's own variable FORWARDED_ALLOW_IPS; unset: this machine."""
    return uvicorn.Config(
        app,
        host=settings.web_host,
        port=settings.web_port,
        http=partial(BoundedProtocol, connections),  # type: ignore[arg-type]  # it is only called
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,  # a stream has no end of its own
    )


def run(settings: Settings, store: Store) -> None:
    """Serve until SIGTERM or SIGINT."""
    connections = Connections(affordable(settings.web_connections))
    server = uvicorn.Server(server_config(settings, create_app(settings, store), connections))
    settle()
    # uvicorn raises again what ended it, once it has ended well: whoever called has to end well, too.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
