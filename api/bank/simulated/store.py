"""Bank: the simulated core bank's own database file, apart from the bridge's.

Several processes use it at once: every change is one ``BEGIN IMMEDIATE`` transaction on its own
connection, durable (WAL, synchronous=FULL) before the call that made it returns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from api.bank.errors import BankUnreachable
from api.kernel.private_file import make_private

__all__ = ["Store"]

_BUSY_SECONDS: Final = 10
_FIRST_STEP: Final = """
CREATE TABLE bank (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    currency TEXT NOT NULL,
    account TEXT NOT NULL,
    owner TEXT NOT NULL,
    bic TEXT,
    references_given INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE days (
    day TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL UNIQUE,
    closed_at TEXT
) STRICT;
CREATE TABLE customers (
    account TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 5),
    code_hash BLOB NOT NULL,
    wrong_tries INTEGER NOT NULL DEFAULT 0,
    wallet TEXT
) STRICT;
CREATE TABLE bookings (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL REFERENCES days (day),
    direction TEXT NOT NULL CHECK (direction IN ('CREDIT', 'DEBIT')),
    minor INTEGER NOT NULL CHECK (minor > 0),
    end_to_end_id TEXT,
    structured_reference TEXT,
    payer_account TEXT,
    payer_name TEXT,
    payee_account TEXT,
    remittance TEXT
) STRICT;
CREATE INDEX bookings_by_day ON bookings (day, id);
CREATE TABLE repeats (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL REFERENCES days (day),
    booking INTEGER NOT NULL REFERENCES bookings (id)
) STRICT;
CREATE TABLE rejections (
    id INTEGER PRIMARY KEY,
    subject TEXT,
    reason TEXT NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE orders (
    message_id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    received_at TEXT NOT NULL,
    processed_at TEXT
) STRICT;
CREATE TABLE documents (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    content BLOB NOT NULL,
    acknowledged_at TEXT
) STRICT;
"""
_VIRTUAL_ACCOUNTS: Final = """
CREATE TABLE virtual_accounts (
    account TEXT PRIMARY KEY,
    wallet TEXT NOT NULL UNIQUE
) STRICT;
"""
_REHEARSALS: Final = """
ALTER TABLE bookings ADD COLUMN kind TEXT NOT NULL DEFAULT 'PAYMENT';
ALTER TABLE bookings ADD COLUMN reversal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN return_reason TEXT;
ALTER TABLE bookings ADD COLUMN original TEXT;
ALTER TABLE bookings ADD COLUMN transaction_id TEXT;
ALTER TABLE bookings ADD COLUMN foreign_currency TEXT;
ALTER TABLE repeats ADD COLUMN minor INTEGER;
ALTER TABLE days ADD COLUMN parts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE orders ADD COLUMN due_at TEXT;
ALTER TABLE documents ADD COLUMN not_before TEXT;
CREATE TABLE holidays (day TEXT PRIMARY KEY) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE wishes (
    id INTEGER PRIMARY KEY,
    wish TEXT NOT NULL,
    subject TEXT,
    value TEXT NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE planned_returns (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL,
    due TEXT NOT NULL,
    reason TEXT NOT NULL,
    minor INTEGER NOT NULL CHECK (minor > 0),
    booked INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
_STEPS: Final = (_FIRST_STEP, _VIRTUAL_ACCOUNTS, _REHEARSALS)
"""What makes the tables; a bank that was founded earlier takes the steps that it lacks."""


class Store:
    """Transactions on one database file, which is made on the first one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that commits when the block ends and rolls back when it raises.

        Raises `BankUnreachable` when the file cannot be used or stays locked.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view; it never waits for a writer. Raises `BankUnreachable`."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connect()) as connection:
                connection.execute(begin)
                try:
                    yield connection
                except BaseException:
                    connection.rollback()
                    raise
                connection.commit()
        except (sqlite3.DatabaseError, OSError) as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise  # a rule of ours was broken: that is a fault of this program, not of a disk
            raise BankUnreachable(
                f"The simulated bank's database {self.path} does not answer ({error}).",
                remedy="See that the file can be written and try again.",
            ) from error

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        make_private(self.path)
        # autocommit mode: transactions begin where this class says, nowhere else
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("PRAGMA user_version").fetchone()[0] != len(_STEPS):
            _upgrade(connection)
        return connection


def _upgrade(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # another process may have made the tables while this one waited for the lock
    taken = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in _STEPS[taken:]:
        for statement in filter(str.strip, step.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={max(taken, len(_STEPS))}")
    connection.commit()
