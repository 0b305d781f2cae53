"""Tests: forcedTransfer. It names its case, cannot be dodged, and leaves the account frozen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import CASE, ZERO, Party, events, raw, reverts_with


@pytest.fixture
def seizure(world: World) -> dict[str, Any]:
    """The seizure key, as brownie's «from»."""
    return {"from": world.seizure}


def test_takes_names_and_freezes(
    token: Any, seizure: dict[str, Any], alice: Party, vip: Party
) -> None:
    supply = token.totalSupply()
    done = token.forcedTransfer(alice.address, vip.address, 3_000, CASE, seizure)
    assert tuple(token.getAccount(alice.address)) == (1_000, 0, 1, True)
    assert tuple(token.getAccount(vip.address)) == (1_003_000, 0, 5, False)
    assert token.totalSupply() == supply
    (forced,) = events(done, "ForcedTransfer")
    assert (forced["from"], forced["to"], forced["amount"]) == (alice.address, vip.address, 3_000)
    assert raw(forced["caseRef"]) == CASE
    assert events(done, "AccountFrozen") == [{"account": alice.address}]
    assert len(events(done, "Transfer")) == 1


@pytest.mark.parametrize("state", ["frozen", "paused", "unregistered", "spent", "limits closed"])
def test_the_senders_state_does_not_matter(
    world: World, token: Any, seizure: dict[str, Any], alice: Party, vip: Party, state: str
) -> None:
    taken = 4_000
    if state == "frozen":
        token.freeze(alice.address, {"from": world.compliance})
    if state == "paused":
        token.pause({"from": world.guardian})
    if state == "unregistered":
        token.setTier(alice.address, 0, {"from": world.compliance})
    if state == "spent":
        for amount in (1_000, 1_000, 500):
            token.transfer(vip.address, amount, alice.sends())
        taken = 1_500
    if state == "limits closed":
        token.setLimits(1, 0, 0, 0, {"from": world.governor})
    token.forcedTransfer(alice.address, vip.address, taken, CASE, seizure)
    assert token.balanceOf(alice.address) == 0
    assert token.getAccount(alice.address)[3] is True


def test_the_recipients_limit_cannot_be_filled_against_it(
    token: Any, seizure: dict[str, Any], alice: Party, bob: Party, vip: Party
) -> None:
    token.transfer(bob.address, 4_000, vip.sends())
    token.forcedTransfer(alice.address, bob.address, 4_000, CASE, seizure)
    assert token.balanceOf(bob.address) == 9_000


def test_not_to_a_frozen_or_unregistered_account(
    world: World, token: Any, seizure: dict[str, Any], alice: Party, bob: Party, carol: Party
) -> None:
    with reverts_with("UnregisteredAccount", carol.address):
        token.forcedTransfer(alice.address, carol.address, 1, CASE, seizure)
    token.freeze(bob.address, {"from": world.compliance})
    with reverts_with("FrozenAccount", bob.address):
        token.forcedTransfer(alice.address, bob.address, 1, CASE, seizure)


def test_to_the_account_itself_would_thaw_it(
    world: World, token: Any, seizure: dict[str, Any], alice: Party
) -> None:
    with reverts_with("ERC20InvalidReceiver", alice.address):
        token.forcedTransfer(alice.address, alice.address, 1, CASE, seizure)
    token.freeze(alice.address, {"from": world.compliance})
    with reverts_with("ERC20InvalidReceiver", alice.address):
        token.forcedTransfer(alice.address, alice.address, 1, CASE, seizure)
    assert token.getAccount(alice.address)[3] is True


def test_not_to_nobody_nor_the_token(token: Any, seizure: dict[str, Any], alice: Party) -> None:
    for receiver in (ZERO, str(token.address)):
        with reverts_with("ERC20InvalidReceiver", receiver):
            token.forcedTransfer(alice.address, receiver, 1, CASE, seizure)


def test_not_from_nobody(token: Any, seizure: dict[str, Any], vip: Party) -> None:
    with reverts_with("ERC20InvalidSender", ZERO):
        token.forcedTransfer(ZERO, vip.address, 0, CASE, seizure)


@pytest.mark.parametrize("amount", [4_001, 2**96, 2**256 - 1])
def test_no_more_than_there_is(
    token: Any, seizure: dict[str, Any], alice: Party, vip: Party, amount: int
) -> None:
    with reverts_with("ERC20InsufficientBalance", alice.address, 4_000, amount):
        token.forcedTransfer(alice.address, vip.address, amount, CASE, seizure)


def test_names_its_case(token: Any, seizure: dict[str, Any], alice: Party, vip: Party) -> None:
    with reverts_with("EmptyCaseReference"):
        token.forcedTransfer(alice.address, vip.address, 1, b"\x00" * 32, seizure)
