"""Tests of `jiaozi reserve`: what is true is verified, each lie is found by its check."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wallet.proofs import ATTESTOR, DAY, HASH, Lies, publish_proof
from tests.wallet.world import ADDRESS, PAYEE, World


def fund(world: World) -> None:
    """The wallet and two others hold something."""
    world.chain.balances = {ADDRESS: 12_345, PAYEE: 700, ATTESTOR: 5}


def wrong(said: dict[str, Any]) -> list[str]:
    """The checks that do not hold."""
    return [each["check"] for each in said["checks"] if not each["holds"]]


def test_a_true_proof(world: World) -> None:
    """Everything holds; the answer says what was compared."""
    fund(world)
    publish_proof(world)
    said = world.json("reserve")
    assert said["holds"] is True
    assert all(each["holds"] for each in said["checks"])
    assert len(said["checks"]) == 11
    assert said["balance"] == {"amount": "123.45", "currency": "EUR"}
    assert said["supply"] == said["owed"] == said["bank_balance"]
    assert (said["day"], said["transaction"]) == (DAY, HASH)
    assert said["block_time"] == 1_800_000_000
    assert said["bank_as_of"] == 1_799_946_000
    assert world.json("reserve", "--day", DAY) == said


def test_it_is_told_to_a_person(world: World) -> None:
    """What is proven and what is the bank's word, in both languages."""
    fund(world)
    publish_proof(world)
    told = world.run("reserve").out
    assert "The bank's word" in told
    assert "2027-01-15 08:00:00 UTC" in told  # the block's time
    assert "2027-01-14 17:00:00 UTC" in told  # the bank's figure
    assert "仅凭银行所述" in world.run("reserve", "--lang", "zh").out


ZEROS = "0x" + "00" * 32
#: A lie, and the checks that it fails.
LIES: dict[str, tuple[Lies, set[str]]] = {
    "another day": (Lies({"day": "2026-11-18"}), {"subject"}),
    "another token": (Lies({"token": PAYEE}), {"subject"}),
    "another chain": (Lies({"chain": "eip155:1"}), {"subject"}),
    "other words than on chain": (Lies(afterwards={"journal_postings": 4}), {"onchain"}),
    "somebody else's transaction": (Lies(transaction={"from": PAYEE}), {"onchain"}),
    "no block yet": (Lies(transaction={"blockNumber": None}), {"onchain"}),
    "a block that is not final": (Lies(transaction={"blockNumber": hex(10**6)}), {"onchain"}),
    "other data": (Lies(transaction={"input": "0x"}), {"onchain"}),
    "an attestor without the role": (
        Lies({"attestor": PAYEE}, transaction={"from": PAYEE}), {"attestor"}),
    "no attestor": (Lies({"attestor": "0x12"}), {"attestor", "onchain"}),
    "another block": (Lies({"block_hash": ZEROS}), {"block"}),
    "fewer tokens": (Lies({"supply": "1"}), {"supply"}),
    "books with other tokens": (Lies({"accounts": {"TOKENS": "1"}}), {"supply"}),
    "another root": (Lies({"root": ZEROS}), {"own"}),
    "another number of leaves": (Lies({"holders": 9}), {"own"}),
    "a leaf elsewhere": (Lies(leaf={"index": 7}), {"own"}),
    "another salt": (Lies(leaf={"salt": ZEROS}), {"own"}),
    "too little at the bank": (Lies({"bank_balance": "13049"}), {"covered"}),
    "no balance at the bank": (Lies({"bank_balance": "many"}), {"covered"}),
    "a debit that nobody explains": (Lies({"unexplained_debits": "1"}), {"covered"}),
    "an older form": (Lies({"version": 1}), {"form"}),
    "a form of another kind": (Lies({"version": "2"}), {"form"}),
    "silent about debits": (Lies({"unexplained_debits": None}), {"form"}),
    "debits below zero": (Lies({"unexplained_debits": "-5"}), {"form"}),
    "a figure of years ago": (Lies({"bank_as_of": "2020-01-01T00:00:00+00:00"}), {"figure"}),
    "a figure older than a week": (Lies({"bank_as_of": "2027-01-07T23:59:59+00:00"}), {"figure"}),
    "a figure of days to come": (Lies({"bank_as_of": "2027-01-17T00:00:00+00:00"}), {"figure"}),
    "a figure of no time": (Lies({"bank_as_of": "2027-01-14T17:00:00"}), {"figure"}),
    "a figure of no day": (Lies({"bank_as_of": "yesterday"}), {"figure"}),
    "a figure after all time": (Lies({"bank_as_of": "9999-12-31T23:00:00-23:00"}), {"figure"}),
    "a figure before all time": (Lies({"bank_as_of": "1900-01-01T00:00:00+00:00"}), {"figure"}),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_found(world: World, lie: str) -> None:
    """By its own check; the others still hold."""
    fund(world)
    lies, failing = LIES[lie]
    publish_proof(world, lies)
    ran = world.run("reserve", "--json")
    assert ran.code == 1
    assert {each["check"] for each in ran.data["checks"] if not each["holds"]} == failing
    assert ran.data["holds"] is False


def test_another_digest_than_the_words(world: World) -> None:
    """The digest that the bank tells is made anew."""
    fund(world)
    publish_proof(world)
    world.bank.proofs[f"/v1/proofs/{DAY}"]["digest"] = ZEROS
    ran = world.run("reserve", "--json")
    assert [each["check"] for each in ran.data["checks"] if not each["holds"]] == ["digest"]


def test_who_was_left_out(world: World) -> None:
    """The bank knows no leaf of somebody who held something; or rightly none."""
    fund(world)
    publish_proof(world)
    del world.bank.proofs[f"/v1/proofs/{DAY}/leaf?address={ADDRESS}"]
    ran = world.run("reserve", "--json")
    assert [each["check"] for each in ran.data["checks"] if not each["holds"]] == ["own"]
    world.chain.balances = {ADDRESS: 0, PAYEE: 13_050}
    publish_proof(world)
    assert world.json("reserve")["holds"] is True


def test_payments_on_their_way_are_no_shortage(world: World) -> None:
    """The bank has made a payout that the books still owe."""
    fund(world)
    publish_proof(world, Lies({"bank_balance": "13000", "accepted_payouts": "50"}))
    assert world.json("reserve")["holds"] is True


def test_money_that_was_taken_is_owed_still(world: World) -> None:
    """500 are of payers nobody knows; 300 were taken from the account and nobody explains it."""
    fund(world)
    said: dict[str, object] = {"bank_balance": "13250", "unexplained_debits": "300"}
    publish_proof(world, Lies(said | {"accounts": {"TOKENS": "13050", "UNMATCHED": "200"}}))
    ran = world.run("reserve", "--json")
    assert wrong(ran.data) == ["covered"]
    assert ran.data["owed"]["amount"] == "135.50"


def test_own_funds_may_bear_what_was_taken(world: World) -> None:
    """The debit is of nobody's money but the bank's: nothing more is owed than the tokens."""
    fund(world)
    said: dict[str, object] = {"bank_balance": "13050", "unexplained_debits": "300"}
    publish_proof(world, Lies(said | {"accounts": {"TOKENS": "13050", "UNMATCHED": "-300"}}))
    assert world.json("reserve")["owed"]["amount"] == "130.50"


def test_a_weekend_is_bridged(world: World) -> None:
    """The last closing balance before Easter is of days before the proof's."""
    fund(world)
    publish_proof(world, Lies({"bank_as_of": "2027-01-08T17:00:00+00:00"}))
    assert world.json("reserve")["holds"] is True


@pytest.mark.parametrize("days", [-2, 2])
def test_a_block_of_another_day(world: World, days: int) -> None:
    """The chain says when the block was made: a reader that stood still is found."""
    fund(world)
    world.chain.time += days * 86_400
    publish_proof(world, Lies({"bank_as_of": f"{DAY}T00:00:00+00:00"}))
    assert wrong(world.run("reserve", "--json").data) == ["time"]


@pytest.mark.parametrize(
    ("line", "code", "exit_code"),
    [
        (("--day", "yesterday"), "reserve.day", 2),
        (("--day", "2020-01-01"), "bank.refused", 3),
    ],
)
def test_a_day_without_a_proof(
    world: World, line: tuple[str, ...], code: str, exit_code: int
) -> None:
    fund(world)
    publish_proof(world)
    ran = world.run("reserve", *line, "--json")
    assert (ran.error["code"], ran.code) == (code, exit_code)


def test_a_bank_without_any_proof(world: World) -> None:
    """It is said so."""
    world.bank.proofs["/v1/proofs"] = {"days": []}
    assert world.run("reserve", "--json").error["code"] == "reserve.none"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v1/proofs", {"days": [1]}),
        (f"/v1/proofs/{DAY}", {"statement": "x", "digest": ZEROS, "tx_hash": ZEROS}),
        (f"/v1/proofs/{DAY}", {"statement": {}, "digest": "0x12", "tx_hash": ZEROS}),
        (f"/v1/proofs/{DAY}", {"statement": {}, "digest": ZEROS, "tx_hash": "many"}),
    ],
)
def test_answers_that_are_none(world: World, path: str, answer: dict[str, object]) -> None:
    """Named, not believed."""
    fund(world)
    publish_proof(world)
    world.bank.proofs[path] = answer
    assert world.run("reserve", "--json").error["code"] == "bank.answer"
