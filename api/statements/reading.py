"""Statements: reading a file, line by line; no more of it is in memory than a line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
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
from api.statements.model import FileState, StatementReport, plain_account

__all__ = ["Numbered", "read"]

_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line of the file with the statement it stands in, counted from 1, and its account."""

    statement: int
    account: str
    record: BookedLine | BadLine | SkippedLine


def read(
    stream: BinaryIO,
    keep: Callable[[Numbered], None],
    *,
    currency: str,
    account: str,
    source: str,
    now: datetime,
) -> StatementReport:
    """Read a file to its last byte and keep every line of it with its statement's number.

    Returns the report as it begins: the whole file is sound, of our account and in our currency.
    Raises `StatementRefused`; then what was kept is worth nothing.
    """
    hashing = _Hashing(stream)
    statements = lines = total = 0
    adds_up: bool | None = None
    for record in read_camt(cast(BinaryIO, hashing)):
        if isinstance(record, BookedLine):
            lines += 1
            total += _signed(record)
            keep(Numbered(statements, account, record))
        elif isinstance(record, StatementHeader):
            _require_ours(record, currency, account)
            statements, total = statements + 1, 0
        elif isinstance(record, StatementEnd):
            opening, closing = record.opening, record.closing
            if opening is not None and closing is not None:
                fits = opening.minor + total == closing.minor
                adds_up = fits if adds_up is None else adds_up and fits
        else:
            lines += 1
            keep(Numbered(statements, account, record))
    digest = hashing.finish()
    return StatementReport(
        id=StatementId(f"statement_{digest[:32]}"),
        state=FileState.READING,
        repeated=False,
        source=source,
        sha256=digest,
        statements=statements,
        lines=lines,
        new=0,
        known=0,
        conflicting=0,
        bad=0,
        skipped=0,
        adds_up=adds_up,
        taken_at=now,
    )


def _require_ours(header: StatementHeader, currency: str, account: str) -> None:
    if plain_account(header.account) != account:
        raise StatementRefused(
            f"Statement {header.statement_id} is of another account than the reserve's.",
            "Hand in statements of the account that the settings name as bank.reserve_account.",
        )
    if header.currency not in (None, currency):
        raise StatementRefused(
            f"Statement {header.statement_id} is in {header.currency}; the token is in {currency}.",
            f"Hand in statements of the account that is kept in {currency}.",
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
