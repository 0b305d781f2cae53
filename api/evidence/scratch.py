"""Evidence: what grows with lines and events, kept on disk and given back in order.

A database of its own that nobody else sees: SQLite keeps it in a file without a name, which is
gone with the connection. So a hundred thousand lines take no more memory than ten.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from api.bank import BookedLine, Direction, LineKind
from api.evidence.told import Log, Version
from api.kernel.money import Money

__all__ = ["Events", "Ordered", "Versions"]

_PAGES_KB = 16_000
_NAMES = tuple(field.name for field in fields(BookedLine))
_DAYS = ("booked_on", "value_on")


class Versions:
    """Booked lines as the bank's files tell them, by our id of the line."""

    def __init__(self) -> None:
        self._scratch = _scratch(
            "CREATE TABLE version (place INTEGER PRIMARY KEY, id TEXT, out TEXT, said BLOB)"
        )

    def add(self, told: Iterable[tuple[str, Version]]) -> None:
        """Keep more of them, in this order; all of them, or none when `told` raises."""
        with self._scratch:
            self._scratch.executemany(
                "INSERT INTO version (id, out, said) VALUES (?, ?, ?)",
                ((key, _paid_by(version), _packed(version)) for key, version in told),
            )

    def finish(self) -> None:
        """Everything is there: it can be looked up."""
        self._scratch.execute("CREATE INDEX by_id ON version (id, place)")

    def of(self, key: str) -> list[Version]:
        """What the files say of a line, first that file which is named first."""
        found = self._scratch.execute(
            "SELECT said FROM version WHERE id = ? ORDER BY place", (key,)
        )
        return [_unpacked(said) for (said,) in found]

    def in_order(self) -> Iterator[tuple[str, Version]]:
        """All of them, by the line's id."""
        for key, said in self._scratch.execute("SELECT id, said FROM version ORDER BY id, place"):
            yield key, _unpacked(said)

    def payments(self) -> Iterator[tuple[str, str]]:
        """Every debit that names a payment: our id of the line, and the end-to-end id."""
        yield from self._scratch.execute("SELECT id, out FROM version WHERE out IS NOT NULL")

    def __len__(self) -> int:
        """How many lines, each counted once."""
        [count] = self._scratch.execute("SELECT count(DISTINCT id) FROM version").fetchone()
        return int(count)


class Events:
    """The token's events, in the chain's order."""

    def __init__(self) -> None:
        self._scratch = _scratch(
            "CREATE TABLE event (place INTEGER PRIMARY KEY, name TEXT, number INTEGER,"
            " block INTEGER, tx_hash TEXT, said BLOB)"
        )

    def add(self, told: Iterable[Log]) -> None:
        """Keep more of them, in this order."""
        with self._scratch:
            self._scratch.executemany(
                "INSERT INTO event (name, number, block, tx_hash, said) VALUES (?, ?, ?, ?, ?)",
                (
                    (log.name, log.args.get("number"), log.block, log.tx_hash, _event(log))
                    for log in told
                ),
            )

    def finish(self) -> None:
        """Everything is there: it can be looked up."""
        self._scratch.execute("CREATE INDEX by_number ON event (number, place)")
        self._scratch.execute("CREATE INDEX by_name ON event (name, block, place)")

    def named(self, *names: str, up_to: int | None = None, after: int = -1) -> Iterator[Log]:
        """Those of these names, of blocks behind `after` up to `up_to`, in the chain's order."""
        last = (1 << 62) if up_to is None else up_to
        marks = ", ".join("?" * len(names))
        query = (
            f"SELECT said FROM event WHERE name IN ({marks})"  # noqa: S608 - question marks
            " AND block > ? AND block <= ? ORDER BY place"
        )
        for (said,) in self._scratch.execute(query, (*names, after, last)):
            yield _log(said)

    def ended(self, up_to: int) -> Iterator[tuple[int, Log]]:
        """What ended each deposit number, by number: the first word on it, up to a block."""
        seen = None
        for number, said in self._scratch.execute(
            "SELECT number, said FROM event WHERE number IS NOT NULL AND block <= ?"
            " ORDER BY number, place",
            (up_to,),
        ):
            if number != seen:
                seen = number
                yield number, _log(said)

    def end_of(self, number: int, up_to: int) -> Log | None:
        """What ended one deposit number: the first word on it, up to a block."""
        found = self._scratch.execute(
            "SELECT said FROM event WHERE number = ? AND block <= ? ORDER BY place LIMIT 1",
            (number, up_to),
        ).fetchone()
        return None if found is None else _log(found[0])

    def transactions(self, *names: str) -> set[str]:
        """Hashes of the transactions that made events of these names."""
        marks = ", ".join("?" * len(names))
        query = f"SELECT DISTINCT tx_hash FROM event WHERE name IN ({marks})"  # noqa: S608 - as above
        return {tx_hash for (tx_hash,) in self._scratch.execute(query, names)}

    def __len__(self) -> int:
        """How many there are."""
        [count] = self._scratch.execute("SELECT count(*) FROM event").fetchone()
        return int(count)


class Ordered:
    """Tuples of plain values by a key, of which the last that was put stands."""

    def __init__(self) -> None:
        self._scratch = _scratch(
            "CREATE TABLE kept (place INTEGER PRIMARY KEY, id TEXT, said BLOB)"
        )

    def add(self, more: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """Put more of them."""
        with self._scratch:
            self._scratch.executemany(
                "INSERT INTO kept (id, said) VALUES (?, ?)",
                ((key, marshal.dumps(values)) for key, values in more),
            )

    def in_order(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """All of them, by their keys, in the order in which they were put."""
        for key, said in self._scratch.execute("SELECT id, said FROM kept ORDER BY id, place"):
            yield key, marshal.loads(said)  # noqa: S302 - packed above


def _scratch(table: str) -> sqlite3.Connection:
    """A database of the caller's own with one table: what it holds is on disk, and gone with it."""
    connection = sqlite3.connect("")  # no name: a file that nobody finds, gone at the end
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA cache_size = -{_PAGES_KB}")
    connection.execute(table)
    return connection


def _paid_by(version: Version) -> str | None:
    line = version.line
    return line.end_to_end_id if line.direction is Direction.DEBIT else None


def _packed(version: Version) -> bytes:
    line = version.line
    said: dict[str, Any] = {name: getattr(line, name) for name in _NAMES}
    for name in _DAYS:
        said[name] = None if said[name] is None else said[name].isoformat()
    said |= {"direction": line.direction.value, "kind": line.kind.value}
    said["amount"] = (line.amount.minor, line.amount.currency)
    words = (version.file, version.statement, version.account, [said[name] for name in _NAMES])
    return marshal.dumps(words)


def _unpacked(packed: bytes) -> Version:
    file, statement, account, values = marshal.loads(packed)  # noqa: S302 - packed above
    said = dict(zip(_NAMES, values, strict=True))
    for name in _DAYS:
        said[name] = None if said[name] is None else date.fromisoformat(said[name])
    said["direction"], said["kind"] = Direction(said["direction"]), LineKind(said["kind"])
    said["amount"] = Money(*said["amount"])
    return Version(file, statement, account, BookedLine(**said))


def _event(log: Log) -> bytes:
    at = int(log.time.timestamp())
    words = (log.event_id, log.name, dict(log.args), log.block, at, log.tx_hash, log.index)
    return marshal.dumps(words)


def _log(packed: bytes) -> Log:
    event_id, name, args, block, at, tx_hash, index = marshal.loads(packed)  # noqa: S302 - as above
    return Log(event_id, name, args, block, datetime.fromtimestamp(at, UTC), tx_hash, index)
