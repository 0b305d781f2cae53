"""Tests of `jiaozi account` and of --account: new, use, rename, retire, and wrong input."""

from __future__ import annotations

import json

import pytest

from tests.wallet.world import ADDRESS, PASSWORD, PAYEE, World
from wallet.book.accounts import Account, Accounts

SECOND = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"
THIRD = "0xb6716976A3ebe8D39aCEB04372f22Ff8e6802D7A"
LIVE = "0x78839F6054d7ed13918bAe0473BA31b1Ca9D7265"  # m/44'/60'/1'/0/0, as Ledger Live has it


def test_the_account_in_use_is_shown(world: World) -> None:
    shown = world.json("account")
    assert shown == {
        "number": 0,
        "address": ADDRESS,
        "path": "m/44'/60'/0'/0/0",
        "name": "",
        "retired": False,
        "in_use": True,
        "kind": "phrase",
    }
    assert "keys of a recovery phrase" in world.run("account").out


def test_new_accounts_need_no_password(world: World) -> None:
    ran = world.run("account", "new", "savings", "--json", password=False)
    assert ran.code == 0, ran.err
    assert (ran.data["number"], ran.data["address"]) == (1, SECOND)
    assert ran.data["path"] == "m/44'/60'/0'/0/1"
    assert not ran.data["in_use"]
    assert "account use 2" in world.run("account", "new", password=False).out
    assert world.json("address", "--account", "2")["address"] == THIRD
    assert world.json("address")["address"] == ADDRESS
    whole = json.loads((world.home / "account.json").read_text())
    assert [entry["name"] for entry in whole["accounts"]] == ["", "savings", ""]


def test_an_account_can_be_chosen_for_one_command_or_from_now_on(world: World) -> None:
    world.run("account", "new", "savings", password=False)
    for chosen in ("savings", "SAVINGS", "1", SECOND, SECOND.lower()):
        assert world.json("address", "--account", chosen)["address"] == SECOND
    assert world.json("account", "use", "savings")["in_use"]
    assert world.json("address")["address"] == SECOND
    assert world.json("balance", "--account", "0")["address"] == ADDRESS
    assert world.json("account", "show", "0")["address"] == ADDRESS


def test_each_account_signs_with_its_own_key(world: World) -> None:
    world.run("account", "new", "savings", password=False)
    world.chain.tiers[SECOND] = world.chain.tiers[THIRD] = 1
    world.chain.issue(2, SECOND, 50_00)
    paid = world.json("send", "5", THIRD, "--account", "savings")
    assert paid["balance"]["amount"] == "45.00"
    assert world.chain.balances[ADDRESS] == 100_00
    assert world.json("send", "5", THIRD, "--direct", "--account", "1")["way"] == "direct"
    assert world.chain.balances[SECOND] == 40_00
    assert PAYEE == SECOND


def test_names_can_be_changed_and_taken_away(world: World) -> None:
    world.run("account", "new", password=False)
    assert world.json("account", "rename", "1", "旅行")["name"] == "旅行"
    assert world.json("address", "--account", "旅行")["address"] == SECOND
    assert world.json("account", "rename", "旅行", "")["name"] == ""
    for name, code in (("0", "account.name"), (SECOND, "text.line"), ("a\tb", "text.line")):
        ran = world.run("account", "rename", "1", name, "--json")
        assert (ran.code, ran.error["code"]) == (2, code)
    world.run("account", "rename", "0", "Main")
    ran = world.run("account", "new", "main", "--json", password=False)
    assert (ran.code, ran.error["code"]) == (2, "account.name")
    assert len(world.files.accounts().entries) == 2


def test_a_retired_account_says_so_and_warns_before_it_pays(world: World) -> None:
    assert world.json("account", "retire", "0")["retired"]
    assert "retired" in world.run("account").out
    world.chain.tiers[PAYEE] = 1
    ran = world.run("send", "1", PAYEE, "--yes")
    assert ran.code == 0
    assert "Careful: account 0 is retired" in ran.out
    assert "Careful" in world.run("request", "1").out  # who pays it may pay a stranger
    assert "Careful" not in world.run("balance").out


@pytest.mark.parametrize("flag", [("--account", "nobody"), ("--account", "7")])
@pytest.mark.parametrize("command", [("address",), ("balance",), ("send", "1", PAYEE)])
def test_an_account_that_is_not_there(
    world: World, flag: tuple[str, ...], command: tuple[str, ...]
) -> None:
    ran = world.run(*command, *flag, "--json")
    assert (ran.code, ran.error["code"]) == (2, "account.unknown")
    assert world.chain.pool == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("use", "nobody"), "account.unknown"),
        (("use",), "usage.missing"),
        (("rename", "0"), "usage.missing"),
        (("retire",), "usage.missing"),
        (("fly",), "usage.action"),
        (("new", "a", "--path", "60/0"), "path.format"),
        (("new", "a", "--path", "m"), "account.path"),
        (("new", "a", "--path", "m/44'/60'/0'/0/0"), "account.present"),
    ],
)
def test_wrong_input_changes_nothing(world: World, words: tuple[str, ...], code: str) -> None:
    before = (world.home / "account.json").read_bytes()
    ran = world.run("account", *words, "--json")
    assert (ran.code, ran.error["code"]) == (2, code)
    assert (world.home / "account.json").read_bytes() == before


def test_a_key_elsewhere_in_the_tree(world: World) -> None:
    made = world.json("account", "new", "live", "--path", "m/44'/60'/1'/0/0")
    assert made["address"] == LIVE
    world.chain.tiers[LIVE] = world.chain.tiers[PAYEE] = 1
    world.chain.issue(3, LIVE, 10_00)
    assert world.json("send", "1", PAYEE, "--account", "live")["balance"]["amount"] == "9.00"
    wrong = world.run("account", "new", "--path", "m/0", "--json", password=False)
    assert (wrong.code, wrong.error["code"]) == (5, "password.none")


def test_a_home_of_version_1_is_used_and_brought_up_to_date(world: World) -> None:
    xpub = world.files.accounts().xpub
    old = {"version": 1, "address": ADDRESS, "path": "m/44'/60'/0'/0/0", "xpub": xpub}
    file = world.home / "account.json"
    file.write_text(json.dumps(old))
    assert world.json("address")["address"] == ADDRESS
    assert json.loads(file.read_text()) == old  # reading changes nothing
    assert world.json("account", "new")["address"] == SECOND
    assert json.loads(file.read_text())["version"] == 2


def test_a_wallet_without_a_tree_has_one_account(world: World) -> None:
    one = Accounts("watch", (Account(0, world.files.account().address, None),))
    world.files.change_accounts(lambda _: one)
    for words in (("new",), ("new", "a", "--path", "m/0")):
        ran = world.run("account", *words, "--json")
        assert (ran.code, ran.error["code"]) == (1, "account.single")
    ran = world.run("send", "1", PAYEE, "--yes", "--json")
    assert ran.error["code"] == "account.watch"
    assert world.run("export", "xpub", "--json").error["code"] == "account.single"


def test_another_wallets_vault_is_not_used(world: World) -> None:
    world.files.change_accounts(
        lambda now: now.replaced(Account(0, now.pick("0").address, "m/44'/60'/0'/0/9"))
    )
    world.chain.tiers[PAYEE] = 1
    ran = world.run("send", "1", PAYEE, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (5, "home.mismatch")
    assert PASSWORD not in ran.err
