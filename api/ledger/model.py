"""Ledger: accounts, postings and the identity between them. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.kernel.money import Money

__all__ = ["ASSETS", "Account", "Posting", "imbalance", "signed"]

_LONGEST_ID = 200


class Account(StrEnum):
    """The bridge's accounts: what the bank holds for us, and whose it is."""

    RESERVE = "RESERVE"
    """Asset: the bank account that backs the token, as its statements say."""
    TOKENS = "TOKENS"
    """Owed to holders: tokens outstanding."""
    ISSUING = "ISSUING"
    """Owed to depositors whose tokens are on their way."""
    PAYOUTS = "PAYOUTS"
    """Owed to holders whose tokens are burned and whose payout is not booked yet."""
    RETURNS = "RETURNS"
    """Owed to holders whose payout failed and whose tokens are not credited back yet."""
    UNMATCHED = "UNMATCHED"
    """Booked by the bank and not explained yet."""
    OWN_FUNDS = "OWN_FUNDS"
    """The bank's own money in the reserve: fees, interest, prefunding."""
    RECALLED = "RECALLED"
    """Deposits that were taken back after their tokens were issued: negative when uncovered."""


ASSETS = frozenset({Account.RESERVE})


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` moves from `credit` to `debit` because of `event_id`.

    `about` is the id of the thing it concerns (a line, a deposit, a redemption), `kind` names
    the step in a few words, `at` is when the bridge learned of it.
    """

    event_id: str
    kind: str
    debit: Account
    credit: Account
    amount: Money
    about: str
    at: datetime

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise ValueError("a posting has an amount above zero; turn debit and credit around")
        if self.debit is self.credit:
            raise ValueError("a posting needs two different accounts")
        if not 0 < len(self.event_id) <= _LONGEST_ID or self.at.tzinfo is None:
            raise ValueError("a posting needs an event id and an aware time")


def signed(account: str, debits: int, credits_: int) -> int:
    """A balance as people read it: assets debit-positive, liabilities credit-positive."""
    return debits - credits_ if account in ASSETS else credits_ - debits


def imbalance(balances: Mapping[Account, int]) -> int:
    """Assets less liabilities, in minor units: 0, or the ledger is not one."""
    assets = sum(balances.get(account, 0) for account in Account if account in ASSETS)
    owed = sum(balances.get(account, 0) for account in Account if account not in ASSETS)
    return assets - owed
