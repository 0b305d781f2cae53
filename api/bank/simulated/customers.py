"""Bank: the simulated bank's customers, and its word on whose account it is.

A link code is given to the account's holder, counts once, and is kept as a hash. After five
wrong tries only a new code helps. All refusals sound alike, so that nobody learns from them
which accounts exist or which part was wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from dataclasses import dataclass, field
from typing import Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from api.bank.port import BankRefused, LinkAnswer, LinkOutcome, LinkRequest
from api.bank.simulated.virtual import give_virtual_account
from api.kernel.errors import InvalidInput

__all__ = ["Customer", "NewCode", "add_customer", "confirm", "customers", "new_code", "real_iban"]

MAX_WRONG_TRIES: Final = 5
# tier 0 is everybody's without a link; a link lifts a wallet above it
MIN_TIER: Final = 1
MAX_TIER: Final = 5
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_FIRST_ACCOUNT: Final = 1001
_REFUSED: Final = (
    "Account, name and code do not belong together, or the code was used or is locked after "
    f"{MAX_WRONG_TRIES} wrong tries. Ask the bank for a new code."
)


@dataclass(frozen=True, slots=True)
class Customer:
    """An account at the simulated bank; `wallet` is set once it was linked."""

    account: str
    name: str
    tier: int
    wallet: str | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class NewCode:
    """A one-time link code for an account: shown to its holder now and never again."""

    account: str
    code: str = field(repr=False)


def real_iban(text: str) -> str | None:
    """The compact IBAN, if its country, length and check digits are right; None otherwise."""
    try:
        return str(IBAN(text))
    except SchwiftyException:
        return None


def add_customer(
    connection: sqlite3.Connection,
    name: str,
    *,
    tier: int,
    account: str | None = None,
    code: str | None = None,
) -> NewCode:
    """Open an account, at the next free number when none is named, with a code for one link.

    Raises `InvalidInput`, and `BankRefused` when the account exists already.
    """
    name = " ".join(name.split())
    if not name:
        raise InvalidInput("name", "The name is empty.", remedy="Give the customer's name.")
    if not MIN_TIER <= tier <= MAX_TIER:
        raise InvalidInput(
            "tier", f"There is no tier {tier}.", remedy=f"Choose {MIN_TIER} to {MAX_TIER}."
        )
    chosen = real_iban(account) if account is not None else _next_account(connection)
    if chosen is None:
        raise InvalidInput("account", "That is not an IBAN.", remedy="Check its digits.")
    given = NewCode(chosen, code or _fresh_code())
    try:
        connection.execute(
            "INSERT INTO customers (account, name, tier, code_hash) VALUES (?, ?, ?, ?)",
            (chosen, name, tier, _hash(given.code, chosen)),
        )
    except sqlite3.IntegrityError as error:
        raise BankRefused(
            f"Account {chosen} has a holder already.", remedy="Choose another account."
        ) from error
    return given


def new_code(connection: sqlite3.Connection, account: str) -> NewCode:
    """Replace a lost, used or locked code; the account may then be linked to another wallet."""
    given = NewCode(account, _fresh_code())
    changed = connection.execute(
        "UPDATE customers SET code_hash = ?, wrong_tries = 0, wallet = NULL WHERE account = ?",
        (_hash(given.code, account), account),
    ).rowcount
    if changed != 1:
        raise BankRefused(f"No customer has account {account}.", remedy="List the customers.")
    return given


def customers(connection: sqlite3.Connection) -> list[Customer]:
    """All customers, by account."""
    rows = connection.execute("SELECT * FROM customers ORDER BY account")
    return [
        Customer(
            account=row["account"],
            name=row["name"],
            tier=row["tier"],
            wallet=row["wallet"],
            locked=row["wallet"] is None and row["wrong_tries"] >= MAX_WRONG_TRIES,
        )
        for row in rows
    ]


def confirm(connection: sqlite3.Connection, request: LinkRequest) -> LinkAnswer:
    """The bank's answer to a link, as `Bank.confirm_link` promises it."""
    account = "".join(request.account.split()).upper()
    given = _hash(request.code, account)  # first, so that an unknown account takes as long
    row = connection.execute("SELECT * FROM customers WHERE account = ?", (account,)).fetchone()
    if row is None:
        return _refused()
    right = hmac.compare_digest(given, row["code_hash"]) and _same(request.name, row["name"])
    wallet = request.wallet.lower()
    if row["wallet"] is not None:
        # the code was used: the same link again is an echo of our own answer, all else is refused
        same = right and hmac.compare_digest(wallet.encode(), row["wallet"].encode())
        return _confirmed(connection, row["tier"], wallet) if same else _refused()
    if row["wrong_tries"] >= MAX_WRONG_TRIES:
        return _refused()
    if not right:
        connection.execute(
            "UPDATE customers SET wrong_tries = wrong_tries + 1 WHERE account = ?", (account,)
        )
        return _refused()
    connection.execute("UPDATE customers SET wallet = ? WHERE account = ?", (wallet, account))
    return _confirmed(connection, row["tier"], wallet)


def _confirmed(connection: sqlite3.Connection, tier: int, wallet: str) -> LinkAnswer:
    account = give_virtual_account(connection, wallet)
    return LinkAnswer(LinkOutcome.CONFIRMED, tier=tier, virtual_account=account)


def _refused() -> LinkAnswer:
    return LinkAnswer(LinkOutcome.REFUSED, reason=_REFUSED)


def _same(given: str, known: str) -> bool:
    return " ".join(given.split()).casefold() == " ".join(known.split()).casefold()


def _fresh_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2))


def _hash(code: str, account: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").upper()
    return hashlib.scrypt(plain.encode(), salt=account.encode(), n=2**14, r=8, p=1)


def _next_account(connection: sqlite3.Connection) -> str:
    """«JIAO» is no bank's code, so these accounts exist nowhere else."""
    taken = {row["account"] for row in connection.execute("SELECT account FROM customers")}
    taken.update(row["account"] for row in connection.execute("SELECT account FROM bank"))
    number = _FIRST_ACCOUNT
    while (account := str(IBAN.generate("NL", "JIAO", f"{number:010d}"))) in taken:
        number += 1
    return account
