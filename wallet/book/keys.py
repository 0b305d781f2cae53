"""Wallet: the signer of an account, whatever its kind: from the vault, or on a device."""

from __future__ import annotations

from collections.abc import Callable

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
    signer = _from_vault(home, accounts, account, password())
    if signer.address != account.address:
        raise DamagedFile("home.mismatch", address=account.address, actual=signer.address)
    return signer


def _from_vault(home: Home, accounts: Accounts, account: Account, password: Secret) -> LocalSigner:
    if accounts.kind == KEY:
        return LocalSigner(home.secret(password))
    return master(home, password).derive(Path.parse(account.path or "m")).signer()


def master(home: Home, password: Secret) -> PrivateNode:
    """The master node of a wallet of kind phrase; SetupError for another kind."""
    phrase, passphrase = home.phrase(password), home.passphrase(password)
    return PrivateNode.from_seed(seed(phrase, passphrase.reveal().decode()))
