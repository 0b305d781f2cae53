"""Tests: which signatures count, for every function that takes one — keys and contracts."""

from __future__ import annotations

from typing import Any

import pytest
from brownie import web3

from tests.contracts.authorizations import BYTES, TRANSFER, VRS, fields
from tests.contracts.conftest import World
from tests.contracts.orders import as_struct, order_of, redeem
from tests.contracts.signers import NOT_YES, Mode, account_with, delegate
from tests.contracts.support import Party, fresh_nonce, now, reverts_with
from wallet.address import Address
from wallet.typed_data import TransferAuthorization

ORDER_OF_CURVE = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
# What each costs itself; to copy a long answer would cost the same again.
GIVEN = {
    Mode.BURNS_ALL: 500_000,
    Mode.LONG_REVERT: 199_000,
    Mode.MEGABYTE: 500_000,
    Mode.LONG_YES: 199_000,
}


def payment_from(address: Address, payee: Party) -> TransferAuthorization:
    """An authorization of 300, good for an hour."""
    return TransferAuthorization(
        address, payee.address, 300, now() - 60, now() + 3_600, fresh_nonce()
    )


def malleable(signature: bytes) -> bytes:
    """The other form of the same signature, with the higher s: it must not count."""
    s = ORDER_OF_CURVE - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([27 + 28 - signature[64]])


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_high_s_and_odd_v(
    world: World, token: Any, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    message = TRANSFER.make(alice, bob)
    good = alice.sign(message, world.domain)
    bad = [malleable(good), *(good[:64] + bytes([v]) for v in (0, 1, 26, 29, 255, 55 - good[64]))]
    for signature in bad:
        with reverts_with("InvalidSignature", alice.address):
            TRANSFER.bring(token, message, signature, relay, form)
    TRANSFER.bring(token, message, good, relay, form)


def test_a_burn_takes_no_malleable_signature_either(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    order = order_of(alice)
    good = alice.sign(order, world.domain)
    for signature in (malleable(good), good[:64] + bytes([good[64] - 27])):
        with reverts_with("InvalidSignature", alice.address):
            token.redeem(as_struct(order), signature, relay.sends())
    redeem(token, order, alice, world.domain, relay)


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_a_contract_wallet(
    world: World, token: Any, signers: Any, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    wallet = signers["GoodSigner"].deploy(alice.address, {"from": world.admin})
    address = account_with(world, wallet, 60)
    message = payment_from(address, bob)
    wrong = bob.sign(message, world.domain)
    right = alice.sign(message, world.domain)
    with reverts_with("InvalidSignature", address):
        TRANSFER.bring(token, message, wrong, relay, form)
    TRANSFER.bring(token, message, right, relay, form)
    assert token.balanceOf(bob.address) == 1_300


def test_a_contract_holder_cancels_by_calling(
    world: World, token: Any, signers: Any, alice: Party
) -> None:
    wallet = signers["GoodSigner"].deploy(alice.address, {"from": world.admin})
    nonce = fresh_nonce()
    wallet.redeemCanceled(token, nonce, {"from": world.admin})
    assert token.getRedemption(wallet, nonce)[0] == 2


def test_a_delegated_account_keeps_its_own_signature(
    world: World, token: Any, signers: Any, alice: Party, bob: Party, relay: Party
) -> None:
    """EIP-7702: the account has a key and code, and the code's no does not matter."""
    refuses = signers["NoSigner"].deploy({"from": world.admin})
    delegate(alice.address, refuses)
    message = TRANSFER.make(alice, bob)
    TRANSFER.bring(token, message, alice.sign(message, world.domain), relay)
    second = TRANSFER.make(alice, bob)
    TRANSFER.bring(token, second, alice.sign(second, world.domain), relay, VRS)
    assert token.balanceOf(bob.address) == 1_600


@pytest.mark.parametrize("mode", NOT_YES)
def test_a_contract_that_does_not_say_yes(
    world: World, token: Any, signers: Any, bob: Party, relay: Party, mode: Mode
) -> None:
    wallet = signers["BadSigner"].deploy(mode, {"from": world.admin})
    address = account_with(world, wallet, 60)
    message = payment_from(address, bob)
    for signature in (b"", b"\x01" * 65, b"\x01" * 2_000):
        with reverts_with("InvalidSignature", address):
            TRANSFER.bring(token, message, signature, relay)


@pytest.mark.parametrize("mode", GIVEN)
def test_a_hostile_contract_costs_a_bounded_sum(
    world: World, token: Any, signers: Any, bob: Party, mode: Mode
) -> None:
    """It may burn what it is given, or answer at length: the bound holds, one word is copied."""
    wallet = signers["BadSigner"].deploy(mode, {"from": world.admin})
    address = account_with(world, wallet, 60)
    message = payment_from(address, bob)
    data = token.transferWithAuthorization[BYTES].encode_input(*fields(message), b"x")
    call = {"from": str(world.admin), "to": str(token.address), "data": data, "gas": 3_000_000}
    receipt = web3.eth.wait_for_transaction_receipt(web3.eth.send_transaction(call))
    assert receipt["status"] == (1 if mode is Mode.LONG_YES else 0)
    assert receipt["gasUsed"] < GIVEN[mode] + 150_000
    assert receipt["gasUsed"] > GIVEN[mode]


def test_a_yes_from_a_contract_is_a_yes_for_itself_only(
    world: World, token: Any, signers: Any, alice: Party, bob: Party, relay: Party
) -> None:
    wallet = signers["YesSigner"].deploy({"from": world.admin})
    address = account_with(world, wallet, 60)
    TRANSFER.bring(token, payment_from(address, bob), b"", relay)
    with reverts_with("InvalidSignature", alice.address):
        TRANSFER.bring(token, payment_from(alice.address, bob), b"", relay)
