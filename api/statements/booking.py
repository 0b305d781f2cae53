"""Statements: one chunk of lines into the database, with its postings, in one transaction.

Whose money a new line is, is asked before it is stored: it stands there explained at once, beside
the deposit that explains it and both postings. Charges and interest are the bank's word on our
own money, and need no explanation. What nothing explains waits as unmatched money; what stands in
a statement that is in quarantine is stored and not booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from api.bank import BadLine, BookedLine, Direction, LineKind, SkippedLine
from api.kernel.ids import LineId, StatementId
from api.kernel.money import Money
from api.ledger import Account, Posting, post_all
from api.statements import held, reports, store
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
    held_id,
    line_id,
)
from api.statements.reading import Numbered

__all__ = ["OWN_FUNDS", "Booking", "line_posting"]

OWN_FUNDS = "own funds"
"""What charges and interest are explained by."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What every chunk of one file shares."""

    file_id: StatementId
    currency: str
    now: datetime
    matching: Matching | None
    """Who accounts for new lines; None: they wait."""
    bulk: bool
    quarantined: frozenset[int] = frozenset()
    """Statements of the file that nothing acts on."""

    def store(self, connection: Connection, chunk: Sequence[Numbered]) -> Tally:
        """Store and post a chunk's new lines; what cannot be booked becomes a problem.

        Raises `IntegrityError` when another process stores one of them at this moment.
        """
        tally = Tally()
        good: dict[LineId, NewLine] = {}
        shut: list[NewLine] = []
        repeats: list[NewLine] = []
        problems: list[Problem] = []
        bad: list[tuple[Numbered, BadLine]] = []
        for item in chunk:
            usable = self._usable(item)
            if isinstance(usable, NewLine) and usable.statement in self.quarantined:
                shut.append(usable)
            elif isinstance(usable, NewLine):
                if good.setdefault(usable.id, usable) is not usable:
                    repeats.append(usable)
            elif isinstance(usable, BadLine):
                bad.append((item, usable))
            else:
                tally.skipped += 1
                problems += _zero(item.statement, usable)
        known = store.known_lines(connection, good)
        if known:
            replaced = self._from_quarantine(connection, [good[LineId(key)] for key in known])
            known -= {line.id for line, _ in replaced}
            problems += [_conflict(line, field) for line, field in replaced if field is not None]
        new = [line for key, line in good.items() if key not in known]
        self._book(connection, new)
        repeats += [line for key, line in good.items() if key in known]
        if shut:
            held_now, told_before, differing = self._hold(connection, shut)
            new, repeats = [*new, *held_now], [*repeats, *told_before]
            problems += differing
        conflicts = self._conflicts(connection, repeats)
        worse = self._bad(connection, bad)
        tally.new, tally.conflicting = len(new), len(conflicts) + _count(worse, "conflicting")
        tally.bad = _count(worse, "bad")
        tally.known = len(repeats) - len(conflicts)
        reports.save_problems(connection, self.file_id, [*problems, *worse, *conflicts])
        return tally

    def _book(self, connection: Connection, new: Sequence[NewLine]) -> None:
        """Lines, postings, and whatever accounts for the lines."""
        own = [line for line in new if line.line.kind is not LineKind.PAYMENT]
        if own:
            self._add(
                connection,
                ((n, LineState.EXPLAINED, OWN_FUNDS, n.line.kind.lower()) for n in own),
            )
            new = [line for line in new if line.line.kind is LineKind.PAYMENT]
        postings = [self._posting(line) for line in (*own, *new)]
        if self.matching is None or not new:
            self._add(connection, ((n, INITIAL, None, None) for n in new))
        else:
            found = self.matching.explain(connection, new, bulk=self.bulk, now=self.now)
            by, refs = found.by, found.refs
            self._add(
                connection,
                (
                    (line, LineState.EXPLAINED, by, ref)
                    if (ref := refs.get(line.id)) is not None
                    else (line, INITIAL, None, None)
                    for line in new
                ),
            )
            postings += found.book(connection)
        post_all(connection, postings)

    def _add(
        self,
        connection: Connection,
        lines: Iterable[tuple[NewLine, LineState, str | None, str | None]],
    ) -> None:
        rows = ((line.id, line, state, by, ref) for line, state, by, ref in lines)
        store.add_lines(connection, self.file_id, rows, self.now)

    def _usable(self, item: Numbered) -> NewLine | BadLine | SkippedLine:
        record = item.record
        if not isinstance(record, BookedLine):
            return record
        problem = None
        if record.amount.currency != self.currency:
            problem = f"The amount is in {record.amount.currency}, the account in {self.currency}."
        elif record.amount.minor > MAX_LINE:
            problem = "The amount is larger than the ledger takes in one line."
        if problem is not None:
            return BadLine(record.number, "Amt", problem, bank_id=record.bank_id)
        key = line_id(item.account, record.bank_id)
        return NewLine(key, item.statement, item.account, record)

    def _hold(
        self, connection: Connection, told: Sequence[NewLine]
    ) -> tuple[list[NewLine], list[NewLine], list[Problem]]:
        """Keep lines of statements in quarantine; those kept, those told before, and problems.

        One that another statement in quarantine told before is kept beside it, in this one's own
        words: nobody knows yet which of the two is the bank's.
        """
        known = held.tellers(connection, [line.id for line in told])
        lines: dict[LineId, NewLine] = {}
        again: list[NewLine] = []
        beside: list[tuple[LineId, NewLine]] = []
        for each in told:
            mine, line = (self.file_id, each.statement), each
            if known.setdefault(each.id, mine) not in (None, mine):
                beside.append((each.id, each))
                line = replace(each, id=held_id(each.account, each.line.bank_id, *mine))
            if lines.setdefault(line.id, line) is not line:
                again.append(line)
        stored = store.known_lines(connection, lines)
        new = [line for key, line in lines.items() if key not in stored]
        self._add(connection, ((line, LineState.QUARANTINED, None, None) for line in new))
        others = store.lines_of(connection, {key for key, _ in beside})
        differing = [
            _conflict(line, field)
            for key, line in beside
            if (field := contradiction(others[key], line.line)) is not None
        ]
        return new, [*again, *(lines[LineId(key)] for key in stored)], differing

    def _from_quarantine(
        self, connection: Connection, known: Sequence[NewLine]
    ) -> list[tuple[NewLine, str | None]]:
        """A sound statement tells lines that only one in quarantine told: its word stands.

        The other's is set aside as a whole: what it says beyond this one is nobody's word. Given
        back with the field in which they differ: nothing acted on it, but a person should see it.
        """
        waiting = held.in_quarantine(connection, [line.id for line in known])
        return [
            (line, held.give_way(connection, stored, line.line))
            for line in known
            if (stored := waiting.get(line.id)) is not None
        ]

    def _bad(
        self, connection: Connection, bad: Sequence[tuple[Numbered, BadLine]]
    ) -> list[Problem]:
        """A bad amount under an id that is known is an alarm of its own."""
        ids = [
            line_id(item.account, line.bank_id)
            if line.bank_id is not None and line.field.startswith("Amt")
            else None
            for item, line in bad
        ]
        known = store.known_lines(connection, {key for key in ids if key is not None})
        return [
            Problem(
                item.statement,
                line.number,
                "conflicting" if key in known else "bad",
                line.field,
                line.problem,
            )
            for (item, line), key in zip(bad, ids, strict=True)
        ]

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
        return [_conflict(repeat, field) for repeat, field in found]

    def _posting(self, new: NewLine) -> Posting:
        line = new.line
        return line_posting(new.id, line.direction, line.kind, line.amount, self.now)


def line_posting(
    key: LineId, direction: Direction, kind: LineKind, amount: Money, now: datetime
) -> Posting:
    """The bank booked a line: our own money if it says so itself, else unmatched money."""
    credit = direction is Direction.CREDIT
    whose = Account.UNMATCHED if kind is LineKind.PAYMENT else Account.OWN_FUNDS
    words = "" if kind is LineKind.PAYMENT else f", {kind.lower()}"
    return Posting(
        event_id=f"line:{key}",
        kind=("bank credit" if credit else "bank debit") + words,
        debit=Account.RESERVE if credit else whose,
        credit=whose if credit else Account.RESERVE,
        amount=amount,
        about=key,
        at=now,
    )


def _zero(statement: int, line: BookedLine | SkippedLine) -> list[Problem]:
    if isinstance(line, SkippedLine) and line.status == "ZERO":
        return [Problem(statement, line.number, "zero", "Amt", line.reason)]
    return []


def _conflict(repeat: NewLine, field: str) -> Problem:
    said = f"The bank used this line's id before with another {field}: see {repeat.id}."
    return Problem(repeat.statement, repeat.line.number, "conflicting", field, said)


def _count(problems: Sequence[Problem], kind: str) -> int:
    return sum(problem.kind == kind for problem in problems)
