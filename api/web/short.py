"""Web: short ways to the routes that are asked far more than all others.

For each request the framework looks through all routes, solves the parameters of the one it finds
and builds its objects anew: that costs more than all else that is done about a relayed transfer.
A short way leads past it to the same function. It answers what is in order, and raises what that
function raises; whatever else comes goes the ordinary way, which says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Short", "ShortWay"]

ShortWay: TypeAlias = Callable[[Request], Awaitable[Response | None]]
"""The answer; None: let it go the ordinary way. The body is in the scope's state, as `json`."""


class Short:
    """Inside the layers that give a request its id, its limit and its strict JSON."""

    def __init__(self, app: ASGIApp, ways: Mapping[tuple[str, str], ShortWay]) -> None:
        self._app = app
        self._ways = ways
        """By method and path."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        answer: Response | None = None
        if scope["type"] == "http":
            way = self._ways.get((scope["method"], scope["path"]))
            answer = None if way is None else await way(Request(scope))
        await (answer or self._app)(scope, receive, send)
