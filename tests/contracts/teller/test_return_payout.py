"""Tests: the Teller's returnPayout: bounded by the backing, not by the bucket."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.orders import order_of, redeem
from tests.contracts.support import (
    MAX_AGE,
    REF,
    Party,
    at,
    events,
    fresh_nonce,
    reverts_with,
)


@pytest.fixture
def burned(world: World, vip: Party, relay: Party) -> bytes:
    """The nonce of an order of vip's that burned 500,000 with a fee of 5."""
    order = order_of(vip, 500_000)
    redeem(world.token, order, vip, world.domain, relay)
    return order.nonce


def test_credits_past_the_bucket(
    world: World, token: Any, teller: Any, vip: Party, burned: bytes
) -> None:
    level, room = teller.bucketLevel(), teller.headroom()
    done = teller.returnPayout(vip.address, burned, {"from": world.operator})
    assert len(events(done, "PayoutReturned")) == 1
    assert token.balanceOf(vip.address) == 999_995
    assert teller.bucketLevel() == level
    assert teller.headroom() == room - 499_995


def test_needs_headroom_by_the_unit(world: World, teller: Any, vip: Party, burned: bytes) -> None:
    teller.setBucket(10**15, 0, {"from": world.governor})
    leave = teller.headroom() - 499_994
    teller.issue([(10, REF, vip.address, leave)], {"from": world.operator})
    with reverts_with("HeadroomExceeded", 499_995, 499_994):
        teller.returnPayout(vip.address, burned, {"from": world.operator})


def test_needs_fresh_backing(world: World, teller: Any, vip: Party, burned: bytes) -> None:
    as_of = teller.attestation()[3]
    at(as_of + MAX_AGE + 1)
    with reverts_with("BackingStale", as_of, MAX_AGE):
        teller.returnPayout(vip.address, burned, {"from": world.operator})


def test_once_and_only_what_was_burned(
    world: World, teller: Any, vip: Party, burned: bytes
) -> None:
    teller.returnPayout(vip.address, burned, {"from": world.operator})
    with reverts_with("RedemptionNotReturnable", vip.address, burned, 3):
        teller.returnPayout(vip.address, burned, {"from": world.operator})
    nonce = fresh_nonce()
    with reverts_with("RedemptionNotReturnable", vip.address, nonce, 0):
        teller.returnPayout(vip.address, nonce, {"from": world.operator})


def test_to_a_frozen_holder_while_paused(
    world: World, token: Any, teller: Any, vip: Party, burned: bytes
) -> None:
    token.freeze(vip.address, {"from": world.compliance})
    token.pause({"from": world.guardian})
    teller.returnPayout(vip.address, burned, {"from": world.operator})
    assert token.balanceOf(vip.address) == 999_995
