"""Tests: DOMAIN_SEPARATOR and eip712Domain, also after a fork with a new chain id."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownie import chain, web3

from tests.contracts.authorizations import BYTES, TRANSFER, fields
from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, raw, reverts_with

OTHER_CHAIN = 4_242


def test_reads(token: Any, world: World) -> None:
    assert raw(token.DOMAIN_SEPARATOR()) == world.domain.separator()
    shown, name, version, chain_id, contract, salt, extensions = token.eip712Domain()
    assert raw(shown) == b"\x0f"
    assert (name, version, chain_id) == ("Jiaozi Euro", "1", chain.id)
    assert contract == token.address
    assert raw(salt) == b"\x00" * 32
    assert list(extensions) == []
    assert str(token.address) != ZERO


def test_a_fork_with_another_chain_id_is_noticed(
    token: Any, world: World, alice: Party, bob: Party, relay: Party
) -> None:
    """The cached separator is not used there: old signatures end, new ones are good."""
    message = TRANSFER.make(alice, bob)
    there = replace(world.domain, chain_id=OTHER_CHAIN)
    old, new = alice.sign(message, world.domain), alice.sign(message, there)
    call = token.transferWithAuthorization[BYTES].call
    call(*fields(message), old, relay.sends())
    here = chain.id
    web3.provider.make_request("anvil_setChainId", [OTHER_CHAIN])
    try:
        assert raw(token.DOMAIN_SEPARATOR()) == there.separator()
        assert token.eip712Domain()[3] == OTHER_CHAIN
        call(*fields(message), new, relay.sends())
        with reverts_with("InvalidSignature", alice.address):
            call(*fields(message), old, relay.sends())
    finally:
        web3.provider.make_request("anvil_setChainId", [here])
    with reverts_with("InvalidSignature", alice.address):
        call(*fields(message), new, relay.sends())
