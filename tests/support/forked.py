"""Processes forked from one that has loaded the program: `gongbao` commands, workers. Not a test file.

To load it takes some seconds of a slow machine, and most tests ask what a process does, not how it starts.
One process that did nothing but load (forked_from.py) is forked for each of them; its child has its own
environment, output and exit code, as a started one has.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Self
from unittest.mock import patch

# What the program reads of its environment while it loads (a child's own comes too late for that), and where
# forked_from.py is.
ENVIRONMENT = {"COLUMNS": "200", "TERM": "dumb", "PYTHONPATH": str(Path(__file__).parents[2])}


class Forked:
    """A process, with those words of `subprocess.Popen` that tests use. `with` kills it at the end."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid: int = process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; raises TimeoutExpired."""
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise TimeoutExpired([self._process.name], timeout or 0.0)
        return code

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def start(
    work: Callable[..., object], *args: str, environment: Mapping[str, str], out: Path, err: Path
) -> Forked:
    """A process that does `work(*args)`, at the head of a group of its own; what it says is added to two
    files, or to one and the same."""
    for file in (out, err):
        file.touch()
    process = _context().Process(target=_be, args=(work, args, dict(environment), out, err), daemon=True)
    process.start()
    return Forked(process)


def gongbao(*args: str) -> None:
    """Be the command."""
    import gongbao  # loaded already where the fork server found it

    sys.argv = ["gongbao", *args]
    gongbao.main()


def run(args: Sequence[str], environment: Mapping[str, str], timeout: float) -> CompletedProcess[str]:
    """Run a `gongbao` command to its end, as `subprocess.run` does with its output as text."""
    return finish(gongbao, *args, environment=environment, timeout=timeout)


def finish(
    work: Callable[..., object],
    *args: str,
    environment: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> CompletedProcess[str]:
    """A process that does `work(*args)`, with its exit code and all that it said."""
    [done] = finish_all(work, [args], environment, timeout)
    return done


def finish_all(
    work: Callable[..., object],
    each: Sequence[Sequence[str]],
    environment: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> list[CompletedProcess[str]]:
    """Processes at one time, one for each arguments."""
    encoding = _encoding(environment or os.environ)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        started = []
        for n, args in enumerate(each):
            out, err = Path(folder, f"{n}.out"), Path(folder, f"{n}.err")
            process = start(work, *args, environment=environment or os.environ, out=out, err=err)
            started.append((args, stack.enter_context(process), out, err))
        return [
            CompletedProcess(list(args), process.wait(timeout), *(file.read_text(encoding) for file in files))
            for args, process, *files in started
        ]


def share() -> None:
    """Load the program once for all processes that this one is about to fork: each asks the same server.

    Before it is asked, `multiprocessing` looks whether it lives, which only its parent can.
    """
    _context()
    forkserver._forkserver.ensure_running = lambda: None


@cache
def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.support.forked_from"])
    with patch.dict(os.environ, ENVIRONMENT):
        forkserver.ensure_running()
    return context


def _be(
    work: Callable[..., object], args: Sequence[str], environment: Mapping[str, str], out: Path, err: Path
) -> None:
    """In the child: become what a process that was started so would be."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    if environment.get("PYTHONWARNINGS") == "error":
        warnings.simplefilter("error")
    for number, file in ((1, out), (2, err)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    encoding = _encoding(environment)
    sys.stdout = os.fdopen(1, "w", encoding=encoding, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding=encoding, errors="backslashreplace", closefd=False, buffering=1)
    work(*args)


def _encoding(environment: Mapping[str, str]) -> str:
    return environment.get("PYTHONIOENCODING", "utf-8")
