"""Reserve: the reconciliation. Bank, ledger and chain at one final block, and what they differ in.

The books are read first, at one moment; then the chain at the block that they are of, then the
bank. Whatever differs is written down with its age. While a break stands, nothing is issued.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from api.bank import Bank, BankBalance, BankUnreachable, Direction
from api.chain import ChainView, SupplyView, Work
from api.kernel.clock import Clock
from api.kernel.errors import Broken, Conflict, NotFound, Unavailable
from api.kernel.log import note
from api.kernel.money import Money
from api.ledger import Account, journal_head
from api.redemptions import RedemptionState, payable_in_state
from api.refunds import RefundState, owed_in_state
from api.reserve.differences import ItemKind, Sides, compare, untold
from api.reserve.flow import books_at, none_read
from api.reserve.model import Books
from api.reserve.store import (
    Seen,
    find_difference,
    list_open,
    mark_cleared,
    record,
    standing_breaks,
)
from api.statements import net_after, waiting_lines

__all__ = ["Reconciler", "Reconciliation", "clear", "issuing_allowed", "reconcile"]

_LINES = 500
_EVERY = 10
"""Seconds from one look to the next."""
_ON_THEIR_WAY = (
    RedemptionState.PAYING,
    RedemptionState.SUBMITTED,
    RedemptionState.ACCEPTED,
    RedemptionState.NEVER_HEARD_BACK,
)
_GOING_BACK = (
    RefundState.PAYING,
    RefundState.SUBMITTED,
    RefundState.ACCEPTED,
    RefundState.NEVER_HEARD_BACK,
)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The report of one look."""

    at: datetime
    books: Books
    supply: SupplyView
    bank: BankBalance | None
    journal: tuple[int, bytes]
    differences: tuple[Seen, ...]
    """What differs now, with its age."""
    breaks: tuple[Seen, ...]
    """What stands in the way of issuing: it lasts, or no operator has cleared it."""

    @property
    def issuing_allowed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.breaks

    def to_json(self) -> dict[str, Any]:
        """One object; amounts are decimal strings with their currency."""
        currency = self.books.currency
        place, head = self.journal
        return {
            "at": self.at.isoformat(),
            "issuing_allowed": self.issuing_allowed,
            "block": {"number": self.supply.block_number, "hash": self.supply.block_hash},
            "chain": {"supply": Money(self.supply.supply, currency).to_json()},
            "ledger": {
                account.value: Money(self.books.of(account), currency).to_json()
                for account in Account
            },
            "journal": {"postings": place, "head": f"0x{head.hex()}"},
            "bank": None
            if self.bank is None
            else {
                "balance": self.bank.amount.to_json(),
                "as_of": self.bank.as_of.isoformat(),
                "read_from": self.bank.read_from,
            },
            "differences": [_shown(each, currency) for each in self.differences],
            "breaks": [_shown(each, currency) for each in self.breaks],
        }


def reconcile(
    work: Work, chain: ChainView, bank: Bank, currency: str, *, now: datetime, log: logging.Logger
) -> Reconciliation:
    """Compare three ways, write down what differs, raise the alarm for what broke.

    Raises `Unavailable` while the chain does not answer or was never read. A bank that does not
    answer is a difference of its own.
    """
    books, sides, journal, booked = _read(work, bank, currency)
    supply = chain.supply_at(books.block_number, books.block_hash)
    items = compare(replace(sides, supply=supply))
    with work.transaction() as connection:
        broken, ended = record(connection, items, now)
        report = Reconciliation(
            at=now,
            books=books,
            supply=supply,
            bank=booked,
            journal=journal,
            differences=tuple(list_open(connection)),
            breaks=tuple(standing_breaks(connection)),
        )
    _tell(log, broken, ended, currency)
    return report


def issuing_allowed(connection: Connection) -> bool:
    """Whether no break stands: none lasts, and each that has ended was cleared by an operator."""
    return not standing_breaks(connection)


def clear(connection: Connection, number: int, *, by: str, why: str, now: datetime) -> None:
    """An operator's word that a break that has ended is understood: issuing goes on.

    Raises `NotFound`, and `Conflict` while the break lasts or when it needs no word.
    """
    seen = find_difference(connection, number)
    if seen is None:
        raise NotFound(
            f"There is no difference {number}.", remedy="See jiaozi-bridge reconcile for them."
        )
    if seen.broke_at is None or seen.cleared_at is not None:
        raise Conflict(
            f"Difference {number} does not stand in the way of issuing.",
            remedy="Nothing needs to be done.",
        )
    if seen.ended_at is None and seen.item.kind in _untold(connection):
        raise Conflict(
            f"The bank does not answer: whether the break {number} ({seen.item.kind}) lasts is not "
            "known.",
            remedy="See that the bank answers. It can be cleared once the figures agree again.",
        )
    if seen.ended_at is None:
        raise Conflict(
            f"The break {number} ({seen.item.kind}) lasts.",
            remedy="Find the cause. It can be cleared once the figures agree again.",
        )
    mark_cleared(connection, number, by=by, why=why, now=now)


def _untold(connection: Connection) -> frozenset[ItemKind]:
    return untold([each.item.kind for each in list_open(connection)])


@dataclass(slots=True)
class Reconciler:
    """The worker's duty: a look every ten seconds."""

    work: Work
    chain: ChainView
    bank: Bank
    currency: str
    clock: Clock
    log: logging.Logger
    _next: int = field(default=0, init=False)

    def step(self) -> bool:
        """Look, if it is time; it is no work that others could be waiting for."""
        if self.clock.monotonic() < self._next:
            return False
        with self.work.reading() as connection:
            if books_at(connection, self.currency) is None:
                return False
        try:
            reconcile(
                self.work, self.chain, self.bank, self.currency, now=self.clock.now(), log=self.log
            )
        except Broken as differs:
            if differs.slug != "chain-differs":
                raise
            # the reader is the judge of that: it names the fork, or the node has caught up by then
            raise Unavailable(
                differs.detail, remedy=differs.remedy, slug="chain-moved"
            ) from differs
        self._next = int(self.clock.monotonic()) + _EVERY
        return False


def _read(
    work: Work, bank: Bank, currency: str
) -> tuple[Books, Sides, tuple[int, bytes], BankBalance | None]:
    """The books at one moment, then the bank: so a credit that is booked meanwhile is not missed.

    Which lines the bank's balance contains depends on its closing day, which is asked for before;
    when the day changes in between, all is read again.
    """
    booked = _bank_balance(bank)
    while True:
        before = booked
        with work.reading() as connection:
            books = books_at(connection, currency)
            if books is None:
                raise none_read()
            sides = _sides(connection, books, None if before is None else before.closed_on)
            journal = journal_head(connection)
        booked = _bank_balance(bank)
        if (before and before.closed_on) == (booked and booked.closed_on):
            return books, replace(sides, bank=booked), journal, booked


def _bank_balance(bank: Bank) -> BankBalance | None:
    try:
        return bank.balance()
    except BankUnreachable:
        return None


def _sides(connection: Connection, books: Books, closed_on: date | None) -> Sides:
    return Sides(
        balances=books.balances,
        supply=SupplyView(0, 0, books.block_number, books.block_hash),
        bank=None,
        booked_after={} if closed_on is None else net_after(connection, closed_on),
        on_their_way={
            f"payouts {state}": payable_in_state(connection, {state}) for state in _ON_THEIR_WAY
        }
        | {f"refunds {state}": owed_in_state(connection, state) for state in _GOING_BACK},
        unexplained=[
            (line.id, line.amount.minor)
            for line in waiting_lines(connection, Direction.DEBIT, _LINES)
        ],
    )


def _tell(log: logging.Logger, broken: list[Seen], ended: list[Seen], currency: str) -> None:
    for seen in broken:
        note(
            log,
            "reserve break: issuing stops",
            level=logging.CRITICAL,
            kind=seen.item.kind,
            subject=seen.item.subject,
            amount=seen.item.amount,
            currency=currency,
            difference=seen.number,
        )
    for seen in ended:
        note(
            log,
            "reserve break ended: an operator's word is awaited",
            level=logging.WARNING,
            kind=seen.item.kind,
            subject=seen.item.subject,
            difference=seen.number,
        )


def _shown(seen: Seen, currency: str) -> dict[str, Any]:
    def time(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    return {
        "number": seen.number,
        "kind": seen.item.kind.value,
        "subject": seen.item.subject,
        "amount": Money(seen.item.amount, currency).to_json(),
        "meaning": seen.item.meaning,
        "first_seen": time(seen.first_seen),
        "last_seen": time(seen.last_seen),
        "broke_at": time(seen.broke_at),
        "ended_at": time(seen.ended_at),
        "cleared_at": time(seen.cleared_at),
        "cleared_by": seen.cleared_by,
        "cleared_why": seen.cleared_why,
    }
