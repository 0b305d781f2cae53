"""Statements: the tables of files, statements, lines and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    select,
    text,
    update,
)

from api.bank import Direction
from api.kernel.database import Minor, Sequence64, UtcDateTime, insert_new, metadata
from api.kernel.ids import LineId, StatementId
from api.kernel.money import Money
from api.statements.model import (
    TRANSITIONS,
    FileState,
    LineState,
    Problem,
    StatementReport,
    StoredLine,
)

__all__ = [
    "bank_lines",
    "file_problems",
    "files",
    "find_line",
    "find_report",
    "lines_of",
    "mark_explained",
    "mark_refused",
    "new_of_file",
    "save_file",
    "save_lines",
    "save_problems",
    "set_file",
    "unmatched_lines",
    "waiting_lines",
]

LineCondition = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]
"""Of a line's structured reference and payer's account, as columns: whether it is wanted."""

SHOWN_PROBLEMS = 100
_IDS_AT_ONCE = 500

files = Table(
    "statement_files",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("statements", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("conflicting", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("adds_up", Boolean(create_constraint=False)),
    Column("taken_at", UtcDateTime, nullable=False),
)

file_problems = Table(
    "statement_problems",
    metadata,
    Column("number", Sequence64, primary_key=True),
    Column("file_id", String(64), ForeignKey("statement_files.id"), nullable=False),
    Column("statement", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("field", Text, nullable=False),
    Column("problem", Text, nullable=False),
    UniqueConstraint("file_id", "statement", "line"),
)

bank_lines = Table(
    "bank_lines",
    metadata,
    Column("position", Sequence64, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("file_id", String(64), ForeignKey("statement_files.id"), nullable=False, index=True),
    Column("statement", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("bank_id", Text, nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("direction", String(8), nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("value_on", Date),
    Column("end_to_end_id", Text),
    Column("structured_reference", Text),
    Column("payer_account", Text),
    Column("payer_name", Text),
    Column("payee_account", Text),
    Column("remittance", Text),
    Column("reversal", Boolean(create_constraint=False), nullable=False),
    Column("return_reason", Text),
    Column("state", String(16), nullable=False),
    Column("explained_by", String(32)),
    Column("explained_ref", String(200)),
    Column("explained_at", UtcDateTime),
    Column("reason", Text),
    Column("stored_at", UtcDateTime, nullable=False),
    CheckConstraint("amount > 0", name="amount_positive"),
)
Index(
    "uq_bank_lines_account_bank_id",
    bank_lines.c.account,
    bank_lines.c.bank_id,
    unique=True,
    sqlite_where=text("state <> 'CONFLICTING'"),
    postgresql_where=text("state <> 'CONFLICTING'"),
)
Index(
    "ix_bank_lines_waiting",
    bank_lines.c.direction,
    bank_lines.c.position,
    sqlite_where=text("state = 'STORED'"),
    postgresql_where=text("state = 'STORED'"),
)
Index(
    "ix_bank_lines_refused",
    bank_lines.c.direction,
    bank_lines.c.position,
    sqlite_where=text("state = 'REFUSED'"),
    postgresql_where=text("state = 'REFUSED'"),
)


def save_file(connection: Connection, report: StatementReport) -> None:
    """Remember that this file is being read; a second time changes nothing."""
    row = {
        name: getattr(report, name)
        for name in files.c.keys()  # noqa: SIM118 - a column collection is no dict
    }
    insert_new(connection, files, [row | {"state": report.state.value}], key="id")


def set_file(connection: Connection, file_id: StatementId, **values: object) -> None:
    """Write what became of a file."""
    connection.execute(update(files).where(files.c.id == file_id).values(**values))


def find_report(connection: Connection, file_id: str) -> StatementReport | None:
    """The report on a file as it was first taken in."""
    row = connection.execute(select(files).where(files.c.id == file_id)).one_or_none()
    if row is None:
        return None
    found = connection.execute(
        select(file_problems)
        .where(file_problems.c.file_id == file_id)
        .order_by(file_problems.c.statement, file_problems.c.line)
        .limit(SHOWN_PROBLEMS)
    )
    problems = tuple(Problem(p.statement, p.line, p.kind, p.field, p.problem) for p in found)
    values = dict(row._mapping) | {"state": FileState(row.state)}
    return StatementReport(repeated=False, problems=problems, **values)


def save_lines(connection: Connection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Store lines; returns the ids of those that were not known."""
    return insert_new(connection, bank_lines, rows, key="id")


def save_problems(
    connection: Connection, file_id: StatementId, problems: Sequence[Problem]
) -> None:
    """Store what was not taken; a second time changes nothing."""
    rows = [
        {
            "file_id": file_id,
            "statement": problem.statement,
            "line": problem.line,
            "kind": problem.kind,
            "field": problem.field,
            "problem": problem.problem,
        }
        for problem in problems
    ]
    insert_new(connection, file_problems, rows, key="number")


def new_of_file(connection: Connection, file_id: StatementId) -> int:
    """How many lines this file was the first to bring."""
    return connection.execute(
        select(func.count())
        .select_from(bank_lines)
        .where(bank_lines.c.file_id == file_id, bank_lines.c.state != LineState.CONFLICTING.value)
    ).scalar_one()


def lines_of(connection: Connection, ids: Iterable[str]) -> dict[str, StoredLine]:
    """Stored lines by id; unknown ids are left out."""
    wanted = list(ids)
    found: dict[str, StoredLine] = {}
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        chunk = wanted[start : start + _IDS_AT_ONCE]
        rows = connection.execute(select(bank_lines).where(bank_lines.c.id.in_(chunk)))
        found.update((row.id, _line(row)) for row in rows)
    return found


def find_line(connection: Connection, line_id: str) -> StoredLine | None:
    """One line by its id."""
    return lines_of(connection, [line_id]).get(line_id)


def waiting_lines(
    connection: Connection,
    direction: Direction,
    limit: int,
    *,
    after: int = 0,
    lock: bool = False,
    where: LineCondition | None = None,
) -> list[StoredLine]:
    """Lines that nobody has explained, oldest first, from behind position `after`.

    With `lock` they are the caller's until its transaction ends, and lines that another worker
    has locked are left to it. `where` lets the database choose
    among the lines. SQLite has one writer at a time, so there it needs no lock.
    """
    query = _in_state("STORED", direction, limit, after)
    if where is not None:
        query = query.where(where(bank_lines.c.structured_reference, bank_lines.c.payer_account))
    if lock:
        query = query.with_for_update(skip_locked=True)
    return [_line(row) for row in connection.execute(query)]


def unmatched_lines(
    connection: Connection, direction: Direction, limit: int, *, after: int = 0
) -> list[StoredLine]:
    """Lines whose money is unmatched, by position: nobody has explained them, or in vain."""
    found = [
        _line(row)
        for state in ("STORED", "REFUSED")
        for row in connection.execute(_in_state(state, direction, limit, after))
    ]
    return sorted(found, key=lambda line: line.position)[:limit]


def mark_explained(
    connection: Connection, line_id: LineId, *, by: str, ref: str, now: datetime
) -> bool:
    """Set a line whose money is unmatched to EXPLAINED; False when it was not."""
    changed = connection.execute(
        update(bank_lines)
        .where(
            bank_lines.c.id == line_id,
            bank_lines.c.state.in_([s.value for s in TRANSITIONS.into(LineState.EXPLAINED)]),
        )
        .values(
            state=LineState.EXPLAINED.value,
            explained_by=by,
            explained_ref=ref,
            explained_at=now,
            reason=None,
        )
    )
    return changed.rowcount == 1


def mark_refused(connection: Connection, line_id: LineId, *, ref: str, reason: str) -> bool:
    """Set a line that `ref` explained to REFUSED; False when it was not explained so."""
    changed = connection.execute(
        update(bank_lines)
        .where(
            bank_lines.c.id == line_id,
            bank_lines.c.state == LineState.EXPLAINED.value,
            bank_lines.c.explained_ref == ref,
        )
        .values(state=LineState.REFUSED.value, reason=reason)
    )
    return changed.rowcount == 1


def _in_state(state: str, direction: Direction, limit: int, after: int) -> Select[Any]:
    return (
        select(bank_lines)
        .where(
            # a literal: it lets the state's partial index serve
            bank_lines.c.state == literal_column(f"'{state}'"),
            bank_lines.c.direction == direction.value,
            bank_lines.c.position > after,
        )
        .order_by(bank_lines.c.position)
        .limit(limit)
    )


def _line(row: Row[Any]) -> StoredLine:
    return StoredLine(
        id=LineId(row.id),
        position=row.position,
        account=row.account,
        bank_id=row.bank_id,
        amount=Money(row.amount, row.currency),
        direction=Direction(row.direction),
        booked_on=row.booked_on,
        value_on=row.value_on,
        end_to_end_id=row.end_to_end_id,
        structured_reference=row.structured_reference,
        payer_account=row.payer_account,
        payer_name=row.payer_name,
        payee_account=row.payee_account,
        remittance=row.remittance,
        reversal=row.reversal,
        return_reason=row.return_reason,
        state=LineState(row.state),
        explained_by=row.explained_by,
        explained_ref=row.explained_ref,
        reason=row.reason,
    )
