"""The process beside a worker: it serves the monitor's port, so that the worker itself needs no thread.

A worker forks, and a fork beside a thread may find locks held for ever. So a fresh interpreter
serves, and counts what the worker and its work-horses write into its standard input, a line each
(metrics.relay_to). A work-horse leaves nothing behind: no file, no shared memory.

What that process does is __main__.py.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping

import structlog

from ingest.roles import Role
from ingest.settings import Settings
from ingest.telemetry import metrics

log = structlog.get_logger(__name__)


class Beside:
    """Starts the process, gives it work, starts it again should it die. Does nothing where no port is set.

    `environment` carries the settings. Not safe to share between threads.
    """

    def __init__(self, settings: Settings, role: Role, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._role = role
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._settings.monitor_port is None:
            return
        process = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-P", "-m", "ingest.monitor", self._role, str(os.getpid())],
            stdin=subprocess.PIPE,
            env=self._environment,
        )
        assert process.stdin is not None
        metrics.relay_to(process.stdin.fileno())
        self._process = process

    def look_after(self) -> bool:
        """Start it again if it died; whether it had."""
        if self._process is None or self._process.poll() is None:
            return False
        log.warning("monitor died; starting it again", code=self._process.returncode)
        self._let_go()
        self.start()
        return True

    def stop(self) -> None:
        process = self._process
        if process is None:
            return
        self._let_go()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
            return
        process.kill()
        process.wait()

    def _let_go(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        metrics.relay_to(None)
        self._process.stdin.close()  # the end of its input is its end
        self._process = None
