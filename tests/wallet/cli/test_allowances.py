"""Tests of `jiaozi allowances`: what others may take is read from the chain, and taken back."""

from __future__ import annotations

import pytest

from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.address import Address, checksum

SHOP, OLD = checksum(b"\x44" * 20), checksum(b"\x45" * 20)


@pytest.fixture
def allowing(world: World) -> World:
    world.chain.approve(ADDRESS, SHOP, 5_00)
    world.chain.approve(ADDRESS, PAYEE, 2**256 - 1)
    world.chain.approve(ADDRESS, OLD, 7)
    world.chain.approve(ADDRESS, OLD, 0)
    world.chain.approve(SHOP, ADDRESS, 9)  # not ours
    return world


def test_who_may_take_what(allowing: World) -> None:
    allowing.files.update(lambda book: book.with_contact("Shop", Address(SHOP)))
    data = allowing.json("allowances")
    assert data["allowances"] == [
        {"spender": SHOP, "amount": "5.00", "currency": "EUR", "unlimited": False},
        {
            "spender": PAYEE, "amount": data["allowances"][1]["amount"], "currency": "EUR",
            "unlimited": True,
        },
    ]  # fmt: skip
    out = allowing.run("allowances").out
    assert f"{SHOP} (Shop)" in out
    assert "all there is, now and later" in out
    assert OLD not in out


def test_what_was_taken_meanwhile_is_gone(allowing: World) -> None:
    """The token is asked, not the logs, for what is left."""
    allowing.chain.allowances[(ADDRESS, SHOP)] = 1
    assert allowing.json("allowances")["allowances"][0]["amount"] == "0.01"


def test_nobody(world: World) -> None:
    assert world.json("allowances")["allowances"] == []
    assert "Nobody" in world.run("allowances").out


def test_taking_it_back(allowing: World) -> None:
    ran = allowing.run("allowances", "revoke", PAYEE, typed="y\n")
    assert ran.code == 0
    for words in (
        "withdrawal of an allowance",
        "take nothing any more",
        "all there is, now and later",
        PAYEE,
    ):
        assert words in ran.out
    assert allowing.chain.allowances[(ADDRESS, PAYEE)] == 0
    assert [each["spender"] for each in allowing.json("allowances")["allowances"]] == [SHOP]


def test_by_a_contacts_name_as_json(allowing: World) -> None:
    allowing.files.update(lambda book: book.with_contact("Shop", Address(SHOP)))
    data = allowing.json("allowances", "revoke", "Shop")
    assert (data["spender"], data["amount"], data["unlimited"]) == (SHOP, "0.00", False)
    assert data["block"] > 0


def test_no_is_no(allowing: World) -> None:
    assert allowing.run("allowances", "revoke", SHOP, typed="n\n").code == 1
    assert allowing.chain.allowances[(ADDRESS, SHOP)] == 5_00


@pytest.mark.parametrize(
    ("spender", "code"), [(OLD, "allowance.none"), ("Nobody", "payee.unknown")]
)
def test_what_cannot_be_revoked(allowing: World, spender: str, code: str) -> None:
    ran = allowing.run("allowances", "revoke", spender, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, code)


def test_not_waiting_and_waiting_in_vain(allowing: World) -> None:
    data = allowing.json("allowances", "revoke", SHOP, "--no-wait")
    assert data["block"] is None
    allowing.chain.mines = False
    line = ("allowances", "revoke", PAYEE, "--yes", "--timeout", "2", "--json")
    assert allowing.run(*line).error["code"] == "allowance.waiting"
