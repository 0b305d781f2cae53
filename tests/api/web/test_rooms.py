"""Tests of the rooms' routes: links, statements and deposits over HTTP, on both stores."""

from __future__ import annotations

import logging

import httpx
import pytest
from fastapi.testclient import TestClient

from api.bank import BankUnreachable
from api.bank.memory import FakeBank
from api.deposits import match_waiting
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.links import on_tier_set
from api.web.context import Bridge
from api.web.layers import MAX_BODY
from tests.api.links.steps import tier_set
from tests.api.links.test_close import unlink_body
from tests.api.web.test_web import bearer, is_problem
from tests.api.world import ADA, BO, KEY, NOW, RESERVE, FakeEvent, camt, credit, link_body


def post_link(client: TestClient, key: str = "k1", **options: object) -> httpx.Response:
    """Ada asks for a link."""
    body = link_body(ADA, **options)  # type: ignore[arg-type] # options of link_body
    answer: httpx.Response = client.post("/v1/links", json=body, headers={"Idempotency-Key": key})
    return answer


def test_a_link_over_http(client: TestClient) -> None:
    """Made once, found again, without account, name or code in any answer."""
    body = link_body(ADA)
    first = client.post("/v1/links", json=body, headers={"Idempotency-Key": "k1"})
    assert first.status_code == 201
    link = first.json()
    assert (link["state"], link["wallet"], link["tier"]) == ("CONFIRMED", ADA.wallet, 1)
    assert link["deposit_reference"].startswith("RF")
    assert link["reserve_account"] == RESERVE
    again = client.post("/v1/links", json=body, headers={"Idempotency-Key": "k1"})
    other_key = client.post("/v1/links", json=body, headers={"Idempotency-Key": "k2"})
    assert again.text == first.text
    assert other_key.json()["id"] == link["id"]
    shown = client.get(f"/v1/links/{link['id']}")
    assert shown.json() == link
    for answer in (first, again, other_key, shown):
        for secret in (ADA.account, ADA.name, ADA.code):
            assert secret not in answer.text


def test_another_body_under_the_key_of_a_link(client: TestClient) -> None:
    """422; also when only the code differs."""
    headers = {"Idempotency-Key": "k1"}
    client.post("/v1/links", json=link_body(ADA), headers=headers)
    for body in (link_body(ADA, nonce=2), link_body(ADA, code="other")):
        answer = client.post("/v1/links", json=body, headers=headers)
        is_problem(answer, 422, "idempotency-key-reused")


def test_another_code_under_a_fresh_key(client: TestClient, bank: FakeBank) -> None:
    """The claim is the same, so the bank does not hear of it."""
    bank.silent.add(ADA.account)
    assert post_link(client, "k1").json()["state"] == "REQUESTED"
    bank.silent.clear()
    is_problem(post_link(client, "k2", code="other"), 409, "nonce-used")
    assert post_link(client, "k3").json()["state"] == "CONFIRMED"


def test_the_banks_no_over_http(client: TestClient) -> None:
    """An answer with its reason, and nothing to pay into."""
    body = link_body(ADA, code="wrong")
    link = client.post("/v1/links", json=body, headers={"Idempotency-Key": "k"}).json()
    assert link["state"] == "REFUSED"
    assert link["reason"]
    assert link["deposit_reference"] is link["reserve_account"] is None


def test_a_bank_that_is_away_can_be_asked_again(client: TestClient, bank: FakeBank) -> None:
    """503, and the same request with the same key then goes through."""
    bank.failures.append(BankUnreachable("The bank is away.", remedy="Ask again."))
    headers = {"Idempotency-Key": "k"}
    answer = client.post("/v1/links", json=link_body(ADA), headers=headers)
    is_problem(answer, 503, "bank-unreachable")
    assert client.post("/v1/links", json=link_body(ADA), headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("changed", "slug"),
    [
        ({"signature": "0x" + "11" * 65}, "invalid-signature"),
        ({"wallet": "0x" + "1" * 39}, "invalid-address"),
        ({"nonce": "0x"}, "invalid-hex"),
        ({"issued_at": "1.5"}, "invalid-number"),
        ({"code": "a\nb"}, "invalid-text"),
    ],
)
def test_a_wrong_field_over_http(client: TestClient, changed: dict[str, str], slug: str) -> None:
    """422 with the field and what to do."""
    body = link_body(ADA) | changed
    answer = client.post("/v1/links", json=body, headers={"Idempotency-Key": "k"})
    assert is_problem(answer, 422, slug)["field"] == next(iter(changed))


def test_a_statement_over_http(client: TestClient) -> None:
    """201 the first time; the same file again 200, with nothing new, whatever its key."""
    content = camt([credit("a", 1000), credit("b", 1, payer_name="Bo")]).getvalue()

    def hand_in(key: str) -> httpx.Response:
        headers = {**bearer(), "Idempotency-Key": key}
        answer: httpx.Response = client.post("/v1/statements", content=content, headers=headers)
        return answer

    first, stored, repeated = hand_in("k1"), hand_in("k1"), hand_in("k2")
    assert (first.status_code, stored.status_code, repeated.status_code) == (201, 201, 200)
    report = first.json()
    assert (report["new"], report["lines"], report["state"]) == (2, 2, "COMPLETE")
    assert repeated.json() | {"repeated": False, "new": 2, "known": 0} == report
    shown = client.get(f"/v1/statements/{report['id']}", headers=bearer()).json()
    assert shown == report
    lines = client.get("/v1/lines?limit=1", headers=bearer()).json()
    assert lines["lines"][0]["amount"] == {"amount": "10.00", "currency": "EUR"}
    more = client.get(f"/v1/lines?after={lines['next']}", headers=bearer()).json()
    assert [line["payer_name"] for line in more["lines"]] == ["Bo"]
    assert more["next"] is None


@pytest.mark.parametrize(
    ("content", "slug"),
    [(b"", "empty-body"), (b"{}", "statement-refused"), (b"<!DOCTYPE x><x/>", "statement-refused")],
)
def test_a_file_that_is_none_over_http(client: TestClient, content: bytes, slug: str) -> None:
    """400 with what to do."""
    headers = {**bearer(), "Idempotency-Key": "k"}
    is_problem(client.post("/v1/statements", content=content, headers=headers), 400, slug)


def test_a_statement_larger_than_other_bodies(client: TestClient) -> None:
    """It streams: the limit is for the others."""
    content = camt([credit(f"{n}", 1) for n in range(2000)]).getvalue()
    assert len(content) > MAX_BODY
    headers = {**bearer(), "Idempotency-Key": "k"}
    assert client.post("/v1/statements", content=content, headers=headers).status_code == 201


def test_a_file_over_its_limit(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """413 before it is read to its end."""
    monkeypatch.setattr("api.statements.routes.MAX_FILE", 1000)
    headers = {**bearer(), "Idempotency-Key": "k"}
    answer = client.post("/v1/statements", content=b" " * 1001, headers=headers)
    is_problem(answer, 413, "too-large")


def test_deposits_over_http(client: TestClient, bridge: Bridge) -> None:
    """By state, by id, in pages."""
    client.post("/v1/links", json=link_body(ADA), headers={"Idempotency-Key": "k"})
    content = camt([credit(f"{n}", 100, payer_account=ADA.account) for n in range(3)]).getvalue()
    headers = {**bearer(), "Idempotency-Key": "k"}
    client.post("/v1/statements", content=content, headers=headers)
    with bridge.database.transaction() as connection:
        on_tier_set(connection, FakeEvent("t", {"account": ADA.wallet, "tier": 1}))
        match_waiting(connection, reference_key=KEY, now=NOW)
    page = client.get("/v1/deposits?state=QUEUED&limit=2", headers=bearer()).json()
    assert [deposit["number"] for deposit in page["deposits"]] == [1, 2]
    rest = client.get(f"/v1/deposits?after={page['next']}", headers=bearer()).json()
    assert [deposit["number"] for deposit in rest["deposits"]] == [3]
    one = page["deposits"][0]
    assert client.get(f"/v1/deposits/{one['id']}", headers=bearer()).json() == one
    assert one["holder"] == ADA.wallet
    assert one["amount"] == {"amount": "1.00", "currency": "EUR"}
    missing = client.get("/v1/deposits/deposit_" + "0" * 32, headers=bearer())
    is_problem(missing, 404, "not-found")


def test_nothing_personal_reaches_the_log(
    client: TestClient, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Through every path above, at the most talkative level."""
    with caplog.at_level(logging.DEBUG):
        post_link(client)
        post_link(client, key="k2", code="wrong-code", nonce=5)
        content = camt([credit("a", 1, payer_account=BO.account, payer_name=BO.name)]).getvalue()
        headers = {**bearer(), "Idempotency-Key": "k"}
        client.post("/v1/statements", content=content, headers=headers)
    said = caplog.text + str([vars(record) for record in caplog.records])
    for secret in (ADA.account, ADA.name, ADA.code, "wrong-code", BO.account, BO.name):
        assert secret not in said
    assert "statement taken in" in said


def test_a_link_ends_over_http(client: TestClient, database: Database) -> None:
    """By the wallet's signature alone; a stranger's and an unknown one are told the same."""
    link_id = post_link(client).json()["id"]
    with database.transaction() as connection:
        on_tier_set(connection, tier_set(ADA, 1))
    path, headers = f"/v1/links/{link_id}/close", {"Idempotency-Key": "k9"}
    stranger = client.post(path, json=unlink_body(link_id, BO), headers=headers)
    is_problem(stranger, 404, "not-found")
    body = unlink_body(link_id)
    first = client.post(path, json=body, headers={"Idempotency-Key": "k10"})
    assert (first.status_code, first.json()["state"]) == (200, "CLOSED")
    assert first.json()["deposit_reference"] is None
    assert client.post(path, json=body, headers={"Idempotency-Key": "k10"}).text == first.text
    assert client.post(path, json=body, headers={"Idempotency-Key": "k11"}).text == first.text
    is_problem(
        client.post(path, json=body | {"account": BO.account}, headers={"Idempotency-Key": "k"}),
        422,
        "invalid-signature",
    )
