"""Tests: setTier and getAccount."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, events, reverts_with


@pytest.mark.parametrize("tier", range(6))
def test_sets_and_says(world: World, token: Any, alice: Party, tier: int) -> None:
    done = token.setTier(alice.address, tier, {"from": world.compliance})
    assert events(done, "TierSet") == [{"account": alice.address, "tier": tier}]
    assert tuple(token.getAccount(alice.address)) == (4_000, 0, tier, False)


def test_keeps_everything_else(world: World, token: Any, alice: Party, bob: Party) -> None:
    token.transfer(bob.address, 100, alice.sends())
    token.freeze(alice.address, {"from": world.compliance})
    token.setTier(alice.address, 4, {"from": world.compliance})
    assert tuple(token.getAccount(alice.address)) == (3_900, 100, 4, True)


@pytest.mark.parametrize("tier", [6, 7, 8, 255])
def test_there_is_no_such_tier(world: World, token: Any, alice: Party, tier: int) -> None:
    with reverts_with("UnknownTier", tier):
        token.setTier(alice.address, tier, {"from": world.compliance})


def test_nobody_and_the_token_have_no_tier(world: World, token: Any) -> None:
    for account in (ZERO, str(token.address)):
        with reverts_with("ERC20InvalidReceiver", account):
            token.setTier(account, 1, {"from": world.compliance})


def test_a_stranger_is_all_zero(token: Any, carol: Party) -> None:
    assert tuple(token.getAccount(carol.address)) == (0, 0, 0, False)
