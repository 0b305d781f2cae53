"""Tests: the token's issue and depositNumberUsed; and that one bad entry never blocks the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import REF, ZERO, Party, events, raw, reverts_with, selector

LARGEST_SUPPLY = 2**96 - 1


@pytest.fixture
def issuer(world: World) -> dict[str, Any]:
    """The issuer, as brownie's «from»."""
    return {"from": world.issuer}


def test_credits_and_says_so(token: Any, issuer: dict[str, Any], alice: Party, bob: Party) -> None:
    supply = token.totalSupply()
    entries = [(10, REF, alice.address, 100), (11, REF[::-1], bob.address, 50)]
    done = token.issue(entries, issuer)
    assert (token.balanceOf(alice.address), token.balanceOf(bob.address)) == (4_100, 1_050)
    assert token.totalSupply() == token.totalMinted() == supply + 150
    first, second = events(done, "Issued")
    assert (first["number"], first["holder"], first["amount"]) == (10, alice.address, 100)
    assert (raw(first["ref"]), raw(second["ref"])) == (REF, REF[::-1])
    assert [one["from"] for one in events(done, "Transfer")] == [ZERO, ZERO]


def test_is_not_spending(token: Any, issuer: dict[str, Any], alice: Party) -> None:
    token.issue([(10, REF, alice.address, 100)], issuer)
    assert token.getAccount(alice.address)[1] == 0


def refusal(
    world: World, holder: str, amount: int, good: Party
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Issue a bad entry between two good ones: the refusal's event, and the good ones'."""
    entries = [
        (10, REF, good.address, 1),
        (11, REF, holder, amount),
        (12, REF, good.address, 2),
    ]
    before = world.token.totalSupply()
    done = world.token.issue(entries, {"from": world.issuer})
    assert world.token.totalSupply() == before + 3
    (refused,) = events(done, "IssueRefused")
    assert (refused["number"], refused["holder"], refused["amount"]) == (11, holder, amount)
    assert raw(refused["ref"]) == REF
    assert world.token.depositNumberUsed(11)
    return refused, events(done, "Issued")


def test_a_frozen_holder_is_refused(world: World, alice: Party, bob: Party) -> None:
    world.token.freeze(alice.address, {"from": world.compliance})
    refused, issued = refusal(world, alice.address, 5, bob)
    assert raw(refused["reason"]) == selector("FrozenAccount(address)")
    assert len(issued) == 2


def test_one_unit_over_the_balance_limit_is_refused(world: World, alice: Party, vip: Party) -> None:
    refused, _ = refusal(world, alice.address, 1_001, vip)
    assert raw(refused["reason"]) == selector("BalanceLimitExceeded(address,uint256,uint256)")
    world.token.issue([(13, REF, alice.address, 1_000)], {"from": world.issuer})
    assert world.token.balanceOf(alice.address) == 5_000


def test_an_unregistered_holder_is_refused(world: World, carol: Party, bob: Party) -> None:
    refused, _ = refusal(world, carol.address, 1, bob)
    assert raw(refused["reason"]) == selector("BalanceLimitExceeded(address,uint256,uint256)")


def test_nobody_and_the_token_are_refused(world: World, bob: Party) -> None:
    for holder in (ZERO, str(world.token.address)):
        entries = [
            (hash_number(holder), REF, holder, 1),
            (hash_number(holder) + 1, REF, bob.address, 1),
        ]
        done = world.token.issue(entries, {"from": world.issuer})
        (refused,) = events(done, "IssueRefused")
        assert raw(refused["reason"]) == selector("ERC20InvalidReceiver(address)")
        assert len(events(done, "Issued")) == 1


def hash_number(holder: str) -> int:
    """A deposit number of its own for each holder."""
    return int(holder, 16) % 1_000_000 + 1_000


def test_nothing_is_refused(world: World, alice: Party, bob: Party) -> None:
    refused, _ = refusal(world, alice.address, 0, bob)
    assert raw(refused["reason"]) == selector("ZeroAmount()")


@pytest.mark.parametrize("over", [1, 2**96, 2**255])
def test_more_than_the_supply_can_be_is_refused(
    world: World, vip: Party, bob: Party, over: int
) -> None:
    token = world.token
    room = LARGEST_SUPPLY - token.totalSupply()
    refused, _ = refusal(world, vip.address, room + over, bob)
    assert raw(refused["reason"]) == selector("SupplyLimitExceeded(uint256,uint256)")


def test_up_to_the_top_of_the_field(world: World, token: Any, vip: Party, bob: Party) -> None:
    """At the largest supply of all no field runs over into its neighbour."""
    room = LARGEST_SUPPLY - token.totalSupply()
    token.issue([(20, REF, vip.address, room)], {"from": world.issuer})
    assert token.totalSupply() == LARGEST_SUPPLY
    assert token.totalMinted() == LARGEST_SUPPLY
    held = 1_000_000 + room
    assert tuple(token.getAccount(vip.address)) == (held, 0, 5, False)
    done = token.issue([(21, REF, vip.address, 1)], {"from": world.issuer})
    assert len(events(done, "IssueRefused")) == 1
    token.setTier(bob.address, 5, {"from": world.compliance})
    for payer, payee in ((vip, bob), (bob, vip), (vip, bob)):
        token.transfer(payee.address, token.balanceOf(payer.address), payer.sends())
    # vip has sent more than the field of the day's spending can say: it stays at its top.
    assert tuple(token.getAccount(vip.address)) == (0, LARGEST_SUPPLY, 5, False)
    assert token.balanceOf(bob.address) == held + 1_000


def test_a_number_is_used_once_whatever_became_of_it(
    world: World, token: Any, issuer: dict[str, Any], alice: Party, carol: Party
) -> None:
    token.issue([(10, REF, alice.address, 1), (11, REF, carol.address, 1)], issuer)
    token.setTier(carol.address, 1, {"from": world.compliance})
    again = [(10, REF, alice.address, 1), (11, REF, carol.address, 1), (12, REF, carol.address, 1)]
    done = token.issue(again, issuer)
    refused = events(done, "IssueRefused")
    assert [one["number"] for one in refused] == [10, 11]
    assert {raw(one["reason"]) for one in refused} == {selector("NumberUsed(uint256)")}
    assert (token.balanceOf(alice.address), token.balanceOf(carol.address)) == (4_001, 1)


def test_twice_in_one_batch(token: Any, issuer: dict[str, Any], alice: Party) -> None:
    done = token.issue([(10, REF, alice.address, 1), (10, REF, alice.address, 1)], issuer)
    assert len(events(done, "Issued")) == len(events(done, "IssueRefused")) == 1
    assert token.balanceOf(alice.address) == 4_001


@pytest.mark.parametrize("number", [0, 255, 256, 2**128, 2**256 - 1])
def test_any_number_and_none_of_its_neighbours(
    token: Any, issuer: dict[str, Any], alice: Party, number: int
) -> None:
    token.issue([(number, REF, alice.address, 1)], issuer)
    assert token.depositNumberUsed(number)
    neighbours = [number ^ 1, number ^ 256, number ^ 128, number ^ (1 << 255)]
    assert not any(token.depositNumberUsed(other) for other in neighbours)


def test_a_pause_stops_the_batch_and_uses_no_number(
    world: World, token: Any, issuer: dict[str, Any], alice: Party
) -> None:
    token.pause({"from": world.guardian})
    with reverts_with("TokenPaused"):
        token.issue([(10, REF, alice.address, 1)], issuer)
    assert not token.depositNumberUsed(10)


def test_an_empty_batch_is_nothing(token: Any, issuer: dict[str, Any]) -> None:
    before = token.totalSupply()
    token.issue([], issuer)
    assert token.totalSupply() == before
