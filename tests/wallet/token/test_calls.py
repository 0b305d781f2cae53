"""Tests of wallet.token.calls: every signature is the contract's own, call data is eth-abi's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

import wallet
from wallet.address import checksum
from wallet.token import calls, client, events, refusals
from wallet.typed_data import (
    CancelAuthorization,
    CancelRedeem,
    Payout,
    Permit,
    ReceiveAuthorization,
    RedeemOrder,
    TransferAuthorization,
)

ABI: list[dict[str, Any]] = json.loads(
    (Path(wallet.__file__).parent / "abi/DepositToken.json").read_text("utf-8")
)
A, B = checksum(b"\x11" * 20), checksum(b"\x22" * 20)
NONCE, SIGNATURE = b"\x33" * 32, bytes(range(65))
ORDER = RedeemOrder(A, 1000, Payout("DE89", "Ann", "x", b"\x44" * 32), 50, NONCE, 99)


def _kind(argument: dict[str, Any]) -> str:
    kind = str(argument["type"])
    if kind.startswith("tuple"):
        return f"({','.join(map(_kind, argument['components']))})" + kind[5:]
    return kind


def signatures(sort: str) -> set[str]:
    """The signatures of one sort of the contract's ABI."""
    return {
        f"{entry['name']}({','.join(map(_kind, entry['inputs']))})"
        for entry in ABI
        if entry["type"] == sort
    }


def test_every_call_is_a_function_of_the_contract() -> None:
    assert set(calls.SIGNATURES) <= signatures("function")


def test_every_view_is_the_contracts_and_answers_these_types() -> None:
    found = {
        f"{entry['name']}({','.join(map(_kind, entry['inputs']))})": entry
        for entry in ABI
        if entry["type"] == "function"
    }
    for view, gives in client.VIEWS.items():
        assert found[view]["stateMutability"] in ("view", "pure")
        assert tuple(map(_kind, found[view]["outputs"])) == gives


def test_every_event_and_error_is_the_contracts() -> None:
    assert set(events.SIGNATURES) <= signatures("event")
    assert set(refusals.ERRORS) <= signatures("error")


def test_indexed_fields_are_where_the_history_looks_for_them() -> None:
    indexed = {
        f"{entry['name']}({','.join(map(_kind, entry['inputs']))})": [
            each["indexed"] for each in entry["inputs"]
        ]
        for entry in ABI
        if entry["type"] == "event"
    }
    assert indexed[events.TRANSFER] == [True, True, False]
    assert indexed[events.ISSUED] == [False, True, False, False]
    assert indexed[events.ISSUE_REFUSED] == [True, True, False, False, False]
    assert indexed[events.REDEEMED] == [True, True, False, False, False]
    assert indexed[events.RETURNED] == [True, True, False]
    assert indexed[events.FORCED] == [True, True, False, True]
    assert indexed[events.AUTHORIZATION_USED] == [True, True]


PAY = (A, B, 7, 1, 2, NONCE)
PAY_TYPES = ["address", "address", "uint256", "uint256", "uint256", "bytes32", "bytes"]
ORDER_TYPE = "(address,uint256,bytes32,uint256,bytes32,uint256)"


@pytest.mark.parametrize(
    ("data", "signature", "kinds", "values"),
    [
        (calls.transfer(B, 7), calls.TRANSFER, ["address", "uint256"], [B, 7]),
        (calls.approve(B, 7), calls.APPROVE, ["address", "uint256"], [B, 7]),
        (
            calls.transfer_with_authorization(TransferAuthorization(*PAY), SIGNATURE),
            calls.TRANSFER_WITH_AUTHORIZATION,
            PAY_TYPES,
            [*PAY, SIGNATURE],
        ),
        (
            calls.receive_with_authorization(ReceiveAuthorization(*PAY), SIGNATURE),
            calls.RECEIVE_WITH_AUTHORIZATION,
            PAY_TYPES,
            [*PAY, SIGNATURE],
        ),
        (
            calls.cancel_authorization(CancelAuthorization(A, NONCE), SIGNATURE),
            calls.CANCEL_AUTHORIZATION,
            ["address", "bytes32", "bytes"],
            [A, NONCE, SIGNATURE],
        ),
        (
            calls.permit(Permit(A, B, 7, 0, 99), SIGNATURE),
            calls.PERMIT,
            ["address", "address", "uint256", "uint256", "bytes"],
            [A, B, 7, 99, SIGNATURE],
        ),
        (
            calls.redeem(ORDER, SIGNATURE),
            calls.REDEEM,
            [ORDER_TYPE, "bytes"],
            [(A, 1000, ORDER.payout.struct_hash(), 50, NONCE, 99), SIGNATURE],
        ),
        (
            calls.cancel_redeem(CancelRedeem(A, NONCE), b""),
            calls.CANCEL_REDEEM,
            ["address", "bytes32", "bytes"],
            [A, NONCE, b""],
        ),
    ],
)
def test_call_data(data: bytes, signature: str, kinds: list[str], values: list[Any]) -> None:
    assert data == keccak(text=signature)[:4] + encode(kinds, values)


def test_the_payout_itself_is_not_in_the_call() -> None:
    assert b"DE89" not in calls.redeem(ORDER, SIGNATURE)
    assert b"Ann" not in calls.redeem(ORDER, SIGNATURE)
