"""Ledger: the journal's table. Rows are added and read; triggers refuse every other change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Row,
    String,
    Table,
    func,
    select,
)

from api.kernel.database import Minor, Sequence64, UtcDateTime, insert_new, metadata
from api.kernel.errors import Broken
from api.kernel.money import Money
from api.ledger.model import Account, Posting, signed

__all__ = ["balances", "post", "post_all", "postings", "postings_about"]

postings = Table(
    "postings",
    metadata,
    Column("number", Sequence64, primary_key=True),
    Column("event_id", String(200), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("debit", String(16), nullable=False),
    Column("credit", String(16), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("about", String(200), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("debit <> credit", name="two_accounts"),
)


class EventMismatch(Broken):
    """One event id was posted with two different contents."""

    slug = "ledger-event-mismatch"


def post(connection: Connection, posting: Posting) -> bool:
    """Add one posting; False when this event was posted before with the same content.

    Raises `EventMismatch` (`Broken`) when it was posted before with another content.
    """
    return post_all(connection, [posting]) == 1


def post_all(connection: Connection, batch: Sequence[Posting]) -> int:
    """Add many postings in one go; returns how many were new. Errors as for `post`."""
    known = {posting.event_id: posting for posting in batch}
    if any(known[posting.event_id] != posting for posting in batch):
        raise _mismatch(next(p.event_id for p in batch if known[p.event_id] != p))
    new = insert_new(connection, postings, [_row(p) for p in known.values()], key="event_id")
    repeated = [event_id for event_id in known if event_id not in new]
    for row in _rows_of(connection, repeated):
        if not _same(row, known[row.event_id]):
            raise _mismatch(row.event_id)
    return len(new)


def balances(connection: Connection, currency: str) -> dict[Account, int]:
    """Every account's balance in minor units: assets debit-positive, liabilities credit-positive.

    Read in one statement, so that the identity holds whatever is being posted meanwhile.
    """
    sums = {account: [0, 0] for account in Account}
    rows = connection.execute(
        select(postings.c.debit, postings.c.credit, func.sum(postings.c.amount))
        .where(postings.c.currency == currency)
        .group_by(postings.c.debit, postings.c.credit)
    )
    for debit, credit, amount in rows:
        sums[Account(debit)][0] += int(amount)
        sums[Account(credit)][1] += int(amount)
    return {account: signed(account, *both) for account, both in sums.items()}


def postings_about(connection: Connection, about: str) -> list[Posting]:
    """Every posting that concerns one thing, oldest first."""
    rows = connection.execute(
        select(postings).where(postings.c.about == about).order_by(postings.c.number)
    )
    return [
        Posting(
            event_id=row.event_id,
            kind=row.kind,
            debit=Account(row.debit),
            credit=Account(row.credit),
            amount=Money(row.amount, row.currency),
            about=row.about,
            at=row.at,
        )
        for row in rows
    ]


def _row(posting: Posting) -> dict[str, object]:
    return {
        "event_id": posting.event_id,
        "kind": posting.kind,
        "debit": posting.debit.value,
        "credit": posting.credit.value,
        "amount": posting.amount.minor,
        "currency": posting.amount.currency,
        "about": posting.about,
        "at": posting.at,
    }


def _rows_of(connection: Connection, event_ids: Sequence[str]) -> Sequence[Row[Any]]:
    if not event_ids:
        return []
    return connection.execute(select(postings).where(postings.c.event_id.in_(event_ids))).all()


def _same(row: Row[Any], posting: Posting) -> bool:
    # `at` may differ: a repetition is learned of later, and is still the same event
    kept = dict(row._mapping)
    return all(kept[name] == value for name, value in _row(posting).items() if name != "at")


def _mismatch(event_id: str) -> EventMismatch:
    return EventMismatch(
        f"The ledger holds another posting for the event {event_id}.",
        remedy="Stop the bridge and compare the event with the posting before going on.",
    )
