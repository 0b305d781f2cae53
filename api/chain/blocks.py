"""Chain: the tables of recent blocks, from before the last final one to the head, and incidents.

Blocks above the reader's position are what a reorganisation within the depth takes back: nothing
was told of them. Blocks below it are kept so that a deeper one can be named by its fork.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
)

from api.chain.node import Header
from api.kernel.database import Sequence64, UtcDateTime, metadata

__all__ = [
    "Incident",
    "chain_blocks",
    "chain_incidents",
    "drop_above",
    "drop_below",
    "incidents",
    "keep",
    "kept",
    "record",
    "time_above",
]

chain_blocks = Table(
    "chain_blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(66), nullable=False),
    Column("parent_hash", String(66), nullable=False),
    Column("time", UtcDateTime, nullable=False),
)

chain_incidents = Table(
    "chain_incidents",
    metadata,
    Column("number", Sequence64, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("noticed_at", UtcDateTime, nullable=False),
    Column("fork_block", BigInteger, nullable=False),
    Column("fork_hash", String(66), nullable=False),
    Column("from_block", BigInteger, nullable=False),
    Column("from_hash", String(66), nullable=False),
    Column("to_block", BigInteger, nullable=False),
    Column("to_hash", String(66), nullable=False),
    Column("depth", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Incident:
    """A reorganisation: the chain left `fork`, had come to `left`, and is now at `joined`."""

    kind: str
    noticed_at: datetime
    fork: tuple[int, str]
    """The last block that both histories have; its hash is empty when it is not known."""
    left: tuple[int, str]
    """The newest block of the history that is gone."""
    joined: tuple[int, str]
    """The newest block of the history that took its place."""

    @property
    def depth(self) -> int:
        """How many known blocks are gone."""
        return self.left[0] - self.fork[0]


def kept(connection: Connection) -> dict[int, str]:
    """Hashes of the kept blocks by number, ascending."""
    rows = connection.execute(
        select(chain_blocks.c.number, chain_blocks.c.hash).order_by(chain_blocks.c.number)
    )
    return {row.number: row.hash for row in rows}


def time_above(connection: Connection, number: int) -> datetime | None:
    """The time of the lowest kept block above `number`; None when there is none."""
    found: datetime | None = connection.execute(
        select(chain_blocks.c.time)
        .where(chain_blocks.c.number > number)
        .order_by(chain_blocks.c.number)
        .limit(1)
    ).scalar_one_or_none()
    return found


def keep(connection: Connection, headers: Sequence[Header]) -> None:
    """Add blocks that follow the kept ones."""
    if headers:
        connection.execute(
            insert(chain_blocks),
            [
                {
                    "number": header.number,
                    "hash": header.hash,
                    "parent_hash": header.parent_hash,
                    "time": datetime.fromtimestamp(header.timestamp, UTC),
                }
                for header in headers
            ],
        )


def drop_above(connection: Connection, number: int) -> None:
    """Forget the blocks after `number`."""
    connection.execute(delete(chain_blocks).where(chain_blocks.c.number > number))


def drop_below(connection: Connection, number: int) -> None:
    """Forget the blocks before `number`."""
    connection.execute(delete(chain_blocks).where(chain_blocks.c.number < number))


def record(connection: Connection, incident: Incident) -> None:
    """Write an incident down, for ever."""
    connection.execute(
        insert(chain_incidents).values(
            kind=incident.kind,
            noticed_at=incident.noticed_at,
            fork_block=incident.fork[0],
            fork_hash=incident.fork[1],
            from_block=incident.left[0],
            from_hash=incident.left[1],
            to_block=incident.joined[0],
            to_hash=incident.joined[1],
            depth=incident.depth,
        )
    )


def incidents(connection: Connection) -> list[Incident]:
    """All of them, oldest first."""
    rows = connection.execute(select(chain_incidents).order_by(chain_incidents.c.number))
    return [
        Incident(
            row.kind,
            row.noticed_at,
            (row.fork_block, row.fork_hash),
            (row.from_block, row.from_hash),
            (row.to_block, row.to_hash),
        )
        for row in rows
    ]
