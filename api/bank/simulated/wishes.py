"""Bank: what the simulated bank shall do wrong, kept until the moment comes.

A wish is used once, in the order in which wishes were made. One with a subject (an end-to-end id
or an account) waits for just that.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import StrEnum

from api.bank.port import BankUnreachable

__all__ = ["Wish", "refuses", "require_reachable", "set_unreachable", "take", "waiting", "wish"]


class Wish(StrEnum):
    """What can be wished for."""

    LOSE_REPLY = "lose-reply"
    """The bank takes the next order, and its answer is lost."""
    REFUSE_ORDER = "refuse-order"
    """The bank refuses the next order that is new to it, however often it is handed in."""
    SWALLOW_ORDER = "swallow-order"
    """The bank takes the next order and never speaks of it: no report, no booking."""
    LOSE_REPORT = "lose-report"
    """The next order is carried out, and its pain.002 and camt.054 are lost."""
    LATE_REPORT = "late-report"
    """The pain.002 and camt.054 on the next order are laid ready `value` minutes later."""
    WITHHOLD_STATEMENT = "withhold-statement"
    """The next day's statement is not laid ready until it is asked for."""
    SPLIT_STATEMENT = "split-statement"
    """The next day's statement comes in `value` parts, each with its number and balances."""
    RETURN_PAYOUT = "return-payout"
    """The next payout comes back after its booking: `value` is days, reason and charges."""


def wish(
    connection: sqlite3.Connection, kind: Wish, value: str = "", subject: str | None = None
) -> None:
    """Wrong on purpose: let this happen once."""
    connection.execute(
        "INSERT INTO wishes (wish, subject, value) VALUES (?, ?, ?)", (kind.value, subject, value)
    )


def take(
    connection: sqlite3.Connection, kind: Wish, subject: str = "", other: str = ""
) -> str | None:
    """The oldest such wish that waits, now used; None when there is none, or for others alone."""
    row = connection.execute(
        "UPDATE wishes SET used = 1 WHERE id = (SELECT id FROM wishes WHERE used = 0"
        " AND wish = ? AND (subject IS NULL OR subject IN (?, ?))"
        " ORDER BY id LIMIT 1) RETURNING value",
        (kind.value, subject, other),
    ).fetchone()
    return None if row is None else str(row["value"])


def refuses(connection: sqlite3.Connection, message_id: str) -> bool:
    """Whether an order that is new to the bank is refused: for good, once it was wished for."""
    name = f"refused {message_id}"
    known = connection.execute("SELECT 1 FROM settings WHERE name = ?", (name,)).fetchone()
    if known is None and take(connection, Wish.REFUSE_ORDER) is None:
        return False
    connection.execute("INSERT OR IGNORE INTO settings (name, value) VALUES (?, '')", (name,))
    return True


def waiting(connection: sqlite3.Connection) -> list[tuple[Wish, str | None, str]]:
    """Wishes that were not used yet, with subject and value."""
    rows = connection.execute("SELECT * FROM wishes WHERE used = 0 ORDER BY id")
    return [(Wish(row["wish"]), row["subject"], row["value"]) for row in rows]


def set_unreachable(connection: sqlite3.Connection, until: datetime | None) -> None:
    """Do not answer before `until`; None to answer again at once."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES ('unreachable_until', ?1)"
        " ON CONFLICT (name) DO UPDATE SET value = ?1",
        ("" if until is None else until.isoformat(),),
    )


def require_reachable(connection: sqlite3.Connection, now: datetime) -> None:
    """Raise `BankUnreachable` while the bank shall not answer."""
    row = connection.execute(
        "SELECT value FROM settings WHERE name = 'unreachable_until'"
    ).fetchone()
    if row is not None and row["value"] and now < datetime.fromisoformat(row["value"]):
        raise BankUnreachable(
            f"The simulated bank does not answer before {row['value']}.",
            remedy="Wait, or: jiaozi-bridge simulate reachable.",
        )
