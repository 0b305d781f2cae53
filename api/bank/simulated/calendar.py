"""Bank: the simulated bank's calendar: weekends, holidays, cut-off time, how long it takes.

Days are UTC days, like the clock that the bank is given.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from api.kernel.errors import InvalidInput

__all__ = [
    "Pace",
    "add_business_days",
    "add_holiday",
    "due_at",
    "holidays",
    "next_business_day",
    "pace",
    "set_pace",
]

_SATURDAY: Final = 5
_LONGEST: Final = 366


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the bank works. What arrives after `cut_off` counts as of the next business day."""

    cut_off: time | None = None
    days: int = 0
    """Business days until an order is carried out."""
    minutes: int = 0
    """Minutes more."""
    follow_clock: bool = False
    """Days end and begin by themselves with the clock's days; else by `close-day` alone."""


def add_holiday(connection: sqlite3.Connection, day: date) -> None:
    """The bank is closed on this day."""
    connection.execute("INSERT OR IGNORE INTO holidays (day) VALUES (?)", (day.isoformat(),))


def holidays(connection: sqlite3.Connection) -> list[date]:
    """Every holiday that it knows."""
    rows = connection.execute("SELECT day FROM holidays ORDER BY day")
    return [date.fromisoformat(row["day"]) for row in rows]


def next_business_day(connection: sqlite3.Connection, day: date) -> date:
    """The day after, but never a Saturday, a Sunday or a holiday."""
    closed = set(holidays(connection))
    for ahead in range(1, _LONGEST):
        following = day + timedelta(days=ahead)
        if following.weekday() < _SATURDAY and following not in closed:
            return following
    raise InvalidInput("holidays", "The bank is closed for a year.", remedy="Found another bank.")


def add_business_days(connection: sqlite3.Connection, day: date, count: int) -> date:
    """The `count`-th business day after `day`; `day` itself for 0."""
    for _ in range(count):
        day = next_business_day(connection, day)
    return day


def pace(connection: sqlite3.Connection) -> Pace:
    """As it is set."""
    known = {row["name"]: row["value"] for row in connection.execute("SELECT * FROM settings")}
    cut_off = known.get("cut_off")
    return Pace(
        cut_off=time.fromisoformat(cut_off) if cut_off else None,
        days=int(known.get("days", "0")),
        minutes=int(known.get("minutes", "0")),
        follow_clock=known.get("follow_clock") == "yes",
    )


def set_pace(connection: sqlite3.Connection, wanted: Pace) -> None:
    """Work like this from now on; orders that wait already keep their time."""
    if not (0 <= wanted.days < _LONGEST and 0 <= wanted.minutes < _LONGEST * 24 * 60):
        raise InvalidInput("delay", "A delay lies between 0 and a year.", remedy="Choose another.")
    for name, value in (
        ("cut_off", wanted.cut_off.isoformat("minutes") if wanted.cut_off else ""),
        ("days", str(wanted.days)),
        ("minutes", str(wanted.minutes)),
        ("follow_clock", "yes" if wanted.follow_clock else "no"),
    ):
        connection.execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET value = ?2",
            (name, value),
        )


def due_at(connection: sqlite3.Connection, now: datetime, execution: date) -> datetime | None:
    """When an order that arrives now is carried out; None for at once."""
    known = pace(connection)
    arrived = now.date()
    if known.cut_off is not None and now.time() >= known.cut_off:
        arrived = next_business_day(connection, arrived)
    day = max(add_business_days(connection, arrived, known.days), execution)
    begins = now if day <= now.date() else datetime.combine(day, time.min, UTC)
    due = begins + timedelta(minutes=known.minutes)
    return due if due > now else None
