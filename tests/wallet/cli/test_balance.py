"""Tests of `jiaozi balance` and `jiaozi address`."""

from __future__ import annotations

import pytest

from tests.wallet.world import ADDRESS, World


def test_the_address(world: World) -> None:
    assert world.run("address").out == ADDRESS + "\n"
    assert world.json("address") == {"address": ADDRESS, "path": "m/44'/60'/0'/0/0"}
    assert world.chain.calls == []


def test_the_balance_and_where_it_was_read(world: World) -> None:
    data = world.json("balance")
    assert data["balance"] == {"amount": "100.00", "currency": "EUR"}
    assert (data["block"], data["chain_id"], data["tier"]) == (10, 31337, 1)
    out = world.run("balance").out
    assert "100.00 EUR" in out
    assert "registered, tier 1" in out
    assert world.bank.requests == []  # the chain alone is asked


def test_a_frozen_and_an_unregistered_account_are_told(world: World) -> None:
    world.chain.tiers = {}
    assert "not registered" in world.run("balance").out
    world.chain.frozen.add(ADDRESS)
    assert "frozen" in world.run("balance").out
    assert world.json("balance")["frozen"] is True


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://nowhere.invalid:8545"])
def test_a_node_that_is_not_there(world: World, url: str) -> None:
    config = world.home / "config.toml"
    config.write_text(config.read_text().replace(world.rpc_url, url, 1))
    ran = world.run("balance", "--json")
    assert (ran.code, ran.error["code"]) == (4, "net.unreachable")
    assert url in ran.error["message"]


def test_another_chain(world: World) -> None:
    world.chain.chain_id = 1
    ran = world.run("balance", "--json")
    assert (ran.code, ran.error["code"]) == (1, "chain.id")


def test_a_token_that_does_not_answer(world: World) -> None:
    config = world.home / "config.toml"
    config.write_text(config.read_text().replace("0x7e", "0x7F", 1).lower())
    assert world.run("balance").code == 1
