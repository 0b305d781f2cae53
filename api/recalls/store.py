"""Recalls: their table."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from api.chain import is_due
from api.kernel.database import Minor, UtcDateTime, metadata
from api.kernel.ids import Address, DepositId, LineId, TxId
from api.kernel.money import Money
from api.recalls.model import TRANSITIONS, Recall, RecallState

__all__ = [
    "add",
    "change_state",
    "count_by_state",
    "due",
    "find",
    "of_holder",
    "open_recalls",
    "recalls",
    "set_fields",
    "taken_back",
]

SHOWN = 100

recalls = Table(
    "recalls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("line_id", String(64), ForeignKey("bank_lines.id"), nullable=False, unique=True),
    Column("original_id", String(64), ForeignKey("bank_lines.id"), nullable=False, unique=True),
    Column("deposit_id", String(64), ForeignKey("deposits.id")),
    Column("holder", String(42)),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("word", Text),
    Column("calls", Integer, nullable=False),
    Column("tx_id", String(64)),
    Column("not_before", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
Index("ix_recalls_state", recalls.c.state)


def add(connection: Connection, recall: Recall) -> None:
    """Store a new one; its debit and its credit have no other."""
    values = {name: getattr(recall, name) for name in Recall.__dataclass_fields__}
    connection.execute(
        insert(recalls).values(
            values
            | {
                "amount": recall.amount.minor,
                "currency": recall.amount.currency,
                "state": recall.state.value,
            }
        )
    )


def find(connection: Connection, recall_id: str) -> Recall | None:
    """One by its id; on PostgreSQL the caller's until its transaction ends."""
    rows = connection.execute(select(recalls).where(recalls.c.id == recall_id).with_for_update())
    return next((_recall(row) for row in rows), None)


def due(connection: Connection, state: RecallState, *, now: datetime, limit: int) -> list[Recall]:
    """Those in a state whose next step is due, oldest first."""
    rows = connection.execute(
        select(recalls)
        .where(
            recalls.c.state == state.value,
            is_due(recalls.c.not_before, now),
        )
        .order_by(recalls.c.created_at, recalls.c.id)
        .limit(limit)
        .with_for_update()
    )
    return [_recall(row) for row in rows]


def of_holder(connection: Connection, holder: str, states: Collection[RecallState]) -> list[Recall]:
    """A holder's recalls in these states."""
    rows = connection.execute(
        select(recalls).where(
            recalls.c.holder == holder, recalls.c.state.in_([state.value for state in states])
        )
    )
    return [_recall(row) for row in rows]


def taken_back(connection: Connection, line_id: LineId) -> bool:
    """Whether a recall takes this credit back already."""
    query = select(recalls.c.id).where(recalls.c.original_id == line_id)
    return connection.execute(query).first() is not None


def open_recalls(connection: Connection, limit: int = SHOWN) -> list[Recall]:
    """What a person must know of: all that is neither reversed nor closed, the newest first."""
    rows = connection.execute(
        select(recalls)
        .where(recalls.c.state.not_in([RecallState.REVERSED.value, RecallState.CLOSED.value]))
        .order_by(recalls.c.created_at.desc(), recalls.c.id)
        .limit(limit)
    )
    return [_recall(row) for row in rows]


def count_by_state(connection: Connection) -> dict[RecallState, int]:
    """How many there are."""
    rows = connection.execute(select(recalls.c.state, func.count()).group_by(recalls.c.state))
    return {RecallState(state): count for state, count in rows}


def change_state(
    connection: Connection, recall: Recall, after: RecallState, *, now: datetime, **values: Any
) -> None:
    """Move one on; `IllegalTransition` for what the table does not know."""
    TRANSITIONS.check(recall.state, after)
    changed = connection.execute(
        update(recalls)
        .where(recalls.c.id == recall.id, recalls.c.state == recall.state.value)
        .values(state=after.value, changed_at=now, **values)
    ).rowcount
    if changed != 1:  # somebody moved it since it was read: say where it stands
        current = find(connection, recall.id)
        TRANSITIONS.check(recall.state if current is None else current.state, after)


def set_fields(connection: Connection, recall: Recall, **values: Any) -> None:
    """Write what does not change the state."""
    connection.execute(update(recalls).where(recalls.c.id == recall.id).values(**values))


def _recall(row: Row[Any]) -> Recall:
    values = dict(row._mapping)
    currency = values.pop("currency")
    return Recall(
        **values
        | {
            "line_id": LineId(row.line_id),
            "original_id": LineId(row.original_id),
            "deposit_id": None if row.deposit_id is None else DepositId(row.deposit_id),
            "holder": None if row.holder is None else Address(row.holder),
            "amount": Money(row.amount, currency),
            "state": RecallState(row.state),
            "tx_id": None if row.tx_id is None else TxId(row.tx_id),
        }
    )
