"""Errors on their way out: problem+json (RFC 9457) for machines, a page for people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Mount

from alerts.web.http.language import words_of
from alerts.web.http.layers import HEADERS
from alerts.web.http.parameters import UnknownParameter
from alerts.words.language import ENGLISH, Words
from ingest.errors import NoKey, StoreError, bound

log = structlog.get_logger()

FOR_MACHINES = ("/api/", "/feed.", "/feeds", "/archive/", "/schemas/", "/healthz", "/readyz")
FILES = (".csv", ".opml", ".txt", ".xml")


class Problem(BaseModel):
    """RFC 9457, application/problem+json."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Content",
                    "status": 422,
                    "detail": "limit has to be a whole number",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str


MEDIA_TYPE = "application/problem+json"


def as_problem(description: str) -> dict[str, Any]:
    """What OpenAPI says of an answer that is a Problem. Told of the model, FastAPI would make one of its own
    for every answer of every address, two hundred; what it is stands in the document once (api/openapi.py).
    """
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: as_problem("No such thing"),
    422: as_problem("A parameter is wrong"),
    503: as_problem("The database or the source files cannot be read"),
}

_ENGLISH = re.compile("[a-z] [a-z]+ [a-z]")  # a sentence, not the name of a parameter or a path

_QUOTED = re.compile("'([^']*)'")

# As RFC 9110 calls them; Python does from 3.13 on.
_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}

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


def add_handlers(app: FastAPI) -> None:
    """Let every error leave `app` in the form that its reader understands."""
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(UnknownParameter)(_unknown)
    app.exception_handler(RequestValidationError)(_misasked)
    app.exception_handler(StoreError)(_no_store)
    app.exception_handler(NoKey)(_no_key)
    app.exception_handler(Exception)(_failed)


def _answer(
    request: Request,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    *,
    said: Callable[[Words], str] | None = None,
    meant: str | None = None,
) -> Response:
    """`said`: the detail for people; `meant`: the address that they may have meant."""
    if _is_for_machines(request):
        return problem(status, detail, headers)
    words = words_of(request)
    shown = said(words) if said else detail
    page = {
        "here": "error",
        "status": status,
        "phrase": _phrase(status),
        "detail": shown,
        "detail_is_english": bool(_ENGLISH.search(shown)),
        "meant": meant,
    }
    # What was asked may be nobody else's business.
    headers = {"Cache-Control": "no-store", **(headers or {})}
    templates: Mapping[str, Templates] = request.app.state.templates
    return templates[words.lang].TemplateResponse(
        request, "error.html", page, status_code=status, headers=headers
    )


def _is_for_machines(request: Request) -> bool:
    """By its room, as the file that it is, or because a page is asked for as one (`/matrix?format=csv`)."""
    path = request.url.path
    return path.startswith(FOR_MACHINES) or path.endswith(FILES) or "format" in request.query_params


def _refused(request: Request, exc: HTTPException) -> Response:
    headers, meant, path = dict(exc.headers or {}), None, request.url.path
    detail, said = exc.detail, None
    if exc.detail == HTTPStatus(exc.status_code).phrase:
        detail, said = path, lambda _: path
    if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
        detail = f"{path} answers to {headers['Allow']}, not to {request.method}"
    elif exc.status_code == HTTPStatus.NOT_FOUND:
        meant = _near(request)
        if said:
            detail = f"There is nothing at {path}" + (f"; perhaps {meant}" if meant else "")
    return _answer(request, exc.status_code, detail, headers, said=said, meant=meant)


def _unknown(request: Request, exc: UnknownParameter) -> Response:
    def said(words: Words) -> str:
        if exc.near:
            return words.say("没有参数 %(name)s，也许是 %(near)s。", name=exc.name, near=exc.near)
        known = words.comma.join(exc.known)
        return words.say("没有参数 %(name)s。此处可用：%(known)s。", name=exc.name, known=known)

    meant = None
    if near := exc.near:
        asked = [(near if n == exc.name else n, v) for n, v in request.query_params.multi_items()]
        meant = f"{quote(request.scope['path'])}?{urlencode(asked)}"
    return _answer(request, exc.status_code, exc.detail, said=said, meant=meant)


def _misasked(request: Request, exc: RequestValidationError) -> Response:
    def said(words: Words) -> str:
        return " ".join(_misasked_in(words, error) for error in exc.errors())

    detail = "; ".join(_misasked_in(ENGLISH, error).removesuffix(".") for error in exc.errors())
    return _answer(request, 422, detail, said=said)


def _no_store(request: Request, exc: StoreError) -> Response:
    log.error("store not readable", path=request.url.path, error=str(exc))
    detail = "The database cannot be read just now; the log of this server says why."
    return _answer(
        request,
        503,
        detail,
        {"Retry-After": "10"},
        said=lambda words: words.say("现在读不了数据库，原因见本服务器的日志。"),
    )


def _no_key(request: Request, exc: NoKey) -> Response:
    log.error("sealed with a key that is not here", path=request.scope["route"].path, error=str(exc))
    detail = "What this server keeps sealed cannot be opened just now; its log says why."
    return _answer(
        request,
        503,
        detail,
        {"Retry-After": "3600"},
        said=lambda words: words.say("现在打不开密封保存的内容，原因见本服务器的日志。"),
    )


def _failed(request: Request, exc: Exception) -> Response:
    # Starlette re-raises after this answer, so the server logs the traceback, and closes the connection
    # too: a client that is not told would send its next request into it. This handler runs outside all
    # layers: the headers must be added here.
    headers = HEADERS | {"Connection": "close"}
    detail = "The log of this server says what happened."
    return _answer(request, 500, detail, headers, said=lambda words: words.say("原因见本服务器的日志。"))


def _asked(error: Mapping[str, Any]) -> str:
    """What is wrong, as it was asked for: `url`, `types.0` in a body, `type` of which there are several."""
    where, *path = error["loc"]
    return ".".join(map(str, path if where == "body" else path[:1]))


def _misasked_in(words: Words, error: Mapping[str, Any]) -> str:
    """What pydantic found wrong with what was asked. Only programs send JSON: of such a body in English."""
    name, context = _asked(error), error.get("ctx", {})
    match error["type"]:
        case "json_invalid":
            return f"body: no JSON: {context['error']} (character {name})."
        case _ if not name:
            return "body: a JSON object is needed, sent as Content-Type: application/json."
        case "value_error":
            return str(context["error"])
        case "repeated":
            return words.say("%(name)s 只给一次，不能给 %(times)s 次。", name=name, times=context["times"])
        case "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float":
            return words.say("%(name)s 要是一个整数。", name=name)
        case "float_type" | "float_parsing":
            return words.say("%(name)s 要是一个数。", name=name)
        case "bool_type" | "bool_parsing":
            return words.say("%(name)s 要是 true 或 false。", name=name)
        case "string_type" | "string_unicode":
            return words.say("%(name)s 要是一段文字。", name=name)
        case "list_type":
            return words.say("%(name)s 要是一个列表。", name=name)
        case "greater_than_equal":
            return words.say("%(name)s 不能小于 %(least)s。", name=name, least=bound(context["ge"]))
        case "less_than_equal":
            return words.say("%(name)s 不能大于 %(most)s。", name=name, most=bound(context["le"]))
        case "less_than":
            return words.say("%(name)s 要小于 %(bound)s。", name=name, bound=bound(context["lt"]))
        case "literal_error" | "enum":
            return _none_of(words, name, error["input"], _QUOTED.findall(context["expected"]))
        case "string_pattern_mismatch":
            return words.say("%(name)s 的写法不对。", name=name)
        case "string_too_long":
            return words.say("%(name)s 最长 %(most)s 个字符。", name=name, most=context["max_length"])
        case "too_long":
            return words.say("%(name)s 最多给 %(most)s 个。", name=name, most=context["max_length"])
        case "missing":
            return words.say("缺少 %(name)s。", name=name)
        case "extra_forbidden":
            return words.say("没有 %(name)s 这一项。", name=name)
        case _:
            return f"{name}: {error['msg']}"


def _none_of(words: Words, name: str, found: object, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(found).lower(), known, 3)
    if near:
        return words.say(
            "%(name)s 没有 %(found)s，也许是 %(near)s。",
            name=name,
            found=found,
            near=words.between.join(near),
        )
    return words.say("%(name)s 只能是：%(known)s。", name=name, known=words.between.join(known))


def _near(request: Request) -> str | None:
    """The address that is spelt most like one that nothing answers to: /regions/500106 for /region/500106."""
    if "route" in request.scope:  # it is one of ours; what it names is not there
        return None
    room, _, rest = request.url.path.strip("/").partition("/")
    rooms = {route.path.split("/")[1] for route in request.app.routes if isinstance(route, APIRoute)}
    for near in difflib.get_close_matches(room, rooms, 1):
        path = f"/{near}/{rest}".rstrip("/")
        scope = {**request.scope, "path": path, "method": "GET"}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            return quote(path)
    return None


def _methods(request: Request) -> list[str]:
    """All that the address answers to (RFC 9110 §15.5.6); each route knows only its own."""
    routes = [
        route for route in request.app.routes if not isinstance(route, Mount)
    ]  # static files: GET, as below
    methods = {
        method
        for method in METHODS
        for route in routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return sorted(methods | ({"HEAD"} if "GET" in methods else set())) or ["GET", "HEAD"]  # layers.py


def _phrase(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error as RFC 9457 has it."""
    detail = detail.encode(errors="backslashreplace").decode()  # a lone surrogate has no UTF-8
    content = {"type": "about:blank", "title": _phrase(status), "status": status, "detail": detail}
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)
