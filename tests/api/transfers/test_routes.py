"""Tests of /v1/transfers: strict fields, plain problems, one effect a key."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.chain import Revert, provide_chain
from api.chain.memory import MemoryChain
from api.web.app import create_app
from api.web.context import Bridge
from tests.api.world import ADA, BO, DOMAIN, NOW
from wallet.typed_data import TransferAuthorization

SECONDS = int(NOW.timestamp())


@pytest.fixture
def chain() -> MemoryChain:
    """A chain that has nothing against it."""
    return MemoryChain(now=SECONDS)


@pytest.fixture
def client(bridge: Bridge, chain: MemoryChain) -> TestClient:
    """The bridge over HTTP, with a fake chain."""
    app = create_app(bridge)
    provide_chain(app, chain)
    return TestClient(app)


def body(**changed: str) -> dict[str, str]:
    """Ada pays Bo 5.00; `changed` is changed after signing."""
    order = TransferAuthorization(ADA.wallet, BO.wallet, 500, 0, SECONDS + 60, b"n" * 32)
    signature = ADA.signer.sign_message(order, DOMAIN)
    return {
        "from": ADA.wallet,
        "to": BO.wallet,
        "value": "500",
        "valid_after": "0",
        "valid_before": str(SECONDS + 60),
        "nonce": "0x" + (b"n" * 32).hex(),
        "signature": "0x" + signature.hex(),
    } | changed


def post(client: TestClient, given: Any, key: str | None = "k") -> Any:
    """POST with an Idempotency-Key."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/v1/transfers", json=given, headers=headers)


def test_taken_in_and_found_again(client: TestClient) -> None:
    """202 with an id under which anybody who knows it may ask."""
    answer = post(client, body())
    assert answer.status_code == 202
    shown = answer.json()
    assert (shown["state"], shown["tx_hash"]) == ("RECEIVED", None)
    assert shown["amount"] == {"amount": "5.00", "currency": "EUR"}
    assert client.get(f"/v1/transfers/{shown['id']}").json() == shown
    assert post(client, body()).json() == shown
    assert post(client, body(), key="another").json()["id"] == shown["id"]


def test_without_a_key_and_with_a_used_one(client: TestClient) -> None:
    """400 and 422, as for every money POST."""
    assert post(client, body(), key=None).status_code == 400
    post(client, body())
    assert post(client, body(value="501")).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", "5.00"),
        ("value", "-1"),
        ("value", "1e3"),
        ("value", "٥"),
        ("value", str(2**96)),
        ("value", 500),
        ("from", ADA.wallet.lower().replace("a", "A", 1)),
        ("to", "0x" + "00" * 20),
        ("nonce", "0x12"),
        ("signature", "0x" + "00" * 64),
        ("valid_before", "soon"),
    ],
)
def test_a_wrong_field_is_named(client: TestClient, field: str, value: Any) -> None:
    """422 with the field and the remedy; never 500."""
    answer = post(client, body() | {field: value})
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert field in str(problem.get("field") or problem.get("fields"))
    assert problem["remedy"]


def test_a_field_that_is_none_of_ours(client: TestClient) -> None:
    """What would be ignored is refused."""
    assert post(client, body() | {"state": "FINAL"}).status_code == 422


def test_refusals_have_their_status(client: TestClient, chain: MemoryChain) -> None:
    """The token's no is 409, a chain that does not answer 503; then the same key may try again."""
    chain.refusal = Revert("FrozenAccount", {"account": ADA.wallet})
    answer = post(client, body())
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:jiaozi:problem:account-frozen",
    )
    chain.down = True
    answer = post(client, body())
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    chain.down, chain.refusal = False, None
    assert post(client, body()).status_code == 202


def test_unknown_ids(client: TestClient) -> None:
    """404, whether it is no id or nobody's."""
    for wrong in ("transfer_" + "0" * 32, "x", "link_" + "0" * 32):
        assert client.get(f"/v1/transfers/{wrong}").status_code in (404, 422)
