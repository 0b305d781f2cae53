"""Statements: the lines whose statement is in quarantine, and how they leave it.

Several statements in quarantine may tell one line, and which of them is the bank's word is not
known yet. Each keeps its own words: the first under the line's id, the others under one of their
own, until their statement counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from api.bank import BookedLine, Direction
from api.kernel.errors import Conflict
from api.kernel.ids import LineId, StatementId
from api.statements.chain import SheetState
from api.statements.model import TRANSITIONS, LineState, StoredLine, contradiction, line_id
from api.statements.sheets import sheets
from api.statements.store import bank_lines, in_state, line_of_row, lines_of

__all__ = [
    "Teller",
    "acknowledge",
    "claim",
    "decided",
    "give_way",
    "in_quarantine",
    "mark_booked",
    "own_id",
    "quarantined_lines",
    "set_aside",
    "tellers",
]

Teller = tuple[StatementId, int]
"""A statement: its file, and its number there."""
_SAME = "a sound statement tells it, too"
_DIFFERS = "a sound statement says otherwise"
_SEEN = "a person has seen that it says otherwise than the line that counts"


def in_quarantine(connection: Connection, ids: Sequence[LineId]) -> dict[str, StoredLine]:
    """Those of the lines that only a statement in quarantine told, by id."""
    held = lines_of(connection, ids) if ids else {}
    return {key: line for key, line in held.items() if line.state is LineState.QUARANTINED}


def tellers(connection: Connection, ids: Sequence[LineId]) -> dict[LineId, Teller | None]:
    """Whose each of the lines is that are known: of a statement in quarantine, or of none."""
    c = bank_lines.c
    rows = connection.execute(select(c.id, c.state, c.file_id, c.statement).where(c.id.in_(ids)))
    return {
        row.id: (row.file_id, row.statement) if row.state == LineState.QUARANTINED.value else None
        for row in rows
    }


def own_id(line: StoredLine) -> LineId:
    """The id that a line has as soon as it counts."""
    return line_id(line.account, line.bank_id)


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


def claim(connection: Connection, line: StoredLine) -> bool:
    """Give a line in quarantine its own id; False while another line has it."""
    moved = (
        update(bank_lines)
        .where(bank_lines.c.id == line.id, bank_lines.c.state == LineState.QUARANTINED.value)
        .values(id=own_id(line))
    )
    try:
        with connection.begin_nested():
            return connection.execute(moved).rowcount == 1
    except IntegrityError:  # a sound statement tells it at this very moment
        return False


def set_aside(
    connection: Connection, line: StoredLine, reason: str, *, contradicts: bool = False
) -> None:
    """A line in quarantine does not count: its id is free, and it stays to be seen.

    One that contradicts the bank's word is an alarm.
    """
    after = LineState.CONFLICTING if contradicts else LineState.SET_ASIDE
    TRANSITIONS.check(line.state, after)
    connection.execute(
        update(bank_lines)
        .where(bank_lines.c.id == line.id, bank_lines.c.state == LineState.QUARANTINED.value)
        .values(id=f"{own_id(line)}_{line.position}", state=after.value, reason=reason)
    )


def acknowledge(connection: Connection, line: StoredLine) -> None:
    """A person has seen that it contradicts the line that counts. Nothing of it was booked.

    Raises `Conflict` for any other line.
    """
    if line.state is not LineState.CONFLICTING:
        raise Conflict(
            f"Line {line.id} is {line.state}: it contradicts no other line.",
            remedy=f"See how it stands: jiaozi-bridge explain {line.id}.",
        )
    connection.execute(
        update(bank_lines)
        .where(bank_lines.c.id == line.id, bank_lines.c.state == line.state.value)
        .values(state=LineState.SET_ASIDE.value, reason=_SEEN)
    )


def give_way(
    connection: Connection, line: StoredLine, counts: BookedLine | StoredLine
) -> str | None:
    """Set a line in quarantine aside for the one that counts; in which field they differ."""
    field = contradiction(line, counts)
    reason = _SAME if field is None else _DIFFERS
    set_aside(connection, line, reason, contradicts=field is not None)
    return field


def mark_booked(
    connection: Connection,
    line: StoredLine,
    after: LineState,
    *,
    by: str | None,
    ref: str | None,
    now: datetime,
) -> bool:
    """A line leaves quarantine for what it would have been without it; False when it has left."""
    TRANSITIONS.check(line.state, after)
    changed = connection.execute(
        update(bank_lines)
        .where(bank_lines.c.id == line.id, bank_lines.c.state == line.state.value)
        .values(
            state=after.value,
            explained_by=by,
            explained_ref=ref,
            explained_at=None if by is None else now,
        )
    )
    return changed.rowcount == 1
