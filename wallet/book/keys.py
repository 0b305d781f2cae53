"""Wallet: the signer of an account, whatever its kind: from the vault, or on a device."""

from __future__ import annotations

from collections.abc import Callable

from wallet.address import Address
from wallet.book.accounts import KEY, WATCH, Account, Accounts
from wallet.book.home import Home
from wallet.errors import DamagedFile, SetupError
from wallet.hd import PrivateNode
from wallet.mnemonic import seed
from wallet.path import Path
from wallet.secret import Secret
from wallet.signer import LocalSigner, Signer


def open_signer(
    home: Home, accounts: Accounts, account: Account, password: Callable[[], Secret]
) -> Signer:
    """The signer of one account; `password` is asked where the key lies in the vault.

    SetupError for a watching wallet, SecretError if the vault does not open, DamagedFile if it
    holds another wallet's key.
    """
    if accounts.kind == WATCH:
        raise SetupError("account.watch", address=account.address)
    return LocalSigner(private_key(home, accounts, account, password()))


def private_key(home: Home, accounts: Accounts, account: Account, password: Secret) -> Secret:
    """The private key of one account out of the vault; DamagedFile if it is another's."""
    if accounts.kind == KEY:
        key = home.secret(password)
    else:
        key = master(home, password).derive(Path.parse(account.path or "m")).private_key()
    actual = LocalSigner(key).address
    if actual != account.address:
        raise DamagedFile("home.mismatch", address=account.address, actual=actual)
    return key


def address_at(
    home: Home, accounts: Accounts, path: Path, password: Callable[[], Secret]
) -> Address:
    """The address at any path of a wallet that has a whole tree of keys."""
    if accounts.kind == WATCH:
        raise SetupError("account.single", kind=accounts.kind)
    return master(home, password()).derive(path).public().address


def master(home: Home, password: Secret) -> PrivateNode:
    """The master node of a wallet of kind phrase; SetupError for another kind."""
    phrase, passphrase = home.phrase(password), home.passphrase(password)
    return PrivateNode.from_seed(seed(phrase, passphrase.reveal().decode()))
