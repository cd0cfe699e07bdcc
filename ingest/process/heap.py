"""How the C library keeps the memory of a process that runs for long."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

_M_ARENA_MAX = -8  # mallopt(3)


def keep_one_heap() -> None:
    """Let all threads share one heap. glibc would give each its own, eight for every processor, and of what
    pages and texts have used there little comes back; our threads take turns at Python's lock anyway. Other
    C libraries keep one by themselves."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def settle() -> None:
    """What is loaded now stays. The collector need not look at it each time: all of it takes it a fifth of a
    second, in which nobody is answered."""
    gc.collect()
    gc.freeze()
