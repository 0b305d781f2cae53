"""Tests of the simulation: the bridge's app, asked without a socket, a thread or a client library.

One request is one run of the app in one loop; what the app would do in another thread it does at
once. So nothing about a life depends on the machine's scheduling.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi import FastAPI

__all__ = ["Web"]


class Web:
    """Asks an app. Use `at_once` before, so that it starts no threads."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()

    @staticmethod
    def at_once(patch: pytest.MonkeyPatch) -> None:
        """Let the app do at once what it would give to a thread."""
        patch.setattr("anyio.to_thread.run_sync", _at_once)

    def ask(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the answer; raises what the app raises."""
        sent: list[dict[str, Any]] = []
        asked = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        given = {"host": "bridge", "content-type": "application/json", **(headers or {})}
        if body:
            given["content-length"] = f"{len(body)}"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
            "client": ("customer", 1),
            "server": ("bridge", 80),
            "state": {},
        }
        self._loop.run_until_complete(self.app(scope, receive, send))
        content = b"".join(each.get("body", b"") for each in sent)
        return sent[0]["status"], content

    def post(self, path: str, body: Mapping[str, Any], key: str) -> tuple[int, str]:
        """Status and text of the answer to a POST of JSON."""
        headers = {"idempotency-key": key}
        status, content = self.ask("POST", path, body=json.dumps(body).encode(), headers=headers)
        return status, content.decode()


async def _at_once(work: Callable[..., Any], *args: Any, **_: Any) -> Any:
    return work(*args)
