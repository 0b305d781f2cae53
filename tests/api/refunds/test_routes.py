"""Tests of /v1/refunds: for the operator alone, and without anybody's account."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.web.app import create_app
from api.web.context import Bridge
from tests.api.refunds.steps import AMOUNT, Counter
from tests.api.world import BO, OPERATOR

HEADERS = {"Authorization": f"Bearer {OPERATOR}"}


@pytest.fixture
def client(bridge: Bridge) -> TestClient:
    """The bridge over HTTP, on the counter's database."""
    return TestClient(create_app(bridge))


def test_listed_by_state_and_page(client: TestClient, counter: Counter) -> None:
    """Oldest first; the next page goes on behind the last."""
    made = [counter.decide(counter.line(f"L{number}")) for number in range(3)]
    page = client.get("/v1/refunds?limit=2", headers=HEADERS).json()
    assert [shown["id"] for shown in page["refunds"]] == [made[0].id, made[1].id]
    rest = client.get(f"/v1/refunds?after={page['next']}", headers=HEADERS).json()
    assert [shown["id"] for shown in rest["refunds"]] == [made[2].id]
    assert rest["next"] is None
    assert client.get("/v1/refunds?state=SETTLED", headers=HEADERS).json()["refunds"] == []


def test_one_of_them(client: TestClient, counter: Counter) -> None:
    """All but the account and the name, which the bank knows."""
    refund = counter.decide(counter.line())
    answer = client.get(f"/v1/refunds/{refund.id}", headers=HEADERS)
    shown = answer.json()
    assert (shown["state"], shown["line"], shown["attempt"]) == ("READY", refund.line_id, 1)
    assert shown["amount"] == {"amount": f"{AMOUNT / 100:.2f}", "currency": "EUR"}
    assert shown["end_to_end_id"] == refund.end_to_end_id
    for secret in (BO.account, BO.name):
        assert secret not in answer.text
    assert client.get("/v1/refunds/refund_" + "0" * 32, headers=HEADERS).status_code == 404


@pytest.mark.parametrize("path", ["/v1/refunds", "/v1/refunds/refund_" + "0" * 32])
def test_nobody_else_sees_them(client: TestClient, path: str) -> None:
    """No token, or a wrong one."""
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"Authorization": "Bearer x"}).status_code == 401
