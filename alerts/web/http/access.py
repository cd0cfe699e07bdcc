"""Who may see and change subscriptions: who has a token, and by default only from this machine. No routes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from alerts.web.http.api_tokens import known_token
from ingest.settings import Settings
from ingest.store import tokens
from ingest.store.db import Store

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")  # set by a proxy: the world may be behind it


class TokenRoute(APIRoute):
    """A route for who has a token. FastAPI reads and parses a body before it asks any dependency; here who
    asks is looked at first, and nothing is read for somebody who may not ask."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            state = request.app.state
            await run_in_threadpool(check_access, request, state.settings, state.store)
            return await handle(request)

        return guarded


def check_access(request: Request, settings: Settings, store: Store) -> None:
    """HTTPException 401 without a good token, 403 from where nobody may."""
    check_place(request, settings)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    with store.read() as tx:
        known = tokens.all(tx)
    if scheme.lower() != "bearer":
        raise HTTPException(
            401,
            "A token is needed: Authorization: Bearer …; `gongbao token add` makes one.",
            {"WWW-Authenticate": 'Bearer realm="gongbao"'},
        )
    if known_token(token.strip(), known) is None:
        raise HTTPException(
            401,
            "There is no such token; it was removed, or is not whole. `gongbao token add` makes another.",
            {"WWW-Authenticate": 'Bearer realm="gongbao", error="invalid_token"'},  # RFC 6750 §3.1
        )


def check_place(request: Request, settings: Settings) -> None:
    """HTTPException 403 from where nobody may, whatever token he has."""
    if settings.api_writes == "off":
        raise HTTPException(403, "Subscriptions are not managed over HTTP here (GONGBAO_API_WRITES=off).")
    if settings.api_writes == "loopback" and not is_local(request):
        raise HTTPException(
            403,
            "Only from the machine of the server itself; GONGBAO_API_WRITES=anywhere opens it to others.",
        )


def is_local(request: Request) -> bool:
    """Whether the client is this machine, and no proxy between."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
