"""ASGI layers around the whole app: headers of every answer, CORS, HEAD wherever there is GET. No routes."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    # Everything from here, no script at all (but WITH_SCRIPT); pages of others are linked, never embedded.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# For the few pages that are better with a script of ours, which asks our API.
WITH_SCRIPT = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; script-src 'self'; connect-src 'self'"
}

HEAD_ONLY = "gongbao.head"  # in the scope of a request whose body nobody will see


class SecurityHeaders:
    """Adds HEADERS to every HTTP answer, also to errors."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def shared_with(origins: Collection[str]) -> list[Middleware]:
    """CORS for reading, where any origin is named: no token, no cookie and no other method comes through."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=tuple(origins),
            allow_methods=("GET", "HEAD"),
            allow_headers=("If-None-Match", "If-Modified-Since", "Last-Event-ID"),
            expose_headers=("ETag", "Link", "Retry-After"),
        )
    ]


class WithoutTrailingSlash:
    """Redirects `/feed.atom/` to `/feed.atom`, under the public path and on whatever host was asked.

    The Location names no host: the one that a proxy asked for is not the one that the world knows.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].strip("/") if scope["type"] == "http" and scope["method"] == "GET" else ""
        if not path or not scope["path"].endswith("/"):
            await self.app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        # Quoted, with one slash before it: a browser takes "//host" and "/\\host" for another host.
        where = f"{self.root}/{quote(path)}{'?' + query if query else ''}"
        await RedirectResponse(where, 308)(scope, receive, send)


class HeadLikeGet:
    """HEAD is GET without the body (RFC 9110 §9.3.2); FastAPI's routes know only what they are told."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET", HEAD_ONLY: True}, receive, send_without_body)
