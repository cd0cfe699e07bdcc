"""A layer that bounds what a request may send after its head: how many bytes, and for how long. No routes.

It counts while they come, so that nobody holds more than the limit; who may send anything is access.py.
"""

from __future__ import annotations

import asyncio

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.web.http.problems import problem

LIMIT = 256 * 1024  # bytes; the longest list of events to replay takes a fifth of it
DEADLINE = 15.0  # seconds for a whole body
_TOO_LARGE = f"The body of a request may have {LIMIT} bytes."


class BodyLimit:
    """413 for a body of more than `LIMIT` bytes, 408 for one that is not there in time.

    A connection with more to come than anybody will read is closed after the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isascii() and length.isdigit() and (len(length) > 12 or int(length) > LIMIT):
            await problem(413, _TOO_LARGE, {"Connection": "close"})(scope, receive, send)
            return
        body = _Body(receive, is_endless="transfer-encoding" in Headers(scope=scope))

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start":
                body.is_answered = True
                if body.is_endless and not body.is_complete:
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, body.receive, send_and_close)


class _Body:
    """The body of one request on its way in."""

    def __init__(self, receive: Receive, *, is_endless: bool) -> None:
        self._receive = receive
        self._size = 0
        self._deadline = asyncio.get_running_loop().time() + DEADLINE
        self.is_endless = is_endless  # it came in chunks: its head does not say how long it is
        self.is_complete = False
        self.is_answered = False

    async def receive(self) -> Message:
        if self.is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            self.is_endless = True
            return self._refuse(408, f"The body of the request was not there within {DEADLINE:g} seconds.")
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)
            if self._size > LIMIT:
                return self._refuse(413, _TOO_LARGE)
        return message

    def _refuse(self, status: int, detail: str) -> Message:
        """HTTPException; after the answer began, the end of the connection."""
        if self.is_answered:
            return {"type": "http.disconnect"}
        raise HTTPException(status, detail)
