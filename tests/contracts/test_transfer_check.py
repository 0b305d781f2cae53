"""Tests: transferCheck and canTransfer say exactly what a transfer would do, and why."""

from __future__ import annotations

from typing import Any

import pytest
from brownie.exceptions import VirtualMachineError

from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, raw, reverts_with, selector

NOTHING = b"\x00" * 4


def answer(token: Any, payer: str, payee: str, amount: int) -> tuple[bytes, int, int]:
    """(reason, value, limit), and that canTransfer agrees."""
    reason, value, limit = token.transferCheck(payer, payee, amount)
    assert token.canTransfer(payer, payee, amount) is (raw(reason) == NOTHING)
    return raw(reason), int(value), int(limit)


def test_nothing_against_it(token: Any, alice: Party, bob: Party) -> None:
    assert answer(token, alice.address, bob.address, 1_000) == (NOTHING, 0, 0)


def test_each_limit(token: Any, alice: Party, bob: Party, vip: Party) -> None:
    assert answer(token, alice.address, bob.address, 1_001) == (
        selector("PaymentLimitExceeded(address,uint256,uint256)"),
        1_001,
        1_000,
    )
    for _ in range(2):
        token.transfer(vip.address, 1_000, alice.sends())
    assert answer(token, alice.address, bob.address, 501) == (
        selector("DailyLimitExceeded(address,uint256,uint256)"),
        2_501,
        2_500,
    )
    assert answer(token, vip.address, bob.address, 4_001) == (
        selector("BalanceLimitExceeded(address,uint256,uint256)"),
        5_001,
        5_000,
    )
    assert answer(token, alice.address, bob.address, 2_001) == (
        selector("ERC20InsufficientBalance(address,uint256,uint256)"),
        2_000,
        2_001,
    )


def test_frozen_paused_and_nobody(world: World, token: Any, alice: Party, bob: Party) -> None:
    frozen = selector("FrozenAccount(address)")
    token.freeze(bob.address, {"from": world.compliance})
    assert answer(token, alice.address, bob.address, 1) == (frozen, int(bob.address, 16), 0)
    assert answer(token, bob.address, alice.address, 1) == (frozen, int(bob.address, 16), 0)
    invalid = selector("ERC20InvalidReceiver(address)")
    assert answer(token, alice.address, ZERO, 1) == (invalid, 0, 0)
    self_ = str(token.address)
    assert answer(token, alice.address, self_, 1) == (invalid, int(self_, 16), 0)
    assert answer(token, ZERO, alice.address, 0)[0] == selector("ERC20InvalidSender(address)")
    token.pause({"from": world.guardian})
    assert answer(token, alice.address, bob.address, 1) == (selector("TokenPaused()"), 0, 0)


AMOUNTS = (0, 1, 1_000, 1_001, 4_000, 4_001, 2**96, 2**256 - 1)
VALUED = {
    selector(f"{name}(address,uint256,uint256)"): name
    for name in (
        "PaymentLimitExceeded",
        "DailyLimitExceeded",
        "BalanceLimitExceeded",
        "ERC20InsufficientBalance",
    )
}


@pytest.mark.parametrize("payee", ["alice", "bob", "carol", "vip"])
@pytest.mark.parametrize("payer", ["alice", "carol", "vip"])
def test_agrees_with_the_transfer(
    token: Any, people: dict[str, Party], payer: str, payee: str
) -> None:
    sender, recipient = people[payer], people[payee].address
    for amount in AMOUNTS:
        reason, _, _ = answer(token, sender.address, recipient, amount)
        try:
            token.transfer.call(recipient, amount, sender.sends())
            thrown = ""
        except VirtualMachineError as failed:
            thrown = str(failed.revert_msg).partition(":")[0]
        assert VALUED.get(reason, "") == thrown


def test_does_not_look_at_the_teller_as_a_person(world: World, token: Any, alice: Party) -> None:
    """A Teller that is frozen, as a deployment leaves it, receives nothing even in an open tier."""
    token.setLimits(0, 10, 20, 30, {"from": world.governor})
    token.freeze(world.teller, {"from": world.compliance})
    with reverts_with("FrozenAccount", world.teller.address):
        token.transfer(world.teller, 1, alice.sends())
