"""The OpenAPI document as it should be: what http/problems.py refers to stands in it, and examples have what
is null, which FastAPI leaves out. No routes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from alerts.listing import shapes
from alerts.listing.shapes import example_of
from alerts.web.api import schemas
from alerts.web.http.problems import Problem

SHAPES = {
    name: shape
    for name, shape in {**vars(shapes), **vars(schemas), Problem.__name__: Problem}.items()
    if isinstance(shape, type) and issubclass(shape, BaseModel)
}


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` say what an error is, and give its examples whole."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            shapes_said = document["components"]["schemas"]
            shapes_said[Problem.__name__] = Problem.model_json_schema()
            for name, shape in shapes_said.items():
                if name in SHAPES:
                    shape["examples"] = shape.get("examples") or [example_of(SHAPES[name])]
                    for field, said in SHAPES[name].model_fields.items():
                        if said.examples:
                            shape["properties"][said.alias or field]["examples"] = said.examples
            document["components"]["schemas"] = dict(sorted(shapes_said.items()))
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
