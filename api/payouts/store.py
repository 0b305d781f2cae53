"""Payouts: the tables of payout files and payments. A file is saved whole, then handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
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

from api.kernel.database import Minor, UtcDateTime, metadata
from api.payouts.model import TRANSITIONS, FileState, Payment, PayoutFile

__all__ = [
    "add_file",
    "change_file",
    "count_files",
    "count_stuck",
    "day_total",
    "earlier_payments",
    "file_of",
    "files_in_state",
    "files_to_hand_in",
    "files_unheard",
    "find_file",
    "ids_in_file",
    "ids_of_subject",
    "payments",
    "payout_files",
    "set_fields",
    "subject_of",
]

payout_files = Table(
    "payout_files",
    metadata,
    Column("message_id", String(35), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("execution_date", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sha256", String(64)),
    Column("location", Text),
    Column("problem", Text),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False, server_default="redemption"),
    Column("payments", Integer, nullable=False, server_default="0"),
    Column("total", Minor, nullable=False, server_default="0"),
    Column("tried_at", UtcDateTime),
    Column("heard_at", UtcDateTime),
)

payments = Table(
    "payments",
    metadata,
    Column("end_to_end_id", String(35), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("amount", Minor, nullable=False),
    Column("message_id", ForeignKey(payout_files.c.message_id), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    CheckConstraint("amount > 0", name="amount_positive"),
)
_IDS_AT_ONCE = 500
_f, _p = payout_files.c, payments.c


def add_file(connection: Connection, file: PayoutFile, batch: Sequence[Payment]) -> None:
    """Save a file and its payments; a payment that is in a file already is refused (unique)."""
    connection.execute(
        insert(payout_files).values(
            message_id=file.message_id,
            kind=file.kind,
            created_at=file.created_at,
            execution_date=file.execution_date,
            state=file.state.value,
            payments=file.payments,
            total=file.total,
            problem=file.problem,
            changed_at=file.created_at,
        )
    )
    rows = [
        {
            "end_to_end_id": each.end_to_end_id,
            "kind": each.kind,
            "subject": each.subject,
            "amount": each.amount,
            "message_id": file.message_id,
            "position": position,
        }
        for position, each in enumerate(batch)
    ]
    connection.execute(insert(payments), rows)


def find_file(connection: Connection, message_id: str, *, lock: bool = False) -> PayoutFile | None:
    """One file by its message id; with `lock` the caller's until its transaction ends.

    Whoever locks a file and its payments locks the file first.
    """
    query = select(payout_files).where(_f.message_id == message_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _file(row)


def file_of(connection: Connection, end_to_end_id: str) -> PayoutFile | None:
    """The file that holds a payment; None when none does."""
    row = connection.execute(
        select(payout_files)
        .join(payments, _p.message_id == _f.message_id)
        .where(_p.end_to_end_id == end_to_end_id)
    ).one_or_none()
    return None if row is None else _file(row)


def files_to_hand_in(connection: Connection, limit: int) -> list[PayoutFile]:
    """Saved files, those first that were not tried for longest: none stands before another."""
    rows = connection.execute(
        select(payout_files)
        .where(_f.state == FileState.SAVED.value)
        .order_by(_f.tried_at.asc().nulls_first(), _f.created_at, _f.message_id)
        .limit(limit)
    )
    return [_file(row) for row in rows]


def files_in_state(connection: Connection, state: FileState, limit: int) -> list[PayoutFile]:
    """Files in a state, oldest first."""
    rows = connection.execute(
        select(payout_files)
        .where(_f.state == state.value)
        .order_by(_f.created_at, _f.message_id)
        .limit(limit)
    )
    return [_file(row) for row in rows]


def files_unheard(connection: Connection) -> list[PayoutFile]:
    """Saved files of which the bank has not spoken, the caller's until its transaction ends."""
    rows = connection.execute(
        select(payout_files)
        .where(_f.state == FileState.SAVED.value, _f.heard_at.is_(None))
        .order_by(_f.message_id)
        .with_for_update()
    )
    return [_file(row) for row in rows]


def day_total(connection: Connection, execution_date: date) -> int:
    """Minor units of all files with this execution date that were not withdrawn."""
    total = connection.execute(
        select(func.coalesce(func.sum(_f.total), 0)).where(
            _f.execution_date == execution_date, _f.state != FileState.WITHDRAWN.value
        )
    ).scalar_one()
    return int(total)


def ids_in_file(connection: Connection, message_id: str) -> list[str]:
    """The end-to-end ids of a file's payments, in order."""
    rows = connection.execute(
        select(_p.end_to_end_id).where(_p.message_id == message_id).order_by(_p.position)
    )
    return list(rows.scalars())


def ids_of_subject(connection: Connection, subject: str) -> list[str]:
    """Every id under which something was ever put into a file."""
    rows = connection.execute(
        select(_p.end_to_end_id).where(_p.subject == subject).order_by(_p.end_to_end_id)
    )
    return list(rows.scalars())


def earlier_payments(connection: Connection, subjects: Sequence[str]) -> dict[str, str]:
    """Every id that was ever in a file for one of these subjects, with the subject."""
    found: dict[str, str] = {}
    for start in range(0, len(subjects), _IDS_AT_ONCE):
        chunk = subjects[start : start + _IDS_AT_ONCE]
        rows = connection.execute(select(_p.end_to_end_id, _p.subject).where(_p.subject.in_(chunk)))
        found.update((row.end_to_end_id, row.subject) for row in rows)
    return found


def subject_of(connection: Connection, end_to_end_id: str) -> str | None:
    """What the payment of this id pays; None when no file ever held it."""
    found: str | None = connection.execute(
        select(_p.subject).where(_p.end_to_end_id == end_to_end_id)
    ).scalar_one_or_none()
    return found


def change_file(
    connection: Connection, file: PayoutFile, after: FileState, *, now: datetime, **values: Any
) -> None:
    """Move a file on; raises `IllegalTransition`. What was a problem is none any more, unless
    `values` say so."""
    TRANSITIONS.check(file.state, after)
    connection.execute(
        update(payout_files)
        .where(_f.message_id == file.message_id, _f.state == file.state.value)
        .values({"problem": None, **values, "state": after.value, "changed_at": now})
    )


def set_fields(connection: Connection, file: PayoutFile, **values: Any) -> None:
    """Write what does not change the state, nor since when it stands."""
    connection.execute(
        update(payout_files).where(_f.message_id == file.message_id).values(**values)
    )


def count_stuck(connection: Connection) -> int:
    """How many payout files the bank refuses to take."""
    refused = (_f.problem.is_not(None)) & (_f.state == FileState.SAVED.value)
    return _count(connection, refused)


def count_files(connection: Connection, state: FileState) -> int:
    """How many payout files there are in a state."""
    return _count(connection, _f.state == state.value)


def _count(connection: Connection, condition: Any) -> int:
    query = select(func.count()).select_from(payout_files).where(condition)
    return int(connection.execute(query).scalar_one())


def _file(row: Row[Any]) -> PayoutFile:
    return PayoutFile(
        message_id=row.message_id,
        kind=row.kind,
        created_at=row.created_at,
        execution_date=row.execution_date,
        state=FileState(row.state),
        payments=row.payments,
        total=row.total,
        problem=row.problem,
        tried_at=row.tried_at,
        heard_at=row.heard_at,
    )
