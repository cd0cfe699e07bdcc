"""A role's own monitor, for as long as it runs. Without a port for it nothing of it is loaded: 3 MB."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from ingest.roles import Role
from ingest.settings import Settings

log = structlog.get_logger(__name__)


@contextmanager
def monitored(settings: Settings, role: Role) -> Iterator[None]:
    """Serve this role's endpoints meanwhile, from a thread; nothing where no port is set."""
    if settings.monitor_port is None:
        yield
        return
    from ingest.monitor.server import MonitorServer

    server = MonitorServer(settings, role)
    thread = threading.Thread(target=server.serve_forever, name="monitor", daemon=True)
    thread.start()
    log.info("monitor listens", role=role, host=settings.monitor_host, port=server.server_port)
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.close()
