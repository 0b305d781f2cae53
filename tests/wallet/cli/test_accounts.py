"""Tests of `jiaozi accounts` and `jiaozi address --count`: both from what is stored."""

from __future__ import annotations

import json

from eth_account import Account

from tests.wallet.world import ADDRESS, PHRASE, World

SECOND = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"


def test_accounts_are_listed_without_a_password(world: World) -> None:
    world.run("account", "new", "savings", password=False)
    world.run("account", "retire", "savings", password=False)
    ran = world.run("accounts", password=False)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"*  0  {ADDRESS}  m/44'/60'/0'/0/0",
        f"   1  {SECOND}  m/44'/60'/0'/0/1  savings (retired)",
    ]
    assert "savings (已停用)" in world.run("accounts", "--lang", "zh", password=False).out
    listed = world.run("accounts", "--json", password=False).data
    assert listed["kind"] == "phrase"
    assert listed["accounts"][1] == {
        "number": 1,
        "address": SECOND,
        "path": "m/44'/60'/0'/0/1",
        "name": "savings",
        "retired": True,
        "in_use": False,
    }


def test_the_star_stands_at_the_chosen_account(world: World) -> None:
    world.run("account", "new", password=False)
    lines = world.run("accounts", "--account", "1", password=False).out.splitlines()
    assert [line[0] for line in lines] == [" ", "*"]


def test_addresses_from_the_xpub_are_those_of_the_phrase(world: World) -> None:
    Account.enable_unaudited_hdwallet_features()
    ran = world.run("address", "--count", "12", "--json", password=False)
    assert ran.code == 0, ran.err
    for number, found in enumerate(ran.data["addresses"]):
        path = f"m/44'/60'/0'/0/{number}"
        assert found == {
            "path": path,
            "address": Account.from_mnemonic(PHRASE, account_path=path).address,
        }
    assert number == 11
    lines = world.run("address", "--count", "11", password=False).out.splitlines()
    assert lines[1] == f"m/44'/60'/0'/0/1   {SECOND}"
    assert len(lines) == 11


def test_how_many_addresses_is_a_number_with_an_end(world: World) -> None:
    for wrong in ("0", "-1", "100001", "x"):
        ran = world.run("address", "--count", wrong, "--json", password=False)
        assert (ran.code, ran.error["code"]) == (2, "usage.number")


def test_a_single_key_has_no_more_addresses(world: World) -> None:
    file = world.home / "account.json"
    whole = json.loads(file.read_text())
    file.write_text(json.dumps(whole | {"kind": "key", "xpub": None, "root": None}))
    ran = world.run("address", "--count", "2", "--json", password=False)
    assert ran.error["code"] == "account.single"


def test_a_phrase_has_its_addresses_without_a_wallet(bare: World) -> None:
    file = bare.home.with_name("phrase")
    file.write_text(PHRASE)
    file.chmod(0o600)
    ran = bare.run("address", "--phrase-file", str(file), password=False)
    assert (ran.code, ran.out, ran.err) == (0, ADDRESS + "\n", "")
    typed = bare.run("address", "--phrase-file", "-", "--json", typed=PHRASE + "\n", password=False)
    assert typed.data == {"address": ADDRESS, "path": "m/44'/60'/0'/0/0"}
    many = bare.run("address", "--phrase-file", "-", "--count", "2", typed=PHRASE, password=False)
    assert many.out.split() == ["m/44'/60'/0'/0/0", ADDRESS, "m/44'/60'/0'/0/1", SECOND]
    wrong = bare.run("address", "--phrase-file", "-", typed="canary " * 12, password=False)
    assert wrong.code == 2
    assert "canary" not in wrong.out + wrong.err
    assert not bare.home.exists()
