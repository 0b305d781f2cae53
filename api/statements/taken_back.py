"""Statements: debits that undo or pay back a credit, and the credits that they may mean."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, or_, select

from api.bank import Direction
from api.kernel.ids import LineId
from api.kernel.money import Money
from api.statements.model import NEVER_BOOKED, StoredLine
from api.statements.store import bank_lines, in_state, line_of_row

__all__ = ["candidates_for", "taking_back", "unmatched_credits"]

_CANDIDATES = 100
_LINES_AT_ONCE = 500


def taking_back(connection: Connection) -> Iterator[StoredLine]:
    """Debits that nobody has explained and by which the bank says that it takes money back.

    All of them: one that stays unclear stands before no other.
    """
    after = 0
    while rows := connection.execute(
        in_state("STORED", Direction.DEBIT, _LINES_AT_ONCE, after).where(
            or_(bank_lines.c.reversal.is_(True), bank_lines.c.return_reason.is_not(None))
        )
    ).all():
        after = rows[-1].position
        yield from (line_of_row(row) for row in rows)


def candidates_for(connection: Connection, debit: StoredLine) -> list[StoredLine]:
    """Credits of the same amount that share a reference with a debit: it may take one back."""
    c = bank_lines.c
    named = [
        column == told
        for column, told in (
            (c.bank_id, debit.original_reference),
            (c.transaction_id, debit.transaction_id),
            (c.end_to_end_id, debit.end_to_end_id),
        )
        if told is not None
    ]
    if not named:
        return []
    rows = connection.execute(
        select(bank_lines)
        .where(
            or_(*named),
            c.account == debit.account,
            c.direction == Direction.CREDIT.value,
            c.amount == debit.amount.minor,
            c.state.not_in(NEVER_BOOKED),
        )
        .order_by(c.position)
        .limit(_CANDIDATES)
    )
    return [line_of_row(row) for row in rows]


def unmatched_credits(connection: Connection, amount: Money) -> list[LineId]:
    """Credits of this amount whose money is unmatched, and that undo nothing."""
    c = bank_lines.c
    fits = (
        (c.amount == amount.minor)
        & (c.currency == amount.currency)
        & ~c.reversal
        & c.return_reason.is_(None)
    )
    return [
        LineId(line_id)
        for state in ("STORED", "REFUSED")
        for line_id in connection.execute(
            in_state(state, Direction.CREDIT, None, 0).with_only_columns(c.id).where(fits)
        ).scalars()
    ]
