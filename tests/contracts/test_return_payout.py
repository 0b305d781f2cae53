"""Tests: the token's returnPayout: once, in any state."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.orders import NONE, RETURNED, order_of, redeem
from tests.contracts.support import (
    REF,
    ZERO,
    Party,
    events,
    fresh_nonce,
    raw,
    reverts_with,
)


@pytest.fixture
def burned(world: World, alice: Party, relay: Party) -> bytes:
    """The nonce of an order of alice's that burned 400 with a fee of 5."""
    order = order_of(alice)
    redeem(world.token, order, alice, world.domain, relay)
    return order.nonce


def test_credits_what_was_payable(world: World, token: Any, alice: Party, burned: bytes) -> None:
    supply, minted = token.totalSupply(), token.totalMinted()
    done = token.returnPayout(alice.address, burned, {"from": world.issuer})
    assert token.balanceOf(alice.address) == 3_995
    assert (token.totalSupply(), token.totalMinted()) == (supply + 395, minted + 395)
    assert tuple(token.getRedemption(alice.address, burned)) == (RETURNED, 395)
    (returned,) = events(done, "PayoutReturned")
    assert (returned["holder"], returned["amount"]) == (alice.address, 395)
    assert raw(returned["nonce"]) == burned
    assert events(done, "Transfer") == [{"from": ZERO, "to": alice.address, "value": 395}]


def test_does_not_give_the_day_back(world: World, token: Any, alice: Party, burned: bytes) -> None:
    token.returnPayout(alice.address, burned, {"from": world.issuer})
    assert token.getAccount(alice.address)[1] == 400


def test_once(world: World, token: Any, alice: Party, burned: bytes) -> None:
    token.returnPayout(alice.address, burned, {"from": world.issuer})
    with reverts_with("RedemptionNotReturnable", alice.address, burned, RETURNED):
        token.returnPayout(alice.address, burned, {"from": world.issuer})


def test_a_returned_order_is_not_burned_again(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    order = order_of(alice)
    redeem(token, order, alice, world.domain, relay)
    token.returnPayout(alice.address, order.nonce, {"from": world.issuer})
    with reverts_with("OrderUsed", alice.address, order.nonce):
        redeem(token, order, alice, world.domain, relay)


def test_what_was_never_burned(world: World, token: Any, alice: Party) -> None:
    nonce = fresh_nonce()
    with reverts_with("RedemptionNotReturnable", alice.address, nonce, NONE):
        token.returnPayout(alice.address, nonce, {"from": world.issuer})


def test_only_to_its_holder(world: World, token: Any, bob: Party, burned: bytes) -> None:
    with reverts_with("RedemptionNotReturnable", bob.address, burned, NONE):
        token.returnPayout(bob.address, burned, {"from": world.issuer})


@pytest.mark.parametrize("state", ["frozen", "paused", "unregistered", "over the limit"])
def test_no_state_stops_it(
    world: World, token: Any, alice: Party, burned: bytes, state: str
) -> None:
    if state == "frozen":
        token.freeze(alice.address, {"from": world.compliance})
    if state == "paused":
        token.pause({"from": world.guardian})
    if state == "unregistered":
        token.setTier(alice.address, 0, {"from": world.compliance})
    if state == "over the limit":
        token.issue([(50, REF, alice.address, 1_400)], {"from": world.issuer})
        assert token.balanceOf(alice.address) == 5_000
    before = token.balanceOf(alice.address)
    token.returnPayout(alice.address, burned, {"from": world.issuer})
    assert token.balanceOf(alice.address) == before + 395
    assert token.getAccount(alice.address)[3] is (state == "frozen")


def test_only_a_supply_at_its_very_top_stops_it(
    world: World, token: Any, alice: Party, vip: Party, burned: bytes
) -> None:
    room = 2**96 - 1 - token.totalSupply()
    token.issue([(50, REF, vip.address, room - 394)], {"from": world.issuer})
    with reverts_with("SupplyLimitExceeded", 395, 394):
        token.returnPayout(alice.address, burned, {"from": world.issuer})
