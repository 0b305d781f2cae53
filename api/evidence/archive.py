"""Evidence: reading the bank's archive: a directory of files, or the simulated bank's own database.

Of a directory every file below it is read but what the bank has laid ready and nobody has taken
(``inbox``) and what was set aside (``refused``). A document that the ISO reader refuses as a
whole says nothing; whether the bridge refused it too is compared.
"""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from api.bank import (
    BookedLine,
    StatementEnd,
    StatementHeader,
    StatementRefused,
    read_camt,
    read_pain002,
)
from api.bank.iso20022 import document_kind, read_pain001
from api.evidence.model import BankFiles, File, Version, line_id
from api.kernel.errors import InvalidInput

__all__ = ["read_archive"]

_NOT_TAKEN = frozenset({"inbox", "refused", "outbox", "links"})
_ORDER = b"<CstmrCdtTrfInitn"
_SQLITE = b"SQLite format 3\0"

Progress = Callable[[int], None]


def read_archive(places: Sequence[Path], account: str, progress: Progress) -> BankFiles:
    """Everything that the bank's files say of the reserve `account`, oldest name first."""
    found = BankFiles()
    contents = (each for place in places for each in _contents(place))
    for number, (name, content) in enumerate(contents, 1):
        digest = hashlib.sha256(content).hexdigest()
        if digest not in found.files:
            _read(found, name, digest, content, "".join(account.split()).upper())
        progress(number)
    if not found.files:
        raise InvalidInput(
            "--files",
            f"There is no file of the bank in {', '.join(map(str, places))}.",
            remedy="Give the directory with its archive, or the simulated bank's database.",
        )
    return found


def _contents(place: Path) -> Iterator[tuple[str, bytes]]:
    if place.is_file() and place.open("rb").read(len(_SQLITE)) == _SQLITE:
        yield from _simulated(place)
        return
    if not place.is_dir():
        raise InvalidInput(
            "--files", f"{place} is no directory.", remedy="Give the bank's archive."
        )
    files = [
        file
        for file in place.rglob("*")
        if file.is_file()
        and not _NOT_TAKEN.intersection(file.relative_to(place).parts[:-1])
        and file.suffix.lower() == ".xml"
    ]
    for file in sorted(files, key=lambda each: each.name):
        yield file.name, file.read_bytes()


def _simulated(place: Path) -> Iterator[tuple[str, bytes]]:
    """What the simulated bank has handed over, and the orders that it was given."""
    connection = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    try:
        laid = connection.execute(
            "SELECT kind, sequence, content FROM documents"
            " WHERE acknowledged_at IS NOT NULL ORDER BY sequence"
        )
        for kind, sequence, content in laid:
            yield f"{kind}-{sequence:08d}", bytes(content)
        for number, (content,) in enumerate(connection.execute("SELECT content FROM orders")):
            yield f"order-{number}", bytes(content)
    finally:
        connection.close()


def _read(found: BankFiles, name: str, digest: str, content: bytes, account: str) -> None:
    kind = "refused"
    try:
        if _ORDER in content[:2000]:
            order, _debtor = read_pain001(io.BytesIO(content))
            found.files[digest] = file = File(name, "pain.001", digest)
            found.orders[order.message_id] = (file, order)
            return
        kind = document_kind(content)
        if kind == "pain.002":
            found.statuses += list(read_pain002(io.BytesIO(content)))
            found.files[digest] = File(name, kind, digest)
            return
        _camt(found, File(name, kind, digest), content, account)
    except StatementRefused:
        found.files[digest] = File(name, "refused", digest)


def _camt(found: BankFiles, file: File, content: bytes, account: str) -> None:
    """The lines of a whole sound file; one of another account is refused as the bridge does."""
    statement = lines = 0
    of = ""
    versions: list[Version] = []
    for record in read_camt(io.BytesIO(content)):
        if isinstance(record, StatementHeader):
            statement += 1
            of = "".join(record.account.split()).upper()
            if of != account:
                raise StatementRefused("It is of another account.", "Leave it out.")
        elif not isinstance(record, StatementEnd):
            lines += 1
            if isinstance(record, BookedLine):
                versions.append(Version(file.sha256, statement, of, record))
    found.files[file.sha256] = File(file.name, file.kind, file.sha256, statement, lines)
    for version in versions:
        key = line_id(version.account, version.line.bank_id)
        found.versions.setdefault(key, []).append(version)
