"""Reserve: the figures that must agree, and what it means when they do not. No I/O.

Two comparisons, because either alone proves nothing:

- the ledger with the chain, at one and the same final block: exact, always;
- the ledger with the bank's booked balance: it may differ by what the bank has booked and the
  bridge has not read yet. Such a difference is listed; it is never «corrected».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.bank import BankBalance
from api.chain import SupplyView
from api.ledger import Account

__all__ = ["Books", "Difference", "Proof"]


@dataclass(frozen=True, slots=True)
class Books:
    """The bridge's own figures, all read at one moment. Amounts are minor units."""

    currency: str
    balances: Mapping[Account, int]
    block_number: int
    """The last block whose events are in the ledger."""
    block_hash: str
    accepted_payouts: int
    """Payouts that the bank has said it carries out and whose booking we have not read."""
    unexplained_debits: int
    """Booked debits that no payout accounts for: money that left, and nobody knows why."""
    booked_after: int = 0
    """Net of lines that the bank's balance cannot contain: booked after its closing day."""

    def of(self, account: Account) -> int:
        """One balance."""
        return self.balances[account]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two figures that should be equal, in minor units."""

    between: str
    amount: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Tokens outstanding, money on its way, and the reserve, each with where it was read."""

    books: Books
    supply: SupplyView
    bank: BankBalance

    @property
    def total(self) -> int:
        """All that the reserve stands for: tokens as the chain counts them, the rest as booked."""
        books = self.books
        others = sum(
            books.of(account)
            for account in Account
            if account not in (Account.RESERVE, Account.TOKENS)
        )
        return self.supply.supply + others

    @property
    def balanced(self) -> bool:
        """Whether everything adds up to what the bank has booked, to the minor unit."""
        at_closing = self.total - self.books.booked_after
        return at_closing == self.bank.amount.minor and not self.differences()

    def differences(self) -> list[Difference]:
        """What does not agree; empty when all does."""
        found = []
        tokens = self.supply.supply - self.books.of(Account.TOKENS)
        if tokens:
            found.append(
                Difference(
                    "chain and ledger",
                    tokens,
                    "The chain counts other tokens than the ledger at the same block: stop "
                    "issuing and find the cause.",
                )
            )
        unread = self.bank.amount.minor - self.books.of(Account.RESERVE) + self.books.booked_after
        if unread:
            found.append(
                Difference(
                    "bank and ledger",
                    unread,
                    "The bank has booked what no statement has told the bridge yet; it must "
                    "vanish with the next statement.",
                )
            )
        if self.books.unexplained_debits:
            found.append(
                Difference(
                    "bank and payouts",
                    -self.books.unexplained_debits,
                    "The bank has booked debits that no payout accounts for. They make "
                    "«unmatched» smaller, so the sum agrees; the money is gone all the same.",
                )
            )
        return found
