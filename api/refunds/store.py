"""Refunds: the table of refunds. One row a bank line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
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

from api.kernel.database import Minor, Sequence64, UtcDateTime, metadata
from api.kernel.errors import Broken
from api.kernel.ids import DepositId, LineId, TxId
from api.kernel.money import Money
from api.refunds.model import TRANSITIONS, UNSENT, Refund, RefundState

__all__ = [
    "add",
    "by_end_to_end_id",
    "change_state",
    "count_alarms",
    "count_by_state",
    "find",
    "find_by_line",
    "list_refunds",
    "longest_in_state",
    "owed_in_state",
    "ready",
    "refunds",
    "set_fields",
    "unsent_lines",
]

refunds = Table(
    "refunds",
    metadata,
    Column("position", Sequence64, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("line_id", String(64), ForeignKey("bank_lines.id"), nullable=False, unique=True),
    Column("deposit_id", String(64), index=True),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("end_to_end_id", String(35), nullable=False, unique=True),
    Column("account", Text),
    Column("name", Text),
    Column("reason", String(500), nullable=False),
    Column("state", String(32), nullable=False),
    Column("word", String(500)),
    Column("alarm", String(500)),
    Column("tx_id", String(64)),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("sent_back", Minor, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    CheckConstraint("amount > 0", name="amount_positive"),
    Index("ix_refunds_state", "state", "position"),
)
_t = refunds.c
_IDS_AT_ONCE = 500


def add(connection: Connection, refund: Refund) -> None:
    """Store a new refund; a line that has one already raises IntegrityError."""
    row: dict[str, Any] = {
        name: getattr(refund, name) for name in Refund.__dataclass_fields__ if name != "amount"
    }
    row |= {
        "amount": refund.amount.minor,
        "currency": refund.amount.currency,
        "state": refund.state.value,
    }
    connection.execute(insert(refunds).values(row))


def find(connection: Connection, refund_id: str, *, lock: bool = False) -> Refund | None:
    """One refund by its id; with `lock` it is the caller's until its transaction ends."""
    return _one(connection, _t.id == refund_id, lock=lock)


def find_by_line(connection: Connection, line_id: str, *, lock: bool = False) -> Refund | None:
    """The refund of a bank line."""
    return _one(connection, _t.line_id == line_id, lock=lock)


def by_end_to_end_id(connection: Connection, ids: Sequence[str]) -> dict[str, Refund]:
    """The refunds of these payments."""
    found: dict[str, Refund] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        condition = _t.end_to_end_id.in_(ids[start : start + _IDS_AT_ONCE])
        for row in connection.execute(select(refunds).where(condition)):
            found[row.end_to_end_id] = _refund(row)
    return found


def ready(connection: Connection, limit: int) -> list[Refund]:
    """Refunds that may go into a file, locked, oldest first."""
    return _locked(connection, RefundState.READY, limit, _t.position)


def longest_in_state(connection: Connection, state: RefundState, limit: int) -> list[Refund]:
    """Refunds in a state, locked, those first that have been in it longest."""
    return _locked(connection, state, limit, _t.changed_at)


def list_refunds(
    connection: Connection, *, state: RefundState | None, limit: int, after: int = 0
) -> list[tuple[int, Refund]]:
    """Refunds with their positions, oldest first, from behind `after`; of one state, or of all."""
    query = select(refunds).where(_t.position > after)
    if state is not None:
        query = query.where(_t.state == state.value)
    rows = connection.execute(query.order_by(_t.position).limit(limit))
    return [(row.position, _refund(row)) for row in rows]


def change_state(
    connection: Connection, refund: Refund, after: RefundState, *, now: datetime, **values: Any
) -> None:
    """Move a refund on; raises `IllegalTransition`, or `Broken` when it moved meanwhile."""
    TRANSITIONS.check(refund.state, after)
    changed = connection.execute(
        update(refunds)
        .where(_t.id == refund.id, _t.state == refund.state.value)
        .values(state=after.value, changed_at=now, **values)
    ).rowcount
    if changed != 1:
        raise Broken(
            f"Refund {refund.id} is no longer {refund.state}.",
            remedy="Two workers do one duty. Stop one of them and start the other again.",
        )


def set_fields(connection: Connection, refund: Refund, **values: Any) -> None:
    """Write columns other than the state."""
    connection.execute(update(refunds).where(_t.id == refund.id).values(**values))


def unsent_lines(connection: Connection, amount: Money) -> list[LineId]:
    """Lines of this amount whose refund is in no file that the bank may still carry out."""
    rows = connection.execute(
        select(_t.line_id).where(
            _t.state.in_([state.value for state in UNSENT]),
            _t.amount == amount.minor,
            _t.currency == amount.currency,
        )
    )
    return [LineId(line_id) for line_id in rows.scalars()]


def count_by_state(connection: Connection) -> dict[RefundState, int]:
    """How many refunds there are in each state."""
    rows = connection.execute(select(_t.state, func.count()).group_by(_t.state))
    return {RefundState(state): count for state, count in rows}


def count_alarms(connection: Connection) -> int:
    """How many refunds a person must look at."""
    query = select(func.count()).select_from(refunds).where(_t.alarm.is_not(None))
    return int(connection.execute(query).scalar_one())


def owed_in_state(connection: Connection, state: RefundState) -> int:
    """Minor units of the refunds in a state."""
    total = connection.execute(
        select(func.coalesce(func.sum(_t.amount), 0)).where(_t.state == state.value)
    ).scalar_one()
    return int(total)


def _locked(connection: Connection, state: RefundState, limit: int, order: Any) -> list[Refund]:
    rows = connection.execute(
        select(refunds)
        .where(_t.state == state.value)
        .order_by(order, _t.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_refund(row) for row in rows]


def _one(connection: Connection, condition: Any, *, lock: bool) -> Refund | None:
    query = select(refunds).where(condition)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _refund(row)


def _refund(row: Row[Any]) -> Refund:
    values = dict(row._mapping)
    for name in ("position", "currency"):
        del values[name]
    return Refund(
        **values
        | {
            "line_id": LineId(row.line_id),
            "deposit_id": None if row.deposit_id is None else DepositId(row.deposit_id),
            "amount": Money(row.amount, row.currency),
            "state": RefundState(row.state),
            "tx_id": None if row.tx_id is None else TxId(row.tx_id),
        }
    )
