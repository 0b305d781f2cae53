"""Statements: a file's lines, read once and kept aside until the whole file has proved sound.

They lie in memory while they are few, else in an unnamed temporary file, a chunk after the other:
so a file of any length is read once and needs little memory.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from datetime import date
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Final

from api.bank import BadLine, BookedLine, Direction, LineKind, SkippedLine
from api.kernel.money import Money
from api.statements.reading import Numbered

__all__ = ["Spool"]

_IN_MEMORY: Final = 4 << 20
_LENGTH: Final = 4
_KIND: Final = -3
"""Where a line's kind stands, counted from its end."""
_KINDS: Final = {kind.value: kind for kind in LineKind}


class Spool:
    """Takes lines in order, gives them back in chunks of at most `chunk`."""

    def __init__(self, chunk: int) -> None:
        self._chunk = chunk
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._waiting: list[tuple[Any, ...]] = []

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, item: Numbered) -> None:
        """Keep one line behind the others."""
        self._waiting.append(_plain(item))
        if len(self._waiting) == self._chunk:
            self._write()

    def chunks(self) -> Iterator[list[Numbered]]:
        """All lines from the first on."""
        if self._waiting:
            self._write()
        self._file.seek(0)
        while head := self._file.read(_LENGTH):
            content = self._file.read(int.from_bytes(head, "big"))
            rows = marshal.loads(content)  # noqa: S302 - see `_write`: no stranger's bytes
            yield [_numbered(row) for row in rows]

    def _write(self) -> None:
        # this process wrote it a moment ago, into a file that has no name: nobody else can
        content = marshal.dumps(self._waiting)
        self._file.write(len(content).to_bytes(_LENGTH, "big") + content)
        self._waiting = []


def _plain(item: Numbered) -> tuple[Any, ...]:
    record = item.record
    if isinstance(record, BookedLine):
        return (
            item.statement,
            item.account,
            record.number,
            record.bank_id,
            record.amount.minor,
            record.amount.currency,
            str(record.direction),
            record.booked_on.isoformat(),
            None if record.value_on is None else record.value_on.isoformat(),
            record.end_to_end_id,
            record.structured_reference,
            record.payer_account,
            record.payer_name,
            record.payee_account,
            record.remittance,
            record.reversal,
            record.return_reason,
            record.entry,
            str(record.kind),
            record.transaction_id,
            record.original_reference,
        )
    if isinstance(record, BadLine):
        said: tuple[Any, ...] = (
            "bad",
            record.number,
            record.field,
            record.problem,
            record.entry,
            record.moved,
            record.bank_id,
        )
    else:
        said = ("skipped", record.number, record.status, record.reason, record.entry)
    return (item.statement, item.account, said)


def _numbered(row: tuple[Any, ...]) -> Numbered:
    statement, account, first, *rest = row
    if rest:
        bank_id, minor, currency, direction, booked_on, value_on, *words = rest
        words[_KIND] = _KINDS[words[_KIND]]
        return Numbered(
            statement,
            account,
            BookedLine(
                first,
                bank_id,
                Money(minor, currency),
                Direction(direction),
                date.fromisoformat(booked_on),
                None if value_on is None else date.fromisoformat(value_on),
                *words,
            ),
        )
    kind, *said = first
    return Numbered(statement, account, BadLine(*said) if kind == "bad" else SkippedLine(*said))
