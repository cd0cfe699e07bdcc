"""The real service for tests: the `gongbao` command in a folder of its own. Not a test file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support import forked

T = TypeVar("T")
PATIENCE = 90.0  # seconds; a test that waits longer has failed


def until(look: Callable[[], T], patience: float = PATIENCE, pause: float = 0.05) -> T:
    """Look until there is something; what it is. For what another process does, where no event can be had."""
    deadline = time.monotonic() + patience
    beat = threading.Event()
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {patience} s in vain; last seen: {found!r}"
        beat.wait(pause)
    return found


@dataclass(slots=True)
class Gongbao:
    """The command with the settings of one folder."""

    folder: Path
    settings: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        ours = {k: v for k, v in os.environ.items() if not k.startswith("GONGBAO_")}
        return {**ours, "GONGBAO_DATA_DIR": str(self.folder), "COLUMNS": "200", **self.settings}

    def __call__(self, *args: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; `code` is the exit code it must have (None: any)."""
        done = forked.run(args, self.environment, PATIENCE)
        assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *args: str) -> Any:
        return json.loads(self(*args, "--format", "json").stdout)

    @contextmanager
    def running(self, *args: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that goes on, in its own log file; SIGTERM at the end, and it must end well."""
        with (self.folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "gongbao", *args], env=self.environment, stdout=log, stderr=log
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                try:
                    process.wait(PATIENCE)
                finally:
                    process.kill()

    def forked(self, *args: str) -> forked.Forked:
        """A command that goes on, forked (forked.py), so at work in a moment; `with` kills it at the end."""
        log = self.folder / "log.txt"
        return forked.start(forked.gongbao, *args, environment=self.environment, out=log, err=log)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.settings['GONGBAO_WEB_PORT']}"

    def ready(self) -> None:
        """Wait until the web server answers."""

        def look() -> bool:
            try:
                return httpx.get(f"{self.base}/healthz", trust_env=False).status_code == 200
            except httpx.TransportError:
                return False

        until(look)

    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
