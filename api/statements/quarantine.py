"""Statements: what happens to lines when the quarantine of their statement ends.

Ending it is one row; its lines follow in small transactions, so that a long statement holds up
nothing, and an interruption costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from api.bank import LineKind
from api.kernel.errors import NotFound
from api.ledger import post_all
from api.statements import held, sheets
from api.statements.booking import OWN_FUNDS, line_posting
from api.statements.chain import Sheet, SheetState, fitting
from api.statements.model import LineState, StoredLine
from api.statements.store import find_line

__all__ = ["dismiss", "follow_decisions", "release"]

_LINES_AT_ONCE = 200


def release(connection: Connection, file_id: str, number: int, *, by: str, now: datetime) -> Sheet:
    """Operators say that a statement in quarantine is right; later ones may join it now.

    The same word again changes nothing. Raises `NotFound`, `IllegalTransition`.
    """
    sheet = _held(connection, file_id, number)
    if sheet.state is not SheetState.RELEASED:
        sheets.change_state(connection, sheet, SheetState.RELEASED, by=by, now=now)
    known = sheets.chained(connection, sheet.account)
    for each in fitting(sheets.in_quarantine(connection, sheet.account), known):
        sheets.change_state(
            connection, each, SheetState.SOUND, by=f"the release of {sheet.statement_id}", now=now
        )
    return sheet


def dismiss(connection: Connection, file_id: str, number: int, *, by: str, now: datetime) -> Sheet:
    """Operators say that a statement in quarantine is not the bank's word: it is never booked.

    Its lines' ids are free again for what the bank really says. The same word again changes
    nothing. Raises `NotFound`, `IllegalTransition`.
    """
    sheet = _held(connection, file_id, number)
    if sheet.state is not SheetState.DISMISSED:
        sheets.change_state(connection, sheet, SheetState.DISMISSED, by=by, now=now)
    return sheet


def follow_decisions(connection: Connection, *, now: datetime) -> list[StoredLine]:
    """Book, or set aside, some lines whose statement left its quarantine; those it looked at.

    Nothing is left when the answer is empty. What was booked waits to be matched.
    """
    found = held.decided(connection, _LINES_AT_ONCE)
    looked_at, booked = [], []
    for line, state in found:
        own = replace(line, id=held.own_id(line))
        looked_at.append(own)
        if state is SheetState.DISMISSED:
            held.set_aside(connection, line, "its statement was dismissed")
            continue
        has_id = line.id == own.id or _claimed(connection, line)
        if has_id and _mark_booked(connection, own, now):  # else another one took its place
            booked.append(own)
    _post(connection, booked, now)
    return looked_at


def _claimed(connection: Connection, line: StoredLine) -> bool:
    """Whether a line may take its id from another statement's: unless that one is booked."""
    other = find_line(connection, held.own_id(line))
    if other is None:
        return held.claim(connection, line)
    if other.state is LineState.QUARANTINED:
        held.give_way(connection, other, line)
        return held.claim(connection, line)
    held.give_way(connection, line, other)
    return False


def _mark_booked(connection: Connection, line: StoredLine, now: datetime) -> bool:
    own = line.kind is not LineKind.PAYMENT
    return held.mark_booked(
        connection,
        line,
        LineState.EXPLAINED if own else LineState.STORED,
        by=OWN_FUNDS if own else None,
        ref=line.kind.lower() if own else None,
        now=now,
    )


def _post(connection: Connection, lines: Sequence[StoredLine], now: datetime) -> None:
    postings = [
        line_posting(line.id, line.direction, line.kind, line.amount, now) for line in lines
    ]
    if postings:
        post_all(connection, postings)


def _held(connection: Connection, file_id: str, number: int) -> Sheet:
    """The statement, alone until the transaction ends."""
    sheets.lock_chain(connection)
    sheet = sheets.find_sheet(connection, file_id, number)
    if sheet is None:
        raise NotFound(
            f"There is no statement {number} in file {file_id}.",
            remedy="See the report on the file: GET /v1/statements/{file_id}.",
        )
    return sheet
