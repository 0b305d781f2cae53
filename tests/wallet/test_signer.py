"""Tests of wallet.signer and wallet.curve: official signatures, and what recover refuses."""

from __future__ import annotations

import copy
import pickle

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wallet.vectors import VECTORS, load
from wallet.curve import HALF_ORDER, ORDER, load_key, public_bytes
from wallet.errors import InputError, SecretLeak, SignatureError
from wallet.secret import Secret
from wallet.signer import LocalSigner, recover, text_digest
from wallet.transaction import Transaction
from wallet.typed_data import CancelRedeem, Domain
from wallet.typed_json import TypedData

DIGEST = bytes(range(32))
SIGNER = LocalSigner(b"\x01" * 32)
SIGNATURE = SIGNER.sign_digest(DIGEST)


def test_deterministic_low_s_signatures() -> None:
    cases = load("secp256k1/noble_ecdsa.json")["valid"]
    assert len(cases) > 2000
    for case in cases:
        signer = LocalSigner(bytes.fromhex(case["d"]))
        signature = signer.sign_digest(bytes.fromhex(case["m"]))
        assert signature[:64].hex() == case["signature"]
        assert recover(bytes.fromhex(case["m"]), signature) == signer.address


def test_public_keys() -> None:
    lines = (VECTORS / "secp256k1/noble_privates-2.txt").read_text().split()
    assert len(lines) > 40
    for line in lines:
        private, x, y = line.split(":")
        assert public_bytes(load_key(int(private).to_bytes(32, "big"))).hex() == x + y


@given(st.integers(1, ORDER - 1), st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_texts_agree_with_eth_account(number: int, text: bytes) -> None:
    key = number.to_bytes(32, "big")
    signature = LocalSigner(key).sign_text(text)
    assert signature == Account.sign_message(encode_defunct(text), key).signature
    assert recover(text_digest(text), signature) == LocalSigner(key).address


def test_each_kind_of_message_is_signed_by_its_own_digest() -> None:
    domain = Domain("Euro Deposit", 31337, SIGNER.address)
    order = CancelRedeem(SIGNER.address, bytes(32))
    payment = Transaction(31337, 0, 0, 0, 21000, SIGNER.address, 0, b"")
    typed = TypedData.of(order, domain)
    assert recover(order.digest(domain), SIGNER.sign_message(order, domain)) == SIGNER.address
    assert recover(payment.digest(), SIGNER.sign_transaction(payment)) == SIGNER.address
    assert SIGNER.sign_typed(typed) == SIGNER.sign_message(order, domain)
    assert payment.sign(SIGNER).sender == SIGNER.address


@given(st.integers(1, ORDER - 1), st.binary(min_size=32, max_size=32))
@settings(max_examples=100, deadline=None)
def test_agrees_with_eth_account(number: int, digest: bytes) -> None:
    key = number.to_bytes(32, "big")
    signature = LocalSigner(key).sign_digest(digest)
    assert signature == Account.unsafe_sign_hash(digest, key).signature
    assert recover(digest, signature) == Account.from_key(key).address


def _parts(r: int, s: int, v: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes((v,))


R, S, V = int.from_bytes(SIGNATURE[:32]), int.from_bytes(SIGNATURE[32:64]), SIGNATURE[64]


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        (_parts(R, ORDER - S, 55 - V), "signature.range"),  # the malleable twin, high s
        (_parts(R, HALF_ORDER + 1, V), "signature.range"),
        (_parts(0, S, V), "signature.range"),
        (_parts(R, 0, V), "signature.range"),
        (_parts(ORDER, S, V), "signature.range"),
        (_parts(5, S, V), "signature.range"),  # 5 is the x coordinate of no point
        (_parts(R, S, 0), "signature.v"),
        (_parts(R, S, 1), "signature.v"),
        (_parts(R, S, 29), "signature.v"),
        (SIGNATURE[:64], "signature.length"),
        (SIGNATURE + b"\0", "signature.length"),
        (b"", "signature.length"),
    ],
)
def test_recover_refuses(signature: bytes, code: str) -> None:
    with pytest.raises(SignatureError) as caught:
        recover(DIGEST, signature)
    assert caught.value.code == code


def test_recover_gives_another_address_for_another_message() -> None:
    assert recover(DIGEST, SIGNATURE) == SIGNER.address
    assert recover(bytes(32), SIGNATURE) != SIGNER.address


@pytest.mark.parametrize("digest", [b"", b"\1" * 31, b"\1" * 33])
def test_only_32_bytes_are_signed_or_recovered(digest: bytes) -> None:
    for call in (SIGNER.sign_digest, lambda raw: recover(raw, SIGNATURE)):
        with pytest.raises(SignatureError):
            call(digest)


@pytest.mark.parametrize(
    "key", [b"", b"\1" * 31, b"\1" * 33, bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32]
)
def test_refuses_what_is_no_private_key(key: bytes) -> None:
    with pytest.raises(InputError) as caught:
        LocalSigner(key)
    assert caught.value.code == "key.range"


def test_a_signer_shows_its_address_and_never_its_key() -> None:
    signer = LocalSigner(Secret(b"\x42" * 32))
    assert repr(signer) == f"LocalSigner({signer.address})"
    assert not hasattr(signer, "__dict__")
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(SecretLeak):
            leak(signer)
