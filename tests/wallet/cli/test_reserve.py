"""Tests of `jiaozi reserve`: what is true is verified, each lie is found by its check."""

from __future__ import annotations

import pytest

from tests.wallet.proofs import ATTESTOR, DAY, HASH, Lies, publish_proof
from tests.wallet.world import ADDRESS, PAYEE, World


def fund(world: World) -> None:
    """The wallet and two others hold something."""
    world.chain.balances = {ADDRESS: 12_345, PAYEE: 700, ATTESTOR: 5}


def test_a_true_proof(world: World) -> None:
    """Everything holds; the answer says what was compared."""
    fund(world)
    publish_proof(world)
    said = world.json("reserve")
    assert said["holds"] is True
    assert all(each["holds"] for each in said["checks"])
    assert len(said["checks"]) == 8
    assert said["balance"] == {"amount": "123.45", "currency": "EUR"}
    assert said["supply"] == said["owed"] == said["bank_balance"]
    assert (said["day"], said["transaction"]) == (DAY, HASH)
    assert world.json("reserve", "--day", DAY) == said


def test_it_is_told_to_a_person(world: World) -> None:
    """What is proven and what is the bank's word, in both languages."""
    fund(world)
    publish_proof(world)
    assert "The bank's word" in world.run("reserve").out
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
