"""Tests: receiveWithAuthorization, both forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.contracts.authorizations import BYTES, RECEIVE, TRANSFER, VRS
from tests.contracts.conftest import World
from tests.contracts.support import Party, at, reverts_with


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_pays_the_payee_who_brings_it(
    world: World, token: Any, alice: Party, bob: Party, form: str
) -> None:
    message = RECEIVE.make(alice, bob)
    RECEIVE.bring(token, message, alice.sign(message, world.domain), bob, form)
    assert token.balanceOf(bob.address) == 1_300
    assert token.authorizationState(alice.address, message.nonce) is True


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_nobody_else_brings_it(
    world: World, token: Any, alice: Party, bob: Party, relay: Party, form: str
) -> None:
    message = RECEIVE.make(alice, bob)
    signature = alice.sign(message, world.domain)
    for other in (relay, alice):
        with reverts_with("CallerNotPayee", other.address, bob.address):
            RECEIVE.bring(token, message, signature, other, form)


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_once(world: World, token: Any, alice: Party, bob: Party, form: str) -> None:
    message = RECEIVE.make(alice, bob)
    signature = alice.sign(message, world.domain)
    RECEIVE.bring(token, message, signature, bob, form)
    with reverts_with("AuthorizationUsedOrCanceled", alice.address, message.nonce):
        RECEIVE.bring(token, message, signature, bob, form)


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_in_its_time(world: World, token: Any, alice: Party, bob: Party, form: str) -> None:
    message = RECEIVE.make(alice, bob)
    later = replace(message, valid_after=message.valid_before - 100)
    with reverts_with("AuthorizationNotYetValid", later.valid_after):
        RECEIVE.bring(token, later, alice.sign(later, world.domain), bob, form)
    at(message.valid_before)
    with reverts_with("AuthorizationExpired", message.valid_before):
        RECEIVE.bring(token, message, alice.sign(message, world.domain), bob, form)


@pytest.mark.parametrize("form", [VRS, BYTES])
def test_a_transfer_authorization_is_not_a_receive(
    world: World, token: Any, alice: Party, bob: Party, form: str
) -> None:
    message = TRANSFER.make(alice, bob)
    with reverts_with("InvalidSignature", alice.address):
        RECEIVE.bring(token, message, alice.sign(message, world.domain), bob, form)


def test_one_nonce_serves_one_of_the_two(
    world: World, token: Any, alice: Party, bob: Party
) -> None:
    transfer = TRANSFER.make(alice, bob)
    receive = replace(RECEIVE.make(alice, bob), nonce=transfer.nonce)
    TRANSFER.bring(token, transfer, alice.sign(transfer, world.domain), bob)
    with reverts_with("AuthorizationUsedOrCanceled", alice.address, transfer.nonce):
        RECEIVE.bring(token, receive, alice.sign(receive, world.domain), bob)
