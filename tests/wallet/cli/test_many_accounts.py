"""Tests with two accounts: what one has linked or signed is not taken for the other's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.wallet.world import ADDRESS, IBAN, PAYEE, World

LINK = ("link", IBAN, "--name", "Ada Wu", "--code", "284917")
PAID = "0x" + "11" * 20


@pytest.fixture
def two(world: World) -> World:
    """A wallet with a second account, registered and funded as the first is."""
    second = world.json("account", "new", "second")["address"]
    assert second == PAYEE  # the phrase's second key
    world.chain.tiers[second] = 1
    world.chain.issue(2, second, 50_00)
    return world


def test_a_link_belongs_to_the_account_that_signed_it(two: World) -> None:
    two.json(*LINK)
    for line in (("unlink", IBAN), ("redeem", "1")):
        ran = two.run(*line, "--account", "second", "--yes", "--json")
        assert ran.error["code"] in ("unlink.none", "redeem.no_link")
    two.bank.link_states = ["ACTIVE"]
    two.json(*LINK, "--account", "second")
    wallets = [each.wallet for each in two.files.book().links]
    assert wallets == [ADDRESS, PAYEE]
    assert two.json("redeem", "1", "--account", "second")["state"] == "SETTLED"
    assert two.json("unlink", IBAN, "--account", "second")["wallet"] == PAYEE
    assert [each.state for each in two.files.book().links] == ["ACTIVE", "CLOSED"]


def test_a_link_of_before_there_were_several_accounts_is_the_firsts(two: World) -> None:
    two.json(*LINK)
    two.files.update(lambda book: book.put(replace(book.links[0], wallet="")))
    ran = two.run("redeem", "1", "--account", "second", "--yes", "--json")
    assert ran.error["code"] == "redeem.no_link"
    assert two.json("redeem", "1")["state"] == "SETTLED"


def test_what_is_under_way_is_told_and_sent_again_for_its_own_account(two: World) -> None:
    two.bank.relays = False
    record = two.json("send", "1", PAID, "--no-wait")["id"]
    for name, expected in (("0", [record]), ("second", [])):
        under_way = two.json("history", "--account", name)["under_way"]
        assert [each["id"] for each in under_way] == expected
    for flag in ("--again", "--speed-up", "--cancel"):
        ran = two.run("send", flag, record, "--account", "second", "--json")
        assert ran.error["code"] == "send.unknown"
