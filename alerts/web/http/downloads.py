"""Answers of any length, read from the database while they are sent, and how many there may be at once.

Each holds a transaction, so a connection, until its last piece is read: that may not depend on the good
will of who reads it. What is in them is the business of the routes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from alerts.web.http.layers import HEAD_ONLY
from alerts.web.http.rate_limit import client_of

log = structlog.get_logger(__name__)

AT_ONCE = 5  # of one process, which has 15 connections to PostgreSQL and 64 to SQLite
AT_ONCE_PER_CLIENT = 3
PATIENCE = 10.0  # seconds that one waits for its place
PIECE = 2**16  # bytes that are sent at once
PIECE_DEADLINE = 15.0  # seconds that a client may take for a piece
LONGEST = 3600.0  # seconds of all of it: for so long the database keeps what others delete meanwhile


@dataclass(slots=True)
class Downloads:
    """Those of one event loop, by the address of who reads."""

    open: Counter[str] = field(default_factory=Counter)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """One of the few. HTTPException 503 where none is free in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                while self.open.total() >= AT_ONCE or self.open[client] >= AT_ONCE_PER_CLIENT:
                    await self._ended.wait()
        except TimeoutError as exc:
            detail = "Too many downloads in progress, here or from your address; come back in half a minute."
            raise HTTPException(503, detail, {"Retry-After": "30"}) from exc
        self.open[client] += 1
        try:
            yield
        finally:
            self.open[client] -= 1
            self.open = +self.open  # without those that are at nought
            self._ended.set()
            self._ended = asyncio.Event()


class Download(StreamingResponse):
    """Sends what a generator yields, and closes it, however it ends.

    It begins when there is a place (`Downloads`, in the state of the app), and not before: until then nothing
    is open. What cannot be read is an error before the answer begins.
    """

    def __init__(
        self, content: Generator[str | bytes], media_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__((), headers=headers, media_type=media_type)
        self._content = content
        self._first = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with scope["app"].state.downloads.place(client_of(scope)):
            try:
                self._first = await run_in_threadpool(self._piece)
                if HEAD_ONLY in scope:
                    await run_in_threadpool(self._content.close)  # so that there is no more than the first
                await super().__call__(scope, receive, send)
            finally:
                with suppress(ValueError):  # a thread is in it, and lets go of it: the server ends
                    await run_in_threadpool(self._content.close)

    async def stream_response(self, send: Send) -> None:
        async def body(piece: bytes, *, more: bool = True) -> None:
            async with asyncio.timeout(PIECE_DEADLINE):  # it waits for the client to take the one before
                await send({"type": "http.response.body", "body": piece, "more_body": more})

        end = asyncio.get_running_loop().time() + LONGEST
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        piece = self._first
        try:
            while piece:
                for start in range(0, len(piece), PIECE):
                    await body(piece[start : start + PIECE])
                    if asyncio.get_running_loop().time() > end:
                        raise TimeoutError
                piece = await run_in_threadpool(self._piece)
            await body(b"", more=False)
        except TimeoutError:  # without its end: the client knows that it is torn
            log.warning("download broken off: its client takes it too slowly", media_type=self.media_type)

    def _piece(self) -> bytes:
        """The next PIECE or more; nothing at the end."""
        gathered = bytearray()
        for part in self._content:
            gathered += part.encode(self.charset) if isinstance(part, str) else part
            if len(gathered) >= PIECE:
                break
        return bytes(gathered)


def ending(content: Any, source: Generator[Any]) -> Generator[str | bytes]:
    """`content`, which is made of `source`; with the end of the one the other ends too."""
    try:
        yield from content
    finally:
        source.close()
