"""Tests: transferWithAuthorization, both forms, and authorizationState."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.contracts.authorizations import BYTES, RECEIVE, TRANSFER, VRS, fields
from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, at, events, fresh_nonce, raw, reverts_with
from wallet.typed_data import Domain


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_pays_whoever_brings_it(
    world: World, token: Any, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    message = TRANSFER.make(alice, bob)
    assert token.authorizationState(alice.address, message.nonce) is False
    done = TRANSFER.bring(token, message, alice.sign(message, world.domain), relay, form)
    assert token.authorizationState(alice.address, message.nonce) is True
    assert token.balanceOf(bob.address) == 1_300
    assert token.getAccount(alice.address)[1] == 300
    (used,) = events(done, "AuthorizationUsed")
    assert (used["authorizer"], raw(used["nonce"])) == (alice.address, message.nonce)
    assert len(events(done, "Transfer")) == 1


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_once(world: World, token: Any, alice: Party, bob: Party, relay: Party, form: str) -> None:
    message = TRANSFER.make(alice, bob)
    signature = alice.sign(message, world.domain)
    TRANSFER.bring(token, message, signature, relay, form)
    with reverts_with("AuthorizationUsedOrCanceled", alice.address, message.nonce):
        TRANSFER.bring(token, message, signature, relay, form)


def test_random_nonces_in_any_order(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    for nonce in (b"\xff" * 32, fresh_nonce(), b"\x00" * 32):
        message = replace(TRANSFER.make(alice, bob), nonce=nonce)
        TRANSFER.bring(token, message, alice.sign(message, world.domain), relay)
    assert token.balanceOf(bob.address) == 1_900


def test_two_people_may_use_the_same_nonce(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    there = TRANSFER.make(alice, bob)
    back = replace(TRANSFER.make(bob, alice), nonce=there.nonce)
    TRANSFER.bring(token, there, alice.sign(there, world.domain), relay)
    TRANSFER.bring(token, back, bob.sign(back, world.domain), relay)
    assert token.balanceOf(bob.address) == 1_000


def test_both_ends_of_its_time_are_outside(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    message = replace(TRANSFER.make(alice, bob), valid_after=0)
    early = replace(message, valid_after=message.valid_before - 1_000)
    signature = alice.sign(early, world.domain)
    call = token.transferWithAuthorization[BYTES].call
    at(early.valid_after)
    with reverts_with("AuthorizationNotYetValid", early.valid_after):
        call(*fields(early), signature, relay.sends())
    at(early.valid_after + 1)
    call(*fields(early), signature, relay.sends())
    at(early.valid_before - 1)
    call(*fields(early), signature, relay.sends())
    at(early.valid_before)
    with reverts_with("AuthorizationExpired", early.valid_before):
        call(*fields(early), signature, relay.sends())


@pytest.mark.parametrize("field", ["to", "value", "valid_after", "valid_before", "nonce"])
def test_no_field_can_be_changed(
    world: World, token: Any, alice: Party, bob: Party, vip: Party, relay: Party, field: str
) -> None:
    message = TRANSFER.make(alice, bob)
    changed = {
        "to": vip.address,
        "value": message.value + 1,
        "valid_after": message.valid_after + 1,
        "valid_before": message.valid_before + 1,
        "nonce": fresh_nonce(),
    }
    signature = alice.sign(message, world.domain)
    with reverts_with("InvalidSignature", alice.address):
        TRANSFER.bring(token, replace(message, **{field: changed[field]}), signature, relay)


def test_the_payer_cannot_be_changed(
    world: World, token: Any, alice: Party, bob: Party, vip: Party, relay: Party
) -> None:
    message = TRANSFER.make(alice, bob)
    with reverts_with("InvalidSignature", vip.address):
        TRANSFER.bring(
            token,
            replace(message, from_=vip.address),
            alice.sign(message, world.domain),
            relay,
        )


def test_only_this_chain_and_this_token(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    message = TRANSFER.make(alice, bob)
    here = world.domain
    elsewhere = [
        Domain(here.name, here.chain_id + 1, here.verifying_contract),
        Domain(here.name, here.chain_id, bob.address),
        Domain("Jiaozi Yuan", here.chain_id, here.verifying_contract),
        Domain(here.name, here.chain_id, here.verifying_contract, version="2"),
    ]
    for domain in elsewhere:
        with reverts_with("InvalidSignature", alice.address):
            TRANSFER.bring(token, message, alice.sign(message, domain), relay)


def test_a_receive_authorization_is_not_a_transfer(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    receive = RECEIVE.make(alice, bob)
    signature = alice.sign(receive, world.domain)
    with reverts_with("InvalidSignature", alice.address):
        TRANSFER.bring(token, receive, signature, relay)


def test_no_signature_no_payment(token: Any, alice: Party, bob: Party, relay: Party) -> None:
    message = TRANSFER.make(alice, bob)
    for signature in (b"", b"\x00" * 65, b"\x00" * 64 + b"\x1b", b"\x01" * 64, b"\x01" * 66):
        with reverts_with("InvalidSignature", alice.address):
            TRANSFER.bring(token, message, signature, relay)


def test_nobody_has_signed_anything(token: Any, bob: Party, relay: Party, alice: Party) -> None:
    message = TRANSFER.make(alice, bob)
    nobody = (ZERO, *fields(message)[1:])
    with reverts_with("InvalidSignature", ZERO):
        token.transferWithAuthorization[BYTES](*nobody, b"\x00" * 65, relay.sends())


def test_the_relayer_may_be_frozen_the_payer_may_not(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    token.freeze(relay.address, {"from": world.compliance})
    message = TRANSFER.make(alice, bob)
    TRANSFER.bring(token, message, alice.sign(message, world.domain), relay)
    token.freeze(alice.address, {"from": world.compliance})
    second = TRANSFER.make(alice, bob)
    with reverts_with("FrozenAccount", alice.address):
        TRANSFER.bring(token, second, alice.sign(second, world.domain), relay)
    assert token.authorizationState(alice.address, second.nonce) is False


def test_limits_and_pause_hold(
    world: World, token: Any, alice: Party, vip: Party, relay: Party
) -> None:
    message = TRANSFER.make(alice, vip, 1_001)
    signature = alice.sign(message, world.domain)
    with reverts_with("PaymentLimitExceeded", alice.address, 1_001, 1_000):
        TRANSFER.bring(token, message, signature, relay)
    token.pause({"from": world.guardian})
    with reverts_with("TokenPaused"):
        TRANSFER.bring(token, message, signature, relay)
