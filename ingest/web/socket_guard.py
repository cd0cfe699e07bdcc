"""A fence around code that opens connections of its own: a thread inside reaches only what guard.py allows.

Python tells an audit hook of each address that a socket is about to be connected to. By then a name has been
looked up, so neither a redirect nor a name that leads elsewhere the second time (rebinding) gets past. Not
held: other threads that the code starts, and libraries that connect without the module `socket`.

What the thread has open can be shut from outside, when it has taken too long: a library that waits for bytes
that drip for ever gets no more of them.

Our own client has its guard in transport.py; this is for libraries that bring theirs along.
"""

from __future__ import annotations

import errno
import socket
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from weakref import WeakSet

from ingest.web.guard import is_named, may_reach

_MADE = "socket.__new__"
_LOOKED_UP = "socket.getaddrinfo"
_REACHED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_here = threading.local()


@dataclass(slots=True)
class Fence:
    """What the thread inside did: `refused` says which address it was kept from, the last one."""

    allow_hosts: Collection[str]
    refused: str | None = None
    _asked: str = ""  # the name that was looked up last
    _sockets: WeakSet[socket.socket] = field(default_factory=WeakSet)
    _is_shut: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def shut(self) -> None:
        """End every connection of the thread inside, and let it make no other. For another thread."""
        with self._lock:
            self._is_shut = True
            for one in self._sockets:
                with suppress(OSError):  # closed already
                    # Not the method of a TLS socket: that would take its state away from who reads.
                    socket.socket.shutdown(one, socket.SHUT_RDWR)

    def made(self, one: socket.socket) -> None:
        with self._lock:
            self._sockets.add(one)

    def looked_up(self, host: object) -> None:
        self._asked = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")

    def check(self, address: object) -> None:
        """Raises PermissionError, which whoever connects takes for a host that does not let him in."""
        if self._is_shut:
            raise PermissionError(errno.EACCES, "it has taken too long")
        if address is None:  # sendmsg on a connection that was checked
            return
        if not isinstance(address, tuple) or len(address) < 2:
            self._refuse("a socket of this machine")
            return
        host, port = str(address[0]), int(address[1])
        named = any(is_named(name, port, self.allow_hosts) for name in (host, self._asked) if name)
        if not may_reach(host, named=named):
            self._refuse(host)

    def _refuse(self, what: str) -> None:
        self.refused = f"{what} is not a public address, so it was not asked."
        raise PermissionError(errno.EACCES, self.refused)


@contextmanager
def within(fence: Fence) -> Iterator[None]:
    """This thread, until the block ends."""
    _watch()
    outer = getattr(_here, "fence", None)
    _here.fence = fence
    try:
        yield
    finally:
        _here.fence = outer


@cache
def _watch() -> None:
    """Once in a process, and for good: a hook cannot be taken away again."""
    sys.addaudithook(_hook)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    fence: Fence | None = getattr(_here, "fence", None)
    if fence is None:
        return
    if event == _MADE:
        fence.made(args[0])
    elif event == _LOOKED_UP:
        fence.looked_up(args[0])
    elif event in _REACHED:
        fence.check(args[1])
