"""Redemptions: the tables of payout files. A file is saved whole before the bank gets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
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

from api.kernel.database import UtcDateTime, metadata
from api.kernel.machine import Transitions
from api.redemptions.store import redemptions

__all__ = [
    "BatchState",
    "PayoutFile",
    "add_file",
    "change_file",
    "count_stuck",
    "files_in_state",
    "ids_in_file",
    "note_problem",
    "payout_files",
    "payouts",
]


class BatchState(StrEnum):
    """Whether the bank is known to have a payout file."""

    SAVED = "SAVED"
    """It may have it: the same file is handed in until it says so."""
    SUBMITTED = "SUBMITTED"


TRANSITIONS = Transitions(
    "payout file",
    {BatchState.SAVED: {BatchState.SUBMITTED}, BatchState.SUBMITTED: set()},
)

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
)

payouts = Table(
    "payouts",
    metadata,
    Column("end_to_end_id", ForeignKey(redemptions.c.end_to_end_id), primary_key=True),
    Column("message_id", ForeignKey(payout_files.c.message_id), nullable=False, index=True),
    Column("position", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class PayoutFile:
    """A payout file as it was saved; its payments are in `payouts`."""

    message_id: str
    created_at: datetime
    execution_date: date
    state: BatchState
    problem: str | None


def add_file(connection: Connection, file: PayoutFile, end_to_end_ids: Sequence[str]) -> None:
    """Save a file and its payments; a payment that is in a file already is refused (unique)."""
    connection.execute(
        insert(payout_files).values(
            message_id=file.message_id,
            created_at=file.created_at,
            execution_date=file.execution_date,
            state=file.state.value,
            changed_at=file.created_at,
        )
    )
    rows = [
        {"end_to_end_id": each, "message_id": file.message_id, "position": position}
        for position, each in enumerate(end_to_end_ids)
    ]
    connection.execute(insert(payouts), rows)


def files_in_state(connection: Connection, state: BatchState, limit: int) -> list[PayoutFile]:
    """Files in a state, oldest first."""
    rows = connection.execute(
        select(payout_files)
        .where(payout_files.c.state == state.value)
        .order_by(payout_files.c.created_at, payout_files.c.message_id)
        .limit(limit)
    )
    return [_file(row) for row in rows]


def ids_in_file(connection: Connection, message_id: str) -> list[str]:
    """The end-to-end ids of a file's payments, in order."""
    rows = connection.execute(
        select(payouts.c.end_to_end_id)
        .where(payouts.c.message_id == message_id)
        .order_by(payouts.c.position)
    )
    return list(rows.scalars())


def change_file(
    connection: Connection,
    file: PayoutFile,
    after: BatchState,
    *,
    now: datetime,
    sha256: str,
    location: str,
) -> None:
    """Note that the bank has a file; raises `IllegalTransition`."""
    TRANSITIONS.check(file.state, after)
    connection.execute(
        update(payout_files)
        .where(payout_files.c.message_id == file.message_id)
        .values(state=after.value, sha256=sha256, location=location, problem=None, changed_at=now)
    )


def note_problem(connection: Connection, file: PayoutFile, problem: str, *, now: datetime) -> None:
    """Write down why the bank does not take a file."""
    connection.execute(
        update(payout_files)
        .where(payout_files.c.message_id == file.message_id)
        .values(problem=problem, changed_at=now)
    )


def count_stuck(connection: Connection) -> int:
    """How many payout files the bank refuses to take."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(payout_files)
            .where(payout_files.c.problem.is_not(None))
        ).scalar_one()
    )


def _file(row: Row[Any]) -> PayoutFile:
    return PayoutFile(
        message_id=row.message_id,
        created_at=row.created_at,
        execution_date=row.execution_date,
        state=BatchState(row.state),
        problem=row.problem,
    )
