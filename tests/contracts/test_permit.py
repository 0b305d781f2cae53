"""Tests: permit, both forms, and nonces."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, at, events, now, reverts_with, split
from wallet.typed_data import Permit

VRS = "address,address,uint256,uint256,uint8,bytes32,bytes32"
BYTES = "address,address,uint256,uint256,bytes"


@pytest.fixture
def permit(alice: Party, bob: Party) -> Permit:
    """alice lets bob spend 50 within the hour."""
    return Permit(alice.address, bob.address, 50, 0, now() + 3_600)


def bring(token: Any, permit: Permit, signature: bytes, relay: Party, form: str = VRS) -> Any:
    """Send the permit in one of its forms."""
    fields = (permit.owner, permit.spender, permit.value, permit.deadline)
    proof = split(signature) if form == VRS else (signature,)
    return token.permit[form](*fields, *proof, relay.sends())


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_allows(
    world: World, token: Any, permit: Permit, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    done = bring(token, permit, alice.sign(permit, world.domain), relay, form)
    assert token.allowance(alice.address, bob.address) == 50
    assert token.nonces(alice.address) == 1
    assert events(done, "Approval")[0]["value"] == 50


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_once(
    world: World, token: Any, permit: Permit, alice: Party, relay: Party, form: str
) -> None:
    signature = alice.sign(permit, world.domain)
    bring(token, permit, signature, relay, form)
    with reverts_with("InvalidSignature", alice.address):
        bring(token, permit, signature, relay, form)


def test_numbers_run(world: World, token: Any, permit: Permit, alice: Party, relay: Party) -> None:
    bring(token, permit, alice.sign(permit, world.domain), relay)
    second = replace(permit, nonce=1, value=60)
    bring(token, second, alice.sign(second, world.domain), relay, BYTES)
    assert token.nonces(alice.address) == 2


def test_the_last_second(
    world: World, token: Any, permit: Permit, alice: Party, relay: Party
) -> None:
    signature = alice.sign(permit, world.domain)
    at(permit.deadline)
    fields = (permit.owner, permit.spender, permit.value, permit.deadline)
    token.permit[BYTES].call(*fields, signature, relay.sends())
    at(permit.deadline + 1)
    with reverts_with("PermitExpired", permit.deadline):
        bring(token, permit, signature, relay)


@pytest.mark.parametrize("field", ["spender", "value", "deadline"])
def test_no_field_can_be_changed(
    world: World, token: Any, permit: Permit, alice: Party, carol: Party, relay: Party, field: str
) -> None:
    signature = alice.sign(permit, world.domain)
    other = {"spender": carol.address, "value": 51, "deadline": permit.deadline + 1}
    with reverts_with("InvalidSignature", alice.address):
        bring(token, replace(permit, **{field: other[field]}), signature, relay)


def test_someone_elses_signature(
    world: World, token: Any, permit: Permit, alice: Party, bob: Party, relay: Party
) -> None:
    with reverts_with("InvalidSignature", alice.address):
        bring(token, permit, bob.sign(permit, world.domain), relay)


def test_a_front_runner_changes_nothing(
    world: World, token: Any, permit: Permit, alice: Party, bob: Party, carol: Party
) -> None:
    """Whoever brings it first, the allowance stands and the spender can go on."""
    signature = alice.sign(permit, world.domain)
    bring(token, permit, signature, carol)
    with reverts_with("InvalidSignature", alice.address):
        bring(token, permit, signature, bob)
    token.transferFrom(alice.address, bob.address, 50, bob.sends())


def test_frozen_and_paused_do_not_matter(
    world: World, token: Any, permit: Permit, alice: Party, bob: Party, relay: Party
) -> None:
    token.freeze(alice.address, {"from": world.compliance})
    token.pause({"from": world.guardian})
    bring(token, permit, alice.sign(permit, world.domain), relay)
    assert token.allowance(alice.address, bob.address) == 50


def test_nobody_spends_and_nobody_owns(
    world: World, token: Any, permit: Permit, alice: Party, relay: Party
) -> None:
    unsigned = (permit.deadline, 27, b"\x01" * 32, b"\x01" * 32)
    with reverts_with("InvalidSignature", ZERO):
        token.permit[VRS](ZERO, relay.address, 1, *unsigned, relay.sends())
