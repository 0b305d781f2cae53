"""Wallet: the account that a command is about: --account, else the one in use.

Loaded by the quickest commands: it opens no chain and, where nothing is sealed, no password.
"""

from __future__ import annotations

from wallet.book.accounts import Account, Accounts
from wallet.book.home import Home
from wallet.cli.session import Session


def chosen_account(session: Session) -> tuple[Accounts, Account]:
    """All accounts and the chosen one; InputError for an account that is not there."""
    accounts = Home(session.place).accounts(session.password)
    return accounts, accounts.pick(session.line.get("--account"))
