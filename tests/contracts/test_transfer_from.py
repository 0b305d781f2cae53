"""Tests: transferFrom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import FOREVER, ZERO, Party, events, reverts_with


@pytest.fixture(autouse=True)
def allowed(token: Any, alice: Party, carol: Party) -> None:
    """carol, who owns nothing and is not registered, may spend 500 of alice's."""
    token.approve(carol.address, 500, alice.sends())


def test_spends_the_allowance(token: Any, alice: Party, bob: Party, carol: Party) -> None:
    done = token.transferFrom(alice.address, bob.address, 200, carol.sends())
    assert done.return_value is True
    assert token.allowance(alice.address, carol.address) == 300
    assert token.balanceOf(bob.address) == 1_200
    assert token.getAccount(alice.address)[1] == 200
    assert len(events(done, "Approval")) == 0


def test_the_owner_pays_under_the_owners_limits(
    token: Any, alice: Party, vip: Party, carol: Party
) -> None:
    token.approve(carol.address, 10_000, alice.sends())
    with reverts_with("PaymentLimitExceeded", alice.address, 1_001, 1_000):
        token.transferFrom(alice.address, vip.address, 1_001, carol.sends())


def test_no_more_than_allowed(token: Any, alice: Party, bob: Party, carol: Party) -> None:
    with reverts_with("ERC20InsufficientAllowance", carol.address, 500, 501):
        token.transferFrom(alice.address, bob.address, 501, carol.sends())
    token.transferFrom(alice.address, bob.address, 500, carol.sends())
    with reverts_with("ERC20InsufficientAllowance", carol.address, 0, 1):
        token.transferFrom(alice.address, bob.address, 1, carol.sends())


def test_nobody_is_allowed_by_birth(token: Any, alice: Party, bob: Party, world: World) -> None:
    permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3"
    for spender in (permit2, world.teller.address, world.manager.address, world.admin.address):
        assert token.allowance(alice.address, spender) == 0
    with reverts_with("ERC20InsufficientAllowance", bob.address, 0, 1):
        token.transferFrom(alice.address, bob.address, 1, bob.sends())


def test_ones_own_money_needs_an_allowance_too(token: Any, alice: Party, bob: Party) -> None:
    with reverts_with("ERC20InsufficientAllowance", alice.address, 0, 1):
        token.transferFrom(alice.address, bob.address, 1, alice.sends())


def test_without_end(token: Any, alice: Party, bob: Party, carol: Party) -> None:
    token.approve(carol.address, FOREVER, alice.sends())
    token.transferFrom(alice.address, bob.address, 200, carol.sends())
    assert token.allowance(alice.address, carol.address) == FOREVER


def test_a_frozen_spender(world: World, token: Any, alice: Party, bob: Party, carol: Party) -> None:
    token.freeze(carol.address, {"from": world.compliance})
    with reverts_with("FrozenAccount", carol.address):
        token.transferFrom(alice.address, bob.address, 1, carol.sends())


def test_a_frozen_owner_is_not_pulled_from(
    world: World, token: Any, alice: Party, bob: Party, carol: Party
) -> None:
    token.freeze(alice.address, {"from": world.compliance})
    with reverts_with("FrozenAccount", alice.address):
        token.transferFrom(alice.address, bob.address, 1, carol.sends())


def test_while_paused(world: World, token: Any, alice: Party, bob: Party, carol: Party) -> None:
    token.pause({"from": world.guardian})
    with reverts_with("TokenPaused"):
        token.transferFrom(alice.address, bob.address, 1, carol.sends())


def test_from_nobody_looks_like_no_mint(token: Any, bob: Party, carol: Party) -> None:
    with reverts_with("ERC20InvalidSender", ZERO):
        token.transferFrom(ZERO, bob.address, 0, carol.sends())
