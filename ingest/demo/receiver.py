"""The demo's webhook receiver: verifies every signature with the `standardwebhooks` package."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


@dataclass(slots=True)
class Received:
    """Ids of the events that came, with a good signature and without. `secret` is set once it is known."""

    url: str = ""
    secret: str = ""
    verified: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


@contextmanager
def receive() -> Iterator[Received]:
    """Listen on a free loopback port."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            id_ = self.headers.get("webhook-id", "")
            try:
                Webhook(received.secret).verify(body, dict(self.headers.items()))
            except (WebhookVerificationError, ValueError):
                received.refused.append(id_)
                self.send_response(400)
            else:
                received.verified.add(id_)
                self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the demo counts what came."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    received.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
