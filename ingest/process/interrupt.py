"""Ctrl-C while the command is still being loaded: it ends as it does later, with 130 and no traceback."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130  # the exit code: 128 + SIGINT


@contextmanager
def ended_by_interrupt() -> Iterator[None]:
    """In here Ctrl-C ends the process at once, for nothing is begun that would have to be cleared away.
    Python would show where it was in its imports."""
    try:
        former = signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    except ValueError:  # not in the main thread, to which Ctrl-C does not come either
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
