"""Web: every error as a problem (RFC 9457). The only place that knows errors and statuses.

What a person can act on is told in full. What nobody outside can act on (a broken invariant, a
bug) is told as an id, under which the log has the rest.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.kernel.errors import (
    BridgeError,
    Broken,
    Conflict,
    InvalidInput,
    Malformed,
    Misconfigured,
    NotFound,
    TooLarge,
    Unauthorised,
    Unavailable,
)
from api.kernel.ids import new_id
from api.kernel.log import note, note_failure
from api.web.counting import UNAVAILABLE
from wallet.errors import InputError, SignatureError

__all__ = ["MEDIA_TYPE", "answer_error", "install", "problem", "request_id"]

MEDIA_TYPE: Final = "application/problem+json"
_STATUS: Final[tuple[tuple[type[BridgeError], int], ...]] = (
    (InvalidInput, 422),
    (Malformed, 400),
    (Unauthorised, 401),
    (NotFound, 404),
    (Conflict, 409),
    (TooLarge, 413),
    (Unavailable, 503),
)
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": 'Bearer realm="jiaozi"'},
    409: {"Retry-After": "1"},
    503: {"Retry-After": "2"},
}
_FRAMEWORK: Final[Mapping[int, str]] = {
    400: "Send the request as /docs shows it.",
    404: "Look at /docs for what there is.",
    405: "Look at /docs for the methods of this path; the Allow header names them.",
    415: "Send JSON with Content-Type: application/json.",
}
_SHAPE: Final = "Send these fields as /docs shows them."
_LONGEST_NAME: Final = 100


def problem(  # one answer has this many parts
    request_id: str,
    status: int,
    slug: str,
    detail: str,
    remedy: str,
    *,
    fields: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem answer."""
    body: dict[str, Any] = {
        "type": f"urn:jiaozi:problem:{slug}",
        "title": slug.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "remedy": remedy,
        "instance": f"urn:jiaozi:request:{request_id}",
    }
    if fields:
        body |= {"field": fields[0]["field"], "fields": list(fields)}
    return Response(
        json.dumps(body),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**_HEADERS.get(status, {}), **(headers or {})},
    )


def request_id(scope: Mapping[str, Any]) -> str:
    """The id that the outermost layer gave this request."""
    found: Any = scope.get("state", {}).get("request_id")
    return found if isinstance(found, str) else new_id("request")


def answer_error(error: Exception, this: str, log: logging.Logger) -> Response:
    """The answer to an error; what is not the asker's fault is logged under the request's id."""
    for kind, status in _STATUS:
        if isinstance(error, kind) and not isinstance(error, Broken | Misconfigured):
            if isinstance(error, Unavailable):
                UNAVAILABLE.labels(error.slug).inc()
                note(log, "unavailable", level=logging.WARNING, request=this, slug=error.slug)
            return problem(
                this,
                status,
                error.slug,
                error.detail,
                error.remedy,
                fields=_fields(getattr(error, "field", None), error.detail),
            )
    if isinstance(error, InputError | SignatureError):
        return problem(this, 422, InvalidInput.slug, error.message(), error.remedy())
    known = {"slug": error.slug, "detail": error.detail} if isinstance(error, BridgeError) else {}
    note_failure(log, "request failed", error, request=this, **known)
    return problem(
        this,
        500,
        "internal-error",
        f"Something went wrong inside the bridge; its log has it under {this}.",
        "Repeat the request with the same Idempotency-Key; nothing is done twice.",
    )


def install(app: FastAPI, log: logging.Logger) -> None:
    """Answer the bridge's, the wallet's and the framework's errors as problems."""

    async def foreseen(request: Request, error: Exception) -> Response:
        return answer_error(error, request_id(request.scope), log)

    async def framework(request: Request, error: Exception) -> Response:
        return _framework(error, request_id(request.scope))

    async def shape(request: Request, error: Exception) -> Response:
        return _shape(error, request_id(request.scope))

    for kind in (BridgeError, InputError, SignatureError):
        app.add_exception_handler(kind, foreseen)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, shape)


def _framework(error: Exception, this: str) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError("not an error of the framework")
    phrase = HTTPStatus(error.status_code).phrase
    return problem(
        this,
        error.status_code,
        phrase.lower().replace(" ", "-"),
        f"{phrase}.",
        _FRAMEWORK.get(error.status_code, "Look at /docs."),
        headers=error.headers,
    )


def _shape(error: Exception, this: str) -> Response:
    if not isinstance(error, RequestValidationError):
        raise TypeError("not an error of a request's shape")
    # pydantic's words and the field's place, never what was sent: it may be a secret
    fields = [{"field": _place(e["loc"]), "problem": str(e["msg"])} for e in error.errors()]
    named = ", ".join(field["field"] for field in fields)
    detail = f"The request does not have the right shape: {named}."
    return problem(this, 422, "invalid-shape", detail, _SHAPE, fields=fields)


def _place(location: Sequence[str | int]) -> str:
    inner = location[1:] if len(location) > 1 and location[0] == "body" else location
    return ".".join(str(part)[:_LONGEST_NAME] for part in inner)


def _fields(field: str | None, detail: str) -> list[dict[str, str]]:
    return [] if field is None else [{"field": field, "problem": detail}]
