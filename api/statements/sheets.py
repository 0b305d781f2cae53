"""Statements: the table of statements, one row for each in a file, and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Text,
    func,
    select,
    text,
    update,
)

from api.kernel.database import Minor, UtcDateTime, insert_new, metadata, one_at_a_time
from api.kernel.ids import StatementId
from api.statements.chain import TRANSITIONS, USABLE, Doubt, Numbers, Sheet, SheetState

__all__ = [
    "add_sheets",
    "chained",
    "change_state",
    "find_sheet",
    "in_quarantine",
    "lock_chain",
    "missing_numbers",
    "numbers_around",
    "quarantined_numbers",
    "sheets",
    "sheets_of",
]

SHOWN = 100
_LOCK = 0x73686565  # "shee": one judgement of an account's statements at a time
_YEARS = 2

sheets = Table(
    "statement_sheets",
    metadata,
    Column("file_id", String(64), ForeignKey("statement_files.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("dialect", String(16), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("year", Integer, nullable=False),
    Column("statement_id", Text, nullable=False),
    Column("sequence", Minor),
    Column("legal_sequence", Minor),
    Column("created_at", UtcDateTime, nullable=False),
    Column("from_on", Date),
    Column("to_on", Date),
    Column("opening", Minor),
    Column("opening_on", Date),
    Column("closing", Minor),
    Column("closing_on", Date),
    Column("moved", Minor),
    Column("lines", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("doubt", String(16)),
    Column("said", Text),
    Column("remarks", Text),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    PrimaryKeyConstraint("file_id", "number"),
)
Index("ix_statement_sheets_numbers", sheets.c.account, sheets.c.kind, sheets.c.year)
_QUARANTINED = text("state = 'QUARANTINED'")
Index(
    "ix_statement_sheets_quarantined",
    sheets.c.account,
    sqlite_where=_QUARANTINED,
    postgresql_where=_QUARANTINED,
)


def lock_chain(connection: Connection) -> None:
    """Until the transaction ends nobody else judges statements: two that follow one another and
    arrive at the same moment must see each other."""
    one_at_a_time(connection, _LOCK)


def add_sheets(connection: Connection, found: Iterable[Sheet]) -> None:
    """Remember a file's statements; a second time changes nothing."""
    rows = [asdict(each) | {"kind": each.kind, "year": each.year} for each in found]
    insert_new(connection, sheets, rows, key="number")


def chained(connection: Connection, account: str) -> list[Sheet]:
    """The account's statements that later ones are held against: with balances, and usable."""
    return _found(
        connection,
        sheets.c.account == account,
        sheets.c.kind == "camt.053",
        sheets.c.closing.is_not(None),
        sheets.c.state.in_([state.value for state in USABLE]),
    )


def in_quarantine(connection: Connection, account: str | None = None) -> list[Sheet]:
    """Statements that nothing acts on, oldest first."""
    conditions = [sheets.c.state == SheetState.QUARANTINED.value]
    if account is not None:
        conditions.append(sheets.c.account == account)
    return _found(connection, *conditions)


def sheets_of(connection: Connection, file_id: str, limit: int = SHOWN) -> list[Sheet]:
    """The first statements of a file."""
    query = select(sheets).where(sheets.c.file_id == file_id).order_by(sheets.c.number)
    return [_sheet(row) for row in connection.execute(query.limit(limit))]


def find_sheet(connection: Connection, file_id: str, number: int) -> Sheet | None:
    """One statement of a file."""
    found = _found(connection, sheets.c.file_id == file_id, sheets.c.number == number)
    return found[0] if found else None


def quarantined_numbers(connection: Connection, file_id: str) -> frozenset[int]:
    """Which statements of a file nothing acts on."""
    query = select(sheets.c.number).where(
        sheets.c.file_id == file_id, sheets.c.state == SheetState.QUARANTINED.value
    )
    return frozenset(connection.execute(query).scalars())


def numbers_around(connection: Connection, sheet: Sheet) -> Numbers:
    """The account's numbers around a statement's own, within its year."""
    if sheet.sequence is None:
        return Numbers(None, None, None)
    c = sheets.c
    here = (c.account == sheet.account, c.kind == sheet.kind, c.year == sheet.year)
    usable = c.state != SheetState.DISMISSED.value
    same = connection.execute(
        select(c.statement_id).where(*here, usable, c.sequence == sheet.sequence).limit(1)
    ).scalar()
    before = connection.execute(
        select(func.max(c.sequence)).where(*here, usable, c.sequence < sheet.sequence)
    ).scalar()
    behind = connection.execute(
        select(func.min(c.sequence)).where(*here, usable, c.sequence > sheet.sequence)
    ).scalar()
    return Numbers(before, same, behind)


def missing_numbers(connection: Connection, *, now: datetime) -> list[dict[str, Any]]:
    """Gaps between the numbers that are known, this year and the last, for a person to read."""
    c = sheets.c
    rows = connection.execute(
        select(c.account, c.kind, c.year, c.sequence)
        .where(c.sequence.is_not(None), c.year > now.year - _YEARS)
        .where(c.state != SheetState.DISMISSED.value)
        .distinct()
        .order_by(c.account, c.kind, c.year, c.sequence)
    )
    gaps: list[dict[str, Any]] = []
    last: tuple[tuple[str, str, int], int] | None = None
    for account, kind, year, sequence in rows:
        series = (account, kind, year)
        if last is not None and last[0] == series and sequence > last[1] + 1:
            gap = {"first": last[1] + 1, "last": sequence - 1}
            gaps.append({"kind": kind, "year": year} | gap)
        last = (series, sequence)
    return gaps[-SHOWN:]


def change_state(
    connection: Connection, sheet: Sheet, after: SheetState, *, by: str, now: datetime
) -> None:
    """End a quarantine; `IllegalTransition` for what the table does not know."""
    TRANSITIONS.check(sheet.state, after)
    changed = connection.execute(
        update(sheets)
        .where(
            sheets.c.file_id == sheet.file_id,
            sheets.c.number == sheet.number,
            sheets.c.state == sheet.state.value,
        )
        .values(state=after.value, decided_by=by, decided_at=now)
    ).rowcount
    if changed != 1:  # somebody decided since it was read: say what it is now
        current = find_sheet(connection, sheet.file_id, sheet.number)
        TRANSITIONS.check(sheet.state if current is None else current.state, after)


def _found(connection: Connection, *conditions: Any) -> list[Sheet]:
    rows: Sequence[Row[Any]] = connection.execute(select(sheets).where(*conditions)).all()
    return sorted((_sheet(row) for row in rows), key=lambda each: each.order)


def _sheet(row: Row[Any]) -> Sheet:
    values = dict(row._mapping)
    for derived in ("kind", "year", "decided_at"):
        del values[derived]
    return Sheet(
        **values
        | {
            "file_id": StatementId(row.file_id),
            "state": SheetState(row.state),
            "doubt": None if row.doubt is None else Doubt(row.doubt),
        }
    )
