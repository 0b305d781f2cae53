"""Tests: setContractURI and contractURI (ERC-7572)."""

from __future__ import annotations

from typing import Any

import pytest
from brownie import web3

from tests.contracts.conftest import World
from tests.contracts.support import DESCRIPTION, events, raw, reverts_with
from wallet.keccak import keccak256

# As the standard's interface has them.
READ = keccak256(b"contractURI()")[:4]
UPDATED = keccak256(b"ContractURIUpdated()")


def test_what_the_constructor_was_given(token: Any) -> None:
    assert token.contractURI() == DESCRIPTION


@pytest.mark.parametrize("uri", ["", "ipfs://bafy", "data:application/json,{}" + "x" * 500, "交子"])
def test_sets_and_says(world: World, token: Any, uri: str) -> None:
    done = token.setContractURI(uri, {"from": world.governor})
    assert token.contractURI() == uri
    assert events(done, "ContractURIUpdated") == [{}]


def test_the_standards_words(world: World, token: Any) -> None:
    assert bytes.fromhex(token.contractURI.signature[2:]) == READ
    done = token.setContractURI("x", {"from": world.governor})
    (log,) = web3.eth.get_transaction_receipt(done.txid)["logs"]
    assert [raw(topic.hex()) for topic in log["topics"]] == [UPDATED]
    assert log["address"] == token.address


def test_a_shorter_one_leaves_nothing_of_the_longer(world: World, token: Any) -> None:
    token.setContractURI("x" * 100, {"from": world.governor})
    token.setContractURI("y", {"from": world.governor})
    assert token.contractURI() == "y"


def test_the_constructor_says_so_too(project: Any, world: World) -> None:
    arguments = (world.manager, "Jiaozi Yen", "JPYJ", "JPY", 0, 0, "x")
    fresh = project["DepositToken"].deploy(*arguments, {"from": world.admin})
    assert len(events(fresh.tx, "ContractURIUpdated")) == 1


def test_money_and_rules_do_not_notice(world: World, token: Any) -> None:
    before = (token.totalSupply(), token.paused(), token.getLimits(1), token.getLimits(2))
    token.setContractURI("x" * 1_000, {"from": world.governor})
    assert (token.totalSupply(), token.paused(), token.getLimits(1), token.getLimits(2)) == before


def test_only_the_governor(world: World, token: Any) -> None:
    for account in (world.admin, world.operator, world.compliance, world.guardian):
        with reverts_with("AccessManagedUnauthorized", account):
            token.setContractURI("x", {"from": account})
