"""Tests of what `jiaozi init` can make a wallet of, and of its questions at a terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account as Oracle

from tests.wallet.cli.test_init import deployment, init
from tests.wallet.world import ADDRESS, PASSWORD, PAYEE, PHRASE, World
from wallet import mnemonic
from wallet.cli.run import run
from wallet.cli.session import Environment
from wallet.hd import PrivateNode
from wallet.keystore import encrypt_key
from wallet.path import Normal, account_root
from wallet.path import Path as KeyPath
from wallet.secret import Secret

pytestmark = pytest.mark.integration  # takes seconds

MASTER = PrivateNode.from_seed(mnemonic.seed(mnemonic.parse(PHRASE)))
XPUB = MASTER.derive(account_root()).public().to_xpub()
KEY = b"\x42" * 32
KEY_PASSWORD = "key file password"


def at(index: int, root: str = "m/44'/60'/0'/0") -> str:
    return MASTER.derive(KeyPath.parse(f"{root}/{index}")).public().address


@pytest.fixture
def phrase(tmp_path: Path) -> str:
    """A file with the well-known phrase."""
    return secret(tmp_path, "phrase", PHRASE)


def secret(directory: Path, name: str, text: str) -> str:
    file = directory / name
    file.write_text(text)
    file.chmod(0o600)
    return str(file)


@pytest.fixture
def keystore(tmp_path: Path) -> tuple[str, ...]:
    """The options that import a key file."""
    file = secret(tmp_path, "key.json", json.dumps(encrypt_key(KEY, KEY_PASSWORD, n=4)))
    password = secret(tmp_path, "key-password", KEY_PASSWORD + "\n")
    return ("--keystore", file, "--key-password-file", password)


def test_used_accounts_are_found_again(bare: World, phrase: str) -> None:
    bare.chain.tiers[at(2)] = 1  # known to the bank
    bare.chain.balances[at(7)] = 5
    ran = init(bare, "--phrase-file", phrase, "--json")
    assert (ran.code, ran.data["accounts"], ran.data["address"]) == (0, 8, ADDRESS)
    entries = bare.files.accounts().entries
    assert [entry.address for entry in entries] == [at(n) for n in range(8)]
    assert entries[7].path == "m/44'/60'/0'/0/7"
    assert bare.json("address", "--account", "7")["address"] == at(7)


def test_a_phrase_from_a_pipe(bare: World, tmp_path: Path) -> None:
    password = secret(tmp_path, "password", PASSWORD)
    urls = ["--bank", bare.bank_url, "--rpc", bare.rpc_url]
    line = ["init", "--restore", *urls, "--home", str(bare.home), "--password-file", password]
    out, err = io.StringIO(), io.StringIO()
    environment = Environment(io.StringIO(PHRASE + "\n"), out, err, {}, bare.clock)
    assert run(line, environment) == 0
    assert ADDRESS in out.getvalue()
    assert "Looking on the chain" in err.getvalue()


def test_twenty_unused_addresses_end_the_search(bare: World, phrase: str) -> None:
    bare.chain.tiers[at(20)] = 1
    assert init(bare, "--phrase-file", phrase, "--json").data["accounts"] == 1


def test_a_new_wallet_asks_nobody_about_its_addresses(bare: World) -> None:
    assert init(bare, "--json").data["kind"] == "phrase"
    assert "eth_getTransactionCount" not in bare.chain.calls


@pytest.mark.parametrize(
    ("chain_id", "options", "path"),
    [
        (31337, (), "m/44'/60'/0'/0/0"),
        (61, (), "m/44'/61'/0'/0/0"),
        (61, ("--coin-type", "60"), "m/44'/60'/0'/0/0"),
        (31337, ("--coin-type", "2147483647"), "m/44'/2147483647'/0'/0/0"),
    ],
)
def test_coin_types(
    bare: World, phrase: str, chain_id: int, options: tuple[str, ...], path: str
) -> None:
    bare.chain.chain_id = chain_id
    bare.bank.info_changes = {"chain_id": chain_id}
    ran = init(bare, "--phrase-file", phrase, *options, "--json")
    assert ran.code == 0, ran.err
    assert (ran.data["path"], ran.data["address"]) == (path, at(0, path.rpartition("/")[0]))


@pytest.mark.parametrize("coin", ["0", "-1", "2147483648", "x"])
def test_no_such_coin_type(bare: World, coin: str) -> None:
    ran = init(bare, f"--coin-type={coin}", "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage.number")
    assert not bare.home.exists()


def test_a_passphrase_opens_another_wallet_and_is_kept(
    bare: World, phrase: str, tmp_path: Path
) -> None:
    file = secret(tmp_path, "passphrase", "пароль 密语\n")
    ran = init(bare, "--phrase-file", phrase, "--passphrase-file", file, "--json")
    expected = PrivateNode.from_seed(mnemonic.seed(mnemonic.parse(PHRASE), "пароль 密语"))
    node = expected.derive(KeyPath.parse("m/44'/60'/0'/0/0"))
    assert ran.data["address"] == node.public().address != ADDRESS
    assert bare.files.phrase(Secret(PASSWORD.encode())) == Secret(PHRASE.encode())
    bare.chain.tiers |= {ran.data["address"]: 1, PAYEE: 1}
    bare.chain.issue(1, ran.data["address"], 100_00)
    assert bare.json("send", "1", PAYEE)["balance"]["amount"] == "99.00"


def test_a_passphrase_is_asked_twice(bare: World, phrase: str) -> None:
    line = ("--phrase-file", phrase, "--passphrase", "--json")
    bare.secrets = ["one", "two"]
    assert init(bare, *line, typed="").error["code"] == "password.differ"
    bare.secrets = ["one", "one"]
    assert init(bare, *line, typed="").data["address"] != ADDRESS


@pytest.mark.parametrize("passphrase", [b"\xff", b"two\nlines", b"\x07"])
def test_a_passphrase_that_nobody_could_type_again(
    bare: World, phrase: str, tmp_path: Path, passphrase: bytes
) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(passphrase)
    ran = init(bare, "--phrase-file", phrase, "--passphrase-file", str(file), "--json")
    assert (ran.code, ran.error["code"]) == (5, "init.passphrase")
    assert not bare.home.exists()


def test_a_key_file_becomes_a_wallet_that_pays(bare: World, keystore: tuple[str, ...]) -> None:
    ran = init(bare, *keystore, "--json")
    address = Oracle.from_key(KEY).address
    assert ran.code == 0, ran.err
    assert (ran.data["address"], ran.data["kind"], ran.data["path"]) == (address, "key", None)
    bare.chain.tiers |= {address: 1, PAYEE: 1}
    bare.chain.issue(1, address, 100_00)
    assert bare.json("send", "1", PAYEE)["balance"]["amount"] == "99.00"
    assert KEY.hex() not in "".join(path.read_text() for path in bare.home.iterdir())
    assert bare.run("account", "new", "--json").error["code"] == "account.single"


def test_a_key_files_password_is_asked(bare: World, keystore: tuple[str, ...]) -> None:
    bare.secrets = [KEY_PASSWORD]
    assert init(bare, *keystore[:2], "--json", typed="").code == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "keystore.json"),
        ("[]", "keystore.json"),
        ("{}", "keystore.field"),
        (json.dumps(encrypt_key(KEY, "another", n=4)), "keystore.password"),
    ],
)
def test_a_key_file_that_does_not_open(
    bare: World, keystore: tuple[str, ...], content: str, code: str
) -> None:
    Path(keystore[1]).write_text(content)
    ran = init(bare, *keystore, "--json")
    assert (ran.code, ran.error["code"]) == (5, code)
    Path(keystore[1]).unlink()
    assert init(bare, *keystore, "--json").error["code"] == "file.system"
    assert init(bare, *keystore[:2], "--json").error["code"] in ("password.none", "file.system")
    assert not bare.home.exists()


def test_watching_an_address_needs_no_password(bare: World) -> None:
    ran = init(bare, "--watch", ADDRESS, "--json", password=False)
    assert ran.code == 0, ran.err
    assert (ran.data["kind"], ran.data["address"]) == ("watch", ADDRESS)
    assert not (bare.home / "vault.json").exists()
    bare.chain.balances[ADDRESS] = 1234
    assert bare.json("balance")["balance"]["amount"] == "12.34"
    bare.chain.tiers |= {ADDRESS: 1, PAYEE: 1}
    for way in ((), ("--direct",)):  # nobody is asked anything
        ran = bare.run("send", "1", PAYEE, *way, "--json", typed="y\n", password=False)
        assert (ran.code, ran.error["code"]) == (1, "account.watch")
        assert ran.out == ""
    assert init(bare, "--watch", ADDRESS, "--json").error["code"] == "home.exists"


def test_watching_an_xpub_finds_its_addresses(bare: World) -> None:
    bare.chain.tiers[at(1)] = 1
    ran = init(bare, "--watch", XPUB, password=False)
    assert ran.code == 0, ran.err
    assert "cannot sign" in ran.out
    assert [e.address for e in bare.files.accounts().entries] == [at(0), at(1)]
    assert bare.json("account", "new")["address"] == at(2)
    assert bare.json("doctor", "--find", at(900))["path"] == "m/44'/60'/0'/0/900"
    lost = bare.run("doctor", "--find", at(1000), "--json", password=False)
    assert (lost.code, lost.error["code"]) == (3, "doctor.not_found")
    wrong = bare.run("account", "new", "--path", "m/44'/60'/9'/0/0", "--json")
    assert wrong.error["code"] == "account.single"


def test_an_xpub_one_step_below(bare: World) -> None:
    below = MASTER.derive(account_root() / Normal(0)).public().to_xpub()
    ran = init(bare, "--watch", below, "--json", password=False)
    assert (ran.data["address"], ran.data["path"]) == (ADDRESS, "m/44'/60'/0'/0/0")
    assert bare.json("account", "new")["path"] == "m/44'/60'/0'/0/1"


def test_an_xpub_of_another_account(bare: World) -> None:
    node = MASTER.derive(KeyPath.parse("m/44'/60'/3'")).public()
    ran = init(bare, "--watch", node.to_xpub(), "--json", password=False)
    assert ran.data["path"] == "m/44'/60'/3'/0/0"
    assert ran.data["address"] == at(0, "m/44'/60'/3'/0")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "hd.extended_key"),
        ("0x12", "address.format"),
        (ADDRESS[:-1] + "5", "address.checksum"),
        (XPUB[:-1] + "z", "hd.extended_key"),
        (MASTER.public().to_xpub(), "watch.depth"),
        (MASTER.derive(KeyPath.parse("m/44'/60'/0'/1")).public().to_xpub(), "watch.depth"),
        (MASTER.derive(KeyPath.parse("m/44'/60'/0")).public().to_xpub(), "watch.depth"),
    ],
)
def test_what_cannot_be_watched(bare: World, given: str, code: str) -> None:
    ran = init(bare, f"--watch={given}", "--json", password=False)
    assert (ran.code, ran.error["code"]) == (2, code)
    assert not bare.home.exists()


@pytest.mark.parametrize(
    "given", [KEY.hex(), "0x" + KEY.hex(), PHRASE, MASTER.to_xprv().reveal().decode()]
)
def test_a_secret_is_no_address_and_is_not_repeated(bare: World, given: str) -> None:
    ran = init(bare, "--watch", given, password=False)
    assert ran.code == 2
    assert "looks like a private key" in ran.err
    for part in (given, given[:12], given[-12:]):
        assert part not in ran.err + ran.out


def test_private_accounts_are_shown_by_password_only(bare: World, phrase: str) -> None:
    assert init(bare, "--phrase-file", phrase, "--private", "--json").code == 0
    stored = (bare.home / "account.json").read_text()
    assert ADDRESS not in stored
    assert "xpub" not in stored
    ran = bare.run("address", "--json", password=False)
    assert (ran.code, ran.error["code"]) == (5, "password.none")
    assert bare.json("address")["address"] == ADDRESS
    assert bare.json("account", "new")["address"] == at(1)
    bare.chain.tiers |= {ADDRESS: 1, PAYEE: 1}
    bare.chain.issue(1, ADDRESS, 100_00)
    bare.secrets = [PASSWORD]  # asked once, for the addresses and for the key
    ran = bare.run("send", "1", PAYEE, typed="y\n", password=False)
    assert ran.code == 0, ran.err


def test_a_private_watching_wallet_has_a_password_too(bare: World) -> None:
    assert init(bare, "--watch", XPUB, "--private").code == 0
    assert bare.run("address", password=False).code == 5
    assert bare.json("address")["address"] == ADDRESS
    assert bare.files.exists


@pytest.mark.parametrize(
    "options",
    [
        ("--restore", "--watch", ADDRESS),
        ("--phrase-file", "x", "--keystore", "y"),
        ("--keystore", "y", "--watch", ADDRESS),
    ],
)
def test_a_wallet_is_made_of_one_thing(bare: World, options: tuple[str, ...]) -> None:
    ran = init(bare, *options, "--json")
    assert (ran.code, ran.error["code"]) == (2, "init.one")
    assert bare.chain.calls == []


def guided(world: World, *answers: str, **options: Any) -> Any:
    return world.run("init", typed="".join(answer + "\n" for answer in answers), **options)


def test_the_questions_lead_to_a_new_wallet(bare: World) -> None:
    ran = guided(bare, "", bare.rpc_url, bare.bank_url)
    assert ran.code == 0, ran.err
    assert "1 a new wallet" in ran.out
    assert "[http://127.0.0.1:8545]" in ran.err
    assert "paper" in ran.out
    assert bare.files.network().bank_url == bare.bank_url


def test_the_questions_lead_to_a_restored_one(bare: World) -> None:
    bare.secrets = [PHRASE]
    assert guided(bare, "2", bare.rpc_url, bare.bank_url).code == 0
    assert bare.files.account().address == ADDRESS


def test_the_questions_lead_to_an_imported_key(bare: World, keystore: tuple[str, ...]) -> None:
    bare.secrets = [KEY_PASSWORD]
    assert guided(bare, "3", keystore[1], bare.rpc_url, bare.bank_url).code == 0
    assert bare.files.accounts().kind == "key"


def test_a_menu_asks_again_until_it_is_answered(bare: World, tmp_path: Path) -> None:
    file = deployment(bare, tmp_path)
    ran = guided(bare, "9", "four", "０", "4", "", ADDRESS, bare.rpc_url, "", file)
    assert ran.code == 0, ran.err
    assert bare.files.accounts().kind == "watch"
    assert bare.files.network().bank_url is None


def test_what_was_given_is_not_asked(bare: World) -> None:
    line = ("init", "--watch", ADDRESS, "--bank", bare.bank_url)
    ran = bare.run(*line, typed=bare.rpc_url + "\n", password=False)
    assert ran.code == 0, ran.err
    assert "What shall the wallet be" not in ran.out


def test_questions_that_nobody_answers_end(bare: World) -> None:
    ran = guided(bare, "4")
    assert ran.code == 1
    assert "nothing was written" in ran.err
    assert not bare.home.exists()
    assert bare.run("init", "--json", typed="").error["code"] == "init.rpc"
