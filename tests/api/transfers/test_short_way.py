"""Tests of the short way to POST /v1/transfers: it answers as the framework's way does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.chain import Revert, provide_chain
from api.chain.memory import MemoryChain
from api.web import app as web
from api.web.context import Bridge
from tests.api.transfers.test_routes import SECONDS, body
from tests.api.world import BO

NAME = "Idempotency-Key"
KEY = {NAME: "k"}


def app_of(bridge: Bridge, chain: MemoryChain | None) -> FastAPI:
    """The bridge over HTTP; without a chain, one that nobody has connected."""
    app = web.create_app(bridge)
    if chain is not None:
        provide_chain(app, chain)
    return app


def without(name: str) -> dict[str, str]:
    """A body that lacks a field."""
    return {field: value for field, value in body().items() if field != name}


REQUESTS: tuple[tuple[Mapping[str, str], Any], ...] = (
    (KEY, body()),
    (KEY, body()),
    (KEY, body(value="501")),
    ({}, body(value="5.00")),
    ({}, []),
    ({"Idempotency-Key": "two words"}, body()),
    ({"Idempotency-Key": ""}, body()),
    (KEY, body(value="5.00")),
    (KEY, body(to=BO.wallet[:-1])),
    (KEY, body(nonce="0x00")),
    (KEY, body(signature="0x")),
    (KEY, body(valid_before=str(SECONDS))),
    (KEY, body() | {"from": BO.wallet}),
    (KEY, body() | {"more": "1"}),
    (KEY, body() | {"value": 500}),
    (KEY, body() | {"sender": "0x"}),
    (KEY, without("signature")),
    (KEY, without("from")),
    (KEY, [body()]),
    (KEY, "text"),
    (KEY, None),
    (KEY, {}),
)


def said(answer: httpx.Response) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Status, headers and body, without what no two answers share."""
    drawn = {"instance", "id", "created_at"}
    shown = {name: value for name, value in answer.json().items() if name not in drawn}
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"x-request-id", "content-length"}
    }
    return answer.status_code, headers, shown


def every_answer(client: TestClient, key: str) -> list[tuple[int, dict[str, str], dict[str, Any]]]:
    """To each of the requests, in their order; and to some that are no JSON at all."""

    def ask(content: bytes, head: Mapping[str, str], method: str = "POST", more: str = "") -> None:
        mine = {name: key if value == KEY[NAME] else value for name, value in head.items()}
        headers = {"Content-Type": "application/json"} | mine
        found.append(
            client.request(method, f"/v1/transfers{more}", content=content, headers=headers)
        )

    found: list[httpx.Response] = []
    for head, given in REQUESTS:
        ask(json.dumps(given).encode(), head)
    for content in (b"", b"{", b'{"from": 1, "from": 2}'):
        ask(content, KEY)
    ask(json.dumps(body()).encode(), KEY, more="?x=1")
    ask(json.dumps(body()).encode(), KEY, method="PUT")
    return [said(each) for each in found]


def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    """No short ways."""
    monkeypatch.setattr(web, "_SHORT", {})


def test_both_ways_answer_alike(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taken, what is refused and what is malformed: the same status, headers and body."""
    short = every_answer(TestClient(app_of(bridge, MemoryChain(now=SECONDS))), "a")
    ordinary(monkeypatch)
    assert every_answer(TestClient(app_of(bridge, MemoryChain(now=SECONDS))), "b") == short
    assert [status for status, _, _ in short].count(202) == 3


@pytest.mark.parametrize("why", ["refused", "silent", "broken", "unconnected"])
def test_both_ways_refuse_alike(bridge: Bridge, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """What the chain says no to, what it does not say, and what nobody foresaw."""
    chain = MemoryChain(now=SECONDS)
    if why == "refused":
        chain.refusal = Revert("TokenPaused", {})
    elif why == "silent":
        chain.down = True
    elif why == "broken":
        monkeypatch.setattr(MemoryChain, "try_relay", None)
    given = None if why == "unconnected" else chain

    def answer() -> tuple[int, dict[str, str], dict[str, Any]]:
        client = TestClient(app_of(bridge, given), raise_server_exceptions=False)
        found = said(client.post("/v1/transfers", json=body(), headers=KEY))
        found[2].pop("detail")  # it may name the request
        return found

    short = answer()
    ordinary(monkeypatch)
    assert answer() == short
    assert short[0] == {"refused": 409, "silent": 503, "broken": 500, "unconnected": 500}[why]


def test_what_is_in_order_does_not_meet_the_framework(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without the short way it does: else the tests above compare a way with itself."""
    app = app_of(bridge, MemoryChain(now=SECONDS))
    met: list[str] = []
    plain = app.router.__class__.__call__

    async def noting(self: Any, scope: Any, receive: Any, send: Any) -> None:
        met.append(scope["path"])
        await plain(self, scope, receive, send)

    monkeypatch.setattr(app.router.__class__, "__call__", noting)
    client = TestClient(app)
    assert client.post("/v1/transfers", json=body(), headers=KEY).status_code == 202
    assert met == []
    assert client.post("/v1/transfers", json={}, headers=KEY).status_code == 422
    assert met == ["/v1/transfers"]


def test_every_short_way_leads_to_a_route(bridge: Bridge) -> None:
    """One that the framework does not know would be in no documentation."""
    paths = app_of(bridge, None).openapi()["paths"]
    assert all(method.lower() in paths[path] for method, path in web._SHORT)
