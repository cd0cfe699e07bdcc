"""How often one client may ask: token buckets for each address, in this process. No routes.

The API has a rate of its own, feeds, pages and all else another; who asks whether the server is well is not
counted.

With several replicas each has buckets of its own. What a proxy adds is uvicorn's to believe
(FORWARDED_ALLOW_IPS): here the client is who the server says it is.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from fastapi import Depends, HTTPException, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.web.http.problems import as_problem, problem

API = "/api/"
PROBES = frozenset({"/healthz", "/readyz"})
BURST = 10.0  # seconds' worth of requests that may come at once
CLIENTS = 10_000  # addresses remembered, the latest

TOO_MANY: dict[int | str, dict[str, Any]] = {
    429: as_problem("Too many requests from this address; see Retry-After")
}


@dataclass(slots=True)
class Buckets:
    """Of `rate` tokens a second and client, at most `rate * burst` at once (one at least). Times are seconds
    of a clock that never goes back."""

    rate: float
    burst: float = BURST
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)  # tokens, when

    def wait(self, client: str, now: float) -> float:
        """Take a token: 0. When there is none: the seconds until there is one."""
        most = max(1.0, self.rate * self.burst)
        tokens, then = self._left.pop(client, (most, now))
        tokens = min(most, tokens + (now - then) * self.rate)
        taken = tokens >= 1
        self._left[client] = (tokens - 1 if taken else tokens, now)
        if len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - tokens) / self.rate


class RateLimit:
    """Answers 429 to whoever asks more often than so many times a second; 0: never."""

    def __init__(
        self, app: ASGIApp, api_rate: float, page_rate: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self.app = app
        self.clock = clock
        self.api = Buckets(api_rate) if api_rate > 0 else None
        self.pages = Buckets(page_rate) if page_rate > 0 else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in PROBES:
            is_api = scope["path"].startswith(API)
            buckets, setting = (self.api, "API_RATE") if is_api else (self.pages, "PAGE_RATE")
            if buckets and (wait := buckets.wait(client_of(scope), self.clock())) > 0:
                detail = f"More than {buckets.rate:g} requests a second from one address (GONGBAO_{setting})."
                await problem(429, detail, {"Retry-After": str(math.ceil(wait))})(scope, receive, send)
                return
        await self.app(scope, receive, send)


def not_too_often(buckets: str, forms: str) -> Any:
    """A dependency of a form that costs more than a page: HTTPException 429 for who sends it more often than
    the buckets of that name in the state of the app allow."""

    async def taken(request: Request) -> None:
        asked: Buckets = getattr(request.app.state, buckets)
        if (wait := asked.wait(client_of(request.scope), monotonic())) > 0:
            detail = f"So many {forms} from one address; try again later."
            raise HTTPException(429, detail, {"Retry-After": str(math.ceil(wait))})

    return Depends(taken)


def client_of(scope: Scope) -> str:
    """The address that a bucket is for; of IPv6 the /64, for that is what one customer has."""
    host = str((scope.get("client") or ("",))[0])
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
