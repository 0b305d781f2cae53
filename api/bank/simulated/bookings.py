"""Bank: the simulated bank's books: its days, and what was booked on the reserve account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from api.bank.iso20022 import BookedLine, Direction, LineKind
from api.bank.port import BankRefused
from api.bank.simulated.calendar import next_business_day
from api.kernel.money import Money

__all__ = [
    "Booking",
    "Day",
    "balance_before",
    "book",
    "booked_balance",
    "close",
    "current_day",
    "find",
    "find_day",
    "last_credit",
    "line_of",
    "lines_of",
    "open_day",
    "open_next",
    "repeat",
]


@dataclass(frozen=True, slots=True)
class Day:
    """A business day of the bank. `sequence` numbers its statement."""

    day: date
    sequence: int
    closed_at: datetime | None
    parts: int = 1
    """In how many statements it is told, numbered from `sequence` on."""


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
    kind: LineKind = LineKind.PAYMENT
    reversal: bool = False
    return_reason: str | None = None
    original: str | None = None
    """The reference of the line that a reversal takes back."""
    transaction_id: str | None = None
    foreign_currency: str | None = None
    """Wrong on purpose: shown in this currency, and not counted in the balance."""


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
    following = next_business_day(connection, last.day)
    day = Day(following, last.sequence + last.parts, None)
    connection.execute(
        "INSERT INTO days (day, sequence) VALUES (?, ?)", (day.day.isoformat(), day.sequence)
    )
    return day


def close(connection: sqlite3.Connection, now: datetime, parts: int = 1) -> Day:
    """Close the open day: nothing is booked on it any more."""
    day = open_day(connection)
    connection.execute(
        "UPDATE days SET closed_at = ?, parts = ? WHERE day = ?",
        (now.isoformat(), parts, day.day.isoformat()),
    )
    return Day(day.day, day.sequence, now, parts)


def book(connection: sqlite3.Connection, booking: Booking) -> str:
    """Book on the open day and return the bank's own reference of the line."""
    day = open_day(connection)
    number = connection.execute(
        "UPDATE bank SET references_given = references_given + 1 RETURNING references_given"
    ).fetchone()[0]
    reference = f"JIAO{day.day:%y%m%d}{number:010d}"
    connection.execute(
        "INSERT INTO bookings (reference, day, direction, minor, end_to_end_id,"
        " structured_reference, payer_account, payer_name, payee_account, remittance, kind,"
        " reversal, return_reason, original, transaction_id, foreign_currency)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            booking.kind.value,
            booking.reversal,
            booking.return_reason,
            booking.original,
            booking.transaction_id or f"T{reference}",
            booking.foreign_currency,
        ),
    )
    return reference


def find(connection: sqlite3.Connection, reference: str) -> sqlite3.Row:
    """A booking by the bank's reference; BankRefused when there is none."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM bookings WHERE reference = ?", (reference,)
    ).fetchone()
    if row is None:
        raise BankRefused(
            f"The bank has booked no line {reference}.", remedy="Take one of its statements."
        )
    return row


def last_credit(connection: sqlite3.Connection) -> str | None:
    """The reference of the newest credit that is nobody's return or reversal."""
    row = connection.execute(
        "SELECT reference FROM bookings WHERE direction = 'CREDIT' AND reversal = 0"
        " AND return_reason IS NULL AND kind = 'PAYMENT' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else str(row["reference"])


def repeat(connection: sqlite3.Connection, reference: str | None, minor: int | None = None) -> str:
    """Wrong on purpose: show a line of an earlier day on today's statement once more.

    Without `reference`, the first credit of the last day that had one; with `minor`, another
    amount under the old reference. The balance stays true.
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
    connection.execute(
        "INSERT INTO repeats (day, booking, minor) VALUES (?, ?, ?)", (today, row["id"], minor)
    )
    return str(row["reference"])


def lines_of(
    connection: sqlite3.Connection, day: date, currency: str
) -> Iterator[tuple[BookedLine, int]]:
    """The lines that the statement of `day` shows, repeated ones last; each with what it did to
    the balance in minor units, which is nothing for those that are shown wrongly."""
    rows = connection.execute(
        "SELECT b.*, 0 AS repeated, NULL AS changed FROM bookings b WHERE b.day = ?1"
        " UNION ALL SELECT b.*, r.id, r.minor FROM repeats r JOIN bookings b ON b.id = r.booking"
        " WHERE r.day = ?1 ORDER BY repeated, id",
        (day.isoformat(),),
    )
    for number, row in enumerate(rows, 1):
        line = line_of(row, number, currency)
        if row["changed"] is not None:
            line = replace(line, amount=Money(row["changed"], currency))
        wrong = row["repeated"] or row["foreign_currency"] is not None
        signed = row["minor"] if row["direction"] == Direction.CREDIT.value else -row["minor"]
        yield line, 0 if wrong else signed


def part_of(
    connection: sqlite3.Connection, day: Day, part: int, currency: str
) -> tuple[list[BookedLine], int, int]:
    """The lines of one part of a day's statement, and the balances before and behind it."""
    shown = list(lines_of(connection, day.day, currency))
    size = -(-len(shown) // day.parts)
    begin, end = part * size, (part + 1) * size
    opening = balance_before(connection, day.day) + sum(moved for _, moved in shown[:begin])
    chosen = shown[begin:end]
    return [line for line, _ in chosen], opening, opening + sum(moved for _, moved in chosen)


def line_of(row: sqlite3.Row, number: int, currency: str) -> BookedLine:
    """One row of the books as a line of a statement."""
    booked_on = date.fromisoformat(row["day"])
    return BookedLine(
        number=number,
        bank_id=row["reference"],
        amount=Money(row["minor"], row["foreign_currency"] or currency),
        direction=Direction(row["direction"]),
        booked_on=booked_on,
        value_on=booked_on,
        end_to_end_id=row["end_to_end_id"],
        structured_reference=row["structured_reference"],
        payer_account=row["payer_account"],
        payer_name=row["payer_name"],
        payee_account=row["payee_account"],
        remittance=row["remittance"],
        reversal=bool(row["reversal"]),
        return_reason=row["return_reason"],
        entry=number,
        kind=LineKind(row["kind"]),
        transaction_id=row["transaction_id"],
        original_reference=row["original"],
    )


def booked_balance(connection: sqlite3.Connection, until: date | None = None) -> int:
    """Minor units on the reserve account now, or at the end of day `until`."""
    total = connection.execute(
        "SELECT COALESCE(SUM(CASE direction WHEN 'CREDIT' THEN minor ELSE -minor END), 0)"
        " FROM bookings WHERE day <= ? AND foreign_currency IS NULL",
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
        parts=row["parts"],
    )
