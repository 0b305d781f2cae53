"""Tests: cancelAuthorization, both forms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.authorizations import TRANSFER
from tests.contracts.conftest import World
from tests.contracts.support import Party, events, fresh_nonce, raw, reverts_with, split
from wallet.typed_data import CancelAuthorization, CancelRedeem

VRS = "address,bytes32,uint8,bytes32,bytes32"
BYTES = "address,bytes32,bytes"


def bring(token: Any, nonce: bytes, who: Party, signature: bytes, relay: Party, form: str) -> Any:
    """Send the cancellation in one of its forms."""
    proof = split(signature) if form == VRS else (signature,)
    return token.cancelAuthorization[form](who.address, nonce, *proof, relay.sends())


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_closes_an_authorization(
    world: World, token: Any, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    payment = TRANSFER.make(alice, bob)
    cancel = CancelAuthorization(alice.address, payment.nonce)
    signature = alice.sign(cancel, world.domain)
    done = bring(token, payment.nonce, alice, signature, relay, form)
    (cancelled,) = events(done, "AuthorizationCanceled")
    assert (cancelled["authorizer"], raw(cancelled["nonce"])) == (alice.address, payment.nonce)
    assert token.authorizationState(alice.address, payment.nonce) is True
    with reverts_with("AuthorizationUsedOrCanceled", alice.address, payment.nonce):
        TRANSFER.bring(token, payment, alice.sign(payment, world.domain), relay)


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_a_used_one_cannot_be_cancelled(
    world: World, token: Any, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    payment = TRANSFER.make(alice, bob)
    TRANSFER.bring(token, payment, alice.sign(payment, world.domain), relay)
    cancel = alice.sign(CancelAuthorization(alice.address, payment.nonce), world.domain)
    with reverts_with("AuthorizationUsedOrCanceled", alice.address, payment.nonce):
        bring(token, payment.nonce, alice, cancel, relay, form)


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_only_its_authorizer_cancels(
    world: World, token: Any, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    nonce = fresh_nonce()
    signature = bob.sign(CancelAuthorization(alice.address, nonce), world.domain)
    with reverts_with("InvalidSignature", alice.address):
        bring(token, nonce, alice, signature, relay, form)


def test_cancelling_an_order_is_another_message(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    nonce = fresh_nonce()
    signature = alice.sign(CancelRedeem(alice.address, nonce), world.domain)
    with reverts_with("InvalidSignature", alice.address):
        bring(token, nonce, alice, signature, relay, BYTES)


def test_frozen_and_paused_do_not_matter(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    token.freeze(alice.address, {"from": world.compliance})
    token.pause({"from": world.guardian})
    nonce = fresh_nonce()
    signature = alice.sign(CancelAuthorization(alice.address, nonce), world.domain)
    bring(token, nonce, alice, signature, relay, VRS)
    assert token.authorizationState(alice.address, nonce) is True
