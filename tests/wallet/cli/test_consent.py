"""Tests of what every payment shows first, and of its risks: --yes is not enough."""

from __future__ import annotations

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.address import Address, checksum

ALIKE = checksum(bytes.fromhex(PAYEE[2:7].lower() + "0" * 30 + PAYEE[-5:].lower()))
WAYS = pytest.mark.parametrize("way", [(), ("--direct",)])


def known(world: World) -> None:
    """PAYEE was paid once."""
    assert world.run("send", "1", PAYEE, "--yes").code == 0


def got(world: World, payee: str) -> int:
    return world.chain.balances.get(payee, 0)


@WAYS
def test_who_is_paid_is_told(world: World, way: tuple[str, ...]) -> None:
    first = world.run("send", "1", PAYEE, *way, "--yes")
    assert "you have never paid this address" in first.out
    assert "not checked" in first.out
    assert "the token would take it now" in first.out
    assert "99.00 EUR" in first.out
    second = world.run("send", "1", PAYEE, *way, "--save-as", "Bo", "--yes")
    assert "paid before: 1" in second.out
    assert f"{PAYEE} (Bo)" in world.run("send", "1", "Bo", *way, "--yes").out


def test_in_chinese(world: World) -> None:
    out = world.run("send", "1", PAYEE, "--yes", "--lang", "zh").out
    for words in ("您将签署：付款", "您从未向该地址付款", "银行不提供户名核对", "代币现在会接受"):
        assert words in out


@WAYS
def test_yes_does_not_pass_a_look_alike(world: World, way: tuple[str, ...]) -> None:
    known(world)
    ran = world.run("send", "1", ALIKE, *way, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "risk.needed")
    assert "look-alike" in ran.error["message"]
    assert ALIKE in ran.err
    assert PAYEE in ran.err
    assert got(world, ALIKE) == 0
    assert len(world.files.book().transfers) == 1


@WAYS
def test_it_is_accepted_by_its_name(world: World, way: tuple[str, ...]) -> None:
    known(world)
    ran = world.run("send", "1", ALIKE, *way, "--yes", "--accept-risk=look-alike")
    assert (ran.code, got(world, ALIKE)) == (0, 1_00)
    assert "RISK look-alike" in ran.err


def test_another_risks_name_is_not_enough(world: World) -> None:
    known(world)
    ran = world.run("send", "1", ALIKE, "--yes", "--accept-risk=contract-payee", "--json")
    assert ran.error["code"] == "risk.needed"


@pytest.mark.parametrize(
    ("typed", "code"), [("look-alike\ny\n", 0), ("y\n", 1), ("\n", 1), ("look-alike\nn\n", 1)]
)
def test_it_is_accepted_by_typing_its_name(world: World, typed: str, code: int) -> None:
    known(world)
    ran = world.run("send", "1", ALIKE, typed=typed)
    assert ran.code == code
    assert got(world, ALIKE) == (1_00 if code == 0 else 0)


def test_what_is_signed_is_seen_though_the_result_goes_to_a_file(world: World) -> None:
    ran = world.run("send", "1", PAYEE, typed="n\n")  # stdout is no terminal here
    assert ran.code == 1
    assert PAYEE in ran.err
    assert PAYEE in ran.out
    silent = world.run("send", "1", PAYEE, "--yes", typed="")
    assert PAYEE not in silent.err


def test_poisoned_history_makes_nobody_known(world: World) -> None:
    """Dust from a look-alike, and transfers of nothing in the owner's name to it."""
    known(world)
    world.chain.move(ALIKE, ADDRESS, 1)
    world.chain.move(ADDRESS, ALIKE, 0)
    world.chain.mine()
    assert ALIKE in world.run("history").out
    ran = world.run("send", "1", ALIKE, "--yes", "--json")
    assert ran.error["code"] == "risk.needed"


@WAYS
def test_a_contract_is_no_person(world: World, way: tuple[str, ...]) -> None:
    world.chain.codes[PAYEE] = b"\x60\x80"
    ran = world.run("send", "1", PAYEE, *way, "--yes", "--json")
    assert "contract-payee" in ran.error["message"]
    world.chain.codes[PAYEE] = b"\xef\x01\x00" + bytes(20)  # an account that runs others' code
    assert world.run("send", "1", PAYEE, *way, "--yes").code == 0


def test_a_name_of_mixed_letters(world: World) -> None:
    name = "B\u043e"  # Latin and Cyrillic
    world.files.update(lambda book: book.with_contact(name, Address(PAYEE)))
    ran = world.run("send", "1", name, "--yes", "--json")
    assert "mixed-script" in ran.error["message"]


def test_several_risks_are_each_accepted(world: World) -> None:
    known(world)
    world.chain.codes[ALIKE] = b"\x60"
    one = world.run("send", "1", ALIKE, "--yes", "--accept-risk=look-alike", "--json")
    assert "contract-payee" in one.error["message"]
    both = ("--accept-risk", "look-alike", "--accept-risk", "contract-payee")
    assert world.run("send", "1", ALIKE, "--yes", *both).code == 0


def test_an_order_shows_what_is_paid_out(world: World) -> None:
    assert world.run("link", "DE89370400440532013000", "--name", "Ada Wu", "--code", "1", "--yes")
    ran = world.run("redeem", "10", typed="n\n")
    for words in ("redemption", "DE89 3704 0044 0532 0130 00", "Ada Wu", "10.00 EUR", "90.00 EUR"):
        assert words in ran.out
    assert TOKEN in ran.out
