"""Statements: sums over booked lines, for those who compare them with the bank's balance."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, case, func, select

from api.bank import Direction
from api.statements.model import NOT_BOOKED
from api.statements.store import bank_lines

__all__ = ["net_after"]


def net_after(connection: Connection, day: date) -> dict[date, int]:
    """Credits less debits, in minor units, of the lines booked after `day`, by day."""
    signed = case(
        (bank_lines.c.direction == Direction.CREDIT.value, bank_lines.c.amount),
        else_=-bank_lines.c.amount,
    )
    rows = connection.execute(
        select(bank_lines.c.booked_on, func.sum(signed))
        .where(bank_lines.c.booked_on > day, bank_lines.c.state.not_in(NOT_BOOKED))
        .group_by(bank_lines.c.booked_on)
    )
    return {booked_on: int(net) for booked_on, net in rows}
