"""Tests: attest, attestation and headroom."""

from __future__ import annotations

from typing import Any

import pytest
from brownie import chain

from tests.contracts.conftest import World
from tests.contracts.support import MAX_AGE, REF, Party, at, events, now, reverts_with


@pytest.fixture
def attestor(world: World) -> dict[str, Any]:
    """The attestor, as brownie's «from»."""
    return {"from": world.attestor}


def test_stores_and_says(token: Any, teller: Any, attestor: dict[str, Any]) -> None:
    supply = token.totalSupply()
    as_of, block = now(), chain.height
    done = teller.attest(supply + 70, supply, supply, as_of, block, attestor)
    assert tuple(teller.attestation()) == (supply + 70, supply, supply, as_of, block)
    assert teller.headroom() == 70
    (attested,) = events(done, "Attested")
    assert attested == {
        "backing": supply + 70,
        "supply": supply,
        "minted": supply,
        "asOf": as_of,
        "blockNumber": block,
    }


def test_what_was_issued_since_the_attested_block_counts(
    world: World, token: Any, teller: Any, attestor: dict[str, Any], vip: Party
) -> None:
    supply, minted = token.totalSupply(), token.totalMinted()
    as_of, block = now(), chain.height
    teller.issue([(10, REF, vip.address, 30)], {"from": world.operator})
    teller.attest(supply + 70, supply, minted, as_of, block, attestor)
    assert teller.headroom() == 40


@pytest.mark.parametrize("short", [0, 1, 1_005_000])
def test_short_backing_leaves_no_room(
    token: Any, teller: Any, attestor: dict[str, Any], short: int
) -> None:
    supply = token.totalSupply()
    teller.attest(supply - short, supply, token.totalMinted(), now(), chain.height, attestor)
    assert teller.headroom() == 0


def test_time_only_rises(teller: Any, attestor: dict[str, Any]) -> None:
    last = teller.attestation()[3]
    for as_of in (last, last - 1, 0):
        with reverts_with("AttestationNotNewer", as_of, last):
            teller.attest(1, 0, 0, as_of, 0, attestor)
    teller.attest(1, 0, 0, last + 1, 0, attestor)


def test_never_of_the_future(teller: Any, attestor: dict[str, Any]) -> None:
    later = now() + 1_000
    with reverts_with("AttestationFromFuture", later, 0):
        teller.attest(1, 0, 0, later, 0, attestor)
    at(later)
    teller.attest.call(1, 0, 0, later, 0, attestor)
    far = chain.height + 100
    with reverts_with("AttestationFromFuture", now(), far):
        teller.attest(1, 0, 0, now(), far, attestor)


def test_the_figures_must_be_possible(token: Any, teller: Any, attestor: dict[str, Any]) -> None:
    minted = token.totalMinted()
    with reverts_with("AttestationInconsistent", 1, 0, minted):
        teller.attest(1, 1, 0, now(), 0, attestor)
    with reverts_with("AttestationInconsistent", 0, minted + 1, minted):
        teller.attest(1, 0, minted + 1, now(), 0, attestor)


@pytest.mark.parametrize("backing", [2**128, 2**256 - 1])
def test_absurd_backing(teller: Any, attestor: dict[str, Any], backing: int) -> None:
    with reverts_with("SafeCastOverflowedUintDowncast", 128, backing):
        teller.attest(backing, 0, 0, now(), 0, attestor)


def test_a_newer_word_replaces_the_older(token: Any, teller: Any, attestor: dict[str, Any]) -> None:
    supply, minted = token.totalSupply(), token.totalMinted()
    teller.attest(supply + 500, supply, minted, now(), 0, attestor)
    at(now() + 5)
    teller.attest(supply + 3, supply, minted, now(), 0, attestor)
    assert teller.headroom() == 3


def test_reading_before_anybody_spoke(project: Any, world: World) -> None:
    fresh = project["Teller"].deploy(world.manager, world.token, {"from": world.admin})
    assert tuple(fresh.attestation()) == (0, 0, 0, 0, 0)
    assert (fresh.headroom(), fresh.bucketLevel(), fresh.maxAge()) == (0, 0, 0)
    assert fresh.token() == world.token.address


def test_the_age_can_be_changed(world: World, teller: Any) -> None:
    as_of = teller.attestation()[3]
    at(as_of + MAX_AGE + 1)
    assert teller.headroom() == 0
    done = teller.setMaxAge(MAX_AGE + 100, {"from": world.governor})
    assert events(done, "MaxAgeSet") == [{"maxAge": MAX_AGE + 100}]
    assert teller.maxAge() == MAX_AGE + 100
    assert teller.headroom() > 0
