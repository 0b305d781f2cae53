"""Statements: one chunk of lines into the database, with its postings, in one transaction.

Whose money a new line is, is asked before it is stored: it stands there explained at once, beside
the deposit that explains it and both postings. What nothing explains waits as unmatched money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.bank import BadLine, BookedLine, Direction, SkippedLine
from api.kernel.ids import LineId, StatementId
from api.ledger import Account, Posting, post_all
from api.statements import reports, store
from api.statements.model import (
    INITIAL,
    MAX_LINE,
    LineState,
    Matching,
    NewLine,
    Problem,
    Tally,
    conflict_id,
    contradiction,
    line_id,
)
from api.statements.reading import Numbered

__all__ = ["Booking"]


@dataclass(frozen=True, slots=True)
class Booking:
    """What every chunk of one file shares."""

    file_id: StatementId
    currency: str
    now: datetime
    matching: Matching | None
    """Who accounts for new lines; None: they wait."""
    bulk: bool

    def store(self, connection: Connection, chunk: Sequence[Numbered]) -> Tally:
        """Store and post a chunk's new lines; what cannot be booked becomes a problem.

        Raises `IntegrityError` when another process stores one of them at this moment.
        """
        tally = Tally()
        good: dict[LineId, NewLine] = {}
        repeats: list[NewLine] = []
        problems: list[Problem] = []
        for item in chunk:
            usable = self._usable(item)
            if isinstance(usable, NewLine):
                if good.setdefault(usable.id, usable) is not usable:
                    repeats.append(usable)
            elif isinstance(usable, BadLine):
                problems.append(
                    Problem(item.statement, usable.number, "bad", usable.field, usable.problem)
                )
            else:
                tally.skipped += 1
        known = store.known_lines(connection, good)
        new = [line for key, line in good.items() if key not in known]
        self._book(connection, new)
        repeats += [line for key, line in good.items() if key in known]
        conflicts = self._conflicts(connection, repeats)
        tally.new, tally.bad, tally.conflicting = len(new), len(problems), len(conflicts)
        tally.known = len(repeats) - len(conflicts)
        reports.save_problems(connection, self.file_id, [*problems, *conflicts])
        return tally

    def _book(self, connection: Connection, new: Sequence[NewLine]) -> None:
        """Lines, postings, and whatever accounts for the lines."""
        postings = [self._posting(line) for line in new]
        if self.matching is None or not new:
            store.add_lines(
                connection, self.file_id, ((n.id, n, INITIAL, None, None) for n in new), self.now
            )
        else:
            found = self.matching.explain(connection, new, bulk=self.bulk, now=self.now)
            by, refs = found.by, found.refs
            store.add_lines(
                connection,
                self.file_id,
                (
                    (line.id, line, LineState.EXPLAINED, by, ref)
                    if (ref := refs.get(line.id)) is not None
                    else (line.id, line, INITIAL, None, None)
                    for line in new
                ),
                self.now,
            )
            postings += found.book(connection)
        post_all(connection, postings)

    def _usable(self, item: Numbered) -> NewLine | BadLine | SkippedLine:
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
        return NewLine(key, item.statement, item.account, record)

    def _conflicts(self, connection: Connection, repeats: Sequence[NewLine]) -> list[Problem]:
        """Keep, unbooked, each version that contradicts the line of the same id."""
        stored = store.lines_of(connection, {repeat.id for repeat in repeats})
        found = [
            (repeat, field)
            for repeat in repeats
            if (field := contradiction(stored[repeat.id], repeat.line)) is not None
        ]
        versions = {conflict_id(repeat.account, repeat.line): repeat for repeat, _ in found}
        kept = store.known_lines(connection, versions)
        store.add_lines(
            connection,
            self.file_id,
            (
                (key, repeat, LineState.CONFLICTING, None, None)
                for key, repeat in versions.items()
                if key not in kept
            ),
            self.now,
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

    def _posting(self, new: NewLine) -> Posting:
        credit = new.line.direction is Direction.CREDIT
        return Posting(
            event_id=f"line:{new.id}",
            kind="bank credit" if credit else "bank debit",
            debit=Account.RESERVE if credit else Account.UNMATCHED,
            credit=Account.UNMATCHED if credit else Account.RESERVE,
            amount=new.line.amount,
            about=new.id,
            at=self.now,
        )
