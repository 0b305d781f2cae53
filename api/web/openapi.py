"""Web: the OpenAPI document, made to say what the bridge really does.

FastAPI describes a problem as plain JSON and a header that must be there as one that may be;
both are put right here, once, for every room. The types of problems stand beside their shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.web.bodies import ProblemBody
from api.web.problem_types import listed
from api.web.problems import MEDIA_TYPE

__all__ = ["ERRORS", "PROBLEM_TYPES", "document"]

PROBLEM_TYPES: Final = "x-problem-types"
"""Beside the properties of ProblemBody: every type, its statuses and its meaning."""

ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"model": ProblemBody, "description": "A problem (RFC 9457): what happened, what to do"}
}
"""What every route is included with."""

_KEY: Final = {
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    "description": "A fresh random one for each new request, the same for its repetitions",
}
_OPERATOR: Final = {"type": "http", "scheme": "bearer", "description": "The operator's token"}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once for each app."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        for operation in _operations(made):
            _mend(operation)
        made["components"]["schemas"][ProblemBody.__name__][PROBLEM_TYPES] = listed()
        made["components"]["securitySchemes"] = {"operator": _OPERATOR}
        app.openapi_schema = made
    return app.openapi_schema


def _operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for verbs in made["paths"].values():
        yield from verbs.values()


def _mend(operation: dict[str, Any]) -> None:
    problems = operation["responses"].get("4XX")
    if problems is not None:
        problems["content"] = {MEDIA_TYPE: problems["content"]["application/json"]}
    kept = []
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "authorization":
            operation["security"] = [{"operator": []}]
            continue
        if parameter["name"] == "idempotency-key":
            parameter.update(_KEY, name="Idempotency-Key")
        kept.append(parameter)
    operation["parameters"] = kept
