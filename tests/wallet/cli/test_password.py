"""Tests of `jiaozi password`: the new one opens, the old one does not, and a stop loses nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.wallet.world import ADDRESS, PASSWORD, PHRASE, World
from wallet import files, kdf, mnemonic
from wallet.book import Home
from wallet.errors import WrongPassword
from wallet.kdf import Argon2id
from wallet.secret import Secret

OLD, NEW = Secret(PASSWORD.encode()), Secret(b"another password")
CHEAP = Argon2id(8, 1, 1)


@pytest.fixture(autouse=True)
def _tuned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wallet.cli.password.tuned", lambda: kdf.USUAL)


def test_the_password_is_changed(world: World, tmp_path: Path) -> None:
    file = tmp_path / "new"
    file.write_text("another password\n")
    file.chmod(0o600)
    done = world.json("password", "--new-password-file", str(file))
    assert done == {"kdf": "argon2id", "memory_kib": 8, "passes": 1}
    assert world.files.phrase(NEW) == mnemonic.parse(PHRASE)
    with pytest.raises(WrongPassword):
        world.files.phrase(OLD)


def test_a_new_password_is_asked_for_twice(world: World) -> None:
    before = (world.home / "vault.json").read_bytes()
    for answers, code in (
        (["long enough", "long enouhg"], "password.differ"),
        (["short"], "password.short"),
    ):
        world.secrets = answers
        ran = world.run("password", "--json", typed="")
        assert (ran.code, ran.error["code"]) == (5, code)
    world.secrets = ["wrong password"]  # and no new one is asked for
    ran = world.run("password", "--json", typed="", password=False)
    assert (ran.code, ran.error["code"]) == (5, "vault.password")
    assert (world.home / "vault.json").read_bytes() == before
    world.secrets = [PASSWORD, "another password", "another password"]
    assert world.run("password", typed="", password=False).code == 0
    assert world.files.phrase(NEW)


def test_a_wallet_without_secrets_has_no_password(bare: World) -> None:
    urls = ("--bank", bare.bank_url, "--rpc", bare.rpc_url)
    assert bare.run("init", *urls, "--watch", ADDRESS, password=False).code == 0
    bare.secrets = ["another password"] * 2
    ran = bare.run("password", "--json", typed="")
    assert (ran.code, ran.error["code"]) == (1, "password.nothing")


def private(world: World) -> Home:
    """The world's wallet with its accounts sealed, too."""
    home = world.files
    accounts = home.accounts()
    accounts.is_private = True
    from wallet.book.accounts import encode

    files.write_private(world.home / "account.json", encode(accounts, OLD))
    return home


@pytest.mark.parametrize("stop", range(5))
def test_a_stop_leaves_one_password_that_opens_everything(
    world: World, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """The write number `stop` fails; afterwards the old or the new password opens all."""
    home, writes = private(world), iter(range(9))
    write, unlink = files.write_private, os.unlink

    def failing(path: Path, data: bytes) -> None:
        if next(writes) == stop:
            raise OSError(28, "No space left on device")
        write(path, data)

    def failing_unlink(path: str) -> None:
        if next(writes) == stop:
            raise OSError(5, "Input/output error")
        unlink(path)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_private", failing)
        patch.setattr(os, "unlink", failing_unlink)
        if stop < 4:
            with pytest.raises(OSError, match=r"error|space"):
                home.change_password(OLD, NEW, CHEAP)
        else:
            home.change_password(OLD, NEW, CHEAP)
    valid, other = (NEW, OLD) if stop >= 2 else (OLD, NEW)
    assert home.phrase(valid) == mnemonic.parse(PHRASE)
    assert home.accounts(lambda: valid).chosen.address == ADDRESS
    with pytest.raises(WrongPassword):
        home.accounts(lambda: other)
    home.change_accounts(lambda now: now.added(*_second()), lambda: valid)
    assert len(home.accounts(lambda: valid).entries) == 2
    home.change_password(valid, Secret(b"a third one"), CHEAP)
    assert len(home.accounts(lambda: Secret(b"a third one")).entries) == 2
    assert home.phrase(Secret(b"a third one"))


def _second() -> tuple[str, str]:
    return "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0", "m/44'/60'/0'/0/1"
