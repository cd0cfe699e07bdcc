"""A room of the web side: a router, and what holds for all of its addresses. No routes.

Its routes are whole, and `enter` adds them to the app as they are. FastAPI's own include_router makes each
anew at the first request, with what the app adds to it, and keeps both: 3 MB of a process for ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.params import Depends as Dependency

from alerts.web.http.parameters import known_parameters


def room(*, dependencies: Sequence[Dependency] = (), **said: Any) -> APIRouter:
    return APIRouter(dependencies=[Depends(known_parameters), *dependencies], **said)


def enter(app: FastAPI, router: APIRouter) -> None:
    app.router.routes.extend(router.routes)
