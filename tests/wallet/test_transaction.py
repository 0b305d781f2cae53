"""Tests of wallet.transaction and wallet.rlp: official vectors and eth-account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import rlp as their_rlp  # type: ignore[import-untyped]  # it ships no types
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wallet.oracle import eth_account_fields
from tests.wallet.vectors import VECTORS, load
from wallet import rlp
from wallet.address import checksum
from wallet.errors import InputError, SignatureError
from wallet.signer import LocalSigner
from wallet.transaction import Transaction, decode

SIGNER = LocalSigner(b"\x07" * 32)
TO = checksum(b"\x11" * 20)


def _item(value: Any) -> rlp.Item:
    """A value of the RLP vectors: text, number, "#number" or list."""
    if isinstance(value, list):
        return [_item(part) for part in value]
    if isinstance(value, str) and value.startswith("#"):
        return rlp.encode_number(int(value[1:]))
    return rlp.encode_number(value) if isinstance(value, int) else value.encode("latin-1")


RLP_VALID = load("ethereum_tests/RLPTests/rlptest.json")
RLP_INVALID = load("ethereum_tests/RLPTests/invalidRLPTest.json")


@pytest.mark.parametrize("name", sorted(RLP_VALID))
def test_official_rlp(name: str) -> None:
    case = RLP_VALID[name]
    encoded = bytes.fromhex(case["out"].removeprefix("0x"))
    assert rlp.encode(_item(case["in"])) == encoded
    assert rlp.decode(encoded) == _item(case["in"])


@pytest.mark.parametrize("name", sorted(RLP_INVALID))
def test_official_invalid_rlp(name: str) -> None:
    with pytest.raises(InputError) as caught:
        rlp.decode(bytes.fromhex(RLP_INVALID[name]["out"].removeprefix("0x")))
    assert caught.value.code == "rlp.malformed"


@given(st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=5)))
def test_rlp_round_trips_and_agrees(item: rlp.Item) -> None:
    assert rlp.decode(rlp.encode(item)) == item
    assert rlp.encode(item) == their_rlp.encode(item)


@given(st.binary(max_size=40))
def test_any_bytes_are_one_encoding_or_none(data: bytes) -> None:
    try:
        item = rlp.decode(data)
    except InputError:
        return
    assert rlp.encode(item) == data


def test_nesting_beyond_reason_is_refused() -> None:
    with pytest.raises(InputError):
        rlp.decode(b"\xc1" * 3000 + b"\xc0")


# The official transactions of type 2; all others are of types that the wallet never makes.
TYPE_2: list[Path] = [
    path
    for path in sorted((VECTORS / "ethereum_tests/TransactionTests").rglob("*.json"))
    for case in load(str(path)).values()
    if case["txbytes"].startswith("0x02")
]


def test_there_are_official_transactions() -> None:
    assert len(TYPE_2) >= 9


@pytest.mark.parametrize("path", TYPE_2, ids=lambda path: path.stem)
def test_official_transactions(path: Path) -> None:
    (case,) = load(str(path)).values()
    raw, result = bytes.fromhex(case["txbytes"][2:]), case["result"]["Cancun"]
    if "exception" in result:
        with pytest.raises((InputError, SignatureError)):
            decode(raw)
        return
    signed = decode(raw)
    assert signed.sender.lower() == result["sender"]
    assert "0x" + signed.hash.hex() == result["hash"]


_uint64 = st.integers(0, 2**64 - 2)
_slots = st.lists(st.binary(min_size=32, max_size=32), max_size=2).map(tuple)
_entries = st.tuples(st.binary(min_size=20, max_size=20).map(checksum), _slots)
_transactions = st.builds(
    lambda fees, **rest: Transaction(
        max_priority_fee_per_gas=min(fees), max_fee_per_gas=max(fees), **rest
    ),
    st.tuples(st.integers(0, 2**128), st.integers(0, 2**128)),
    chain_id=st.integers(1, 2**63),
    nonce=_uint64,
    gas_limit=_uint64,
    to=st.binary(min_size=20, max_size=20).map(checksum),
    value=st.integers(0, 2**256 - 1),
    data=st.binary(max_size=100),
    access_list=st.lists(_entries, max_size=2).map(tuple),
)


@given(_transactions, st.integers(1, 2**255))
@settings(max_examples=150, deadline=None)
def test_agrees_with_eth_account(transaction: Transaction, number: int) -> None:
    signer = LocalSigner(number.to_bytes(32))
    signed = transaction.sign(signer)
    fields = eth_account_fields(transaction)
    theirs = Account.sign_transaction(fields, number.to_bytes(32))
    assert signed.raw == theirs.raw_transaction
    assert signed.hash == theirs.hash
    assert decode(signed.raw) == signed
    assert signed.sender == signer.address


PLAIN = Transaction(1, 0, 1, 2, 21000, TO, 0, b"")


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": -1},
        {"nonce": 2**64 - 1},
        {"gas_limit": 2**64},
        {"value": 2**256},
        {"value": 1.5},
        {"value": True},
        {"max_priority_fee_per_gas": 3},
        {"max_fee_per_gas": 2**250, "gas_limit": 2**20},
    ],
)
def test_a_field_out_of_range_is_refused(change: dict[str, Any]) -> None:
    fields = {name: getattr(PLAIN, name) for name in Transaction.__slots__}
    with pytest.raises(InputError) as caught:
        Transaction(**(fields | change))
    assert caught.value.values["field"] in change


@pytest.mark.parametrize("raw", [b"", b"\x01\xc0", b"\x02", b"\x02\xc0", b"\x02\x80", b"\xf8"])
def test_what_is_no_type_2_transaction_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        decode(raw)


@given(st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_a_flipped_bit_never_keeps_sender_and_contents(bit: int) -> None:
    signed = PLAIN.sign(SIGNER)
    changed = bytearray(signed.raw)
    bit %= len(changed) * 8
    changed[bit // 8] ^= 1 << bit % 8
    try:
        other = decode(bytes(changed))
    except (InputError, SignatureError):
        return
    assert other.sender != signed.sender
