"""Tests of /readyz: each check by itself, named in the answer."""

from __future__ import annotations

import shutil
from collections import namedtuple
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.chain import provide_chain
from api.chain.memory import MemoryChain
from api.chain.store import set_position
from api.kernel.database import Database
from api.web import ready
from api.web.app import create_app
from api.web.context import Bridge
from tests.api.world import NOW


def ask(bridge: Bridge, chain: MemoryChain) -> Any:
    """GET /readyz."""
    app = create_app(bridge)
    provide_chain(app, chain)
    return TestClient(app).get("/readyz")


def wrong(answer: Any) -> set[str]:
    """The checks that the answer names."""
    assert answer.status_code == 503, answer.text
    return {each["field"] for each in answer.json()["fields"]}


def test_all_is_well(bridge: Bridge) -> None:
    """200, with every check by name."""
    answer = ask(bridge, MemoryChain())
    assert answer.status_code == 200
    assert answer.json()["checks"]["reader"] == "ok"


def test_a_reader_far_behind(bridge: Bridge, database: Database) -> None:
    """At the hundredth final block it is ready; at the next one not."""
    with database.transaction() as connection:
        set_position(connection, None, (40, "0xab"), NOW)
    depth = bridge.settings.chain.depth
    near = MemoryChain(number=40 + depth + ready.FARTHEST_BEHIND)
    assert ask(bridge, near).status_code == 200
    near.number += 1
    assert wrong(ask(bridge, near)) == {"reader"}
    near.down = True
    assert wrong(ask(bridge, near)) == {"reader"}


def test_a_store_that_takes_no_writes(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading works, so «database» is fine: «writable» is not; the store itself refuses."""
    monkeypatch.setattr(Database, "transaction", Database.reading)
    assert wrong(ask(bridge, MemoryChain())) == {"writable"}


def test_a_full_disk(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the store itself meets it."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, ready.LEAST_FREE - 1))
    answer = ask(bridge, MemoryChain())
    assert wrong(answer) == {"disk"}
    assert "99 MiB" in answer.json()["detail"]
