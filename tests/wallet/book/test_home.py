"""Tests of wallet.book.home: private files, no overwriting, no lost update."""

from __future__ import annotations

import multiprocessing
import stat
from functools import partial
from pathlib import Path

import pytest

from tests.wallet.book.test_config import NETWORK
from tests.wallet.book.test_records import TRANSFER, YOU
from wallet.address import checksum
from wallet.book import Account, Accounts, Book, Home
from wallet.errors import SecretError, SetupError, WrongPassword
from wallet.secret import Secret
from wallet.vault import seal

ACCOUNT = Account(0, YOU, "m/44'/60'/0'/0/0")
ACCOUNTS = Accounts("phrase", (ACCOUNT,), root="m/44'/60'/0'", xpub="xpub")
WATCHING = Accounts("watch", (Account(0, YOU, None),))
PASSWORD = Secret(b"password")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a wallet in it."""
    home = Home(tmp_path / "home")
    home.create(seal(Secret(b"phrase"), PASSWORD, n=4), ACCOUNTS, NETWORK)
    return home


def test_everything_reads_back(home: Home) -> None:
    assert home.exists
    assert home.account() == ACCOUNT
    assert home.network() == NETWORK
    assert home.book().transfers == ()
    assert home.phrase(PASSWORD) == Secret(b"phrase")
    with pytest.raises(WrongPassword):
        home.phrase(Secret(b"other"))


def test_all_files_are_the_owners_only(home: Home) -> None:
    home.update(lambda book: book.put(TRANSFER))
    names = set()
    for path in home.directory.iterdir():
        names.add(path.name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert names == {".lock", "account.json", "book.json", "config.toml", "vault.json"}
    assert stat.S_IMODE(home.directory.stat().st_mode) == 0o700


def test_a_wallet_is_never_overwritten(home: Home) -> None:
    before = {path: path.read_bytes() for path in home.directory.iterdir()}
    with pytest.raises(SetupError) as caught:
        home.create(b"other", ACCOUNTS, NETWORK)
    assert caught.value.code == "home.exists"
    assert {path: path.read_bytes() for path in home.directory.iterdir()} == before


def test_an_init_that_was_killed_before_its_vault_can_be_done_again(home: Home) -> None:
    (home.directory / "vault.json").unlink()
    assert not home.exists
    home.create(seal(Secret(b"again"), PASSWORD, n=4), ACCOUNTS, NETWORK)
    assert home.phrase(PASSWORD) == Secret(b"again")


def test_no_wallet_and_a_missing_file_are_told_apart(home: Home, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        Home(tmp_path / "nothing").account()
    assert caught.value.code == "home.missing"
    (home.directory / "account.json").unlink()
    with pytest.raises(SetupError) as caught:
        home.account()
    assert caught.value.code == "home.file"
    assert caught.value.values["file"] == "account.json"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2}', '{"version": 3}', '{"version": 1, "address": "0x"}']
)
def test_a_damaged_account_is_refused(home: Home, text: str) -> None:
    (home.directory / "account.json").write_text(text)
    with pytest.raises(SetupError) as caught:
        home.account()
    assert caught.value.code == "home.account"


def test_a_config_that_is_not_text_is_refused(home: Home) -> None:
    (home.directory / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SetupError) as caught:
        home.network()
    assert caught.value.code == "config.syntax"


def test_a_watching_wallet_has_no_vault(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create(None, WATCHING, NETWORK)
    assert home.exists
    assert not (home.directory / "vault.json").exists()
    assert home.accounts() == WATCHING
    with pytest.raises(SetupError) as caught:
        home.phrase(PASSWORD)
    assert caught.value.code == "home.no_phrase"
    with pytest.raises(SetupError) as caught:
        home.create(None, WATCHING, NETWORK)
    assert caught.value.code == "home.exists"


def test_a_vault_goes_with_the_kinds_that_have_one(tmp_path: Path) -> None:
    for vault, accounts in ((None, ACCOUNTS), (b"vault", WATCHING)):
        with pytest.raises(ValueError, match="vault"):
            Home(tmp_path / "home").create(vault, accounts, NETWORK)
    assert not (tmp_path / "home").exists()


def test_private_accounts_are_sealed_at_every_change(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    private = Accounts("phrase", (ACCOUNT,), root="m/44'/60'/0'", xpub="xpub", is_private=True)
    home.create(seal(Secret(b"phrase"), PASSWORD, n=4), private, NETWORK, password=PASSWORD)
    with pytest.raises(SecretError):
        home.account()
    rename = partial(_rename, name="savings")
    with pytest.raises(SecretError):
        home.change_accounts(rename)
    home.change_accounts(rename, lambda: PASSWORD)
    assert home.account(lambda: PASSWORD).name == "savings"
    assert YOU not in (home.directory / "account.json").read_text()


def test_the_phrase_and_its_passphrase_lie_in_one_vault(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create(seal(Secret("a b\n пароль".encode()), PASSWORD, n=4), ACCOUNTS, NETWORK)
    assert home.phrase(PASSWORD) == Secret(b"a b")
    assert home.passphrase(PASSWORD) == Secret(" пароль".encode())


def _rename(accounts: Accounts, name: str) -> Accounts:
    return accounts.replaced(accounts.chosen.changed(name=name))


def _add_account(directory: Path, start: int) -> None:
    for number in range(start, start + 10):
        address = checksum(number.to_bytes(20))
        Home(directory).change_accounts(partial(Accounts.added, address=address, path=None))


@pytest.mark.integration
def test_two_commands_at_once_lose_no_account(home: Home) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_add_account, args=(home.directory, start)) for start in (1, 100)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    entries = home.accounts().entries
    assert len(entries) == 21
    assert [entry.index for entry in entries] == list(range(21))


def _add(directory: Path, name: str) -> None:
    for number in range(10):
        Home(directory).update(partial(Book.with_contact, name=f"{name}{number}", address=YOU))


@pytest.mark.integration
def test_two_commands_at_once_lose_nothing(home: Home) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add, args=(home.directory, name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(home.book().contacts) == 20
