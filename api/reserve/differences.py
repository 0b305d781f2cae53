"""Reserve: what the three ways of counting disagree about, item by item. No I/O.

Bank, ledger and chain are compared at one moment. Each difference is an item with a name. Some
are timing (a payment that the bank was told to make and has not booked), and are listed with
their amounts; the others are breaks: nobody can say why the figures differ. A break that the
bank's side causes gets a little time first, because bank and bridge are not read in one instant.
No amount is ever moved to make a difference vanish.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from api.bank import BankBalance
from api.chain import SupplyView
from api.ledger import Account, imbalance

__all__ = ["GRACE", "Item", "ItemKind", "Sides", "breaks_at", "compare", "untold"]

_SETTLING = timedelta(minutes=2)


class ItemKind(StrEnum):
    """What differs. The word is stored and shown."""

    CHAIN = "chain-and-ledger"
    """The chain counts other tokens than the ledger at one and the same block."""
    IDENTITY = "ledger-identity"
    """The ledger's own accounts do not add up."""
    MISSING = "missing-at-bank"
    """The bank has booked less than the statements say, and no payment on its way explains it."""
    UNEXPLAINED = "unexplained-debit"
    """The bank has booked a debit that nothing of ours accounts for."""
    UNREAD = "booked-and-not-read"
    """The bank has booked more than the statements have told so far."""
    ON_ITS_WAY = "payment-on-its-way"
    """Payments that the bank was told to make and that no statement shows yet."""
    AFTER_STATEMENT = "after-the-statement"
    """Lines that were booked after the day of the bank's last closing balance."""
    NO_BALANCE = "no-bank-balance"
    """The bank has told no balance yet, or does not answer."""


GRACE: Mapping[ItemKind, timedelta] = {
    ItemKind.CHAIN: timedelta(0),
    ItemKind.IDENTITY: timedelta(0),
    ItemKind.MISSING: _SETTLING,
    ItemKind.UNEXPLAINED: _SETTLING,
}
"""How long a difference may last before it is a break; kinds that are not here never are one."""

_OF_THE_BANK = frozenset(
    {ItemKind.MISSING, ItemKind.UNREAD, ItemKind.ON_ITS_WAY, ItemKind.AFTER_STATEMENT}
)
"""What only the bank's balance tells."""


@dataclass(frozen=True, slots=True)
class Item:
    """One difference, in signed minor units."""

    kind: ItemKind
    subject: str
    """What it concerns: a line's id, a state, or the side that differs. With `kind`, its name."""
    amount: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Sides:
    """All that is compared, read at one moment."""

    balances: Mapping[Account, int]
    supply: SupplyView
    bank: BankBalance | None
    booked_after: Mapping[date, int]
    """Net of the lines booked after the bank's closing day, by day."""
    on_their_way: Mapping[str, int]
    """Payments in the bank's hands, by state."""
    unexplained: Sequence[tuple[str, int]]
    """Waiting debits: line and amount."""


def compare(sides: Sides) -> list[Item]:
    """Every difference; empty when the three agree to the minor unit."""
    return [*_ledger(sides), *_bank(sides), *_debits(sides)]


def _ledger(sides: Sides) -> list[Item]:
    found = []
    tokens = sides.supply.supply - sides.balances[Account.TOKENS]
    if tokens:
        meaning = "The chain counts other tokens than the ledger at the same block."
        found.append(Item(ItemKind.CHAIN, "supply", tokens, meaning))
    off = imbalance(sides.balances)
    if off:
        meaning = "The ledger's accounts do not add up: it was changed from outside."
        found.append(Item(ItemKind.IDENTITY, "ledger", off, meaning))
    return found


def _bank(sides: Sides) -> list[Item]:
    if sides.bank is None:
        return [Item(ItemKind.NO_BALANCE, "bank", 0, "The bank has told no balance.")]
    after = [
        Item(
            ItemKind.AFTER_STATEMENT,
            day.isoformat(),
            -net,
            "Booked after the day of the bank's closing balance, so not part of it.",
        )
        for day, net in sorted(sides.booked_after.items())
        if net
    ]
    expected = sides.balances[Account.RESERVE] - sum(sides.booked_after.values())
    off = sides.bank.amount.minor - expected
    if off > 0:
        meaning = "Booked by the bank, and no statement has told of it yet. It backs nothing."
        return [*after, Item(ItemKind.UNREAD, "bank", off, meaning)]
    if off < 0:
        return [*after, *_less(sides, -off)]
    return after


def _less(sides: Sides, gap: int) -> list[Item]:
    """The bank has booked less: by payments whose booking no statement shows, or by nothing."""
    found = [
        Item(ItemKind.ON_ITS_WAY, state, -minor, "The bank may have booked these already.")
        for state, minor in sides.on_their_way.items()
        if minor
    ]
    missing = gap - sum(sides.on_their_way.values())
    if missing > 0:
        meaning = "The bank has less than its statements say, and no payment explains it."
        found.append(Item(ItemKind.MISSING, "bank", -missing, meaning))
    return found


def _debits(sides: Sides) -> list[Item]:
    meaning = "The bank has booked this debit, and nothing of ours accounts for it."
    return [Item(ItemKind.UNEXPLAINED, line, -minor, meaning) for line, minor in sides.unexplained]


def untold(found: Collection[ItemKind]) -> frozenset[ItemKind]:
    """Kinds of which a look that found these says nothing: neither that they are, nor that not."""
    return _OF_THE_BANK if ItemKind.NO_BALANCE in found else frozenset()


def breaks_at(kind: ItemKind, first_seen: datetime) -> datetime | None:
    """When a difference that lasts becomes a break; None: never."""
    grace = GRACE.get(kind)
    return None if grace is None else first_seen + grace
