"""Tests of POST /v1/transfers under one key from many at once: one effect, one answer, for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import store as keys
from api.chain import provide_chain
from api.chain.memory import MemoryChain
from api.kernel.database import Database
from api.relay import EntryState, count_entries
from api.transfers import TransferState, count_by_state, store
from api.web.app import create_app
from api.web.context import Bridge
from tests.api.transfers.test_routes import SECONDS, body


def client(bridge: Bridge) -> TestClient:
    """A process of the API."""
    app = create_app(bridge)
    provide_chain(app, MemoryChain(now=SECONDS))
    return TestClient(app)


def post(asked: TestClient, given: dict[str, str]) -> Any:
    """One request under the key."""
    return asked.post("/v1/transfers", json=given, headers={"Idempotency-Key": "k"})


def effects(database: Database) -> tuple[dict[TransferState, int], dict[EntryState, int]]:
    """What was stored."""
    with database.reading() as connection:
        return count_by_state(connection), count_entries(connection)


def test_fifty_at_once_have_one_effect(bridge: Bridge, database: Database) -> None:
    """From two processes; all get the answer of the first, and so does who asks after a restart."""
    asked = [client(bridge), client(bridge)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: post(asked[n % 2], body()), range(50)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert effects(database) == ({TransferState.RECEIVED: 1}, {EntryState.WAITING: 1})
    other = post(asked[0], body(value="501"))
    assert other.status_code == 422
    assert other.json()["type"] == "urn:jiaozi:problem:idempotency-key-reused"
    restarted = client(bridge)
    assert post(restarted, body()).content == answers[0].content
    assert effects(database) == ({TransferState.RECEIVED: 1}, {EntryState.WAITING: 1})


def test_without_the_unique_nonce_there_would_be_two(
    bridge: Bridge, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: neither key nor nonce known, each request has its effect."""
    plain = store.add_all

    def forgetful(connection: Any, new: Any) -> set[str]:
        connection.execute(store.transfers.delete())
        return plain(connection, new)

    monkeypatch.setattr(store, "add_all", forgetful)
    monkeypatch.setattr(keys, "look_all", lambda *_: {})
    monkeypatch.setattr(keys, "answered_all", lambda *_, **__: True)
    asked = client(bridge)
    first, second = post(asked, body()), post(asked, body())
    assert first.json()["id"] != second.json()["id"]
    assert effects(database)[1] == {EntryState.WAITING: 2}
