"""Statements: one chunk of lines into the database, with its postings, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.bank import BadLine, BookedLine, Direction, SkippedLine
from api.kernel.ids import LineId, StatementId
from api.ledger import Account, Posting, post_all
from api.statements import store
from api.statements.model import (
    INITIAL,
    MAX_LINE,
    LineState,
    Problem,
    conflict_id,
    contradiction,
    line_id,
)
from api.statements.reading import Numbered

__all__ = ["Booking", "Tally"]


@dataclass(slots=True)
class Tally:
    """Lines by what became of them."""

    new: int = 0
    known: int = 0
    conflicting: int = 0
    bad: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class _Good:
    """A line that can be booked, with the id that its bank's words give it."""

    id: LineId
    statement: int
    account: str
    line: BookedLine


@dataclass(frozen=True, slots=True)
class Booking:
    """What every chunk of one file shares."""

    file_id: StatementId
    currency: str
    now: datetime

    def store(self, connection: Connection, chunk: Sequence[Numbered]) -> Tally:
        """Store and post a chunk's new lines; what cannot be booked becomes a problem."""
        tally = Tally()
        good: dict[LineId, _Good] = {}
        repeats: list[_Good] = []
        problems: list[Problem] = []
        for item in chunk:
            match self._usable(item):
                case SkippedLine():
                    tally.skipped += 1
                case BadLine() as bad:
                    problems.append(
                        Problem(item.statement, bad.number, "bad", bad.field, bad.problem)
                    )
                case _Good() as line:
                    if good.setdefault(line.id, line) is not line:
                        repeats.append(line)
        new = store.save_lines(connection, [self._row(line) for line in good.values()])
        post_all(connection, [self._posting(line) for line in good.values() if line.id in new])
        repeats += [line for line in good.values() if line.id not in new]
        conflicts = self._conflicts(connection, repeats)
        tally.new, tally.bad, tally.conflicting = len(new), len(problems), len(conflicts)
        tally.known = len(repeats) - len(conflicts)
        store.save_problems(connection, self.file_id, [*problems, *conflicts])
        return tally

    def _usable(self, item: Numbered) -> _Good | BadLine | SkippedLine:
        record = item.record
        if not isinstance(record, BookedLine):
            return record
        if record.amount.currency != self.currency:
            problem = f"The amount is in {record.amount.currency}, the account in {self.currency}."
            return BadLine(number=record.number, field="Amt", problem=problem)
        if record.amount.minor > MAX_LINE:
            problem = "The amount is larger than the ledger takes in one line."
            return BadLine(number=record.number, field="Amt", problem=problem)
        key = line_id(item.account, record.bank_id)
        return _Good(key, item.statement, item.account, record)

    def _conflicts(self, connection: Connection, repeats: Sequence[_Good]) -> list[Problem]:
        """Keep, unbooked, each version that contradicts the line of the same id."""
        stored = store.lines_of(connection, {repeat.id for repeat in repeats})
        found = [
            (repeat, field)
            for repeat in repeats
            if (field := contradiction(stored[repeat.id], repeat.line)) is not None
        ]
        versions = {conflict_id(repeat.account, repeat.line): repeat for repeat, _ in found}
        store.save_lines(
            connection,
            [
                self._row(repeat) | {"id": key, "state": LineState.CONFLICTING.value}
                for key, repeat in versions.items()
            ],
        )
        return [
            Problem(
                repeat.statement,
                repeat.line.number,
                "conflicting",
                field,
                f"The bank used this line's id before with another {field}: see {repeat.id}.",
            )
            for repeat, field in found
        ]

    def _posting(self, good: _Good) -> Posting:
        credit = good.line.direction is Direction.CREDIT
        return Posting(
            event_id=f"line:{good.id}",
            kind="bank credit" if credit else "bank debit",
            debit=Account.RESERVE if credit else Account.UNMATCHED,
            credit=Account.UNMATCHED if credit else Account.RESERVE,
            amount=good.line.amount,
            about=good.id,
            at=self.now,
        )

    def _row(self, good: _Good) -> dict[str, Any]:
        line = good.line
        return {
            "id": good.id,
            "file_id": self.file_id,
            "statement": good.statement,
            "line": line.number,
            "account": good.account,
            "bank_id": line.bank_id,
            "amount": line.amount.minor,
            "currency": line.amount.currency,
            "direction": line.direction.value,
            "booked_on": line.booked_on,
            "value_on": line.value_on,
            "end_to_end_id": line.end_to_end_id,
            "structured_reference": line.structured_reference,
            "payer_account": line.payer_account,
            "payer_name": line.payer_name,
            "payee_account": line.payee_account,
            "remittance": line.remittance,
            "reversal": line.reversal,
            "return_reason": line.return_reason,
            "state": INITIAL.value,
            "stored_at": self.now,
        }
