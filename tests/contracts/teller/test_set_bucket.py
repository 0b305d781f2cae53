"""Tests: setBucket, bucket and bucketLevel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import (
    CAPACITY,
    DAY,
    REF,
    REFILL,
    Party,
    at,
    events,
    now,
    reverts_with,
)


def test_sets_and_says(world: World, teller: Any) -> None:
    done = teller.setBucket(500, 3, {"from": world.governor})
    assert events(done, "BucketSet") == [{"capacity": 500, "refillPerSecond": 3}]
    assert tuple(teller.bucket()) == (500, 3)


def test_a_new_bucket_is_full(teller: Any) -> None:
    assert tuple(teller.bucket()) == (CAPACITY, REFILL)
    assert teller.bucketLevel() == CAPACITY


@pytest.mark.parametrize(
    ("capacity", "level"),
    [(CAPACITY + 5, 40_005), (CAPACITY - 5, 39_995), (60_001, 1), (60_000, 0), (0, 0)],
)
def test_what_was_taken_stays_taken(
    world: World, teller: Any, vip: Party, capacity: int, level: int
) -> None:
    """The level moves with the rim, so changing the bucket is no way to fill it."""
    teller.setBucket(CAPACITY, 0, {"from": world.governor})
    teller.issue([(10, REF, vip.address, 60_000)], {"from": world.operator})
    assert teller.bucketLevel() == 40_000
    teller.setBucket(capacity, 0, {"from": world.governor})
    assert teller.bucketLevel() == level


def test_closing_and_reopening_refills_nothing(world: World, teller: Any, vip: Party) -> None:
    teller.issue([(10, REF, vip.address, CAPACITY)], {"from": world.operator})
    teller.setBucket(0, 0, {"from": world.governor})
    at(now() + DAY)
    teller.setBucket(CAPACITY, 0, {"from": world.governor})
    assert teller.bucketLevel() < REFILL * 60


def test_refilling_starts_when_it_is_set(world: World, teller: Any, vip: Party) -> None:
    teller.setBucket(CAPACITY, 0, {"from": world.governor})
    teller.issue([(10, REF, vip.address, CAPACITY)], {"from": world.operator})
    teller.setBucket(CAPACITY, 1_000, {"from": world.governor})
    assert teller.bucketLevel() == 0


def test_too_large_for_its_field(world: World, teller: Any) -> None:
    for values, bits in (((2**72, 0), 72), ((2**256 - 1, 0), 72), ((0, 2**56), 56)):
        with reverts_with("SafeCastOverflowedUintDowncast", bits, max(values)):
            teller.setBucket(*values, {"from": world.governor})


def test_the_largest_does_not_overflow(world: World, teller: Any, vip: Party) -> None:
    """Nor does a field run into its neighbour when something is taken and refills for years."""
    largest, fastest = 2**72 - 1, 2**56 - 1
    teller.setBucket(largest, 0, {"from": world.governor})
    assert teller.bucketLevel() <= largest
    teller.setBucket(largest, fastest, {"from": world.governor})
    done = teller.issue([(10, REF, vip.address, 1_000)], {"from": world.operator})
    assert tuple(teller.bucket()) == (largest, fastest)
    at(done.timestamp + 100 * 366 * DAY)
    assert teller.bucketLevel() == largest
    assert tuple(teller.bucket()) == (largest, fastest)
