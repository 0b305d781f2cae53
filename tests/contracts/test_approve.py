"""Tests: approve and allowance. Approving is not paying."""

from __future__ import annotations

from typing import Any

from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, events, reverts_with


def test_sets_and_says(token: Any, alice: Party, bob: Party) -> None:
    done = token.approve(bob.address, 7, alice.sends())
    assert done.return_value is True
    assert token.allowance(alice.address, bob.address) == 7
    assert token.allowance(bob.address, alice.address) == 0
    wanted = {"owner": alice.address, "spender": bob.address, "value": 7}
    assert events(done, "Approval") == [wanted]


def test_replaces(token: Any, alice: Party, bob: Party) -> None:
    token.approve(bob.address, 7, alice.sends())
    token.approve(bob.address, 0, alice.sends())
    assert token.allowance(alice.address, bob.address) == 0


def test_nobody_spends(token: Any, alice: Party) -> None:
    with reverts_with("ERC20InvalidSpender", ZERO):
        token.approve(ZERO, 1, alice.sends())


def test_frozen_and_paused_do_not_matter(
    world: World, token: Any, alice: Party, bob: Party
) -> None:
    token.freeze(alice.address, {"from": world.compliance})
    token.pause({"from": world.guardian})
    token.approve(bob.address, 7, alice.sends())
    assert token.allowance(alice.address, bob.address) == 7
