"""Tests: the token's voidNumber."""

from __future__ import annotations

from typing import Any

from tests.contracts.conftest import World
from tests.contracts.support import REF, Party, events, raw, reverts_with, selector


def test_closes_a_number(world: World, token: Any, alice: Party) -> None:
    done = token.voidNumber(77, {"from": world.issuer})
    assert events(done, "NumberVoided") == [{"number": 77}]
    assert token.depositNumberUsed(77)
    late = token.issue([(77, REF, alice.address, 1)], {"from": world.issuer})
    (refused,) = events(late, "IssueRefused")
    assert raw(refused["reason"]) == selector("NumberUsed(uint256)")
    assert token.balanceOf(alice.address) == 4_000


def test_a_used_number_cannot_be_closed_again(world: World, token: Any) -> None:
    for number in (41, 78):
        if number == 78:
            token.voidNumber(78, {"from": world.issuer})
        with reverts_with("NumberUsed", number):
            token.voidNumber(number, {"from": world.issuer})


def test_also_while_paused(world: World, token: Any) -> None:
    token.pause({"from": world.guardian})
    token.voidNumber(77, {"from": world.issuer})
    assert token.depositNumberUsed(77)
