"""Tests of /v1/redemptions: what a wallet sends and sees, and what it never sees again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.chain import provide_chain
from api.web.app import create_app
from api.web.context import Bridge
from tests.api.redemptions.desk import Desk, order
from tests.api.world import ADA, DOMAIN


@pytest.fixture
def client(bridge: Bridge, desk: Desk) -> TestClient:
    """The bridge over HTTP; Ada is linked."""
    app = create_app(bridge)
    provide_chain(app, desk.chain)
    return TestClient(app)


def body() -> dict[str, Any]:
    """A signed order in clear."""
    given = order()
    payout = given.payout
    return {
        "order": {
            "holder": given.holder,
            "amount": str(given.amount),
            "fee": str(given.fee),
            "nonce": f"0x{given.nonce.hex()}",
            "deadline": str(given.deadline),
        },
        "payout": {
            "account": payout.account,
            "name": payout.name,
            "reference": payout.reference,
            "salt": f"0x{payout.salt.hex()}",
        },
        "signature": f"0x{ADA.signer.sign_message(given, DOMAIN).hex()}",
    }


def post(client: TestClient, given: Any, key: str = "k") -> Any:
    """POST with an Idempotency-Key."""
    return client.post("/v1/redemptions", json=given, headers={"Idempotency-Key": key})


def test_taken_in_and_found_again(client: TestClient) -> None:
    """Amounts in clear; account, name and reference are not repeated to whoever has the id."""
    answer = post(client, body())
    assert answer.status_code == 202, answer.text
    shown = answer.json()
    assert shown["state"] == "RECEIVED"
    assert shown["burned"] == {"amount": "10.00", "currency": "EUR"}
    assert shown["paid_out"] == {"amount": "9.75", "currency": "EUR"}
    assert client.get(f"/v1/redemptions/{shown['id']}").json() == shown
    for secret in (ADA.account, ADA.name, "thank you"):
        assert secret not in answer.text
    assert post(client, body(), "other").json()["id"] == shown["id"]


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda b: b["order"].update(amount="10.00"), "order.amount"),
        (lambda b: b["order"].update(amount=str(2**63)), "order.amount"),
        (lambda b: b["order"].update(fee="-1"), "order.fee"),
        (lambda b: b["order"].update(holder="0x12"), "order.holder"),
        (lambda b: b["payout"].update(account=""), "payout.account"),
        (lambda b: b["payout"].update(name="a\u202eb"), "payout.name"),
        (lambda b: b["payout"].update(salt="0x00"), "payout.salt"),
        (lambda b: b.pop("payout"), "payout"),
        (lambda b: b.update(signature="0x" + "11" * 65), "signature"),
    ],
)
def test_a_wrong_field_is_named(
    client: TestClient, spoil: Callable[[dict[str, Any]], object], field: str
) -> None:
    """422, the field and the remedy."""
    given = body()
    spoil(given)
    answer = post(client, given)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert field in str(problem.get("field") or problem.get("fields"))
    assert problem["remedy"]


def test_unknown(client: TestClient) -> None:
    """404 for nobody's id."""
    assert client.get("/v1/redemptions/redemption_" + "0" * 32).status_code == 404
