"""Bridge: what waits, item by item, for the operator: bank references, no names, no accounts.

What a person must look at stands first; behind it, the oldest. Refused things stand last, the
newest of them first: they stay for ever, and must not hide the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Table,
    case,
    func,
    literal,
    select,
)

from api.deposits import DepositState
from api.deposits.store import deposits
from api.inbox import DocumentState
from api.inbox.store import bank_documents
from api.kernel.money import Money
from api.payouts import FileState
from api.payouts.store import payout_files
from api.redemptions import RedemptionState
from api.redemptions.store import redemptions
from api.refunds import RefundState
from api.refunds.store import refunds
from api.statements import LineState
from api.statements.store import bank_lines
from api.ways import way_on

__all__ = ["LONGEST", "waiting"]

LONGEST = 20
"""Items of a kind that are listed; the rest is counted."""

_MATCHED = (
    LineState.EXPLAINED.value,
    LineState.SET_ASIDE.value,
)
_OPEN_DEPOSITS = (
    DepositState.QUEUED.value,
    DepositState.HELD.value,
    DepositState.REFUSED.value,
)
_ENDED_REFUNDS = (
    RefundState.SETTLED.value,
    RefundState.ABANDONED.value,
    RefundState.TAKEN_BACK.value,
)
_ENDED_FILES = (FileState.SUBMITTED.value, FileState.WITHDRAWN.value)
_ENDED = (RedemptionState.SETTLED.value, RedemptionState.RETURNED.value)


def waiting(connection: Connection, *, currency: str, today: date) -> dict[str, Any]:
    """What has not ended: lines, deposits, redemptions, refunds, files, refused documents."""
    return {
        "unmatched_lines": _lines(connection, today),
        "deposits": _deposits(connection),
        "redemptions": _redemptions(connection, currency),
        "refunds": _refunds(connection),
        "payout_files": _files(connection, currency),
        "bank_documents": _documents(connection),
    }


def _lines(connection: Connection, today: date) -> dict[str, Any]:
    c = bank_lines.c
    condition = c.state.not_in(_MATCHED)
    found = connection.execute(_first(bank_lines, condition, [c.position]))
    items = [
        {
            "bank_reference": row.bank_id,
            "direction": row.direction,
            "amount": str(Money(row.amount, row.currency)),
            "booked_on": row.booked_on.isoformat(),
            "days_waiting": max((today - row.booked_on).days, 0),
            "state": row.state,
            "reason": row.reason,
            "id": row.id,
            **_way("statement line", row.state, row.id, direction=row.direction),
        }
        for row in found
    ]
    return _counted(connection, bank_lines, condition, items)


def _deposits(connection: Connection) -> dict[str, Any]:
    c = deposits.c
    condition = c.state.in_(_OPEN_DEPOSITS)
    held = c.state == DepositState.HELD.value
    order = _order(c.number, first=held, last=c.state == DepositState.REFUSED.value)
    found = connection.execute(_first(deposits, condition, order))
    items = [
        {
            "number": row.number,
            "id": row.id,
            "state": row.state,
            "amount": str(Money(row.amount, row.currency)),
            "since": row.updated_at.isoformat(timespec="seconds"),
            "waiting_for": row.waiting_for,
            "reason": row.reason,
            **_way("deposit", row.state, row.id),
        }
        for row in found
    ]
    return _counted(connection, deposits, condition, items)


def _redemptions(connection: Connection, currency: str) -> dict[str, Any]:
    c = redemptions.c
    # an ended one that the bank or the chain contradicts afterwards waits for a person again
    condition = c.state.not_in(_ENDED) | c.alarm.is_not(None)
    refused = (c.state == RedemptionState.REFUSED.value) & c.alarm.is_(None)
    order = _order(c.position, first=c.alarm.is_not(None), last=refused)
    found = connection.execute(_first(redemptions, condition, order))
    return _counted(
        connection, redemptions, condition, [_redemption(row, currency) for row in found]
    )


def _redemption(row: Row[Any], currency: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "amount": str(Money(row.amount, currency)),
        "since": row.changed_at.isoformat(timespec="seconds"),
        "end_to_end_id": row.end_to_end_id,
        "reason": row.reason,
        "alarm": row.alarm,
        **_way("redemption", row.state, row.id, row.alarm),
    }


def _refunds(connection: Connection) -> dict[str, Any]:
    c = refunds.c
    condition = c.state.not_in(_ENDED_REFUNDS) | c.alarm.is_not(None)
    order = _order(c.position, first=c.alarm.is_not(None), last=literal(False))
    items = [
        {
            "id": row.id,
            "state": row.state,
            "amount": str(Money(row.amount, row.currency)),
            "since": row.changed_at.isoformat(timespec="seconds"),
            "end_to_end_id": row.end_to_end_id,
            "reason": row.word,
            "alarm": row.alarm,
            **_way("refund", row.state, row.id, row.alarm),
        }
        for row in connection.execute(_first(refunds, condition, order))
    ]
    return _counted(connection, refunds, condition, items)


def _files(connection: Connection, currency: str) -> dict[str, Any]:
    c = payout_files.c
    condition = c.state.not_in(_ENDED_FILES)
    items = [
        {
            "id": row.message_id,
            "state": row.state,
            "amount": str(Money(row.total, currency)),
            "payments": row.payments,
            "since": row.changed_at.isoformat(timespec="seconds"),
            "reason": row.problem,
            **_way("payout file", row.state, row.message_id),
        }
        for row in connection.execute(_first(payout_files, condition, [c.created_at]))
    ]
    return _counted(connection, payout_files, condition, items)


def _documents(connection: Connection) -> dict[str, Any]:
    """Refused ones: the bank will not give them again by itself."""
    c = bank_documents.c
    condition = c.state == DocumentState.REFUSED.value
    items = [
        {
            "id": row.id,
            "kind": row.kind,
            "state": row.state,
            "since": row.received_at.isoformat(timespec="seconds"),
            "reason": row.reason,
            **_way("bank document", row.state, row.id),
        }
        for row in connection.execute(_first(bank_documents, condition, [c.received_at]))
    ]
    return _counted(connection, bank_documents, condition, items)


def _way(
    thing: str, state: str, thing_id: str, alarm: str | None = None, direction: str | None = None
) -> dict[str, Any]:
    """The command that is the way out, where a person must act."""
    way = way_on(thing, state, thing_id, alarm=alarm, direction=direction)
    return {"way_out": way.command if way.needs_person else None}


def _order(
    age: ColumnElement[int], *, first: ColumnElement[bool], last: ColumnElement[bool]
) -> list[ColumnElement[Any]]:
    """`first`, then the rest, oldest first; then `last`, newest first."""
    rank = case((first, literal(0, Integer)), (last, literal(2, Integer)), else_=literal(1))
    return [rank, case((last, -age), else_=age)]


def _first(
    table: Table, condition: ColumnElement[bool], order: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    return select(table).where(condition).order_by(*order).limit(LONGEST)


def _counted(
    connection: Connection,
    table: Table,
    condition: ColumnElement[bool],
    items: list[dict[str, Any]],
) -> dict[str, Any]:
    count = len(items)
    if count == LONGEST:
        count = connection.execute(
            select(func.count()).select_from(table).where(condition)
        ).scalar_one()
    return {"count": count, "items": items}
