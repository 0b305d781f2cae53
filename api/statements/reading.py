"""Statements: reading a file, line by line; no more of it is in memory than a line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, cast

from api.bank import (
    BadLine,
    BookedLine,
    Direction,
    SkippedLine,
    StatementEnd,
    StatementHeader,
    StatementRefused,
    read_camt,
)
from api.kernel.ids import StatementId
from api.kernel.money import within_column
from api.statements.chain import INITIAL, Doubt, Sheet, fits_in_sum
from api.statements.model import FileState, Problem, StatementReport, plain_account

__all__ = ["Numbered", "Reading", "read"]

_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line of the file with the statement it stands in, counted from 1, and its account."""

    statement: int
    account: str
    record: BookedLine | BadLine | SkippedLine


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, read to its last byte: the report as it begins, and its statements."""

    report: StatementReport
    sheets: tuple[Sheet, ...]
    foreign: tuple[Problem, ...]
    """Statements of other accounts, whose lines were passed over."""


def read(
    stream: BinaryIO,
    keep: Callable[[Numbered], None],
    *,
    currency: str,
    account: str,
    source: str,
    now: datetime,
) -> Reading:
    """Read a file to its last byte and keep every line of it with its statement's number.

    Statements of other accounts are passed over, and named. Raises `StatementRefused` for a file
    that is not sound, speaks only of other accounts, or of ours in another currency; then what
    was kept is worth nothing.
    """
    hashing = _Hashing(stream)
    file = _File(currency, account)
    for record in read_camt(cast(BinaryIO, hashing), currency):
        if isinstance(record, BookedLine):
            if file.ours:
                file.lines += 1
                file.total += _signed(record)
                keep(Numbered(file.statements, account, record))
        elif isinstance(record, StatementHeader):
            file.begin(record)
        elif isinstance(record, StatementEnd):
            file.end(record)
        elif file.ours:
            file.lines += 1
            if isinstance(record, BadLine):
                file.note_bad(record)
            keep(Numbered(file.statements, account, record))
    digest = hashing.finish()
    file.require_any()
    file_id = StatementId(f"statement_{digest[:32]}")
    sums = [fits for sheet in file.sheets if (fits := fits_in_sum(sheet)) is not None]
    report = StatementReport(
        id=file_id,
        state=FileState.READING,
        repeated=False,
        source=source,
        sha256=digest,
        statements=file.statements,
        lines=file.lines,
        new=0,
        known=0,
        conflicting=0,
        bad=0,
        skipped=0,
        adds_up=all(sums) if sums else None,
        taken_at=now,
    )
    sheets = tuple(replace(sheet, file_id=file_id) for sheet in file.sheets)
    return Reading(report, sheets, tuple(file.foreign))


class _File:
    """What is known of the file, and of the statement that is being read."""

    def __init__(self, currency: str, account: str) -> None:
        self._currency = currency
        self._account = account
        self._header: StatementHeader | None = None
        self._begun = 0
        self.ours = False
        self.statements = 0
        self.lines = 0
        self.total = 0
        self._unreadable = False
        self.sheets: list[Sheet] = []
        self.foreign: list[Problem] = []

    def begin(self, header: StatementHeader) -> None:
        """Whose statement it is; refused when it is ours in another currency."""
        self.statements += 1
        self._header, self._begun = header, self.lines
        self.total, self._unreadable = 0, False
        self.ours = plain_account(header.account) == self._account
        if not self.ours:
            said = f"Statement {header.statement_id} is of another account than the reserve's."
            self.foreign.append(Problem(self.statements, 0, "other account", "Acct/Id", said))
        elif header.currency not in (None, self._currency):
            raise StatementRefused(
                f"Statement {header.statement_id} is in {header.currency}; "
                f"the token is in {self._currency}.",
                f"Hand in statements of the account that is kept in {self._currency}.",
            )

    def note_bad(self, line: BadLine) -> None:
        """Count it into the sum if at least its amount can be read."""
        if line.moved is None:
            self._unreadable = True
        else:
            self.total += line.moved

    def end(self, end: StatementEnd) -> None:
        """Keep what the statement says of itself; it is judged later."""
        header = self._header
        if header is None or not self.ours:
            return
        balances = [money for money in (end.opening, end.closing) if money is not None]
        foreign = any(money.currency != self._currency for money in balances)
        self.sheets.append(
            Sheet(
                file_id=StatementId(""),
                number=self.statements,
                account=self._account,
                dialect=header.dialect,
                statement_id=header.statement_id,
                sequence=header.sequence,
                legal_sequence=header.legal_sequence,
                created_at=header.created_at,
                from_on=header.from_on,
                to_on=header.to_on,
                opening=None if end.opening is None else end.opening.minor,
                opening_on=end.opening_on,
                closing=None if end.closing is None else end.closing.minor,
                closing_on=end.closing_on,
                # no balances are that far apart: such a sum does not fit, and can be stored
                moved=None if self._unreadable else within_column(self.total),
                lines=self.lines - self._begun,
                state=INITIAL,
                doubt=Doubt.CURRENCY if foreign else None,
                said="a balance is in another currency than the account" if foreign else None,
                remarks=None,
            )
        )

    def require_any(self) -> None:
        """A file that speaks only of others' accounts is not for us."""
        if not self.sheets:
            raise StatementRefused(
                f"{self.foreign[0].problem if self.foreign else 'There is no statement in it.'}",
                "Hand in statements of the account that the settings name as bank.reserve_account.",
            )


def _signed(line: BookedLine) -> int:
    return line.amount.minor if line.direction is Direction.CREDIT else -line.amount.minor


class _Hashing:
    """A stream that hashes what is read from it; the reader of files asks for nothing else."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and hash."""
        data = self._stream.read(size)
        self._digest.update(data)
        return data

    def finish(self) -> str:
        """Read to the end; the SHA-256 of all of it in hex."""
        while self.read(_AT_ONCE):
            pass
        return self._digest.hexdigest()
