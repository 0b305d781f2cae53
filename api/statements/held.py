"""Statements: the lines whose statement is in quarantine, and how they leave it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, literal_column, select, update

from api.bank import Direction
from api.kernel.ids import LineId, StatementId
from api.statements.chain import SheetState
from api.statements.model import TRANSITIONS, LineState, StoredLine
from api.statements.sheets import sheets
from api.statements.store import bank_lines, in_state, line_of_row, lines_of

__all__ = [
    "decided",
    "in_quarantine",
    "mark_booked",
    "quarantined_lines",
    "set_aside",
    "take_over",
]


def in_quarantine(connection: Connection, ids: Sequence[LineId]) -> dict[str, StoredLine]:
    """Those of the lines that only a statement in quarantine told, by id."""
    held = lines_of(connection, ids) if ids else {}
    return {key: line for key, line in held.items() if line.state is LineState.QUARANTINED}


def decided(connection: Connection, limit: int) -> list[tuple[StoredLine, SheetState]]:
    """Quarantined lines whose statement no longer is, with what became of it; oldest first."""
    rows = connection.execute(
        select(bank_lines, sheets.c.state.label("sheet_state"))
        .join(
            sheets,
            and_(
                sheets.c.file_id == bank_lines.c.file_id,
                sheets.c.number == bank_lines.c.statement,
            ),
        )
        .where(
            bank_lines.c.state == literal_column("'QUARANTINED'"),
            sheets.c.state != SheetState.QUARANTINED.value,
        )
        .order_by(bank_lines.c.position)
        .limit(limit)
        .with_for_update(of=bank_lines)
    )
    return [(line_of_row(row), SheetState(row.sheet_state)) for row in rows]


def quarantined_lines(
    connection: Connection, direction: Direction, limit: int, *, after: int = 0
) -> list[StoredLine]:
    """Lines that nothing acts on because of their statement, by position."""
    rows = connection.execute(in_state("QUARANTINED", direction, limit, after))
    return [line_of_row(row) for row in rows]


def take_over(
    connection: Connection, line: StoredLine, file_id: StatementId, statement: int
) -> None:
    """A line in quarantine is told by another statement, too: from now on it is that one's."""
    connection.execute(
        update(bank_lines)
        .where(bank_lines.c.id == line.id, bank_lines.c.state == LineState.QUARANTINED.value)
        .values(file_id=file_id, statement=statement)
    )


def set_aside(connection: Connection, line: StoredLine, reason: str) -> None:
    """A line in quarantine is not the bank's word: its id is free again, it stays to be seen."""
    TRANSITIONS.check(line.state, LineState.CONFLICTING)
    connection.execute(
        update(bank_lines)
        .where(bank_lines.c.id == line.id, bank_lines.c.state == LineState.QUARANTINED.value)
        .values(id=f"{line.id}_{line.position}", state=LineState.CONFLICTING.value, reason=reason)
    )


def mark_booked(
    connection: Connection,
    line: StoredLine,
    after: LineState,
    *,
    by: str | None,
    ref: str | None,
    now: datetime,
) -> None:
    """A line leaves quarantine for what it would have been without it."""
    TRANSITIONS.check(line.state, after)
    connection.execute(
        update(bank_lines)
        .where(bank_lines.c.id == line.id, bank_lines.c.state == line.state.value)
        .values(
            state=after.value,
            explained_by=by,
            explained_ref=ref,
            explained_at=None if by is None else now,
        )
    )
