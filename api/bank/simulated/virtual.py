"""Bank: virtual accounts of the simulated bank, one for each linked wallet.

A virtual account is a number only: money paid to it is booked on the reserve account, and the
statement names it as the creditor's account. It is given once, and never to another wallet.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from schwifty import IBAN

__all__ = ["give_virtual_account", "is_virtual_account"]

_FIRST: Final = 9_000_000_001
"""Behind every customer's number, so that no customer's account is a virtual one."""


def give_virtual_account(connection: sqlite3.Connection, wallet: str) -> str:
    """The virtual account of `wallet` (small letters); the same one whenever it is asked for."""
    known = connection.execute(
        "SELECT account FROM virtual_accounts WHERE wallet = ?", (wallet,)
    ).fetchone()
    if known is not None:
        return str(known["account"])
    given = connection.execute("SELECT COUNT(*) FROM virtual_accounts").fetchone()[0]
    account = str(IBAN.generate("NL", "JIAO", f"{_FIRST + given:010d}"))
    connection.execute(
        "INSERT INTO virtual_accounts (account, wallet) VALUES (?, ?)", (account, wallet)
    )
    return account


def is_virtual_account(connection: sqlite3.Connection, account: str) -> bool:
    """Whether the bank has given this number to a wallet."""
    query = "SELECT 1 FROM virtual_accounts WHERE account = ?"
    return connection.execute(query, (account,)).fetchone() is not None
