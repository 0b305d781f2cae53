"""Tests: setLimits and getLimits. A limit is stored exactly or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import FOREVER, LIMITS, Party, events, reverts_with

REPRESENTABLE = (0, 1, 4_095, 40_950, 10**15, 10**18, 4_095 * 10**15)
UNREPRESENTABLE = (4_097, 4_096 * 10, 40_951, 4_096 * 10**15, 10**19, 2**96, 2**256 - 1)


@pytest.mark.parametrize("limit", REPRESENTABLE)
def test_sets_and_says(world: World, token: Any, limit: int) -> None:
    done = token.setLimits(3, limit, 1, 2, {"from": world.governor})
    (set_,) = events(done, "LimitsSet")
    assert set_ == {"tier": 3, "perPayment": limit, "perDay": 1, "balance": 2}
    assert tuple(token.getLimits(3)) == (limit, 1, 2)
    token.setLimits(3, 1, limit, 2, {"from": world.governor})
    assert tuple(token.getLimits(3)) == (1, limit, 2)
    token.setLimits(3, 1, 2, limit, {"from": world.governor})
    assert tuple(token.getLimits(3)) == (1, 2, limit)


@pytest.mark.parametrize("limit", UNREPRESENTABLE)
def test_never_rounds(world: World, token: Any, limit: int) -> None:
    for limits in ((limit, 1, 1), (1, limit, 1), (1, 1, limit)):
        with reverts_with("UnrepresentableLimit", limit):
            token.setLimits(3, *limits, {"from": world.governor})


@pytest.mark.parametrize("tier", range(5))
def test_touches_one_tier(world: World, token: Any, tier: int) -> None:
    others = [other for other in range(5) if other != tier]
    before = [tuple(token.getLimits(other)) for other in others]
    token.setLimits(tier, 4_095, 40_950, 4_095 * 10**15, {"from": world.governor})
    assert [tuple(token.getLimits(other)) for other in others] == before
    assert token.paused() is False


@pytest.mark.parametrize("tier", [5, 6, 255])
def test_there_are_no_other_limits(world: World, token: Any, tier: int) -> None:
    with reverts_with("UnknownTier", tier):
        token.setLimits(tier, 1, 1, 1, {"from": world.governor})


def test_reading(token: Any) -> None:
    assert tuple(token.getLimits(0)) == (0, 0, 0)
    assert tuple(token.getLimits(1)) == LIMITS[1]
    assert tuple(token.getLimits(5)) == (FOREVER, FOREVER, FOREVER)
    with reverts_with("UnknownTier", 6):
        token.getLimits(6)


def test_counts_at_once(world: World, token: Any, alice: Party, bob: Party) -> None:
    token.transfer(bob.address, 300, alice.sends())
    token.setLimits(1, 200, 400, 5_000, {"from": world.governor})
    with reverts_with("DailyLimitExceeded", alice.address, 401, 400):
        token.transfer(bob.address, 101, alice.sends())
    token.transfer(bob.address, 100, alice.sends())


def test_an_open_tier_0(world: World, token: Any, alice: Party, carol: Party) -> None:
    token.setLimits(0, 10, 20, 30, {"from": world.governor})
    token.transfer(carol.address, 30, alice.sends())
    with reverts_with("BalanceLimitExceeded", carol.address, 31, 30):
        token.transfer(carol.address, 1, alice.sends())
    with reverts_with("PaymentLimitExceeded", carol.address, 11, 10):
        token.transfer(alice.address, 11, carol.sends())
    token.transfer(alice.address, 10, carol.sends())
