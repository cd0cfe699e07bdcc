"""The monitor's port: /healthz, /readyz and /metrics, answered by threads of this process.

    /healthz   200 while the process is alive
    /readyz    200 or 503, and JSON that says what is wrong (readiness.py)
    /metrics   Prometheus' text format, or OpenMetrics where it is asked for

It is for those who run the service, not for the world: it listens on loopback unless told otherwise.
"""

from __future__ import annotations

import errno
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from ingest.errors import ConfigError
from ingest.monitor.families import Families
from ingest.monitor.look import Looker
from ingest.monitor.readiness import readiness
from ingest.roles import Role
from ingest.settings import Settings
from ingest.telemetry import metrics

log = structlog.get_logger(__name__)

PATIENCE = 10.0  # seconds that a port may stay in use by the process that had it before
_REQUEST = 5.0  # seconds for somebody who has connected to ask


class MonitorServer(ThreadingHTTPServer):
    """Serves one role. Raises ConfigError when the port cannot be had within `PATIENCE`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, settings: Settings, role: Role, *, pid: int | None = None) -> None:
        assert settings.monitor_port is not None
        self.role = role
        self.looker = Looker(settings)
        self.registry = CollectorRegistry(auto_describe=False)
        for collector in (*metrics.OF_ROLE[role], Families(role, self.looker, pid)):
            self.registry.register(collector)
        address = (settings.monitor_host, settings.monitor_port)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                super().__init__(address, _Handler)
            except OSError as exc:
                if exc.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    self.looker.close()
                    raise ConfigError(
                        f"monitor: cannot listen on {address[0]}:{address[1]}: {exc.strerror or exc}. "
                        "Set GONGBAO_MONITOR_PORT to another port."
                    ) from exc
                time.sleep(0.2)
            else:
                return

    def server_bind(self) -> None:
        # http.server would ask DNS for the name of this host; nobody needs it.
        super(ThreadingHTTPServer, self).server_bind()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("monitor: a request was broken off", client=client_address, exc_info=True)

    def close(self) -> None:
        self.server_close()
        self.looker.close()


class _Handler(BaseHTTPRequestHandler):
    server: MonitorServer
    timeout = _REQUEST
    server_version = "gongbao"
    sys_version = ""

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/healthz":
                self._json(200, {"status": "ok"})
            case "/readyz":
                checks = readiness(self.server.role, self.server.looker.look(), metrics.heartbeat_age())
                ready = all(said == "ok" for said in checks.values())
                self._json(
                    200 if ready else 503, {"status": "ready" if ready else "not ready", "checks": checks}
                )
            case "/metrics":
                encode, content_type = choose_encoder(self.headers.get("accept", ""))
                self._answer(200, content_type, encode(self.server.registry))
            case _:
                self._json(404, {"status": "not found", "paths": ["/healthz", "/readyz", "/metrics"]})

    do_HEAD = do_GET  # noqa: N815  # http.server's name

    def _json(self, status: int, what: object) -> None:
        self._answer(status, "application/json", json.dumps(what, ensure_ascii=False).encode() + b"\n")

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A probe every few seconds is nothing to tell of."""
