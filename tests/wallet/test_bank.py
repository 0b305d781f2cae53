"""Tests of wallet.bank: what the bank's bridge answers is checked, and its words are quoted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wallet.fakebank import TELLER, problem
from tests.wallet.world import ADDRESS, World
from wallet.address import parse_address
from wallet.bank import BankClient
from wallet.errors import BankAnswerError, RefusedError, WalletError
from wallet.http import Reply
from wallet.signer import LocalSigner
from wallet.typed_data import AccountLink

NONCE = b"\x05" * 32


class Bridge:
    """A transport that gives one reply and keeps what it was sent."""

    place = "https://bank.example"

    def __init__(self, status: int, body: Any) -> None:
        self._reply = Reply(status, body if isinstance(body, bytes) else json.dumps(body).encode())
        self.headers: dict[str, str] = {}
        self.sent = ("", "", b"")

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        self.sent = (method, path, body)
        self.headers = headers
        return self._reply


def test_info(world: World) -> None:
    world.bank.fee = "0.50"
    info = BankClient.at(world.bank_url).info()
    assert (info.chain_id, info.currency.code, info.fee, info.depth) == (31337, "EUR", 50, 2)
    assert info.teller == TELLER


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": "31337"},
        {"chain_id": -1},
        {"chain_id": True},
        {"token": "0x12"},
        {"token": None},
        {"token_name": ""},
        {"token_name": "a\u202eb"},
        {"currency": "XXX"},
        {"decimals": 18},
        {"depth": 1.5},
        {"redemption_fee": "0.50"},
        {"redemption_fee": {"amount": "0.5", "currency": "USD"}},
        {"redemption_fee": {"amount": "-1", "currency": "EUR"}},
        {"redemption_fee": {"amount": 0.5, "currency": "EUR"}},
    ],
)
def test_an_info_that_cannot_be_used_names_the_field(world: World, change: dict[str, Any]) -> None:
    world.bank.info_changes = change
    with pytest.raises(BankAnswerError) as caught:
        BankClient.at(world.bank_url).info()
    assert caught.value.code == "bank.answer"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, RefusedError),
        (404, RefusedError),
        (409, RefusedError),
        (422, RefusedError),
        (400, BankAnswerError),
        (500, BankAnswerError),
        (503, BankAnswerError),
    ],
)
def test_a_problem_is_said_in_the_banks_words(status: int, kind: type[WalletError]) -> None:
    body = problem("daily-limit", "The limit is reached.", "Wait a day.")
    with pytest.raises(kind) as caught:
        BankClient(Bridge(status, body)).link("x")
    assert "The limit is reached." in str(caught.value)
    assert "Wait a day." in caught.value.remedy()
    assert caught.value.values["problem"] == "urn:jiaozi:problem:daily-limit"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff", b"[" * 100_000])
@pytest.mark.parametrize("status", [200, 502])
def test_what_is_no_json_object_is_refused(status: int, body: bytes) -> None:
    with pytest.raises(BankAnswerError) as caught:
        BankClient(Bridge(status, body)).link("x")
    assert caught.value.code == "bank.not_json"


def test_a_hostile_bank_cannot_draw_on_the_terminal() -> None:
    body = problem("x", "\x1b[2J\u202eevil\n" + "long" * 1000, "\x07")
    with pytest.raises(RefusedError) as caught:
        BankClient(Bridge(422, body)).link("x")
    assert (str(caught.value) + caught.value.remedy()).isprintable()
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    "body", [{}, {"id": "x"}, {"id": 5, "state": "A"}, {"id": "x", "state": ""}]
)
def test_an_order_without_id_or_state_is_refused(body: dict[str, Any]) -> None:
    client = BankClient(Bridge(200, body))
    for look in (client.link, client.transfer, client.redemption):
        with pytest.raises(BankAnswerError):
            look("x")


def test_the_key_of_a_request_is_its_signed_nonce() -> None:
    bridge = Bridge(201, {"id": "link_1", "state": "REQUESTED"})
    message = AccountLink(parse_address(ADDRESS), "DE89", "Ada", 1, NONCE)
    BankClient(bridge).create_link(message, bytes(65), "123")
    assert bridge.headers["Idempotency-Key"] == NONCE.hex()
    assert bridge.sent[:2] == ("POST", "/v1/links")


def test_numbers_are_sent_as_decimal_strings_and_the_signature_holds(world: World) -> None:
    """The fake bank verifies the signature over what it received with eth-account."""
    signer = LocalSigner(b"\x09" * 32)
    message = AccountLink(signer.address, "DE89", "吴艾达", 2**40 - 1, NONCE)
    domain = world.files.network().domain()
    answer = BankClient.at(world.bank_url).create_link(
        message, signer.sign_message(message, domain), "1"
    )
    assert answer.state == "REQUESTED"
    (_, _, body), *_ = world.bank.requests
    assert body["issued_at"] == str(2**40 - 1)
    assert body["name"] == "吴艾达"
