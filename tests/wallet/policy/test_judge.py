"""Tests of wallet.policy.judge: what the agent signs for its owner and for each token."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.address import Address
from wallet.agent.protocol import Request
from wallet.errors import SetupError
from wallet.policy.judge import Judge
from wallet.policy.log import DecisionLog, Entry
from wallet.policy.seal import Seal, policy_message
from wallet.token import approve, transfer
from wallet.transaction import Transaction
from wallet.typed_data import Domain, Permit, TransferAuthorization
from wallet.typed_json import TypedData

ME, BO, EVE = Address(ADDRESS), Address(PAYEE), Address("0x" + "99" * 20)
SECRET = "jiaozi_secret"
DOMAIN = Domain("Euro Deposit", 31337, Address(TOKEN))
HASH = hashlib.sha256(SECRET.encode()).hexdigest()
RULES = f"""version = 1
[token.shop]
secret_sha256 = "{HASH}"
accounts = ["0"]
pay = ["{PAYEE}"]
per_day = "20.00"
currency = "EUR"
messages = ["TransferWithAuthorization", "transfer"]
"""


def pay(to: Address = BO, amount: int = 5_00, nonce: int = 1) -> TypedData:
    return TypedData.of(TransferAuthorization(ME, to, amount, 0, 9, bytes([nonce]) * 32), DOMAIN)


def put(world: World, rules: str = RULES) -> Judge:
    """A judge of a wallet with these rules."""
    (world.home / "policy.toml").write_text(rules)
    world.json("policy", "sign")
    return judge(world)


def judge(world: World) -> Judge:
    return Judge(world.files, world.files.accounts(), world.clock)


def said(judge: Judge, message: object, token: str | None = SECRET) -> tuple[bool, str]:
    decision = judge(Request(ME, message, token))  # type: ignore[arg-type]  # any of the three
    return decision.allowed, decision.reason


def log(world: World) -> list[Entry]:
    return DecisionLog(world.home).entries()


def test_without_a_policy_the_owner_alone(world: World) -> None:
    assert said(judge(world), pay(), None) == (True, "owner")
    assert said(judge(world), pay()) == (False, "policy.no_token")
    assert log(world) == []


def test_a_token_may_do_what_its_rule_names(world: World) -> None:
    found = put(world)
    assert said(found, pay()) == (True, "policy.allowed")
    assert said(found, pay(EVE)) == (False, "policy.payee")
    assert said(found, b"hello") == (False, "policy.message")
    permit = TypedData.of(Permit(ME, BO, 1, 0, 9), DOMAIN)
    assert said(found, permit) == (False, "policy.message")
    assert said(found, pay(), "jiaozi_other") == (False, "policy.no_token")
    assert said(found, pay(), "\ud800") == (False, "policy.no_token")
    assert [(each.actor, each.allowed) for each in log(world)] == [
        ("token shop", True),
        *[("token shop", False)] * 3,
        *[(f"account {ADDRESS}", False)] * 2,
    ]


def test_typed_messages_and_transactions_have_one_sum(world: World) -> None:
    found = put(world)

    def call(data: bytes, fee: int = 0) -> Transaction:
        return Transaction(31337, 0, 0, fee, 60_000, Address(TOKEN), 0, data)

    assert said(found, pay(amount=12_00))[0]
    assert said(found, call(transfer(BO, 8_01))) == (False, "policy.per_day")
    assert said(found, call(transfer(BO, 8_00), fee=1)) == (False, "policy.fee")
    assert said(found, call(transfer(BO, 8_00)))[0]
    assert said(found, call(approve(BO, 1))) == (False, "policy.message")
    assert said(found, pay(amount=1, nonce=2)) == (False, "policy.per_day")
    world.clock.time += 86_400
    assert said(found, pay(amount=1, nonce=2))[0]


def test_the_owner_is_judged_by_the_account(world: World) -> None:
    found = put(world, RULES + '[account."*"]\npay = []\n')
    assert said(found, pay(), None) == (False, "policy.payee")
    assert said(found, b"hello", None) == (True, "policy.allowed")


def test_an_agent_for_tokens_only(world: World) -> None:
    found = put(world, RULES.replace("version = 1", 'version = 1\nagent = "tokens"'))
    assert said(found, b"hello", None) == (False, "policy.tokens_only")
    assert said(found, pay())[0]


def test_a_change_counts_at_once(world: World) -> None:
    found, file = put(world), world.home / "policy.toml"
    assert said(found, pay())[0]
    file.write_text(RULES.replace("20.00", "9000.00"))
    assert said(found, pay()) == (False, "policy.changed")
    world.json("policy", "sign")
    assert said(found, pay(amount=500_00, nonce=3))[0]
    (world.home / "policy.sig").unlink()
    assert said(found, pay()) == (False, "policy.unsigned")


@pytest.mark.parametrize("agent", ["owner", "tokens"])
def test_no_agent_is_freed_of_its_rules_by_their_loss(world: World, agent: str) -> None:
    """Whoever may write into the directory, and has no password, gains nothing by deleting."""
    found = put(world, RULES.replace("version = 1", f'version = 1\nagent = "{agent}"'))
    for name in ("policy.toml", "policy.sig"):
        (world.home / name).unlink()
    assert said(found, pay(EVE), None) == (False, "policy.gone")
    assert said(found, pay()) == (False, "policy.gone")
    assert said(judge(world), pay(EVE), None) == (True, "owner")  # unlocked anew


@pytest.mark.parametrize("is_ruled", [False, True])
def test_no_agent_makes_rules(world: World, is_ruled: bool) -> None:
    """Not even where no rule speaks of the account: a policy is signed with the password."""
    found = put(world) if is_ruled else judge(world)
    message = policy_message(ME, RULES.encode(), Seal({}, 2**40))
    assert said(found, message, None) == (False, "policy.message")


def test_an_older_policy_does_not_come_back(world: World) -> None:
    put(world, RULES.replace("20.00", "9000.00"))
    old = {name: (world.home / name).read_bytes() for name in ("policy.toml", "policy.sig")}
    world.clock.time += 1
    found = put(world)
    for name, data in old.items():
        (world.home / name).write_bytes(data)
    assert said(found, pay(amount=500_00)) == (False, "policy.older")


def test_an_agent_is_not_unlocked_under_a_policy_that_nobody_signed(world: World) -> None:
    put(world)
    (world.home / "policy.sig").unlink()
    with pytest.raises(SetupError) as caught:
        judge(world)
    assert caught.value.code == "policy.unsigned"


def test_the_network_is_that_of_the_message(world: World) -> None:
    """A token of another network that the wallet knows is counted in that one's currency."""
    found = put(world)
    other = Domain("Euro Deposit", 1, Address(TOKEN))
    message = TypedData.of(TransferAuthorization(ME, BO, 1, 0, 9, bytes(32)), other)
    assert said(found, message) == (False, "policy.chain")


def test_a_new_token(world: World, tmp_path: Path) -> None:
    data = world.json("agent", "token", "new", "shop")
    assert hashlib.sha256(data["secret"].encode()).hexdigest() == data["secret_sha256"]
    shown = world.run("agent", "token", "new", "shop").out
    rule = shown[shown.index("[token.shop]") :]
    found = put(world, f'version = 1\n{rule}\nmessages = ["text"]\naccounts = ["*"]\n')
    secret = next(line.strip() for line in shown.splitlines() if "jiaozi_" in line)
    assert said(found, b"hello", secret) == (True, "policy.allowed")
    assert said(found, b"hello", data["secret"]) == (False, "policy.no_token")


@pytest.mark.parametrize("words", [("new", "a b"), ("new", ""), ("old", "shop")])
def test_what_is_no_token(world: World, words: tuple[str, str]) -> None:
    assert world.run("agent", "token", *words, "--json").error["code"] == "agent.token"


def test_a_command_brings_its_token_by_a_file(world: World) -> None:
    put(world)
    file = world.home.parent / "token"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    ran = world.run("send", "1", PAYEE, "--yes", "--token-file", str(file), "--json")
    assert ran.error["code"] == "agent.none"  # only the agent knows tokens
    assert SECRET not in ran.err + ran.out
    assert json.loads((world.home / "book.json").read_text())["transfers"] == []
