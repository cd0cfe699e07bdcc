"""The OpenAPI document as it should be: FastAPI says `application/json` of every error. No routes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

PROBLEM = "application/problem+json"
METHODS = ("get", "post", "put", "patch", "delete")


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` say in which media type the errors come."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            for path in document["paths"].values():
                for method in METHODS:
                    for status, answer in path.get(method, {}).get("responses", {}).items():
                        content = answer.get("content", {})
                        if int(status) >= 400 and "application/json" in content:
                            answer["content"] = {PROBLEM: content["application/json"]}
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
