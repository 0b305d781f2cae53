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
    reverts_with,
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


def test_refused_entries_take_from_the_bucket_but_not_from_the_headroom(
    teller: Any, operator: dict[str, Any], carol: Party
) -> None:
    room = teller.headroom()
    done = teller.issue([(10, REF, carol.address, 60_000)], operator)
    assert len(events(done, "IssueRefused")) == 1
    assert teller.headroom() == room
    assert teller.bucketLevel() < 60_000


@pytest.mark.parametrize("amounts", [(2**256 - 1,), (2**256 - 1, 2**256 - 1), (2**255, 2**255)])
def test_an_absurd_sum_does_not_wrap(
    teller: Any, operator: dict[str, Any], vip: Party, amounts: tuple[int, ...]
) -> None:
    entries = [(10 + place, REF, vip.address, amount) for place, amount in enumerate(amounts)]
    with reverts_with("HeadroomExceeded", min(sum(amounts), 2**256 - 1), teller.headroom()):
        teller.issue(entries, operator)


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
