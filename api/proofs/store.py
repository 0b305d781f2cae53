"""Proofs: the tables of holders' balances, of daily statements and of their leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from api.kernel.database import Minor, UtcDateTime, metadata, one_at_a_time
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address
from api.proofs.model import Leaf, Proven

__all__ = [
    "HoldersDiffer",
    "add_proof",
    "cursor",
    "find_leaf",
    "find_proof",
    "forget_holders",
    "holders",
    "last_proof",
    "leaves_of",
    "list_proofs",
    "mark_published",
    "move_holders",
    "require_at",
    "set_transaction",
]

holders_table = Table(
    "proof_holders",
    metadata,
    Column("holder", String(42), primary_key=True),
    Column("balance", Minor, nullable=False),
    CheckConstraint("balance > 0", name="balance_positive"),
)

cursors = Table(
    "proof_cursors",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", String(66), nullable=False),
)

proofs = Table(
    "reserve_proofs",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("statement", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("tx_hash", String(66), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
)

leaves = Table(
    "reserve_proof_leaves",
    metadata,
    Column("day", String(10), ForeignKey("reserve_proofs.day"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("holder", String(42), nullable=False),
    Column("balance", Minor, nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    UniqueConstraint("day", "holder"),
)

_HOLDERS = "holders"
_AT_ONCE = 500
_LOCK = 0x70726F6F66  # "proof"


class HoldersDiffer(Broken):
    """The replayed balances cannot be: a transfer is missing, or a row was changed."""

    slug = "holders-differ"

    def __init__(self, detail: str) -> None:
        super().__init__(
            detail,
            remedy="No proof was made. The next look reads all transfers anew; "
            "if this comes again, ask another node.",
        )


def cursor(connection: Connection) -> tuple[int, str] | None:
    """The block up to which balances are replayed; None before the first."""
    row = connection.execute(select(cursors).where(cursors.c.name == _HOLDERS)).one_or_none()
    return None if row is None else (row.block_number, row.block_hash)


def require_at(connection: Connection, kept: tuple[int, str] | None) -> None:
    """Raise `Unavailable` unless balances are replayed up to just this block."""
    if cursor(connection) != kept:
        raise Unavailable(
            "Another prover replays the transfers at this moment.",
            remedy="Run it again later.",
            slug="proving-elsewhere",
        )


def forget_holders(connection: Connection) -> None:
    """Begin anew: the chain is another one than it was, or the balances cannot be."""
    one_at_a_time(connection, _LOCK)
    connection.execute(delete(holders_table))
    connection.execute(delete(cursors))


def holders(connection: Connection) -> dict[Address, int]:
    """Who holds how much, in minor units."""
    rows = connection.execute(select(holders_table.c.holder, holders_table.c.balance))
    return {Address(holder): int(balance) for holder, balance in rows}


def move_holders(
    connection: Connection,
    changes: Mapping[Address, int],
    kept: tuple[int, str] | None,
    to: tuple[int, str],
) -> None:
    """Add `changes` to the balances of the block `kept` and move to the block that they lead to.

    Raises `Unavailable` when another prover has moved the balances meanwhile, `HoldersDiffer` at a
    balance that would be negative.
    """
    one_at_a_time(connection, _LOCK)
    require_at(connection, kept)
    names = [holder for holder, change in changes.items() if change]
    before: dict[str, int] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = holders_table.c.holder.in_(names[start : start + _AT_ONCE])
        before |= dict(connection.execute(select(holders_table).where(some)).tuples().all())
        connection.execute(delete(holders_table).where(some))
    after = [(holder, before.get(holder, 0) + changes[holder]) for holder in names]
    for holder, balance in after:
        if balance < 0:
            raise HoldersDiffer(
                f"The transfers up to block {to[0]} leave {holder} {balance} minor units."
            )
    rows = [{"holder": holder, "balance": balance} for holder, balance in after if balance]
    if rows:
        connection.execute(insert(holders_table), rows)
    connection.execute(delete(cursors).where(cursors.c.name == _HOLDERS))
    connection.execute(insert(cursors).values(name=_HOLDERS, block_number=to[0], block_hash=to[1]))


def add_proof(connection: Connection, proven: Proven, tree: Sequence[Leaf]) -> None:
    """Keep a day's proof and its leaves, in the tree's order; one proof a day.

    Raises `Unavailable` when another prover has made it meanwhile.
    """
    one_at_a_time(connection, _LOCK)
    if find_proof(connection, proven.day) is not None:
        raise Unavailable(
            f"Another prover has made the proof of {proven.day} meanwhile.",
            remedy="Run it again later.",
            slug="proving-elsewhere",
        )
    connection.execute(
        insert(proofs).values(
            day=proven.day,
            statement=json.dumps(proven.statement, sort_keys=True),
            digest=proven.digest,
            tx_hash=proven.tx_hash,
            nonce=proven.nonce,
            raw=proven.raw,
            made_at=proven.made_at,
            published_at=proven.published_at,
        )
    )
    rows = [
        {
            "day": proven.day,
            "position": position,
            "holder": leaf.holder,
            "balance": leaf.balance,
            "salt": leaf.salt,
        }
        for position, leaf in enumerate(tree)
    ]
    if rows:
        connection.execute(insert(leaves), rows)


def set_transaction(
    connection: Connection, day: str, *, tx_hash: str, nonce: int, raw: bytes
) -> None:
    """Replace the transaction of a proof that can no longer reach the chain."""
    connection.execute(
        update(proofs)
        .where(proofs.c.day == day, proofs.c.published_at.is_(None))
        .values(tx_hash=tx_hash, nonce=nonce, raw=raw)
    )


def mark_published(connection: Connection, day: str, now: datetime) -> None:
    """A final block holds the proof's transaction."""
    connection.execute(update(proofs).where(proofs.c.day == day).values(published_at=now))


def find_proof(connection: Connection, day: str) -> Proven | None:
    """The proof of a day."""
    row = connection.execute(select(proofs).where(proofs.c.day == day)).one_or_none()
    return None if row is None else _proven(row)


def last_proof(connection: Connection) -> Proven | None:
    """The oldest proof that is not published, if there is one; else the newest."""
    of_day, waits = select(proofs).limit(1), proofs.c.published_at.is_(None)
    row = connection.execute(of_day.where(waits).order_by(proofs.c.day)).one_or_none()
    if row is None:
        row = connection.execute(of_day.order_by(proofs.c.day.desc())).one_or_none()
    return None if row is None else _proven(row)


def list_proofs(connection: Connection, limit: int) -> list[Proven]:
    """Published proofs, newest first."""
    rows = connection.execute(
        select(proofs)
        .where(proofs.c.published_at.is_not(None))
        .order_by(proofs.c.day.desc())
        .limit(limit)
    )
    return [_proven(row) for row in rows]


def leaves_of(connection: Connection, day: str) -> list[Leaf]:
    """The leaves of a day, in the tree's order."""
    rows = connection.execute(
        select(leaves.c.holder, leaves.c.balance, leaves.c.salt)
        .where(leaves.c.day == day)
        .order_by(leaves.c.position)
    )
    return [Leaf(Address(holder), int(balance), bytes(salt)) for holder, balance, salt in rows]


def find_leaf(connection: Connection, day: str, holder: Address) -> tuple[int, Leaf] | None:
    """An address's leaf of a day, and its place in the tree."""
    row = connection.execute(
        select(leaves.c.position, leaves.c.balance, leaves.c.salt).where(
            leaves.c.day == day, leaves.c.holder == holder
        )
    ).one_or_none()
    return None if row is None else (row.position, Leaf(holder, int(row.balance), bytes(row.salt)))


def _proven(row: Row[Any]) -> Proven:
    return Proven(
        day=row.day,
        statement=json.loads(row.statement),
        digest=bytes(row.digest),
        tx_hash=row.tx_hash,
        nonce=row.nonce,
        raw=bytes(row.raw),
        made_at=row.made_at,
        published_at=row.published_at,
    )
