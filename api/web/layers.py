"""Web: what surrounds every request: an id, security headers, a size limit, strict JSON.

Plain ASGI, so that streams stay streams.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kernel.errors import BridgeError, Malformed, TooLarge
from api.kernel.ids import new_id
from api.kernel.log import note
from api.web.problems import answer_error, problem
from api.web.strict_json import parse

__all__ = ["MAX_BODY", "BodyGuard", "Shield"]

MAX_BODY: Final = 64 * 1024
"""Many times the largest; a megabyte of brackets is parsed for half a second, alone."""
_SECURITY: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Shield:
    """The outermost layer: gives the request its id, its answer the security headers.

    An error that nothing else has answered ends here: the asker gets an id, the log the rest.
    """

    def __init__(self, app: ASGIApp, log: logging.Logger) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        this = new_id("request")
        scope.setdefault("state", {})["request_id"] = this
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = this
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            note(self._log, "client went away", request=this)
        except Exception as error:  # noqa: BLE001 - the last layer: logged by class and place
            answer = answer_error(error, this, self._log)
            if not started:
                await answer(scope, receive, guarded)


class BodyGuard:
    """Reads the body of a request, up to a limit, and lets only strict JSON through.

    Paths in `streamed` read their bodies themselves, with limits of their own.
    """

    def __init__(self, app: ASGIApp, streamed: frozenset[str]) -> None:
        self._app = app
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["path"] in self._streamed:
            await self._app(scope, receive, send)
            return
        try:
            body, said = await _read(scope, receive)
        except BridgeError as error:
            await _refuse(error, scope, receive, send)
            return
        scope.setdefault("state", {})["json"] = said
        waiting = [body]

        async def replay() -> Message:
            if waiting:
                return {"type": "http.request", "body": waiting.pop(), "more_body": False}
            return await receive()

        await self._app(scope, replay, send)


async def _read(scope: Scope, receive: Receive) -> tuple[bytes, Any]:
    headers = Headers(scope=scope)
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:20]) > MAX_BODY:
        raise _too_large()
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise _too_large()
        if not message.get("more_body", False):
            break
    if body:
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Malformed(
                "The body is not declared as JSON.",
                remedy="Send it with Content-Type: application/json.",
                slug="unsupported-media-type",
            )
        return bytes(body), parse(bytes(body))
    return bytes(body), None


async def _refuse(error: BridgeError, scope: Scope, receive: Receive, send: Send) -> None:
    this: Any = scope["state"]["request_id"]
    status = 413 if isinstance(error, TooLarge) else 400
    if error.slug == "unsupported-media-type":
        status = 415
    answer = problem(
        this, status, error.slug, error.detail, error.remedy, headers={"Connection": "close"}
    )
    await answer(scope, receive, send)


def _too_large() -> TooLarge:
    return TooLarge(
        f"The body is larger than {MAX_BODY} bytes.",
        remedy="Send less; statements alone may be larger, at POST /v1/statements.",
    )
