"""Chain: the tables of this room and the SQL that changes them.

A nonce of an address is given out once (unique), a purpose and reference have one transaction
(unique), and a state changes only along the transition table.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)

from api.chain.attempts import attempts
from api.chain.blocks import drop_above
from api.chain.model import INITIAL, TRANSITIONS, Lane, Transaction, TxState
from api.kernel.database import Sequence64, UtcDateTime, insert_new, metadata
from api.kernel.errors import Broken
from api.kernel.ids import Address, TxId, new_id
from api.kernel.many import among, execute_many

__all__ = [
    "advance",
    "count_by_state",
    "count_open",
    "enqueue",
    "find_by_hash",
    "find_hash",
    "get",
    "has_work",
    "is_open",
    "open_of",
    "position",
    "positions",
    "queued_of",
    "rewind",
    "set_position",
    "states_of",
    "still_queued",
    "transactions",
    "withdraw",
]

transactions = Table(
    "chain_transactions",
    metadata,
    Column("number", Sequence64, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("lane", String(16), nullable=False),
    Column("to_address", String(42), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("ref", String(96), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(500)),
    Column("gas", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("purpose", "ref"),
    Index("ix_chain_transactions_lane_state", "lane", "state", "number"),
)

positions = Table(
    "chain_positions",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", String(66), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

_READER = "reader"

# made once: every round of every lane asks these, and building them costs more than the answer
_OF_LANE = transactions.c.lane == bindparam("of")
_UNSENT = (TxState.QUEUED.value, TxState.SIGNED.value)
_OPEN = (*_UNSENT, TxState.SENT.value)
_ANY_OPEN = select(transactions.c.number).where(_OF_LANE, transactions.c.state.in_(_OPEN)).limit(1)
_COUNT_UNSENT = (
    select(func.count())
    .select_from(transactions)
    .where(_OF_LANE, transactions.c.state.in_(_UNSENT))
)
_READ_UP_TO = select(positions.c.block_number, positions.c.block_hash).where(
    positions.c.name == _READER
)


def enqueue(
    connection: Connection,
    *,
    lane: Lane,
    to: Address,
    data: bytes,
    purpose: str,
    ref: str,
    now: datetime,
    gas: int | None = None,
) -> TxId:
    """Store the intent to call `to` with `data`; it commits with the caller's own change.

    `gas` is the limit that the caller knows to be enough; without it the node is asked.

    `purpose` and `ref` together are unique: the same pair again returns the same id and adds
    nothing; with other bytes it is `Broken`. A retry takes a reference of its own («x#2»).
    """
    known = _known(connection, purpose, ref)
    if known is None:
        row = {
            "id": new_id("tx"),
            "lane": lane,
            "to_address": to,
            "data": data,
            "purpose": purpose,
            "ref": ref,
            "state": INITIAL,
            "gas": gas,
            "created_at": now,
            "changed_at": now,
        }
        if insert_new(connection, transactions, [row], key="id"):
            return TxId(str(row["id"]))
        known = _known(connection, purpose, ref)  # another process was a moment faster
    if known is None or (known.to_address, bytes(known.data), known.lane) != (to, data, lane):
        raise Broken(
            f"The transaction «{purpose} {ref}» was stored before with other content.",
            remedy="Nothing was added. Give a retry a reference of its own.",
        )
    return TxId(known.id)


def get(connection: Connection, tx_id: TxId) -> Transaction | None:
    """The transaction of this id."""
    row = connection.execute(_with_attempt().where(transactions.c.id == tx_id)).one_or_none()
    return None if row is None else _transaction(row)


def queued_of(connection: Connection, lane: Lane, limit: int) -> list[Transaction]:
    """The intents of a lane that no address has taken yet, oldest first."""
    rows = connection.execute(
        _with_attempt()
        .where(transactions.c.lane == lane.value, transactions.c.state == TxState.QUEUED.value)
        .order_by(transactions.c.number)
        .limit(limit)
    )
    return [_transaction(row) for row in rows]


def still_queued(connection: Connection, wanted: Collection[TxId]) -> set[TxId]:
    """Those of `wanted` that are free to be taken, locked until the transaction ends.

    One that another address is taking at this moment is left to it.
    """
    rows = execute_many(
        connection,
        select(transactions.c.id)
        .where(
            among(connection, transactions.c.id, wanted),
            transactions.c.state == TxState.QUEUED.value,
        )
        .with_for_update(skip_locked=True),
    )
    return {TxId(row.id) for row in rows}


def withdraw(connection: Connection, tx_id: TxId, *, now: datetime, reason: str) -> bool:
    """Take an intent back that no address has taken; False when one has. Nobody else is told."""
    if not still_queued(connection, [tx_id]):
        return False
    transaction = get(connection, tx_id)
    if transaction is None:
        raise LookupError(f"{tx_id} was locked a moment ago")
    advance(connection, transaction, TxState.REFUSED, now=now, reason=reason)
    return True


def open_of(connection: Connection, lane: Lane, address: Address) -> list[Transaction]:
    """What an address has signed and no final block has ended, by nonce."""
    rows = connection.execute(
        _with_attempt()
        .where(
            transactions.c.lane == lane.value,
            transactions.c.state.in_([TxState.SIGNED.value, TxState.SENT.value]),
            attempts.c.address == address,
        )
        .order_by(attempts.c.nonce)
    )
    return [_transaction(row) for row in rows]


def ended_of(
    connection: Connection, lane: Lane, address: Address, start: int, end: int
) -> list[Transaction]:
    """What had ended of the nonces of an address from `start` to below `end`, by nonce."""
    rows = connection.execute(
        _with_attempt()
        .where(
            transactions.c.lane == lane.value,
            transactions.c.state.in_([TxState.DONE.value, TxState.REVERTED.value]),
            attempts.c.address == address,
            attempts.c.nonce >= start,
            attempts.c.nonce < end,
        )
        .order_by(attempts.c.nonce)
    )
    return [_transaction(row) for row in rows]


def has_work(connection: Connection, lane: Lane) -> bool:
    """Whether any transaction of a lane has not ended."""
    return connection.execute(_ANY_OPEN, {"of": lane.value}).one_or_none() is not None


def find_hash(connection: Connection, tx_id: TxId) -> str | None:
    """The hash of the newest attempt; None while there is none."""
    transaction = get(connection, tx_id)
    return None if transaction is None else transaction.tx_hash


def find_by_hash(connection: Connection, tx_hash: str) -> TxId | None:
    """The transaction that one of our attempts, of this hash, belongs to."""
    found: str | None = connection.execute(
        select(attempts.c.tx_id).where(attempts.c.tx_hash == tx_hash)
    ).scalar_one_or_none()
    return None if found is None else TxId(found)


def states_of(connection: Connection, tx_ids: Collection[TxId]) -> dict[TxId, TxState]:
    """The states of these transactions."""
    query = select(transactions.c.id, transactions.c.state)
    rows = execute_many(connection, query.where(among(connection, transactions.c.id, tx_ids)))
    return {TxId(tx_id): TxState(state) for tx_id, state in rows}


def is_open(tx_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Rows whose transaction may still take effect: no final block has it."""
    return exists().where(transactions.c.id == tx_id, transactions.c.state.in_(_OPEN))


def advance(
    connection: Connection,
    transaction: Transaction,
    state: TxState,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Change a transaction's state; raises `IllegalTransition`, or `Broken` when it has moved."""
    TRANSITIONS.check(transaction.state, state)
    changed = connection.execute(
        update(transactions)
        .where(transactions.c.id == transaction.id, transactions.c.state == transaction.state)
        .values(state=state, reason=reason, changed_at=now)
    ).rowcount
    if changed != 1:
        raise Broken(
            f"Transaction {transaction.id} is no longer {transaction.state}.",
            remedy="Two processes serve one lane. Stop all but one and start it again.",
        )


def count_by_state(connection: Connection) -> dict[tuple[Lane, TxState], int]:
    """How many transactions there are, by lane and state."""
    rows = connection.execute(
        select(transactions.c.lane, transactions.c.state, func.count()).group_by(
            transactions.c.lane, transactions.c.state
        )
    )
    return {(Lane(lane), TxState(state)): count for lane, state, count in rows}


def count_open(connection: Connection, lane: Lane) -> int:
    """How many transactions of a lane no node has yet, so that no pending block counts them."""
    return int(connection.execute(_COUNT_UNSENT, {"of": lane.value}).scalar_one())


def position(connection: Connection) -> tuple[int, str] | None:
    """Number and hash of the last block whose events were handled; None before the first."""
    row = connection.execute(_READ_UP_TO).one_or_none()
    return None if row is None else (row.block_number, row.block_hash)


def set_position(
    connection: Connection,
    before: tuple[int, str] | None,
    after: tuple[int, str],
    now: datetime,
) -> None:
    """Move from `before` to `after`; `Broken` when somebody else has moved it meanwhile."""
    values = {"block_number": after[0], "block_hash": after[1], "changed_at": now}
    if before is None:
        moved = len(insert_new(connection, positions, [{"name": _READER, **values}], key="name"))
    else:
        moved = connection.execute(
            update(positions)
            .where(
                positions.c.name == _READER,
                positions.c.block_number == before[0],
                positions.c.block_hash == before[1],
            )
            .values(**values)
        ).rowcount
    if moved != 1:
        raise Broken(
            "Another process has read the chain further than this one.",
            remedy="Stop all but one worker and start it again.",
        )


def rewind(connection: Connection) -> None:
    """Forget how far the chain was read: it is read again from its first block.

    What was told before is told again, and changes nothing: every event counts once.
    """
    connection.execute(delete(positions).where(positions.c.name == _READER))
    drop_above(connection, -1)


def _known(connection: Connection, purpose: str, ref: str) -> Row[Any] | None:
    return connection.execute(
        select(transactions).where(transactions.c.purpose == purpose, transactions.c.ref == ref)
    ).one_or_none()


@cache
def _with_attempt() -> Select[Any]:
    """Transactions with the nonce and hash of their newest attempt."""
    newest = (
        select(func.max(attempts.c.number))
        .where(attempts.c.tx_id == transactions.c.id)
        .correlate(transactions)
        .scalar_subquery()
    )
    joined = transactions.outerjoin(
        attempts, (attempts.c.tx_id == transactions.c.id) & (attempts.c.number == newest)
    )
    return select(transactions, attempts.c.nonce, attempts.c.tx_hash).select_from(joined)


def _transaction(row: Row[Any]) -> Transaction:
    return Transaction(
        id=TxId(row.id),
        lane=Lane(row.lane),
        to=Address(row.to_address),
        data=bytes(row.data),
        purpose=row.purpose,
        ref=row.ref,
        state=TxState(row.state),
        nonce=row.nonce,
        tx_hash=row.tx_hash,
        reason=row.reason,
        gas=row.gas,
    )
