"""Deposits: whose are the lines of a statement? Asked in the transaction that stores them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.deposits import store
from api.deposits.adopted import still_to_end, take_adopted
from api.deposits.model import NUMBERS, chain_reference
from api.deposits.store import NewDeposit
from api.kernel.counter import next_numbers
from api.kernel.ids import DepositId, LineId, new_ids
from api.kernel.telling import tell
from api.ledger import Account, Posting
from api.links import match
from api.statements import Explained, NewLine
from wallet.secret import Secret

__all__ = ["BY", "DepositMatching", "matched", "tell_matched"]

BY = "deposits"
"""The room, as lines name it that it explains."""


@dataclass(frozen=True, slots=True)
class DepositMatching:
    """Gives every credit of an active link its deposit. `reference_key` see `chain_reference`."""

    reference_key: Secret

    def __reduce__(self) -> tuple[Callable[[bytes], DepositMatching], tuple[bytes]]:
        """For the pipe to a process of our own, and for nothing else: the key goes with it."""
        return (_again, (self.reference_key.reveal(),))

    def explain(
        self, connection: Connection, lines: Sequence[NewLine], *, bulk: bool, now: datetime
    ) -> Explained:
        """See `api.statements.Matching`."""
        credits_ = [new for new in lines if new.line.direction is Direction.CREDIT]
        links = match(connection, [new.line for new in credits_])
        key = self.reference_key
        found = [
            NewDeposit(
                id=DepositId(deposit_id),
                reference=chain_reference(key, new.account, new.line.bank_id),
                line_id=new.id,
                link_id=link.id,
                holder=link.wallet,
                amount=new.line.amount,
            )
            for new, link, deposit_id in zip(
                credits_, links, new_ids("deposit", len(credits_)), strict=True
            )
            if link is not None
        ]
        return _Found(found, {deposit.line_id: deposit.id for deposit in found}, bulk, now)


def _again(key: bytes) -> DepositMatching:
    return DepositMatching(Secret(key))


@dataclass(frozen=True, slots=True)
class _Found:
    """The deposits of a chunk. They get their numbers last: none is given out in vain."""

    deposits: Sequence[NewDeposit]
    refs: Mapping[LineId, str]
    bulk: bool
    now: datetime
    by: str = BY

    def book(self, connection: Connection) -> list[Posting]:
        """See `api.statements.Explained`."""
        if not self.deposits:
            return []
        new, taken = take_adopted(connection, self.deposits)
        postings = still_to_end(connection, taken, now=self.now)
        if not new:
            return postings
        numbers = next_numbers(connection, NUMBERS, len(new))
        store.add_new(connection, new, numbers, bulk=self.bulk, now=self.now)
        tell_matched(connection, numbers, new)
        return postings + [
            matched(number, deposit, self.now) for number, deposit in zip(numbers, new, strict=True)
        ]


def tell_matched(
    connection: Connection, numbers: Sequence[int], deposits: Sequence[NewDeposit]
) -> None:
    """Which deposits these lines have become, into the log."""
    tell(
        connection,
        "line matched",
        [
            {"line": each.line_id, "deposit": each.id, "number": number}
            for number, each in zip(numbers, deposits, strict=True)
        ],
    )


def matched(number: int, deposit: NewDeposit, now: datetime) -> Posting:
    """The money of a line is known to be a deposit's."""
    return Posting(
        event_id=f"deposit:{number}",
        kind="deposit matched",
        debit=Account.UNMATCHED,
        credit=Account.ISSUING,
        amount=deposit.amount,
        about=deposit.id,
        at=now,
    )
