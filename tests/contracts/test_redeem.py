"""Tests: redeem and redemption. The burn verifies and consumes exactly what was signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.orders import BURNED, NONE, PAYOUT, as_struct, order_of, redeem
from tests.contracts.support import ZERO, Party, at, events, fresh_nonce, raw, reverts_with
from wallet.keccak import keccak256
from wallet.typed_data import CancelRedeem, Domain


def test_burns_and_owes(world: World, token: Any, alice: Party, relay: Party) -> None:
    order = order_of(alice)
    supply, minted = token.totalSupply(), token.totalMinted()
    assert tuple(token.getRedemption(alice.address, order.nonce)) == (NONE, 0)
    done = redeem(token, order, alice, world.domain, relay)
    assert token.balanceOf(alice.address) == 3_600
    assert (token.totalSupply(), token.totalMinted()) == (supply - 400, minted)
    assert tuple(token.getRedemption(alice.address, order.nonce)) == (BURNED, 395)
    (redeemed,) = events(done, "Redeemed")
    assert (redeemed["holder"], redeemed["amount"], redeemed["fee"]) == (alice.address, 400, 5)
    assert raw(redeemed["nonce"]) == order.nonce
    assert raw(redeemed["payoutHash"]) == PAYOUT.struct_hash()
    assert events(done, "Transfer") == [{"from": alice.address, "to": ZERO, "value": 400}]


def test_is_spending_of_the_day(
    world: World, token: Any, alice: Party, vip: Party, relay: Party
) -> None:
    redeem(token, order_of(alice, 1_000), alice, world.domain, relay)
    token.transfer(vip.address, 1_000, alice.sends())
    assert token.getAccount(alice.address)[1] == 2_000
    with reverts_with("DailyLimitExceeded", alice.address, 2_501, 2_500):
        redeem(token, order_of(alice, 501), alice, world.domain, relay)
    redeem(token, order_of(alice, 500), alice, world.domain, relay)


def test_the_payment_limit_holds(world: World, token: Any, alice: Party, relay: Party) -> None:
    with reverts_with("PaymentLimitExceeded", alice.address, 1_001, 1_000):
        redeem(token, order_of(alice, 1_001), alice, world.domain, relay)


def test_once(world: World, token: Any, alice: Party, relay: Party) -> None:
    order = order_of(alice)
    redeem(token, order, alice, world.domain, relay)
    with reverts_with("OrderUsed", alice.address, order.nonce):
        redeem(token, order, alice, world.domain, relay)
    other = replace(order, amount=10, fee=0)
    with reverts_with("OrderUsed", alice.address, order.nonce):
        redeem(token, other, alice, world.domain, relay)


def test_one_signature_authorises_one_burn(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    """Somewhere a static signature once authorised every burn; here it fits one order only."""
    first, second = order_of(alice), order_of(alice)
    signature = alice.sign(first, world.domain)
    with reverts_with("InvalidSignature", alice.address):
        token.redeem(as_struct(second), signature, relay.sends())


@pytest.mark.parametrize(
    "field", ["amount", "fee", "nonce", "deadline", "account", "name", "reference", "salt"]
)
def test_no_field_can_be_changed(
    world: World, token: Any, alice: Party, relay: Party, field: str
) -> None:
    order = order_of(alice)
    payout = {"account": "DE89370400440532013000", "name": "Mallory", "reference": "x"}
    changed: Any
    if field in payout:
        changed = replace(order, payout=replace(PAYOUT, **{field: payout[field]}))
    elif field == "salt":
        changed = replace(order, payout=replace(PAYOUT, salt=keccak256(b"pepper")))
    else:
        numbers = {"amount": 401, "fee": 4, "deadline": order.deadline + 1}
        changed = replace(order, **{field: numbers.get(field, fresh_nonce())})
    with reverts_with("InvalidSignature", alice.address):
        token.redeem(as_struct(changed), alice.sign(order, world.domain), relay.sends())


def test_the_holder_cannot_be_changed(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    order = order_of(alice)
    stolen = replace(order, holder=bob.address)
    with reverts_with("InvalidSignature", bob.address):
        token.redeem(as_struct(stolen), alice.sign(order, world.domain), relay.sends())


def test_only_this_chain_and_this_token(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    here = world.domain
    for domain in (
        replace(here, chain_id=here.chain_id + 1),
        replace(here, verifying_contract=alice.address),
        replace(here, name="Jiaozi Yuan"),
        Domain(here.name, here.chain_id, here.verifying_contract, version="2"),
    ):
        with reverts_with("InvalidSignature", alice.address):
            redeem(token, order_of(alice), alice, domain, relay)


def test_the_holders_own_call_needs_the_signature_too(
    world: World, token: Any, alice: Party, bob: Party
) -> None:
    order = order_of(alice)
    for signature in (b"", bob.sign(order, world.domain)):
        with reverts_with("InvalidSignature", alice.address):
            token.redeem(as_struct(order), signature, alice.sends())
    redeem(token, order, alice, world.domain, alice)


def test_nobody_has_signed_an_order(world: World, token: Any, alice: Party) -> None:
    unsigned = (ZERO, *as_struct(order_of(alice))[1:])
    with reverts_with("InvalidSignature", ZERO):
        token.redeem(unsigned, b"\x00" * 65, alice.sends())


def test_cancelling_is_another_message(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    order = order_of(alice)
    signature = alice.sign(CancelRedeem(alice.address, order.nonce), world.domain)
    with reverts_with("InvalidSignature", alice.address):
        token.redeem(as_struct(order), signature, relay.sends())


def test_the_last_second(world: World, token: Any, alice: Party, relay: Party) -> None:
    order = order_of(alice)
    signature = alice.sign(order, world.domain)
    at(order.deadline)
    token.redeem.call(as_struct(order), signature, relay.sends())
    at(order.deadline + 1)
    with reverts_with("OrderExpired", order.deadline):
        token.redeem(as_struct(order), signature, relay.sends())


def test_the_fee_is_part_of_the_amount(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    with reverts_with("FeeExceedsAmount", 401, 400):
        redeem(token, order_of(alice, 400, 401), alice, world.domain, relay)
    whole = order_of(alice, 400, 400)
    redeem(token, whole, alice, world.domain, relay)
    assert tuple(token.getRedemption(alice.address, whole.nonce)) == (BURNED, 0)


def test_nothing_is_not_an_order(world: World, token: Any, alice: Party, relay: Party) -> None:
    with reverts_with("ZeroAmount"):
        redeem(token, order_of(alice, 0, 0), alice, world.domain, relay)


@pytest.mark.parametrize("amount", [1_000_001, 2**96, 2**96 + 5, 2**256 - 1])
def test_more_than_one_has(world: World, token: Any, vip: Party, relay: Party, amount: int) -> None:
    with reverts_with("ERC20InsufficientBalance", vip.address, 1_000_000, amount):
        redeem(token, order_of(vip, amount), vip, world.domain, relay)


def test_frozen_and_paused(world: World, token: Any, alice: Party, relay: Party) -> None:
    order = order_of(alice)
    token.freeze(alice.address, {"from": world.compliance})
    with reverts_with("FrozenAccount", alice.address):
        redeem(token, order, alice, world.domain, relay)
    token.unfreeze(alice.address, {"from": world.compliance})
    token.pause({"from": world.guardian})
    with reverts_with("TokenPaused"):
        redeem(token, order, alice, world.domain, relay)
    token.unpause({"from": world.governor})
    redeem(token, order, alice, world.domain, relay)


def test_an_unregistered_holder_is_closed(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    token.setTier(alice.address, 0, {"from": world.compliance})
    with reverts_with("PaymentLimitExceeded", alice.address, 400, 0):
        redeem(token, order_of(alice), alice, world.domain, relay)


def test_two_holders_may_use_the_same_nonce(
    world: World, token: Any, alice: Party, bob: Party, relay: Party
) -> None:
    first = order_of(alice)
    second = replace(order_of(bob), nonce=first.nonce)
    redeem(token, first, alice, world.domain, relay)
    redeem(token, second, bob, world.domain, relay)
    assert token.balanceOf(bob.address) == 600
