"""Evidence: reading the bank's archive: a directory of files, or the simulated bank's own database.

Of a directory every file below it is read but what the bank has laid ready and nobody has taken
(``inbox``) and what was set aside (``refused``). A document that the ISO reader refuses as a
whole says nothing; whether the bridge refused it too is compared.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from api.bank import (
    BadLine,
    BookedLine,
    Direction,
    StatementEnd,
    StatementHeader,
    StatementRefused,
    paper_stat,
    read_camt,
    read_pain002,
)
from api.bank.iso20022 import StatementRecord, document_kind, is_order, read_pain001
from api.evidence.model import BankFiles, line_id
from api.evidence.told import File, Sheet, Version
from api.kernel.errors import InvalidInput
from api.kernel.money import within_column

__all__ = ["Listing", "read_archive"]

_NOT_TAKEN = frozenset({"inbox", "refused", "outbox", "links"})
_SQLITE = b"SQLite format 3\0"
_HEAD = 65_536
"""Bytes in which a document says what it is."""
_AT_ONCE = 1 << 20
_TELL_EVERY = 1_000

Progress = Callable[[str], None]
Opened = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens a document; no document is in memory as a whole."""
_Key = tuple[str, int, int]
"""Which document it is, and that nobody changed it: path, size and time; or table and row."""


class Listing:
    """Which files of the bank are there, told again and again; each is read for it once."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = tuple(places)
        self._known: dict[_Key, str] = {}

    def digests(self) -> frozenset[str]:
        """SHA-256 (hex) of all that are there now; `InvalidInput` for a place that is none."""
        known, self._known = self._known, {}
        for place in self._places:
            for _name, key, opened in _contents(place):
                self._known[key] = known.get(key) or _digest(opened)
        return frozenset(self._known.values())


def read_archive(
    places: Sequence[Path],
    account: str,
    currency: str,
    progress: Progress,
    only: Container[str] | None = None,
) -> BankFiles:
    """Everything that the bank's files say of the reserve `account`, oldest name first.

    Files whose digest is not among `only` are left out. Raises `InvalidInput` (no such place,
    nothing in it).
    """
    reading = _Reading(BankFiles(), "".join(account.split()).upper(), currency, progress)
    contents = (each for place in places for each in _contents(place))
    for number, (name, _key, opened) in enumerate(contents, 1):
        progress(f"file {number}")
        digest = _digest(opened)
        if digest not in reading.found.files and (only is None or digest in only):
            reading.take(name, digest, opened)
    if not reading.found.files:
        raise InvalidInput(
            "--files",
            f"There is no file of the bank in {', '.join(map(str, places))}.",
            remedy="Give the directory with its archive, or the simulated bank's database.",
        )
    reading.found.versions.finish()
    return reading.found


def _contents(place: Path) -> Iterator[tuple[str, _Key, Opened]]:
    if place.is_file() and _head(partial(_open, place))[: len(_SQLITE)] == _SQLITE:
        yield from _simulated(place)
        return
    if not place.is_dir():
        raise InvalidInput(
            "--files", f"{place} is no directory.", remedy="Give the bank's archive."
        )
    files = [
        (file.name, file, known)
        for file in place.rglob("*")
        if not _NOT_TAKEN.intersection(file.relative_to(place).parts[:-1])
        and (known := paper_stat(file)) is not None
    ]
    for name, file, known in sorted(files, key=lambda each: each[:2]):
        yield name, (str(file), known.st_size, known.st_mtime_ns), partial(_open, file)


def _simulated(place: Path) -> Iterator[tuple[str, _Key, Opened]]:
    """What the simulated bank has handed over, and the orders that it was given."""
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as connection:

        def opened(table: str, row: int) -> AbstractContextManager[BinaryIO]:
            blob = connection.blobopen(table, "content", row, readonly=True)
            return closing(cast(BinaryIO, blob))  # it can be read; nothing else is asked of it

        laid = connection.execute(
            "SELECT kind, sequence, rowid FROM documents"
            " WHERE acknowledged_at IS NOT NULL ORDER BY sequence"
        )
        for kind, sequence, row in laid.fetchall():
            key = (f"{place} documents", row, 0)
            yield f"{kind}-{sequence:08d}", key, partial(opened, "documents", row)
        for number, (row,) in enumerate(connection.execute("SELECT rowid FROM orders").fetchall()):
            yield f"order-{number}", (f"{place} orders", row, 0), partial(opened, "orders", row)


def _open(file: Path) -> BinaryIO:
    return file.open("rb")


def _digest(opened: Opened) -> str:
    digest = hashlib.sha256()
    with opened() as stream:
        while part := stream.read(_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()


def _head(opened: Opened) -> bytes:
    with opened() as stream:
        return stream.read(_HEAD)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found so far."""

    found: BankFiles
    account: str
    currency: str
    progress: Progress

    def take(self, name: str, digest: str, opened: Opened) -> None:
        """One document that was not seen before."""
        found = self.found
        try:
            head = _head(opened)
            with opened() as stream:
                if is_order(head):
                    order, _debtor = read_pain001(stream)
                    found.files[digest] = file = File(name, "pain.001", digest)
                    found.orders[order.message_id] = (file, order)
                    return
                kind = document_kind(head)
                if kind == "pain.002":
                    found.statuses += list(read_pain002(stream))
                    found.files[digest] = File(name, kind, digest)
                    return
                self._camt(File(name, kind, digest), stream)
        except StatementRefused:
            found.files[digest] = File(name, "refused", digest)

    def _camt(self, file: File, stream: BinaryIO) -> None:
        """The lines of a whole sound file; statements of other accounts are passed over."""
        reading = _Statements(self.account, self.currency, file.sha256)
        self.found.versions.add(
            self._counted(file, reading.lines_of(read_camt(stream, self.currency)))
        )
        self.found.sheets += reading.sheets
        self.found.files[file.sha256] = replace(
            file, statements=reading.number, lines=reading.lines
        )

    def _counted(
        self, file: File, told: Iterable[tuple[str, Version]]
    ) -> Iterator[tuple[str, Version]]:
        for number, each in enumerate(told, 1):
            if number % _TELL_EVERY == 0:
                self.progress(f"{file.name}: line {number}")
            yield each


@dataclass(slots=True)
class _Statements:
    """The statements of one file, and where in it we are."""

    account: str
    currency: str
    file: str
    number: int = 0
    lines: int = 0
    sheets: list[Sheet] = field(default_factory=list)
    _header: StatementHeader | None = None
    """Of the statement that we are in, when it is of our account."""
    _begun: int = 0
    _moved: int | None = 0

    def lines_of(self, records: Iterable[StatementRecord]) -> Iterator[tuple[str, Version]]:
        """Booked lines by our id of them; refused when no statement is of our account."""
        for record in records:
            if isinstance(record, StatementHeader):
                self._begin(record)
            elif self._header is None:
                continue
            elif isinstance(record, StatementEnd):
                self.sheets.append(self._sheet(self._header, record))
            else:
                self.lines += 1
                if isinstance(record, BadLine):
                    self._move(record.moved)
                elif isinstance(record, BookedLine):
                    sign = 1 if record.direction is Direction.CREDIT else -1
                    self._move(sign * record.amount.minor)
                    version = Version(self.file, self.number, self.account, record)
                    yield line_id(self.account, record.bank_id), version
        if not self.sheets:
            raise StatementRefused("It is of another account.", "Leave it out.")

    def _begin(self, header: StatementHeader) -> None:
        self.number += 1
        self._begun, self._moved = self.lines, 0
        ours = "".join(header.account.split()).upper() == self.account
        if ours and header.currency not in (None, self.currency):
            raise StatementRefused("It is in another currency.", "Leave it out.")
        self._header = header if ours else None

    def _move(self, minor: int | None) -> None:
        self._moved = None if minor is None or self._moved is None else self._moved + minor

    def _sheet(self, header: StatementHeader, end: StatementEnd) -> Sheet:
        balances = [each for each in (end.opening, end.closing) if each is not None]
        return Sheet(
            file=self.file,
            number=self.number,
            account=self.account,
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
            moved=None if self._moved is None else within_column(self._moved),
            lines=self.lines - self._begun,
            foreign=any(each.currency != self.currency for each in balances),
        )
