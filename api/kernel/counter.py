"""Kernel: running numbers. A number given out in a committed transaction is never given again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, String, Table, select, update

from api.kernel.database import insert_new, metadata

__all__ = ["at_least", "last_number", "next_numbers"]

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("last", BigInteger, nullable=False),
)


def next_numbers(connection: Connection, name: str, count: int = 1) -> range:
    """The next `count` numbers of a counter that starts at 1.

    The counter's row stays locked until the transaction ends: numbers leave no gap when it rolls
    back, and two transactions never get the same one.
    """
    if count < 1:
        raise ValueError("at least one number must be asked for")
    insert_new(connection, counters, [{"name": name, "last": 0}], key="name")
    last = connection.execute(
        update(counters)
        .where(counters.c.name == name)
        .values(last=counters.c.last + count)
        .returning(counters.c.last)
    ).scalar_one()
    return range(last - count + 1, last + 1)


def last_number(connection: Connection, name: str) -> int:
    """The last number that was given out; 0 before the first."""
    found = connection.execute(
        select(counters.c.last).where(counters.c.name == name)
    ).scalar_one_or_none()
    return found or 0


def at_least(connection: Connection, name: str, number: int) -> None:
    """Count as given out whatever is not above `number`: another life of this database did so."""
    insert_new(connection, counters, [{"name": name, "last": 0}], key="name")
    connection.execute(
        update(counters)
        .where(counters.c.name == name, counters.c.last < number)
        .values(last=number)
    )
