"""Bank: the simulated bank's books: its days, and what was booked on the reserve account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from api.bank.iso20022 import BookedLine, Direction
from api.bank.port import BankRefused
from api.kernel.money import Money

__all__ = [
    "Booking",
    "Day",
    "balance_before",
    "book",
    "booked_balance",
    "close",
    "current_day",
    "find_day",
    "line_of",
    "lines_of",
    "next_business_day",
    "open_day",
    "open_next",
    "repeat",
]

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Day:
    """A business day of the bank. `sequence` numbers its statement."""

    day: date
    sequence: int
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Booking:
    """A movement on the reserve account that is to be booked."""

    direction: Direction
    minor: int
    end_to_end_id: str | None = None
    structured_reference: str | None = None
    payer_account: str | None = None
    payer_name: str | None = None
    payee_account: str | None = None
    remittance: str | None = None


def next_business_day(day: date) -> date:
    """The day after, but never a Saturday or Sunday."""
    following = day + timedelta(days=1)
    while following.weekday() >= _SATURDAY:
        following += timedelta(days=1)
    return following


def current_day(connection: sqlite3.Connection) -> Day:
    """The newest day, open or closed."""
    row = connection.execute("SELECT * FROM days ORDER BY day DESC LIMIT 1").fetchone()
    return _day(row)


def find_day(connection: sqlite3.Connection, day: date) -> Day:
    """A day that the bank has had; BankRefused for any other."""
    row = connection.execute("SELECT * FROM days WHERE day = ?", (day.isoformat(),)).fetchone()
    if row is None:
        raise BankRefused(f"{day} was no business day of the bank.", remedy="Choose another day.")
    return _day(row)


def open_day(connection: sqlite3.Connection) -> Day:
    """The day that is open; BankRefused between a close and the next opening."""
    day = current_day(connection)
    if day.closed_at is not None:
        raise BankRefused(f"The bank has closed {day.day}.", remedy="Open the next day first.")
    return day


def open_next(connection: sqlite3.Connection) -> Day:
    """Open the business day after the one that was closed; BankRefused while one is open."""
    last = current_day(connection)
    if last.closed_at is None:
        raise BankRefused(f"{last.day} is still open.", remedy="Close it first.")
    day = Day(next_business_day(last.day), last.sequence + 1, None)
    connection.execute(
        "INSERT INTO days (day, sequence) VALUES (?, ?)", (day.day.isoformat(), day.sequence)
    )
    return day


def close(connection: sqlite3.Connection, now: datetime) -> Day:
    """Close the open day: nothing is booked on it any more."""
    day = open_day(connection)
    connection.execute(
        "UPDATE days SET closed_at = ? WHERE day = ?", (now.isoformat(), day.day.isoformat())
    )
    return Day(day.day, day.sequence, now)


def book(connection: sqlite3.Connection, booking: Booking) -> str:
    """Book on the open day and return the bank's own reference of the line."""
    day = open_day(connection)
    number = connection.execute(
        "UPDATE bank SET references_given = references_given + 1 RETURNING references_given"
    ).fetchone()[0]
    reference = f"JIAO{day.day:%y%m%d}{number:010d}"
    connection.execute(
        "INSERT INTO bookings (reference, day, direction, minor, end_to_end_id,"
        " structured_reference, payer_account, payer_name, payee_account, remittance)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            reference,
            day.day.isoformat(),
            booking.direction.value,
            booking.minor,
            booking.end_to_end_id,
            booking.structured_reference,
            booking.payer_account,
            booking.payer_name,
            booking.payee_account,
            booking.remittance,
        ),
    )
    return reference


def repeat(connection: sqlite3.Connection, reference: str | None) -> str:
    """Wrong on purpose: show a line of an earlier day on today's statement once more.

    Without `reference`, the first credit of the last day that had one. The balance stays true.
    """
    today = open_day(connection).day.isoformat()
    row = connection.execute(
        "SELECT id, reference FROM bookings WHERE day < ?1"
        " AND (reference = ?2 OR (?2 IS NULL AND direction = 'CREDIT'))"
        " ORDER BY day DESC, id LIMIT 1",
        (today, reference),
    ).fetchone()
    if row is None:
        raise BankRefused(
            "There is no such line on an earlier day.", remedy="Close a day that has lines first."
        )
    connection.execute("INSERT INTO repeats (day, booking) VALUES (?, ?)", (today, row["id"]))
    return str(row["reference"])


def lines_of(connection: sqlite3.Connection, day: date, currency: str) -> Iterator[BookedLine]:
    """The lines that the statement of `day` shows, repeated ones last."""
    rows = connection.execute(
        "SELECT b.*, 0 AS repeated FROM bookings b WHERE b.day = ?1"
        " UNION ALL SELECT b.*, r.id FROM repeats r JOIN bookings b ON b.id = r.booking"
        " WHERE r.day = ?1 ORDER BY repeated, id",
        (day.isoformat(),),
    )
    for number, row in enumerate(rows, 1):
        yield line_of(row, number, currency)


def line_of(row: sqlite3.Row, number: int, currency: str) -> BookedLine:
    """One row of the books as a line of a statement."""
    booked_on = date.fromisoformat(row["day"])
    return BookedLine(
        number=number,
        bank_id=row["reference"],
        amount=Money(row["minor"], currency),
        direction=Direction(row["direction"]),
        booked_on=booked_on,
        value_on=booked_on,
        end_to_end_id=row["end_to_end_id"],
        structured_reference=row["structured_reference"],
        payer_account=row["payer_account"],
        payer_name=row["payer_name"],
        payee_account=row["payee_account"],
        remittance=row["remittance"],
        reversal=False,
        entry=number,
    )


def booked_balance(connection: sqlite3.Connection, until: date | None = None) -> int:
    """Minor units on the reserve account now, or at the end of day `until`."""
    total = connection.execute(
        "SELECT COALESCE(SUM(CASE direction WHEN 'CREDIT' THEN minor ELSE -minor END), 0)"
        " FROM bookings WHERE day <= ?",
        (until.isoformat() if until else "9999-12-31",),
    ).fetchone()[0]
    return int(total)


def balance_before(connection: sqlite3.Connection, day: date) -> int:
    """Minor units on the reserve account when `day` began."""
    return booked_balance(connection, day - timedelta(days=1))


def _day(row: sqlite3.Row) -> Day:
    closed_at = row["closed_at"]
    return Day(
        day=date.fromisoformat(row["day"]),
        sequence=row["sequence"],
        closed_at=datetime.fromisoformat(closed_at) if closed_at else None,
    )
