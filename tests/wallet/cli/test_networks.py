"""Tests of `jiaozi networks`: several chains and tokens under the same keys, kept apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wallet.fakebank import FakeBank
from tests.wallet.fakechain import FakeChain
from tests.wallet.world import ADDRESS, PAYEE, World, serve


@pytest.fixture
def other(world: World) -> Iterator[tuple[str, FakeChain]]:
    """Another chain with a bank of its own; its URL."""
    chain = FakeChain(chain_id=8899, name="Franc Deposit", symbol="dCHF", currency="CHF")
    chain.tiers[ADDRESS] = 1
    chain.issue(1, ADDRESS, 7_00)
    with serve(chain, FakeBank(chain)) as url:
        yield url, chain


def add(world: World, url: str) -> None:
    world.json("networks", "add", "franc", "--rpc", url, "--bank", url)


def test_one_network_is_listed_as_main(world: World) -> None:
    data = world.json("networks")
    assert (data["used"], [each["name"] for each in data["networks"]]) == ("main", ["main"])
    assert data["networks"][0]["bank_url"] == world.bank_url
    assert "* " in world.run("networks", "list").out


def test_another_is_added_used_for_one_command_or_for_all(
    world: World, other: tuple[str, FakeChain]
) -> None:
    add(world, other[0])
    assert world.json("balance")["balance"] == {"amount": "100.00", "currency": "EUR"}
    franc = {"amount": "7.00", "currency": "CHF"}
    assert world.json("balance", "--on", "franc")["balance"] == franc
    assert world.json("networks", "use", "franc")["used"] == "franc"
    assert world.json("balance")["balance"] == franc
    assert world.json("balance", "--on", "main")["balance"]["currency"] == "EUR"


def test_what_was_signed_belongs_to_its_network_and_contacts_to_all(
    world: World, other: tuple[str, FakeChain]
) -> None:
    add(world, other[0])
    other[1].tiers[PAYEE] = 1
    main = world.json("send", "1", PAYEE, "--direct", "--no-wait", "--save-as", "Bo")["id"]
    franc = world.json("send", "2", "Bo", "--on", "franc", "--direct", "--no-wait")["id"]
    for name, mine, theirs in (("main", main, franc), ("franc", franc, main)):
        under_way = world.json("history", "--on", name)["under_way"]
        assert [each["id"] for each in under_way] == [mine]
        ran = world.run("send", "--again", theirs, "--on", name, "--json")
        assert ran.error["code"] == "send.unknown"
    for _ in range(4):  # the world's clock mines the main chain only
        other[1].mine()
    assert world.json("send", "--again", main)["state"] == "FINAL"
    assert world.json("send", "--again", franc, "--on", "franc")["state"] == "FINAL"


def test_a_network_is_proved_before_it_is_written(
    world: World, other: tuple[str, FakeChain]
) -> None:
    before = (world.home / "config.toml").read_bytes()
    url, chain = other
    line = ["networks", "add", "franc", "--rpc", world.rpc_url, "--bank", url, "--json"]
    assert world.run(*line).error["code"] == "chain.id"
    chain.decimals = 3
    line[4] = url
    assert world.run(*line).error["code"] == "bank.answer"
    assert (world.home / "config.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("use", "other"), "network.unknown"),
        (("remove", "main"), "network.needed"),
        (("remove", "other"), "network.unknown"),
        (("add", "main", "--rpc", "http://127.0.0.1:1"), "network.exists"),
        (("add", "Big", "--rpc", "http://127.0.0.1:1"), "network.name"),
        (("add", "b"), "init.rpc"),
        (("list", "--rpc", "http://127.0.0.1:1"), "usage.option"),
    ],
)
def test_what_cannot_be_is_told(world: World, line: tuple[str, ...], code: str) -> None:
    assert world.run("networks", *line, "--json").error["code"] == code


def test_an_unknown_network_of_a_command(world: World) -> None:
    ran = world.run("balance", "--on", "moon", "--json")
    assert (ran.code, ran.error["code"]) == (1, "network.unknown")


def test_a_further_network_can_be_removed(world: World, other: tuple[str, FakeChain]) -> None:
    add(world, other[0])
    assert len(world.json("networks", "remove", "franc")["networks"]) == 1
