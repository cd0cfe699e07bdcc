"""The process beside a worker (beside.py): `python -m ingest.monitor ROLE PID`, happenings on stdin.

It ends when its worker is gone, however that ended. It ignores Ctrl-C, which a terminal sends to it as well:
the worker goes on until its job is done, and so does this.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
import threading

import structlog

from ingest.errors import ConfigError
from ingest.monitor.server import MonitorServer
from ingest.roles import Role
from ingest.settings import load_settings
from ingest.telemetry import log as logs
from ingest.telemetry import metrics

log = structlog.get_logger(__name__)

LOOK = 0.5  # seconds between two looks whether the worker is still there
_CHUNK = 2**16


def main(role: Role, worker: int) -> int:
    """Serve until the worker is gone or closes our input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    settings = load_settings()
    logs.configure(settings.log_format, settings.log_level)
    try:
        server = MonitorServer(settings, role, pid=worker)
    except ConfigError as exc:
        log.error("monitor does not start", error=str(exc))
        return 2
    threading.Thread(target=server.serve_forever, name="monitor", daemon=True).start()
    log.info("monitor listens", role=role, host=settings.monitor_host, port=server.server_port)
    _count(worker)
    return 0


def _count(worker: int) -> None:
    """Count what comes in. The pipe alone does not tell that the worker is gone: a work-horse that outlives
    it holds the pipe open."""
    os.set_blocking(0, False)
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        while os.getppid() == worker:
            if not selector.select(LOOK):
                continue
            read = os.read(0, _CHUNK)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                metrics.retell(line)


if __name__ == "__main__":
    sys.exit(main(Role(sys.argv[1]), int(sys.argv[2])))
