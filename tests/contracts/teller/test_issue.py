"""Tests: the Teller's issue: bucket and headroom stand before the token."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.orders import order_of, redeem
from tests.contracts.support import (
    BACKING,
    CAPACITY,
    MAX_AGE,
    REF,
    REFILL,
    Party,
    at,
    events,
    now,
    raw,
    reverts_with,
    selector,
)


@pytest.fixture
def operator(world: World) -> dict[str, Any]:
    """The operator, as brownie's «from»."""
    return {"from": world.operator}


def open_wide(world: World) -> None:
    """A bucket so large that only the backing bounds."""
    world.teller.setBucket(10**15, 0, {"from": world.governor})


def test_credits_through_the_token(
    token: Any, teller: Any, operator: dict[str, Any], alice: Party, bob: Party
) -> None:
    before = teller.bucketLevel()
    room = teller.headroom()
    done = teller.issue([(10, REF, alice.address, 100), (11, REF, bob.address, 50)], operator)
    assert len(events(done, "Issued")) == 2
    assert (token.balanceOf(alice.address), token.balanceOf(bob.address)) == (4_100, 1_050)
    assert teller.bucketLevel() <= before - 150 + 2 * REFILL
    assert teller.headroom() == room - 150


def test_the_whole_bucket_and_not_one_unit_more(
    teller: Any, operator: dict[str, Any], vip: Party
) -> None:
    with reverts_with("BucketExceeded", CAPACITY + 1, CAPACITY):
        teller.issue([(10, REF, vip.address, CAPACITY), (11, REF, vip.address, 1)], operator)
    teller.issue([(10, REF, vip.address, CAPACITY)], operator)


def test_the_bucket_refills_with_time_and_not_over_its_rim(
    teller: Any, operator: dict[str, Any], vip: Party
) -> None:
    done = teller.issue([(10, REF, vip.address, CAPACITY)], operator)
    assert teller.bucketLevel() == 0
    at(done.timestamp + 100)
    assert teller.bucketLevel() == 100 * REFILL
    at(done.timestamp + CAPACITY // REFILL - 1)
    assert teller.bucketLevel() == CAPACITY - REFILL
    at(done.timestamp + 10 * CAPACITY)
    assert teller.bucketLevel() == CAPACITY


def test_zero_is_closed_not_unlimited(
    world: World, teller: Any, operator: dict[str, Any], vip: Party
) -> None:
    teller.setBucket(0, REFILL, {"from": world.governor})
    at(now() + 1_000)
    with reverts_with("BucketExceeded", 1, 0):
        teller.issue([(10, REF, vip.address, 1)], operator)


def test_refused_entries_take_from_neither(
    teller: Any, operator: dict[str, Any], alice: Party, carol: Party
) -> None:
    """Were it otherwise, deposits of strangers could use up what the bank's customers wait for."""
    room, level = teller.headroom(), teller.bucketLevel()
    entries = [
        (10, REF, carol.address, 60_000),
        (11, REF, alice.address, 100),
        (12, REF, carol.address, CAPACITY + 1),
    ]
    done = teller.issue(entries, operator)
    assert [one["number"] for one in events(done, "IssueRefused")] == [10, 12]
    assert teller.headroom() == room - 100
    assert level == CAPACITY
    assert level - 100 <= teller.bucketLevel() <= level - 100 + 2 * REFILL


@pytest.mark.parametrize("amounts", [(2**256 - 1,), (2**256 - 1, 2**256 - 1), (2**255, 2**255)])
def test_an_absurd_entry_is_refused_alone(
    token: Any, teller: Any, operator: dict[str, Any], vip: Party, amounts: tuple[int, ...]
) -> None:
    """Whatever they would add up to, nothing wraps and the rest of the batch goes on."""
    room = teller.headroom()
    entries = [(10 + place, REF, vip.address, amount) for place, amount in enumerate(amounts)]
    done = teller.issue([*entries, (20, REF, vip.address, 7)], operator)
    refused = events(done, "IssueRefused")
    assert [one["amount"] for one in refused] == list(amounts)
    wanted = selector("SupplyLimitExceeded(uint256,uint256)")
    assert {raw(one["reason"]) for one in refused} == {wanted}
    assert token.balanceOf(vip.address) == 1_000_007
    assert teller.headroom() == room - 7


def test_one_unit_too_many_in_all_undoes_the_batch(
    token: Any, teller: Any, operator: dict[str, Any], alice: Party, vip: Party
) -> None:
    """Each entry would fit by itself; no number is used, so the same batch can come again."""
    entries = [(10, REF, alice.address, 1), (11, REF, vip.address, CAPACITY)]
    with reverts_with("BucketExceeded", CAPACITY + 1, CAPACITY):
        teller.issue(entries, operator)
    assert not token.depositNumberUsed(10)
    assert token.balanceOf(alice.address) == 4_000
    assert teller.bucketLevel() == CAPACITY


def test_the_sum_over_the_headroom_undoes_the_batch(
    world: World, token: Any, teller: Any, operator: dict[str, Any], alice: Party, vip: Party
) -> None:
    open_wide(world)
    room = teller.headroom()
    with reverts_with("HeadroomExceeded", room + 1, room):
        teller.issue([(10, REF, alice.address, 1), (11, REF, vip.address, room)], operator)
    assert not token.depositNumberUsed(10)
    assert teller.headroom() == room
    assert teller.bucketLevel() == 10**15


def test_exactly_the_headroom_and_not_one_unit_more(
    world: World, token: Any, teller: Any, operator: dict[str, Any], vip: Party
) -> None:
    open_wide(world)
    room = BACKING - token.totalMinted()
    assert teller.headroom() == room
    with reverts_with("HeadroomExceeded", room + 1, room):
        teller.issue([(10, REF, vip.address, room + 1)], operator)
    teller.issue([(10, REF, vip.address, room)], operator)
    assert teller.headroom() == 0
    with reverts_with("HeadroomExceeded", 1, 0):
        teller.issue([(11, REF, vip.address, 1)], operator)


def test_burns_do_not_give_headroom(world: World, teller: Any, vip: Party, relay: Party) -> None:
    room = teller.headroom()
    redeem(world.token, order_of(vip, 10_000), vip, world.domain, relay)
    assert teller.headroom() == room


def test_stale_backing_closes(teller: Any, operator: dict[str, Any], vip: Party) -> None:
    as_of = teller.attestation()[3]
    at(as_of + MAX_AGE)
    teller.issue.call([(10, REF, vip.address, 1)], operator)
    assert teller.headroom() > 0
    at(as_of + MAX_AGE + 1)
    assert teller.headroom() == 0
    with reverts_with("BackingStale", as_of, MAX_AGE):
        teller.issue([(10, REF, vip.address, 1)], operator)


def test_missing_backing_is_closed(
    project: Any, world: World, operator: dict[str, Any], vip: Party
) -> None:
    """A new Teller that nobody has attested anything to issues nothing, however its age is set."""
    fresh = project["Teller"].deploy(world.manager, world.token, {"from": world.admin})
    fresh.setBucket(10**9, 1, {"from": world.admin})
    fresh.setMaxAge(2**64 - 1, {"from": world.admin})
    world.manager.grantRole(8, fresh, 0, {"from": world.admin})
    with reverts_with("BackingStale", 0, 2**64 - 1):
        fresh.issue([(10, REF, vip.address, 1)], {"from": world.admin})


def test_a_new_teller_forgets_no_number(
    project: Any, world: World, token: Any, alice: Party
) -> None:
    fresh = project["Teller"].deploy(world.manager, token, {"from": world.admin})
    fresh.setBucket(10**9, 1, {"from": world.admin})
    fresh.setMaxAge(MAX_AGE, {"from": world.admin})
    world.manager.grantRole(8, fresh, 0, {"from": world.admin})
    fresh.attest(BACKING, 0, 0, now() - 1, 1, {"from": world.admin})
    done = fresh.issue([(41, REF, alice.address, 1)], {"from": world.admin})
    assert len(events(done, "IssueRefused")) == 1
    assert token.balanceOf(alice.address) == 4_000


def test_a_refused_batch_leaves_the_bucket(
    world: World, teller: Any, operator: dict[str, Any], alice: Party
) -> None:
    before = teller.bucketLevel()
    world.token.pause({"from": world.guardian})
    with reverts_with("TokenPaused"):
        teller.issue([(10, REF, alice.address, 1)], operator)
    assert teller.bucketLevel() >= before
