"""A webhook receiver on loopback that answers as it is told: well, badly, slowly, endlessly, never.

    async with Receiver(status(500), status(200)) as receiver:
        … receiver.url … await receiver.arrived(2) … receiver.received[0].verified(secret)

The last answer of the script is given for ever after. `Receiver(hang, leap=60)`: once an answer hangs or
drips, 60 seconds pass at once on the clock of the event loop. A deadline can be long enough for the slowest
machine then, and no test waits for it.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any, Self

from standardwebhooks import Webhook

PATIENCE = 20.0  # seconds that a test waits for a request before it fails

DROPS = 5  # that fall before the time of a leap passes: the other side has read what came before them

Behaviour = Callable[["Receiver", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    method: str
    path: str
    headers: Mapping[str, str]  # lower-case names
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """The JSON of the body, after the PyPI package standardwebhooks has accepted the signature.

        It allows five minutes between the clock of the sender and the real one.
        """
        return Webhook(secret).verify(self.body, dict(self.headers))

    def json(self) -> Any:
        return json.loads(self.body)


def status(code: int, body: bytes = b"", **headers: str) -> Behaviour:
    """A whole answer; header names with _ for -."""

    async def answer(_receiver: Receiver, writer: asyncio.StreamWriter) -> None:
        fields = {"content-length": str(len(body)), "connection": "close"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"HTTP/1.1 {code} -\r\n{head}\r\n".encode() + body)
        await writer.drain()

    return answer


def let_pass(seconds: float) -> None:
    """Set the clock of the running event loop forward: what was to end by then ends now."""
    loop = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + seconds  # type: ignore[method-assign]


async def hang(receiver: Receiver, _writer: asyncio.StreamWriter) -> None:
    """No answer, connection open, until the test is over."""
    let_pass(receiver.leap)
    await receiver.over.wait()


async def drip_head(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
    """A header that never ends, a little at a time: each read succeeds, the whole never does."""
    writer.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    await writer.drain()
    await _drip(receiver, writer)


async def drip_body(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
    """200 at once, then a body that never ends, a little at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    await writer.drain()
    await _drip(receiver, writer)


async def _drip(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
    for dropped in count(1):
        if receiver.over.is_set():
            return
        writer.write(b"a")
        await writer.drain()
        if dropped == DROPS:
            let_pass(receiver.leap)
        await receiver.pause(0.02)


async def endless_body(receiver: Receiver, writer: asyncio.StreamWriter) -> None:
    """200 at once, then as many bytes as the other side will take; `receiver.sent` counts them."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not receiver.over.is_set():
        writer.write(b"a" * 16_384)
        await writer.drain()
        receiver.sent += 16_384


async def reset(_receiver: Receiver, writer: asyncio.StreamWriter) -> None:
    """The connection is torn down (RST) instead of an answer."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def nonsense(_receiver: Receiver, writer: asyncio.StreamWriter) -> None:
    """An answer that is not HTTP."""
    writer.write(b"220 mail.example.com ESMTP ready\r\n")
    await writer.drain()


class Receiver:
    """One server; every request is kept in `received`, in the order of arrival."""

    def __init__(self, *script: Behaviour, leap: float = 0.0) -> None:
        self.script = list(script) or [status(200)]
        self.leap = leap
        self.received: list[Received] = []
        self.over = asyncio.Event()
        self.sent = 0
        self.port = 0
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [request.id for request in self.received]

    async def arrived(self, count: int, patience: float = PATIENCE) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(lambda: len(self.received) >= count)

    async def pause(self, seconds: float) -> None:
        """Let time pass between two drops, but not beyond the end of the test."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.over.wait()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.over.set()
        assert self._server is not None
        self._server.close()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the sender hung up, which is what some tests are about
        finally:
            self._talks.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {
            n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        async with self._changed:
            self.received.append(Received(method, path, headers, body))
            behave = self.script[min(len(self.received), len(self.script)) - 1]
            self._changed.notify_all()
        await behave(self, writer)
