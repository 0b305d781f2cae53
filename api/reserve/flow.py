"""Reserve: reading the figures. The books first, at one moment; then the chain at their block,
then the bank: what is booked at the bank in between shows as a difference, never as a surplus."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from api.bank import Bank, Direction
from api.chain import ChainView, position
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.ledger import balances, imbalance
from api.redemptions import RedemptionState, payable_in_state
from api.refunds import RefundState, owed_in_state
from api.reserve.model import Books, Proof
from api.statements import net_after, waiting_lines

__all__ = ["books_at", "none_read", "prove", "read_books", "require_identity"]

_LINES_AT_ONCE = 500


def read_books(database: Database, currency: str, closed_on: date | None = None) -> Books:
    """The bridge's figures at one moment.

    Raises `Broken` when the ledger's identity does not hold, `Unavailable` before the chain was
    read for the first time.
    """
    with database.reading() as connection:
        books = books_at(connection, currency, closed_on)
    if books is None:
        raise none_read()
    require_identity(books)
    return books


def require_identity(books: Books) -> None:
    """Raise `Broken` when the ledger's identity does not hold."""
    if imbalance(books.balances) != 0:
        raise Broken(
            f"The ledger is out of balance by {imbalance(books.balances)} minor units.",
            remedy="Stop the bridge. The journal was changed from outside: compare with a backup.",
            slug="ledger-imbalance",
        )


def books_at(connection: Connection, currency: str, closed_on: date | None = None) -> Books | None:
    """The figures that `connection` sees; None before the chain was read for the first time.

    `closed_on` is the closing day of the bank's balance that they will be compared with.
    """
    at = position(connection)
    if at is None:
        return None
    return Books(
        currency=currency,
        balances=balances(connection, currency),
        block_number=at[0],
        block_hash=at[1],
        accepted_payouts=payable_in_state(connection, {RedemptionState.ACCEPTED})
        + owed_in_state(connection, RefundState.ACCEPTED),
        unexplained_debits=_waiting_debits(connection),
        booked_after=0 if closed_on is None else sum(net_after(connection, closed_on).values()),
    )


def none_read() -> Unavailable:
    """There is no block to speak of."""
    return Unavailable(
        "The bridge has not read the chain yet.",
        remedy="Start the worker: jiaozi-bridge worker.",
        slug="chain-not-read",
    )


def prove(database: Database, chain: ChainView, bank: Bank, currency: str) -> Proof:
    """The whole proof. Raises `Unavailable` when chain or bank do not answer."""
    closed_on = bank.balance().closed_on
    while True:
        books = read_books(database, currency, closed_on)
        supply = chain.supply_at(books.block_number, books.block_hash)
        balance = bank.balance()
        if balance.closed_on == closed_on:
            return Proof(books, supply, balance)
        closed_on = balance.closed_on  # a statement came in between: the books may have its lines


def _waiting_debits(connection: Connection) -> int:
    total = after = 0
    while lines := waiting_lines(connection, Direction.DEBIT, _LINES_AT_ONCE, after=after):
        after = lines[-1].position
        total += sum(line.amount.minor for line in lines)
    return total
