"""Bank: the simulated bank takes payment orders, carries them out once, and reports on them."""

from __future__ import annotations

import hashlib
import io
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.bank.iso20022 import (
    Debtor,
    Direction,
    PaymentStatus,
    Statement,
    StatusReport,
    read_pain001,
    write_camt,
    write_pain001,
    write_pain002,
)
from api.bank.port import BankRefused, PayoutBatch, PayoutInstruction, SubmittedFile
from api.bank.simulated import returns, wishes
from api.bank.simulated.bookings import Booking, book, booked_balance, current_day, line_of
from api.bank.simulated.calendar import due_at
from api.bank.simulated.customers import real_iban
from api.bank.simulated.documents import put
from api.bank.simulated.wishes import Wish

__all__ = [
    "Reserve",
    "Waiting",
    "list_waiting",
    "process_waiting",
    "reject",
    "submit",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Reserve:
    """The account that backs the tokens, and the currency it is held in."""

    debtor: Debtor
    currency: str


def submit(
    connection: sqlite3.Connection, batch: PayoutBatch, reserve: Reserve, now: datetime
) -> SubmittedFile | None:
    """Take an order in; the same one again is recognised by its bytes, and taken once. None when
    the bank refuses it, and is to go on refusing it."""
    content = write_pain001(batch, reserve.debtor)
    sha256 = hashlib.sha256(content).hexdigest()
    known = connection.execute(
        "SELECT sha256 FROM orders WHERE message_id = ?", (batch.message_id,)
    ).fetchone()
    due = due_at(connection, now, batch.execution_date)
    if known is None:
        if wishes.refuses(connection, batch.message_id):
            return None
        connection.execute(
            "INSERT INTO orders (message_id, sha256, content, received_at, due_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                batch.message_id,
                sha256,
                content,
                now.isoformat(),
                None if due is None else due.isoformat(),
            ),
        )
    elif known["sha256"] != sha256:
        raise BankRefused(
            f"Order {batch.message_id} was submitted before with other content.",
            remedy="Give a new batch a new message id; the bank keeps the first one.",
        )
    return SubmittedFile(batch.message_id, sha256, f"simulated bank, order {batch.message_id}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that was not carried out yet; `due_at` None: as soon as a day is open."""

    message_id: str
    due_at: datetime | None


def list_waiting(connection: sqlite3.Connection) -> list[Waiting]:
    """Orders that wait, oldest first."""
    rows = connection.execute(
        "SELECT message_id, due_at FROM orders WHERE processed_at IS NULL ORDER BY rowid"
    )
    return [
        Waiting(
            row["message_id"],
            None if row["due_at"] is None else datetime.fromisoformat(row["due_at"]),
        )
        for row in rows
    ]


def reject(connection: sqlite3.Connection, subject: str | None, reason: str) -> None:
    """Wrong on purpose: refuse one payment, the next, or the one with this id or account."""
    connection.execute("INSERT INTO rejections (subject, reason) VALUES (?, ?)", (subject, reason))


def waiting(connection: sqlite3.Connection, now: datetime) -> bool:
    """Whether something could be done now: orders and returns wait while no day is open."""
    if current_day(connection).closed_at is not None:
        return False
    return bool(_due(connection, now)) or returns.due(connection)


def _due(connection: sqlite3.Connection, now: datetime) -> list[sqlite3.Row]:
    rows = connection.execute(
        "SELECT message_id, content, due_at FROM orders WHERE processed_at IS NULL ORDER BY rowid"
    ).fetchall()
    today = max(now.date(), current_day(connection).day)
    return [row for row in rows if _is_due(row["due_at"], now, today)]


def _is_due(due_at: str | None, now: datetime, today: date) -> bool:
    """Whether its time has come by the clock, or its day by the bank's own calendar.

    A bank that is rehearsed with may be days ahead of the clock: what it was to do on a day that
    it has reached is done.
    """
    if due_at is None:
        return True
    due = datetime.fromisoformat(due_at)
    return due <= now or now.date() < due.date() <= today


def process_waiting(connection: sqlite3.Connection, reserve: Reserve, now: datetime) -> None:
    """Carry out every waiting order: debits, status report and notification in one transaction."""
    if not waiting(connection, now):
        return
    for order in _due(connection, now):
        batch, _ = read_pain001(io.BytesIO(order["content"]))
        _process(connection, batch, reserve, now)
        connection.execute(
            "UPDATE orders SET processed_at = ? WHERE message_id = ?",
            (now.isoformat(), batch.message_id),
        )
    returns.book_due(connection)


def _process(
    connection: sqlite3.Connection, batch: PayoutBatch, reserve: Reserve, now: datetime
) -> None:
    if wishes.take(connection, Wish.SWALLOW_ORDER) is not None:
        return
    statuses, paid = [], list[str]()
    for payment in batch.instructions:
        reason = _why_not(connection, payment, reserve)
        if reason is None:
            paid.append(_pay(connection, payment, reserve))
            returns.plan_if_wished(connection, payment, paid[-1])
        status = "ACSC" if reason is None else "RJCT"
        statuses.append(PaymentStatus(batch.message_id, payment.end_to_end_id, status, reason))
    digest = hashlib.sha256(batch.message_id.encode()).hexdigest()[:24]
    if wishes.take(connection, Wish.LOSE_REPORT) is not None:
        return
    late = wishes.take(connection, Wish.LATE_REPORT)
    ready = None if late is None else now + timedelta(minutes=int(late))
    report = StatusReport(f"STATUS-{digest}", now, batch.message_id, tuple(statuses))
    put(connection, "pain.002", write_pain002(report), ready)
    if paid:
        content = _notification(connection, digest, paid, reserve, now)
        put(connection, "camt.054", content, ready)


def _why_not(
    connection: sqlite3.Connection, payment: PayoutInstruction, reserve: Reserve
) -> str | None:
    """ISO external status reason with words, or None when the payment can be made."""
    demanded = connection.execute(
        "UPDATE rejections SET used = 1 WHERE id = (SELECT id FROM rejections WHERE used = 0"
        " AND (subject IS NULL OR subject IN (?, ?)) ORDER BY id LIMIT 1) RETURNING reason",
        (payment.end_to_end_id, payment.creditor_account),
    ).fetchone()
    if demanded is not None:
        return str(demanded["reason"])
    if payment.amount.currency != reserve.currency:
        return f"AM03 The account is held in {reserve.currency}"
    if real_iban(payment.creditor_account) is None:
        return "AC01 The creditor's account number is not an IBAN"
    if payment.amount.minor > booked_balance(connection):
        return "AM04 The reserve account does not hold that much"
    return None


def _pay(connection: sqlite3.Connection, payment: PayoutInstruction, reserve: Reserve) -> str:
    return book(
        connection,
        Booking(
            direction=Direction.DEBIT,
            minor=payment.amount.minor,
            end_to_end_id=payment.end_to_end_id,
            payer_account=reserve.debtor.account,
            payer_name=reserve.debtor.name,
            payee_account=payment.creditor_account,
            remittance=payment.reference or None,
        ),
    )


def _notification(
    connection: sqlite3.Connection, digest: str, paid: list[str], reserve: Reserve, now: datetime
) -> bytes:
    """A camt.054 on the debits, under the same references that the statement will show."""
    out = io.BytesIO()
    head = Statement(
        dialect="camt.054.001.08",
        message_id=f"DEBIT-{digest}",
        statement_id=f"DEBIT-{digest}",
        created_at=now,
        account=reserve.debtor.account,
        owner=reserve.debtor.name,
        currency=reserve.currency,
    )
    select = "SELECT * FROM bookings WHERE reference = ?"
    rows = [connection.execute(select, (reference,)).fetchone() for reference in paid]
    write_camt(out, head, (line_of(row, n, reserve.currency) for n, row in enumerate(rows, 1)))
    return out.getvalue()
