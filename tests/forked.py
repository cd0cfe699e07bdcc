"""The `gongbao` command in a process of its own, forked from one that has loaded it. Not a test file.

To load the program takes a second or two of a slow machine, and most tests of a command ask what it does, not
how it starts. One process that did nothing but load it is forked for each of them; its child has its own
environment, output and exit code, as a started one has.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory

# What the program reads of its environment while it loads (a child's own comes too late for that), and where
# forked_from.py is.
ENVIRONMENT = {"COLUMNS": "200", "TERM": "dumb", "PYTHONPATH": str(Path(__file__).parent)}


def run(args: Sequence[str], environment: Mapping[str, str], timeout: float) -> CompletedProcess[str]:
    """Run a command to its end, as `subprocess.run` does with its output as text."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        with started(args, environment, out, err) as process:
            process.join(timeout)
            if (code := process.exitcode) is None:
                raise TimeoutExpired(list(args), timeout)
        return CompletedProcess(list(args), code, _text(out), _text(err))


@contextmanager
def started(
    args: Sequence[str], environment: Mapping[str, str], out: Path, err: Path
) -> Iterator[BaseProcess]:
    """A command that goes on, what it says added to two files (or one and the same); killed at the end."""
    process = _context().Process(target=_command, args=(list(args), dict(environment), out, err))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


@cache
def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["forked_from"])
    with _environment(ENVIRONMENT):
        forkserver.ensure_running()
    return context


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _command(args: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    """In the child: be the command."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for number, file in ((1, out), (2, err)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    sys.argv = ["gongbao", *args]

    import gongbao  # loaded already where the fork server found it

    gongbao.main()
