"""Tests: freeze and unfreeze."""

from __future__ import annotations

from typing import Any

from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, events, reverts_with


def test_freezes_and_lifts(world: World, token: Any, alice: Party, bob: Party) -> None:
    token.transfer(bob.address, 100, alice.sends())
    done = token.freeze(alice.address, {"from": world.compliance})
    assert events(done, "AccountFrozen") == [{"account": alice.address}]
    assert tuple(token.getAccount(alice.address)) == (3_900, 100, 1, True)
    done = token.unfreeze(alice.address, {"from": world.compliance})
    assert events(done, "AccountUnfrozen") == [{"account": alice.address}]
    assert tuple(token.getAccount(alice.address)) == (3_900, 100, 1, False)


def test_twice_is_as_once(world: World, token: Any, alice: Party) -> None:
    token.freeze(alice.address, {"from": world.compliance})
    token.freeze(alice.address, {"from": world.compliance})
    token.unfreeze(alice.address, {"from": world.compliance})
    assert token.getAccount(alice.address)[3] is False


def test_a_stranger_can_be_frozen_before_they_come(world: World, token: Any, carol: Party) -> None:
    token.freeze(carol.address, {"from": world.compliance})
    token.setTier(carol.address, 1, {"from": world.compliance})
    assert tuple(token.getAccount(carol.address)) == (0, 0, 1, True)


def test_nobody_and_the_token_are_frozen_for_ever(world: World, token: Any) -> None:
    for account in (ZERO, str(token.address)):
        assert tuple(token.getAccount(account)) == (0, 0, 0, True)
        for change in (token.unfreeze, token.freeze):
            with reverts_with("ERC20InvalidReceiver", account):
                change(account, {"from": world.compliance})
