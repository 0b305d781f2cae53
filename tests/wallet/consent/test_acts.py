"""Tests of wallet.consent.acts: what a message or transaction does, whoever made it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet.test_typed_json import message, parse
from wallet.abi import encode_call
from wallet.address import checksum
from wallet.consent import (
    Act,
    ActKind,
    Facts,
    acts_of_text,
    acts_of_transaction,
    acts_of_typed,
    risks_of_acts,
)
from wallet.errors import InputError
from wallet.token import approve, cancel_authorization, permit, redeem, transfer
from wallet.token.calls import transfer_with_authorization
from wallet.transaction import Transaction
from wallet.typed_data import (
    AccountLink,
    CancelAuthorization,
    CancelRedeem,
    Domain,
    Payout,
    Permit,
    ReceiveAuthorization,
    RedeemOrder,
    Struct,
    TransferAuthorization,
)
from wallet.typed_json import TypedData

ME, BO, TOKEN = checksum(b"\x11" * 20), checksum(b"\x33" * 20), checksum(b"\x22" * 20)
SPENDER = checksum(b"\x44" * 20)
DOMAIN = Domain("Euro Deposit", 31337, TOKEN)
PAYOUT = Payout("DE89370400440532013000", "Ada", "R", b"\x05" * 32)
ORDER = RedeemOrder(ME, 100, PAYOUT, 1, b"\x06" * 32, 99)
PERMIT = Permit(ME, SPENDER, 7, 0, 99)
PAY = TransferAuthorization(ME, BO, 5, 0, 99, b"\x01" * 32)
SIGNATURE = b"\x09" * 65


def act(kind: ActKind, name: str, **values: Any) -> Act:
    fixed = {"chain_id": 31337, "contract": TOKEN}
    return Act(kind, name, **(fixed | values))


@pytest.mark.parametrize(
    ("struct", "expected"),
    [
        (PAY, act(ActKind.PAY, "TransferWithAuthorization", account=ME, party=BO, amount=5,
                  token=TOKEN, until=99)),
        (ReceiveAuthorization(ME, BO, 5, 0, 99, b"\x01" * 32),
         act(ActKind.PAY, "ReceiveWithAuthorization", account=ME, party=BO, amount=5,
             token=TOKEN, until=99)),
        (PERMIT, act(ActKind.ALLOW, "Permit", account=ME, party=SPENDER, amount=7,
                     token=TOKEN, until=99)),
        (ORDER, act(ActKind.REDEEM, "RedeemOrder", account=ME, amount=100, token=TOKEN, until=99)),
        (CancelRedeem(ME, b"\x01" * 32), act(ActKind.CANCEL, "CancelRedeem", account=ME)),
        (CancelAuthorization(ME, b"\x01" * 32),
         act(ActKind.CANCEL, "CancelAuthorization", account=ME)),
        (AccountLink(ME, "DE", "Ada", 5, b"\x01" * 32),
         act(ActKind.LINK, "AccountLink", account=ME)),
    ],
)  # fmt: skip
def test_our_own_messages(struct: Struct, expected: Act) -> None:
    assert acts_of_typed(TypedData.of(struct, DOMAIN)) == (expected,)


def call(data: bytes, value: int = 0, to: Any = TOKEN) -> tuple[Act, ...]:
    return acts_of_transaction(Transaction(31337, 0, 0, 0, 21000, to, value, data))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (transfer(BO, 5), act(ActKind.PAY, "transfer", party=BO, amount=5, token=TOKEN)),
        (encode_call("transferFrom(address,address,uint256)", ME, BO, 5),
         act(ActKind.PAY, "transferFrom", account=ME, party=BO, amount=5, token=TOKEN)),
        (approve(SPENDER, 7),
         act(ActKind.ALLOW, "approve", party=SPENDER, amount=7, token=TOKEN)),
        (encode_call("increaseAllowance(address,uint256)", SPENDER, 7),
         act(ActKind.ALLOW, "increaseAllowance", party=SPENDER, amount=7, token=TOKEN)),
        (encode_call("setApprovalForAll(address,bool)", SPENDER, True),
         act(ActKind.ALLOW, "setApprovalForAll", party=SPENDER, amount=None, token=TOKEN)),
        (encode_call("setApprovalForAll(address,bool)", SPENDER, False),
         act(ActKind.ALLOW, "setApprovalForAll", party=SPENDER, amount=0, token=TOKEN)),
        (permit(PERMIT, SIGNATURE), act(ActKind.ALLOW, "permit", account=ME, party=SPENDER,
                                        amount=7, token=TOKEN, until=99)),
        (transfer_with_authorization(PAY, SIGNATURE),
         act(ActKind.PAY, "transferWithAuthorization", account=ME, party=BO, amount=5,
             token=TOKEN, until=99)),
        (redeem(ORDER, SIGNATURE),
         act(ActKind.REDEEM, "redeem", account=ME, amount=100, token=TOKEN, until=99)),
        (cancel_authorization(CancelAuthorization(ME, b"\x01" * 32), SIGNATURE),
         act(ActKind.CANCEL, "cancelAuthorization", account=ME, token=TOKEN)),
    ],
)  # fmt: skip
def test_calls(data: bytes, expected: Act) -> None:
    assert call(data) == (expected,)


def test_the_native_coin() -> None:
    pay = Act(ActKind.PAY, "", 31337, BO, party=BO, amount=9)
    assert call(b"", 9, BO) == (pay,)
    assert call(b"", 0, BO) == (Act(ActKind.PAY, "", 31337, BO, party=BO, amount=0),)
    both = call(transfer(BO, 5), 9)
    assert [each.kind for each in both] == [ActKind.PAY, ActKind.PAY]
    assert [each.token for each in both] == [None, TOKEN]


@pytest.mark.parametrize(
    "data", [b"\x01", b"\x01\x02\x03\x04", transfer(BO, 5)[:-1], transfer(BO, 5)[:4] + b"\xff" * 64]
)
def test_what_cannot_be_read_is_nothing_known(data: bytes) -> None:
    (found,) = call(data)
    assert (found.kind, found.name) == (ActKind.OTHER, "")
    facts = Facts(account=ME, chain_id=31337)
    assert [risk.name for risk in risks_of_acts([found], facts)] == ["blind-call"]
    assert acts_of_transaction(Transaction(1, 0, 0, 0, 0, None, 0, data))[0].kind is ActKind.OTHER


@given(st.binary(max_size=200), st.integers(0, 5))
def test_any_call_can_be_judged(data: bytes, value: int) -> None:
    assert call(data, value)


def test_dais_permit_is_without_limit() -> None:
    types = {
        "Permit": {
            "holder": "address", "spender": "address", "nonce": "uint256", "expiry": "uint256",
            "allowed": "bool",
        }
    }  # fmt: skip
    values = {"holder": ME, "spender": SPENDER, "nonce": 0, "expiry": 0, "allowed": True}
    (found,) = acts_of_typed(parse(message(types, values, verifyingContract=TOKEN, chainId=1)))
    assert (found.kind, found.party, found.amount, found.until) == (
        ActKind.ALLOW, SPENDER, None, None,
    )  # fmt: skip
    assert found.is_unlimited
    (found,) = acts_of_typed(parse(message(types, values | {"allowed": False})))
    assert (found.amount, found.is_unlimited) == (0, False)


DETAILS = {"token": "address", "amount": "uint160", "expiration": "uint48", "nonce": "uint48"}


def test_permit2_speaks_of_the_tokens_inside_it() -> None:
    types = {
        "PermitBatch": {
            "details": "PermitDetails[]",
            "spender": "address",
            "sigDeadline": "uint256",
        },
        "PermitDetails": DETAILS,
    }
    each = {"token": TOKEN, "amount": 5, "expiration": 99, "nonce": 0}
    most = {"token": BO, "amount": 2**160 - 1, "expiration": 98, "nonce": 0}
    values = {"details": [each, most], "spender": SPENDER, "sigDeadline": 1}
    found = acts_of_typed(parse(message(types, values, chainId=1, verifyingContract=ME)))
    assert [(one.token, one.amount, one.until, one.party) for one in found] == [
        (TOKEN, 5, 99, SPENDER),
        (BO, 2**160 - 1, 98, SPENDER),
    ]
    assert [one.is_unlimited for one in found] == [False, True]


def test_permit2_once() -> None:
    types = {
        "PermitTransferFrom": {
            "permitted": "TokenPermissions", "spender": "address", "nonce": "uint256",
            "deadline": "uint256",
        },
        "TokenPermissions": {"token": "address", "amount": "uint256"},
    }  # fmt: skip
    values = {
        "permitted": {"token": TOKEN, "amount": 5}, "spender": SPENDER, "nonce": 1, "deadline": 77,
    }  # fmt: skip
    (found,) = acts_of_typed(parse(message(types, values)))
    assert (found.token, found.amount, found.until) == (TOKEN, 5, 77)


@pytest.mark.parametrize(
    ("types", "values", "field"),
    [
        (
            {
                "PermitSingle": {
                    "details": "PermitDetails", "spender": "address", "sigDeadline": "uint256",
                },
                "PermitDetails": DETAILS,
            },
            {"details": None, "spender": SPENDER, "sigDeadline": 1},
            "message.details",
        ),
        (
            {
                "PermitBatch": {
                    "details": "PermitDetails[]", "spender": "address", "sigDeadline": "uint256",
                },
                "PermitDetails": DETAILS,
            },
            {"details": [None], "spender": SPENDER, "sigDeadline": 1},
            "message.details[0]",
        ),
    ],
)  # fmt: skip
def test_a_known_message_lacks_no_part(
    types: dict[str, dict[str, str]], values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        acts_of_typed(parse(message(types, values)))
    assert (caught.value.code, caught.value.values["field"]) == ("typed.value", field)


def test_an_order_without_its_payout_is_none() -> None:
    whole: dict[str, Any] = json.loads(json.dumps(ORDER.to_json(DOMAIN)))
    whole["message"]["payout"] = None
    with pytest.raises(InputError) as caught:
        acts_of_typed(parse(whole))
    assert caught.value.values["field"] == "message.payout"


def test_a_message_with_a_spender_allows_something_whatever_its_name() -> None:
    types = {"Friendship": {"gift": "Gift"}, "Gift": {"spender": "address", "n": "uint256"}}
    values = {"gift": {"spender": SPENDER, "n": 5}}
    (found,) = acts_of_typed(parse(message(types, values, chainId=1)))
    assert (found.kind, found.party, found.is_unlimited) == (ActKind.ALLOW, SPENDER, True)


@pytest.mark.parametrize("kind", ["address[]", "address[1]", "address"])
@pytest.mark.parametrize("name", ["spender", "Operator", "spenders"])
def test_several_spenders_are_spenders(name: str, kind: str) -> None:
    value = SPENDER if kind == "address" else [SPENDER]
    (found,) = acts_of_typed(parse(message({"Friendship": {name: kind}}, {name: value})))
    assert (found.kind, found.party, found.is_unlimited) == (ActKind.ALLOW, SPENDER, True)


def test_a_known_name_with_other_fields_is_not_known() -> None:
    types = {"Permit": {"owner": "address", "value": "uint256"}}
    (found,) = acts_of_typed(parse(message(types, {"owner": ME, "value": 1})))
    assert (found.kind, found.name) == (ActKind.OTHER, "Permit")


def test_texts() -> None:
    assert acts_of_text(b"hello") == (Act(ActKind.TEXT, "text"),)
    assert acts_of_text(b"\xff") == (Act(ActKind.TEXT, "text"),)
