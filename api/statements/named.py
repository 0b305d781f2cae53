"""Statements: lines by the end-to-end id that we gave them, and lines by which a bank undoes one.

Ours begin with ``JZ``; an index holds these lines alone, so that a payment's lines are found
without going through the others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Index, and_, or_, select, text

from api.bank import Direction
from api.statements.model import NOT_BOOKED, LineState, StoredLine
from api.statements.store import bank_lines, in_state, line_of_row

__all__ = ["OUR_PREFIX", "ids_undone_by", "lines_under", "waiting_ours", "waiting_undone"]

OUR_PREFIX = "JZ"
"""How every end-to-end id and message id of ours begins."""

_OURS = text("substr(end_to_end_id, 1, 2) = 'JZ'")
_UNDONE = text("state = 'STORED' AND (return_reason IS NOT NULL OR reversal)")
_IDS_AT_ONCE = 500
_t = bank_lines.c

Index("ix_bank_lines_ours", _t.end_to_end_id, sqlite_where=_OURS, postgresql_where=_OURS)
Index("ix_bank_lines_undone", _t.position, sqlite_where=_UNDONE, postgresql_where=_UNDONE)


def lines_under(
    connection: Connection,
    end_to_end_ids: Collection[str],
    *,
    direction: Direction | None = None,
    states: Collection[LineState] | None = None,
    doubtful: bool = False,
) -> list[StoredLine]:
    """Booked lines under these ids of ours, oldest first; of one direction, in some states.

    With `doubtful` those, too, that the bank has told of and nothing acts on.
    """
    conditions: list[ColumnElement[bool]] = [] if doubtful else [_t.state.not_in(NOT_BOOKED)]
    if direction is not None:
        conditions.append(_t.direction == direction.value)
    if states is not None:
        conditions.append(_t.state.in_([state.value for state in states]))
    wanted = sorted(end_to_end_ids)
    found: list[StoredLine] = []
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        ids = _t.end_to_end_id.in_(wanted[start : start + _IDS_AT_ONCE])
        found += _lines(connection, [and_(_OURS, ids), *conditions], limit=None)
    return sorted(found, key=lambda line: line.position)


def waiting_ours(
    connection: Connection, direction: Direction, limit: int, *, after: int = 0
) -> list[StoredLine]:
    """Lines under an id of ours that nobody has explained, oldest first, from behind `after`."""
    rows = connection.execute(in_state("STORED", direction, limit, after).where(_OURS))
    return [line_of_row(row) for row in rows]


def waiting_undone(connection: Connection, limit: int, *, after: int = 0) -> list[StoredLine]:
    """Credits that a bank marks as a returned payment or a reversal, and nobody has explained."""
    conditions = [
        and_(_UNDONE, _t.direction == Direction.CREDIT.value),
        _t.position > after,
    ]
    return _lines(connection, conditions, limit=limit)


def ids_undone_by(connection: Connection, credit: StoredLine) -> list[str]:
    """Our ids on the debits that a credit names as what it undoes, by the bank's own references:
    the line that a reversal takes back, or the clearing's id, which a return carries on."""
    named = [
        column == told
        for column, told in (
            (_t.bank_id, credit.original_reference),
            (_t.transaction_id, credit.transaction_id),
        )
        if told is not None
    ]
    if not named:
        return []
    conditions = [
        and_(_OURS, or_(*named)),
        _t.account == credit.account,
        _t.direction == Direction.DEBIT.value,
        _t.state.not_in(NOT_BOOKED),
    ]
    found = _lines(connection, conditions, limit=None)
    return sorted({line.end_to_end_id for line in found if line.end_to_end_id is not None})


def _lines(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], *, limit: int | None
) -> list[StoredLine]:
    query = select(bank_lines).where(*conditions).order_by(_t.position)
    rows: Any = connection.execute(query if limit is None else query.limit(limit))
    return [line_of_row(row) for row in rows]
