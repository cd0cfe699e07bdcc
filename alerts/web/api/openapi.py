"""The OpenAPI document as it should be: FastAPI gives errors the media type of the answer, and leaves what
is null out of examples. No routes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from alerts.listing import shapes
from alerts.listing.shapes import example_of
from alerts.web.api import schemas
from alerts.web.http.problems import Problem

PROBLEM = "application/problem+json"
SHAPES = {
    name: shape
    for name, shape in {**vars(shapes), **vars(schemas), Problem.__name__: Problem}.items()
    if isinstance(shape, type) and issubclass(shape, BaseModel)
}
_A_PROBLEM = {"$ref": f"#/components/schemas/{Problem.__name__}"}
METHODS = ("get", "post", "put", "patch", "delete")


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` say in which media type the errors come, and give its examples whole."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            for path in document["paths"].values():
                for method in METHODS:
                    for status, answer in path.get(method, {}).get("responses", {}).items():
                        for said in answer.get("content", {}).values():
                            if int(status) >= 400 and said.get("schema") == _A_PROBLEM:
                                answer["content"] = {PROBLEM: said}
            for name, shape in document["components"]["schemas"].items():
                if name in SHAPES:
                    shape["examples"] = shape.get("examples") or [example_of(SHAPES[name])]
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
