"""/docs: the OpenAPI document as a page for people, without scripts, so that it works offline and under our
Content-Security-Policy. What the document says is web/api/openapi.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from alerts.web.http.room import room
from alerts.web.pages.templating import TemplatesDep

Json = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"

router = room(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    where: str  # query, path or header
    required: bool
    values: str  # what may be said
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    types: tuple[str, ...]  # media types


@dataclass(frozen=True, slots=True)
class Operation:
    """An address with a method. `asked` and `given`: examples of its body and of its answer as JSON."""

    method: str
    path: str
    room: str
    summary: str
    text: str
    parameters: tuple[Parameter, ...]
    asked: str | None
    answers: tuple[Answer, ...]
    given: str | None
    with_token: bool


@router.get("/docs")
def docs(request: Request, templates: TemplatesDep) -> Response:
    found = operations(request.app.openapi())
    rooms: dict[str, list[Operation]] = {}
    for operation in found:
        rooms.setdefault(operation.room, []).append(operation)
    return templates.TemplateResponse(request, "docs.html", {"here": "docs", "rooms": rooms})


def operations(document: Json) -> tuple[Operation, ...]:
    """All that the document describes, in its order."""
    shapes = document["components"]["schemas"]
    return tuple(
        _operation(method, path, methods[method], shapes)
        for path, methods in document["paths"].items()
        for method in METHODS
        if method in methods
    )


def _operation(method: str, path: str, said: Json, shapes: Json) -> Operation:
    answers = said["responses"]
    good: Json = next((answer for status, answer in answers.items() if status.startswith("2")), {})
    return Operation(
        method=method.upper(),
        path=path,
        room=(said.get("tags") or [""])[0],
        summary=said.get("summary", ""),
        text=" ".join(said.get("description", "").split()),
        parameters=tuple(
            Parameter(
                one["name"],
                one["in"],
                one.get("required", False),
                _values(one["schema"], shapes),
                one.get("description", ""),
            )
            for one in said.get("parameters", ())
        ),
        asked=_example_in(said.get("requestBody", {}), shapes),
        answers=tuple(
            Answer(status, answer.get("description", ""), tuple(answer.get("content", ())))
            for status, answer in sorted(answers.items())
        ),
        given=_example_in(good, shapes),
        with_token=bool(said.get("security")),
    )


def _resolved(schema: Json, shapes: Json) -> Json:
    reference = schema.get("$ref")
    resolved: Json = shapes[reference.rpartition("/")[2]] if reference else schema
    return resolved


def _values(schema: Json, shapes: Json) -> str:
    """`integer, 1949–2100`; `json | jsonl | csv`."""
    choices = [_resolved(one, shapes) for one in schema.get("anyOf", (schema,))]
    return " | ".join(_value(one, shapes) for one in choices if one.get("type") != "null")


def _value(schema: Json, shapes: Json) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"{_values(schema['items'], shapes)}, repeatable"
    least, most = schema.get("minimum"), schema.get("maximum")
    bounds = f", {least}–{most}" if least is not None and most is not None else ""
    return f"{schema.get('type', 'any')}{bounds}"


def _example_in(carrier: Json, shapes: Json) -> str | None:
    schema = carrier.get("content", {}).get(JSON, {}).get("schema")
    example = example_of(schema, shapes) if schema else None
    return json.dumps(example, ensure_ascii=False, indent=2) if example else None


def example_of(schema: Json, shapes: Json) -> Any:
    """Made of the examples of its parts; null where there is none."""
    whole = _resolved(schema, shapes)
    if whole.get("examples"):
        return whole["examples"][0]
    match whole.get("type"):
        case "array":
            return [example_of(whole["items"], shapes)]
        case "object" if "properties" in whole:
            return {name: example_of(part, shapes) for name, part in whole["properties"].items()}
        case _:
            return None
