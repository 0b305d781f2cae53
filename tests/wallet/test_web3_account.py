"""Tests of wallet.web3_account: what eth-account signs, byte for byte, and a real web3.py."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_intended_validator, encode_typed_data
from eth_account.signers.base import BaseAccount
from web3 import HTTPProvider, Web3
from web3.middleware import SignAndSendRawMiddlewareBuilder

from scripts.localnet import Anvil
from wallet.address import Address
from wallet.eip712 import Domain, Struct
from wallet.errors import InputError, SignatureError, WalletError
from wallet.signer import LocalSigner
from wallet.transaction import Transaction
from wallet.typed_json import TypedData
from wallet.web3_account import Web3Account

KEY = b"\x42" * 32
SIGNER = LocalSigner(KEY)
OURS, THEIRS = Web3Account(SIGNER), Account.from_key(KEY)
OTHER = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"
PAYMENT: dict[str, Any] = {
    "chainId": 31337,
    "nonce": 7,
    "gas": 21_000,
    "maxFeePerGas": 2 * 10**9,
    "maxPriorityFeePerGas": 10**9,
    "to": OTHER,
    "value": 5,
    "data": "0x1234",
}
DOMAIN = {"name": "Ether Mail", "version": "1", "chainId": 1, "verifyingContract": OTHER}
TYPES = {
    "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
    "Mail": [
        {"name": "to", "type": "Person[]"},
        {"name": "body", "type": "bytes"},
        {"name": "id", "type": "uint64"},
    ],
}
MAIL = {"to": [{"name": "Ada", "wallet": OTHER}], "body": b"\x01\x02", "id": 2**63}


class Shows:
    """A signer as a device or an agent is one: whole messages only, no digests."""

    address = SIGNER.address

    def sign_transaction(self, transaction: Transaction) -> bytes:
        return SIGNER.sign_transaction(transaction)

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        return SIGNER.sign_message(message, domain)

    def sign_typed(self, message: TypedData) -> bytes:
        return SIGNER.sign_typed(message)

    def sign_text(self, text: bytes) -> bytes:
        return SIGNER.sign_text(text)


def test_it_is_an_account_of_eth_accounts_kind() -> None:
    assert isinstance(OURS, BaseAccount)
    assert OURS.address == THEIRS.address
    assert OURS == Web3Account(SIGNER) != Web3Account(LocalSigner(b"\x43" * 32))
    assert repr(OURS) == f"Web3Account({THEIRS.address})"
    assert not hasattr(OURS, "key")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"type": 2, "from": THEIRS.address},
        {"type": "0x2", "value": "0x5", "nonce": "0x0", "chainId": hex(31337)},
        {"to": bytes.fromhex(OTHER[2:]), "data": b"\x01" * 100},
        {"to": "", "data": "0x6000"},
        {"accessList": [{"address": OTHER, "storageKeys": ["0x" + "01" * 32]}]},
        {"accessList": [{"address": OTHER, "storageKeys": []}], "value": 2**255},
    ],
)
def test_the_same_transaction_as_eth_account(changes: dict[str, Any]) -> None:
    fields = PAYMENT | changes
    theirs = {name: value for name, value in fields.items() if name != "from"}
    ours = OURS.sign_transaction(fields)
    assert ours == THEIRS.sign_transaction(theirs)
    assert Account.recover_transaction(ours.raw_transaction) == THEIRS.address


def test_a_gas_price_becomes_both_fees() -> None:
    fields = {k: v for k, v in PAYMENT.items() if not k.startswith("max")} | {"gasPrice": 9}
    theirs = THEIRS.sign_transaction(PAYMENT | {"maxFeePerGas": 9, "maxPriorityFeePerGas": 9})
    assert OURS.sign_transaction(fields) == theirs


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": 3}, "type"),
        ({"type": "0x4"}, "type"),
        ({"from": OTHER}, "from"),
        ({"nonce": None}, "nonce"),
        ({"nonce": True}, "nonce"),
        ({"nonce": -1}, "nonce"),
        ({"nonce": "0xzz"}, "nonce"),
        ({"nonce": "7"}, "nonce"),
        ({"chainId": 1.0}, "chainId"),
        ({"gasPrice": 1}, "gasPrice"),
        ({"data": "0x1"}, "data"),
        ({"blobs": []}, "blobs"),
        ({"authorizationList": []}, "authorizationList"),
        ({"accessList": [{"address": OTHER}]}, "accessList"),
        ({"accessList": [{"address": OTHER, "storageKeys": ["0x01"]}]}, "accessList"),
        ({"accessList": [7]}, "accessList"),
        ({"maxFeePerGas": 1}, "max_priority_fee_per_gas"),
    ],
)
def test_a_wrong_transaction_is_not_signed(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        OURS.sign_transaction(PAYMENT | changes)
    assert caught.value.values["field"] == field


@pytest.mark.parametrize("to", ["0x12", OTHER[:-1] + "1", "0x" + "0" * 40])
def test_a_wrong_payee_is_not_signed(to: str) -> None:
    with pytest.raises(WalletError):
        OURS.sign_transaction(PAYMENT | {"to": to})


@pytest.mark.parametrize("text", [b"", b"hello", "支付".encode(), b"\xff" * 1000])
def test_the_same_text_signature_as_eth_account(text: bytes) -> None:
    message = encode_defunct(text)
    assert OURS.sign_message(message) == THEIRS.sign_message(message)
    assert Web3Account(Shows()).sign_message(message) == THEIRS.sign_message(message)


@pytest.mark.parametrize(
    "message",
    [
        encode_typed_data(DOMAIN, TYPES, MAIL),
        encode_intended_validator(OTHER, b"data"),
        encode_defunct(b"a")._replace(header=b"thereum Signed Message:\n2"),
    ],
)
def test_what_is_hashed_already_is_signed_by_a_key_in_memory_only(message: Any) -> None:
    assert OURS.sign_message(message) == THEIRS.sign_message(message)
    with pytest.raises(SignatureError) as caught:
        Web3Account(Shows()).sign_message(message)
    assert caught.value.code == "signature.blind"


def test_a_bare_hash_is_signed_by_a_key_in_memory_only() -> None:
    digest = bytes(range(32))
    assert OURS.unsafe_sign_hash(digest) == THEIRS.unsafe_sign_hash(digest)  # type: ignore[arg-type]  # a NewType
    with pytest.raises(SignatureError):
        Web3Account(Shows()).unsafe_sign_hash(digest)  # type: ignore[arg-type]  # as above
    with pytest.raises(SignatureError):
        OURS.unsafe_sign_hash(b"\1" * 31)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("signer", [SIGNER, Shows()])
def test_the_same_typed_signature_as_eth_account(signer: Any) -> None:
    account = Web3Account(signer)
    expected = THEIRS.sign_typed_data(DOMAIN, TYPES, MAIL)
    assert account.sign_typed_data(DOMAIN, TYPES, MAIL) == expected
    whole = {"types": TYPES, "primaryType": "Mail", "domain": DOMAIN, "message": MAIL}
    assert account.sign_typed_data(full_message=whole) == expected


def test_a_typed_message_that_is_not_clear_is_not_signed() -> None:
    with pytest.raises(InputError) as caught:
        OURS.sign_typed_data(DOMAIN, TYPES | {"Other": []}, MAIL)
    assert caught.value.code == "web3.primary"
    with pytest.raises(InputError) as caught:
        OURS.sign_typed_data(DOMAIN, TYPES, MAIL | {"id": object()})
    assert caught.value.code == "web3.value"
    with pytest.raises(InputError):
        OURS.sign_typed_data(DOMAIN, TYPES, MAIL | {"id": 2**64})
    with pytest.raises(InputError):
        OURS.sign_typed_data()
    text = {"Text": [{"name": "text", "type": "string"}]}
    with pytest.raises(InputError) as caught:  # others would sign the hex
        OURS.sign_typed_data(DOMAIN, text, {"text": b"hello"})
    assert caught.value.code == "web3.digest"


@pytest.mark.integration
def test_a_web3_program_pays_with_it(anvil: Anvil) -> None:
    """The program knows no key: web3.py fills in a transaction, the account signs it."""
    w3 = Web3(HTTPProvider(anvil.url))
    middleware = SignAndSendRawMiddlewareBuilder.build(Web3Account(Shows()))
    w3.middleware_onion.inject(middleware, layer=0)
    rich = w3.eth.accounts[0]
    gift: Any = {"from": rich, "to": SIGNER.address, "value": 10**18, "gasPrice": 10**9}
    first = w3.eth.send_transaction(gift)
    w3.eth.wait_for_transaction_receipt(first)
    for fields in ({"value": 5}, {"value": 6, "gasPrice": w3.to_wei(2, "gwei")}):
        payment: Any = {"from": SIGNER.address, "to": OTHER, **fields}
        receipt = w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction(payment))
        assert receipt["status"] == 1
        assert receipt["from"] == SIGNER.address
    assert w3.eth.get_balance(Web3.to_checksum_address(Address(OTHER))) == 11
