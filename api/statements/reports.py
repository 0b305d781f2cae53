"""Statements: the tables of files and of what was not taken of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
    update,
)

from api.kernel.database import Sequence64, UtcDateTime, insert_new, metadata
from api.kernel.ids import StatementId
from api.statements.model import FileState, Problem, StatementReport, Tally
from api.statements.sheets import sheets_of

__all__ = [
    "file_problems",
    "files",
    "find_report",
    "hold_tally",
    "save_file",
    "save_problems",
    "set_file",
]

SHOWN_PROBLEMS = 100
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


def hold_tally(connection: Connection, file_id: StatementId) -> Tally:
    """What became of the lines that are stored; held until the transaction ends."""
    row = connection.execute(
        select(files.c.new, files.c.known, files.c.conflicting, files.c.bad, files.c.skipped)
        .where(files.c.id == file_id)
        .with_for_update()
    ).one()
    return Tally(*row)


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
    sheets = tuple(sheets_of(connection, file_id))
    return StatementReport(repeated=False, problems=problems, sheets=sheets, **values)


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
