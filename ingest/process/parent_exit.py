"""Ends a role when the process that started it is gone, however it went. What it starts is supervisor.py.

The supervisor holds the writing end of a pipe that is its child's standard input, and writes nothing. When it
dies, by kill -9 too, the kernel closes the pipe and sends SIGIO, here made the same as SIGTERM: the role
finishes what it has in hand. No thread waits for it: a worker forks, and must have none.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import stat
from types import FrameType

SUPERVISED = "GONGBAO_SUPERVISED"  # in the environment of what a supervisor starts; no setting of an operator

_STDIN = 0
_watching = False


def end_with_parent() -> None:
    """Ask this process to stop (SIGTERM) when its supervisor is gone. Does nothing where it has none."""
    global _watching
    if os.environ.pop(SUPERVISED, None) is None or not stat.S_ISFIFO(os.fstat(_STDIN).st_mode):
        return
    _watching = True
    signal.signal(signal.SIGIO, _stop)
    fcntl.fcntl(_STDIN, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(_STDIN, fcntl.F_SETFL, fcntl.fcntl(_STDIN, fcntl.F_GETFL) | os.O_ASYNC)
    _stop(signal.SIGIO, None)  # it may have gone before the kernel was asked to say so


def orphaned() -> bool:
    """Is this process's supervisor gone? False for a process that never had one."""
    return _watching and bool(select.select([_STDIN], [], [], 0)[0])


def _stop(_signum: int, _frame: FrameType | None) -> None:
    if orphaned():
        os.kill(os.getpid(), signal.SIGTERM)
