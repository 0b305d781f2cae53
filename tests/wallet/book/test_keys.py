"""Tests of wallet.book.keys and derive: the signer of each kind of wallet, and who has none."""

from __future__ import annotations

from pathlib import Path as Directory

import pytest

from tests.wallet.book.test_config import NETWORK
from tests.wallet.world import ADDRESS, PHRASE
from wallet.address import Address
from wallet.book import Account, Accounts, Home
from wallet.book.derive import child, lies_below, next_child
from wallet.book.keys import address_at, open_signer
from wallet.errors import DamagedFile, SetupError, WrongPassword
from wallet.hd import PrivateNode
from wallet.mnemonic import parse, seed
from wallet.path import ETHEREUM_ACCOUNT, Path
from wallet.secret import Secret
from wallet.signer import LocalSigner
from wallet.vault import seal

pytestmark = pytest.mark.integration  # takes seconds

PASSWORD = Secret(b"password")
KEY = Secret(b"\x42" * 32)
FIRST = Account(0, Address(ADDRESS), "m/44'/60'/0'/0/0")

XPUB = PrivateNode.from_seed(seed(parse(PHRASE))).derive(ETHEREUM_ACCOUNT).public().to_xpub()


def home(directory: Directory, accounts: Accounts, secret: Secret | None) -> Home:
    made = Home(directory / "home")
    sealed = None if secret is None else seal(secret, PASSWORD)
    made.create(sealed, accounts, NETWORK)
    return made


def test_a_phrase_and_a_key_sign(tmp_path: Directory) -> None:
    phrase = Accounts("phrase", (FIRST,), root="m/44'/60'/0'", xpub=XPUB)
    one = home(tmp_path / "phrase", phrase, Secret(PHRASE.encode()))
    assert open_signer(one, phrase, FIRST, lambda: PASSWORD).address == ADDRESS
    with pytest.raises(WrongPassword):
        open_signer(one, phrase, FIRST, lambda: KEY)
    lone = Account(0, LocalSigner(KEY).address, None)
    key = Accounts("key", (lone,))
    two = home(tmp_path / "key", key, KEY)
    assert open_signer(two, key, lone, lambda: PASSWORD).address == lone.address


def test_no_address_of_a_stranger_stands_among_ones_own(tmp_path: Directory) -> None:
    """What account.json says in clear is compared with the vault whenever that is open."""
    stranger = Account(1, Address("0x" + "66" * 20), "m/44'/60'/0'/0/1", "savings")
    other = PrivateNode.from_seed(KEY).derive(ETHEREUM_ACCOUNT).public().to_xpub()
    for number, (entries, xpub) in enumerate([((FIRST, stranger), XPUB), ((FIRST,), other)]):
        changed = Accounts("phrase", entries, root="m/44'/60'/0'", xpub=xpub)
        made = home(tmp_path / str(number), changed, Secret(PHRASE.encode()))
        with pytest.raises(DamagedFile) as caught:
            open_signer(made, changed, FIRST, lambda: PASSWORD)
        assert caught.value.code == "home.mismatch"


def asked() -> Secret:
    raise AssertionError("nobody is to be asked")


@pytest.mark.parametrize(
    ("kind", "code"),
    [("watch", "account.watch"), ("ledger", "device.nobody"), ("trezor", "device.nobody")],
)
def test_no_key_here_and_nobody_with_a_device(tmp_path: Directory, kind: str, code: str) -> None:
    accounts = Accounts(kind, (FIRST,), root="m/44'/60'/0'", xpub="xpub")
    made = home(tmp_path, accounts, None)
    with pytest.raises(SetupError) as caught:
        open_signer(made, accounts, FIRST, asked)
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["watch", "key"])
def test_a_wallet_without_a_tree_has_no_other_keys(tmp_path: Directory, kind: str) -> None:
    accounts = Accounts(kind, (Account(0, FIRST.address, None),))
    made = home(tmp_path, accounts, KEY if kind == "key" else None)
    with pytest.raises(SetupError) as caught:
        address_at(made, accounts, Path.parse("m/0"), asked)
    assert caught.value.code == "account.single"
    with pytest.raises(SetupError):
        child(accounts, 0)
    with pytest.raises(SetupError):
        next_child(accounts)


ROOT = Accounts("phrase", (FIRST,), root="m/44'/60'/0'", xpub="xpub")


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("m/44'/60'/0'/0/7", True),
        ("m/44'/60'/0'/7", True),
        ("m/44'/60'/0'/0'/7", False),  # a hardened step keeps the parent's key
        ("m/44'/60'/1'/0/0", False),
        ("m/44'/60'/0'", False),
        (None, False),
    ],
)
def test_which_keys_give_the_others_away(path: str | None, below: bool) -> None:
    assert lies_below(ROOT, path) is below
    assert not lies_below(Accounts("key", (FIRST,)), path)
