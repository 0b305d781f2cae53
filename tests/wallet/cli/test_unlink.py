"""Tests of `jiaozi unlink`: the bank is given a signed message, and the book remembers the end."""

from __future__ import annotations

from tests.wallet.fakebank import problem
from tests.wallet.world import ADDRESS, IBAN, World

LINK = ("link", IBAN, "--name", "Ada Wu", "--code", "284917")


def test_a_link_is_ended_by_a_signature(world: World) -> None:
    world.json(*LINK)
    ran = world.run("unlink", IBAN, typed="y\n")
    assert ran.code == 0
    for shown in ("DE89 3704 0044 0532 0130 00", ADDRESS, "Ada Wu", "cannot top up or redeem"):
        assert shown in ran.out
    (record,) = world.files.book().links
    assert record.state == "CLOSED"
    again = world.run("unlink", IBAN, "--yes", "--json")
    assert (again.code, again.error["code"]) == (2, "unlink.none")
    redeem = world.run("redeem", "5", "--yes", "--json")
    assert redeem.error["code"] == "redeem.no_link"


def test_the_result_for_programs(world: World) -> None:
    world.json(*LINK)
    assert world.json("unlink", IBAN) == {
        "id": "links_1",
        "state": "CLOSED",
        "wallet": ADDRESS,
        "account": IBAN,
    }


def test_a_no_ends_nothing(world: World) -> None:
    world.json(*LINK)
    asked = len(world.bank.requests)
    assert world.run("unlink", IBAN, typed="n\n").code == 1
    assert all(method == "GET" for method, _, _ in world.bank.requests[asked:])
    assert world.files.book().links[0].state == "ACTIVE"


def test_the_banks_refusal_is_told(world: World) -> None:
    world.json(*LINK)
    world.bank.refuse = lambda path: (
        (409, problem("wallet-not-empty", "The wallet holds tokens.", "Redeem them first."))
        if path.endswith("/close")
        else None
    )
    ran = world.run("unlink", IBAN, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "bank.refused")
    assert "Redeem them first." in ran.error["remedy"]
    assert world.files.book().links[0].state == "ACTIVE"
