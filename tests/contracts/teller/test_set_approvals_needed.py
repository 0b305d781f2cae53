"""Tests: setApprovalsNeeded and approvalsNeeded."""

from __future__ import annotations

from typing import Any

import pytest
from brownie import web3

from tests.contracts.conftest import World
from tests.contracts.support import APPROVALS_NEEDED, Party, events, reverts_with
from tests.contracts.teller.approvals import approval, bring, entry, proofs


@pytest.mark.parametrize("needed", [0, 1, 3, 255])
def test_sets_and_says(world: World, teller: Any, needed: int) -> None:
    assert teller.approvalsNeeded() == APPROVALS_NEEDED
    done = teller.setApprovalsNeeded(needed, {"from": world.governor})
    assert events(done, "ApprovalsNeededSet") == [{"needed": needed}]
    assert teller.approvalsNeeded() == needed


def test_counts_at_once(
    world: World, token: Any, teller: Any, officers: tuple[Party, ...], vip: Party
) -> None:
    """Approvals that were given under another number meet the one that holds now."""
    message = approval(entry(10, vip, 7))
    words = proofs(world, message, officers)
    teller.setApprovalsNeeded(3, {"from": world.governor})
    with reverts_with("TooFewApprovals", 2, 3):
        bring(world, message, words[:2])
    teller.setApprovalsNeeded(4, {"from": world.governor})
    with reverts_with("TooFewApprovals", 3, 4):
        bring(world, message, words)
    teller.setApprovalsNeeded(1, {"from": world.governor})
    bring(world, message, words[2:])
    assert token.balanceOf(vip.address) == 1_000_007


def test_touches_nothing_else(world: World, teller: Any) -> None:
    before = (teller.bucket(), teller.bucketLevel(), teller.maxAge(), teller.headroom())
    teller.setApprovalsNeeded(255, {"from": world.governor})
    assert (teller.bucket(), teller.bucketLevel(), teller.maxAge(), teller.headroom()) == before


def test_256_does_not_wrap_to_zero(world: World, teller: Any) -> None:
    data = teller.setApprovalsNeeded.signature + f"{256:064x}"
    call = {"from": str(world.governor), "to": str(teller.address), "data": data}
    answer = web3.provider.make_request("eth_call", [call, "latest"])
    assert "revert" in answer["error"]["message"]
