"""Errors on their way out: problem+json (RFC 9457) for machines, a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Mount

from alerts.web.http.language import words_of
from alerts.web.http.layers import HEADERS
from ingest.errors import StoreError

log = structlog.get_logger()

FOR_MACHINES = ("/api/", "/feed.", "/feeds", "/archive/", "/schemas/", "/healthz", "/readyz")


class Problem(BaseModel):
    """RFC 9457, application/problem+json."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Content",
                    "status": 422,
                    "detail": "year: a year such as 2026, not 'next'",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "No such thing"},
    422: {"model": Problem, "description": "A parameter is wrong"},
    503: {"model": Problem, "description": "The database or the source files cannot be read"},
}

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


class Templates(Protocol):
    """Of one language."""

    def TemplateResponse(  # noqa: N802
        self,
        request: Request,
        name: str,
        context: Mapping[str, Any],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response: ...


def add_handlers(app: FastAPI, templates: Mapping[str, Templates]) -> None:
    """Let every error leave `app` in the form that its reader understands. `templates`: by language."""

    def answer(request: Request, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
        if request.url.path.startswith(FOR_MACHINES):
            return problem(status, detail, headers)
        page = {"status": status, "phrase": HTTPStatus(status).phrase, "detail": detail, "here": "error"}
        pages = templates[words_of(request).lang]
        return pages.TemplateResponse(request, "error.html", page, status_code=status, headers=headers)

    @app.exception_handler(HTTPException)
    def refused(request: Request, exc: HTTPException) -> Response:
        detail = exc.detail if exc.detail != HTTPStatus(exc.status_code).phrase else request.url.path
        headers = dict(exc.headers or {})
        if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_methods(app, request))
        return answer(request, exc.status_code, detail, headers)

    @app.exception_handler(RequestValidationError)
    def misasked(request: Request, exc: RequestValidationError) -> Response:
        wrong = "; ".join(f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in exc.errors())
        return answer(request, 422, wrong)

    @app.exception_handler(StoreError)
    def no_store(request: Request, exc: StoreError) -> Response:
        log.error("store not readable", path=request.url.path, error=str(exc))
        detail = "The database cannot be read just now; the log of this server says why."
        return answer(request, 503, detail, {"Retry-After": "10"})

    @app.exception_handler(Exception)
    def failed(request: Request, exc: Exception) -> Response:
        # Starlette re-raises after this answer, so the server logs the traceback, and closes the connection
        # too: a client that is not told would send its next request into it. This handler runs outside all
        # layers: the headers must be added here.
        headers = HEADERS | {"Connection": "close"}
        return answer(request, 500, "The log of this server says what happened.", headers)


def _methods(app: FastAPI, request: Request) -> list[str]:
    """All that the address answers to (RFC 9110 §15.5.6); each route knows only its own."""
    routes = [route for route in app.routes if not isinstance(route, Mount)]  # static files: GET, as below
    methods = {
        method
        for method in METHODS
        for route in routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return sorted(methods | ({"HEAD"} if "GET" in methods else set())) or ["GET", "HEAD"]  # layers.py


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as RFC 9457 has it."""
    detail = detail.encode(errors="backslashreplace").decode()  # a lone surrogate has no UTF-8
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(content, status, headers, media_type="application/problem+json")
