"""Reserve: the table of differences, with their age. A break stands until a person clears it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    Row,
    String,
    Table,
    Text,
    select,
    text,
    update,
)

from api.kernel.database import Minor, Sequence64, UtcDateTime, insert_new, metadata, one_at_a_time
from api.reserve.differences import Item, ItemKind, breaks_at, untold

__all__ = [
    "Seen",
    "differences",
    "find_difference",
    "list_open",
    "mark_cleared",
    "record",
    "standing_breaks",
]

_LOCK = 0x64696666  # "diff"

differences = Table(
    "reserve_differences",
    metadata,
    Column("number", Sequence64, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("broke_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("cleared_at", UtcDateTime),
    Column("cleared_by", String(64)),
    Column("cleared_why", Text),
    CheckConstraint("cleared_at IS NULL OR ended_at IS NOT NULL", name="ended_before_cleared"),
)
_OPEN = text("ended_at IS NULL")
Index(
    "uq_reserve_differences_open",
    differences.c.kind,
    differences.c.subject,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
_BREAK = text("broke_at IS NOT NULL AND cleared_at IS NULL")
Index(
    "ix_reserve_differences_breaks",
    differences.c.number,
    sqlite_where=_BREAK,
    postgresql_where=_BREAK,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A difference as it is stored: what, since when, until when, and who has cleared it."""

    number: int
    item: Item
    first_seen: datetime
    last_seen: datetime
    broke_at: datetime | None
    """Since when it is a break and stops issuing; None while it is timing."""
    ended_at: datetime | None
    cleared_at: datetime | None
    cleared_by: str | None
    cleared_why: str | None


def record(
    connection: Connection, items: Sequence[Item], now: datetime
) -> tuple[list[Seen], list[Seen]]:
    """Write down what is seen now; the differences that broke and the breaks that ended, just now.

    An open difference that is not among `items` ends, unless only the bank could tell and did not
    answer: then it stays as it was last seen. One that comes again later is a new one. What a clock
    that was ahead has seen first later than now, counts from now.
    Whoever else records at this moment waits, and sees what was written.
    """
    one_at_a_time(connection, _LOCK)
    before = {(seen.item.kind, seen.item.subject): seen for seen in list_open(connection)}
    now_seen = {(item.kind, item.subject): item for item in items}
    new = [item for key, item in now_seen.items() if key not in before]
    insert_new(connection, differences, [_row(item, now) for item in new], key="number")
    silent = untold([item.kind for item in items])
    ended = [seen for key, seen in before.items() if key not in now_seen and key[0] not in silent]
    for seen in ended:
        _set(connection, seen.number, ended_at=now)
    broken = []
    for seen in list_open(connection):
        first_seen = min(seen.first_seen, now)
        item = now_seen.get((seen.item.kind, seen.item.subject))
        if item is None:
            _set(connection, seen.number, first_seen=first_seen)
            continue
        due = breaks_at(item.kind, first_seen)
        breaking = seen.broke_at is None and due is not None and due <= now
        values = {"amount": item.amount, "first_seen": first_seen, "last_seen": now}
        _set(connection, seen.number, **values | ({"broke_at": now} if breaking else {}))
        if breaking:
            broken.append(seen)
    return broken, [seen for seen in ended if seen.broke_at is not None]


def list_open(connection: Connection) -> list[Seen]:
    """Differences that were there at the last look, oldest first."""
    query = select(differences).where(differences.c.ended_at.is_(None))
    return [_seen(row) for row in connection.execute(query.order_by(differences.c.number))]


def standing_breaks(connection: Connection) -> list[Seen]:
    """Breaks that nobody has cleared yet, whether they last or have ended; oldest first."""
    rows = connection.execute(
        select(differences)
        .where(differences.c.broke_at.is_not(None), differences.c.cleared_at.is_(None))
        .order_by(differences.c.number)
    )
    return [_seen(row) for row in rows]


def find_difference(connection: Connection, number: int) -> Seen | None:
    """One difference by its number; locked until the transaction ends."""
    row = connection.execute(
        select(differences).where(differences.c.number == number).with_for_update()
    ).one_or_none()
    return None if row is None else _seen(row)


def mark_cleared(connection: Connection, number: int, *, by: str, why: str, now: datetime) -> None:
    """Write who says that a break that has ended is understood."""
    _set(connection, number, cleared_at=now, cleared_by=by, cleared_why=why)


def _set(connection: Connection, number: int, **values: object) -> None:
    connection.execute(update(differences).where(differences.c.number == number).values(**values))


def _row(item: Item, now: datetime) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "subject": item.subject,
        "amount": item.amount,
        "meaning": item.meaning,
        "first_seen": now,
        "last_seen": now,
    }


def _seen(row: Row[Any]) -> Seen:
    return Seen(
        number=row.number,
        item=Item(ItemKind(row.kind), row.subject, row.amount, row.meaning),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        broke_at=row.broke_at,
        ended_at=row.ended_at,
        cleared_at=row.cleared_at,
        cleared_by=row.cleared_by,
        cleared_why=row.cleared_why,
    )
