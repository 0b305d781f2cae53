"""Tests of `jiaozi policy` and of what it does to every signature of the wallet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.test_typed_json import message
from tests.wallet.world import ADDRESS, IBAN, PAYEE, World
from wallet.address import Address
from wallet.cli.policy import _REASONS
from wallet.policy.decide import decide

OTHER = "0x" + "99" * 20
RULES = """version = 1
[account."*"]
pay = ["Bo", "bank"]
per_payment = "20.00"
per_day = "30.00"
currency = "EUR"
"""


def write(world: World, text: str = RULES) -> Path:
    file = world.home / "policy.toml"
    file.write_text(text)
    return file


def befriend(world: World) -> None:
    world.files.update(lambda book: book.with_contact("Bo", Address(PAYEE)))


@pytest.fixture
def ruled(world: World) -> World:
    """A wallet whose policy is in force."""
    befriend(world)
    write(world)
    world.json("policy", "sign")
    return world


def refused(world: World, *line: str) -> str:
    ran = world.run(*line, "--yes", "--json")
    assert ran.code in (1, 2, 3), ran.out
    return str(ran.error["code"])


def decisions(world: World) -> list[Any]:
    found: list[Any] = world.json("policy", "log")["decisions"]
    return found


# ---------------------------------------------------------------------- signing the policy


def test_the_rules_are_shown_before_they_are_signed(world: World) -> None:
    befriend(world)
    write(world)
    ran = world.run("policy", "sign", typed="n\n")
    assert ran.code == 1
    for words in ("20.00 EUR", "30.00 EUR", "Bo, bank", PAYEE, ADDRESS, "not restricted"):
        assert words in ran.out
    assert not (world.home / "policy.sig").exists()
    chinese = world.run("policy", "sign", "--lang", "zh", typed="n\n").out
    assert "每日" in chinese


def test_a_policy_in_force(ruled: World) -> None:
    data = ruled.json("policy", "check")
    assert (data["accounts"], data["tokens"], data["contacts"]) == (["*"], [], {"Bo": PAYEE})
    assert data["signed_at"] == ruled.clock.time
    assert "30.00 EUR" in ruled.run("policy").out
    assert (ruled.home / "policy.sig").stat().st_mode & 0o777 == 0o600


def test_without_a_policy_all_is_as_before(world: World) -> None:
    assert refused(world, "policy", "check") == "policy.none"
    assert refused(world, "policy", "sign") == "policy.none"
    assert world.run("send", "1", PAYEE, "--yes").code == 0
    assert decisions(world) == []
    assert not (world.home / "policy.log").exists()


def test_an_unsigned_policy_stops_everything(world: World) -> None:
    befriend(world)
    write(world)
    for line in (("send", "1", "Bo"), ("sign", "text", "--message", "x"), ("policy", "check")):
        ran = world.run(*line, "--yes", "--json")
        assert ran.error["code"] == "policy.unsigned"
        assert "policy sign" in ran.error["remedy"]
    assert world.chain.balances.get(PAYEE, 0) == 0


def test_a_changed_policy_stops_everything(ruled: World) -> None:
    write(ruled, RULES.replace("30.00", "9000.00"))
    assert refused(ruled, "send", "1", "Bo") == "policy.changed"
    assert refused(ruled, "policy", "check") == "policy.changed"
    ruled.json("policy", "sign")
    assert ruled.run("send", "1", "Bo", "--yes").code == 0


@pytest.mark.parametrize("field", ["owner", "signed_at", "signature", "contacts", "version"])
def test_a_changed_seal_stops_everything(ruled: World, field: str) -> None:
    file = ruled.home / "policy.sig"
    whole = json.loads(file.read_text())
    changes = {
        "owner": OTHER, "signed_at": 5, "signature": "0x" + "11" * 65, "contacts": {"Bo": OTHER},
        "version": 2,
    }  # fmt: skip
    file.write_text(json.dumps(whole | {field: changes[field]}))
    expected = "policy.payee" if field == "owner" else "policy.changed"  # who owns it is known
    assert refused(ruled, "send", "1", OTHER) == expected


def test_a_lost_policy_stops_everything(ruled: World) -> None:
    (ruled.home / "policy.toml").unlink()
    assert refused(ruled, "send", "1", "Bo") == "policy.missing"


def test_another_wallets_policy_is_none(ruled: World) -> None:
    theirs = json.loads((ruled.home / "policy.sig").read_text())
    forged = theirs["signature"][:-4] + "ff1b"
    (ruled.home / "policy.sig").write_text(json.dumps(theirs | {"signature": forged}))
    assert refused(ruled, "send", "1", "Bo") == "policy.changed"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"Bo"', '"Ada"', "policy.contact"),
        ('account."*"', "account.savings", "policy.unknown_account"),
        ("per_day", "per_week", "policy.key"),
        ("version", "[", "policy.syntax"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_not_signed(
    world: World, old: str, new: str, code: str
) -> None:
    befriend(world)
    write(world, RULES.replace(old, new))
    assert refused(world, "policy", "sign") == code


# ---------------------------------------------------------------------- what it allows


@pytest.mark.parametrize("way", [(), ("--direct",)])
def test_who_may_be_paid(ruled: World, way: tuple[str, ...]) -> None:
    assert ruled.run("send", "1", "Bo", *way, "--yes").code == 0
    ran = ruled.run("send", "1", OTHER, *way, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "policy.payee")
    assert OTHER.lower() in ran.error["message"].lower()
    assert ruled.chain.balances.get(OTHER, 0) == 0


def test_a_changed_book_changes_no_payee(ruled: World) -> None:
    book = ruled.home / "book.json"
    book.write_text(book.read_text().replace(PAYEE, OTHER))
    assert refused(ruled, "send", "1", "Bo") == "policy.payee"


def test_how_much_a_payment_and_a_day(ruled: World) -> None:
    assert refused(ruled, "send", "20.01", "Bo") == "policy.per_payment"
    assert ruled.run("send", "20", "Bo", "--yes").code == 0
    assert refused(ruled, "send", "10.01", "Bo", "--direct") == "policy.per_day"
    assert ruled.run("send", "10", "Bo", "--direct", "--yes").code == 0
    assert refused(ruled, "send", "0.01", "Bo") == "policy.per_day"
    ruled.clock.time += 86_400
    ruled.chain.time += 86_400
    assert ruled.run("send", "1", "Bo", "--yes").code == 0


def test_a_sum_survives_a_payment_that_never_left(ruled: World) -> None:
    """What was signed counts, whether or not it was ever sent."""
    ruled.chain.silent_at = "eth_sendRawTransaction"
    assert ruled.run("send", "20", "Bo", "--direct", "--yes").code != 0
    ruled.chain.silent_at = None
    assert refused(ruled, "send", "10.01", "Bo") == "policy.per_day"


def test_a_redemption_counts_too(ruled: World) -> None:
    ruled.json("link", IBAN, "--name", "Ada Wu", "--code", "284917")
    assert refused(ruled, "redeem", "20.01") == "policy.per_payment"
    ruled.json("redeem", "15")
    assert refused(ruled, "send", "15.01", "Bo") == "policy.per_day"


def test_a_permit_moves_money_as_a_payment_does(ruled: World, tmp_path: Path) -> None:
    kinds = {
        "owner": "address", "spender": "address", "value": "uint256", "nonce": "uint256",
        "deadline": "uint256",
    }  # fmt: skip

    def permit(spender: str, value: int) -> tuple[str, ...]:
        values = {"owner": ADDRESS, "spender": spender, "value": value, "nonce": 0, "deadline": 9}
        domain = {"name": "Euro Deposit", "version": "1", "chainId": 31337}
        whole = message({"Permit": kinds}, values, **domain, verifyingContract=TOKEN)
        (tmp_path / "permit").write_text(json.dumps(whole))
        risks = "--accept-risk=unknown-spender,unlimited-allowance"
        return "sign", "typed", str(tmp_path / "permit"), risks

    assert refused(ruled, *permit(OTHER, 1)) == "policy.payee"
    assert refused(ruled, *permit(PAYEE, 2**256 - 1)) == "policy.per_payment"
    assert ruled.run(*permit(PAYEE, 20_00), "--yes").code == 0
    assert ruled.run(*permit(PAYEE, 20_00), "--yes").code == 0  # the very same again
    assert refused(ruled, "send", "10.01", "Bo") == "policy.per_day"


def test_messages_and_hours(world: World) -> None:
    befriend(world)
    write(world, RULES + 'messages = ["text"]\nhours = "00:00-08:00"\n')
    world.json("policy", "sign")
    assert world.run("sign", "text", "--message", "x", "--yes").code == 3  # it is 08:00 UTC
    world.clock.time -= 3600
    assert world.run("sign", "text", "--message", "x", "--yes").code == 0
    assert refused(world, "send", "1", "Bo") == "policy.message"


# ---------------------------------------------------------------------- the log


def test_every_decision_is_written_down_with_its_reason(ruled: World) -> None:
    ruled.json("send", "2", "Bo")
    refused(ruled, "send", "1", OTHER)
    yes, no = decisions(ruled)
    assert (yes["allowed"], yes["reason"], yes["amount"], yes["to"]) == (
        True, "policy.allowed", "2.00", PAYEE,
    )  # fmt: skip
    assert (yes["what"], yes["actor"]) == ("TransferWithAuthorization", f"account {ADDRESS}")
    assert (no["allowed"], no["reason"], no["rule"]) == (False, "policy.payee", "account.*")
    assert no["amount"] == "1.00"  # what was asked; it counts for nothing
    shown = ruled.run("policy", "log", "--limit", "1").out
    assert "no: not to this payee" in shown
    assert "拒绝：不许付给该收款人" in ruled.run("policy", "log", "--lang", "zh").out
    assert "2.00 EUR" not in shown
    assert (ruled.home / "policy.log").stat().st_mode & 0o777 == 0o600


def test_the_log_has_words_for_every_no() -> None:
    source = Path(decide.__code__.co_filename).read_text()
    found = re.findall(r'(?:no\(|yield |Decision\(False, )"(policy\.\w+)"', source)
    assert len(found) > 10
    assert {*found, "policy.no_token", "policy.tokens_only"} == set(_REASONS)


def test_a_damaged_log_stops(ruled: World) -> None:
    (ruled.home / "policy.log").write_text("x\n")
    assert refused(ruled, "send", "1", "Bo") == "policy.log"


def test_the_yes_is_on_disk_before_the_bank_has_the_signature(ruled: World) -> None:
    ruled.bank.silent = True
    ruled.run("send", "2", "Bo", "--yes", "--timeout", "1")
    (entry,) = decisions(ruled)
    assert entry["digest"].startswith("0x")
    assert ruled.bank.requests
