"""Chain: the table of attempts and its SQL. What stands here was signed; nothing here is changed.

A nonce of an address belongs to one transaction for ever; its attempts are counted up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from api.chain.fees import Fees
from api.chain.model import Attempt
from api.kernel.database import UtcDateTime, Wei, metadata
from api.kernel.ids import Address, TxId
from api.kernel.many import among, execute_many
from wallet.transaction import decode

__all__ = [
    "attempts",
    "attempts_of",
    "last_nonce",
    "mark_tried",
    "record_attempts",
    "unsaved",
]

attempts = Table(
    "chain_attempts",
    metadata,
    Column("tx_id", ForeignKey("chain_transactions.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("address", String(42), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("tx_hash", String(66), nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("gas", BigInteger),
    Column("max_fee", Wei),
    Column("tip", Wei),
    Column("at_block", BigInteger),
    Column("no_op", Boolean),
    UniqueConstraint("address", "nonce", "number"),
    Index("ix_chain_attempts_address_nonce", "address", "nonce"),
)

_AT_ONCE = 500
"""Ids in one question: SQLite takes no more than some thousands of parameters."""


def attempts_of(connection: Connection, tx_ids: Collection[TxId]) -> list[Attempt]:
    """The saved attempts of these transactions, by nonce and number."""
    ids = list(tx_ids)
    found = [
        _attempt(row)
        for start in range(0, len(ids), _AT_ONCE)
        for row in execute_many(
            connection,
            select(attempts).where(
                among(connection, attempts.c.tx_id, ids[start : start + _AT_ONCE])
            ),
        )
    ]
    return sorted(found, key=lambda attempt: (attempt.nonce, attempt.number))


def last_nonce(connection: Connection, address: Address, *, below: int | None = None) -> int | None:
    """The largest nonce that was ever given out for `address`, or the largest below another."""
    asked = select(func.max(attempts.c.nonce)).where(attempts.c.address == address)
    if below is not None:
        asked = asked.where(attempts.c.nonce < below)
    found: int | None = connection.execute(asked).scalar_one()
    return found


def unsaved(connection: Connection, address: Address, start: int, end: int) -> list[int]:
    """The nonces of `address` from `start` to below `end` that were never given out."""
    if start >= end:
        return []
    given = connection.execute(
        select(attempts.c.nonce)
        .where(attempts.c.address == address, attempts.c.nonce >= start, attempts.c.nonce < end)
        .distinct()
    )
    return sorted(set(range(start, end)).difference(given.scalars()))


def record_attempts(connection: Connection, saved: Sequence[Attempt]) -> None:
    """Save signed bytes, before anybody sees them."""
    if saved:
        connection.execute(insert(attempts), [_row(attempt) for attempt in saved])


def mark_tried(connection: Connection, tried: Sequence[Attempt], now: datetime) -> None:
    """Note that attempts were handed to a node (again)."""
    for attempt in tried:
        connection.execute(
            update(attempts)
            .where(attempts.c.tx_id == attempt.tx_id, attempts.c.number == attempt.number)
            .values(sent_at=now)
        )


def _row(attempt: Attempt) -> dict[str, Any]:
    return {
        "tx_id": attempt.tx_id,
        "number": attempt.number,
        "address": attempt.address,
        "nonce": attempt.nonce,
        "tx_hash": attempt.tx_hash,
        "raw": attempt.raw,
        "created_at": attempt.created_at,
        "sent_at": attempt.sent_at,
        "gas": attempt.gas,
        "max_fee": attempt.fees.highest,
        "tip": attempt.fees.tip,
        "at_block": attempt.at_block,
        "no_op": attempt.no_op,
    }


def _attempt(row: Row[Any]) -> Attempt:
    gas, fees = row.gas, Fees(row.max_fee or 0, row.tip or 0)
    if gas is None:  # saved before gas and fees had columns: the bytes themselves tell
        signed = decode(bytes(row.raw)).transaction
        gas = signed.gas_limit
        fees = Fees(signed.max_fee_per_gas, signed.max_priority_fee_per_gas)
    return Attempt(
        tx_id=TxId(row.tx_id),
        number=row.number,
        address=Address(row.address),
        nonce=row.nonce,
        tx_hash=row.tx_hash,
        raw=bytes(row.raw),
        sent_at=row.sent_at,
        created_at=row.created_at,
        gas=gas,
        fees=fees,
        at_block=row.at_block or 0,
        no_op=bool(row.no_op),
    )
