"""Tests of the web with made-up requests: whatever is sent, the answer is a foreseen one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.web.test_web import bearer
from tests.api.world import ADA, link_body

SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(sorted(link_body(ADA)))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is tested here does not differ between the stores."""
    return sqlite_url


def foreseen(client: TestClient, content: bytes, kind: str = "application/json") -> int:
    """Ask for a link with this body; never a 500, always JSON."""
    headers = {"Content-Type": kind, "Idempotency-Key": "k"}
    answer = client.post("/v1/links", content=content, headers=headers)
    assert answer.status_code < 500, answer.text
    assert isinstance(answer.json(), dict)
    return int(answer.status_code)


@SLOW
@given(JSON_VALUES)
def test_any_json(client: TestClient, value: Any) -> None:
    """None of it is a link."""
    assert foreseen(client, json.dumps(value).encode()) in {400, 422}


@SLOW
@given(FIELDS, JSON_VALUES)
def test_any_value_of_a_field(client: TestClient, field: str, value: Any) -> None:
    """A wrong one is refused: every field but the code is signed."""
    body = dict(link_body(ADA)) | {field: value}
    assert foreseen(client, json.dumps(body).encode()) in {201, 400, 409, 422}


@SLOW
@given(st.binary())
def test_any_bytes(client: TestClient, content: bytes) -> None:
    """As JSON and as a statement."""
    assert foreseen(client, content) in {400, 422}
    headers = {**bearer(), "Idempotency-Key": "k"}
    answer = client.post("/v1/statements", content=content, headers=headers)
    assert answer.status_code in {400, 422}


@SLOW
@given(st.text(min_size=1, max_size=60))
def test_any_id(client: TestClient, text: str) -> None:
    """There is no such thing."""
    path = "/v1/links/" + "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
    assert client.get(path).status_code == 404
