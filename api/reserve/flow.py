"""Reserve: reading the figures. The books first, at one moment; then the chain at their block,
then the bank: what is booked at the bank in between shows as a difference, never as a surplus."""

from __future__ import annotations

from sqlalchemy import Connection

from api.bank import Bank, Direction
from api.chain import ChainView, position
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.ledger import balances, imbalance
from api.redemptions import RedemptionState, payable_in_state
from api.reserve.model import Books, Proof
from api.statements import waiting_lines

__all__ = ["books_at", "none_read", "prove", "read_books"]

_LINES_AT_ONCE = 500


def read_books(database: Database, currency: str) -> Books:
    """The bridge's figures at one moment.

    Raises `Broken` when the ledger's identity does not hold, `Unavailable` before the chain was
    read for the first time.
    """
    with database.reading() as connection:
        books = books_at(connection, currency)
    if books is None:
        raise none_read()
    if imbalance(books.balances) != 0:
        raise Broken(
            f"The ledger is out of balance by {imbalance(books.balances)} minor units.",
            remedy="Stop the bridge. The journal was changed from outside: compare with a backup.",
            slug="ledger-imbalance",
        )
    return books


def books_at(connection: Connection, currency: str) -> Books | None:
    """The figures that `connection` sees; None before the chain was read for the first time."""
    at = position(connection)
    if at is None:
        return None
    return Books(
        currency=currency,
        balances=balances(connection, currency),
        block_number=at[0],
        block_hash=at[1],
        accepted_payouts=payable_in_state(connection, {RedemptionState.ACCEPTED}),
        unexplained_debits=_waiting_debits(connection),
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
    books = read_books(database, currency)
    supply = chain.supply_at(books.block_number, books.block_hash)
    return Proof(books, supply, bank.balance())


def _waiting_debits(connection: Connection) -> int:
    total = after = 0
    while lines := waiting_lines(connection, Direction.DEBIT, _LINES_AT_ONCE, after=after):
        after = lines[-1].position
        total += sum(line.amount.minor for line in lines)
    return total
