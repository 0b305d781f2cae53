"""Bank: the simulated bank takes bookings back: returns, reversals, recalls."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date

from api.bank.iso20022 import Direction
from api.bank.port import BankRefused, PayoutInstruction
from api.bank.simulated import wishes
from api.bank.simulated.bookings import Booking, book, current_day, find
from api.bank.simulated.calendar import add_business_days
from api.bank.simulated.wishes import Wish

__all__ = ["book_due", "due", "plan", "plan_if_wished", "recall", "return_terms", "reverse"]


def return_terms(reason: str, after_days: int, charges: int) -> str:
    """The value of a wish for a return: ISO reason, business days, minor units kept back."""
    return json.dumps({"reason": reason, "days": after_days, "charges": charges})


def plan_if_wished(
    connection: sqlite3.Connection, payment: PayoutInstruction, reference: str
) -> None:
    """A payout that was booked just now comes back, if that was wished for."""
    ids = payment.end_to_end_id, payment.creditor_account
    wished = wishes.take(connection, Wish.RETURN_PAYOUT, *ids)
    if wished is not None:
        terms = json.loads(wished)
        plan(connection, reference, terms["reason"], terms["days"], terms["charges"])


def plan(
    connection: sqlite3.Connection, reference: str, reason: str, after_days: int, charges: int = 0
) -> date:
    """Let a booked payout come back on a business day; the day. `charges` are kept back."""
    row = find(connection, reference)
    if row["direction"] != Direction.DEBIT.value or row["minor"] <= charges:
        raise BankRefused(
            f"Line {reference} is no payout of more than its charges.", remedy="Name another."
        )
    day = add_business_days(connection, current_day(connection).day, after_days)
    connection.execute(
        "INSERT INTO planned_returns (reference, due, reason, minor) VALUES (?, ?, ?, ?)",
        (reference, day.isoformat(), reason, row["minor"] - charges),
    )
    return day


def due(connection: sqlite3.Connection) -> bool:
    """Whether a return is to be booked on the current day."""
    return bool(_due(connection))


def book_due(connection: sqlite3.Connection) -> list[str]:
    """Book the returns of today: a credit with the reason and the payout's own references."""
    booked = []
    for planned in _due(connection):
        row = find(connection, planned["reference"])
        booked.append(
            book(
                connection,
                Booking(
                    direction=Direction.CREDIT,
                    minor=planned["minor"],
                    end_to_end_id=row["end_to_end_id"],
                    payer_account=row["payee_account"],
                    payee_account=row["payer_account"],
                    remittance=row["remittance"],
                    return_reason=planned["reason"],
                    transaction_id=row["transaction_id"],
                ),
            )
        )
        connection.execute("UPDATE planned_returns SET booked = 1 WHERE id = ?", (planned["id"],))
    return booked


def reverse(connection: sqlite3.Connection, reference: str) -> str:
    """Take a booking of the bank's own back, as a slip of the bank (``RvslInd``)."""
    row = find(connection, reference)
    back = Direction.DEBIT if row["direction"] == Direction.CREDIT.value else Direction.CREDIT
    return book(
        connection,
        replace(
            _like(row, back),
            structured_reference=row["structured_reference"],
            remittance=row["remittance"],
            reversal=True,
            original=reference,
        ),
    )


def recall(connection: sqlite3.Connection, reference: str, reason: str) -> str:
    """The payer's bank takes a credit back: a debit with the reason and the credit's references."""
    row = find(connection, reference)
    if row["direction"] != Direction.CREDIT.value:
        raise BankRefused(f"Line {reference} is no credit.", remedy="Name a deposit's line.")
    return book(connection, replace(_like(row, Direction.DEBIT), return_reason=reason))


def _like(row: sqlite3.Row, direction: Direction) -> Booking:
    """A booking between the same two, of the same sum and under the same references."""
    return Booking(
        direction=direction,
        minor=row["minor"],
        end_to_end_id=row["end_to_end_id"],
        payer_account=row["payer_account"],
        payer_name=row["payer_name"],
        payee_account=row["payee_account"],
        transaction_id=row["transaction_id"],
    )


def _due(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    today = current_day(connection).day.isoformat()
    return connection.execute(
        "SELECT * FROM planned_returns WHERE booked = 0 AND due <= ? ORDER BY id", (today,)
    ).fetchall()
