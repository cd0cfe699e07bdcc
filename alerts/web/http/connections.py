"""The connections of the web server: how many there may be, and how long one may be silent. No routes.

uvicorn has neither a deadline for the head of a request nor one for an answer that nobody takes, and counts
connections only when a request is there. So each is watched here, below HTTP; bodies are request_body.py.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from h11 import IDLE
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_DEADLINE = 10.0  # seconds from the beginning of a connection, or the answer before, to a request's head
WRITE_DEADLINE = 60.0  # seconds that a client may leave lying what was sent to it
OTHER_FILES = (
    300  # that a process may have open beside connections: SQLite takes three for each of 64 threads
)


@dataclass(slots=True)
class Connections:
    """Those of one server. `waiting` are without a request, the one that waits longest first."""

    limit: int
    head_deadline: float = HEAD_DEADLINE
    write_deadline: float = WRITE_DEADLINE
    waiting: dict[BoundedProtocol, asyncio.TimerHandle] = field(default_factory=dict)

    def make_room(self) -> bool:
        """Break off the connection that has waited longest for its request, rather one that has taken its
        last answer; False where none waits."""
        oldest = next((one for one in self.waiting if not one.unsent), next(iter(self.waiting), None))
        if oldest is not None:
            oldest.break_off()
        return oldest is not None


class BoundedProtocol(H11Protocol):
    """One connection. At the limit the newest is let in and the one that has asked nothing for longest goes:
    half-open connections, however many, do not keep anybody out who asks at once."""

    def __init__(self, limits: Connections, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._limits = limits
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        is_full = len(self.connections) >= self._limits.limit and not self._limits.make_room()
        super().connection_made(transport)
        if is_full:
            self.break_off()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        if self.conn.their_state is IDLE and not data.isascii():
            data = _escaped(data, self.conn.trailing_data[0])
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        self._wait()  # before uvicorn goes on with a request that was sent ahead
        super().on_response_complete()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_writing()
        self._writing = self._later(self._check_progress, self.unsent)

    def resume_writing(self) -> None:
        self._stop_writing()
        super().resume_writing()

    def break_off(self) -> None:
        """End it here and now: to close it in good order would wait for a client that does nothing."""
        self._stop_waiting()
        self.connections.discard(self)
        if self.unsent:  # the system would keep what it has of the answer, megabytes, and go on trying
            sock = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    @property
    def unsent(self) -> int:
        """Bytes of the answer that the client has not taken yet."""
        return self.transport.get_write_buffer_size()

    def _wait(self) -> None:
        self._stop_waiting()
        self._limits.waiting[self] = self.loop.call_later(self._limits.head_deadline, self._end_waiting)

    def _end_waiting(self, unsent: int | None = None) -> None:
        """Over, unless the answer before is still on its way and goes on."""
        if self.unsent and (unsent is None or self.unsent < unsent):
            self._limits.waiting[self] = self._later(self._end_waiting, self.unsent)
        else:
            self.break_off()

    def _check_progress(self, unsent: int) -> None:
        if self.unsent < unsent:
            self._writing = self._later(self._check_progress, self.unsent)
        else:
            self.break_off()

    def _later(self, check: Callable[[int], None], unsent: int) -> asyncio.TimerHandle:
        return self.loop.call_later(self._limits.write_deadline, check, unsent)

    def _stop_waiting(self) -> None:
        if (timer := self._limits.waiting.pop(self, None)) is not None:
            timer.cancel()

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None


def _escaped(data: bytes, before: bytes) -> bytes:
    """A request line with 沙坪坝区 as it was typed, as curl sends it: no HTTP, and clear enough."""
    if b"\n" in before:
        return data
    line, end, rest = data.partition(b"\n")
    return b"".join(b"%%%02X" % byte if byte > 0x7F else bytes((byte,)) for byte in line) + end + rest


def affordable(connections: int) -> int:
    """So many of these connections as the process may have open files for. Raises its own limit if it can."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(16, min(connections, soft - OTHER_FILES))
