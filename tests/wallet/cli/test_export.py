"""Tests of `jiaozi export`: what is free, and the one key that gives all others away."""

from __future__ import annotations

import hmac
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account as Oracle

from tests.wallet.world import ADDRESS, PASSWORD, World
from wallet import keystore
from wallet.base58 import decode_check
from wallet.book import Account, Accounts
from wallet.curve import ORDER
from wallet.hd import PrivateNode, PublicNode
from wallet.mnemonic import seed
from wallet.path import Normal, account_root
from wallet.secret import Secret

FILE_PASSWORD = "another password"


@pytest.fixture
def key_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with the key file's password; scrypt is made cheap."""
    monkeypatch.setattr(keystore, "SCRYPT_N", 4)
    monkeypatch.setattr(keystore.encrypt_key, "__kwdefaults__", {"n": 4})
    file = tmp_path / "key-password"
    file.write_text(FILE_PASSWORD + "\n")
    file.chmod(0o600)
    return str(file)


def export(world: World, file: Path, key_password: str, *more: str, **options: Any) -> Any:
    line = ("export", "key", str(file), "--key-password-file", key_password, "--json", *more)
    return world.run(*line, **options)


def test_address_and_xpub_are_free(world: World) -> None:
    assert world.run("export", password=False).out == ADDRESS + "\n"
    ran = world.run("export", "xpub", "--json", password=False)
    assert ran.data["path"] == "m/44'/60'/0'"
    assert PublicNode.from_xpub(ran.data["xpub"]).to_xpub() == ran.data["xpub"]


def test_a_key_file_needs_the_risk_by_name_and_retires_the_account(
    world: World, tmp_path: Path, key_password: str
) -> None:
    file = tmp_path / "key.json"
    ran = export(world, file, key_password, "--yes")
    assert (ran.code, ran.error["code"]) == (2, "risk.needed")
    assert "ALL accounts" in ran.err
    assert not file.exists()
    assert not world.files.account().retired
    ran = export(world, file, key_password, "--accept-risk", "account-key")
    assert ran.code == 0, ran.err
    assert (ran.data["address"], ran.data["retired"]) == (ADDRESS, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = Oracle.decrypt(json.loads(file.read_text()), FILE_PASSWORD)
    assert Oracle.from_key(key).address == ADDRESS
    assert world.files.account().retired
    assert PASSWORD not in file.read_text() + ran.out + ran.err


def test_the_warning_tells_the_truth(world: World, tmp_path: Path, key_password: str) -> None:
    """The xpub and one exported key do give the parent's private key (BIP-32, «Security»)."""
    file = tmp_path / "key.json"
    export(world, file, key_password, "--accept-risk", "account-key")
    key = int.from_bytes(Oracle.decrypt(json.loads(file.read_text()), FILE_PASSWORD))
    node = PublicNode.from_xpub(world.files.accounts().xpub or "").child(Normal(0))
    raw = decode_check(node.to_xpub()) or b""
    chain_code, public = raw[13:45], raw[45:]
    tweak = int.from_bytes(hmac.digest(chain_code, public + bytes(4), "sha512")[:32])
    master = PrivateNode.from_seed(seed(world.files.phrase(Secret(PASSWORD.encode()))))
    parent = master.derive(account_root() / Normal(0)).private_key().reveal()
    assert ((key - tweak) % ORDER).to_bytes(32) == parent


def test_the_risk_can_be_typed_at_a_terminal(
    world: World, tmp_path: Path, key_password: str
) -> None:
    file = tmp_path / "key.json"
    ran = export(world, file, key_password, typed="yes\n")
    assert (ran.code, ran.error["code"]) == (1, "risk.declined")
    assert not file.exists()
    world.secrets = [FILE_PASSWORD, FILE_PASSWORD]
    ran = world.run("export", "key", str(file), typed="account-key\n")
    assert ran.code == 0, ran.err
    assert "retired" in ran.out
    assert file.exists()


def test_what_cannot_be_exported_leaves_all_as_it_was(
    world: World, tmp_path: Path, key_password: str
) -> None:
    risk = ("--accept-risk", "account-key")
    taken = tmp_path / "taken"
    taken.write_text("precious")
    assert export(world, taken, key_password, *risk).error["code"] == "export.exists"
    assert taken.read_text() == "precious"
    file = tmp_path / "key.json"
    ran = world.run("export", "key", str(file), *risk, "--json")
    assert (ran.code, ran.error["code"]) == (5, "password.none")  # the key file's own
    world.secrets = ["one password", "another one"]
    ran = world.run("export", "key", str(file), *risk, "--json", typed="")
    assert ran.error["code"] == "password.differ"
    short = tmp_path / "short"
    short.write_text("short\n")
    short.chmod(0o600)
    assert export(world, file, str(short), *risk).error["code"] == "password.short"
    missing = tmp_path / "no" / "such"
    assert export(world, file, str(missing), *risk).error["code"] == "secret.file"
    assert world.run("export", "key", "--json").error["code"] == "usage.missing"
    assert world.run("export", "phrase", "--json").error["code"] == "usage.action"
    assert not file.exists()
    assert not world.files.account().retired


def test_a_key_outside_the_xpubs_tree_gives_nothing_else_away(
    world: World, tmp_path: Path, key_password: str
) -> None:
    world.run("account", "new", "live", "--path", "m/44'/60'/1'/0/0")
    ran = export(world, tmp_path / "key.json", key_password, "--account", "live")
    assert ran.code == 0, ran.err
    assert not ran.data["retired"]


def test_a_watching_wallet_has_no_key(world: World, tmp_path: Path, key_password: str) -> None:
    one = Accounts("watch", (Account(0, world.files.account().address, None),))
    world.files.change_accounts(lambda _: one)
    ran = export(world, tmp_path / "key.json", key_password)
    assert (ran.code, ran.error["code"]) == (1, "export.no_key")
