"""Statements: the table of lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
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
    literal_column,
    select,
    text,
    update,
)

from api.bank import Direction, LineKind
from api.kernel.database import (
    Minor,
    Sequence64,
    UtcDateTime,
    insert_rows,
    metadata,
    stored_moment,
)
from api.kernel.ids import LineId, StatementId
from api.kernel.many import among, execute_many
from api.kernel.money import Money
from api.statements.model import (
    TRANSITIONS,
    LineState,
    NewLine,
    StoredLine,
)

__all__ = [
    "add_lines",
    "bank_lines",
    "find_line",
    "hold_waiting",
    "in_state",
    "known_lines",
    "line_of_row",
    "lines_naming",
    "lines_of",
    "mark_explained",
    "mark_refused",
    "unmatched_lines",
    "waiting_lines",
]

_IDS_AT_ONCE = 500
_UNMATCHED = [s.value for s in TRANSITIONS.into(LineState.EXPLAINED) - {LineState.CLAIMED}]
"""What any room may account for; a claim is own funds'."""

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
    Column("kind", String(16), nullable=False, server_default=LineKind.PAYMENT.value),
    Column("transaction_id", Text),
    Column("original_reference", Text),
    Column("state", String(16), nullable=False),
    Column("explained_by", String(32)),
    Column("explained_ref", String(200)),
    Column("explained_at", UtcDateTime),
    Column("reason", Text),
    Column("stored_at", UtcDateTime, nullable=False),
    CheckConstraint("amount > 0", name="amount_positive"),
)
_COUNTS = text("state NOT IN ('CONFLICTING', 'QUARANTINED', 'SET_ASIDE')")
Index(
    "uq_bank_lines_account_bank_id",
    bank_lines.c.account,
    bank_lines.c.bank_id,
    unique=True,
    sqlite_where=_COUNTS,
    postgresql_where=_COUNTS,
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
Index(
    "ix_bank_lines_quarantined",
    bank_lines.c.file_id,
    bank_lines.c.statement,
    sqlite_where=text("state = 'QUARANTINED'"),
    postgresql_where=text("state = 'QUARANTINED'"),
)
_CREDIT_WITH_ID = "direction = 'CREDIT' AND {} IS NOT NULL"
for _clue in ("end_to_end_id", "transaction_id"):
    Index(
        f"ix_bank_lines_credit_{_clue}",
        bank_lines.c[_clue],
        sqlite_where=text(_CREDIT_WITH_ID.format(_clue)),
        postgresql_where=text(_CREDIT_WITH_ID.format(_clue)),
    )
_IS_WAITING = text("state = 'STORED'")
for _named in ("structured_reference", "payer_account", "payee_account", "end_to_end_id"):
    Index(
        f"ix_bank_lines_waiting_{_named}",
        bank_lines.c[_named],
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    )


def known_lines(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids under which a line is stored."""
    wanted = list(ids)
    found: set[str] = set()
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        chunk = wanted[start : start + _IDS_AT_ONCE]
        query = select(bank_lines.c.id).where(among(connection, bank_lines.c.id, chunk))
        rows = execute_many(connection, query)
        found.update(rows.scalars())
    return found


def add_lines(
    connection: Connection,
    file_id: StatementId,
    lines: Iterable[tuple[LineId, NewLine, LineState, str | None, str | None]],
    now: datetime,
) -> None:
    """Store lines under an id, each with its state and what explains it (by, ref).

    Raises `IntegrityError` when another transaction has stored one of them meanwhile.
    """
    at = stored_moment(now)
    insert_rows(
        connection,
        bank_lines,
        _COLUMNS,
        [
            (*_values(line_id, file_id, new, at), state.value, by, ref, at if ref else None)
            for line_id, new, state, by, ref in lines
        ],
    )


_COLUMNS = (
    "id", "file_id", "statement", "line", "account", "bank_id", "amount", "currency",
    "direction", "booked_on", "value_on", "end_to_end_id", "structured_reference",
    "payer_account", "payer_name", "payee_account", "remittance", "reversal", "return_reason",
    "kind", "transaction_id", "original_reference", "stored_at", "state",
    "explained_by", "explained_ref", "explained_at",
)  # fmt: skip


def _values(
    line_id: LineId, file_id: StatementId, new: NewLine, stored_at: str
) -> tuple[object, ...]:
    line = new.line
    return (
        line_id,
        file_id,
        new.statement,
        line.number,
        new.account,
        line.bank_id,
        line.amount.minor,
        line.amount.currency,
        line.direction.value,
        line.booked_on.isoformat(),
        None if line.value_on is None else line.value_on.isoformat(),
        line.end_to_end_id,
        line.structured_reference,
        line.payer_account,
        line.payer_name,
        line.payee_account,
        line.remittance,
        line.reversal,
        line.return_reason,
        line.kind.value,
        line.transaction_id,
        line.original_reference,
        stored_at,
    )


def lines_of(connection: Connection, ids: Iterable[str]) -> dict[str, StoredLine]:
    """Stored lines by id; unknown ids are left out."""
    wanted = list(ids)
    found: dict[str, StoredLine] = {}
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        chunk = wanted[start : start + _IDS_AT_ONCE]
        query = select(bank_lines).where(among(connection, bank_lines.c.id, chunk))
        rows = execute_many(connection, query)
        found.update((row.id, line_of_row(row)) for row in rows)
    return found


def find_line(connection: Connection, line_id: str) -> StoredLine | None:
    """One line by its id."""
    return lines_of(connection, [line_id]).get(line_id)


def waiting_lines(
    connection: Connection, direction: Direction, limit: int, *, after: int = 0
) -> list[StoredLine]:
    """Lines that nobody has explained, oldest first, from behind position `after`."""
    rows = connection.execute(in_state("STORED", direction, limit, after))
    return [line_of_row(row) for row in rows]


def lines_naming(
    connection: Connection,
    direction: Direction,
    limit: int,
    *,
    after: int = 0,
    structured_reference: Sequence[str] = (),
    payer_account: Sequence[str] = (),
    payee_account: Sequence[str] = (),
    end_to_end_id: Sequence[str] = (),
) -> list[StoredLine]:
    """Waiting lines that have one of these words, oldest first, from behind position `after`.

    Each word has an index of its own, so lines that wait for something else are not visited. On
    PostgreSQL they are the caller's until its transaction ends, and lines that another holds are
    left to it; SQLite has one writer at a time.
    """
    words = {
        "structured_reference": structured_reference,
        "payer_account": payer_account,
        "payee_account": payee_account,
        "end_to_end_id": end_to_end_id,
    }
    positions: set[int] = set()
    for name, wanted in words.items():
        if wanted:
            query = in_state("STORED", direction, limit, after).with_only_columns(
                bank_lines.c.position
            )
            positions.update(
                connection.execute(query.where(bank_lines.c[name].in_(wanted))).scalars()
            )
    chosen = sorted(positions)[:limit]
    query = in_state("STORED", direction, limit, after).where(bank_lines.c.position.in_(chosen))
    rows = connection.execute(query.with_for_update(skip_locked=True)) if chosen else ()
    return [line_of_row(row) for row in rows]


def hold_waiting(connection: Connection, ids: Sequence[LineId]) -> list[StoredLine]:
    """Those of the lines that still wait, and that nobody else holds; the caller's from now on."""
    rows = connection.execute(
        select(bank_lines)
        .where(bank_lines.c.id.in_(ids), bank_lines.c.state == LineState.STORED.value)
        .order_by(bank_lines.c.position)
        .with_for_update(skip_locked=True)
    )
    return [line_of_row(row) for row in rows]


def unmatched_lines(
    connection: Connection, direction: Direction, limit: int, *, after: int = 0
) -> list[StoredLine]:
    """Lines whose money is unmatched, by position: nobody has explained them, or in vain."""
    found = [
        line_of_row(row)
        for state in ("STORED", "REFUSED")
        for row in connection.execute(in_state(state, direction, limit, after))
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
            bank_lines.c.state.in_(_UNMATCHED),
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


def in_state(state: str, direction: Direction, limit: int | None, after: int) -> Select[Any]:
    """Lines in a state that has an index of its own, from behind position `after`."""
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


def line_of_row(row: Row[Any]) -> StoredLine:
    """A row of `bank_lines` as a value."""
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
        kind=LineKind(row.kind),
        transaction_id=row.transaction_id,
        original_reference=row.original_reference,
        state=LineState(row.state),
        explained_by=row.explained_by,
        explained_ref=row.explained_ref,
        reason=row.reason,
    )
