"""Statements: judging a file's statements against those that are known, before its lines count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, select

from api.bank import BookedLine, Direction
from api.kernel.database import Database
from api.kernel.money import Money
from api.statements import sheets
from api.statements.chain import (
    USABLE,
    Doubt,
    Sheet,
    SheetState,
    fits_in_sum,
    fitting,
    joins,
    remarks,
)
from api.statements.model import line_id
from api.statements.reading import Numbered
from api.statements.spool import Spool
from api.statements.store import bank_lines

__all__ = ["judge", "without_repeats"]

_IDS_AT_ONCE = 500
_UNSIGNED = "it was handed in without the signature of the bank's channel"
_MISSING = "the statement that was missing"


def without_repeats(database: Database, found: Sequence[Sheet], spool: Spool) -> list[Sheet]:
    """Statements whose lines do not come to their balance, but do without repeated ones.

    Some banks show a line of an earlier statement again, and do not count it again. Then the sum
    is taken without it, and the repetition is remarked.
    """
    doubtful = {sheet.number for sheet in found if fits_in_sum(sheet) is False}
    if not doubtful:
        return list(found)
    repeated = dict.fromkeys(doubtful, 0)
    seen: set[tuple[int, str]] = set()
    with database.reading() as connection:
        for chunk in spool.chunks():
            for item in _repeats(connection, chunk, doubtful, seen, found[0].file_id):
                if isinstance(item.record, BookedLine):
                    repeated[item.statement] += _signed(item.record)
    return [_less(sheet, repeated.get(sheet.number, 0)) for sheet in found]


def judge(
    connection: Connection,
    found: Sequence[Sheet],
    *,
    currency: str,
    signed: bool,
    now: datetime,
) -> frozenset[int]:
    """Store a file's statements, each sound or in quarantine; the numbers of the latter.

    One that is not `signed`, where the bank's channel signs, is in quarantine whatever it says.

    What joins now although it did not before leaves its quarantine in the same transaction.
    """
    if not found:
        return frozenset()
    account, file_id = found[0].account, found[0].file_id
    sheets.lock_chain(connection)
    if not sheets.sheets_of(connection, file_id, limit=1):
        known = sheets.chained(connection, account)
        if not signed:
            found = [replace(each, doubt=Doubt.UNSIGNED, said=_UNSIGNED) for each in found]
        for sheet in sorted(found, key=lambda each: each.order):
            judged = _judged(connection, sheet, known, currency)
            sheets.add_sheets(connection, [judged])
            if judged.state is SheetState.SOUND and judged.kind == "camt.053":
                known.append(judged)
        _release_joining(connection, account, known, now)
    return sheets.quarantined_numbers(connection, file_id)


def _release_joining(
    connection: Connection, account: str, known: Sequence[Sheet], now: datetime
) -> None:
    usable = [sheet for sheet in known if sheet.has_balances]
    for sheet in fitting(sheets.in_quarantine(connection, account), usable):
        sheets.change_state(connection, sheet, SheetState.SOUND, by=_MISSING, now=now)


def _judged(connection: Connection, sheet: Sheet, known: Sequence[Sheet], currency: str) -> Sheet:
    numbers = sheets.numbers_around(connection, sheet)
    words = [*filter(None, [sheet.remarks]), *remarks(sheet, numbers)]
    sheet = replace(sheet, remarks="; ".join(words) or None)
    doubt, said = _doubt(sheet, known, currency)
    if doubt is None:
        return sheet
    return replace(sheet, state=SheetState.QUARANTINED, doubt=doubt, said=said)


def _doubt(sheet: Sheet, known: Sequence[Sheet], currency: str) -> tuple[Doubt | None, str | None]:
    if sheet.doubt is not None:
        return sheet.doubt, sheet.said
    if sheet.kind != "camt.053":
        return None, None
    # first: a closing balance without a day joins nothing, but the lines must come to it
    if fits_in_sum(sheet) is False:
        return Doubt.SUM, (
            f"it opens with {_money(sheet.opening, currency)} and its lines come to "
            f"{_money(sheet.moved, currency)}, but it closes with "
            f"{_money(sheet.closing, currency)}"
        )
    return _misplaced(sheet, known, currency) if sheet.has_balances else (None, None)


def _misplaced(
    sheet: Sheet, known: Sequence[Sheet], currency: str
) -> tuple[Doubt | None, str | None]:
    chain = [each for each in known if each.has_balances]
    if _reused(sheet, chain):
        return Doubt.REUSED, f"number {sheet.sequence} had other balances before"
    if not joins(sheet, chain):
        before = [each for each in chain if each.order < sheet.order]
        other = before[-1].closing if before else chain[0].opening
        words = "the one before it closes" if before else "the one behind it opens"
        mine = f"closes with {_money(sheet.closing, currency)}"
        if before:
            mine = f"opens with {_money(sheet.opening, currency)}"
        return Doubt.CHAIN, f"it {mine}, {words} with {_money(other, currency)}"
    return None, None


def _reused(sheet: Sheet, chain: Iterable[Sheet]) -> bool:
    """Whether its number stands for other balances; the same statement again is no reuse."""
    namesakes = [
        (each.opening, each.closing)
        for each in chain
        if sheet.sequence is not None and (each.sequence, each.year) == (sheet.sequence, sheet.year)
    ]
    return bool(namesakes) and (sheet.opening, sheet.closing) not in namesakes


def _repeats(
    connection: Connection,
    chunk: Sequence[Numbered],
    doubtful: set[int],
    seen: set[tuple[int, str]],
    file_id: str,
) -> list[Numbered]:
    """Lines of a chunk that an earlier statement, or an earlier place of theirs, told already."""
    lines = [
        (line_id(item.account, item.record.bank_id), item)
        for item in chunk
        if item.statement in doubtful and isinstance(item.record, BookedLine)
    ]
    known = _told_by_statements(connection, [key for key, _ in lines], file_id)
    found = []
    for key, item in lines:
        if key in known or (item.statement, key) in seen:
            found.append(item)
        seen.add((item.statement, key))
    return found


def _told_by_statements(connection: Connection, ids: Sequence[str], file_id: str) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), _IDS_AT_ONCE):
        query = (
            select(bank_lines.c.id)
            .join(
                sheets.sheets,
                and_(
                    sheets.sheets.c.file_id == bank_lines.c.file_id,
                    sheets.sheets.c.number == bank_lines.c.statement,
                ),
            )
            .where(
                bank_lines.c.id.in_(ids[start : start + _IDS_AT_ONCE]),
                bank_lines.c.file_id != file_id,
                sheets.sheets.c.kind == "camt.053",
                sheets.sheets.c.state.in_([state.value for state in USABLE]),
            )
        )
        known.update(connection.execute(query).scalars())
    return known


def _less(sheet: Sheet, repeated: int) -> Sheet:
    if sheet.moved is None or fits_in_sum(sheet) is not False:
        return sheet
    candidate = replace(sheet, moved=sheet.moved - repeated)
    if fits_in_sum(candidate) is not True:
        return sheet
    return replace(candidate, remarks="it shows lines of earlier statements again")


def _signed(line: BookedLine) -> int:
    return line.amount.minor if line.direction is Direction.CREDIT else -line.amount.minor


def _money(minor: int | None, currency: str) -> str:
    return str(Money(minor or 0, currency))
