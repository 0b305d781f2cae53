"""Tests: cancelRedeemOrder."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.orders import CANCELED, order_of, redeem
from tests.contracts.support import Party, events, fresh_nonce, raw, reverts_with
from wallet.typed_data import CancelAuthorization, CancelRedeem


@pytest.mark.parametrize("by_call", [True, False])
def test_closes_an_order(
    world: World, token: Any, alice: Party, relay: Party, by_call: bool
) -> None:
    order = order_of(alice)
    if by_call:
        done = token.cancelRedeemOrder(alice.address, order.nonce, b"", alice.sends())
    else:
        signature = alice.sign(CancelRedeem(alice.address, order.nonce), world.domain)
        done = token.cancelRedeemOrder(alice.address, order.nonce, signature, relay.sends())
    (cancelled,) = events(done, "RedeemCanceled")
    assert (cancelled["holder"], raw(cancelled["nonce"])) == (alice.address, order.nonce)
    assert tuple(token.getRedemption(alice.address, order.nonce)) == (CANCELED, 0)
    with reverts_with("OrderUsed", alice.address, order.nonce):
        redeem(token, order, alice, world.domain, relay)


def test_a_burned_order_cannot_be_cancelled(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    order = order_of(alice)
    redeem(token, order, alice, world.domain, relay)
    with reverts_with("OrderUsed", alice.address, order.nonce):
        token.cancelRedeemOrder(alice.address, order.nonce, b"", alice.sends())


def test_not_twice(token: Any, alice: Party) -> None:
    nonce = fresh_nonce()
    token.cancelRedeemOrder(alice.address, nonce, b"", alice.sends())
    with reverts_with("OrderUsed", alice.address, nonce):
        token.cancelRedeemOrder(alice.address, nonce, b"", alice.sends())


def test_nobody_else_cancels(world: World, token: Any, alice: Party, bob: Party) -> None:
    nonce = fresh_nonce()
    signatures = (
        b"",
        bob.sign(CancelRedeem(alice.address, nonce), world.domain),
        alice.sign(CancelRedeem(alice.address, fresh_nonce()), world.domain),
        alice.sign(CancelAuthorization(alice.address, nonce), world.domain),
    )
    for signature in signatures:
        with reverts_with("InvalidSignature", alice.address):
            token.cancelRedeemOrder(alice.address, nonce, signature, bob.sends())


def test_a_wrong_signature_is_not_overlooked_in_the_holders_own_call(
    world: World, token: Any, alice: Party, bob: Party
) -> None:
    nonce = fresh_nonce()
    signature = bob.sign(CancelRedeem(alice.address, nonce), world.domain)
    with reverts_with("InvalidSignature", alice.address):
        token.cancelRedeemOrder(alice.address, nonce, signature, alice.sends())


def test_a_cancelled_order_is_never_returned(world: World, token: Any, alice: Party) -> None:
    nonce = fresh_nonce()
    token.cancelRedeemOrder(alice.address, nonce, b"", alice.sends())
    with reverts_with("RedemptionNotReturnable", alice.address, nonce, CANCELED):
        token.returnPayout(alice.address, nonce, {"from": world.issuer})


def test_frozen_and_paused_do_not_matter(world: World, token: Any, alice: Party) -> None:
    token.freeze(alice.address, {"from": world.compliance})
    token.pause({"from": world.guardian})
    token.cancelRedeemOrder(alice.address, fresh_nonce(), b"", alice.sends())
